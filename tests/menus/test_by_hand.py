"""Five dishes summed by hand from the figures of USDA SR28, against the catalogue.

The figures below were typed from the table; sums, yield and retention are plain arithmetic here
and share no code with the room. Only the amounts of the recipes are read from the seed.
"""

import csv
from collections import defaultdict
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from menus import NUTRIENTS
from tests.menus.test_seed import rows, seed

ROOT = Path(__file__).parents[2]
USDA = ROOT.parent / "shared" / "data" / "foods" / "usda-sr28-abbrev.csv"

COLUMNS = {  # nutrient: heading in the table, decimals in the catalogue
    "energy_kcal": ("Energ_Kcal", 1),
    "protein_g": ("Protein_(g)", 1),
    "fat_g": ("Lipid_Tot_(g)", 1),
    "saturated_fat_g": ("FA_Sat_(g)", 1),
    "carbohydrate_g": ("Carbohydrt_(g)", 1),
    "sugars_g": ("Sugar_Tot_(g)", 1),
    "fibre_g": ("Fiber_TD_(g)", 1),
    "sodium_mg": ("Sodium_(mg)", 0),
    "potassium_mg": ("Potassium_(mg)", 0),
    "calcium_mg": ("Calcium_(mg)", 0),
    "iron_mg": ("Iron_(mg)", 2),
    "vitamin_c_mg": ("Vit_C_(mg)", 1),
    "vitamin_d_ug": ("Vit_D_\N{MICRO SIGN}g", 2),
    "thiamin_mg": ("Thiamin_(mg)", 3),
    "water_g": ("Water_(g)", 1),
}
FOODS = {
    "basil": ("02044", "23 3.15 0.64 0.041 2.65 0.3 1.6 4 295 177 3.17 18 0 0.034 92.06"),
    "brown-sugar": ("19334", "380 0.12 0 0 98.09 97.02 0 28 133 83 0.71 0 0 0 1.34"),
    "carrot": ("11124", "41 0.93 0.24 0.037 9.58 4.74 2.8 69 320 33 0.3 5.9 0 0.066 88.29"),
    "celery": ("11143", "16 0.69 0.17 0.042 2.97 1.83 1.6 80 260 40 0.2 3.1 0 0.021 95.43"),
    "chicken-thigh": ("05096", "121 19.66 4.12 1.097 0 0 0 95 242 7 0.81 0 0 0.088 76.22"),
    "chives": ("11156", "30 3.27 0.73 0.146 4.35 1.85 2.5 3 296 92 1.6 58.1 0 0.078 90.65"),
    "cinnamon": ("02010", "247 3.99 1.24 0.345 80.59 2.17 53.1 10 431 1002 8.32 3.8 0 0.022 10.58"),
    "cod": ("15015", "82 17.81 0.67 0.131 0 0 0 54 413 16 0.38 1 0.9 0.076 81.22"),
    "cornstarch": ("20027", "381 0.26 0.05 0.009 91.27 0 0.9 9 3 2 0.47 0 0 0 8.32"),
    "cream": ("01053", "345 2.05 37 23.032 2.79 2.79 0 38 75 65 0.03 0.6 0.7 0.022 57.71"),
    "curry-powder": (
        "02015",
        "325 14.29 14.01 1.648 55.83 2.76 53.2 52 1170 525 19.1 0.7 0 0.176 8.8",
    ),
    "garlic": ("11215", "149 6.36 0.5 0.089 33.06 1 2.1 17 401 181 1.7 31.2 0 0.2 58.58"),
    "leek": ("11246", "61 1.5 0.3 0.04 14.15 3.9 1.8 20 180 59 2.1 12 0 0.06 83"),
    "lemon-juice": ("09152", "22 0.35 0.24 0.04 6.9 2.52 0.3 1 103 6 0.08 38.7 0 0.024 92.31"),
    "milk": ("01211", "61 3.15 3.27 1.865 4.78 5.05 0 43 132 113 0.03 0 0.1 0.046 88.13"),
    "olive-oil": ("04053", "884 0 100 13.808 0 0 0 2 1 1 0.56 0 0 0 0"),
    "onion": ("11282", "40 1.1 0.1 0.042 9.34 4.24 1.7 4 146 23 0.21 7.4 0 0.046 89.11"),
    "parsley": ("11297", "36 2.97 0.79 0.132 6.33 0.85 3.3 56 554 138 6.2 133 0 0.086 87.71"),
    "parsnip": ("11298", "75 1.2 0.3 0.05 17.99 4.8 4.9 10 375 36 0.59 17 0 0.09 79.53"),
    "potato": ("11352", "77 2.02 0.09 0.026 17.47 0.78 2.2 6 421 12 0.78 19.7 0 0.08 79.34"),
    "pudding-rice": ("20452", "358 6.5 0.52 0.14 79.15 0.12 1.3 1 76 3 0.8 0 0 0.07 13.29"),
    "rapeseed-oil": ("04582", "884 0 100 7.365 0 0 0 0 0 0 0 0 0 0 0"),
    "red-lentils": ("16144", "345 24.95 2.17 0.379 59.15 2.03 10.8 7 578 41 7.56 1.7 0 0.51 11.79"),
    "salt": ("02047", "0 0 0 0 0 0 0 38758 8 24 0.33 0 0 0 0.2"),
    "sugar": ("19335", "387 0 0 0 99.98 99.8 0 1 2 1 0.05 0 0 0 0.02"),
    "thickener-gum": ("42281", "332 4.6 0.5 0.06 77.3 0 77.3 125 0 294 0 0 0 0 15"),
    "thickener-starch": ("20027", "381 0.26 0.05 0.009 91.27 0 0.9 9 3 2 0.47 0 0 0 8.32"),
    "tomato-paste": ("11546", "82 4.32 0.47 0.1 18.91 12.18 4.1 59 1014 36 2.98 21.9 0 0.06 73.5"),
    "tomato-tin": ("11885", "17 0.78 0.13 0.018 4 2.38 1 10 188 31 0.97 9.3 0 0.045 94.28"),
    "vanilla": ("02052", "56 0.03 0 0 14.4 14.4 0 3 0 3 0.05 0 0 0.003 85.58"),
    "water": ("14411", "0 0 0 0 0 0 0 4 0 3 0 0 0 0 99.9"),
}
# Cells that the table leaves empty, taken from the row named: white rice and brown lentils.
ELSEWHERE = {
    ("pudding-rice", "sugars_g"): "20444",
    ("pudding-rice", "fibre_g"): "20444",
    ("red-lentils", "sugars_g"): "16069",
}
# Percent left after cooking: vitamin C and thiamin, from pairs of raw and cooked rows.
LEFT = {"boil": (70, 85), "stew": (65, 55), "bake": (80, 70), "none": (100, 100)}
DISHES = [
    "soup-leek/0/standard",
    "soup-leek/2/taste-boost",
    "waterzooi-chicken/7/standard",
    "waterzooi-chicken/4/low-salt",
    "cod-lemon/7/low-salt",
    "cod-lemon/5/standard",
    "lentil-stew/7/taste-boost",
    "lentil-stew/3/standard",
    "rice-pudding/7/standard",
    "rice-pudding/4/taste-boost",
]


