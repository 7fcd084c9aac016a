"""Around a screening: what a form starts from, what was kept before, which instrument is next."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

import screening
from app.access import Actor, NotFound, Permission
from app.models.care import Screening
from app.models.people import User
from app.operations import care, diagnosis, drafts
from app.operations.care import local_day
from app.operations.dossier import Face, face
from app.operations.drafts import Draft
from app.operations.upkeep import note_access
from screening import (
    POSITIVE,
    Answer,
    Assessment,
    Category,
    Input,
    Instrument,
    MeasureKind,
    Offer,
    Provenance,
    Purpose,
    Sex,
    Situation,
    Tool,
    WeightPoint,
    assess,
    offers,
)

_BEFORE = (timedelta(days=80), timedelta(days=190))
_MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """An answer a form begins with, and where it comes from.

    `tool` names another instrument in which the same question was answered today; `before` is the
    weighing that a loss was worked out from; `proposed` marks what GLIM is proposed from today.
    """

    value: Answer
    on: date
    how: Provenance | None = None
    tool: Tool | None = None
    before: WeightPoint | None = None
    proposed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a form needs to know before the first answer.

    `last` gives the newest value of measures that change and were not taken today.
    """

    face: Face
    starts: Mapping[str, Start]
    last: Mapping[str, Start]
    draft: Draft | None
    today: date
    weights: tuple[WeightPoint, ...]

    def loss(self, name: str, weight_kg: Decimal | None) -> Start | None:
        """Work out a loss against the highest recorded weight of its months; never below zero."""
        found = re.fullmatch(r"loss_(\d+)m_(pct|kg)", name)
        if found is None or weight_kg is None:
            return None
        first = self.today - _MONTH * int(found[1])
        earlier = [one for one in self.weights if first <= one.on < self.today]
        if not earlier:
            return None
        before = max(earlier, key=lambda one: one.weight_kg)
        return Start(
            value=_lost(before.weight_kg, weight_kg, found[2]), on=before.on, before=before
        )


def _lost(before_kg: Decimal, now_kg: Decimal, unit: str) -> Decimal:
    """Give a loss in its unit; never below zero."""
    if unit == "kg":
        return max(Decimal(0), before_kg - now_kg)
    return _shown(screening.weight_loss_percent(before_kg, now_kg))


def _shown(exact: Fraction) -> Decimal:
    """Give a percentage with as few digits as keep it apart from a whole number it is not."""
    shown = (screening.rounded(exact, places) for places in range(1, 6))
    return next((one for one in shown if one == exact or one % 1), screening.rounded(exact, 6))


def opening(
    session: Session, actor: Actor, client_id: int, tool: Tool, *, now: datetime
) -> Opening:
    """Give what a form starts from, and write down who looked."""
    head = face(session, actor, client_id, Permission.SCREEN, now)
    today, table = local_day(now), screening.instrument(tool)
    asked = {one.name for one in table.inputs if one.section}
    newest = dict(_newest(session, client_id, asked))
    lasting = {name for name, one in newest.items() if _still_holds(name, one, today)}
    begun = Opening(
        face=head,
        starts={name: newest[name] for name in lasting},
        last={name: one for name, one in newest.items() if name not in lasting},
        draft=_draft_of(session, actor, client_id, tool, now),
        today=today,
        weights=care.weights(session, client_id),
    )
    worked_out = dict(_from_weights(begun, asked))
    answered = dict(_answered_today(session, client_id, table, today))
    answered |= dict(_screened(session, client_id, table))
    proposed = dict(_proposed(session, client_id, newest, today)) if tool is Tool.GLIM else {}
    return replace(begun, starts={**proposed, **begun.starts, **worked_out, **answered})


def _proposed(
    session: Session, client_id: int, newest: Mapping[str, Start], today: date
) -> Iterator[tuple[str, Start]]:
    """Give what the proposal of GLIM rests on today, so that its form asks only for the rest."""
    for name, answer in diagnosis.glim_answers(session, client_id, today).items():
        if name in newest:
            yield name, newest[name]
        elif answer is not None:
            value = _shown(answer) if isinstance(answer, Fraction) else answer
            yield name, Start(value=value, on=today, proposed=True)


def _still_holds(name: str, newest: Start, today: date) -> bool:
    return newest.on == today or care.MEASURED_AS[name] in care.LASTING


def _newest(session: Session, client_id: int, asked: set[str]) -> Iterator[tuple[str, Start]]:
    for name, kind in care.MEASURED_AS.items():
        row = care.newest_of(session, client_id, kind) if name in asked else None
        if row is not None:
            yield name, Start(value=row.value, on=row.taken_on, how=Provenance(row.provenance))


def _from_weights(begun: Opening, asked: set[str]) -> Iterator[tuple[str, Start]]:
    """Give the highest weight of three to six months ago, and losses against a weight of today."""
    least, most = _BEFORE
    past = [one for one in begun.weights if least <= begun.today - one.on <= most]
    if past and "weight_before_kg" in asked:
        highest = max(past, key=lambda one: one.weight_kg)
        yield "weight_before_kg", Start(value=highest.weight_kg, on=highest.on)
    weighed = begun.starts.get("weight_kg")
    now_kg = weighed.value if weighed and isinstance(weighed.value, Decimal) else None
    for name in asked:
        found = begun.loss(name, now_kg)
        if found is not None:
            yield name, found


