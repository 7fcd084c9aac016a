"""The prescription: figures with their arithmetic, what differs, and a name under it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import screening
from app.access import Permission, Refused
from app.operations import care, dossier, meals, prescribing
from app.operations.prescribing import Checked, Draft
from app.pipeline import Call, entry
from app.schemas import PrescriptionForm
from app.web.choices import choices_of
from app.web.words import (
    between,
    face_parts,
    field_name,
    food_word,
    kept,
    kept_all,
    mends,
    sentence,
    target,
)
from screening import Derivation, Prescription

blueprint = Blueprint("prescribing", __name__)

_REVIEW_DAYS = {"high": 31, "mid": 62, "low": 92}
_REVIEW_UNKNOWN_DAYS = 31
_RANGES = (("energy_kcal", "kcal"), ("protein_g", "g"), ("fluid_ml", "ml"))
_IDS = {name: f"f-{name}-min" for name, _ in _RANGES}


@blueprint.get("/clients/<int:client_id>/prescription")
@entry(Permission.PRESCRIBE)
def draft(call: Call, client_id: int) -> ResponseReturnValue:
    """Show the draft with its arithmetic, and what signing would change."""
    found = prescribing.draft_prescription(call.session, call.actor, client_id, call.now)
    return _page(call, found, _checked(call, found))


def _checked(call: Call, found: Draft) -> Checked | None:
    """Give the check of what stands in the form; None when it cannot be read yet."""
    content = found.content
    if call.values:
        form = PrescriptionForm()
        if form.validate(dict(call.values)):
            return None
        content = form.load(dict(call.values))["content"]
    if content is None:
        return None
    try:
        return prescribing.check_prescription(call.session, found, content)
    except Refused:
        return None


def _page(call: Call, found: Draft, checked: Checked | None) -> str:
    client_id = found.client.id
    head = dossier.face(call.session, call.actor, client_id, Permission.PRESCRIBE, call.now)
    return render_template(
        "dietitian/prescription.html",
        call=call,
        face=face_parts(call, head),
        found=found,
        lead=_lead(call, found),
        ranges=[_range(call, found, name, unit) for name, unit in _RANGES],
        form=_values(call, found, head),
        bad={one.field: sentence(call, one) for one in call.problems},
        errors=mends(call, _IDS),
        options=choices_of(call.translator),
        refeeding=[call.say(one) for one in found.refeeding.reasons],
        refeeding_level=found.refeeding.level,
        **_sign_parts(call, found, checked),
    )


def _lead(call: Call, found: Draft) -> str:
    """Give what the draft rests on, and what it replaces."""
    speak, said = call.translator, []
    if found.proposal and found.last:
        day = speak.date(found.last.screened_on)
        said.append(call.say("prescription.lead.from", day=day, kg=found.weight_kg))
    if found.in_force and found.in_force.signed_at:
        day = speak.date(care.local_day(found.in_force.signed_at))
        said.append(call.say("prescription.lead.replaces", version=found.version, day=day))
    return " ".join(said)


def _range(call: Call, found: Draft, name: str, unit: str) -> dict[str, Any]:
    """Give one range: its two numbers, what was in force, and how it was worked out."""
    bounds = getattr(found.content, name) if found.content else screening.Range()
    was = getattr(found.was, name) if found.was else None
    derived: Derivation | None = None
    if found.proposal:
        derived = getattr(found.proposal, name.partition("_")[0])
    return {
        "name": name,
        "label": field_name(call.translator, name),
        "unit": unit,
        "low": kept(call, f"{name}_min", bounds.low),
        "high": kept(call, f"{name}_max", bounds.high),
        "was": between(call.translator, was, unit) if was and was != bounds else None,
        "formula": _formula(call, derived) if derived else None,
        "chain": tuple(_chain(call, derived)) if derived else (),
        "far": bool(derived and derived.far_apart),
    }


def _formula(call: Call, derived: Derivation) -> str:
    return call.say(derived.formula, **_args(derived))


def _args(derived: Derivation) -> dict[str, Any]:
    return {"low": derived.target.low or 0, "high": derived.target.high or 0, **derived.inputs}


def _chain(call: Call, derived: Derivation) -> Iterator[str]:
    """Give the reason, the arithmetic, the other formula beside it, and the rules' version."""
    speak, inputs = call.translator, derived.inputs
    yield call.say(derived.reason, **_args(derived))
    if "weight_kg" in inputs and "low" in inputs:
        yield call.say("prescription.times", **{k: inputs[k] for k in ("weight_kg", "low", "high")})
    if derived.alternative is not None and derived.alternative_value is not None:
        name = call.say(derived.alternative, low=30, high=30)
        yield call.say(
            "prescription.beside",
            name=name,
            value=derived.alternative_value,
            percent=derived.apart_percent,
        )
    yield speak.say("prescription.rules", version=derived.rule_version)


