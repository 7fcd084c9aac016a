"""The search engine: integers and opaque keys in, integers and keys out. It knows no meal."""

from optimizer.fleet.problem import (
    FleetPlan,
    FleetProblem,
    FleetRest,
    FleetRoute,
    FleetStop,
    FleetType,
    fleet_plan,
)
from optimizer.fleet.solve import (
    FleetCrew,
    FleetDone,
    FleetGuard,
    FleetTask,
    do_fleet_task,
    solve_fleet,
    warm_up_fleet,
)
from optimizer.kitchen.circuit import (
    CP_MAX_OPERATIONS,
)
from optimizer.kitchen.flow import (
    FlowProblem,
    line_length,
    solve_flow,
)
from optimizer.kitchen.problem import (
    FreeWindow,
    Hands,
    Job,
    Operation,
    Placed,
    ProductionProblem,
    ProductionSolution,
    Resource,
    Shift,
    Stay,
    Store,
)
from optimizer.kitchen.solve import (
    solve_production,
    warm_up_production,
)
from optimizer.lots.problem import (
    LotGroup,
    LotItem,
    LotProblem,
    LotSolution,
    lot_cost,
    lot_minutes,
)
from optimizer.lots.solve import (
    solve_lots,
)
from optimizer.matrix import (
    Matrix,
)
from optimizer.meal_choice import (
    Swap,
    SwapTable,
    solve_meal_choice,
    warm_up_meals,
)
from optimizer.meal_conflict import (
    meal_choice_core,
    meal_choice_possible,
)
from optimizer.meal_problem import (
    LEVELS,
    Bound,
    Choice,
    Contrast,
    MealChoice,
    MealChoiceProblem,
    Option,
    Position,
    Repetition,
    Stock,
    UseFirst,
)
from optimizer.outcome import (
    Limits,
    Outcome,
    Progress,
    Status,
    Violation,
    Watch,
    keep_going,
)
from optimizer.ration.portions import (
    PortionAsk,
    PortionGift,
    share_portions,
)
from optimizer.ration.problem import (
    Overfull,
    RationItem,
    RationPrices,
    RationProblem,
    RationRow,
    RationSolution,
    RationStore,
    Sent,
    Share,
)
from optimizer.ration.solve import (
    solve_ration,
)
from optimizer.refill.problem import (
    REFILL_REASONS,
    RefillLots,
    RefillProblem,
    RefillRows,
    RefillSolution,
    RefillStores,
)
from optimizer.refill.solve import (
    solve_refill,
)
from optimizer.replenishment.problem import (
    Buy,
    Held,
    Loss,
    ReplenishmentProblem,
    ReplenishmentSolution,
    Supplier,
    SupplyLine,
)
from optimizer.replenishment.rule import (
    least_short,
)
from optimizer.replenishment.solve import (
    solve_replenishment,
)
from optimizer.replenishment.why import (
    BUY_REASONS,
    BuyReason,
    buy_reasons,
)
from optimizer.routing.explain import (
    UNSERVED_REASONS,
    Insertion,
    UnservedReason,
    best_insertions,
    explain_unserved,
)
from optimizer.routing.problem import (
    RELOAD,
    RoutingBand,
    RoutingBreak,
    RoutingPause,
    RoutingProblem,
    RoutingReload,
    RoutingRoute,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    RoutingVisit,
    lacking,
    may_serve,
)
from optimizer.routing.rounds import (
    order_of,
    price_rounds,
    route_of,
)
from optimizer.routing.solve import (
    solve_routing,
)
from optimizer.safety.levels import (
    LevelItems,
    Levels,
    lasting_orders,
    single_order,
)
from optimizer.safety.placing import (
    Placement,
    Stage,
    StageTree,
    place_many,
    place_safety,
)
from optimizer.same import Same
from optimizer.shared import (
    Picked,
    SharedChoices,
    SharedEffort,
    SharedFigures,
    SharedPart,
    SharedSolution,
    Supply,
    SupplyUse,
    least_overdraw,
    level_days,
    solve_shared_choices,
)
from optimizer.storage import (
    PROBLEM_SCHEMA,
    PROBLEMS,
    from_json,
    left_out,
    solve_again,
    stored,
    to_json,
)
from optimizer.verify.lots import (
    LOT_VIOLATIONS,
    lot_violations,
)
from optimizer.verify.meal_choice import (
    MEAL_CHOICE_VIOLATIONS,
    meal_choice_objective,
    meal_choice_violations,
)
from optimizer.verify.production import (
    PRODUCTION_VIOLATIONS,
    production_violations,
)
from optimizer.verify.ration import (
    RATION_VIOLATIONS,
    ration_violations,
)
from optimizer.verify.refill import (
    REFILL_VIOLATIONS,
    refill_violations,
)
from optimizer.verify.replenishment import (
    REPLENISHMENT_VIOLATIONS,
    replenishment_violations,
)
from optimizer.verify.routing import (
    ROUTING_VIOLATIONS,
    routing_violations,
)
from optimizer.verify.safety import (
    SAFETY_VIOLATIONS,
    levels_violations,
    placement_violations,
)

