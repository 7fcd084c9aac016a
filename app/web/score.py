"""The result of an instrument in words: points with reasons, what follows, the source."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import screening
from app.i18n import Translator
from app.operations.casefacts import risk_of, says_nothing, shown_risk
from app.paper.formwords import cut_offs, licensed, points_said
from app.web.words import TO
from screening import (
    Action,
    Answer,
    Assessment,
    Evidence,
    Instrument,
    ItemPoints,
    Status,
    ToolResult,
    rounded,
)

_MOST_DIGITS = 4


def score_parts(speak: Translator, assessment: Assessment) -> dict[str, Any]:
    """Give what the score panel shows of an assessment; nothing of a score for a child."""
    result = assessment.result
    table = screening.instrument(result.instrument, result.rule_version)
    whole = result.min_score is not None and result.max_score is not None
    return {
        "id": "score",
        "risk": shown_risk(result.instrument, result.acting_category, result.status),
        "low": result.min_score if whole else None,
        "high": result.max_score if whole else None,
        "most": result.highest_possible if whole else None,
        "title": _title(speak, result),
        "text": _text(speak, result),
        "marks": () if table.low_is_worse else tuple(_marks(speak, result)),
        "lines": [
            _line(speak, one, _limits(table, one.item), _worth(table, one)) for one in result.items
        ],
        "next": list(_next(speak, assessment)),
        "source": speak.say(
            "screening.source", source=speak.say(result.source), version=result.rule_version
        ),
        "chain": tuple(cut_offs(speak, table, one) for one in table.items),
        "evidence": tuple(_evidence(speak, result)),
        "texts": tuple(licensed(speak, table)),
    }


def points_of(speak: Translator, result: ToolResult) -> str:
    """Give the points of a result: one number, a range, or nothing where none are counted."""
    low, high = result.min_score, result.max_score
    if low is None or high is None or not result.highest_possible:
        return ""
    if low == high:
        return points_said(speak, low)
    return f"{points_said(speak, low)}{TO}{points_said(speak, high)}"


def _evidence(speak: Translator, result: ToolResult) -> Iterator[str]:
    """Give what was used and not read at its publisher, by how sure it is."""
    marked: dict[Evidence, dict[str, None]] = {}
    for one in result.marks:
        marked.setdefault(one.evidence, {})[speak.say(one.code)] = None
    for evidence, names in marked.items():
        yield f"{speak.say(f'evidence.{evidence}')}: {', '.join(names).lower()}."


def _title(speak: Translator, result: ToolResult) -> str:
    if result.category is not None:
        return speak.say(screening.outcome_code(result.instrument, result.category))
    least = result.category_at_least
    if least is not None and not says_nothing(result):
        code = screening.outcome_code(result.instrument, least)
        word = speak.say(code)
        return speak.say("screening.at_least", category=word.lower())
    return speak.say(f"screening.status.{result.status}")


def _text(speak: Translator, result: ToolResult) -> str:
    """Give how sure the outcome is, and what else the answers say."""
    open_items = sum(one.points is None for one in result.items)
    said = [speak.say(one) for one in result.flags]
    if result.status is Status.NOT_VALID:
        return " ".join(said)
    if open_items and result.category is not None:
        said.insert(0, speak.say("screening.sure", count=open_items))
    elif open_items:
        said.insert(0, speak.say("screening.open", count=open_items))
    if result.bmi_likely is not None:
        said.append(f"{speak.say(f'bmi_likely.{result.bmi_likely}')}.")
    return " ".join(said)


def _acts(result: ToolResult) -> tuple[Action, ...]:
    """Give the acts that follow; the care of the mildest category only once it is certain."""
    if not says_nothing(result):
        return result.actions
    return tuple(one for one in result.actions if one.field is not None)


def _marks(speak: Translator, result: ToolResult) -> Iterator[tuple[Any, str]]:
    for band in screening.instrument(result.instrument, result.rule_version).bands:
        risk = risk_of(result.instrument, band.category)
        yield band.lowest, speak.say(f"work.risk.{risk}").lower() if risk else ""


def _planned(item: ItemPoints) -> bool:
    """Whether a loss was left out as planned: it counts as none while the weights say otherwise."""
    given = dict(item.inputs)
    if item.item != "must.loss" or item.value != 0:
        return False
    before, now = given.get("weight_before_kg"), given.get("weight_kg")
    if isinstance(before, Decimal) and isinstance(now, Decimal):
        return before > now
    return given.get("loss_pct") != 0


def _limits(table: Instrument, code: str) -> frozenset[Fraction]:
    """Give the figures an item is held against."""
    lines = next(one.lines for one in table.items if one.code == code)
    return frozenset(cut.limit for line in lines for cut in line.cuts)


def _worth(table: Instrument, item: ItemPoints) -> str | None:
    lines = next(one.lines for one in table.items if one.code == item.item)
    return _WORTH.get(lines[0].quantity) if len(lines) == 1 else None


def _figure(value: Fraction, limits: frozenset[Fraction]) -> Decimal:
    """Round to one digit, or to as many as keep a value apart from a limit it does not reach."""
    shown = (rounded(value, places) for places in range(1, _MOST_DIGITS))
    apart = (one for one in shown if one == value or Fraction(one) not in limits)
    return next(apart, rounded(value, _MOST_DIGITS))


def _measured(speak: Translator, name: str, value: Answer) -> str:
    """Give a measure of an item with its unit; other answers are told by the reason."""
    unit = _UNITS.get(name.rpartition("_")[2])
    if unit is None or isinstance(value, str | bool):
        return ""
    exact = rounded(value, 1)
    whole = exact == exact.to_integral_value()
    return f"{speak.number(exact, 0 if whole else 1)}\u00a0{unit}"


_UNITS = {"cm": "cm", "kg": "kg", "pct": "%", "ml": "ml"}
_WORTH = {"bmi": "value.bmi", "loss_pct": "value.loss_pct"}
"""Quantities that are worked out: an item is named by what they came to."""


def _line(
    speak: Translator, item: ItemPoints, limits: frozenset[Fraction], worth: str | None
) -> dict[str, Any]:
    label = speak.say(item.item)
    if item.points is None:
        text = speak.say("answer.unknown", lowest=item.lowest, highest=item.highest)
        return {"points": None, "title": speak.say("answer.open", label=label), "text": text}
    title, planned = label, _planned(item)
    if not planned and item.value is not None and worth:
        title = speak.say(worth, value=_figure(item.value, limits))
    measured = [one for name, value in item.inputs if (one := _measured(speak, name, value))]
    text = f"{speak.say('screening.from', values=', '.join(measured))} " if measured else ""
    reason = speak.say("screening.loss_planned" if planned else item.reason)
    return {"points": item.points, "title": title, "text": text + reason}


def _next(speak: Translator, assessment: Assessment) -> Iterator[dict[str, str]]:
    icons = {"action.ask": "ask", "action.correct": "pen"}
    for action in _acts(assessment.result):
        field = speak.say(f"screening.field.{action.field}") if action.field else ""
        yield {
            "icon": icons.get(action.code, "check"),
            "text": speak.say(action.code, field=field),
        }
    if assessment.result.next_due is not None:
        sure = assessment.result.category is not None
        code = "screening.again" if sure else "screening.again_unsure"
        yield {"icon": "week", "text": speak.say(code, day=speak.date(assessment.result.next_due))}
