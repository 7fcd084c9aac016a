"""The orders that follow from what lies at home: proposed, answered, placed by themselves."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Permission, Refused, require
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
from app.operations import freezer, meals, orders, reordermail
from app.operations.eaters import current_profile
from app.operations.eating import served
from app.operations.people import find_client, has_consent
from app.operations.upkeep import note_access
from logistics import (
    DueReorder,
    OnNoAnswer,
    OrderState,
    ReorderRule,
    ReorderStep,
    SiteKind,
    cut_off_at,
    due_reorders,
    is_open,
)

log = structlog.get_logger()

RULE = ReorderRule(cut_off=orders.CUT_OFFS[SiteKind.HOME])
AGAIN_EVERY_MIN, AGAIN_FOR_MIN = 15, 6 * 60
"""The run comes again until ordering closes at noon: what broke is tried again, each delivery once.
"""
ASKED = "reorder.asked_carer"
CHOSEN = "reorder.chosen"
REORDER_NOTES = (ASKED, CHOSEN, *meals.HELD_BACK, "reorder.no_profile", "reorder.not_in_plan")
"""Codes this file keeps or refuses with, beside those of the rooms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """What one run of the daily job did, counted in deliveries.

    `declined` counts proposals that nobody answered until the cut-off, or that need nothing;
    `failed` those that broke: the next run tries again, and a person can still order them.
    """

    proposed: int = 0
    placed: int = 0
    asked: int = 0
    declined: int = 0
    refused: int = 0
    failed: int = 0


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
        proposal.lines = _lines(session, client, proposal.service_day, rule)
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
    if found is None:
        raise NotFound
    client = find_client(session, actor, found.client_id, Permission.ORDER)
    meals.require_looked_at(session, actor, client.id)
    locked_rule(session, client.id)
    session.refresh(found)
    if found.state is not ProposalState.OPEN:
        raise Conflict("reorder.already_answered")
    if not is_open(found.service_day, RULE.cut_off, now):
        raise Conflict("order.after_cut_off", cut_off=found.answer_by)
    order = _place(session, actor, client, found, now)
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


def _chosen_lines(
    session: Session, client: Client, day: date, amounts: Mapping[str, int]
) -> tuple[orders.Line, ...]:
    plan = meals.approved_plan(session, client.id, day)
    if plan is None:
        raise Refused(("", "order.plan_not_approved", {}))
    grams = served(session, plan).portions_g
    strange = [sku for sku in amounts if sku not in grams]
    if strange:
        raise Refused(*((sku, "reorder.not_in_plan", {}) for sku in strange))
    return tuple(
        orders.Line(sku=sku, portions=portions, portion_g=grams[sku], reasons=(CHOSEN,))
        for sku, portions in sorted(amounts.items())
        if portions
    )


def reorder_due(session: Session, actor: Actor, today: date, now: datetime) -> Turnout:
    """Propose and place what standing orders ask for today; each delivery once, however often run.

    One savepoint per client: what goes wrong for one stops nobody else. An order that is refused
    (an allergy was added, a dish is gone) is kept with its reasons for a person to see.
    """
    require(actor, Permission.ORDER)
    rules = session.scalars(
        select(StandingOrder)
        .join(Client, Client.id == StandingOrder.client_id)
        .where(StandingOrder.active, Client.left_on.is_(None))
        .order_by(StandingOrder.id)
    ).all()
    counts = Counter(declined=_close_unanswered(session, now))
    due = due_reorders(tuple(rule.as_standing_order() for rule in rules), today, RULE)
    for one in due:
        counts[_safely(session, actor, one, now)] += 1
    del counts[""]
    return Turnout(**counts)


def _close_unanswered(session: Session, now: datetime) -> int:
    """Close what nobody answered in time; its client is asked again for the next delivery."""
    late = session.scalars(
        select(ReorderProposal)
        .where(ReorderProposal.state == ProposalState.OPEN, ReorderProposal.answer_by <= now)
        .with_for_update(skip_locked=True)
    ).all()
    for proposal in late:
        proposal.state = ProposalState.DECLINED
    return len(late)


def _safely(session: Session, actor: Actor, due: DueReorder, now: datetime) -> str:
    try:
        with session.begin_nested():
            return _turn(session, actor, due, now)
    except Exception as error:  # noqa: BLE001 - one broken record must not cost the others their meals
        # The kind of error and whose turn it was, never its text: that may hold health data.
        log.error("reorder failed", reference=due.turn, kind=type(error).__name__)  # noqa: TRY400 - see above
        return "failed"


