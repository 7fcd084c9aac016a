"""The vans of a day: map, list of stops, what was handed over."""

from datetime import date
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import NotFound, Permission
from app.operations import dayboard, daypapers, horizons, pickups, planning, publishing, tourpins
from app.operations.care import local_day
from app.operations.dayboard import Board
from app.operations.daypapers import PaperDay
from app.pipeline import Call, entry
from app.web import dayparts
from app.web.days import know_days
from app.web.daywords import NOTHING, preferred_of
from app.web.geojson import features
from logistics import Boxes, OrderState, Route, RouteSheet, RouteStop

blueprint = Blueprint("routes", __name__)
blueprint.record(know_days)
_OPEN = frozenset({OrderState.PLANNED, OrderState.DISPATCHED})


@blueprint.get("/routes")
@entry(Permission.VIEW_ROUTES)
def next_routes(call: Call) -> ResponseReturnValue:
    """Lead to the routes of the next service day."""
    return redirect(url_for("routes.all_vans", day=planning.next_service_day(call.now)))


@blueprint.get("/routes/<day:day>")
@entry(Permission.VIEW_ROUTES)
def all_vans(call: Call, day: date) -> ResponseReturnValue:
    """Show every van of a day, the first one with its stops."""
    return _page(call, day, None)


@blueprint.get("/routes/<day:day>/<letter>")
@entry(Permission.VIEW_ROUTES)
def van(call: Call, day: date, letter: str) -> ResponseReturnValue:
    """Show one van with its stops, among the others."""
    return _page(call, day, letter)


@blueprint.get("/routes/<day:day>.geojson")
@entry(Permission.VIEW_ROUTES)
def geojson(call: Call, day: date) -> ResponseReturnValue:
    """Give depot, stops and lines for the map; names and places, nothing about health."""
    board = dayboard.board(call.session, call.actor, day)
    answer = jsonify(features(call.translator, board, _paper(call, day)))
    answer.mimetype = "application/geo+json"
    return answer


@blueprint.post("/routes/<day:day>/<letter>/orders/<code>/delivered")
@entry(Permission.PUBLISH_DAY)
def delivered(call: Call, day: date, letter: str, code: str) -> ResponseReturnValue:
    """Note that an order was handed over."""
    publishing.record_delivery(call.session, call.actor, code, call.now)
    call.tell("day.delivered", order=code)
    return redirect(url_for("routes.van", day=day, letter=letter), code=303)


def _paper(call: Call, day: date) -> PaperDay | None:
    plan = planning.day_plan(call.session, call.actor, day)
    return None if plan is None else daypapers.paper_day(call.session, plan)


def _page(call: Call, day: date, letter: str | None) -> str:
    board = dayboard.board(call.session, call.actor, day)
    paper = _paper(call, day)
    sheets = paper.route_sheets() if paper else ()
    chosen = next((one for one in sheets if letter in (None, one.letter)), None)
    if letter is not None and chosen is None:
        raise NotFound
    if chosen is not None:
        daypapers.note_routes_read(call.session, call.actor, call.now, (chosen,))
    return render_template(
        "dispatch/routes.html",
        board=board,
        plan=board.plan,
        day=day,
        before=planning.day_before(day),
        after=planning.day_after(day),
        vans=[_van_row(call, board, sheet, chosen) for sheet in sheets],
        sheet=chosen,
        name=_name(board, chosen),
        hold=_hold(call, board, chosen),
        stops=_stops(call, day, chosen) if chosen else [],
        may_move=call.actor.may(Permission.PUBLISH_DAY),
        unfetched=_unfetched(paper),
        left=dayparts.left_rows(call, board, board.plan)["whole"] if board.plan else [],
        summary=_summary(call, board, sheets),
        roads=_roads(call, paper),
    )


def _unfetched(paper: PaperDay | None) -> list[str]:
    """Give the doors at which something was to be fetched and no van comes."""
    if paper is None:
        return []
    left = [one.site for one in paper.plan.routes.unserved if not one.orders]
    return [paper.names.stops[site].name for site in left if site in paper.names.stops]


def _hold(call: Call, board: Board, sheet: RouteSheet | None) -> dict[str, Any] | None:
    """Give whether the tour is kept, and where to change that; None where nobody may.

    Of a published day a kept tour can be let loose, so that it may change when a van is lost.
    """
    if sheet is None or board.plan is None or not call.actor.may(Permission.PLAN_DAY):
        return None
    held = horizons.held_tours(call.session, board.depot_id, board.day)
    kept = any(route.vehicle in held for route in _own(board, sheet))
    if board.plan.published and not kept:
        return None
    act = "let_loose" if kept else "hold"
    href = url_for(f"routes.{act}", day=board.day, letter=sheet.letter)
    return {"kept": kept, "href": href, "text": call.say(f"day.tour.{act}")}


def _own(board: Board, sheet: RouteSheet) -> list[Route]:
    routes = board.plan.routes if board.plan else ()
    return [route for route in routes if route.letter == sheet.letter]


@blueprint.post("/routes/<day:day>/<letter>/hold")
@entry(Permission.PLAN_DAY)
def hold(call: Call, day: date, letter: str) -> ResponseReturnValue:
    """Keep a tour as it is, whatever is planned anew."""
    tourpins.hold(call.session, call.actor, day, letter, call.now)
    call.tell("day.tour.held", van=letter)
    return redirect(url_for("routes.van", day=day, letter=letter), code=303)


@blueprint.post("/routes/<day:day>/<letter>/let-loose")
@entry(Permission.PLAN_DAY)
def let_loose(call: Call, day: date, letter: str) -> ResponseReturnValue:
    """Keep a tour no longer."""
    tourpins.let_loose(call.session, call.actor, day, letter, call.now)
    call.tell("day.tour.loosed", "info", van=letter)
    return redirect(url_for("routes.van", day=day, letter=letter), code=303)


