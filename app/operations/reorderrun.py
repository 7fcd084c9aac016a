"""The daily run: each delivery proposed in time, and placed where a client wants that."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, Refused, require
from app.models.orders import ProposalState, ReorderProposal, StandingOrder
from app.models.people import Client
from app.operations import depots, housestores, meals, reordermail, reorders
from logistics import DueReorder, OnNoAnswer, ReorderStep, due_reorders, is_open

log = structlog.get_logger()

AGAIN_EVERY_MIN, AGAIN_FOR_MIN = 15, 6 * 60
"""The run comes again until ordering closes at noon: what broke is tried again, each delivery once.
"""
ASKED = "reorder.asked_carer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """What one run of the daily job did, counted in deliveries.

    `declined` counts proposals that nobody answered until the cut-off, or that need nothing;
    `expired` those that no person of a house signed; `failed` those that broke: the next run tries
    again, and a person can still order them.
    """

    proposed: int = 0
    placed: int = 0
    asked: int = 0
    declined: int = 0
    expired: int = 0
    refused: int = 0
    failed: int = 0


def reorder_due(session: Session, actor: Actor, today: date, now: datetime) -> Turnout:
    """Propose and place what standing orders ask for today; each delivery once, however often run.

    One savepoint per client: what goes wrong for one stops nobody else, nor does a rule that no
    calendar can follow. An order that is refused
    (an allergy was added, a dish is gone) is kept with its reasons for a person to see.
    """
    require(actor, Permission.ORDER)
    here = () if actor.depot_id is None else (Client.site_id.in_(depots.sites_of(actor.depot_id)),)
    rules = session.scalars(
        select(StandingOrder)
        .join(Client, Client.id == StandingOrder.client_id)
        .where(StandingOrder.active, Client.left_on.is_(None), *here)
        .order_by(StandingOrder.id)
    ).all()
    counts = Counter(_close_unanswered(session, now))
    known = [rule for one in rules if (rule := one.if_it_can_be_followed()) is not None]
    counts["failed"] += len(rules) - len(known)
    for one in due_reorders(tuple(known), today, reorders.RULE):
        counts[_safely(session, one, partial(_turn, session, actor, one, now))] += 1
    for one in housestores.due(session, actor.depot_id, today):
        counts[_safely(session, one, partial(housestores.turn, session, one, now))] += 1
    del counts[""]
    return Turnout(**counts)


def _close_unanswered(session: Session, now: datetime) -> Counter[str]:
    """Close what nobody answered in time; a house whose store stays unfilled is told so."""
    late = session.scalars(
        select(ReorderProposal)
        .where(ReorderProposal.state == ProposalState.OPEN, ReorderProposal.answer_by <= now)
        .with_for_update(skip_locked=True)
    ).all()
    for proposal in late:
        if proposal.site_id is None:
            proposal.state = ProposalState.DECLINED
        else:
            housestores.expire(session, proposal, now)
    return Counter(proposal.state.value for proposal in late)


def _safely(session: Session, due: DueReorder, turn: Callable[[], str]) -> str:
    try:
        with session.begin_nested():
            return turn()
    except Exception as error:  # noqa: BLE001 - one broken record must not cost the others their meals
        # The kind of error and whose turn it was, never its text: that may hold health data.
        log.error("reorder failed", reference=due.turn, kind=type(error).__name__)  # noqa: TRY400 - see above
        return "failed"


def _turn(session: Session, actor: Actor, due: DueReorder, now: datetime) -> str:
    client = session.get_one(Client, int(due.client))
    rule = reorders.locked_rule(session, client.id)
    if rule is None or not rule.as_standing_order().delivers_on(due.service_day):
        return ""  # paused or skipped while this run was on its way
    proposal = reorders.proposal_for(session, client.id, due.service_day)
    fresh = proposal is None
    if proposal is None:
        proposal = reorders.propose(session, client, rule, due.service_day, now)
    if proposal is None or proposal.state is not ProposalState.OPEN:
        return ""
    if not fresh:  # a week may have been approved since
        reorders.work_out(session, client, rule, proposal)
    done = ""
    if due.step is ReorderStep.PLACE and is_open(due.service_day, reorders.RULE.cut_off, now):
        done = _settle(session, actor, client, rule, proposal=proposal, now=now)
    if fresh and proposal.state is ProposalState.OPEN:
        reordermail.announce(
            session, client, due.service_day, reorders.answer_if_none(session, rule), now
        )
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
    answer = reorders.answer_if_none(session, rule)
    if answer is OnNoAnswer.ASK_CARER:
        return _ask_carers(session, client, proposal, now)
    if answer is not OnNoAnswer.SEND:
        return "refused" if held and _noted(proposal, held) else ""
    try:
        with session.begin_nested():
            order = reorders.place(session, actor, client, proposal, now)
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
