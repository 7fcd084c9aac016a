"""Which kitchen somebody works in, and what stands there: machines, shifts, vehicles, its day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

import logistics
from app.access import SYSTEM, Actor, Conflict, NotFound, Refused, Role
from app.models.cooking import KitchenShift, MachineDowntime
from app.models.orders import Order
from app.models.people import Site, User
from app.models.planning import DayPlan, DayPlanState, Depot, Machine, Vehicle
from app.models.stock import DemandForecast, IngredientLot, Lot
from logistics import OrderState

STAFF = frozenset({Role.DISPATCHER, Role.KITCHEN})
"""Who works in a kitchen: one at a time, of those they are told."""
_NOTED_LATE = timedelta(days=7)  # so long after its day a delivery may still be written down
_KNOWN_DAYS = 6  # published days looked back for the van that an address knows: a week


def kitchen_of(
    session: Session, depot: Depot, day: date, lots: Iterable[logistics.Lot]
) -> logistics.Kitchen:
    """Give what a day is cooked with: machines that work, people, room beside what lies there."""
    down: dict[int, list[tuple[int, int]]] = defaultdict(list)
    mine = select(Machine.id).where(Machine.depot_id == depot.id)
    of_day = (MachineDowntime.day == day, MachineDowntime.machine_id.in_(mine))
    for row in session.scalars(select(MachineDowntime).where(*of_day)):
        down[row.machine_id].append((row.start_min, row.end_min))
    shifts = depot_rows(session, KitchenShift, depot.id)
    return logistics.Kitchen(
        machines=tuple(
            row.as_machine(tuple(sorted(down[row.id])))
            for row in depot_rows(session, Machine, depot.id)
        ),
        shifts=tuple(row.as_shift() for row in shifts),
        room_g=logistics.free_room_g(depot.litres(), lots),
        chill_wait_min=depot.chill_wait_min,
    )


def depot_rows(session: Session, table: Any, depot_id: int) -> Sequence[Any]:
    """Give the machines, shifts or vehicles of a depot by code."""
    rows: Sequence[Any] = session.scalars(
        select(table).where(table.depot_id == depot_id).order_by(table.code)
    ).all()
    return rows


def depot_of(session: Session, actor: Actor) -> Depot:
    """Give the kitchen an actor works in: the one they chose, else the only one.

    NotFound where none was set up yet; Conflict `depot.none_yours` with several and none chosen.
    """
    rows = session.scalars(select(Depot).order_by(Depot.id)).all()
    if actor.depot_id is not None:
        rows = [row for row in rows if row.id == actor.depot_id]
    if not rows:
        raise NotFound
    if len(rows) > 1:
        raise Conflict("depot.none_yours")
    return rows[0]


def by_code(session: Session) -> Mapping[str, int]:
    """Give the number of every kitchen by its code, the oldest first."""
    return dict(session.execute(select(Depot.code, Depot.id).order_by(Depot.id)).all())


def clock_at(depot_id: int | None) -> Actor:
    """Give the clock at work in one kitchen; None: the only one."""
    return replace(SYSTEM, depot_id=depot_id)


def kitchens_of(session: Session, user: User) -> tuple[tuple[int, str], ...]:
    """Give the kitchens where somebody may work, by number and name; most people work in none.

    Administrators may go everywhere. With one kitchen all who cook and plan work there.
    """
    if user.role not in STAFF | {Role.ADMIN}:
        return ()
    rows = session.execute(select(Depot.id, Depot.code, Depot.name).order_by(Depot.id)).all()
    everywhere = user.role is Role.ADMIN or len(rows) == 1
    named = {*user.depots}
    return tuple(
        (number, name)
        for number, code, name in rows
        if everywhere or code in named or number == user.depot_id
    )


def adopt(session: Session) -> None:
    """Give the only kitchen what stood or lay without one; with several nothing is guessed."""
    known = by_code(session)
    for only in known.values() if len(known) == 1 else ():
        for table in (Site, Lot, IngredientLot, DemandForecast):
            session.execute(update(table).where(table.depot_id.is_(None)).values(depot_id=only))


def keep_staff(session: Session) -> None:
    """Before a second kitchen comes: write down that who works in the only one goes on there."""
    known = by_code(session)
    for only in known.values() if len(known) == 1 else ():
        staff = select(User).where(User.role.in_(STAFF), User.depot_id.is_(None))
        for user in session.scalars(staff).all():
            user.depot_id = only if not user.depots else None


def nearest(session: Session, lat_e5: int, lon_e5: int) -> int | None:
    """Give the kitchen nearest to a place by estimated roads; None where there is none yet."""
    place = logistics.Point(lat_e5=lat_e5, lon_e5=lon_e5)
    rows = session.scalars(select(Depot).order_by(Depot.id)).all()
    roads = logistics.PowerModel()
    found = min(
        rows,
        key=lambda row: roads.matrix((row.as_depot().point, place)).metres[0][1],
        default=None,
    )
    return None if found is None else found.id


def is_published(session: Session, site_id: int, day: date) -> bool:
    """Tell whether the kitchen of an address has a plan of a day in force.

    Waits for a publication that is under way, and keeps one from starting until this act stands:
    an order can never slip in beside a plan that does not know it.
    """
    depot_id = depot_of_site(session, site_id)
    session.execute(select(Depot.id).where(Depot.id == depot_id).with_for_update(read=True))
    if depot_of_site(session, site_id) != depot_id:
        raise Conflict("order.someone_was_first")  # another kitchen serves it since
    published = select(DayPlan.id).where(
        DayPlan.depot_id == depot_id,
        DayPlan.service_day == day,
        DayPlan.state == DayPlanState.PUBLISHED,
    )
    return session.scalar(published) is not None


def require_movable(session: Session, site: Site, new: int, today: date) -> None:
    """Raise Refused while a published day of either kitchen counts on orders of an address.

    Holds both kitchens: nobody publishes or orders there until the move stands.
    """
    both = (site.depot_id, new)
    session.execute(select(Depot.id).where(Depot.id.in_(both)).with_for_update())
    published = select(DayPlan.service_day).where(
        DayPlan.depot_id.in_(both), DayPlan.state == DayPlanState.PUBLISHED
    )
    on_its_way = Order.state.in_((OrderState.PLANNED, OrderState.DISPATCHED))
    day = session.scalar(
        select(func.min(Order.service_day))
        .where(Order.site_id == site.id, Order.service_day.in_(published))
        .where(Order.state != OrderState.CANCELLED)
        .where(Order.service_day >= today - _NOTED_LATE)
        .where(on_its_way | (Order.service_day >= today))
    )
    if day is not None:
        raise Refused(("depot", "admin.site.depot_published", {"day": day}))


def sites_of(depot_id: int | None) -> Select[int]:
    """Select the addresses that a kitchen serves; None: those without a kitchen yet."""
    return select(Site.id).where(Site.depot_id == depot_id)


def depot_of_site(session: Session, site_id: int) -> int | None:
    """Give the kitchen that serves an address."""
    return session.scalar(select(Site.depot_id).where(Site.id == site_id))


def lots_in(session: Session, depot_id: int, day: date | None = None) -> Sequence[Lot]:
    """Give the lots of a kitchen that hold something by code.

    With a day: those that are made by then. What a later day cooks is not there yet.
    """
    here = [Lot.depot_id == depot_id, Lot.amount_g > 0]
    if day is not None:
        here.append(Lot.made_on <= day)
    return session.scalars(select(Lot).where(*here).order_by(Lot.code)).all()


def vans_of(session: Session, depot: Depot) -> tuple[logistics.Vehicle, ...]:
    """Give the vans that may drive."""
    return tuple(row.as_vehicle() for row in depot_rows(session, Vehicle, depot.id) if row.active)


def usual_vans(session: Session, depot_id: int, day: date) -> dict[str, str]:
    """Give by site the van that came last, looking back over the days published before a day."""
    rows = session.scalars(
        select(DayPlan)
        .where(DayPlan.depot_id == depot_id, DayPlan.state == DayPlanState.PUBLISHED)
        .where(DayPlan.service_day < day)
        .order_by(DayPlan.service_day.desc())
        .limit(_KNOWN_DAYS)
    )
    usual: dict[str, str] = {}
    for row in rows:
        for route in row.as_stored_day().plan.routes.routes:
            for stop in route.stops:
                usual.setdefault(stop.site, route.vehicle)
    return usual
