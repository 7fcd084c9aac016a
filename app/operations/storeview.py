"""What a house sees of its own store: the next deliveries, what lies there, what was ordered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.models.orders import Order, ProposalState, ReorderProposal
from app.models.people import Site
from app.models.stores import HouseStore, StoreCount
from app.operations import depots, housestores, meals, storecounts, storerefill, storerules
from app.operations.storecounts import local_day
from logistics import HomeLot
from menus import Catalogue, Variant

SHOWN = 6
"""So many proposals of before are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A day on which the store is filled; `proposal` None before there is one.

    `signable`: a person of the house may sign it now. `propose_on`: when the proposal comes.
    """

    day: date
    closes: datetime
    propose_on: date
    proposal: ReorderProposal | None
    order: Order | None
    signable: bool

    @property
    def state(self) -> str:
        """What it is at: to sign, closed unsigned, still to be proposed, or what became of it."""
        if self.proposal is None:
            return "later"
        if self.proposal.state is ProposalState.OPEN:
            return "sign" if self.signable else "closed"
        return self.proposal.state.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What is known of one variant: its dates as counted, and what must be left of it today.

    `unknown`: nobody knows. `left` None: never counted, or not known any more.
    """

    variant: Variant
    rows: tuple[StoreCount, ...]
    unknown: bool
    left: int | None
    gone: tuple[HomeLot, ...]

    @property
    def counted_at(self) -> datetime | None:
        """When it was counted last; None for never."""
        return max((row.counted_at for row in self.rows), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreView:
    """Everything the page of a store shows."""

    site: Site
    store: HouseStore
    today: date
    catalogue: Catalogue
    coming: tuple[Delivery, ...]
    shelves: tuple[Shelf, ...]
    before: tuple[Delivery, ...]
    may_sign: bool


def view(session: Session, actor: Actor, site_id: int, now: datetime) -> StoreView:
    """Give the store of a house as it stands; NotFound for another house's."""
    site, store = housestores.find_store(session, actor, site_id)
    today = local_day(now)
    first, second = storerules.deliveries(site, store, today)
    proposals = _proposals(session, site.id)
    coming = tuple(
        _delivery(session, site, day, proposals.get(day), now) for day in (first, second)
    )
    before = tuple(
        _delivery(session, site, day, proposal, now)
        for day, proposal in sorted(proposals.items(), reverse=True)
        if day <= today
    )
    until = storerules.lasts_until(site, store, second)
    return StoreView(
        site=site,
        store=store,
        today=today,
        catalogue=meals.catalogue(session),
        coming=coming,
        shelves=_shelves(session, site, store, until, today),
        before=before[:SHOWN],
        may_sign=actor.is_house and actor.user_id is not None,
    )


def _proposals(session: Session, site_id: int) -> Mapping[date, ReorderProposal]:
    rows = session.scalars(
        select(ReorderProposal)
        .where(ReorderProposal.site_id == site_id)
        .order_by(ReorderProposal.service_day.desc())
        .limit(SHOWN + 4)
    )
    return {row.service_day: row for row in rows}


def _delivery(
    session: Session, site: Site, day: date, proposal: ReorderProposal | None, now: datetime
) -> Delivery:
    rule = storerules.RULES[site.kind]
    closes = storerules.closes(site, day)
    is_open = proposal is not None and proposal.state is ProposalState.OPEN and now < closes
    order_id = None if proposal is None else proposal.order_id
    return Delivery(
        day=day,
        closes=closes,
        propose_on=rule.place_on(day) - timedelta(days=rule.propose_days),
        proposal=proposal,
        order=None if order_id is None else session.get(Order, order_id),
        signable=is_open and not depots.is_published(session, site.id, day),
    )


def _shelves(
    session: Session, site: Site, store: HouseStore, until: date, today: date
) -> tuple[Shelf, ...]:
    catalogue = meals.catalogue(session)
    stock = storecounts.stock_of(session, site.id)
    plan = storerefill.plan_until(session, site, store, until, today)
    found = []
    for sku in sorted({*stock, *plan.portions} & set(catalogue.variants)):
        rows = stock.get(sku, ())
        lots = storecounts.lots_today(rows, plan, today)
        good = [one for one in lots or () if one.use_by >= today]
        found.append(
            Shelf(
                variant=catalogue.variants[sku],
                rows=rows,
                unknown=any(row.portions is None for row in rows),
                left=None if lots is None else sum(one.portions for one in good),
                gone=tuple(one for one in lots or () if one.use_by < today),
            )
        )
    return tuple(found)
