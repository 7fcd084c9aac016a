"""A van is lost on the day: choose it, read which stops move and why, approve."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.i18n import LOCAL_ZONE
from app.operations import dayboard, planning, replanning
from app.operations.dayboard import Board
from app.operations.replanning import LostVan
from app.pipeline import Call, entry
from app.schemas.planning import LostVanForm, LostVanQuery
from app.web.daywords import FEW, preferred_of
from logistics import FETCHED_MIN, LOADING_MIN, UNSERVED_HELD, Moved, Route

blueprint = Blueprint("replanning", __name__)


@blueprint.get("/day-plans/<int:plan_id>/lost-van")
@entry(Permission.PUBLISH_DAY)
def ask_lost_van(call: Call, plan_id: int) -> ResponseReturnValue:
    """Ask which van is lost, and since when."""
    row, day = replanning.published_day(call.session, call.actor, plan_id)
    board = dayboard.board(call.session, call.actor, row.service_day)
    speak = call.translator
    vans = tuple(
        (
            route.vehicle,
            call.say(
                "replan.van",
                van=route.letter,
                name=board.vans.get(route.vehicle, route.vehicle),
                start=speak.time(route.start_min),
                end=speak.time(route.end_min),
            ),
        )
        for route in day.routes.routes
        if route.vehicle not in day.gone
    )
    at = _given(call, "at_min") or clock(now_min(call, row.service_day, day.routes.routes))
    return render_template(
        "dispatch/lostvan.html",
        plan_id=plan_id,
        day=row.service_day,
        vans=vans,
        van=_given(call, "van"),
        at=at,
        errors=tuple((f"f-{one.field}", one.text) for one in call.problems),
        wrong={one.field: one.text for one in call.problems},
    )


def _given(call: Call, name: str) -> str:
    return "".join(call.values.get(name, ())[:1])


def clock(minute: int) -> str:
    """Give a minute of the day as a time field holds it."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def now_min(call: Call, day: date, routes: tuple[Route, ...]) -> int:
    """Now on the day itself; before it, when the first van leaves."""
    local: datetime = call.now.astimezone(LOCAL_ZONE)
    if local.date() == day:
        return local.hour * 60 + local.minute
    return max(0, min(route.start_min for route in routes) - 1)


@blueprint.post("/day-plans/<int:plan_id>/lost-van")
@entry(Permission.PUBLISH_DAY, takes=LostVanQuery, back=ask_lost_van)
def show_lost_van(call: Call, form: dict[str, Any], plan_id: int) -> ResponseReturnValue:
    """Show the day without the van beside the published one; nothing is changed yet."""
    row = planning.find_day_plan(call.session, call.actor, plan_id, Permission.PUBLISH_DAY)
    told_min = replanning.now_min(row.service_day, call.now)
    found = replanning.lose_van(call.session, call.actor, plan_id, told_min=told_min, **form)
    board = dayboard.board(call.session, call.actor, row.service_day)
    letters, held = _letters(board, found), found.replan.for_held()
    return render_template(
        "dispatch/replanned.html",
        plan_id=plan_id,
        day=row.service_day,
        lost=letters[found.van],
        count=len(found.replan.moved),
        groups=_groups(
            call,
            [
                _row(call, board, letters, one, held.get(one.site, ""))
                | {"preferred": _later_than_preferred(call, found, one)}
                for one in found.replan.moved
            ],
        ),
        change=_change(call, found),
        checks=_checks(call, found, row.cost_cents),
        hidden={
            "van": found.van,
            "at_min": found.at_min,
            "told_min": found.told_min,
            "mark": found.mark,
        },
        at=call.translator.time(found.at_min),
        signer=call.say("day.sign.as", name=call.actor.name),
    )


