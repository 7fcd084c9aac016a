"""GLIM beside the record: the criteria met and open, and the dietitian's decision on them."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

import screening
from app.access import Permission
from app.i18n import Translator
from app.operations import care, diagnosis, dossier
from app.operations.diagnosis import OUTCOMES, GlimDecision, GlimProposal
from app.pipeline import Call, entry
from app.schemas import GlimForm
from app.web.words import face_parts, kept, mends
from screening import Category, ItemPoints, Status, Tool

blueprint = Blueprint("glim", __name__)

_SIGNS = ("glim.loss", "glim.bmi", "glim.muscle")
_GROUPS = (
    ("glim.signs", _SIGNS),
    ("glim.causes", ("glim.intake", "glim.inflammation")),
)
_FIGURES = {"glim.loss": "glim.percent", "glim.bmi": "glim.kg_m2"}
_GRADES = {1: "glim.grade.moderate", 2: "glim.grade.severe"}


@blueprint.get("/clients/<int:client_id>/glim")
@entry(Permission.VIEW_CLIENT)
def show(call: Call, client_id: int) -> ResponseReturnValue:
    """Show the proposal with the form to decide otherwise."""
    head = dossier.face(call.session, call.actor, client_id, Permission.VIEW_CLIENT, call.now)
    return render_template(
        "dietitian/glim.html",
        face=face_parts(call, head),
        glim=glim_parts(call, client_id),
        outcome=kept(call, "outcome", ""),
        reason=kept(call, "reason", ""),
        bad={one.field: call.say(one.code, **one.args) for one in call.problems},
        errors=mends(call),
        outcomes=[(str(one), call.say(f"glim.outcome.{one}")) for one in OUTCOMES],
    )


@blueprint.post("/clients/<int:client_id>/glim")
@entry(Permission.PRESCRIBE, takes=GlimForm, back=show)
def decide(call: Call, form: GlimDecision, client_id: int) -> ResponseReturnValue:
    """Keep the decision under the dietitian's name."""
    diagnosis.decide_glim(call.session, call.actor, client_id, form, call.now)
    call.tell("glim.kept")
    return redirect(url_for("record.show", client_id=client_id), code=303)


def glim_parts(call: Call, client_id: int) -> dict[str, Any]:
    """Give what the panel shows: the outcome, each criterion, what a decision needs."""
    found = diagnosis.glim_of(call.session, call.actor, client_id, call.now)
    speak, result = call.translator, found.assessment.result
    scored = bool(result.items)
    rules = speak.say("glim.rules", version=result.rule_version)
    adult = result.status is not Status.NOT_VALID
    return {
        "client_id": client_id,
        "seen": found.seen,
        "aside": f"{speak.say(result.source)}, {rules}",
        "title": _title(speak, found),
        "text": _text(speak, found),
        "notes": [speak.say(one) for one in result.flags if one.startswith(("glim.", "muscle"))],
        "groups": [
            (
                speak.say(code),
                [_line(call, client_id, one) for one in result.items if one.item in codes],
            )
            for code, codes in _GROUPS
            if scored
        ],
        "decision": _decision(speak, found),
        "settled": found.settled,
        "can_confirm": found.can_confirm and not found.settled,
        "may_decide": adult and call.actor.may(Permission.PRESCRIBE),
        "malnourished": found.can_confirm and found.seen != Category.NOT_MALNOURISHED,
        "screen_first": result.status is Status.SCREEN_FIRST,
    }


def _title(speak: Translator, found: GlimProposal) -> str:
    result = found.assessment.result
    if result.status is Status.COMPLETE:
        return speak.say(f"glim.outcome.{result.category}")
    return speak.say(f"glim.status.{result.status}")


def _text(speak: Translator, found: GlimProposal) -> str:
    """Give what the proposal rests on, and where malnutrition comes from."""
    result = found.assessment.result
    if not result.items:
        return ""
    met = {one.item for one in result.items if one.lowest > 0}
    signs, causes = (len(met.intersection(codes)) for _, codes in _GROUPS)
    code = "glim.rests_on" if found.can_confirm else "glim.so_far"
    told = [speak.say(code, signs=signs, causes=causes)]
    if found.aetiology is not None:
        told.append(f"{speak.say(found.aetiology)}.")
    return " ".join(told)


def _line(call: Call, client_id: int, item: ItemPoints) -> dict[str, Any]:
    """Give one criterion: its figure, the limit it was held against, and what to do if open."""
    speak, met = call.translator, item.lowest > 0
    reason = item.reason if item.points is not None else item.sure_reason or "glim.not_known"
    grade = _GRADES[int(item.lowest)] if met and item.item in _SIGNS else None
    return {
        "met": met,
        "open": item.points is None and not met,
        "title": f"{speak.say(item.item)} {_figure(speak, item)}".strip(),
        "text": speak.say(reason),
        "word": speak.say(grade or ("glim.met" if met else "glim.not_met")),
        "severe": item.item in _SIGNS and item.lowest > 1,
        "action": speak.say("glim.measure" if item.item in _SIGNS else "glim.fill_in"),
        "href": _where(item, client_id),
    }


def _figure(speak: Translator, item: ItemPoints) -> str:
    """Give the figure a criterion was read from, as far as it is sure."""
    code = _FIGURES.get(item.item)
    value = item.sure_value if item.points is None else item.value
    return (
        "" if code is None or value is None else speak.say(code, value=screening.rounded(value, 1))
    )


def _where(item: ItemPoints, client_id: int) -> str:
    """Give where the missing answer is filled in: the scales, the calf, or the form of GLIM."""
    if item.item == "glim.loss" or "weight_kg" in item.missing:
        return url_for("record.show", client_id=client_id, _anchor="weigh")
    tool = Tool.CC_MUSCLE if item.item == "glim.muscle" else Tool.GLIM
    return url_for("screening.new", client_id=client_id, tool=tool.value)


def _decision(speak: Translator, found: GlimProposal) -> str | None:
    """Give the newest decision: what, who, when, and why it differs."""
    if found.decision is None:
        return None
    row = found.decision.row
    told = speak.say(
        "glim.decided",
        outcome=speak.say(f"glim.outcome.{row.category}"),
        name=found.decision.by,
        day=speak.date(care.local_day(row.decided_at)),
    )
    return f"{told} {row.reason}".strip()
