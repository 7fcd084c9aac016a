"""Read a kept week back: its dishes, sums and verdicts, and what could stand in one place."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session

import menus
import screening
from app.access import Actor, Permission
from app.models.care import Prescription
from app.models.meals import MealPlan, MealPlanState
from app.operations import refeeding
from app.operations.care import signed_prescription
from app.operations.meals import catalogue
from app.operations.people import find_client
from app.operations.upkeep import note_access
from menus import (
    NUTRIENTS,
    Alternative,
    Catalogue,
    Objection,
    PlanItem,
    PlanPlace,
    PlanReason,
    PlanRequest,
    PlanStatus,
    Portion,
    Role,
    Standing,
    Total,
    Variant,
    alternatives,
    hard_objections,
    request_from_json,
    standings,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What may stand in one place of a week: the best swaps, and one dish that may not."""

    place: PlanPlace
    item: PlanItem | None
    options: tuple[Alternative, ...]
    refused: tuple[Variant, tuple[Objection, ...]] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A client's week as a page shows it; `plan` is None before the first proposal."""

    in_force: Prescription | None
    row: MealPlan | None
    request: PlanRequest | None
    plan: menus.MealPlan | None
    standings: tuple[Standing, ...]
    catalogue: Catalogue
    bench: Bench | None
    slow: screening.Prescription | None = None
    """What is in force when a risk of refeeding leaves the first days to a person."""

    @property
    def outdated(self) -> bool:
        """Whether the week answers another prescription than the one in force."""
        return bool(
            self.row and (not self.in_force or self.row.prescription_id != self.in_force.id)
        )

    @property
    def may_change(self) -> bool:
        """Whether this week still waits for a signature."""
        return bool(
            self.row
            and self.plan
            and self.row.state is MealPlanState.PROPOSED
            and self.plan.status is PlanStatus.OK
        )


def week(
    session: Session,
    actor: Actor,
    client_id: int,
    *,
    now: datetime,
    at: PlanPlace | None = None,
) -> Week:
    """Give the newest week of a client, with the alternatives for one place when asked."""
    client = find_client(session, actor, client_id, Permission.PLAN_MEALS)
    note_access(session, actor, now, "plan.viewed", client.id)
    stock = catalogue(session)
    row = newest_plan(session, client.id)
    request = _request(row)
    plan = plan_of(row) if row else None
    known = plan is not None and all(one.variant in stock.variants for one in plan.items)
    stands = standings(plan, request) if plan and request and plan.totals else ()
    signed = signed_prescription(session, client.id)
    off = signed is not None and refeeding.keeps_machine_off(session, signed)
    whole = Week(
        in_force=signed,
        slow=signed.as_prescription() if signed and off else None,
        row=row,
        request=request,
        plan=plan,
        standings=stands,
        catalogue=stock,
        bench=None,
    )
    if at is None or not known or not whole.may_change or plan is None or request is None:
        return whole
    return _with_bench(whole, plan, request, at)


def _with_bench(whole: Week, plan: menus.MealPlan, request: PlanRequest, at: PlanPlace) -> Week:
    bench = Bench(
        place=at,
        item=next((one for one in plan.items if (one.day, one.slot, one.role) == _key(at)), None),
        options=alternatives(plan, request, whole.catalogue, at),
        refused=_refused(whole.catalogue, request, at.role),
    )
    return replace(whole, bench=bench)


def _key(at: PlanPlace) -> tuple[int, str, Role]:
    return at.day, at.slot, at.role


def _refused(
    stock: Catalogue, request: PlanRequest, role: Role
) -> tuple[Variant, tuple[Objection, ...]] | None:
    """Give a dish of this role that an allergy alone keeps away: at the ordered level."""
    for variant in stock.variants.values():
        found = hard_objections(variant, request.eater) if variant.role is role else ()
        if found and all(one.code.startswith("objection.allergy.") for one in found):
            return variant, found
    return None


def newest_plan(session: Session, client_id: int) -> MealPlan | None:
    """Give the week that waits for a signature, else the approved one that starts last."""
    waits = case((MealPlan.state == MealPlanState.PROPOSED, 0), else_=1)
    return session.scalar(
        select(MealPlan)
        .where(MealPlan.client_id == client_id, MealPlan.state != MealPlanState.SUPERSEDED)
        .order_by(waits, MealPlan.start_day.desc(), MealPlan.id.desc())
        .limit(1)
    )


def _request(row: MealPlan | None) -> PlanRequest | None:
    found = request_from_json(row.request) if row else None
    return found if isinstance(found, PlanRequest) else None


def plan_of(row: MealPlan) -> menus.MealPlan:
    """Give a kept plan back as the room knows it: places, sums and slack, exact."""
    kept = row.result
    return menus.MealPlan(
        id=kept["id"],
        status=PlanStatus(kept["status"]),
        catalogue_version=row.catalogue_version,
        seed=kept["seed"],
        moves=kept["moves"],
        items=tuple(_item(one) for one in kept["items"]),
        totals=tuple(_totals(one["nutrients"]) for one in kept["totals"]),
        slack=tuple(_slack(one) for one in kept["slack"]),
        objective=tuple(kept["objective"]),
        conflict=tuple(menus.Rule(rule=one["rule"]) for one in kept["conflict"]),
        relaxations=tuple(
            menus.Relaxation(rule=menus.Rule(rule=one["rule"])) for one in kept["relaxations"]
        ),
    )


def _item(kept: Mapping[str, Any]) -> PlanItem:
    return PlanItem(
        day=kept["day"],
        slot=kept["slot"],
        role=Role(kept["role"]),
        variant=kept["variant"],
        portion=Portion(kept["portion"]),
        grams=kept["grams"],
        reasons=tuple(PlanReason(one) for one in kept["reasons"]),
    )


def _totals(kept: Mapping[str, Any]) -> tuple[Total, ...]:
    return tuple(
        Total(
            known_hundredths=_hundredths(kept[one.code]["known"]),
            missing=kept[one.code]["missing"],
        )
        for one in NUTRIENTS
    )


def _slack(kept: Mapping[str, Any]) -> menus.Slack:
    return menus.Slack(
        day=kept["day"],
        nutrient=kept["nutrient"],
        below_hundredths=_hundredths(kept["below"]),
        above_hundredths=_hundredths(kept["above"]),
    )


def _hundredths(number: float) -> int:
    """Give the exact hundredths of a number written with at most two decimals."""
    return int(Decimal(str(number)) * 100)


def week_days(row: MealPlan) -> tuple[date, ...]:
    """Give the days of a week."""
    return tuple(date.fromordinal(row.start_day.toordinal() + day) for day in range(row.days))
