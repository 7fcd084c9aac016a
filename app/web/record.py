"""One client's page: what is open, the course of the weight, what is in force; weigh again."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

import screening
from app.access import Permission
from app.i18n import Translator
from app.operations import care, dossier, meals, watching
from app.operations.dossier import Dossier
from app.pipeline import Call, entry
from app.schemas import WeightForm
from app.web.glim import glim_parts
from app.web.intakeparts import intake_parts
from app.web.parts import measure_parts
from app.web.score import score_parts
from app.web.tabs import tabs_of
from app.web.warningwords import (
    chain,
    deadline_sentence,
    level_parts,
    limit_sentence,
    warning_title,
)
from app.web.words import between, coded, face_parts, kept, mends
from screening import Provenance

blueprint = Blueprint("record", __name__)


@blueprint.get("/clients/<int:client_id>")
@entry(Permission.VIEW_CLIENT)
def show(call: Call, client_id: int) -> ResponseReturnValue:
    """Show one client's record."""
    found = dossier.dossier(call.session, call.actor, client_id, call.now)
    speak = call.translator
    plan = found.known.plan
    return render_template(
        "dietitian/client.html",
        face=face_parts(call, found.face),
        person=found.face.client,
        born=speak.date(found.face.client.born),
        tabs=tabs_of(call, client_id),
        alert_items=(*_alerts(speak, found), *_findings(call, found)),
        silences=[_silence(speak, one) for one in found.followed.mutes],
        intake=intake_parts(speak, found),
        happened=[(speak.date(one.day), speak.say(one.event)) for one in found.followed.events],
        events=[(one.value, speak.say(one)) for one in screening.CareEvent],
        today=found.today,
        chart=_chart(speak, found),
        windows=_windows(speak, found),
        body=_body(speak, found),
        screened=score_parts(speak, found.face.assessment) if found.face.assessment else None,
        screened_on=found.face.last.screened_on if found.face.last else None,
        signed=_signed(call, found),
        plan=plan,
        glim=glim_parts(call, client_id),
        orders=found.orders,
        errors=mends(call),
        weight=measure_parts(call, "weight_kg", kept(call, "weight_kg")),
        last_weight=found.weighings[-1] if found.weighings else None,
    )


def _alerts(speak: Translator, found: Dossier) -> Iterator[dict[str, Any]]:
    """Give the warnings, then the reasons to look at the prescription again."""
    client_id = found.face.client.id
    for one in found.followed.open:
        owner = found.followed.owners.get(one.owner_id, "")
        limit = limit_sentence(speak, one.facts) or ""
        yield level_parts(speak, one.level) | {
            "id": one.id,
            "title": warning_title(speak, one.code, one.facts),
            "text": f"{limit} {deadline_sentence(speak, one, owner)}".strip(),
            "chain": chain(speak, one),
            "taken": one.taken,
            "href": url_for("warning.show", warning_id=one.id),
            "action": speak.say("follow.see"),
        }
    for review in found.reviews if found.face.in_force else ():
        yield {
            "kind": "mid",
            "word": speak.say("care.review"),
            "title": speak.say(review.reason, change_percent=review.change_percent),
            "text": None,
            "href": url_for("prescribing.draft", client_id=client_id),
            "action": speak.say("care.adjust"),
        }


def _findings(call: Call, found: Dossier) -> Iterator[dict[str, Any]]:
    """Give what several facts say together and no single form does."""
    swallowing, burden = found.findings.swallowing, found.findings.burden
    client_id, speak = found.face.client.id, call.translator
    may_refer = call.actor.may(Permission.HANDLE_REFERRAL)
    tested = [one for one in swallowing.reasons if one != "dysphagia.recorded"]
    if tested:
        place = "clientreferrals.listed" if may_refer else "screening.history"
        href = url_for(place, client_id=client_id)
        yield _finding(speak, "finding.swallowing", tested, href, "finding.refer")
    if burden.found:
        href = url_for("prescribing.draft", client_id=client_id)
        yield _finding(speak, "finding.both", burden.reasons, href, "care.adjust")


def _finding(
    speak: Translator, title: str, reasons: Iterable[str], href: str, action: str
) -> dict[str, Any]:
    return {
        "kind": "mid",
        "word": speak.say("finding.mark"),
        "title": speak.say(title),
        "text": " ".join(speak.say(one) for one in reasons),
        "href": href,
        "action": speak.say(action),
    }


def _silence(speak: Translator, mute: Any) -> str:
    title = speak.say(f"follow.about.{str(mute.code).partition('.')[2]}")
    return speak.say("follow.silent", what=title, day=speak.date(mute.until), reason=mute.reason)


