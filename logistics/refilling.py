"""What to send to a home, or to a house's own store, against what lies there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from logistics.forecast import COVER_PERMILLE, SURE
from logistics.reorders import OnNoAnswer
from optimizer import (
    REFILL_REASONS,
    RefillLots,
    RefillProblem,
    RefillRows,
    RefillStores,
    solve_refill,
)

NO_SUBSTITUTE_PERMILLE = 990
"""The level for a dish in a texture that nothing else replaces (house rule): one short means that
somebody goes without, so it should be enough in 99 of 100 cases instead of 95."""


class ReorderReason(StrEnum):
    """Why a line asks for this many portions."""

    NEEDED = "reorder.needed"
    ENOUGH_AT_HOME = "reorder.enough_at_home"
    STOCK_UNKNOWN = "reorder.stock_unknown"
    FREEZER_FULL = "reorder.freezer_full"
    RESERVE = "reorder.reserve"
    AT_LEAST = "reorder.at_least"
    KEEPS = "reorder.keeps"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorderLine:
    """Portions to send of one variant; `at_home` on arrival, None means nobody knows.

    `planned`: portions the plan holds from the arrival on; `level`: those that should be there for
    it, by what of plans is really eaten; `lost`: those that lie there and will expire uneaten.
    """

    sku: str
    planned: int
    at_home: int | None
    portions: int
    reason: ReorderReason
    level: int
    lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreLot:
    """Portions that may be eaten from a day on until another one, both included; 0 is today."""

    portions: int
    last: int
    first: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreGood:
    """One variant of a store: what the plan has eaten of it, what lies there, what arrives.

    `planned`: portions by day from today on. `lots`: None where nobody knows what lies there.
    `keeps`: days that what arrives may be eaten, the day of arrival included, as least promised.
    `reserve`: portions for an emergency, never counted as there to be eaten. `no_substitute`:
    nothing else replaces it where it is short. `size`: 1 for what takes room in the freezer.
    """

    sku: str
    planned: tuple[int, ...]
    lots: tuple[StoreLot, ...] | None
    keeps: int
    reserve: int = 0
    no_substitute: bool = False
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreAsk:
    """A store before an order: it comes in on day `arrives` and must last through day `until`.

    `eaten`: of 1000 planned portions of a day, how many are eaten; `spread`: how far that lies off.
    Every line comes in packs of `pack` portions, at least `least_packs` of them. `room`: portions
    that the freezer holds, None for no limit.
    """

    goods: tuple[StoreGood, ...]
    arrives: int
    until: int
    eaten: tuple[int, ...]
    spread: int = 0
    pack: int = 1
    least_packs: int = 0
    room: int | None = None


def propose_refill(ask: StoreAsk) -> tuple[ReorderLine, ...]:
    """What to send: order up to what the plan eats until the order after next comes in.

    Unknown stock is not zero: as much is sent as if nothing lay there, so that nobody goes without,
    and the line says that it must be counted.
    """
    goods, days = ask.goods, len(ask.eaten)
    sure = [rate >= SURE for rate in ask.eaten]
    lots = [lot for good in goods for lot in good.lots or ()]
    starts = [0]
    for good in goods:
        starts.append(starts[-1] + len(good.lots or ()))
    many = len(goods)
    found = solve_refill(
        RefillProblem(
            days=days,
            stores=RefillStores(
                starts=(0, many),
                arrives=(ask.arrives,),
                until=(ask.until,),
                room=(-1 if ask.room is None else ask.room,),
            ),
            rows=RefillRows(
                sure=tuple(
                    count if is_sure else 0
                    for good in goods
                    for count, is_sure in zip(good.planned, sure, strict=True)
                ),
                plan=tuple(
                    0 if is_sure else count
                    for good in goods
                    for count, is_sure in zip(good.planned, sure, strict=True)
                ),
                group=(0,) * many,
                cover=tuple(
                    NO_SUBSTITUTE_PERMILLE if good.no_substitute else COVER_PERMILLE
                    for good in goods
                ),
                pack=(ask.pack,) * many,
                least=(ask.least_packs,) * many,
                most=(0,) * many,
                shelf=tuple(good.keeps for good in goods),
                life=(0,) * many,
                size=tuple(good.size for good in goods),
                reserve=tuple(good.reserve for good in goods),
            ),
            lots=RefillLots(
                starts=tuple(starts),
                amount=tuple(lot.portions for lot in lots),
                first=tuple(lot.first for lot in lots),
                last=tuple(lot.last for lot in lots),
            ),
            eaten=tuple(min(SURE, rate) for rate in ask.eaten),
            spread=(ask.spread,),
        )
    )
    return tuple(
        _line(ask, good, packs * ask.pack, (level, lost), REFILL_REASONS[why])
        for good, packs, level, lost, why in zip(
            goods, found.packs, found.level, found.lost, found.reason, strict=True
        )
    )


def _line(
    ask: StoreAsk, good: StoreGood, portions: int, figures: tuple[int, int], why: str
) -> ReorderLine:
    there = None if good.lots is None else _on_arrival(ask, good.lots, good.planned)
    level, lost = figures
    before = sum(_used(ask, good.planned, day) for day in range(ask.arrives))
    return ReorderLine(
        sku=good.sku,
        planned=sum(good.planned[ask.arrives : ask.until + 1]),
        at_home=there,
        portions=portions,
        reason=_reason(why, portions, there),
        level=max(0, level - -(-before // SURE)),
        lost=lost,
    )


def _used(ask: StoreAsk, planned: tuple[int, ...], day: int) -> int:
    """Thousandths of a portion that are eaten on a day."""
    return planned[day] * min(SURE, ask.eaten[day])


def _on_arrival(ask: StoreAsk, lots: tuple[StoreLot, ...], planned: tuple[int, ...]) -> int:
    """What of these lots may still be eaten when the order comes in, first expired eaten first."""
    left = {at: SURE * lot.portions for at, lot in enumerate(lots)}
    order = sorted(left, key=lambda at: lots[at].last)
    for day in range(ask.arrives):
        wanted = _used(ask, planned, day)
        for at in order:
            if lots[at].first <= day <= lots[at].last:
                taken = min(wanted, left[at])
                left[at], wanted = left[at] - taken, wanted - taken
    keeps = (at for at in order if lots[at].first <= ask.arrives <= lots[at].last)
    return sum(left[at] for at in keeps) // SURE


def _reason(why: str, portions: int, at_home: int | None) -> ReorderReason:
    if portions and at_home is None and why != "refill.room":
        return ReorderReason.STOCK_UNKNOWN
    return _REASONS[why]


_REASONS: Mapping[str, ReorderReason] = {
    "refill.enough": ReorderReason.ENOUGH_AT_HOME,
    "refill.needed": ReorderReason.NEEDED,
    "refill.reserve": ReorderReason.RESERVE,
    "refill.room": ReorderReason.FREEZER_FULL,
    "refill.at_least": ReorderReason.AT_LEAST,
    "refill.keeps": ReorderReason.KEEPS,
}


def propose_reorder(
    planned: Mapping[str, int],
    home_stock: Mapping[str, int | None],
    capacity: int | None,
    reserve: Mapping[str, int] | None = None,
) -> tuple[ReorderLine, ...]:
    """What to send home for the coming period: a store whose whole period is one day, all eaten.

    `capacity` is in portions, None is no limit: what is known to lie at home takes room, and what
    stays best covered gives way first. `reserve`: portions kept for an emergency.
    """
    kept = {} if reserve is None else reserve
    strange = sum(count or 0 for sku, count in home_stock.items() if sku not in planned)
    return propose_refill(
        StoreAsk(
            goods=tuple(
                StoreGood(
                    sku=sku,
                    planned=(planned[sku],),
                    lots=_at_home(home_stock.get(sku)),
                    keeps=1,
                    reserve=kept.get(sku, 0),
                    size=1,
                )
                for sku in sorted(planned)
            ),
            arrives=0,
            until=0,
            eaten=(SURE,),
            room=None if capacity is None else max(0, capacity - strange),
        )
    )


def _at_home(portions: int | None) -> tuple[StoreLot, ...] | None:
    return None if portions is None else (StoreLot(portions=portions, last=0),)


REORDER_CODES: tuple[str, ...] = (
    *ReorderReason,
    *(f"reorder.no_answer.{choice}" for choice in OnNoAnswer),
)
"""Every code of this module that needs a sentence in each language."""
