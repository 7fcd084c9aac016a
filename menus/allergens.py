"""The allergens that must be named (Regulation (EU) 1169/2011, annex II), as codes."""

from collections.abc import Iterable
from dataclasses import dataclass

ALLERGENS: tuple[str, ...] = (
    "gluten:wheat",
    "gluten:rye",
    "gluten:barley",
    "gluten:oats",
    "crustaceans",
    "eggs",
    "fish",
    "peanuts",
    "soy",
    "milk",
    "nuts:almond",
    "nuts:hazelnut",
    "nuts:walnut",
    "nuts:cashew",
    "nuts:pecan",
    "nuts:brazil",
    "nuts:pistachio",
    "nuts:macadamia",
    "celery",
    "mustard",
    "sesame",
    "sulphites",
    "lupin",
    "molluscs",
)
ALLERGEN_GROUPS: tuple[str, ...] = ("gluten", "nuts")
"""Groups an allergy may name as a whole; annex II asks the species by name on the label."""

ALLERGIES: frozenset[str] = frozenset(ALLERGENS) | frozenset(ALLERGEN_GROUPS)
"""Every allergy code that can be checked; any other code blocks everything."""


def covers(allergy: str, allergen: str) -> bool:
    """Whether an allergy to `allergy` is an allergy to `allergen`: itself, or its group."""
    return allergy in (allergen, allergen.partition(":")[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergenSet:
    """What is certain, possible (cross-contact) and not known about a food's allergens.

    `unknown` names allergens on which the supplier is silent. A stronger statement drops the
    weaker one: an allergen contained is not also listed as possible.
    """

    contains: frozenset[str] = frozenset()
    may_contain: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse codes outside annex II, and put each code in its strongest place only."""
        strange = (self.contains | self.may_contain | self.unknown) - frozenset(ALLERGENS)
        if strange:
            raise ValueError(f"no allergen of annex II: {sorted(strange)}")
        unknown = self.unknown - self.contains - self.may_contain
        object.__setattr__(self, "may_contain", self.may_contain - self.contains)
        object.__setattr__(self, "unknown", unknown)

    @property
    def any(self) -> frozenset[str]:
        """Every allergen that is, or may be, or is not known not to be in the food."""
        return self.contains | self.may_contain | self.unknown


def union(parts: Iterable[AllergenSet]) -> AllergenSet:
    """The allergens of a dish made of `parts`: whatever one part has, the dish has."""
    sets = tuple(parts)
    return AllergenSet(
        contains=frozenset().union(*(each.contains for each in sets)),
        may_contain=frozenset().union(*(each.may_contain for each in sets)),
        unknown=frozenset().union(*(each.unknown for each in sets)),
    )
