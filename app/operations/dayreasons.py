"""Verbs that explain a kept day: where a portion comes from, who gets a lot, why not otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Permission, require
from app.models.frozen import read
from app.models.planning import DayPlan, StoredDay
from app.operations import planning, supplies
from app.operations.daypapers import note_orders_read, stored_day
from logistics import (
    Batch,
    Because,
    DayOrder,
    IngredientLot,
    Lot,
    Origin,
    Reached,
    WhyNot,
    origins_of,
    who_gets,
    why_lots,
    why_not_batch,
    why_not_van,
    why_van,
    why_waits,
)
from optimizer import (
    Limits,
    Placed,
    ProductionProblem,
    RoutingProblem,
    RoutingStop,
    from_json,
)

SEARCH = Limits(moves=3_000)
"""How hard a pin is searched while somebody waits: a second or two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedOrder:
    """An order of a planned day, line by line; `because` goes with the sources of each line.

    `by_van` is empty where the roads of the day are not stored.
    """

    order: DayOrder
    origins: tuple[Origin, ...]
    because: tuple[tuple[Because, ...], ...]
    by_van: tuple[Because, ...]
    ingredients: Mapping[str, str]
    bought_as: Mapping[str, str]  # by ingredient lot, the order at a supplier that it came with


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """The plan of a day with the facts it was made from."""

    row: DayPlan
    stored: StoredDay
    facts: Mapping[str, Any]

    def lost_vans(self) -> frozenset[str]:
        """Give the vans that fell out since the day was published."""
        return frozenset(self.row.document.get("lost_vans", {}))

    def roads(self) -> RoutingProblem:
        """Give what is asked of the vans as the day stands now, with doors that joined since.

        A van that fell out serves only what it had done by then; the others may come back.
        """
        told, gone = self.row.document.get("road"), self.lost_vans()
        problem: RoutingProblem = (
            self.problem("routing", RoutingProblem)
            if told is None
            else from_json(RoutingProblem, told)
        )
        if not gone:
            return problem
        done = {
            stop.site
            for route in self.stored.plan.routes.routes
            if route.vehicle in gone
            for stop in route.stops
        }
        left = tuple(van.key for van in problem.vehicles if van.key not in gone)
        return replace(
            problem,
            stops=tuple(stop if stop.key in done else _by(stop, left) for stop in problem.stops),
            vehicles=tuple(replace(van, reloads=True) for van in problem.vehicles),
            locked=(),
        )

    def problem(self, name: str, kind: type[Any]) -> Any:
        """Give a stored problem; Conflict `day.whynot.not_stored` where it was left out."""
        entry = next(each for each in self.facts["problems"] if each["name"] == name)
        if "problem" not in entry:
            raise Conflict("day.whynot.not_stored")
        return from_json(kind, entry["problem"])

    def ingredients(self) -> dict[str, str]:
        """Give the ingredient of each ingredient lot."""
        return {each["id"]: each["ingredient"] for each in self.facts["ingredient_lots"]}

    def lots(self) -> dict[str, Lot]:
        """Give the lots that lay in store."""
        return {lot.id: lot for lot in stored_lots(self.facts)}


def _by(stop: RoutingStop, vans: tuple[str, ...]) -> RoutingStop:
    allowed = stop.allowed if stop.allowed is not None else vans
    return replace(stop, allowed=tuple(van for van in allowed if van in vans))


def _lot(facts: Mapping[str, Any]) -> Lot:
    named = {name: facts[name] for name in ("id", "sku", "use_by", "zone", "state")}
    return read(Lot, named | {"amount_g": facts["g"]})


def stored_lots(facts: Mapping[str, Any]) -> tuple[Lot, ...]:
    """Give the lots that lay in store when a day was planned, by the facts of its document."""
    return tuple(_lot(each) for each in facts["lots"] if each["batch"] is None)


def stored_ingredient_lots(facts: Mapping[str, Any]) -> tuple[IngredientLot, ...]:
    """Give the ingredient lots that lay in store when a day was planned."""
    return tuple(
        read(
            IngredientLot,
            {name: each[name] for name in ("id", "ingredient", "use_by", "state")}
            | {"amount_g": each["g"]},
        )
        for each in facts["ingredient_lots"]
    )


def _kept(session: Session, actor: Actor, day: date) -> _Kept:
    row = planning.day_plan(session, actor, day)
    if row is None:
        raise NotFound
    return _Kept(row=row, stored=stored_day(row), facts=row.document["inputs"])


