"""The orders that follow from what lies at home: proposed, answered, placed by themselves."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Permission, Refused
from app.models.orders import (
    HomeStock,
    Order,
    OrderEater,
    OrderSource,
    ProposalState,
    ReorderProposal,
    StandingOrder,
)
from app.models.people import Client, ConsentPurpose
from app.operations import freezer, meals, orders, reordermail, storecounts
from app.operations.eaters import current_profile
from app.operations.eating import weeks_of
from app.operations.people import find_client, has_consent
from app.operations.upkeep import note_access
from logistics import (
    OnNoAnswer,
    OrderState,
    ReorderRule,
    SiteKind,
    cut_off_at,
    is_open,
)

log = structlog.get_logger()

RULE = ReorderRule(cut_off=orders.CUT_OFFS[SiteKind.HOME])
CHOSEN = "reorder.chosen"
NO_RESERVE = "reorder.no_reserve"
REORDER_NOTES = (CHOSEN, NO_RESERVE, *meals.HELD_BACK, "reorder.no_profile", "reorder.not_in_plan")
"""Codes this file keeps or refuses with, beside those of the rooms."""


def count_home_stock(
    session: Session,
    actor: Actor,
    client_id: int,
    counts: Mapping[str, int | None],
    now: datetime,
) -> None:
    """Write down what was counted; None is "I do not know" and stays unknown.

    A proposal that can still be answered is worked out again from the new count.
    """
    client = find_client(session, actor, client_id, Permission.COUNT_HOME_STOCK)
    known = meals.catalogue(session).variants
    strange = [sku for sku in counts if sku not in known]
    if strange:
        raise Refused(*((sku, "order.unknown_component", {"sku": sku}) for sku in strange))
    rule = locked_rule(session, client.id)
    freezer.keep_count(session, client.id, counts, now)
    rows = freezer.home_stock(session, client.id)
    for sku, portions in counts.items():
        if sku in rows:
            rows[sku].portions, rows[sku].counted_at = portions, now
        else:
            session.add(
                HomeStock(client_id=client.id, variant=sku, portions=portions, counted_at=now)
            )
    session.flush()
    for proposal in answerable(session, client.id, now):
        work_out(session, client, rule, proposal)
    note_access(session, actor, now, "home_stock.counted", client.id)


def standing_order(session: Session, client_id: int) -> StandingOrder | None:
    """Give the rule that makes a client's orders."""
    return session.scalar(select(StandingOrder).where(StandingOrder.client_id == client_id))


