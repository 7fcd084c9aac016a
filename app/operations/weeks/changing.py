"""Change a proposal: swap or pin a dish, compose one day again, give up a rule, undo, refuse."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

import menus
from app.access import Actor, Conflict, NotFound, Permission, Refused
from app.models.meals import WAITING, MealPlan, MealPlanState
from app.operations import weekplan
from app.operations.meals import (
    LIMITS,
    Ask,
    find_plan,
    keep,
    require_proposal,
    search,
)
from app.operations.upkeep import note_access
from app.operations.weekrequest import GIVEN_UP_HERE, pinned, place_of, without_rule
from menus import PlanStatus

_OTHER_SIDES = 3
"""From how many sides one day is searched for again before it stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A dish of a week, without `role` a meal, without `slot` a day; days count from 0."""

    day: int
    slot: str | None = None
    role: str | None = None

    def holds(self, one: dict[str, Any]) -> bool:
        """Whether a pin or an item stands here."""
        return (
            one["day"] == self.day
            and self.slot in (None, one["slot"])
            and self.role in (None, one["role"])
        )


def swap(
    session: Session,
    actor: Actor,
    plan_id: int,
    *,
    place: Place,
    variant: str,
    portion: str,
    now: datetime,
) -> MealPlan:
    """Pin another dish in one place of a proposal; every other dish stays where it is.

    Raises Refused with the rules when the dish does not suit: a pin never breaks one.
    """
    plan = _proposal(session, actor, plan_id)
    others = [one for one in plan.request["pins"] if not place.holds(one)]
    chosen = {"day": place.day, "slot": place.slot, "role": place.role}
    pins = [*others, {**chosen, "variant": variant, "portion": portion}]
    request = {**plan.request, "pins": pins, "previous": plan.result}
    ask = _ask(plan, request, free=place)
    changed = keep(session, ask, _met(session, ask), now)
    note_access(session, actor, now, "plan.changed", plan.client_id)
    return changed


def _proposal(session: Session, actor: Actor, plan_id: int) -> MealPlan:
    plan = find_plan(session, actor, plan_id, Permission.PLAN_MEALS)
    require_proposal(plan)
    return plan


def _ask(plan: MealPlan, request: dict[str, Any], *, free: Place | None) -> Ask:
    """Give the ask that holds every dish of a proposal but those of `free` and the pinned ones."""
    fixed = {place_of(pin) for pin in request["pins"]}
    held = tuple(
        _pin(item)
        for item in plan.result["items"]
        if free and not free.holds(item) and place_of(item) not in fixed
    )
    return Ask(
        client_id=plan.client_id,
        prescription_id=plan.prescription_id,
        request=request,
        given_up=tuple(plan.given_up or ()),
        held=held,
        limits=replace(LIMITS, seed=plan.result["seed"]),
    )


def _pin(item: dict[str, Any]) -> dict[str, Any]:
    return {name: item[name] for name in ("day", "slot", "role", "variant", "portion")}


def _met(session: Session, ask: Ask) -> menus.MealPlan:
    """Give the week that meets all of it; raises Refused with what stands in the way."""
    found = search(session, ask)
    if found.status is not PlanStatus.OK:
        raise Refused(*(("rule", one.code, {"subject": one.subject}) for one in found.conflict[:3]))
    return found


def pin(
    session: Session, actor: Actor, plan_id: int, *, place: Place, on: bool, now: datetime
) -> MealPlan:
    """Pin what stands in one place or meal of a proposal, or let it loose; nothing else changes.

    Raises NotFound where nothing stands.
    """
    plan = _proposal(session, actor, plan_id)
    here = [_pin(item) for item in plan.result["items"] if place.holds(item)]
    if not here:
        raise NotFound
    others = [one for one in plan.request["pins"] if not place.holds(one)]
    pins = [*others, *here] if on else others
    plan.request = {**plan.request, "pins": pins}
    plan.result = pinned(plan.result, pins)
    session.flush()
    note_access(session, actor, now, "plan.changed", plan.client_id)
    return plan


def another_day(
    session: Session, actor: Actor, plan_id: int, *, day: int, now: datetime
) -> MealPlan | None:
    """Compose one day of a proposal again; other days and pinned dishes stay.

    None when the same day is found from every side: the proposal stays as it was.
    """
    plan = _proposal(session, actor, plan_id)
    if not 0 <= day < plan.days:
        raise NotFound
    ask = _ask(plan, plan.request, free=Place(day=day))
    for side in range(1, _OTHER_SIDES + 1):
        limits = replace(LIMITS, seed=plan.result["seed"] + side)
        found = _met(session, replace(ask, limits=limits))
        if _of_day(found, day) != _of_day(weekplan.plan_of(plan), day):
            changed = keep(session, ask, found, now)
            note_access(session, actor, now, "plan.changed", plan.client_id)
            return changed
    return None


def _of_day(plan: menus.MealPlan, day: int) -> set[tuple[object, ...]]:
    return {
        (item.slot, item.role, item.variant, item.portion) for item in plan.items if item.day == day
    }


def undo(session: Session, actor: Actor, plan_id: int, now: datetime) -> MealPlan:
    """Take the last change of a week back: the proposal before it stands again.

    Raises Conflict when there is none.
    """
    plan = find_plan(session, actor, plan_id, Permission.PLAN_MEALS)
    before = session.get(MealPlan, plan.replaces_id) if plan.replaces_id else None
    if plan.state not in WAITING or before is None or before.result["status"] != "ok":
        raise Conflict("plan.nothing_to_undo")
    plan.state, before.state = MealPlanState.SUPERSEDED, MealPlanState.PROPOSED
    session.flush()
    note_access(session, actor, now, "plan.changed", plan.client_id)
    return before


def give_up(
    session: Session, actor: Actor, plan_id: int, *, rule: str, reason: str, now: datetime
) -> MealPlan:
    """Compose an unmet week without a rule that was offered, and those offered with it.

    It holds for this week only. Raises Refused when the rule was not offered, is the
    prescription's, or no reason is given; Conflict when the week is not unmet (any more).
    """
    plan = find_plan(session, actor, plan_id, Permission.APPROVE_PLAN)
    if plan.state is not MealPlanState.UNMET:
        raise Conflict("plan.not_unmet")
    if not reason.strip():
        raise Refused(("reason", "plan.give_up.needs_reason", {}))
    rules = _offered(plan, rule)
    if not rules or any(one.partition(":")[0] not in GIVEN_UP_HERE for one in rules):
        raise Refused(("rule", "plan.give_up.not_offered", {}))
    request = plan.request
    for one in rules:
        request = without_rule(request, one)
    given_up = (
        *(plan.given_up or ()),
        *({"rule": one, "reason": reason.strip()} for one in rules),
    )
    ask = replace(_ask(plan, request, free=None), given_up=given_up)
    changed = keep(session, ask, search(session, ask), now)
    note_access(session, actor, now, "plan.rule_given_up", plan.client_id)
    return changed


def _offered(plan: MealPlan, rule: str) -> tuple[str, ...]:
    """Give the rules that go together when one of them is given up; empty: it was not offered."""
    found = (one for one in plan.result["relaxations"] if one["rule"] == rule)
    return next(((rule, *one.get("also", ())) for one in found), ())


def refuse(session: Session, actor: Actor, plan_id: int, *, reason: str, now: datetime) -> MealPlan:
    """Put a proposal, or an unmet request, aside for good, with the reason why."""
    plan = find_plan(session, actor, plan_id, Permission.APPROVE_PLAN)
    if plan.state not in WAITING:
        raise Conflict("plan.not_a_proposal")
    if not reason.strip():
        raise Refused(("reason", "plan.refuse.needs_reason", {}))
    plan.state, plan.reason = MealPlanState.REFUSED, reason.strip()
    session.flush()
    note_access(session, actor, now, "plan.refused", plan.client_id)
    return plan
