"""Tables of foods are read as they say: traces, limits and gaps stay what they are."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menus import (
    CATALOGUE_ERROR_CODES,
    INGREDIENT_COLUMNS,
    NUTRIENTS,
    Figure,
    Food,
    FoodTable,
    Qualifier,
    accept,
    compare,
    comparison_to_json,
    read_catalogue,
    read_ciqual,
    read_ciqual_xml,
    read_nevo,
    read_usda,
)
from menus.foods import CEILINGS, read_cell
from tests.menus.test_catalog import ingredient_row

ROOT = Path(__file__).parents[2]
SEED = ROOT / "app" / "seed"
SR28 = ROOT.parent / "shared" / "data" / "foods" / "usda-sr28-abbrev.csv"

CIQUAL_HEAD = ";".join(
    [
        *("alim_grp_code", "alim_code", "alim_nom_fr", "alim_nom_sci"),
        '"Energie, Règlement UE N° 1169/2011 (kJ/100 g)"',
        '"Energie, Règlement UE N° 1169/2011 (kcal/100 g)"',
        '"Protéines, N x facteur de Jones (g/100 g)"',
        *("Glucides (g/100 g)", "Fibres alimentaires (g/100 g)", '"Lipides\n(g 100 g)"'),
        *("Sodium (mg/100 g)", "Rétinol (µg/100 g)", "Beta-Carotène (µg/100 g)"),
        *("Vitamine D (µg/100 g)", "Cuivre (µg/100 g)", "Alcool (éthanol) (g/100 g)"),
    ]
)
CIQUAL_ROW = "01;1000;Soupe;;120;28,5;1,25;4,1;< 0,5;traces;< 5;-;60;0,25;120;0"
NEVO_HEAD = "|".join(
    [
        *("NEVO-versie/NEVO-version", "Voedingsmiddelgroep", "Food group", "NEVO-code"),
        *("Voedingsmiddelnaam/Dutch food name", "Engelse naam/Food name", "Synoniem"),
        *("Hoeveelheid/Quantity", "Opmerking", "Bevat sporen van/Contains traces of"),
        *("Is verrijkt met/Is fortified with", "ENERCC (kcal)", "CHO (g)", "FIBT (g)", "FAT (g)"),
        *("NA (mg)", "VITD (µg)", "FOL (µg)", "FOLFD (µg)", "FOLAC (µg)"),
    ]
)
NEVO_ROW = (
    "NEVO-Online 2025 9.0|Aardappelen|Potatoes|1|Aardappelen rauw|Potatoes raw||per 100g||"
    "FAT, VITD||88|19,0|1,8|0|3|0|12||0"
)
DETAILS = "|".join(
    [
        *("NEVO-versie/NEVO-version", "NEVO-code", "Voedingsmiddelnaam/Dutch food name"),
        *("Engelse naam/Food name", "Hoeveelheid/Quantity", "Nutrient-code", "Gehalte/Value"),
        *("Eenheid/Unit", "Spoor / Verrijkt/Trace / Fortified"),
    ]
)


def amounts(food: Food) -> dict[str, int]:
    return {each.code: each.amount for each in food.figures}


def only(table: FoodTable) -> Food:
    assert table.faults == ()
    (food,) = table.foods
    return food


def ciqual(*rows: str, head: str = CIQUAL_HEAD) -> FoodTable:
    return read_ciqual("\n".join([head, *rows]), file="ciqual.csv", release="CIQUAL 2020-07-07")


def nevo(*rows: str, head: str = NEVO_HEAD) -> FoodTable:
    return read_nevo("\r\n".join([head, *rows]), file="nevo.csv", release="NEVO-Online")


def detail(nutrient: str, value: str, unit: str, *, flag: str = "", code: str = "1") -> str:
    head = f"NEVO-Online 2025 9.0|{code}|Aardappelen rauw|Potatoes raw|per 100g"
    return f"{head}|{nutrient}|{value}|{unit}|{flag}"


@pytest.mark.parametrize(
    ("text", "code", "unit", "least", "most", "qualifier"),
    [
        ("1,5", "fat_g", "g", "1.5", "1.5", Qualifier.EXACT),
        (" 0.25 ", "vitamin_d_ug", "\N{MICRO SIGN}g", "0.25", "0.25", Qualifier.EXACT),
        ("120", "copper_mg", "\N{GREEK SMALL LETTER MU}g", "0.12", "0.12", Qualifier.EXACT),
        ("4,184", "energy_kcal", "kJ", "1", "1", Qualifier.EXACT),
        ("< 0,5", "fibre_g", "g", "0", "0.5", Qualifier.BELOW),
        ("<0.5", "fibre_g", "g", "0", "0.5", Qualifier.BELOW),
        ("traces", "fat_g", "g", "0", "0.1", Qualifier.TRACE),
        ("Traces", "retinol_ug", "ug", "0", "0.1", Qualifier.TRACE),
    ],
)
def test_a_cell_is_read_with_how_sure_it_is(
    text: str, code: str, unit: str, least: str, most: str, qualifier: Qualifier
) -> None:
    found = read_cell(text, code, unit)
    assert found
    assert (found.least, found.most) == (Fraction(least), Fraction(most))
    assert found.qualifier is qualifier
    assert found.told == text.strip()


@pytest.mark.parametrize("text", ["", " ", "-"])
def test_what_is_not_told_is_not_zero(text: str) -> None:
    assert read_cell(text, "fat_g", "g") is None


@pytest.mark.parametrize(
    ("text", "unit"),
    [("n.d.", "g"), ("-1", "g"), ("1 2", "g"), ("< traces", "g"), ("1,2,3", "g"), ("1", "ml")],
)
def test_anything_else_is_refused(text: str, unit: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_cell(text, "fat_g", unit)


@given(st.sampled_from(NUTRIENTS), st.decimals(0, 1000, places=3, allow_nan=False))
def test_a_limit_never_meets_a_floor_and_never_hides_under_a_ceiling(
    nutrient: object, bound: object
) -> None:
    unit = nutrient.code.rpartition("_")[2]
    found = read_cell(f"< {bound}", nutrient.code, unit)
    assert found
    if nutrient.code in CEILINGS:
        assert abs(found.amount - Fraction(bound) * nutrient.scale) <= Fraction(1, 2)
    else:
        assert found.amount == 0


def test_the_wide_french_table_is_read() -> None:
    food = only(ciqual(CIQUAL_ROW))
    assert (food.code, food.source) == ("1000", "CIQUAL 2020-07-07")
    assert food.names == (("fr", "Soupe"),)
    assert amounts(food) == {
        "energy_kcal": 285,
        "protein_g": 13,
        "fat_g": 1,  # a trace counts as a step where too much harms
        "carbohydrate_g": 46,  # 4.1 without fibre, and up to 0.5 of fibre
        "fibre_g": 0,
        "salt_g": 1,  # less than 5 mg of sodium: up to 0.0125 g
        "sodium_mg": 5,
        "vitamin_d_ug": 25,
        "copper_mg": 120,
    }
    told = {each.code: (each.qualifier, each.told) for each in food.figures}
    assert told["salt_g"] == (Qualifier.BELOW, "< 5")
    assert told["carbohydrate_g"] == (Qualifier.DERIVED, "4,1 + < 0,5")
    assert food.figure("vitamin_a_ug") is None  # retinol is not told, so the sum is not known


def test_columns_that_nobody_takes_are_told() -> None:
    assert ciqual(CIQUAL_ROW).not_taken == (
        *("alim_grp_code", "alim_nom_sci", "Energie, Règlement UE N° 1169/2011 (kJ/100 g)"),
        "Alcool (éthanol) (g/100 g)",
    )


def test_vitamin_a_is_retinol_and_a_twelfth_of_carotene() -> None:
    found = only(ciqual(CIQUAL_ROW.replace(";-;60;", ";10;60;"))).figure("vitamin_a_ug")
    assert found
    assert (found.least, found.most, found.qualifier) == (15, 15, Qualifier.DERIVED)


def test_bad_cells_are_named_by_line_and_column_and_the_rest_is_read() -> None:
    table = ciqual(
        CIQUAL_ROW.replace("28,5", "28,5 env."),
        CIQUAL_ROW,
        CIQUAL_ROW.replace(";1000;", ";;"),
        "",
        CIQUAL_ROW.replace(";1000;", ";1001;"),
    )
    # The heading fills two lines: one of its names wraps.
    assert [(each.row, each.column, each.code) for each in table.faults] == [
        (3, "Energie, Règlement UE N° 1169/2011 (kcal/100 g)", "catalogue.table.figure"),
        (4, "alim_code", "catalogue.twice"),
        (5, "alim_code", "catalogue.missing"),
    ]
    assert {each.code for each in table.faults} <= set(CATALOGUE_ERROR_CODES)
    assert [each.code for each in table.foods] == ["1000", "1001"]
    assert table.foods[0].figure("energy_kcal") is None
    assert table.foods[0].figure("protein_g")


@pytest.mark.parametrize("text", ["", "a;b\n1;2\n"])
def test_a_table_without_codes_is_refused(text: str) -> None:
    table = read_ciqual(text, file="x.csv", release="CIQUAL 1")
    assert [(each.row, each.column, each.code) for each in table.faults] == [
        (1, "alim_code", "catalogue.table.column")
    ]
    assert table.foods == ()


def test_a_row_that_a_decimal_comma_shifted_is_named_and_not_read() -> None:
    head = "alim_code,alim_nom_fr,Sodium (mg/100 g),Lipides (g/100 g)"
    table = ciqual("1,Pomme,1,5,0,2", "2,Poire,3,7,,", "", head=head)
    assert [(each.row, each.code) for each in table.faults] == [(2, "catalogue.table.shifted")]
    assert [each.code for each in table.foods] == ["2"]
    assert amounts(table.foods[0]) == {"salt_g": 1, "sodium_mg": 3, "fat_g": 70}
    long = nevo(detail("NA", "1", "mg") + "|5", detail("K", "2", "mg"), head=DETAILS)
    assert [each.code for each in long.faults] == ["catalogue.table.shifted"]
    assert amounts(long.foods[0]) == {"potassium_mg": 2}


def test_of_two_columns_with_one_heading_none_is_believed() -> None:
    head = "alim_code;alim_nom_fr;Sodium (mg/100 g);Remarque;Remarque;Sodium (mg/100 g)"
    table = ciqual("1;Pomme;1;;;400", head=head)
    assert [(each.column, each.code) for each in table.faults] == [
        ("Sodium (mg/100 g)", "catalogue.table.twice")
    ]
    assert table.foods == ()
    assert only(ciqual("1;Pomme;1;a;b", head=head.rpartition(";")[0])).code == "1"


def test_a_short_row_tells_less() -> None:
    assert amounts(only(ciqual("01;1000;Soupe;;120;28,5"))) == {"energy_kcal": 285}


ALIM = """<?xml version="1.0" encoding="windows-1252" ?>
<TABLE>
<ALIM>
<alim_code> 1000 </alim_code>
<alim_nom_fr> Pâtes & riz </alim_nom_fr>
<ALIM_NOM_INDEX_FR> Pâtes </ALIM_NOM_INDEX_FR>
<alim_nom_eng missing=" " />
</ALIM>
</TABLE>
"""
CONST = """<TABLE>
<CONST><const_code> 328 </const_code><const_nom_fr> Energie, Règlement UE N° 1169/2011
 (kcal/100 g) </const_nom_fr></CONST>