@cache
def recipes() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows("recipes"):
        found[row["recipe"]].append(row)
    return found


def half_away(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


def bought(food: str, grams: int) -> dict[str, Fraction]:
    """What so many grams of a food hold, each figure rounded to the catalogue's decimals."""
    cells = FOODS[food][1].split()
    return {
        code: Fraction(half_away(Fraction(cell) * 10**decimals) * grams, 100 * 10**decimals)
        for (code, (_, decimals)), cell in zip(COLUMNS.items(), cells, strict=True)
    }


def made(recipe: str, level: str, seasoning: str) -> tuple[Fraction, dict[str, Fraction]]:
    """Grams of a whole recipe and what they hold, boiled down and with vitamins lost."""
    lines = recipes()[recipe]
    cooked_g, cooked = poured(lines, level, seasoning, after="")
    served_g = cooked_g * int(lines[0]["yield_percent"]) / 100
    cooked["water_g"] += served_g - cooked_g
    for vitamin, left in zip(("vitamin_c_mg", "thiamin_mg"), LEFT[lines[0]["method"]], strict=True):
        cooked[vitamin] *= Fraction(left, 100)
    later_g, later = poured(lines, level, seasoning, after="yes")
    return served_g + later_g, {code: cooked[code] + later[code] for code in COLUMNS}


def poured(
    lines: list[dict[str, str]], level: str, seasoning: str, *, after: str
) -> tuple[Fraction, dict[str, Fraction]]:
    grams, held = Fraction(0), dict.fromkeys(COLUMNS, Fraction(0))
    for line in lines:
        skipped = (line["levels"] and level not in line["levels"].split()) or (
            line["seasonings"] and seasoning not in line["seasonings"].split()
        )
        if skipped or line["after_cooking"] != after:
            continue
        amount = int(line["amount_g"])
        part = bought(line["ingredient"], amount) if line["ingredient"] in FOODS else None
        if part is None:
            whole_g, whole = made(line["ingredient"], level, seasoning)
            part = {code: whole[code] * amount / whole_g for code in COLUMNS}
        grams += amount
        held = {code: held[code] + part[code] for code in COLUMNS}
    return grams, held


@pytest.mark.parametrize("dish", DISHES)
def test_a_dish_holds_what_the_sum_by_hand_says(dish: str) -> None:
    component, level, seasoning = dish.split("/")
    grams, held = made(seed().components[component].recipe, level, seasoning)
    by_hand = {
        code: half_away(held[code] * 100 / grams * 10**decimals)
        for code, (_, decimals) in COLUMNS.items()
    }
    codes = [nutrient.code for nutrient in NUTRIENTS]
    found = dict(zip(codes, seed().variants[dish].per_100g, strict=True))
    assert {code: found[code] for code in COLUMNS} == by_hand


@pytest.mark.skipif(not USDA.exists(), reason="the USDA table is not on this machine")
def test_the_typed_figures_stand_in_the_table() -> None:
    with USDA.open(encoding="latin-1", newline="") as file:
        table = {row["NDB_No"]: row for row in csv.DictReader(file)}
    for food, (code, cells) in FOODS.items():
        for (nutrient, (heading, _)), cell in zip(COLUMNS.items(), cells.split(), strict=True):
            row = ELSEWHERE.get((food, nutrient), code)
            assert table[row][heading] == cell, (food, nutrient)
            assert (table[code][heading] == "") == (row != code), (food, nutrient)


def test_the_dishes_are_cooked_in_different_ways() -> None:
    names = {dish.partition("/")[0] for dish in DISHES}
    roles = {str(seed().components[name].role) for name in names}
    methods = {recipes()[seed().components[name].recipe][0]["method"] for name in names}
    assert {"soup", "protein", "dessert"} <= roles
    assert methods == {"boil", "stew", "bake"}
    assert any("vegan" in seed().variants[dish].properties for dish in DISHES)
