"""An order that comes late: three places in the published day with their price, choose one."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import dayboard, lateorders, planning, replanning
from app.operations.lateorders import Offered
from app.pipeline import Call, entry, house
from app.roads import provider
from app.schemas.planning import AtQuery, LateForm
from app.web.replanning import clock, now_min
from logistics import LatePlace

blueprint = Blueprint("lateorders", __name__)


@blueprint.get("/day-plans/<int:plan_id>/late")
@entry(Permission.PUBLISH_DAY)
def late_orders(call: Call, plan_id: int) -> ResponseReturnValue:
    """Show the orders that came after publishing, and ask from when vans may be loaded."""
    row, day = replanning.published_day(call.session, call.actor, plan_id)
    return render_template(
        "dispatch/late.html",
        plan_id=plan_id,
        day=row.service_day,
        rows=lateorders.late_orders(call.session, call.actor, plan_id),
        at=clock(now_min(call, row.service_day, day.routes.routes)),
        errors=tuple((f"f-{one.field}", one.text) for one in call.problems),
    )


def _again(call: Call, plan_id: int, code: str) -> ResponseReturnValue:
    """Show the list again with what was wrong; the order is chosen anew."""
    del code
    shown: ResponseReturnValue = late_orders.__wrapped__(call, plan_id)  # type: ignore[attr-defined]  # the page itself
    return shown


@blueprint.post("/day-plans/<int:plan_id>/late/<code>")
@entry(Permission.PUBLISH_DAY, takes=AtQuery, back=_again)
def late_places(call: Call, form: dict[str, Any], plan_id: int, code: str) -> ResponseReturnValue:
    """Show the best places for one order; nothing is changed yet."""
    at_min: int = form["at_min"]
    found = lateorders.offer(
        call.session, call.actor, plan_id, late=(code, at_min), roads=provider(house().settings)
    )
    row = planning.find_day_plan(call.session, call.actor, plan_id, Permission.PUBLISH_DAY)
    board = dayboard.board(call.session, call.actor, row.service_day)
    place = board.places[found.order.site]
    return render_template(
        "dispatch/lateplaces.html",
        plan_id=plan_id,
        day=row.service_day,
        code=code,
        name=place.name,
        street=f"{place.street}, {place.place}",
        at=call.translator.time(at_min),
        offers=[_place(call, found, one) for one in found.places],
        hidden={"at_min": at_min},
        signer=call.say("day.sign.as", name=call.actor.name),
    )


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
    if one.later:
        text = f"{text} {call.say('late.later', count=one.later)}"
    return found.mark(one), text


@blueprint.post("/day-plans/<int:plan_id>/late/<code>/choose")
@entry(Permission.PUBLISH_DAY, takes=LateForm, back=_again)
def choose(call: Call, form: dict[str, Any], plan_id: int, code: str) -> ResponseReturnValue:
    """Give the order its place: the day has a new version."""
    plan = lateorders.choose(
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
