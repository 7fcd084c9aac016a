"""How it gets there in time: orders, stock, kitchen day, routes, papers. No health facts."""

from logistics.demand import DayOrder, OrderLine, grams_per_sku
from logistics.production import Batch, BatchOp, Machine
from logistics.replenishment import HORIZON_DAYS, Purchase, SupplyItem
from logistics.sites import SiteKind
from logistics.stock import Allocation, Draw, IngredientLot, Lot, LotState

__all__ = [
    "HORIZON_DAYS",
    "Allocation",
    "Batch",
    "BatchOp",
    "DayOrder",
    "Draw",
    "IngredientLot",
    "Lot",
    "LotState",
    "Machine",
    "OrderLine",
    "Purchase",
    "SiteKind",
    "SupplyItem",
    "grams_per_sku",
]
