"""Verbs of the night: compose the weeks of all who have none, from one stock; a person signs."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, Refused, require
from app.models.care import Prescription, PrescriptionState
from app.models.meals import MealPlan, MealPlanState
from app.models.people import Client
from app.operations import meals
from app.operations.meals import FROZEN, Ask
from app.operations.upkeep import note_access
from app.operations.warnings import is_frozen
from menus import (
    Catalogue,
    CrowdReport,
    KitchenSupply,
    PlanRequest,
    VariantAim,
    VariantReport,
    compose_plans,
    supplies_fared,
    with_fewer_variants,
)
from menus import MealPlan as Composed
from optimizer import SharedEffort

STANDS = (MealPlanState.PROPOSED, MealPlanState.APPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Whose week is to be composed, with what is asked; and who is left out, by code, and why."""

    asks: tuple[Ask, ...]
    requests: tuple[PlanRequest, ...]
    left_out: tuple[tuple[str, str], ...]
    catalogue: Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What a night gave: weeks found, in the order asked, and how the supplies fared.

    `variants`: what fewer variants cost, where that was aimed at.
    """

    plans: tuple[Composed, ...]
    report: CrowdReport
    variants: VariantReport | None = None


def gather_due(session: Session, actor: Actor, *, start: date, days: int) -> Due:
    """Give every client with a signed prescription and no week of it for this start.

    Left out and told: who may not be composed for by a machine (a high refeeding risk, a plan
    frozen by a warning), and whose request has no meaning for this kitchen.
    """
    require(actor, Permission.PLAN_MEALS)
    stock = meals.catalogue(session)
    asks, requests, left_out = [], [], []
    for client_id, code in _without_week(session, start):
        try:
            ask = _ask(session, actor, client_id, start=start, days=days)
            requests.append(meals.read_ask(session, ask))
        except Refused as refused:
            left_out.append((code, refused.problems[0][1]))
        else:
            asks.append(ask)
    return Due(
        asks=tuple(asks), requests=tuple(requests), left_out=tuple(left_out), catalogue=stock
    )


def _ask(session: Session, actor: Actor, client_id: int, *, start: date, days: int) -> Ask:
    if is_frozen(session, client_id):
        raise Refused(("", FROZEN, {}))
    return meals.ask_for(session, actor, client_id, start=start, days=days)


def _without_week(session: Session, start: date) -> Iterable[tuple[int, str]]:
    stands = (
        select(MealPlan.id)
        .where(
            MealPlan.prescription_id == Prescription.id,
            MealPlan.start_day == start,
            MealPlan.state.in_(STANDS),
        )
        .exists()
    )
    rows = session.execute(
        select(Client.id, Client.code)
        .join(Prescription, Prescription.client_id == Client.id)
        .where(
            Prescription.state == PrescriptionState.SIGNED,
            Client.left_on.is_(None),
            ~stands,
        )
        .order_by(Client.id)
    )
    return [(client_id, code) for client_id, code in rows]


def compose_night(
    due: Due,
    supplies: Sequence[KitchenSupply],
    executor: Executor,
    effort: SharedEffort,
    aim: VariantAim | None = None,
) -> Night:
    """Compose all weeks together; no transaction is open meanwhile. `aim`: from fewer variants."""
    made = compose_plans(due.requests, due.catalogue, supplies, executor, effort=effort)
    night = Night(plans=tuple(made.plans), report=made.report)
    if aim is None or not night.plans:
        return night
    plans, variants = with_fewer_variants(
        due.requests, night.plans, due.catalogue, supplies, executor, aim=aim, effort=effort
    )
    report = supplies_fared(night.report, supplies, plans)
    return Night(plans=plans, report=report, variants=variants)


def keep_night(session: Session, actor: Actor, due: Due, night: Night, now: datetime) -> int:
    """Keep each week as a proposal, or as unmet; gives how many.

    Whose prescription is no longer the signed one, or got a week meanwhile, is left as it is.
    """
    require(actor, Permission.PLAN_MEALS)
    start = night.plans and due.requests[0].start
    still = dict(_without_week(session, start)) if start else {}
    kept = 0
    for ask, plan in zip(due.asks, night.plans, strict=True):
        signed = session.get(Prescription, ask.prescription_id)
        current = signed is not None and signed.state is PrescriptionState.SIGNED
        if ask.client_id in still and current and not plan.errors:
            meals.keep(session, ask, plan, now)
            note_access(session, actor, now, "plan.proposed", ask.client_id)
            kept += 1
    return kept
