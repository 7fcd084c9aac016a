"""A hospital's system orders over HTTP, and its order stands on the plan of the day."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from app import jobs
from app.access import Role
from app.db import transaction
from app.models.people import Organisation
from app.operations import people
from tests.app.houses import ADMIN
from tests.clock import Clock
from tests.journeys.conftest import MONDAY, WARD_MEAL
from tests.journeys.person import Person

EATERS = [
    {"ref": "P1", "food_iddsi": "7", "drink_iddsi": "0", "allergies": []},
    {"ref": "P2", "food_iddsi": "7", "drink_iddsi": "0", "allergies": ["milk"]},
]
Call = Callable[..., TestResponse]


@pytest.fixture
def key(engine: Engine, clock: Clock) -> str:
    """Give the key that the hospital got for its system."""
    with transaction(engine) as session:
        house = session.scalars(select(Organisation).where(Organisation.code == "zh-klaver")).one()
        return people.issue_key(session, ADMIN, house.id, "diet system", MONDAY)


@pytest.fixture
def call(app: Flask, key: str) -> Call:
    """Give the hospital's system: method, path, and its key in every call."""
    browser = app.test_client()

    def ask(method: str, path: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {key}"} | more.pop("headers", {})
        return browser.open(path, method=method, headers=headers, **more)

    return ask


def body(*eaters: dict[str, Any]) -> dict[str, Any]:
    day = WARD_MEAL.isoformat()
    return {"ward": "3B", "service_day": day, "meal": "lunch", "eaters": list(eaters or EATERS)}


def test_an_order_from_trial_to_the_plan_of_the_day(
    call: Call, come_in: Callable[[Role], Person], engine: Engine, clock: Clock
) -> None:
    url = "/api/v1/orders"
    trial = call("POST", f"{url}?dry_run=true", json=body())
    assert (trial.status_code, trial.json["state"]) == (200, "placed")
    assert call("GET", url).json["total"] == 0

    key = {"headers": {"Idempotency-Key": "diet-1"}}
    placed = call("POST", url, json=body(), **key)
    again = call("POST", url, json=body(), **key)
    assert (placed.status_code, again.status_code) == (201, 200)
    assert placed.json == again.json
    order, where = placed.json["code"], placed.headers["Location"]
    assert [one["code"] for one in call("GET", url).json["items"]] == [order]

    held = call(
        "POST",
        url,
        json=body(EATERS[0] | {"ref": "P9", "allergies": ["kiwi"]}),
        headers={"Idempotency-Key": "diet-2"},
    )
    assert (held.status_code, held.json["state"]) == (201, "held")
    assert [one["code"] for one in held.json["reasons"]] == ["order.unknown_allergy"]

    changed = call("PUT", where, json=body(EATERS[1]), headers={"If-Match": placed.headers["ETag"]})
    assert (changed.status_code, len(changed.json["eaters"])) == (200, 1)
    gone = call("DELETE", held.headers["Location"])
    assert (gone.status_code, gone.json["state"]) == (200, "cancelled")

    clock.turn(WARD_MEAL.replace(day=WARD_MEAL.day - 1), 16)
    dispatcher = come_in(Role.DISPATCHER).sees("Woensdag 25 november")
    dispatcher.press("Plan deze dag")
    assert jobs.work_once(engine, "worker")
    dispatcher.go("/").sees("Bestellingen 1 van 1", "Elke bestelling kan mee.")
    sheet = dispatcher.browser.get(dispatcher.where("Ritlijsten"))
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(sheet.data)).pages)
    assert "Zh-Klaver" in text
    assert order in text
    assert "7.00" in text
    late = call("DELETE", where)
    assert (late.status_code, late.json["code"]) == (409, "order.after_cut_off")
