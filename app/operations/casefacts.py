"""What lists say about many clients at once: a fixed number of queries, whoever asks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session

import screening
from app.models.care import Measurement, Prescription, PrescriptionState, Screening
from app.models.choosing import ChoiceState, DishChoice
from app.models.meals import PAST, MealPlan, MealPlanState
from app.models.orders import ProposalState, ReorderProposal, StandingOrder
from app.models.people import Client, Site
from app.operations.care import RISK_TOOLS, SETTINGS, local_day
from app.operations.casewarnings import (
    Delegated,
    OpenWarning,
    delegations,
    names_of,
    open_warnings,
)
from logistics import SiteKind
from screening import (
    Category,
    MeasureKind,
    RefeedingLevel,
    ScreeningMoment,
    Setting,
    Status,
    Tool,
    ToolResult,
    WeightPoint,
)

Query: TypeAlias = Select[*tuple[Any, ...]]
Found: TypeAlias = Row[*tuple[Any, ...]]

TREND_DAYS = 183
"""Weighings that a line of the worklist shows: the longest window of the trend."""


class Risk(StrEnum):
    """Three words for the outcome words of all instruments; nobody screened has none."""

    HIGH = "high"
    MID = "mid"
    LOW = "low"


_RISKS: Mapping[Category, Risk] = {
    Category.HIGH: Risk.HIGH,
    Category.MALNOURISHED: Risk.HIGH,
    Category.SEVERE: Risk.HIGH,
    Category.RED: Risk.HIGH,
    Category.POSITIVE: Risk.HIGH,
    Category.FAILED: Risk.HIGH,
    Category.MEDIUM: Risk.MID,
    Category.AT_RISK: Risk.MID,
    Category.AT_RISK_POSSIBLE: Risk.MID,
    Category.MODERATE: Risk.MID,
    Category.ORANGE: Risk.MID,
    Category.LOW: Risk.LOW,
    Category.NOT_AT_RISK: Risk.LOW,
    Category.NORMAL: Risk.LOW,
    Category.NOT_MALNOURISHED: Risk.LOW,
    Category.GREEN: Risk.LOW,
    Category.NEGATIVE: Risk.LOW,
    Category.SLIGHT: Risk.MID,
    Category.NONE_OR_MINIMAL: Risk.LOW,
    Category.PASSED: Risk.LOW,
    Category.NONE: Risk.LOW,
    Category.SOME: Risk.MID,
    Category.EXTREME: Risk.HIGH,
    Category.SIGNIFICANT: Risk.HIGH,
    Category.MILD_MODERATE: Risk.MID,
    Category.INCREASED: Risk.MID,
    Category.THINNESS_SEVERE: Risk.HIGH,
    Category.THINNESS_MODERATE: Risk.HIGH,
    Category.THINNESS_MILD: Risk.MID,
    Category.PRE_OBESITY: Risk.LOW,
    Category.OBESITY_I: Risk.MID,
    Category.OBESITY_II: Risk.MID,
    Category.OBESITY_III: Risk.HIGH,
    Category.SCREEN_NEGATIVE: Risk.LOW,
    Category.FUNCTION_PRESERVED: Risk.LOW,
    Category.NOT_CONFIRMED: Risk.LOW,
    Category.SUSPECTED: Risk.MID,
    Category.NEEDS_CLINICIAN: Risk.MID,
    Category.STAGE_I: Risk.HIGH,
    Category.STAGE_II: Risk.HIGH,
}


def risk_of(tool: Tool, category: Category | None) -> Risk | None:
    """Give the risk of an outcome; NRS-2002 has two outcomes, and `at_risk` is its worst."""
    if category is None:
        return None
    if tool is Tool.NRS2002 and category is Category.AT_RISK:
        return Risk.HIGH
    return _RISKS[category]


def shown_risk(tool: Tool, category: Category | None, status: Status) -> Risk | None:
    """Give the risk to show: a screening with open answers may be worse, so it is never low."""
    risk = risk_of(tool, category)
    return None if risk is Risk.LOW and status is not Status.COMPLETE else risk


def says_nothing(result: ToolResult) -> bool:
    """Whether only the mildest outcome is sure: while answers are open anything may follow."""
    table = screening.instrument(result.instrument, result.rule_version)
    if table.otherwise is not None:
        mildest: tuple[Category, ...] = (table.otherwise,)
    else:
        ends = table.bands[-1:] if table.low_is_worse else table.bands[:1]
        mildest = tuple(one.category for one in ends)
    return result.category is None and result.category_at_least in mildest


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The prescription in force, as far as a list needs it."""

    prescription_id: int
    version: int
    on: date
    screening_id: int | None
    refeeding: RefeedingLevel | None
    review_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The newest week of a client."""

    plan_id: int
    prescription_id: int
    state: MealPlanState
    start: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a line of a list says about one client."""

    client_id: int
    code: str
    name: str
    age: int
    kind: SiteKind
    place: str
    site: str
    last: ScreeningMoment | None = None
    partial: bool = False  # the newest screening has open answers: its risk is a least
    next_due: date | None = None
    screening_id: int | None = None
    weights: tuple[WeightPoint, ...] = ()
    signed: Signed | None = None
    proposed_on: date | None = None
    plan: Planned | None = None
    declined_for: date | None = None
    asked_for: date | None = None  # the first day for which another dish is asked
    waits_for_week: bool = False  # deliveries are asked for, and no week was approved
    dietitian_id: int | None = None
    dietitian: str = ""
    warnings: tuple[OpenWarning, ...] = ()
    delegated: Delegated | None = None

    @property
    def setting(self) -> Setting:
        """Where this person lives, in the words of the instruments."""
        return SETTINGS[self.kind]

    @property
    def risk(self) -> Risk | None:
        """The risk of the newest screening."""
        return risk_of(self.last.tool, self.last.category) if self.last else None


