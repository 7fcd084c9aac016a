"""Parts of the kitchen's pages: its timeline, what fails, and the difference a change makes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import url_for

from app.operations import kitchenruns
from app.operations.dayboard import Board
from app.operations.kitchenruns import Proposal, Timeline
from app.pipeline import Call
from app.web.dayparts import BAR_KINDS, hours_of
from app.web.daywords import BARS, dish_of, kilos, step_of
from logistics import KITCHEN_UNKNOWNS, Batch, KitchenPrice, Missed, StepMove
from menus import Catalogue, Zone

_DAY_MIN = 24 * 60
_MARKS = 4
_NEXT_STEPS = 8
_PIN_LOST = "day.kitchen.pin_"


def clock(minute: int) -> str:
    """Give a minute of the service day as a form takes it."""
    return f"{minute % _DAY_MIN // 60}:{minute % 60:02d}"


def moment(call: Call, minute: int) -> str:
    """Give a minute of the service day in words; what lies before midnight is said to."""
    shown = call.translator.time(minute)
    return f"{shown} {call.say('admin.kitchen.eve')}" if minute < 0 else shown


def lanes(
    call: Call, board: Board, batches: Sequence[Batch], extra: Timeline, late: frozenset[str]
) -> dict[str, Any]:
    """Give the kitchen's timeline with cleans, cooling limits, what fails, and bars to drag."""
    found: dict[str, list[dict[str, Any]]] = {code: [] for code in board.machines}
    limits: dict[str, list[dict[str, Any]]] = {code: [] for code in board.machines}
    for batch in batches:
        for bar in _bars(call, board, batch, late=batch.id in late):
            found[bar["machine"]].append(bar)
    for clean in extra.cleans:
        span = {"start_min": clean.start_min, "end_min": clean.end_min}
        found[clean.machine].append(span | {"text": call.say("kitchen.clean"), "kind": "clean"})
    for limit in extra.limits:
        text = call.say("kitchen.cooling_by", at=call.translator.time(limit.latest_min))
        limits[limit.machine].append({"at_min": limit.latest_min, "text": text})
    axis = hours_of(call, board, batches)
    for down in kitchenruns.downs(call.session, call.actor, board.day):
        start, end = max(down.start_min, axis["start_min"]), min(down.end_min, axis["end_min"])
        if start < end:
            bar = {"start_min": start, "end_min": end, "kind": "rest"}
            found[down.code].append(bar | {"text": call.say("kitchen.is_down")})
    return {
        **axis,
        "kinds": (*BAR_KINDS, "clean"),
        "drags": True,
        "legend": (call.say("kitchen.legend.allergens"), call.say("kitchen.legend.limit")),
        "lanes": [
            {
                "name": machine.name,
                "code": code,
                "does": machine.kind,
                "bars": sorted(found[code], key=lambda bar: int(bar["start_min"])),
                "limits": limits[code],
            }
            for code, machine in board.machines.items()
        ],
    }


def _bars(call: Call, board: Board, batch: Batch, *, late: bool) -> Iterator[dict[str, Any]]:
    text = dish_of(call.translator, board.catalogue.variants[batch.sku])
    marks = allergens(call, board.catalogue, batch)
    href = url_for("kitchen.kitchen_day", day=board.day, _anchor=batch.id)
    for step, op in enumerate(batch.ops):
        yield {
            "machine": op.machine,
            "start_min": op.start_min,
            "end_min": op.end_min,
            "text": f"{text} · {call.say(f'programme.{op.programme}')}" if op.programme else text,
            "marks": marks,
            "href": href,
            "kind": BARS[op.kind],
            "late": late and step == len(batch.ops) - 1,
            "pinned": batch.pinned,
            "step": f"{batch.id}:{step}",
        }


def allergens(call: Call, catalogue: Catalogue, batch: Batch) -> str:
    """Give the allergens that a batch holds in words, a few of them."""
    held = sorted(catalogue.variants[batch.sku].allergens.contains)
    words = [call.say(f"allergen.{one}") for one in held]
    more = f" +{len(words) - _MARKS}" if len(words) > _MARKS else ""
    return ", ".join(words[:_MARKS]) + more


def run_forms(call: Call, board: Board, batches: Sequence[Batch]) -> dict[str, Any]:
    """Give the choices of the forms: which machine fails, which step goes where."""
    speak = call.translator
    return {
        "machines": [(code, one.name) for code, one in board.machines.items()],
        "steps": [
            (
                f"{batch.id}:{step}",
                call.say(
                    "kitchen.step",
                    dish=dish_of(speak, board.catalogue.variants[batch.sku]),
                    step=step_of(speak, op.kind, op.programme),
                    at=moment(call, op.start_min),
                    machine=board.machines[op.machine].name,
                ),
            )
            for batch in sorted(batches, key=lambda one: (one.ops[0].start_min, one.id))
            for step, op in enumerate(batch.ops)
        ],
        "downs": [
            {
                "id": one.id,
                "text": call.say(
                    "kitchen.down_row",
                    machine=one.machine,
                    start=moment(call, one.start_min),
                    end=moment(call, one.end_min),
                ),
            }
            for one in kitchenruns.downs(call.session, call.actor, board.day)
        ],
        "open_change": kitchenruns.open_change(call.session, call.actor, board.day),
    }


