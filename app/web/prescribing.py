"""The prescription: figures with their arithmetic, what differs, and a name under it."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import screening
from app.access import Permission, Refused
from app.operations import care, dossier, meals, prescribing, signing
from app.operations.prescribing import Checked, Draft
from app.pipeline import Call, entry
from app.schemas import BOUNDED, USUAL, PrescriptionForm
from app.web.choices import choices_of
from app.web.rxparts import RANGES, formulas, live_parts, nutrient_rows
from app.web.words import (
    between,
    face_parts,
    field_name,
    food_word,
    kept,
    kept_all,
    mends,
    sentence,
)
from screening import INTOLERANCES, SEASONINGS, STEP_UP_DAYS, Activity, Prescription, Stress

blueprint = Blueprint("prescribing", __name__)

_REVIEW_DAYS = {"high": 31, "mid": 62, "low": 92}
_REVIEW_UNKNOWN_DAYS = 31
_IDS = {name: f"f-{name}-min" for name, _ in RANGES}
_SINGLES: tuple[tuple[str, str], ...] = (
    *(("food_level", ""), ("drink_level", ""), ("taste", "normal"), ("portion_percent", "100")),
    *(("meal_pattern", "five"), ("activity", Activity.SEDENTARY), ("stress", Stress.NONE)),
    *(("energy_formula", ""), ("step_up_days", str(STEP_UP_DAYS[1]))),
    *((name, "normal") for name in SEASONINGS),
)
_SWITCHES = ("late_snack", "finger_food")
_SEVERAL = ("allergies", "intolerances", "excluded_properties", "diets", "conditions")


@blueprint.get("/clients/<int:client_id>/prescription")
@entry(Permission.PRESCRIBE)
def draft(call: Call, client_id: int) -> ResponseReturnValue:
    """Show the draft with its arithmetic, and what signing would change."""
    return _page(call, *_read(call, client_id))


def _read(call: Call, client_id: int) -> tuple[Draft, Checked | None]:
    """Give the draft for what is filled in so far, and its check; None when it cannot be read."""
    content, reference = _filled(call)
    found = prescribing.draft_prescription(
        call.session, call.actor, client_id, call.now, filled=content
    )
    if found.content is None or (call.values and content is None):
        return found, None
    try:
        checked = prescribing.check_prescription(
            call.session, call.actor, found, found.content, call.now, reference=reference
        )
    except Refused:
        return found, None
    return found, checked


def _filled(call: Call) -> tuple[Prescription | None, bool | None]:
    form = PrescriptionForm()
    if not call.values or form.validate(dict(call.values)):
        return None, None
    read = form.load(dict(call.values))
    return read["content"], read["reference"]


def _page(call: Call, found: Draft, checked: Checked | None) -> str:
    client_id = found.client.id
    head = dossier.face(call.session, call.actor, client_id, Permission.PRESCRIBE, call.now)
    content = checked.content if checked else found.content
    return render_template(
        "dietitian/prescription.html",
        call=call,
        face=face_parts(call, head),
        found=found,
        lead=_lead(call, found),
        ranges=[_range(call, found, name, unit) for name, unit in RANGES],
        form=_values(call, found, head),
        bad={one.field: sentence(call, one) for one in call.problems},
        errors=mends(call, _IDS),
        options=choices_of(call.translator),
        formulas=formulas(call),
        nutrients=nutrient_rows(call, BOUNDED, content),
        usual=nutrient_rows(call, USUAL, content),
        refeeding=[call.say(one) for one in found.refeeding.reasons],
        refeeding_level=found.refeeding.level,
        withdraw=_withdrawable(call, found),
        step_days=[(str(one), str(one)) for one in range(STEP_UP_DAYS[0], STEP_UP_DAYS[1] + 1)],
        nutrient_errors=[one for one in call.problems if one.field.startswith(("least", "most"))],
        **live_parts(call, found, checked),
    )


def _withdrawable(call: Call, found: Draft) -> int | None:
    """Give the version in force when its signer may still take it back."""
    row = found.in_force
    return row.id if row and signing.may_withdraw(row, call.actor, call.now) else None


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
    """Give one range: its two numbers, and what was in force."""
    bounds = getattr(found.content, name) if found.content else screening.UNBOUNDED
    was = getattr(found.was, name) if found.was else None
    return {
        "name": name,
        "label": field_name(call.translator, name),
        "unit": unit,
        "low": kept(call, f"{name}_min", bounds.low),
        "high": kept(call, f"{name}_max", bounds.high),
        "was": between(call.translator, was, unit) if was and was != bounds else None,
    }


def _values(call: Call, found: Draft, head: dossier.Face) -> dict[str, Any]:
    """Give every other answer: as it was filled in, else as the draft has it."""
    content = found.content
    risk = face_parts(call, head)["risk"]
    review = care.local_day(call.now) + timedelta(
        days=_REVIEW_DAYS.get(risk or "", _REVIEW_UNKNOWN_DAYS)
    )
    reference = content.reference is not None if content else True
    return {
        **{
            name: kept(call, name, str(getattr(content, name)) if content else start)
            for name, start in _SINGLES
        },
        **{
            name: kept_all(call, name, sorted(getattr(content, name)) if content else ())
            for name in _SEVERAL
        },
        **{
            name: bool(kept(call, name, getattr(content, name) if content else ""))
            for name in _SWITCHES
        },
        **_food_words(call, content),
        **_by_name(call, content),
        "reference": bool(kept(call, "reference", reference)),
        "dose_times": kept(call, "dose_times", ", ".join(content.dose_times) if content else ""),
        "switch_why": kept(call, "switch_why", ""),
        "refeeding": kept(call, "refeeding", (content.refeeding or "") if content else ""),
        "start_energy_kcal": kept(
            call, "start_energy_kcal", content.start_energy_kcal if content else None
        ),
        "step_up_from": kept(call, "step_up_from", content.step_up_from if content else None),
        "review_on": kept(call, "review_on", review.isoformat()),
        "replaces": kept(call, "replaces", found.version),
    }


def _food_words(call: Call, content: Prescription | None) -> dict[str, str]:
    """Give what is excluded, liked and disliked by the names a person knows."""
    stock, speak = meals.catalogue(call.session), call.translator
    names = ("excluded_ingredients", "likes", "dislikes")
    return {
        name: kept(
            call,
            name,
            ", ".join(
                food_word(speak, stock, one) for one in sorted(getattr(content, name, frozenset()))
            ),
        )
        for name in names
    }


def _by_name(call: Call, content: Prescription | None) -> dict[str, Any]:
    """Give the numbers posted once per nutrient or substance, under the name of their field."""
    bounds = content.nutrients if content else {}
    usual = content.usual if content else {}
    tolerated = content.intolerances if content else {}
    starts = {
        **{f"least.{name}": one.low for name, one in bounds.items()},
        **{f"most.{name}": one.high for name, one in bounds.items()},
        **{f"usual.{name}": amount for name, amount in usual.items()},
        **{f"tolerates.{name}": amount for name, amount in tolerated.items()},
    }
    names = (
        *(f"{side}.{name}" for side in ("least", "most") for name in BOUNDED),
        *(f"usual.{name}" for name in USUAL),
        *(f"tolerates.{name}" for name in INTOLERANCES),
    )
    return {name: kept(call, name, starts.get(name)) for name in names}


@blueprint.post("/clients/<int:client_id>/prescription/check")
@entry(Permission.PRESCRIBE)
def check(call: Call, client_id: int) -> ResponseReturnValue:
    """Give what follows from what is filled in: sums, rules, rise, difference; nothing is kept."""
    call.values = request.form.to_dict(flat=False)
    found, checked = _read(call, client_id)
    if request.headers.get("HX-Request"):
        parts = live_parts(call, found, checked)
        return render_template("dietitian/prescription_live.html", **parts)
    if "recalculate" in request.form and found.proposal:
        call.values = _recalculated(call, found.proposal)
        found, checked = _read(call, client_id)
    return _page(call, found, checked)


def _recalculated(call: Call, proposal: screening.PrescriptionProposal) -> dict[str, list[str]]:
    """Give what is filled in with the ranges of the formula that is chosen now."""
    values = {name: list(given) for name, given in call.values.items()}
    for name in ("energy_kcal", "protein_g"):
        bounds = getattr(proposal.draft, name)
        values[f"{name}_min"], values[f"{name}_max"] = [str(bounds.low)], [str(bounds.high)]
    return values


@blueprint.post("/clients/<int:client_id>/prescription")
@entry(Permission.PRESCRIBE, takes=PrescriptionForm, back=draft)
def sign(call: Call, form: dict[str, Any], client_id: int) -> ResponseReturnValue:
    """Sign a new version and go on to the week it calls for."""
    content: Prescription = form["content"]
    if not form["attest"]:
        raise Refused(("attest", "prescription.attest_first", {}))
    if form["review_on"] is None:
        raise Refused(("review_on", "form.required", {}))
    signed = signing.sign_prescription(
        call.session,
        call.actor,
        client_id,
        content,
        review_on=form["review_on"],
        replaces=form["replaces"],
        now=call.now,
        reference=form["reference"],
    )
    slow = signed.as_prescription().blocks_plan
    call.tell("prescription.signed_slow" if slow else "prescription.signed", version=signed.version)
    return redirect(url_for("weekplan.show", client_id=client_id), code=303)


@blueprint.post("/clients/<int:client_id>/prescription/<int:prescription_id>/withdraw")
@entry(Permission.PRESCRIBE)
def withdraw(call: Call, client_id: int, prescription_id: int) -> ResponseReturnValue:
    """Take one's name back within ten minutes."""
    taken = signing.withdraw_prescription(
        call.session, call.actor, client_id, prescription_id, call.now
    )
    call.tell("prescription.withdrawn", version=taken.version)
    return redirect(url_for("prescribing.draft", client_id=client_id), code=303)