def locked_rule(session: Session, client_id: int) -> StandingOrder | None:
    """Give the rule as it stands now, held until the end of the transaction.

    Whatever makes, answers or ends a proposal takes it first, so that a click and the daily job,
    or two workers, never act on the same delivery at once.
    """
    return session.scalar(
        select(StandingOrder)
        .where(StandingOrder.client_id == client_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def proposal_for(session: Session, client_id: int, day: date) -> ReorderProposal | None:
    """Give the proposal of one delivery as it stands now."""
    return session.scalar(
        select(ReorderProposal)
        .where(ReorderProposal.client_id == client_id, ReorderProposal.service_day == day)
        .execution_options(populate_existing=True)
    )


def answerable(session: Session, client_id: int, now: datetime) -> list[ReorderProposal]:
    """Give the open proposals whose cut-off has not passed."""
    return list(
        session.scalars(
            select(ReorderProposal)
            .where(
                ReorderProposal.client_id == client_id,
                ReorderProposal.state == ProposalState.OPEN,
                ReorderProposal.answer_by > now,
            )
            .order_by(ReorderProposal.service_day)
        )
    )


def answer_if_none(session: Session, rule: StandingOrder) -> OnNoAnswer:
    """Give what happens to a proposal nobody answers.

    Never sent without a consent in force, nor from a week that a person must look at first.
    """
    if rule.on_no_answer is not OnNoAnswer.SEND:
        return rule.on_no_answer
    agreed = has_consent(session, rule.client_id, ConsentPurpose.AUTOMATIC_REORDER)
    held = meals.held_back(session, rule.client_id)
    return OnNoAnswer.SEND if agreed and not held else OnNoAnswer.DO_NOT_SEND


def accept_proposal(session: Session, actor: Actor, proposal_id: int, now: datetime) -> Order:
    """Order what is proposed.

    Raises Conflict when it was answered before or its cut-off has passed, Refused with every
    reason why it cannot be ordered.
    """
    found = session.get(ReorderProposal, proposal_id)
    if found is None or found.client_id is None:
        raise NotFound
    client = find_client(session, actor, found.client_id, Permission.ORDER)
    meals.require_looked_at(session, actor, client.id)
    locked_rule(session, client.id)
    session.refresh(found)
    if found.state is not ProposalState.OPEN:
        raise Conflict("reorder.already_answered")
    if not is_open(found.service_day, RULE.cut_off, now):
        raise Conflict("order.after_cut_off", cut_off=found.answer_by)
    order = place(session, actor, client, found, now)
    if order is None:
        raise Refused(("", "reorder.nothing_needed", {}))
    return order


def choose(
    session: Session,
    actor: Actor,
    client_id: int,
    day: date,
    amounts: Mapping[str, int],
    now: datetime,
    *,
    dry_run: bool = False,
) -> Order:
    """Order chosen amounts of what the approved plan holds, in place of an order for that day.

    What may still be cancelled for the day gives way, so that a second click changes nothing.
    With `dry_run` everything is checked and nothing is kept: it gives the price.
    """
    client = find_client(session, actor, client_id, Permission.ORDER)
    meals.require_looked_at(session, actor, client.id)
    locked_rule(session, client.id)
    lines = _chosen_lines(session, client, day, amounts)
    before = orders_of_day(session, client.id, day)
    draft = _draft(session, client, day, lines)
    turn = f"choice:{client.id}:{day.isoformat()}:{max((one.id for one in before), default=0)}"
    draft = replace(draft, source=OrderSource.PORTAL, turn=turn)
    if dry_run:
        return orders.place(session, actor, draft, now, dry_run=True)
    for one in before:
        if one.state is not OrderState.CANCELLED:
            orders.cancel(session, actor, one.id, now)
    order = orders.place(session, actor, draft, now)
    proposal = proposal_for(session, client.id, day)
    if proposal is not None:
        proposal.state, proposal.order_id = ProposalState.PLACED, order.id
    reordermail.confirm(session, client, order, now)
    return order


def orders_of_day(session: Session, client_id: int, day: date) -> list[Order]:
    """Give every order of a client for a day, cancelled ones too."""
    return list(
        session.scalars(
            select(Order)
            .join(OrderEater, OrderEater.order_id == Order.id)
            .where(
                OrderEater.client_id == client_id,
                Order.service_day == day,
                Order.kind == SiteKind.HOME,
            )
            .order_by(Order.id)
        )
    )


def grams_of(session: Session, client_id: int, day: date) -> Mapping[str, int] | None:
    """Give the grams of a portion of what is in the weeks that a delivery feeds; None: no week."""
    rule = standing_order(session, client_id)
    days = rule.period_days if rule else 7
    until = day + timedelta(days=days - 1)
    weeks = weeks_of(session, {client_id: (day, until)}).get(client_id)
    return None if weeks is None else weeks.portions_g(day, days)


def _chosen_lines(
    session: Session, client: Client, day: date, amounts: Mapping[str, int]
) -> tuple[orders.Line, ...]:
    grams = grams_of(session, client.id, day)
    if grams is None:
        raise Refused(("", "order.plan_not_approved", {}))
    strange = [sku for sku in amounts if sku not in grams]
    if strange:
        raise Refused(*((sku, "reorder.not_in_plan", {}) for sku in strange))
    return tuple(
        orders.Line(sku=sku, portions=portions, portion_g=grams[sku], reasons=(CHOSEN,))
        for sku, portions in sorted(amounts.items())
        if portions
    )


def propose(
    session: Session, client: Client, rule: StandingOrder, day: date, now: datetime
) -> ReorderProposal | None:
    """Propose what to send on a day; None without an approved plan."""
    if not meals.has_approved_plan(session, client.id):
        return None
    proposal = ReorderProposal(
        client_id=client.id,
        service_day=day,
        lines=[],
        proposed_at=now,
        answer_by=cut_off_at(day, RULE.cut_off),
    )
    work_out(session, client, rule, proposal)
    session.add(proposal)
    session.flush()
    return proposal


def reopen(
    session: Session, client: Client, rule: StandingOrder, proposal: ReorderProposal
) -> None:
    """Let a declined proposal be answered after all, worked out from today's stock."""
    proposal.state, proposal.reasons = ProposalState.OPEN, []
    work_out(session, client, rule, proposal)


def work_out(
    session: Session, client: Client, rule: StandingOrder | None, proposal: ReorderProposal
) -> None:
    """Work a proposal out as the client's stock and weeks are now, with what of a reserve lacks."""
    day, days = proposal.service_day, rule.period_days if rule else 7
    proposal.lines = freezer.lines_to_send(session, client, day, days)
    others = [one for one in proposal.reasons if one[0] != NO_RESERVE]
    proposal.reasons = [*others, *_no_reserve(session, client, day, days)]


def _no_reserve(session: Session, client: Client, day: date, days: int) -> list[list[Any]]:
    """Give the note that the emergency floor of a home stays too low, where it does."""
    lacking = freezer.reserve_lacking(session, client, day, days)
    return [[NO_RESERVE, {"portions": lacking}]] if lacking else []


def place(
    session: Session, actor: Actor, client: Client, proposal: ReorderProposal, now: datetime
) -> Order | None:
    """Order what is proposed; None (and declined) when nothing needs to come."""
    lines = tuple(_line(*given) for given in proposal.lines if given[2])
    if not lines:
        proposal.state = ProposalState.DECLINED
        return None
    order = orders.place(
        session, actor, _draft(session, client, proposal.service_day, lines, proposal), now
    )
    proposal.state, proposal.order_id, proposal.reasons = ProposalState.PLACED, order.id, []
    reordermail.confirm(session, client, order, now)
    return order


def _draft(
    session: Session,
    client: Client,
    day: date,
    lines: tuple[orders.Line, ...],
    proposal: ReorderProposal | None = None,
) -> orders.OrderDraft:
    profile = current_profile(session, client.id, day)
    if profile is None:
        raise Refused(("", "reorder.no_profile", {}))
    again = f":{proposal.order_id}" if proposal and proposal.order_id else ""
    rule = standing_order(session, client.id)
    notes = _no_reserve(session, client, day, rule.period_days if rule else 7)
    return orders.OrderDraft(
        notes=tuple((code, args) for code, args in notes),
        site_id=client.site_id,
        service_day=day,
        eaters=(
            orders.EaterOrder(ref=client.code, profile=profile, lines=lines, client_id=client.id),
        ),
        source=OrderSource.REORDER,
        turn=f"reorder:{client.id}:{day.isoformat()}{again}",
    )


def _line(
    sku: str, portion_g: int, portions: int, planned: int, at_home: int | None, reason: str
) -> orders.Line:
    figures = {"planned": planned, "at_home": at_home, "portions": portions}
    return orders.Line(
        sku=sku, portions=portions, portion_g=portion_g, reasons=((reason, figures),)
    )


def fill(session: Session, order: Order) -> None:
    """Add what was handed over to what was counted there; unknown stays unknown."""
    if order.kind is not SiteKind.HOME:
        storecounts.add_delivered(session, order)
        return
    for client_id in orders.eater_clients(session, order):
        locked_rule(session, client_id)
    freezer.add_delivered(session, order)
