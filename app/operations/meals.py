"""Verbs of meals: the catalogue, propose a week, approve it, group menus."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import Text, cast, or_, select, update
from sqlalchemy.orm import Session

import menus
import screening
from app.access import Actor, Conflict, NotFound, Permission, Refused, Role
from app.models.care import Prescription, PrescriptionState
from app.models.meals import WAITING, CatalogueRow, GroupMenu, MealPlan, MealPlanState
from app.models.stock import Lot
from app.operations import refeeding
from app.operations.eating import approved_weeks, end_overtaken, tastes_of, with_tastes
from app.operations.people import find_client
from app.operations.upkeep import note_access
from app.operations.warnings import is_frozen
from app.operations.weekrequest import (
    at_the_table,
    in_words_of_the_kitchen,
    near_their_end,
    pinned,
    plan_request,
    reckonable,
    within_reach,
    without_rule,
)
from logistics import LotState
from menus import (
    PLAN_MOVES,
    Catalogue,
    Eater,
    PlanError,
    PlanRequest,
    PlanStatus,
    compose_plan,
    hard_objections,
    plan_to_json,
    read_catalogue,
    request_from_json,
)
from optimizer import Limits

LIMITS = Limits(moves=PLAN_MOVES, seed=1, workers=2)
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
    """Compose a week from the signed prescription; it is a proposal, or unmet.

    A proposal for the same start is replaced by another one: its pins stay where they still suit,
    and what it gives up stays given up under the same prescription. Raises Refused without a signed
    prescription, and when a high refeeding risk asks for a person to compose the first days.
    """
    ask = ask_for(session, actor, client_id, start=start, days=days, limits=limits)
    plan = keep(session, ask, search(session, ask), now)
    note_access(session, actor, now, "plan.proposed", client_id)
    return plan


def ask_for(
    session: Session,
    actor: Actor,
    client_id: int,
    *,
    start: date,
    days: int,
    limits: Limits = LIMITS,
) -> "Ask":
    """Give the week to compose; raises Refused where a machine may not compose it."""
    client = find_client(session, actor, client_id, Permission.PLAN_MEALS)
    signed = _in_force(session, client.id)
    content = signed.as_prescription()
    if refeeding.keeps_machine_off(session, signed):
        raise Refused(("", REFEEDING, {}))
    before = _standing(session, client.id, start)
    asked = plan_request(client.code, content, start=start, days=days)
    request = with_tastes(asked, tastes_of(session, client.id))
    stock, eater = catalogue(session), signed.as_eater()
    request = reckonable(request, stock, asked_nutrients(content))
    request = within_reach(request, stock, eater) | {
        "previous": _published(session, client.id, start),
        "together": at_the_table(session, client, request, stock),
        "use_first": near_their_end(session, client, start, days, stock),
    }
    ask = Ask(client_id=client.id, prescription_id=signed.id, request=request, limits=limits)
    return ask if before is None else _carried(session, ask, before, signed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One week to compose: `held` are places that stand still for this time, beside the pins."""

    client_id: int
    prescription_id: int
    request: dict[str, Any]
    given_up: tuple[dict[str, Any], ...] = ()
    held: tuple[dict[str, Any], ...] = ()
    limits: Limits = LIMITS


def _standing(session: Session, client_id: int, start: date) -> MealPlan | None:
    """Give the proposal, or the unmet request, that a new one for this start replaces."""
    return session.scalar(
        select(MealPlan)
        .where(
            MealPlan.client_id == client_id,
            MealPlan.start_day == start,
            MealPlan.state.in_(WAITING),
        )
        .order_by(MealPlan.id.desc())
        .limit(1)
    )


def _published(session: Session, client_id: int, start: date) -> dict[str, Any] | None:
    """Give the approved week of the same start, which a new one changes as little as it can."""
    return session.scalar(
        select(MealPlan.result).where(
            MealPlan.client_id == client_id,
            MealPlan.start_day == start,
            MealPlan.state == MealPlanState.APPROVED,
        )
    )


def _carried(session: Session, ask: Ask, before: MealPlan, signed: Prescription) -> Ask:
    """Give the ask with what the proposal before it fixed, searched for from another side."""
    same = before.prescription_id == signed.id
    given_up = tuple(before.given_up or ()) if same else ()
    request = ask.request
    for one in given_up:
        request = without_rule(request, str(one["rule"]))
    roles = {slot["id"]: (*slot["roles"], *slot["optional"]) for slot in request["slots"]}
    pins = [
        pin
        for pin in before.request["pins"]
        if pin["day"] < request["days"]
        and pin["role"] in roles.get(pin["slot"], ())
        and _suits(session, pin["variant"], signed.as_eater(str(one["rule"]) for one in given_up))
    ]
    limits = replace(ask.limits, seed=before.result["seed"] + 1)
    return replace(ask, request={**request, "pins": pins}, given_up=given_up, limits=limits)


def _suits(session: Session, name: str, eater: Eater) -> bool:
    variant = catalogue(session).variants.get(name)
    recalled = recalled_variants(session)
    return variant is not None and not hard_objections(variant, eater, recalled=recalled)


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


def search(session: Session, ask: Ask) -> menus.MealPlan:
    """Compose what is asked; raises Refused for a request without meaning."""
    stock = catalogue(session)
    found = compose_plan(read_ask(session, ask), stock, ask.limits)
    if found.errors:
        raise _unreadable(found.errors)
    return found


