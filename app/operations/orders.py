"""The one way in for orders: portal, ward, API and the daily reorder all end in `place`."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Permission, Refused, Role, require
from app.db import MAX_ID
from app.i18n import LOCAL_ZONE
from app.models.frozen import cells
from app.models.orders import (
    Order,
    OrderEater,
    OrderLine,
    OrderSource,
)
from app.models.people import Client, Site
from app.operations import depots, meals
from app.operations.eaters import ordering_eater
from app.operations.people import visible_clients
from app.operations.upkeep import note_access
from logistics import (
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

Note = tuple[str, dict[str, Any]]
"""A reason to keep: its code and what the sentence needs, as JSON can carry it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """So many portions of one variant; None as grams is the medium portion.

    `reasons` say why this one, or this many: a code, or a code with what its sentence needs.
    """

    sku: str
    portions: int
    portion_g: int | None = None
    reasons: tuple[str | Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EaterOrder:
    """What one person of an order gets; `ref` is a pseudonym."""

    ref: str
    profile: Eater
    lines: tuple[Line, ...]
    client_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """An order as asked, before anything is decided; `notes` are reasons known already.

    `late`: where it is too late, a person looks for a place.
    """

    site_id: int
    service_day: date
    eaters: tuple[EaterOrder, ...]
    source: OrderSource
    ward_id: int | None = None
    meal: str = ""
    external_ref: str | None = None
    turn: str | None = None
    notes: tuple[Note, ...] = ()
    late: bool = False


def find_site(session: Session, actor: Actor, site_id: int, permission: Permission) -> Site:
    """Give a site of the actor's organisation; NotFound for any other."""
    require(actor, permission)
    site = session.get(Site, site_id)
    own = actor.is_house and site is not None and site.organisation_id == actor.organisation_id
    if site is None or not (actor.is_npcc or own):
        raise NotFound
    return site


def place(
    session: Session,
    actor: Actor,
    draft: OrderDraft,
    now: datetime,
    *,
    dry_run: bool = False,
    replacing: int | None = None,
) -> Order:
    """Take an order, or raise Refused with every reason; an unknown allergy holds it for a person.

    With `dry_run` everything is checked the same way and nothing is kept: the order given back
    belongs to no session. `replacing` is the order whose place this one would take.
    """
    site = _authorised_site(session, actor, draft)
    published = depots.is_published(session, site.id, draft.service_day)
    if published and not draft.late:
        raise Conflict("order.day_published")
    _refuse_second_reference(session, site, draft)
    catalogue = meals.catalogue(session)
    eaters = {
        one.ref: ordering_eater(
            session, one.client_id, one.profile, site, draft.service_day, replacing=replacing
        )
        for one in draft.eaters
    }
    refusals = accept(
        _request(site, draft, published=published),
        rules_of(site),
        catalogue=catalogue,
        eaters=eaters,
        now=now,
        recalled=meals.recalled_variants(session),
    )
    state = state_of(refusals)
    if state is None:
        places = _line_places(draft)
        raise Refused(
            *(_problem(one, places) for one in refusals), *(("", *note) for note in draft.notes)
        )
    order = _order(actor, site, draft, state, now)
    order.reasons = [*([code, args] for code, args in draft.notes), *map(_reason, refusals)]
    order.total_cents = sum(
        price(catalogue, line) for eater in draft.eaters for line in eater.lines
    )
    if dry_run:
        return order
    session.add(order)
    session.flush()
    order.code = f"{order.id + 20000}"
    _add_eaters(session, catalogue, order, draft.eaters)
    for eater in draft.eaters:
        if eater.client_id is not None:
            note_access(session, actor, now, "order.placed", eater.client_id)
    session.flush()
    return order


def _refuse_second_reference(session: Session, site: Site, draft: OrderDraft) -> None:
    """Raise Conflict when the organisation gave this reference to an order before."""
    if draft.external_ref is None:
        return
    known = session.scalar(
        select(Order.code).where(
            Order.organisation_id == site.organisation_id,
            Order.external_ref == draft.external_ref,
        )
    )
    if known is not None:
        raise Conflict("order.reference_used", reference=draft.external_ref, order=known)


def rules_of(site: Site) -> OrderRules:
    """Give the order rules of a site: cut-off of its kind, its weekdays of delivery."""
    return OrderRules(
        cut_off=CUT_OFFS[site.kind],
        weekdays=frozenset(site.delivery_weekdays) or frozenset(range(6)),
        most_portions=60 if site.kind is SiteKind.HOME else 400,
        needs_approved_plan=site.kind is SiteKind.HOME,
    )


def _authorised_site(session: Session, actor: Actor, draft: OrderDraft) -> Site:
    wanted = {one.client_id for one in draft.eaters} - {None}
    if wanted:
        permission = Permission.ORDER if actor.may(Permission.ORDER) else Permission.ORDER_GROUP
        reach = visible_clients(actor, permission).where(Client.id.in_(wanted))
        if {one.id for one in session.scalars(reach)} != wanted:
            raise NotFound
    if actor.role is Role.SYSTEM or not (actor.is_npcc or actor.is_house):
        require(actor, Permission.ORDER)
        own = {one.client_id for one in draft.eaters}
        client_sites = select(Client.site_id).where(Client.id.in_(own - {None}))
        if None in own or draft.site_id not in set(session.scalars(client_sites)):
            raise NotFound
        return session.get_one(Site, draft.site_id)
    return find_site(session, actor, draft.site_id, Permission.ORDER_GROUP)


def _request(site: Site, draft: OrderDraft, *, published: bool) -> OrderRequest:
    return OrderRequest(
        site=site.code,
        service_day=draft.service_day,
        late=draft.late,
        published=published,
        lines=tuple(
            RequestLine(
                sku=line.sku, eater=eater.ref, portions=line.portions, portion_g=line.portion_g
            )
            for eater in draft.eaters
            for line in eater.lines
        ),
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


def _add_eaters(
    session: Session, catalogue: Catalogue, order: Order, eaters: tuple[EaterOrder, ...]
) -> None:
    rows = [
        OrderEater(
            order_id=order.id, ref=one.ref, client_id=one.client_id, profile=cells(one.profile)
        )
        for one in eaters
    ]
    session.add_all(rows)
    session.flush()
    session.add_all(
        OrderLine(
            order_id=order.id,
            eater_id=row.id,
            variant=line.sku,
            portions=line.portions,
            portion_g=grams(catalogue, line),
            price_cents=price(catalogue, line),
            reasons=[one if isinstance(one, str) else list(one) for one in line.reasons],
        )
        for row, eater in zip(rows, eaters, strict=True)
        for line in eater.lines
    )


def grams(catalogue: Catalogue, line: Line) -> int:
    """Give the grams of one portion of a line."""
    return line.portion_g or catalogue.variants[line.sku].portions_g.m


def price(catalogue: Catalogue, line: Line) -> int:
    """Give the price of a line in cents, a half cent of a portion rounded up."""
    per_100g = catalogue.variants[line.sku].price_cents_per_100g
    return (per_100g * grams(catalogue, line) + 50) // 100 * line.portions


def _line_places(draft: OrderDraft) -> tuple[str, ...]:
    """Give where each line of the request stands in the order as it was asked."""
    return tuple(
        f"eaters.{at}.lines.{number}"
        for at, eater in enumerate(draft.eaters)
        for number in range(len(eater.lines))
    )


def _problem(refusal: Refusal, places: tuple[str, ...]) -> tuple[str, str, dict[str, Any]]:
    where = "" if refusal.line is None else places[refusal.line]
    return where, *_reason_parts(refusal)


def _reason(refusal: Refusal) -> list[Any]:
    code, args = _reason_parts(refusal)
    return [code, args]


def _reason_parts(refusal: Refusal) -> Note:
    args: dict[str, Any] = {
        "eater": refusal.eater,
        "sku": refusal.sku,
        "allergy": refusal.allergy,
        "most_portions": refusal.most_portions,
        "most_kcal": refusal.most_kcal,
        "cut_off": refusal.cut_off,
    }
    args = {name: value for name, value in args.items() if value is not None}
    if refusal.objection is not None:
        args |= {"subject": refusal.objection.subject, "rule": refusal.objection.rule}
        return refusal.objection.code, args
    return refusal.code.value, args


def find_order(session: Session, actor: Actor, order_id: int, permission: Permission) -> Order:
    """Give an order this actor may reach: of their clients, their house, or NPCC's own staff."""
    require(actor, permission)
    order = session.get(Order, order_id) if order_id <= MAX_ID else None
    if order is None or not _may_reach(session, actor, order):
        raise NotFound
    return order


def _may_reach(session: Session, actor: Actor, order: Order) -> bool:
    if actor.is_npcc:
        return True
    if actor.is_house:
        return order.organisation_id == actor.organisation_id
    eaters = session.scalars(select(OrderEater.client_id).where(OrderEater.order_id == order.id))
    found = set(eaters)
    return bool(found) and found <= set(actor.orders_for)


def cancel(session: Session, actor: Actor, order_id: int, now: datetime) -> Order:
    """Cancel an order before its cut-off; Conflict afterwards or when its state forbids it.

    An order that is cancelled already is given back as it is; one that waits for a person is in
    no plan yet, and may be cancelled at any time.
    """
    permission = Permission.ORDER if actor.may(Permission.ORDER) else Permission.ORDER_GROUP
    order = find_order(session, actor, order_id, permission)
    if order.state is OrderState.CANCELLED:
        return order
    if order.state is not OrderState.HELD:
        require_open(order, now)
        require_unpublished(session, order.site_id, order.service_day)
    move(session, order, OrderState.CANCELLED)
    for client_id in eater_clients(session, order):
        note_access(session, actor, now, "order.cancelled", client_id)
    return order


def last_cut_off(day: date) -> datetime:
    """Give the moment the last kind of site can no longer order for a day."""
    return max(cut_off_at(day, rule) for rule in CUT_OFFS.values())


def require_unpublished(session: Session, site_id: int, day: date) -> None:
    """Raise Conflict when a door's kitchen published the day: it works by that plan."""
    if depots.is_published(session, site_id, day):
        raise Conflict("order.day_published")


def require_open(order: Order, now: datetime) -> None:
    """Raise Conflict when ordering for the day of this order has closed."""
    rule = CUT_OFFS[order.kind]
    if not is_open(order.service_day, rule, now):
        closed = cut_off_at(order.service_day, rule)
        raise Conflict(RefusalCode.AFTER_CUT_OFF.value, cut_off=closed)


def change(
    session: Session,
    actor: Actor,
    order_id: int,
    draft: OrderDraft,
    now: datetime,
    *,
    version: int,
) -> Order:
    """Replace what an order holds before its cut-off, checked like a new one; same number.

    Site, day, ward and meal stay. Raises Conflict when it is no longer the version the actor
    saw, Refused with every reason; both leave the order as it was.
    """
    order = find_order(session, actor, order_id, Permission.ORDER_GROUP)
    session.refresh(order, with_for_update=True)
    if order.version != version:
        raise Conflict("order.someone_was_first")
    require_open(order, now)
    if not may_become(order.state, OrderState.CANCELLED):
        raise Conflict("order.cannot_change", state=order.state.value)
    if (draft.site_id, draft.ward_id, draft.service_day, draft.meal) != (
        order.site_id,
        order.ward_id,
        order.service_day,
        order.meal,
    ):
        raise Refused(("", "order.other_meal", {}))
    again = replace(draft, external_ref=None)
    checked = place(session, actor, again, now, dry_run=True, replacing=order.id)
    gone = set(eater_clients(session, order))
    session.execute(delete(OrderLine).where(OrderLine.order_id == order.id))
    session.execute(delete(OrderEater).where(OrderEater.order_id == order.id))
    _add_eaters(session, meals.catalogue(session), order, draft.eaters)
    for client_id in sorted(gone | {one.client_id for one in draft.eaters if one.client_id}):
        note_access(session, actor, now, "order.changed", client_id)
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


def asked_late(order: Order) -> bool:
    """Tell whether an order waits only because it came late: a dispatcher may decide on it."""
    codes = {code for code, _ in order.reasons}
    late, strange = RefusalCode.LATE in codes, RefusalCode.UNKNOWN_ALLERGY in codes
    return order.state is OrderState.HELD and late and not strange
