"""What follows once the region's rows stand: weeks composed and approved, orders placed."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import SYSTEM, Actor, Refused, Role
from app.i18n import LOCAL_ZONE
from app.models.care import Prescription, PrescriptionState
from app.models.meals import MealPlanState
from app.models.orders import OrderSource, ProposalState, ReorderProposal
from app.models.people import Client, Site, User, Ward
from app.operations import meals, orders, people, reorderrun, reorders
from app.operations.demo import housestore, referring, storing
from app.operations.demo.between import live_between
from app.operations.demo.kitchen import MEALS
from app.operations.demo.logins import DIETITIAN
from app.operations.demo.region import DemoRegion, WardMeals
from app.operations.eaters import current_profile
from logistics import SiteKind
from menus import Eater, Served, serve
from optimizer import Limits

LIMITS = Limits(moves=60_000, seed=1)
"""Enough for a week without slack in the demo; a dietitian's own proposal searches longer."""

Tell = Callable[[str, int, int], None]
"""Hears which step it is, how many are done and of how many."""

_REASON = "Volgt de gewoonte van de cliënt; ik kijk het volgende week na."


def follow(session: Session, region: DemoRegion, now: datetime, tell: Tell) -> None:
    """Compose weeks, place orders and fill the store, in the order in which they build on."""
    compose_weeks(session, region, now, tell)
    place_orders(session, region, now, tell)
    storing.top_up(session, region)
    housestore.count_store(session, now)
    live_between(session, now)
    referring.refer(session, now)


def compose_weeks(session: Session, region: DemoRegion, now: datetime, tell: Tell) -> int:
    """Compose a week for each client at home; approve all but those left for a dietitian to sign.

    A client whose prescription does not allow an automatic week keeps none, as in real life.
    """
    actor = _dietitian(session, now)
    clients = _at_home_with_prescription(session)
    approved = 0
    for done, client in enumerate(clients):
        tell("weeks", done, len(clients))
        approved += _compose(session, actor, region, client, now)
    return approved


def _compose(
    session: Session, actor: Actor, region: DemoRegion, client: Client, now: datetime
) -> bool:
    """Whether a week was composed and approved."""
    monday = region.service_day - timedelta(days=region.service_day.weekday())
    try:
        with session.begin_nested():
            plan = meals.propose_plan(
                session, actor, client.id, start=monday, now=now, limits=LIMITS
            )
            if plan.state is MealPlanState.UNMET or client.code in region.plan_to_sign:
                return False
            meals.approve(session, actor, plan.id, now, reason=_REASON)
    except Refused:
        return False
    return True


def _dietitian(session: Session, now: datetime) -> Actor:
    user = session.scalars(select(User).where(User.login == DIETITIAN)).one()
    return people.actor_for(session, user, now)


def _at_home_with_prescription(session: Session) -> list[Client]:
    signed = select(Prescription.client_id).where(Prescription.state == PrescriptionState.SIGNED)
    return list(
        session.scalars(
            select(Client)
            .join(Site, Site.id == Client.site_id)
            .where(Site.kind == SiteKind.HOME, Client.id.in_(signed))
            .order_by(Client.code)
        )
    )


def place_orders(session: Session, region: DemoRegion, now: datetime, tell: Tell) -> int:
    """Let the daily job run since the cut-off day, clients answer, and the houses order in time."""
    closing = reorders.RULE.place_on(region.service_day)
    days = [closing + timedelta(days=ahead) for ahead in range((region.today - closing).days + 1)]
    placed = 0
    for done, day in enumerate(days):
        tell("reorders", done, len(days))
        placed += reorderrun.reorder_due(session, SYSTEM, day, min(now, _at(day, 6))).placed
    placed += _answer(session, region, min(now, _at(closing, 7)))
    tables = [(ward, meal) for ward in region.wards for meal in MEALS]
    for done, (ward, meal) in enumerate(tables):
        tell("wards", done, len(tables))
        placed += _order_ward(session, region.service_day, ward, meal, now)
    return placed


def _answer(session: Session, region: DemoRegion, at: datetime) -> int:
    """Order for clients due on the service day who rather answer each proposal themselves."""
    waiting = session.scalars(
        select(ReorderProposal)
        .join(Client, Client.id == ReorderProposal.client_id)
        .where(
            ReorderProposal.service_day == region.service_day,
            ReorderProposal.state.in_([ProposalState.OPEN, ProposalState.DECLINED]),
            Client.code.in_(region.due),
        )
    ).all()
    needed = [one for one in waiting if any(portions for _, _, portions, *_ in one.lines)]
    for proposal in needed:
        proposal.state = ProposalState.OPEN
        own = frozenset({proposal.client_id or 0})
        client = Actor(role=Role.CLIENT, sees=own, orders_for=own)
        reorders.accept_proposal(session, client, proposal.id, at)
    return len(needed)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=LOCAL_ZONE)


def _order_ward(session: Session, day: date, table: WardMeals, meal: str, now: datetime) -> int:
    """Order one meal of one ward from its group menu, as its carer would before the cut-off."""
    site = session.scalars(select(Site).where(Site.code == table.site)).one()
    ward = session.scalars(
        select(Ward).where(Ward.site_id == site.id, Ward.code == table.ward)
    ).one()
    menu = meals.group_menu(session, site.id, day, meal)
    catalogue = meals.catalogue(session)
    eaters = tuple(
        orders.EaterOrder(ref=client.code, profile=profile, lines=lines, client_id=client.id)
        for client, profile in _residents(session, ward.id, day)
        if (lines := _lines(serve(catalogue, menu, profile)))
    )
    if not eaters:
        return 0
    draft = orders.OrderDraft(
        site_id=site.id,
        ward_id=ward.id,
        service_day=day,
        meal=meal,
        eaters=eaters,
        source=OrderSource.WARD,
    )
    in_time = min(now, _at(day - timedelta(days=1), 8))
    orders.place(session, _carer(site), draft, in_time)
    return 1


def _lines(served: tuple[Served, ...]) -> tuple[orders.Line, ...]:
    return tuple(
        orders.Line(sku=one.variant.id, portions=1) for one in served if one.variant is not None
    )


def _residents(session: Session, ward_id: int, day: date) -> Iterator[tuple[Client, Eater]]:
    clients = session.scalars(
        select(Client)
        .where(Client.ward_id == ward_id, Client.left_on.is_(None))
        .order_by(Client.code)
    )
    for client in clients:
        profile = current_profile(session, client.id, day)
        if profile is not None:
            yield client, profile


def _carer(site: Site) -> Actor:
    return Actor(role=Role.CARER, organisation_id=site.organisation_id, is_house=True, name="demo")
