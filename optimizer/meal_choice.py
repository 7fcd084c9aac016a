"""Choose one option per position: a compiled walk finds, a proof engine explains what cannot."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from optimizer.kernels import meal_choice as kernel
from optimizer.meal_problem import (
    Bound,
    Choice,
    MealChoice,
    MealChoiceProblem,
    Position,
)
from optimizer.meal_proof import Proof, empty_positions, prove
from optimizer.outcome import Limits, Outcome, Progress, Status, Watch, keep_going

_WEIGHTS = (4_000, 30, 30, 4, 1)
"""What one unit of each level weighs while the walk is free: a hard permille more than anything,
0.1 % of a window as much as 7 points among the wishes, a point as much as 4 of cost. These steer
the walk only: what is kept is compared level by level."""
_HOT, _COLD = 6_000, 10
_GUARDED_HOT = 600
_REPORTS = 8


def solve_meal_choice(
    problem: MealChoiceProblem, limits: Limits, watch: Watch = keep_going, *, proof: bool = True
) -> Outcome[MealChoice]:
    """Fill every position, as well as possible in the order of `meal_problem.LEVELS`.

    FEASIBLE keeps every hard bound. IMPOSSIBLE is proved, by counting or by CP-SAT; UNKNOWN means
    that neither was reached. Same problem, moves and seed give the same answer; a proof does work
    beyond the moves, and only where hard slack is left; without `proof` that ends as UNKNOWN.
    """
    if empty_positions(problem):
        return Outcome(status=Status.IMPOSSIBLE)
    search = _Search(problem, limits, watch)
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


class _Search:
    """One walk over one problem: free, then guarded, then polished."""

    def __init__(self, problem: MealChoiceProblem, limits: Limits, watch: Watch) -> None:
        self._tables = kernel.as_tables(_rows(problem))
        self._limits, self._watch = limits, watch
        self._free = int(self._tables.scalars[kernel.FREE_LEN])
        self.moves = 0
        nothing = len(problem.options)
        self._stand([_shelf(position, nothing)[0] for position in problem.positions])

    def run(self) -> None:
        """Three fifths of the moves free, three tenths with the upper levels guarded."""
        moves = self._limits.moves
        going = self._anneal(moves * 6 // 10, hot=_HOT, guarded=0)
        kernel.go_back(self._tables, self._state)
        if going and not self.levels[0]:
            self._anneal(moves * 3 // 10, hot=_GUARDED_HOT, guarded=3)
        self._polish()

    def restart(self, choices: Sequence[int]) -> None:
        """Go on from a choice without hard slack, and never leave that."""
        self._stand(choices)
        self._anneal(self._limits.moves // 2, hot=_HOT, guarded=1)
        self._polish()

    def _stand(self, choices: Sequence[int]) -> None:
        self._state = kernel.start_state(self._tables, choices, seed=self._limits.seed)
        self.best, self.levels = kernel.best_of(self._state)

    def _anneal(self, moves: int, *, hot: int, guarded: int) -> bool:
        """Walk in a few stretches, reporting after each; answer whether to go on."""
        warmth, shares = kernel.schedule(moves if self._free else 0, hot=hot, cold=_COLD)
        weights = kernel.as_ints(_WEIGHTS)
        size = -(-len(warmth) // _REPORTS)
        for start in range(0, len(warmth), size):
            part = slice(start, start + size)
            kernel.walk(self._tables, self._state, warmth[part], shares[part], weights, guarded)
            self.moves += int(shares[part].sum())
            self.best, self.levels = kernel.best_of(self._state)
            if not self._watch(Progress(moves=self.moves, incumbent=self.levels[1])):
                return False
        return True

    def _polish(self) -> None:
        """Take single changes until none is better; runs past the moves only if none is left."""
        budget = max(1, self._limits.moves - self.moves)
        left = kernel.polish(self._tables, self._state, budget)
        self.moves += budget - max(0, left)
        self.best, levels = kernel.best_of(self._state)
        assert levels <= self.levels, "a lower level bought a higher one"  # noqa: S101 - run-time promise
        self.levels = levels


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Another option for one position, and how each level of the objective would change."""

    position: str
    option: str | None
    delta: tuple[int, ...]


def meal_choice_swaps(
    problem: MealChoiceProblem, solution: MealChoice, positions: Sequence[str]
) -> tuple[Swap, ...]:
    """Every other candidate of the positions, best first; a swap that adds hard slack is left out.

    A pinned position is treated as free: a swap is a person's act.
    """
    keys = {option.key: index for index, option in enumerate(problem.options)}
    nothing = len(problem.options)
    tables = kernel.as_tables(_rows(problem))
    standing = [keys.get(choice.option or "", nothing) for choice in solution.choices]
    state = kernel.start_state(tables, standing, seed=1)
    asked = set(positions)
    swaps = [
        Swap(
            position=position.key,
            option=None if index == nothing else problem.options[index].key,
            delta=kernel.price_of(tables, state, place, index),
        )
        for place, position in enumerate(problem.positions)
        if position.key in asked
        for index in _shelf(replace(position, pinned=None), nothing)
        if index != standing[place]
    ]
    return tuple(sorted((each for each in swaps if each.delta[0] <= 0), key=_rank))


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


