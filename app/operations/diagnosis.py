"""Verbs of diagnosis: propose a GLIM from the record, decide on it; the refeeding risk known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

import screening
from app.access import Actor, Permission, Refused
from app.models.care import Screening
from app.models.diagnosis import Diagnosis
from app.models.people import Client, User
from app.operations.care import (
    RECENT_DAYS,
    intake_for,
    latest_screening,
    latest_value,
    local_day,
    signed_prescription,
    weights,
)
from app.operations.histories import histories
from app.operations.people import find_client
from app.operations.upkeep import note_access
from screening import (
    POSITIVE,
    Aetiology,
    Answer,
    Assessment,
    Category,
    Condition,
    Intake,
    MeasureKind,
    RefeedingFacts,
    RefeedingLevel,
    RefeedingRisk,
    Status,
    Tool,
    assess,
)

_LOSS_DAYS = 183  # NICE CG32 asks for unplanned loss over the last three to six months
_INTAKE_DAYS = 31
_FROM_GLIM = (
    "screen_positive",
    *("loss_le6m_pct", "loss_gt6m_pct", "loss_planned", "region", "muscle", "muscle_method"),
    *("intake_pct", "intake_days", "gi_condition", "inflammation", "disease"),
)

# GLIM 2019 names these as disease with inflammation; no condition on record ever says "none".
_INFLAMING: Mapping[Condition, str] = {
    Condition.ACUTE_ILLNESS: "acute",
    Condition.CANCER: "chronic",
    Condition.CANCER_BEDRIDDEN: "chronic",
    Condition.COPD: "chronic",
    Condition.HEART_FAILURE: "chronic",
    Condition.CKD: "chronic",
    Condition.DIALYSIS: "chronic",
}

OUTCOMES = (Category.NOT_MALNOURISHED, Category.MODERATE, Category.SEVERE)
"""What a dietitian may decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A kept decision and the name of who took it."""

    row: Diagnosis
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GlimProposal:
    """What the record says today under GLIM, and the newest decision.

    `settled` when that decision was taken on this very record.
    """

    client: Client
    intake: Intake
    assessment: Assessment
    aetiology: Aetiology | None
    decision: Decision | None
    settled: bool

    @property
    def seen(self) -> str:
        """What somebody looked at: the outcome proposed, or the status that withholds one."""
        result = self.assessment.result
        return (result.category or result.status).value

    @property
    def can_confirm(self) -> bool:
        """Only a whole proposal can be confirmed; anything else is decided with a reason."""
        return self.assessment.result.status is Status.COMPLETE


def glim_of(session: Session, actor: Actor, client_id: int, now: datetime) -> GlimProposal:
    """Propose a GLIM from the newest data of a client."""
    client = find_client(session, actor, client_id, Permission.VIEW_CLIENT)
    note_access(session, actor, now, "glim.viewed", client.id)
    return _proposal(session, client, local_day(now))


def _proposal(session: Session, client: Client, today: date) -> GlimProposal:
    answers = glim_answers(session, client.id, today)
    intake = intake_for(session, client, Tool.GLIM, answers, on=today, provenance={})
    intake = replace(intake, confirmed=frozenset(answers), earlier_weight=None)
    decision = _newest_decision(session, client.id)
    return GlimProposal(
        client=client,
        intake=intake,
        assessment=assess(intake),
        aetiology=screening.aetiology(answers),
        decision=decision,
        settled=decision is not None and decision.row.as_intake().answers == intake.answers,
    )


def _newest_decision(session: Session, client_id: int) -> Decision | None:
    row = session.execute(
        select(Diagnosis, User.name)
        .outerjoin(User, User.id == Diagnosis.decided_by)
        .where(Diagnosis.client_id == client_id)
        .order_by(Diagnosis.decided_at.desc(), Diagnosis.id.desc())
        .limit(1)
    ).first()
    return None if row is None else Decision(row=row[0], by=row[1] or "")


def glim_answers(session: Session, client_id: int, today: date) -> dict[str, Answer | None]:
    """Give each answer from the newest place that knows it; what nobody knows stays out.

    Measured weights go before what a form said of them, noted meals and recorded conditions only
    fill what no form answered.
    """
    asked = newest_form(session, client_id, Tool.GLIM, today)
    found: dict[str, Answer | None] = {
        **dict(_from_prescription(session, client_id)),
        **_from_meals(session, client_id, today),
        **{name: one for name, one in _answers(asked).items() if name in _FROM_GLIM},
        **_from_calf(session, client_id, today, after=asked),
        **_from_screening(session, client_id, today),
        **_from_weights(session, client_id, today),
    }
    return {name: value for name, value in found.items() if value is not None}


def newest_form(session: Session, client_id: int, tool: Tool, today: date) -> Screening | None:
    """Give the newest kept form of a tool that is recent enough to speak for today."""
    return session.scalar(
        select(Screening)
        .where(
            Screening.client_id == client_id,
            Screening.instrument == tool.value,
            Screening.screened_on >= today - timedelta(days=RECENT_DAYS),
        )
        .order_by(Screening.screened_on.desc(), Screening.id.desc())
        .limit(1)
    )


def _answers(row: Screening | None) -> Mapping[str, Answer | None]:
    known = {} if row is None else row.as_intake().answers
    return {name: one for name, one in known.items() if one is not None}


def _from_prescription(session: Session, client_id: int) -> Iterator[tuple[str, Answer]]:
    """Recorded conditions that carry inflammation; their absence says nothing."""
    signed = signed_prescription(session, client_id)
    kinds = {
        _INFLAMING[one]
        for one in (signed.as_prescription().conditions if signed else ())
        if one in _INFLAMING
    }
    if kinds:
        yield "inflammation", True
        yield "disease", min(kinds)  # acute goes before chronic


def _from_meals(session: Session, client_id: int, today: date) -> dict[str, Answer]:
    """What was noted of the last month, as a share of the requirement."""
    _, history = histories(session, (client_id,), today)[client_id]
    last = today - timedelta(days=1)
    daily = screening.daily_percents(
        history.meals, first=last - timedelta(days=_INTAKE_DAYS), last=last
    )
    shares = [
        screening.requirement_percent(
            one, planned_kcal=history.planned_kcal, required_kcal=history.required_kcal
        )
        for one in daily
    ]
    low = screening.low_intake(shares)
    return {} if low is None else {"intake_pct": low.percent, "intake_days": low.days}


def _from_calf(
    session: Session, client_id: int, today: date, *, after: Screening | None
) -> dict[str, Answer]:
    """Muscle by the calf, unless a later GLIM says how it was judged."""
    row = newest_form(session, client_id, Tool.CC_MUSCLE, today)
    if row is None or (
        after is not None
        and "muscle" in _answers(after)
        and (after.screened_on, after.id) > (row.screened_on, row.id)
    ):
        return {}
    level = assess(row.as_intake()).result.category
    method = screening.MuscleMethod.CALF.value
    return {} if level is None else {"muscle": level.value, "muscle_method": method}


def _from_screening(session: Session, client_id: int, today: date) -> dict[str, Answer]:
    """Whether the newest screening asks for a diagnosis, and whether a loss was planned."""
    last = latest_screening(session, client_id)
    if last is None or (today - last.screened_on).days > RECENT_DAYS:
        return {}
    found: dict[str, Answer] = {}
    result = assess(last.as_intake()).result
    if result.acting_category in POSITIVE:
        found["screen_positive"] = True
    elif result.status is Status.COMPLETE:
        found["screen_positive"] = False
    planned = _answers(last).get("loss_planned")
    return found if planned is None else {**found, "loss_planned": planned}


def _from_weights(session: Session, client_id: int, today: date) -> dict[str, Answer | None]:
    """Weight, height and the losses the weighings show, or the larger one somebody reported."""
    points = weights(session, client_id)
    lost = screening.losses(points, today)
    both = (lost.within_6_months, _reported(session, client_id))
    told: dict[str, Answer | None] = {
        "height_cm": latest_value(session, client_id, MeasureKind.HEIGHT_CM),
        "weight_kg": points[-1].weight_kg if points else None,
        "loss_le6m_pct": max((one for one in both if one is not None), default=None),
        "loss_gt6m_pct": lost.longer,
    }
    if points and (today - points[-1].on).days > RECENT_DAYS:
        told["weight_kg"] = None
    return {name: one for name, one in told.items() if one is not None}


def _reported(session: Session, client_id: int) -> Fraction | None:
    """The loss against the weight of three to six months ago that the newest screening tells."""
    answers = _answers(latest_screening(session, client_id))
    before, now = answers.get("weight_before_kg"), answers.get("weight_kg")
    if not isinstance(before, Decimal) or not isinstance(now, Decimal):
        return None
    return screening.weight_loss_percent(before, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class GlimDecision:
    """What a dietitian decided on what they `seen`; None as outcome confirms the proposal."""

    seen: str
    outcome: Category | None = None
    reason: str = ""


def decide_glim(
    session: Session, actor: Actor, client_id: int, decision: GlimDecision, now: datetime
) -> Diagnosis:
    """Keep a decision on the proposal of now.

    Raises Refused when the record changed since somebody looked, when an open proposal is
    confirmed, when a deviation has no reason, and for a child.
    """
    client = find_client(session, actor, client_id, Permission.PRESCRIBE)
    proposal = _proposal(session, client, local_day(now))
    category = _decided(proposal, decision)
    row = Diagnosis.of(
        client.id,
        proposal.intake,
        proposal.assessment,
        category=category,
        by=actor.user_id,
        at=now,
    )
    row.reason = decision.reason.strip()
    row.aetiology = proposal.aetiology
    session.add(row)
    session.flush()
    note_access(session, actor, now, "glim.decided", client.id)
    return row


def _decided(proposal: GlimProposal, decision: GlimDecision) -> Category:
    result = proposal.assessment.result
    if result.status is Status.NOT_VALID:
        raise Refused(("", "age.below_18", {}))
    if decision.seen != proposal.seen:
        raise Refused(("", "glim.changed", {}))
    if decision.outcome is None:
        if result.category is None or not proposal.can_confirm:
            raise Refused(("", "glim.open", {}))
        return result.category
    same = proposal.can_confirm and decision.outcome is result.category
    if not same and not decision.reason.strip():
        raise Refused(("reason", "glim.reason_needed", {}))
    return decision.outcome


def malnourished(session: Session, client_id: int) -> bool | None:
    """Whether the newest decision says malnourished; None when nobody decided."""
    decision = _newest_decision(session, client_id)
    if decision is None:
        return None
    return decision.row.category != Category.NOT_MALNOURISHED.value


def graver(level: RefeedingLevel, than: RefeedingLevel | None) -> bool:
    """Whether a level of risk is above the one somebody chose; who chose none is not below."""
    order = tuple(RefeedingLevel)
    return than is not None and order.index(level) > order.index(than)


def refeeding_of(
    session: Session, client_id: int, *, weight_kg: Decimal | None, today: date
) -> RefeedingRisk:
    """Give the refeeding risk: of the newest form of NICE, or what the weights say if graver."""
    weighed = _refeeding_by_weight(session, client_id, weight_kg)
    asked = newest_form(session, client_id, Tool.REFEED_NICE, today)
    if asked is None:
        return weighed
    told = screening.risk_told(assess(asked.as_intake()).result)
    order = tuple(RefeedingLevel)
    return max(told, weighed, key=lambda one: order.index(one.level))


def _refeeding_by_weight(
    session: Session, client_id: int, weight_kg: Decimal | None
) -> RefeedingRisk:
    height_cm = latest_value(session, client_id, MeasureKind.HEIGHT_CM)
    points = weights(session, client_id)
    recent = [one for one in points if (points[-1].on - one.on).days <= _LOSS_DAYS]
    loss: Fraction | None = None
    if len(recent) > 1:
        highest = max(one.weight_kg for one in recent)
        loss = screening.weight_loss_percent(highest, points[-1].weight_kg)
    body_mass = screening.bmi(weight_kg, height_cm) if weight_kg and height_cm else None
    return screening.refeeding_risk(RefeedingFacts(bmi=body_mass, loss_pct_3_6m=loss))
