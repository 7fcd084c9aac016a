"""Many people at once, who eat from the same stock and kitchen."""

from menus.crowd.composing import CrowdPlans, compose_plans
from menus.crowd.cooking import Cooking, KitchenWeek, kitchen_week
from menus.crowd.fewer import (
    TradeOff,
    VariantAim,
    VariantReport,
    VariantVerdict,
    with_fewer_variants,
)
from menus.crowd.supplying import CrowdReport, KitchenSupply, SupplyReport, supplies_fared

__all__ = [
    "Cooking",
    "CrowdPlans",
    "CrowdReport",
    "KitchenSupply",
    "KitchenWeek",
    "SupplyReport",
    "TradeOff",
    "VariantAim",
    "VariantReport",
    "VariantVerdict",
    "compose_plans",
    "kitchen_week",
    "supplies_fared",
    "with_fewer_variants",
]
