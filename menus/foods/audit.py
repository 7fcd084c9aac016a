"""Whether the catalogue can say everything that a label needs, and what else is thin in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from menus.allergens import ALLERGENS
from menus.catalog import Bite, Catalogue, Ingredient, Kind, Variant
from menus.foods.checks import Outlier, outliers
from menus.making import TextureTest, Work
from menus.nutrients import CODES, INDEX
from menus.programmes import StepKind
from menus.recipes import explode
from menus.texture import Iddsi

LABEL_FIGURES: tuple[str, ...] = (
    *("energy_kcal", "fat_g", "saturated_fat_g", "carbohydrate_g", "sugars_g", "fibre_g"),
    *("protein_g", "salt_g"),
)
"""Regulation (EU) 1169/2011, art. 30; fibre because carbohydrate is declared without it."""

_MADE = {
    Kind.FOOD: frozenset({Iddsi.L3, Iddsi.L4, Iddsi.L5, Iddsi.L6}),
    Kind.DRINK: frozenset({Iddsi.L1, Iddsi.L2, Iddsi.L3, Iddsi.L4}),
}
_SOFT_AS_IT_IS = frozenset({Bite.LIQUID, Bite.SMOOTH, Bite.SOFT})
_SAMPLE_G = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelGap:
    """What keeps a variant from having a label: figures and allergens that are not known."""

    variant: str
    figures: tuple[str, ...]
    allergens: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinSum:
    """A nutrient whose sum is not known in some variants, and the ingredients at fault."""

    nutrient: str
    variants: int
    ingredients: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A figure that its own row lacks, with where it comes from."""

    ingredient: str
    nutrient: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Everything found; `passed` while nothing that a label needs is missing."""

    version: str
    variants: int
    ingredients: int
    gaps: tuple[LabelGap, ...]
    thin: tuple[ThinSum, ...]
    unmade: tuple[str, ...]
    untested: tuple[str, ...]
    unprogrammed: tuple[str, ...]
    tested: tuple[str, ...]
    unknown_allergens: tuple[tuple[str, tuple[str, ...]], ...]
    unused: tuple[str, ...]
    filled: tuple[Filled, ...]
    outliers: tuple[Outlier, ...]

    @property
    def passed(self) -> bool:
        """Whether every variant can have a label."""
        return not self.gaps


def audit(catalogue: Catalogue) -> Audit:
    """Look at every variant and every ingredient of a catalogue.

    `unmade`: variants of a modified texture that nothing makes so: no work while the dish is not
    soft as it is, or blending without the step in the kitchen. `untested`: such variants without a
    test to prove the level; `tested`: those whose lots wait for a passed test before release.
    `unprogrammed`: components with a step on a machine whose programme nobody wrote.
    """
    variants = catalogue.variants.values()
    ingredients = catalogue.ingredients.values()
    used = {word for each in variants for word in each.ingredients}
    return Audit(
        version=catalogue.version,
        variants=len(catalogue.variants),
        ingredients=len(catalogue.ingredients),
        gaps=tuple(gap for each in variants if (gap := _gap(each))),
        thin=tuple(_thin(catalogue)),
        unmade=tuple(each.id for each in variants if _is_unmade(each)),
        untested=tuple(each.id for each in variants if _modified(each) and not _tests(each)),
        unprogrammed=tuple(
            each.id
            for each in catalogue.components.values()
            if any(step.unsaid for step in each.steps)
        ),
        tested=tuple(each.id for each in variants if _modified(each) and _tests(each)),
        unknown_allergens=tuple(
            (each.id, _in_order(each.allergens.unknown))
            for each in ingredients
            if each.allergens.unknown
        ),
        unused=tuple(each.id for each in ingredients if each.id not in used),
        filled=tuple(entry for each in ingredients for entry in _filled(each)),
        outliers=tuple(entry for each in ingredients for entry in outliers(each)),
    )


def _gap(variant: Variant) -> LabelGap | None:
    figures = tuple(code for code in LABEL_FIGURES if variant.per_100g[INDEX[code]] is None)
    allergens = _in_order(variant.allergens.unknown)
    if not figures and not allergens:
        return None
    return LabelGap(variant=variant.id, figures=figures, allergens=allergens)


def _in_order(allergens: frozenset[str]) -> tuple[str, ...]:
    return tuple(code for code in ALLERGENS if code in allergens)


def _thin(catalogue: Catalogue) -> Iterable[ThinSum]:
    """Nutrients with an unknown sum; what is bought for those variants and lacks the figure."""
    bought = {name: set(explode(catalogue, name, _SAMPLE_G)) for name in catalogue.variants}
    for code in CODES:
        at = INDEX[code]
        short = [each.id for each in catalogue.variants.values() if each.per_100g[at] is None]
        if not short:
            continue
        parts = set().union(*(bought[name] for name in short))
        silent = sorted(name for name in parts if catalogue.ingredients[name].per_100g[at] is None)
        yield ThinSum(nutrient=code, variants=len(short), ingredients=tuple(silent))


def _modified(variant: Variant) -> bool:
    return variant.iddsi in _MADE[variant.kind]


def _tests(variant: Variant) -> tuple[TextureTest, ...]:
    return variant.processing.tests


def _is_unmade(variant: Variant) -> bool:
    work = variant.processing.work
    if Work.BLEND in work and all(step.kind is not StepKind.BLEND for step in variant.steps):
        return True
    return _modified(variant) and not work and variant.bite not in _SOFT_AS_IT_IS


def _filled(ingredient: Ingredient) -> Iterable[Filled]:
    for nutrient, origin in ingredient.filled:
        yield Filled(ingredient=ingredient.id, nutrient=nutrient, origin=origin)
