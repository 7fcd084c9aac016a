"""The catalogue as rows, weekly plans, and the menus of wards and units."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choice, short


class MealPlanState(StrEnum):
    """A plan is proposed by the machine and approved, or refused, by a dietitian.

    Unmet: no week meets the request. It never was a proposal, but it says which rules clash.
    """

    PROPOSED = "proposed"
    UNMET = "unmet"
    APPROVED = "approved"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


WAITING = (MealPlanState.PROPOSED, MealPlanState.UNMET)
"""States of a week that waits for a dietitian."""
PAST = (MealPlanState.SUPERSEDED, MealPlanState.REFUSED)
"""States of a week that nobody has to look at any more."""


class CatalogueRow(Base):
    """One row of the catalogue in the shape of its CSV: an ingredient, recipe line or component.

    The rooms derive everything else from these rows; nothing derived is ever stored.
    """

    __tablename__ = "catalogue_row"
    __table_args__ = (UniqueConstraint("table_name", "position"),)

    table_name: Mapped[str] = mapped_column(short)  # ingredients, recipes, components
    position: Mapped[int]
    cells: Mapped[dict[str, Any]]


class MealPlan(Base):
    """A client's week, with the request it answers, so that it can be composed again."""

    __tablename__ = "meal_plan"
    __table_args__ = (
        Index("ix_meal_plan_client_start", "client_id", "start_day"),
        Index(
            "ix_meal_plan_one_approved",
            "client_id",
            "start_day",
            unique=True,
            sqlite_where=text("state = 'approved'"),
            postgresql_where=text("state = 'approved'"),
        ),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    prescription_id: Mapped[int] = mapped_column(ForeignKey("prescription.id"))
    start_day: Mapped[date]
    days: Mapped[int]
    state: Mapped[MealPlanState] = mapped_column(choice(MealPlanState))
    request: Mapped[dict[str, Any]]  # one request of the compose format
    result: Mapped[dict[str, Any]]  # one result of the compose format
    catalogue_version: Mapped[str] = mapped_column(short)
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None] = mapped_column(default=None)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    reason: Mapped[str | None] = mapped_column(default=None)  # why it was signed or refused so
    given_up: Mapped[list[Any] | None] = mapped_column(default=None)
    """Rules of the request that do not hold this week: [{"rule": ..., "reason": ...}, ...]."""
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("meal_plan.id"), default=None)

    @property
    def rules_given_up(self) -> tuple[str, ...]:
        """Give the rules that do not hold this week, by name."""
        return tuple(str(one["rule"]) for one in self.given_up or ())


class GroupMenu(Base):
    """What a residential centre or hospital eats at one meal: components by role."""

    __tablename__ = "group_menu"
    __table_args__ = (UniqueConstraint("site_id", "service_day", "meal"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    service_day: Mapped[date]
    meal: Mapped[str] = mapped_column(short)
    components: Mapped[list[Any]]  # component ids, first choice first within a role
