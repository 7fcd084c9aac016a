"""Lots of finished components and of ingredients, and every gram that moved."""

import dataclasses
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import logistics
from app.db import Base, Exact, choice, short
from app.models.planning import only_depot
from logistics import LotState, Offer, SeenDay, SiteKind
from menus import (
    ForkDrip,
    Holding,
    Iddsi,
    Pressure,
    SpoonTilt,
    TextureRecord,
    Zone,
)


class Lot(Base):
    """One traceable quantity of a component variant with its use-by date."""

    __tablename__ = "lot"
    __table_args__ = (
        CheckConstraint("amount_g >= 0", name="not_negative"),
        Index("ix_lot_sku_use_by", "sku", "use_by"),
    )

    code: Mapped[str] = mapped_column(short, unique=True)
    sku: Mapped[str] = mapped_column(short)
    amount_g: Mapped[int]
    use_by: Mapped[date]
    zone: Mapped[Zone] = mapped_column(choice(Zone))
    state: Mapped[LotState] = mapped_column(choice(LotState))
    made_on: Mapped[date]
    depot_id: Mapped[int | None] = mapped_column(
        ForeignKey("depot.id"), default=only_depot(), index=True
    )  # the kitchen where it lies; None: no kitchen yet, so nobody hands it out

    def as_lot(self) -> logistics.Lot:
        """Give the lot to the room that hands out by date."""
        return logistics.Lot(
            id=self.code,
            sku=self.sku,
            amount_g=self.amount_g,
            use_by=self.use_by,
            zone=self.zone,
            state=self.state,
        )


class LotMove(Base):
    """Grams in or out of a lot, with the reason and who did it."""

    __tablename__ = "lot_move"

    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    amount_g: Mapped[int]  # negative: out
    reason: Mapped[str] = mapped_column(short)
    at: Mapped[datetime]
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"), default=None)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)


class TextureTest(Base):
    """What one texture test of a lot showed; written once, a retest is another row."""

    __tablename__ = "texture_test"

    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    level: Mapped[Iddsi] = mapped_column(choice(Iddsi))
    tested_at: Mapped[datetime]
    holding: Mapped[Holding | None] = mapped_column(choice(Holding), default=None)
    celsius: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    flow_ml: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    fork_drip: Mapped[ForkDrip | None] = mapped_column(choice(ForkDrip), default=None)
    spoon_tilt: Mapped[SpoonTilt | None] = mapped_column(choice(SpoonTilt), default=None)
    fork_pressure: Mapped[Pressure | None] = mapped_column(choice(Pressure), default=None)
    width_mm: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    length_mm: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    tester_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)

    def as_record(self) -> TextureRecord:
        """Give what was measured and seen to the room that judges it."""
        return TextureRecord(
            **{one.name: getattr(self, one.name) for one in dataclasses.fields(TextureRecord)}
        )


class IngredientLot(Base):
    """A bought quantity of one ingredient (traceability: KB 14 Nov 2003, law L-17)."""

    __tablename__ = "ingredient_lot"
    __table_args__ = (CheckConstraint("amount_g >= 0", name="not_negative"),)

    code: Mapped[str] = mapped_column(short, unique=True)
    ingredient: Mapped[str] = mapped_column(short, index=True)
    supplier: Mapped[str] = mapped_column(short)
    amount_g: Mapped[int]
    use_by: Mapped[date]
    received_on: Mapped[date]
    state: Mapped[LotState] = mapped_column(choice(LotState))
    depot_id: Mapped[int | None] = mapped_column(
        ForeignKey("depot.id"), default=only_depot(), index=True
    )  # as that of a lot
    supplier_lot: Mapped[str | None] = mapped_column(short, default=None)
    celsius: Mapped[Decimal | None] = mapped_column(Exact, default=None)  # at the door
    purchase_line_id: Mapped[int | None] = mapped_column(
        ForeignKey("purchase_line.id"), default=None, index=True
    )  # what it was ordered by; None: it came otherwise

    def as_lot(self) -> logistics.IngredientLot:
        """Give the lot to the room that cooks and buys."""
        return logistics.IngredientLot(
            id=self.code,
            ingredient=self.ingredient,
            amount_g=self.amount_g,
            use_by=self.use_by,
            state=self.state,
        )


