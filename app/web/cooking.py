"""One dish in three ways, in words: own ingredients, meal components, ready-made."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app import paper
from app.i18n import Translator
from app.web.dishes import contents, name_of, ways_to_warm
from menus import (
    KEEPING,
    THAWED_HOURS,
    Added,
    Catalogue,
    CookStep,
    Eater,
    Keeping,
    Part,
    PartLine,
    Portion,
    Variant,
    WarmingPlace,
    Zone,
    choices,
    companions,
    cook_steps,
    measure,
    scaled,
    texture_steps,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """For whom, which size of portion, how many of them, and where they are warmed up.

    `barred`: what may not be eaten beside it.
    """

    eater: Eater
    portion: Portion
    portions: int
    warming: WarmingPlace
    barred: frozenset[str] = frozenset()


def own_recipe(
    speak: Translator, stock: Catalogue, one: Variant, serving: Serving
) -> dict[str, Any]:
    """Give the recipe scaled to the servings: parts with amounts and steps, then the texture."""
    parts = scaled(stock, one, one.portions_g[serving.portion] * serving.portions)
    names = _Names(speak, stock, parts)
    return {
        "parts": [_part(names, part, alone=len(parts) == 1) for part in parts],
        "texture": [names.step(step) for step in texture_steps(one, parts)],
        "tests": [
            {
                "name": speak.say(f"texture_test.{test}"),
                "text": speak.say(f"texture.test.{test}.{one.iddsi}"),
            }
            for test in one.processing.tests
        ],
        "total_g": one.portions_g[serving.portion] * serving.portions,
    }


@dataclass(frozen=True, slots=True)
class _Names:
    """Words for what goes into a recipe."""

    speak: Translator
    stock: Catalogue
    parts: tuple[Part, ...]

    def item(self, item: str, part: int | None) -> str:
        """Name an ingredient, or a part by its number."""
        if part is not None:
            return self.speak.say("cookbook.part", number=part)
        return str(getattr(self.stock.ingredients[item].names, self.speak.language))

    def step(self, step: CookStep) -> str:
        """Say a step; what goes in is named in the order of the recipe, each once."""
        numbers = {line.item: line.part for part in self.parts for line in part.lines}
        named = [self.item(item, numbers[item]) for item in dict.fromkeys(step.items)]
        return self.speak.say(step.code, items=", ".join(named), **dict(step.figures))

    def amount(self, line: PartLine) -> str:
        """Give an amount in kitchen measures; of another part, in grams as it was made."""
        if line.part is not None:
            whole = self.speak.number(_whole(line.mg / 1000))
            return self.speak.say("cookbook.unit.g", amount=whole)
        bought = self.stock.ingredients.get(line.item)
        density = bought.density_mg_per_ml if bought else None
        found = measure(line.mg, density, weigh=line.why is Added.THICKENER)
        return paper.measured(found, self.speak)


def _part(names: _Names, part: Part, *, alone: bool) -> dict[str, Any]:
    speak = names.speak
    return {
        "title": None if alone else speak.say("cookbook.part", number=part.number),
        "lines": [
            {
                "name": names.item(line.item, line.part),
                "amount": names.amount(line),
                "why": speak.say(f"added.{line.why}") if line.why else None,
            }
            for line in part.lines
        ],
        "steps": [names.step(step) for step in cook_steps(part)],
        "ready": speak.say("cookbook.ready_g", grams=_whole(part.ready_g)),
    }


def _whole(grams: Fraction) -> int:
    return max(1, round(grams))


def combined(speak: Translator, stock: Catalogue, one: Variant, serving: Serving) -> dict[str, Any]:
    """Give the dish as one of a meal's components, with what goes beside it."""
    beside = companions(one, choices(stock, serving.eater, serving.barred))
    return {
        "dish": _component(speak, one, serving),
        "beside": [
            {
                "role": speak.say(f"role.{place.role}"),
                "dishes": [_component(speak, each, serving) for each in place.variants],
            }
            for place in beside
        ],
    }


def _component(speak: Translator, one: Variant, serving: Serving) -> dict[str, Any]:
    grams = one.portions_g[serving.portion]
    return {
        "component": one.component,
        "name": name_of(speak, one),
        "amount": speak.say("cookbook.portions", count=serving.portions, grams=grams),
        "kind": one.kind,
        "iddsi": one.iddsi,
        "warm": ways_to_warm(speak, serving.warming.ways(one.regeneration)),
    }


def ready_made(
    speak: Translator, stock: Catalogue, one: Variant, serving: Serving
) -> dict[str, Any]:
    """Give the dish as it is delivered: what is in it, how to warm and how to keep it."""
    del stock
    frozen = one.zone is Zone.FROZEN
    return {
        "dish": _component(speak, one, serving),
        "contents": contents(speak, one),
        "storage": None if frozen else speak.say(f"paper.label.storage.{one.zone}"),
        "keeping": [_kept(speak, row) for row in KEEPING] if frozen else [],
        "thawed": speak.say("cookbook.keep.thawed", hours=THAWED_HOURS) if frozen else None,
    }


def _kept(speak: Translator, row: Keeping) -> dict[str, str]:
    if row.to_date:
        text = speak.say("cookbook.keep.date")
    elif row.days:
        text = speak.say("cookbook.keep.days", count=row.days)
    else:
        text = speak.say("cookbook.keep.not")
    return {"freezer": speak.say(f"freezer.{row.freezer}"), "text": text}
