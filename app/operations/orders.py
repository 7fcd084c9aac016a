"""The one way in for orders: portal, ward, API and the daily reorder all end in `place`."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Permission, Refused, Role, require
from app.i18n import LOCAL_ZONE
from app.models.care import Prescription, PrescriptionState
from app.models.frozen import cells
from app.models.orders import (
    IdempotencyKey,
    Order,
    OrderEater,
    OrderLine,
    OrderSource,
    StandingOrder,
)
from app.models.people import Client, Site
from app.operations import meals
from app.operations.people import find_client
from app.operations.upkeep import note_access
from logistics import (
    OrderingEater,
    OrderRequest,
    OrderRules,
    OrderState,
    Refusal,
    RefusalCode,
    RequestLine,
    SiteKind,
    accept,
    cut_off_at,
    cut_offs,
    is_open,
    may_become,
    state_of,
)
from menus import Catalogue, Eater

CUT_OFFS = cut_offs(LOCAL_ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """So many portions of one variant; None as grams is the medium portion."""

    sku: str
    portions: int
    portion_g: int | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EaterOrder:
    """What one person of an order gets; `ref` is a pseudonym."""

    ref: str
    profile: Eater
    lines: tuple[Line, ...]
    client_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """An order as asked, before anything is decided."""

    site_id: int
    service_day: date
    eaters: tuple[EaterOrder, ...]
    source: OrderSource
    ward_id: int | None = None
    meal: str = ""
    external_ref: str | None = None
    turn: str | None = None


def find_site(session: Session, actor: Actor, site_id: int, permission: Permission) -> Site:
    """Give a site of the actor's organisation; NotFound for any other."""
    require(actor, permission)
    site = session.get(Site, site_id)
    if site is None or not (actor.is_npcc or site.organisation_id == actor.organisation_id):
        raise NotFound
    return site


def place(
    session: Session, actor: Actor, draft: OrderDraft, now: datetime, *, dry_run: bool = False
) -> Order:
    """Take an order, or raise Refused with every reason; an unknown allergy holds it for a person.

    With `dry_run` everything is checked the same way and nothing is kept: the order given back
    belongs to no session.
    """
    site = _authorised_site(session, actor, draft)
    catalogue = meals.catalogue(session)
    eaters = {one.ref: _ordering(session, one, site.kind) for one in draft.eaters}
    refusals = accept(
        _request(site, draft),
        rules_of(site),
        catalogue=catalogue,
        eaters=eaters,
        now=now,
    )
    state = state_of(refusals)
    if state is None:
        raise Refused(*(_problem(one) for one in refusals))
    order = _order(actor, site, draft, state, now)
    order.reasons = [_reason(one) for one in refusals]
    order.total_cents = sum(
        _price(catalogue, line) * line.portions for eater in draft.eaters for line in eater.lines
    )
    if dry_run:
        return order
    session.add(order)
    session.flush()
    order.code = f"{order.id + 20000}"
    for eater in draft.eaters:
        _add_eater(session, catalogue, order, eater)
        note_access(session, actor, now, "order.placed", eater.client_id)
    session.flush()
    return order


def rules_of(site: Site) -> OrderRules:
    """Give the order rules of a site: cut-off of its kind, its weekdays of delivery."""
    return OrderRules(
        cut_off=CUT_OFFS[site.kind],
        weekdays=frozenset(site.delivery_weekdays) or frozenset(range(6)),
        most_portions=60 if site.kind is SiteKind.HOME else 400,
        needs_approved_plan=site.kind is SiteKind.HOME,
    )


def _authorised_site(session: Session, actor: Actor, draft: OrderDraft) -> Site:
    for eater in draft.eaters:
        if eater.client_id is not None:
            permission = Permission.ORDER if actor.may(Permission.ORDER) else Permission.ORDER_GROUP
            find_client(session, actor, eater.client_id, permission)
    if actor.role in {Role.CLIENT, Role.SYSTEM} or actor.orders_for:
        require(actor, Permission.ORDER)
        own = {one.client_id for one in draft.eaters}
        client_sites = select(Client.site_id).where(Client.id.in_(own - {None}))
        if None in own or draft.site_id not in set(session.scalars(client_sites)):
            raise NotFound
        return session.get_one(Site, draft.site_id)
    return find_site(session, actor, draft.site_id, Permission.ORDER_GROUP)


