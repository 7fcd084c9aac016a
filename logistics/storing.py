"""The central store ahead: what should lie there, what runs short or expires, who gets what."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from logistics.forecast import COVER_PERMILLE, SURE, DayDemand, Place, Survival, place_g
from logistics.stock import Lot, LotState
from menus import Catalogue
from optimizer import (
    Limits,
    RationItem,
    RationProblem,
    RationRow,
    RationStore,
    RefillLots,
    RefillProblem,
    RefillRows,
    RefillStores,
    solve_ration,
    solve_refill,
)

KITCHEN_WEEKDAYS = frozenset(range(6))
"""Monday to Saturday: when the kitchen cooks."""
COOKED_AHEAD_DAYS = 14
"""House rule: what keeps no longer than this is cooked for its own day only."""


def store_lasts_days(service_day: date, kitchen_weekdays: frozenset[int] = KITCHEN_WEEKDAYS) -> int:
    """Days after the service day that its cooking must cover: through the cooking after next.

    What is cooked on a day may come too late for the first van of that day.
    """
    days = range(1, COOKED_AHEAD_DAYS)
    cooking = [n for n in days if (service_day + timedelta(days=n)).weekday() in kitchen_weekdays]
    return cooking[1]


def store_targets(
    catalogue: Catalogue, days: Sequence[DayDemand], survival: Survival, service_day: date
) -> Mapping[str, int]:
    """Grams of each variant that should lie in store when the service day ends.

    `days[0]` is the service day itself: its orders have been served by then. Firm orders are
    covered whole, plans so that it is enough in 950 of 1000 cases.
    """
    ahead = days[1 : store_lasts_days(service_day) + 1]
    firm, planned = _by_sku(day.firm for day in ahead), _by_sku(day.planned for day in ahead)
    skus = [
        sku
        for sku in sorted({*firm, *planned})
        if sku in catalogue.variants and catalogue.variants[sku].shelf_days > COOKED_AHEAD_DAYS
    ]
    portion = {sku: catalogue.variants[sku].portions_g["M"] for sku in skus}
    cells = [
        _cell(day, sku, survival, ahead=number, portion_g=portion[sku])
        for sku in skus
        for number, day in enumerate(ahead, start=1)
    ]
    many, span = len(skus), len(ahead)
    none = (0,) * many
    found = solve_refill(
        RefillProblem(
            days=span,
            stores=RefillStores(starts=(0, many), arrives=(0,), until=(span - 1,), room=(-1,)),
            rows=RefillRows(
                sure=tuple(cell[0] for cell in cells),
                plan=tuple(cell[1] for cell in cells),
                group=tuple(range(many)),
                cover=(COVER_PERMILLE,) * many,
                pack=(1,) * many,
                least=none,
                most=none,
                shelf=tuple(catalogue.variants[sku].shelf_days for sku in skus),
                life=none,
                size=none,
                reserve=none,
            ),
            lots=RefillLots(starts=(0,) * (many + 1), amount=(), first=(), last=()),
            eaten=tuple(cell[2] for cell in cells),
            spread=(max(survival.spread.values(), default=0),) * many,
        )
    )
    levels = zip(skus, found.level, strict=True)
    return {sku: level * portion[sku] for sku, level in levels if level}


def _by_sku(days: Iterable[Mapping[Place, Mapping[str, int]]]) -> set[str]:
    return {sku for day in days for grams in day.values() for sku in grams}


def _cell(
    day: DayDemand, sku: str, survival: Survival, *, ahead: int, portion_g: int
) -> tuple[int, int, int]:
    """Portions of a variant on a day that are sure, those only planned, and the rate of these.

    Where more comes than was planned, what is expected is taken for sure.
    """
    firm_g = sum(grams.get(sku, 0) for grams in day.firm.values())
    parts = [
        (grams[sku], survival.rate(place.kind, ahead))
        for place, grams in day.planned.items()
        if grams.get(sku)
    ]
    total_g = sum(grams for grams, _ in parts)
    weighed = sum(grams * rate for grams, rate in parts)
    if weighed >= SURE * total_g:
        return -(-(firm_g + -(-weighed // SURE)) // portion_g), 0, SURE
    return -(-firm_g // portion_g), -(-total_g // portion_g), -(-weighed // total_g)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wasted:
    """Grams of a lot that will expire unused at the end of a day, at the expected use."""

    lot: str
    day: date
    amount_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAhead:
    """One variant in the central store, evening by evening, if nothing is cooked any more.

    `there_g`: what may be given today. `short_on`: the first day that is not covered whole; None
    when all are.
    """

    sku: str
    there_g: int
    left_g: tuple[int, ...]
    asked_g: tuple[int, ...]
    short_g: int
    short_on: date | None
    wasted: tuple[Wasted, ...]


def project_stock(
    lots: Iterable[Lot], expected: Sequence[Mapping[str, int]], today: date
) -> tuple[StockAhead, ...]:
    """What lies in store evening by evening, first expired first out, by variant.

    Only released lots count. A lot that is past its date is wasted on the first day.
    """
    shelf: defaultdict[str, list[Lot]] = defaultdict(list)
    for lot in sorted(lots, key=lambda each: (each.use_by, each.id)):
        if lot.state is LotState.RELEASED:
            shelf[lot.sku].append(lot)
    skus = sorted({*shelf, *(sku for day in expected for sku in day)})
    return tuple(
        _ahead(sku, shelf.get(sku, []), [day.get(sku, 0) for day in expected], today)
        for sku in skus
    )


def _ahead(sku: str, lots: list[Lot], asked: list[int], today: date) -> StockAhead:
    left = {lot.id: lot.amount_g for lot in lots}
    evenings: list[int] = []
    wasted: list[Wasted] = []
    short, short_on = 0, None
    for number, wanted in enumerate(asked):
        day = today + timedelta(days=number)
        missing = wanted
        for lot in (one for one in lots if one.use_by >= day):
            taken = min(missing, left[lot.id])
            left[lot.id] -= taken
            missing -= taken
        short += missing
        short_on = short_on or (day if missing else None)
        for lot in lots:
            if lot.use_by <= day and left[lot.id]:
                wasted.append(Wasted(lot=lot.id, day=day, amount_g=left[lot.id]))
                left[lot.id] = 0
        evenings.append(sum(left.values()))
    return StockAhead(
        sku=sku,
        there_g=sum(lot.amount_g for lot in lots if lot.use_by >= today),
        left_g=tuple(evenings),
        asked_g=tuple(asked),
        short_g=short,
        short_on=short_on,
        wasted=tuple(wasted),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceShare:
    """Portions of a variant that a place gets of what it asks for while there is too little."""

    sku: str
    place: Place
    asked: int
    given: int
    reason: str


SHARE_REASONS: tuple[str, ...] = ("share.all", "share.fair")
"""It gets all it asks for, or the largest share that all places can have."""


def share_out(
    catalogue: Catalogue,
    ahead: Iterable[StockAhead],
    days: Sequence[DayDemand],
    survival: Survival,
) -> tuple[PlaceShare, ...]:
    """Who gets what of the variants that run short, if nothing is cooked any more.

    Every portion was prescribed, so all of the demand counts as clinical need: the smallest share
    is made as large as can be, then the next, whoever asks most.
    """
    places = sorted(
        {place for day in days for place in (*day.firm, *day.planned)},
        key=lambda each: (each.kind, each.site),
    )
    scarce = [one for one in ahead if one.short_g and one.sku in catalogue.variants]
    stores = tuple(
        RationStore(key=str(number), delivery_days=tuple(range(len(days))))
        for number in range(len(places))
    )
    asked = [
        [place_g(day, place, survival, ahead=count) for count, day in enumerate(days)]
        for place in places
    ]
    items = tuple(_item(catalogue, one, len(days), asked) for one in scarce)
    found = solve_ration(
        RationProblem(days=len(days), stores=stores, items=items), Limits(moves=10 * len(items) + 1)
    ).solution
    told = {(one.item, one.store): one for one in found.shares} if found else {}
    return tuple(
        PlaceShare(
            sku=item.key,
            place=places[int(row.store)],
            asked=sum(row.demand),
            given=share.given if (share := told.get((item.key, row.store))) else sum(row.demand),
            reason="share.fair" if share else "share.all",
        )
        for item in items
        for row in item.rows
        if any(row.demand)
    )


def _item(
    catalogue: Catalogue,
    one: StockAhead,
    days: int,
    asked_g: Sequence[Sequence[Mapping[str, int]]],
) -> RationItem:
    """A scarce variant in portions; what lies in store today may be given, but what will expire.

    `asked_g`: place x day, grams of each variant.
    """
    portion_g = catalogue.variants[one.sku].portions_g["M"]
    none = (0,) * days
    rows = []
    for number, each in enumerate(asked_g):
        demand = tuple(-(-day.get(one.sku, 0) // portion_g) for day in each)
        rows.append(
            RationRow(store=str(number), held=none, demand=demand, clinical=demand, safety=none)
        )
    given_g = sum(one.asked_g) - one.short_g
    return RationItem(key=one.sku, central=(given_g // portion_g, *none[1:]), rows=tuple(rows))
