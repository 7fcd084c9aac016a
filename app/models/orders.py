"""Orders, what each eater gets, standing orders, what lies in the freezer at home."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import logistics
from app.db import Base, choice, short
from app.models.frozen import read
from logistics import OnNoAnswer, OrderState, SiteKind
from menus import Eater


class OrderSource(StrEnum):
    """By which way an order came in; all of them end in the same verb."""

    PORTAL = "portal"
    API = "api"
    REORDER = "reorder"
    WARD = "ward"
    IMPORT = "import"


class StandingOrder(Base):
    """The rule that makes a client's orders: weekday, period, pause and skipped days."""

    __tablename__ = "standing_order"

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), unique=True)
    weekday: Mapped[int]  # 0 = Monday
    period_days: Mapped[int] = mapped_column(default=7)
    on_no_answer: Mapped[OnNoAnswer] = mapped_column(choice(OnNoAnswer), default=OnNoAnswer.SEND)
    first_day: Mapped[date | None] = mapped_column(default=None)
    paused_from: Mapped[date | None] = mapped_column(default=None)
    paused_until: Mapped[date | None] = mapped_column(default=None)
    skipped_days: Mapped[list[Any]] = mapped_column(default_factory=list)  # ISO dates
    active: Mapped[bool] = mapped_column(default=True)

    def as_standing_order(self) -> logistics.StandingOrder:
        """Give the rule to the room that knows calendars."""
        return logistics.StandingOrder(
            client=str(self.client_id),
            weekday=self.weekday,
            period_days=self.period_days,
            first_day=self.first_day,
            paused_from=self.paused_from,
            paused_until=self.paused_until,
            skip_days=frozenset(date.fromisoformat(day) for day in self.skipped_days),
            on_no_answer=self.on_no_answer,
        )

    def if_it_can_be_followed(self) -> logistics.StandingOrder | None:
        """Give the rule; None for one of an earlier version that no calendar can follow."""
        try:
            return self.as_standing_order()
        except ValueError:
            return None


class HomeStock(Base):
    """What a client's freezer holds of one variant; portions None means nobody knows."""

    __tablename__ = "home_stock"
    __table_args__ = (
        UniqueConstraint("client_id", "variant"),
        CheckConstraint("portions is null or portions >= 0", name="not_negative"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    variant: Mapped[str] = mapped_column(short)
    portions: Mapped[int | None]
    counted_at: Mapped[datetime]


class BroughtLot(Base):
    """Portions of one lot that were brought to a client's home, with the lot's use-by date."""

    __tablename__ = "brought_lot"
    __table_args__ = (CheckConstraint("portions > 0", name="some"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    variant: Mapped[str] = mapped_column(short)
    lot: Mapped[str] = mapped_column(short)
    use_by: Mapped[date]
    portions: Mapped[int]
    brought_on: Mapped[date]


class ProposalState(StrEnum):
    """What became of a proposal to reorder."""

    OPEN = "open"
    PLACED = "placed"
    DECLINED = "declined"
    REFUSED = "refused"
    EXPIRED = "expired"  # nobody of the house signed it in time


class ReorderProposal(Base):
    """What the daily job proposes to send on one service day, once: home, or to a house's store.

    `version` rises whenever the lines of a house's store are worked out anew, so that nobody signs
    other figures than those shown.
    """

    __tablename__ = "reorder_proposal"
    __table_args__ = (
        UniqueConstraint("client_id", "service_day"),
        UniqueConstraint("site_id", "service_day"),
        CheckConstraint("(client_id is null) <> (site_id is null)", name="one_store"),
    )

    service_day: Mapped[date]
    lines: Mapped[list[Any]]
    """[sku, portion_g, portions, planned, at_home or None, reason]; a house: also level, lost."""
    proposed_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), default=None)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), default=None)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    state: Mapped[ProposalState] = mapped_column(choice(ProposalState), default=ProposalState.OPEN)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("meal_order.id"), default=None)
    reasons: Mapped[list[Any]] = mapped_column(default_factory=list)


class Order(Base):
    """Components for the eaters of one site on one service day."""

    __tablename__ = "meal_order"
    __table_args__ = (
        UniqueConstraint("organisation_id", "external_ref"),
        UniqueConstraint("site_id", "service_day", "turn"),
        Index("ix_meal_order_service_day_state", "service_day", "state"),
    )

    code: Mapped[str] = mapped_column(short, unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[SiteKind] = mapped_column(choice(SiteKind))
    service_day: Mapped[date]
    state: Mapped[OrderState] = mapped_column(choice(OrderState))
    source: Mapped[OrderSource] = mapped_column(choice(OrderSource))
    placed_at: Mapped[datetime]
    placed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    external_ref: Mapped[str | None] = mapped_column(short, default=None)
    turn: Mapped[str | None] = mapped_column(short, default=None)  # a reorder's turn: once only
    reasons: Mapped[list[Any]] = mapped_column(default_factory=list)
    total_cents: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    ward_id: Mapped[int | None] = mapped_column(ForeignKey("ward.id"), default=None)
    meal: Mapped[str] = mapped_column(short, default="")


class OrderEater(Base):
    """One eater of an order with the food profile as it was ordered; pseudonym only."""

    __tablename__ = "order_eater"
    __table_args__ = (UniqueConstraint("order_id", "ref"),)

    order_id: Mapped[int] = mapped_column(ForeignKey("meal_order.id"), index=True)
    ref: Mapped[str] = mapped_column(short)
    profile: Mapped[dict[str, Any]]
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), default=None)

    def as_eater(self) -> Eater:
        """Give the food profile to the gate that checks it."""
        return read(Eater, self.profile)


class OrderLine(Base):
    """So many portions of one variant for one eater."""

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("portions > 0", name="portions_positive"),
        CheckConstraint("portion_g > 0", name="portion_positive"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("meal_order.id"), index=True)
    eater_id: Mapped[int] = mapped_column(ForeignKey("order_eater.id"))
    variant: Mapped[str] = mapped_column(short)
    portions: Mapped[int]
    portion_g: Mapped[int]
    price_cents: Mapped[int]
    reasons: Mapped[list[Any]] = mapped_column(default_factory=list)


class IdempotencyKey(Base):
    """A key a system sent with an order: the same key twice is one order."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    key: Mapped[str] = mapped_column(short)
    body_hash: Mapped[str] = mapped_column(short)
    order_id: Mapped[int] = mapped_column(ForeignKey("meal_order.id"))
    created_at: Mapped[datetime]
