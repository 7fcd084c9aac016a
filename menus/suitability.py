"""The one gate between an eater and a variant: every objection there is, or none."""

from dataclasses import dataclass

from menus.allergens import ALLERGIES, covers
from menus.catalog import Kind, Variant
from menus.seasoning import Seasoning
from menus.texture import Iddsi, same_level


@dataclass(frozen=True, slots=True, kw_only=True)
class Eater:
    """What is ordered for one person who eats, without any reason why.

    `None` as level: nothing ordered, so nothing allowed. An empty `seasonings` allows all.
    `diets` asks for each property named; `exclude_properties` forbids each. `intolerances` name
    allergens too, but traces of those do no harm.
    """

    food_iddsi: Iddsi | None
    drink_iddsi: Iddsi | None
    allergies: frozenset[str] = frozenset()
    exclude_ingredients: frozenset[str] = frozenset()
    diets: frozenset[str] = frozenset()
    exclude_properties: frozenset[str] = frozenset()
    seasonings: frozenset[Seasoning] = frozenset()
    intolerances: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Why a variant does not suit: a code for the sentence, the eater's rule, what broke it."""

    code: str
    rule: str
    subject: str


OBJECTION_CODES: tuple[str, ...] = (
    "objection.allergy.contains",
    "objection.allergy.may_contain",
    "objection.allergy.unknown",
    "objection.allergy.unknown_code",
    "objection.intolerance.contains",
    "objection.intolerance.unknown",
    "objection.texture.food",
    "objection.texture.drink",
    "objection.texture.thin_liquid",
    "objection.texture.not_ordered",
    "objection.ingredient.excluded",
    "objection.diet.missing",
    "objection.property.excluded",
    "objection.seasoning.not_allowed",
)

THIN_LIQUID = "thin-liquid"
"""Property of food that gives off thin liquid: soup with pieces, ice cream, jelly, cereal in milk.

Such food counts as a drink too, so it needs the thin drink order (clinical specification 6.1,
after the IDDSI framework: melting and mixed foods are judged by their thinnest part).
"""


def objections(variant: Variant, eater: Eater) -> tuple[Objection, ...]:
    """Every reason why the variant may not be served to the eater; empty means suitable.

    Allergens block when contained, possible or not known, for any recorded allergy; an allergy
    code nobody knows blocks every variant, because nobody can say that it is safe.
    """
    return (
        *_allergies(variant, eater),
        *_intolerances(variant, eater),
        *_texture(variant, eater),
        *_exclusions(variant, eater),
        *_diets(variant, eater),
        *_seasoning(variant, eater),
    )


def _allergies(variant: Variant, eater: Eater) -> list[Objection]:
    found: list[Objection] = []
    for allergy in sorted(eater.allergies):
        rule = f"allergy:{allergy}"
        if allergy not in ALLERGIES:
            found.append(_objection("allergy.unknown_code", rule, allergy))
        for certainty in ("contains", "may_contain", "unknown"):
            found += [
                _objection(f"allergy.{certainty}", rule, allergen)
                for allergen in sorted(getattr(variant.allergens, certainty))
                if covers(allergy, allergen)
            ]
    return found


def _intolerances(variant: Variant, eater: Eater) -> list[Objection]:
    """Contained or not known blocks; what may hold traces does not (specification 6.4)."""
    return [
        _objection(f"intolerance.{certainty}", f"intolerance:{name}", allergen)
        for name in sorted(eater.intolerances)
        for certainty in ("contains", "unknown")
        for allergen in sorted(getattr(variant.allergens, certainty))
        if covers(name, allergen)
    ]


def _texture(variant: Variant, eater: Eater) -> list[Objection]:
    drink = variant.kind is Kind.DRINK
    order = eater.drink_iddsi if drink else eater.food_iddsi
    found = _level(variant.iddsi, order, kind=variant.kind)
    if THIN_LIQUID in variant.properties and eater.drink_iddsi is not Iddsi.L0:
        rule = f"drink_iddsi:{eater.drink_iddsi or ''}"
        found.append(_objection("texture.thin_liquid", rule, THIN_LIQUID))
    return found


def _level(served: Iddsi, order: Iddsi | None, *, kind: Kind) -> list[Objection]:
    if same_level(served, order):
        return []
    if order is None:
        return [_objection("texture.not_ordered", f"{kind}_iddsi:", served)]
    return [_objection(f"texture.{kind}", f"{kind}_iddsi:{order}", served)]


def _exclusions(variant: Variant, eater: Eater) -> list[Objection]:
    return [
        _objection("ingredient.excluded", f"exclude_ingredient:{subject}", subject)
        for subject in sorted(eater.exclude_ingredients & variant.ingredients)
    ] + [
        _objection("property.excluded", f"exclude_property:{subject}", subject)
        for subject in sorted(eater.exclude_properties & variant.properties)
    ]


def _diets(variant: Variant, eater: Eater) -> list[Objection]:
    return [
        _objection("diet.missing", f"diet:{diet}", diet)
        for diet in sorted(eater.diets - variant.properties)
    ]


def _seasoning(variant: Variant, eater: Eater) -> list[Objection]:
    if not eater.seasonings or variant.seasoning in eater.seasonings:
        return []
    rule = "seasoning:" + ",".join(sorted(eater.seasonings))
    return [_objection("seasoning.not_allowed", rule, variant.seasoning)]


def _objection(code: str, rule: str, subject: str) -> Objection:
    return Objection(code=f"objection.{code}", rule=rule, subject=subject)