def _chart(speak: Translator, found: Dossier) -> dict[str, Any]:
    how = {Provenance.REPORTED: "said"}
    points = [
        {"day": one.on, "kg": one.weight_kg, "how": how.get(one.how, "weighed")}
        for one in found.weighings
    ]
    label = ""
    if points:
        first, last = found.weighings[0], found.weighings[-1]
        label = speak.say(
            "care.weight.label",
            first=speak.number(first.weight_kg, 1),
            first_day=speak.date(first.on),
            last=speak.number(last.weight_kg, 1),
            last_day=speak.date(last.on),
        )
    return {
        "label": label,
        "points": points,
        "thresholds": tuple(_thresholds(speak, found)),
        "events": tuple(_events(speak, found)),
    }


def _events(speak: Translator, found: Dossier) -> Iterator[dict[str, Any]]:
    """Give the newest signature and what happened, as far as it falls inside the chart."""
    for event in found.followed.events[:2]:
        if found.weighings and found.weighings[0].on < event.day <= found.weighings[-1].on:
            yield {"day": event.day, "text": speak.say(event.event)}
    for one in found.signed[-1:]:
        on = care.local_day(one.signed_at or one.created_at)
        if found.weighings and found.weighings[0].on < on <= found.weighings[-1].on:
            yield {"day": on, "text": speak.say("care.version", version=one.version)}


def _thresholds(speak: Translator, found: Dossier) -> Iterator[dict[str, Any]]:
    """Give the lines of 5 % and 10 % under the highest weight of three, else six months."""
    months3, months6 = found.trend.windows[1:]
    window = months3 if months3.before else months6
    if window.before is None or not found.trend.points:
        return
    highest = max(
        one.weight_kg
        for one in found.trend.points
        if one.on >= found.trend.points[-1].on - timedelta(days=window.days)
    )
    for percent, kind in ((5, "warn"), (10, "danger")):
        kg = highest * (100 - percent) / 100
        yield {
            "kg": kg,
            "text": speak.say("care.weight.line", percent=percent, kg=speak.number(kg, 1)),
            "kind": kind,
            "since": window.before.on,
        }


def _windows(speak: Translator, found: Dossier) -> list[dict[str, str]]:
    looks = {"fast": "above", "falling": "below", "fluid_check": "below"}
    return [
        {
            "look": looks.get(one.verdict, ""),
            "text": speak.say(
                "care.weight.window",
                percent=screening.rounded(one.change_percent, 1),
                count=one.days // 30,
            ),
        }
        for one in found.trend.windows
        if one.change_percent is not None
    ]


def _body(speak: Translator, found: Dossier) -> str | None:
    if found.height_cm is None or not found.weighings:
        return None
    mass = screening.rounded(screening.bmi(found.weighings[-1].weight_kg, found.height_cm), 1)
    return speak.say("care.weight.bmi", bmi=mass, height=found.height_cm)


def _signed(call: Call, found: Dossier) -> dict[str, Any] | None:
    targets, row, speak = found.face.targets, found.face.in_force, call.translator
    if targets is None or row is None:
        return None
    refeeding = speak.say(f"refeeding.level.{targets.refeeding}") if targets.refeeding else None
    words = [coded(speak, "property", one) for one in sorted(targets.diets)]
    if targets.low_salt:
        words.append(speak.say("prescription.low_salt").lower())
    pairs = [
        ("prescription.field.energy_kcal", between(speak, targets.energy_kcal, "kcal")),
        ("prescription.field.protein_g", between(speak, targets.protein_g, "g")),
        ("prescription.field.fluid_ml", between(speak, targets.fluid_ml, "ml")),
        ("prescription.field.taste", speak.say(f"prescription.taste.{targets.taste}")),
        (
            "prescription.field.meal_pattern",
            speak.say(f"prescription.meals.{targets.meal_pattern}"),
        ),
        ("prescription.field.refeeding", refeeding),
        ("care.review_on", speak.date(row.review_on) if row.review_on else None),
    ]
    if words:
        pairs.insert(4, ("prescription.field.diets", ", ".join(words)))
    on = speak.date(care.local_day(row.signed_at or row.created_at))
    return {
        "aside": speak.say("care.version_of", version=row.version, day=on),
        "facts": [(speak.say(code), value) for code, value in pairs],
    }


@blueprint.post("/clients/<int:client_id>/weights")
@entry(Permission.SCREEN, takes=WeightForm, back=show)
def weigh(call: Call, form: dict[str, Any], client_id: int) -> ResponseReturnValue:
    """Keep a weighing of today; the trend and its advice are drawn anew."""
    reviews = care.record_weight(
        call.session,
        call.actor,
        client_id,
        form["weight_kg"],
        confirmed=form["weight_kg_sure"],
        now=call.now,
    )
    watching.look(call.session, call.actor, client_id, call.now)
    call.tell("care.weighed")
    if reviews and meals.has_approved_plan(call.session, client_id):
        call.tell("care.weighed_review", "warn")
    return redirect(url_for("record.show", client_id=client_id), code=303)
