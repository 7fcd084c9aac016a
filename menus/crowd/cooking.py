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

    `counts`: cookings per day of the cycle, which is the horizon in whole weeks, or several: a day
    of it cooks what is eaten soon and what is eaten next time. `late`: (variant, service day) that
    no cooking day reaches within shelf life.
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
    rounds: int = 1,
) -> KitchenWeek:
    """Cook each variant as seldom as its shelf life allows, at the latest the day before.

    `weekdays` are those on which is cooked, Monday 0. A cooking lies at most one cycle before the
    first day that it serves. In `rounds` of the plans, one after the other, what keeps so long is
    cooked for several at once, for as many as leave it a whole week of cooking days; room in store
    is not counted. Raises ValueError without a weekday or a round.
    """
    if not weekdays or not set(weekdays) <= set(range(WEEK)):
        raise ValueError("cooking is on weekdays from 0 to 6")
    if rounds < 1:
        raise ValueError("the plans are cooked for one round or more")
    horizon = -(-days // WEEK) * WEEK
    cycle = horizon * rounds
    grams: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for plan in plans:
        for item in plan.items:
            grams[item.variant][item.day] += item.grams
    cooks = [day for day in range(-cycle, 2 * cycle) if (start.weekday() + day) % WEEK in weekdays]
    calendar = _Calendar(cooks, len(set(weekdays)), horizon, rounds)
    runs, late = [], []
    for number, name in enumerate(sorted(grams)):
        keeps = catalogue.variants[name].shelf_days
        for serves in calendar.runs(sorted(grams[name]), keeps):
            if calendar.reaching(serves, keeps):
                runs += [(name, *each) for each in calendar.at_once(serves, keeps, number)]
            else:
                late.append((name, serves[0]))
    chosen = level_days([[day % cycle for day in when] for _, _, when in runs])
    cookings = tuple(
        Cooking(
            variant=name,
            day=next(day for day in when if day % cycle == picked),
            serves=serves,
            grams=sum(grams[name][day % horizon] for day in serves),
        )
        for (name, serves, when), picked in zip(runs, chosen, strict=True)
    )
    full = Counter(chosen)
    counts = tuple((day, full[day]) for day in sorted({day % cycle for day in cooks}))
    return KitchenWeek(cookings=cookings, counts=counts, late=tuple(late))


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The days on which is cooked, how many a week, and how often the plans come round."""

    cooks: Sequence[int]
    a_week: int
    horizon: int
    rounds: int

    def runs(self, served: Sequence[int], keeps: int) -> Iterator[tuple[int, ...]]:
        """Service days by cooking, as few as can be: while one cooking day reaches them all."""
        taken: list[int] = []
        for day in served:
            if taken and not self.reaching((taken[0], day), keeps):
                yield tuple(taken)
                taken = []
            taken.append(day)
        yield tuple(taken)

    def reaching(self, serves: Sequence[int], keeps: int, rounds: int = 1) -> list[int]:
        """Cooking days whose food is not too old on any of the service days."""
        first, last = serves[0], serves[-1]
        soonest = max(last - keeps, first - rounds * self.horizon)
        return [day for day in self.cooks if soonest <= day < first]

    def at_once(
        self, serves: Sequence[int], keeps: int, number: int
    ) -> Iterator[tuple[tuple[int, ...], list[int]]]:
        """The same service days of all rounds: those of one cooking, and when that may be.

        By their `number` variants begin in one round or another: what keeps for two rounds is not
        all cooked before the first.
        """
        each = [[day + turn * self.horizon for day in serves] for turn in range(self.rounds)]
        most = max(
            (
                turns
                for turns in range(2, self.rounds + 1)
                if len(self.reaching((serves[0], each[turns - 1][-1]), keeps, turns)) >= self.a_week
            ),
            default=1,
        )
        for turn in range(0, self.rounds, most):
            shift = number % most * self.horizon
            together = tuple(day + shift for days in each[turn : turn + most] for day in days)
            yield together, self.reaching(together, keeps, most)
