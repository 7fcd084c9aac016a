"""Orders of a day that wait for somebody's decision before anyone may eat from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.orders import Order
from app.models.people import Site
from app.operations import gates, orders, planning
from app.operations.gates import OF_LOT, BadLot
from logistics import SiteKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An order that nobody may eat from yet: whose door, which meal, and why as codes.

    `lots`: those given to it that may reach nobody; `late`: it waits only because it came late.
    """

    order: str
    site: str
    meal: str
    reasons: tuple[tuple[str, Mapping[str, Any]], ...]
    lots: frozenset[BadLot] = frozenset()
    late: bool = False

    def of_eater(self) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """Give the reasons that a lot by itself does not explain."""
        return tuple((code, args) for code, args in self.reasons if code not in OF_LOT)


def held(session: Session, depot_id: int, day: date) -> tuple[Waiting, ...]:
    """Give the orders of a kitchen's day that wait for a person: they are in no plan."""
    return tuple(
        _waiting(session, row, tuple((code, args) for code, args in row.reasons))
        for row in planning.held_orders(session, depot_id, day)
    )


def unsafe(session: Session, depot_id: int, day: date) -> tuple[Waiting, ...]:
    """Give the orders of a published day that no longer suit who eats them."""
    if planning.published_plan(session, depot_id, day) is None:
        return ()
    stopped = gates.stopped(session, depot_id, day)
    found = stopped.orders
    rows = session.scalars(select(Order).where(Order.code.in_(found)).order_by(Order.id))
    return tuple(
        _waiting(
            session,
            row,
            tuple(
                (one.code, {"subject": one.subject, "rule": one.rule}) for one in found[row.code]
            ),
            stopped.goods.get(row.code, frozenset()),
        )
        for row in rows
    )


def _waiting(
    session: Session,
    row: Order,
    reasons: tuple[tuple[str, Mapping[str, Any]], ...],
    lots: frozenset[BadLot] = frozenset(),
) -> Waiting:
    """Name the house; a home stays a number here, for the reason is about one person's food."""
    site = session.get_one(Site, row.site_id)
    name = "" if row.kind is SiteKind.HOME else site.name
    late = orders.asked_late(row)
    return Waiting(order=row.code, site=name, meal=row.meal, reasons=reasons, lots=lots, late=late)