def _answered_today(
    session: Session, client_id: int, table: Instrument, today: date
) -> Iterator[tuple[str, Start]]:
    """Give what was answered today to the same questions of any instrument, the last one wins."""
    rows = session.scalars(
        select(Screening)
        .where(Screening.client_id == client_id, Screening.screened_on == today)
        .order_by(Screening.id)
    )
    for row in rows:
        intake = row.as_intake()
        theirs = {
            one.name: one for one in screening.instrument(intake.tool, intake.rule_version).inputs
        }
        for asked in table.inputs:
            answer = intake.answers.get(asked.name)
            other = theirs.get(asked.name)
            if asked.section and answer is not None and other and _same_question(asked, other):
                how = intake.provenance.get(asked.name)
                yield asked.name, Start(value=answer, on=today, how=how, tool=intake.tool)


def _screened(session: Session, client_id: int, table: Instrument) -> Iterator[tuple[str, Start]]:
    """Answer "does a screening point at a risk" from the newest one; unsure is left open."""
    row = care.latest_screening(session, client_id) if table.requires else None
    if row is None or table.requires is None:
        return
    result = assess(row.as_intake()).result
    if result.acting_category in POSITIVE or result.category is not None:
        risk = result.acting_category in POSITIVE
        yield table.requires, Start(value=risk, on=row.screened_on, tool=result.instrument)


def _same_question(one: Input, other: Input) -> bool:
    """A question is known by its name in every instrument, when it takes the same answers."""
    return (one.kind, one.allowed, one.words) == (other.kind, other.allowed, other.words)


def _draft_of(
    session: Session, actor: Actor, client_id: int, tool: Tool, now: datetime
) -> Draft | None:
    found = drafts.drafts(session, actor, client_id, now)
    return next((one for one in found if one.tool is tool), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One kept form, worked out again under its own rules, and who filled it in."""

    row: Screening
    assessment: Assessment
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Every kept form of a client, the newest first, and what may come next."""

    face: Face
    past: tuple[Past, ...]
    offers: tuple[Offer, ...]
    drafts: tuple[Draft, ...]


def history(session: Session, actor: Actor, client_id: int, *, now: datetime) -> History:
    """Give the kept forms of a client with the instruments to go on with."""
    head = face(session, actor, client_id, Permission.SCREEN, now)
    past = _past(session, client_id)
    note_access(session, actor, now, "screening.viewed", client_id)
    return History(
        face=head,
        past=past,
        offers=offers(_situation(session, head, past)),
        drafts=drafts.drafts(session, actor, client_id, now),
    )


def _past(session: Session, client_id: int) -> tuple[Past, ...]:
    rows = session.execute(
        select(Screening, User.name)
        .outerjoin(User, User.id == Screening.recorded_by)
        .where(Screening.client_id == client_id)
        .order_by(Screening.screened_on.desc(), Screening.id.desc())
    )
    return tuple(Past(row=row, assessment=assess(row.as_intake()), by=name) for row, name in rows)


def _situation(session: Session, head: Face, past: tuple[Past, ...]) -> Situation:
    risk = next((one for one in past if _purpose(one) is Purpose.MALNUTRITION), None)
    swallowing = next((one for one in past if _purpose(one) is Purpose.SWALLOWING), None)
    weights = care.weights(session, head.client.id)
    height = care.latest_value(session, head.client.id, MeasureKind.HEIGHT_CM)
    targets = head.targets
    return Situation(
        setting=care.SETTINGS[head.site.kind],
        age=head.age,
        sex=Sex(head.client.sex),
        swallowing_complaint=_complains(swallowing)
        or (targets is not None and (targets.food_level, targets.drink_level) != _AS_IT_IS),
        bmi=screening.bmi(weights[-1].weight_kg, height) if weights and height else None,
        screened=risk.assessment.result.acting_category if risk else None,
        short_form=_short_form(risk),
    )


def _purpose(one: Past) -> Purpose:
    return screening.instrument(Tool(one.row.instrument)).purpose


_AS_IT_IS = ("7", "0")
_CLEAR = frozenset({Category.NEGATIVE, Category.PASSED, Category.NONE_OR_MINIMAL})


def _complains(swallowing: Past | None) -> bool:
    """Whether the newest form about swallowing found, or could not rule out, a complaint."""
    if swallowing is None:
        return False
    return swallowing.assessment.result.category not in _CLEAR


def _short_form(risk: Past | None) -> int | Decimal | None:
    """Give the points of an MNA-SF that is not followed by the full form; the least of a range."""
    if risk is None or risk.row.instrument != Tool.MNA_SF:
        return None
    return risk.assessment.result.min_score


def next_tool(session: Session, actor: Actor, client_id: int, *, now: datetime) -> Tool:
    """Give the form to open: the actor's own newest draft, else the default of the place."""
    found = history(session, actor, client_id, now=now)
    if found.drafts:
        return found.drafts[0].tool
    return found.offers[0].tool if found.offers else Tool.MUST


def kept(session: Session, actor: Actor, client_id: int, screening_id: int, now: datetime) -> Past:
    """Give one kept form of a client; NotFound for another client's."""
    face(session, actor, client_id, Permission.SCREEN, now)
    found = next((one for one in _past(session, client_id) if one.row.id == screening_id), None)
    if found is None:
        raise NotFound
    note_access(session, actor, now, "screening.viewed", client_id)
    return found
