"""Verbs of meals: the catalogue, propose a week, swap a dish, approve, group menus."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import Text, case, cast, or_, select, update
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Permission, Refused, Role
from app.models.care import Prescription, PrescriptionState
from app.models.meals import CatalogueRow, GroupMenu, MealPlan, MealPlanState
from app.operations import refeeding
from app.operations.eating import tastes_of, with_tastes
from app.operations.people import find_client
from app.operations.upkeep import note_access
from app.operations.warnings import is_frozen
from app.operations.weekrequest import in_words_of_the_kitchen, plan_request
from menus import (
    Catalogue,
    PlanRequest,
    Rule,
    compose_plan,
    hard_objections,
    plan_to_json,
    read_catalogue,
    request_from_json,
)
from optimizer import Limits

LIMITS = Limits(moves=300_000, seed=1)
"""How hard one proposal is searched for: well under a second, the same each time."""
TABLES = ("ingredients", "recipes", "components")
HELD_BACK = REFEEDING, FROZEN, OUTDATED = (
    "plan.refeeding_blocks",
    "plan.frozen_by_warning",
    "plan.prescription_changed",
)
"""Codes of what keeps a machine from composing, or from ordering out of, a week."""

_KEPT_CATALOGUES = 4
_catalogues: dict[str, Catalogue] = {}


def catalogue(session: Session) -> Catalogue:
    """Give the catalogue in force; raises NotFound when there is none.

    It is built once per content: a process keeps the last few by the hash of their rows, never
    by their number or age, so that a changed allergen is seen by the next transaction.
    """
    if "catalogue" not in session.info:
        rows = _rows(session)
        mark = hashlib.sha256(repr(rows).encode()).hexdigest()
        if mark not in _catalogues:
            built = _build(rows)
            if len(_catalogues) >= _KEPT_CATALOGUES:
                del _catalogues[next(iter(_catalogues))]
            _catalogues[mark] = built
        session.info["catalogue"] = _catalogues[mark]
    found: Catalogue = session.info["catalogue"]
    return found


def _rows(session: Session) -> list[tuple[str, str]]:
    """Give each row's table and its cells as stored text."""
    rows = session.execute(
        select(CatalogueRow.table_name, cast(CatalogueRow.cells, Text)).order_by(
            CatalogueRow.table_name, CatalogueRow.position
        )
    )
    return [(name, cells) for name, cells in rows]


def _build(rows: list[tuple[str, str]]) -> Catalogue:
    tables: dict[str, list[Any]] = {name: [] for name in TABLES}
    for name, cells in rows:
        tables[name].append(json.loads(cells))
    built = read_catalogue(*(tables[name] for name in TABLES))
    if not isinstance(built, Catalogue) or not built.variants:
        raise NotFound("catalogue")
    return built


def propose_plan(
    session: Session,
    actor: Actor,
    client_id: int,
    *,
    start: date,
    now: datetime,
    days: int = 7,
    limits: Limits = LIMITS,
) -> MealPlan:
    """Compose a week from the signed prescription and keep it as a proposal.

    Raises Refused without a signed prescription, and when a high refeeding risk asks for a
    person to compose the first days.
    """
    client = find_client(session, actor, client_id, Permission.PLAN_MEALS)
    signed = _in_force(session, client.id)
    content = signed.as_prescription()
    if refeeding.keeps_machine_off(session, signed):
        raise Refused(("", REFEEDING, {}))
    asked = plan_request(client.code, content, start=start, days=days)
    request = with_tastes(asked, tastes_of(session, client.id))
    plan = _compose(session, client.id, signed.id, request, limits=limits, now=now)
    note_access(session, actor, now, "plan.proposed", client.id)
    return plan


def _in_force(session: Session, client_id: int) -> Prescription:
    signed = _signed(session, client_id)
    if signed is None:
        raise Refused(("", "plan.needs_prescription", {}))
    return signed


def _signed(session: Session, client_id: int) -> Prescription | None:
    return session.scalar(
        select(Prescription).where(
            Prescription.client_id == client_id, Prescription.state == PrescriptionState.SIGNED
        )
    )


def _compose(
    session: Session,
    client_id: int,
    prescription_id: int,
    request: dict[str, Any],
    *,
    limits: Limits,
    now: datetime,
) -> MealPlan:
    stock = catalogue(session)
    asked = request_from_json(in_words_of_the_kitchen(request, stock))
    if not isinstance(asked, PlanRequest):
        raise Refused(*((one.field, one.code, {"field": one.field}) for one in asked))
    result = compose_plan(asked, stock, limits)
    start = date.fromisoformat(request["start"])
    session.execute(
        update(MealPlan)
        .where(
            MealPlan.client_id == client_id,
            MealPlan.start_day == start,
            MealPlan.state == MealPlanState.PROPOSED,
        )
        .values(state=MealPlanState.SUPERSEDED)
    )
    plan = MealPlan(
        client_id=client_id,
        prescription_id=prescription_id,
        start_day=start,
        days=request["days"],
        state=MealPlanState.PROPOSED,
        request=request,
        result=plan_to_json(result),
        catalogue_version=stock.version,
        created_at=now,
    )
    session.add(plan)
    session.flush()
    return plan


