"""A group menu served to many, and every reason of an order as a sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from app.i18n import Translator
from app.operations.orders import Line, Note
from menus import ALLERGIES, Catalogue, Eater, Portion, Served, serve


class Menu:
    """The components of one meal; people with the same profile are served the same, once."""

    def __init__(
        self, catalogue: Catalogue, components: Iterable[str], recalled: frozenset[str]
    ) -> None:
        """Keep which components are no longer in the catalogue apart."""
        self.components = tuple(components)
        self.unknown = tuple(one for one in self.components if one not in catalogue.components)
        self._catalogue, self._recalled = catalogue, recalled
        self._served: dict[Eater, tuple[Served, ...]] = {}

    def serve(self, eater: Eater) -> tuple[Served, ...]:
        """Give each role to one person by the allergies that can be checked.

        An allergy code nobody knows fits no dish: the order is then held for a person, who
        finds here what would be served once the code turns out not to matter.
        """
        if eater not in self._served:
            checked = replace(eater, allergies=eater.allergies & ALLERGIES)
            self._served[eater] = serve(self._catalogue, self.components, checked, self._recalled)
        return self._served[eater]

    def lines(self, eater: Eater, portion: Portion) -> tuple[Line, ...]:
        """Give one portion of each role, with the reasons why a first choice was passed over."""
        return tuple(
            Line(
                sku=one.variant.id,
                portions=1,
                portion_g=one.variant.portions_g[portion],
                reasons=passed_over(one),
            )
            for one in self.serve(eater)
            if one.variant is not None
        )

    def undecided(self, ref: str, eater: Eater) -> tuple[Note, ...]:
        """Give the roles for which nothing suits: somebody must decide."""
        return tuple(
            ("order.nothing_suits", {"eater": ref, "role": one.role.value})
            for one in self.serve(eater)
            if one.variant is None
        )

    def size_of(self, variant: str, grams: int) -> Portion | None:
        """Give the size of so many grams of a variant; None for none of the three."""
        found = self._catalogue.variants.get(variant)
        sizes = found.portions_g.items() if found else ()
        return next((size for size, weight in sizes if weight == grams), None)

    def notes(self) -> tuple[Note, ...]:
        """Give the components of the menu that the catalogue no longer knows."""
        return tuple(("order.unknown_component", {"sku": one}) for one in self.unknown)


def passed_over(served: Served) -> tuple[Note, ...]:
    """Give why the first choice of a role did not suit."""
    return tuple(
        (one.code, {"subject": one.subject, "rule": one.rule, "sku": served.first_choice})
        for one in served.reasons
    )


def reason_text(
    speak: Translator, code: str, args: Mapping[str, Any], catalogue: Catalogue | None = None
) -> str:
    """Give a reason in the reader's words: dishes, roles and levels by name instead of by code."""
    return speak.say(code, **_worded(speak, code, args, catalogue))


def _worded(
    speak: Translator, code: str, args: Mapping[str, Any], catalogue: Catalogue | None
) -> dict[str, Any]:
    worded = dict(args)
    if "role" in args:
        worded["role"] = speak.say(f"role.{args['role']}")
    if "rule" in args:
        worded["rule"] = _rule_word(speak, str(args["rule"]), catalogue)
    if "subject" in args:
        worded["subject"] = _subject_word(speak, code, str(args["subject"]), catalogue)
    if "sku" in args and catalogue is not None:
        worded["sku"] = dish_name(speak, catalogue, str(args["sku"]))
    return worded


def dish_name(speak: Translator, catalogue: Catalogue, name: str) -> str:
    """Give the name of a component or variant; the code itself when the catalogue has none."""
    found = catalogue.components.get(name.partition("/")[0])
    return str(getattr(found.names, speak.language)) if found else name


_SUBJECTS = {
    "objection.diet.missing": "property",
    "objection.property.excluded": "property",
    "objection.seasoning.not_allowed": "seasoning",
    "objection.dislike": "property",
}
_RULES = {
    "allergy": "allergen",
    "intolerance": "allergen",
    "rule": "rule",
    "food_iddsi": "iddsi.food",
    "drink_iddsi": "iddsi.drink",
    "diet": "property",
    "exclude_property": "property",
}


_OF_GOODS = ("objection.recalled", "objection.texture.failed", "order.lot_held")


def _subject_word(speak: Translator, code: str, subject: str, catalogue: Catalogue | None) -> str:
    if code in _OF_GOODS and catalogue is not None:
        return dish_name(speak, catalogue, subject)
    if code == "objection.ingredient.excluded":
        return _ingredient(speak, subject, catalogue)
    word = f"{_SUBJECTS.get(code, 'allergen')}.{subject}"
    return speak.say(word).lower() if speak.knows(word) else subject


def _rule_word(speak: Translator, rule: str, catalogue: Catalogue | None) -> str:
    kind, _, value = rule.partition(":")
    if kind == "exclude_ingredient":
        return _ingredient(speak, value, catalogue)
    if kind == "seasoning":
        return ", ".join(speak.say(f"seasoning.{one}") for one in value.split(",") if one)
    word = f"{_RULES.get(kind)}.{value}"
    return speak.say(word).lower() if speak.knows(word) else rule


def _ingredient(speak: Translator, name: str, catalogue: Catalogue | None) -> str:
    found = catalogue.ingredients.get(name) if catalogue else None
    return str(getattr(found.names, speak.language)).lower() if found else name
