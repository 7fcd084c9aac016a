"""Fill in an instrument: the points move while one types, nothing scores by a slip."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import NotFound, Permission
from app.operations import care, dossier
from app.operations.care import ScreeningForm
from app.pipeline import Call, Problem, entry
from app.schemas import FORMS, MUST_MEASURES, MustForm, MustPreview
from app.web.parts import measure_parts
from app.web.score import score_parts
from app.web.words import face_parts, kept, mends, started
from screening import Assessment, MeasureKind, Provenance, Status, Tool

blueprint = Blueprint("screening", __name__)

_EMPTY = ScreeningForm(answers={}, provenance={})


@blueprint.get("/clients/<int:client_id>/screenings/new")
@entry(Permission.SCREEN)
def new(call: Call, client_id: int) -> ResponseReturnValue:
    """Show the form, filled with what the record knows; a child gets a sentence instead."""
    if request.args.get("tool", Tool.MUST.value) not in FORMS:
        raise NotFound("tool")
    starting = _starting(call, client_id)
    return _form(call, client_id, _preview(call, client_id, _read(call, starting)), starting)


def _read(call: Call, starting: dict[str, str]) -> ScreeningForm:
    """Give what stands in the form: typed before it came back, or known from the record."""
    given: dict[str, list[str]] = {name: [text] for name, text in starting.items()}
    form: ScreeningForm = MustPreview().load(dict(call.values) or given)
    return form


def _preview(call: Call, client_id: int, form: ScreeningForm) -> Assessment:
    return care.preview_screening(
        call.session, call.actor, client_id, Tool.MUST, form=form, now=call.now
    )


def _starting(call: Call, client_id: int) -> dict[str, str]:
    """Give height, a weight of today, and the highest weight of three to six months ago."""
    known = _record(call, client_id)
    speak = call.translator
    said = {
        "height_cm": known["height"],
        "weight_kg": known["today"],
        "weight_before_kg": known["before"].weight_kg if known["before"] else None,
    }
    digits = {"height_cm": 0, "weight_kg": 1, "weight_before_kg": 1}
    return {
        name: speak.number(value, _digits(value, digits[name])).replace("\u00a0", "")
        for name, value in said.items()
        if value is not None
    }


def _digits(value: Decimal, least: int) -> int:
    """Keep every digit that was measured: a rounded height would be another height."""
    return max(least, -int(value.normalize().as_tuple().exponent))


def _record(call: Call, client_id: int) -> dict[str, Any]:
    head = dossier.face(call.session, call.actor, client_id, Permission.SCREEN, call.now)
    today = care.local_day(call.now)
    points = care.weights(call.session, client_id)
    past = [one for one in points if timedelta(days=80) <= today - one.on <= timedelta(days=190)]
    height = care.latest_value(call.session, client_id, MeasureKind.HEIGHT_CM)
    return {
        "head": head,
        "height": height,
        "today": points[-1].weight_kg if points and points[-1].on == today else None,
        "last": points[-1] if points else None,
        "before": max(past, key=lambda one: one.weight_kg) if past else None,
    }


def _form(call: Call, client_id: int, assessment: Assessment, starting: dict[str, str]) -> str:
    known, speak = _record(call, client_id), call.translator
    hints = {
        "height_cm": call.say("screening.height.hint"),
        "ulna_cm": call.say("screening.ulna.hint"),
        "muac_cm": call.say("screening.muac.hint"),
    }
    if known["last"]:
        kg, day = speak.number(known["last"].weight_kg, 1), speak.date(known["last"].on)
        hints["weight_kg"] = call.say("screening.weight.hint_last", kg=kg, day=day)
    else:
        hints["weight_kg"] = call.say("screening.weight.hint")
    hints["weight_before_kg"] = call.say("screening.before.hint_none")
    if known["before"]:
        kg, day = speak.number(known["before"].weight_kg, 1), speak.date(known["before"].on)
        hints["weight_before_kg"] = call.say("screening.before.hint", kg=kg, day=day)
    return render_template(
        "dietitian/screening.html",
        face=face_parts(call, known["head"]),
        refused=assessment.result.status is Status.NOT_VALID,
        result=score_parts(speak, assessment),
        fields={
            name: measure_parts(call, name, kept(call, name, starting.get(name, "")))
            | {"unknown": _unknown(call, name), "hint": hints[name]}
            for name in MUST_MEASURES
        },
        kept=lambda name, otherwise="": kept(call, name, otherwise),
        sources=[
            (str(one), started(call.say(f"screening.provenance.{one}"))) for one in Provenance
        ],
        errors=mends(call),
        more_open=any(kept(call, name) or call.problem_at(name) for name in ("ulna_cm", "muac_cm")),
    )


def _unknown(call: Call, name: str) -> bool | None:
    """Whether "I do not know" is ticked; None for a substitute, which nobody needs to know."""
    return None if name in ("ulna_cm", "muac_cm") else bool(kept(call, f"{name}_unknown"))


@blueprint.post("/clients/<int:client_id>/screenings/preview")
@entry(Permission.SCREEN, takes=MustPreview)
def preview(call: Call, form: ScreeningForm, client_id: int) -> ResponseReturnValue:
    """Give the score panel of what is filled in so far; a browser without script gets the page."""
    assessment = _preview(call, client_id, form)
    if request.headers.get("HX-Request"):
        return render_template(
            "dietitian/score_panel.html", result=score_parts(call.translator, assessment)
        )
    call.values = request.form.to_dict(flat=False)
    asked = [care.question_problem(one) for one in assessment.questions]
    call.problems = tuple(
        Problem(field=field, code=code, text="", args=args) for field, code, args in asked
    )
    return _form(call, client_id, assessment, {})


@blueprint.post("/clients/<int:client_id>/screenings")
@entry(Permission.SCREEN, takes=MustForm, back=new)
def record(call: Call, form: ScreeningForm, client_id: int) -> ResponseReturnValue:
    """Keep the screening and go on to the prescription it calls for."""
    care.record_screening(call.session, call.actor, client_id, Tool.MUST, form=form, now=call.now)
    call.tell("screening.kept")
    return redirect(url_for("prescribing.draft", client_id=client_id), code=303)
