"""A house's own store: counted by the house, its order proposed, signed by one of its people."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, Forbidden, NotFound, Permission, Refused
from app.models.orders import Order, OrderSource, ProposalState, ReorderProposal
from app.models.people import Site
from app.models.stores import HouseStore
from app.operations import depots, meals, orders, storecounts, storemail, storerefill, storerules
from app.operations.storecounts import Counts, local_day, locked
from app.operations.upkeep import note_access
from logistics import DueReorder, is_open
from menus import Eater, Iddsi, Kind, Variant

EXPIRED = "store.expired"
STORE_CODES = (
    *storerefill.REFILL_NOTES,
    *storecounts.COUNT_CODES,
    EXPIRED,
    "store.counted_too_late",
    "store.counted_since",
    "store.not_in_plan",
    "store.whole_packs",
)
"""Codes kept or refused with, beside those of the order room."""

Wanted = Mapping[str, int]
"""Portions by variant, none of them nothing."""


def find_store(session: Session, actor: Actor, site_id: int) -> tuple[Site, HouseStore]:
    """Give a store of the actor's house; NotFound for any other, and for a site without one."""
    site = orders.find_site(session, actor, site_id, Permission.ORDER_GROUP)
    store = session.scalar(select(HouseStore).where(HouseStore.site_id == site.id))
    if store is None:
        raise NotFound
    return site, store


def stores_of(session: Session, actor: Actor) -> tuple[Site, ...]:
    """Give the places of the actor's house that have a store."""
    if not actor.may(Permission.ORDER_GROUP) or not (actor.is_house or actor.is_npcc):
        raise NotFound
    query = select(Site).join(HouseStore, HouseStore.site_id == Site.id).order_by(Site.name)
    if not actor.is_npcc:
        query = query.where(Site.organisation_id == actor.organisation_id)
    return tuple(session.scalars(query))


def count(
    session: Session,
    actor: Actor,
    site_id: int,
    counts: Counts,
    now: datetime,
    *,
    delivery: date | None = None,
) -> None:
    """Write down what was counted; it replaces what was known of the variants it names.

    A second count mends the first. The proposal that can still be signed is worked out anew.
    `delivery`: the day the count is meant for; Conflict when that can no longer change, so that
    nobody trusts that it will. Without one it counts for whatever can still be signed.
    """
    site, store = find_store(session, actor, site_id)
    locked(session, site.id)
    if delivery is not None:
        _refuse_late(session, site, delivery, now)
    storecounts.keep(session, meals.catalogue(session), site.id, counts, now)
    for proposal in _open(session, site.id, now):
        _work_out(session, site, store, proposal, now)
    note_access(session, actor, now, "store.counted")


def _refuse_late(session: Session, site: Site, day: date, now: datetime) -> None:
    orders.require_unpublished(session, site.id, day)
    if now >= storerules.closes(site, day):
        raise Conflict("store.counted_too_late", day=day)


def _open(session: Session, site_id: int, now: datetime) -> list[ReorderProposal]:
    return list(
        session.scalars(
            select(ReorderProposal)
            .where(
                ReorderProposal.site_id == site_id,
                ReorderProposal.state == ProposalState.OPEN,
                ReorderProposal.answer_by > now,
            )
            .order_by(ReorderProposal.service_day)
        )
    )


def _work_out(
    session: Session, site: Site, store: HouseStore, proposal: ReorderProposal, now: datetime
) -> None:
    """Work a proposal out from what is known now; a new version where anything differs."""
    lines, notes = storerefill.lines_of(session, site, store, proposal.service_day, local_day(now))
    if (lines, notes) != (proposal.lines, proposal.reasons):
        proposal.lines, proposal.reasons = lines, notes
        proposal.version += 1


def due(session: Session, depot_id: int | None, today: date) -> tuple[DueReorder, ...]:
    """Give the deliveries to stores of which a proposal must stand today, of one kitchen or all."""
    found = storerules.due(session, today)
    if depot_id is None:
        return found
    mine = frozenset(session.scalars(depots.sites_of(depot_id)))
    return tuple(one for one in found if int(one.client) in mine)


def turn(session: Session, one: DueReorder, now: datetime) -> str:
    """Propose a delivery to a store, or work its open proposal out anew; only a person signs it."""
    site = session.get_one(Site, int(one.client))
    store, day = locked(session, site.id), one.service_day
    proposal = proposal_for(session, site.id, day)
    if proposal is not None:
        if proposal.state is ProposalState.OPEN and proposal.answer_by > now:
            _work_out(session, site, store, proposal, now)
        return ""
    if not is_open(day, storerules.RULES[site.kind].cut_off, now):
        return ""
    lines, notes = storerefill.lines_of(session, site, store, day, local_day(now))
    proposal = ReorderProposal(
        site_id=site.id,
        service_day=day,
        lines=lines,
        reasons=notes,
        proposed_at=now,
        answer_by=storerules.closes(site, day),
    )
    session.add(proposal)
    session.flush()
    storemail.announce(session, site, proposal, now)
    return "proposed"


def proposal_for(session: Session, site_id: int, day: date) -> ReorderProposal | None:
    """Give the proposal of one delivery to a store as it stands now."""
    return session.scalar(
        select(ReorderProposal)
        .where(ReorderProposal.site_id == site_id, ReorderProposal.service_day == day)
        .execution_options(populate_existing=True)
    )


