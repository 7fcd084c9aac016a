"""The fortnight ahead as a dispatcher reads it: zone, orders, plan and who is short, day by day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, require
from app.models.orders import Order
from app.models.planning import DayPlan, DayPlanState, TourPin, Vehicle
from app.operations import depots
from logistics import Batch, HorizonZone, OrderState, changed_van_cents, fortnight, zone_of

_STANDING = (DayPlanState.DRAFT, DayPlanState.PUBLISHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAhead:
    """One day: orders that stand, and of its newest plan the state and how many orders are short.

    `planned` is None where there is no plan yet.
    """

    day: date
    zone: HorizonZone
    orders: int
    sites: int
    planned: DayPlanState | None = None
    version: int = 0
    short: int = 0
    cost_cents: int = 0


def days_ahead(session: Session, actor: Actor, today: date) -> tuple[DayAhead, ...]:
    """Give today and the days after it in the actor's kitchen, a fortnight in all."""
    require(actor, Permission.VIEW_DAY)
    depot_id = depots.depot_of(session, actor).id
    days = fortnight(today)
    within = (days[0].day, days[-1].day)
    counted = {
        day: (orders, sites)
        for day, orders, sites in session.execute(
            select(Order.service_day, func.count(Order.id), func.count(Order.site_id.distinct()))
            .where(Order.service_day.between(*within), Order.state != OrderState.CANCELLED)
            .where(Order.site_id.in_(depots.sites_of(depot_id)))
            .group_by(Order.service_day)
        )
    }
    plans = {
        row.service_day: row
        for row in session.execute(
            select(
                DayPlan.service_day,
                DayPlan.state,
                DayPlan.version,
                DayPlan.unserved_count,
                DayPlan.cost_cents,
            )
            .where(DayPlan.depot_id == depot_id, DayPlan.state.in_(_STANDING))
            .where(DayPlan.service_day.between(*within))
            .order_by(DayPlan.version)
        )
    }
    return tuple(
        DayAhead(
            day=each.day,
            zone=each.zone,
            orders=counted.get(each.day, (0, 0))[0],
            sites=counted.get(each.day, (0, 0))[1],
            planned=plans[each.day].state if each.day in plans else None,
            version=plans[each.day].version if each.day in plans else 0,
            short=plans[each.day].unserved_count if each.day in plans else 0,
            cost_cents=plans[each.day].cost_cents if each.day in plans else 0,
        )
        for each in days
    )


def _standing(depot_id: int, day: date) -> tuple[ColumnElement[bool], ...]:
    of_day = (DayPlan.depot_id == depot_id, DayPlan.service_day == day)
    return (*of_day, DayPlan.state.in_(_STANDING))


def known_vans(session: Session, depot_id: int, day: date) -> dict[str, str]:
    """Give the van of each site in the newest plan of a day that stands; empty without one."""
    document = session.scalar(
        select(DayPlan.document)
        .where(*_standing(depot_id, day))
        .order_by(DayPlan.version.desc())
        .limit(1)
    )
    return {
        stop["site"]: route["vehicle"]
        for route in (document or {"routes": []})["routes"]
        for trip in route["trips"]
        for stop in trip["stops"]
    }


def known_pins(session: Session, depot_id: int, day: date) -> tuple[Batch, ...]:
    """Give the batches that a person put where they stand, in the newest plan that stands."""
    plan = session.scalar(
        select(DayPlan).where(*_standing(depot_id, day)).order_by(DayPlan.version.desc()).limit(1)
    )
    batches = () if plan is None else plan.as_stored_day().plan.batches
    return tuple(each for each in batches if each.pinned)


def change_cents(day: date, today: date | None) -> int:
    """Give what it weighs to change a known plan of a day; without a today it is free."""
    return changed_van_cents(HorizonZone.FREE if today is None else zone_of(day, today))


def held_tours(session: Session, depot_id: int, day: date) -> dict[str, tuple[str, ...]]:
    """Give by van of a kitchen the sites that are kept, in their order."""
    rows = session.execute(
        select(Vehicle.code, TourPin.stops)
        .join(TourPin, TourPin.vehicle_id == Vehicle.id)
        .where(TourPin.service_day == day, Vehicle.depot_id == depot_id)
        .order_by(Vehicle.code)
    )
    return {code: tuple(stops) for code, stops in rows}
