"""Why a line comes from this lot by this van, and why not by another, elsewhere or earlier."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from logistics.leftbehind import left_behind
from logistics.pegging import Origin
from logistics.routes import Route, RoutePlan
from logistics.stock import Lot
from optimizer import (
    RELOAD,
    Job,
    Limits,
    Placed,
    ProductionProblem,
    Resource,
    RoutingProblem,
    RoutingSolution,
    RoutingStop,
    best_insertions,
    explain_unserved,
    price_rounds,
    solve_production,
    solve_routing,
)

Detail = tuple[tuple[str, int | str], ...]

BECAUSE: tuple[str, ...] = (
    "day.because.first_expiring",
    "day.because.only_lot",
    "day.because.cooked_today",
    "day.because.ready",
    "day.because.no_other_van",
    "day.because.cheapest_van",
    "day.because.fits_the_day",
)
"""Every code of `Because`."""

WHY_NOT: tuple[str, ...] = (
    "day.whynot.as_it_is",
    "day.whynot.dearer",
    "day.whynot.same",
    "day.whynot.searched",
    "day.whynot.kitchen",
    "day.whynot.not_eligible",
    "day.whynot.closed",
    "day.whynot.kept_free",
    "day.whynot.no_place",
    "day.whynot.lost",
)
"""Codes of `WhyNot` beside the reasons of unserved stops and the rules of a kitchen schedule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """One reason why a thing stands as it does, with its figures."""

    code: str
    figures: Detail = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """What another choice would cost, or the rule that forbids it.

    `levels` is the price per level of the objective, the weightiest first: of a van what stays
    behind and cents; of the kitchen weight left out, weighted minutes late, person-minutes of
    overtime, cleans, minutes of the day and changes. Empty where a rule forbids it.
    """

    code: str
    binding: str = ""
    figures: Detail = ()
    levels: tuple[int, ...] = ()


def why_lots(origin: Origin, lots: Mapping[str, Lot]) -> tuple[Because, ...]:
    """Why a line takes from its lots: first expired goes first, and what lacked is cooked."""
    return tuple(_why_lot(origin, each.lot, lots) for each in origin.sources)


def _why_lot(origin: Origin, name: str, lots: Mapping[str, Lot]) -> Because:
    source = next(each for each in origin.sources if each.lot == name)
    if source.batch is not None:
        stored = sum(each.amount_g for each in origin.sources if each.batch is None)
        ready = (("ready_min", source.batch.ready_min), ("stored_g", stored))
        return Because(code="day.because.cooked_today", figures=ready)
    others = [lot for lot in lots.values() if lot.sku == origin.line.sku and lot.id != name]
    code = "first_expiring" if others else "only_lot"
    return Because(code=f"day.because.{code}", figures=(("lots", len(others)),))


