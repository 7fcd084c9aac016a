"""Until when a day's dish may change, and what a change does to the delivery that feeds the day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.i18n import LOCAL_ZONE
from app.models.orders import Order, OrderLine, ProposalState, StandingOrder
from app.models.people import Client
from app.operations import freezer, reorders, standing
from logistics import OrderState, cut_off_at, may_become


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What may still be served on a day.

    `delivery` is the day on which the food of that day comes and can still be ordered, until
    `closes_at`. Without it `at_home` limits what may be served to the portions that will lie there
    (None: nothing limits it, nobody delivers). `first_open` is the first day a delivery feeds.
    """

    delivery: date | None = None
    closes_at: datetime | None = None
    at_home: dict[str, int] | None = None
    first_open: date | None = None

    def serves(self, variant: str) -> bool:
        """Whether this dish can be there on that day."""
        return self.at_home is None or self.at_home.get(variant, 0) > 0


def reach(session: Session, client_id: int, day: date, now: datetime) -> Reach:
    """Give what may still be served on a day: nothing on a day that is over."""
    ahead = standing.coming(session, client_id, now)
    if day < now.astimezone(LOCAL_ZONE).date():
        return Reach(at_home={}, first_open=ahead.day if ahead else None)
    rule = reorders.standing_order(session, client_id)
    if rule is None or not rule.active:
        return Reach()
    if ahead is None or day < ahead.day:
        counted = freezer.expected_at_home(session, client_id, day)
        there = {name: portions for name, portions in counted.items() if portions}
        return Reach(at_home=there, first_open=ahead.day if ahead else None)
    delivery = _delivery(rule, ahead.day, day)
    closes_at = cut_off_at(delivery, reorders.RULE.cut_off)
    return Reach(delivery=delivery, closes_at=closes_at, first_open=ahead.day)


def _delivery(rule: StandingOrder, first: date, day: date) -> date:
    """Give the last delivery that comes before a day is over."""
    known = rule.as_standing_order()
    days = (first + timedelta(days=ahead) for ahead in range((day - first).days + 1))
    return max((one for one in days if known.delivers_on(one)), default=first)


def adapt_delivery(
    session: Session,
    actor: Actor,
    client: Client,
    delivery: date | None,
    *,
    less: str,
    more: str,
    now: datetime,
) -> Order | None:
    """Let the delivery of a changed day bring the other dish; gives the order in its place.

    An open proposal is worked out again; an order that may still change is ordered again with one
    portion less and one more, through the door of all orders, which may refuse.
    """
    rule = reorders.locked_rule(session, client.id)
    if delivery is None or rule is None:
        return None
    proposal = reorders.proposal_for(session, client.id, delivery)
    if proposal is not None and proposal.state is ProposalState.OPEN:
        reorders.reopen(session, client, rule, proposal)
    amounts = _ordered(session, client.id, delivery)
    if not amounts:
        return None
    amounts[more] += 1
    amounts[less] -= 1
    return reorders.choose(session, actor, client.id, delivery, +amounts, now)


def _ordered(session: Session, client_id: int, delivery: date) -> Counter[str]:
    """Give the portions per variant of what is ordered for a day and may still change."""
    numbers = [
        one.id
        for one in reorders.orders_of_day(session, client_id, delivery)
        if may_become(one.state, OrderState.CANCELLED)
    ]
    rows = session.execute(
        select(OrderLine.variant, OrderLine.portions).where(OrderLine.order_id.in_(numbers))
    )
    amounts = Counter[str]()
    for variant, portions in rows:
        amounts[variant] += portions
    return amounts
