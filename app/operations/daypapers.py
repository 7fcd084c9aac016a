"""A planned day back from its rows, and the sheets that papers and pages are made from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

import logistics
from app.access import Actor, Conflict
from app.models.orders import Order, OrderEater
from app.models.people import Site
from app.models.planning import DayPlan, DayPlanState, Depot, Machine, StoredDay, Vehicle
from app.models.stock import IngredientLot, Lot
from app.operations import depots, meals, planning, supplies, texturetests
from app.operations.upkeep import note_access
from logistics import (
    DayInputs,
    KitchenSheet,
    Label,
    LabelGap,
    LoadingList,
    Operator,
    PaperNames,
    PurchaseRow,
    RoadMatrix,
    RouteSheet,
    SiteKind,
    StopPlace,
)
from menus import Catalogue, StepKind
from optimizer import Limits, Matrix

_KEPT_DAYS = 4
_stored: dict[tuple[str, int, datetime], StoredDay] = {}


def stored_day(plan: DayPlan) -> StoredDay:
    """Give the plan with its orders, read once per process: its content never changes."""
    key = (plan.snapshot, plan.id, plan.created_at)
    if key not in _stored:
        found = plan.as_stored_day()
        if len(_stored) >= _KEPT_DAYS:
            _stored.clear()
        _stored[key] = found
    return _stored[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDay:
    """A planned day with everything its sheets name."""

    depot_id: int
    inputs: DayInputs
    plan: logistics.DayPlan
    names: PaperNames
    operator: Operator
    published: bool = False

    def route_sheets(self, letter: str | None = None) -> tuple[RouteSheet, ...]:
        """Give the sheet of every van, or of one."""
        sheets = logistics.route_sheets(self.inputs, self.plan, self.names)
        return tuple(one for one in sheets if letter in (None, one.letter))

    def loading_lists(self, letter: str | None = None) -> tuple[LoadingList, ...]:
        """Give what goes in every van, or in one."""
        lists = logistics.loading_lists(self.inputs, self.plan, self.names)
        return tuple(one for one in lists if letter in (None, one.letter))

    def kitchen_sheet(self) -> KitchenSheet:
        """Give the kitchen's day, machine by machine."""
        return logistics.kitchen_sheet(self.inputs, self.plan, self.names)

    def purchase_rows(self) -> tuple[PurchaseRow, ...]:
        """Give what to buy over the coming fortnight."""
        return logistics.purchase_rows(self.inputs, self.plan)

    def labels(self, batch: str | None = None) -> tuple[tuple[Label, ...], tuple[LabelGap, ...]]:
        """Give the labels of what is packed, of all batches or one, and those that are not made."""
        lots = {one.lot for one in self.plan.batches if batch in (None, one.id)}
        made = [
            logistics.make_label(self.inputs.catalogue, packed, self.operator)
            for packed in logistics.packed_portions(self.inputs, self.plan)
            if packed.lot in lots
        ]
        labels = tuple(one for one in made if isinstance(one, Label))
        return labels, tuple(one for one in made if isinstance(one, LabelGap))


def paper_day(session: Session, plan: DayPlan) -> PaperDay:
    """Give a kept plan with what its sheets name.

    Names, addresses and phones are those of today. Raises Conflict `day.other_catalogue` when
    recipes changed since: an allergen list of other recipes must never reach a label.
    """
    stored = stored_day(plan)
    catalogue = meals.catalogue(session)
    depot = session.get_one(Depot, plan.depot_id)
    sites = _sites(session, stored)
    inputs = _inputs(session, plan, stored, sites, catalogue)
    lots = (*inputs.lots, *stored.plan.born)
    untested = texturetests.untested(session, lots, catalogue.variants)
    return PaperDay(
        depot_id=depot.id,
        inputs=inputs,
        plan=stored.plan,
        names=replace(paper_names(session, depot, inputs), untested=untested),
        operator=operator_of(depot),
        published=plan.state is DayPlanState.PUBLISHED,
    )


def of_same_recipes(plan: DayPlan, paper: PaperDay) -> PaperDay:
    """Give the day back when its recipes are still those it was planned with."""
    if plan.document["inputs"]["catalogue"] != paper.inputs.catalogue.version:
        raise Conflict("day.other_catalogue")
    return paper


def note_routes_read(
    session: Session, actor: Actor, now: datetime, sheets: Sequence[RouteSheet]
) -> None:
    """Write that someone read with which texture and allergens these homes are served."""
    note_orders_read(
        session, actor, now, [code for one in sheets for stop in one.stops for code in stop.orders]
    )


