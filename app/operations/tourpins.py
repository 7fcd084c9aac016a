"""Verbs of a tour that is kept: hold it as it is, let it loose, read what is held."""

from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Permission, require
from app.models.planning import DayPlanState, TourPin, Vehicle
from app.operations import depots, planning
from app.operations.upkeep import note_access
from logistics import tour_of


def hold(session: Session, actor: Actor, day: date, letter: str, now: datetime) -> None:
    """Keep the tour of a van as the newest draft has it, whatever is planned anew.

    NotFound without such a tour; Conflict for a published day, which no planning changes.
    """
    require(actor, Permission.PLAN_DAY)
    plan = planning.day_plan(session, actor, day)
    if plan is None:
        raise NotFound
    if plan.state is not DayPlanState.DRAFT:
        raise Conflict("planning.withdraw_first")
    routes = plan.as_stored_day().plan.routes.routes
    route = next((each for each in routes if each.letter == letter), None)
    named = (Vehicle.depot_id == plan.depot_id, Vehicle.code == (route and route.vehicle))
    van = session.scalar(select(Vehicle.id).where(*named))
    if route is None or van is None:
        raise NotFound
    _forget(session, day, van)
    stops = list(tour_of(route))
    session.add(
        TourPin(service_day=day, vehicle_id=van, stops=stops, made_at=now, made_by=actor.user_id)
    )
    session.flush()
    note_access(session, actor, now, "day.tour_held")


def let_loose(session: Session, actor: Actor, day: date, letter: str, now: datetime) -> None:
    """Let the next planning do with the tour of a van as it likes."""
    require(actor, Permission.PLAN_DAY)
    here = Vehicle.depot_id == depots.depot_of(session, actor).id
    for van in session.scalars(select(Vehicle.id).where(Vehicle.letter == letter, here)).all():
        _forget(session, day, van)
    note_access(session, actor, now, "day.tour_loosed")


def _forget(session: Session, day: date, van: int) -> None:
    session.execute(delete(TourPin).where(TourPin.service_day == day, TourPin.vehicle_id == van))
