"""What-ifs of a day and the fortnight ahead: copy, change, compare, keep or throw away."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.i18n import LOCAL_ZONE
from app.operations import dayboard, horizons, whatifs
from app.operations.dayboard import Board
from app.operations.horizons import DayAhead
from app.operations.whatifs import Look
from app.pipeline import Call, entry
from app.schemas import Form, WhatIfForm
from app.web import dayparts
from app.web.days import know_days
from app.web.daywords import NOTHING, dish_of, kilos
from app.web.progress import job_parts
from app.web.words import started
from logistics import Comparison, Difference, HorizonZone, Unserved

blueprint = Blueprint("whatif", __name__)
blueprint.record(know_days)
_SHOWN = 12
_TIMES = frozenset({"day.differs.other_time", "day.differs.batch_moved"})
_GRAMS = frozenset({"day.differs.batch_gone", "day.differs.batch_new"})
_ZONES = {HorizonZone.FROZEN: "info", HorizonZone.FIRM: "warn", HorizonZone.FREE: "ok"}


@blueprint.get("/day/<day:day>/what-if")
@entry(Permission.PLAN_DAY)
def all_of_day(call: Call, day: date) -> ResponseReturnValue:
    """Show the what-ifs of a day, and the form for another."""
    board = dayboard.board(call.session, call.actor, day)
    values = call.values or {}
    return render_template(
        "dispatch/whatifs.html",
        day=day,
        title=call.say("whatif.title", day=call.translator.day(day)),
        has_plan=board.plan is not None,
        rows=[
            {
                "name": row.name,
                "url": url_for("whatif.one", what_if_id=row.id),
                "at": call.translator.moment(row.created_at),
                "ready": row.planned_at is not None,
            }
            for row in whatifs.of_day(call.session, call.actor, day)
        ],
        vans=list(board.vans.items()),
        machines=[(code, machine.name) for code, machine in board.machines.items()],
        values=values,
        picked={name: _several(values, name) for name in ("vehicles", "machines")},
        errors=tuple((f"f-{one.field or 'name'}", one.text) for one in call.problems),
        bad={one.field: one.text for one in call.problems},
    )


def _several(values: Any, name: str) -> list[str]:
    return list(values.getlist(name)) if hasattr(values, "getlist") else []


@blueprint.post("/day/<day:day>/what-if")
@entry(Permission.PLAN_DAY, takes=WhatIfForm, back=all_of_day)
def make(call: Call, form: dict[str, Any], day: date) -> ResponseReturnValue:
    """Copy the day under a name and have the change planned."""
    row = whatifs.make(
        call.session, call.actor, day, form["name"], change=form["change"], now=call.now
    )
    return redirect(url_for("whatif.one", what_if_id=row.id), code=303)


@blueprint.get("/what-ifs/<int:what_if_id>")
@entry(Permission.PLAN_DAY)
def one(call: Call, what_if_id: int) -> ResponseReturnValue:
    """Show what a copy has otherwise than the plan it was copied from."""
    found = whatifs.look(call.session, call.actor, what_if_id)
    board = dayboard.board(call.session, call.actor, found.row.service_day)
    waiting = found.job is not None and not found.job.ended
    here = url_for("whatif.one", what_if_id=what_if_id)
    return render_template(
        "dispatch/whatif.html",
        day=found.row.service_day,
        title=found.row.name,
        change=list(_change(call, board, found)),
        base=call.say(
            "whatif.base.published" if found.base_published else "whatif.base.draft",
            version=found.base_version,
        ),
        job=job_parts(call, found.job) | {"done_url": here} if found.job and waiting else None,
        failed=_failed(call, found),
        figures=list(_figures(call, found.comparison)) if found.comparison else [],
        groups=list(_groups(call, board, found.comparison)) if found.comparison else [],
        shown=_SHOWN,
        adopt_url=url_for("whatif.adopt", what_if_id=what_if_id),
        discard_url=url_for("whatif.discard", what_if_id=what_if_id),
        may_adopt=found.comparison is not None and not waiting and not found.base_published,
    )


def _change(call: Call, board: Board, found: Look) -> Iterator[str]:
    """Say what the copy has otherwise."""
    change = found.change
    for code in sorted(change.without_vehicles):
        yield call.say("whatif.change.van", name=board.vans.get(code, code))
    for code in sorted(change.without_machines):
        machine = board.machines.get(code)
        yield call.say("whatif.change.machine", name=machine.name if machine else code)
    for code in sorted(change.without_orders):
        yield call.say("whatif.change.order", order=code)
    for code in sorted(change.recalled_lots):
        yield call.say("whatif.change.lot", lot=code)
    for code, times in change.more:
        yield call.say("whatif.change.more", order=code, times=times)


def _failed(call: Call, found: Look) -> str | None:
    if found.job is None or not found.job.ended or "code" not in found.job.result:
        return None
    result = dict(found.job.result)
    return call.say(str(result.pop("code")), **result)


def _figures(call: Call, comparison: Comparison) -> Iterator[dict[str, str]]:
    """Give figures side by side, with the difference."""
    speak = call.translator
    shown: dict[str, Callable[[int], str]] = {
        "cents": speak.cents,
        "metres": lambda value: f"{speak.number(value // 1000)} km",
        "ready_min": speak.time,
        "cooked_g": lambda value: kilos(speak, value),
    }
    for name, was, becomes in comparison.figures:
        show = shown.get(name, speak.number)
        yield {
            "name": call.say(f"whatif.figure.{name}"),
            "was": show(was),
            "becomes": show(becomes),
            "changed": "1" if was != becomes else "",
        }


def _groups(call: Call, board: Board, comparison: Comparison) -> Iterator[dict[str, Any]]:
    """Give the differences by kind, in the order of what weighs most; orders by their reason."""
    kinds: dict[str, dict[str, list[Difference]]] = {}
    for each in comparison.differences:
        alike = each.reason + each.binding or f"{len(kinds.get(each.code, {}))}"
        kinds.setdefault(each.code, {}).setdefault(alike, []).append(each)
    for code, found in kinds.items():
        texts = [_difference(call, board, alike) for alike in found.values()]
        count = len({each.subject for alike in found.values() for each in alike})
        yield {"title": call.say(f"{code}.title"), "texts": texts, "count": count}


def _difference(call: Call, board: Board, alike: list[Difference]) -> str:
    """Say one difference, or of orders with one reason all of them."""
    speak, each = call.translator, alike[0]
    subjects = list(dict.fromkeys(_subject(call, board, one.subject) for one in alike))
    was, becomes = str(each.was), str(each.becomes)
    if each.code in _TIMES:
        was, becomes = speak.time(int(each.was)), speak.time(int(each.becomes))
    elif each.code in _GRAMS:
        was = becomes = kilos(speak, int(each.was or each.becomes))
    return call.say(
        each.code,
        subject=", ".join(subjects),
        was=was,
        becomes=becomes,
        reason=_reason(call, board, each),
    )


def _subject(call: Call, board: Board, subject: str) -> str:
    variant = board.catalogue.variants.get(subject)
    if variant is not None:
        return dish_of(call.translator, variant)
    place = board.places.get(subject)
    return f"{place.name}, {place.place}" if place else subject


def _reason(call: Call, board: Board, each: Difference) -> str:
    if not each.reason:
        return NOTHING
    one = Unserved(order=each.subject, reason=each.reason, binding=each.binding)
    return dayparts.reasons_of(call, board).sentence(one)


@blueprint.post("/what-ifs/<int:what_if_id>/discard")
@entry(Permission.PLAN_DAY, takes=Form)
def discard(call: Call, _form: dict[str, Any], what_if_id: int) -> ResponseReturnValue:
    """Throw a what-if away."""
    day = whatifs.discard(call.session, call.actor, what_if_id)
    call.tell("whatif.discarded", "info")
    return redirect(url_for("whatif.all_of_day", day=day), code=303)


@blueprint.post("/what-ifs/<int:what_if_id>/adopt")
@entry(Permission.PLAN_DAY, takes=Form)
def adopt(call: Call, _form: dict[str, Any], what_if_id: int) -> ResponseReturnValue:
    """Ask for a what-if to become the draft of its day."""
    day = whatifs.ask_adoption(call.session, call.actor, what_if_id, call.now)
    call.tell("whatif.adopting", "info")
    return redirect(url_for("dispatch.day_board", day=day), code=303)


@blueprint.get("/day/ahead")
@entry(Permission.VIEW_DAY)
def ahead(call: Call) -> ResponseReturnValue:
    """Show the fortnight ahead: zone, orders, plan and who is short, day by day."""
    today = call.now.astimezone(LOCAL_ZONE).date()
    return render_template(
        "dispatch/ahead.html",
        title=call.say("horizon.title"),
        rows=[
            _day_row(call, each) for each in horizons.days_ahead(call.session, call.actor, today)
        ],
    )


def _day_row(call: Call, each: DayAhead) -> dict[str, Any]:
    speak = call.translator
    plan = "none" if each.planned is None else each.planned.value
    return {
        "name": started(speak.day(each.day)),
        "url": url_for("dispatch.day_board", day=each.day),
        "zone": call.say(f"horizon.zone.{each.zone}"),
        "kind": _ZONES[each.zone],
        "orders": speak.number(each.orders),
        "sites": call.say("horizon.sites", count=each.sites),
        "plan": call.say(f"horizon.plan.{plan}", version=each.version),
        "short": speak.number(each.short) if each.planned else NOTHING,
        "is_short": bool(each.short),
    }
