"""The one gate between an eater and a variant: every objection there is, or none."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from menus.allergens import ALLERGIES, covers
from menus.catalog import Kind, Variant
from menus.seasoning import Seasoning
from menus.texture import Iddsi, same_level

ASKED_LINES = ("allergy", "exclude_ingredient", "exclude_property", "diet")
"""Kinds of lines that a rule may ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks for a line of an order: a rule by its opaque id; None: somebody by hand.

    `line` is written as an objection names it: `allergy:gluten`, `exclude_property:alcohol`,
    `exclude_ingredient:pomelo`, `diet:gluten-free`.
    """

    line: str
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Eater:
    """What is ordered for one person who eats, without any reason why.

    `None` as level: nothing ordered, so nothing allowed. An empty `seasonings` allows all.
    `diets` asks for each property named; `exclude_properties` forbids each. `intolerances` name
    allergens too, but traces of those do no harm. `dislikes` name a main ingredient, component,
    variant or property; they forbid nothing. `asked` says which rules ask for a line: such a line
    holds by itself, also when it stands in no other field.
    """

    food_iddsi: Iddsi | None
    drink_iddsi: Iddsi | None
    allergies: frozenset[str] = frozenset()
    exclude_ingredients: frozenset[str] = frozenset()
    diets: frozenset[str] = frozenset()
    exclude_properties: frozenset[str] = frozenset()
    seasonings: frozenset[Seasoning] = frozenset()
    intolerances: frozenset[str] = frozenset()
    dislikes: frozenset[str] = frozenset()
    asked: tuple[Asked, ...] = ()

    def wants(self, kind: str, ordered: frozenset[str]) -> list[str]:
        """Words of one kind of line: those ordered, and those that a rule asks for, sorted."""
        if not self.asked:
            return sorted(ordered)
        start = f"{kind}:"
        ruled = {one.line.removeprefix(start) for one in self.asked if one.line.startswith(start)}
        return sorted(ordered | ruled)


_DISLIKE = "objection.dislike"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Why a variant does not suit: a code for the sentence, the eater's rule, what broke it.

    `rule` is the line of the order, such as `allergy:nuts`, or `rule:r-155` where an opaque rule
    asked for that line.
    """

    code: str
    rule: str
    subject: str

    @property
    def soft(self) -> bool:
        """Whether it only says that somebody would rather not: a dislike forbids nothing."""
        return self.code == _DISLIKE


OBJECTION_CODES: tuple[str, ...] = (
    "objection.allergy.contains",
    "objection.allergy.may_contain",
    "objection.allergy.unknown",
    "objection.allergy.incomplete",
    "objection.allergy.unknown_code",
    "objection.intolerance.contains",
    "objection.intolerance.unknown",
    "objection.intolerance.unknown_code",
    "objection.texture.food",
    "objection.texture.drink",
    "objection.texture.thin_liquid",
    "objection.texture.not_ordered",
    "objection.ingredient.excluded",
    "objection.diet.missing",
    "objection.property.excluded",
    "objection.seasoning.not_allowed",
    "objection.recalled",
    "objection.texture.failed",
    _DISLIKE,
)

THIN_LIQUID = "thin-liquid"
"""Property of food that gives off thin liquid: soup with pieces, ice cream, jelly, cereal in milk.

Such food counts as a drink too, so it needs the thin drink order (clinical specification 6.1,
after the IDDSI framework: melting and mixed foods are judged by their thinnest part).
"""


def objections(
    variant: Variant,
    eater: Eater,
    *,
    recalled: frozenset[str] = frozenset(),
    failed: frozenset[str] = frozenset(),
) -> tuple[Objection, ...]:
    """Every reason against serving the variant to the eater; without a hard one it suits.

    `recalled` names variants of which nothing may be served, `failed` those of which the lot at
    hand did not pass the texture test of its level. Allergens block when contained,
    possible or not known. A dish of which any allergen is not known is for nobody with an allergy:
    what its maker is silent about says how far the rest can be trusted (specification 6.4). An
    allergy or intolerance code nobody knows blocks every variant, because nobody can say that it
    is safe.

    What is not stated: a diet asks for a property, so a variant that does not have it is refused.
    An excluded property or ingredient is looked for in the variant, and its absence is trusted:
    the table of ingredients lists all that is bought and all its properties, an importer may leave
    none out, and a word that the catalogue does not know is refused where it enters
    (`plan.error.unknown_word`, `order.unknown_ingredient`), so that none excludes nothing.
    """
    hard = hard_objections(variant, eater, recalled=recalled, failed=failed)
    return (*hard, *_dislikes(variant, eater))