__all__ = [
    "BUY_REASONS",
    "CP_MAX_OPERATIONS",
    "LEVELS",
    "LOT_VIOLATIONS",
    "MEAL_CHOICE_VIOLATIONS",
    "PROBLEMS",
    "PROBLEM_SCHEMA",
    "PRODUCTION_VIOLATIONS",
    "RATION_VIOLATIONS",
    "REFILL_REASONS",
    "REFILL_VIOLATIONS",
    "RELOAD",
    "REPLENISHMENT_VIOLATIONS",
    "ROUTING_VIOLATIONS",
    "SAFETY_VIOLATIONS",
    "UNSERVED_REASONS",
    "Bound",
    "Buy",
    "BuyReason",
    "Choice",
    "Contrast",
    "FleetCrew",
    "FleetDone",
    "FleetGuard",
    "FleetPlan",
    "FleetProblem",
    "FleetRest",
    "FleetRoute",
    "FleetStop",
    "FleetTask",
    "FleetType",
    "FlowProblem",
    "FreeWindow",
    "Hands",
    "Held",
    "Insertion",
    "Job",
    "LevelItems",
    "Levels",
    "Limits",
    "Loss",
    "LotGroup",
    "LotItem",
    "LotProblem",
    "LotSolution",
    "Matrix",
    "MealChoice",
    "MealChoiceProblem",
    "Operation",
    "Option",
    "Outcome",
    "Overfull",
    "Picked",
    "Placed",
    "Placement",
    "PortionAsk",
    "PortionGift",
    "Position",
    "ProductionProblem",
    "ProductionSolution",
    "Progress",
    "RationItem",
    "RationPrices",
    "RationProblem",
    "RationRow",
    "RationSolution",
    "RationStore",
    "RefillLots",
    "RefillProblem",
    "RefillRows",
    "RefillSolution",
    "RefillStores",
    "Repetition",
    "ReplenishmentProblem",
    "ReplenishmentSolution",
    "Resource",
    "RoutingBand",
    "RoutingBreak",
    "RoutingPause",
    "RoutingProblem",
    "RoutingReload",
    "RoutingRoute",
    "RoutingSolution",
    "RoutingStop",
    "RoutingVehicle",
    "RoutingVisit",
    "Same",
    "Sent",
    "Share",
    "SharedChoices",
    "SharedEffort",
    "SharedFigures",
    "SharedPart",
    "SharedSolution",
    "Shift",
    "Stage",
    "StageTree",
    "Status",
    "Stay",
    "Stock",
    "Store",
    "Supplier",
    "Supply",
    "SupplyLine",
    "SupplyUse",
    "Swap",
    "SwapTable",
    "UnservedReason",
    "UseFirst",
    "Violation",
    "Watch",
    "best_insertions",
    "buy_reasons",
    "do_fleet_task",
    "explain_unserved",
    "fleet_plan",
    "from_json",
    "keep_going",
    "lacking",
    "lasting_orders",
    "least_overdraw",
    "least_short",
    "left_out",
    "level_days",
    "levels_violations",
    "line_length",
    "lot_cost",
    "lot_minutes",
    "lot_violations",
    "may_serve",
    "meal_choice_core",
    "meal_choice_objective",
    "meal_choice_possible",
    "meal_choice_violations",
    "order_of",
    "place_many",
    "place_safety",
    "placement_violations",
    "price_rounds",
    "production_violations",
    "ration_violations",
    "refill_violations",
    "replenishment_violations",
    "route_of",
    "routing_violations",
    "share_portions",
    "single_order",
    "solve_again",
    "solve_fleet",
    "solve_flow",
    "solve_lots",
    "solve_meal_choice",
    "solve_production",
    "solve_ration",
    "solve_refill",
    "solve_replenishment",
    "solve_routing",
    "solve_shared_choices",
    "stored",
    "to_json",
    "warm_up_fleet",
    "warm_up_meals",
    "warm_up_production",
]
