"""The cookbook over HTTP: three ways for each dish, in three languages, for who may see it."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import paper
from app.access import Role
from app.db import read_only, transaction
from app.i18n import LANGUAGES, sentences, translator, unbroken
from app.models.care import Prescription, PrescriptionState
from app.models.people import Client, User
from app.models.system import AccessLog
from app.operations import meals
from logistics import LotState
from menus.cookbook import Measure, Unit
from menus.cookbook.steps import _STEP_OF
from menus.making import TESTS, Work
from tests.app.days import make_lot
from tests.app.test_reorders import Home, make_home
from tests.factories import load_catalogue, make_client, make_prescription, make_user

Visit = Callable[..., FlaskClient]
WAYS = ("own", "components", "ready")


@pytest.fixture
def engine(app: Flask) -> Engine:
    found: Engine = app.extensions["npcc"].engine
    return found


@pytest.fixture
def home(engine: Engine) -> Home:
    with transaction(engine) as session:
        load_catalogue(session)
        return make_home(session)


@pytest.fixture
def browser(visit: Visit, home: Home) -> FlaskClient:
    return visit(home.user)


@pytest.fixture
def after(engine: Engine) -> Iterator[Session]:
    with Session(read_only(engine)) as session:
        yield session


def text_of(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_every_code_of_the_book_has_a_sentence() -> None:
    known = set(sentences("nl"))
    assert {f"texture.test.{test}.{level}" for level in TESTS for test in TESTS[level]} <= known
    assert {f"texture.{work}" for work in Work} <= known
    assert {f"cookbook.unit.{unit}" for unit in Unit} | set(_STEP_OF.values()) <= known


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_every_language(browser: FlaskClient, language: str) -> None:
    with browser.session_transaction() as cookie:
        cookie["language"] = language
    for path in ("/cookbook", *(f"/cookbook/mash?way={way}" for way in WAYS)):
        assert f'<html lang="{language}"' in text_of(browser, path)


def test_the_list_is_grouped_with_counts_and_opens_where_one_looks(browser: FlaskClient) -> None:
    page = text_of(browser, "/cookbook")
    groups = dict(re.findall(r"<h3>([^<]+)</h3><b class=\"num\">([\d\u202f]+)</b>", page))
    assert {"Soep", "Drank", "Dessert"} <= set(groups)
    for name, count in groups.items():
        assert re.search(rf">{name} <b>{count}</b></a>", page), name
    whole = sum(int(one) for one in groups.values())
    assert f"Gerechten: {whole}" in page
    assert page.count('<li class="row row--top">') == whole
    assert '<details class="panel fold">' in page
    soups = text_of(browser, "/cookbook?role=soup&q=prei")
    assert '<details class="panel fold" open>' in soups
    assert "Preisoep met aardappel" in soups
    assert 'name="role" value="soup"' in soups
    assert "q=prei" in soups
    assert "Crème" not in soups
    accents = [text_of(browser, f"/cookbook?q={one}") for one in ("brulee", "BRÛLÉE")]
    assert accents[0].count("<li") == accents[1].count("<li")


def test_the_list_is_found_by_name_and_place(browser: FlaskClient) -> None:
    page = text_of(browser, "/cookbook?q=aardappelpuree")
    assert "Aardappelpuree met melk" in page
    assert "Broccoli" not in page
    page = text_of(browser, "/cookbook?role=drink")
    assert "Appelsap" in page
    assert "Aardappelpuree met melk" not in page
    assert "Geen gerecht gevonden" in text_of(browser, "/cookbook?q=eenhoorn")
    assert browser.get("/cookbook?role=unicorn").status_code == 422


def test_a_recipe_is_scaled_and_numbered(browser: FlaskClient) -> None:
    one, four = (text_of(browser, f"/cookbook/mash?portions={count}") for count in (1, 4))
    assert "Weeg of meet alles af" in one
    assert "aardappelen" in one
    assert "<ol" in one
    assert one != four


def test_a_home_is_told_of_what_it_has_to_warm_food_up(browser: FlaskClient) -> None:
    for way in ("ready", "components"):
        page = text_of(browser, f"/cookbook/mash?way={way}")
        assert page.index("Magnetron: ") < page.index("Pan: ")
        assert "Stoomoven" not in page
        assert "Regeneratiewagen" not in page
    browser.post("/week/appliance", data={"appliance": "steam-oven"})
    page = text_of(browser, "/cookbook/mash?way=ready")
    assert "Stoomoven: " in page
    assert "Magnetron" not in page


def test_a_dish_is_kept_by_the_stars_of_the_freezer(browser: FlaskClient) -> None:
    page = text_of(browser, "/cookbook/mash?way=ready")
    assert "hoogstens 90 dagen" in page
    assert "binnen 48 uur" in page
    assert "Bewaar" in text_of(browser, "/cookbook/apple-compote?way=ready")


def test_a_level_is_sure_by_test_alone(browser: FlaskClient, home: Home, engine: Engine) -> None:
    with transaction(engine) as session:
        prescribe(session, home, food_level="5")
    page = text_of(browser, "/cookbook/mash?seasoning=taste-boost")
    assert "Alleen een test van het gerecht zelf geeft zekerheid" in page
    assert unbroken("4 mm") in page


def prescribe(session: Session, home: Home, **content: Any) -> None:
    client = session.get_one(Client, home.client.id)
    before = session.scalars(select(Prescription)).one()
    before.state = PrescriptionState.SUPERSEDED
    signer = session.get_one(User, before.signed_by)
    make_prescription(session, client, signer, version=2, **content)


def test_what_somebody_may_not_have_does_not_exist(
    browser: FlaskClient, home: Home, engine: Engine
) -> None:
    assert "Aardappelpuree met melk" in text_of(browser, "/cookbook")
    with transaction(engine) as session:
        prescribe(session, home, allergies=("milk",))
    page = text_of(browser, "/cookbook")
    assert "Aardappelpuree met melk" not in page
    assert "Aardappelpuree met olijfolie" in page
    for way in WAYS:
        assert browser.get(f"/cookbook/mash?way={way}").status_code == 404
    assert "Aardappelpuree met melk" not in text_of(browser, "/cookbook/broccoli?way=components")
    assert browser.get("/cookbook/unicorn").status_code == 404


def test_a_dietitian_reads_it_for_a_client_and_a_stranger_does_not(
    visit: Visit, home: Home, engine: Engine, after: Session
) -> None:
    with transaction(engine) as session:
        dietitian = make_user(session, Role.DIETITIAN)
        other_client = make_client(session)
        stranger = make_user(
            session,
            Role.CLIENT,
            client_id=other_client.id,
            organisation_id=other_client.organisation_id,
        )
    reader = visit(dietitian)
    record = reader.get(f"/clients/{home.client.id}").text
    tab = f"/cookbook?client={home.client.id}"
    assert f'href="{tab}"' in record
    assert "Terug naar het dossier" in text_of(reader, tab)
    seen = after.scalars(select(AccessLog).where(AccessLog.user_id == dietitian.id)).all()
    assert "week.viewed" in {one.act for one in seen}
    other = visit(stranger)
    for path in ("/cookbook", "/cookbook/mash"):
        assert other.get(f"{path}?client={home.client.id}").status_code == 404
    assert "tekende nog geen afspraken" in text_of(other, "/cookbook")
    assert other.get("/cookbook/mash").status_code == 404


@pytest.mark.parametrize(
    ("tenths", "unit", "told"),
    [
        (5, Unit.TABLESPOON, "0,5 eetlepel"),
        (10, Unit.PINCH, "1 snufje"),
        (15, Unit.TEASPOON, "1,5 koffielepel"),
        (20, Unit.PINCH, "2 snufjes"),
        (30, Unit.TABLESPOON, "3 eetlepels"),
        (1850, Unit.GRAM, "185 g"),
    ],
)
def test_one_and_a_half_spoon_is_singular_and_two_are_not(
    tenths: int, unit: Unit, told: str
) -> None:
    said = paper.measured(Measure(tenths=tenths, unit=unit), translator("nl"))
    assert said.replace("\u00a0", " ") == told


def test_a_recalled_dish_is_not_in_the_book_until_it_is_gone(
    engine: Engine, browser: FlaskClient
) -> None:
    mash = re.compile(r"/cookbook/mash[\"?]")
    assert mash.search(text_of(browser, "/cookbook"))
    with transaction(engine) as session:
        stock = meals.catalogue(session)
        served = [one.id for one in stock.variants.values() if one.component == "mash"]
        day = date(2030, 1, 1)
        for number, sku in enumerate(served):
            session.add(make_lot(f"M{number}", sku, 500, day, state=LotState.RECALLED))
    assert not mash.search(text_of(browser, "/cookbook"))
    assert browser.get("/cookbook/mash?way=ready").status_code == 404
    assert not mash.search(text_of(browser, "/cookbook/cod-lemon?way=components"))
