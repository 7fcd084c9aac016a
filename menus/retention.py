"""How much of a nutrient stays in food that is cooked, per method, with where the figure is from.

Each figure is the median over raw and cooked rows of the same food in USDA SR28, rounded to 5:
`percent` = cooked / raw per 100 g, over the same amount of what heat does not take away (dry matter
of boiled and drained vegetables; protein of meat and fish). Tests work the medians out again.

Minerals leave with water or juice that is poured off, so only `drain` loses them. The same rows
show losses from stewed and roasted meat (potassium 60 and 80 percent left), but in these recipes
the juice stays in the dish, and counting potassium or phosphorus too low would harm. What is not
listed stays whole by its median.
"""

from dataclasses import dataclass

from menus.catalog import Method

SR28 = "USDA SR28"
BORROWED = "USDA SR28, as stewed meat: vegetables have none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What is left of one nutrient after one method, in percent; `pairs` is how many rows tell."""

    method: Method
    nutrient: str
    percent: int
    pairs: int
    source: str = SR28


_FIGURES: dict[Method, tuple[tuple[str, int, int], ...]] = {
    Method.BOIL: (
        ("vitamin_c_mg", 70, 108),
        ("thiamin_mg", 85, 108),
        ("riboflavin_mg", 95, 108),
        ("niacin_mg", 90, 108),
        ("vitamin_b6_mg", 90, 107),
        ("folate_ug", 70, 108),
        ("vitamin_b12_ug", 65, 0),
        ("pantothenic_mg", 90, 107),
    ),
    Method.STEW: (
        ("vitamin_c_mg", 65, 43),
        ("thiamin_mg", 55, 150),
        ("riboflavin_mg", 80, 150),
        ("niacin_mg", 65, 150),
        ("vitamin_b6_mg", 50, 149),
        ("folate_ug", 65, 133),
        ("vitamin_b12_ug", 65, 149),
        ("pantothenic_mg", 60, 133),
        ("choline_mg", 90, 63),
    ),
    Method.BAKE: (
        ("vitamin_c_mg", 80, 52),
        ("thiamin_mg", 70, 321),
        ("riboflavin_mg", 95, 321),
        ("niacin_mg", 85, 321),
        ("vitamin_b6_mg", 75, 313),
        ("folate_ug", 85, 276),
        ("vitamin_b12_ug", 80, 310),
        ("pantothenic_mg", 80, 312),
        ("choline_mg", 95, 156),
    ),
    Method.DRAIN: (
        ("sodium_mg", 95, 108),
        ("salt_g", 95, 108),
        ("potassium_mg", 90, 108),
        ("phosphorus_mg", 90, 108),
        ("calcium_mg", 95, 108),
        ("magnesium_mg", 95, 108),
        ("iron_mg", 95, 108),
        ("zinc_mg", 95, 107),
        ("copper_mg", 95, 106),
        ("manganese_mg", 95, 107),
    ),
}
"""Nutrient, percent left, pairs of rows; draining takes what boiling takes, and minerals too."""


def _table() -> tuple[Retention, ...]:
    own = [(method, figure) for method, figures in _FIGURES.items() for figure in figures]
    both = own + [(Method.DRAIN, figure) for figure in _FIGURES[Method.BOIL]]
    return tuple(
        Retention(
            method=method,
            nutrient=nutrient,
            percent=percent,
            pairs=pairs,
            source=SR28 if pairs else BORROWED,
        )
        for method, (nutrient, percent, pairs) in both
    )


RETENTION: tuple[Retention, ...] = _table()
RETENTION_PERCENT: dict[Method, dict[str, int]] = {
    method: {each.nutrient: each.percent for each in RETENTION if each.method is method}
    for method in Method
}
"""The same by method and nutrient; a method or nutrient that loses nothing is absent."""
