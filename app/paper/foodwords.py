"""What a food's record says, in sentences: the printed label and the page use the same ones."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.i18n import Translator
from app.paper.marks import allergen_words, name_of, seasoning_name
from app.paper.nutrition import NBSP
from menus import (
    KEEPING,
    FoodInformation,
    Freezer,
    Kind,
    ListedIngredient,
    Seasoning,
    WarmingPlace,
)

_LEAST = Decimal("0.1")

Pieces = tuple[tuple[str, bool], ...]
"""Text with what stands out in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoodWords:
    """A record in the reader's language; allergens stand out (art. 21(1)(b) of the Regulation)."""

    title: str
    ingredients: Pieces
    allergens: Pieces
    may_contain: Pieces
    claims: str
    statements: tuple[str, ...]
    heating: str
    storage: str


def food_words(food: FoodInformation, speak: Translator) -> FoodWords:
    """Every sentence of a record."""
    title = name_of(food.names, speak)
    if food.seasoning is not Seasoning.STANDARD:
        title += f", {seasoning_name(food.seasoning, speak).lower()}"
    return FoodWords(
        title=title,
        ingredients=_ingredients(food, speak),
        allergens=_contains(food, speak),
        may_contain=_may_contain(food, speak),
        claims=_claims(food, speak),
        statements=tuple(speak.say(each) for each in food.statements),
        heating=_heating(food, speak),
        storage=_storage(food, speak),
    )


def emphasised(ingredient: ListedIngredient, speak: Translator) -> Pieces:
    """An ingredient's name with each allergen standing out: in its name, or after it."""
    name = name_of(ingredient.names, speak)
    pieces: list[tuple[str, bool]] = [(name, False)]
    behind = []
    for code in ingredient.allergens:
        word = allergen_words((code,), speak)
        short = word.partition(" (")[0]
        at = _found(short.lower(), name.lower())
        if at is not None and len(pieces) == 1:
            end = at + len(short)
            pieces = [(name[:at], False), (name[at:end], True), (name[end:], False)]
        else:
            behind.append(word)
    if behind:
        pieces += [(" (", False), (", ".join(behind), True), (")", False)]
    return tuple(piece for piece in pieces if piece[0])


def _found(word: str, name: str) -> int | None:
    """Where a name speaks of a word: at an edge of one of its words, as in karnemelk.

    Not inside one: schimmelkaas does not speak of melk, whatever its letters.
    """
    spots = (found.start() for found in re.finditer(re.escape(word), name))
    for at in spots:
        before, after = name[:at][-1:], name[at + len(word) :][:1]
        if not (before.isalpha() and after.isalpha()):
            return at
    return None


def _ingredients(food: FoodInformation, speak: Translator) -> Pieces:
    """The list by descending weight, with the quantities that are told (art. 22)."""
    heading = "paper.label.ingredients_g" if food.shares_in_grams else "paper.label.ingredients"
    pieces: list[tuple[str, bool]] = [(speak.say(heading) + " ", True)]
    for number, each in enumerate(food.ingredients):
        pieces += [(", ", False)] if number else []
        pieces += emphasised(each, speak)
        if each.share_told:
            pieces.append((_share(each, speak, in_grams=food.shares_in_grams), False))
    return (*pieces, (".", False))


def _share(ingredient: ListedIngredient, speak: Translator, *, in_grams: bool) -> str:
    """A quantity in whole percents or grams, in tenths below ten; never nought for something."""
    share = Decimal(ingredient.per_100g_mg) / 1000
    unit = "" if in_grams else f"{NBSP}%"
    if share < _LEAST:
        return f"{NBSP}<{NBSP}{speak.number(_LEAST, 1)}{unit}"
    return f"{NBSP}{speak.number(share, 0 if share >= 10 else 1)}{unit}"


def _contains(food: FoodInformation, speak: Translator) -> Pieces:
    if not food.allergens:
        return ((speak.say("paper.label.contains_none"), False),)
    return _listing("paper.label.contains", food.allergens, speak)


def _may_contain(food: FoodInformation, speak: Translator) -> Pieces:
    return _listing("paper.label.may_contain", food.may_contain, speak) if food.may_contain else ()


def _listing(code: str, allergens: Iterable[str], speak: Translator) -> Pieces:
    return ((speak.say(code) + " ", False), (allergen_words(allergens, speak), True), (".", False))


def _claims(food: FoodInformation, speak: Translator) -> str:
    """Every claim as one sentence; empty when there is none."""
    said = [speak.say(f"label.claim.{each.rule}") for each in food.claims]
    text = ", ".join(said)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _heating(food: FoodInformation, speak: Translator) -> str:
    """How a home and a house warm it up: nobody knows yet who will eat this portion."""
    if not food.regeneration:
        drink = food.kind is Kind.DRINK
        return speak.say("paper.label.ready_drink" if drink else "paper.label.ready")
    advised = [WarmingPlace(at_home=home).ways(food.regeneration)[0] for home in (True, False)]
    ways = [
        speak.say(
            "paper.label.way",
            appliance=speak.say(f"appliance.{way.appliance}").lower(),
            heating=speak.say(f"heating.{way.heating}"),
            minutes=way.minutes,
        )
        for way in dict.fromkeys(advised)
    ]
    core = max(way.core_celsius for way in advised)
    return speak.say("paper.label.heat", ways=speak.say("week.or").join(ways), core=core)


def _storage(food: FoodInformation, speak: Translator) -> str:
    """How to keep it; frozen food for so many days per class of freezer (rule L-26)."""
    if not food.quick_frozen:
        return speak.say(f"paper.label.storage.{food.zone}")
    days = {row.freezer: row.days for row in KEEPING}
    return speak.say(
        "paper.label.storage.frozen",
        three=days[Freezer.THREE],
        two=days[Freezer.TWO],
        one=days[Freezer.ONE],
    )
