"""What a client chose, asks and likes, for the dietitian who signs the week."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import choosing, dossier, eating
from app.operations.choosing import Wish
from app.operations.eating import Taste
from app.pipeline import Call, entry
from app.schemas import ForgetForm
from app.web.dishes import name_of
from app.web.words import face_parts, sentence
from menus import Component

blueprint = Blueprint("wishes", __name__)


@blueprint.get("/clients/<int:client_id>/wishes")
@entry(Permission.PLAN_MEALS)
def show(call: Call, client_id: int) -> ResponseReturnValue:
    """Show the questions, choices and tastes of a client."""
    found = choosing.wishes(call.session, call.actor, client_id, call.now)
    head = dossier.face(call.session, call.actor, client_id, Permission.PLAN_MEALS, call.now)
    return render_template(
        "dietitian/wishes.html",
        face=face_parts(call, head),
        asked=[_wish(call, one) for one in found.asked],
        others=[_wish(call, one) for one in found.others],
        tastes=[_taste(call, *one) for one in found.tastes],
        problems=[sentence(call, one) for one in call.problems],
    )


def _wish(call: Call, one: Wish) -> dict[str, Any]:
    speak, row = call.translator, one.row
    return {
        "id": row.id,
        "day": row.day,
        "slot": speak.say(f"slot.{row.slot}"),
        "before": name_of(speak, one.before) if one.before else row.before,
        "name": name_of(speak, one.variant) if one.variant else row.variant,
        "state": speak.say(f"choice.state.{row.state}"),
        "open": row.ended_at is None,
        "made": speak.say("choice.made", name=one.who, at=speak.moment(row.made_at)),
        "beyond": [
            speak.say(each.code, name=_subject(call, each.subject)) for each in one.departures
        ],
    }


def _subject(call: Call, subject: str) -> str:
    code = f"nutrient.{subject}"
    return call.say(code).lower() if call.translator.knows(code) else subject


def _taste(call: Call, taste: Taste, component: Component) -> dict[str, Any]:
    words = [
        f"{call.translator.date(one.day)}: {call.say(f'rating.{one.liking}').lower()}"
        for one in taste.ratings
    ]
    return {
        "component": component.id,
        "name": getattr(component.names, call.translator.language),
        "liked": taste.liked,
        "text": "; ".join(words),
    }


def _again(call: Call, client_id: int = 0, choice_id: int = 0) -> ResponseReturnValue:
    found = client_id or choosing.client_of(call.session, call.actor, choice_id)
    return show.__wrapped__(call, found)  # type: ignore[attr-defined,no-any-return]


@blueprint.post("/choices/<int:choice_id>/allow")
@entry(Permission.APPROVE_PLAN, back=_again)
def allow(call: Call, choice_id: int) -> ResponseReturnValue:
    """Let a client eat what was asked for."""
    row = choosing.answer_choice(call.session, call.actor, choice_id, allowed=True, now=call.now)
    call.tell("choice.done.allowed", day=row.day)
    return _back(row.client_id)


@blueprint.post("/choices/<int:choice_id>/decline")
@entry(Permission.APPROVE_PLAN, back=_again)
def decline(call: Call, choice_id: int) -> ResponseReturnValue:
    """Leave the week as it was signed."""
    row = choosing.answer_choice(call.session, call.actor, choice_id, allowed=False, now=call.now)
    call.tell("choice.done.declined", day=row.day)
    return _back(row.client_id)


@blueprint.post("/choices/<int:choice_id>/undo")
@entry(Permission.ORDER, back=_again)
def undo(call: Call, choice_id: int) -> ResponseReturnValue:
    """Take a client's choice back: what was signed returns."""
    row = choosing.undo_choice(call.session, call.actor, choice_id, call.now)
    call.tell("choice.done.undone", day=row.day)
    return _back(row.client_id)


@blueprint.post("/clients/<int:client_id>/tastes/forget")
@entry(Permission.PLAN_MEALS, takes=ForgetForm, back=_again)
def forget(call: Call, form: dict[str, Any], client_id: int) -> ResponseReturnValue:
    """Let ratings of a dish no longer count."""
    eating.forget(call.session, call.actor, client_id, form["component"], call.now)
    call.tell("taste.forgotten")
    return _back(client_id)


def _back(client_id: int) -> ResponseReturnValue:
    return redirect(url_for("wishes.show", client_id=client_id), code=303)
