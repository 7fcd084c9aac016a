"""One client's referrals: what results ask to send, what was sent and received."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import dossier, letters, outreferrals, referralviews
from app.operations.outreferrals import Outgoing
from app.pipeline import Call, entry
from app.schemas import AdviceQuery, DismissForm, OutgoingForm
from app.web.referralparts import form_parts, options, row_parts
from app.web.tabs import tabs_of
from app.web.words import deadline, face_parts
from screening import RECIPIENTS, Advice, Move, MoveReason
from screening import deadline as last_day

blueprint = Blueprint("clientreferrals", __name__)


@blueprint.get("/clients/<int:client_id>/referrals")
@entry(Permission.HANDLE_REFERRAL)
def listed(call: Call, client_id: int) -> ResponseReturnValue:
    """Show a client's referrals and the proposals to decide on."""
    head = dossier.face(call.session, call.actor, client_id, Permission.HANDLE_REFERRAL, call.now)
    found = referralviews.client_referrals(call.session, call.actor, client_id, call.now)
    return render_template(
        "referrals/client.html",
        face=face_parts(call, head),
        rows=[row_parts(call.translator, row, found.today, handles=True) for row in found.rows],
        advice=[_advice(call, one, found) for one in found.advice],
        whys=options(call.translator, "why", MoveReason),
        tabs=tabs_of(call, client_id),
    )


def _advice(call: Call, one: Advice, found: referralviews.ClientReferrals) -> dict[str, Any]:
    speak = call.translator
    return {
        "to": one.to.value,
        "reason": one.reason.value,
        "because": ",".join(one.because),
        "who": speak.say(f"referral.party.{one.to}"),
        "why": speak.say(f"referral.reason.{one.reason}"),
        "causes": ", ".join(_cause(call, cause) for cause in one.because),
        "due": deadline(speak, last_day(found.today, one.urgency), found.today),
    }


def _cause(call: Call, cause: str) -> str:
    """Give the instrument or rule that asks a referral."""
    kind, _, level = cause.partition(".")
    if level:
        return f"{call.say(f'prescription.field.{kind}')}: {call.say(f'{kind}.level.{level}')}"
    return call.say(f"tool.{cause}")


@blueprint.get("/clients/<int:client_id>/referrals/new")
@entry(Permission.HANDLE_REFERRAL, takes=AdviceQuery)
def new(call: Call, query: dict[str, Any], client_id: int) -> ResponseReturnValue:
    """Show the form of a referral to somebody else, filled from a proposal."""
    return _form(call, client_id, query["to"])


def _form(call: Call, client_id: int, to: str | None) -> str:
    head = dossier.face(call.session, call.actor, client_id, Permission.HANDLE_REFERRAL, call.now)
    found = referralviews.client_referrals(call.session, call.actor, client_id, call.now)
    asked = [one for one in found.advice if one.to.value == to]
    starting = {
        "party": to or "",
        "reasons": [one.reason.value for one in asked],
        "because": ",".join(dict.fromkeys(cause for one in asked for cause in one.because)),
        "letter_language": call.translator.language,
    }
    return render_template(
        "referrals/out.html",
        face=face_parts(call, head),
        **form_parts(call, RECIPIENTS, starting),
    )


def again(call: Call, client_id: int) -> ResponseReturnValue:
    """Show the form as it was filled in, to be mended."""
    return _form(call, client_id, None)


@blueprint.post("/clients/<int:client_id>/referrals/new")
@entry(Permission.HANDLE_REFERRAL, takes=OutgoingForm, back=again)
def send(call: Call, form: Outgoing, client_id: int) -> ResponseReturnValue:
    """Send the referral: its letter is signed and ready to print or mail."""
    letter = letters.send_out(call.session, call.actor, client_id, form, call.now)
    call.tell("referral.sent")
    return redirect(url_for("referrals.show", referral_id=letter.referral_id), code=303)


@blueprint.post("/clients/<int:client_id>/referrals/dismiss")
@entry(Permission.HANDLE_REFERRAL, takes=DismissForm)
def dismiss(call: Call, form: dict[str, Any], client_id: int) -> ResponseReturnValue:
    """Set a proposal aside with a reason."""
    outreferrals.refer_out(
        call.session,
        call.actor,
        client_id,
        form["new"],
        call.now,
        move=Move.DISMISS,
        why=form["why"],
    )
    call.tell("referral.dismissed")
    return redirect(url_for(".listed", client_id=client_id), code=303)
