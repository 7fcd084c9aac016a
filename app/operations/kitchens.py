"""Administration of the kitchen: room in store, places and hours of machines, people by shift."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, NotFound, Permission, Refused, require
from app.models.cooking import KitchenShift
from app.models.planning import Depot, Machine
from app.operations.depots import depot_of, depot_rows
from app.operations.upkeep import note_access
from logistics import Skill
from menus import Programme, StepKind

KITCHEN_CODES = (
    "admin.code_taken",
    "admin.kitchen.closes_first",
    "admin.kitchen.free_unsaid",
    "admin.kitchen.other_programme",
)
"""Why an act of administration on the kitchen can be refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KitchenFacts:
    """A kitchen as an administrator sees it."""

    depot: Depot
    machines: tuple[Machine, ...]
    shifts: tuple[KitchenShift, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomFacts:
    """Room in store and the longest wait before cooling; None is not known."""

    frozen_litres: int | None
    chilled_litres: int | None
    chill_wait_min: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineFacts:
    """Everything about a machine that an administrator fills in; see the machine's row."""

    name: str
    capacity_g: int
    open_min: int
    close_min: int
    places: int | None
    dedicated: bool | None
    free_open_min: int | None
    free_close_min: int | None
    free_of: tuple[str, ...]
    programmes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftFacts:
    """People of one skill who work together each day."""

    code: str
    skill: Skill
    people: int
    open_min: int
    close_min: int
    overtime_min: int


def kitchen(session: Session, actor: Actor) -> KitchenFacts:
    """Give the kitchen with its machines and shifts; NotFound when there is none yet."""
    require(actor, Permission.ADMINISTER)
    depot = depot_of(session, actor)
    shifts = sorted(depot_rows(session, KitchenShift, depot.id), key=_first)
    machines = depot_rows(session, Machine, depot.id)
    return KitchenFacts(depot=depot, machines=tuple(machines), shifts=tuple(shifts))


def _first(shift: KitchenShift) -> tuple[str, int, str]:
    return shift.skill.value, shift.open_min, shift.code


def change_room(session: Session, actor: Actor, facts: RoomFacts, now: datetime) -> None:
    """Write down the room of the stores and the wait before cooling."""
    require(actor, Permission.ADMINISTER)
    _write(depot_of(session, actor), facts)
    note_access(session, actor, now, "admin.kitchen_changed")


def find_machine(session: Session, actor: Actor, machine_id: int) -> Machine:
    """Give a machine of the actor's kitchen; NotFound when there is none."""
    require(actor, Permission.ADMINISTER)
    machine = session.get(Machine, machine_id)
    if machine is None or machine.depot_id != depot_of(session, actor).id:
        raise NotFound
    return machine


def change_machine(
    session: Session, actor: Actor, machine_id: int, facts: MachineFacts, now: datetime
) -> Machine:
    """Change a machine; raises Refused for hours that end first, or free hours half said.

    Refused too for a programme that another kind of machine runs.
    """
    machine = find_machine(session, actor, machine_id)
    _check(machine.kind, facts)
    _write(machine, facts)
    note_access(session, actor, now, "admin.kitchen_changed")
    return machine


def add_machine(
    session: Session, actor: Actor, *, code: str, kind: StepKind, facts: MachineFacts, now: datetime
) -> Machine:
    """Add a machine that does one kind of step; raises Refused as a change does.

    Refused too when the code is taken. What it cooks and keeps free of allergens may be said later.
    """
    require(actor, Permission.ADMINISTER)
    if session.scalar(select(Machine.id).where(Machine.code == code)) is not None:
        raise Refused(("code", "admin.code_taken", {"taken": code}))
    _check(kind, facts)
    machine = Machine(
        depot_id=depot_of(session, actor).id,
        code=code,
        kind=kind,
        name=facts.name,
        capacity_g=facts.capacity_g,
        open_min=facts.open_min,
        close_min=facts.close_min,
    )
    _write(machine, facts)
    session.add(machine)
    session.flush()
    note_access(session, actor, now, "admin.kitchen_changed")
    return machine


def _check(kind: StepKind, facts: MachineFacts) -> None:
    _in_order("close", facts.open_min, facts.close_min)
    if not set(facts.programmes).issubset(Programme.of(kind)):
        raise Refused(("programmes", "admin.kitchen.other_programme", {}))
    if facts.dedicated:
        opens, closes = facts.free_open_min, facts.free_close_min
        if opens is None or closes is None or not facts.free_of:
            raise Refused(("free_of", "admin.kitchen.free_unsaid", {}))
        _in_order("free_close", opens, closes)


def add_shift(session: Session, actor: Actor, facts: ShiftFacts, now: datetime) -> KitchenShift:
    """Add people of one skill; raises Refused when the code is taken or the hours end first."""
    require(actor, Permission.ADMINISTER)
    if session.scalar(select(KitchenShift.id).where(KitchenShift.code == facts.code)):
        raise Refused(("code", "admin.code_taken", {"taken": facts.code}))
    _in_order("close", facts.open_min, facts.close_min)
    values = {name: getattr(facts, name) for name in ShiftFacts.__slots__}
    shift = KitchenShift(depot_id=depot_of(session, actor).id, **values)
    session.add(shift)
    session.flush()
    note_access(session, actor, now, "admin.kitchen_changed")
    return shift


def remove_shift(session: Session, actor: Actor, shift_id: int, now: datetime) -> None:
    """Take a shift away; NotFound when it is gone already."""
    require(actor, Permission.ADMINISTER)
    shift = session.get(KitchenShift, shift_id)
    if shift is None or shift.depot_id != depot_of(session, actor).id:
        raise NotFound
    session.delete(shift)
    note_access(session, actor, now, "admin.kitchen_changed")


def _in_order(field: str, opens: int, closes: int) -> None:
    if opens >= closes:
        raise Refused((field, "admin.kitchen.closes_first", {}))


def _write(row: Depot | Machine, facts: Any) -> None:
    for name in facts.__slots__:
        value = getattr(facts, name)
        setattr(row, name, list(value) if isinstance(value, tuple) else value)