def _request(site: Site, draft: OrderDraft) -> OrderRequest:
    return OrderRequest(
        site=site.code,
        service_day=draft.service_day,
        lines=tuple(
            RequestLine(sku=line.sku, eater=eater.ref, portions=line.portions)
            for eater in draft.eaters
            for line in eater.lines
        ),
    )


def _ordering(session: Session, eater: EaterOrder, kind: SiteKind) -> OrderingEater:
    if eater.client_id is None or kind is not SiteKind.HOME:
        return OrderingEater(profile=eater.profile, plan_approved=True)
    standing = session.scalar(
        select(StandingOrder).where(StandingOrder.client_id == eater.client_id)
    )
    return OrderingEater(
        profile=eater.profile,
        plan_approved=meals.has_approved_plan(session, eater.client_id),
        paused_from=standing.paused_from if standing else None,
        paused_until=standing.paused_until if standing else None,
    )


def _order(actor: Actor, site: Site, draft: OrderDraft, state: OrderState, now: datetime) -> Order:
    return Order(
        code="",
        organisation_id=site.organisation_id,
        site_id=site.id,
        ward_id=draft.ward_id,
        kind=site.kind,
        service_day=draft.service_day,
        meal=draft.meal,
        state=state,
        source=draft.source,
        placed_at=now,
        placed_by=actor.user_id,
        external_ref=draft.external_ref,
        turn=draft.turn,
    )


def _add_eater(session: Session, catalogue: Catalogue, order: Order, eater: EaterOrder) -> None:
    row = OrderEater(
        order_id=order.id,
        ref=eater.ref,
        client_id=eater.client_id,
        profile=cells(eater.profile),
    )
    session.add(row)
    session.flush()
    session.add_all(
        OrderLine(
            order_id=order.id,
            eater_id=row.id,
            variant=line.sku,
            portions=line.portions,
            portion_g=_grams(catalogue, line),
            price_cents=_price(catalogue, line) * line.portions,
            reasons=list(line.reasons),
        )
        for line in eater.lines
    )


def _grams(catalogue: Catalogue, line: Line) -> int:
    return line.portion_g or catalogue.variants[line.sku].portions_g.m


def _price(catalogue: Catalogue, line: Line) -> int:
    """Give the price of one portion in cents, a half cent rounded up."""
    per_100g = catalogue.variants[line.sku].price_cents_per_100g
    return (per_100g * _grams(catalogue, line) + 50) // 100


def _problem(refusal: Refusal) -> tuple[str, str, dict[str, Any]]:
    where = "lines" if refusal.line is None else f"lines.{refusal.line}"
    code, args = _reason_parts(refusal)
    return where if refusal.line is not None or refusal.eater else "", code, args


def _reason(refusal: Refusal) -> list[Any]:
    code, args = _reason_parts(refusal)
    return [code, args]


def _reason_parts(refusal: Refusal) -> tuple[str, dict[str, Any]]:
    args: dict[str, Any] = {
        "eater": refusal.eater or "",
        "sku": refusal.sku or "",
        "allergy": refusal.allergy or "",
        "most_portions": refusal.most_portions or 0,
        "cut_off": refusal.cut_off or "",
    }
    if refusal.code is RefusalCode.UNSUITABLE and refusal.objection is not None:
        args |= {"subject": refusal.objection.subject, "rule": refusal.objection.rule}
        return refusal.objection.code, args
    return refusal.code.value, args


def place_once(
    session: Session, actor: Actor, draft: OrderDraft, key: str, now: datetime
) -> tuple[Order, bool]:
    """Place a system's order under its idempotency key; gives the order and whether it is new.

    The same key with the same content gives the first order; with other content it is a Conflict.
    """
    require(actor, Permission.ORDER_GROUP)
    digest = _content_hash(draft)
    known = session.scalar(
        select(IdempotencyKey).where(
            IdempotencyKey.organisation_id == actor.organisation_id, IdempotencyKey.key == key
        )
    )
    if known is not None:
        if known.body_hash != digest:
            raise Conflict("order.key_used_for_other_content")
        return session.get_one(Order, known.order_id), False
    order = place(session, actor, draft, now)
    session.add(
        IdempotencyKey(
            organisation_id=order.organisation_id,
            key=key,
            body_hash=digest,
            order_id=order.id,
            created_at=now,
        )
    )
    session.flush()
    return order, True


