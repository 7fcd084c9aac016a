"""Choose one option per position: a compiled walk finds, a proof engine explains what cannot."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from optimizer.kernels import meal_choice as kernel
from optimizer.meal_problem import Bound, Choice, MealChoice, MealChoiceProblem, Option, Position
from optimizer.meal_proof import Proof, closed_pins, prove
from optimizer.meal_search import search_choice, warm_up_days
from optimizer.meal_tables import shelves_of, tables_of
from optimizer.outcome import Limits, Outcome, Status, Watch, keep_going


def solve_meal_choice(
    problem: MealChoiceProblem, limits: Limits, watch: Watch = keep_going, *, proof: bool = True
) -> Outcome[MealChoice]:
    """Fill every position, as well as possible in the order of `meal_problem.LEVELS`.

    FEASIBLE keeps every hard bound. IMPOSSIBLE is proved, by counting or by CP-SAT; UNKNOWN means
    that neither was reached. Same problem, moves and seed give the same answer, whatever the
    workers: two of them walk side by side. Each of two walks takes the moves; beyond them go the
    search for what sums are worth, a polish, the days that a week is put together from where luck
    or repetition decides it, and a proof, only where hard slack is left. Without `proof` that ends
    as UNKNOWN after one walk: a short look.
    """
    shelves = shelves_of(problem)
    if not all(shelves) or closed_pins(problem):
        return Outcome(status=Status.IMPOSSIBLE)
    search, moves = search_choice(problem, shelves, limits, watch, once=not proof)
    if search.levels[0]:
        proved = prove(problem, seed=limits.seed) if proof else Proof(impossible=False)
        if proved.choices is None:
            status = Status.IMPOSSIBLE if proved.impossible else Status.UNKNOWN
            return Outcome(status=status, moves=moves)
        search.restart(proved.choices)
    return Outcome(
        status=Status.FEASIBLE,
        solution=_solution(problem, search.best),
        objective=search.levels,
        moves=moves,
    )


def warm_up_meals() -> None:
    """Choose in a problem of one place, and prove it possible, before a person waits.

    On a fresh machine compiling takes about a minute; later starts read it from disk.
    """
    options = tuple(Option(key=key, amounts=(1,)) for key in "ab")
    places = tuple(Position(key=key, day=0, candidates=(0, 1)) for key in "pq")
    problem = MealChoiceProblem(days=1, dimensions=1, options=options, positions=places)
    found = solve_meal_choice(problem, Limits(moves=1), proof=False).solution
    assert found is not None  # noqa: S101 - nothing can be missing
    SwapTable(problem, found).swaps(("p",))
    warm_up_days(problem)
    prove(replace(problem, bounds=(Bound(rule="b", dimension=0, hard_lo=2),)), seed=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Another option for one position, and how each level of the objective would change."""

    position: str
    option: str | None
    delta: tuple[int, ...]


class SwapTable:
    """Every other option in a solution by its price: laid out once, asked as often as wanted.

    `levels` counts the solution as it stands. A pinned position is treated as free: a swap is a
    person's act.
    """

    def __init__(self, problem: MealChoiceProblem, solution: MealChoice) -> None:
        keys = {option.key: index for index, option in enumerate(problem.options)}
        self._problem, self._nothing = problem, len(problem.options)
        self._shelves = shelves_of(problem, pins=False)
        self._tables = tables_of(problem, self._shelves)
        self._standing = [
            keys.get(choice.option or "", self._nothing) for choice in solution.choices
        ]
        self._state = kernel.start_state(self._tables, self._standing, seed=1)
        self.levels = kernel.levels_of(self._tables, self._state)

    def swaps(self, positions: Sequence[str], *, unsafe: bool = False) -> tuple[Swap, ...]:
        """The other candidates of the positions, best first.

        Without those that add hard slack, unless they are asked for too.
        """
        asked = set(positions)
        swaps = [
            Swap(
                position=position.key,
                option=None if index == self._nothing else self._problem.options[index].key,
                delta=kernel.price_of(self._tables, self._state, place, index),
            )
            for place, position in enumerate(self._problem.positions)
            if position.key in asked
            for index in self._shelves[place]
            if index != self._standing[place]
        ]
        return tuple(sorted((each for each in swaps if unsafe or each.delta[0] <= 0), key=_rank))


def _rank(swap: Swap) -> tuple[tuple[int, ...], str, str]:
    return swap.delta, swap.position, swap.option or ""


def _solution(problem: MealChoiceProblem, best: tuple[int, ...]) -> MealChoice:
    keys: list[str | None] = [option.key for option in problem.options]
    keys.append(None)
    return MealChoice(
        choices=tuple(
            Choice(position=position.key, option=keys[index])
            for position, index in zip(problem.positions, best, strict=True)
        )
    )