def clients_query(
    visible: Select[Client],
    *,
    kind: SiteKind | None = None,
    wanted: str = "",
    house: int | None = None,
    left: bool = False,
) -> Query:
    """Give the query of the clients with their site; who left stays away unless asked for."""
    query = visible.join(Site, Site.id == Client.site_id).with_only_columns(
        Client.id,
        Client.code,
        Client.given_name,
        Client.family_name,
        Client.born,
        Client.dietitian_id,
        Site.kind,
        Site.place,
        Site.name.label("site_name"),
    )
    if not left:
        query = query.where(Client.left_on.is_(None))
    if kind is not None:
        query = query.where(Site.kind == kind)
    if house is not None:
        query = query.where(Client.site_id == house)
    if wanted:
        query = query.where(*(_mentions(word) for word in wanted.split()[:5]))
    return query.order_by(Client.family_name, Client.given_name, Client.id)


def _mentions(word: str) -> ColumnElement[bool]:
    fields = (Client.given_name, Client.family_name, Client.code)
    return or_(*(one.icontains(word, autoescape=True) for one in fields))


def known_of(session: Session, clients: Query, today: date) -> list[Known]:
    """Give what lists say about the clients of a query: one query per kind of fact."""
    people = session.execute(clients).all()
    inside = clients.with_only_columns(Client.id).order_by(None)
    facts = _facts(session, inside, today)
    names = names_of(session, {row.dietitian_id for row in people})
    return [
        Known(
            client_id=row.id,
            code=row.code,
            name=f"{row.given_name} {row.family_name}",
            age=screening.completed_years(row.born, today),
            kind=row.kind,
            place=row.place,
            site=row.site_name,
            dietitian_id=row.dietitian_id,
            dietitian=names.get(row.dietitian_id, ""),
            **facts[row.id],
        )
        for row in people
    ]


def _facts(session: Session, inside: Query, today: date) -> Mapping[int, dict[str, Any]]:
    facts: dict[int, dict[str, Any]] = defaultdict(dict)
    for row in _latest_screenings(session, inside):
        facts[row.client_id] |= _screened(row)
    for client_id, points in _weights(session, inside, today).items():
        facts[client_id]["weights"] = points
    for row in _prescriptions(session, inside):
        signed = row.state is PrescriptionState.SIGNED
        name, value = (
            ("signed", _signed(row)) if signed else ("proposed_on", local_day(row.created_at))
        )
        facts[row.client_id][name] = value
    for row in _latest_plans(session, inside):
        facts[row.client_id]["plan"] = Planned(
            plan_id=row.id,
            prescription_id=row.prescription_id,
            state=row.state,
            start=row.start_day,
        )
    for row in _declined(session, inside, today):
        facts[row.client_id]["declined_for"] = row.service_day
    for client_id, day in _asked(session, inside, today):
        facts[client_id]["asked_for"] = day
    for client_id in _without_week(session, inside):
        facts[client_id]["waits_for_week"] = True
    for client_id, found in open_warnings(session, inside).items():
        facts[client_id]["warnings"] = found
    for client_id, given in delegations(session, inside, today).items():
        facts[client_id]["delegated"] = given
    return facts


def _screened(row: Found) -> dict[str, Any]:
    """Give the newest screening; one that cannot rule out a risk is to be finished at once."""
    tool, status = Tool(row.instrument), Status(row.status)
    category = Category(row.category) if row.category else None
    unknown = shown_risk(tool, category, status) is None
    return {
        "last": ScreeningMoment(
            tool=tool, category=None if unknown else category, on=row.screened_on
        ),
        "partial": status is not Status.COMPLETE,
        "next_due": row.screened_on if unknown else row.next_due,
        "screening_id": row.id,
    }


