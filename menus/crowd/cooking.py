"""What a kitchen cooks in a week for everybody, and on which of its days."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from menus.catalog import Catalogue
from menus.plan import MealPlan
from optimizer import level_days

WEEK = 7
MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooking:
    """One variant cooked in bulk on a day for some service days, counted from the first (day 0).

    `day` is negative before the first service day. All of `serves` lie after it and within the
    variant's shelf life.
    """

    variant: str
    day: int
    serves: tuple[int, ...]
    grams: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KitchenWeek:
    """All cookings, the fullest day as low as can be, as if every week were like this one.

    `counts`: cookings per day of the cycle, which is the horizon in whole weeks: a day of it cooks
    what is eaten soon and what is eaten next time. `late`: (variant, service day) that no cooking
    day reaches within shelf life.
    """

    cookings: tuple[Cooking, ...]
    counts: tuple[tuple[int, int], ...]
    late: tuple[tuple[str, int], ...]

    @property
    def variants(self) -> int:
        """Distinct variants."""
        return len({each.variant for each in self.cookings} | {name for name, _ in self.late})

    @property
    def most_per_day(self) -> int:
        """Cookings on the fullest day."""
        return max((count for _, count in self.counts), default=0)


def kitchen_week(
    plans: Iterable[MealPlan],
    catalogue: Catalogue,
    *,
    start: date,
    days: int,
    weekdays: Sequence[int] = MONDAY_TO_FRIDAY,
) -> KitchenWeek:
    """Cook each variant as seldom as its shelf life allows, at the latest the day before.

    `weekdays` are those on which is cooked, Monday 0. A cooking lies at most one cycle before the
    first day that it serves. Raises ValueError without a weekday.
    """
    if not weekdays or not set(weekdays) <= set(range(WEEK)):
        raise ValueError("cooking is on weekdays from 0 to 6")
    cycle = -(-days // WEEK) * WEEK
    grams: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for plan in plans:
        for item in plan.items:
            grams[item.variant][item.day] += item.grams
    cooks = [day for day in range(-cycle, days) if (start.weekday() + day) % WEEK in weekdays]
    runs, late = [], []
    for name in sorted(grams):
        keeps = catalogue.variants[name].shelf_days
        for serves, when in _runs(sorted(grams[name]), cooks, keeps, cycle):
            if when:
                runs.append((name, serves, when))
            else:
                late.append((name, serves[0]))
    chosen = level_days([[day % cycle for day in when] for _, _, when in runs])
    cookings = tuple(
        Cooking(
            variant=name,
            day=next(day for day in when if day % cycle == picked),
            serves=serves,
            grams=sum(grams[name][day] for day in serves),
        )
        for (name, serves, when), picked in zip(runs, chosen, strict=True)
    )
    full = Counter(chosen)
    counts = tuple((day, full[day]) for day in sorted({day % cycle for day in cooks}))
    return KitchenWeek(cookings=cookings, counts=counts, late=tuple(late))


_Run = tuple[tuple[int, ...], list[int]]  # service days, days on which one cooking serves them all


def _runs(served: Sequence[int], cooks: Sequence[int], keeps: int, cycle: int) -> Iterator[_Run]:
    """Cook for some service days as seldom as can be: while one cooking day reaches them all."""
    taken: list[int] = []
    for day in served:
        if taken and not _reaching((taken[0], day), cooks, keeps, cycle):
            yield tuple(taken), _reaching((taken[0], taken[-1]), cooks, keeps, cycle)
            taken = []
        taken.append(day)
    yield tuple(taken), _reaching((taken[0], taken[-1]), cooks, keeps, cycle)


def _reaching(ends: tuple[int, int], cooks: Sequence[int], keeps: int, cycle: int) -> list[int]:
    first, last = ends
    return [day for day in cooks if max(last - keeps, first - cycle) <= day < first]
