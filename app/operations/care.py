"""Verbs of care: record a weight or a screening; the newest of each kind of fact."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import screening
from app.access import Actor, Permission, Refused
from app.i18n import LOCAL_ZONE
from app.models.care import (
    Measurement,
    Prescription,
    PrescriptionState,
    Screening,
)
from app.models.people import Client, Site
from app.operations import drafts
from app.operations.people import find_client
from app.operations.upkeep import note_access
from logistics import SiteKind
from screening import (
    Answer,
    Assessment,
    EarlierWeight,
    Intake,
    MeasureKind,
    Provenance,
    Purpose,
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

RISK_TOOLS = screening.tools_of(screening.Purpose.MALNUTRITION)
"""Instruments whose newest result is the risk of a client."""


MEASURED_AS: Mapping[str, MeasureKind] = {
    **{kind.value: kind for kind in MeasureKind},
    "Q_mac_cm": MeasureKind.MUAC_CM,
    "R_cc_cm": MeasureKind.CALF_CM,
}
"""Answers of forms that are measurements, by what they measure."""

LASTING = frozenset({MeasureKind.HEIGHT_CM, MeasureKind.ULNA_CM, MeasureKind.KNEE_HEIGHT_CM})
"""Measures of bone: a grown person keeps them."""

RECENT_DAYS = 92
"""How long an answer of before is proposed again to a diagnosis."""


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
    provenance: Mapping[str, Provenance],
    confirmed: frozenset[str] = frozenset(),
) -> Intake:
    """Give the intake of one client from a form: age, sex, setting and last weight are known.

    Only an unlikely value can be confirmed; a slip of unit stays a question until it is mended.
    """
    site = session.get_one(Site, client.site_id)
    intake = Intake(
        tool=tool,
        setting=SETTINGS[site.kind],
        answers=dict(answers),
        born=client.born,
        sex=Sex(client.sex),
        on=on,
        provenance=provenance,
        earlier_weight=_earlier_weight(session, client.id, on),
    )
    unlikely = {one.field for one in assess(intake).questions if may_confirm(one.code)}
    return replace(intake, confirmed=confirmed & unlikely)


def may_confirm(code: str) -> bool:
    """Whether a person may keep the value this question is about."""
    return code.startswith("implausible.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningForm:
    """What was filled in: None is "I do not know"; `confirmed` names values looked at again."""

    answers: Mapping[str, Answer | None]
    provenance: Mapping[str, Provenance]
    confirmed: frozenset[str] = frozenset()


def _intake(
    session: Session, client: Client, tool: Tool, form: ScreeningForm, now: datetime
) -> Intake:
    return intake_for(
        session,
        client,
        tool,
        form.answers,
        on=local_day(now),
        provenance=form.provenance,
        confirmed=form.confirmed,
    )


def preview_screening(
    session: Session,
    actor: Actor,
    client_id: int,
    tool: Tool,
    *,
    form: ScreeningForm,
    now: datetime,
) -> Assessment:
    """Score what is filled in so far, without keeping anything."""
    client = find_client(session, actor, client_id, Permission.SCREEN)
    note_access(session, actor, now, "screening.previewed", client.id)
    return assess(_intake(session, client, tool, form, now))


def record_screening(
    session: Session,
    actor: Actor,
    client_id: int,
    tool: Tool,
    *,
    form: ScreeningForm,
    now: datetime,
    by: Permission = Permission.SCREEN,
) -> Screening:
    """Keep a screening and its measurements; `by` is the act that reaches the client.

    Raises Refused for a child, for an unlikely value and for a form without any answer. What any
    form measured becomes a measurement of the day, unless it is the record's own value again: a
    diagnosis starts from the newest weighing, and nobody weighed by leaving that as it stood.
    """
    client = find_client(session, actor, client_id, by)
    if all(answer is None for answer in form.answers.values()):
        raise Refused(("", "screening.nothing_answered", {}))
    intake = _intake(session, client, tool, form, now)
    assessment = assess(intake)
    _refuse_open_questions(assessment.questions)
    if assessment.result.status in (Status.NOT_VALID, Status.INVALID):
        code = (*assessment.result.flags, "screening.cannot_be_kept")[0]
        raise Refused(("", code, {}))
    kept = Screening.of(client.id, intake, assessment, by=actor.user_id, at=now)
    session.add(kept)
    since = local_day(now) - timedelta(days=RECENT_DAYS if _diagnoses(tool) else 0)
    for name, kind in MEASURED_AS.items():
        value = form.answers.get(name)
        how = form.provenance.get(name, Provenance.MEASURED)
        if isinstance(value, Decimal) and not _known(session, client.id, kind, value, how, since):
            _measure(session, actor, client.id, kind, value, how=how, now=now)
    session.flush()
    drafts.forget(session, actor, client.id, tool)
    note_access(session, actor, now, "screening.recorded", client.id)
    return kept


def _known(
    session: Session,
    client_id: int,
    kind: MeasureKind,
    value: Decimal,
    how: Provenance,
    since: date,
) -> bool:
    """Whether the form only gave back what the record holds: recent enough, or of a bone."""
    row = newest_of(session, client_id, kind)
    if row is None or row.value != value or row.provenance != how:
        return False
    return kind in LASTING or row.taken_on >= since


def _diagnoses(tool: Tool) -> bool:
    return screening.instrument(tool).purpose is Purpose.DIAGNOSIS


def newest_of(session: Session, client_id: int, kind: MeasureKind) -> Measurement | None:
    """Give the newest measurement of a kind; None when it was never taken."""
    return session.scalar(
        select(Measurement)
        .where(Measurement.client_id == client_id, Measurement.kind == kind.value)
        .order_by(Measurement.taken_on.desc(), Measurement.id.desc())
        .limit(1)
    )


def _refuse_open_questions(asked: tuple[Question, ...]) -> None:
    if asked:
        raise Refused(*(question_problem(question) for question in asked))


def question_problem(question: Question) -> tuple[str, str, dict[str, Any]]:
    """Give a question as (field, code, arguments), the probable value among the arguments.

    `field` and `unit` among the arguments are codes themselves: the page says them.
    """
    args: dict[str, Any] = {
        "field": f"screening.field.{question.field}",
        "unit": _unit_of(question.field),
        "value": Decimal(str(float(question.value)))
        if not isinstance(question.value, int | Decimal)
        else question.value,
        "low": question.low or 0,
        "high": question.high or 0,
    }
    if question.suggestion is not None:
        whole = question.suggestion.to_integral_value()
        args["suggestion"] = whole if whole == question.suggestion else question.suggestion
    return question.field, question.code, args


def _unit_of(name: str) -> str:
    units = {"bmi": "unit.kg_m2", "kg": "unit.kg"}
    return units.get(name.rpartition("_")[2], "unit.cm")


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
    _refuse_open_questions(tuple(one for one in asked if not (confirmed and may_confirm(one.code))))
    how = Provenance.MEASURED
    _measure(session, actor, client.id, MeasureKind.WEIGHT_KG, weight_kg, how=how, now=now)
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
    how: Provenance,
    now: datetime,
) -> None:
    session.add(
        Measurement(
            client_id=client_id,
            kind=kind.value,
            value=value,
            provenance=how.value,
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
    row = newest_of(session, client_id, kind)
    return row.value if row else None


def _earlier_weight(session: Session, client_id: int, on: date) -> EarlierWeight | None:
    earlier = [point for point in weights(session, client_id) if point.on < on]
    if not earlier:
        return None
    last = earlier[-1]
    return EarlierWeight(weight_kg=last.weight_kg, days_ago=(on - last.on).days)


def latest_screening(session: Session, client_id: int) -> Screening | None:
    """Give the newest screening for malnutrition of a client, whatever the instrument."""
    return session.scalar(
        select(Screening)
        .where(Screening.client_id == client_id, Screening.instrument.in_(RISK_TOOLS))
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
