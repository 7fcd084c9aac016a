"""What stands in a depot: machines, shifts and vehicles, and the kitchen of a day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import logistics
from app.access import NotFound
from app.models.cooking import KitchenShift, MachineDowntime
from app.models.planning import DayPlan, DayPlanState, Depot, Machine, Vehicle
from app.models.stock import Lot

_KNOWN_DAYS = 6  # published days looked back for the van that an address knows: a week


def kitchen_of(session: Session, depot: Depot, day: date, lots: Sequence[Lot]) -> logistics.Kitchen:
    """Give what a day is cooked with: machines that work, people, room beside what lies there."""
    down: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in session.scalars(select(MachineDowntime).where(MachineDowntime.day == day)):
        down[row.machine_id].append((row.start_min, row.end_min))
    shifts = depot_rows(session, KitchenShift, depot.id)
    return logistics.Kitchen(
        machines=tuple(
            row.as_machine(tuple(sorted(down[row.id])))
            for row in depot_rows(session, Machine, depot.id)
        ),
        shifts=tuple(row.as_shift() for row in shifts),
        room_g=logistics.free_room_g(depot.litres(), [lot.as_lot() for lot in lots]),
        chill_wait_min=depot.chill_wait_min,
    )


def depot_rows(session: Session, table: Any, depot_id: int) -> Sequence[Any]:
    """Give the machines, shifts or vehicles of a depot by code."""
    rows: Sequence[Any] = session.scalars(
        select(table).where(table.depot_id == depot_id).order_by(table.code)
    ).all()
    return rows


def depot_of_all(session: Session) -> Depot:
    """Give the depot that cooks and drives for everybody; NotFound where none was set up yet."""
    depot = session.scalar(select(Depot).order_by(Depot.id).limit(1))
    if depot is None:
        raise NotFound
    return depot


def vans_of(session: Session, depot: Depot) -> tuple[logistics.Vehicle, ...]:
    """Give the vans that may drive."""
    return tuple(row.as_vehicle() for row in depot_rows(session, Vehicle, depot.id) if row.active)


def usual_vans(session: Session, day: date) -> dict[str, str]:
    """Give by site the van that came last, looking back over the days published before a day."""
    rows = session.scalars(
        select(DayPlan)
        .where(DayPlan.state == DayPlanState.PUBLISHED, DayPlan.service_day < day)
        .order_by(DayPlan.service_day.desc())
        .limit(_KNOWN_DAYS)
    )
    usual: dict[str, str] = {}
    for row in rows:
        for route in row.as_stored_day().plan.routes.routes:
            for stop in route.stops:
                usual.setdefault(stop.site, route.vehicle)
    return usual
