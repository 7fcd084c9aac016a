"""Administration of the vans."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import vans as verbs
from app.operations.vans import BREAK_NAMES, Van
from app.pipeline import Call, entry
from app.schemas.vans import CLOCKS, NewVanForm, VanForm
from app.web.adminparts import form_parts, keeper
from logistics import LOADING_MIN, DriverSkill

blueprint = Blueprint("adminvans", __name__)
_PLAIN = (
    *("letter", "name", "frozen_boxes", "chilled_boxes", "ambient_boxes", "switches"),
    *("switch_boxes", "max_minutes", "reloads", "loading_min", "active"),
    *(f"{name}_minutes" for name in BREAK_NAMES),
)
_PRICES = (("fixed", "fixed_cents"), ("per_km", "cents_per_km"), ("per_hour", "cents_per_hour"))
_NEW = {"switches": 0, "switch_boxes": 0, "loading_min": LOADING_MIN, "active": True}


@blueprint.get("/admin/vans")
@entry(Permission.ADMINISTER)
def vans(call: Call) -> ResponseReturnValue:
    """Show every van with what it holds, when it drives and what it can do."""
    rows = verbs.vans(call.session, call.actor)
    return render_template("admin/vans.html", vans=[_row(call, van) for van in rows])


def _row(call: Call, van: Van) -> dict[str, Any]:
    speak, vehicle = call.translator, van.as_vehicle()
    return {
        "van": van,
        "hours": f"{speak.time(van.open_min)}\u2013{speak.time(van.close_min)}",
        "starts": ""
        if van.latest_start_min is None
        else call.say("admin.van.starts_by", time=speak.time(van.latest_start_min)),
        "boxes": {"frozen": van.frozen_boxes, "chilled": van.chilled_boxes}
        | {"ambient": van.ambient_boxes},
        "switch": call.say("admin.van.n_switches", count=van.switches, boxes=van.switch_boxes)
        if van.switches
        else "",
        "reload": call.say("admin.van.comes_back", minutes=van.loading_min) if van.reloads else "",
        "rests": [
            call.say(
                "admin.van.rests",
                minutes=rest.minutes,
                start=speak.time(rest.earliest_min),
                end=speak.time(rest.latest_min),
            )
            for rest in vehicle.rests
        ],
        "skills": ", ".join(call.say(f"skill.{one}") for one in vehicle.skills),
    }


@blueprint.get("/admin/vans/new")
@entry(Permission.ADMINISTER)
def new_van(call: Call) -> ResponseReturnValue:
    """Show the form for a new van."""
    return _form(call, None)


@blueprint.post("/admin/vans/new")
@entry(Permission.ADMINISTER, takes=NewVanForm, back=new_van)
def add_van(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Add a van."""
    verbs.add_van(call.session, call.actor, code=form["code"], facts=form["facts"], now=call.now)
    call.tell("admin.done.van_added")
    return redirect(url_for("adminvans.vans"), code=303)


@blueprint.get("/admin/vans/<int:van_id>")
@entry(Permission.ADMINISTER)
def van(call: Call, van_id: int) -> ResponseReturnValue:
    """Show one van, to be changed."""
    return _form(call, verbs.find_van(call.session, call.actor, van_id))


@blueprint.post("/admin/vans/<int:van_id>")
@entry(Permission.ADMINISTER, takes=VanForm, back=van)
def change_van(call: Call, form: dict[str, Any], van_id: int) -> ResponseReturnValue:
    """Change a van."""
    verbs.change_van(call.session, call.actor, van_id, form["facts"], call.now)
    call.tell("admin.done.changed")
    return redirect(url_for("adminvans.vans"), code=303)


def _form(call: Call, found: Van | None) -> str:
    known: dict[str, Any] = dict(_NEW) if found is None else _known(found)
    kept = keeper(call)
    skills = call.values.get("skills", []) if call.values else known.get("skills", [])
    return render_template(
        "admin/van.html",
        van=found,
        breaks=BREAK_NAMES,
        skills=[(one.value, call.say(f"skill.{one}")) for one in DriverSkill],
        has=skills,
        **form_parts(call) | {"kept": lambda name: kept(name, known.get(name, ""))},
    )


def _known(van: Van) -> dict[str, Any]:
    """Give what the form starts from: times on a clock, prices in euros."""
    known: dict[str, Any] = {name: getattr(van, name) for name in (*_PLAIN, "skills")}
    for name in CLOCKS:
        minute = getattr(van, f"{name}_min")
        known[name] = "" if minute is None else f"{minute // 60}:{minute % 60:02d}"
    for name, column in _PRICES:
        cents = getattr(van, column)
        known[name] = f"{cents // 100},{cents % 100:02d}"
    return known
