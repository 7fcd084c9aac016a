"""Another dish for one place of one day: offered, chosen, asked for, undone.

The dietitian signed the week. A choice that keeps what was signed is the client's own and becomes
an amendment of its day beside the week; one that leaves a window asks whoever signs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Permission, Refused, Role
from app.db import MAX_ID
from app.models.choosing import ChoiceState, DishChoice
from app.models.meals import MealPlan
from app.models.people import Client, Organisation, OrganisationKind
from app.operations import meals, reorders
from app.operations.care import signed_prescription
from app.operations.choosing.reach import Reach, adapt_delivery, reach
from app.operations.eating import Served, served
from app.operations.people import find_client
from app.operations.upkeep import note_access
from app.operations.weekplan import plan_of
from menus import (
    DishOption,
    PlanItem,
    PlanPlace,
    PlanRequest,
    Portion,
    Variant,
    dish_options,
    hard_objections,
    request_from_json,
)
from menus import Role as Part

CHOICE_CODES = (
    "choice.held",
    "choice.too_late",
    "choice.not_offered",
    "choice.settled",
    "choice.unsuitable",
)
OFFERED = 5
"""How many other dishes are offered at most, of each kind."""
_PAYS = OrganisationKind.HOUSEHOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One dish of one day: its eating moment and what it is on the tray."""

    day: date
    slot: str
    role: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a client may eat instead of one dish; `free` to choose, `asking` for the dietitian.

    `live` is what was chosen before, `asked` a question that waits; `held` says that a dietitian
    looks at the week first; `pays` is true where the client pays.
    """

    client: Client
    place: Place
    now: Variant
    live: DishChoice | None
    asked: DishChoice | None
    reach: Reach
    held: bool
    pays: bool
    free: tuple[tuple[DishOption, Variant], ...]
    asking: tuple[tuple[DishOption, Variant], ...]


def offer(session: Session, actor: Actor, client_id: int, place: Place, now: datetime) -> Offer:
    """Give the other dishes for one place; NotFound where nothing is planned."""
    client = find_client(session, actor, client_id, Permission.ORDER)
    note_access(session, actor, now, "week.viewed", client.id)
    return offer_now(session, client, place, now)


def offer_now(session: Session, client: Client, place: Place, now: datetime) -> Offer:
    """Give the other dishes for one place to a verb that authorised already."""
    week = _week(session, client.id, place.day)
    item = _item(week, place)
    stock = meals.catalogue(session)
    if item is None or item["variant"] not in stock.variants:
        raise NotFound
    within = reach(session, client.id, place.day, now)
    held = meals.held_back(session, client.id) is not None
    found = () if held else _options(session, client.id, week, place)
    there = [
        (one, stock.variants[one.alternative.variant])
        for one in found
        if within.serves(one.alternative.variant)
    ]
    return Offer(
        client=client,
        place=place,
        now=stock.variants[item["variant"]],
        live=_live(session, client.id, place, ChoiceState.CHOSEN),
        asked=_live(session, client.id, place, ChoiceState.ASKED),
        reach=within,
        held=held,
        pays=session.get_one(Organisation, client.organisation_id).kind is _PAYS,
        free=tuple(one for one in there if not one[0].departures)[:OFFERED],
        asking=tuple(one for one in there if one[0].departures)[:OFFERED],
    )


def _week(session: Session, client_id: int, day: date) -> Served:
    plan = meals.approved_plan(session, client_id, day)
    if plan is None:
        raise NotFound
    return served(session, plan)


def _item(week: Served, place: Place) -> Mapping[str, Any] | None:
    here = place.slot, place.role.value
    return next((one for one in week.on(place.day) if (one["slot"], one["role"]) == here), None)


def _live(session: Session, client_id: int, place: Place, state: ChoiceState) -> DishChoice | None:
    return session.scalar(
        select(DishChoice).where(
            DishChoice.client_id == client_id,
            DishChoice.day == place.day,
            DishChoice.slot == place.slot,
            DishChoice.role == place.role.value,
            DishChoice.state == state,
        )
    )


def _options(
    session: Session, client_id: int, week: Served, place: Place
) -> tuple[DishOption, ...]:
    """Give what the week as it is eaten leaves room for, by today's prescription as well."""
    request = request_from_json(week.plan.request)
    signed = signed_prescription(session, client_id)
    if not isinstance(request, PlanRequest) or signed is None:
        return ()
    stock, eater = meals.catalogue(session), signed.as_eater(week.plan.rules_given_up)
    request = replace(request, recalled=meals.recalled_variants(session))
    at = PlanPlace(day=week.index(place.day), slot=place.slot, role=place.role)
    plan = replace(plan_of(week.plan), items=_items_around(week, place.day))
    return tuple(
        one
        for one in dish_options(plan, request, stock, at)
        if not hard_objections(
            stock.variants[one.alternative.variant], eater, recalled=request.recalled
        )
    )


