"""Every code of the room has a sentence in three languages, and lists that words rest on."""

import csv
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from menus import (
    CATALOGUE_ERROR_CODES,
    MENU_CODES,
    OBJECTION_CODES,
    Method,
    Programme,
    read_catalogue,
)
from menus.nutrients import CODES
from menus.retention import RETENTION_PERCENT

SEED = Path(__file__).parents[2] / "app" / "seed"


def rows(name: str) -> list[dict[str, str]]:
    with (SEED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_retention_tables_name_known_nutrients_and_lose_something() -> None:
    assert set(RETENTION_PERCENT) == set(Method)
    for method, kept in RETENTION_PERCENT.items():
        assert set(kept) <= set(CODES)
        assert bool(kept) == (method is not Method.NONE)
        assert all(0 < percent < 100 for percent in kept.values())


TRANSLATIONS = Path(__file__).parents[2] / "app" / "translations"


def messages(language: str) -> dict[str, str]:
    with (TRANSLATIONS / language / "menus.po").open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if each.id}


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_every_code_has_a_sentence_in_every_language(language: str) -> None:
    found = messages(language)
    assert set(MENU_CODES) <= set(found)
    assert all(found.values())
    assert set(OBJECTION_CODES) | set(CATALOGUE_ERROR_CODES) < set(MENU_CODES)


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_sentences_use_only_what_their_code_brings(language: str) -> None:
    used = {code: set(re.findall(r"{(\w+)}", text)) for code, text in messages(language).items()}
    for code, names in used.items():
        if code in OBJECTION_CODES:
            assert names <= {"rule", "subject"}, code
        elif code in CATALOGUE_ERROR_CODES:
            assert names <= ARGUMENTS[code.removeprefix("catalogue.")], code
        elif code in MENU_CODES:
            assert not names, code


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_the_name_of_a_programme_tells_how_the_machine_is_set(language: str) -> None:
    found = messages(language)
    for one in Programme:
        name = found[f"programme.{one}"].replace("\N{MINUS SIGN}", "-")
        assert re.search(rf"(?<![-\d]){one.setting.celsius} °C", name), one
        if one.setting.steam_percent not in {None, 0, 100}:
            assert f"{one.setting.steam_percent} %" in name, one


ARGUMENTS: dict[str, set[str]] = {
    "missing": set(),
    "not_whole": {"value", "least"},
    "not_amount": {"value"},
    "amount": {"value"},
    "no_density": {"value", "subject"},
    "not_one_of": {"value"},
    "twice": {"value"},
    "diet_typed": {"value"},
    "filled": {"value"},
    "table.column": {"value"},
    "table.figure": {"unit", "value"},
    "table.quantity": {"value"},
    "table.shifted": set(),
    "table.twice": {"value"},
    "table.stranger": {"value"},
    "table.xml": set(),
    "level_of_other_kind": {"level", "kind"},
    "thin_liquid_level": {"level"},
    "portions_order": {"value"},
    "step": {"value"},
    "regeneration": {"value"},
    "recipe.unknown_ingredient": {"subject"},
    "recipe.within_itself": {"recipe", "subject"},
    "recipe.no_weight": {"recipe", "subject"},
    "recipe.yield_too_low": {"recipe", "subject"},
    "recipe.unknown": {"recipe"},
    "recipe.first_line": {"recipe"},
}


def test_each_error_brings_the_arguments_its_sentence_may_use() -> None:
    ingredients, recipes, components = (rows(n) for n in ("ingredients", "recipes", "components"))
    ingredients[0] |= {"pack_g": "0", "protein_g": "x", "zone": "x", "nl": ""}
    recipes[1] |= {"ingredient": "unicorn", "yield_percent": "9"}
    components[0] |= {"recipe": "none", "levels": "2", "properties": "vegan", "steps": "x"}
    result = read_catalogue(ingredients, recipes, components)
    assert isinstance(result, tuple)
    assert len({each.code for each in result}) == 10
    for each in result:
        assert {name for name, _ in each.args} == ARGUMENTS[each.code.removeprefix("catalogue.")]
