"""`flask catalogue import`: reads, tells, and changes only what was asked for, at once."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from menus import INGREDIENT_COLUMNS
from tests.menus.test_catalog import ingredient_row
from tests.menus.test_food_tables import (
    ALIM,
    CIQUAL_HEAD,
    CIQUAL_ROW,
    CONST,
    NEVO_HEAD,
    NEVO_ROW,
    content,
)

USDA = "NDB_No,Shrt_Desc,Energ_Kcal,Lipid_Tot_(g),Selenium_(µg)\n01001,BUTTER,717,82,1\n"


def run(app: Flask, *args: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["catalogue", "import", *map(str, args)])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "sr28.csv"
    path.write_bytes(USDA.encode("latin-1"))
    return path


@pytest.fixture
def ingredients(tmp_path: Path) -> Path:
    path = tmp_path / "ingredients.csv"
    row = dict.fromkeys(INGREDIENT_COLUMNS, "") | ingredient_row("butter", source_code="01001")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*INGREDIENT_COLUMNS, "shelf of ours"])
        writer.writeheader()
        writer.writerow(row | {"energy_kcal": "717", "shelf of ours": "B4"})
    return path


def cells(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.DictReader(file))


def test_a_report_changes_no_file(app: Flask, table: Path, ingredients: Path) -> None:
    before = ingredients.read_bytes()
    result = run(app, "usda", table, "--onto", ingredients)
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert document["foods"] == 1
    differs = {each["nutrient"]: each["new"] for each in document["differs"]}
    assert (differs["fat_g"], differs["selenium_ug"]) == (820, 10)
    assert "energy_kcal" not in differs
    assert ingredients.read_bytes() == before


def test_an_accepted_food_is_taken_over(app: Flask, table: Path, ingredients: Path) -> None:
    result = run(app, "usda", table, "--onto", ingredients, "--accept", "01001")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["accepted"] == ["01001"]
    row = cells(ingredients)
    assert (row["fat_g"], row["selenium_ug"], row["protein_g"]) == ("82", "1", "")
    assert (row["price_cents_per_kg"], row["shelf of ours"]) == ("100", "B4")
    assert list(ingredients.parent.glob("*.new")) == []
    again = run(app, "usda", table, "--onto", ingredients)
    assert json.loads(again.stdout)["unchanged"] == ["butter"]


def test_the_french_and_dutch_tables_are_read_too(app: Flask, tmp_path: Path) -> None:
    wide = tmp_path / "Table Ciqual 2020_FR_2020 07 07.csv"
    wide.write_bytes(f"{CIQUAL_HEAD}\n{CIQUAL_ROW}\n".encode("cp1252"))
    assert json.loads(run(app, "ciqual", wide).stdout)["new"] == ["1000"]
    folder = tmp_path / "XML"
    folder.mkdir()
    for name, text in (
        ("alim_2020_07_07", ALIM),
        ("alim_grp_2020_07_07", "<TABLE/>"),
        ("const_2020_07_07", CONST),
        ("compo_2020_07_07", f"<TABLE>{content('10110', '< 5')}</TABLE>"),
    ):
        (folder / f"{name}.xml").write_bytes(text.encode("cp1252"))
    document = json.loads(run(app, "ciqual", folder).stdout)
    assert {each["source"] for each in document["qualified"]} == {"CIQUAL 2020-07-07"}
    dutch = tmp_path / "NEVO2025_v9.0.csv"
    dutch.write_text(f"{NEVO_HEAD}\n{NEVO_ROW}\n", encoding="utf-8-sig")
    assert json.loads(run(app, "nevo", dutch).stdout)["new"] == ["1"]


@pytest.mark.parametrize(
    ("language", "said"),
    [("nl", "geen hoeveelheid in kcal"), ("fr", "pas une quantité"), ("en", "no amount in kcal")],
)
def test_bad_rows_are_told_in_the_readers_language(
    app: Flask, table: Path, language: str, said: str
) -> None:
    table.write_text(USDA.replace("717", "much"), encoding="utf-8")
    result = run(app, "usda", table, "--lang", language)
    assert result.exit_code == 0
    assert "sr28.csv, 2, Energ_Kcal" in result.stderr
    assert said in result.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["usda", "{table}", "--accept", "01001"], "--onto"),
        (["usda", "{table}", "--onto", "{onto}", "--accept", "7"], "not in this table: 7"),
        (["usda", "{folder}/nothing.csv"], "nothing.csv"),
        (["usda", "{table}", "--onto", "{folder}/nothing.csv"], "nothing.csv"),
        (["usda", "{table}", "--onto", "{wrong}"], "columns are missing"),
        (["ciqual", "{table}"], "--release"),
        (["ciqual", "{folder}"], "alim_DATE.xml"),
    ],
)
def test_wrong_use_is_one_clear_line_and_exit_2(
    app: Flask, table: Path, ingredients: Path, args: list[str], said: str
) -> None:
    wrong = table.with_name("wrong.csv")
    wrong.write_text("id,nl\n1,x\n", encoding="utf-8")
    names = {"table": table, "onto": ingredients, "folder": table.parent, "wrong": wrong}
    result = run(app, *[each.format(**names) for each in args])
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
