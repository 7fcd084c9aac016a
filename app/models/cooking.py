"""People of the kitchen by shift, and when a machine does not work."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import logistics
from app.db import Base, choice, short
from app.models.frozen import read
from logistics import Skill
from optimizer import Shift


class KitchenShift(Base):
    """People of one skill who work together each day. Minutes after local midnight."""

    __tablename__ = "kitchen_shift"
    __table_args__ = (
        CheckConstraint("people > 0 AND overtime_min >= 0", name="has_people"),
        CheckConstraint("open_min < close_min", name="opens_before_it_closes"),
    )

    depot_id: Mapped[int] = mapped_column(ForeignKey("depot.id"), index=True)
    code: Mapped[str] = mapped_column(short, unique=True)
    skill: Mapped[Skill] = mapped_column(choice(Skill))
    people: Mapped[int]
    open_min: Mapped[int]
    close_min: Mapped[int]
    overtime_min: Mapped[int] = mapped_column(default=0)

    def as_shift(self) -> Shift:
        """Give the shift to the room that plans the kitchen."""
        return Shift(
            skill=self.skill,
            people=self.people,
            opens=self.open_min,
            closes=self.close_min,
            overtime_min=self.overtime_min,
        )


class MachineDowntime(Base):
    """Minutes of one service day in which a machine does not work, as people reported it."""

    __tablename__ = "machine_downtime"
    __table_args__ = (
        UniqueConstraint("machine_id", "day", "start_min"),
        CheckConstraint("start_min < end_min", name="fails_before_it_works"),
    )

    machine_id: Mapped[int] = mapped_column(ForeignKey("machine.id"))
    day: Mapped[date] = mapped_column(index=True)
    start_min: Mapped[int]
    end_min: Mapped[int]
    reported_at: Mapped[datetime]
    reported_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)


class ChangeKind(StrEnum):
    """Why a kitchen day is planned again under way."""

    BREAKDOWN = "breakdown"
    PIN = "pin"


class ChangeState(StrEnum):
    """A change is proposed by the machine and approved by a person."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DROPPED = "dropped"


class KitchenChange(Base):
    """A kitchen day planned again beside the plan people know, until a person decides."""

    __tablename__ = "kitchen_change"

    day_plan_id: Mapped[int] = mapped_column(ForeignKey("day_plan.id"), index=True)
    kind: Mapped[ChangeKind] = mapped_column(choice(ChangeKind))
    state: Mapped[ChangeState] = mapped_column(choice(ChangeState))
    subject: Mapped[str] = mapped_column(short)  # the machine that failed, the batch that was put
    content: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)

    def as_change(self) -> logistics.KitchenChange:
        """Give the proposal in the types of the room."""
        return read(logistics.KitchenChange, self.content)