def _roads(call: Call, paper: PaperDay | None) -> str:
    """Say where the travel times come from: an estimate is never shown as a road."""
    provenance = paper.plan.routes.provenance if paper else ""
    return call.say("day.roads.osrm" if provenance == "osrm" else "day.roads.estimated")


def _summary(call: Call, board: Board, sheets: tuple[RouteSheet, ...]) -> str:
    return call.say(
        "day.routes.summary",
        vans=len(sheets),
        sites=sum(len(sheet.stops) for sheet in sheets),
        left=len(board.plan.whole_left) if board.plan else 0,
    )


def _name(board: Board, sheet: RouteSheet | None) -> str:
    if sheet is None or board.plan is None:
        return ""
    route = next(one for one in board.plan.routes if one.letter == sheet.letter)
    return dayparts.towns(board, route)


def _van_row(
    call: Call, board: Board, sheet: RouteSheet, chosen: RouteSheet | None
) -> dict[str, Any]:
    speak = call.translator
    return {
        "letter": sheet.letter,
        "name": _name(board, sheet),
        "van": sheet.name,
        "href": url_for("routes.van", day=board.day, letter=sheet.letter),
        "stops": len(sheet.stops),
        "trips": call.say("day.routes.trips", count=len(sheet.starts_min))
        if len(sheet.starts_min) > 1
        else "",
        "hours": f"{speak.time(min(sheet.starts_min))} {NOTHING} {speak.time(sheet.back_min)}",
        "km": speak.number(sheet.distance_m / 1000),
        "boxes": box_counts(sheet.boxes),
        "current": sheet is chosen,
    }


def box_counts(boxes: Boxes) -> dict[str, int]:
    """Give boxes per zone as the page draws them."""
    return {"frozen": boxes.frozen, "chilled": boxes.chilled, "ambient": boxes.ambient}


def _stops(call: Call, day: date, sheet: RouteSheet) -> list[dict[str, Any]]:
    """Give the stops in their order, with pauses between them."""
    states = dayboard.order_states(call.session, call.actor, day)
    may_note = call.actor.may(Permission.PUBLISH_DAY)
    asked = frozenset(int(each.id) for stop in sheet.stops for each in stop.pickups)
    still = pickups.open_of(call.session, asked) if may_note and _begun(call, day) else frozenset()
    rows: list[dict[str, Any]] = []
    trip = 1
    for stop in sheet.stops:
        if stop.trip != trip:
            rows.append(_reload_row(call, sheet, trip))
            rows += _pause_rows(call, sheet, stop.number - 1, at_depot=True)
            trip = stop.trip
        orders = [
            {
                "code": code,
                "state": call.say(f"order.state.{states[code]}"),
                "done": states[code] is OrderState.DELIVERED,
                "href": url_for("routes.delivered", day=day, letter=sheet.letter, code=code)
                if may_note and states[code] in _OPEN and _begun(call, day)
                else None,
            }
            for code in stop.orders
            if code in states
        ]
        face = call.say(stop.face, van=stop.usual_van) if stop.face else ""
        fetch = _fetch_rows(call, day, stop, still)
        rows.append(_stop_row(call, stop) | {"orders": orders, "face": face, "fetch": fetch})
        rows += _pause_rows(call, sheet, stop.number, at_depot=False)
    return rows


def _pause_rows(
    call: Call, sheet: RouteSheet, after_stop: int, *, at_depot: bool
) -> list[dict[str, Any]]:
    """Tell the breaks after a stop: on the road, or at the depot once the van is back from it."""
    return [
        {
            "rest": dayparts.break_text(call, pause.minutes, at_depot=at_depot),
            "arrive_min": pause.begin_min,
            "icon": "clock",
        }
        for pause in sheet.pauses
        if pause.after_stop == after_stop and pause.at_depot is at_depot
    ]


def _begun(call: Call, day: date) -> bool:
    return day <= local_day(call.now)


def _fetch_rows(
    call: Call, day: date, stop: RouteStop, still: frozenset[int]
) -> list[dict[str, Any]]:
    """Tell what is fetched at a stop, with where to note that it was."""
    return [
        {
            "text": call.say(each.act, thing=call.say(f"pickup.{each.thing}"), count=each.boxes),
            "href": url_for("pickups.fetched", pickup_id=int(each.id), day=day)
            if int(each.id) in still
            else None,
        }
        for each in stop.pickups
    ]


def _reload_row(call: Call, sheet: RouteSheet, done: int) -> dict[str, Any]:
    """Tell when the van is back after a trip, and when it leaves for the next."""
    speak = call.translator
    back, start = sheet.backs_min[done - 1], sheet.starts_min[done]
    text = call.say("day.reload", back=speak.time(back), start=speak.time(start), trip=done + 1)
    return {"rest": text, "arrive_min": back, "icon": "swap"}


def _stop_row(call: Call, stop: RouteStop) -> dict[str, Any]:
    skills = ", ".join(call.say(f"skill.{one}") for one in stop.skills)
    return {
        "asks": call.say("day.asks", skills=skills) if skills else "",
        "number": stop.number,
        "preferred": preferred_of(call.translator, stop.preferred_by_min, stop.begin_min),
        "arrive_min": stop.begin_min,
        "open_min": stop.open_min,
        "close_min": stop.close_min,
        "name": stop.name,
        "address": f"{stop.street}, {stop.town}",
        "note": stop.access_note,
        "phone": stop.phone,
        "boxes": box_counts(stop.boxes),
        "avoid": stop.avoid,
        "textures": [{"kind": one.kind.value, "level": str(one.level)} for one in stop.textures],
    }
