"""One stop elsewhere: its other places with their price, choose one and sign."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import stopmoves
from app.operations.stopmoves import Move
from app.pipeline import Call, entry
from app.schemas.planning import MoveForm
from logistics import LatePlace

blueprint = Blueprint("stopmoves", __name__)


@blueprint.get("/day-plans/<int:plan_id>/stops/<letter>/<int:number>")
@entry(Permission.PUBLISH_DAY)
def show(call: Call, plan_id: int, letter: str, number: int) -> ResponseReturnValue:
    """Show the other places of a stop; `to` is the van onto which it was dragged."""
    move = stopmoves.offer(call.session, call.actor, plan_id, stop=(letter, number), now=call.now)
    speak, to = call.translator, request.args.get("to", "")
    sound = sorted(
        (place for place in move.places if not place.violations),
        key=lambda place: place.added_cents,
    )
    offers = {move.mark(place): _place(call, move, place) for place in sound}
    cheapest: dict[str, str] = {}
    for place in sound:
        cheapest.setdefault(move.letter(place.van), move.mark(place))
    given = "".join(call.values.get("mark", ())[:1])
    return render_template(
        "dispatch/stopmove.html",
        plan_id=plan_id,
        day=move.plan.service_day,
        letter=letter,
        number=number,
        title=call.say("stop.move.title", number=number, van=letter, name=move.name),
        told=call.say("stop.move.now", van=letter, at=speak.time(move.begin_s // 60)),
        offers=tuple(offers.items()),
        picked=given if given in offers else cheapest.get(to, next(iter(offers), "")),
        missing=to if to and to not in cheapest else "",
        left=move.left,
        attest=call.say("stop.move.attest_draft" if move.draft else "stop.move.attest"),
        signer=call.say("day.sign.as", name=call.actor.name),
        errors=tuple((f"f-{one.field}", one.text) for one in call.problems),
    )


def _place(call: Call, move: Move, place: LatePlace) -> str:
    """Give the sentence of a place: van, time, money, minutes, who comes later."""
    cost, paid = price_of(call, place.added_cents, place.added_s)
    told = [
        call.say(
            "stop.move.place",
            van=move.letter(place.van),
            at=call.translator.time(place.begin_s // 60),
            cost=cost,
            time=paid,
        )
    ]
    if place.later:
        told.append(call.say("late.later", count=place.later))
    return " ".join(told)


def price_of(call: Call, cents: int, seconds: int) -> tuple[str, str]:
    """Give how much dearer, and how much longer on the road."""
    minutes = round(seconds / 60)
    cost = call.say(f"stop.move.cost.{_side(cents)}", cost=call.translator.cents(abs(cents)))
    return cost, call.say(f"stop.move.time.{_side(minutes)}", count=abs(minutes))


def _side(change: int) -> str:
    return "more" if change > 0 else "less" if change < 0 else "same"


@blueprint.post("/day-plans/<int:plan_id>/stops/<letter>/<int:number>")
@entry(Permission.PUBLISH_DAY, takes=MoveForm, back=show)
def choose(
    call: Call, form: dict[str, Any], plan_id: int, letter: str, number: int
) -> ResponseReturnValue:
    """Give the stop its place: the day has a new version."""
    moved = stopmoves.choose(
        call.session, call.actor, plan_id, stop=(letter, number), mark=form["mark"], now=call.now
    )
    call.tell("stop.moved", number=number, van=letter, version=moved.version)
    return redirect(url_for("routes.all_vans", day=moved.service_day), code=303)
