"""What lies in the freezer at home, and the orders that follow from it by themselves."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Permission, Refused, require
from app.models.orders import (
    HomeStock,
    Order,
    OrderEater,
    OrderLine,
    OrderSource,
    ProposalState,
    ReorderProposal,
    StandingOrder,
)
from app.models.people import Client, ConsentPurpose, User
from app.operations import meals, orders
from app.operations.people import find_client, has_consent
from app.operations.upkeep import note_access
from app.outbox import queue
from logistics import (
    DueReorder,
    OnNoAnswer,
    ReorderLine,
    ReorderRule,
    ReorderStep,
    SiteKind,
    due_reorders,
    propose_reorder,
)

RULE = ReorderRule(cut_off=orders.CUT_OFFS[SiteKind.HOME])
PORTIONS_PER_LITRE = 2
"""House rule: a flat tray of one portion takes half a litre of freezer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """What one run of the daily job did."""

    proposed: int = 0
    placed: int = 0
    declined: int = 0
    refused: int = 0


def home_stock(session: Session, client_id: int) -> Mapping[str, int | None]:
    """Give portions per variant at home; None where nobody knows."""
    rows = session.scalars(select(HomeStock).where(HomeStock.client_id == client_id))
    return {row.variant: row.portions for row in rows}


def count_home_stock(
    session: Session,
    actor: Actor,
    client_id: int,
    counts: Mapping[str, int | None],
    now: datetime,
) -> None:
    """Write down what was counted; None is "I do not know" and stays unknown.

    An open proposal is worked out again from the new count.
    """
    client = find_client(session, actor, client_id, Permission.COUNT_HOME_STOCK)
    known = meals.catalogue(session).variants
    strange = [sku for sku in counts if sku not in known]
    if strange:
        raise Refused(*((sku, "order.unknown_component", {"sku": sku}) for sku in strange))
    rows = {
        row.variant: row
        for row in session.scalars(select(HomeStock).where(HomeStock.client_id == client.id))
    }
    for sku, portions in counts.items():
        if sku in rows:
            rows[sku].portions, rows[sku].counted_at = portions, now
        else:
            session.add(
                HomeStock(client_id=client.id, variant=sku, portions=portions, counted_at=now)
            )
    session.flush()
    for proposal in _open_proposals(session, client.id):
        proposal.lines = _lines(session, client, proposal.service_day)
    note_access(session, actor, now, "home_stock.counted", client.id)


def _open_proposals(session: Session, client_id: int) -> list[ReorderProposal]:
    return list(
        session.scalars(
            select(ReorderProposal).where(
                ReorderProposal.client_id == client_id,
                ReorderProposal.state == ProposalState.OPEN,
            )
        )
    )


def standing_order(session: Session, client_id: int) -> StandingOrder | None:
    """Give the rule that makes a client's orders."""
    return session.scalar(select(StandingOrder).where(StandingOrder.client_id == client_id))


def pause(
    session: Session,
    actor: Actor,
    client_id: int,
    *,
    first: date,
    until: date,
    now: datetime,
) -> None:
    """Pause deliveries from a day until a day, both included; a pause always has an end."""
    client = find_client(session, actor, client_id, Permission.ORDER)
    if until < first:
        raise Refused(("until", "order.pause_reversed", {}))
    rule = _rule_of(session, client.id)
    rule.paused_from, rule.paused_until = first, until
    for proposal in _open_proposals(session, client.id):
        if first <= proposal.service_day <= until:
            proposal.state = ProposalState.DECLINED
    note_access(session, actor, now, "standing_order.paused", client.id)


def resume(session: Session, actor: Actor, client_id: int, now: datetime) -> None:
    """End a pause; the next delivery of the rhythm is proposed again."""
    client = find_client(session, actor, client_id, Permission.ORDER)
    rule = _rule_of(session, client.id)
    rule.paused_from = rule.paused_until = None
    note_access(session, actor, now, "standing_order.resumed", client.id)


def skip(session: Session, actor: Actor, client_id: int, day: date, now: datetime) -> None:
    """Leave one delivery out; later ones come as usual."""
    client = find_client(session, actor, client_id, Permission.ORDER)
    rule = _rule_of(session, client.id)
    rule.skipped_days = sorted({*rule.skipped_days, day.isoformat()})
    for proposal in _open_proposals(session, client.id):
        if proposal.service_day == day:
            proposal.state = ProposalState.DECLINED
    note_access(session, actor, now, "standing_order.skipped", client.id)


def _rule_of(session: Session, client_id: int) -> StandingOrder:
    rule = standing_order(session, client_id)
    if rule is None:
        raise NotFound
    return rule


def accept_proposal(session: Session, actor: Actor, proposal_id: int, now: datetime) -> Order:
    """Order what is proposed; Conflict when it was answered before or the cut-off has passed."""
    proposal = session.get(ReorderProposal, proposal_id)
    if proposal is None:
        raise NotFound
    client = find_client(session, actor, proposal.client_id, Permission.ORDER)
    if proposal.state is not ProposalState.OPEN:
        raise Conflict("reorder.already_answered")
    order = _place(session, actor, client, proposal, now)
    if order is None:
        raise Refused(("", "reorder.nothing_needed", {}))
    return order