def _values(call: Call, found: Draft, head: dossier.Face) -> dict[str, Any]:
    """Give every other answer: as it was filled in, else as the draft has it."""
    content = found.content
    singles = {
        name: kept(call, name, str(getattr(content, name)) if content else start)
        for name, start in (
            ("food_level", ""),
            ("drink_level", ""),
            ("taste", "normal"),
            ("portion_percent", "100"),
            ("meal_pattern", "five"),
        )
    }
    several = {
        name: kept_all(call, name, sorted(getattr(content, name)) if content else ())
        for name in ("allergies", "excluded_properties", "diets", "conditions")
    }
    stock = meals.catalogue(call.session)
    words = {
        name: kept(
            call,
            name,
            ", ".join(
                food_word(call.translator, stock, one) for one in sorted(getattr(content, name))
            )
            if content
            else "",
        )
        for name in ("excluded_ingredients", "likes", "dislikes")
    }
    risk = face_parts(call, head)["risk"]
    review = care.local_day(call.now) + timedelta(
        days=_REVIEW_DAYS.get(risk or "", _REVIEW_UNKNOWN_DAYS)
    )
    start_kcal = content.start_energy_kcal if content else None
    return (
        singles
        | several
        | words
        | {
            "low_salt": bool(kept(call, "low_salt", content.low_salt if content else "")),
            "refeeding": kept(call, "refeeding", (content.refeeding or "") if content else ""),
            "start_energy_kcal": kept(call, "start_energy_kcal", start_kcal),
            "review_on": kept(call, "review_on", review.isoformat()),
            "replaces": kept(call, "replaces", found.version),
        }
    )


def _sign_parts(call: Call, found: Draft, checked: Checked | None) -> dict[str, Any]:
    return {
        "diff": _diff(call, checked) if checked else [],
        "check_lines": list(_checks(call, found, checked)),
        "readable": checked is not None,
        "next_version": found.version + 1,
    }


def _diff(call: Call, checked: Checked) -> list[dict[str, Any]]:
    speak, stock = call.translator, meals.catalogue(call.session)
    return [
        {
            "name": field_name(speak, one.field),
            "was": target(speak, stock, one.field, one.was),
            "becomes": target(speak, stock, one.field, one.becomes),
        }
        for one in checked.changes
    ]


def _checks(call: Call, found: Draft, checked: Checked | None) -> Iterator[dict[str, Any]]:
    """Give what is in order and what is open, each in one sentence."""
    if checked is None:
        yield {"ok": False, "text": call.say("prescription.cannot_check")}
        return
    level = checked.content.refeeding
    if level is not None:
        calm = level is screening.RefeedingLevel.NONE
        yield {"ok": calm, "text": call.say(f"refeeding.level.{level}")}
    for problem in checked.problems:
        name = field_name(call.translator, problem.field)
        yield {"ok": False, "text": call.say(problem.code, field=name)}
    hidden = {"open.refeeding_unknown", "open.refeeding_start"}
    for code in found.proposal.open_points if found.proposal else ():
        if code not in hidden:
            yield {"ok": False, "text": call.say(code)}
    if not any(one.blocks for one in checked.problems):
        yield {"ok": True, "text": call.say("prescription.nothing_blocks")}


@blueprint.post("/clients/<int:client_id>/prescription/check")
@entry(Permission.PRESCRIBE)
def check(call: Call, client_id: int) -> ResponseReturnValue:
    """Give the difference and the open points of what is filled in; nothing is kept."""
    call.values = request.form.to_dict(flat=False)
    found = prescribing.draft_prescription(call.session, call.actor, client_id, call.now)
    checked = _checked(call, found)
    if request.headers.get("HX-Request"):
        parts = _sign_parts(call, found, checked)
        return render_template("dietitian/prescription_check.html", **parts)
    return _page(call, found, checked)


@blueprint.post("/clients/<int:client_id>/prescription")
@entry(Permission.PRESCRIBE, takes=PrescriptionForm, back=draft)
def sign(call: Call, form: dict[str, Any], client_id: int) -> ResponseReturnValue:
    """Sign a new version and go on to the week it calls for."""
    content: Prescription = form["content"]
    if not form["attest"]:
        raise Refused(("attest", "prescription.attest_first", {}))
    if form["review_on"] is None:
        raise Refused(("review_on", "form.required", {}))
    signed = prescribing.sign_prescription(
        call.session,
        call.actor,
        client_id,
        content,
        review_on=form["review_on"],
        replaces=form["replaces"],
        now=call.now,
    )
    call.tell("prescription.signed", version=signed.version)
    return redirect(url_for("weekplan.show", client_id=client_id), code=303)
