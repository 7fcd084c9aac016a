"""What a ward ate at one meal: every resident on one screen, one key per plate."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import intakes
from app.operations.care import local_day
from app.operations.grouporders import MEALS
from app.operations.intakes import WardEaten
from app.pipeline import Call, entry
from app.schemas import WardIntakeForm, WardIntakeQuery
from app.web.intake import day_again, shares
from app.web.words import kept, kept_all, mends, started

blueprint = Blueprint("wardintake", __name__, url_prefix="/wards")


@blueprint.get("/<int:ward_id>/intake")
@entry(Permission.RECORD_INTAKE, takes=WardIntakeQuery)
def show(call: Call, query: dict[str, Any], ward_id: int) -> ResponseReturnValue:
    """Show the residents of a ward at a meal, to note how much each ate."""
    return _sheet(call, ward_id, query["day"] or local_day(call.now), query["meal"])


def again(call: Call, ward_id: int) -> ResponseReturnValue:
    """Show the same meal with what was filled in and what to mend."""
    meal = next(iter(call.values.get("meal", [])), "lunch")
    return _sheet(call, ward_id, day_again(call), meal if meal in MEALS else "lunch")


def _sheet(call: Call, ward_id: int, day: date, meal: str) -> ResponseReturnValue:
    found = intakes.ward_plates(call.session, call.actor, ward_id, call.now, day=day, meal=meal)
    given = dict(one.split(":", 1) for one in kept_all(call, "eaten") if ":" in one)
    return render_template(
        "wards/intake.html",
        ward=found,
        today=local_day(call.now),
        meal_word=call.say(f"ward.meal.{meal}"),
        meals=[(one, started(call.say(f"ward.meal.{one}"))) for one in MEALS],
        rows=[
            {
                "id": one.id,
                "name": one.full_name,
                "code": one.code,
                "value": given.get(str(one.id), "" if quarters is None else quarters),
            }
            for one, quarters in found.residents
        ],
        shares=shares(call),
        kept=lambda name, otherwise="": kept(call, name, otherwise),
        errors=mends(call),
        bad={one.field: one.text for one in call.problems},
    )


@blueprint.post("/<int:ward_id>/intake")
@entry(Permission.RECORD_INTAKE, takes=WardIntakeForm, back=again)
def note(call: Call, form: dict[str, Any], ward_id: int) -> ResponseReturnValue:
    """Note how much each resident ate."""
    eaten = WardEaten(**form)
    new = intakes.record_ward(call.session, call.actor, ward_id, eaten, call.now)
    call.tell("follow.noted", count=new)
    place = url_for("wardintake.show", ward_id=ward_id, day=eaten.day.isoformat(), meal=eaten.meal)
    return redirect(place, code=303)