def next_steps(machines: Sequence[Mapping[str, Any]], now_min: int) -> dict[str, Any]:
    """Give what begins next on any machine, how many steps come after, and what runs now."""
    left = sorted(
        (
            {**task, "machine": one["name"], "machine_id": f"m{number}"}
            for number, one in enumerate(machines, start=1)
            for task in one["tasks"]
            if task["end_min"] > now_min
        ),
        key=lambda task: (task["start_min"], task["machine"], task["batch"]),
    )
    coming = [task for task in left if task["start_min"] > now_min]
    return {
        "coming": coming[:_NEXT_STEPS],
        "more_steps": len(coming[_NEXT_STEPS:]),
        "running": [task for task in left if task["start_min"] <= now_min],
    }


def unknowns(call: Call, board: Board) -> list[str]:
    """Give what nobody said of this kitchen, as the plan of the day tells it."""
    remarks = board.plan.remarks if board.plan else ()
    return [
        call.say(one.code, subject=zone_of(call, one.subject))
        for one in remarks
        if one.code in KITCHEN_UNKNOWNS
    ]


def lost_pins(call: Call, board: Board) -> list[str]:
    """Give what a person had pinned that could not stay when the day was planned anew, and why."""
    remarks = board.plan.remarks if board.plan else ()
    return [
        call.say(one.code, subject=dish_of(call.translator, board.catalogue.variants[one.subject]))
        for one in remarks
        if one.code.startswith(_PIN_LOST) and one.subject in board.catalogue.variants
    ]


def ahead_rows(call: Call, board: Board) -> list[dict[str, Any]]:
    """Give what the week cooks before its day: how much, when, for which days, and why."""
    speak = call.translator
    planned = board.plan.stored.plan.ahead if board.plan else ()
    rows = sorted(planned, key=lambda one: (one.day, one.sku))
    return [
        {
            "dish": dish_of(speak, board.catalogue.variants[one.sku]),
            "amount": kilos(speak, one.amount_g),
            "today": one.day == board.day,
            "day": speak.short_day(one.day),
            "until": speak.short_day(one.since)
            if one.since == one.until
            else call.say(
                "kitchen.ahead.span",
                first=speak.short_day(one.since),
                last=speak.short_day(one.until),
            ),
            "why": call.say(one.why, day=speak.short_day(one.since)),
        }
        for one in rows
        if one.sku in board.catalogue.variants
    ]


def zone_of(call: Call, subject: str) -> str:
    """Give a zone by its name, anything else as it stands."""
    return call.say(f"zone.{subject}") if subject in set(Zone) else subject


def move_rows(call: Call, board: Board, found: Proposal) -> list[dict[str, str]]:
    """Give each step that moves: which batch, from when and where, to when and where, and why."""
    batches = {one.id: one for one in found.stored.plan.batches}
    return [
        {
            "dish": dish_of(call.translator, board.catalogue.variants[batches[one.batch].sku]),
            "batch": one.batch,
            "step": call.say(f"day.step.{one.kind}"),
            "was": _where(call, board, one.was_machine, one.was_min),
            "becomes": _where(call, board, one.machine, one.start_min),
            "why": call.say(one.why),
        }
        for one in sorted(found.change.moves, key=_by_time)
    ]


def _by_time(move: StepMove) -> tuple[int, str]:
    return move.start_min, move.batch


def _where(call: Call, board: Board, machine: str, minute: int) -> str:
    known = board.machines.get(machine)
    name = known.name if known else machine
    return call.say("kitchen.where", at=moment(call, minute), machine=name)


def missed_rows(call: Call, board: Board, found: Proposal) -> list[str]:
    """Give each batch that no longer reaches its orders, and how many wait for it."""
    batches = {one.id: one for one in found.stored.plan.batches}
    return [_missed(call, board, batches, one) for one in found.change.missed]


def _missed(call: Call, board: Board, batches: Mapping[str, Batch], one: Missed) -> str:
    dish = dish_of(call.translator, board.catalogue.variants[batches[one.batch].sku])
    leaves, count = moment(call, one.due_min), len(one.orders)
    if one.ready_min is None:
        return call.say("kitchen.lost", dish=dish, count=count)
    minutes = one.ready_min - one.due_min
    return call.say("kitchen.late", dish=dish, minutes=minutes, at=leaves, count=count)


def price_rows(call: Call, found: Proposal) -> list[dict[str, str | None]]:
    """Give what the change costs: minutes late, cleans, steps that move."""
    was, becomes = found.change.was, found.change.becomes
    rows: list[dict[str, str | None]] = [
        {
            "name": call.say(f"kitchen.price.{name}"),
            "was": _figure(call, was, name),
            "becomes": _figure(call, becomes, name),
        }
        for name in ("late_min", "cleans")
    ]
    moved = call.translator.number(len(found.change.moves))
    return [*rows, {"name": call.say("kitchen.price.moves"), "was": None, "becomes": moved}]


def _figure(call: Call, price: KitchenPrice, name: str) -> str:
    return call.translator.number(int(getattr(price, name)))
