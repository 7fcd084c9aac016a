"""Read a kept week back: its dishes, sums and verdicts, and what could stand in one place."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

import menus
import screening
from app.access import Actor, Permission
from app.models.care import Prescription
from app.models.meals import PAST, WAITING, MealPlan, MealPlanState
from app.operations import refeeding
from app.operations.care import signed_prescription
from app.operations.meals import catalogue, out_of_order, recalled_variants
from app.operations.people import find_client
from app.operations.upkeep import note_access
from app.operations.weekrequest import last_week
from menus import (
    NUTRIENTS,
    Alternative,
    Catalogue,
    DoseStanding,
    Link,
    Objection,
    PlanBench,
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
    WhyNot,
    dose_standings,
    explain,
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
    why: tuple[Link, ...]
    """Why the dish of the place stands there."""
    others: tuple[str, ...]
    """Components of the same part of a meal, of which one can ask why they do not stand here."""
    why_not: tuple[str, WhyNot] | None
    """The component that was asked for, and the answer."""


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
    laid: PlanBench | None = None
    """The plan laid out for questions; None where the catalogue lost one of its dishes."""
    slow: screening.Prescription | None = None
    """What is in force when a risk of refeeding leaves the first days to a person."""
    doses: tuple[DoseStanding, ...] = ()
    """Protein around each dose of each day; empty without doses."""
    number: int = 0
    """The how manyeth proposal for these days this is."""
    outside: tuple[Mapping[str, Any], ...] = ()
    """What lies outside what was ordered: a signature asks a reason for it."""
    known_before: frozenset[str] | None = None
    """Components of the week before; None when there is none to compare with."""

    def why(self, item: PlanItem) -> tuple[Link, ...]:
        """Give the chain of reasons of a dish."""
        return explain(self.laid, item) if self.laid else ()

    @property
    def pinned(self) -> frozenset[tuple[int, str, Role]]:
        """Where somebody fixed a dish."""
        pins = self.request.pins if self.request else ()
        return frozenset((pin.day, pin.slot, pin.role) for pin in pins)

    @property
    def may_undo(self) -> bool:
        """Whether an earlier proposal can stand again."""
        return bool(self.row and self.row.state in WAITING and self.row.replaces_id)

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
    dish: str = "",
) -> Week:
    """Give the newest week of a client, with the alternatives for one place when asked.

    `dish`: the component of which is asked why it does not stand in that place.
    """
    client = find_client(session, actor, client_id, Permission.PLAN_MEALS)
    note_access(session, actor, now, "plan.viewed", client.id)
    stock = catalogue(session)
    row = newest_plan(session, client.id)
    kept = request_of(row)
    request = replace(kept, recalled=recalled_variants(session)) if kept else None
    plan = plan_of(row) if row else None
    stands = standings(plan, request) if plan and request and plan.totals else ()
    last = last_week(session, client.id, row.start_day) if row else None
    signed = signed_prescription(session, client.id)
    off = signed is not None and refeeding.keeps_machine_off(session, signed)
    laid = _laid(plan, request, stock)
    whole = Week(
        in_force=signed,
        slow=signed.as_prescription() if signed and off else None,
        row=row,
        request=request,
        plan=plan,
        standings=stands,
        catalogue=stock,
        bench=None,
        laid=laid,
        doses=dose_standings(laid.plan, laid.request, stock) if laid else (),
        number=_number(session, row) if row else 0,
        outside=out_of_order(row.result, signed.as_prescription()) if row and signed else (),
        known_before=_components(last) if last and row and last.id != row.id else None,
    )
    if at is None or whole.laid is None or not whole.may_change:
        return whole
    return replace(whole, bench=_bench(whole.laid, at, dish))


def _laid(
    plan: menus.MealPlan | None, request: PlanRequest | None, stock: Catalogue
) -> PlanBench | None:
    if plan is None or request is None or not plan.items:
        return None
    known = all(one.variant in stock.variants for one in plan.items)
    return PlanBench(plan, request, stock) if known else None


def _bench(laid: PlanBench, at: PlanPlace, dish: str) -> Bench:
    stock = laid.catalogue
    here = [one for one in laid.plan.items if (one.day, one.slot, one.role) == _key(at)]
    standing = {stock.variants[one.variant].component for one in here}
    there = any((one.day, one.slot, one.role) == _key(at) for one in laid.problem.places)
    others = {
        one.component
        for one in stock.variants.values()
        if there and one.role is at.role and one.component not in standing
    }
    return Bench(
        place=at,
        item=here[0] if here else None,
        options=laid.alternatives(at),
        refused=_refused(stock, laid.request, at.role),
        why=explain(laid, here[0]) if here else (),
        others=tuple(sorted(others)),
        why_not=(dish, laid.why_not_dish(dish, at)) if dish in others else None,
    )


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


def _number(session: Session, row: MealPlan) -> int:
    earlier = select(func.count()).where(
        MealPlan.client_id == row.client_id,
        MealPlan.start_day == row.start_day,
        MealPlan.id <= row.id,
    )
    return session.scalar(earlier) or 0


def pins_lost(session: Session, plan: MealPlan) -> int:
    """Give how many fixed dishes of the proposal before no longer suited and were let loose."""
    before = session.get(MealPlan, plan.replaces_id) if plan.replaces_id else None
    fixed = before.request["pins"] if before else []
    return max(0, len(fixed) - len(plan.request["pins"]))


def _components(row: MealPlan) -> frozenset[str]:
    return frozenset(item["variant"].partition("/")[0] for item in row.result["items"])


def named(session: Session, actor: Actor, client_id: int) -> tuple[str, str]:
    """Give the name and the pseudonym of the client whose week it is."""
    client = find_client(session, actor, client_id, Permission.PLAN_MEALS)
    return client.full_name, client.code


def newest_plan(session: Session, client_id: int) -> MealPlan | None:
    """Give the week that waits for a signature, else the approved one that starts last."""
    waits = case((MealPlan.state.in_(WAITING), 0), else_=1)
    return session.scalar(
        select(MealPlan)
        .where(MealPlan.client_id == client_id, MealPlan.state.not_in(PAST))
        .order_by(waits, MealPlan.start_day.desc(), MealPlan.id.desc())
        .limit(1)
    )


def request_of(row: MealPlan | None) -> PlanRequest | None:
    """Give the request a kept week answers, as the room reads it today."""
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
        dose_slack=tuple(
            menus.DoseSlack(
                day=one["day"], dose=one["dose"], above_hundredths=_hundredths(one["above"])
            )
            for one in kept.get("dose_slack", ())
        ),
        objective=tuple(kept["objective"]),
        conflict=tuple(menus.Rule(rule=one["rule"], soft=one["soft"]) for one in kept["conflict"]),
        relaxations=tuple(
            menus.Relaxation(
                rule=menus.Rule(rule=one["rule"], soft=True),
                also=tuple(menus.Rule(rule=rule, soft=True) for rule in one.get("also", ())),
            )
            for one in kept["relaxations"]
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
    """Give the sums of one day; a nutrient that was not summed then is missing from all of it."""
    unsummed = {"known": 0, "missing": 1}
    return tuple(
        Total(known_hundredths=_hundredths(one["known"]), missing=one["missing"])
        for one in (kept.get(nutrient.code, unsummed) for nutrient in NUTRIENTS)
    )


def _slack(kept: Mapping[str, Any]) -> menus.Slack:
    return menus.Slack(
        day=kept["day"],
        nutrient=kept["nutrient"],
        below_hundredths=_hundredths(kept["below"]),
        above_hundredths=_hundredths(kept["above"]),
        slot=kept.get("slot"),
    )


def _hundredths(number: float) -> int:
    """Give the exact hundredths of a number written with at most two decimals."""
    return int(Decimal(str(number)) * 100)


def week_days(row: MealPlan) -> tuple[date, ...]:
    """Give the days of a week."""
    return tuple(date.fromordinal(row.start_day.toordinal() + day) for day in range(row.days))
