"""Verbs of care: record a weight or a screening, propose and sign a prescription, the worklist."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

import screening
from app.access import Actor, NotFound, Permission, Refused
from app.i18n import LOCAL_ZONE
from app.models.care import (
    Measurement,
    Prescription,
    PrescriptionState,
    Screening,
)
from app.models.people import Client, Site
from app.operations.people import find_client
from app.operations.upkeep import note_access
from logistics import SiteKind
from screening import (
    Assessment,
    EarlierWeight,
    Intake,
    MeasureKind,
    PersonFacts,
    PrescriptionProposal,
    Provenance,
    Question,
    Setting,
    Sex,
    Status,
    Tool,
    assess,
)

SETTINGS = {
    SiteKind.HOME: Setting.COMMUNITY,
    SiteKind.RESIDENTIAL: Setting.CARE_HOME,
    SiteKind.HOSPITAL: Setting.HOSPITAL,
}


def local_day(now: datetime) -> date:
    """Give the calendar day in Flanders."""
    return now.astimezone(LOCAL_ZONE).date()


def intake_for(
    session: Session,
    client: Client,
    tool: Tool,
    answers: Mapping[str, Any],
    *,
    on: date,
    confirmed: frozenset[str] = frozenset(),
) -> Intake:
    """Give the intake of one client from a form: age, sex, setting and last weight are known."""
    site = session.get_one(Site, client.site_id)
    return Intake(
        tool=tool,
        setting=SETTINGS[site.kind],
        answers=dict(answers),
        born=client.born,
        sex=Sex(client.sex),
        on=on,
        confirmed=confirmed,
        earlier_weight=_earlier_weight(session, client.id, on),
    )


def preview_screening(
    session: Session,
    actor: Actor,
    client_id: int,
    tool: Tool,
    *,
    answers: Mapping[str, Any],
    confirmed: frozenset[str],
    now: datetime,
) -> Assessment:
    """Score what is filled in so far, without keeping anything."""
    client = find_client(session, actor, client_id, Permission.SCREEN)
    note_access(session, actor, now, "screening.previewed", client.id)
    return assess(
        intake_for(session, client, tool, answers, on=local_day(now), confirmed=confirmed)
    )


def record_screening(
    session: Session,
    actor: Actor,
    client_id: int,
    tool: Tool,
    *,
    answers: Mapping[str, Any],
    confirmed: frozenset[str],
    now: datetime,
) -> Screening:
    """Keep a screening and its measurements; raises Refused for a child or an unlikely value.

    The values a form took for weight and height become measurements of the day.
    """
    client = find_client(session, actor, client_id, Permission.SCREEN)
    intake = intake_for(session, client, tool, answers, on=local_day(now), confirmed=confirmed)
    assessment = assess(intake)
    _refuse_open_questions(assessment.questions)
    if assessment.result.status in (Status.NOT_VALID, Status.INVALID):
        code = (*assessment.result.flags, "screening.cannot_be_kept")[0]
        raise Refused(("", code, {}))
    kept = Screening.of(client.id, intake, assessment, by=actor.user_id, at=now)
    session.add(kept)
    for kind in (MeasureKind.WEIGHT_KG, MeasureKind.HEIGHT_CM, MeasureKind.MUAC_CM):
        value = answers.get(kind.value)
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            _measure(session, actor, client.id, kind, Decimal(value), now=now)
    session.flush()
    note_access(session, actor, now, "screening.recorded", client.id)
    return kept


def _refuse_open_questions(asked: tuple[Question, ...]) -> None:
    if asked:
        raise Refused(*(question_problem(question) for question in asked))


def question_problem(question: Question) -> tuple[str, str, dict[str, Any]]:
    """Give a question as (field, code, arguments), the probable value among the arguments."""
    args: dict[str, Any] = {
        "value": Decimal(str(float(question.value)))
        if not isinstance(question.value, int | Decimal)
        else question.value,
        "low": question.low or 0,
        "high": question.high or 0,
    }
    if question.suggestion is not None:
        args["suggestion"] = question.suggestion
    return question.field, question.code, args


def record_weight(
    session: Session,
    actor: Actor,
    client_id: int,
    weight_kg: Decimal,
    *,
    confirmed: bool,
    now: datetime,
) -> tuple[screening.Review, ...]:
    """Keep a weighing of today; gives the reasons to look at the prescription again.

    Raises Refused with a question for an unlikely weight that nobody confirmed.
    """
    client = find_client(session, actor, client_id, Permission.SCREEN)
    asked = screening.questions(
        {"weight_kg": weight_kg}, _earlier_weight(session, client.id, local_day(now))
    )
    if not confirmed or any(not one.code.startswith("implausible.change") for one in asked):
        _refuse_open_questions(asked)
    _measure(session, actor, client.id, MeasureKind.WEIGHT_KG, weight_kg, now=now)
    session.flush()
    note_access(session, actor, now, "weight.recorded", client.id)
    signed = signed_prescription(session, client.id)
    grams = signed.as_prescription().based_on_weight_g if signed else None
    return screening.suggest_review(weights(session, client.id), based_on_weight_g=grams)


def _measure(
    session: Session,
    actor: Actor,
    client_id: int,
    kind: MeasureKind,
    value: Decimal,
    *,
    now: datetime,
) -> None:
    session.add(
        Measurement(
            client_id=client_id,
            kind=kind.value,
            value=value,
            provenance=Provenance.MEASURED.value,
            taken_on=local_day(now),
            recorded_at=now,
            recorded_by=actor.user_id,
        )
    )


def weights(session: Session, client_id: int) -> tuple[screening.WeightPoint, ...]:
    """Give every weighing of a client, the last one of each day."""
    rows = session.scalars(
        select(Measurement)
        .where(Measurement.client_id == client_id, Measurement.kind == MeasureKind.WEIGHT_KG.value)
        .order_by(Measurement.taken_on, Measurement.id)
    )
    return tuple({row.taken_on: row.as_weight() for row in rows}.values())


def latest_value(session: Session, client_id: int, kind: MeasureKind) -> Decimal | None:
    """Give the newest value of a kind; None when it was never taken."""
    return session.scalar(
        select(Measurement.value)
        .where(Measurement.client_id == client_id, Measurement.kind == kind.value)
        .order_by(Measurement.taken_on.desc(), Measurement.id.desc())
        .limit(1)
    )


def _earlier_weight(session: Session, client_id: int, on: date) -> EarlierWeight | None:
    earlier = [point for point in weights(session, client_id) if point.on < on]
    if not earlier:
        return None
    last = earlier[-1]
    return EarlierWeight(weight_kg=last.weight_kg, days_ago=(on - last.on).days)


def latest_screening(session: Session, client_id: int) -> Screening | None:
    """Give the newest screening of a client."""
    return session.scalar(
        select(Screening)
        .where(Screening.client_id == client_id)
        .order_by(Screening.screened_on.desc(), Screening.id.desc())
        .limit(1)
    )


def signed_prescription(session: Session, client_id: int) -> Prescription | None:
    """Give the prescription in force; None when nothing is signed."""
    return _prescription_in(session, client_id, PrescriptionState.SIGNED)


def proposed_prescription(session: Session, client_id: int) -> Prescription | None:
    """Give the newest proposal that waits for a signature."""
    return _prescription_in(session, client_id, PrescriptionState.PROPOSED)


def _prescription_in(
    session: Session, client_id: int, state: PrescriptionState
) -> Prescription | None:
    return session.scalar(
        select(Prescription)
        .where(Prescription.client_id == client_id, Prescription.state == state)
        .order_by(Prescription.version.desc())
        .limit(1)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the prescription form starts from: the machine's proposal beside what is in force."""

    client: Client
    proposal: PrescriptionProposal | None
    content: screening.Prescription | None
    in_force: Prescription | None
    screening: Screening | None
    weight_kg: Decimal | None


