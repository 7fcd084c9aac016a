"""What is followed between visits: warnings, what was eaten, what went wrong, who took over."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

import screening
from app.db import Base, choice, short
from screening import CareEvent, Facts, Rung, WarningCode, WarningLevel


class Outcome(StrEnum):
    """How a warning ended."""

    TREATED = "treated"
    PRESCRIPTION_CHANGED = "prescription_changed"
    REFERRED = "referred"
    EXPLAINED = "explained"
    WRONG_DATA = "wrong_data"
    GONE = "gone"  # what nobody had done was done
    MUTED = "muted"


class MissedKind(StrEnum):
    """Why a meal was not eaten as it was sent; a breach of the cold chain is a missed meal."""

    MISSED = "missed"
    REFUSED = "refused"
    COLD_CHAIN = "cold_chain"


_OPEN = text("closed_at is null")
_VALID = text("replaced_at is null")
_RUNNING = text("ended_at is null")


class EarlyWarning(Base):
    """An open sign of decline: one per client and code, with its owner, deadline and outcome."""

    __tablename__ = "early_warning"
    __table_args__ = (
        Index(
            "ix_early_warning_one_open",
            "client_id",
            "code",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_early_warning_client_opened", "client_id", "opened_at"),
        Index("ix_early_warning_due", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        CheckConstraint("(closed_at is null) = (outcome is null)", name="closed_with_outcome"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    code: Mapped[WarningCode] = mapped_column(choice(WarningCode))
    level: Mapped[WarningLevel] = mapped_column(choice(WarningLevel))
    reasons: Mapped[list[Any]]
    facts: Mapped[dict[str, Any]]  # whole numbers, or decimals as their digits
    opened_at: Mapped[datetime]
    rung: Mapped[Rung] = mapped_column(choice(Rung))
    due_at: Mapped[datetime]
    fact_on: Mapped[date | None] = mapped_column(default=None)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome), default=None)
    note: Mapped[str] = mapped_column(default="")

    @property
    def numbers(self) -> Facts:
        """The facts as exact numbers."""
        return {
            name: value if isinstance(value, int) else Decimal(value)
            for name, value in self.facts.items()
        }


def fact_cells(facts: Mapping[str, int | Decimal]) -> dict[str, Any]:
    """Give facts as they are kept: whole numbers, and the digits of a decimal."""
    return {name: one if isinstance(one, int) else str(one) for name, one in facts.items()}


class Mute(Base):
    """A clinician's word that a sign need not be heard until a day; a graver one still is."""

    __tablename__ = "warning_mute"
    __table_args__ = (Index("ix_warning_mute_client_until", "client_id", "until"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    code: Mapped[WarningCode] = mapped_column(choice(WarningCode))
    level: Mapped[WarningLevel] = mapped_column(choice(WarningLevel))
    reason: Mapped[str]
    until: Mapped[date]  # the last silent day
    muted_at: Mapped[datetime]
    muted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class IntakeRecord(Base):
    """How many quarters of one meal were eaten; a correction replaces a row and keeps it."""

    __tablename__ = "intake_record"
    __table_args__ = (
        Index(
            "ix_intake_record_one_valid",
            "client_id",
            "day",
            "slot",
            unique=True,
            sqlite_where=_VALID,
            postgresql_where=_VALID,
        ),
        Index("ix_intake_record_client_day", "client_id", "day"),
        CheckConstraint("quarters between 0 and 4", name="quarters"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    day: Mapped[date]
    slot: Mapped[str] = mapped_column(short)
    quarters: Mapped[int]
    planned_kcal: Mapped[int | None]  # energy of the meal as it was planned; None is unknown
    day_kcal: Mapped[int | None]  # energy of all meals planned that day
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    why: Mapped[str] = mapped_column(default="")  # of a correction
    replaced_at: Mapped[datetime | None] = mapped_column(default=None)

    def as_meal(self) -> screening.MealIntake:
        """Give the meal to the room that watches intake."""
        return screening.MealIntake(
            on=self.day, slot=self.slot, planned_kcal=self.planned_kcal, quarters=self.quarters
        )


class MissedMeal(Base):
    """A meal that was missed, refused or spoilt; `alone` as known at that moment."""

    __tablename__ = "missed_meal"
    __table_args__ = (Index("ix_missed_meal_client_day", "client_id", "day"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    day: Mapped[date]
    kind: Mapped[MissedKind] = mapped_column(choice(MissedKind))
    dish: Mapped[str | None] = mapped_column(short)
    alone: Mapped[bool | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    note: Mapped[str] = mapped_column(default="")

    def as_drop(self) -> screening.Drop:
        """Give the moment to the room that watches deliveries."""
        return screening.Drop(on=self.day, missed=True, dish=self.dish)


class HomeCount(Base):
    """One count of a home's stock beside what should have lain there; None is unknown."""

    __tablename__ = "home_count"
    __table_args__ = (Index("ix_home_count_client_at", "client_id", "counted_at"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    day: Mapped[date]
    counted_at: Mapped[datetime]
    counted: Mapped[int | None]
    expected: Mapped[int | None]

    def as_count(self) -> screening.StockCount:
        """Give the count to the room that watches what is not eaten."""
        return screening.StockCount(on=self.day, counted=self.counted, expected=self.expected)


class LifeEvent(Base):
    """Something that happened to a client and asks for a screening, or for a call at once."""

    __tablename__ = "life_event"
    __table_args__ = (Index("ix_life_event_client_day", "client_id", "day"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    event: Mapped[CareEvent] = mapped_column(choice(CareEvent))
    day: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)


class Delegation(Base):
    """A client's row of the worklist in a colleague's hands until a day; one at a time."""

    __tablename__ = "delegation"
    __table_args__ = (
        Index(
            "ix_delegation_one_running",
            "client_id",
            unique=True,
            sqlite_where=_RUNNING,
            postgresql_where=_RUNNING,
        ),
        Index("ix_delegation_to", "to_id"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    from_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    until: Mapped[date]
    note: Mapped[str]
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
