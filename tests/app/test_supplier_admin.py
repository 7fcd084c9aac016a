"""Suppliers as an administrator fills them in, by form and by file, and what buying makes of it."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from app.access import Role
from app.db import transaction
from app.i18n import LANGUAGES, sentences
from app.models.orders import Order
from app.models.planning import DayPlan
from app.models.stock import IngredientLot, Lot, PriceBreak, Supplier, SupplyOffer
from app.operations import daypapers, meals, suppliers, supplies
from logistics import LotState, supply_items
from logistics.demand import Explosion
from tests.app.days import DAY, planned, small_day
from tests.factories import load_catalogue, make_user

Visit = Callable[..., FlaskClient]
TERMS: dict[str, Any] = {"name": "Groothandel Proef", "minimum": "50", "delivery": "7,50"}
TERMS |= {"order_weekdays": ["0", "3"], "delivery_weekdays": ["1"], "closed_days": "2026-12-28"}
GOOD = {"pack_g": "5000", "price": "12,50", "lead_days": "1", "min_packs": "2"}
GOOD |= {"from_1": "10", "price_1": "11,00"}


@pytest.fixture
def house(app: Flask, visit: Visit) -> SimpleNamespace:
    """Give an administrator's browser, and the name of an ingredient with its usual supplier."""
    engine: Engine = app.extensions["npcc"].engine
    with transaction(engine) as session:
        load_catalogue(session)
        boss = make_user(session, Role.ADMIN)
        cook = make_user(session, Role.KITCHEN)
        usual = next(iter(meals.catalogue(session).ingredients.values()))
    browser = visit(boss)
    browser.post("/admin/suppliers", data=TERMS | {"code": usual.supplier})
    return SimpleNamespace(
        engine=engine, browser=browser, cook=visit(cook), usual=usual, code=usual.supplier
    )


def test_terms_and_goods_reach_the_purchases(house: SimpleNamespace) -> None:
    browser, code, name = house.browser, house.code, house.usual.id
    page = browser.get(f"/admin/suppliers/{code}").text
    assert 'value="7,50"' in page
    assert f"/admin/suppliers/{code}/goods/{name}" in page
    assert browser.post(f"/admin/suppliers/{code}/goods/{name}", data=GOOD).status_code == 303
    with transaction(house.engine) as session:
        (terms,) = supplies.terms(session)
        offers = supplies.offers(session, meals.catalogue(session))
    monday = date(2026, 11, 30)
    assert (terms.minimum_cents, terms.delivery_cents) == (5_000, 750)
    assert terms.takes(monday, 1), "ordered on a Monday, brought on a Tuesday"
    assert not terms.takes(monday, 2), "nothing is brought on a Wednesday"
    assert not terms.takes(monday + timedelta(days=28), 1), "it is closed"
    item = next(one for one in offers if (one.ingredient, one.supplier) == (name, code))
    assert (item.pack_g, item.price_cents, item.min_packs) == (5_000, 1_250, 2)
    assert item.lower_breaks() == ((10, 1_100),)
    assert "Hier ingevuld" in browser.get(f"/admin/suppliers/{code}").text
    assert browser.post(f"/admin/suppliers/{code}/goods/{name}/withdraw").status_code == 303
    assert browser.post(f"/admin/suppliers/{code}/goods/{name}/withdraw").status_code == 404
    with transaction(house.engine) as session:
        catalogue = meals.catalogue(session)
        breaks = {name: ((10, 1_100),)}
        assert supplies.offers(session, catalogue) == supply_items(catalogue, breaks)


