"""Parts of the prescription page that answer while one types: sums, rules, rise, difference."""

from collections.abc import Iterator
from typing import Any

import screening
from app.i18n import Translator
from app.operations import meals
from app.operations.care import local_day
from app.operations.diagnosis import graver
from app.operations.prescribing import Checked, Draft
from app.pipeline import Call
from app.web.words import TO, between, field_name, started, target
from menus import NUTRIENTS
from screening import (
    ENERGY_FORMULAS,
    REFERENCE_VALUES,
    Change,
    Constraint,
    Derivation,
    Prescription,
    Range,
    RuleCard,
    cards_for,
    is_on,
    reminders_for,
)

RANGES = (("energy_kcal", "kcal"), ("protein_g", "g"), ("fluid_ml", "ml"))
_FOLD_FROM = 5
"""From so many nutrients on, their changes stand in one line."""
_UNITS = {one.code: one.unit for one in NUTRIENTS}


def live_parts(call: Call, found: Draft, checked: Checked | None) -> dict[str, Any]:
    """Give every part of the page that follows from what is filled in so far."""
    content = checked.content if checked else found.content
    return {
        "sums": {name: _sum(call, found, name, unit) for name, unit in RANGES},
        "alternatives": list(_alternatives(call, found)),
        "rules": _rules(call, content) if content else [],
        "reminders": _reminders(call, content) if content else [],
        "rulings": list(_rulings(call, checked)) if checked else [],
        "rise": list(rise_rows(call, content)) if content else [],
        "blocks_plan": bool(content and content.blocks_plan),
        "diff": _diff(call, checked) if checked else [],
        "check_lines": list(_checks(call, found, checked)),
        "readable": checked is not None,
        "next_version": found.version + 1,
    }


def _sum(call: Call, found: Draft, name: str, unit: str) -> dict[str, Any] | None:
    """Give how one range was worked out; None without a proposal."""
    if found.proposal is None:
        return None
    derived: Derivation = getattr(found.proposal, name.partition("_")[0])
    return {
        "formula": call.say(derived.formula, **_args(derived)),
        "range": between(call.translator, derived.target, unit),
        "chain": tuple(_chain(call, derived)),
        "far": derived.cross_check_apart,
    }


def _args(derived: Derivation) -> dict[str, Any]:
    return {"low": derived.target.low or 0, "high": derived.target.high or 0, **derived.inputs}


def _chain(call: Call, derived: Derivation) -> Iterator[str]:
    """Give the reason, the arithmetic, the source with its mark, and the rules' version."""
    inputs = derived.inputs
    yield call.say(derived.reason, **_args(derived))
    if "weight_kg" in inputs and "low" in inputs:
        yield call.say("prescription.times", **{k: inputs[k] for k in ("weight_kg", "low", "high")})
    if "resting" in inputs:
        names = ("resting", "activity", "stress")
        yield call.say("prescription.resting", **{name: inputs[name] for name in names})
    if "deficit" in inputs:
        yield call.say("prescription.deficit", kcal=inputs["deficit"])
    if derived.source:
        mark = call.say(f"evidence.{derived.evidence}")
        yield call.say("prescription.source", source=derived.source, mark=mark)
    yield call.say("prescription.rules", version=derived.rule_version)


def _alternatives(call: Call, found: Draft) -> Iterator[dict[str, Any]]:
    """Give every other formula with its figure, and how far apart it lies."""
    proposal = found.proposal
    if proposal is None:
        return
    for derived, unit in ((proposal.energy, "kcal"), (proposal.fluid, "ml")):
        for one in derived.alternatives:
            yield {
                "name": call.say(f"formula.{one.formula}", **one.inputs),
                "value": f"{call.translator.number(one.value)}\u00a0{unit}",
                "range": between(call.translator, one.target, unit),
                "apart": call.say("prescription.apart", percent=one.apart_percent),
                "far": one.far_apart,
                "source": one.source,
                "mark": call.say(f"evidence.{one.evidence}"),
            }


def formulas(call: Call) -> list[tuple[str, str]]:
    """Give the formulas a dietitian may choose; the first leaves it to the rules."""
    named = [(one, call.say(f"formula.{one}", low=27, high=33)) for one in ENERGY_FORMULAS]
    return [("", call.say("prescription.formula.usual")), *named]


def _rules(call: Call, content: Prescription) -> list[dict[str, Any]]:
    """Give the rules of the conditions with their state, source, author and dates."""
    switched = {one.rule: one for one in content.switches}
    in_force = {rule.rule: rule for rule in content.rules}
    return [
        {
            "rule": card.constraint.rule,
            "text": call.say(f"rule.{card.constraint.rule}"),
            "on": is_on(card, content.switches),
            "kind": _kind(call, in_force.get(card.constraint.rule, card.constraint)),
            "bounds": _bounds(call, in_force.get(card.constraint.rule)),
            "source": _card_source(call, card),
            "switched": _switched(call, switched.get(card.constraint.rule)),
        }
        for card in cards_for(content.conditions)
    ]


def _kind(call: Call, rule: Constraint) -> str:
    return call.say("prescription.rule.hard" if rule.hard else "prescription.rule.soft")


def _bounds(call: Call, rule: Constraint | None) -> str | None:
    if rule is None or rule.nutrient is None:
        return None
    return between(call.translator, rule.bounds, _UNITS.get(rule.nutrient, "ml"))


def _card_source(call: Call, card: RuleCard) -> str:
    return call.say(
        "prescription.rule.source",
        rule=card.constraint.rule,
        source=card.source,
        mark=call.say(f"evidence.{card.evidence}"),
        author=card.author,
        written=call.translator.date(card.written),
        review=call.translator.date(card.review),
    )


