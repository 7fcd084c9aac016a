"""Parts of the day board: figures, timelines, who stays behind, what to watch."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from flask import url_for

from app.access import Permission
from app.operations.dayboard import Board, Left, Planned, Watched
from app.pipeline import Call
from app.web.daywords import NOTHING, Reasons, bar_of, dish_of, kilos, listed
from logistics import Batch, Route, Unserved

BAR_KINDS = ("work", "cook", "cold", "pack")
"""How steps of the kitchen are drawn, for the legend."""
_SHOWN = 20


def reasons_of(call: Call, board: Board) -> Reasons:
    """Give who says why, with addresses only for those who may see them."""
    return Reasons(
        speak=call.translator,
        board=board,
        skus={line.id: line.sku for order in board.plan_orders() for line in order.lines},
        show_doors=call.actor.may(Permission.VIEW_ROUTES),
    )


def figures(call: Call, board: Board, plan: Planned) -> list[dict[str, Any]]:
    """Give the six figures of the day."""
    speak, say = call.translator, call.say
    left, late = len(plan.whole_left), plan.late
    ready = plan.kitchen_ready_min
    served = len(board.plan_orders()) - left
    return [
        {
            "label": say("day.figure.orders"),
            "value": speak.number(served),
            "sub": say("day.figure.of", total=board.orders),
        },
        {
            "label": say("day.figure.left"),
            "value": speak.number(left),
            "kind": "above" if left else "in",
            "sub": say("day.figure.see") if left else "",
            "href": "#left",
        },
        {
            "label": say("day.figure.kitchen"),
            "value": NOTHING if ready is None else speak.time(ready),
            "sub": say("day.figure.batches", count=len(plan.batches)),
        },
        {
            "label": say("day.figure.late"),
            "value": speak.number(len(late)),
            "kind": "above" if late else "",
            "sub": say("day.figure.late_batches", count=len(late)),
        },
        {
            "label": say("day.figure.cold"),
            "value": speak.number(plan.longest_cold_min),
            "sub": say("day.figure.minutes"),
        },
        {
            "label": say("day.figure.driving"),
            "value": speak.number(plan.metres // 1000),
            "sub": say(
                "day.figure.km",
                hours=speak.number(plan.out_min / 60, 1),
                cost=speak.cents(plan.cost_cents),
            ),
        },
    ]


def span(plan: Planned) -> tuple[int, int]:
    """Give the first and last minute of kitchen and vans: both timelines share one axis."""
    starts = [op.start_min for batch in plan.batches for op in batch.ops]
    ends = [op.end_min for batch in plan.batches for op in batch.ops]
    starts += [route.start_min for route in plan.routes]
    ends += [route.end_min for route in plan.routes]
    first, last = min(starts, default=360), max(ends, default=900)
    return first // 60 * 60, -(-last // 60) * 60


def _axis(call: Call, plan: Planned, label: str) -> dict[str, Any]:
    start, end = span(plan)
    first = min((route.start_min for route in plan.routes), default=None)
    mark = {"at_min": first, "text": call.say("day.gantt.first_van")}
    return {
        "label": call.say("day.gantt.label", name=call.say(label)),
        "start_min": start,
        "end_min": end,
        "marks": [] if first is None else [mark],
    }


def hours_of(call: Call, board: Board, batches: Sequence[Batch]) -> dict[str, Any]:
    """Give the axis of a timeline of the kitchen alone, with the first van."""
    starts = [op.start_min for batch in batches for op in batch.ops]
    ends = [op.end_min for batch in batches for op in batch.ops]
    routes = board.plan.routes if board.plan else ()
    first = min((route.start_min for route in routes), default=None)
    mark = {"at_min": first, "text": call.say("day.gantt.first_van")}
    return {
        "label": call.say("day.gantt.label", name=call.say("day.gantt.kitchen")),
        "start_min": min(starts, default=0) // 60 * 60,
        "end_min": -(-max([*ends, first or 0], default=60) // 60) * 60,
        "marks": [] if first is None else [mark],
    }


def kitchen_lanes(call: Call, board: Board, plan: Planned) -> dict[str, Any]:
    """Give the kitchen's timeline, a lane per machine that works."""
    too_late = {batch.id for batch in plan.late}
    lanes: dict[str, list[dict[str, Any]]] = {code: [] for code in board.machines}
    for batch in plan.batches:
        text = dish_of(call.translator, board.catalogue.variants[batch.sku])
        href = url_for("kitchen.kitchen_day", day=board.day, _anchor=batch.id)
        for op in batch.ops:
            bar: dict[str, Any] = {"start_min": op.start_min, "end_min": op.end_min}
            bar |= {"text": text, "href": href}
            late = op is batch.ops[-1] and batch.id in too_late
            lanes[op.machine].append(bar | {"kind": bar_of(op), "late": late})
    shown: list[dict[str, Any]] = []
    for code, machine in board.machines.items():
        bars: list[dict[str, Any]] = sorted(lanes[code], key=_start)
        sub = kilos(call.translator, machine.capacity_g)
        if bars:
            shown.append({"name": machine.name, "sub": sub, "bars": bars})
    return _axis(call, plan, "day.gantt.kitchen") | {"kinds": BAR_KINDS, "lanes": shown}


def _start(bar: dict[str, Any]) -> int:
    return int(bar["start_min"])