def _items_around(week: Served, day: date) -> tuple[PlanItem, ...]:
    """Give the dishes of the week around a day, with what was chosen for its other days."""
    first = day - timedelta(days=week.index(day))
    return tuple(
        PlanItem(
            day=at,
            slot=one["slot"],
            role=Part(one["role"]),
            variant=one["variant"],
            portion=Portion(one["portion"]),
            grams=one["grams"],
        )
        for at in range(week.plan.days)
        for one in week.on(first + timedelta(days=at))
    )


def choose_dish(
    session: Session,
    actor: Actor,
    client_id: int,
    place: Place,
    dish: tuple[str, Portion],
    *,
    now: datetime,
) -> DishChoice:
    """Eat another dish in one place of one day: (variant, portion), of those that are offered.

    Within what was signed it stands at once, and a delivery that can still change brings it;
    beyond it, it waits for the dietitian. Raises Refused when it is not (or no longer) offered.
    """
    client = find_client(session, actor, client_id, Permission.ORDER)
    reorders.locked_rule(session, client.id)
    found = offer_now(session, client, place, now)
    _require_open(found)
    option = _found(found, dish)
    by_signer = actor.role is Role.DIETITIAN
    asks = bool(option.departures) and not by_signer
    plan = _week(session, client.id, place.day).plan
    before = found.live.before if found.live else found.now.id
    _replace(session, actor, found, now, chosen=not asks)
    row = DishChoice(
        client_id=client.id,
        plan_id=plan.id,
        day=place.day,
        slot=place.slot,
        role=place.role.value,
        before=before,
        variant=option.alternative.variant,
        portion=option.alternative.portion,
        grams=option.alternative.grams,
        state=ChoiceState.ASKED if asks else ChoiceState.CHOSEN,
        made_at=now,
        made_by=actor.user_id,
        allowed_at=now if option.departures and by_signer else None,
        allowed_by=actor.user_id if option.departures and by_signer else None,
    )
    session.add(row)
    session.flush()
    note_access(session, actor, now, "dish.asked" if asks else "dish.chosen", client.id)
    if not asks:
        _bring(session, actor, client, found, row, now)
    return row


def _require_open(found: Offer) -> None:
    if found.held:
        raise Refused(("", "choice.held", {}))
    if found.reach.at_home == {}:
        raise Refused(("", "choice.too_late", {}))


def _found(found: Offer, dish: tuple[str, Portion]) -> DishOption:
    for option, _ in (*found.free, *found.asking):
        if (option.alternative.variant, option.alternative.portion) == dish:
            return option
    raise Refused(("", "choice.not_offered", {}))


def _replace(session: Session, actor: Actor, found: Offer, now: datetime, *, chosen: bool) -> None:
    """Let a newer word take the place of a question, and a new dish that of a chosen one."""
    for row in (found.asked, found.live if chosen else None):
        if row is not None:
            _end(session, actor, row, ChoiceState.REPLACED, now)


def _bring(
    session: Session,
    actor: Actor,
    client: Client,
    found: Offer,
    row: DishChoice,
    now: datetime,
) -> None:
    adapt_delivery(
        session,
        actor,
        client,
        found.reach.delivery,
        less=found.now.id,
        more=row.variant,
        now=now,
    )


