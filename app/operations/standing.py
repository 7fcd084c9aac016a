"""What a client decides about coming deliveries: pause, resume, skip, stop, and what comes next."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Permission, Refused
from app.i18n import LOCAL_ZONE
from app.models.orders import (
    Order,
    OrderEater,
    ProposalState,
    ReorderProposal,
    StandingOrder,
)
from app.models.people import Client, ConsentPurpose
from app.operations import orders, people, reordermail, reorderrun, reorders
from app.operations.people import find_client
from app.operations.upkeep import note_access
from logistics import OnNoAnswer, OrderState, SiteKind, cut_off_at, is_open, may_become

PAUSED, SKIPPED = "reorder.paused", "reorder.skipped"
STANDING_CODES = (PAUSED, SKIPPED, "week.pause_too_long", "week.pause_started")
AHEAD_DAYS = 70
LONGEST_PAUSE = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """The next delivery that can still be ordered, and what happens to it without an answer.

    `places_itself` is true as long as the daily job will order it if nobody answers.
    """

    day: date
    propose_on: date
    place_on: date
    answer_by: datetime
    if_no_answer: OnNoAnswer
    places_itself: bool
    proposal: ReorderProposal | None
    order: Order | None


def coming(session: Session, client_id: int, now: datetime) -> Coming | None:
    """Give the next delivery of a client's rhythm; None without a rule, or none in ten weeks."""
    rule = reorders.standing_order(session, client_id)
    if rule is None or not rule.active:
        return None
    known = rule.as_standing_order()
    today = now.astimezone(LOCAL_ZONE).date()
    for ahead in range(AHEAD_DAYS):
        day = today + timedelta(days=ahead)
        if known.delivers_on(day) and is_open(day, reorders.RULE.cut_off, now):
            return _coming(session, rule, day, now)
    return None


def _coming(session: Session, rule: StandingOrder, day: date, now: datetime) -> Coming:
    place_on = reorders.RULE.place_on(day)
    answer = reorders.answer_if_none(session, rule)
    live = [
        one
        for one in reorders.orders_of_day(session, rule.client_id, day)
        if one.state is not OrderState.CANCELLED
    ]
    return Coming(
        day=day,
        propose_on=place_on - timedelta(days=reorders.RULE.propose_days),
        place_on=place_on,
        answer_by=cut_off_at(day, reorders.RULE.cut_off),
        if_no_answer=answer,
        places_itself=answer is OnNoAnswer.SEND and now < _last_run_at(place_on),
        proposal=reorders.proposal_for(session, rule.client_id, day),
        order=live[-1] if live else None,
    )


def _last_run_at(day: date) -> datetime:
    """Give when the daily job last places what is due: the run at the cut-off comes too late."""
    start = reorders.RULE.run_minute_of_day
    last = start + reorderrun.AGAIN_FOR_MIN - reorderrun.AGAIN_EVERY_MIN
    hour, minute = divmod(last, 60)
    return datetime.combine(day, time(hour, minute), tzinfo=LOCAL_ZONE)


def _own_rule(session: Session, actor: Actor, client_id: int) -> tuple[Client, StandingOrder]:
    client = find_client(session, actor, client_id, Permission.ORDER)
    rule = reorders.locked_rule(session, client.id)
    if rule is None:
        raise NotFound
    return client, rule


def pause(
    session: Session, actor: Actor, client_id: int, *, first: date, until: date, now: datetime
) -> tuple[date, ...]:
    """Pause deliveries from a day until a day, both included; a pause always has an end.

    Orders in it that may still be cancelled are. Gives the days that come all the same, because
    ordering for them has closed.
    """
    client, rule = _own_rule(session, actor, client_id)
    today = now.astimezone(LOCAL_ZONE).date()
    if until < first:
        raise Refused(("until", "order.pause_reversed", {}))
    if first < today:
        raise Refused(("first", "week.pause_started", {}))
    if until - today > LONGEST_PAUSE:
        raise Refused(("until", "week.pause_too_long", {}))
    rule.paused_from, rule.paused_until = first, until
    left = _leave_out(session, actor, client, first=first, until=until, mark=PAUSED, now=now)
    note_access(session, actor, now, "standing_order.paused", client.id)
    return left


def resume(session: Session, actor: Actor, client_id: int, now: datetime) -> Coming | None:
    """End a pause; what can still be ordered is proposed again at once. Gives what comes next."""
    client, rule = _own_rule(session, actor, client_id)
    rule.paused_from = rule.paused_until = None
    _bring_back(session, client, rule, PAUSED, now)
    note_access(session, actor, now, "standing_order.resumed", client.id)
    return coming(session, client.id, now)


