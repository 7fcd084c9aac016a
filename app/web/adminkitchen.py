"""Administration of the kitchen: room in store, machines, people by shift."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import kitchens
from app.operations.kitchens import MachineFacts, RoomFacts, ShiftFacts
from app.pipeline import Call, entry
from app.schemas.kitchen import MachineForm, NewMachineForm, RoomForm, ShiftForm
from app.web.adminparts import form_parts, keeper
from logistics import Skill
from menus import ALLERGEN_GROUPS, ALLERGENS, Programme, StepKind

blueprint = Blueprint("adminkitchen", __name__)
_DAY_MIN = 24 * 60


@blueprint.get("/admin/kitchen")
@entry(Permission.ADMINISTER)
def kitchen(call: Call) -> ResponseReturnValue:
    """Show what the kitchen has, and what nobody said of it."""
    found = kitchens.kitchen(call.session, call.actor)
    return render_template(
        "admin/kitchen.html",
        found=found,
        machines=[_machine_row(call, one) for one in found.machines],
        shifts=[{"shift": one, "hours": _hours(call, one)} for one in found.shifts],
        skills=[(one.value, call.say(f"admin.kitchen.skill.{one}")) for one in Skill],
        **form_parts(call),
    )


def _hours(call: Call, row: Any) -> str:
    """Give opening hours in words; what lies before midnight is said to."""
    return _span(call, row.open_min, row.close_min)


def _span(call: Call, opens: int, closes: int) -> str:
    eve = f" {call.say('admin.kitchen.eve')}"
    start, end = (
        f"{call.translator.time(minute)}{eve if minute < 0 else ''}" for minute in (opens, closes)
    )
    return call.say("admin.kitchen.span", start=start, end=end)


def _machine_row(call: Call, machine: Any) -> dict[str, Any]:
    return {
        "machine": machine,
        "kind": call.say(f"day.step.{machine.kind}"),
        "hours": _hours(call, machine),
        "free": _free(call, machine),
        "programmes": _programmes(call, machine),
    }


def _programmes(call: Call, machine: Any) -> str | None:
    """Give what a machine runs in words; empty for work by hand, None when nobody said."""
    if not Programme.of(machine.kind):
        return ""
    told = [one for one in Programme.of(machine.kind) if one in machine.programmes]
    return " · ".join(call.say(f"programme.{one}") for one in told) or None


def _free(call: Call, machine: Any) -> str | None:
    """Give the hours free of allergens in words; None when nobody said."""
    if machine.dedicated is None:
        return None
    if not machine.dedicated:
        return call.say("admin.kitchen.no_free")
    allergens = ", ".join(call.say(f"allergen.{one}") for one in machine.free_of)
    span = _span(call, machine.free_open_min, machine.free_close_min)
    return call.say("admin.kitchen.free", hours=span, allergens=allergens)


@blueprint.post("/admin/kitchen/room")
@entry(Permission.ADMINISTER, takes=RoomForm, back=kitchen)
def change_room(call: Call, facts: RoomFacts) -> ResponseReturnValue:
    """Write down the room of the stores and the wait before cooling."""
    kitchens.change_room(call.session, call.actor, facts, call.now)
    call.tell("admin.done.changed")
    return redirect(url_for("adminkitchen.kitchen"), code=303)


@blueprint.post("/admin/kitchen/shifts")
@entry(Permission.ADMINISTER, takes=ShiftForm, back=kitchen)
def add_shift(call: Call, facts: ShiftFacts) -> ResponseReturnValue:
    """Add people of one skill who work together."""
    kitchens.add_shift(call.session, call.actor, facts, call.now)
    call.tell("admin.done.changed")
    return redirect(url_for("adminkitchen.kitchen"), code=303)


@blueprint.post("/admin/kitchen/shifts/<int:shift_id>/remove")
@entry(Permission.ADMINISTER)
def remove_shift(call: Call, shift_id: int) -> ResponseReturnValue:
    """Take a shift away."""
    kitchens.remove_shift(call.session, call.actor, shift_id, call.now)
    call.tell("admin.done.changed")
    return redirect(url_for("adminkitchen.kitchen"), code=303)


@blueprint.get("/admin/machines/new")
@entry(Permission.ADMINISTER)
def new_machine(call: Call) -> ResponseReturnValue:
    """Show the form for a new machine."""
    return render_template(
        "admin/new_machine.html",
        kinds=[("", "\u2013"), *((one.value, call.say(f"day.step.{one}")) for one in StepKind)],
        **form_parts(call),
    )


@blueprint.post("/admin/machines/new")
@entry(Permission.ADMINISTER, takes=NewMachineForm, back=new_machine)
def add_machine(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Add a machine, and go on to what it can do."""
    added = kitchens.add_machine(call.session, call.actor, now=call.now, **form)
    call.tell("admin.done.machine_added")
    return redirect(url_for("adminkitchen.machine", machine_id=added.id), code=303)


@blueprint.get("/admin/machines/<int:machine_id>")
@entry(Permission.ADMINISTER)
def machine(call: Call, machine_id: int) -> ResponseReturnValue:
    """Show one machine, to be changed."""
    found = kitchens.find_machine(call.session, call.actor, machine_id)
    known, kept = _known(found), keeper(call)
    free_of = call.values.get("free_of", []) if call.values else found.free_of
    programmes = call.values.get("programmes", []) if call.values else found.programmes
    return render_template(
        "admin/machine.html",
        machine=found,
        kind=call.say(f"day.step.{found.kind}"),
        allergens=[(one, call.say(f"allergen.{one}")) for one in (*ALLERGEN_GROUPS, *ALLERGENS)],
        free_of=free_of,
        offered=[(one.value, call.say(f"programme.{one}")) for one in Programme.of(found.kind)],
        programmes=programmes,
        dedicated=[(one, call.say(f"admin.kitchen.dedicated.{one}")) for one in ("yes", "no")],
        **form_parts(call) | {"kept": lambda name: kept(name, known.get(name, ""))},
    )


def _known(machine: Any) -> dict[str, Any]:
    """Give what the form starts from: times on a clock, with their box `the day before`."""
    known: dict[str, Any] = {
        "name": machine.name,
        "capacity_g": machine.capacity_g,
        "places": machine.places,
        "dedicated": {None: "", True: "yes", False: "no"}[machine.dedicated],
    }
    for name in ("open", "close", "free_open", "free_close"):
        minute = getattr(machine, f"{name}_min")
        if minute is not None:
            clock = minute % _DAY_MIN
            known[name] = f"{clock // 60}:{clock % 60:02d}"
            known[f"{name}_eve"] = minute < 0
    return known


@blueprint.post("/admin/machines/<int:machine_id>")
@entry(Permission.ADMINISTER, takes=MachineForm, back=machine)
def change_machine(call: Call, facts: MachineFacts, machine_id: int) -> ResponseReturnValue:
    """Change hours, places and free hours of a machine."""
    kitchens.change_machine(call.session, call.actor, machine_id, facts, call.now)
    call.tell("admin.done.changed")
    return redirect(url_for("adminkitchen.kitchen"), code=303)
