"""Whether the name of a dish speaks of an ingredient."""

from menus.catalog import Ingredient, Names

_STEM = 4
"""Letters from which a word of a name counts as naming an ingredient: shorter ones are articles."""


def named(ingredient: Ingredient, dish: Names) -> bool:
    """Whether the dish's name, in any language, speaks of the ingredient or of what it is.

    Herbs and spices used in small amounts to season need no quantity (annex VIII, 1(a)(iii)), but
    telling one does no harm.
    """
    families = [word for family in ingredient.families for word in family.split("-")]
    return any(
        _stem(word) in told.lower()
        for own, told in zip(_spoken(ingredient.names), _spoken(dish), strict=True)
        for word in (*own.lower().replace(",", " ").split(), *families)
        if len(word) >= _STEM
    )


def _spoken(names: Names) -> tuple[str, str, str]:
    return names.nl, names.fr, names.en


def _stem(word: str) -> str:
    """A word without the end that a plural or an adjective changes: wortelen, carottes, eggs."""
    return word[: max(_STEM, len(word) - 2)]
