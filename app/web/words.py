"""Facts of care in the reader's words: figures, ranges, deadlines, what to mend in a form."""

from collections.abc import Iterable, Mapping, Sized
from datetime import date
from enum import StrEnum
from typing import Any

from app.i18n import Translator
from app.operations.casefacts import Risk, shown_risk
from app.operations.dossier import Face
from app.pipeline import Call, Problem
from menus import Catalogue
from screening import REFERENCE_SET, SEASONINGS, Range, ReferenceBasis, Status, Switch

UNITS = {"energy_kcal": "kcal", "start_energy_kcal": "kcal", "protein_g": "g", "fluid_ml": "ml"}
_PREFIXES = {
    "taste": "prescription.taste",
    "meal_pattern": "prescription.meals",
    "activity": "activity",
    "stress": "stress",
    **dict.fromkeys(SEASONINGS, "prescription.strength"),
}
TO = "\u2013"
"""Stands between two figures of a range."""

_CODED = {
    "allergies": "allergen",
    "excluded_properties": "property",
    "diets": "property",
    "conditions": "condition",
    "rules": "rule",
}


def started(text: str) -> str:
    """Give a sentence with its first letter large."""
    return text[:1].upper() + text[1:]


def sentence(call: Call, problem: Problem) -> str:
    """Give what is to be mended, with the name of the field and the unit in the reader's words."""
    args = dict(problem.args)
    for name in ("field", "unit"):
        if name in args and call.translator.knows(str(args[name])):
            args[name] = call.say(str(args[name]))
    return started(call.say(problem.code, **args))


def mends(call: Call, ids: Mapping[str, str] | None = None) -> tuple[tuple[str, str], ...]:
    """Give the list above a form: the control of each problem and its sentence."""
    known = ids or {}
    told = ((known.get(one.field, f"f-{one.field}"), sentence(call, one)) for one in call.problems)
    return tuple(dict.fromkeys(told))


def kept(call: Call, name: str, otherwise: Any = None) -> Any:
    """Give what was filled in when a form comes back, else what it starts from."""
    if not call.values:
        return otherwise
    given = call.values.get(name)
    return given[-1] if given else ""


def kept_all(call: Call, name: str, otherwise: Iterable[str] = ()) -> tuple[str, ...]:
    """Give every ticked answer of a form that comes back, else those it starts from."""
    return tuple(call.values.get(name, ())) if call.values else tuple(otherwise)


def deadline(speak: Translator, due: date, today: date) -> dict[str, str]:
    """Give a deadline in words; late and today carry a mark."""
    days = (due - today).days
    if days < 0:
        return {"kind": "danger", "text": speak.say("work.late", count=-days)}
    if days == 0:
        return {"kind": "warn", "text": speak.say("work.today")}
    text = speak.say("work.tomorrow") if days == 1 else speak.say("work.in_days", count=days)
    return {"kind": "", "text": text}


def between(speak: Translator, bounds: Range, unit: str) -> str | None:
    """Give both bounds with the unit, or one side; None without any bound."""
    low, high = bounds.low, bounds.high
    if low is None and high is None:
        return None
    if low is not None and high is not None:
        return f"{speak.number(low)}{TO}{speak.number(high)}\u00a0{unit}"
    if low is not None:
        return f"{speak.say('web.window.from', amount=speak.number(low))}\u00a0{unit}"
    return f"{speak.say('web.window.to', amount=speak.number(high or 0))}\u00a0{unit}"


def food_word(speak: Translator, stock: Catalogue, word: str) -> str:
    """Give an ingredient, dish or property by the name a person knows."""
    known = stock.ingredients.get(word) or stock.components.get(word) or stock.variants.get(word)
    if known is not None:
        return str(getattr(known.names, speak.language))
    code = f"property.{word}"
    return speak.say(code).lower() if speak.knows(code) else word


def coded(speak: Translator, prefix: str, word: str) -> str:
    """Give the name of a word of a closed list; a word nobody knows stays as it is."""
    code = f"{prefix}.{word}"
    return speak.say(code) if speak.knows(code) else word


def target(speak: Translator, stock: Catalogue, name: str, value: Any) -> str | None:
    """Give one field of a prescription in words; None when there is nothing in it."""
    if value is None or (isinstance(value, Sized) and not value):
        return None
    if isinstance(value, Range):
        return between(speak, value, UNITS.get(name) or name.rpartition("_")[2])
    if isinstance(value, Mapping):
        return ", ".join(_named_amount(speak, name, *one) for one in value.items())
    if isinstance(value, tuple):
        return ", ".join(_listed(speak, one) for one in value)
    if isinstance(value, frozenset):
        return ", ".join(sorted(_member(speak, stock, name, one) for one in value))
    return _single(speak, name, value)