def reorder_due(session: Session, actor: Actor, today: date, now: datetime) -> Turnout:
    """Propose and place what standing orders ask for today; each delivery once, however often run.

    One savepoint per client: what goes wrong for one stops nobody else. An order that is refused
    (an allergy was added, a dish is gone) is kept with its reasons for a person to see.
    """
    require(actor, Permission.ORDER)
    rules = session.scalars(select(StandingOrder).where(StandingOrder.active)).all()
    due = due_reorders(tuple(rule.as_standing_order() for rule in rules), today, RULE)
    counts: dict[str, int] = defaultdict(int)
    for one in due:
        with session.begin_nested():
            done = _turn(session, actor, one, now)
        if done:
            counts[done] += 1
    return Turnout(**counts)


def _turn(session: Session, actor: Actor, due: DueReorder, now: datetime) -> str:
    client = session.get_one(Client, int(due.client))
    proposal = session.scalar(
        select(ReorderProposal).where(
            ReorderProposal.client_id == client.id,
            ReorderProposal.service_day == due.service_day,
        )
    )
    if proposal is None:
        if not meals.has_approved_plan(session, client.id):
            return ""
        proposal = _propose(session, client, due, now)
        if due.step is ReorderStep.PROPOSE:
            return "proposed"
    if due.step is not ReorderStep.PLACE or proposal.state is not ProposalState.OPEN:
        return ""
    agreed = has_consent(session, client.id, ConsentPurpose.AUTOMATIC_REORDER)
    if due.on_no_answer is not OnNoAnswer.SEND or not agreed:
        proposal.state = ProposalState.DECLINED
        return "declined"
    try:
        with session.begin_nested():
            order = _place(session, actor, client, proposal, now)
    except Refused as refused:
        proposal.state = ProposalState.REFUSED
        proposal.reasons = [[code, args] for _, code, args in refused.problems]
        return "refused"
    return "placed" if order is not None else "declined"


def _propose(session: Session, client: Client, due: DueReorder, now: datetime) -> ReorderProposal:
    proposal = ReorderProposal(
        client_id=client.id,
        service_day=due.service_day,
        lines=_lines(session, client, due.service_day),
        proposed_at=now,
        answer_by=due.cut_off_at,
    )
    session.add(proposal)
    session.flush()
    user = session.scalar(select(User).where(User.client_id == client.id, User.active))
    if user is not None:
        queue(
            session,
            now,
            address=user.login,
            language=user.language,
            template=f"mail.reorder.{due.on_no_answer}",
            day=due.service_day.isoformat(),
            link="/week",
        )
    return proposal


def _lines(session: Session, client: Client, day: date) -> list[Any]:
    plan = meals.approved_plan(session, client.id, day)
    if plan is None:
        return []
    rule = standing_order(session, client.id)
    wanted = meals.needs(plan, day, rule.period_days if rule else 7)
    planned: dict[str, int] = defaultdict(int)
    grams: dict[str, int] = {}
    for (sku, portion_g), portions in sorted(wanted.items()):
        planned[sku] += portions
        grams[sku] = max(portion_g, grams.get(sku, 0))
    litres = client.freezer_litres
    lines = propose_reorder(
        planned,
        home_stock(session, client.id),
        None if litres is None else litres * PORTIONS_PER_LITRE,
    )
    return [_cells(line, grams[line.sku]) for line in lines]


def _cells(line: ReorderLine, portion_g: int) -> list[Any]:
    return [line.sku, portion_g, line.portions, line.planned, line.at_home, line.reason.value]


def _place(
    session: Session, actor: Actor, client: Client, proposal: ReorderProposal, now: datetime
) -> Order | None:
    profile = orders.current_profile(session, client.id)
    lines = tuple(_line(*given) for given in proposal.lines if given[2])
    if profile is None or not lines:
        proposal.state = ProposalState.DECLINED
        return None
    order = orders.place(
        session,
        actor,
        orders.OrderDraft(
            site_id=client.site_id,
            service_day=proposal.service_day,
            eaters=(
                orders.EaterOrder(
                    ref=client.code, profile=profile, lines=lines, client_id=client.id
                ),
            ),
            source=OrderSource.REORDER,
            turn=f"reorder:{client.id}:{proposal.service_day.isoformat()}",
        ),
        now,
    )
    proposal.state, proposal.order_id = ProposalState.PLACED, order.id
    return order


def fill_freezer(session: Session, order: Order, now: datetime) -> None:
    """Add what was handed over at home to what is known to lie there; unknown stays unknown."""
    if order.kind is not SiteKind.HOME:
        return
    lines = session.execute(
        select(OrderLine, OrderEater.client_id)
        .join(OrderEater, OrderEater.id == OrderLine.eater_id)
        .where(OrderLine.order_id == order.id)
    ).all()
    for line, client_id in lines:
        if client_id is None:
            continue
        row = session.scalar(
            select(HomeStock).where(
                HomeStock.client_id == client_id, HomeStock.variant == line.variant
            )
        )
        if row is None:
            session.add(
                HomeStock(
                    client_id=client_id,
                    variant=line.variant,
                    portions=line.portions,
                    counted_at=now,
                )
            )
            session.flush()
        elif row.portions is not None:
            row.portions += line.portions


def _line(
    sku: str, portion_g: int, portions: int, planned: int, at_home: int | None, reason: str
) -> orders.Line:
    figures = {"planned": planned, "at_home": at_home, "portions": portions}
    return orders.Line(
        sku=sku, portions=portions, portion_g=portion_g, reasons=((reason, figures),)
    )
