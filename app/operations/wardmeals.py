"""One meal of a ward: what each resident gets from the group menu, and the order for it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Refused
from app.i18n import LOCAL_ZONE
from app.models.care import Prescription, PrescriptionState
from app.models.orders import Order, OrderSource
from app.models.people import Client, Site, Ward
from app.operations import meals, orders, planning
from app.operations.orders import EaterOrder, OrderDraft
from app.operations.orderviews import LATE_REFUSED, EaterView, eaters_of
from app.operations.serving import Menu
from app.operations.upkeep import note_access
from app.operations.wards import (
    MealState,
    cut_off_of,
    find_ward,
    first_open,
    meals_of,
    menus_of,
    states_of,
    store_meals,
)
from app.operations.weekrequest import portion_of
from logistics import OrderState
from menus import ALLERGIES, Catalogue, Eater, Portion, Served


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """One resident at one meal; `profile` None without a signed prescription: no meal then.

    `differs` says that what was ordered is not what would be served now.
    """

    client_id: int
    code: str
    name: str
    eats: bool
    portion: Portion
    profile: Eater | None
    served: tuple[Served, ...]
    differs: bool

    @property
    def unknown_allergies(self) -> tuple[str, ...]:
        """Allergy codes that nobody can check."""
        return tuple(sorted(self.profile.allergies - ALLERGIES)) if self.profile else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything the ward screen shows of one meal; `others` counts eaters of other orders.

    `late`: ordering has closed, but a person may still be asked for a place; `turned_down`: one
    was, and said no.
    """

    ward_id: int
    ward: str
    site: str
    day: date
    meal: str
    days: tuple[date, ...]
    meals: tuple[MealState, ...]
    cut_off: datetime
    open: bool
    late: bool
    turned_down: bool
    order: Order | None
    others: int
    residents: tuple[Resident, ...]
    catalogue: Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class WardAsk:
    """Who eats and how much, as ticked; `seen` is the version of the order shown, 0 for none.

    `late`: they know that ordering has closed.
    """

    day: date
    meal: str
    eats: frozenset[int]
    portions: Mapping[int, Portion]
    seen: int
    late: bool = False


def ward_sheet(
    session: Session,
    actor: Actor,
    ward_id: int,
    now: datetime,
    *,
    day: date | None = None,
    meal: str | None = None,
) -> Sheet:
    """Give the residents of a ward with what each would get; NotFound for another house's ward.

    Without a day it is the first that is still open, without a meal the first of that day.
    Each look writes an access-log row per resident.
    """
    ward, site = find_ward(session, actor, ward_id)
    menus = menus_of(session, {site.id}, now)
    days = tuple(sorted({on for _, on, _ in menus}))
    day = day or first_open(days, (site,), now)
    kept = store_meals(session, {site.id})
    offered = meals_of(menus, states_of(session, [ward.id], day), ward, day, kept)
    meal = meal or next((one.meal for one in offered), "lunch")
    order, others = _orders_of(session, ward.id, day, meal)
    catalogue = meals.catalogue(session)
    components = meals.group_menu(session, site.id, day, meal)
    menu = Menu(catalogue, components, meals.recalled_variants(session))
    residents = _residents(session, ward.id)
    is_open = (
        now < cut_off_of(site, day) and planning.published_plan(session, site.depot_id, day) is None
    )
    for client in residents:
        note_access(session, actor, now, "ward.viewed", client.id)
    return Sheet(
        ward_id=ward.id,
        ward=ward.name,
        site=site.name,
        day=day,
        meal=meal,
        days=days,
        meals=offered,
        cut_off=cut_off_of(site, day),
        open=is_open,
        turned_down=order is None and _turned_down(session, ward.id, day, meal),
        late=not is_open and order is None and now.astimezone(LOCAL_ZONE).date() <= day,
        order=order,
        others=others,
        residents=_shown(session, residents, menu, order),
        catalogue=catalogue,
    )


def _residents(session: Session, ward_id: int) -> list[Client]:
    return list(
        session.scalars(
            select(Client)
            .where(Client.ward_id == ward_id, Client.left_on.is_(None))
            .order_by(Client.family_name, Client.given_name)
        )
    )


def _orders_of(session: Session, ward_id: int, day: date, meal: str) -> tuple[Order | None, int]:
    """Give the ward's own order, and how many eaters a hospital's system ordered for beside it."""
    found = session.scalars(
        select(Order)
        .where(
            Order.ward_id == ward_id,
            Order.service_day == day,
            Order.meal == meal,
            Order.state != OrderState.CANCELLED,
        )
        .order_by(Order.id.desc())
    ).all()
    own = next((one for one in found if one.source is not OrderSource.API), None)
    others = eaters_of(session, [one.id for one in found if one is not own])
    return own, sum(len(eaters) for eaters in others.values())


def _turned_down(session: Session, ward_id: int, day: date, meal: str) -> bool:
    last = session.scalar(
        select(Order.reasons)
        .where(Order.ward_id == ward_id, Order.service_day == day, Order.meal == meal)
        .order_by(Order.id.desc())
        .limit(1)
    )
    return any(code == LATE_REFUSED for code, _ in last or ())


def _shown(
    session: Session, clients: list[Client], menu: Menu, order: Order | None
) -> tuple[Resident, ...]:
    signed = _prescriptions(session, [client.id for client in clients])
    ordered = _ordered(session, order)
    return tuple(_resident(client, signed.get(client.id), menu, ordered) for client in clients)


