"""What a published day says of some doors, read anew for a change, and nothing else of it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.people import Site
from app.models.planning import DayPlan, Depot, StoredDay
from app.models.stock import Lot
from app.operations import meals, planning, texturetests
from logistics import DayInputs, DayOrder, Pickup, RoadMatrix
from optimizer import Limits, Matrix


def facts_of(
    session: Session,
    row: DayPlan,
    stored: StoredDay,
    doors: Collection[str],
    *,
    orders: Iterable[DayOrder],
    eaters: Mapping[str, Any],
    fetched: Callable[[Site], tuple[Pickup, ...]],
) -> DayInputs:
    """Give the inputs of some doors (codes): no machine, no van, no road, nothing to search for.

    Lots are those with something left, and those that the plan gave; what a later day cooks is
    not there yet.
    """
    sites = session.scalars(select(Site).where(Site.code.in_(doors)).order_by(Site.code)).all()
    given = {one.lot for one in stored.plan.allocations}
    lots = session.scalars(
        select(Lot)
        .where(Lot.depot_id == row.depot_id, (Lot.amount_g > 0) | Lot.code.in_(given))
        .where(Lot.made_on <= row.service_day)
        .order_by(Lot.code)
    ).all()
    catalogue = meals.catalogue(session)
    still = Matrix.still(len(sites) + 1)
    return DayInputs(
        snapshot=row.snapshot,
        service_day=row.service_day,
        depot=session.get_one(Depot, row.depot_id).as_depot(),
        catalogue=catalogue,
        orders=tuple(orders),
        eaters=eaters,
        lots=texturetests.stock_to_give(session, catalogue.variants, lots),
        machines=(),
        vehicles=(),
        sites=tuple(planning.day_site(site, fetched(site)) for site in sites),
        roads=RoadMatrix(seconds=still, metres=still, provenance=""),
        ingredient_lots=(),
        supply_items=(),
        limits=Limits(moves=1),
    )
