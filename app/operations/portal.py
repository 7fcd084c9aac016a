"""A client's week as they and their carers see it: what comes, what to eat, what lies at home."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.i18n import LOCAL_ZONE
from app.models.orders import (
    Order,
    OrderEater,
    OrderLine,
    ReorderProposal,
    StandingOrder,
)
from app.models.people import Client, ConsentPurpose, Site
from app.operations import freezer, homelots, meals, orders, reorders, standing
from app.operations.care import signed_prescription
from app.operations.eating import served
from app.operations.homelots import EatFirst
from app.operations.people import find_client, has_consent, visible_clients, warming_place
from app.operations.standing import Coming
from app.operations.upkeep import note_access
from logistics import OrderState, ReorderReason, is_open, may_become
from menus import Appliance, Catalogue, Variant, WarmingPlace, Zone, hard_objections

LATEST_ORDERS = 8
APPLIANCES = (Appliance.MICROWAVE, Appliance.OVEN, Appliance.STEAM_OVEN, Appliance.PAN)
"""What people have at home; a regeneration trolley is a house's."""
UNPAID = (OrderState.CANCELLED, OrderState.NOT_DELIVERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dish:
    """One component of a meal in its place; `suits` is false when it is forbidden since.

    `withdrawn`: it suits, but something may be wrong with it: recalled, or its lot failed a test.
    `choice` is the number of the client's own choice, None where the signed dish stands.
    """

    variant: Variant
    grams: int
    suits: bool
    place: str
    choice: int | None
    withdrawn: bool = False

    @property
    def edible(self) -> bool:
        """Whether it may be eaten."""
        return self.suits and not self.withdrawn

    @property
    def against(self) -> str:
        """The code of the sentence that stands in its place when it may not be eaten."""
        return "week.do_not_eat.withdrawn" if self.suits else "week.do_not_eat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Eating:
    """One eating moment of a day, with its dishes in the order they are eaten."""

    slot: str
    time: str
    dishes: tuple[Dish, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """So many portions of one variant, why, and what they cost."""

    variant: Variant
    portions: int
    cents: int
    each_cents: int
    reason: str = ""
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What lies at home of one variant: never counted, not known (None), or a count."""

    variant: Variant
    portions: int | None
    counted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFace:
    """An order as its client sees it."""

    order: Order
    lines: tuple[Amount, ...]
    may_cancel: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Everything on the page of one client's week."""

    client: Client
    site: Site
    today: date
    rule: StandingOrder | None
    coming: Coming | None
    lines: tuple[Amount, ...]
    automatic: bool
    may_order: bool
    plan_known: bool
    eatings: tuple[Eating, ...]
    stock: tuple[Counted, ...]
    first: tuple[EatFirst, ...]
    orders: tuple[OrderFace, ...]
    month_cents: int
    skipped: tuple[date, ...]

    @property
    def warming(self) -> WarmingPlace:
        """Where this client's food is warmed up."""
        return warming_place(self.client, self.site)

    @property
    def total_cents(self) -> int:
        """What the proposed lines cost together."""
        return sum(line.cents for line in self.lines)

    @property
    def portions(self) -> int:
        """How many portions are proposed."""
        return sum(line.portions for line in self.lines)


def own_clients(session: Session, actor: Actor) -> tuple[Client, ...]:
    """Give the clients whose week this person follows: themselves, or those they care for."""
    mine = visible_clients(actor, Permission.VIEW_MEALS).where(Client.id.in_(actor.sees))
    return tuple(session.scalars(mine.order_by(Client.given_name, Client.id)))


def week(
    session: Session, actor: Actor, client_id: int, now: datetime, *, day: date | None = None
) -> Week:
    """Give a client's week, with the meals of one day (today when none is named)."""
    client = find_client(session, actor, client_id, Permission.VIEW_MEALS)
    note_access(session, actor, now, "week.viewed", client.id)
    today = now.astimezone(LOCAL_ZONE).date()
    rule = reorders.standing_order(session, client.id)
    ahead = standing.coming(session, client.id, now)
    return Week(
        client=client,
        site=session.get_one(Site, client.site_id),
        today=today,
        rule=rule,
        coming=ahead,
        lines=_proposed(session, ahead.proposal) if ahead and ahead.proposal else (),
        automatic=has_consent(session, client.id, ConsentPurpose.AUTOMATIC_REORDER),
        may_order=_may_order(session, actor, client.id),
        plan_known=meals.has_approved_plan(session, client.id),
        eatings=eatings(
            session, client.id, day or today, barred=homelots.not_to_eat(session, client.id)
        ),
        stock=_counted(session, client.id, today),
        first=homelots.to_eat_first(session, client.id, today),
        orders=_latest_orders(session, client.id, now),
        month_cents=_month_cents(session, client.id, today),
        skipped=_skipped(rule, now),
    )


def keep_appliance(
    session: Session, actor: Actor, client_id: int, appliance: str, now: datetime
) -> None:
    """Remember what a client warms food up with: one of `APPLIANCES`."""
    client = find_client(session, actor, client_id, Permission.RECORD_INTAKE)
    client.appliance = appliance
    note_access(session, actor, now, "appliance.kept", client.id)


def _may_order(session: Session, actor: Actor, client_id: int) -> bool:
    if not actor.may(Permission.ORDER):
        return False
    reach = visible_clients(actor, Permission.ORDER).where(Client.id == client_id)
    return session.scalar(reach) is not None


def _skipped(rule: StandingOrder | None, now: datetime) -> tuple[date, ...]:
    """Give the skipped days that could still come after all."""
    days = (date.fromisoformat(day) for day in (rule.skipped_days if rule else ()))
    return tuple(day for day in days if is_open(day, reorders.RULE.cut_off, now))


def _proposed(session: Session, proposal: ReorderProposal) -> tuple[Amount, ...]:
    catalogue = meals.catalogue(session)
    return tuple(
        _amount(catalogue, sku, portions, portion_g, (reason, planned, at_home))
        for sku, portion_g, portions, planned, at_home, reason in proposal.lines
        if sku in catalogue.variants and (portions or reason == ReorderReason.FREEZER_FULL)
    )


def _amount(
    catalogue: Catalogue, sku: str, portions: int, portion_g: int, why: tuple[str, int, int | None]
) -> Amount:
    reason, planned, at_home = why
    each = orders.price(catalogue, orders.Line(sku=sku, portions=1, portion_g=portion_g))
    return Amount(
        variant=catalogue.variants[sku],
        portions=portions,
        cents=each * portions,
        each_cents=each,
        reason=reason,
        figures={"planned": planned, "at_home": at_home, "portions": portions},
    )


def eatings(
    session: Session, client_id: int, day: date, *, barred: frozenset[str]
) -> tuple[Eating, ...]:
    """Give the meals of a day, each dish checked against the prescription in force today.

    `barred` names variants with which something may be wrong (`homelots.not_to_eat`). A week
    serves the days before it too, but not where energy rises slowly: its days come later in the
    rise.
    """
    plan = meals.approved_plan(session, client_id, day)
    signed = signed_prescription(session, client_id)
    if plan is None or signed is None:
        return ()
    if day < plan.start_day and signed.as_prescription().energy_cap_kcal(day) is not None:
        return ()
    variants, eater = meals.catalogue(session).variants, signed.as_eater(plan.rules_given_up)
    dishes: dict[str, list[Dish]] = {}
    for item in served(session, plan).on(day):
        variant = variants.get(item["variant"])
        if variant is not None:
            suits = not hard_objections(variant, eater)
            dish = Dish(
                variant=variant,
                grams=item["grams"],
                suits=suits,
                place=item["role"],
                choice=item.get("choice"),
                withdrawn=variant.id in barred,
            )
            dishes.setdefault(item["slot"], []).append(dish)
    return tuple(
        Eating(slot=slot["id"], time=slot["time"], dishes=tuple(dishes[slot["id"]]))
        for slot in plan.request["slots"]
        if slot["id"] in dishes
    )


def _counted(session: Session, client_id: int, today: date) -> tuple[Counted, ...]:
    """Give what to count: frozen food of the coming days, and whatever was counted before."""
    variants = meals.catalogue(session).variants
    rows = freezer.home_stock(session, client_id)
    planned = reorders.grams_of(session, client_id, today) or {}
    frozen = {sku for sku in planned if sku in variants and variants[sku].zone is Zone.FROZEN}
    return tuple(
        Counted(
            variant=variants[sku],
            portions=rows[sku].portions if sku in rows else None,
            counted_at=rows[sku].counted_at if sku in rows else None,
        )
        for sku in sorted(frozen | (rows.keys() & variants.keys()))
    )


def _latest_orders(session: Session, client_id: int, now: datetime) -> tuple[OrderFace, ...]:
    found = session.scalars(
        select(Order)
        .join(OrderEater, OrderEater.order_id == Order.id)
        .where(OrderEater.client_id == client_id)
        .order_by(Order.service_day.desc(), Order.id.desc())
        .limit(LATEST_ORDERS)
    ).all()
    return tuple(
        OrderFace(
            order=order,
            lines=_ordered(session, order, client_id),
            may_cancel=is_open(order.service_day, orders.CUT_OFFS[order.kind], now)
            and may_become(order.state, OrderState.CANCELLED),
        )
        for order in found
    )


def _ordered(session: Session, order: Order, client_id: int) -> tuple[Amount, ...]:
    variants = meals.catalogue(session).variants
    rows = session.scalars(
        select(OrderLine)
        .join(OrderEater, OrderEater.id == OrderLine.eater_id)
        .where(OrderLine.order_id == order.id, OrderEater.client_id == client_id)
        .order_by(OrderLine.id)
    )
    return tuple(
        Amount(
            variant=variants[row.variant],
            portions=row.portions,
            cents=row.price_cents,
            each_cents=row.price_cents // row.portions,
            figures={},
        )
        for row in rows
        if row.variant in variants
    )


def _month_cents(session: Session, client_id: int, today: date) -> int:
    first = today.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return (
        session.scalar(
            select(func.sum(OrderLine.price_cents))
            .join(OrderEater, OrderEater.id == OrderLine.eater_id)
            .join(Order, Order.id == OrderLine.order_id)
            .where(
                OrderEater.client_id == client_id,
                Order.service_day >= first,
                Order.service_day < after,
                Order.state.not_in(UNPAID),
            )
        )
        or 0
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a client may choose amounts of for one day, and where the amounts come from."""

    client: Client
    day: date | None
    answer_by: datetime | None
    lines: tuple[Amount, ...]
    from_last: Order | None


def choice(
    session: Session, actor: Actor, client_id: int, now: datetime, *, repeat: bool = False
) -> Choice:
    """Give every variant of the approved plan with an amount to start from.

    That is what is ordered for the next delivery, else what is proposed, else nothing; with
    `repeat` it is what was ordered last.
    """
    client = find_client(session, actor, client_id, Permission.ORDER)
    note_access(session, actor, now, "week.viewed", client.id)
    ahead = standing.coming(session, client.id, now)
    last = _last_order(session, client.id) if repeat else (ahead.order if ahead else None)
    start = _start(session, client.id, ahead, last)
    catalogue = meals.catalogue(session)
    grams = (reorders.grams_of(session, client.id, ahead.day) if ahead else None) or {}
    return Choice(
        client=client,
        day=ahead.day if ahead else None,
        answer_by=ahead.answer_by if ahead else None,
        lines=tuple(
            _amount(catalogue, sku, start.get(sku, 0), grams[sku], ("", 0, None))
            for sku in sorted(grams, key=lambda sku: (start.get(sku, 0) == 0, sku))
            if sku in catalogue.variants
        ),
        from_last=last if repeat else None,
    )


def _start(
    session: Session, client_id: int, ahead: Coming | None, order: Order | None
) -> Mapping[str, int]:
    if order is not None:
        return {one.variant.id: one.portions for one in _ordered(session, order, client_id)}
    if ahead is None or ahead.proposal is None:
        return {}
    return {sku: portions for sku, _, portions, *_ in ahead.proposal.lines}


def _last_order(session: Session, client_id: int) -> Order | None:
    return session.scalar(
        select(Order)
        .join(OrderEater, OrderEater.order_id == Order.id)
        .where(OrderEater.client_id == client_id, Order.state != OrderState.CANCELLED)
        .order_by(Order.service_day.desc(), Order.id.desc())
        .limit(1)
    )