def explained_order(
    session: Session, actor: Actor, day: date, code: str, now: datetime
) -> ExplainedOrder:
    """Give where each line of an order comes from and why; NotFound when the plan has it not."""
    require(actor, Permission.VIEW_ROUTES)
    kept = _kept(session, actor, day)
    order = next((each for each in kept.stored.orders if each.id == code), None)
    if order is None:
        raise NotFound
    plan, lots = kept.stored.plan, kept.lots()
    origins = origins_of(order, plan, kept.ingredients())
    note_orders_read(session, actor, now, [code])
    return ExplainedOrder(
        order=order,
        origins=origins,
        because=tuple(why_lots(each, lots) for each in origins),
        by_van=_by_van(kept, order.site),
        ingredients=kept.ingredients(),
        bought_as=supplies.bought_as(
            session,
            sorted({draw.lot for one in origins for each in one.sources for draw in each.drawn}),
        ),
    )


def _by_van(kept: _Kept, site: str) -> tuple[Because, ...]:
    try:
        problem = kept.roads()
    except Conflict:
        return ()
    return why_van(problem, kept.stored.plan.routes, site)


def other_van(session: Session, actor: Actor, day: date, code: str, vehicle: str) -> WhyNot:
    """Give what it would cost to bring an order by another van, or the rule in the way."""
    require(actor, Permission.VIEW_ROUTES)
    kept = _kept(session, actor, day)
    site = next((each.site for each in kept.stored.orders if each.id == code), None)
    if site is None:
        raise NotFound
    problem = kept.roads()
    if vehicle in kept.lost_vans():
        return WhyNot(code="day.whynot.lost", binding=vehicle)
    try:
        routes = kept.stored.plan.routes
        return why_not_van(problem, routes, site=site, vehicle=vehicle, limits=SEARCH)
    except KeyError:
        raise NotFound from None


def explained_batch(session: Session, actor: Actor, day: date, code: str) -> Batch:
    """Give a batch of the day's plan; NotFound when it has it not."""
    require(actor, Permission.VIEW_KITCHEN)
    batches = _kept(session, actor, day).stored.plan.batches
    found = next((each for each in batches if each.id == code), None)
    if found is None:
        raise NotFound
    return found


def batch_waits(session: Session, actor: Actor, day: date, code: str) -> tuple[Because | None, ...]:
    """Give by step of a batch why it waits; empty where the day's problem is not stored."""
    require(actor, Permission.VIEW_KITCHEN)
    kept = _kept(session, actor, day)
    try:
        problem = kept.problem("production", ProductionProblem)
    except Conflict:
        return ()
    placed = (
        Placed(job=each.id, operation=number, machine=op.machine, start_min=op.start_min)
        for each in kept.stored.plan.batches
        for number, op in enumerate(each.ops)
    )
    return why_waits(problem, placed, code)


def other_machine(
    session: Session,
    actor: Actor,
    day: date,
    code: str,
    *,
    step: int,
    machine: str | None,
    start_min: int | None,
) -> WhyNot:
    """Give what another machine or start would cost a batch's day, or the rule in the way."""
    require(actor, Permission.VIEW_KITCHEN)
    problem = _kept(session, actor, day).problem("production", ProductionProblem)
    try:
        return why_not_batch(
            problem, batch=code, limits=SEARCH, step=step, machine=machine, start_min=start_min
        )
    except KeyError:
        raise NotFound from None


def gets(
    session: Session, actor: Actor, day: date, now: datetime, *, lot: str = "", letter: str = ""
) -> tuple[Reached, ...]:
    """Give every line that holds something of a lot or batch, or rides in a van, for the road."""
    require(actor, Permission.VIEW_ROUTES)
    kept = _kept(session, actor, day)
    found = who_gets(kept.stored.orders, kept.stored.plan, lot=lot, letter=letter)
    note_orders_read(session, actor, now, sorted({each.order for each in found}))
    return found


def kitchen_gets(session: Session, actor: Actor, day: date, lot: str) -> tuple[Reached, ...]:
    """Give every line that holds something of a lot or batch; the kitchen knows orders by code."""
    require(actor, Permission.VIEW_KITCHEN)
    kept = _kept(session, actor, day)
    return who_gets(kept.stored.orders, kept.stored.plan, lot=lot)
