"""Orders that come late: listed, taken in or not, and one given a place chosen by hand."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import dayboard, depots, lateorders, lateplaces, planning, replanning
from app.operations.dayboard import Board
from app.operations.lateorders import Late
from app.operations.lateplaces import Offered
from app.pipeline import Call, entry, house
from app.roads import provider
from app.schemas.planning import MOST_TOGETHER, AtQuery, LateForm
from app.web import dayparts
from app.web.days import know_days
from app.web.daywords import NOTHING, preferred_of
from app.web.replanning import clock, now_min
from logistics import LatePlace, Unserved

blueprint = Blueprint("lateorders", __name__)
blueprint.record(know_days)
_DAY_MIN = 24 * 60


@blueprint.get("/day/<day:day>/late")
@entry(Permission.PLAN_DAY)
def waiting(call: Call, day: date) -> ResponseReturnValue:
    """Show the late orders of a day that is not published: take them in, or say no."""
    depot_id = depots.depot_of(call.session, call.actor).id
    plan = planning.published_plan(call.session, depot_id, day)
    if plan is not None:
        return redirect(url_for("lateorders.late_orders", plan_id=plan.id))
    return render_template(
        "dispatch/late.html",
        plan_id=None,
        day=day,
        rows=[_row(call, one) for one in lateorders.waiting_late(call.session, call.actor, day)],
        errors=(),
    )


def _row(call: Call, one: Late) -> dict[str, Any]:
    """Give one order with why no van brings it."""
    code = "late.why.asked" if one.asked else "late.why.left"
    told = [call.say(code), *([call.say("late.why.joins")] if one.joins else [])]
    meal = call.say(f"ward.meal.{one.meal}") if one.meal else ""
    return {
        "code": one.code,
        "portions": one.portions,
        "name": one.name,
        "place": " · ".join(filter(None, (one.place, meal))),
        "why": " ".join(told),
        "asked": one.asked,
    }


@blueprint.post("/late-orders/<code>/take-in")
@entry(Permission.PUBLISH_DAY)
def take_in(call: Call, code: str) -> ResponseReturnValue:
    """Take a late order into a day that is not published yet."""
    order = lateorders.take_in(call.session, call.actor, code, call.now)
    call.tell("late.taken_in", order=code)
    return redirect(url_for("dispatch.day_board", day=order.service_day), code=303)


@blueprint.post("/late-orders/<code>/turn-down")
@entry(Permission.PUBLISH_DAY)
def turn_down(call: Call, code: str) -> ResponseReturnValue:
    """Say no to a late order."""
    order = lateorders.turn_down(call.session, call.actor, code, call.now)
    call.tell("late.turned_down", "info", order=code)
    return redirect(url_for("dispatch.day_board", day=order.service_day), code=303)


@blueprint.get("/day-plans/<int:plan_id>/late")
@entry(Permission.PUBLISH_DAY)
def late_orders(call: Call, plan_id: int) -> ResponseReturnValue:
    """Show the orders that came after publishing, and ask from when vans may be loaded."""
    row, day = replanning.published_day(call.session, call.actor, plan_id)
    late = lateorders.late_orders(call.session, call.actor, plan_id)
    first = [one.code for one in late[:MOST_TOGETHER]]
    given = call.values.get("orders", ()) if call.problems else first
    ticked = [one for one in late if one.code in given]
    at = "".join(call.values.get("at_min", ())[:1])
    at = clock(int(at)) if at.isdecimal() and int(at) < _DAY_MIN else at  # as the pages after it
    return render_template(
        "dispatch/late.html",
        plan_id=plan_id,
        day=row.service_day,
        rows=[_row(call, one) | {"ticked": one in ticked} for one in late],
        sums={"ticked": len(ticked), "sum": sum(one.portions for one in ticked)},
        at=at or clock(now_min(call, row.service_day, day.routes.routes)),
        errors=problems_at(call),
    )


def problems_at(call: Call) -> tuple[tuple[str, str], ...]:
    """Give each problem of the form with the field where it is mended."""
    return tuple((f"f-{one.field}", one.text) for one in call.problems)


def only_unsigned(call: Call) -> bool:
    """Whether a person's word is all that lacks: what was read is then shown again."""
    return {one.field for one in call.problems} == {"attest"}


def again(call: Call, plan_id: int, code: str = "") -> ResponseReturnValue:
    """Show the list again with what was wrong; orders are chosen anew."""
    del code
    shown: ResponseReturnValue = late_orders.__wrapped__(call, plan_id)  # type: ignore[attr-defined]  # the page itself
    return shown


