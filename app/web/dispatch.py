"""The day board: what tomorrow looks like, plan it, publish it, take it back."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import attention, dayboard, orders, planjobs, planning, publishing, upkeep
from app.operations.dayboard import Board, Change, Planned
from app.pipeline import Call, entry
from app.schemas.planning import AttestForm
from app.web import dayparts
from app.web.days import know_days
from app.web.daywords import NOTHING, kilos
from app.web.progress import job_parts
from app.web.waiting import waiting_rows
from app.web.words import started

blueprint = Blueprint("dispatch", __name__)
blueprint.record(know_days)


@blueprint.get("/day")
@entry(Permission.VIEW_DAY)
def next_day(call: Call) -> ResponseReturnValue:
    """Lead to the next service day."""
    return redirect(url_for("dispatch.day_board", day=planning.next_service_day(call.now)))


@blueprint.get("/day/<day:day>")
@entry(Permission.VIEW_DAY)
def day_board(call: Call, day: date) -> ResponseReturnValue:
    """Show whether a service day works, and what does not."""
    board = dayboard.board(call.session, call.actor, day)
    may_publish = call.actor.may(Permission.PUBLISH_DAY)
    return render_template(
        "dispatch/day.html",
        board=board,
        title=started(call.translator.day(day)),
        plan=board.plan,
        before=planning.day_before(day),
        after=planning.day_after(day),
        summary=_summary(call, board),
        may_plan=call.actor.may(Permission.PLAN_DAY),
        may_publish=may_publish,
        may_see_routes=call.actor.may(Permission.VIEW_ROUTES),
        job=job_parts(call, board.job) if board.job else None,
        failed=_failure(call, board),
        waiting=waiting_rows(call, board),
        **_plan_parts(call, board),
    )


def _summary(call: Call, board: Board) -> str:
    speak = call.translator
    closed = board.closes_at <= call.now
    code = "day.summary.closed" if closed else "day.summary.open"
    return call.say(
        code,
        at=speak.moment(board.closes_at),
        orders=board.orders,
        sites=board.sites,
        vans=len(board.vans),
    )


def _failure(call: Call, board: Board) -> str | None:
    if board.failed is None or board.job is not None:
        return None
    result = board.failed.result
    return call.say(str(result["code"]), **{k: v for k, v in result.items() if k != "code"})


def _plan_parts(call: Call, board: Board) -> dict[str, Any]:
    """Give everything that follows from the plan, if there is one."""
    plan = board.plan
    if plan is None:
        return {}
    lots = dayboard.watched(call.session, call.actor, board.day)
    return {
        "state": _state(call, plan),
        "figures": dayparts.figures(call, board, plan),
        "kitchen": dayparts.kitchen_lanes(call, board, plan),
        "vans": dayparts.van_lanes(call, board, plan),
        "left": dayparts.left_rows(call, board, plan),
        "watch": dayparts.watch_rows(call, board, lots),
        "remarks": dayparts.remark_rows(call, board, plan),
    }


def _state(call: Call, plan: Planned) -> dict[str, str]:
    """Give the badge: draft or published, with when."""
    speak = call.translator
    if plan.published and plan.published_at is not None:
        text = call.say(
            "day.state.published_at", version=plan.version, at=speak.moment(plan.published_at)
        )
        return {"kind": "ok", "word": call.say("day.state.published"), "text": text, "icon": ""}
    text = call.say("day.state.planned_at", version=plan.version, at=speak.moment(plan.created_at))
    return {"kind": "warn", "word": call.say("day.state.draft"), "text": text, "icon": "pen"}


@blueprint.post("/day/<day:day>/plan")
@entry(Permission.PLAN_DAY)
def plan_day(call: Call, day: date) -> ResponseReturnValue:
    """Ask the worker to plan the day."""
    planjobs.ask_plan(call.session, call.actor, day, call.now)
    return redirect(url_for("dispatch.day_board", day=day), code=303)


@blueprint.post("/jobs/<int:job_id>/stop")
@entry(Permission.PLAN_DAY)
def stop_job(call: Call, job_id: int) -> ResponseReturnValue:
    """Ask a running job to end with the best it has."""
    upkeep.ask_stop(call.session, call.actor, job_id)
    job = dayboard.find_planning(call.session, call.actor, job_id, call.now)
    call.tell("day.stop_asked", "info")
    return redirect(url_for("dispatch.day_board", day=job.day), code=303)


@blueprint.get("/day-plans/<int:plan_id>/publish")
@entry(Permission.PUBLISH_DAY)
def ask_publish(call: Call, plan_id: int) -> ResponseReturnValue:
    """Show what publishing changes, for a person to put a name under."""
    return _sign_page(call, plan_id, "publish")


@blueprint.post("/day-plans/<int:plan_id>/publish")
@entry(Permission.PUBLISH_DAY, takes=AttestForm, back=ask_publish)
def publish(call: Call, _form: dict[str, Any], plan_id: int) -> ResponseReturnValue:
    """Make a draft the plan of the day."""
    plan = publishing.publish(call.session, call.actor, plan_id, call.now)
    call.tell("day.published", day=call.translator.day(plan.service_day))
    return redirect(url_for("dispatch.day_board", day=plan.service_day), code=303)


@blueprint.get("/day-plans/<int:plan_id>/withdraw")
@entry(Permission.PUBLISH_DAY)
def ask_withdraw(call: Call, plan_id: int) -> ResponseReturnValue:
    """Show what taking a published day back changes."""
    return _sign_page(call, plan_id, "withdraw")


@blueprint.post("/day-plans/<int:plan_id>/withdraw")
@entry(Permission.PUBLISH_DAY, takes=AttestForm, back=ask_withdraw)
def withdraw(call: Call, _form: dict[str, Any], plan_id: int) -> ResponseReturnValue:
    """Take a published plan back: stock and orders are as they were."""
    plan = publishing.withdraw(call.session, call.actor, plan_id, call.now)
    call.tell("day.withdrawn", "info", day=call.translator.day(plan.service_day))
    return redirect(url_for("dispatch.day_board", day=plan.service_day), code=303)


def _sign_page(call: Call, plan_id: int, act: str) -> str:
    row = planning.find_day_plan(call.session, call.actor, plan_id, Permission.PUBLISH_DAY)
    plan = dayboard.read_plan(call.session, row)
    change = dayboard.change_of(plan.stored)
    day = call.translator.day(row.service_day)
    return render_template(
        "dispatch/sign.html",
        act=act,
        day=row.service_day,
        title=call.say(f"day.{act}.title", day=day),
        plan=plan,
        change=_change_rows(call, change, back=act == "withdraw"),
        checks=_checks(call, plan, change) if act == "publish" else [],
        signer=call.say("day.sign.as", name=call.actor.name),
        errors=tuple((f"f-{one.field}", one.text) for one in call.problems),
        usable=plan.published == (act == "withdraw") and not plan.stale,
    )


def _change_rows(call: Call, change: Change, *, back: bool) -> list[dict[str, str | None]]:
    """Give the difference as name, what it was and what it becomes; taken back it is mirrored."""
    speak, say = call.translator, call.say
    rows: list[tuple[str, str, str]] = [
        (
            say("day.change.planned"),
            say("order.state.placed"),
            say("day.change.orders", count=change.planned),
        ),
        (
            say("day.change.unserved"),
            say("order.state.placed"),
            say("day.change.orders", count=change.unserved),
        ),
        (
            say("day.change.lots"),
            say("day.change.in_store"),
            say("day.change.taken", count=change.lots, amount=kilos(speak, change.lots_g)),
        ),
        (
            say("day.change.born"),
            NOTHING,
            say("day.change.on_hold", count=change.born, amount=kilos(speak, change.born_g)),
        ),
        (
            say("day.change.ingredients"),
            say("day.change.in_store"),
            say("day.change.used", amount=kilos(speak, change.ingredients_g)),
        ),
    ]
    return [
        {"name": name, "was": after if back else before, "becomes": before if back else after}
        for name, before, after in rows
    ]


def _checks(call: Call, plan: Planned, change: Change) -> list[dict[str, Any]]:
    """Give what is in order and what is still open before signing."""
    late, fresh = len(plan.late), "stale" if plan.stale else "fresh"
    held = len(attention.held(call.session, plan.depot_id, plan.stored.plan.service_day))
    closes = orders.last_cut_off(plan.stored.plan.service_day)
    return [
        {
            "ok": not held,
            "text": call.say("day.check.held" if held else "day.check.none_held", count=held),
        },
        {
            "ok": closes <= call.now,
            "text": call.say(
                "day.check.closed" if closes <= call.now else "day.check.still_open", at=closes
            ),
        },
        {
            "ok": not plan.stale,
            "text": call.say(f"day.check.{fresh}"),
        },
        {"ok": True, "text": call.say("day.check.rules")},
        {
            "ok": not change.unserved,
            "text": call.say("day.check.unserved", count=change.unserved)
            if change.unserved
            else call.say("day.check.all_served"),
        },
        {
            "ok": not late,
            "text": call.say("day.check.late" if late else "day.check.on_time", count=late),
        },
    ]
