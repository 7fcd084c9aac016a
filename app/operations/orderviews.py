"""Orders as their house may read them: one with its eaters, a page of many, a trial."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, select, true
from sqlalchemy.orm import Session

from app.access import Actor, Permission, Refused, require
from app.models.orders import Order, OrderEater, OrderLine
from app.models.people import Site, Ward
from app.operations import meals, orders
from app.operations.grouporders import Asked, draft_of
from app.operations.orders import OrderDraft
from app.operations.upkeep import note_access
from logistics import OrderState, cut_off_at
from menus import Catalogue

PAGE = 50
LATE_REFUSED = "order.late_refused"
"""Why an order that came late is cancelled: somebody looked for a place, and said no."""
REFUSED = "refused"
"""The state of a trial that would not be taken; no order ever has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an order is held, refused or incomplete; `field` is where in the request, if anywhere."""

    code: str
    args: dict[str, Any]
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """What one eater gets of one variant."""

    variant: str
    portions: int
    portion_g: int
    price_cents: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EaterView:
    """One eater under a pseudonym."""

    ref: str
    lines: tuple[LineView, ...]
    client_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order; a trial has no id and no number, and may be in state `refused`."""

    state: str
    site: str | None
    ward: str | None
    service_day: date
    meal: str
    cut_off: datetime | None
    total_cents: int
    reasons: tuple[Reason, ...]
    eaters: tuple[EaterView, ...]
    id: int | None = None
    code: str | None = None
    reference: str | None = None
    version: int | None = None
    placed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which orders to list; None leaves a side open. Pages count from 1."""

    service_day: date | None = None
    ward: str | None = None
    state: OrderState | None = None
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a list, and how many there are in all."""

    items: tuple[OrderView, ...]
    page: int
    pages: int
    total: int


def read_order(session: Session, actor: Actor, order_id: int, now: datetime) -> OrderView:
    """Give one order with its eaters; NotFound for somebody else's. Reading leaves a trace."""
    order = orders.find_order(session, actor, order_id, Permission.ORDER_GROUP)
    clients = orders.eater_clients(session, order)
    for client_id in clients or (None,):
        note_access(session, actor, now, "order.read", client_id)
    return view(session, order)


def view(session: Session, order: Order) -> OrderView:
    """Give an order as its house may read it."""
    return _views(session, [order], eaters_of(session, [order.id]))[0]


def list_orders(session: Session, actor: Actor, wanted: Wanted, now: datetime) -> Page:
    """Give a page of the house's orders without their eaters, the latest service day first."""
    require(actor, Permission.ORDER_GROUP)
    query = select(Order).where(_reach(actor))
    if wanted.service_day is not None:
        query = query.where(Order.service_day == wanted.service_day)
    if wanted.ward is not None:
        query = query.where(Order.ward_id.in_(select(Ward.id).where(Ward.code == wanted.ward)))
    if wanted.state is not None:
        query = query.where(Order.state == wanted.state)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(
        query.order_by(Order.service_day.desc(), Order.id.desc())
        .limit(PAGE)
        .offset((wanted.page - 1) * PAGE)
    ).all()
    note_access(session, actor, now, "orders.listed")
    pages = max(1, -(-total // PAGE))
    return Page(items=_views(session, rows, {}), page=wanted.page, pages=pages, total=total)


def _reach(actor: Actor) -> ColumnElement[bool]:
    if actor.is_npcc:
        return true()
    return Order.organisation_id == actor.organisation_id if actor.is_house else false()


def _views(
    session: Session, rows: Sequence[Order], eaters: dict[int, tuple[EaterView, ...]]
) -> tuple[OrderView, ...]:
    sites = _words(session, Site, {row.site_id for row in rows})
    wards = _words(session, Ward, {row.ward_id for row in rows if row.ward_id is not None})
    return tuple(
        OrderView(
            id=row.id,
            code=row.code,
            reference=row.external_ref,
            state=row.state.value,
            site=sites[row.site_id],
            ward=None if row.ward_id is None else wards[row.ward_id],
            service_day=row.service_day,
            meal=row.meal,
            version=row.version,
            placed_at=row.placed_at,
            cut_off=cut_off_at(row.service_day, orders.CUT_OFFS[row.kind]),
            total_cents=row.total_cents,
            reasons=tuple(Reason(code=code, args=args) for code, args in row.reasons),
            eaters=eaters.get(row.id, ()),
        )
        for row in rows
    )


def _words(session: Session, table: type[Site | Ward], ids: set[int]) -> dict[int, str]:
    found = session.execute(select(table.id, table.code).where(table.id.in_(ids)))
    return {row.id: row.code for row in found}


def eaters_of(session: Session, order_ids: Sequence[int]) -> dict[int, tuple[EaterView, ...]]:
    """Give the eaters of orders with their lines, in the order in which they were asked."""
    lines: dict[int, list[LineView]] = defaultdict(list)
    for line in session.scalars(
        select(OrderLine).where(OrderLine.order_id.in_(order_ids)).order_by(OrderLine.id)
    ):
        lines[line.eater_id].append(_line_view(line))
    found: dict[int, list[EaterView]] = defaultdict(list)
    for row in session.scalars(
        select(OrderEater).where(OrderEater.order_id.in_(order_ids)).order_by(OrderEater.id)
    ):
        found[row.order_id].append(
            EaterView(ref=row.ref, client_id=row.client_id, lines=tuple(lines[row.id]))
        )
    return {order_id: tuple(eaters) for order_id, eaters in found.items()}


def _line_view(line: OrderLine) -> LineView:
    return LineView(
        variant=line.variant,
        portions=line.portions,
        portion_g=line.portion_g,
        price_cents=line.price_cents,
        reasons=tuple(_reason(one) for one in line.reasons),
    )


def _reason(stored: Any) -> Reason:
    if isinstance(stored, str):
        return Reason(code=stored, args={})
    code, args = stored
    return Reason(code=code, args=args)


def try_asked(session: Session, actor: Actor, asked: Asked, now: datetime) -> OrderView:
    """Give what would become of an order, with every reason and price; nothing is kept.

    What the rules would refuse is an answer here, not an error.
    """
    try:
        draft = draft_of(session, actor, asked)
        order = orders.place(session, actor, draft, now, dry_run=True)
    except Refused as refused:
        return _refused(asked, refused)
    (shown,) = _views(session, [order], {})
    eaters = _drafted(draft, meals.catalogue(session))
    return replace(shown, eaters=eaters, id=None, code=None, version=None, placed_at=None)


def _refused(asked: Asked, refused: Refused) -> OrderView:
    return OrderView(
        state=REFUSED,
        site=asked.site,
        ward=asked.ward,
        service_day=asked.service_day,
        meal=asked.meal,
        cut_off=None,
        total_cents=0,
        reasons=tuple(
            Reason(field=field, code=code, args=dict(args))
            for field, code, args in refused.problems
        ),
        eaters=(),
        reference=asked.reference,
    )


def _drafted(draft: OrderDraft, catalogue: Catalogue) -> tuple[EaterView, ...]:
    return tuple(
        EaterView(
            ref=one.ref,
            lines=tuple(
                LineView(
                    variant=line.sku,
                    portions=line.portions,
                    portion_g=orders.grams(catalogue, line),
                    price_cents=orders.price(catalogue, line),
                    reasons=tuple(_reason(reason) for reason in line.reasons),
                )
                for line in one.lines
            ),
        )
        for one in draft.eaters
    )
