"""Verbs around publishing a day: publish, withdraw, release or hold a lot, note a delivery."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Permission, require
from app.i18n import LOCAL_ZONE
from app.models.orders import Order
from app.models.planning import DayPlan, DayPlanState, Depot, StoredDay
from app.models.stock import IngredientLot, Lot, LotMove, TextureTest
from app.operations import (
    depots,
    lotinputs,
    orders,
    planning,
    reorders,
    storecounts,
    texturetests,
)
from app.operations.upkeep import note_access
from logistics import Allocation, Draw, LotState, OrderState, release_refusal


def publish(session: Session, actor: Actor, plan_id: int, now: datetime) -> DayPlan:
    """Make a draft the plan of the day: orders move, lots are taken, batches get their lots.

    Raises Conflict when it is no draft, or when orders, stock or a prescription changed since it
    was planned: then it must be planned again, so that nothing unsafe or gone is promised.
    """
    plan = planning.find_day_plan(session, actor, plan_id, Permission.PUBLISH_DAY)
    if plan.state is not DayPlanState.DRAFT:
        raise Conflict("planning.not_a_draft")
    lock_stores(session, plan.depot_id)
    if planning.published_plan(session, plan.depot_id, plan.service_day) is not None:
        raise Conflict("planning.withdraw_first")
    if planning.fingerprint(session, plan.depot_id, plan.service_day) != plan.snapshot:
        raise Conflict("planning.changed_since")
    claim(session, plan, DayPlanState.PUBLISHED, "planning.not_a_draft")
    plan.published_at, plan.published_by = now, actor.user_id
    stored = plan.as_stored_day()
    move_orders(session, stored, [one.id for one in stored.orders])
    _move_lots(session, actor, plan, stored, now)
    session.flush()
    note_access(session, actor, now, "day.published")
    return plan


def claim(session: Session, plan: DayPlan, new: DayPlanState, taken: str) -> None:
    """Move a plan to another state by compare-and-set; Conflict when someone was first."""
    moved = session.execute(
        update(DayPlan)
        .where(DayPlan.id == plan.id, DayPlan.state == plan.state)
        .values(state=new)
        .returning(DayPlan.id),
        execution_options={"synchronize_session": False},
    ).scalar()
    if moved is None:
        raise Conflict(taken)
    session.refresh(plan, ["state"])


def lock_stores(session: Session, depot_id: int) -> None:
    """Let nobody else order from a kitchen or move its stock until this act stands."""
    session.execute(select(Depot.id).where(Depot.id == depot_id).with_for_update())
    for table in (Lot, IngredientLot):
        here = select(table.id).where(table.depot_id == depot_id)
        session.execute(here.order_by(table.id).with_for_update())


def move_orders(session: Session, stored: StoredDay, codes: Iterable[str]) -> None:
    """Planned, or not delivered with the reason; an order with something on a van is planned."""
    left = {one.order for one in stored.plan.unserved if not one.lines}
    reasons: dict[str, list[Any]] = defaultdict(list)
    for one in stored.plan.unserved:
        reasons[one.order].append([one.reason, {"binding": one.binding}])
    for row in session.scalars(select(Order).where(Order.code.in_(codes))):
        row.reasons = [*own_reasons(row), *reasons[row.code]]
        new = OrderState.UNSERVED if row.code in left else OrderState.PLANNED
        if row.state is not new:
            orders.move(session, row, new)


def own_reasons(order: Order) -> list[Any]:
    """Give the reasons that came with an order, without those of a day plan."""
    planned = ("day.", "route.")
    return [one for one in order.reasons if not str(one[0]).startswith(planned)]


def _move_lots(
    session: Session, actor: Actor, plan: DayPlan, stored: StoredDay, now: datetime
) -> None:
    """Take what is allocated and write down the lots that the batches will yield, on hold."""
    for born in stored.plan.born:
        session.add(
            Lot(
                code=born.id,
                sku=born.sku,
                amount_g=born.amount_g,
                use_by=born.use_by,
                zone=born.zone,
                state=LotState.HOLD,
                made_on=plan.service_day,
                depot_id=plan.depot_id,
            )
        )
    session.flush()
    taken: Counter[str] = Counter()
    for one in stored.plan.allocations:
        taken[one.lot] += one.amount_g
    for lot in session.scalars(select(Lot).where(Lot.code.in_(taken)).with_for_update()):
        move_lot(session, actor, lot, -taken[lot.code], reason="published", now=now)
    _draw_ingredients(session, stored)


def move_lot(
    session: Session, actor: Actor, lot: Lot, grams: int, *, reason: str, now: datetime
) -> None:
    """Change what a lot holds and write down why."""
    lot.amount_g += grams
    session.add(
        LotMove(lot_id=lot.id, amount_g=grams, reason=reason, at=now, user_id=actor.user_id)
    )


def _draw_ingredients(session: Session, stored: StoredDay) -> None:
    drawn: Counter[str] = Counter()
    for draw in stored.plan.draws:
        drawn[draw.lot] += draw.amount_g
    for lot in session.scalars(
        select(IngredientLot).where(IngredientLot.code.in_(drawn)).with_for_update()
    ):
        lot.amount_g -= drawn[lot.code]


def withdraw(session: Session, actor: Actor, plan_id: int, now: datetime) -> DayPlan:
    """Take a published plan back: lots and orders are as before, the day can be planned again.

    Raises Conflict once a lot of it was tested or released, or an order left: then it is history.
    """
    plan = planning.find_day_plan(session, actor, plan_id, Permission.PUBLISH_DAY)
    if plan.state is not DayPlanState.PUBLISHED:
        raise Conflict("planning.not_published")
    claim(session, plan, DayPlanState.SUPERSEDED, "planning.not_published")
    lock_stores(session, plan.depot_id)
    stored = plan.as_stored_day()
    born = [one.id for one in stored.plan.born]
    rows = session.scalars(select(Order).where(Order.code.in_([o.id for o in stored.orders]))).all()
    gone = {OrderState.DISPATCHED, OrderState.DELIVERED, OrderState.NOT_DELIVERED}
    if is_made(session, born) or any(row.state in gone for row in rows):
        raise Conflict("planning.already_under_way")
    for row in rows:
        if row.state in {OrderState.PLANNED, OrderState.UNSERVED}:
            orders.move(session, row, OrderState.PLACED)
            row.reasons = own_reasons(row)
    from_store = [one for one in stored.plan.allocations if one.lot not in born]
    give_back(session, actor, from_store, "withdrawn", now)
    put_back(session, stored.plan.draws)
    forget_lots(session, born)
    note_access(session, actor, now, "day.withdrawn")
    return plan


def is_made(session: Session, codes: Iterable[str]) -> bool:
    """Tell whether a person handled any of these lots: tested, released or recalled it."""
    handled = (Lot.state != LotState.HOLD) | Lot.id.in_(select(TextureTest.lot_id))
    found = select(Lot.id).where(Lot.code.in_(list(codes)), handled)
    return session.scalar(found.limit(1)) is not None


def give_back(
    session: Session,
    actor: Actor,
    allocations: Iterable[Allocation],
    reason: str,
    now: datetime,
) -> None:
    """Put what orders do not get after all back in its lots."""
    taken: Counter[str] = Counter()
    for one in allocations:
        taken[one.lot] += one.amount_g
    for lot in session.scalars(select(Lot).where(Lot.code.in_(taken)).with_for_update()):
        move_lot(session, actor, lot, taken[lot.code], reason=reason, now=now)


def put_back(session: Session, draws: Iterable[Draw]) -> None:
    """Put what batches do not use after all back in its ingredient lots."""
    drawn: Counter[str] = Counter()
    for draw in draws:
        drawn[draw.lot] += draw.amount_g
    for ingredient in session.scalars(
        select(IngredientLot).where(IngredientLot.code.in_(drawn)).with_for_update()
    ):
        ingredient.amount_g += drawn[ingredient.code]


def forget_lots(session: Session, codes: Iterable[str]) -> None:
    """Take away lots of batches that are not made (`is_made`), with their moves."""
    known = list(codes)
    ids = select(Lot.id).where(Lot.code.in_(known)).scalar_subquery()
    session.execute(delete(LotMove).where(LotMove.lot_id.in_(ids)))
    session.execute(delete(Lot).where(Lot.code.in_(known)))


def record_delivery(session: Session, actor: Actor, code: str, now: datetime) -> Order:
    """Note that an order of the actor's kitchen was handed over.

    At home its portions join the freezer's count. Raises Conflict `day.not_yet` before its
    service day: nothing was handed over yet.
    """
    require(actor, Permission.PUBLISH_DAY)
    mine = Order.site_id.in_(depots.sites_of(depots.depot_of(session, actor).id))
    order = session.scalar(select(Order).where(Order.code == code, mine))
    if order is None:
        raise NotFound
    if order.service_day > now.astimezone(LOCAL_ZONE).date():
        raise Conflict("day.not_yet")
    orders.move(session, order, OrderState.DELIVERED)
    reorders.fill(session, order)
    note_access(session, actor, now, "order.delivered")
    return order


def release_lot(session: Session, actor: Actor, code: str, now: datetime) -> Lot:
    """Let a lot leave the store: a person says that it was made as planned, and is safe.

    Raises Conflict with the reason when it is not on hold, its texture test did not pass, or what
    went into it was recalled since.
    """
    lot = _find_lot(session, actor, code)
    if lotinputs.made_of_recalled(session, [lot]):
        raise Conflict("stock.made_of_recalled", lot=code)
    refused = release_refusal(lot.state, texturetests.texture_of(session, lot))
    if refused is not None:
        raise Conflict(refused, lot=code)
    lot.state = LotState.RELEASED
    move_lot(session, actor, lot, 0, reason="released", now=now)
    return lot


def hold_lot(session: Session, actor: Actor, code: str, now: datetime) -> Lot:
    """Keep a released lot in the store until a person releases it again."""
    lot = _find_lot(session, actor, code)
    if lot.state is not LotState.RELEASED:
        raise Conflict("stock.not_released")
    lot.state = LotState.HOLD
    move_lot(session, actor, lot, 0, reason="held", now=now)
    return lot


def recall_lot(session: Session, actor: Actor, code: str, now: datetime) -> Lot:
    """Take a lot back for good: what lies in store stays, what was given is stopped at each gate.

    A house whose own store got some of it must count that dish again. Raises Conflict when it was
    recalled already.
    """
    lot = _find_lot(session, actor, code)
    if lot.state is LotState.RECALLED:
        raise Conflict("stock.recalled", lot=code)
    lot.state = LotState.RECALLED
    move_lot(session, actor, lot, 0, reason="recalled", now=now)
    storecounts.doubt(session, lot)
    return lot


def discard_lot(session: Session, actor: Actor, code: str, now: datetime) -> Lot:
    """Write down that a recalled lot was thrown away: its dish may be planned again."""
    lot = _find_lot(session, actor, code)
    if lot.state is not LotState.RECALLED or not lot.amount_g:
        raise Conflict("stock.nothing_to_discard", lot=code)
    move_lot(session, actor, lot, -lot.amount_g, reason="discarded", now=now)
    return lot


def _find_lot(session: Session, actor: Actor, code: str) -> Lot:
    require(actor, Permission.MOVE_STOCK)
    here = Lot.depot_id == depots.depot_of(session, actor).id
    lot = session.scalar(select(Lot).where(Lot.code == code, here).with_for_update())
    if lot is None:
        raise NotFound
    return lot