class Supplier(Base):
    """Who brings ingredients: when orders are taken, from what worth, at what cost of delivery."""

    __tablename__ = "supplier"
    __table_args__ = (
        CheckConstraint("minimum_cents >= 0 AND delivery_cents >= 0", name="not_negative"),
    )

    code: Mapped[str] = mapped_column(short, unique=True)  # as the ingredients name it
    name: Mapped[str] = mapped_column(short)
    minimum_cents: Mapped[int] = mapped_column(default=0)
    delivery_cents: Mapped[int] = mapped_column(default=0)
    order_weekdays: Mapped[list[Any]] = mapped_column(default_factory=list)  # none: every day
    delivery_weekdays: Mapped[list[Any]] = mapped_column(
        default_factory=list, server_default="[]"
    )  # none: every day
    closed_days: Mapped[list[Any]] = mapped_column(default_factory=list)  # ISO dates

    def as_terms(self) -> logistics.SupplierTerms:
        """Give the terms to the room that buys."""
        return logistics.SupplierTerms(
            supplier=self.code,
            minimum_cents=self.minimum_cents,
            delivery_cents=self.delivery_cents,
            order_weekdays=frozenset(self.order_weekdays or range(7)),
            delivery_weekdays=frozenset(self.delivery_weekdays or range(7)),
            closed_days=frozenset(date.fromisoformat(day) for day in self.closed_days),
        )


class SupplyOffer(Base):
    """How one supplier sells one ingredient; stands before what the catalogue says of the two."""

    __tablename__ = "supply_offer"
    __table_args__ = (
        UniqueConstraint("supplier_id", "ingredient"),
        CheckConstraint(
            "pack_g > 0 AND pack_cents >= 0 AND lead_days >= 0 AND min_packs > 0",
            name="can_be_bought",
        ),
    )

    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"))
    ingredient: Mapped[str] = mapped_column(short)
    pack_g: Mapped[int]
    pack_cents: Mapped[int]
    lead_days: Mapped[int]
    min_packs: Mapped[int]

    def as_offer(self, supplier: str) -> Offer:
        """Give the offer of a supplier by its code to the room that buys."""
        return Offer(
            supplier=supplier,
            ingredient=self.ingredient,
            pack_g=self.pack_g,
            pack_cents=self.pack_cents,
            lead_days=self.lead_days,
            min_packs=self.min_packs,
        )


class PriceBreak(Base):
    """From so many packs of an ingredient on, each costs this; none where it is not lower."""

    __tablename__ = "price_break"
    __table_args__ = (
        UniqueConstraint("ingredient", "from_packs"),
        CheckConstraint("from_packs > 1 AND pack_cents >= 0", name="a_step_down"),
    )

    ingredient: Mapped[str] = mapped_column(short)
    from_packs: Mapped[int]
    pack_cents: Mapped[int]


class DemandForecast(Base):
    """What a kitchen expected of a kind of client's planned portions, and what came of them."""

    __tablename__ = "demand_forecast"
    __table_args__ = (
        UniqueConstraint("depot_id", "kind", "made_on", "service_day"),
        Index("ix_demand_forecast_service_day", "service_day"),
    )

    kind: Mapped[SiteKind] = mapped_column(choice(SiteKind))
    made_on: Mapped[date]
    service_day: Mapped[date]
    firm: Mapped[int]
    planned: Mapped[int]
    expected: Mapped[int]
    level: Mapped[int]
    actual: Mapped[int | None] = mapped_column(default=None)
    depot_id: Mapped[int | None] = mapped_column(ForeignKey("depot.id"), default=only_depot())

    @classmethod
    def of(cls, day: SeenDay, depot_id: int | None) -> "DemandForecast":
        """Keep a forecast as it was made for a kitchen."""
        facts = {one.name: getattr(day, one.name) for one in dataclasses.fields(SeenDay)}
        return cls(**facts, depot_id=depot_id)

    def as_seen_day(self) -> SeenDay:
        """Give the forecast to the room that learns from it."""
        names = (one.name for one in dataclasses.fields(SeenDay))
        return SeenDay(**{name: getattr(self, name) for name in names})