def _prescriptions(session: Session, client_ids: list[int]) -> dict[int, tuple[Eater, Portion]]:
    rows = session.scalars(
        select(Prescription).where(
            Prescription.client_id.in_(client_ids),
            Prescription.state == PrescriptionState.SIGNED,
        )
    )
    return {
        row.client_id: (row.as_eater(), portion_of(row.as_prescription().portion_percent))
        for row in rows
    }


def _ordered(session: Session, order: Order | None) -> dict[int, EaterView] | None:
    """Give what is ordered per client; None when nothing is."""
    if order is None:
        return None
    eaters = eaters_of(session, [order.id]).get(order.id, ())
    return {one.client_id: one for one in eaters if one.client_id is not None}


def _resident(
    client: Client,
    signed: tuple[Eater, Portion] | None,
    menu: Menu,
    ordered: dict[int, EaterView] | None,
) -> Resident:
    profile, usual = signed or (None, Portion.M)
    has = None if ordered is None else ordered.get(client.id)
    portion = usual if has is None else _ordered_portion(menu, has) or usual
    served = menu.serve(profile) if profile else ()
    now = Counter(one.variant.id for one in served if one.variant is not None)
    before = None if has is None else Counter(line.variant for line in has.lines)
    return Resident(
        client_id=client.id,
        code=client.code,
        name=client.full_name,
        eats=profile is not None if ordered is None else has is not None,
        portion=portion,
        profile=profile,
        served=served,
        differs=before is not None and before != now,
    )


def _ordered_portion(menu: Menu, eater: EaterView) -> Portion | None:
    sizes = (menu.size_of(line.variant, line.portion_g) for line in eater.lines)
    return next((one for one in sizes if one is not None), None)


def place_ward_order(
    session: Session, actor: Actor, ward_id: int, ask: WardAsk, now: datetime
) -> Order:
    """Order one meal for who is ticked, or change the order there is; by today's prescriptions.

    Raises Conflict when somebody ordered in the meantime, Refused with every reason.
    """
    ward, site = find_ward(session, actor, ward_id)
    order, _ = _orders_of(session, ward.id, ask.day, ask.meal)
    if ask.seen != (0 if order is None else order.version):
        raise Conflict("order.someone_was_first")
    draft = _draft(session, ward, site, ask)
    if order is not None:
        return orders.change(session, actor, order.id, draft, now, version=ask.seen)
    return orders.place(session, actor, draft, now)


def _draft(session: Session, ward: Ward, site: Site, ask: WardAsk) -> OrderDraft:
    clients = [one for one in _residents(session, ward.id) if one.id in ask.eats]
    if len(clients) != len(ask.eats):
        raise NotFound
    signed = _prescriptions(session, [one.id for one in clients])
    _refuse_without(clients, signed)
    offered = meals.group_menu(session, site.id, ask.day, ask.meal)
    menu = Menu(meals.catalogue(session), offered, meals.recalled_variants(session))
    if not menu.components:
        raise Refused(("", "ward.no_menu_text", {}))
    eaters = tuple(_eater(one, signed[one.id], menu, ask.portions) for one in clients)
    undecided = (note for one in eaters for note in menu.undecided(one.ref, one.profile))
    return OrderDraft(
        site_id=site.id,
        ward_id=ward.id,
        service_day=ask.day,
        meal=ask.meal,
        eaters=eaters,
        source=OrderSource.WARD,
        turn=_turn(session, ward.id, ask),
        late=ask.late,
        notes=(*menu.notes(), *undecided),
    )


def _refuse_without(clients: list[Client], signed: Mapping[int, object]) -> None:
    """Raise Refused for an empty list and for everybody without a signed prescription."""
    if not clients:
        raise Refused(("eats", "ward.nobody", {}))
    without = [one for one in clients if one.id not in signed]
    if without:
        raise Refused(
            *(("eats", "ward.no_prescription_of", {"name": one.full_name}) for one in without)
        )


def _eater(
    client: Client,
    signed: tuple[Eater, Portion],
    menu: Menu,
    portions: Mapping[int, Portion],
) -> EaterOrder:
    profile, usual = signed
    return EaterOrder(
        ref=client.code,
        client_id=client.id,
        profile=profile,
        lines=menu.lines(profile, portions.get(client.id, usual)),
    )


def _turn(session: Session, ward_id: int, ask: WardAsk) -> str:
    """Give the name of this turn: of two orders at once for one meal, one wins."""
    cancelled = session.scalar(
        select(func.count(Order.id)).where(
            Order.ward_id == ward_id,
            Order.service_day == ask.day,
            Order.meal == ask.meal,
            Order.state == OrderState.CANCELLED,
        )
    )
    return f"ward:{ward_id}:{ask.meal}:{cancelled}"


def cancel_ward_order(
    session: Session, actor: Actor, ward_id: int, now: datetime, *, day: date, meal: str
) -> Order:
    """Cancel the ward's own order for a meal; NotFound when there is none."""
    ward, _ = find_ward(session, actor, ward_id)
    order, _ = _orders_of(session, ward.id, day, meal)
    if order is None:
        raise NotFound
    return orders.cancel(session, actor, order.id, now)
