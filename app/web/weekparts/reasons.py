"""Why a dish stands where it stands, and why another does not, in the reader's words."""

from collections.abc import Callable, Mapping
from typing import Any

import menus
from app.i18n import Translator
from app.operations.serving import reason_text
from app.operations.weekplan import Week, week_days
from app.web.weekparts.clashes import rule_text
from app.web.weekparts.names import dish_name, slot_name
from app.web.words import food_word
from menus import LEVEL_CODES, Link, Objection, PlanChange, PlanItem, PlanObjection, Rule, WhyNot


def reasons_of(speak: Translator, found: Week, item: PlanItem) -> tuple[str, ...]:
    """Give the chain of reasons of a dish, the next best dish last."""
    return tuple(link_text(speak, found, link) for link in found.why(item))


def link_text(speak: Translator, found: Week, link: Link) -> str:
    """Give one reason with its dishes, nutrients, rules and days by name."""
    args = dict(link.args)
    if link.why is menus.Why.RUNNER_UP and not args["more"]:
        return speak.say("plan.why_equal", variant=_dish(speak, found, args["variant"]))
    return speak.say(link.why, **{name: _word(speak, found, name, args[name]) for name in args})


def _word(speak: Translator, found: Week, name: str, value: str | int) -> str:
    words = _WORDS.get(name)
    return words(speak, found, value) if words else speak.number(int(value))


def _dish(speak: Translator, found: Week, variant: Any) -> str:
    return dish_name(speak, found.catalogue, str(variant))


def _signed(speak: Translator, number: int) -> str:
    return f"{'+' if number > 0 else ''}{speak.number(number)}"


def _day(speak: Translator, found: Week, at: int) -> str:
    days = week_days(found.row) if found.row else ()
    return speak.weekday(days[at]) if at < len(days) else str(at + 1)


_WORDS: Mapping[str, Callable[[Translator, Week, Any], str]] = {
    "variant": _dish,
    "day": _day,
    "more": lambda speak, _, number: _signed(speak, number),
    "rule": lambda speak, found, rule: rule_text(speak, found, Rule(rule=rule)).rstrip("."),
    "word": lambda speak, found, word: food_word(speak, found.catalogue, word).lower(),
    "nutrient": lambda speak, _, code: speak.say(f"nutrient.{code}").lower(),
    "level": lambda speak, _, code: speak.say(code),
}
"""What is said for each argument of a reason; any other is a number."""


def why_not_parts(speak: Translator, found: Week, component: str, answer: WhyNot) -> dict[str, Any]:
    """Give the dish that was asked for, what it comes to, and each rule or price in a sentence.

    `value` is what the swap posts: None where the dish may not stand there.
    """
    best = answer.best
    variant = found.catalogue.variants[answer.variant]
    allowed = best is not None and not answer.limits
    return {
        "component": component,
        "text": dish_name(speak, found.catalogue, answer.variant),
        "kind": variant.kind.value,
        "iddsi": variant.iddsi.value,
        "verdict": speak.say(f"plan.why_not.{_verdict(answer)}"),
        "lines": (
            *(objection_text(speak, found, one) for one in answer.objections),
            *(_limit_text(speak, found, one) for one in answer.limits),
            *(price_lines(speak, best.delta) if best else ()),
        ),
        "value": f"{best.variant}/{best.portion}" if best and allowed else None,
    }


def _verdict(answer: WhyNot) -> str:
    if answer.objections:
        return "refused"
    if answer.limits:
        return "unsafe"
    return "no_place" if answer.best is None else "priced"


def objection_text(speak: Translator, found: Week, one: Objection) -> str:
    """Give a reason why a dish does not suit."""
    return reason_text(speak, one.code, {"subject": one.subject, "rule": one.rule}, found.catalogue)


def _limit_text(speak: Translator, found: Week, one: PlanObjection) -> str:
    """Give a safe limit that would break: "... bovengrens: energie, maandag"."""
    where, _, apart = one.subject.partition(" ")
    scope, _, nutrient = where.rpartition("/")
    day, _, rest = scope.partition("/") if not apart else where.partition("/")
    slot = rest.partition("/")[0]
    words = [speak.say(f"nutrient.{apart or nutrient}").lower()]
    words.append(_day(speak, found, int(day)) if day.isdecimal() else speak.say("plan.whole_week"))
    words += [slot_name(speak, slot).lower()] if slot else []
    return speak.say(one.code, subject=", ".join(words))


def price_lines(speak: Translator, delta: tuple[int, ...]) -> tuple[str, ...]:
    """Give the price in each level of the objective that changes, the weightiest first."""
    changed = [(code, by) for code, by in zip(LEVEL_CODES, delta, strict=True) if by]
    return tuple(
        speak.say(
            PlanChange.BETTER if by < 0 else PlanChange.WORSE,
            amount=speak.number(abs(by)),
            level=speak.say(code),
        )
        for code, by in changed
    ) or (speak.say("plan.why_not.equal"),)
