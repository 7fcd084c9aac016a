"""The week on paper and the cards of trays: what they say, and that they never say why."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from app.i18n import translator
from app.paper import PlannedDay, PlannedDish, PlannedMeal, TrayCard, WeekSheet, trays_pdf, week_pdf
from menus import Appliance, Heating, Iddsi, Kind, Names, Portion, Regeneration, Seasoning

NL = translator("nl")
MONDAY = date(2026, 11, 30)
MICROWAVE, PAN, OVEN = (
    Regeneration(appliance=each, heating=Heating.COVERED, minutes=4, core_celsius=75)
    for each in (Appliance.MICROWAVE, Appliance.PAN, Appliance.OVEN)
)
LONG = "Fijngemalen stoofvlees met wortelgroentenpuree en bloemkoolroomsaus"


def dish(name: str = "Waterzooi", **changed: object) -> PlannedDish:
    plain = PlannedDish(
        names=Names(nl=name, fr=f"{name} fr", en=f"{name} en"),
        kind=Kind.FOOD,
        level=Iddsi.L5,
        seasoning=Seasoning.LOW_SALT,
        portion=Portion.L,
        grams=1250,
        warming=(MICROWAVE,),
    )
    return replace(plain, **changed)


DRINK = dish("Koffie", kind=Kind.DRINK, level=Iddsi.L2, warming=(), grams=150)
SLOTS = ("breakfast", "morning", "lunch", "afternoon", "supper", "late_evening")


def meal(slot: str, *dishes: PlannedDish) -> PlannedMeal:
    return PlannedMeal(slot=slot, minute=720, dishes=dishes)


def week(days: int, name: str = "Waterzooi") -> WeekSheet:
    busy = tuple(meal(slot, *[dish(name)] * (6 if slot == "lunch" else 4)) for slot in SLOTS)
    return WeekSheet(
        name="Godelieve Vandamme",
        code="004-217",
        food=Iddsi.L5,
        drink=Iddsi.L2,
        avoid=("nuts", "milk"),
        days=tuple(
            PlannedDay(day=MONDAY + timedelta(days=at), meals=busy, sums=("Energie 1 540 kcal",))
            for at in range(days)
        ),
    )


CARD = TrayCard(
    who="Godelieve Vandamme",
    place="De Linde, gang 2",
    day=MONDAY,
    meal=meal("lunch", dish(), DRINK),
    food=Iddsi.L5,
    drink=Iddsi.L2,
    avoid=("nuts",),
)


def text(content: bytes) -> str:
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split()
    )


def pages(content: bytes) -> int:
    return len(PdfReader(BytesIO(content)).pages)


@pytest.mark.parametrize(
    ("days", "name"), [(7, "Waterzooi"), (7, LONG[:36]), (14, "Waterzooi"), (1, "x")]
)
def test_a_week_takes_two_pages_at_most_and_loses_no_dish(days: int, name: str) -> None:
    made = week_pdf(week(days, name), NL, version="3")
    assert pages(made) <= 2 * -(-days // 7)
    assert made == week_pdf(week(days, name), NL, version="3")
    assert text(made).count("1 250") == days * 26


def test_nothing_but_very_long_names_take_the_room_they_need() -> None:
    assert text(week_pdf(week(7, LONG), NL, version="3")).count("1 250") == 7 * 26


def test_the_week_tells_levels_allergens_sums_and_its_version() -> None:
    said = text(week_pdf(week(7), NL, version="3, getekend"))
    for words in (
        "Godelieve Vandamme",
        "004-217",
        "Fijngemalen",
        "Zonder noten",
        "1 540",
        "getekend",
    ):
        assert words in said, words


def test_a_card_tells_whose_when_what_and_how() -> None:
    said = text(trays_pdf([CARD], NL, version="Versie 3"))
    wanted = (
        "Godelieve Vandamme",
        "De Linde, gang 2",
        "Maandag 30 november",
        "Middag",
        "Fijngemalen en smeuïg",
        "Licht dik vloeibaar",
        "Zonder noten",
        "Waterzooi",
        "1 250 g",
        "groot",
        "Magnetron: 4 min, afgedekt, kern 75 °C",
        "Versie 3",
    )
    for words in wanted:
        assert words in said.replace("\u00a0", " "), words


def test_a_card_tells_the_advised_way_and_the_next_where_there_are_more() -> None:
    said = text(trays_pdf([CARD], NL, version="1"))
    assert "Kan ook zo" not in said
    more = replace(CARD, meal=meal("lunch", dish(warming=(MICROWAVE, PAN, OVEN)), DRINK))
    said = text(trays_pdf([more], NL, version="1"))
    assert said.index("Magnetron: 4") < said.index("Kan ook zo: Pan: 4")
    assert "Oven" not in said


def test_a_card_with_a_level_that_is_tested_has_room_for_the_time_of_the_test() -> None:
    asks = NL.say("paper.tray.tested")
    assert asks in text(trays_pdf([CARD], NL, version="1"))
    plain = replace(CARD, meal=meal("lunch", dish(level=Iddsi.L7), DRINK))
    assert asks not in text(trays_pdf([plain], NL, version="1"))
    thick = replace(CARD, meal=meal("lunch", replace(DRINK, level=Iddsi.L3)))
    assert asks in text(trays_pdf([thick], NL, version="1"))


def test_a_card_without_orders_says_so_and_never_that_all_is_well() -> None:
    said = text(trays_pdf([replace(CARD, food=None, drink=None, avoid=())], NL, version="1"))
    assert said.count(NL.say("iddsi.unknown").capitalize()) == 2
    assert "Geen allergie gemeld" in said


def test_a_part_without_a_dish_stands_on_the_card() -> None:
    said = text(trays_pdf([replace(CARD, missing=("Voor soep past niets.",))], NL, version="1"))
    assert "Voor soep past niets." in said


@pytest.mark.parametrize(("cards", "sheets"), [(1, 1), (4, 1), (5, 2)])
def test_four_cards_fill_a_sheet(cards: int, sheets: int) -> None:
    assert pages(trays_pdf([CARD] * cards, NL, version="1")) == sheets


def test_a_full_tray_is_made_smaller_and_stays_whole() -> None:
    full = replace(CARD, meal=meal("lunch", *[dish(LONG)] * 14))
    assert text(trays_pdf([full], NL, version="1")).count("1 250") == 14
