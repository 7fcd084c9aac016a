"""The kitchen's day: batches by machine in the order of time. It sees no name and no address."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import (
    dayboard,
    daypapers,
    kitchenruns,
    planning,
    publishing,
    texturetests,
)
from app.operations.dayboard import Board
from app.pipeline import Call, entry
from app.web import kitchenparts
from app.web.adminparts import form_parts
from app.web.days import know_days
from app.web.daywords import kilos, name_of, step_of
from app.web.waiting import lot_rows, unsafe_orders
from logistics import KitchenTask, LabelGap, LotState, MachineDay, release_refusal
from menus import LotTexture, Seasoning

blueprint = Blueprint("kitchen", __name__)
blueprint.record(know_days)


@blueprint.get("/kitchen")
@entry(Permission.VIEW_KITCHEN)
def next_kitchen_day(call: Call) -> ResponseReturnValue:
    """Lead to the kitchen's next service day."""
    return redirect(url_for("kitchen.kitchen_day", day=planning.next_service_day(call.now)))


@blueprint.get("/kitchen/<day:day>")
@entry(Permission.VIEW_KITCHEN)
def kitchen_day(call: Call, day: date) -> ResponseReturnValue:
    """Show what each machine does, when, and which lot waits for release."""
    board = dayboard.board(call.session, call.actor, day)
    row = planning.day_plan(call.session, call.actor, day)
    machines: list[dict[str, Any]] = []
    gaps: list[str] = []
    if row is not None:
        paper = daypapers.paper_day(call.session, row)
        machines = _machines(call, board, paper.kitchen_sheet().machines)
        gaps = [_unlabelled(call, board, gap) for gap in paper.labels()[1]]
    return render_template(
        "dispatch/kitchen.html",
        board=board,
        plan=board.plan,
        day=day,
        eve=day - timedelta(days=1),
        before=planning.day_before(day),
        after=planning.day_after(day),
        lists=machines,
        **kitchenparts.next_steps(machines, kitchenruns.minute_of(day, call.now)),
        gaps=list(dict.fromkeys(gaps)),
        stopped=", ".join(one.order for one in unsafe_orders(board)),
        stopped_lots=lot_rows(call, board),
        summary=_summary(call, board),
        **_run_parts(call, board, row),
    )


def _run_parts(call: Call, board: Board, row: Any) -> dict[str, Any]:
    """Give the timeline of a planned day, and the forms of who runs the kitchen."""
    batches = board.plan.batches if board.plan else ()
    parts: dict[str, Any] = {"may_run": call.actor.may(Permission.RUN_KITCHEN)}
    if row is not None and board.plan is not None:
        extra = kitchenruns.timeline(call.session, call.actor, row, board.plan.stored.plan)
        late = frozenset(one.id for one in board.plan.late)
        parts["gantt"] = kitchenparts.lanes(call, board, batches, extra, late)
        parts["ahead"] = kitchenparts.ahead_rows(call, board)
        parts["lost_pins"] = kitchenparts.lost_pins(call, board)
        parts["remarks"] = kitchenparts.unknowns(call, board)
    return parts | kitchenparts.run_forms(call, board, batches) | form_parts(call)


def _unlabelled(call: Call, board: Board, gap: LabelGap) -> str:
    """Say which lot may not be packed for want of a label, and why."""
    dish = getattr(board.catalogue.variants[gap.sku].names, call.translator.language)
    return call.say("day.kitchen.no_label", dish=dish, lot=gap.lot, why=call.say(gap.code))


def _summary(call: Call, board: Board) -> str:
    batches = board.plan.batches if board.plan else ()
    grams = sum(batch.amount_g for batch in batches)
    return call.say("day.kitchen.summary", count=len(batches), amount=kilos(call.translator, grams))


def _machines(call: Call, board: Board, days: tuple[MachineDay, ...]) -> list[dict[str, Any]]:
    """Give each machine with its steps; a batch can be released at its last step."""
    lots = frozenset(task.lot for one in days for task in one.tasks)
    states = dayboard.lot_states(call.session, call.actor, lots)
    textures = texturetests.lot_textures(call.session, call.actor, lots)
    last = _last_steps(days)
    late = {batch.id for batch in board.plan.late} if board.plan else set()
    return [
        {
            "name": one.machine,
            "ends_min": max((task.end_min for task in one.tasks), default=0),
            "tasks": [
                _task(call, board, task, states.get(task.lot), textures.get(task.lot))
                | {
                    "last": last[task.batch] == (task.end_min, task.start_min),
                    "late": task.batch in late,
                }
                for task in one.tasks
            ],
        }
        for one in days
    ]


def _last_steps(days: tuple[MachineDay, ...]) -> dict[str, tuple[int, int]]:
    last: dict[str, tuple[int, int]] = {}
    for one in days:
        for task in one.tasks:
            ends = (task.end_min, task.start_min)
            last[task.batch] = max(last.get(task.batch, ends), ends)
    return last


def _task(
    call: Call,
    board: Board,
    task: KitchenTask,
    state: LotState | None,
    texture: LotTexture | None,
) -> dict[str, Any]:
    speak = call.translator
    fit = state is None or texture is None or release_refusal(state, texture) is None
    releasable = state is LotState.HOLD and fit and call.actor.may(Permission.MOVE_STOCK)
    return {
        "batch": task.batch,
        "lot": task.lot,
        "step": step_of(speak, task.kind, task.programme),
        "start_min": task.start_min,
        "end_min": task.end_min,
        "due_min": task.due_min,
        "name": name_of(speak, task.dish.names),
        "kind": task.dish.kind.value,
        "level": str(task.dish.level),
        "seasoning": ""
        if task.dish.seasoning is Seasoning.STANDARD
        else call.say(f"seasoning.{task.dish.seasoning}"),
        "amount": kilos(speak, task.amount_g),
        "allergens": task.allergens,
        "ingredients": [
            {
                "name": name_of(speak, one.names),
                "amount": kilos(speak, one.amount_g),
                "lots": ", ".join(one.lots),
            }
            for one in task.ingredients
        ],
        "state": None if state is None else state.value,
        "texture": call.say(f"texture.lot.{texture}") if state is LotState.HOLD and not fit else "",
        "test_url": url_for("texture.lot", code=task.lot),
        "release_url": url_for("kitchen.release", code=task.lot, day=board.day)
        if releasable
        else None,
    }


@blueprint.post("/lots/<code>/release")
@entry(Permission.MOVE_STOCK)
def release(call: Call, code: str) -> ResponseReturnValue:
    """Let a lot leave the store: a person says that it was made as planned."""
    publishing.release_lot(call.session, call.actor, code, call.now)
    call.tell("stock.released", lot=code)
    return redirect(_back(), code=303)


@blueprint.post("/lots/<code>/hold")
@entry(Permission.MOVE_STOCK)
def hold(call: Call, code: str) -> ResponseReturnValue:
    """Keep a lot in the store until a person releases it again."""
    publishing.hold_lot(call.session, call.actor, code, call.now)
    call.tell("stock.held", "info", lot=code)
    return redirect(_back(), code=303)


def _back() -> str:
    """Give the page to go on with: the kitchen's day when it asked, else the store."""
    lot, day = request.args.get("lot", ""), request.args.get("day", "")
    if lot:
        return url_for("texture.lot", code=lot)
    try:
        return url_for("kitchen.kitchen_day", day=date.fromisoformat(day))
    except ValueError:
        return url_for("stock.lots")
