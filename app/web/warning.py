"""One early warning: why it stands, whose it is, and the acts that end it."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import warnings, warningviews
from app.operations.care import local_day
from app.operations.warningviews import Past, WarningPage
from app.pipeline import Call, entry
from app.schemas import CloseForm, HandForm, MuteForm
from app.web.warningwords import chain, deadline_sentence, level_parts, warning_title
from app.web.words import kept, mends

blueprint = Blueprint("warning", __name__, url_prefix="/warnings")

_USUAL_SILENCE = timedelta(days=14)


@blueprint.get("/<int:warning_id>")
@entry(Permission.SCREEN)
def show(call: Call, warning_id: int) -> ResponseReturnValue:
    """Show one warning with its reasons and the acts."""
    found = warningviews.warning_page(call.session, call.actor, warning_id, call.now)
    speak, row = call.translator, found.row
    return render_template(
        "dietitian/warning.html",
        row=row,
        client=found.client,
        title=warning_title(speak, row.code, found.shown.facts),
        level=level_parts(speak, row.level),
        due=deadline_sentence(speak, found.shown, found.owner),
        links=chain(speak, found.shown),
        informs=_informs(call, found),
        mine=row.acknowledged_by is not None and row.acknowledged_by == call.actor.user_id,
        ended=_ended(call, Past(row=row, by=found.closer)) if row.closed_at else None,
        past=[_ended(call, one) for one in found.past],
        outcomes=[(one.value, speak.say(f"follow.outcome.{one}")) for one in warnings.CLOSING],
        colleagues=[(str(one.id), one.name) for one in found.colleagues],
        until=kept(call, "until", (local_day(call.now) + _USUAL_SILENCE).isoformat()),
        kept=lambda name: kept(call, name, ""),
        errors=mends(call),
        bad={one.field: one.text for one in call.problems},
    )


def _informs(call: Call, found: WarningPage) -> tuple[str, ...]:
    duty = warnings.duty_now(call.session, found.row)
    said = [call.say(f"warning.inform.{one}") for one in duty.informs]
    return (*said, call.say("follow.plan_stops")) if duty.stops_plan else tuple(said)


def _ended(call: Call, past: Past) -> dict[str, Any]:
    row = past.row
    return {
        "day": call.translator.date(local_day(row.closed_at or row.opened_at)),
        "outcome": call.say(f"follow.outcome.{row.outcome}"),
        "by": past.by or call.say("follow.by_the_house"),
        "note": row.note,
    }


@blueprint.post("/<int:warning_id>/acknowledge")
@entry(Permission.SCREEN)
def acknowledge(call: Call, warning_id: int) -> ResponseReturnValue:
    """Take a warning up."""
    warnings.acknowledge(call.session, call.actor, warning_id, call.now)
    call.tell("follow.taken_up")
    return redirect(url_for("warning.show", warning_id=warning_id), code=303)


@blueprint.post("/<int:warning_id>/close")
@entry(Permission.SCREEN, takes=CloseForm, back=show)
def close(call: Call, form: dict[str, Any], warning_id: int) -> ResponseReturnValue:
    """Close a warning with its outcome and go on to the client."""
    row = warnings.close(
        call.session,
        call.actor,
        warning_id,
        outcome=form["outcome"],
        note=form["note"],
        now=call.now,
    )
    call.tell("follow.closed")
    return redirect(url_for("record.show", client_id=row.client_id), code=303)


@blueprint.post("/<int:warning_id>/mute")
@entry(Permission.PRESCRIBE, takes=MuteForm, back=show)
def mute(call: Call, form: dict[str, Any], warning_id: int) -> ResponseReturnValue:
    """Silence a warning until a day and go on to the client."""
    silence = warnings.mute(
        call.session,
        call.actor,
        warning_id,
        reason=form["reason"],
        until=form["until"],
        now=call.now,
    )
    call.tell("follow.muted", day=call.translator.date(silence.until))
    return redirect(url_for("record.show", client_id=silence.client_id), code=303)


@blueprint.post("/<int:warning_id>/hand")
@entry(Permission.SCREEN, takes=HandForm, back=show)
def hand(call: Call, form: dict[str, Any], warning_id: int) -> ResponseReturnValue:
    """Give a warning to a colleague."""
    warnings.hand_over(call.session, call.actor, warning_id, to_id=form["to"], now=call.now)
    call.tell("follow.handed")
    return redirect(url_for("warning.show", warning_id=warning_id), code=303)
