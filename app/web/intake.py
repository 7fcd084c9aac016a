"""What one client ate, in quarters; a meal that was missed; what happened to them."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import happenings, intakes
from app.operations.care import local_day
from app.operations.happenings import Missed
from app.operations.intakes import Eaten
from app.pipeline import Call, entry
from app.schemas import EventForm, IntakeForm, IntakeQuery, MissedForm
from app.web.words import kept, kept_all, mends, started
from screening import QUARTERS

blueprint = Blueprint("intake", __name__)


@blueprint.get("/clients/<int:client_id>/intake")
@entry(Permission.RECORD_INTAKE, takes=IntakeQuery)
def show(call: Call, query: dict[str, Any], client_id: int) -> ResponseReturnValue:
    """Show the meals of a day, to note how much of each was eaten."""
    return _sheet(call, client_id, query["day"] or local_day(call.now))


def _sheet(call: Call, client_id: int, day: date) -> ResponseReturnValue:
    found = intakes.plates(call.session, call.actor, client_id, day, call.now)
    speak = call.translator
    given = dict(one.split(":") for one in kept_all(call, "eaten") if ":" in one)
    return render_template(
        "client/intake.html",
        client=found.client,
        day=day,
        today=local_day(call.now),
        plates=[
            {
                "slot": one.slot,
                "name": started(speak.say(f"ward.meal.{one.slot}")),
                "kcal": one.planned_kcal,
                "value": given.get(one.slot, "" if one.quarters is None else one.quarters),
            }
            for one in found.plates
        ],
        shares=shares(call),
        kinds=[(one.value, speak.say(f"follow.missed.{one}")) for one in happenings.KINDS],
        to_record=call.actor.may(Permission.SCREEN),
        kept=lambda name, otherwise="": kept(call, name, otherwise),
        errors=mends(call),
        bad={one.field: one.text for one in call.problems},
    )


def shares(call: Call) -> list[tuple[str, str]]:
    """Give what can be noted beside a plate; the first says that nobody noted it."""
    noted = [(str(one), call.say(f"follow.share.{one}")) for one in QUARTERS]
    return [("", call.say("follow.share.none")), *noted]


def again(call: Call, client_id: int) -> ResponseReturnValue:
    """Show the same day with what was filled in and what to mend; today when it was no day."""
    return _sheet(call, client_id, day_again(call))


def day_again(call: Call) -> date:
    """Give the day of a form that comes back, if one may note it; today otherwise."""
    today = local_day(call.now)
    wanted = {"day": call.values.get("day", [])}
    day = None if IntakeQuery().validate(wanted) else IntakeQuery().load(wanted)["day"]
    return day if day is not None and intakes.in_reach(day, call.now) else today


@blueprint.post("/clients/<int:client_id>/intake")
@entry(Permission.RECORD_INTAKE, takes=IntakeForm, back=again)
def note(call: Call, form: dict[str, Any], client_id: int) -> ResponseReturnValue:
    """Note how much of each meal was eaten."""
    eaten = Eaten(day=form["day"], quarters=form["quarters"], why=form["why"])
    new = intakes.record(call.session, call.actor, client_id, eaten, call.now)
    call.tell("follow.noted", count=len(new))
    return _back(client_id, form["day"])


@blueprint.post("/clients/<int:client_id>/missed")
@entry(Permission.RECORD_INTAKE, takes=MissedForm, back=again)
def miss(call: Call, form: Missed, client_id: int) -> ResponseReturnValue:
    """Note a meal that was missed, refused or spoilt."""
    happenings.record_missed(call.session, call.actor, client_id, form, call.now)
    call.tell("follow.missed_noted", "warn")
    return _back(client_id, form.day)


def _back(client_id: int, day: date) -> ResponseReturnValue:
    return redirect(url_for("intake.show", client_id=client_id, day=day.isoformat()), code=303)


@blueprint.post("/clients/<int:client_id>/events")
@entry(Permission.SCREEN, takes=EventForm)
def happened(call: Call, form: dict[str, Any], client_id: int) -> ResponseReturnValue:
    """Note what happened to a client."""
    happenings.record_event(
        call.session, call.actor, client_id, form["event"], day=form["day"], now=call.now
    )
    call.tell("follow.event_noted")
    return redirect(url_for("record.show", client_id=client_id), code=303)
