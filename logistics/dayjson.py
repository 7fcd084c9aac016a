"""The plan of a day as `plan.json`: the fixed format of the project, the same bytes each time."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from logistics.day import DayInputs, DayPlan, DaySite, Solved
from logistics.demand import DayOrder
from logistics.machines import Machine
from logistics.production import Batch
from logistics.routes import Stop
from logistics.stock import IngredientLot, Lot
from logistics.vans import Vehicle
from menus import Zone
from optimizer import left_out, stored, to_json

Windows = tuple[tuple[int, int], ...]
PLAN_SCHEMA = "npcc-plan-1"

LARGEST_STORED_STOPS = 2_500
"""A routing problem of more stops is left out. The packed road matrices of 2,500 stops take 14
megabytes where both ways are alike, and 28 where not."""


def plan_json(inputs: DayInputs, plan: DayPlan) -> dict[str, Any]:
    """The whole plan with what it was made from, in plain lists, dicts, numbers and strings.

    No wall time and no path: the same snapshot, seed and moves give the same document. Who eats
    what for which reason is left out: lines carry pseudonyms only.
    """
    return {
        "schema": PLAN_SCHEMA,
        "snapshot": plan.snapshot,
        "date": plan.service_day.isoformat(),
        "depot": inputs.depot.id,
        "seed": inputs.limits.seed,
        "moves": inputs.limits.moves,
        "inputs": _inputs(inputs, plan),
        "orders": _orders(inputs.orders, plan),
        "allocations": _allocations(plan),
        "batches": [_batch(batch) for batch in plan.batches],
        "purchases": [
            {
                "supplier": each.supplier,
                "item": each.item,
                "packs": each.packs,
                "day": each.day.isoformat(),
            }
            for each in plan.purchases
        ],
        "routes": _routes(inputs.orders, {site.id: site.windows for site in inputs.sites}, plan),
        "unserved": _unserved(plan),
        "violations": [
            {"code": each.code, "subject": each.subject, "detail": dict(each.detail)}
            for each in plan.violations
        ],
    }


def replanned_json(
    document: Mapping[str, Any],
    orders: tuple[DayOrder, ...],
    plan: DayPlan,
    *,
    windows: Mapping[str, Windows],
) -> dict[str, Any]:
    """The document of a published plan after its routes changed on the day.

    The problems in it stay those that were solved: what was asked at first.
    """
    return {
        **document,
        "orders": _orders(orders, plan),
        "allocations": _allocations(plan),
        "routes": _routes(orders, windows, plan),
        "unserved": _unserved(plan),
    }


def with_site(document: Mapping[str, Any], site: DaySite) -> dict[str, Any]:
    """The document of a plan with one address more, in its place; one that is there stays."""
    inputs = document["inputs"]
    if any(each["id"] == site.id for each in inputs["sites"]):
        return dict(document)
    sites = sorted((*inputs["sites"], _site(site)), key=lambda each: str(each["id"]))
    return {**document, "inputs": {**inputs, "sites": sites}}


def with_kitchen(document: dict[str, Any], plan: DayPlan) -> dict[str, Any]:
    """The document of a plan whose kitchen was planned again: the rest of it stays."""
    draws = [{"batch": each.batch, "lot": each.lot, "g": each.amount_g} for each in plan.draws]
    return {
        **document,
        "inputs": {**document["inputs"], "draws": draws},
        "allocations": _allocations(plan),
        "batches": [_batch(batch) for batch in plan.batches],
        "unserved": _unserved(plan),
    }


def _allocations(plan: DayPlan) -> list[dict[str, Any]]:
    return [
        {"order_line": each.order_line, "lot": each.lot, "g": each.amount_g}
        for each in plan.allocations
    ]


def _unserved(plan: DayPlan) -> list[dict[str, Any]]:
    return [
        {
            "order": each.order,
            "reason": each.reason,
            "binding": each.binding,
            "would_fit_if": dict(each.would_fit_if),
        }
        for each in plan.unserved
    ]


def _inputs(inputs: DayInputs, plan: DayPlan) -> dict[str, Any]:
    """What an outside checker needs, and the problems as they were put to the optimizer."""
    born = {batch.lot: batch.id for batch in plan.batches}
    return {
        "catalogue": inputs.catalogue.version,
        "lots": [_lot(lot, born.get(lot.id)) for lot in (*inputs.lots, *plan.born)],
        "ingredient_lots": [_ingredient_lot(lot) for lot in inputs.ingredient_lots],
        "on_order": [
            {
                "order": each.order,
                "item": each.ingredient,
                "g": each.amount_g,
                "expected": each.expected.isoformat(),
                "overdue": each.overdue,
            }
            for each in inputs.on_order
        ],
        "draws": [
            {"batch": each.batch, "lot": each.lot, "g": each.amount_g} for each in plan.draws
        ],
        "machines": [_machine(each) for each in inputs.machines],
        "shifts": [to_json(each) for each in inputs.shifts],
        "room_g": {zone.value: room_g for zone, room_g in sorted(inputs.room_g.items())},
        "chill_wait_min": inputs.chill_wait_min,
        "vehicles": [_vehicle(each) for each in inputs.vehicles],
        "sites": [_site(site) for site in inputs.sites],
        "roads": inputs.roads.provenance,
        "remarks": [
            {
                "code": each.code,
                "subject": each.subject,
                "g": each.amount_g,
                "day": each.day.isoformat() if each.day else None,
            }
            for each in plan.reasons
        ],
        "problems": [_problem(each) for each in plan.solved],
    }


def _problem(solved: Solved) -> dict[str, Any]:
    stops = len(solved.problem.stops) if solved.name == "routing" else 0
    if stops > LARGEST_STORED_STOPS:
        return left_out(solved.name, stops=stops, most=LARGEST_STORED_STOPS)
    return stored(solved.name, solved.problem, solved.limits, solved.outcome, looks=solved.looks)


def _lot(lot: Lot, batch: str | None) -> dict[str, Any]:
    return {
        "id": lot.id,
        "sku": lot.sku,
        "g": lot.amount_g,
        "use_by": lot.use_by.isoformat(),
        "zone": lot.zone.value,
        "state": lot.state.value,
        "batch": batch,
    }


def _ingredient_lot(lot: IngredientLot) -> dict[str, Any]:
    return {
        "id": lot.id,
        "ingredient": lot.ingredient,
        "g": lot.amount_g,
        "use_by": lot.use_by.isoformat(),
        "state": lot.state.value,
    }


def _machine(machine: Machine) -> dict[str, Any]:
    return {
        "id": machine.id,
        "kind": machine.kind.value,
        "capacity_g": machine.capacity_g,
        "open_min": machine.open_min,
        "close_min": machine.close_min,
        "places": machine.places,
        "programmes": sorted(machine.programmes),
        "free": None if machine.free is None else [to_json(each) for each in machine.free],
        "down": [list(each) for each in machine.down],
    }


def _vehicle(vehicle: Vehicle) -> dict[str, Any]:
    return {
        "id": vehicle.id,
        "letter": vehicle.letter,
        "capacity_boxes": {zone.value: vehicle.capacity.of(zone) for zone in Zone},
        "open_min": vehicle.shift_open_min,
        "close_min": vehicle.shift_close_min,
        "latest_start_min": vehicle.latest_start_min,
        "reloads": vehicle.reloads,
        "loading_min": vehicle.loading_min,
        "switches": vehicle.switches,
        "switch_boxes": vehicle.switch_boxes,
        "skills": [skill.value for skill in vehicle.skills],
        "breaks": [to_json(rest) for rest in vehicle.rests],
    }


def _site(site: DaySite) -> dict[str, Any]:
    return {
        "id": site.id,
        "lat_e5": site.point.lat_e5,
        "lon_e5": site.point.lon_e5,
        "windows": [list(window) for window in site.windows],
        "floor": site.floor,
        "lift": site.lift,
        "skills": [skill.value for skill in site.skills],
        "vans": None if site.vans is None else list(site.vans),
        "pickups": [to_json(each) for each in site.pickups],
        "preferred_by_min": site.preferred_by_min,
    }


def _orders(orders: tuple[DayOrder, ...], plan: DayPlan) -> list[dict[str, Any]]:
    """Each line with what it asked and what it is given."""
    given = _given_g(plan)
    return [
        {
            "id": order.id,
            "site": order.site,
            "kind": order.kind.value,
            "priority": order.priority,
            "lines": [
                {
                    "id": line.id,
                    "sku": line.sku,
                    "eater": line.eater,
                    "portions": line.portions,
                    "portion_g": line.portion_g,
                    "g": line.amount_g,
                    "given_g": given[line.id],
                }
                for line in order.lines
            ],
        }
        for order in orders
    ]


def _given_g(plan: DayPlan) -> Counter[str]:
    given: Counter[str] = Counter()
    for each in plan.allocations:
        given[each.order_line] += each.amount_g
    return given


def _batch(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.id,
        "sku": batch.sku,
        "lot": batch.lot,
        "ops": [
            {
                "kind": op.kind.value,
                "machine": op.machine,
                "start_min": op.start_min,
                "end_min": op.end_min,
            }
            for op in batch.ops
        ],
    }


def _routes(
    orders: tuple[DayOrder, ...], windows: Mapping[str, Windows], plan: DayPlan
) -> list[dict[str, Any]]:
    site_of = {line.id: order.site for order in orders for line in order.lines}
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for line in _given_g(plan):
        lines[site_of[line]].append(line)
    return [
        {
            "vehicle": route.vehicle,
            "trips": [
                {
                    "start_min": trip.start_s // 60,
                    "stops": [
                        _stop(stop, lines[stop.site], windows[stop.site]) for stop in trip.stops
                    ],
                }
                for trip in route.trips
            ],
        }
        for route in plan.routes.routes
    ]


def _stop(stop: Stop, lines: list[str], windows: tuple[tuple[int, int], ...]) -> dict[str, Any]:
    """Arrival is when service begins: a van that is early waits, and the window is that of then."""
    opens, closes = next(each for each in windows if stop.begin_s <= 60 * each[1])
    return {
        "site": stop.site,
        "arrive_min": stop.begin_min,
        "open_min": opens,
        "close_min": closes,
        "service_min": (stop.depart_s - stop.begin_s) // 60,
        "lines": lines,
    }