def draft_prescription(session: Session, actor: Actor, client_id: int, now: datetime) -> Draft:
    """Work out a prescription from the newest screening, weight and height.

    Texture, allergens, taste and exclusions are carried over from the one in force; without a
    weight or a screening there is no proposal, and the form says what is missing.
    """
    client = find_client(session, actor, client_id, Permission.PRESCRIBE)
    note_access(session, actor, now, "prescription.drafted", client.id)
    in_force = signed_prescription(session, client.id)
    last = latest_screening(session, client.id)
    weight_kg = latest_value(session, client.id, MeasureKind.WEIGHT_KG)
    proposal = None
    if last is not None and weight_kg is not None:
        proposal = _propose(session, client, last, weight_kg, in_force=in_force, now=now)
    base = in_force.as_prescription() if in_force else None
    content = proposal.draft if proposal else base
    if proposal and base:
        content = replace(
            base,
            energy_kcal=proposal.draft.energy_kcal,
            protein_g=proposal.draft.protein_g,
            fluid_ml=proposal.draft.fluid_ml,
            start_energy_kcal=proposal.draft.start_energy_kcal,
            based_on_weight_g=proposal.draft.based_on_weight_g,
        )
    return Draft(
        client=client,
        proposal=proposal,
        content=content,
        in_force=in_force,
        screening=last,
        weight_kg=weight_kg,
    )