def note_orders_read(session: Session, actor: Actor, now: datetime, codes: Sequence[str]) -> None:
    """Write that someone read what the homes of these orders eat."""
    clients = session.scalars(
        select(OrderEater.client_id)
        .join(Order, Order.id == OrderEater.order_id)
        .where(Order.code.in_(codes), Order.kind == SiteKind.HOME)
        .where(OrderEater.client_id.is_not(None))
        .distinct()
    )
    for client_id in clients:
        note_access(session, actor, now, "route.read", client_id)


def operator_of(depot: Depot) -> Operator:
    """Give the food business that labels name."""
    return Operator(name=depot.name, street=depot.street, town=f"{depot.postcode} {depot.place}")


def paper_names(session: Session, depot: Depot, inputs: DayInputs) -> PaperNames:
    """Give what the papers of a day call its vans, machines and doors."""
    vans = session.scalars(select(Vehicle).where(Vehicle.depot_id == depot.id))
    machines = session.scalars(select(Machine).where(Machine.depot_id == depot.id))
    codes = {site.id for site in inputs.sites}
    sites = session.scalars(select(Site).where(Site.code.in_(codes)).order_by(Site.code)).all()
    avoid = _avoid(session, inputs.service_day)
    return PaperNames(
        depot=depot.name,
        vans={van.code: van.name for van in vans},
        machines={machine.code: machine.name for machine in machines},
        stops={site.code: _place(site, avoid.get(site.id, ())) for site in sites},
    )


def _place(site: Site, avoid: tuple[str, ...]) -> StopPlace:
    return StopPlace(
        name=site.name,
        street=site.street,
        town=f"{site.postcode} {site.place}",
        phone=site.phone,
        access_note=site.access_note,
        avoid=avoid,
    )


def _avoid(session: Session, day: date) -> Mapping[int, tuple[str, ...]]:
    """Give the allergens that a home with one eater never gets; of many eaters none is told."""
    rows = session.execute(
        select(Order.site_id, OrderEater)
        .join(Order, Order.id == OrderEater.order_id)
        .where(Order.service_day == day, Order.kind == SiteKind.HOME)
    ).all()
    signed = planning.signed_eaters(session, day)
    eaters: defaultdict[int, dict[str, frozenset[str]]] = defaultdict(dict)
    for site_id, row in rows:
        eater = signed.get(row.client_id or 0) or row.as_eater()
        eaters[site_id][row.ref] = eater.allergies
    return {
        site_id: tuple(sorted(next(iter(found.values()))))
        for site_id, found in eaters.items()
        if len(found) == 1
    }


def _sites(session: Session, stored: StoredDay) -> tuple[Site, ...]:
    codes = {order.site for order in stored.orders}
    codes |= {stop.site for route in stored.plan.routes.routes for stop in route.stops}
    codes |= {left.site for left in stored.plan.routes.unserved}
    return tuple(session.scalars(select(Site).where(Site.code.in_(codes)).order_by(Site.code)))


def _inputs(
    session: Session,
    plan: DayPlan,
    stored: StoredDay,
    sites: tuple[Site, ...],
    catalogue: Catalogue,
) -> DayInputs:
    """Give what the sheets read: no matrix, for the times stand in the plan."""
    depot = session.get_one(Depot, plan.depot_id)
    born = {lot.id for lot in stored.plan.born}
    taken = {one.lot for one in stored.plan.allocations} - born
    drawn = {one.lot for one in stored.plan.draws}
    lots = session.scalars(select(Lot).where(Lot.code.in_(taken)))
    ingredients = session.scalars(select(IngredientLot).where(IngredientLot.code.in_(drawn)))
    return DayInputs(
        snapshot=plan.snapshot,
        service_day=plan.service_day,
        depot=depot.as_depot(),
        catalogue=catalogue,
        orders=stored.orders,
        eaters={},
        lots=tuple(lot.as_lot() for lot in lots),
        machines=_in_order(depots.depot_rows(session, Machine, depot.id)),
        vehicles=tuple(row.as_vehicle() for row in depots.depot_rows(session, Vehicle, depot.id)),
        sites=tuple(planning.day_site(site) for site in sites),
        roads=_no_roads(len(sites) + 1, stored.plan.routes.provenance),
        ingredient_lots=tuple(lot.as_lot() for lot in ingredients),
        supply_items=supplies.offers(session, catalogue),
        limits=Limits(moves=1, seed=1),
    )


def _in_order(rows: Sequence[Machine]) -> tuple[logistics.Machine, ...]:
    """Give machines as a batch meets them, from the table to the packing."""
    flow = list(StepKind)
    return tuple(row.as_machine() for row in sorted(rows, key=lambda row: flow.index(row.kind)))


def _no_roads(size: int, provenance: str) -> RoadMatrix:
    still = Matrix.still(size)
    return RoadMatrix(seconds=still, metres=still, provenance=provenance)
