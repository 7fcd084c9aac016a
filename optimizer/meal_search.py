"""The search for a choice: two seeded walks, and weeks put together from days where that helps."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from math import prod

from optimizer.beside import Guard, side_by_side
from optimizer.kernels import meal_arrays as arrays
from optimizer.meal_pool import Pool, kinds_of
from optimizer.meal_problem import MealChoiceProblem
from optimizer.meal_tables import shelves_of, tables_of
from optimizer.meal_walks import Asked, MealSearch
from optimizer.outcome import Limits, Watch, keep_going

_OTHER_SEED = 1_000
_FAR, _SHARE, _EARNED, _HALF, _NEARLY = 20, 5, 100, 2, 100
"""A week is in doubt where two walks lie so many percent apart (`_SHARE`) of what a week can earn
(`_EARNED` points among the wishes for each place) and of what the better one still lacks; a
permille above the wishes counts as `_FAR` points. Or where it gives up more than one part in
`_HALF` of what it can earn: then hardly anything fits a day, and what comes again is the matter.
About one client in twenty is such. A week that lacks more than `_NEARLY` permille above the wishes
is left alone: the day that lacks least would be eaten all week."""
_TURNS, _ROUNDS, _QUIET, _ENOUGH = 4, 40, 8, 6
"""So often at most days are looked for, in so many rounds of two walks or until so many found none,
and two weeks put together from them; no more where a week lies within so many percent of what it
can earn above the mix of days, which leaves out in what order they come."""
_SWEEPS, _DAY_SHARE, _LEAST_MOVES = 4, 20, 100_000
"""In these each day is walked anew so many times at most; a walk over a day takes one of so many
parts of the moves. With fewer moves than the last of these nothing is found in a day."""


Start = Sequence[int]
_Job = tuple[Asked, Start]


class _Hands:
    """Makes searches two by two, each with a seed of its own, and lets both work."""

    def __init__(self, limits: Limits, watch: Watch) -> None:
        self.guard = Guard(watch)
        self._workers = limits.workers
        self._seeds = (limits.seed + _OTHER_SEED * turn for turn in count())

    def one(self, asked: Asked) -> MealSearch:
        """A search that is watched."""
        return MealSearch(asked, next(self._seeds), self.guard)

    def two(
        self, jobs: Sequence[_Job], work: Callable[[MealSearch, Start], None]
    ) -> list[MealSearch]:
        """Two searches that have worked, each on its job and from its start."""
        (asked, start), (other, other_start) = jobs
        first = self.one(asked)
        second = MealSearch(other, next(self._seeds), self.guard.of_second(self._workers))
        side_by_side(
            partial(work, first, start),
            partial(work, second, other_start),
            self.guard,
            self._workers,
        )
        return [first, second]


def search_choice(
    problem: MealChoiceProblem,
    shelves: tuple[tuple[int, ...], ...],
    limits: Limits,
    watch: Watch,
    *,
    once: bool,
) -> tuple[MealSearch, int]:
    """Try everything where that takes no more than the moves, else walk; answer the moves too.

    `shelves`: the options of each position, none of them empty. `once`: one walk and no more, for
    who only asks whether the hard rules can be kept.
    """
    asked = Asked(shelves, tables_of(problem, shelves), limits)
    choices = prod(len(shelf) for shelf in shelves)
    hands = _Hands(limits, watch)
    if choices <= limits.moves:
        search = hands.one(asked)
        search.try_all()
        return search, choices
    if once:
        best = hands.one(asked)
        best.walk()
        best.hold()
        return best, best.moves
    found = hands.two([(asked, ())] * 2, lambda search, _: search.walk())
    moves = sum(each.moves for each in found)
    enough = limits.moves >= _LEAST_MOVES
    if enough and hands.guard.going and _in_doubt(found, len(shelves)):
        more, taken = _from_days(problem, asked, found, hands)
        found, moves = [*found, *more], moves + taken
    best = min(found, key=_levels_of)
    before = best.moves
    best.hold()
    return best, moves + best.moves - before


def _levels_of(search: MealSearch) -> tuple[int, ...]:
    return search.levels


def _in_doubt(found: Sequence[MealSearch], places: int) -> bool:
    """Whether luck decided between two walks, or what comes again decides all."""
    better, worse = sorted(each.levels[: arrays.WISHES + 1] for each in found)
    above = better[: arrays.WISHES]
    if better[arrays.HARD] or sum(above) > _NEARLY:
        return False
    weights = (*[_FAR] * len(above), 1)
    lacks = sum(weight * abs(level) for weight, level in zip(weights, better, strict=True))
    apart = sum(
        weight * abs(left - right)
        for weight, left, right in zip(weights, better, worse, strict=True)
    )
    earned = _EARNED * places
    return _HALF * better[arrays.WISHES] > earned or 100 * apart > _SHARE * (earned + lacks)


def _from_days(
    problem: MealChoiceProblem, asked: Asked, found: Sequence[MealSearch], hands: _Hands
) -> tuple[list[MealSearch], int]:
    """Weeks put together from days that better each other, and the moves that it took."""
    pool = Pool(problem, kinds_of(problem, asked.shelves))
    for each in found:
        pool.add_week(each.best)
    weeks: list[MealSearch] = []
    moves, day_moves = 0, asked.limits.moves // _DAY_SHARE
    enough = _ENOUGH * _EARNED * len(asked.shelves) / 100
    for _ in range(_TURNS):
        moves += _find_days(pool, asked, day_moves, hands)
        best = min((*found, *weeks), key=_levels_of)
        work = partial(_put_together, known=pool.laid_out(), moves=day_moves)
        two = hands.two([(asked, pool.week(best.best)), (asked, best.best)], work)
        moves += sum(each.moves for each in two)
        weeks += two
        new = sum(pool.add_week(each.best) for each in two)
        better = min(each.levels for each in two) < best.levels
        near = pool.above(min((*two, best), key=_levels_of).levels)
        if not hands.guard.going or not (new or better) or near <= enough:
            break
    return weeks, moves


def _put_together(
    search: MealSearch, start: Start, *, known: tuple[arrays.Ints, arrays.Ints], moves: int
) -> None:
    search.stand(start)
    search.take_days(*known)
    search.walk_days(_SWEEPS, moves)


def _walk_day(search: MealSearch, start: Start, *, moves: int) -> None:
    search.stand(start)
    search.walk_days(1, moves)


def _find_days(pool: Pool, asked: Asked, day_moves: int, hands: _Hands) -> int:
    """Look for days that better the mix until none is found for a while; answer the moves."""
    moves, quiet, kinds = 0, 0, pool.free_kinds()
    work = partial(_walk_day, moves=day_moves)
    for turn in range(_ROUNDS):
        if not pool.mix() or quiet == _QUIET or not hands.guard.going:
            break
        looks = [divmod(each, len(kinds)) for each in (2 * turn, 2 * turn + 1)]
        pair = [kinds[kind] for _, kind in looks]
        jobs = [
            (
                Asked(pool.kinds[kind].shelves, pool.priced(kind), asked.limits),
                pool.mixed(kind, time),
            )
            for kind, (time, _) in zip(pair, looks, strict=True)
        ]
        days = hands.two(jobs, work)
        moves += sum(each.moves for each in days)
        gains = [pool.add(kind, day.best) for kind, day in zip(pair, days, strict=True)]
        quiet = 0 if any(gains) else quiet + 1
    pool.mix()
    return moves


def warm_up_days(problem: MealChoiceProblem) -> None:
    """Put a week together from the days of its first options, before a person waits."""
    shelves = shelves_of(problem)
    pool = Pool(problem, kinds_of(problem, shelves))
    pool.add_week([shelf[0] for shelf in shelves])
    pool.mix()
    asked = Asked(shelves, tables_of(problem, shelves), Limits(moves=1))
    search = MealSearch(asked, 1, keep_going)
    _put_together(search, search.best, known=pool.laid_out(), moves=1)
