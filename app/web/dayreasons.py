"""Pages that explain a day: one order from lot to door, who gets a lot, a batch and its choices."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import Conflict, NotFound, Permission
from app.operations import dayboard, dayreasons
from app.operations.dayboard import Board
from app.operations.dayreasons import ExplainedOrder
from app.pipeline import Call, entry
from app.web import dayparts
from app.web.days import know_days
from app.web.daywords import NOTHING, dish_of, kilos, name_of, step_of, word_of
from app.web.words import started
from logistics import Batch, Because, LineShare, Reached, Source, Unserved, WhyNot

blueprint = Blueprint("reasons", __name__)
blueprint.record(know_days)
LEVELS = ("left_out", "late", "overtime", "cleans", "span", "changes")
"""Levels of a kitchen day; their sentences begin `day.level.`."""
_TIMES = frozenset({"ready_min", "begin_min"})


@blueprint.get("/day/<day:day>/orders/<code>")
@entry(Permission.VIEW_ROUTES)
def order(call: Call, day: date, code: str) -> ResponseReturnValue:
    """Show where each line of an order comes from, by which van, why, and why not another."""
    board = dayboard.board(call.session, call.actor, day)
    found = dayreasons.explained_order(call.session, call.actor, day, code, call.now)
    place = board.places.get(found.order.site)
    route = next((each.route for each in found.origins if each.route), None)
    stop = next((each.stop for each in found.origins if each.stop), None)
    return render_template(
        "dispatch/order.html",
        day=day,
        title=started(call.say("day.order", order=code)),
        where=f"{place.name}, {place.place}" if place else found.order.site,
        van=route.letter if route else "",
        arrive=call.translator.time(stop.begin_min) if stop else NOTHING,
        lines=_lines(call, board, found),
        because=[_because(call, board, each) for each in found.by_van],
        left=_left(call, board, code),
        vans=[(key, name) for key, name in board.vans.items()],
        asked=request.args.get("van", ""),
        answer=_answer_van(call, board, day, code),
    )


def _lines(call: Call, board: Board, found: ExplainedOrder) -> list[dict[str, Any]]:
    scarce = board.plan.stored.plan.shares if board.plan else ()
    shares = {one.line: _share(call, board, one) for one in scarce}
    return [
        {
            "dish": _dish(call, board, origin.line.sku),
            "asked": kilos(call.translator, origin.line.amount_g),
            "given": kilos(call.translator, origin.given_g),
            "short": origin.given_g < origin.line.amount_g,
            "share": shares.get(origin.line.id),
            "sources": [
                _source(call, board, found, source, why)
                for source, why in zip(origin.sources, because, strict=True)
            ],
        }
        for origin, because in zip(found.origins, found.because, strict=True)
    ]


def _share(call: Call, board: Board, share: LineShare) -> dict[str, str]:
    """Give how a line came to its share, and what would serve everybody or could go instead."""
    extra = (
        call.say("share.line.extra", amount=kilos(call.translator, share.extra_g))
        if share.extra_g
        else ""
    )
    instead = (
        call.say("share.line.instead", dish=_dish(call, board, share.instead))
        if share.instead
        else ""
    )
    return {
        "text": call.say(share.code, given=str(share.given), asked=str(share.asked)),
        "fit": " ".join(one for one in (extra, instead) if one),
    }


def _dish(call: Call, board: Board, sku: str) -> str:
    variant = board.catalogue.variants.get(sku)
    return sku if variant is None else dish_of(call.translator, variant)


def _source(
    call: Call, board: Board, found: ExplainedOrder, source: Source, why: Because
) -> dict[str, Any]:
    day = board.day
    return {
        "lot": source.lot,
        "lot_url": url_for("reasons.who", day=day, lot=source.lot),
        "amount": kilos(call.translator, source.amount_g),
        "why": _because(call, board, why, lot=source.lot),
        "batch_url": url_for("reasons.batch", day=day, code=source.batch.id)
        if source.batch
        else None,
        "drawn": [
            {
                "name": _ingredient(call, board, found.ingredients.get(draw.lot, "")),
                "lot": draw.lot,
                "amount": kilos(call.translator, draw.amount_g),
                "url": url_for("reasons.who", day=day, lot=draw.lot),
                "order": found.bought_as.get(draw.lot),
            }
            for draw in source.drawn
        ],
        "bought": [
            call.say(
                "day.reasons.bought",
                name=_ingredient(call, board, each.item),
                supplier=each.supplier,
                day=call.translator.short_day(each.day),
            )
            for each in source.purchases
        ],
    }


def _ingredient(call: Call, board: Board, name: str) -> str:
    known = board.catalogue.ingredients.get(name)
    return name if known is None else name_of(call.translator, known.names)


def _because(call: Call, board: Board, why: Because, **named: str) -> str:
    return call.say(why.code, **(_figures(call, board, dict(why.figures)) | named))


def _figures(call: Call, board: Board, figures: dict[str, int | str]) -> dict[str, str]:
    """Give figures as they are read: clock times, money, kilos, names of vans."""
    speak = call.translator
    told = {}
    for name, value in figures.items():
        if name in _TIMES:
            told[name.removesuffix("_min")] = speak.time(int(value))
        elif name == "cents":
            told["amount"] = speak.cents(int(value))
        elif name.endswith("_g"):
            told[name.removesuffix("_g")] = kilos(speak, int(value))
        else:
            told[name] = board.vans.get(str(value), str(value))
    return told


def _left(call: Call, board: Board, code: str) -> list[dict[str, str]]:
    """Give what the order misses, with what would make it fit."""
    if board.plan is None:
        return []
    reasons = dayparts.reasons_of(call, board)
    mine = (one for one in board.plan.stored.plan.unserved if one.order == code)
    return [{"text": reasons.sentence(one), "fit": reasons.fits(one)} for one in mine]


def _answer_van(call: Call, board: Board, day: date, code: str) -> dict[str, str] | None:
    vehicle = request.args.get("van", "")
    if not vehicle:
        return None
    try:
        found = dayreasons.other_van(call.session, call.actor, day, code, vehicle)
    except Conflict as problem:
        return {"kind": "info", "text": call.say(problem.code), "sub": ""}
    return _told(call, board, found, code)


def _told(call: Call, board: Board, found: WhyNot, order_code: str) -> dict[str, str]:
    """Give the answer to why not: its price, or the rule with what would lift it."""
    if found.code.startswith("route."):
        reasons = dayparts.reasons_of(call, board)
        one = Unserved(
            order=order_code,
            reason=found.code,
            binding=found.binding,
            would_fit_if=found.figures,
        )
        return {"kind": "warn", "text": reasons.sentence(one), "sub": reasons.fits(one)}
    named = _figures(call, board, dict(found.figures)) | {"binding": _thing(board, found.binding)}
    if found.code == "day.whynot.searched":
        named |= {"left": str(found.levels[0]), "amount": call.translator.cents(found.levels[1])}
    sub = _levels(call, found.levels) if found.code == "day.whynot.kitchen" else ""
    kind = "info" if found.levels or found.code == "day.whynot.as_it_is" else "warn"
    return {"kind": kind, "text": call.say(found.code, **named), "sub": sub}


def _thing(board: Board, code: str) -> str:
    machine = board.machines.get(code)
    return machine.name if machine else board.vans.get(code, code)


def _levels(call: Call, levels: tuple[int, ...]) -> str:
    """Give each level that changes, the weightiest first."""
    told = [
        call.say(f"day.level.{name}", value=f"{value:+d}")
        for name, value in zip(LEVELS, levels, strict=True)
        if value
    ]
    return " · ".join(told) or call.say("day.level.none")


@blueprint.get("/day/<day:day>/batches/<code>")
@entry(Permission.VIEW_KITCHEN)
def batch(call: Call, day: date, code: str) -> ResponseReturnValue:
    """Show a batch step by step, and what another machine or start would cost."""
    board = dayboard.board(call.session, call.actor, day)
    found = dayreasons.explained_batch(call.session, call.actor, day, code)
    speak = call.translator
    waits = dict(enumerate(dayreasons.batch_waits(call.session, call.actor, day, code)))
    return render_template(
        "dispatch/batch.html",
        day=day,
        title=_dish(call, board, found.sku),
        code=code,
        amount=kilos(speak, found.amount_g),
        who_url=url_for("reasons.kitchen_who", day=day, lot=found.lot),
        steps=[
            {
                "number": number,
                "name": step_of(speak, op.kind, op.programme),
                "machine": _thing(board, op.machine),
                "hours": f"{speak.time(op.start_min)}{NOTHING}{speak.time(op.end_min)}",
                "eve": speak.short_day(day - timedelta(days=1)) if op.start_min < 0 else "",
                "why": _wait(call, board, waits.get(number)),
            }
            for number, op in enumerate(found.ops)
        ],
        machines=[("", call.say("day.reasons.any_machine"))]
        + [(key, machine.name) for key, machine in board.machines.items()],
        given={name: request.args.get(name, "") for name in ("step", "machine", "start")},
        answer=_answer_batch(call, board, day, found),
    )


def _wait(call: Call, board: Board, found: Because | None) -> str:
    """Say how long a step waits and for what; nothing when it does not wait."""
    if found is None:
        return ""
    figures = dict(found.figures)
    binding = str(figures["binding"])
    return call.say(
        found.code,
        minutes=call.translator.number(int(figures["minutes"])),
        machine=_thing(board, str(figures["machine"])),
        binding=word_of(call.translator, binding),
    )


def _answer_batch(call: Call, board: Board, day: date, found: Batch) -> dict[str, str] | None:
    machine, start = request.args.get("machine", ""), request.args.get("start", "")
    if not machine and not start:
        return None
    try:
        start_min = _minute(start, found.ops[0].start_min) if start else None
        step = 0 if start else int(request.args.get("step", "0"))
    except ValueError:
        return {"kind": "warn", "text": call.say("day.reasons.no_time", text=start), "sub": ""}
    if step < 0:
        raise NotFound
    answer = dayreasons.other_machine(
        call.session,
        call.actor,
        day,
        found.id,
        step=step,
        machine=machine or None,
        start_min=start_min,
    )
    return _told(call, board, answer, "")


def _minute(text: str, near: int) -> int:
    """Read 14:05 as minutes after midnight, of this day or the evening before: what lies nearer."""
    hours, minutes = text.split(":")
    if not (0 <= int(hours) < 24 and 0 <= int(minutes) < 60):
        raise ValueError(text)
    at = 60 * int(hours) + int(minutes)
    return min(at, at - 24 * 60, key=lambda minute: abs(minute - near))


@blueprint.get("/day/<day:day>/who-gets")
@entry(Permission.VIEW_ROUTES)
def who(call: Call, day: date) -> ResponseReturnValue:
    """Show who gets something of a lot or batch, or what rides in a van."""
    lot, letter = request.args.get("lot", ""), request.args.get("van", "")
    if not lot and not letter:
        raise NotFound
    found = dayreasons.gets(call.session, call.actor, day, call.now, lot=lot, letter=letter)
    title = call.say("day.who.van", van=letter) if letter else call.say("day.who.lot", lot=lot)
    return _who_page(call, day, title, found, doors=True)


@blueprint.get("/kitchen/<day:day>/who-gets")
@entry(Permission.VIEW_KITCHEN)
def kitchen_who(call: Call, day: date) -> ResponseReturnValue:
    """Show which orders hold something of a lot or batch; no door, no name."""
    lot = request.args.get("lot", "")
    if not lot:
        raise NotFound
    found = dayreasons.kitchen_gets(call.session, call.actor, day, lot)
    return _who_page(call, day, call.say("day.who.lot", lot=lot), found, doors=False)


def _who_page(call: Call, day: date, title: str, found: tuple[Reached, ...], *, doors: bool) -> str:
    board = dayboard.board(call.session, call.actor, day)
    return render_template(
        "dispatch/who.html",
        day=day,
        title=title,
        rows=[_reached(call, board, each, doors=doors) for each in found],
        doors=doors,
        total=kilos(call.translator, sum(each.amount_g for each in found)),
        orders=len({each.order for each in found}),
    )


def _reached(call: Call, board: Board, each: Reached, *, doors: bool) -> dict[str, Any]:
    place = board.places.get(each.site)
    return {
        "order": each.order,
        "url": url_for("reasons.order", day=board.day, code=each.order) if doors else None,
        "place": f"{place.name}, {place.place}" if place and doors else "",
        "dish": _dish(call, board, each.line.sku),
        "lot": each.lot,
        "amount": kilos(call.translator, each.amount_g),
        "van": each.letter,
    }
