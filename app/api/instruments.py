"""Instruments and results as JSON, with their sentences in the reader's language."""

from collections.abc import Iterator
from typing import Any

import screening
from app.i18n import Translator
from app.operations.scoring import CALCULATIONS, Answered, Unread, as_json
from app.operations.sentscreenings import Kept
from screening import (
    GATES,
    TABLES,
    FollowUp,
    Group,
    Input,
    Instrument,
    Item,
    Line,
    Outcome,
    Substitute,
    Tool,
    outcome_code,
)


def scores_answer(speak: Translator, answers: list[Answered]) -> dict[str, Any]:
    """Give results and errors in the order of the vectors."""
    return {"results": [_row(speak, one) for one in answers]}


def _row(speak: Translator, answered: Answered) -> dict[str, Any]:
    found = answered.found
    if isinstance(found, Unread):
        error = {"code": found.code, "field": found.field, "message": speak.say(found.code)}
        return {"id": answered.id, "error": error}
    return {"id": answered.id, "result": as_json(found)}


def kept_answer(speak: Translator, kept: Kept) -> dict[str, Any]:
    """Give a kept screening with what follows."""
    result = kept.assessment.result
    return {
        "id": kept.id,
        "client": kept.client_id,
        "instrument": result.instrument.value,
        "rule_version": result.rule_version,
        "screened_on": kept.assessment.on.isoformat(),
        "recorded_at": kept.recorded_at.isoformat(),
        "result": as_json(screening.tell(result)),
        "next_due": result.next_due.isoformat() if result.next_due else None,
        "actions": [_act(speak, one.code, one.field) for one in result.actions],
    }


def _act(speak: Translator, code: str, field: str | None = None) -> dict[str, Any]:
    label = speak.say(f"screening.field.{field}") if field else ""
    return {"code": code, "text": speak.say(code, field=label)} | (
        {"field": field} if field else {}
    )


def instruments_answer(speak: Translator) -> dict[str, Any]:
    """Give everything that can be worked out, each instrument as it is scored now."""
    others = [one for name, one in CALCULATIONS.items() if name not in set(Tool)]
    return {
        "instruments": [_instrument(speak, versions[-1]) for versions in TABLES.values()],
        "calculations": [_calculation(one) for one in others],
    }


def _calculation(group: Group) -> dict[str, Any]:
    return {
        "instrument": group.name,
        "inputs": group.inputs,
        "rule_version": group.rule_version,
        "evidence": group.evidence.value,
    }


def _instrument(speak: Translator, table: Instrument) -> dict[str, Any]:
    names = screening.sent_as(table.tool)
    return {
        "instrument": table.tool.value,
        "name": speak.say(f"tool.{table.tool}"),
        "rule_version": table.rule_version,
        "source": speak.say(table.source),
        "evidence": table.evidence.value,
        "purpose": table.purpose.value,
        "least_age": table.least_age,
        "low_is_worse": table.low_is_worse,
        "inputs": [_question(speak, table.tool, one, names[one.name]) for one in table.inputs],
        "asked_first": [row for line in table.prescreen for row in _rows(speak, line)],
        "items": [_item(speak, one) for one in table.items],
        "bands": [
            {
                "lowest": as_json(one.lowest),
                "category": one.category.value,
                "text": speak.say(outcome_code(table.tool, one.category)),
            }
            for one in table.bands
        ],
        "outcomes": [_outcome(speak, table.tool, one) for one in table.outcomes],
        "otherwise": table.otherwise.value if table.otherwise else None,
        "categories": [one.value for one in table.categories],
        "requires": table.requires,
        "substitute": _substitute(speak, table.substitute),
        "repeats": [_repeat(speak, table.tool, one) for one in table.follow_up],
    }


def _question(speak: Translator, tool: Tool, asked: Input, sent_as: str) -> dict[str, Any]:
    span = GATES.get(asked.name)
    return {
        "name": asked.name,
        "sent_as": sent_as,
        "kind": asked.kind.value,
        "unit": asked.unit,
        "label": speak.say(f"screening.field.{asked.name}"),
        "help": speak.say(screening.hint_code(asked)) if asked.section else None,
        "section": speak.say(asked.section) if asked.section else None,
        "choices": list(_choices(speak, tool, asked)),
        "likely": {"low": span[0], "high": span[1]} if span else None,
    }


def _choices(speak: Translator, tool: Tool, asked: Input) -> Iterator[dict[str, Any]]:
    for value in (*asked.allowed, *asked.words):
        code = screening.choice_code(tool, asked, value) if asked.section else None
        yield {"value": as_json(value), "text": speak.say(code) if code else None}


def _item(speak: Translator, item: Item) -> dict[str, Any]:
    return {
        "code": item.code,
        "text": speak.say(item.code),
        "evidence": item.evidence.value,
        "counts": item.counts,
        "rows": [row for line in item.lines for row in _rows(speak, line)],
    }


def _rows(speak: Translator, line: Line) -> Iterator[dict[str, Any]]:
    for cut in line.cuts:
        yield {
            "quantity": line.quantity,
            "only_if": line.gate,
            "bound": cut.bound.value,
            "limit": None if cut.bound is screening.Bound.OTHERWISE else as_json(cut.limit),
            "points": as_json(cut.points),
            "code": cut.reason,
            "text": speak.say(cut.reason),
        }


def _outcome(speak: Translator, tool: Tool, outcome: Outcome) -> dict[str, Any]:
    return {
        "category": outcome.category.value,
        "text": speak.say(outcome_code(tool, outcome.category)),
        "any_of": [
            [
                {"items": one.items, "least": as_json(one.least), "on_one": one.worst}
                for one in needs
            ]
            for needs in outcome.any_of
        ],
    }


def _substitute(speak: Translator, instead: Substitute | None) -> dict[str, Any] | None:
    if instead is None:
        return None
    return {
        "item": instead.item,
        "quantity": instead.quantity,
        "below": as_json(instead.below),
        "above": as_json(instead.above),
        "words": [
            {"value": word, "text": speak.say(f"bmi_likely.{word}")} for word in instead.words
        ],
    }


def _repeat(speak: Translator, tool: Tool, row: FollowUp) -> dict[str, Any]:
    return {
        "category": row.category.value,
        "text": speak.say(outcome_code(tool, row.category)),
        "actions": [_act(speak, code) for code in row.actions],
        "evidence": row.evidence.value,
        "due_days": {place.value: days for place, days in row.due_days.items()},
        "overdue_days": {place.value: days for place, days in row.overdue_days.items()},
    }