@blueprint.post("/day-plans/<int:plan_id>/late/<code>")
@entry(Permission.PUBLISH_DAY, takes=AtQuery, back=again)
def late_places(call: Call, form: dict[str, Any], plan_id: int, code: str) -> ResponseReturnValue:
    """Show the best places for one order; nothing is changed yet."""
    return _places(call, plan_id, code, form["at_min"])


def _places(call: Call, plan_id: int, code: str, at_min: int) -> ResponseReturnValue:
    row = planning.find_day_plan(call.session, call.actor, plan_id, Permission.PUBLISH_DAY)
    at_min = max(at_min, replanning.now_min(row.service_day, call.now))
    found = lateplaces.offer(
        call.session, call.actor, plan_id, late=(code, at_min), roads=provider(house().settings)
    )
    board = dayboard.board(call.session, call.actor, row.service_day)
    offers = [_place(call, found, one) for one in found.sound()]
    given = "".join(call.values.get("mark", ())[:1])
    return render_template(
        "dispatch/lateplaces.html",
        plan_id=plan_id,
        day=row.service_day,
        code=code,
        name=found.late.name,
        street=found.late.place,
        at=call.translator.time(at_min),
        offers=offers,
        picked=given if given in dict(offers) else next(iter(dict(offers)), ""),
        why=_none(call, board, found, at_min),
        hidden={"at_min": at_min},
        signer=call.say("day.sign.as", name=call.actor.name),
        errors=problems_at(call),
    )


def _read_again(call: Call, plan_id: int, code: str) -> ResponseReturnValue:
    """Show the same places to who has not given a word yet; else the list with what was wrong."""
    if not only_unsigned(call):
        return again(call, plan_id)
    return _places(call, plan_id, code, int(call.values["at_min"][0]))


def _none(call: Call, board: Board, found: Offered, at_min: int) -> dict[str, str]:
    """Give what is told where there is no place: why, and what would help."""
    at = call.translator.time(at_min)
    told = (call.say("late.no_place_text", at=at), NOTHING)
    if found.why is not None:
        told = why_left(call, board, found.why, at_min)
    title = call.say("late.no_goods" if found.goods.refused else "late.no_place")
    return {"title": title, "text": " ".join(one for one in told if one != NOTHING)}


def why_left(call: Call, board: Board, one: Unserved, at_min: int) -> tuple[str, str]:
    """Give why an order has no place, and what would give it one.

    What somebody may not eat is not told here: the dispatcher knows whose door it is.
    """
    if one.reason.startswith("objection."):
        return call.say("late.unsafe", order=one.order), NOTHING
    if one.reason == "route.unserved.nowhere":
        return call.say("late.no_place_text", at=call.translator.time(at_min)), NOTHING
    reasons = dayparts.reasons_of(call, board)
    return reasons.sentence(one), reasons.fits(one)


def _place(call: Call, found: Offered, one: LatePlace) -> tuple[str, str]:
    """Give the mark of a place and its sentence: van, time, money, minutes, who comes later."""
    speak = call.translator
    letters = {van.id: van.letter for van in found.day.vehicles}
    text = call.say(
        "late.place",
        van=letters[one.van],
        at=speak.time(one.begin_s // 60),
        cost=speak.cents(one.added_cents),
        minutes=speak.number(-(-one.added_s // 60)),
    )
    if one.was is not None:
        van, begin_s = one.was
        joins = call.say("late.joins", van=letters[van], at=speak.time(begin_s // 60))
        text = f"{text} {joins}"
    stops = (
        stop for route in one.routes.routes for stop in route.stops if route.vehicle == one.van
    )
    by_min = next(stop.preferred_by_min for stop in stops if stop.begin_s == one.begin_s)
    if by_min is not None and one.begin_s // 60 > by_min:
        text = f"{text} {preferred_of(speak, by_min, one.begin_s // 60)}"
    if one.later:
        text = f"{text} {call.say('late.later', count=one.later)}"
    return found.mark(one), text


@blueprint.post("/day-plans/<int:plan_id>/late/<code>/choose")
@entry(Permission.PUBLISH_DAY, takes=LateForm, back=_read_again)
def choose(call: Call, form: dict[str, Any], plan_id: int, code: str) -> ResponseReturnValue:
    """Give the order its place: the day has a new version."""
    plan = lateplaces.choose(
        call.session,
        call.actor,
        plan_id,
        late=(code, form["at_min"]),
        roads=provider(house().settings),
        mark=form["mark"],
        now=call.now,
    )
    call.tell("late.chosen", order=code, version=plan.version)
    return redirect(url_for("dispatch.day_board", day=plan.service_day), code=303)
