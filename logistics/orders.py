"""An order from request to delivery: cut-off, acceptance with refusals as codes, its states."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from logistics.sites import SiteKind
from menus import (
    ALLERGIES,
    NUTRIENTS,
    Catalogue,
    Eater,
    Objection,
    Variant,
    hard_objections,
    portion_hundredths,
)


class OrderState(StrEnum):
    """Where an order stands."""

    HELD = "held"  # waits for a person, for instance because of an unknown allergy code
    PLACED = "placed"
    PLANNED = "planned"
    UNSERVED = "unserved"  # the day plan could not fit it in; carries its reason
    DISPATCHED = "dispatched"
    DELIVERED = "delivered"
    NOT_DELIVERED = "not_delivered"
    CANCELLED = "cancelled"


_NEXT: Mapping[OrderState, frozenset[OrderState]] = {
    OrderState.HELD: frozenset({OrderState.PLACED, OrderState.CANCELLED}),
    OrderState.PLACED: frozenset(
        {OrderState.HELD, OrderState.PLANNED, OrderState.UNSERVED, OrderState.CANCELLED}
    ),
    OrderState.UNSERVED: frozenset({OrderState.PLACED, OrderState.PLANNED, OrderState.CANCELLED}),
    # Planning again takes an order back; proof of delivery counts without a scan at loading.
    OrderState.PLANNED: frozenset(
        {
            OrderState.PLACED,
            OrderState.UNSERVED,
            OrderState.DISPATCHED,
            OrderState.DELIVERED,
            OrderState.NOT_DELIVERED,
            OrderState.CANCELLED,
        }
    ),
    OrderState.DISPATCHED: frozenset({OrderState.DELIVERED, OrderState.NOT_DELIVERED}),
    OrderState.DELIVERED: frozenset(),
    OrderState.NOT_DELIVERED: frozenset(),
    OrderState.CANCELLED: frozenset(),
}


def may_become(state: OrderState, new: OrderState) -> bool:
    """Whether an order may move from one state to another; staying put is no move."""
    return new in _NEXT[state]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOff:
    """When ordering for a service day closes: so many days before, at a local minute of the day."""

    days_before: int
    minute_of_day: int
    zone: tzinfo

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.days_before < 0:
            raise ValueError("a cut-off lies on or before the service day")
        if not 0 <= self.minute_of_day < 24 * 60:
            raise ValueError("a minute of the day is 0 to 1439")


# Days before and minute of the day: at home two days before at noon, so that a proposal leaves
# 48 hours to answer and the kitchen a full day; houses with a ward kitchen order the day before.
_CUT_OFF_BY_KIND: Mapping[SiteKind, tuple[int, int]] = {
    SiteKind.HOME: (2, 12 * 60),
    SiteKind.RESIDENTIAL: (1, 10 * 60),
    SiteKind.HOSPITAL: (1, 15 * 60),
}


def cut_offs(zone: tzinfo) -> Mapping[SiteKind, CutOff]:
    """The rule of each kind of site in a time zone, unless a contract says otherwise."""
    return {
        kind: CutOff(days_before=days, minute_of_day=minute, zone=zone)
        for kind, (days, minute) in _CUT_OFF_BY_KIND.items()
    }


def cut_off_at(service_day: date, rule: CutOff) -> datetime:
    """The moment ordering closes, in UTC; at that very moment it is closed.

    The local clock counts: noon stays noon when summer time starts or ends in between. A minute
    that the clock shows twice is the first of the two.
    """
    hour, minute = divmod(rule.minute_of_day, 60)
    day = service_day - timedelta(days=rule.days_before)
    return datetime.combine(day, time(hour, minute), tzinfo=rule.zone).astimezone(UTC)


def is_open(service_day: date, rule: CutOff, now: datetime) -> bool:
    """Whether an order for this day may still be placed, changed or cancelled."""
    return now < cut_off_at(service_day, rule)


class RefusalCode(StrEnum):
    """Why an order is not accepted as asked."""

    AFTER_CUT_OFF = "order.after_cut_off"
    LATE = "order.late"  # asked late on purpose: a person looks for a place
    NOT_A_DELIVERY_DAY = "order.not_a_delivery_day"
    EMPTY = "order.empty"
    UNKNOWN_COMPONENT = "order.unknown_component"
    UNKNOWN_EATER = "order.unknown_eater"
    QUANTITY_OUT_OF_RANGE = "order.quantity_out_of_range"
    UNSUITABLE = "order.unsuitable"
    PLAN_NOT_APPROVED = "order.plan_not_approved"
    PAUSED = "order.paused"
    UNKNOWN_ALLERGY = "order.unknown_allergy"
    ENERGY_ABOVE_CAP = "order.energy_above_cap"
    ENERGY_UNKNOWN = "order.energy_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One reason, with what it is about; `line` counts from 0 as the lines were asked."""

    code: RefusalCode
    line: int | None = None
    eater: str | None = None
    sku: str | None = None
    objection: Objection | None = None
    allergy: str | None = None
    cut_off: datetime | None = None
    most_portions: int | None = None
    most_kcal: int | None = None

    @property
    def holds(self) -> bool:
        """Whether the order waits for a person instead of being refused."""
        return self.code in {RefusalCode.UNKNOWN_ALLERGY, RefusalCode.LATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """So many portions of one variant for one eater; None as grams is the medium portion."""

    sku: str
    eater: str
    portions: int
    portion_g: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """What somebody asks to be delivered at one site on one service day.

    `late`: they know that it may be too late, and ask a person to look for a place. `published`:
    kitchen and vans work by the plan of that day already, whatever the cut-off says.
    """

    site: str
    service_day: date
    lines: tuple[RequestLine, ...]
    late: bool = False
    published: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRules:
    """What holds for a site: cut-off, weekdays of delivery (0 is Monday), closed days, limits."""

    cut_off: CutOff
    weekdays: frozenset[int]
    closed_days: frozenset[date] = frozenset()
    most_portions: int = 28  # a fortnight of one dish twice a day
    needs_approved_plan: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderingEater:
    """An eater as this order meets them: profile, approved plan, pause (both days included).

    `most_kcal` is the most energy for the days this order feeds, with what is `already` ordered
    for them; None is no such limit.
    """

    profile: Eater
    plan_approved: bool = False
    paused_from: date | None = None
    paused_until: date | None = None
    most_kcal: int | None = None
    already: tuple[RequestLine, ...] = ()

    def isis_paused(self, day: date) -> bool:
        """Whether deliveries are paused on a day; a pause without end lasts until resumed."""
        return is_within_pause(day, start=self.paused_from, end=self.paused_until)


def is_within_pause(day: date, *, start: date | None, end: date | None) -> bool:
    """Whether a day lies in a pause; both its days count, and None as end is no end."""
    return start is not None and start <= day and (end is None or day <= end)


def accept(
    request: OrderRequest,
    rules: OrderRules,
    *,
    catalogue: Catalogue,
    eaters: Mapping[str, OrderingEater],
    now: datetime,
    recalled: frozenset[str] = frozenset(),
) -> tuple[Refusal, ...]:
    """Every reason why the order cannot be taken as asked; empty means it can.

    An allergy code nobody knows holds the order for a person and never drops it; see `state_of`.
    """
    return (
        *_day_refusals(request, rules, now=now),
        *_eater_refusals(request, rules, eaters=eaters),
        *_line_refusals(request, rules, catalogue=catalogue, eaters=eaters, recalled=recalled),
        *_energy_refusals(request, catalogue=catalogue, eaters=eaters),
    )


def state_of(refusals: tuple[Refusal, ...]) -> OrderState | None:
    """The state an order starts in: placed, held for a person, or None when it is refused."""
    if not all(refusal.holds for refusal in refusals):
        return None
    return OrderState.HELD if refusals else OrderState.PLACED


def _day_refusals(request: OrderRequest, rules: OrderRules, *, now: datetime) -> Iterator[Refusal]:
    day = request.service_day
    if request.published or not is_open(day, rules.cut_off, now=now):
        over = now.astimezone(rules.cut_off.zone).date() > day
        if request.late and not over:
            yield Refusal(code=RefusalCode.LATE)
        else:
            closed = cut_off_at(day, rules.cut_off)
            yield Refusal(code=RefusalCode.AFTER_CUT_OFF, cut_off=closed)
    if day.weekday() not in rules.weekdays or day in rules.closed_days:
        yield Refusal(code=RefusalCode.NOT_A_DELIVERY_DAY)
    if not request.lines:
        yield Refusal(code=RefusalCode.EMPTY)


def _eater_refusals(
    request: OrderRequest, rules: OrderRules, *, eaters: Mapping[str, OrderingEater]
) -> Iterator[Refusal]:
    """What concerns a person once, whatever the number of lines."""
    for name in dict.fromkeys(line.eater for line in request.lines):
        eater = eaters.get(name)
        if eater is None:
            yield Refusal(code=RefusalCode.UNKNOWN_EATER, eater=name)
            continue
        if rules.needs_approved_plan and not eater.plan_approved:
            yield Refusal(code=RefusalCode.PLAN_NOT_APPROVED, eater=name)
        if eater.isis_paused(request.service_day):
            yield Refusal(code=RefusalCode.PAUSED, eater=name)
        for allergy in sorted(eater.profile.allergies - ALLERGIES):
            yield Refusal(code=RefusalCode.UNKNOWN_ALLERGY, eater=name, allergy=allergy)


def _line_refusals(
    request: OrderRequest,
    rules: OrderRules,
    *,
    catalogue: Catalogue,
    eaters: Mapping[str, OrderingEater],
    recalled: frozenset[str],
) -> Iterator[Refusal]:
    for number, line in enumerate(request.lines):
        if not 1 <= line.portions <= rules.most_portions:
            yield _refusal(
                RefusalCode.QUANTITY_OUT_OF_RANGE, line, number=number, most=rules.most_portions
            )
        variant, eater = catalogue.variants.get(line.sku), eaters.get(line.eater)
        if variant is None:
            yield _refusal(RefusalCode.UNKNOWN_COMPONENT, line, number=number)
        elif eater is not None:
            for objection in _objections(variant, eater.profile, recalled):
                yield _refusal(RefusalCode.UNSUITABLE, line, number=number, objection=objection)


def _energy_refusals(
    request: OrderRequest, *, catalogue: Catalogue, eaters: Mapping[str, OrderingEater]
) -> Iterator[Refusal]:
    """Energy above what an eater's days may bring; energy nobody knows is never within it."""
    for name, eater in eaters.items():
        own = [line for line in request.lines if line.eater == name]
        if eater.most_kcal is None or not own:
            continue
        known = [line for line in (*own, *eater.already) if line.sku in catalogue.variants]
        energies = [_energy(catalogue.variants[line.sku], line) for line in known]
        for line, energy in zip(known, energies, strict=True):
            if energy is None:
                yield Refusal(code=RefusalCode.ENERGY_UNKNOWN, eater=name, sku=line.sku)
        most = eater.most_kcal * _KCAL
        if None not in energies and sum(one or 0 for one in energies) > most:
            yield Refusal(code=RefusalCode.ENERGY_ABOVE_CAP, eater=name, most_kcal=eater.most_kcal)


_ENERGY = next(at for at, one in enumerate(NUTRIENTS) if one.code == "energy_kcal")
_KCAL = 100 * NUTRIENTS[_ENERGY].scale


def _energy(variant: Variant, line: RequestLine) -> int | None:
    """Energy of a line in hundredths of the catalogue's scaled unit; None when not known."""
    grams = line.portion_g or variant.portions_g.m
    amount = portion_hundredths(variant, grams)[_ENERGY]
    return None if amount is None else amount * line.portions


def _refusal(
    code: RefusalCode,
    line: RequestLine,
    *,
    number: int,
    objection: Objection | None = None,
    most: int | None = None,
) -> Refusal:
    return Refusal(
        code=code,
        line=number,
        eater=line.eater,
        sku=line.sku,
        objection=objection,
        most_portions=most,
    )


def _objections(variant: Variant, eater: Eater, recalled: frozenset[str]) -> tuple[Objection, ...]:
    """Objections of the menu room, without the unknown codes, which hold the order once."""
    unknown = "objection.allergy.unknown_code"
    return tuple(
        one for one in hard_objections(variant, eater, recalled=recalled) if one.code != unknown
    )


ORDER_CODES: tuple[str, ...] = (*RefusalCode, *(f"order.state.{state}" for state in OrderState))
"""Every code of this module that needs a sentence in each language."""
