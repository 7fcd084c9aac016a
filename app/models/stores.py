"""A house's own store: on which days it is filled and for which meals, and what was counted."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import logistics
from app.db import Base, short


class HouseStore(Base):
    """The rule that fills the store of a residential centre or hospital.

    `meals`: those the house serves from it, ordered by nobody else. `pack_portions`: how many
    portions of a dish come together. `reserve_portions`: of dishes that keep, never counted as
    there to be eaten.
    """

    __tablename__ = "house_store"
    __table_args__ = (
        CheckConstraint("pack_portions > 0", name="pack_positive"),
        CheckConstraint("least_packs >= 0", name="least_not_negative"),
        CheckConstraint("reserve_portions >= 0", name="reserve_not_negative"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), unique=True)
    weekdays: Mapped[list[Any]]  # 0 = Monday
    meals: Mapped[list[Any]]
    pack_portions: Mapped[int] = mapped_column(default=1)
    least_packs: Mapped[int] = mapped_column(default=1)
    reserve_portions: Mapped[int] = mapped_column(default=0)
    freezer_litres: Mapped[int | None] = mapped_column(default=None)
    active: Mapped[bool] = mapped_column(default=True)

    def as_standing_orders(self) -> tuple[logistics.StandingOrder, ...]:
        """Give the rule, a weekday each, to the room that knows calendars."""
        return tuple(
            logistics.StandingOrder(client=str(self.site_id), weekday=weekday)
            for weekday in sorted(self.weekdays)
        )


class StoreCount(Base):
    """Portions of one variant and use-by date that lie in a house's store, as counted.

    Portions None: nobody knows, of no date. Nothing at all has no date either.
    """

    __tablename__ = "store_count"
    __table_args__ = (
        UniqueConstraint("site_id", "variant", "use_by"),
        CheckConstraint("portions is null or portions >= 0", name="not_negative"),
        CheckConstraint(
            "(use_by is null) = (portions is null or portions = 0)",
            name="dated_where_there_is_some",
        ),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    variant: Mapped[str] = mapped_column(short)
    use_by: Mapped[date | None]
    portions: Mapped[int | None]
    counted_at: Mapped[datetime]
