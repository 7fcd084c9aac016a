"""What of a day waits for a decision, each matter once: a lot, or an order of one person."""

from collections import defaultdict
from typing import Any

from flask import url_for

from app.access import Permission
from app.operations.attention import Waiting
from app.operations.dayboard import Board
from app.operations.gates import BadLot
from app.pipeline import Call
from app.web.daywords import dish_of

Row = dict[str, Any]


def waiting_rows(call: Call, board: Board) -> list[Row]:
    """Give what somebody must decide before anyone eats: bad lots, unsafe orders, held ones.

    An order that only holds something of a bad lot stands folded under that lot.
    """
    parts = (("danger", "unsafe", unsafe_orders(board)), ("warn", "held", board.held))
    return [
        *lot_rows(call, board),
        *(_order_row(call, board, one, kind, name) for kind, name, found in parts for one in found),
    ]


def unsafe_orders(board: Board) -> list[Waiting]:
    """Give the unsafe orders that a bad lot by itself does not explain."""
    return [one for one in board.unsafe if one.of_eater() or not one.lots]


def lot_rows(call: Call, board: Board) -> list[Row]:
    """Give each bad lot of the day with the orders that get some of it, the widest first."""
    orders: defaultdict[BadLot, list[str]] = defaultdict(list)
    for one in board.unsafe:
        for lot in one.lots:
            orders[lot].append(one.order)
    return [
        {
            "kind": "danger",
            "word": call.say("day.waiting.unsafe"),
            "title": call.say("day.waiting.lot", dish=_dish(call, board, lot.sku), lot=lot.code),
            "text": " ".join(
                (
                    call.say(lot.why, subject=_dish(call, board, lot.sku)),
                    call.say("day.waiting.lot_do"),
                )
            ),
            "fold": call.say("day.waiting.lot_orders", count=len(found)),
            "links": [(_order_url(call, board, code), code) for code in found],
            "href": _amend_url(call, board),
            "action": call.say("amend.go"),
        }
        for lot, found in sorted(orders.items(), key=lambda each: (-len(each[1]), each[0].code))
    ]


def _order_row(call: Call, board: Board, one: Waiting, kind: str, name: str) -> Row:
    reasons = one.of_eater() or one.reasons
    return {
        "kind": kind,
        "word": call.say(f"day.waiting.{name}"),
        "title": " \N{MIDDLE DOT} ".join(
            filter(None, (call.say("day.waiting.order", order=one.order), one.site))
        ),
        "text": " ".join(
            (
                *(call.say(code, **args) for code, args in reasons[:3]),
                call.say(f"day.waiting.{'late' if one.late else name}_do"),
            )
        ),
        "href": _remedy(call, board, one, name),
        "action": call.say("late.go" if one.late else "amend.go"),
    }


def _remedy(call: Call, board: Board, one: Waiting, name: str) -> str | None:
    """Give where somebody decides on an order that waits; None where nobody here may."""
    if one.late:
        may = call.actor.may(Permission.PLAN_DAY)
        return url_for("lateorders.waiting", day=board.day) if may else None
    return _amend_url(call, board) if name == "unsafe" else None


def _amend_url(call: Call, board: Board) -> str | None:
    if board.plan is None or not call.actor.may(Permission.PUBLISH_DAY):
        return None
    return url_for("amending.show", plan_id=board.plan.id)


def _order_url(call: Call, board: Board, code: str) -> str | None:
    may = call.actor.may(Permission.VIEW_ROUTES)
    return url_for("reasons.order", day=board.day, code=code) if may else None


def _dish(call: Call, board: Board, sku: str) -> str:
    known = board.catalogue.variants.get(sku)
    return sku if known is None else dish_of(call.translator, known)