def _turn(session: Session, actor: Actor, due: DueReorder, now: datetime) -> str:
    client = session.get_one(Client, int(due.client))
    rule = locked_rule(session, client.id)
    if rule is None or not rule.as_standing_order().delivers_on(due.service_day):
        return ""  # paused or skipped while this run was on its way
    proposal = proposal_for(session, client.id, due.service_day)
    fresh = proposal is None
    if proposal is None:
        proposal = propose(session, client, rule, due.service_day, now)
    if proposal is None or proposal.state is not ProposalState.OPEN:
        return ""
    if not fresh:  # a week may have been approved since
        proposal.lines = _lines(session, client, due.service_day, rule)
    done = ""
    if due.step is ReorderStep.PLACE and is_open(due.service_day, RULE.cut_off, now):
        done = _settle(session, actor, client, rule, proposal=proposal, now=now)
    if fresh and proposal.state is ProposalState.OPEN:
        reordermail.announce(session, client, due.service_day, answer_if_none(session, rule), now)
    return done or ("proposed" if fresh else "")


def _settle(
    session: Session,
    actor: Actor,
    client: Client,
    rule: StandingOrder,
    *,
    proposal: ReorderProposal,
    now: datetime,
) -> str:
    """Do with an unanswered proposal what its client chose; not sent stays open until cut-off.

    A week of an older prescription is left to a person; a high refeeding risk or an urgent warning
    ends the proposal.
    """
    held = meals.held_back(session, client.id)
    if held in (meals.REFEEDING, meals.FROZEN):
        return _refuse(proposal, ("", held, {}))
    answer = answer_if_none(session, rule)
    if answer is OnNoAnswer.ASK_CARER:
        return _ask_carers(session, client, proposal, now)
    if answer is not OnNoAnswer.SEND:
        return "refused" if held and _noted(proposal, held) else ""
    try:
        with session.begin_nested():
            order = _place(session, actor, client, proposal, now)
    except Refused as refused:
        return _refuse(proposal, *refused.problems)
    return "placed" if order is not None else "declined"


def _refuse(proposal: ReorderProposal, *problems: tuple[str, str, Mapping[str, Any]]) -> str:
    proposal.state = ProposalState.REFUSED
    proposal.reasons = [[code, dict(args)] for _, code, args in problems]
    return "refused"


def _noted(proposal: ReorderProposal, code: str) -> bool:
    """Keep a code with a proposal; False when it was kept before."""
    if [code, {}] in proposal.reasons:
        return False
    proposal.reasons = [*proposal.reasons, [code, {}]]
    return True


def _ask_carers(session: Session, client: Client, proposal: ReorderProposal, now: datetime) -> str:
    """Ask whoever may order for this client, once; the proposal stays open until its cut-off."""
    if not _noted(proposal, ASKED):
        return ""
    reordermail.ask_carers(session, client, proposal.service_day, now)
    return "asked"


def propose(
    session: Session, client: Client, rule: StandingOrder, day: date, now: datetime
) -> ReorderProposal | None:
    """Propose what to send on a day; None without an approved plan."""
    if not meals.has_approved_plan(session, client.id):
        return None
    proposal = ReorderProposal(
        client_id=client.id,
        service_day=day,
        lines=_lines(session, client, day, rule),
        proposed_at=now,
        answer_by=cut_off_at(day, RULE.cut_off),
    )
    session.add(proposal)
    session.flush()
    return proposal


def reopen(
    session: Session, client: Client, rule: StandingOrder, proposal: ReorderProposal
) -> None:
    """Let a declined proposal be answered after all, worked out from today's stock."""
    proposal.state, proposal.reasons = ProposalState.OPEN, []
    proposal.lines = _lines(session, client, proposal.service_day, rule)


def _lines(session: Session, client: Client, day: date, rule: StandingOrder | None) -> list[Any]:
    return freezer.lines_to_send(session, client, day, rule.period_days if rule else 7)


def _place(
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
    return orders.OrderDraft(
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


def fill_freezer(session: Session, order: Order) -> None:
    """Add what was handed over at home to what was counted there; unknown stays unknown."""
    if order.kind is not SiteKind.HOME:
        return
    for client_id in orders.eater_clients(session, order):
        locked_rule(session, client_id)
    freezer.add_delivered(session, order)
