"""Verbs of one stop that a person gives another place: the places with their price, one chosen."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Permission
from app.models.people import Site
from app.models.planning import DayPlan, DayPlanState, StoredDay
from app.operations import depots, planning, publishing, replanning, tourpins
from app.operations.daypapers import stored_day
from app.operations.upkeep import note_access
from logistics import LatePlace, Published, Route, aboard, other_places


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A stop of a plan with its other places; nothing is written yet. `left`: its van is out."""

    plan: DayPlan
    day: Published
    route: Route
    number: int
    site: str
    name: str
    begin_s: int
    left: bool
    places: tuple[LatePlace, ...]

    @property
    def draft(self) -> bool:
        """Whether the day is not published yet."""
        return self.plan.state is DayPlanState.DRAFT

    def letter(self, van: str) -> str:
        """Give the letter of a van."""
        return next(each.letter for each in self.day.vehicles if each.id == van)

    def mark(self, place: LatePlace) -> str:
        """Give a mark of one place: only what a person has read can be chosen."""
        told = repr((self.plan.id, self.site, place.van, place.begin_s, place.added_cents))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def offer(
    session: Session, actor: Actor, plan_id: int, *, stop: tuple[str, int], now: datetime
) -> Move:
    """Give the other places of a stop: letter of its van, and its number there.

    Of a draft or of a published day, from now on. NotFound without such a stop; Conflict
    `stop.old_plan` when another plan has taken the place of this one.
    """
    letter, number = stop
    row = planning.find_day_plan(session, actor, plan_id, Permission.PUBLISH_DAY)
    if row.state not in {DayPlanState.DRAFT, DayPlanState.PUBLISHED}:
        raise Conflict("stop.old_plan")
    day = replanning.on_the_road(session, row)
    route = next((one for one in day.routes.routes if one.letter == letter), None)
    if route is None or not 0 < number <= len(route.stops):
        raise NotFound
    here = route.stops[number - 1]
    at_min = replanning.now_min(row.service_day, now)
    return Move(
        plan=row,
        day=day,
        route=route,
        number=number,
        site=here.site,
        name=session.scalars(select(Site.name).where(Site.code == here.site)).one(),
        begin_s=here.begin_s,
        left=here.site in aboard(day, at_min),
        places=other_places(day, here.site, at_min=at_min),
    )


def choose(
    session: Session,
    actor: Actor,
    plan_id: int,
    *,
    stop: tuple[str, int],
    mark: str,
    now: datetime,
) -> DayPlan:
    """Give a stop the place that was read; Conflict `replan.changed` when it is gone.

    The day has a new version in the same state. Of a draft both tours are held from then on, so
    that planning it anew keeps what the person did.
    """
    publishing.lock_stores(session, depots.depot_of(session, actor).id)
    move = offer(session, actor, plan_id, stop=stop, now=now)
    place = next((one for one in move.places if move.mark(one) == mark), None)
    if place is None:
        raise Conflict("replan.changed")
    if place.violations:
        raise planning.check_failed(place.violations[0])
    day = move.plan.service_day
    replanning.refuse_left(move.day.routes, place.routes, day, now)
    old = stored_day(move.plan)
    new = replanning.succeed(
        session,
        actor,
        move.plan,
        day=move.day,
        stored=StoredDay(orders=old.orders, plan=replace(old.plan, routes=place.routes)),
        more={},
        now=now,
    )
    if new.state is DayPlanState.DRAFT:
        _hold(session, actor, move, place, now)
    note_access(session, actor, now, "day.stop_moved")
    return new


def _hold(session: Session, actor: Actor, move: Move, place: LatePlace, now: datetime) -> None:
    driving = {route.letter for route in place.routes.routes}
    for letter in sorted({move.route.letter, move.letter(place.van)}):
        keep = tourpins.hold if letter in driving else tourpins.let_loose
        keep(session, actor, move.plan.service_day, letter, now)
