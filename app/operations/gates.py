"""The gate at each stage after planning: what of a day may no longer go where it was meant to.

Production, labels, picking, loading and route ask the same question again of the same day, without
a solver: does each line still suit who eats it, by the prescription signed now, the recipes of
now, and the lots it was given?
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Conflict
from app.models.stock import Lot, LotMove
from app.operations import badlots, meals, planning
from app.operations.daypapers import stored_day
from logistics import LotState, OrderLine
from menus import Catalogue, Eater, Objection, hard_objections

UNKNOWN = "order.unknown_component"
"""A dish that the catalogue no longer has suits nobody: nobody knows what is in it."""


HELD = "order.lot_held"
OF_LOT = ("objection.recalled", "objection.texture.failed", HELD)
"""What speaks against the goods themselves, whoever eats them: recalled, failed the test, or taken
out of the store's reach after they were given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLot:
    """A lot that may reach nobody, and why: one of `OF_LOT`."""

    code: str
    sku: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """What speaks against a day: objections by order, and the lots from which nobody may be served.

    Such a lot is recalled or held, failed its test, or holds only what its eaters may no longer
    have.
    `goods`: by order, those that are bad by themselves.
    """

    orders: Mapping[str, tuple[Objection, ...]]
    lots: frozenset[str]
    goods: Mapping[str, frozenset[BadLot]]

    def refuse(self) -> None:
        """Raise Conflict that names the orders, when there are any: nothing of the day leaves."""
        if self.orders:
            raise Conflict("planning.unsafe_now", orders=_named(self.orders))

    def refuse_lots(self, lots: Iterable[str]) -> None:
        """Raise Conflict that names which of the lots may reach nobody, when there are any."""
        found = self.lots.intersection(lots)
        if found:
            raise Conflict("planning.lots_stopped", lots=_named(found))


def _named(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes)[:6])


def stopped(session: Session, depot_id: int, day: date) -> Stopped:
    """Give what of a published day must not be cooked for, packed, picked or driven any more."""
    given = _given(session, depot_id, day)
    orders: defaultdict[str, list[Objection]] = defaultdict(list)
    goods: defaultdict[str, set[BadLot]] = defaultdict(set)
    good: set[str] = set()
    for line, against, bad in _judged(session, depot_id, day, given):
        orders[line.order] += against
        goods[line.order] |= bad
        good |= frozenset() if against else given[line.id]
    return Stopped(
        orders={order: tuple(dict.fromkeys(each)) for order, each in orders.items() if each},
        lots=frozenset(lot for lots in given.values() for lot in lots) - good,
        goods={order: frozenset(lots) for order, lots in goods.items() if lots},
    )


def bad_lines(session: Session, depot_id: int, day: date) -> dict[str, Objection]:
    """Give the lines of a published day that may not be served as planned, with what is against."""
    judged = _judged(session, depot_id, day, _given(session, depot_id, day))
    return {line.id: against[0] for line, against, _ in judged if against}


def _judged(
    session: Session, depot_id: int, day: date, given: Mapping[str, frozenset[str]]
) -> Iterator[tuple[OrderLine, list[Objection], frozenset[BadLot]]]:
    """Judge every line that is given something, and name what is bad of it.

    A line that gets nothing harms nobody.
    """
    codes = frozenset(lot for lots in given.values() for lot in lots)
    recalled, failed = badlots.bad_lots(session, codes)
    held = _held(session, depot_id, day, codes)
    catalogue = meals.catalogue(session)
    day_orders, eaters = planning.orders_with_lines(session, depot_id, day)
    for order in day_orders:
        for line in order.lines:
            of_line = given.get(line.id, frozenset())
            if of_line:
                parts = (of_line & recalled, of_line & failed, of_line & held)
                against = _against(catalogue, line.sku, eaters[line.eater], parts)
                yield line, against, _bad(line.sku, parts)


def _held(session: Session, depot_id: int, day: date, codes: frozenset[str]) -> frozenset[str]:
    """Give which lots somebody took back since they were given.

    What the day cooks is on hold until it is made: it counts only once it was released before.
    """
    plan = planning.published_plan(session, depot_id, day)
    born = {lot.id for lot in stored_day(plan).plan.born} if plan else set[str]()
    let_go = select(LotMove.lot_id).where(LotMove.reason == "released")
    taken_back = Lot.code.not_in(born) | Lot.id.in_(let_go)
    on_hold = (Lot.code.in_(codes), Lot.state == LotState.HOLD)
    return frozenset(session.scalars(select(Lot.code).where(*on_hold, taken_back)))


_Parts = tuple[frozenset[str], frozenset[str], frozenset[str]]  # recalled, failed, held


def _against(catalogue: Catalogue, sku: str, eater: Eater, bad: _Parts) -> list[Objection]:
    variant = catalogue.variants.get(sku)
    if variant is None:
        return [Objection(code=UNKNOWN, rule=f"variant:{sku}", subject=sku)]
    recalled, failed, held = (frozenset({sku}) if one else frozenset[str]() for one in bad)
    found = hard_objections(variant, eater, recalled=recalled, failed=failed)
    told = any(one.code in OF_LOT for one in found)
    return [
        *found,
        *(Objection(code=HELD, rule=f"held:{one}", subject=one) for one in held if not told),
    ]


def _bad(sku: str, parts: _Parts) -> frozenset[BadLot]:
    """Name the bad lots of a line, each once: of several reasons the gravest."""
    recalled, failed, held = parts
    why = dict.fromkeys(held, HELD) | dict.fromkeys(failed, OF_LOT[1])
    why |= dict.fromkeys(recalled, OF_LOT[0])
    return frozenset(BadLot(code=code, sku=sku, why=one) for code, one in why.items())


def _given(session: Session, depot_id: int, day: date) -> Mapping[str, frozenset[str]]:
    """Give the lots that the published plan of a day allotted to each line."""
    plan = planning.published_plan(session, depot_id, day)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in stored_day(plan).plan.allocations if plan else ():
        found[one.order_line].add(one.lot)
    return {line: frozenset(lots) for line, lots in found.items()}
