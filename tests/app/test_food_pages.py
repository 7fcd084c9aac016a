"""The page of a food and its printed label say the same, because they have one record."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

import logistics
from app import paper
from app.access import Role
from app.db import transaction
from app.i18n import LANGUAGES, translator
from app.models.meals import CatalogueRow
from app.models.people import User
from app.operations import meals
from logistics import Label, Operator
from logistics.labels import Packed
from menus import (
    REFERENCE_INTAKES,
    Catalogue,
    FoodInformation,
    SignificantAmount,
    food_information,
)
from tests.app.paper_samples import text
from tests.app.test_reorders import SOUP, make_home
from tests.factories import load_catalogue, make_user
from tests.journeys.page import read

Visit = Callable[..., FlaskClient]
RICH = "mackerel-tomato/7/standard"
FOODS = ("soup-leek/2/standard", "mash/4/low-salt", "vanilla-pudding/7/standard", RICH)


@pytest.fixture
def shelf(app: Flask) -> tuple[Catalogue, User]:
    engine: Engine = app.extensions["npcc"].engine
    with transaction(engine) as session:
        load_catalogue(session)
        user = make_user(session, role=Role.KITCHEN)
        return meals.catalogue(session), user


def said_on_both(label: Label, language: str) -> list[str]:
    """Everything of the record that a reader must find on the page and on the label."""
    speak = translator(language)
    told = paper.food_words(label.food, speak)
    pieces = (told.ingredients, told.allergens, told.may_contain)
    texts = ["".join(piece for piece, _ in each) for each in pieces]
    figures = [f"{amount}" for _, amount, _ in paper.nutrition_rows(label.food.nutrition, speak)]
    vitamins = paper.vitamin_rows(label.food.significant, speak)
    figures += [each for row in vitamins for each in row]
    figures += [speak.say("paper.label.reference")] if vitamins else []
    lines = [told.title, *texts, told.claims, *told.statements, told.heating, told.storage]
    return [each.replace("\u00a0", " ") for each in (*lines, *figures) if each]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sku", FOODS)
def test_the_page_and_the_label_say_the_same(
    visit: Visit, shelf: tuple[Catalogue, User], sku: str, language: str
) -> None:
    catalogue, user = shelf
    packed = Packed(sku=sku, lot="L-1", use_by=date(2026, 12, 24), portion_g=200, portions=1)
    operator = Operator(name="Keuken", street="Kaai 1", town="8800 Roeselare")
    label = logistics.make_label(catalogue, packed, operator)
    assert isinstance(label, Label)
    browser = visit(user)
    with browser.session_transaction() as cookie:
        cookie["language"] = language
    page = browser.get(f"/foods/{sku}")
    on_page = read(page.text).text
    on_label = text(paper.labels_pdf([label], translator(language), version="1"))
    for sentence in said_on_both(label, language):
        assert sentence in on_page, sentence
        assert sentence in on_label, sentence


@pytest.mark.parametrize(
    ("code", "amount", "told"),
    [
        ("vitamin_c_mg", 123, "12 mg"),
        ("calcium_mg", 1234, "1 230"),
        ("vitamin_b12_ug", 996, "10"),
    ],
)
def test_vitamins_are_rounded_as_the_guidance_says(code: str, amount: int, told: str) -> None:
    """Table 4 of the guidance of December 2012: calcium to three figures, the others to two."""
    given = SignificantAmount(nutrient=code, amount=amount, percent=15)
    ((_, said, share),) = paper.vitamin_rows((given,), translator("nl"))
    assert said.replace("\u00a0", " ").replace("\u202f", " ").startswith(told)
    assert share.replace("\u00a0", " ") == "15 % RI"


def test_a_rich_dish_tells_its_vitamins(shelf: tuple[Catalogue, User]) -> None:
    food = food_information(shelf[0], RICH)
    assert isinstance(food, FoodInformation)
    codes = [one.nutrient for one in food.significant]
    assert codes
    assert all(one.percent >= 15 for one in food.significant)
    assert codes == [one for one in REFERENCE_INTAKES if one in codes]


def test_a_food_that_nobody_makes_has_no_page(visit: Visit, shelf: tuple[Catalogue, User]) -> None:
    browser = visit(shelf[1])
    assert browser.get("/foods/soup-leek/7/standard").status_code == 404
    assert browser.get("/foods/nothing").status_code == 404
    assert visit().get(f"/foods/{FOODS[0]}").status_code == 302


def test_a_client_reads_the_page_in_large_print(app: Flask, visit: Visit) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        load_catalogue(session)
        home = make_home(session)
    page = visit(home.user).get(f"/foods/{SOUP}")
    assert page.status_code == 200
    assert 'data-print="groot"' in page.text


def test_what_is_not_known_is_said_and_no_figure_is_shown(app: Flask, visit: Visit) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        load_catalogue(session)
        user = make_user(session, role=Role.KITCHEN)
        leek = session.scalars(
            select(CatalogueRow).where(
                CatalogueRow.table_name == "ingredients",
                CatalogueRow.cells["id"].as_string() == "leek",
            )
        ).one()
        leek.cells = {**leek.cells, "sugars_g": ""}
    page = read(visit(user).get(f"/foods/{FOODS[0]}").text)
    assert translator("nl").say("label.nutrition_unknown") in page.text
    assert "kJ" not in page.text