def _unreadable(errors: Iterable[PlanError]) -> Refused:
    told = ((one, {"field": one.field, "word": one.word}) for one in errors)
    return Refused(*((one.field, one.code, args) for one, args in told))


def read_ask(session: Session, ask: Ask) -> PlanRequest:
    """Give what is asked in the words of the kitchen, without what is recalled now.

    Raises Refused for what cannot be read.
    """
    whole = {**ask.request, "pins": [*ask.request["pins"], *ask.held]}
    asked = request_from_json(in_words_of_the_kitchen(whole, catalogue(session)))
    if not isinstance(asked, PlanRequest):
        raise _unreadable(asked)
    return replace(asked, recalled=recalled_variants(session))


def keep(session: Session, ask: Ask, found: menus.MealPlan, now: datetime) -> MealPlan:
    """Keep what was found in place of the proposal for the same start: a proposal, or unmet."""
    start = date.fromisoformat(ask.request["start"])
    before = _standing(session, ask.client_id, start)
    if before is not None:
        before.state = MealPlanState.SUPERSEDED
    met = found.status is PlanStatus.OK
    plan = MealPlan(
        client_id=ask.client_id,
        prescription_id=ask.prescription_id,
        start_day=start,
        days=ask.request["days"],
        state=MealPlanState.PROPOSED if met else MealPlanState.UNMET,
        request=ask.request,
        result=pinned(plan_to_json(found), ask.request["pins"]),
        catalogue_version=found.catalogue_version,
        created_at=now,
        given_up=list(ask.given_up) or None,
        replaces_id=before.id if before else None,
    )
    session.add(plan)
    session.flush()
    return plan


def approve(
    session: Session, actor: Actor, plan_id: int, now: datetime, *, reason: str = ""
) -> MealPlan:
    """Put the actor's name under a proposal, after checking each dish against today's rules.

    Raises Refused when anything in it no longer suits, or lies outside what was ordered and no
    reason is given; Conflict when it is no proposal (any more) or the prescription changed since.
    Weeks of an older prescription end with it, and so does what was chosen for days that another
    week serves from now on.
    """
    plan = find_plan(session, actor, plan_id, Permission.APPROVE_PLAN)
    require_proposal(plan)
    signed = _in_force(session, plan.client_id)
    if signed.id != plan.prescription_id:
        raise Conflict(OUTDATED)
    found = unsuitable(session, plan, signed)
    if found:
        raise Refused(*found)
    if out_of_order(plan.result, signed.as_prescription()) and not reason.strip():
        raise Refused(("reason", "plan.sign.needs_reason", {}))
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
    plan.approved_at, plan.approved_by, plan.reason = now, actor.user_id, reason.strip() or None
    session.flush()
    week_of = partial(approved_plan, session, plan.client_id)
    end_overtaken(session, plan.client_id, week_of, by=actor.user_id, now=now)
    note_access(session, actor, now, "plan.approved", plan.client_id)
    return plan


def require_proposal(plan: MealPlan) -> None:
    """Raise Conflict unless a week waits for a signature."""
    if plan.state is not MealPlanState.PROPOSED:
        raise Conflict("plan.not_a_proposal")


def out_of_order(
    result: Mapping[str, Any], content: screening.Prescription
) -> tuple[Mapping[str, Any], ...]:
    """Give what lies outside what a dietitian ordered: a day, a dose, or a mean that was asked for.

    A mean below a reference value that nobody signed is told on the page, and asks no reason.
    """
    asked = asked_nutrients(content)
    slack = (
        one
        for one in result.get("slack", ())
        if not one.get("slot") and (one["day"] is not None or one["nutrient"] in asked)
    )
    return (*slack, *result.get("dose_slack", ()))


def asked_nutrients(content: screening.Prescription) -> frozenset[str | None]:
    """Give the nutrients that a dietitian or a rule asks for; any other has its reference value."""
    return frozenset({*content.nutrients, *(rule.nutrient for rule in content.rules)})


def unsuitable(
    session: Session, plan: MealPlan, signed: Prescription
) -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """Give what in a plan does not suit the prescription: solver-free, dish by dish."""
    variants, eater = catalogue(session).variants, signed.as_eater(plan.rules_given_up)
    recalled = recalled_variants(session)
    found: list[tuple[str, str, dict[str, Any]]] = []
    for name in sorted({item["variant"] for item in plan.result["items"]}):
        variant = variants.get(name)
        if variant is None:
            found.append(("", "order.unknown_component", {"sku": name}))
            continue
        found += [
            ("", one.code, {"subject": one.subject, "rule": one.rule, "sku": name})
            for one in hard_objections(variant, eater, recalled=recalled)
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
    weeks = approved_weeks(session, {client_id: (day, day)})
    return weeks[client_id][0] if weeks else None


def group_menu(session: Session, site_id: int, day: date, meal: str) -> tuple[str, ...]:
    """Give the components a house eats at one meal; empty when no menu is set."""
    found = session.scalar(
        select(GroupMenu.components).where(
            GroupMenu.site_id == site_id, GroupMenu.service_day == day, GroupMenu.meal == meal
        )
    )
    return tuple(found or ())


def recalled_variants(session: Session) -> frozenset[str]:
    """Give the variants of which a recalled lot still lies in store, in whichever kitchen.

    Nothing of them is planned, ordered or handed out until it is gone: what is wrong with one lot
    may be wrong with its recipe.
    """
    rows = select(Lot.sku).where(Lot.state == LotState.RECALLED, Lot.amount_g > 0)
    return frozenset(session.scalars(rows))
