"""The result of an instrument in words: points with reasons, what follows, the source."""

from collections.abc import Iterator
from typing import Any

import screening
from app.i18n import Translator
from app.operations.casefacts import risk_of, shown_risk
from app.web.words import started
from screening import Assessment, ItemPoints, Status, ToolResult, rounded


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
        "lines": [_line(speak, one) for one in result.items],
        "next": list(_next(speak, assessment)),
        "source": speak.say(
            "screening.source", source=speak.say(result.source), version=result.rule_version
        ),
        "chain": tuple(_cut_offs(speak, result)),
    }


def _title(speak: Translator, result: ToolResult) -> str:
    if result.category is not None:
        return speak.say(f"screening.category.{result.category}")
    if result.category_at_least is not None:
        word = speak.say(f"screening.category.{result.category_at_least}")
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


def _marks(speak: Translator, result: ToolResult) -> Iterator[tuple[Any, str]]:
    for band in screening.instrument(result.instrument, result.rule_version).bands:
        risk = risk_of(result.instrument, band.category)
        yield band.lowest, speak.say(f"work.risk.{risk}").lower() if risk else ""


_UNITS = {"height_cm": "cm", "weight_kg": "kg", "weight_before_kg": "kg", "muac_cm": "cm"}


def _line(speak: Translator, item: ItemPoints) -> dict[str, Any]:
    label = speak.say(item.item)
    if item.points is None:
        text = speak.say("answer.unknown", lowest=item.lowest, highest=item.highest)
        return {"points": None, "title": speak.say("answer.open", label=label), "text": text}
    values = {"must.bmi": "value.bmi", "must.loss": "value.loss_pct"}
    title = label
    if item.item in values and item.value is not None:
        title = speak.say(values[item.item], value=rounded(item.value, 1))
    measured = [
        f"{speak.number(rounded(value, 1), 1 if name != 'height_cm' else 0)}\u00a0{_UNITS[name]}"
        for name, value in item.inputs
        if name in _UNITS and not isinstance(value, str | bool)
    ]
    text = f"{speak.say('screening.from', values=', '.join(measured))} " if measured else ""
    return {"points": item.points, "title": title, "text": text + speak.say(item.reason)}


def _next(speak: Translator, assessment: Assessment) -> Iterator[dict[str, str]]:
    icons = {"action.ask": "ask", "action.correct": "pen"}
    for action in assessment.result.actions:
        field = speak.say(f"screening.field.{action.field}") if action.field else ""
        yield {
            "icon": icons.get(action.code, "check"),
            "text": speak.say(action.code, field=field),
        }
    if assessment.result.next_due is not None:
        sure = assessment.result.category is not None
        code = "screening.again" if sure else "screening.again_unsure"
        yield {"icon": "week", "text": speak.say(code, day=speak.date(assessment.result.next_due))}


def _cut_offs(speak: Translator, result: ToolResult) -> Iterator[str]:
    for item in screening.instrument(result.instrument, result.rule_version).items:
        cuts = [
            f"{started(speak.say(cut.reason)).rstrip('.')} = {speak.number(cut.points)}"
            for line in item.lines
            for cut in line.cuts
        ]
        yield f"{speak.say(item.code)}: {'; '.join(cuts)}."
