"""What was eaten per meal, in quarters: for one client, or for a ward on one screen."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

import screening
from app.access import Actor, NotFound, Permission, Refused
from app.models.following import IntakeRecord
from app.models.orders import Order, OrderEater, OrderLine
from app.models.people import Client, Site, User, Ward
from app.operations import meals
from app.operations.care import local_day
from app.operations.eating import served
from app.operations.grouporders import MEALS
from app.operations.people import find_client
from app.operations.upkeep import note_access
from app.operations.wards import find_ward
from logistics import OrderState
from menus import NUTRIENTS, Variant

LATEST_DAYS = 14
"""How far back somebody may still note what was eaten."""

_CAME = (OrderState.PLACED, OrderState.PLANNED, OrderState.DISPATCHED, OrderState.DELIVERED)
_ENERGY, _SCALE = next(
    (at, one.scale) for at, one in enumerate(NUTRIENTS) if one.code == "energy_kcal"
)
Energies: TypeAlias = Mapping[str, int | None]
"""Planned kcal by eating moment of one day; None is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eaten:
    """Quarters by eating moment of one day, and why something noted before is changed."""

    day: date
    quarters: Mapping[str, int]
    why: str = ""


def record(
    session: Session, actor: Actor, client_id: int, eaten: Eaten, now: datetime
) -> tuple[IntakeRecord, ...]:
    """Note what a client ate; gives the rows that are new.

    What is the same as before stays; what differs asks why and keeps the old row. Raises Refused
    for a day that is not among the last fourteen, and for a moment or share that is none.
    """
    client = find_client(session, actor, client_id, Permission.RECORD_INTAKE)
    check_day(eaten.day, now)
    energies = planned_energy(session, (client.id,), eaten.day).get(client.id, {})
    kept = _kept(session, (client.id,), eaten.day)
    new = []
    for slot, quarters in eaten.quarters.items():
        row = _row(actor, client.id, eaten.day, slot, energies=energies, quarters=quarters, at=now)
        if _is_news(row, kept.get((client.id, slot)), why=eaten.why):
            new.append(row)
    _save(session, new)
    note_access(session, actor, now, "intake.recorded", client.id)
    return tuple(new)


def _row(
    actor: Actor,
    client_id: int,
    day: date,
    slot: str,
    *,
    energies: Energies,
    quarters: int,
    at: datetime,
) -> IntakeRecord:
    return IntakeRecord(
        client_id=client_id,
        day=day,
        slot=slot,
        quarters=quarters,
        planned_kcal=energies.get(slot),
        day_kcal=_total(energies),
        recorded_at=at,
        recorded_by=actor.user_id,
    )


def in_reach(day: date, now: datetime) -> bool:
    """Whether a day can still be noted: not one to come, nor one too long ago to remember."""
    today = local_day(now)
    return today - timedelta(days=LATEST_DAYS) <= day <= today


def check_day(day: date, now: datetime) -> None:
    """Refuse a day that is out of reach."""
    if not in_reach(day, now):
        raise Refused(("day", "follow.day_out_of_reach", {"days": LATEST_DAYS}))


def _is_news(row: IntakeRecord, old: IntakeRecord | None, *, why: str) -> bool:
    """Whether a note says something new; a correction keeps why, and the energy of then."""
    if row.slot not in MEALS or row.quarters not in screening.QUARTERS:
        raise Refused((row.slot, "form.choice", {}))
    if old is None or old.quarters == row.quarters:
        return old is None
    if not why.strip():
        raise Refused(("why", "follow.why_needed", {}))
    row.why, row.planned_kcal, row.day_kcal = why.strip(), old.planned_kcal, old.day_kcal
    old.replaced_at = row.recorded_at
    return True


def _save(session: Session, rows: Iterable[IntakeRecord]) -> None:
    session.flush()  # what is replaced makes room first
    session.add_all(rows)
    session.flush()


