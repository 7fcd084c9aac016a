"""Administration of the vans: what they hold, when they drive, what their drivers can do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, NotFound, Permission, Refused, require
from app.models.planning import BREAKS, Vehicle, break_parts, breaks_of
from app.operations.depots import depot_of, depot_rows
from app.operations.upkeep import note_access
from logistics import DriverSkill, crowded

VAN_CODES = (
    "admin.code_taken",
    "admin.van.letter_taken",
    "admin.van.closes_first",
    "admin.van.starts_outside",
    "admin.van.switch_unsaid",
    "admin.van.break_unsaid",
    "admin.van.break_crowded",
)
"""Why an act of administration on vans can be refused."""
Van = Vehicle
"""A van, for pages that know no tables."""
BREAK_NAMES = BREAKS
"""What the fields of each break begin with, for the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VanFacts:
    """Everything about a van that an administrator fills in; see the van's row."""

    letter: str
    name: str
    frozen_boxes: int
    chilled_boxes: int
    ambient_boxes: int
    switches: int
    switch_boxes: int
    open_min: int
    close_min: int
    latest_start_min: int | None
    max_minutes: int
    break_earliest_min: int | None
    break_latest_min: int | None
    break_minutes: int | None
    break2_earliest_min: int | None
    break2_latest_min: int | None
    break2_minutes: int | None
    break3_earliest_min: int | None
    break3_latest_min: int | None
    break3_minutes: int | None
    reloads: bool
    loading_min: int
    skills: tuple[DriverSkill, ...]
    fixed_cents: int
    cents_per_km: int
    cents_per_hour: int
    active: bool


def vans(session: Session, actor: Actor) -> tuple[Vehicle, ...]:
    """Give every van, also those that do not drive; NotFound when there is no depot yet."""
    require(actor, Permission.ADMINISTER)
    rows = depot_rows(session, Vehicle, depot_of(session, actor).id)
    return tuple(sorted(rows, key=lambda van: (not van.active, van.letter)))


def find_van(session: Session, actor: Actor, van_id: int) -> Vehicle:
    """Give a van of the actor's kitchen; NotFound when there is none."""
    require(actor, Permission.ADMINISTER)
    van = session.get(Vehicle, van_id)
    if van is None or van.depot_id != depot_of(session, actor).id:
        raise NotFound
    return van


def add_van(
    session: Session, actor: Actor, *, code: str, facts: VanFacts, now: datetime
) -> Vehicle:
    """Add a van; raises Refused when its code or letter is taken or a fact is half said."""
    require(actor, Permission.ADMINISTER)
    if session.scalar(select(Vehicle.id).where(Vehicle.code == code)) is not None:
        raise Refused(("code", "admin.code_taken", {"taken": code}))
    depot_id = depot_of(session, actor).id
    _check(session, facts, depot_id)
    van = Vehicle(depot_id=depot_id, code=code, **_columns(facts))
    session.add(van)
    session.flush()
    note_access(session, actor, now, "admin.van_changed")
    return van


def change_van(
    session: Session, actor: Actor, van_id: int, facts: VanFacts, now: datetime
) -> Vehicle:
    """Change a van; raises Refused when its letter is taken or a fact is half said."""
    van = find_van(session, actor, van_id)
    _check(session, facts, van.depot_id, van.id)
    for name, value in _columns(facts).items():
        setattr(van, name, value)
    note_access(session, actor, now, "admin.van_changed")
    return van


def _check(session: Session, facts: VanFacts, depot_id: int, own: int = 0) -> None:
    """Two vans of a kitchen never bear one letter; hours, compartments and breaks hang together."""
    here = (Vehicle.depot_id == depot_id, Vehicle.active, Vehicle.id != own)
    same = (Vehicle.letter == facts.letter, *here)
    if facts.active and session.scalar(select(Vehicle.id).where(*same)) is not None:
        raise Refused(("letter", "admin.van.letter_taken", {"taken": facts.letter}))
    if facts.open_min >= facts.close_min:
        raise Refused(("close", "admin.van.closes_first", {}))
    latest = facts.latest_start_min
    if latest is not None and not facts.open_min <= latest <= facts.close_min:
        raise Refused(("latest_start", "admin.van.starts_outside", {}))
    if bool(facts.switches) != bool(facts.switch_boxes):
        raise Refused(("switch_boxes", "admin.van.switch_unsaid", {}))
    for name in BREAKS:
        told = [part is not None for part in break_parts(facts, name)]
        if any(told) and not all(told):
            raise Refused((f"{name}_minutes", "admin.van.break_unsaid", {}))
    rests = breaks_of(facts)
    if (late := crowded(rests.values())) is not None:
        place, begin_min = late
        begin = f"{begin_min // 60}:{begin_min % 60:02d}"
        raise Refused((f"{list(rests)[place]}_latest", "admin.van.break_crowded", {"time": begin}))


def _columns(facts: VanFacts) -> dict[str, Any]:
    values = {name: getattr(facts, name) for name in VanFacts.__slots__}
    return values | {"skills": sorted(skill.value for skill in facts.skills)}
