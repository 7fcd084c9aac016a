"""What is to be fetched or swapped at an address."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

import logistics
from app.db import Base, choice
from logistics import PickupThing


class Pickup(Base):
    """Something to take back to the depot: asked for, then fetched or taken back.

    `wanted_on` None: with the next delivery. Else a van comes for it from that day on, also where
    nothing is delivered.
    """

    __tablename__ = "pickup"
    __table_args__ = (CheckConstraint("boxes > 0", name="takes_room"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    thing: Mapped[PickupThing] = mapped_column(choice(PickupThing))
    boxes: Mapped[int]  # the dry room that it takes in a van
    asked_at: Mapped[datetime]
    wanted_on: Mapped[date | None] = mapped_column(default=None)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    fetched: Mapped[bool] = mapped_column(default=False)

    def as_pickup(self) -> logistics.Pickup:
        """Give it to the room that plans routes."""
        return logistics.Pickup(id=str(self.id), thing=self.thing, boxes=self.boxes)