def hard_objections(
    variant: Variant,
    eater: Eater,
    *,
    recalled: frozenset[str] = frozenset(),
    failed: frozenset[str] = frozenset(),
) -> tuple[Objection, ...]:
    """The objections that forbid to serve the variant; empty: it suits."""
    found = (
        *_allergies(variant, eater),
        *_intolerances(variant, eater),
        *_texture(variant, eater),
        *_exclusions(variant, eater),
        *_diets(variant, eater),
        *_seasoning(variant, eater),
        *_of_lot("recalled", variant, recalled),
        *_of_lot("texture.failed", variant, failed),
    )
    if not eater.asked:
        return found
    return tuple(each for one in found for each in _by_rule(one, eater))


def _by_rule(one: Objection, eater: Eater) -> Iterator[Objection]:
    """The objection once for each rule that asks for its line; two rules are two reasons."""
    rules = {each.rule for each in eater.asked if each.line == one.rule}
    if not rules or None in rules:
        yield one
    for rule in sorted(rule for rule in rules if rule is not None):
        yield replace(one, rule=f"rule:{rule}")


def _allergies(variant: Variant, eater: Eater) -> list[Objection]:
    found: list[Objection] = []
    for allergy in eater.wants("allergy", eater.allergies):
        rule = f"allergy:{allergy}"
        if allergy not in ALLERGIES:
            found.append(_objection("allergy.unknown_code", rule, allergy))
        for certainty in ("contains", "may_contain", "unknown"):
            found += [
                _objection(f"allergy.{certainty}", rule, allergen)
                for allergen in sorted(getattr(variant.allergens, certainty))
                if covers(allergy, allergen)
            ]
        silent = (one for one in variant.allergens.unknown if not covers(allergy, one))
        found += [_objection("allergy.incomplete", rule, allergen) for allergen in sorted(silent)]
    return found


def _intolerances(variant: Variant, eater: Eater) -> list[Objection]:
    """Contained or not known blocks; what may hold traces does not (specification 6.4)."""
    return [
        _objection("intolerance.unknown_code", f"intolerance:{name}", name)
        for name in sorted(eater.intolerances - ALLERGIES)
    ] + [
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
        for subject in eater.wants("exclude_ingredient", eater.exclude_ingredients)
        if subject in variant.ingredients
    ] + [
        _objection("property.excluded", f"exclude_property:{subject}", subject)
        for subject in eater.wants("exclude_property", eater.exclude_properties)
        if subject in variant.properties
    ]


def _diets(variant: Variant, eater: Eater) -> list[Objection]:
    return [
        _objection("diet.missing", f"diet:{diet}", diet)
        for diet in eater.wants("diet", eater.diets)
        if diet not in variant.properties
    ]


def _seasoning(variant: Variant, eater: Eater) -> list[Objection]:
    if not eater.seasonings or variant.seasoning in eater.seasonings:
        return []
    rule = "seasoning:" + ",".join(sorted(eater.seasonings))
    return [_objection("seasoning.not_allowed", rule, variant.seasoning)]


def _of_lot(code: str, variant: Variant, named: frozenset[str]) -> list[Objection]:
    if variant.id not in named:
        return []
    return [_objection(code, f"{code}:{variant.id}", variant.id)]


def wishes(variant: Variant, words: frozenset[str]) -> frozenset[str]:
    """Which of the words that somebody likes or dislikes name the variant.

    Its id, component, properties and main ingredients: what its name speaks of, or what makes up
    5 % of it or more. Whoever dislikes leek does not mean each soup with a stock that leek went
    into; an excluded ingredient is looked for in all that is bought.
    """
    return words & ({variant.id, variant.component} | variant.main_ingredients | variant.properties)


def _dislikes(variant: Variant, eater: Eater) -> list[Objection]:
    found = sorted(wishes(variant, eater.dislikes))
    return [_objection("dislike", f"dislike:{word}", word) for word in found]


def _objection(code: str, rule: str, subject: str) -> Objection:
    return Objection(code=f"objection.{code}", rule=rule, subject=subject)