def _content_hash(draft: OrderDraft) -> str:
    content = [
        draft.site_id,
        draft.ward_id,
        draft.service_day.isoformat(),
        draft.meal,
        draft.external_ref,
        [
            [one.ref, cells(one.profile), [(it.sku, it.portions) for it in one.lines]]
            for one in draft.eaters
        ],
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def find_order(session: Session, actor: Actor, order_id: int, permission: Permission) -> Order:
    """Give an order this actor may reach: of their clients, their house, or NPCC's own staff."""
    require(actor, permission)
    order = session.get(Order, order_id)
    if order is None or not _may_reach(session, actor, order):
        raise NotFound
    return order


def _may_reach(session: Session, actor: Actor, order: Order) -> bool:
    if actor.is_npcc:
        return True
    if actor.sees or actor.role is Role.CLIENT:
        eaters = set(
            session.scalars(select(OrderEater.client_id).where(OrderEater.order_id == order.id))
        )
        return eaters <= set(actor.orders_for)
    return order.organisation_id == actor.organisation_id


def cancel(session: Session, actor: Actor, order_id: int, now: datetime) -> Order:
    """Cancel an order before its cut-off; Conflict afterwards or when its state forbids it."""
    permission = Permission.ORDER if actor.may(Permission.ORDER) else Permission.ORDER_GROUP
    order = find_order(session, actor, order_id, permission)
    require_open(order, now)
    move(session, order, OrderState.CANCELLED)
    for client_id in eater_clients(session, order):
        note_access(session, actor, now, "order.cancelled", client_id)
    return order


def require_open(order: Order, now: datetime) -> None:
    """Raise Conflict when ordering for the day of this order has closed."""
    rule = CUT_OFFS[order.kind]
    if not is_open(order.service_day, rule, now):
        closed = cut_off_at(order.service_day, rule)
        raise Conflict(RefusalCode.AFTER_CUT_OFF.value, cut_off=closed)


def change(
    session: Session, actor: Actor, order_id: int, eaters: tuple[EaterOrder, ...], now: datetime
) -> Order:
    """Replace what an order holds before its cut-off, checked like a new one; same number.

    Raises Refused with every reason and leaves the order as it was.
    """
    order = find_order(session, actor, order_id, Permission.ORDER_GROUP)
    require_open(order, now)
    if not may_become(order.state, OrderState.CANCELLED):
        raise Conflict("order.cannot_change", state=order.state.value)
    draft = OrderDraft(
        site_id=order.site_id,
        service_day=order.service_day,
        eaters=eaters,
        source=order.source,
        ward_id=order.ward_id,
        meal=order.meal,
    )
    checked = place(session, actor, draft, now, dry_run=True)
    session.execute(delete(OrderLine).where(OrderLine.order_id == order.id))
    session.execute(delete(OrderEater).where(OrderEater.order_id == order.id))
    for eater in eaters:
        _add_eater(session, meals.catalogue(session), order, eater)
        note_access(session, actor, now, "order.changed", eater.client_id)
    order.state, order.reasons = checked.state, checked.reasons
    order.total_cents = checked.total_cents
    order.version += 1
    session.flush()
    return order


def move(session: Session, order: Order, new: OrderState) -> None:
    """Move an order to another state by compare-and-set; Conflict when someone was first."""
    old = order.state
    if not may_become(old, new):
        raise Conflict("order.cannot_change", state=old.value)
    moved = session.execute(
        update(Order)
        .where(Order.id == order.id, Order.state == old)
        .values(state=new, version=Order.version + 1)
        .returning(Order.version),
        execution_options={"synchronize_session": False},
    ).scalar()
    if moved is None:
        raise Conflict("order.someone_was_first")
    session.refresh(order)


def eater_clients(session: Session, order: Order) -> tuple[int, ...]:
    """Give the clients an order is for."""
    query = select(OrderEater.client_id).where(
        OrderEater.order_id == order.id, OrderEater.client_id.is_not(None)
    )
    return tuple(one for one in session.scalars(query) if one is not None)


def current_profile(session: Session, client_id: int) -> Eater | None:
    """Give what a client may eat today; None without a signed prescription."""
    signed = session.scalar(
        select(Prescription).where(
            Prescription.client_id == client_id, Prescription.state == PrescriptionState.SIGNED
        )
    )
    return signed.as_eater() if signed else None
