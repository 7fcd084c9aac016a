"""Two kitchens in rows: the small day, and a second one that serves one of its doors."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

import logistics
from app.access import Actor, Role
from app.models.orders import Order
from app.models.people import Site
from app.models.planning import DayPlan, Depot, Machine
from app.operations import depotadmin, planning, texturetests
from logistics import DayInputs, PowerModel
from menus import StepKind
from tests.app.days import DAY, DISPATCHER, KITCHEN, NOW, SMOOTH, make_lot, make_van, small_day

ADMIN = Actor(role=Role.ADMIN, is_npcc=True)
FACTS = depotadmin.DepotFacts(
    name="Keuken Izegem",
    street="Proefstraat 2",
    postcode="8870",
    place="Izegem",
    lat_e5=5_091_400,
    lon_e5=321_400,
    frozen_cold_min=240,
    chilled_cold_min=180,
    frozen_litres=None,
    chilled_litres=None,
    chill_wait_min=None,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Two:
    """Two kitchens by number, and who plans in each."""

    first: int
    second: int
    stored: str

    def at(self, depot_id: int, actor: Actor = DISPATCHER) -> Actor:
        """Give an actor who works in a kitchen."""
        return replace(actor, depot_id=depot_id)


def two_kitchens(session: Session) -> Two:
    """Give the small day with a second kitchen that serves the second of its three orders."""
    small = small_day(session)
    first = session.scalars(select(Depot.id)).one()
    second = depotadmin.add(session, ADMIN, "izegem", FACTS, NOW)
    session.add_all(
        Machine(
            depot_id=second.id,
            code=f"izegem-{kind.value}",
            name=f"Toestel {kind.value}",
            kind=kind,
            capacity_g=100_000,
            open_min=-600,
            close_min=900,
        )
        for kind in StepKind
    )
    session.add(make_van(second, code="izegem-van", name="Bus Izegem"))
    site_of(session, "30002").depot_id = second.id
    session.add(make_lot("L9", small.stored, 20_000, date(2027, 2, 1), depot_id=second.id))
    session.flush()
    two = Two(first=first, second=second.id, stored=small.stored)
    texturetests.record_test(session, two.at(second.id, KITCHEN), "L9", SMOOTH, NOW)
    return two


def site_of(session: Session, code: str) -> Site:
    """Give the door of an order."""
    return session.scalars(
        select(Site).join(Order, Order.site_id == Site.id).where(Order.code == code)
    ).one()


def gathered(session: Session, two: Two, depot_id: int) -> tuple[planning.Gathered, DayInputs]:
    """Give what a kitchen knows of the day, with estimated roads."""
    found = planning.gather(session, two.at(depot_id), DAY, moves=300)
    return found, found.inputs(PowerModel().matrix(found.points))


def planned(session: Session, two: Two, depot_id: int) -> DayPlan:
    """Give the saved draft of a kitchen's day."""
    found, inputs = gathered(session, two, depot_id)
    kept = planning.save_draft(
        session,
        two.at(depot_id),
        found,
        logistics.plan_day(inputs),
        inputs=inputs,
        job_id=None,
        now=NOW,
    )
    assert kept is not None
    return kept
