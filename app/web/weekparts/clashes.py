"""Rules that cannot hold together, in sentences, and what may be given up for one week."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import menus
from app.i18n import Translator
from app.operations.serving import reason_text
from app.operations.weekplan import Week, week_days
from app.operations.weekrequest import GIVEN_UP_HERE
from app.pipeline import Call, Problem
from app.web.weekparts.names import dish_name, role_name, slot_name
from app.web.words import coded, food_word, sentence, started
from menus import NUTRIENTS, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A rule without which there is a week, with those that go with it in its text.

    `here`: it may be given up on this page.
    """

    rule: str
    text: str
    here: bool


def clashes(speak: Translator, found: Week) -> tuple[str, ...]:
    """Give each rule that stands in the way of a week as a sentence."""
    rules = found.plan.conflict if found.plan else ()
    return tuple(rule_text(speak, found, rule) for rule in rules)


def offers(speak: Translator, found: Week) -> tuple[Offer, ...]:
    """Give what would make a week possible; an allergy or a texture is never among it."""
    return tuple(
        Offer(
            rule=one.rule.rule,
            text=" ".join(rule_text(speak, found, rule) for rule in (one.rule, *one.also)),
            here=all(_kind(rule) in GIVEN_UP_HERE for rule in (one.rule, *one.also)),
        )
        for one in (found.plan.relaxations if found.plan else ())
    )


def _kind(rule: Rule) -> str:
    return rule.rule.partition(":")[0]


def rule_text(speak: Translator, found: Week, rule: Rule) -> str:
    """Give a rule of the request as a sentence; one without words of its own is named by it."""
    kind = rule.code.rpartition(".")[2]
    words = _WORDS.get(kind)
    if words is None or not speak.knows(f"plan.clash.{kind}"):
        return f"{speak.say(rule.code, subject=rule.subject)}."
    return started(speak.say(f"plan.clash.{kind}", **words(speak, found, rule.subject)))


_Words = Callable[[Translator, Week, str], Mapping[str, str]]


def _coded(*prefixes: str) -> _Words:
    def words(speak: Translator, _found: Week, subject: str) -> Mapping[str, str]:
        known = (f"{prefix}.{subject}" for prefix in prefixes)
        code = next((one for one in known if speak.knows(one)), None)
        return {"subject": speak.say(code).lower() if code else subject}

    return words


def _food(speak: Translator, found: Week, subject: str) -> Mapping[str, str]:
    return {"subject": food_word(speak, found.catalogue, subject).lower()}


def _variant(speak: Translator, found: Week, subject: str) -> Mapping[str, str]:
    return {"subject": dish_name(speak, found.catalogue, subject)}


def _level(kind: str) -> _Words:
    def words(speak: Translator, _found: Week, subject: str) -> Mapping[str, str]:
        return {"level": subject or "?", "name": coded(speak, f"iddsi.{kind}", subject)}

    return words


def _seasoning(speak: Translator, _found: Week, subject: str) -> Mapping[str, str]:
    names = (coded(speak, "seasoning", one).lower() for one in subject.split(","))
    return {"subject": ", ".join(names)}


def _limit(scope: str, end: str) -> _Words:
    """Words of a safe limit: the nutrient with the figure that was asked."""

    def words(speak: Translator, found: Week, subject: str) -> Mapping[str, str]:
        code = subject.partition("/")[0]
        windows = dict(getattr(found.request, scope)) if found.request else {}
        limit = getattr(windows.get(code, menus.Window()), end)
        nutrient = next((one for one in NUTRIENTS if one.code == code), None)
        name = coded(speak, "nutrient", code).lower()
        if nutrient is None or limit is None:
            return {"nutrient": name, "amount": "?"}
        unit = speak.say(f"unit.{nutrient.unit}")
        return {"nutrient": name, "amount": f"{speak.number(limit / nutrient.scale)}\u00a0{unit}"}

    return words


def _ceiling(speak: Translator, found: Week, subject: str) -> Mapping[str, str]:
    at = int(subject) if subject.isdecimal() else 0
    caps = found.request.max_energy_by_day if found.request else ()
    cap = caps[at] if at < len(caps) else None
    if cap is None:
        return {"day": _day(speak, found, at), "amount": "?"}
    energy = next(one for one in NUTRIENTS if one.code == "energy_kcal")
    amount = f"{speak.number(cap / energy.scale)}\u00a0{speak.say(f'unit.{energy.unit}')}"
    return {"day": _day(speak, found, at), "amount": amount}


def _pin(speak: Translator, found: Week, subject: str) -> Mapping[str, str]:
    day, slot, role = (*subject.split("/"), "", "")[:3]
    pins = found.request.pins if found.request else ()
    dish = next(
        (one.variant for one in pins if (f"{one.day}", one.slot, one.role) == (day, slot, role)), ""
    )
    return {
        "day": _day(speak, found, int(day) if day.isdecimal() else 0),
        "slot": slot_name(speak, slot).lower(),
        "dish": dish_name(speak, found.catalogue, dish) if dish else role_name(speak, role),
    }


def _role(speak: Translator, _found: Week, subject: str) -> Mapping[str, str]:
    slot, _, role = subject.partition("/")
    return {"slot": slot_name(speak, slot).lower(), "role": role_name(speak, role)}


def _day(speak: Translator, found: Week, at: int) -> str:
    days: tuple[date, ...] = week_days(found.row) if found.row else ()
    return speak.weekday(days[at]) if at < len(days) else str(at + 1)


_WORDS: Mapping[str, _Words] = {
    "allergy": _coded("allergen"),
    "intolerance": _coded("intolerance", "allergen"),
    "food_iddsi": _level("food"),
    "drink_iddsi": _level("drink"),
    "exclude_ingredient": _food,
    "exclude_property": _coded("property"),
    "diet": _coded("property"),
    "seasoning": _seasoning,
    "day_safe_min": _limit("day", "safe_min"),
    "day_safe_max": _limit("day", "safe_max"),
    "week_safe_min": _limit("week", "safe_min"),
    "week_safe_max": _limit("week", "safe_max"),
    "max_energy": _ceiling,
    "pin": _pin,
    "role": _role,
    "recalled": _variant,
    "rule": _coded("rule"),
}


def problem_text(call: Call, found: Week, problem: Problem) -> str:
    """Give what kept an act from being done: a rule in its words, a dish by its name."""
    args = dict(problem.args)
    if problem.code.startswith("plan.rule."):
        kind = problem.code.removeprefix("plan.rule.")
        return rule_text(call.translator, found, Rule(rule=f"{kind}:{args.get('subject', '')}"))
    if "sku" in args:
        name = dish_name(call.translator, found.catalogue, str(args["sku"]))
        told = reason_text(call.translator, problem.code, args, found.catalogue)
        return f"{name}: {told}"
    return sentence(call, problem)
