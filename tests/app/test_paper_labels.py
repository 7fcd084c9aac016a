"""Labels: what Regulation (EU) 1169/2011 asks, in type of lawful size, nothing cut off."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from app import paper
from app.paper.foodwords import emphasised
from app.paper.nutrition import grams, salt
from app.paper.page import Block, Section, paginate
from menus import (
    Appliance,
    Heating,
    Kind,
    ListedIngredient,
    Regeneration,
    Seasoning,
    Zone,
)
from tests.app.paper_samples import FOOD, LABEL, NL, PAPERS, VERSION, listed, pages, sheets, text


def label_text(**changed: Any) -> str:
    label = replace(LABEL, food=replace(FOOD, **changed))
    return text(paper.labels_pdf([label], NL, version=VERSION))


def marked(ingredient: ListedIngredient) -> str:
    """An ingredient's name with what stands out between stars."""
    pieces = emphasised(ingredient, NL)
    return "".join(f"*{text}*" if strong else text for text, strong in pieces)


def test_a_label_tells_what_the_law_asks() -> None:
    told = label_text()
    for words in (
        "Kip met mosterd, zoutarm",
        "Ingrediënten: volle melk 60 %, pudding (eieren, melk).",
        "Bevat: eieren, melk.",
        "selderij",
        "Netto 250 g",
        "Ten minste houdbaar tot 21/08/2027",
        "Lot K2611-07",
        "Niet opnieuw invriezen",
        "**** (−18 °C of kouder) tot de houdbaarheidsdatum",  # noqa: RUF001  # as printed
        "*** 90 dagen, ** 30 dagen, * 3 dagen",
        "Warm op tot de kern 75 °C is: stoomoven (35 min, afgedekt).",
        "Keuken & co, Kaai 1, 8800 Roeselare",
        "545 kJ / 130 kcal",
        "Rijk aan eiwitten, suikerarm.",
        "Bereid met alcohol.",
        "Glad gemalen",
    ):
        assert words in told


def test_allergens_stand_out_in_the_list_of_ingredients() -> None:
    milk, pudding = FOOD.ingredients
    assert marked(milk) == "volle *melk*"
    assert marked(pudding) == "pudding (*eieren, melk*)"
    wheat = listed("Tarwebloem & ei", 1, "gluten:wheat", "eggs")
    assert marked(wheat) == "*Tarwe*bloem & ei (*eieren*)"


def test_letters_inside_another_word_do_not_name_an_allergen() -> None:
    assert marked(listed("blauwe schimmelkaas", 1, "milk")) == "blauwe schimmelkaas (*melk*)"
    assert marked(listed("karnemelk", 1, "milk")) == "karne*melk*"
    assert marked(listed("schimmelkaas van melk", 1, "milk")) == "schimmelkaas van *melk*"


def test_food_that_lost_water_tells_grams_per_hundred_grams() -> None:
    heavy = (listed("rund", 120_000), listed("peper", 40), listed("ui", 3_250))
    told = label_text(ingredients=heavy, shares_in_grams=True)
    assert "Ingrediënten (g per 100 g): rund 120, peper < 0,1, ui 3,3." in told


def test_food_that_is_not_frozen_is_kept_otherwise() -> None:
    chilled = label_text(zone=Zone.CHILLED, regeneration=(), may_contain=(), allergens=())
    assert "Te gebruiken tot" in chilled
    assert "0 tot 4 °C" in chilled
    assert "Klaar om te eten" in chilled
    assert "Geen allergenen" in chilled
    assert "invriezen" not in chilled
    dry = label_text(
        zone=Zone.AMBIENT,
        regeneration=(),
        kind=Kind.DRINK,
        seasoning=Seasoning.STANDARD,
        claims=(),
        statements=(),
    )
    assert "Klaar om te drinken" in dry
    assert "zoutarm" not in dry


def test_the_label_tells_a_home_and_a_house_how_to_warm_it_up() -> None:
    oven, pan, microwave, trolley = (
        Regeneration(appliance=each, heating=Heating.STIRRED, minutes=5, core_celsius=75)
        for each in (
            Appliance.STEAM_OVEN,
            Appliance.PAN,
            Appliance.MICROWAVE,
            Appliance.TROLLEY,
        )
    )
    how = "(5 min, afgedekt, halverwege roeren)"
    told = label_text(regeneration=(oven, pan, microwave, trolley))
    assert f"is: magnetron {how} of regeneratiewagen {how}." in told
    assert "stoomoven" not in told
    told = label_text(regeneration=(pan, microwave))
    assert f"is: magnetron {how}. Warm" in told


@pytest.mark.parametrize(("copies", "most"), [(1, 1), (8, 1), (9, 2)])
def test_eight_labels_fill_a_sheet(copies: int, most: int) -> None:
    pdf = paper.labels_pdf([replace(LABEL, copies=copies)], NL, version=VERSION)
    assert sheets(pdf) == most


def test_a_row_that_waits_for_a_next_one_is_not_lost_at_the_end() -> None:
    last = Block(10, 10, lambda _pen, _x, _top: None, keep=True)
    section = Section(badge="", title="", aside=("", ""), rows=(last,))
    assert paginate(section) == [[last]]


def many(count: int) -> tuple[ListedIngredient, ...]:
    return tuple(listed(f"ingrediënt nummer {n}", 1, "milk", told=False) for n in range(count))


def test_a_long_label_takes_more_cells_and_loses_nothing() -> None:
    long = replace(LABEL, food=replace(FOOD, ingredients=many(40)), copies=5)
    told = pages(paper.labels_pdf([long], NL, version=VERSION))
    assert len(told) == 2  # four of double height fill a sheet
    assert "nummer 39 (melk)." in told[0]


def test_a_label_higher_than_a_sheet_is_refused() -> None:
    with pytest.raises(ValueError, match="the label of lot K2611-07 is higher than a sheet"):
        label_text(ingredients=many(400))


def test_the_smallest_type_of_a_label_is_as_high_as_the_law_asks() -> None:
    assert paper.X_HEIGHT_MM >= 1.2
    reader = PdfReader(BytesIO(PAPERS["labels"](NL)))
    resources: Any = reader.pages[0]["/Resources"]
    form = next(iter(resources["/XObject"].values())).get_object()
    ops = form.get_data().decode("latin-1").split()
    sizes = {float(ops[at - 1]) for at, op in enumerate(ops) if op == "Tf"}
    assert min(sizes) * paper.X_HEIGHT * 25.4 / 72 >= 1.2


@pytest.mark.parametrize(
    ("tenths", "told"), [(0, "0 g"), (5, "< 0,5 g"), (6, "0,6 g"), (99, "9,9 g"), (105, "11 g")]
)
def test_grams_are_rounded_as_the_guidance_says(tenths: int, told: str) -> None:
    assert grams(tenths, NL).replace("\u00a0", " ") == told


@pytest.mark.parametrize(
    ("hundredths", "told"), [(0, "0 g"), (1, "< 0,01 g"), (78, "0,78 g"), (124, "1,2 g")]
)
def test_salt_is_rounded_as_the_guidance_says(hundredths: int, told: str) -> None:
    assert salt(hundredths, NL).replace("\u00a0", " ") == told