def expire(session: Session, proposal: ReorderProposal, now: datetime) -> None:
    """Close a proposal that nobody signed in time, and tell the house that nothing comes."""
    proposal.state = ProposalState.EXPIRED
    proposal.reasons = [*proposal.reasons, [EXPIRED, {"day": proposal.service_day.isoformat()}]]
    site = session.get_one(Site, proposal.site_id)
    if any(portions for _, _, portions, *_ in proposal.lines):
        storemail.tell_expired(session, site, proposal, now)


def sign(
    session: Session,
    actor: Actor,
    proposal_id: int,
    amounts: Mapping[str, int],
    now: datetime,
    *,
    seen: int,
) -> Order | None:
    """Order what a person of the house makes of a proposal; None when that is nothing.

    `seen`: the version the person read. Raises Conflict when it was answered before, changed since
    or came too late, Refused with every reason why it cannot be ordered.
    """
    proposal, site, store = _to_answer(session, actor, proposal_id)
    if proposal.state is not ProposalState.OPEN:
        raise Conflict("reorder.already_answered")
    if not is_open(proposal.service_day, storerules.RULES[site.kind].cut_off, now):
        raise Conflict("order.after_cut_off", cut_off=proposal.answer_by)
    if proposal.version != seen:
        raise Conflict("store.counted_since")
    wanted = {given[0]: given[2] for given in proposal.lines} | dict(amounts)
    wanted = {sku: many for sku, many in wanted.items() if many}
    until = storerules.lasts_until(site, store, proposal.service_day)
    plan = storerefill.plan_until(session, site, store, until, local_day(now))
    _refuse_amounts(plan.portions, store, proposal.lines, wanted)
    note_access(session, actor, now, "store.signed")
    if not wanted:
        proposal.state = ProposalState.DECLINED
        return None
    order = orders.place(session, actor, _draft(session, site, proposal, wanted), now)
    proposal.state, proposal.order_id = ProposalState.PLACED, order.id
    return order


def _to_answer(
    session: Session, actor: Actor, proposal_id: int
) -> tuple[ReorderProposal, Site, HouseStore]:
    """Give a proposal of the actor's own house, held; only its people sign, never a machine."""
    proposal = session.get(ReorderProposal, proposal_id)
    if proposal is None or proposal.site_id is None:
        raise NotFound
    site, _ = find_store(session, actor, proposal.site_id)
    if actor.user_id is None or not actor.is_house:
        raise Forbidden(Permission.ORDER_GROUP.value)
    store = locked(session, site.id)
    session.refresh(proposal)
    return proposal, site, store


def _refuse_amounts(
    planned: Mapping[str, Any], store: HouseStore, lines: Sequence[Sequence[Any]], wanted: Wanted
) -> None:
    """Raise Refused for what nobody of the house may be served now, and for broken packs."""
    proposed = {given[0] for given in lines}
    pack = store.pack_portions
    for_nobody = [sku for sku in wanted if sku not in planned or sku not in proposed]
    broken = [sku for sku, many in wanted.items() if many % pack and sku not in for_nobody]
    problems: list[tuple[str, str, Mapping[str, object]]] = [
        *((sku, "store.not_in_plan", {"sku": sku}) for sku in for_nobody),
        *((sku, "store.whole_packs", {"pack": pack}) for sku in broken),
    ]
    if problems:
        raise Refused(*problems)


def _draft(
    session: Session,
    site: Site,
    proposal: ReorderProposal,
    wanted: Wanted,
) -> orders.OrderDraft:
    variants = meals.catalogue(session).variants
    shelves: defaultdict[str, list[orders.Line]] = defaultdict(list)
    asked = [given for given in proposal.lines if given[0] in wanted]
    for sku, portion_g, proposed, planned, there, reason, level, lost in asked:
        figures = {"planned": planned, "at_home": there, "portions": proposed}
        why = (reason, figures | {"level": level, "lost": lost})
        shelves[_shelf(variants[sku])].append(
            orders.Line(
                sku=sku,
                portions=wanted[sku],
                portion_g=portion_g,
                reasons=(why,) if wanted[sku] == proposed else (why, "reorder.chosen"),
            )
        )
    again = f":{proposal.order_id}" if proposal.order_id else ""
    return orders.OrderDraft(
        site_id=site.id,
        service_day=proposal.service_day,
        eaters=tuple(
            orders.EaterOrder(
                ref=shelf,
                profile=_profile(variants[lines[0].sku]),
                lines=tuple(lines),
            )
            for shelf, lines in sorted(shelves.items())
        ),
        source=OrderSource.REORDER,
        turn=f"store:{site.id}:{proposal.service_day.isoformat()}{again}",
    )


def _shelf(variant: Variant) -> str:
    """Give the shelf of a variant: one for each texture of food and thickness of drink."""
    return f"store-{variant.kind.value}-{variant.iddsi.value}"


def _profile(variant: Variant) -> Eater:
    """Give who a shelf is for: anybody of its texture. Who exactly eats is decided at serving."""
    drink = variant.kind is Kind.DRINK
    return Eater(
        food_iddsi=None if drink else variant.iddsi,
        drink_iddsi=variant.iddsi if drink else Iddsi.L0,
    )


def take_back(session: Session, actor: Actor, proposal_id: int, now: datetime) -> ReorderProposal:
    """Cancel a signed order before its cut-off; its proposal can be signed again."""
    proposal, site, store = _to_answer(session, actor, proposal_id)
    if proposal.state is not ProposalState.PLACED or proposal.order_id is None:
        raise Conflict("reorder.already_answered")
    orders.cancel(session, actor, proposal.order_id, now)
    proposal.state = ProposalState.OPEN
    _work_out(session, site, store, proposal, now)
    note_access(session, actor, now, "store.taken_back")
    return proposal