def _kept(
    session: Session, client_ids: Iterable[int], day: date
) -> Mapping[tuple[int, str], IntakeRecord]:
    rows = session.scalars(
        select(IntakeRecord).where(
            IntakeRecord.client_id.in_(tuple(client_ids)),
            IntakeRecord.day == day,
            IntakeRecord.replaced_at.is_(None),
        )
    )
    return {(row.client_id, row.slot): row for row in rows}


def _total(energies: Energies) -> int | None:
    known = [one for one in energies.values() if one is not None]
    return sum(known) if known and len(known) == len(energies) else None


def planned_energy(
    session: Session, client_ids: Iterable[int], day: date
) -> Mapping[int, Energies]:
    """Give the planned kcal of each eating moment: of what was ordered, else of the approved week.

    A component that is no longer in the catalogue makes its moment unknown, never lighter.
    """
    ids = tuple(client_ids)
    portions = _ordered(session, ids, day)
    for client_id in ids:
        if client_id not in portions:
            portions[client_id] = _planned(session, client_id, day)
    variants = meals.catalogue(session).variants if any(portions.values()) else {}
    return {
        client_id: {slot: _kcal(variants, parts) for slot, parts in moments.items()}
        for client_id, moments in portions.items()
    }


_Parts = list[tuple[str, int]]


def _ordered(
    session: Session, client_ids: tuple[int, ...], day: date
) -> dict[int, dict[str, _Parts]]:
    rows = session.execute(
        select(
            OrderEater.client_id,
            Order.meal,
            OrderLine.variant,
            OrderLine.portions * OrderLine.portion_g,
        )
        .join(OrderLine, OrderLine.eater_id == OrderEater.id)
        .join(Order, Order.id == OrderEater.order_id)
        .where(
            OrderEater.client_id.in_(client_ids),
            Order.service_day == day,
            Order.meal != "",
            Order.state.in_(_CAME),
        )
    )
    found: dict[int, dict[str, _Parts]] = {}
    for client_id, meal, variant, amount_g in rows:
        found.setdefault(client_id or 0, {}).setdefault(meal, []).append((variant, amount_g))
    return found


def _planned(session: Session, client_id: int, day: date) -> dict[str, _Parts]:
    plan = meals.approved_plan(session, client_id, day)
    moments: dict[str, _Parts] = defaultdict(list)
    if plan is not None:
        for item in served(session, plan).on(day):
            moments[item["slot"]].append((item["variant"], item["grams"]))
    return moments