def skip(session: Session, actor: Actor, client_id: int, day: date, now: datetime) -> None:
    """Leave one delivery out; later ones come as usual. Conflict once ordering for it closed."""
    client, rule = _own_rule(session, actor, client_id)
    if not is_open(day, reorders.RULE.cut_off, now):
        closed = cut_off_at(day, reorders.RULE.cut_off)
        raise Conflict("order.after_cut_off", cut_off=closed)
    _leave_out(session, actor, client, first=day, until=day, mark=SKIPPED, now=now)
    _keep_skipped(rule, {*rule.skipped_days, day.isoformat()}, now)
    note_access(session, actor, now, "standing_order.skipped", client.id)


def unskip(session: Session, actor: Actor, client_id: int, day: date, now: datetime) -> None:
    """Let a skipped delivery come after all, as long as it can still be ordered."""
    client, rule = _own_rule(session, actor, client_id)
    _keep_skipped(rule, {*rule.skipped_days} - {day.isoformat()}, now)
    _bring_back(session, client, rule, SKIPPED, now)
    note_access(session, actor, now, "standing_order.unskipped", client.id)


def _keep_skipped(rule: StandingOrder, days: set[str], now: datetime) -> None:
    """Keep the skipped days that are still to come."""
    today = now.astimezone(LOCAL_ZONE).date().isoformat()
    rule.skipped_days = sorted(day for day in days if day >= today)


def choose_if_no_answer(
    session: Session, actor: Actor, client_id: int, choice: OnNoAnswer, now: datetime
) -> None:
    """Choose in advance what happens to a proposal nobody answers."""
    client, rule = _own_rule(session, actor, client_id)
    rule.on_no_answer = choice
    note_access(session, actor, now, "standing_order.changed", client.id)


def stop(session: Session, actor: Actor, client_id: int, now: datetime) -> None:
    """Stop ordering without an answer, at once, and confirm it in writing.

    Proposals still come, to be ordered by hand; what was ordered before stays ordered.
    """
    client = find_client(session, actor, client_id, Permission.ORDER)
    purpose = ConsentPurpose.AUTOMATIC_REORDER
    people.record_consent(session, actor, client.id, purpose, given=False, now=now)
    reordermail.confirm_stop(session, client, now)


def _leave_out(
    session: Session,
    actor: Actor,
    client: Client,
    *,
    first: date,
    until: date,
    mark: str,
    now: datetime,
) -> tuple[date, ...]:
    """Decline and cancel what lies between two days; give the days that come all the same."""
    left = set()
    for order in _orders_between(session, client.id, first, until):
        if is_open(order.service_day, reorders.RULE.cut_off, now) and may_become(
            order.state, OrderState.CANCELLED
        ):
            orders.cancel(session, actor, order.id, now)
        else:
            left.add(order.service_day)
    for proposal in _proposals_between(session, client.id, first, until):
        if proposal.state is not ProposalState.DECLINED and proposal.service_day not in left:
            proposal.state, proposal.reasons = ProposalState.DECLINED, [[mark, {}]]
    return tuple(sorted(left))


def _orders_between(session: Session, client_id: int, first: date, until: date) -> list[Order]:
    ended = (OrderState.CANCELLED, OrderState.DELIVERED, OrderState.NOT_DELIVERED)
    return list(
        session.scalars(
            select(Order)
            .join(OrderEater, OrderEater.order_id == Order.id)
            .where(
                OrderEater.client_id == client_id,
                Order.kind == SiteKind.HOME,
                Order.service_day.between(first, until),
                Order.state.not_in(ended),
            )
            .order_by(Order.service_day)
        )
    )


def _proposals_between(
    session: Session, client_id: int, first: date, until: date
) -> list[ReorderProposal]:
    return list(
        session.scalars(
            select(ReorderProposal)
            .where(
                ReorderProposal.client_id == client_id,
                ReorderProposal.service_day.between(first, until),
            )
            .execution_options(populate_existing=True)
        )
    )


def _bring_back(
    session: Session, client: Client, rule: StandingOrder, mark: str, now: datetime
) -> None:
    """Open again what this mark declined, and propose what the daily job passed over meanwhile."""
    session.flush()
    today = now.astimezone(LOCAL_ZONE).date()
    known = rule.as_standing_order()
    last = today + timedelta(days=AHEAD_DAYS)
    for proposal in _proposals_between(session, client.id, today, last):
        declined = proposal.state is ProposalState.DECLINED and [mark, {}] in proposal.reasons
        if declined and proposal.answer_by > now and known.delivers_on(proposal.service_day):
            reorders.reopen(session, client, rule, proposal)
    ahead = coming(session, client.id, now)
    if ahead and ahead.propose_on <= today and ahead.proposal is None and ahead.order is None:
        reorders.propose(session, client, rule, ahead.day, now)