def _end(
    session: Session, actor: Actor, row: DishChoice, state: ChoiceState, now: datetime
) -> None:
    row.state, row.ended_at, row.ended_by = state, now, actor.user_id
    session.flush()


def find_choice(
    session: Session, actor: Actor, choice_id: int, permission: Permission
) -> tuple[DishChoice, Client]:
    """Give a choice of a client this actor may reach for this act."""
    row = session.get(DishChoice, choice_id) if choice_id <= MAX_ID else None
    if row is None:
        raise NotFound
    return row, find_client(session, actor, row.client_id, permission)


def client_of(session: Session, actor: Actor, choice_id: int) -> int:
    """Give the client of a choice this actor may see."""
    return find_choice(session, actor, choice_id, Permission.PLAN_MEALS)[1].id


def undo_choice(session: Session, actor: Actor, choice_id: int, now: datetime) -> DishChoice:
    """Take a choice back: the signed dish returns, as long as it can still be there.

    Raises Conflict when it was settled already, Refused when it is too late or when the signed
    dish no longer suits.
    """
    row, client = find_choice(session, actor, choice_id, Permission.ORDER)
    reorders.locked_rule(session, client.id)
    session.refresh(row)
    if row.ended_at is not None:
        raise Conflict("choice.settled")
    chosen = row.state is ChoiceState.CHOSEN
    delivery = _way_back(session, client, row, now) if chosen else None
    _end(session, actor, row, ChoiceState.UNDONE, now)
    note_access(session, actor, now, "dish.undone", client.id)
    if chosen:
        adapt_delivery(session, actor, client, delivery, less=row.variant, more=row.before, now=now)
    return row


def _way_back(session: Session, client: Client, row: DishChoice, now: datetime) -> date | None:
    """Give the delivery that brings the signed dish after all, or refuse."""
    plan = session.get_one(MealPlan, row.plan_id)
    within = reach(session, client.id, row.day, now)
    if not within.serves(row.before):
        raise Refused(("", "choice.too_late", {}))
    variant = meals.catalogue(session).variants.get(row.before)
    signed = signed_prescription(session, client.id)
    recalled = meals.recalled_variants(session)
    if (
        variant is None
        or signed is None
        or hard_objections(variant, signed.as_eater(plan.rules_given_up), recalled=recalled)
    ):
        raise Refused(("", "choice.unsuitable", {}))
    return within.delivery


def answer_choice(
    session: Session, actor: Actor, choice_id: int, *, allowed: bool, now: datetime
) -> DishChoice:
    """Allow or decline what a client asked for; the rules nobody may break are checked again."""
    row, client = find_choice(session, actor, choice_id, Permission.APPROVE_PLAN)
    reorders.locked_rule(session, client.id)
    session.refresh(row)
    if row.state is not ChoiceState.ASKED:
        raise Conflict("choice.settled")
    if not allowed:
        _end(session, actor, row, ChoiceState.DECLINED, now)
        note_access(session, actor, now, "dish.declined", client.id)
        return row
    found = offer_now(session, client, place_of(row), now)
    _require_open(found)
    _found(found, (row.variant, row.portion))
    if found.live is not None:
        _end(session, actor, found.live, ChoiceState.REPLACED, now)
    row.state, row.allowed_at, row.allowed_by = ChoiceState.CHOSEN, now, actor.user_id
    session.flush()
    note_access(session, actor, now, "dish.allowed", client.id)
    _bring(session, actor, client, found, row, now)
    return row


def place_of(row: DishChoice) -> Place:
    """Give where a choice stands."""
    return Place(day=row.day, slot=row.slot, role=Part(row.role))


def choices_since(session: Session, client_id: int, since: date) -> tuple[DishChoice, ...]:
    """Give the choices for days from one on, the nearest day first."""
    return tuple(
        session.scalars(
            select(DishChoice)
            .where(DishChoice.client_id == client_id, DishChoice.day >= since)
            .order_by(DishChoice.day, DishChoice.id)
        )
    )
