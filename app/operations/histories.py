"""What is watched about many clients at once: one query per kind of fact, whoever asks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

import screening
from app.models.care import Measurement, Prescription, PrescriptionState, Screening
from app.models.following import (
    Delegation,
    EarlyWarning,
    HomeCount,
    IntakeRecord,
    LifeEvent,
    MissedMeal,
)
from app.models.orders import Order, OrderEater
from app.models.people import Client, Site
from app.operations.care import SETTINGS, local_day
from app.operations.casefacts import shown_risk
from app.operations.warnings import Place
from logistics import OrderState
from screening import (
    INTAKE_DAYS,
    WEIGHT_MEMORY_DAYS,
    CareEvent,
    Category,
    DeliveryRisk,
    Drop,
    History,
    MealIntake,
    MeasureKind,
    Purpose,
    ScreeningMoment,
    Status,
    StockCount,
    Tool,
    WarningCode,
    WarningLevel,
    WeightPoint,
)

MEMORY_DAYS = 31
"""How far back missed meals and events are looked at; what is older was seen or is closed."""

_COUNT_DAYS = 92
_RED_DAYS = 14
_NORMAL_FOOD, _THIN_DRINK = "7", "0"


@dataclass(slots=True, kw_only=True)
class _Facts:
    """What was gathered of one client so far."""

    weights: dict[date, WeightPoint] = field(default_factory=dict)
    screenings: dict[Tool, ScreeningMoment] = field(default_factory=dict)
    meals: list[MealIntake] = field(default_factory=list)
    day_kcal: dict[date, int] = field(default_factory=dict)
    intake_since: date | None = None
    drops: list[Drop] = field(default_factory=list)
    alone: bool | None = None
    targets: Mapping[str, Any] | None = None
    treated_on: date | None = None
    counts: list[StockCount] = field(default_factory=list)
    events: list[tuple[CareEvent, date]] = field(default_factory=list)
    red_days: list[date] = field(default_factory=list)


def client_ids(session: Session) -> Sequence[int]:
    """Give every client who is still here, in order of number."""
    return session.scalars(
        select(Client.id).where(Client.left_on.is_(None)).order_by(Client.id)
    ).all()


def histories(
    session: Session, ids: Sequence[int], today: date
) -> Mapping[int, tuple[Place, History]]:
    """Give what is known of these clients up to a day, with where each lives and whose they are."""
    facts: dict[int, _Facts] = defaultdict(_Facts)
    for gather in (
        *(_weights, _screenings, _prescriptions, _meals, _missed, _orders),
        *(_counts, _events, _reds),
    ):
        gather(session, ids, today, facts)
    standing_in = (Delegation.ended_at.is_(None)) & (Delegation.until >= today)
    places = session.execute(
        select(Client.id, Client.dietitian_id, Site.kind, Delegation.to_id)
        .join(Site, Site.id == Client.site_id)
        .outerjoin(Delegation, (Delegation.client_id == Client.id) & standing_in)
        .where(Client.id.in_(ids))
    )
    found: dict[int, tuple[Place, History]] = {}
    for client_id, own_id, kind, to_id in places:
        place = Place(client_id=client_id, setting=SETTINGS[kind], dietitian_id=to_id or own_id)
        found[client_id] = (place, _history(place, facts[client_id], today))
    return found


_Gathered = dict[int, _Facts]


def _history(place: Place, facts: _Facts, today: date) -> History:
    newest = _newest(facts.screenings.values())
    targets = facts.targets or {}
    return History(
        today=today,
        setting=place.setting,
        weights=tuple(facts.weights.values()),
        last_screening=newest.pop(Purpose.MALNUTRITION, None),
        other_screenings=tuple(newest.values()),
        meals=(*facts.meals, *_rest(facts)),
        intake_since=facts.intake_since,
        planned_kcal=_mean(facts.day_kcal.values()),
        required_kcal=(targets.get("energy_kcal") or {}).get("low"),
        drops=tuple(facts.drops),
        risk=DeliveryRisk(
            alone=facts.alone,
            texture_modified=_modified(targets) if targets else None,
            allergen=bool(targets.get("allergies")) if targets else None,
        ),
        counts=tuple(facts.counts),
        events=tuple(facts.events),
        treated_on=facts.treated_on,
        red_days=tuple(facts.red_days),
    )


def _newest(moments: Iterable[ScreeningMoment]) -> dict[Purpose, ScreeningMoment]:
    """Give the newest screening of each purpose: a repeat may be done with another tool."""
    ordered = sorted(moments, key=lambda one: one.on)
    return {screening.instrument(one.tool).purpose: one for one in ordered}


def _modified(targets: Mapping[str, Any]) -> bool:
    return (targets["food_level"], targets["drink_level"]) != (_NORMAL_FOOD, _THIN_DRINK)


def _mean(values: Iterable[int]) -> int | None:
    known = list(values)
    return round(Fraction(sum(known), len(known))) if known else None


def _rest(facts: _Facts) -> list[MealIntake]:
    """Give, per day, the planned energy of which nothing was noted."""
    noted: dict[date, int] = defaultdict(int)
    for meal in facts.meals:
        noted[meal.on] += meal.planned_kcal or 0
    return [
        MealIntake(on=on, slot="", planned_kcal=kcal - noted[on], quarters=None)
        for on, kcal in facts.day_kcal.items()
        if kcal > noted[on]
    ]


def _weights(session: Session, ids: Sequence[int], today: date, into: _Gathered) -> None:
    first = today - timedelta(days=2 * WEIGHT_MEMORY_DAYS)
    rows = session.execute(
        select(Measurement.client_id, Measurement.taken_on, Measurement.value)
        .where(
            Measurement.client_id.in_(ids),
            Measurement.kind == MeasureKind.WEIGHT_KG.value,
            Measurement.taken_on.between(first, today),
        )
        .order_by(Measurement.client_id, Measurement.taken_on, Measurement.id)
    )
    for client_id, on, value in rows:
        into[client_id].weights[on] = WeightPoint(on=on, weight_kg=value)


def _latest(table: Any, ids: Sequence[int], *columns: Any, by: tuple[Any, ...]) -> Select[Any]:
    """Give the query of the last row of each client (and whatever else stands in `by`)."""
    rank = func.row_number().over(
        partition_by=by, order_by=(table.screened_on.desc(), table.id.desc())
    )
    ranked = select(*columns, rank.label("rank")).where(table.client_id.in_(ids)).subquery()
    return select(ranked).where(ranked.c.rank == 1)


def _screenings(session: Session, ids: Sequence[int], _: date, into: _Gathered) -> None:
    rows = session.execute(
        _latest(
            Screening,
            ids,
            Screening.client_id,
            Screening.instrument,
            Screening.category,
            Screening.status,
            Screening.screened_on,
            by=(Screening.client_id, Screening.instrument),
        )
    )
    for row in rows:
        tool = Tool(row.instrument)
        category = Category(row.category) if row.category else None
        unsure = shown_risk(tool, category, Status(row.status)) is None
        into[row.client_id].screenings[tool] = ScreeningMoment(
            tool=tool, category=None if unsure else category, on=row.screened_on
        )


def _prescriptions(session: Session, ids: Sequence[int], _: date, into: _Gathered) -> None:
    rows = session.execute(
        select(Prescription.client_id, Prescription.content, Prescription.signed_at).where(
            Prescription.client_id.in_(ids), Prescription.state == PrescriptionState.SIGNED
        )
    )
    for client_id, content, signed_at in rows:
        into[client_id].targets = content
        into[client_id].treated_on = None if signed_at is None else local_day(signed_at)


def _meals(session: Session, ids: Sequence[int], today: date, into: _Gathered) -> None:
    first = today - timedelta(days=INTAKE_DAYS + 7)
    rows = session.execute(
        select(
            IntakeRecord.client_id,
            IntakeRecord.day,
            IntakeRecord.slot,
            IntakeRecord.planned_kcal,
            IntakeRecord.quarters,
            IntakeRecord.day_kcal,
        ).where(
            IntakeRecord.client_id.in_(ids),
            IntakeRecord.day.between(first, today - timedelta(days=1)),
            IntakeRecord.replaced_at.is_(None),
        )
    )
    for client_id, day, slot, kcal, quarters, day_kcal in rows:
        facts = into[client_id]
        facts.meals.append(MealIntake(on=day, slot=slot, planned_kcal=kcal, quarters=quarters))
        if day_kcal is not None:
            facts.day_kcal[day] = day_kcal
        if facts.intake_since is None or day < facts.intake_since:
            facts.intake_since = day
        if quarters:
            facts.drops.append(Drop(on=day, missed=False))


def _missed(session: Session, ids: Sequence[int], today: date, into: _Gathered) -> None:
    rows = session.execute(
        select(MissedMeal.client_id, MissedMeal.day, MissedMeal.dish, MissedMeal.alone)
        .where(
            MissedMeal.client_id.in_(ids),
            MissedMeal.day.between(today - timedelta(days=MEMORY_DAYS), today),
        )
        .order_by(MissedMeal.id)
    )
    for client_id, day, dish, alone in rows:
        into[client_id].drops.append(Drop(on=day, missed=True, dish=dish))
        if alone is not None:
            into[client_id].alone = alone


def _orders(session: Session, ids: Sequence[int], today: date, into: _Gathered) -> None:
    """What the day's proofs say: delivered, or not."""
    states = (OrderState.DELIVERED, OrderState.NOT_DELIVERED)
    rows = session.execute(
        select(OrderEater.client_id, Order.service_day, Order.state)
        .join(Order, Order.id == OrderEater.order_id)
        .where(
            OrderEater.client_id.in_(ids),
            Order.state.in_(states),
            Order.service_day.between(today - timedelta(days=MEMORY_DAYS), today),
        )
    )
    for client_id, day, state in rows:
        missed = state is OrderState.NOT_DELIVERED
        into[client_id or 0].drops.append(Drop(on=day, missed=missed))


