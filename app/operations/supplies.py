"""Who sells what, from which worth of an order on, and at which price."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

import logistics
from app.models.buying import PurchaseLine, PurchaseOrder
from app.models.stock import IngredientLot, PriceBreak, Supplier, SupplyOffer
from logistics import PurchaseState
from menus import Catalogue


def offers(session: Session, catalogue: Catalogue) -> tuple[logistics.SupplyItem, ...]:
    """Give how each ingredient is bought, with the prices that fall with the size of an order."""
    breaks: defaultdict[str, tuple[tuple[int, int], ...]] = defaultdict(tuple)
    for row in session.scalars(select(PriceBreak).order_by(PriceBreak.from_packs)):
        breaks[row.ingredient] += ((row.from_packs, row.pack_cents),)
    rows = session.execute(
        select(SupplyOffer, Supplier.code)
        .join(Supplier, Supplier.id == SupplyOffer.supplier_id)
        .order_by(SupplyOffer.ingredient, Supplier.code)
    )
    return logistics.supply_items(catalogue, breaks, [row.as_offer(code) for row, code in rows])


def terms(session: Session) -> tuple[logistics.SupplierTerms, ...]:
    """Give the terms of every supplier by code."""
    rows = session.scalars(select(Supplier).order_by(Supplier.code))
    return tuple(row.as_terms() for row in rows)


def names(session: Session) -> Mapping[str, str]:
    """Give how each supplier is called, by code."""
    return dict(session.execute(select(Supplier.code, Supplier.name)).all())


def in_store(session: Session, depot_id: int) -> tuple[logistics.IngredientLot, ...]:
    """Give the ingredient lots of a kitchen that hold something by code."""
    here = (IngredientLot.depot_id == depot_id, IngredientLot.amount_g > 0)
    rows = select(IngredientLot).where(*here).order_by(IngredientLot.code)
    return tuple(lot.as_lot() for lot in session.scalars(rows))


def on_order(session: Session, depot_id: int, today: date) -> tuple[logistics.OnOrder, ...]:
    """Give what a kitchen ordered that has not come; what should have come before today is late."""
    rows = session.execute(
        select(PurchaseOrder.code, PurchaseLine)
        .join(PurchaseLine, PurchaseLine.order_id == PurchaseOrder.id)
        .where(PurchaseOrder.depot_id == depot_id, PurchaseOrder.state == PurchaseState.OPEN)
        .order_by(PurchaseOrder.id, PurchaseLine.id)
    )
    return tuple(
        logistics.OnOrder(
            order=code,
            ingredient=line.ingredient,
            amount_g=line.open_g,
            expected=line.expected_on,
            overdue=line.expected_on < today,
        )
        for code, line in rows
        if line.open_g
    )


def bought_as(session: Session, lots: Iterable[str]) -> Mapping[str, str]:
    """Give by ingredient lot the order it came with, where it came with one."""
    rows = session.execute(
        select(IngredientLot.code, PurchaseOrder.code)
        .join(PurchaseLine, PurchaseLine.id == IngredientLot.purchase_line_id)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseLine.order_id)
        .where(IngredientLot.code.in_(lots))
    )
    return {lot: order for lot, order in rows}  # noqa: C416 - rows are not pairs to the types
