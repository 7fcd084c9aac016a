"""What cooking takes away: the table is worked out again from the raw and cooked rows."""

import csv
import re
import statistics
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from menus import NUTRIENTS, RETENTION, Method, Retention
from menus.retention import RETENTION_PERCENT
from tests.menus.test_seed import USDA, USDA_COLUMNS

Food = dict[str, str]
COLUMNS = USDA_COLUMNS | {
    "salt_g": "Sodium_(mg)",
    "copper_mg": "Copper_(mg)",
    "manganese_mg": "Manganese_(mg)",
    "pantothenic_mg": "Panto_Acid_(mg)",
    "choline_mg": "Choline_Tot_(mg)",
}
COOKED = {
    Method.BOIL: r"(.*?),(CKD,)?BLD,DRND,WO/SALT",
    Method.DRAIN: r"(.*?),(CKD,)?BLD,DRND,WO/SALT",
    Method.STEW: r"(.*?),(CKD,)?(BRSD|SMMRD|STEWED|STWD)",
    Method.BAKE: r"(.*?),(CKD,)?(RSTD|DRYHEAT|BRLD|GRLD|BKD)",
}


@cache
def foods() -> dict[str, Food]:
    with Path(USDA).open(encoding="latin-1", newline="") as file:
        return {re.sub(r"\s+", "", row["Shrt_Desc"]): row for row in csv.DictReader(file)}


@cache
def pairs(method: Method) -> list[tuple[Food, Food]]:
    raw = {re.sub(",(RAW|UNPREP)$", "", name): row for name, row in foods().items()}
    raw = {name: row for name, row in raw.items() if name not in foods()}
    found = []
    for name, row in foods().items():
        match = re.fullmatch(COOKED[method], name)
        if match and match[1] in raw:
            found.append((raw[match[1]], row))
    return found


def number(row: Food, column: str) -> float:
    return float(row[column] or "nan")


def dry_matter(row: Food) -> float:
    return 100 - number(row, "Water_(g)")


def protein(row: Food) -> float:
    return number(row, "Protein_(g)")


def left(method: Method, nutrient: str) -> list[float]:
    """Percent left in each pair that has both figures."""
    kept: Callable[[Food], float] = dry_matter if method in (Method.BOIL, Method.DRAIN) else protein
    column = COLUMNS[nutrient]
    return [
        100 * number(cooked, column) * kept(raw) / number(raw, column) / kept(cooked)
        for raw, cooked in pairs(method)
        if number(raw, column) > 0 and number(cooked, column) >= 0 and kept(raw) and kept(cooked)
    ]


@pytest.mark.skipif(not USDA.exists(), reason="the source table is not beside the project")
@pytest.mark.parametrize("one", RETENTION, ids=lambda one: f"{one.method}-{one.nutrient}")
def test_each_figure_is_the_median_of_its_pairs(one: Retention) -> None:
    found = left(one.method, one.nutrient) if one.pairs else left(Method.STEW, one.nutrient)
    if one.pairs:
        assert len(found) == one.pairs
    assert abs(statistics.median(found) - one.percent) <= 3


def test_only_what_is_poured_off_takes_minerals() -> None:
    minerals = {"potassium_mg", "phosphorus_mg", "sodium_mg", "magnesium_mg", "calcium_mg"}
    for method, kept in RETENTION_PERCENT.items():
        assert bool(minerals & set(kept)) == (method is Method.DRAIN)
    boiled, drained = RETENTION_PERCENT[Method.BOIL], RETENTION_PERCENT[Method.DRAIN]
    assert boiled.items() <= drained.items()
    assert drained["salt_g"] == drained["sodium_mg"]


def test_each_factor_says_where_it_is_from() -> None:
    codes = {nutrient.code for nutrient in NUTRIENTS}
    assert all(one.nutrient in codes and "SR28" in one.source for one in RETENTION)
    assert len({(one.method, one.nutrient) for one in RETENTION}) == len(RETENTION)