def _shelf(position: Position, nothing: int) -> tuple[int, ...]:
    """What may stand here; `nothing` is the index behind the last option."""
    if position.pinned is not None:
        return (position.pinned,)
    return (*position.candidates, nothing) if position.optional else position.candidates


def _rows(problem: MealChoiceProblem) -> kernel.Rows:
    lists: list[int] = []
    positions = _position_rows(problem, lists)
    free = [place for place, row in enumerate(positions) if row[kernel.SHELF_LEN] > 1]
    scalars = (len(lists), len(free), problem.change_penalty)
    lists += free
    groups = {rule.group: index for index, rule in enumerate(problem.repetitions)}
    return kernel.Rows(
        amounts=[
            *([amount or 0 for amount in option.amounts] for option in problem.options),
            [0] * problem.dimensions,
        ],
        options=_option_rows(problem, groups),
        positions=positions,
        lists=lists,
        bounds=_bound_rows(problem),
        groups=[
            *(
                (rule.max_per_day, rule.max_total, rule.min_gap, rule.penalty)
                for rule in problem.repetitions
            ),
            (kernel.FAR, kernel.FAR, 0, 0),
        ],
        caps=[(cap.dimension, cap.at_most) for cap in problem.caps],
        scalars=scalars,
    )


def _option_rows(problem: MealChoiceProblem, groups: dict[str, int]) -> list[tuple[int, ...]]:
    capped = {bound.dimension for bound in problem.bounds if bound.hard_hi is not None}
    no_group = len(groups)
    return [
        *(
            (
                groups.get(option.group, no_group),
                option.penalty,
                option.cost,
                problem.unknown_penalty
                * sum(option.amounts[dimension] is None for dimension in capped),
            )
            for option in problem.options
        ),
        (no_group, 0, 0, 0),
    ]


def _bound_rows(problem: MealChoiceProblem) -> list[list[tuple[int, ...]]]:
    open_row: tuple[int, ...] = (-kernel.FAR, -kernel.FAR, kernel.FAR, kernel.FAR, 1, 0, 0, 0)
    rows = [[open_row] * problem.dimensions for _ in range(problem.days + 1)]
    for bound in problem.bounds:
        row = problem.days if bound.day is None else bound.day
        rows[row][bound.dimension] = _bound_row(bound)
    return rows


def _bound_row(bound: Bound) -> tuple[int, ...]:
    return (
        -kernel.FAR if bound.hard_lo is None else bound.hard_lo,
        -kernel.FAR if bound.soft_lo is None else bound.soft_lo,
        kernel.FAR if bound.soft_hi is None else bound.soft_hi,
        kernel.FAR if bound.hard_hi is None else bound.hard_hi,
        bound.reference,
        bound.weight,
        bound.wish_weight,
        1,
    )


def _position_rows(problem: MealChoiceProblem, lists: list[int]) -> list[list[int]]:
    """One row per position; the lists it points into grow at the end of `lists`."""
    nothing = len(problem.options)
    shelves = [_shelf(position, nothing) for position in problem.positions]
    shelf_at = {shelf: _append(lists, shelf) for shelf in dict.fromkeys(shelves)}
    peers: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    mates: defaultdict[int, list[int]] = defaultdict(list)
    caps: defaultdict[int, list[int]] = defaultdict(list)
    for place, (position, shelf) in enumerate(zip(problem.positions, shelves, strict=True)):
        if len(shelf) > 1:
            peers[shelf].append(place)
            mates[position.day].append(place)
    for index, cap in enumerate(problem.caps):
        for place in cap.positions:
            caps[place].append(index)
    peers_at = {shelf: _append(lists, places) for shelf, places in peers.items()}
    mates_at = {day: _append(lists, places) for day, places in mates.items()}
    return [
        [
            position.day,
            *shelf_at[shelf],
            -1 if position.earlier is None else position.earlier,
            position.skip_penalty,
            *peers_at.get(shelf, (0, 0)),
            *_append(lists, caps[place]),
            *mates_at.get(position.day, (0, 0)),
        ]
        for place, (position, shelf) in enumerate(zip(problem.positions, shelves, strict=True))
    ]


def _append(lists: list[int], entries: Sequence[int]) -> tuple[int, int]:
    start = len(lists)
    lists.extend(entries)
    return start, len(entries)
