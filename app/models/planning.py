"""Kitchen, depot and vans, and the plan of each service day."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    ScalarSelect,
    UniqueConstraint,
    case,
    column,
    func,
    select,
    table,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

import logistics
from app.db import Base, choice, short
from app.models.frozen import read
from menus import Programme, StepKind, Zone
from optimizer import FreeWindow


def only_depot() -> ScalarSelect[int]:
    """Give the kitchen where there is one alone; none and several give nothing.

    What is written without a kitchen belongs to the only one; with several it must be said.
    """
    depots = table("depot", column("id"))
    return select(case((func.count(depots.c.id) == 1, func.min(depots.c.id)))).scalar_subquery()


class DayPlanState(StrEnum):
    """A plan is proposed by the machine and published by a person."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class Depot(Base):
    """Where the vans start and the kitchen stands."""

    __tablename__ = "depot"

    code: Mapped[str] = mapped_column(short, unique=True)
    name: Mapped[str] = mapped_column(short)
    street: Mapped[str] = mapped_column(short)
    postcode: Mapped[str] = mapped_column(short)
    place: Mapped[str] = mapped_column(short)
    lat_e5: Mapped[int]
    lon_e5: Mapped[int]
    frozen_cold_min: Mapped[int] = mapped_column(default=240)  # longest from depot to door
    chilled_cold_min: Mapped[int] = mapped_column(default=180)
    frozen_litres: Mapped[int | None] = mapped_column(default=None)  # None: nobody measured it
    chilled_litres: Mapped[int | None] = mapped_column(default=None)
    chill_wait_min: Mapped[int | None] = mapped_column(default=None)  # longest, before cooling

    def as_depot(self) -> logistics.Depot:
        """Give the depot to the room that plans routes."""
        point = logistics.Point(lat_e5=self.lat_e5, lon_e5=self.lon_e5)
        budgets = ((Zone.FROZEN, self.frozen_cold_min), (Zone.CHILLED, self.chilled_cold_min))
        return logistics.Depot(
            id=self.code,
            point=point,
            cold_budgets=tuple(
                logistics.ColdBudget(zone=zone, minutes=minutes, source="house rule of the depot")
                for zone, minutes in budgets
            ),
        )

    def litres(self) -> dict[Zone, int]:
        """Give the cold rooms whose room is known."""
        known = ((Zone.FROZEN, self.frozen_litres), (Zone.CHILLED, self.chilled_litres))
        return {zone: litres for zone, litres in known if litres is not None}


class TrafficBand(Base):
    """How fast a depot's vans drive from a minute of a weekday on, until its next band.

    `weekday` 0 is Monday; `permille` are thousandths of the usual speed.
    """

    __tablename__ = "traffic_band"
    __table_args__ = (
        UniqueConstraint("depot_id", "weekday", "from_min"),
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint("from_min between 0 and 1439", name="of_the_day"),
        CheckConstraint("permille between 50 and 2000", name="speed"),
    )

    depot_id: Mapped[int] = mapped_column(ForeignKey("depot.id"))
    weekday: Mapped[int]
    from_min: Mapped[int]
    permille: Mapped[int]


class Machine(Base):
    """One resource of the kitchen that does one kind of step. Minutes after local midnight.

    `places` None: nobody counted its trays. `programmes` empty: nobody said. `dedicated` says
    whether it keeps hours free of allergens; None: nobody said.
    """

    __tablename__ = "machine"

    depot_id: Mapped[int] = mapped_column(ForeignKey("depot.id"))
    code: Mapped[str] = mapped_column(short, unique=True)
    name: Mapped[str] = mapped_column(short)
    kind: Mapped[StepKind] = mapped_column(choice(StepKind))
    capacity_g: Mapped[int]
    open_min: Mapped[int]
    close_min: Mapped[int]
    places: Mapped[int | None] = mapped_column(default=None)
    dedicated: Mapped[bool | None] = mapped_column(default=None)
    free_open_min: Mapped[int | None] = mapped_column(default=None)
    free_close_min: Mapped[int | None] = mapped_column(default=None)
    free_of: Mapped[list[Any]] = mapped_column(default_factory=list)  # allergens
    programmes: Mapped[list[Any]] = mapped_column(default_factory=list)

    def as_machine(self, down: tuple[tuple[int, int], ...] = ()) -> logistics.Machine:
        """Give the machine to the room that plans the kitchen, with when it does not work."""
        return logistics.Machine(
            id=self.code,
            kind=self.kind,
            capacity_g=self.capacity_g,
            open_min=self.open_min,
            close_min=self.close_min,
            places=self.places,
            programmes=frozenset(Programme(one) for one in self.programmes),
            free=self._free(),
            down=down,
        )

    def _free(self) -> tuple[FreeWindow, ...] | None:
        """Hours said to be free but not of what, or not when, are as good as not said."""
        if self.dedicated is False:
            return ()
        opens, closes = self.free_open_min, self.free_close_min
        if not self.dedicated or opens is None or closes is None or not self.free_of:
            return None
        return (logistics.hours_free_of(opens, closes, self.free_of),)


BREAKS = ("break", "break2", "break3")
"""What the columns of each break of a shift begin with."""


def break_parts(told: Any, name: str) -> tuple[int | None, int | None, int | None]:
    """Give the first begin, the last and the minutes of one break of whatever has its columns."""
    parts = ("earliest_min", "latest_min", "minutes")
    since, until, minutes = (getattr(told, f"{name}_{part}") for part in parts)
    return since, until, minutes


