"""Verbs of buying: sign a proposal once, take goods in at the door, close what never comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import logistics
from app.access import Actor, Conflict, NotFound, Permission, Refused, require
from app.i18n import LOCAL_ZONE
from app.models.buying import PurchaseLine, PurchaseOrder
from app.models.people import User
from app.models.planning import DayPlan
from app.models.stock import IngredientLot
from app.operations import dayboard, daypapers, depots, meals, supplies
from app.operations.upkeep import note_access
from logistics import (
    Arrival,
    LotState,
    Purchase,
    PurchaseState,
    RefusedGoods,
    SupplierTerms,
    SupplyItem,
)
from menus import Zone

BUYING_CODES = (
    "purchase.signed_already",
    "purchase.stale",
    "purchase.closed",
    "purchase.moved_on",
    "purchase.unknown_food",
)
"""Why an act on an order conflicts with what is known by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """An order with its lines, its lots by line, who signed it, and whether it is overdue."""

    order: PurchaseOrder
    lines: tuple[PurchaseLine, ...]
    lots: Mapping[int, tuple[IngredientLot, ...]]
    signer: str
    today: date

    def is_overdue(self, line: PurchaseLine) -> bool:
        """Whether a line should have come and did not, so that no plan counts on it."""
        awaited = self.order.state is PurchaseState.OPEN and line.open_g > 0
        return awaited and line.expected_on < self.today


def proposal_key(plan_id: int, day: date, supplier: str) -> str:
    """Give the name of what a plan proposes to order from a supplier on a day."""
    return f"{plan_id}/{day.isoformat()}/{supplier}"


def signed_of(session: Session, plan_id: int) -> frozenset[str]:
    """Give the proposals of a plan that were signed."""
    mine = PurchaseOrder.proposal.startswith(f"{plan_id}/", autoescape=True)
    found = session.scalars(select(PurchaseOrder.proposal).where(mine))
    return frozenset(one for one in found if one is not None)


def sign(
    session: Session,
    actor: Actor,
    plan_id: int,
    *,
    supplier: str,
    day: date,
    packs: Mapping[str, int],
    now: datetime,
) -> PurchaseOrder:
    """Order what a plan proposes at one supplier on one day, in as many packs as a person says.

    Raises Conflict when that was signed before, or when the proposal no longer holds: another
    plan is newer, its day is past, a price or day changed, or something it did not know of was
    ordered or came in since. Refused when the supplier takes no such order. Once only: the plan is
    locked.
    """
    require(actor, Permission.MOVE_STOCK)
    depot = depots.depot_of(session, actor)
    plan = session.get(DayPlan, plan_id, with_for_update=True)
    if plan is None or plan.depot_id != depot.id:
        raise NotFound
    key = proposal_key(plan_id, day, supplier)
    signed = signed_of(session, plan_id)
    if key in signed:
        raise Conflict("purchase.signed_already")
    lines = _still_held(session, actor, plan, supplier, day, today=_today(now))
    if set(packs) != set(lines):
        raise Conflict("purchase.stale")
    terms = _terms(session, supplier)
    wanted = [(item, packs[name]) for name, item in lines.items()]
    _refuse(logistics.order_refusals(wanted, terms), "packs_")
    order = PurchaseOrder(
        code=f"B{plan_id}-{len(signed) + 1}",
        depot_id=depot.id,
        supplier=supplier,
        ordered_on=day,
        state=PurchaseState.OPEN,
        signed_at=now,
        signed_by=actor.user_id,
        proposal=key,
    )
    session.add(order)
    session.flush()
    session.add_all(_line(order, item, count) for item, count in wanted if count)
    session.flush()
    note_access(session, actor, now, "purchase.signed")
    return order


def _line(order: PurchaseOrder, item: SupplyItem, packs: int) -> PurchaseLine:
    return PurchaseLine(
        order_id=order.id,
        ingredient=item.ingredient,
        packs=packs,
        pack_g=item.pack_g,
        cents=item.cost(packs),
        expected_on=order.ordered_on + timedelta(days=item.lead_days),
    )


def _still_held(
    session: Session, actor: Actor, plan: DayPlan, supplier: str, day: date, *, today: date
) -> dict[str, SupplyItem]:
    """Items of a proposal, by ingredient, as sold now; Conflict when it no longer holds."""
    newest = dayboard.newest_plan(session, actor)
    proposed = [
        each
        for each in daypapers.stored_day(plan).plan.purchases
        if (each.supplier, each.day) == (supplier, day)
    ]
    if newest is None or newest.id != plan.id or day < today or not proposed:
        raise Conflict("purchase.stale")
    sold = {
        item.ingredient: item
        for item in supplies.offers(session, meals.catalogue(session))
        if item.supplier == supplier
    }
    terms = _terms(session, supplier)
    if not all(_as_proposed(each, sold.get(each.item), terms) for each in proposed):
        raise Conflict("purchase.stale")
    coming = plan.document["inputs"].get("on_order", ())
    counted, items = {each["order"] for each in coming}, {each.item for each in proposed}
    if _ordered_since(session, plan, items) - counted or _came_late(session, coming, items):
        raise Conflict("purchase.stale")
    return {each.item: sold[each.item] for each in proposed}