def _kcal(variants: Mapping[str, Variant], parts: _Parts) -> int | None:
    """Give the kcal of these grams, rounded to whole ones; unknown when one of them is."""
    total = Fraction(0)
    for name, amount_g in parts:
        variant = variants.get(name)
        per_100g = None if variant is None else variant.per_100g[_ENERGY]
        if per_100g is None:
            return None
        total += Fraction(per_100g * amount_g, 100 * _SCALE)
    return round(total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """One eating moment as the page shows it: what it held and what was noted, if anything."""

    slot: str
    planned_kcal: int | None
    quarters: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateDay:
    """One client's moments of one day."""

    client: Client
    day: date
    plates: tuple[Plate, ...]


def plates(session: Session, actor: Actor, client_id: int, day: date, now: datetime) -> PlateDay:
    """Give a day's eating moments of a client, to note what was eaten."""
    client = find_client(session, actor, client_id, Permission.RECORD_INTAKE)
    check_day(day, now)
    energies = planned_energy(session, (client.id,), day).get(client.id, {})
    noted = {slot: row.quarters for (_, slot), row in _kept(session, (client.id,), day).items()}
    note_access(session, actor, now, "intake.viewed", client.id)
    shown = energies.keys() | noted.keys() or {"breakfast", "lunch", "supper"}
    return PlateDay(
        client=client,
        day=day,
        plates=tuple(
            Plate(slot=slot, planned_kcal=energies.get(slot), quarters=noted.get(slot))
            for slot in MEALS
            if slot in shown
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WardPlates:
    """One meal of a ward: who lives there and how much each ate, as far as noted."""

    ward_id: int
    ward: str
    site: str
    day: date
    meal: str
    residents: tuple[tuple[Client, int | None], ...]


def _own_ward(session: Session, actor: Actor, ward_id: int) -> tuple[Ward, Site]:
    """Give a ward the actor serves; who serves none finds none, as at any other door."""
    if not actor.may(Permission.ORDER_GROUP):
        raise NotFound
    return find_ward(session, actor, ward_id)


def ward_plates(
    session: Session, actor: Actor, ward_id: int, now: datetime, *, day: date, meal: str
) -> WardPlates:
    """Give a ward's residents at one meal; NotFound for another house's ward."""
    ward, site = _own_ward(session, actor, ward_id)
    check_day(day, now)
    residents = _residents(session, ward.id)
    noted = _kept(session, [one.id for one in residents], day)
    for client in residents:
        note_access(session, actor, now, "intake.viewed", client.id)
    return WardPlates(
        ward_id=ward.id,
        ward=ward.name,
        site=site.name,
        day=day,
        meal=meal,
        residents=tuple(
            (one, row.quarters if (row := noted.get((one.id, meal))) else None) for one in residents
        ),
    )


def _residents(session: Session, ward_id: int) -> list[Client]:
    return list(
        session.scalars(
            select(Client)
            .where(Client.ward_id == ward_id, Client.left_on.is_(None))
            .order_by(Client.family_name, Client.given_name, Client.id)
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WardEaten:
    """What a ward ate at one meal: quarters by resident; who is not named was not noted."""

    day: date
    meal: str
    quarters: Mapping[int, int]
    why: str = ""


def record_ward(
    session: Session, actor: Actor, ward_id: int, eaten: WardEaten, now: datetime
) -> int:
    """Note what the residents of a ward ate at a meal; gives how many notes are new.

    NotFound for another house's ward and for somebody who does not live there.
    """
    ward, _ = _own_ward(session, actor, ward_id)
    if not eaten.quarters.keys() <= {one.id for one in _residents(session, ward.id)}:
        raise NotFound
    check_day(eaten.day, now)
    energies = planned_energy(session, eaten.quarters, eaten.day)
    kept = _kept(session, eaten.quarters, eaten.day)
    new = []
    for client_id, quarters in eaten.quarters.items():
        planned = energies.get(client_id, {})
        row = _row(
            actor,
            client_id,
            eaten.day,
            eaten.meal,
            energies=planned,
            quarters=quarters,
            at=now,
        )
        if _is_news(row, kept.get((client_id, eaten.meal)), why=eaten.why):
            new.append(row)
            note_access(session, actor, now, "intake.recorded", client_id)
    _save(session, new)
    return len(new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One note that was changed: what it was, what it became, who, when and why."""

    day: date
    slot: str
    was: int
    became: int
    by: str
    at: datetime
    why: str


def corrections(session: Session, client_id: int, *, since: date) -> tuple[Correction, ...]:
    """Give what was corrected since a day, the newest first."""
    rows = session.execute(
        select(IntakeRecord, User.name)
        .outerjoin(User, User.id == IntakeRecord.recorded_by)
        .where(IntakeRecord.client_id == client_id, IntakeRecord.day >= since)
        .order_by(IntakeRecord.id)
    ).all()
    before: dict[tuple[date, str], int] = {}
    found = []
    for row, name in rows:
        key = (row.day, row.slot)
        if key in before:
            found.append(
                Correction(
                    day=row.day,
                    slot=row.slot,
                    was=before[key],
                    became=row.quarters,
                    by=name or "",
                    at=row.recorded_at,
                    why=row.why,
                )
            )
        before[key] = row.quarters
    return tuple(reversed(found))
