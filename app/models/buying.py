"""What was ordered from suppliers, by whom, and what of it came."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choice, short
from logistics import PurchaseState, RefusedGoods


class PurchaseOrder(Base):
    """An order at one supplier that a person signed; `proposal` names what was signed, once."""

    __tablename__ = "purchase_order"

    code: Mapped[str] = mapped_column(short, unique=True)
    depot_id: Mapped[int] = mapped_column(ForeignKey("depot.id"), index=True)
    supplier: Mapped[str] = mapped_column(short)
    ordered_on: Mapped[date]
    state: Mapped[PurchaseState] = mapped_column(choice(PurchaseState), index=True)
    signed_at: Mapped[datetime]
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    proposal: Mapped[str | None] = mapped_column(short, unique=True, default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)


class PurchaseLine(Base):
    """Packs of one ingredient in an order; `received_g` is what was taken in, never more."""

    __tablename__ = "purchase_line"
    __table_args__ = (
        UniqueConstraint("order_id", "ingredient"),
        CheckConstraint("packs > 0 AND pack_g > 0 AND cents >= 0", name="can_be_bought"),
        CheckConstraint("received_g BETWEEN 0 AND packs * pack_g", name="never_more"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"))
    ingredient: Mapped[str] = mapped_column(short)
    packs: Mapped[int]
    pack_g: Mapped[int]
    cents: Mapped[int]  # for all packs together
    expected_on: Mapped[date]
    received_g: Mapped[int] = mapped_column(default=0)
    refused: Mapped[RefusedGoods | None] = mapped_column(choice(RefusedGoods), default=None)

    @property
    def amount_g(self) -> int:
        """Give what was ordered."""
        return self.packs * self.pack_g

    @property
    def open_g(self) -> int:
        """Give what may still come while the order is open: nothing of what was sent back."""
        return 0 if self.refused else self.amount_g - self.received_g
