"""The kitchen's day under way: what fails, what a person moves, and the change to approve."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Conflict, Permission
from app.operations import dayboard, kitchenruns, planning
from app.operations.kitchenruns import Breakdown, Proposal
from app.pipeline import Call, entry
from app.schemas.kitchen import DownForm, MoveForm
from app.schemas.planning import AttestForm
from app.web import kitchenparts
from app.web.days import know_days
from app.web.daywords import dish_of
from app.web.kitchen import kitchen_day
from logistics import Pin

blueprint = Blueprint("kitchenruns", __name__)
blueprint.record(know_days)


@blueprint.post("/kitchen/<day:day>/down")
@entry(Permission.RUN_KITCHEN, takes=DownForm, back=kitchen_day)
def report_down(call: Call, fact: Breakdown, day: date) -> ResponseReturnValue:
    """Write down that a machine fails; the published day is planned again to be looked at."""
    change = kitchenruns.report_down(call.session, call.actor, day, fact, call.now)
    if change is None:
        call.tell("kitchen.down.noted", "info")
        return redirect(url_for("kitchen.kitchen_day", day=day), code=303)
    return redirect(url_for("kitchenruns.change", change_id=change.id), code=303)


@blueprint.post("/kitchen/downs/<int:downtime_id>/mend")
@entry(Permission.RUN_KITCHEN)
def mend(call: Call, downtime_id: int) -> ResponseReturnValue:
    """Take a downtime back: the machine works."""
    day = kitchenruns.mend(call.session, call.actor, downtime_id, call.now)
    call.tell("kitchen.mended", "info")
    return redirect(url_for("kitchen.kitchen_day", day=day), code=303)


@blueprint.post("/kitchen/<day:day>/move")
@entry(Permission.RUN_KITCHEN, takes=MoveForm, back=kitchen_day)
def move(call: Call, pin: Pin, day: date) -> ResponseReturnValue:
    """Show what it costs to put a batch elsewhere; a hard rule refuses with its reason."""
    row = planning.day_plan(call.session, call.actor, day)
    if row is None:
        raise Conflict("kitchen.change.other_plan")
    change = kitchenruns.move(call.session, call.actor, row.id, pin, call.now)
    return redirect(url_for("kitchenruns.change", change_id=change.id), code=303)


@blueprint.get("/kitchen/changes/<int:change_id>")
@entry(Permission.RUN_KITCHEN)
def change(call: Call, change_id: int) -> ResponseReturnValue:
    """Show the difference that a change makes, its price, and the day as it would be."""
    found = kitchenruns.find_change(call.session, call.actor, change_id)
    board = dayboard.board(call.session, call.actor, found.plan.service_day)
    batches = found.change.batches
    extra = kitchenruns.timeline(call.session, call.actor, found.plan, found.change)
    late = frozenset(one.batch for one in found.change.missed)
    return render_template(
        "dispatch/kitchenchange.html",
        found=found,
        day=found.plan.service_day,
        title=_title(call, board, found),
        moves=kitchenparts.move_rows(call, board, found),
        missed=kitchenparts.missed_rows(call, board, found),
        price=kitchenparts.price_rows(call, found),
        gantt=kitchenparts.lanes(call, board, batches, extra, late) | {"drags": False},
        may_approve=not found.change.missed or call.actor.may(Permission.PUBLISH_DAY),
        signer=call.say("day.sign.as", name=call.actor.name),
        errors=tuple((f"f-{one.field}", one.text) for one in call.problems),
    )


def _title(call: Call, board: dayboard.Board, found: Proposal) -> str:
    """Give what the change is about: the machine that fails, or the dish that was put elsewhere."""
    subject = found.row.subject
    if subject in board.machines:
        return call.say("kitchen.change.breakdown", machine=board.machines[subject].name)
    batch = next(one for one in found.stored.plan.batches if one.id == subject)
    dish = dish_of(call.translator, board.catalogue.variants[batch.sku])
    return call.say("kitchen.change.pin", dish=dish)


@blueprint.post("/kitchen/changes/<int:change_id>/approve")
@entry(Permission.RUN_KITCHEN, takes=AttestForm, back=change)
def approve(call: Call, _form: dict[str, Any], change_id: int) -> ResponseReturnValue:
    """Make the change the kitchen's plan."""
    plan = kitchenruns.approve(call.session, call.actor, change_id, call.now)
    call.tell("kitchen.change.approved")
    return redirect(url_for("kitchen.kitchen_day", day=plan.service_day), code=303)


@blueprint.post("/kitchen/changes/<int:change_id>/drop")
@entry(Permission.RUN_KITCHEN)
def drop(call: Call, change_id: int) -> ResponseReturnValue:
    """Leave the plan as it is."""
    day = kitchenruns.drop(call.session, call.actor, change_id, call.now)
    call.tell("kitchen.change.dropped", "info")
    return redirect(url_for("kitchen.kitchen_day", day=day), code=303)
