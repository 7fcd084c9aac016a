"""What the coming days will ask for: firm orders as they stand, plans times what survives of them.

A rate is in thousandths: of 1000 planned portions, how many are really asked for. It is learned
per kind of client and number of days ahead, leans on the kind as a whole while little is known,
and is 1000 where nothing is: what is planned is cooked.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import isqrt

from logistics.sites import SiteKind
from optimizer import RefillLots, RefillProblem, RefillRows, RefillStores, solve_refill

SURE = 1000
LEANS_PORTIONS = 200
"""A rate leans on its parent as if that had been seen over so many portions (house rule)."""
FADES_PERCENT = 90
"""What a day counts beside the day after it: an exponentially weighted mean (house rule)."""
ALARM_PERMILLE, ALARM_DAYS = 20, 3
COVER_PERMILLE = 950
"""The level of a forecast: enough in so many of 1000 cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where demand comes from: a house by the code of its site, or all homes together (empty)."""

    kind: SiteKind
    site: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayDemand:
    """Grams of each variant asked for on a day, by place: firm orders, and what is only planned."""

    firm: Mapping[Place, Mapping[str, int]]
    planned: Mapping[Place, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDay:
    """Portions of one kind of client on a coming day: firm already, or only planned."""

    kind: SiteKind
    made_on: date
    service_day: date
    firm: int
    planned: int

    @property
    def ahead(self) -> int:
        """Days between the forecast and the day itself."""
        return (self.service_day - self.made_on).days


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDay(OpenDay):
    """What was expected of the planned portions of a day, and what came of them.

    `actual` None: the day is not over. `level` was to be enough in 950 of 1000 cases.
    """

    expected: int
    level: int
    actual: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """Rates by kind and days ahead, and by kind how far a day's rate lies off (thousandths)."""

    rates: Mapping[tuple[SiteKind, int], int]
    spread: Mapping[SiteKind, int]

    def rate(self, kind: SiteKind, ahead: int) -> int:
        """Of 1000 planned portions so many days ahead, how many are asked for."""
        return self.rates.get((kind, ahead), SURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stays:
    """Patients of one day who were there the day before or not: the two states of a hospital."""

    before: int
    left: int
    came: int


def stay_rates(days: Sequence[Stays], ahead: int) -> dict[int, int]:
    """Per day ahead, of 1000 who are there now how many will be, newcomers included.

    Leaving is a chance each day, coming a number each day, both as seen on average; without any
    day that was seen the house stays as full as it is.
    """
    before, left = sum(day.before for day in days), sum(day.left for day in days)
    came = sum(day.came for day in days)
    if not before:
        return dict.fromkeys(range(1, ahead + 1), SURE)
    found, there = {}, SURE * SURE
    for count in range(1, ahead + 1):
        there = there * (before - left) // before + SURE * SURE * came // before
        found[count] = min(2 * SURE, (there + SURE // 2) // SURE)
    return found


def learn_survival(
    seen: Iterable[SeenDay],
    today: date,
    parents: Mapping[tuple[SiteKind, int], int] | None = None,
) -> Survival:
    """Rates from what came of earlier forecasts, the newest weighing most.

    A kind and days ahead lean on the kind; the kind leans on `parents` (a hospital's stays), else
    on 1000. Beta-binomial shrinkage: the parent counts as `LEANS_PORTIONS` portions seen.
    """
    told = {} if parents is None else parents
    by_kind: defaultdict[SiteKind, list[SeenDay]] = defaultdict(list)
    for each in seen:
        if each.actual is not None and each.service_day < today:
            by_kind[each.kind].append(each)
    rates = dict(told)
    spread = {}
    for kind, days in by_kind.items():
        weighed = [(_weight(today - each.service_day), each) for each in days]
        whole = _leaning(weighed, SURE)
        spread[kind] = _spread(weighed, whole)
        for ahead in {each.ahead for each in days}:
            mine = [one for one in weighed if one[1].ahead == ahead]
            rates[kind, ahead] = _leaning(mine, told.get((kind, ahead), whole))
    return Survival(rates=rates, spread=spread)


def _weight(age: timedelta) -> int:
    return int(1000 * FADES_PERCENT**age.days // 100**age.days)


def _leaning(weighed: Sequence[tuple[int, SeenDay]], parent: int) -> int:
    eaten = sum(weight * (each.actual or 0) for weight, each in weighed)
    planned = sum(weight * each.planned for weight, each in weighed)
    leaning = 1000 * LEANS_PORTIONS
    return (1000 * eaten + leaning * parent) // (planned + leaning)


def _spread(weighed: Sequence[tuple[int, SeenDay]], rate: int) -> int:
    """How far a whole day lies off: the three-point distance of what chance does not explain."""
    off = total = chance = 0
    for weight, each in weighed:
        error = 1000 * (each.actual or 0) - rate * each.planned
        off += weight * error * error
        chance += weight * each.planned * rate * max(0, SURE - rate)
        total += weight * each.planned * each.planned
    return min(SURE, isqrt(3 * max(0, off - chance) // total)) if total else 0


def forecast_days(days: Sequence[OpenDay], survival: Survival) -> tuple[SeenDay, ...]:
    """What is expected of each open day, and the level that should be enough."""
    rates = [survival.rate(day.kind, day.ahead) for day in days]
    many = len(days)
    none, one = (0,) * many, (1,) * many
    surely = [-(-day.planned * rate // SURE) for day, rate in zip(days, rates, strict=True)]
    found = solve_refill(
        RefillProblem(
            days=1,
            stores=RefillStores(starts=(0, many), arrives=(0,), until=(0,), room=(-1,)),
            rows=RefillRows(
                sure=tuple(
                    count if rate >= SURE else 0 for count, rate in zip(surely, rates, strict=True)
                ),
                plan=tuple(
                    0 if rate >= SURE else day.planned
                    for day, rate in zip(days, rates, strict=True)
                ),
                group=tuple(range(many)),
                cover=(COVER_PERMILLE,) * many,
                pack=one,
                least=none,
                most=none,
                shelf=one,
                life=none,
                size=none,
                reserve=none,
            ),
            lots=RefillLots(starts=(0,) * (many + 1), amount=(), first=(), last=()),
            eaten=tuple(min(SURE, rate) for rate in rates),
            spread=tuple(survival.spread.get(day.kind, 0) for day in days),
        )
    )
    return tuple(
        SeenDay(
            kind=day.kind,
            made_on=day.made_on,
            service_day=day.service_day,
            firm=day.firm,
            planned=day.planned,
            expected=expected,
            level=level,
        )
        for day, expected, level in zip(days, surely, found.level, strict=True)
    )


def expected_g(days: Sequence[DayDemand], survival: Survival) -> tuple[Mapping[str, int], ...]:
    """Grams of each variant expected per day, the first day being today: firm, and what survives.

    Firm orders are never scaled; grams are rounded up.
    """
    return tuple(_day_g(day, survival, ahead) for ahead, day in enumerate(days))


def _day_g(day: DayDemand, survival: Survival, ahead: int) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    for place in {*day.firm, *day.planned}:
        total.update(place_g(day, place, survival, ahead=ahead))
    return dict(sorted(total.items()))


def place_g(day: DayDemand, place: Place, survival: Survival, *, ahead: int) -> Mapping[str, int]:
    """Grams of each variant expected by one place so many days ahead."""
    rate = survival.rate(place.kind, ahead)
    total = Counter(day.firm.get(place, {}))
    for sku, grams in day.planned.get(place, {}).items():
        total[sku] += -(-grams * rate // SURE)
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastErrors:
    """How good forecasts were, in thousandths of what came; None where nothing came.

    `wape`: all misses together. `bias`: too much above zero. `pinball`: the loss of the level in
    thousandths of a portion per portion, least when it is enough in 950 of 1000 cases.
    `enough`: of 1000 days, how often the level was enough.
    """

    days: int
    wape: int | None = None
    bias: int | None = None
    pinball: int | None = None
    enough: int | None = None


def forecast_errors(seen: Iterable[SeenDay]) -> ForecastErrors:
    """What was missed over the days that are over."""
    days = [(each, each.actual) for each in seen if each.actual is not None]
    came = sum(actual for _, actual in days)
    if not came:
        return ForecastErrors(days=len(days))
    return ForecastErrors(
        days=len(days),
        wape=1000 * sum(abs(each.expected - actual) for each, actual in days) // came,
        bias=1000 * sum(each.expected - actual for each, actual in days) // came,
        pinball=sum(_pinball(each.level, actual) for each, actual in days) // came,
        enough=1000 * sum(each.level >= actual for each, actual in days) // len(days),
    )


def _pinball(level: int, actual: int) -> int:
    short = actual - level
    return COVER_PERMILLE * short if short > 0 else (COVER_PERMILLE - 1000) * short


class BiasAlarm(StrEnum):
    """The rate was off in the same direction on three days in a row."""

    TOO_HIGH = "forecast.too_high"
    TOO_LOW = "forecast.too_low"


def bias_alarm(seen: Iterable[SeenDay]) -> BiasAlarm | None:
    """Whether survival was more than 2 points off on each of the last three days that are over."""
    by_day: defaultdict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in seen:
        if each.actual is not None:
            sums = by_day[each.service_day]
            sums[0] += each.planned
            sums[1] += each.expected
            sums[2] += each.actual
    last = [by_day[day] for day in sorted(by_day)[-ALARM_DAYS:]]
    if len(last) < ALARM_DAYS or not all(planned for planned, _, _ in last):
        return None
    off = [1000 * (expected - actual) for _, expected, actual in last]
    limits = [ALARM_PERMILLE * planned for planned, _, _ in last]
    if all(each > limit for each, limit in zip(off, limits, strict=True)):
        return BiasAlarm.TOO_HIGH
    if all(-each > limit for each, limit in zip(off, limits, strict=True)):
        return BiasAlarm.TOO_LOW
    return None


FORECAST_CODES: tuple[str, ...] = tuple(BiasAlarm)
"""Codes of this module that need a sentence in each language."""
