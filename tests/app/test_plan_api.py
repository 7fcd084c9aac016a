"""Weeks composed over HTTP from documents alone."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.db import transaction
from app.models.meals import MealPlan, MealPlanState
from app.models.people import Client, User
from app.models.system import AccessLog
from tests import factories
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
    assert second["errors"] == [
        {"code": "plan.error.days", "field": "days", "message": "Choose 1 to 14 days."}
    ]


def test_a_request_that_cannot_be_read_says_so_in_its_place(system: System) -> None:
    answer = system.call("POST", "/plans", json={"requests": [{"id": 7}]})
    (result,) = answer.get_json()["results"]
    assert (result["id"], result["status"]) == ("", "invalid")
    told = {(one["code"], one["field"], one["message"]) for one in result["errors"]}
    assert ("plan.error.missing", "allergies", "Fill in allergies.") in told


@pytest.mark.parametrize("document", [[], {}, {"requests": 3}, {"requests": [3]}])
def test_something_else_than_requests_is_refused(system: System, document: Any) -> None:
    answer = system.call("POST", "/plans", json=document)
    assert answer.status_code == 422
    assert errors(answer) == {"requests": "plan.no_requests"}


def test_an_allergy_told_twice_differently_is_refused_by_name(system: System) -> None:
    told = json.dumps({"requests": [small(allergies=["milk"])]})
    twice = told.replace('"allergies": ["milk"]', '"allergies": ["milk"], "allergies": []')
    answer = system.call("POST", "/plans", data=twice, content_type="application/json")
    assert answer.status_code == 422
    assert errors(answer) == {"allergies": "plan.error.twice"}


def test_more_than_a_call_can_compose_is_refused(system: System) -> None:
    answer = system.call("POST", "/plans", json={"requests": [small()] * 3})
    assert answer.status_code == 422
    assert errors(answer) == {"requests": "form.how_many"}


def test_the_example_is_told_in_the_published_document(system: System) -> None:
    told = system.call("GET", "/openapi.json").get_json()
    assert "post" in told["paths"]["/api/v1/plans"]
    first = json.loads(next(iter(sorted(EXAMPLES.glob("*.json")))).read_text(encoding="utf-8"))
    assert set(told["components"]["schemas"]["PlanRequestsShape"]["properties"]) == set(first)


# For a stored client


@dataclass(frozen=True, kw_only=True)
class Case:
    """A client with a signed prescription, another without, and their dietitian."""

    dietitian: User
    client: Client
    bare: Client

    def path(self, client: Client) -> str:
        """Where a week of a client is asked for."""
        return f"/api/v1/clients/{client.id}/plans"


@pytest.fixture
def case(app: Flask) -> Case:
    with transaction(app.extensions["npcc"].engine) as session:
        factories.load_catalogue(session)
        dietitian, client = factories.make_user(session), factories.make_client(session)
        factories.make_prescription(session, client, dietitian)
        bare = factories.make_client(session)
        return Case(dietitian=dietitian, client=client, bare=bare)


def test_a_week_of_a_client_is_proposed_from_the_signed_prescription(
    app: Flask, case: Case, visit: Callable[..., FlaskClient]
) -> None:
    browser = visit(case.dietitian)
    answer = browser.post(case.path(case.client), json={"start": "2027-03-01", "days": 2})
    assert answer.status_code == 201
    told = answer.get_json()
    assert (told["state"], told["start"], told["days"]) == ("proposed", "2027-03-01", 2)
    with transaction(app.extensions["npcc"].engine) as session:
        kept = session.get_one(MealPlan, told["id"])
        assert (kept.client_id, kept.state) == (case.client.id, MealPlanState.PROPOSED)
        assert kept.result == told["plan"]
        logged = session.scalars(select(AccessLog.act).where(AccessLog.client_id == kept.client_id))
        assert "plan.proposed" in set(logged)
    monday = browser.post(case.path(case.client), json={"days": 1}).get_json()
    assert date.fromisoformat(monday["start"]).weekday() == 0


def test_without_a_signature_a_client_or_the_right_nothing_is_composed(
    app: Flask, case: Case, visit: Callable[..., FlaskClient]
) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        system = System(app, make_house(session, CLOCK), "en")
    browser = visit(case.dietitian)
    unsigned = browser.post(case.path(case.bare), json={"days": 1})
    assert (unsigned.status_code, errors(unsigned)) == (422, {"": "plan.needs_prescription"})
    assert browser.post("/api/v1/clients/999999/plans", json={}).status_code == 404
    wrong = browser.post(case.path(case.client), json={"days": 15, "start": "soon", "x": 1})
    assert set(errors(wrong)) == {"days", "start", "x"}
    assert system.call("POST", f"/clients/{case.client.id}/plans", json={}).status_code == 403
    assert visit().post(case.path(case.client), json={}).status_code == 401
    with transaction(app.extensions["npcc"].engine) as session:
        assert session.scalar(select(func.count()).select_from(MealPlan)) == 0


def test_a_login_writes_only_with_its_form_token(
    app: Flask, case: Case, visit: Callable[..., FlaskClient]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    browser = visit(case.dietitian)
    refused = browser.post(case.path(case.bare), json={"days": 1})
    assert refused.status_code == 400
    page = browser.get("/worklist").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    headers = {"X-CSRFToken": found[1]}
    answer = browser.post(case.path(case.bare), json={"days": 1}, headers=headers)
    assert errors(answer) == {"": "plan.needs_prescription"}
