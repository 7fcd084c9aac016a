"""Many people at once, who eat from the same stock and kitchen."""

from menus.crowd.composing import CrowdPlans, compose_plans
from menus.crowd.supplying import CrowdReport, KitchenSupply, SupplyReport

__all__ = ["CrowdPlans", "CrowdReport", "KitchenSupply", "SupplyReport", "compose_plans"]