def _propose(
    session: Session,
    client: Client,
    last: Screening,
    weight_kg: Decimal,
    *,
    in_force: Prescription | None,
    now: datetime,
) -> PrescriptionProposal:
    known = in_force.as_prescription() if in_force else None
    facts = PersonFacts(
        weight_kg=weight_kg,
        height_cm=latest_value(session, client.id, MeasureKind.HEIGHT_CM),
        age=screening.completed_years(client.born, local_day(now)),
        sex=Sex(client.sex),
        conditions=known.conditions if known else frozenset(),
        refeeding=known.refeeding if known else None,
        food_level=known.food_level if known else "7",
        drink_level=known.drink_level if known else "0",
        allergies=known.allergies if known else frozenset(),
    )
    return screening.propose(assess(last.as_intake()), facts)


def sign_prescription(
    session: Session,
    actor: Actor,
    client_id: int,
    content: screening.Prescription,
    *,
    review_on: date,
    now: datetime,
) -> Prescription:
    """Make a new version and put the actor's name under it; the one before is superseded.

    Raises Refused with every blocking problem, and Conflict when someone signed meanwhile.
    """
    client = find_client(session, actor, client_id, Permission.PRESCRIBE)
    if actor.user_id is None:
        raise Refused(("", "prescription.needs_a_person", {}))
    blocking = [one for one in screening.check_prescription(content) if one.blocks]
    if blocking:
        raise Refused(*((one.field, one.code.value, {}) for one in blocking))
    last = latest_screening(session, client.id)
    version = (
        session.scalar(
            select(func.max(Prescription.version)).where(Prescription.client_id == client.id)
        )
        or 0
    ) + 1
    session.execute(
        update(Prescription)
        .where(
            Prescription.client_id == client.id,
            Prescription.state.in_([PrescriptionState.SIGNED, PrescriptionState.PROPOSED]),
        )
        .values(state=PrescriptionState.SUPERSEDED)
    )
    signed = Prescription.of(client.id, version, content, basis={}, by=actor.user_id, at=now)
    signed.state = PrescriptionState.SIGNED
    signed.signed_at, signed.signed_by = now, actor.user_id
    signed.screening_id = last.id if last else None
    signed.review_on = review_on
    session.add(signed)
    session.flush()
    note_access(session, actor, now, "prescription.signed", client.id)
    return signed


def find_prescription(
    session: Session, actor: Actor, client_id: int, prescription_id: int
) -> Prescription:
    """Give one version of a client's prescription."""
    client = find_client(session, actor, client_id, Permission.VIEW_CLIENT)
    found = session.get(Prescription, prescription_id)
    if found is None or found.client_id != client.id:
        raise NotFound
    return found
