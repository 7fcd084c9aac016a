"""Lots, and which lot serves which order line: first expired, first out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from operator import itemgetter
from typing import Generic, TypeVar

from logistics.demand import OrderLine
from logistics.sites import SiteKind
from menus import LotTexture, Zone

MIN_LIFE_DAYS: Mapping[SiteKind, int] = {
    SiteKind.HOME: 10,
    SiteKind.RESIDENTIAL: 3,
    SiteKind.HOSPITAL: 1,
}
"""Days of shelf life left at delivery where an order does not say otherwise.

House rule: days until the next delivery (a week at home) and three to spare; of food that keeps
shorter than that, two thirds of its own shelf life.
"""


def life_at_delivery(
    kind: SiteKind, shelf_days: int, asked: int | None = None, lasts_days: int = 0
) -> int:
    """Days of shelf life that must be left at delivery: `asked` by the place, else the house rule.

    `lasts_days`: days that it must last where it goes, as a house's own store until the next but
    one comes in; what keeps long enough must last that long, so that nothing expires there
    unavoidably.
    """
    rule = min(max(MIN_LIFE_DAYS[kind], lasts_days), shelf_days * 2 // 3)
    if asked is None:
        return max(0, rule)
    return max(0, asked, rule) if lasts_days else max(0, asked)


class LotState(StrEnum):
    """Whether a lot may leave the store."""

    RELEASED = "released"
    HOLD = "hold"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """One traceable quantity of one variant with a use-by date."""

    id: str
    sku: str
    amount_g: int
    use_by: date
    zone: Zone
    state: LotState = LotState.RELEASED

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.amount_g < 0:
            raise ValueError("a lot never holds less than nothing")


_FIT = frozenset({LotTexture.FREE, LotTexture.PASSED})


def release_refusal(state: LotState, texture: LotTexture) -> str | None:
    """Why a lot may not be released, as a code; None: it may.

    It is on hold, and its texture test passed where its level asks for one.
    """
    if state is not LotState.HOLD:
        return "stock.not_on_hold"
    return None if texture in _FIT else f"stock.texture.{texture}"


def with_texture(lot: Lot, texture: LotTexture) -> Lot:
    """The lot as it may be handed out: released without its passed test, it is on hold."""
    if lot.state is LotState.RELEASED and texture not in _FIT:
        return replace(lot, state=LotState.HOLD)
    return lot


RELEASE_CODES: tuple[str, ...] = (
    "stock.not_on_hold",
    *(f"stock.texture.{texture}" for texture in LotTexture if texture not in _FIT),
)
"""Every reason against releasing a lot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngredientLot:
    """One traceable quantity of one ingredient in store."""

    id: str
    ingredient: str
    amount_g: int
    use_by: date
    state: LotState = LotState.RELEASED

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.amount_g < 0:
            raise ValueError("a lot never holds less than nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """So many grams of one lot set aside for one order line."""

    order_line: str
    lot: str
    amount_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """So many grams of one ingredient lot taken into one batch."""

    batch: str
    lot: str
    amount_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """Grams of one order line that no lot could give."""

    order_line: str
    sku: str
    amount_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PickLine:
    """What to take from one lot, all order lines together."""

    zone: Zone
    lot: str
    sku: str
    use_by: date
    amount_g: int


def allocate_fefo(
    lines: Iterable[OrderLine], lots: Iterable[Lot], *, on: date, min_life_days: Mapping[str, int]
) -> tuple[tuple[Allocation, ...], tuple[Shortage, ...]]:
    """Lots for order lines, first expired first out, and what stays short.

    Lines are served in the order given. `min_life_days` says per line how many days of shelf life
    a lot must have left on the day. Only released lots are given, in whole portions: a portion
    never mixes two lots, so that each pack carries one lot number.
    """
    shelf = _shelf(lots, on)
    allocations: list[Allocation] = []
    shortages: list[Shortage] = []
    for line in lines:
        last_fit = on + timedelta(days=min_life_days[line.id])
        given = tuple(_take(line, shelf[line.sku], last_fit))
        allocations += given
        short = line.amount_g - sum(each.amount_g for each in given)
        if short:
            shortages.append(Shortage(order_line=line.id, sku=line.sku, amount_g=short))
    return tuple(allocations), tuple(shortages)


AnyLot = TypeVar("AnyLot", bound=Lot | IngredientLot)


class OnShelf(Generic[AnyLot]):
    """What is left of one lot while it is being given out."""

    def __init__(self, lot: AnyLot) -> None:
        self.lot = lot
        self.left_g = lot.amount_g

    def take(self, most_g: int) -> int:
        """Take up to so many grams; says how many."""
        taken = min(most_g, self.left_g)
        self.left_g -= taken
        return taken


def first_expired_first(lots: Iterable[AnyLot], on: date) -> tuple[OnShelf[AnyLot], ...]:
    """The lots that may be used on a day, earliest use-by first: released, and not expired."""
    usable = [
        (lot.use_by, lot.id, OnShelf(lot))
        for lot in lots
        if lot.state is LotState.RELEASED and lot.use_by >= on
    ]
    return tuple(each for _, _, each in sorted(usable, key=itemgetter(0, 1)))


def _shelf(lots: Iterable[Lot], on: date) -> defaultdict[str, list[OnShelf[Lot]]]:
    shelf: defaultdict[str, list[OnShelf[Lot]]] = defaultdict(list)
    for each in first_expired_first(lots, on):
        shelf[each.lot.sku].append(each)
    return shelf


def _take(line: OrderLine, shelf: Iterable[OnShelf[Lot]], last_fit: date) -> Iterator[Allocation]:
    wanted = line.portions
    for each in shelf:
        portions = min(wanted, each.left_g // line.portion_g)
        if portions and each.lot.use_by >= last_fit:
            given_g = each.take(portions * line.portion_g)
            wanted -= portions
            yield Allocation(order_line=line.id, lot=each.lot.id, amount_g=given_g)


def pick_list(allocations: Iterable[Allocation], lots: Iterable[Lot]) -> tuple[PickLine, ...]:
    """What to take from the store, by zone and oldest first; KeyError for an unknown lot."""
    known = {lot.id: lot for lot in lots}
    taken: defaultdict[str, int] = defaultdict(int)
    for each in allocations:
        taken[each.lot] += each.amount_g
    lines = (
        PickLine(
            zone=known[lot].zone,
            lot=lot,
            sku=known[lot].sku,
            use_by=known[lot].use_by,
            amount_g=amount_g,
        )
        for lot, amount_g in taken.items()
    )
    return tuple(sorted(lines, key=lambda line: (line.zone, line.use_by, line.lot)))


def stays_g(lots: Iterable[Lot], day: date) -> Counter[str]:
    """Grams of each variant for the days after a day: what may go out and does not end by then."""
    grams: Counter[str] = Counter()
    for lot in lots:
        if lot.state is LotState.RELEASED and lot.use_by > day:
            grams[lot.sku] += lot.amount_g
    return grams


def left_over(lots: Iterable[Lot], allocations: Iterable[Allocation]) -> tuple[Lot, ...]:
    """The same lots without what was given from them, empty ones left out."""
    given: defaultdict[str, int] = defaultdict(int)
    for each in allocations:
        given[each.lot] += each.amount_g
    return tuple(
        replace(lot, amount_g=lot.amount_g - given[lot.id])
        for lot in lots
        if lot.amount_g > given[lot.id]
    )