def _counts(session: Session, ids: Sequence[int], today: date, into: _Gathered) -> None:
    rows = session.execute(
        select(HomeCount.client_id, HomeCount.day, HomeCount.counted, HomeCount.expected).where(
            HomeCount.client_id.in_(ids),
            HomeCount.day.between(today - timedelta(days=_COUNT_DAYS), today),
        )
    )
    for client_id, day, counted, expected in rows:
        into[client_id].counts.append(StockCount(on=day, counted=counted, expected=expected))


def _events(session: Session, ids: Sequence[int], today: date, into: _Gathered) -> None:
    rows = session.execute(
        select(LifeEvent.client_id, LifeEvent.event, LifeEvent.day).where(
            LifeEvent.client_id.in_(ids),
            LifeEvent.day.between(today - timedelta(days=MEMORY_DAYS), today),
        )
    )
    for client_id, event, day in rows:
        into[client_id].events.append((event, day))


def _reds(session: Session, ids: Sequence[int], today: date, into: _Gathered) -> None:
    """Days on which something red was opened; the meeting about them is none of them."""
    rows = session.execute(
        select(EarlyWarning.client_id, EarlyWarning.opened_at).where(
            EarlyWarning.client_id.in_(ids),
            EarlyWarning.level.in_([WarningLevel.RED, WarningLevel.URGENT]),
            EarlyWarning.code != WarningCode.CASE_MEETING,
        )
    )
    for client_id, opened_at in rows:
        day = local_day(opened_at)
        if 0 <= (today - day).days <= _RED_DAYS:
            into[client_id].red_days.append(day)