def _latest_screenings(session: Session, inside: Query) -> Iterable[Found]:
    rank = func.row_number().over(
        partition_by=Screening.client_id,
        order_by=(Screening.screened_on.desc(), Screening.id.desc()),
    )
    ranked = (
        select(
            Screening.id,
            Screening.client_id,
            Screening.instrument,
            Screening.category,
            Screening.status,
            Screening.screened_on,
            Screening.next_due,
            rank.label("rank"),
        )
        .where(Screening.client_id.in_(inside), Screening.instrument.in_(RISK_TOOLS))
        .subquery()
    )
    return session.execute(select(ranked).where(ranked.c.rank == 1)).all()


def _weights(session: Session, inside: Query, today: date) -> Mapping[int, tuple[WeightPoint, ...]]:
    """Give the weighings of the last half year, the last one of each day."""
    rows = session.execute(
        select(Measurement.client_id, Measurement.taken_on, Measurement.value)
        .where(
            Measurement.client_id.in_(inside),
            Measurement.kind == MeasureKind.WEIGHT_KG.value,
            Measurement.taken_on >= today - timedelta(days=TREND_DAYS),
            Measurement.taken_on <= today,
        )
        .order_by(Measurement.client_id, Measurement.taken_on, Measurement.id)
    )
    by_day: dict[int, dict[date, Decimal]] = defaultdict(dict)
    for client_id, on, value in rows:
        by_day[client_id][on] = value
    return {
        client_id: tuple(WeightPoint(on=on, weight_kg=value) for on, value in days.items())
        for client_id, days in by_day.items()
    }


def _prescriptions(session: Session, inside: Query) -> Iterable[Found]:
    states = (PrescriptionState.SIGNED, PrescriptionState.PROPOSED)
    return session.execute(
        select(
            Prescription.id,
            Prescription.client_id,
            Prescription.state,
            Prescription.version,
            Prescription.screening_id,
            Prescription.signed_at,
            Prescription.created_at,
            Prescription.review_on,
            Prescription.content["refeeding"].as_string().label("refeeding"),
        )
        .where(Prescription.client_id.in_(inside), Prescription.state.in_(states))
        .order_by(Prescription.version)
    ).all()


def _signed(row: Found) -> Signed:
    return Signed(
        prescription_id=row.id,
        version=row.version,
        on=local_day(row.signed_at or row.created_at),
        screening_id=row.screening_id,
        refeeding=RefeedingLevel(row.refeeding) if row.refeeding else None,
        review_on=row.review_on,
    )


def _latest_plans(session: Session, inside: Query) -> Iterable[Found]:
    rank = func.row_number().over(
        partition_by=MealPlan.client_id, order_by=(MealPlan.start_day.desc(), MealPlan.id.desc())
    )
    ranked = (
        select(
            MealPlan.id,
            MealPlan.client_id,
            MealPlan.prescription_id,
            MealPlan.state,
            MealPlan.start_day,
            rank.label("rank"),
        )
        .where(MealPlan.client_id.in_(inside), MealPlan.state.not_in(PAST))
        .subquery()
    )
    return session.execute(select(ranked).where(ranked.c.rank == 1)).all()


def _declined(session: Session, inside: Query, today: date) -> Iterable[Found]:
    states = (ProposalState.DECLINED, ProposalState.REFUSED)
    return session.execute(
        select(ReorderProposal.client_id, ReorderProposal.service_day)
        .where(
            ReorderProposal.client_id.in_(inside),
            ReorderProposal.state.in_(states),
            ReorderProposal.service_day >= today - timedelta(days=14),
        )
        .order_by(ReorderProposal.service_day)
    ).all()


def _asked(session: Session, inside: Query, today: date) -> Iterable[tuple[int, date]]:
    """Give the clients who ask for another dish, with the first day they ask it for."""
    rows = session.execute(
        select(DishChoice.client_id, func.min(DishChoice.day))
        .where(
            DishChoice.client_id.in_(inside),
            DishChoice.state == ChoiceState.ASKED,
            DishChoice.day >= today,
        )
        .group_by(DishChoice.client_id)
    )
    return [(client_id, day) for client_id, day in rows]


def _without_week(session: Session, inside: Query) -> Iterable[int]:
    approved = select(MealPlan.client_id).where(MealPlan.state == MealPlanState.APPROVED)
    return session.scalars(
        select(StandingOrder.client_id).where(
            StandingOrder.client_id.in_(inside),
            StandingOrder.active,
            StandingOrder.client_id.not_in(approved),
        )
    ).all()
