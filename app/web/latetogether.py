"""Many late orders taken into a published day at once: read van by van what changes, sign."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import dayboard, lateorders, lateplaces, planning, replanning
from app.operations.dayboard import Board
from app.operations.lateplaces import Together
from app.pipeline import Call, entry, house
from app.roads import provider
from app.schemas.planning import TogetherForm, TogetherQuery
from app.web.daywords import FEW, preferred_of
from app.web.lateorders import again, only_unsigned, problems_at, why_left
from app.web.stopmoves import price_of
from logistics import MovedStop, Route, VanChange

blueprint = Blueprint("latetogether", __name__)


@blueprint.post("/day-plans/<int:plan_id>/late/together")
@entry(Permission.PUBLISH_DAY, takes=TogetherQuery, back=again)
def show(call: Call, form: dict[str, Any], plan_id: int) -> ResponseReturnValue:
    """Show the day with the ticked orders beside the published one; nothing is changed yet."""
    return _page(call, plan_id, form["orders"], form["at_min"])


def _page(call: Call, plan_id: int, orders: list[str], at_min: int) -> ResponseReturnValue:
    row = planning.find_day_plan(call.session, call.actor, plan_id, Permission.PUBLISH_DAY)
    at_min = max(at_min, replanning.now_min(row.service_day, call.now))
    seen = lateplaces.offer_together(
        call.session,
        call.actor,
        plan_id,
        late=(orders, at_min),
        roads=provider(house().settings),
    )
    board = dayboard.board(call.session, call.actor, row.service_day)
    waiting = lateorders.late_orders(call.session, call.actor, plan_id)
    placed = len(seen.goods.given)
    return render_template(
        "dispatch/latetogether.html",
        plan_id=plan_id,
        day=row.service_day,
        at=call.translator.time(at_min),
        placed=placed,
        broken=_broken(call, seen),
        vans=[_van(call, board, seen, change) for change in seen.found.vans],
        left=_left(call, board, seen, at_min),
        change=_change(call, seen, len(waiting)),
        checks=_checks(call, seen),
        hidden={"at_min": at_min, "mark": seen.mark},
        orders=sorted(orders),
        signer=call.say("day.sign.as", name=call.actor.name),
        errors=problems_at(call),
    )


def _read_again(call: Call, plan_id: int) -> ResponseReturnValue:
    """Show the same places to who has not given a word yet; else the list with what was wrong."""
    if not only_unsigned(call):
        return again(call, plan_id)
    return _page(call, plan_id, call.values["orders"], int(call.values["at_min"][0]))


def _broken(call: Call, seen: Together) -> str:
    """Give which rule the day would break; empty where it may be signed."""
    found = next(iter(seen.broken()), None)
    if found is None:
        return ""
    failed = planning.check_failed(found)
    return call.say(failed.code, **failed.args_for_text)


def _van(call: Call, board: Board, seen: Together, change: VanChange) -> dict[str, Any]:
    """Give what one van takes on: its stops, what they add, who comes later."""
    cost, paid = price_of(call, change.added_cents, change.added_s)
    letters = {van.id: van.letter for van in seen.found.day.vehicles}
    stops = {stop.site: stop for route in seen.found.day.routes.routes for stop in route.stops}
    rows = []
    for one in change.stops:
        told = next(late for late in seen.asked.late if late.site == one.site)
        stop = stops[one.site]
        by_min, begin_min = stop.preferred_by_min, stop.begin_min
        late = by_min is not None and begin_min > by_min
        rows.append(
            {
                "name": told.name,
                "place": told.place,
                "orders": seen.orders_at(one.site),
                "at": call.translator.time(begin_min),
                "was": _was(call, letters, one),
                "preferred": preferred_of(call.translator, by_min, begin_min) if late else "",
            }
        )
    return {
        "letter": letters[change.van],
        "title": call.say("late.plan.van", van=letters[change.van]),
        "told": f"{cost}, {paid}",
        "rows": rows,
        "open": len(rows) <= FEW,
        "later": [_later(call, board, one) for one in change.later],
    }


def _was(call: Call, letters: dict[str, str], one: MovedStop) -> str:
    """Give where a door stood before its late goods came."""
    if one.was is None:
        return ""
    van, begin_s = one.was
    return call.say("late.joins", van=letters[van], at=call.translator.time(begin_s // 60))


def _later(call: Call, board: Board, one: MovedStop) -> dict[str, str]:
    place, speak = board.places.get(one.site), call.translator
    return {
        "name": place.name if place else one.site,
        "was": speak.time(one.was[1] // 60) if one.was else "",
        "at": speak.time(one.begin_s // 60),
    }


def _left(call: Call, board: Board, seen: Together, at_min: int) -> list[dict[str, str]]:
    """Give the orders that go on waiting, each with why and what would help."""
    late = {one.code: one for one in seen.asked.late}
    rows = []
    for one in sorted(seen.left, key=lambda each: each.order):
        why, fit = why_left(call, board, one, at_min)
        told = {"code": one.order, "name": late[one.order].name, "place": late[one.order].place}
        rows.append(told | {"why": why, "fit": fit})
    return rows


def _change(call: Call, seen: Together, waiting: int) -> list[dict[str, str]]:
    """Give what signing changes, in numbers; `waiting` late orders wait, ticked or not."""
    speak, before, after = call.translator, seen.asked.day.routes, seen.found.day.routes
    later = sum(len(change.later) for change in seen.found.vans)
    placed = len(seen.goods.given)
    figures = (
        ("late.change.placed", "0", speak.number(placed)),
        ("late.change.left", speak.number(waiting), speak.number(waiting - placed)),
        ("late.change.later", "0", speak.number(later)),
        ("late.change.hours", _hours(call, before.routes), _hours(call, after.routes)),
    )
    return [{"name": call.say(code), "was": was, "becomes": now} for code, was, now in figures]


def _hours(call: Call, routes: tuple[Route, ...]) -> str:
    """Give how long all vans are out together."""
    minutes = round(sum(one.trips[-1].end_s - one.trips[0].start_s for one in routes) / 60)
    return call.say("late.hours", hours=minutes // 60, minutes=f"{minutes % 60:02d}")


def _checks(call: Call, seen: Together) -> list[dict[str, Any]]:
    speak, left = call.translator, len(seen.left)
    before, after = seen.asked.day.routes.cost_cents, seen.found.day.routes.cost_cents
    cost = call.say("replan.check.cost", cost=speak.cents(after), was=speak.cents(before))
    return [
        {"ok": True, "text": cost},
        {"ok": True, "text": call.say("late.check.keep")},
        {"ok": True, "text": call.say("replan.check.under_way")},
        {"ok": True, "text": call.say("late.check.rules")},
        {
            "ok": not left,
            "text": call.say("late.check.left" if left else "late.check.none_left", count=left),
        },
    ]


@blueprint.post("/day-plans/<int:plan_id>/late/together/sign")
@entry(Permission.PUBLISH_DAY, takes=TogetherForm, back=_read_again)
def sign(call: Call, form: dict[str, Any], plan_id: int) -> ResponseReturnValue:
    """Make the day with the late orders the plan of the day."""
    plan = lateplaces.take_together(
        call.session,
        call.actor,
        plan_id,
        late=(form["orders"], form["at_min"]),
        roads=provider(house().settings),
        mark=form["mark"],
        now=call.now,
    )
    call.tell("late.plan.kept", version=plan.version)
    return redirect(url_for("dispatch.day_board", day=plan.service_day), code=303)
