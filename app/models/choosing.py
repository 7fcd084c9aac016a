"""What clients say of their dishes: how one tasted, and which other one they chose for a day."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choice, short
from menus import Liking, Portion, Rating


class ChoiceState(StrEnum):
    """A choice within what was signed stands at once; one beyond it asks the dietitian."""

    ASKED = "asked"
    CHOSEN = "chosen"
    UNDONE = "undone"
    DECLINED = "declined"
    REPLACED = "replaced"


_LIVE = text("ended_at is null")


class DishRating(Base):
    """How one component tasted to a client on one day; mended on the day it was said."""

    __tablename__ = "dish_rating"
    __table_args__ = (UniqueConstraint("client_id", "day", "component"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    day: Mapped[date]
    component: Mapped[str] = mapped_column(short)
    liking: Mapped[Liking] = mapped_column(choice(Liking))
    rated_at: Mapped[datetime]
    rated_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)

    def as_rating(self) -> Rating:
        """Give the rating to the room that draws tastes from it."""
        return Rating(component=self.component, day=self.day, liking=self.liking)


class TasteRemoval(Base):
    """Somebody's word that what was said of a component until then no longer counts."""

    __tablename__ = "taste_removal"
    __table_args__ = (Index("ix_taste_removal_client_component", "client_id", "component"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    component: Mapped[str] = mapped_column(short)
    removed_at: Mapped[datetime]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)


class DishChoice(Base):
    """Another dish for one place of one day: an amendment beside the signed week, never in it.

    `made_by` chose or asked; `allowed_by` is the dietitian who allowed what was asked.
    """

    __tablename__ = "dish_choice"
    __table_args__ = (
        Index(
            "ix_dish_choice_one_live",
            "client_id",
            "day",
            "slot",
            "role",
            "state",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_dish_choice_plan_day", "plan_id", "day"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("meal_plan.id"))
    day: Mapped[date]
    slot: Mapped[str] = mapped_column(short)
    role: Mapped[str] = mapped_column(short)
    before: Mapped[str] = mapped_column(short)  # the variant that was signed
    variant: Mapped[str] = mapped_column(short)
    portion: Mapped[Portion] = mapped_column(choice(Portion))
    grams: Mapped[int]
    state: Mapped[ChoiceState] = mapped_column(choice(ChoiceState))
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    allowed_at: Mapped[datetime | None] = mapped_column(default=None)
    allowed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
