"""Numbers, days and documents that the house cannot have: a clear no, never a fault."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.access import Role
from app.db import transaction
from app.models.people import User
from tests.app.test_reorders import make_home
from tests.factories import load_catalogue, make_client, make_prescription, make_user

VAST = (2**63, 10**30, int("9" * 4_000))


@pytest.fixture
def desk(app: Flask, visit: Callable[[User], FlaskClient]) -> FlaskClient:
    with transaction(app.extensions["npcc"].engine) as session:
        load_catalogue(session)
        dietitian = make_user(session)
        make_prescription(session, make_client(session), dietitian)
        return visit(dietitian)


@pytest.mark.parametrize("number", VAST)
@pytest.mark.parametrize("act", ["swap", "pin", "day", "undo", "give-up", "approve", "refuse"])
def test_a_week_with_a_number_no_row_can_have_is_not_found(
    desk: FlaskClient, number: int, act: str
) -> None:
    place = {"day": "0", "slot": "lunch", "role": "soup", "choice": "x/M", "pin": "0/lunch"}
    answer = desk.post(f"/plans/{number}/{act}", data=place | {"rule": "x", "reason": "y"})
    assert answer.status_code == 404


def test_more_digits_than_a_number_can_be_read_from_are_no_number(desk: FlaskClient) -> None:
    answer = desk.get(f"/cookbook?client={'9' * 5_000}")
    assert answer.status_code == 422


DAYS = ("0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31")


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("page", ["week", "week/menu.pdf", "week/cooking.pdf", "week/taste"])
def test_a_day_beyond_the_calendar_is_refused(desk: FlaskClient, page: str, day: str) -> None:
    assert desk.get(f"/{page}?day={day}&client=1").status_code == 422


@pytest.mark.parametrize("day", [*DAYS, "2026-02-30", "soon", ""])
def test_another_dish_for_no_day_is_refused_with_a_sentence(
    app: Flask, desk: FlaskClient, visit: Callable[[User], FlaskClient], day: str
) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        reader = visit(make_user(session, Role.CLIENT))
    place = {"day": day, "slot": "lunch", "role": "soup", "dish": "x M", "client": "1"}
    for browser in (desk, reader):
        answer = browser.post("/week/other", data=place)
        assert answer.status_code == 422
        assert "2026-11-27" in answer.text or "1900-01-01" in answer.text or not day


def test_a_week_is_composed_for_days_that_come_and_within_a_year(desk: FlaskClient) -> None:
    today = datetime.now(UTC).date()
    path = "/api/v1/clients/1/plans"
    for start in (today - timedelta(days=20), today + timedelta(days=400)):
        answer = desk.post(path, json={"start": start.isoformat(), "days": 7})
        (error,) = answer.get_json()["errors"]
        assert (answer.status_code, error["field"]) == (422, "start")
        assert error["code"] == "plan.start_out_of_reach"
    begun = (today - timedelta(days=3)).isoformat()
    assert desk.post(path, json={"start": begun, "days": 7}).status_code == 201


@pytest.mark.parametrize("content", ["[1]", "[]", "3", "null", '"x"', "{", '[["client", "1"]]'])
@pytest.mark.parametrize("page", ["week/taste", "week/stock", "week/order", "week/other"])
def test_a_form_that_comes_as_another_document_is_refused(
    app: Flask, visit: Callable[[User], FlaskClient], page: str, content: str
) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        load_catalogue(session)
        browser = visit(make_home(session).user)
    answer = browser.post(f"/{page}", data=content, content_type="application/json")
    assert answer.status_code == 422