def breaks_of(told: Any) -> dict[str, logistics.DriverBreak]:
    """Give the breaks that a shift owes, in the order they are taken; one half said is none."""
    found = {}
    for name in BREAKS:
        since, until, minutes = break_parts(told, name)
        if since is not None and until is not None and minutes:
            found[name] = logistics.DriverBreak(
                earliest_min=since, latest_min=until, minutes=minutes
            )
    return dict(sorted(found.items(), key=lambda one: (one[1].latest_min, one[1].earliest_min)))


class Vehicle(Base):
    """A van with boxes per temperature zone, a shift and its costs in cents."""

    __tablename__ = "vehicle"

    depot_id: Mapped[int] = mapped_column(ForeignKey("depot.id"))
    code: Mapped[str] = mapped_column(short, unique=True)
    letter: Mapped[str] = mapped_column(short)
    name: Mapped[str] = mapped_column(short)
    frozen_boxes: Mapped[int]
    chilled_boxes: Mapped[int]
    ambient_boxes: Mapped[int]
    open_min: Mapped[int]
    close_min: Mapped[int]
    max_minutes: Mapped[int]
    fixed_cents: Mapped[int]
    cents_per_km: Mapped[int]
    cents_per_hour: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
    reloads: Mapped[bool] = mapped_column(default=False)
    loading_min: Mapped[int] = mapped_column(default=logistics.LOADING_MIN)
    switches: Mapped[int] = mapped_column(default=0)  # compartments that may be set to any zone
    switch_boxes: Mapped[int] = mapped_column(default=0)  # in each of them
    skills: Mapped[list[Any]] = mapped_column(default_factory=list)
    break_earliest_min: Mapped[int | None] = mapped_column(default=None)
    break_latest_min: Mapped[int | None] = mapped_column(default=None)
    break_minutes: Mapped[int | None] = mapped_column(default=None)
    break2_earliest_min: Mapped[int | None] = mapped_column(default=None)
    break2_latest_min: Mapped[int | None] = mapped_column(default=None)
    break2_minutes: Mapped[int | None] = mapped_column(default=None)
    break3_earliest_min: Mapped[int | None] = mapped_column(default=None)
    break3_latest_min: Mapped[int | None] = mapped_column(default=None)
    break3_minutes: Mapped[int | None] = mapped_column(default=None)
    latest_start_min: Mapped[int | None] = mapped_column(default=None)  # leaves first no later

    def as_vehicle(self) -> logistics.Vehicle:
        """Give the van to the room that plans routes, with the breaks its shift owes."""
        return logistics.Vehicle(
            id=self.code,
            letter=self.letter,
            capacity=logistics.Boxes(
                frozen=self.frozen_boxes, chilled=self.chilled_boxes, ambient=self.ambient_boxes
            ),
            shift_open_min=self.open_min,
            shift_close_min=self.close_min,
            latest_start_min=self.latest_start_min,
            longest_min=self.max_minutes,
            fixed_cents=self.fixed_cents,
            cents_per_km=self.cents_per_km,
            cents_per_hour=self.cents_per_hour,
            rests=tuple(breaks_of(self).values()),
            reloads=self.reloads,
            loading_min=self.loading_min,
            switches=self.switches,
            switch_boxes=self.switch_boxes,
            skills=tuple(logistics.DriverSkill(skill) for skill in sorted(self.skills)),
        )


class DayPlan(Base):
    """Production, purchases and routes of one depot and service day, replayable from its rows."""

    __tablename__ = "day_plan"
    __table_args__ = (
        UniqueConstraint("depot_id", "service_day", "version"),
        Index(
            "ix_day_plan_one_published",
            "depot_id",
            "service_day",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
    )

    depot_id: Mapped[int] = mapped_column(ForeignKey("depot.id"))
    service_day: Mapped[date] = mapped_column(index=True)
    version: Mapped[int]
    state: Mapped[DayPlanState] = mapped_column(choice(DayPlanState))
    snapshot: Mapped[str] = mapped_column(short)  # what the orders and stock were when gathered
    document: Mapped[dict[str, Any]] = mapped_column(deferred=True)  # plan.json, for replay
    content: Mapped[dict[str, Any]] = mapped_column(deferred=True)  # in the types of the room
    cost_cents: Mapped[int]
    unserved_count: Mapped[int]
    created_at: Mapped[datetime]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"), default=None)
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)

    def as_stored_day(self) -> "StoredDay":
        """Give the plan with the orders it was made for."""
        return read(StoredDay, self.content)


class TourPin(Base):
    """A tour that a person keeps as it is when its day is planned anew.

    `stops` are the sites in their order, an empty text where the van comes back to load.
    """

    __tablename__ = "tour_pin"
    __table_args__ = (UniqueConstraint("service_day", "vehicle_id"),)

    service_day: Mapped[date]
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicle.id"))
    stops: Mapped[list[Any]]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)


class WhatIf(Base):
    """A copy of a planned day with something else, to look at; nothing is printed or done by it."""

    __tablename__ = "what_if"
    __table_args__ = (UniqueConstraint("depot_id", "service_day", "name"),)

    depot_id: Mapped[int] = mapped_column(ForeignKey("depot.id"))
    base_id: Mapped[int] = mapped_column(ForeignKey("day_plan.id"), index=True)
    service_day: Mapped[date]
    name: Mapped[str] = mapped_column(short)
    change: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"), index=True, default=None)
    content: Mapped[dict[str, Any] | None] = mapped_column(deferred=True, default=None)
    planned_at: Mapped[datetime | None] = mapped_column(default=None)

    def as_change(self) -> logistics.DayChange:
        """Give what it has otherwise."""
        return read(logistics.DayChange, self.change)

    def as_stored_day(self) -> "StoredDay | None":
        """Give its plan with its orders; None until it was planned."""
        return None if self.content is None else read(StoredDay, self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDay:
    """A planned day with the orders as they were when it was gathered."""

    orders: tuple[logistics.DayOrder, ...]
    plan: logistics.DayPlan