<CONST><const_code> 10110 </const_code><const_nom_fr> Sodium (mg/100 g) </const_nom_fr></CONST>
<CONST><const_code> 10290 </const_code><const_nom_fr> Cuivre </const_nom_fr></CONST>
<CONST><const_code> 60000 </const_code><const_nom_fr> Alcool (g/100 g) </const_nom_fr></CONST>
</TABLE>
"""


def content(constituent: str, amount: str, *, food: str = "1000") -> str:
    return (
        f"<COMPO>\n<alim_code> {food} </alim_code>\n<const_code> {constituent} </const_code>\n"
        f'<teneur> {amount} </teneur>\n<min missing=" " />\n</COMPO>\n'
    )


def ciqual_xml(*contents: str, alim: str = ALIM) -> FoodTable:
    compo = "<TABLE>\n" + "".join(contents) + "</TABLE>\n"
    return read_ciqual_xml(alim, CONST, compo, file="XML", release="CIQUAL 2020-07-07")


def test_the_french_xml_is_read_though_it_holds_a_bare_sign() -> None:
    table = ciqual_xml(
        content("328", "131"),
        content("10110", "< 0,5"),
        content("60000", "0"),
        content("10290", "1"),
    )
    food = only(table)
    assert food.names == (("fr", "Pâtes & riz"),)
    assert amounts(food) == {"energy_kcal": 1310, "salt_g": 0, "sodium_mg": 1}
    assert food.figures[2].most == Fraction(1, 2)
    assert table.not_taken == ("60000", "10290")


def test_strangers_in_the_xml_are_named_by_the_line_where_they_begin() -> None:
    table = ciqual_xml(
        content("328", "131"),
        content("328", "131", food="9"),
        content("777", "1"),
        content("328", "un peu"),
    )
    assert [(each.row, each.column, each.code) for each in table.faults] == [
        (8, "alim_code", "catalogue.table.stranger"),
        (14, "const_code", "catalogue.table.stranger"),
        (20, "teneur", "catalogue.table.figure"),
    ]


@pytest.mark.parametrize(
    "alim",
    [
        "<TABLE><ALIM></TABLE>",
        '<!DOCTYPE t [<!ENTITY a "b">]><TABLE></TABLE>',
        "</ALIM>",
        "",
    ],
)
def test_what_is_no_plain_xml_is_refused(alim: str) -> None:
    assert "catalogue.table.xml" in {each.code for each in ciqual_xml(alim=alim).faults}


def test_the_wide_dutch_table_is_read() -> None:
    table = nevo(NEVO_ROW)
    food = only(table)
    assert food.source == "NEVO-Online 2025 9.0"
    assert food.names == (("nl", "Aardappelen rauw"), ("en", "Potatoes raw"))
    assert amounts(food) == {
        "energy_kcal": 880,
        "fat_g": 1,
        "carbohydrate_g": 208,
        "fibre_g": 18,
        "salt_g": 1,
        "sodium_mg": 3,
        "vitamin_d_ug": 0,
    }
    assert {each.code for each in food.figures if each.qualifier is Qualifier.TRACE} == {
        "fat_g",
        "vitamin_d_ug",
    }
    assert table.not_taken[-1] == "FOL (µg)"


def test_folate_is_that_of_food_and_folic_acid_together() -> None:
    found = only(nevo(NEVO_ROW.replace("|12||0", "|12|10|6"))).figure("folate_ug")
    assert found
    assert (found.amount, found.qualifier) == (16, Qualifier.DERIVED)


def test_the_long_dutch_table_is_read() -> None:
    table = nevo(
        detail("PROT", "2,0", "g"),
        detail("PROT", "2,0", "g"),  # told twice, in two groups of nutrients
        detail("CU", "120", "\N{MICRO SIGN}g"),
        detail("FAT", "0", "g", flag="TR"),
        detail("VITD", "", "µg"),
        detail("F18:0", "0,1", "g"),
        head=DETAILS,
    )
    food = only(table)
    assert amounts(food) == {"protein_g": 20, "fat_g": 1, "copper_mg": 120}
    assert table.not_taken == ("F18:0",)


def test_two_different_figures_for_one_thing_are_a_fault() -> None:
    table = nevo(detail("PROT", "2,0", "g"), detail("PROT", "3,0", "g"), head=DETAILS)
    assert [(each.row, each.code) for each in table.faults] == [(3, "catalogue.twice")]
    assert amounts(table.foods[0]) == {"protein_g": 20}


def test_figures_per_volume_are_refused_once_per_food() -> None:
    rows = [detail("PROT", "2", "g"), detail("FAT", "1", "g")]
    table = nevo(*[each.replace("per 100g", "per 100ml") for each in rows], head=DETAILS)
    assert [(each.row, each.code, each.args) for each in table.faults] == [
        (2, "catalogue.table.quantity", (("value", "per 100ml"),))
    ]
    wide = nevo(NEVO_ROW.replace("per 100g", "per 100ml"))
    assert wide.foods == ()
    assert [each.code for each in wide.faults] == ["catalogue.table.quantity"]


def test_a_long_table_without_its_columns_is_refused() -> None:
    table = nevo("1|PROT", head="NEVO-code|Nutrient-code")
    assert [each.column for each in table.faults] == ["Gehalte/Value", "Eenheid/Unit"]
    assert table.foods == ()


@pytest.mark.skipif(not SR28.exists(), reason="the USDA table is not on this machine")
def test_the_seed_is_unchanged_against_the_whole_american_table() -> None:
    with SR28.open(encoding="latin-1", newline="") as file:
        table = read_usda(file.read(), file=SR28.name)
    with (SEED / "ingredients.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = compare(table, rows)
    assert table.faults == ()
    assert len(table.foods) > 8_000
    assert found.differs == ()
    assert found.gone == ()
    assert len(found.unchanged) == sum(row["source"] == "USDA SR28" for row in rows)


def usda(*cells: str, code: str = "01001") -> FoodTable:
    head = "NDB_No,Shrt_Desc,Energ_Kcal,Lipid_Tot_(g),Sodium_(mg),Sugar_Tot_(g)"
    return read_usda(f"{head}\n{code},BUTTER,{','.join(cells)}\n", file="sr28")


def butter(**cells: str) -> dict[str, str]:
    empty = dict.fromkeys((each.code for each in NUTRIENTS), "")
    figures = {"energy_kcal": "717", "fat_g": "81.1", "sodium_mg": "11", "salt_g": "0.03"}
    row = ingredient_row("butter", **{**empty, **figures, "source_code": "01001", **cells})
    return {**dict.fromkeys(INGREDIENT_COLUMNS, ""), **row}


def test_an_import_changes_nothing_that_nobody_asked_for() -> None:
    table = usda("717", "82", "11", "0.06")
    found = compare(table, [butter()])
    assert [(each.nutrient, each.old, each.new) for each in found.differs] == [
        ("fat_g", 811, 820),
        ("sugars_g", None, 1),
    ]
    assert accept(table, [butter()], frozenset()) == [butter()]
    taken = accept(table, [butter()], frozenset({"01001"}))
    assert taken == [butter(fat_g="82", sugars_g="0.1")]
    assert compare(table, taken).unchanged == ("butter",)


def test_a_filled_figure_stays_until_the_table_tells_it() -> None:
    filled = butter(sugars_g="0.3", filled="sugars_g=USDA SR28 01145")
    silent, telling = usda("717", "81.11", "11", ""), usda("717", "81.11", "11", "0.06")
    assert compare(silent, [filled]).unchanged == ("butter",)
    assert accept(silent, [filled], frozenset({"01001"})) == [filled]
    assert [each.new for each in compare(telling, [filled]).differs] == [1]
    assert accept(telling, [filled], frozenset({"01001"})) == [butter(sugars_g="0.1", filled="")]


def test_a_figure_that_the_table_no_longer_tells_is_a_difference() -> None:
    found = compare(usda("717", "", "11", ""), [butter()])
    assert [(each.nutrient, each.old, each.new) for each in found.differs] == [("fat_g", 811, None)]


def test_a_cell_that_is_no_number_differs() -> None:
    found = compare(usda("717", "81.11", "11", ""), [butter(fat_g="much")])
    assert [(each.nutrient, each.old, each.new) for each in found.differs] == [("fat_g", -1, 811)]


def test_new_foods_and_foods_that_are_gone_are_told() -> None:
    table = usda("717", "81.11", "11", "", code="09999")
    other = butter(id="pasta", source="CIQUAL 2020-07-07", source_code="09999")
    found = compare(table, [butter(), other])
    assert (found.new, found.gone, found.unchanged) == (("09999",), ("butter",), ())


def test_an_accepted_new_food_waits_until_somebody_completes_it() -> None:
    row = accept(ciqual(CIQUAL_ROW), [butter()], frozenset({"1000"}))[1]
    assert (row["id"], row["fr"], row["nl"]) == ("ciqual-1000", "Soupe", "")
    assert row["source"] == "CIQUAL 2020-07-07"
    assert "sodium_mg=CIQUAL 2020-07-07 1000 below: < 5" in row["filled"]
    assert len(row["unknown"].split()) == 24
    refused = read_catalogue([row], [], [])
    assert isinstance(refused, tuple)
    assert {"nl", "en", "price_cents_per_kg", "supplier"} <= {each.column for each in refused}
    completed = row | {"nl": "soep", "en": "soup", "supplier": "a", "zone": "ambient"}
    completed |= {"price_cents_per_kg": "1", "shelf_days": "1", "pack_g": "1", "lead_days": "1"}
    assert not isinstance(read_catalogue([completed], [], []), tuple)


def test_the_document_keeps_the_qualifiers() -> None:
    table = ciqual(CIQUAL_ROW.replace("28,5", "?"))
    row = butter(source="CIQUAL 2019", source_code="1000")
    document = json.loads(json.dumps(comparison_to_json(table, compare(table, [row]))))
    assert document["faults"][0]["code"] == "catalogue.table.figure"
    fat = {"code": "1000", "source": "CIQUAL 2020-07-07", "nutrient": "fat_g"}
    assert fat | {"qualifier": "trace", "told": "traces"} in document["qualified"]
    differs = {each["nutrient"]: each for each in document["differs"]}
    assert differs["sodium_mg"]["qualifier"] == "below"
    assert differs["energy_kcal"]["qualifier"] is None
    assert (differs["energy_kcal"]["old"], differs["energy_kcal"]["new"]) == (7170, None)


def test_a_figure_knows_its_own_bounds() -> None:
    figure = Figure(
        code="fat_g",
        least=Fraction(0),
        most=Fraction(1, 4),
        qualifier=Qualifier.BELOW,
        told="< 0,25",
    )
    assert figure.amount == 3
