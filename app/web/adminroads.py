"""Administration of the roads: traffic by weekday and hour, how long goods keep cold."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import traffic
from app.operations.traffic import Bands, RoadFacts
from app.pipeline import Call, entry
from app.schemas.roads import WEEKDAYS, RoadsForm
from app.web.adminparts import form_parts, keeper
from app.web.words import started

blueprint = Blueprint("adminroads", __name__)
_A_MONDAY = date(2024, 1, 1)


@blueprint.get("/admin/roads")
@entry(Permission.ADMINISTER)
def roads(call: Call) -> ResponseReturnValue:
    """Show the traffic of each weekday and the cold budgets, to be changed."""
    found = traffic.road_facts(call.session, call.actor)
    known: dict[str, Any] = {
        name: _written(found.bands.get(weekday, ())) for weekday, name in enumerate(WEEKDAYS)
    }
    known |= {
        "frozen_cold_min": found.frozen_cold_min,
        "chilled_cold_min": found.chilled_cold_min,
    }
    kept, speak = keeper(call), call.translator
    return render_template(
        "admin/roads.html",
        days=[
            (name, started(speak.weekday(_A_MONDAY + timedelta(days=weekday))))
            for weekday, name in enumerate(WEEKDAYS)
        ],
        **form_parts(call) | {"kept": lambda name: kept(name, known.get(name, ""))},
    )


def _written(bands: Bands) -> str:
    """Give bands as a person writes them."""
    return ", ".join(
        f"{minute // 60}:{minute % 60:02d} {permille // 10}" for minute, permille in bands
    )


@blueprint.post("/admin/roads")
@entry(Permission.ADMINISTER, takes=RoadsForm, back=roads)
def change(call: Call, facts: RoadFacts) -> ResponseReturnValue:
    """Keep other traffic and cold budgets."""
    traffic.change_roads(call.session, call.actor, facts, call.now)
    call.tell("admin.done.changed")
    return redirect(url_for("adminroads.roads"), code=303)
