"""A client's row of the worklist in a colleague's hands, and back."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import delegating
from app.operations.care import local_day
from app.operations.delegating import Handing
from app.pipeline import Call, entry
from app.schemas import HandsForm
from app.web.words import kept, mends

blueprint = Blueprint("handing", __name__)

_USUAL = timedelta(days=7)


@blueprint.get("/clients/<int:client_id>/hands")
@entry(Permission.SCREEN)
def show(call: Call, client_id: int) -> ResponseReturnValue:
    """Show in whose hands a row is and who could take it."""
    found = delegating.hands(call.session, call.actor, client_id, call.now)
    names = {one.id: one.name for one in found.colleagues}
    running = found.running
    return render_template(
        "dietitian/hands.html",
        client=found.client,
        running=running,
        holder=names.get(running.to_id, call.actor.name) if running else None,
        colleagues=[(str(one.id), one.name) for one in found.colleagues],
        until=kept(call, "until", (local_day(call.now) + _USUAL).isoformat()),
        kept=lambda name: kept(call, name, ""),
        errors=mends(call),
        bad={one.field: one.text for one in call.problems},
    )


@blueprint.post("/clients/<int:client_id>/hands")
@entry(Permission.SCREEN, takes=HandsForm, back=show)
def give(call: Call, form: Handing, client_id: int) -> ResponseReturnValue:
    """Give the row to a colleague."""
    delegating.delegate(call.session, call.actor, client_id, form, call.now)
    call.tell("follow.row_given", day=call.translator.date(form.until))
    return redirect(url_for("dietitian.worklist"), code=303)


@blueprint.post("/clients/<int:client_id>/hands/back")
@entry(Permission.SCREEN)
def back(call: Call, client_id: int) -> ResponseReturnValue:
    """Take the row back."""
    delegating.take_back(call.session, call.actor, client_id, call.now)
    call.tell("follow.row_back")
    return redirect(url_for("dietitian.worklist"), code=303)