def _switched(call: Call, switch: screening.Switch | None) -> str | None:
    if switch is None or switch.at is None:
        return None
    return call.say(
        "prescription.rule.switched", why=switch.why, day=call.translator.date(local_day(switch.at))
    )


def _reminders(call: Call, content: Prescription) -> list[dict[str, str]]:
    return [
        {"text": call.say(one.code), "mark": call.say(f"evidence.{one.evidence}")}
        for one in reminders_for(content.conditions)
    ]


def _rulings(call: Call, checked: Checked) -> Iterator[dict[str, str]]:
    """Give each conflict: what won, what gave way, and why."""
    for one in checked.rules.rulings:
        loser = call.say(f"rule.{one.loser.rule}")
        yield {
            "winner": call.say(f"rule.{one.winner.rule}"),
            "effect": call.say(f"conflict.effect.{one.effect}", loser=loser),
            "reason": call.say(one.reason),
        }


def rise_rows(call: Call, content: Prescription) -> Iterator[dict[str, str]]:
    """Give the most energy of each of the first days."""
    if content.step_up_from is None:
        return
    speak = call.translator
    for at, kcal in enumerate(content.step_up):
        day = content.step_up_from.fromordinal(content.step_up_from.toordinal() + at)
        yield {"day": speak.date(day), "kcal": f"{speak.number(kcal)}\u00a0kcal"}


def _diff(call: Call, checked: Checked) -> list[dict[str, Any]]:
    """Give each change in words; many nutrients at once stand in one line."""
    speak, stock = call.translator, meals.catalogue(call.session)
    nutrients = [one for one in checked.changes if one.field in _UNITS and _is_bound(one.field)]
    folded = {one.field for one in nutrients} if len(nutrients) >= _FOLD_FROM else set()
    lines = [
        {
            "name": field_name(speak, one.field),
            "was": target(speak, stock, one.field, was),
            "becomes": target(speak, stock, one.field, becomes),
        }
        for one in checked.changes
        if one.field not in folded
        for was, becomes in (_told(one),)
    ]
    if folded:
        becomes = call.say("prescription.nutrients.changed", count=len(folded))
        lines.append({"name": call.say("prescription.nutrients"), "was": None, "becomes": becomes})
    return lines


def _told(change: Change) -> tuple[Any, Any]:
    """Give what to show of a change: of the rules only those that go and those that come."""
    if change.field != "rules":
        return change.was, change.becomes
    was, becomes = (
        side if isinstance(side, frozenset) else frozenset()
        for side in (change.was, change.becomes)
    )
    return was - becomes, becomes - was


def _is_bound(field: str) -> bool:
    return field not in ("energy_kcal", "protein_g")


def _checks(call: Call, found: Draft, checked: Checked | None) -> Iterator[dict[str, Any]]:
    """Give what is in order and what is open, each in one sentence."""
    if checked is None:
        yield {"ok": False, "text": call.say("prescription.cannot_check")}
        return
    yield from _refeeding_check(call, found, checked.content.refeeding)
    for text in dict.fromkeys(_problem_text(call, one) for one in checked.problems):
        yield {"ok": False, "text": text}
    hidden = {"open.refeeding_unknown", "open.refeeding_start"}
    for code in found.proposal.open_points if found.proposal else ():
        if code not in hidden:
            yield {"ok": False, "text": call.say(code)}
    if not any(one.blocks for one in checked.problems):
        yield {"ok": True, "text": call.say("prescription.nothing_blocks")}


def _refeeding_check(
    call: Call, found: Draft, level: screening.RefeedingLevel | None
) -> Iterator[dict[str, Any]]:
    """Give the level chosen; below what the record shows it is open, never in order."""
    if level is None:
        return
    lower = graver(found.refeeding.level, level)
    calm = level is screening.RefeedingLevel.NONE and not lower
    yield {"ok": calm, "text": call.say(f"refeeding.level.{level}")}
    if lower:
        known = call.say(f"refeeding.level.{found.refeeding.level}").lower()
        yield {"ok": False, "text": call.say("prescription.refeeding.lower", level=known)}


def _problem_text(call: Call, problem: screening.Problem) -> str:
    return started(call.say(problem.code, field=field_name(call.translator, problem.field)))


def nutrient_rows(call: Call, names: tuple[str, ...], content: Prescription | None) -> list[Any]:
    """Give each nutrient with its bounds and the published value, type, mark and upper level."""
    speak = call.translator
    published = {one.nutrient: one for one in REFERENCE_VALUES}
    bounds = content.nutrients if content else {}
    sex = content.reference.sex if content and content.reference else None
    return [
        {
            "code": name,
            "name": started(speak.say(f"nutrient.{name}")),
            "unit": speak.say(f"unit.{_UNITS[name]}"),
            "bounds": bounds.get(name, Range()),
            "published": _published(call, published[name], sex) if name in published else None,
        }
        for name in names
    ]


def _published(call: Call, row: Any, sex: screening.Sex | None) -> str:
    speak: Translator = call.translator
    low, high = sorted((row.men, row.women)) if sex is None else (row.amount(sex),) * 2
    digits = max(0, -int(row.men.as_tuple().exponent))
    shown = [speak.number(one, digits) for one in dict.fromkeys((low, high))]
    amount = TO.join(shown)
    parts = [
        f"{amount} {speak.say(f'reference.basis.{row.basis}')}".strip(),
        speak.say(f"reference.kind.{row.kind}"),
        speak.say(f"evidence.{row.evidence}"),
    ]
    if row.upper is not None:
        parts.append(speak.say(f"reference.upper.{row.upper_scope}", amount=row.upper))
    return ", ".join(parts)
