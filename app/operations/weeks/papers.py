"""What the papers of a week may tell: the day as it is eaten, checked against today's rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Permission
from app.models.care import Prescription
from app.models.meals import MealPlan
from app.models.people import Client, Site, Ward
from app.operations import homelots, meals, weekplan
from app.operations.care import signed_prescription
from app.operations.eating import served
from app.operations.people import find_client, warming_place
from app.operations.upkeep import note_access
from app.operations.weekplan import Week
from menus import (
    NUTRIENTS,
    Catalogue,
    Eater,
    WarmingPlace,
    hard_objections,
    portion_hundredths,
)

_ENERGY = next(at for at, one in enumerate(NUTRIENTS) if one.code == "energy_kcal")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayDay:
    """One day of a client as it is eaten, with the order it was checked against."""

    client: Client
    place: str
    plan: MealPlan
    day: date
    items: tuple[Mapping[str, Any], ...]
    eater: Eater
    catalogue: Catalogue
    warming: WarmingPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedWeek:
    """A client's newest week as it may go on paper, with the order it was checked against."""

    week: Week
    eater: Eater


def checked_week(session: Session, actor: Actor, client_id: int, now: datetime) -> CheckedWeek:
    """Give the newest week of a client for the staff's paper, proposed or signed.

    Raises NotFound without a week or a signed prescription, Conflict when a dish no longer suits
    that prescription, or is withdrawn, or a day brings more than its ceiling of energy: paper
    outlives the page that says the week is outdated.
    """
    found = weekplan.week(session, actor, client_id, now=now)
    if found.row is None or found.in_force is None:
        raise NotFound
    eater = found.in_force.as_eater(found.row.rules_given_up)
    items = found.row.result["items"]
    barred = homelots.not_to_eat(session, client_id)
    _refuse_unsafe(items, eater, found.catalogue, barred=barred)
    for at, day in enumerate(weekplan.week_days(found.row)):
        eaten = [one for one in items if one["day"] == at]
        _refuse_above_cap(eaten, found.in_force, day, found.catalogue)
    return CheckedWeek(week=found, eater=eater)


def tray_day(session: Session, actor: Actor, client_id: int, day: date, now: datetime) -> TrayDay:
    """Give the dishes of a day out of the signed week; menus repeat.

    Raises NotFound without a signed week or prescription, Conflict when a dish no longer suits, or
    is withdrawn, or the day brings more than its ceiling of energy: no card leaves for a tray that
    may not.
    """
    client = find_client(session, actor, client_id, Permission.VIEW_MEALS)
    signed = signed_prescription(session, client.id)
    plan = meals.approved_plan(session, client.id, day)
    if signed is None or plan is None:
        raise NotFound
    items = served(session, plan).on(day)
    eater, stock = signed.as_eater(plan.rules_given_up), meals.catalogue(session)
    _refuse_unsafe(items, eater, stock, barred=homelots.not_to_eat(session, client.id))
    _refuse_above_cap(items, signed, day, stock)
    note_access(session, actor, now, "plan.trays", client.id)
    return TrayDay(
        client=client,
        place=_place(session, client),
        plan=plan,
        day=day,
        items=items,
        eater=eater,
        catalogue=stock,
        warming=warming_place(client, session.get_one(Site, client.site_id)),
    )


def _refuse_unsafe(
    items: tuple[Mapping[str, Any], ...], eater: Eater, stock: Catalogue, *, barred: frozenset[str]
) -> None:
    for name in (item["variant"] for item in items):
        variant = stock.variants.get(name)
        if variant is None or hard_objections(variant, eater, recalled=barred):
            raise Conflict("plan.paper_unsafe", sku=name)


def _refuse_above_cap(
    items: Iterable[Mapping[str, Any]], signed: Prescription, day: date, stock: Catalogue
) -> None:
    """A week repeats, and serves the days before it; a slow rise of energy has its own days."""
    cap = signed.as_prescription().energy_cap_kcal(day)
    if cap is None:
        return
    energy = [
        portion_hundredths(stock.variants[one["variant"]], one["grams"])[_ENERGY] for one in items
    ]
    known = sum(amount or 0 for amount in energy)
    if None in energy or known > cap * NUTRIENTS[_ENERGY].scale * 100:
        raise Conflict("plan.paper_above_cap", day=day, cap=cap)


def _place(session: Session, client: Client) -> str:
    """Give ward and house, or the town of who lives at home."""
    site = session.get_one(Site, client.site_id)
    ward = session.get(Ward, client.ward_id) if client.ward_id else None
    return f"{site.name}, {ward.name}" if ward else site.name