def why_van(problem: RoutingProblem, routes: RoutePlan, site: str) -> tuple[Because, ...]:
    """Why this van and this time: what the next best van would add, and when goods are ready."""
    problem = _priced_alone(problem)
    place = _standing(problem, routes, site)
    if place is None:
        return ()
    solution, vehicle = place
    found = best_insertions(problem, solution, site, count=len(problem.vehicles))
    here = next((each for each in found if each.vehicle == vehicle), None)
    other = next((each for each in found if each.vehicle != vehicle), None)
    ready = next(stop.ready_s for stop in problem.stops if stop.key == site)
    because = [Because(code="day.because.ready", figures=(("ready_min", ready // 60),))]
    if other is None or here is None:
        return (Because(code="day.because.no_other_van"), *(because if ready else ()))
    more = other.added_cents - here.added_cents
    code = "cheapest_van" if more >= 0 else "fits_the_day"
    figures: Detail = (("cents", abs(more)), ("vehicle", other.vehicle))
    return (Because(code=f"day.because.{code}", figures=figures), *(because if ready else ()))


def _priced_alone(problem: RoutingProblem) -> RoutingProblem:
    """The same without what a change weighs: only what the day really costs."""
    return replace(problem, stops=tuple(replace(stop, tolls=()) for stop in problem.stops))


def _standing(
    problem: RoutingProblem, routes: RoutePlan, site: str
) -> tuple[RoutingSolution, str] | None:
    """The routes as the optimizer knows them, and the van that visits a site."""
    rounds = {route.vehicle: _order_of(route) for route in routes.routes}
    vehicle = next((name for name, sites in rounds.items() if site in sites), None)
    solution = price_rounds(problem, rounds)
    return None if vehicle is None or solution is None else (solution, vehicle)


def _order_of(route: Route) -> tuple[str, ...]:
    """Sites in order, with a reload between two trips."""
    order: list[str] = []
    for trip in route.trips:
        order += [RELOAD] * bool(order)
        order += [stop.site for stop in trip.stops]
    return tuple(order)


def why_not_van(
    problem: RoutingProblem, routes: RoutePlan, *, site: str, vehicle: str, limits: Limits
) -> WhyNot:
    """Pin a stop to a van: the price with all others as they stand, else searched anew, else why.

    Raises KeyError for a site or a van that the problem does not have.
    """
    if vehicle not in {each.key for each in problem.vehicles}:
        raise KeyError(vehicle)
    if site not in {each.key for each in problem.stops}:
        raise KeyError(site)
    problem = _priced_alone(problem)
    allowed = next(each.allowed for each in problem.stops if each.key == site)
    if allowed is not None and vehicle not in allowed:
        return WhyNot(code="route.unserved.address", binding=vehicle)
    pinned = _pinned(problem, site, vehicle)
    place = _standing(problem, routes, site)
    if place is not None:
        solution, now = place
        if now == vehicle:
            return WhyNot(code="day.whynot.as_it_is", binding=vehicle)
        here = best_insertions(_pinned(problem, site, now), solution, site, count=1)
        there = best_insertions(pinned, solution, site, count=1)
        if here and there:
            return _priced(vehicle, there[0].begin_s, there[0].added_cents - here[0].added_cents)
    return _searched(problem, pinned, site=site, vehicle=vehicle, limits=limits)


def _pinned(problem: RoutingProblem, site: str, vehicle: str) -> RoutingProblem:
    stops = tuple(
        replace(stop, allowed=(vehicle,)) if stop.key == site else stop for stop in problem.stops
    )
    return replace(problem, stops=stops)


def _priced(vehicle: str, begin_s: int, cents: int) -> WhyNot:
    return WhyNot(
        code="day.whynot.dearer" if cents > 0 else "day.whynot.same",
        binding=vehicle,
        figures=(("begin_min", begin_s // 60), ("cents", abs(cents))),
        levels=(0, cents),
    )


def _searched(
    problem: RoutingProblem, pinned: RoutingProblem, *, site: str, vehicle: str, limits: Limits
) -> WhyNot:
    """Both searched anew, with as many moves; where the pin finds no place, the rule in the way."""
    free, held = (solve_routing(each, limits) for each in (problem, pinned))
    if held.solution is None or free.solution is None:
        return WhyNot(code="day.whynot.no_place", binding=vehicle)
    if site in held.solution.unserved:
        return _refused(problem, held.solution, site, vehicle)
    levels = tuple(there - here for here, there in zip(free.objective, held.objective, strict=True))
    return WhyNot(code="day.whynot.searched", binding=vehicle, levels=levels)


def _refused(problem: RoutingProblem, solution: RoutingSolution, site: str, vehicle: str) -> WhyNot:
    """The rule that keeps a stop out of a van, as if no other van were there."""

    def only(stop: RoutingStop) -> RoutingStop:
        mine = None if stop.key == site or stop.allowed is None else (vehicle,)
        may = vehicle in (stop.allowed or (vehicle,))
        return replace(stop, allowed=mine if may else ())

    alone = replace(
        problem,
        vehicles=tuple(each for each in problem.vehicles if each.key == vehicle),
        stops=tuple(only(stop) for stop in problem.stops),
        locked=tuple(each for each in problem.locked if each[0] == vehicle),
    )
    routes = tuple(route for route in solution.routes if route.vehicle == vehicle)
    (reason,) = explain_unserved(alone, replace(solution, routes=routes, unserved=(site,)))
    left = left_behind(alone, reason, ())
    return WhyNot(code=left.reason, binding=vehicle, figures=left.would_fit_if)


def why_not_batch(
    problem: ProductionProblem,
    *,
    batch: str,
    limits: Limits,
    step: int = 0,
    machine: str | None = None,
    start_min: int | None = None,
) -> WhyNot:
    """Pin a step of a batch to a machine, or its first step to a start: the price or the rule.

    Both days are searched anew with the same moves, so that their levels compare. Raises KeyError
    for a batch, step or machine that the problem does not have.
    """
    job = next((each for each in problem.jobs if each.key == batch), None)
    known = {each.key: each for each in problem.machines}
    if job is None or step >= len(job.operations) or (machine or "") not in {"", *known}:
        raise KeyError(batch)
    operation = job.operations[step]
    if machine is not None and machine not in operation.machines:
        return WhyNot(code="day.whynot.not_eligible", binding=machine)
    machines = (machine,) if machine is not None else operation.machines
    fixed: tuple[Placed, ...] = ()
    if start_min is not None:
        end = start_min + operation.minutes
        open_ = [m for m in machines if _is_open(known[m].windows, start_min, end)]
        if not open_:
            return WhyNot(code="day.whynot.closed", binding=machines[0])
        open_ = [m for m in open_ if not _kept_free(known[m], job, start_min, end)]
        if not open_:
            return WhyNot(code="day.whynot.kept_free", binding=machines[0])
        fixed = (Placed(job=batch, operation=step, machine=open_[0], start_min=start_min),)
    held = _held(problem, batch, step, machines, fixed)
    return _compared(problem, held, batch=batch, limits=limits)


def _is_open(windows: tuple[tuple[int, int], ...], start: int, end: int) -> bool:
    return any(opens <= start and end <= closes for opens, closes in windows)


def _kept_free(machine: Resource, job: Job, start: int, end: int) -> bool:
    """Whether a machine is kept free then of something the job holds: no price ever lifts that."""
    return any(
        start < free.closes and free.opens < end and not free.traits.isdisjoint(job.traits)
        for free in machine.free
    )


def _held(
    problem: ProductionProblem,
    batch: str,
    step: int,
    machines: tuple[str, ...],
    fixed: tuple[Placed, ...],
) -> ProductionProblem:
    jobs = tuple(
        replace(
            job,
            operations=tuple(
                replace(op, machines=machines) if number == step else op
                for number, op in enumerate(job.operations)
            ),
        )
        if job.key == batch
        else job
        for job in problem.jobs
    )
    return replace(problem, jobs=jobs, fixed=(*problem.fixed, *fixed))


def _compared(
    problem: ProductionProblem, held: ProductionProblem, *, batch: str, limits: Limits
) -> WhyNot:
    free, pinned = solve_production(problem, limits), solve_production(held, limits)
    if pinned.solution is None or batch in pinned.solution.unplaced:
        return WhyNot(code="day.whynot.no_place", binding=batch)
    pairs = zip(free.objective, pinned.objective, strict=True)
    levels = tuple(there - here for here, there in pairs)
    return WhyNot(code="day.whynot.kitchen", binding=batch, levels=levels)
