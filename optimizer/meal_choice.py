"""Choose one option per position: a compiled walk finds, a proof engine explains what cannot."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

from optimizer.kernels import meal_arrays as arrays
from optimizer.kernels import meal_choice as kernel
from optimizer.kernels import meal_days as days
from optimizer.kernels import meal_leads as leader
from optimizer.kernels import meal_walk as walker
from optimizer.meal_problem import Bound, Choice, MealChoice, MealChoiceProblem, Option, Position
from optimizer.meal_proof import Proof, closed_pins, prove
from optimizer.meal_tables import shelves_of, tables_of
from optimizer.outcome import Limits, Outcome, Progress, Status, Watch, keep_going

_LIGHT, _HEAVY = 2, 3_000
"""What a permille outside a window weighs when the walk begins and when it has cooled. Light at
first: dishes change places although the sums are off for a moment. Heavy while it is still warm: on
a stiff day a permille is worth up to forty points, and what comes again too often must still move
when the sums begin to bind."""
_TOP = 130
"""So many times as much weighs a hard permille, a portion beyond the stock, a toll."""
_POINT = 4
"""A point among the wishes, where a cent weighs 1. All of these steer the walk only: what is kept
at the end is compared level by level."""
_HOT, _COLD = 200, 20
_AIM, _AIM_TOP, _AIM_HOT, _AIM_COLD = 400, 10_000, 10, 1
"""The second walk, only where slack is left above the wishes: what a permille weighs there, how
many permille a hard one, a portion beyond the stock, and how many it is warm."""
_STRICT_HOT, _THAWED, _COLDEST = 20, 100, 1
"""The strict walk starts at so many points among the wishes, at more after a second walk, which
pays little heed to them."""
_FREE_PART, _AIM_PART, _STRICT_PART = 75, 10, 15
"""Percent of the moves; without a second walk its part goes to the strict one. A polish takes
what it takes beyond them."""
_FIRST_PACES = arrays.as_floats([40 * (1 / 80) ** (step / 29) for step in range(30)])
_PACES = arrays.as_floats([2.0, 1.25, 0.8, 0.5])
"""Points among the wishes by which a permille of a day's sum becomes dearer or cheaper at each step
in search of what it is worth: the first time, and each time after that."""
_STIFF, _AGAIN, _OTHER_SEED = 120, 2, 1_000
"""A week that stays above so many points among the wishes for each place is walked again with so
many times the moves and another seed: there one walk differs from the next by a window kept or not.
About one client in twenty is such."""
_MOST_WEIGHT = 1 << 32
_REPORTS = 16


def solve_meal_choice(
    problem: MealChoiceProblem, limits: Limits, watch: Watch = keep_going, *, proof: bool = True
) -> Outcome[MealChoice]:
    """Fill every position, as well as possible in the order of `meal_problem.LEVELS`.

    FEASIBLE keeps every hard bound. IMPOSSIBLE is proved, by counting or by CP-SAT; UNKNOWN means
    that neither was reached. Same problem, moves and seed give the same answer. Beyond the
    moves go the search for what sums are worth, a polish, a second walk of twice the moves where
    the wishes stay far from met, and a proof, only where hard slack is left; without `proof` that
    ends as UNKNOWN.
    """
    shelves = shelves_of(problem)
    if not all(shelves) or closed_pins(problem):
        return Outcome(status=Status.IMPOSSIBLE)
    search = _Search(problem, shelves, limits, watch)
    search.run()
    if search.levels[0]:
        proved = prove(problem, seed=limits.seed) if proof else Proof(impossible=False)
        if proved.choices is None:
            status = Status.IMPOSSIBLE if proved.impossible else Status.UNKNOWN
            return Outcome(status=status, moves=search.moves)
        search.restart(proved.choices)
    return Outcome(
        status=Status.FEASIBLE,
        solution=_solution(problem, search.best),
        objective=search.levels,
        moves=search.moves,
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
    prove(replace(problem, bounds=(Bound(rule="b", dimension=0, hard_lo=2),)), seed=1)


def strict_weights(levels: Sequence[int], least_wishes: int) -> tuple[int, ...]:
    """Weights of which one unit exceeds all that the levels below could still gain.

    Each level can fall to nothing, the wishes to `least_wishes`. The last is the weight of a toll.
    """
    gains = list(levels)
    gains[arrays.WISHES] -= least_wishes
    weights = [1] * len(gains)
    for level in range(len(gains) - 2, -1, -1):
        below = weights[level + 1] * (1 + max(0, gains[level + 1]))
        weights[level] = min(_MOST_WEIGHT, below)
    return (*weights, weights[arrays.STOCK])


def _least_wishes(problem: MealChoiceProblem) -> int:
    """Below this the wishes cannot fall."""
    shelves = Counter(position.candidates for position in problem.positions)
    return sum(
        places * min((0, *(problem.options[index].penalty for index in candidates)))
        for candidates, places in shelves.items()
    )


def _free(slack: float, top: int = _TOP) -> tuple[int, ...]:
    """Weights of a free walk, and last that of a toll; `top` is told in permille."""
    top, beyond = round(top * slack), round(slack)
    return (top, top, beyond, beyond, _POINT, 1, 1, top)


class _Search:
    """One search in one problem: walks, a polish, and a look at what stood here before."""

    best: tuple[int, ...]
    levels: tuple[int, ...]

    def __init__(
        self,
        problem: MealChoiceProblem,
        shelves: Sequence[tuple[int, ...]],
        limits: Limits,
        watch: Watch,
    ) -> None:
        self._tables = tables_of(problem, shelves)
        self._problem, self._shelves = problem, shelves
        self._limits, self._watch = limits, watch
        self._free = int(self._tables.scalars[arrays.FREE_LEN])
        self._choices = prod(len(shelf) for shelf in shelves)
        self.moves = 0
        self._least = _least_wishes(problem)
        self._stand([shelf[0] for shelf in shelves])

    def run(self) -> None:
        """Try everything where that takes no more than the moves, else walk, and polish."""
        if self._choices <= self._limits.moves:
            walker.try_all(self._tables, self._state, kernel.no_levels(), kernel.no_levels())
            self.moves += self._choices
            self._keep()
            return
        going = self._walk()
        if going and self.levels[arrays.WISHES] > _STIFF * len(self._shelves):
            self._walk_again()
        self._hold()

    def _walk(self) -> bool:
        """Walk free, then at what is left above the wishes, then strictly, then polish.

        Answers whether to go on.
        """
        ramp = [_LIGHT * (_HEAVY / _LIGHT) ** (step / (_REPORTS - 1)) for step in range(_REPORTS)]
        going = self._anneal(_FREE_PART, [_free(slack) for slack in ramp], (_HOT, _COLD))
        if going and any(self.levels[: arrays.WISHES]):
            span = (_AIM_HOT * _AIM, _AIM_COLD * _AIM)
            going = self._anneal(_AIM_PART, [_free(_AIM, _AIM_TOP)] * _REPORTS, span)
            if going:
                going = self._strictly(_STRICT_PART, _THAWED)
        elif going:
            going = self._strictly(_AIM_PART + _STRICT_PART, _STRICT_HOT)
        self._polish()
        return going

    def _walk_again(self) -> None:
        """Begin anew from another seed, and keep the better of the two by levels."""
        best, levels, limits = self.best, self.levels, self._limits
        self._limits = replace(limits, moves=_AGAIN * limits.moves, seed=limits.seed + _OTHER_SEED)
        self._stand([shelf[0] for shelf in self._shelves])
        self._walk()
        self._limits = limits
        if levels <= self.levels:
            self.best, self.levels = best, levels

    def _hold(self) -> None:
        """Polish what stood here before, and take that where a walk came out worse."""
        earlier = [position.earlier for position in self._problem.positions]
        if all(old is None for old in earlier):
            return
        best, levels = self.best, self.levels
        each = zip(earlier, best, self._shelves, strict=True)
        self._stand([old if old is not None and old in shelf else new for old, new, shelf in each])
        self._polish()
        if levels <= self.levels:
            self.best, self.levels = best, levels

    def restart(self, choices: Sequence[int]) -> None:
        """Go on from a choice without hard slack, and never leave that."""
        self._stand(choices)
        self._strictly(50, _STRICT_HOT)
        self._polish()

    def _strictly(self, part: int, hot: int) -> bool:
        """Walk with weights under which no lower level can buy a unit of a higher one.

        Answers whether to go on.
        """
        weights = strict_weights(self.levels, self._least)
        span = (hot * weights[arrays.WISHES], _COLDEST)
        return self._anneal(part, [weights] * _REPORTS, span)

    def _stand(self, choices: Sequence[int]) -> None:
        self._state = kernel.start_state(self._tables, choices, seed=self._limits.seed)
        self._weights: tuple[int, ...] = ()
        self._led = False
        self.best = tuple(choices)
        self.levels = kernel.levels_of(self._tables, self._state)

    def _keep(self) -> None:
        """Go back to the best by energy, and on to the best by levels where that is another."""
        walker.go_back(self._tables, self._state)
        levels = kernel.levels_of(self._tables, self._state)
        if levels <= self.levels:
            self.best, self.levels = tuple(self._state.choice.tolist()), levels
        else:
            self._state.best[:] = arrays.as_ints(self.best)
            walker.go_back(self._tables, self._state)

    def _anneal(self, part: int, weights: Sequence[tuple[int, ...]], span: tuple[int, int]) -> bool:
        """Walk a percentage of all moves, a stretch for each row of weights, reporting after each.

        Answers whether to go on.
        """
        moves = self._limits.moves * part // 100
        warmth, shares = walker.schedule(moves if self._free else 0, hot=span[0], cold=span[1])
        size = -(-len(warmth) // len(weights))
        going = True
        for start, row in zip(range(0, len(warmth), size), weights, strict=False):
            stretch = slice(start, start + size)
            self._weigh(row)
            self._set_apart()
            leader.find_leads(self._tables, self._state, _PACES if self._led else _FIRST_PACES)
            self._led = True
            walker.walk(self._tables, self._state, warmth[stretch], shares[stretch])
            self.moves += int(shares[stretch].sum())
            going = self._watch(Progress(moves=self.moves, incumbent=None))
            if not going:
                break
        self._keep()
        return going

    def _polish(self) -> None:
        """Take single changes by level order, and let whole days change places, till none helps."""
        again = True
        while again:
            self._weigh(strict_weights(self.levels, self._least))
            delta, none = kernel.no_levels(), kernel.no_levels()
            self.moves += walker.polish(self._tables, self._state, delta, none)
            again = self._set_apart() > 0
            levels = kernel.levels_of(self._tables, self._state)
            assert levels <= self.levels, "a lower level bought a higher one"  # noqa: S101 - run-time promise
            self.best, self.levels = tuple(self._state.choice.tolist()), levels

    def _set_apart(self) -> int:
        return days.set_apart(self._tables, self._state, kernel.no_levels(), kernel.no_levels())

    def _weigh(self, weights: tuple[int, ...]) -> None:
        if weights != self._weights:
            kernel.weigh(self._tables, self._state, arrays.as_ints(weights))
            self._weights = weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Another option for one position, and how each level of the objective would change."""

    position: str
    option: str | None
    delta: tuple[int, ...]


class SwapTable:
    """Every other option in a solution by its price: laid out once, asked as often as wanted.

    A pinned position is treated as free: a swap is a person's act.
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