def van_lanes(call: Call, board: Board, plan: Planned) -> dict[str, Any]:
    """Give the vans' timeline: stops as bars on the line of driving."""
    return _axis(call, plan, "day.gantt.vans") | {
        "kinds": ("stop", "rest"),
        "lanes": [_van_lane(call, board, route) for route in plan.routes],
    }


def _van_lane(call: Call, board: Board, route: Route) -> dict[str, Any]:
    speak = call.translator
    href = None
    if call.actor.may(Permission.VIEW_ROUTES):
        href = url_for("routes.van", day=board.day, letter=route.letter)
    return {
        "van": route.letter,
        "name": towns(board, route),
        "sub": call.say(
            "day.gantt.van",
            count=len(route.stops),
            start=speak.time(route.start_min),
            end=speak.time(route.end_min),
        ),
        "drive": (route.start_min, route.end_min),
        "bars": sorted((*_stop_bars(call, route, href), *_break_bars(call, route)), key=_start),
    }


def _stop_bars(call: Call, route: Route, href: str | None) -> Iterator[dict[str, Any]]:
    for number, stop in enumerate(route.stops, 1):
        yield {
            "start_min": stop.begin_min,
            "end_min": stop.depart_min,
            "text": call.say("day.gantt.stop", number=number),
            "kind": "stop",
            "href": href,
        }


def _break_bars(call: Call, route: Route) -> Iterator[dict[str, Any]]:
    """Give the breaks taken; not those of a day stored before it said how long they are."""
    for trip in route.trips:
        for taken in trip.breaks:
            if taken.minutes:
                begin_min = taken.begin_s // 60
                yield {
                    "start_min": begin_min,
                    "end_min": begin_min + taken.minutes,
                    "text": break_text(call, taken.minutes, at_depot=trip.home_for(taken)),
                    "kind": "rest",
                }


def break_text(call: Call, minutes: int, *, at_depot: bool) -> str:
    """Tell how long a break is, and where it is had at the depot."""
    return call.say("day.pause_depot" if at_depot else "day.pause", count=minutes)


def towns(board: Board, route: Route) -> str:
    """Name a van after the towns it visits most."""
    visited = Counter(
        board.places[stop.site].place for stop in route.stops if stop.site in board.places
    )
    return listed(town for town, _ in visited.most_common())


def left_rows(call: Call, board: Board, plan: Planned) -> dict[str, Any]:
    """Give the orders that get nothing, and by cause what others miss."""
    reasons = reasons_of(call, board)
    left = plan.left()
    whole = [one for one in left if one.whole]
    return {
        "whole": [_left_row(reasons, board, one) for one in whole],
        "part": list(_causes(call, reasons, [one for one in left if not one.whole])),
        "part_orders": len(left) - len(whole),
        "shown": _SHOWN,
    }


def _left_row(reasons: Reasons, board: Board, left: Left) -> dict[str, Any]:
    """Tell what an order misses; where the reason is about somebody's food, without their door."""
    place = board.places.get(left.site)
    personal = any(one.reason.startswith("objection.") for one in left.reasons)
    told = dict.fromkeys(
        (reasons.group(one.reason), reasons.sentence(one), reasons.fits(one))
        for one in left.reasons
    )
    return {
        "order": left.order,
        "place": f"{place.place}, {place.street}"
        if place and reasons.show_doors and not personal
        else "",
        "reasons": [{"group": group, "text": text, "fit": fit} for group, text, fit in told][:3],
        "more": max(0, len(told) - 3),
    }


def _causes(call: Call, reasons: Reasons, left: list[Left]) -> Iterator[dict[str, Any]]:
    """Give each cause once: how many orders and lines miss something by it, the widest first."""
    orders: dict[tuple[str, str], set[str]] = {}
    lines: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], Unserved] = {}
    for each in left:
        for one in each.reasons:
            key = (one.reason, one.binding)
            orders.setdefault(key, set()).add(one.order)
            lines[key] += len(one.lines)
            example.setdefault(key, one)
    for key in sorted(orders, key=lambda key: (-len(orders[key]), key)):
        yield {
            "group": reasons.group(key[0]),
            "text": reasons.sentence(example[key]),
            "fit": reasons.fits(example[key]) if len(orders[key]) == 1 else NOTHING,
            "orders": sorted(orders[key]),
            "lines": lines[key],
        }


def watch_rows(call: Call, board: Board, lots: tuple[Watched, ...]) -> list[dict[str, Any]]:
    """Give the lots to watch, with the reason in words."""
    return [
        {
            "dish": dish_of(call.translator, board.catalogue.variants[lot.sku])
            if lot.sku in board.catalogue.variants
            else lot.sku,
            "code": lot.code,
            "amount": kilos(call.translator, lot.amount_g),
            "hold": lot.on_hold,
            "text": call.say("day.watch.hold")
            if lot.on_hold
            else call.say("day.watch.ends", count=max(0, (lot.use_by - board.day).days)),
        }
        for lot in lots
    ]


def remark_rows(call: Call, board: Board, plan: Planned) -> list[str]:
    """Give what a person should know that stops no order of today."""
    reasons = reasons_of(call, board)
    return [
        call.say(
            one.code,
            subject=reasons.binding(one.subject),
            amount_g=one.amount_g,
            day="" if one.day is None else call.translator.short_day(one.day),
        )
        for one in plan.remarks
    ]