def _groups(call: Call, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give who gets nothing, who gets another van, van by van, and who only another time."""
    parts: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for row in rows:
        same = row["van"] == row["was"]
        key = (0, "left") if row["left"] else (2, "time") if same else (1, row["van"])
        parts.setdefault(key, []).append(row)
    return [
        {
            "title": call.say("replan.to_van", van=name)
            if rank == 1
            else call.say(f"replan.change.{name}"),
            "rows": found,
            "open": len(found) <= FEW,
        }
        for (rank, name), found in sorted(parts.items(), key=lambda each: each[0])
    ]


def _letters(board: Board, found: LostVan) -> dict[str, str]:
    old = board.plan.routes if board.plan else ()
    return {route.vehicle: route.letter for route in (*found.plan.routes.routes, *old)}


def _row(
    call: Call, board: Board, letters: dict[str, str], one: Moved, holder: str
) -> dict[str, Any]:
    """Give one stop that moved: where, from which van and time to which, and why.

    `holder` is the van whose held tour alone has a place for it; empty otherwise.
    """
    code = UNSERVED_HELD if holder else one.code
    speak, place = call.translator, board.places.get(one.site)
    was = letters[one.was_van]
    return {
        "name": place.name if place else one.site,
        "place": f"{place.street}, {place.place}" if place else "",
        "was": was,
        "was_at": speak.time(one.was_s // 60),
        "van": letters[one.van] if one.van else None,
        "at": speak.time(one.begin_s // 60) if one.begin_s is not None else None,
        "why": call.say(
            code,
            was=was,
            van=letters[one.van] if one.van else "",
            binding=board.vans.get(holder, holder),
            count=one.figure,
            cost=speak.cents(one.figure),
        ),
        "left": one.van is None,
    }


def _later_than_preferred(call: Call, found: LostVan, one: Moved) -> str:
    """Give by when an address prefers its delivery, if it now comes later."""
    stops = (stop for route in found.plan.routes.routes for stop in route.stops)
    stop = next((stop for stop in stops if stop.site == one.site), None)
    if stop is None or not stop.late_s:
        return ""
    return preferred_of(call.translator, stop.preferred_by_min, stop.begin_min)


def _change(call: Call, found: LostVan) -> list[dict[str, str]]:
    """Give what approving changes, in numbers."""
    speak, moved = call.translator, found.replan.moved
    changed = sum(one.van is not None and one.van != one.was_van for one in moved)
    later = sum(one.van == one.was_van for one in moved)
    left = sum(one.van is None for one in moved)
    return [
        {
            "name": call.say("replan.change.moved"),
            "was": "0",
            "becomes": speak.number(changed),
        },
        {"name": call.say("replan.change.time"), "was": "0", "becomes": speak.number(later)},
        {"name": call.say("replan.change.left"), "was": "0", "becomes": speak.number(left)},
    ]


def _checks(call: Call, found: LostVan, was_cents: int) -> list[dict[str, Any]]:
    left = sum(one.van is None for one in found.replan.moved)
    costs = (call.translator.cents(c) for c in (found.plan.routes.cost_cents, was_cents))
    cost, was = costs
    return [
        {"ok": True, "text": call.say("replan.check.cost", cost=cost, was=was)},
        {"ok": True, "text": call.say("replan.check.under_way")},
        {"ok": True, "text": call.say("replan.check.rules", fetched=FETCHED_MIN, load=LOADING_MIN)},
        {
            "ok": not left,
            "text": call.say("replan.check.left" if left else "replan.check.none_left", count=left),
        },
    ]


@blueprint.post("/day-plans/<int:plan_id>/lost-van/approve")
@entry(Permission.PUBLISH_DAY, takes=LostVanForm, back=ask_lost_van)
def approve_lost_van(call: Call, form: dict[str, Any], plan_id: int) -> ResponseReturnValue:
    """Make the day without the van the plan of the day."""
    plan = replanning.approve_lost_van(
        call.session,
        call.actor,
        plan_id,
        lost=(form["van"], form["at_min"], form["told_min"]),
        mark=form["mark"],
        now=call.now,
    )
    call.tell("replan.approved", version=plan.version)
    return redirect(url_for("dispatch.day_board", day=plan.service_day), code=303)