def _as_proposed(proposed: Purchase, item: SupplyItem | None, terms: SupplierTerms) -> bool:
    if item is None or proposed.day.weekday() not in item.order_weekdays:
        return False
    taken = terms.takes(proposed.day, item.lead_days)
    return taken and proposed.cost_cents == item.cost(proposed.packs)


def _ordered_since(session: Session, plan: DayPlan, items: set[str]) -> set[str]:
    """Orders of these ingredients by other plans: still open, or signed since this plan."""
    rows = session.execute(
        select(PurchaseOrder.code, PurchaseOrder.proposal)
        .join(PurchaseLine, PurchaseLine.order_id == PurchaseOrder.id)
        .where(PurchaseOrder.depot_id == plan.depot_id, PurchaseLine.ingredient.in_(items))
        .where(
            (PurchaseOrder.state == PurchaseState.OPEN)
            | (PurchaseOrder.signed_at >= plan.created_at)
        )
    )
    own = f"{plan.id}/"
    return {code for code, proposal in rows if not (proposal or "").startswith(own)}


def _came_late(session: Session, coming: Sequence[Mapping[str, Any]], items: set[str]) -> bool:
    """Whether goods came in that a plan took for lost: what it proposes would be bought twice."""
    late = {
        (each["order"], each["item"]): each["g"]
        for each in coming
        if each["overdue"] and each["item"] in items
    }
    rows = session.execute(
        select(PurchaseOrder.code, PurchaseLine)
        .join(PurchaseLine, PurchaseLine.order_id == PurchaseOrder.id)
        .where(PurchaseOrder.code.in_({code for code, _ in late}))
    )
    return any(
        line.amount_g - line.received_g < late.get((code, line.ingredient), 0)
        for code, line in rows
    )


def _terms(session: Session, supplier: str) -> SupplierTerms:
    known = {each.supplier: each for each in supplies.terms(session)}
    return known.get(supplier, SupplierTerms(supplier=supplier))


def _refuse(found: Sequence[Any], start: str = "") -> None:
    if found:
        raise Refused(
            *((f"{start}{one.at}" if one.at else "", one.code, dict(one.figures)) for one in found)
        )


def _today(now: datetime) -> date:
    return now.astimezone(LOCAL_ZONE).date()


def orders(session: Session, actor: Actor, now: datetime, *, last: int = 20) -> tuple[Ordered, ...]:
    """Give the open orders of the actor's kitchen by day, then the last that were closed."""
    require(actor, Permission.VIEW_STOCK)
    here = PurchaseOrder.depot_id == depots.depot_of(session, actor).id
    is_open = PurchaseOrder.state == PurchaseState.OPEN
    rows = select(PurchaseOrder, User.name).outerjoin(User, User.id == PurchaseOrder.signed_by)
    awaited = session.execute(
        rows.where(here, is_open).order_by(PurchaseOrder.ordered_on, PurchaseOrder.id)
    ).all()
    closed = session.execute(
        rows.where(here, ~is_open)
        .order_by(PurchaseOrder.closed_at.desc(), PurchaseOrder.id.desc())
        .limit(last)
    ).all()
    return _filled(session, [(row, name or "") for row, name in (*awaited, *closed)], _today(now))


def find(session: Session, actor: Actor, code: str, now: datetime) -> Ordered:
    """Give one order of the actor's kitchen; NotFound for any other."""
    require(actor, Permission.VIEW_STOCK)
    order = _find(session, actor, code)
    signer = session.scalar(select(User.name).where(User.id == order.signed_by)) or ""
    return _filled(session, [(order, signer)], _today(now))[0]


def _find(session: Session, actor: Actor, code: str, *, lock: bool = False) -> PurchaseOrder:
    here = PurchaseOrder.depot_id == depots.depot_of(session, actor).id
    row = select(PurchaseOrder).where(PurchaseOrder.code == code, here)
    found = session.scalar(row.with_for_update() if lock else row)
    if found is None:
        raise NotFound
    return found


