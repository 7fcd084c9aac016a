"""A client's week: which day fails and by how much, change a part of it, put a name under it."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from app.access import NotFound, Permission
from app.operations import care, dossier, meals, weekplan, weeks
from app.operations.weekplan import Week
from app.operations.weeks import Place
from app.pipeline import Call, entry
from app.schemas import AnotherDayForm, GiveUpForm, PinForm, PlanQuery, ReasonForm, SwapForm
from app.web.rxparts import rise_rows
from app.web.weekparts import (
    bench_parts,
    change_rows,
    clashes,
    day_parts,
    dose_rows,
    failing,
    failing_days,
    mean_rows,
    offers,
    problem_text,
    rule_text,
    slot_parts,
    standing_parts,
)
from app.web.words import face_parts
from menus import PlanPlace, Role, Rule

blueprint = Blueprint("weekplan", __name__)

_GRID_DAYS = 7


@blueprint.get("/clients/<int:client_id>/plan")
@entry(Permission.PLAN_MEALS)
def show(call: Call, client_id: int) -> ResponseReturnValue:
    """Show the newest week, and the alternatives for one place when the address names it."""
    found = weekplan.week(
        call.session,
        call.actor,
        client_id,
        now=call.now,
        at=_place_asked(call),
        dish=_asked(call)["dish"],
    )
    return _page(call, client_id, found)


def _asked(call: Call) -> dict[str, Any]:
    """Give what the reader opened: from the address, or the form sent back.

    An address that names no place opens none: the week itself can still be read.
    """
    given = dict(call.values) or request.args.to_dict(flat=False)
    names, query = {"day", "slot", "role", "dish"}, PlanQuery()
    try:
        asked: dict[str, Any] = query.load({k: v for k, v in given.items() if k in names})
    except ValidationError:
        asked = query.load({})
    return asked


def _place_asked(call: Call) -> PlanPlace | None:
    asked = _asked(call)
    if asked["day"] is None or not asked["slot"] or asked["role"] is None:
        return None
    return PlanPlace(day=asked["day"], slot=asked["slot"], role=Role(asked["role"]))


def _page(call: Call, client_id: int, found: Week) -> str:
    head = dossier.face(call.session, call.actor, client_id, Permission.PLAN_MEALS, call.now)
    speak, plan = call.translator, found.plan
    days = weekplan.week_days(found.row) if found.row else ()
    there = days if plan and plan.items else ()
    grid = [day_parts(speak, found, at, day) for at, day in enumerate(there)]
    weeks_ = [grid[at : at + _GRID_DAYS] for at in range(0, len(grid), _GRID_DAYS)]
    return render_template(
        "dietitian/plan.html",
        face=face_parts(call, head),
        found=found,
        days=days,
        next_start=_next_monday(call),
        slots=slot_parts(speak, found),
        weeks=weeks_,
        bench=bench_parts(speak, found, found.bench, days) if found.bench else None,
        doses=dose_rows(speak, found, days) if there else [],
        nutrient_rows=[standing_parts(speak, one) for one in found.standings],
        outside=list(failing(speak, found.outside, days)),
        outside_days=failing_days(speak, found.outside, days),
        clashes=clashes(speak, found),
        offers=offers(speak, found),
        given_up=_given_up(call, found),
        rise=list(rise_rows(call, found.slow)) if found.slow else None,
        problems=[(one.field, problem_text(call, found, one)) for one in call.problems],
    )


def _given_up(call: Call, found: Week) -> list[str]:
    """Give what does not hold this week, each with its reason."""
    kept = (found.row.given_up or []) if found.row else []
    return [
        call.say(
            "plan.given_up",
            rule=rule_text(call.translator, found, Rule(rule=str(one["rule"]))),
            reason=one["reason"],
        )
        for one in kept
    ]


def _next_monday(call: Call) -> date:
    today = care.local_day(call.now)
    return today + timedelta(days=7 - today.weekday())


@blueprint.post("/clients/<int:client_id>/plan")
@entry(Permission.PLAN_MEALS, back=show)
def propose(call: Call, client_id: int) -> ResponseReturnValue:
    """Compose next week from the prescription in force, around what was fixed in its proposal."""
    plan = meals.propose_plan(
        call.session, call.actor, client_id, start=_next_monday(call), now=call.now
    )
    lost = weekplan.pins_lost(call.session, plan)
    if lost:
        call.tell("plan.pins_lost", "warn", count=lost)
    if plan.result["status"] == "ok":
        call.tell("plan.proposed", day=plan.start_day)
    return _back(plan.client_id)


def _back(client_id: int) -> ResponseReturnValue:
    return redirect(url_for("weekplan.show", client_id=client_id), code=303)


def show_again(call: Call, plan_id: int) -> ResponseReturnValue:
    """Show the week of a plan again, with what stood in the way."""
    plan = meals.find_plan(call.session, call.actor, plan_id, Permission.PLAN_MEALS)
    found = weekplan.week(
        call.session, call.actor, plan.client_id, now=call.now, at=_place_asked(call)
    )
    return _page(call, plan.client_id, found)


@blueprint.post("/plans/<int:plan_id>/swap")
@entry(Permission.PLAN_MEALS, takes=SwapForm, back=show_again)
def swap(call: Call, form: dict[str, Any], plan_id: int) -> ResponseReturnValue:
    """Put another dish in one place; the rest of the week stays."""
    changed = weeks.swap(
        call.session,
        call.actor,
        plan_id,
        place=Place(day=form["day"], slot=form["slot"], role=form["role"]),
        variant=form["variant"],
        portion=form["portion"],
        now=call.now,
    )
    call.tell("plan.swapped")
    return _back(changed.client_id)


@blueprint.post("/plans/<int:plan_id>/pin")
@entry(Permission.PLAN_MEALS, takes=PinForm, back=show_again)
def pin(call: Call, form: dict[str, Any], plan_id: int) -> ResponseReturnValue:
    """Fix what stands in one place or meal, or let it loose."""
    on = form.pop("on")
    place = Place(**form)
    plan = weeks.pin(call.session, call.actor, plan_id, place=place, on=on, now=call.now)
    call.tell("plan.pinned" if on else "plan.loosened")
    return _back(plan.client_id)


@blueprint.post("/plans/<int:plan_id>/day")
@entry(Permission.PLAN_MEALS, takes=AnotherDayForm, back=show_again)
def another_day(call: Call, form: dict[str, Any], plan_id: int) -> ResponseReturnValue:
    """Compose one day again; the other days stay."""
    changed = weeks.another_day(call.session, call.actor, plan_id, day=form["day"], now=call.now)
    plan = changed or meals.find_plan(call.session, call.actor, plan_id, Permission.PLAN_MEALS)
    day = weekplan.week_days(plan)[form["day"]]
    if changed is None:
        call.tell("plan.day_same", "info", day=call.translator.weekday(day))
    else:
        call.tell("plan.day_again", day=call.translator.weekday(day))
    return _back(plan.client_id)


@blueprint.post("/plans/<int:plan_id>/undo")
@entry(Permission.PLAN_MEALS)
def undo(call: Call, plan_id: int) -> ResponseReturnValue:
    """Take the last change back."""
    plan = weeks.undo(call.session, call.actor, plan_id, call.now)
    call.tell("plan.undone")
    return _back(plan.client_id)


@blueprint.post("/plans/<int:plan_id>/give-up")
@entry(Permission.APPROVE_PLAN, takes=GiveUpForm, back=show_again)
def give_up(call: Call, form: dict[str, Any], plan_id: int) -> ResponseReturnValue:
    """Compose without one rule that was offered, for this week only."""
    plan = weeks.give_up(call.session, call.actor, plan_id, **form, now=call.now)
    return _back(plan.client_id)


@blueprint.post("/plans/<int:plan_id>/approve")
@entry(Permission.APPROVE_PLAN, takes=ReasonForm, back=show_again)
def approve(call: Call, form: dict[str, Any], plan_id: int) -> ResponseReturnValue:
    """Put a name under a week, with a reason where something lies outside what was ordered."""
    plan = meals.approve(call.session, call.actor, plan_id, call.now, **form)
    call.tell("plan.approved", day=plan.start_day)
    return _back(plan.client_id)


@blueprint.post("/plans/<int:plan_id>/refuse")
@entry(Permission.APPROVE_PLAN, takes=ReasonForm, back=show_again)
def refuse(call: Call, form: dict[str, Any], plan_id: int) -> ResponseReturnValue:
    """Put a proposal aside, with the reason."""
    plan = weeks.refuse(call.session, call.actor, plan_id, **form, now=call.now)
    call.tell("plan.refused", "info", day=plan.start_day)
    return _back(plan.client_id)


@blueprint.get("/clients/<int:client_id>/plan/compare")
@entry(Permission.PLAN_MEALS)
def compare(call: Call, client_id: int) -> ResponseReturnValue:
    """Show what differs from the week before; NotFound when there is nothing to compare."""
    found = weekplan.week(call.session, call.actor, client_id, now=call.now)
    beside = weeks.compare_with_last(call.session, found.row) if found.row else None
    if found.row is None or beside is None:
        raise NotFound
    head = dossier.face(call.session, call.actor, client_id, Permission.PLAN_MEALS, call.now)
    days = weekplan.week_days(found.row)
    return render_template(
        "dietitian/plan_compare.html",
        face=face_parts(call, head),
        days=days,
        start=beside.start,
        changes=change_rows(call.translator, found.catalogue, beside, days),
        means=mean_rows(call.translator, beside),
    )
