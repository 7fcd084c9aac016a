"""Something of a published day may no longer go out: read what changes line by line, approve."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import amending, dayboard, planning, replanning
from app.operations.amending import Amendment
from app.operations.dayboard import Board
from app.operations.gates import OF_LOT
from app.pipeline import Call, entry
from app.schemas.planning import AmendForm
from app.web import dayparts
from app.web.daywords import FEW, dish_of, kilos
from logistics import AmendedLine, Unserved

blueprint = Blueprint("amending", __name__)


@blueprint.get("/day-plans/<int:plan_id>/unsafe")
@entry(Permission.VIEW_ROUTES)
def show(call: Call, plan_id: int) -> ResponseReturnValue:
    """Show each line that may not go out, what it gets instead, and what that changes.

    It reads what people at home eat, so that a look leaves its trace.
    """
    others = request.values.get("others", "") == "1"
    row = planning.find_day_plan(call.session, call.actor, plan_id, Permission.PUBLISH_DAY)
    told_min = replanning.now_min(row.service_day, call.now)
    seen = amending.look(
        call.session, call.actor, plan_id, told_min=told_min, others=others, now=call.now
    )
    board = dayboard.board(call.session, call.actor, row.service_day)
    return render_template(
        "dispatch/amended.html",
        plan_id=plan_id,
        day=row.service_day,
        count=len(seen.found.lines),
        groups=_groups(call, board, seen.found.lines),
        change=_change(call, seen),
        checks=_checks(call, board, seen),
        hidden={"told_min": seen.told_min, "others": int(others), "mark": seen.mark},
        others=others,
        recalled=any(one.why.reason == "objection.recalled" for one in seen.found.lines),
        signer=call.say("day.sign.as", name=call.actor.name),
        errors=tuple((f"f-{one.field}", one.text) for one in call.problems),
    )


def _groups(call: Call, board: Board, lines: tuple[AmendedLine, ...]) -> list[dict[str, Any]]:
    """Give the lines by the bad lots that they were given, the widest first; then all others."""
    parts: dict[tuple[str, ...], list[AmendedLine]] = {}
    for one in lines:
        of_lot = one.why.reason in OF_LOT
        key = (one.why.reason, one.why.binding, one.sku, *one.was) if of_lot else ()
        parts.setdefault(key, []).append(one)
    ordered = sorted(parts.items(), key=lambda each: (not each[0], -len(each[1]), each[0]))
    return [_group(call, board, found, of_lot=bool(key)) for key, found in ordered]


def _group(call: Call, board: Board, lines: list[AmendedLine], *, of_lot: bool) -> dict[str, Any]:
    rows = [_row(call, board, one) for one in lines]
    first, others = rows[0], sum(bool(one.lots) for one in lines)
    told = call.say("amend.group", count=len(rows), others=others)
    return {
        "title": call.say("day.waiting.lot", dish=first["dish"], lot=first["was"])
        if of_lot
        else call.say("amend.rest"),
        "told": f"{first['why']} {told}" if of_lot else told,
        "lot": of_lot,
        "rows": rows,
        "open": len(rows) <= FEW,
    }


def _row(call: Call, board: Board, one: AmendedLine) -> dict[str, Any]:
    """Give one line: whose order, which dish, why, from which lot to which."""
    variant = board.catalogue.variants.get(one.sku)
    missed = Unserved(order=one.order, reason=one.why.reason, binding=one.why.binding)
    reasons = dayparts.reasons_of(call, board)
    lots = ", ".join(one.lots)
    amount = kilos(call.translator, one.given_g)
    return {
        "order": one.order,
        "href": url_for("reasons.order", day=board.day, code=one.order),
        "dish": one.sku if variant is None else dish_of(call.translator, variant),
        "why": reasons.sentence(missed),
        "was": ", ".join(one.was),
        "becomes": call.say("amend.other_lot", amount=amount, lots=lots) if one.lots else None,
        "aboard": call.say("amend.aboard", van=_letter(board, one.van)) if one.aboard else "",
    }


def _letter(board: Board, vehicle: str) -> str:
    routes = board.plan.routes if board.plan else ()
    return next((route.letter for route in routes if route.vehicle == vehicle), vehicle)


def _change(call: Call, seen: Amendment) -> list[dict[str, str]]:
    speak, lines = call.translator, seen.found.lines
    served = sum(bool(one.lots) for one in lines)
    figures = (
        ("amend.change.other", served),
        ("amend.change.nothing", len(lines) - served),
        ("amend.change.left", len(seen.found.left)),
        ("replan.change.time", seen.found.later),
    )
    return [
        {"name": call.say(code), "was": "0", "becomes": speak.number(count)}
        for code, count in figures
    ]


def _checks(call: Call, board: Board, seen: Amendment) -> list[dict[str, Any]]:
    """Give what is in order, and which drivers must be called."""
    speak = call.translator
    cost = speak.cents(seen.found.plan.routes.cost_cents)
    called = sorted({_letter(board, one.van) for one in seen.found.lines if one.aboard})
    calls = "amend.check.call" if called else "amend.check.no_call"
    return [
        {"ok": True, "text": call.say("amend.check.rules")},
        {
            "ok": True,
            "text": call.say("replan.check.cost", cost=cost, was=speak.cents(seen.row.cost_cents)),
        },
        {"ok": not called, "text": call.say(calls, vans=", ".join(called))},
    ]


@blueprint.post("/day-plans/<int:plan_id>/unsafe")
@entry(Permission.VIEW_ROUTES, takes=AmendForm, back=show)
def approve(call: Call, form: dict[str, Any], plan_id: int) -> ResponseReturnValue:
    """Make the amended day the plan of the day."""
    told = (form["told_min"], form["others"], form["mark"])
    plan = amending.approve(call.session, call.actor, plan_id, told=told, now=call.now)
    call.tell("amend.approved", version=plan.version)
    return redirect(url_for("dispatch.day_board", day=plan.service_day), code=303)