def swap(
    session: Session,
    actor: Actor,
    plan_id: int,
    *,
    day: int,
    slot: str,
    role: str,
    variant: str,
    portion: str,
    now: datetime,
) -> MealPlan:
    """Pin another dish in one place of a proposal and compose the rest around it.

    Raises Refused with the objection when the dish does not suit: a pin never breaks a rule.
    """
    plan = find_plan(session, actor, plan_id, Permission.PLAN_MEALS)
    if plan.state is not MealPlanState.PROPOSED:
        raise Conflict("plan.not_a_proposal")
    here = {"day": day, "slot": slot, "role": role}
    pins = [pin for pin in plan.request["pins"] if {name: pin[name] for name in here} != here]
    pins.append({**here, "variant": variant, "portion": portion})
    keep = {"previous": plan.result}
    request = {**plan.request, "pins": pins, **keep}
    changed = _compose(
        session, plan.client_id, plan.prescription_id, request, limits=LIMITS, now=now
    )
    if changed.result["status"] != "ok":
        raise Refused(*(_broken(one["rule"]) for one in changed.result["conflict"][:3]))
    note_access(session, actor, now, "plan.changed", plan.client_id)
    return changed


def _broken(name: str) -> tuple[str, str, dict[str, str]]:
    rule = Rule(rule=name)
    return "pin", rule.code, {"subject": rule.subject}


def approve(session: Session, actor: Actor, plan_id: int, now: datetime) -> MealPlan:
    """Put the actor's name under a proposal, after checking each dish against today's rules.

    Raises Refused when anything in it no longer suits, Conflict when it is no proposal (any more)
    or the prescription changed since. Weeks of an older prescription end with it.
    """
    plan = find_plan(session, actor, plan_id, Permission.APPROVE_PLAN)
    if plan.state is not MealPlanState.PROPOSED or plan.result["status"] != "ok":
        raise Conflict("plan.not_a_proposal")
    signed = _in_force(session, plan.client_id)
    if signed.id != plan.prescription_id:
        raise Conflict(OUTDATED)
    found = unsuitable(session, plan, signed)
    if found:
        raise Refused(*found)
    session.execute(
        update(MealPlan)
        .where(
            MealPlan.client_id == plan.client_id,
            or_(MealPlan.start_day == plan.start_day, MealPlan.prescription_id != signed.id),
            MealPlan.state == MealPlanState.APPROVED,
        )
        .values(state=MealPlanState.SUPERSEDED)
    )
    plan.state = MealPlanState.APPROVED
    plan.approved_at, plan.approved_by = now, actor.user_id
    session.flush()
    note_access(session, actor, now, "plan.approved", plan.client_id)
    return plan


def unsuitable(
    session: Session, plan: MealPlan, signed: Prescription
) -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """Give what in a plan does not suit the prescription: solver-free, dish by dish."""
    variants, eater = catalogue(session).variants, signed.as_eater()
    found: list[tuple[str, str, dict[str, Any]]] = []
    for name in sorted({item["variant"] for item in plan.result["items"]}):
        variant = variants.get(name)
        if variant is None:
            found.append(("", "order.unknown_component", {"sku": name}))
            continue
        found += [
            ("", one.code, {"subject": one.subject, "rule": one.rule, "sku": name})
            for one in hard_objections(variant, eater)
        ]
    return tuple(found)


def find_plan(session: Session, actor: Actor, plan_id: int, permission: Permission) -> MealPlan:
    """Give a plan of a client this actor may reach for this act."""
    plan = session.get(MealPlan, plan_id)
    if plan is None:
        raise NotFound
    find_client(session, actor, plan.client_id, permission)
    return plan


def has_approved_plan(session: Session, client_id: int) -> bool:
    """Whether any week of the client was approved."""
    return (
        session.scalar(
            select(MealPlan.id)
            .where(MealPlan.client_id == client_id, MealPlan.state == MealPlanState.APPROVED)
            .limit(1)
        )
        is not None
    )


def held_back(session: Session, client_id: int) -> str | None:
    """Give why nothing may be ordered without a person from a client's weeks; None when it may.

    A week follows the prescription it was made under; after a new one a person decides. An urgent
    warning that freezes the plan stops everything until somebody closes it.
    """
    signed = _signed(session, client_id)
    if signed is not None and refeeding.keeps_machine_off(session, signed):
        return REFEEDING
    if is_frozen(session, client_id):
        return FROZEN
    if signed is None:
        return None
    week = approved_plan(session, client_id, date.max)
    return OUTDATED if week and week.prescription_id != signed.id else None


def require_looked_at(session: Session, actor: Actor, client_id: int) -> None:
    """Refuse to order from the weeks of a client whom a dietitian must look at first.

    An order of the dietitian is that look; a week of an older prescription is no such danger.
    """
    urgent = held_back(session, client_id) in (REFEEDING, FROZEN)
    if urgent and actor.role is not Role.DIETITIAN:
        raise Refused(("", "reorder.dietitian_first", {}))


def approved_plan(session: Session, client_id: int, day: date) -> MealPlan | None:
    """Give the approved week that holds a day, else the last one before it: menus repeat.

    A week made under the signed prescription goes before any week made under an older one.
    """
    signed = select(Prescription.id).where(
        Prescription.client_id == client_id, Prescription.state == PrescriptionState.SIGNED
    )
    current = case((MealPlan.prescription_id.in_(signed), 0), else_=1)
    weeks = select(MealPlan).where(
        MealPlan.client_id == client_id, MealPlan.state == MealPlanState.APPROVED
    )
    started = case((MealPlan.start_day <= day, MealPlan.start_day))
    return session.scalar(
        weeks.order_by(current, started.is_(None), started.desc(), MealPlan.start_day).limit(1)
    )


def group_menu(session: Session, site_id: int, day: date, meal: str) -> tuple[str, ...]:
    """Give the components a house eats at one meal; empty when no menu is set."""
    found = session.scalar(
        select(GroupMenu.components).where(
            GroupMenu.site_id == site_id, GroupMenu.service_day == day, GroupMenu.meal == meal
        )
    )
    return tuple(found or ())