def _single(speak: Translator, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return speak.say("web.yes" if value else "web.no")
    if isinstance(value, StrEnum):
        return coded(speak, _PREFIXES.get(name, "refeeding.level"), value)
    return _worded(speak, name, value)


def _worded(speak: Translator, name: str, value: Any) -> str:
    if isinstance(value, date):
        return speak.date(value)
    if isinstance(value, ReferenceBasis):
        return f"{REFERENCE_SET} {value.version}"
    if name == "energy_formula":
        return speak.say(f"formula.{value}", low=27, high=33)
    if name in ("food_level", "drink_level"):
        kind = name.partition("_")[0]
        return f"{value}, {coded(speak, f'iddsi.{kind}', str(value))}"
    return _figure(speak, name, value)


def _named_amount(speak: Translator, name: str, key: str, amount: int | None) -> str:
    """Give an intolerance with what is tolerated, or a nutrient with its usual amount."""
    known = f"intolerance.{key}" if name == "intolerances" else f"nutrient.{key}"
    word = speak.say(known)
    unit = "g" if name == "intolerances" else key.rpartition("_")[2].replace("ug", "µg")
    return word if amount is None else f"{word} {speak.number(amount)}\u00a0{unit}"


def _listed(speak: Translator, one: Any) -> str:
    """Give a time of the day, the energy of one day, or a rule put on or off with its reason."""
    if isinstance(one, Switch):
        state = speak.say("prescription.switch.on" if one.on else "prescription.switch.off")
        return f"{coded(speak, 'rule', one.rule)} ({state}: {one.why})"
    return speak.number(one) if isinstance(one, int) else str(one)


def _figure(speak: Translator, name: str, value: Any) -> str:
    if name == "based_on_weight_g":
        return f"{speak.number(value / 1000, 1)}\u00a0kg"
    unit = "%" if name == "portion_percent" else UNITS.get(name, "")
    return f"{speak.number(value)}\u00a0{unit}".strip()


def _member(speak: Translator, stock: Catalogue, name: str, one: str) -> str:
    if name in _CODED:
        return coded(speak, _CODED[name], one)
    return food_word(speak, stock, one)


def field_name(speak: Translator, name: str) -> str:
    """Give the name of a prescription's field or of the nutrient it bounds."""
    code = f"prescription.field.{name}"
    return speak.say(code if speak.knows(code) else f"nutrient.{name}")


def result_word(speak: Translator, head: Face) -> tuple[Risk | None, str | None]:
    """Give the risk of the newest screening with its points: "MUST 3, hoog"."""
    if head.assessment is None:
        return None, None
    result = head.assessment.result
    risk = shown_risk(result.instrument, result.acting_category, result.status)
    tool = speak.say(f"tool.{result.instrument}")
    word = risk_word(speak, risk, open_answers=result.status is not Status.COMPLETE).lower()
    low, high = result.min_score, result.max_score
    if low is None or high is None:
        return risk, f"{tool}, {word}"
    points = speak.number(low) if low == high else f"{speak.number(low)}{TO}{speak.number(high)}"
    return risk, f"{tool} {points}, {word}"


def risk_word(speak: Translator, risk: Risk | None, *, open_answers: bool) -> str:
    """Give a risk in words: "Hoog risico", or what open answers leave of it."""
    if not open_answers or risk is Risk.HIGH:
        return speak.say(f"risk.{risk or 'unknown'}")
    if risk is None:
        return speak.say("screening.partial")
    return speak.say("screening.risk_at_least", risk=speak.say(f"risk.{risk}").lower())


def place_of(speak: Translator, head: Face) -> str:
    """Give where a client lives: at home with the town, else the house."""
    if head.site.kind == "home":
        return speak.say("care.at_home", place=head.site.place)
    return head.site.name


def face_parts(call: Call, head: Face) -> dict[str, Any]:
    """Give what the head of every client page shows."""
    risk, text = result_word(call.translator, head)
    targets = head.targets
    return {
        "id": head.client.id,
        "name": head.client.full_name,
        "text": " · ".join(
            (
                call.say("care.years", count=head.age),
                place_of(call.translator, head),
                head.client.code,
            )
        ),
        "risk": risk,
        "risk_text": text,
        "food": targets.food_level if targets else None,
        "drink": targets.drink_level if targets else None,
        "signed": targets is not None,
        "allergies": sorted(targets.blocked_allergies) if targets else (),
    }