def _filled(
    session: Session, found: Sequence[tuple[PurchaseOrder, str]], today: date
) -> tuple[Ordered, ...]:
    lines: dict[int, list[PurchaseLine]] = {order.id: [] for order, _ in found}
    for line in session.scalars(
        select(PurchaseLine).where(PurchaseLine.order_id.in_(lines)).order_by(PurchaseLine.id)
    ):
        lines[line.order_id].append(line)
    lots: dict[int, list[IngredientLot]] = {}
    known = [line.id for each in lines.values() for line in each]
    for lot in session.scalars(
        select(IngredientLot)
        .where(IngredientLot.purchase_line_id.in_(known))
        .order_by(IngredientLot.id)
    ):
        lots.setdefault(lot.purchase_line_id or 0, []).append(lot)
    return tuple(
        Ordered(
            order=order,
            lines=tuple(lines[order.id]),
            lots={line.id: tuple(lots.get(line.id, ())) for line in lines[order.id]},
            signer=signer,
            today=today,
        )
        for order, signer in found
    )


def receive(
    session: Session,
    actor: Actor,
    code: str,
    ingredient: str,
    arrival: Arrival,
    *,
    supplier_lot: str,
    seen_g: int,
    now: datetime,
) -> IngredientLot:
    """Take goods of one line in as a lot of the kitchen; the rest of the line stays open.

    `seen_g` is what had come when the reader looked: Conflict when more came in since, so that
    a form sent twice takes in once.
    """
    order, line = _open_line(session, actor, code, ingredient, seen_g)
    refusals = logistics.arrival_refusals(
        arrival,
        pack_g=line.pack_g,
        open_g=line.open_g,
        zone=zone_of(session, ingredient),
        today=_today(now),
    )
    _refuse(refusals)
    amount_g = arrival.amount_g(line.pack_g) or 0
    before = select(func.count(IngredientLot.id)).where(IngredientLot.purchase_line_id == line.id)
    lot = IngredientLot(
        code=f"{order.code}-{line.id}-{(session.scalar(before) or 0) + 1}",
        ingredient=ingredient,
        supplier=order.supplier,
        amount_g=amount_g,
        use_by=arrival.use_by,
        received_on=_today(now),
        state=LotState.RELEASED,
        depot_id=order.depot_id,
        supplier_lot=supplier_lot,
        celsius=arrival.celsius,
        purchase_line_id=line.id,
    )
    session.add(lot)
    line.received_g += amount_g
    session.flush()
    _close_when_done(session, order, now)
    note_access(session, actor, now, "purchase.received")
    return lot


def zone_of(session: Session, ingredient: str) -> Zone:
    """Give how warm an ingredient may come in; Conflict when the catalogue has it no longer."""
    known = meals.catalogue(session).ingredients.get(ingredient)
    if known is None:
        raise Conflict("purchase.unknown_food")
    return known.zone


def refuse(
    session: Session,
    actor: Actor,
    code: str,
    ingredient: str,
    reason: RefusedGoods,
    *,
    seen_g: int,
    now: datetime,
) -> None:
    """Send back what is left of a line: nothing more is expected of it."""
    order, line = _open_line(session, actor, code, ingredient, seen_g)
    line.refused = reason
    session.flush()
    _close_when_done(session, order, now)
    note_access(session, actor, now, "purchase.refused")


def close(session: Session, actor: Actor, code: str, now: datetime) -> PurchaseOrder:
    """Wait no longer for what is open: the order was received in part, or is cancelled."""
    require(actor, Permission.MOVE_STOCK)
    order = _find(session, actor, code, lock=True)
    if order.state is not PurchaseState.OPEN:
        raise Conflict("purchase.closed")
    _end(session, order, now)
    note_access(session, actor, now, "purchase.closed")
    return order


def _open_line(
    session: Session, actor: Actor, code: str, ingredient: str, seen_g: int
) -> tuple[PurchaseOrder, PurchaseLine]:
    require(actor, Permission.MOVE_STOCK)
    order = _find(session, actor, code, lock=True)
    line = session.scalar(
        select(PurchaseLine).where(
            PurchaseLine.order_id == order.id, PurchaseLine.ingredient == ingredient
        )
    )
    if line is None:
        raise NotFound
    if line.received_g != seen_g:
        raise Conflict("purchase.moved_on")
    if order.state is not PurchaseState.OPEN or not line.open_g:
        raise Conflict("purchase.closed")
    return order, line


def _lines(session: Session, order: PurchaseOrder) -> Sequence[PurchaseLine]:
    return session.scalars(select(PurchaseLine).where(PurchaseLine.order_id == order.id)).all()


def _close_when_done(session: Session, order: PurchaseOrder, now: datetime) -> None:
    if not any(line.open_g for line in _lines(session, order)):
        _end(session, order, now)


def _end(session: Session, order: PurchaseOrder, now: datetime) -> None:
    came = any(line.received_g for line in _lines(session, order))
    order.state = PurchaseState.RECEIVED if came else PurchaseState.CANCELLED
    order.closed_at = now
    session.flush()