@pytest.mark.parametrize(
    ("address", "change", "sentence"),
    [
        ("", {"closed_days": "kerst"}, "Dit is geen datum"),
        ("", {"minimum": "1,005"}, "hoogstens 2 cijfers"),
        ("", {"name": ""}, "Vul dit in"),
        ("/goods/{name}", {"price_1": "13"}, "Meer verpakkingen moeten per verpakking minder"),
        ("/goods/{name}", {"price_1": ""}, "Vul dit in"),
        ("/goods/{name}", {"pack_g": "0"}, "1"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    house: SimpleNamespace, address: str, change: dict[str, str], sentence: str
) -> None:
    where = f"/admin/suppliers/{house.code}{address.format(name=house.usual.id)}"
    known = GOOD if address else TERMS
    answer = house.browser.post(where, data=known | change)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_files_go_out_and_come_in_and_one_bad_row_keeps_all_out(house: SimpleNamespace) -> None:
    browser, name = house.browser, house.usual.id
    house.browser.post(f"/admin/suppliers/{house.code}/goods/{name}", data=GOOD)
    files = {
        one: browser.get(f"/admin/suppliers.files/{one}.csv").get_data(as_text=True)
        for one in suppliers.FILES
    }
    assert house.code in files["suppliers"]
    mended = {one: text.replace("5000", "6000") for one, text in files.items()}
    assert put(browser, mended).status_code == 303
    with transaction(house.engine) as session:
        assert session.scalar(select(SupplyOffer.pack_g)) == 6_000
        assert session.scalar(select(func.count()).select_from(Supplier)) == 1
        assert session.scalar(select(func.count()).select_from(PriceBreak)) == 1
    bad = mended["supply_offers"] + "niemand,zand,1,1,1,1\r\n"
    answer = put(browser, {"supply_offers": bad.replace("6000", "7000")})
    assert answer.status_code == 422
    assert "supply_offers.csv, regel 3, kolom supplier: niemand staat niet in" in answer.text
    assert "regel 3, kolom ingredient: zand staat niet in de catalogus" in answer.text
    assert put(browser, {"orders": "x"}).status_code == 422
    assert put(browser, {}).status_code == 422
    with transaction(house.engine) as session:
        assert session.scalar(select(SupplyOffer.pack_g)) == 6_000


def put(browser: FlaskClient, files: dict[str, str]) -> Any:
    """Send files as a browser does."""
    data = {"files": [(io.BytesIO(text.encode()), f"{name}.csv") for name, text in files.items()]}
    return browser.post("/admin/suppliers.files", data=data, content_type="multipart/form-data")


def test_only_an_administrator_comes_here_and_what_is_not_there_is_not_found(
    house: SimpleNamespace,
) -> None:
    assert house.cook.get("/admin/suppliers").status_code == 403
    for address in ("nobody", f"{house.code}/goods/sand", f"{house.code}/goods?ingredient=x"):
        answer = house.browser.get(f"/admin/suppliers/{address}", follow_redirects=True)
        assert answer.status_code == 404
    assert house.browser.get("/admin/suppliers.files/users.csv").status_code == 404
    again = house.browser.post("/admin/suppliers", data=TERMS | {"code": house.code})
    assert again.status_code == 422


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_a_sentence(language: str) -> None:
    assert set(suppliers.SUPPLIER_CODES) <= set(sentences(language))


def test_a_row_names_its_days_where_a_phone_hides_the_headings(house: SimpleNamespace) -> None:
    page = house.browser.get("/admin/suppliers").text
    rows = page.count('class="who"')
    assert rows
    assert page.count("data-head=") == 2 * rows


def test_what_only_an_offer_sells_stands_on_the_list_of_purchases(session: Session) -> None:
    """The catalogue names another supplier for it; its own price and pack are those told."""
    small = small_day(session)
    for order in session.scalars(select(Order)):
        order.service_day = DAY + timedelta(days=6)
    for lot in (*session.scalars(select(Lot)), *session.scalars(select(IngredientLot))):
        lot.state = LotState.HOLD
    name = next(iter(Explosion(meals.catalogue(session)).ingredients_g(small.cooked, 10_000)))
    cheap = Supplier(code="nieuw", name="Nieuw")
    session.add(cheap)
    session.flush()
    facts = {"pack_g": 700, "pack_cents": 1, "lead_days": 1, "min_packs": 1}
    session.add(SupplyOffer(supplier_id=cheap.id, ingredient=name, **facts))
    session.flush()
    rows = daypapers.paper_day(session, planned(session)).purchase_rows()
    assert {row.pack_g for row in rows if row.supplier == "nieuw"} == {700}
    session.execute(delete(SupplyOffer).where(SupplyOffer.supplier_id == cheap.id))
    session.flush()
    plan = session.scalars(select(DayPlan)).one()
    gone = [row for row in daypapers.paper_day(session, plan).purchase_rows() if not row.pack_g]
    assert {(row.supplier, row.amount_g) for row in gone} == {("nieuw", None)}
    assert all(row.packs and row.cost_cents for row in gone)
