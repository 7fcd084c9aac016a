"""Weeks composed over HTTP from documents alone."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.db import transaction
from tests.app.houses import House, load_menu_catalogue, make_house
from tests.app.test_api import CLOCK, System, errors

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "compose"


@pytest.fixture
def house(app: Flask) -> House:
    with transaction(app.extensions["npcc"].engine) as session:
        load_menu_catalogue(session)
        return make_house(session, CLOCK)


@pytest.fixture
def system(app: Flask, house: House) -> System:
    return System(app, house, "en")


def small(**more: Any) -> dict[str, Any]:
    slot = {"id": "tea", "time": "15:00", "roles": ["soup"]}
    return {
        "id": "p1",
        "start": "2026-12-01",
        "days": 1,
        "slots": [slot],
        "food_iddsi": "7",
        "drink_iddsi": "0",
        "allergies": [],
        **more,
    }


def test_plans_come_in_the_order_of_the_requests(system: System) -> None:
    asked = {"requests": [small(id="a"), small(id="b", days=99)]}
    answer = system.call("POST", "/plans", json=asked)
    assert answer.status_code == 200
    document = answer.get_json()
    assert document["catalogue_version"]
    first, second = document["results"]
    assert (first["id"], first["status"]) == ("a", "ok")
    assert [item["role"] for item in first["items"]] == ["soup"]
    assert second["errors"] == [{"code": "plan.error.days", "field": "days"}]


def test_a_request_that_cannot_be_read_says_so_in_its_place(system: System) -> None:
    answer = system.call("POST", "/plans", json={"requests": [{"id": 7}]})
    (result,) = answer.get_json()["results"]
    assert (result["id"], result["status"]) == ("", "invalid")
    assert {"code": "plan.error.missing", "field": "allergies"} in result["errors"]


@pytest.mark.parametrize("document", [[], {}, {"requests": 3}, {"requests": [3]}])
def test_something_else_than_requests_is_refused(system: System, document: Any) -> None:
    answer = system.call("POST", "/plans", json=document)
    assert answer.status_code == 422
    assert errors(answer) == {"requests": "plan.no_requests"}


def test_more_than_a_call_can_compose_is_refused(system: System) -> None:
    answer = system.call("POST", "/plans", json={"requests": [small()] * 3})
    assert answer.status_code == 422
    assert errors(answer) == {"requests": "form.how_many"}


def test_the_example_is_told_in_the_published_document(system: System) -> None:
    told = system.call("GET", "/openapi.json").get_json()
    assert "post" in told["paths"]["/api/v1/plans"]
    first = json.loads(next(iter(sorted(EXAMPLES.glob("*.json")))).read_text(encoding="utf-8"))
    assert set(told["components"]["schemas"]["PlanRequestsShape"]["properties"]) == set(first)
