"""The API as a hospital's system meets it: over HTTP, with its key, in its language."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,  # noqa: F401 - see below
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import delete, event, select
from werkzeug.test import TestResponse

from app.config import Settings
from app.db import make_engine, transaction
from app.factory import create_app
from app.i18n import LOCAL_ZONE
from app.models.meals import CatalogueRow
from app.models.orders import Order
from app.models.people import Site
from app.operations import people, upkeep
from tests.app.houses import (
    ADMIN,
    MENU,
    House,
    load_menu_catalogue,
    make_house,
    make_menu,
    open_day,
)
from tests.factories import make_user

CLOCK = datetime.now(UTC)
DAY = open_day(CLOCK)
CARROTS = "carrots/7/standard"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def house(app: Flask) -> House:
    """A hospital in the app's own database; its menu is set for a day still open."""
    with transaction(app.extensions["npcc"].engine) as session:
        load_menu_catalogue(session)
        made = make_house(session, CLOCK)
        make_menu(session, made.site, DAY, *MENU)
    return made


class System:
    """A hospital's system with a key."""

    def __init__(self, app: Flask, house: House, language: str = "nl") -> None:
        self.browser: FlaskClient = app.test_client()
        self.headers = house.bearer | {"Accept-Language": language}

    def call(self, method: str, path: str, **more: Any) -> TestResponse:
        """Call a route with the key."""
        headers = self.headers | more.pop("headers", {})
        return self.browser.open(f"/api/v1{path}", method=method, headers=headers, **more)

    def order(self, body: dict[str, Any], key: str = "key-1", query: str = "") -> TestResponse:
        """Send an order."""
        return self.call("POST", f"/orders{query}", json=body, headers={"Idempotency-Key": key})


@pytest.fixture
def system(app: Flask, house: House) -> System:
    return System(app, house)


def person(ref: str = "P1", **values: Any) -> dict[str, Any]:
    return {"ref": ref, "food_iddsi": "7", "drink_iddsi": "0", "allergies": []} | values


def body(*eaters: dict[str, Any], **values: Any) -> dict[str, Any]:
    given = {"ward": "3B", "service_day": DAY.isoformat(), "meal": "lunch"}
    return given | {"eaters": list(eaters) or [person()]} | values


def errors(answer: TestResponse) -> dict[str, str]:
    assert answer.content_type == "application/problem+json"
    return {one["field"]: one["code"] for one in answer.json["errors"]}


def test_an_order_from_trial_to_cancellation(system: System) -> None:
    trial = system.order(body(), query="?dry_run=true")
    assert (trial.status_code, trial.json["state"], trial.json["id"]) == (200, "placed", None)
    assert system.call("GET", "/orders").json["total"] == 0

    placed = system.order(body())
    assert placed.status_code == 201
    order = placed.json
    assert placed.headers["Location"].endswith(f"/api/v1/orders/{order['id']}")
    assert order["total_cents"] == trial.json["total_cents"]
    assert [line["variant"] for line in order["eaters"][0]["lines"]] == [
        *("soup-leek/0/standard", "cod-lemon/7/standard", "mash/7/standard"),
        *(CARROTS, "caramel-custard/7/standard"),
    ]
    again = system.order(body())
    assert (again.status_code, again.json) == (200, order)

    listed = system.call("GET", f"/orders?service_day={DAY}&ward=3B&state=placed").json
    assert [one["id"] for one in listed["items"]] == [order["id"]]
    read = system.call("GET", f"/orders/{order['id']}")
    assert (read.json, read.headers["ETag"]) == (order, '"1"')

    small = body(person(lines=[{"variant": CARROTS, "portions": 2}], portion="L"))
    changed = system.call("PUT", f"/orders/{order['id']}", json=small, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert changed.json["eaters"][0]["lines"][0]["portions"] == 2

    gone = system.call("DELETE", f"/orders/{order['id']}")
    assert (gone.status_code, gone.json["state"]) == (200, "cancelled")
    assert system.call("DELETE", f"/orders/{order['id']}").json["state"] == "cancelled"


def test_an_unknown_allergy_holds_the_order_and_says_so(system: System) -> None:
    answer = system.order(body(person(allergies=["kiwi"])))
    assert (answer.status_code, answer.json["state"]) == (201, "held")
    (reason,) = answer.json["reasons"]
    assert reason["code"] == "order.unknown_allergy"
    assert reason["details"] == {"eater": "P1", "allergy": "kiwi"}
    assert "kiwi" in reason["message"]


def test_a_role_that_nothing_suits_is_said_in_words(system: System) -> None:
    answer = system.order(body(person(exclude_ingredients=["carrot"])))
    assert {one["code"] for one in answer.json["reasons"]} == {"order.nothing_suits"}
    said = {one["details"]["role"]: one["message"] for one in answer.json["reasons"]}
    assert "groenten" in said["vegetable"]


def test_why_another_dish_came_is_said_with_its_name(system: System) -> None:
    answer = system.order(body(person(allergies=["milk"])))
    lines = {line["variant"]: line for line in answer.json["eaters"][0]["lines"]}
    (reason,) = lines["mash-vegan/7/standard"]["reasons"]
    assert (reason["code"], reason["details"]["sku"]) == ("objection.allergy.contains", "mash")
    assert "melk" in reason["message"]


def test_other_content_under_the_same_key_is_a_conflict(system: System) -> None:
    system.order(body())
    answer = system.order(body(person("P2")))
    assert answer.status_code == 409
    assert answer.json["code"] == "order.key_used_for_other_content"


def test_every_field_to_mend_is_named_at_once(system: System) -> None:
    wrong = body(
        person(food_iddsi="9", lines=[{"variant": CARROTS, "portions": 0}], colour="red"),
        service_day="tomorrow",
        priority=1,
    )
    answer = system.order(wrong)
    assert answer.status_code == 422
    assert errors(answer) == {
        "eaters.0.food_iddsi": "form.choice",
        "eaters.0.lines.0.portions": "form.range",
        "eaters.0.colour": "form.unknown_field",
        "service_day": "form.day",
        "priority": "form.unknown_field",
    }


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"variant": "moon/7/standard", "portions": 1}, "order.unknown_component"),
        ({"variant": "cod-lemon/7/standard", "portions": 1}, "objection.allergy.contains"),
    ],
)
def test_a_dish_that_is_not_possible_is_refused_at_its_line(
    system: System, line: dict[str, Any], code: str
) -> None:
    answer = system.order(body(person(), person("P2", allergies=["fish"], lines=[line])))
    assert errors(answer) == {"eaters.1.lines.0": code}
    assert system.call("GET", "/orders").json["total"] == 0


def test_after_the_cut_off_the_answer_says_when_it_was(system: System) -> None:
    answer = system.order(
        body(person(lines=[{"variant": CARROTS, "portions": 1}]), service_day="2026-01-05")
    )
    assert answer.status_code == 422
    (error,) = answer.json["errors"]
    assert error["code"] == "order.after_cut_off"
    assert error["details"]["cut_off"] == "2026-01-04T14:00:00+00:00"
    assert "4 jan" in error["message"]


def test_a_late_order_is_held_where_the_system_asks_so(app: Flask, system: System) -> None:
    """Today is past the cut-off of every hospital."""
    today = datetime.now(UTC).astimezone(LOCAL_ZONE).date()
    with transaction(app.extensions["npcc"].engine) as session:
        session.scalars(select(Site)).one().delivery_weekdays = list(range(7))
    asked = body(person(lines=[{"variant": CARROTS, "portions": 1}]), service_day=today.isoformat())
    assert system.order(asked).status_code == 422
    answer = system.order(asked, query="?late=true")
    assert (answer.status_code, answer.json["state"]) == (201, "held")
    assert [one["code"] for one in answer.json["reasons"]] == ["order.late"]
    gone = system.call("DELETE", f"/orders/{answer.json['id']}")
    assert gone.json["state"] == "cancelled"


def test_a_trial_answers_what_would_be_refused(system: System) -> None:
    line = {"variant": "moon/7/standard", "portions": 1}
    answer = system.order(body(person(lines=[line])), query="?dry_run=true")
    assert (answer.status_code, answer.json["state"]) == (200, "refused")
    assert answer.json["reasons"][0]["field"] == "eaters.0.lines.0"


def test_an_order_needs_a_key_and_a_spelt_out_trial(system: System) -> None:
    assert errors(system.order(body(), key="")) == {"Idempotency-Key": "order.key_needed"}
    assert errors(system.order(body(), query="?dryrun=true")) == {"dryrun": "form.unknown_field"}
    assert errors(system.order(body(), query="?dry_run=perhaps")) == {"dry_run": "form.switch"}


def test_a_change_needs_the_version_that_was_seen(system: System) -> None:
    path = f"/orders/{system.order(body()).json['id']}"
    blind = system.call("PUT", path, json=body())
    assert (blind.status_code, blind.json["code"]) == (428, "problem.if_match_needed")
    stale = system.call("PUT", path, json=body(), headers={"If-Match": '"7"'})
    assert (stale.status_code, stale.json["code"]) == (412, "order.someone_was_first")
    assert system.call("GET", path).json["version"] == 1


def test_a_refused_change_leaves_the_order(system: System) -> None:
    before = system.order(body()).json
    path, worse = f"/orders/{before['id']}", body(person(lines=[{"variant": "x", "portions": 1}]))
    answer = system.call("PUT", path, json=worse, headers={"If-Match": '"1"'})
    assert errors(answer) == {"eaters.0.lines.0": "order.unknown_component"}
    assert system.call("GET", path).json == before


def test_another_hospital_sees_nothing(app: Flask, system: System) -> None:
    order_id = system.order(body()).json["id"]
    with transaction(app.extensions["npcc"].engine) as session:
        stranger = System(app, make_house(session, CLOCK))
    for method in ("GET", "DELETE"):
        assert stranger.call(method, f"/orders/{order_id}").status_code == 404
    change = stranger.call("PUT", f"/orders/{order_id}", json=body(), headers={"If-Match": "*"})
    assert change.status_code == 404
    assert stranger.call("GET", "/orders").json["items"] == []
    assert system.call("GET", f"/orders/{order_id}").json["state"] == "placed"


def test_a_revoked_key_opens_nothing(app: Flask, house: House, system: System) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        people.revoke_key(session, ADMIN, house.key_id, CLOCK)
    answer = system.order(body())
    assert (answer.status_code, answer.json["code"]) == (401, "problem.login")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_cookie_reads_and_never_writes(app: Flask, house: House, visit: Any) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        dietitian = make_user(session, organisation_id=house.organisation.id)
    browser = visit(dietitian)
    assert browser.get("/api/v1/orders").status_code == 200
    answer = browser.post("/api/v1/orders", json=body(), headers={"Idempotency-Key": "k"})
    assert answer.status_code == 401


def test_the_answer_speaks_the_language_that_was_asked(app: Flask, house: House) -> None:
    said = {
        language: System(app, house, language).call("GET", "/orders/99").json["title"]
        for language in ("nl-BE", "fr-BE, nl;q=0.5", "en", "de")
    }
    assert len(set(said.values())) == 3
    assert said["de"] == said["nl-BE"]


def test_a_question_may_say_that_it_speaks_json(system: System) -> None:
    told = {"Content-Type": "application/json"}
    assert system.call("GET", "/orders?page=1", headers=told).json["page"] == 1
    answer = system.call("GET", "/orders?page=0", headers=told, data=b"[]")
    assert errors(answer) == {"page": "form.range"}


@pytest.mark.parametrize("sent", [None, [], [1], "x", 5, {"login": 5}, {"login": [[]]}])
def test_what_is_no_form_is_refused_and_breaks_nothing(app: Flask, visit: Any, sent: Any) -> None:
    assert visit().post("/login", json=sent).status_code in {400, 422}


def test_a_wrong_method_names_the_right_ones(system: System) -> None:
    answer = system.call("PATCH", "/orders")
    assert (answer.status_code, answer.json["code"]) == (405, "problem.method")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_a_busy_database_says_when_to_come_back(app: Flask, system: System) -> None:
    engine = app.extensions["npcc"].engine
    engine.dispose()
    event.listen(engine, "connect", _hurry)
    with transaction(engine) as session:
        session.execute(delete(Order))  # the writer holds the database
        answer = system.order(body())
    assert (answer.status_code, answer.json["code"]) == (503, "problem.busy")
    assert answer.headers["Retry-After"] == "30"


def _hurry(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA busy_timeout=50")


def test_components_are_filtered_by_what_they_may_not_hold(system: System) -> None:
    found = system.call(
        "GET", "/components?role=dessert&iddsi=7&seasoning=standard&free_of=milk&free_of=eggs"
    ).json
    assert [one["variant"] for one in found["items"]] == ["apple-compote/7/standard"]
    (compote,) = found["items"]
    assert compote["portions_g"] == {"S": 100, "M": 125, "L": 150}
    assert compote["nutrients_per_100g"]["energy_kcal"] > 0
    assert compote["allergens"] == {"contains": [], "may_contain": [], "unknown": []}
    everything = system.call("GET", "/components").json
    assert (len(everything["items"]), everything["pages"]) == (50, everything["total"] // 50 + 1)
    assert errors(system.call("GET", "/components?free_of=kiwi")) == {"free_of.0": "form.choice"}


def test_components_are_found_by_kind_diet_and_name_in_a_language(system: System) -> None:
    def found(query: str) -> dict[str, Any]:
        answer = system.call("GET", f"/components?{query}")
        assert answer.status_code == 200
        return answer.json

    drinks, foods, every = (found(one)["total"] for one in ("kind=drink", "kind=food", ""))
    assert min(drinks, foods) > 0
    assert drinks + foods == every
    vegan = found("diet=vegan&diet=halal")
    assert 0 < vegan["total"] < every
    assert all({"vegan", "halal"} <= {*one["properties"]} for one in vegan["items"])
    one = found("role=dessert&iddsi=7")["items"][0]["names"]
    for language in ("nl", "fr", "en"):
        part = one[language][1:6].upper()
        named = found(f"text={quote(part)}&language={language}")["items"]
        assert one in [each["names"] for each in named]
        assert all(part.lower() in each["names"][language].lower() for each in named)
    assert found("text=compôte&language=fr") == found("text=COMPOTE&language=fr")
    assert found("text=zzz")["total"] == 0
    wrong = "role=tea&kind=meal&iddsi=9&diet=paleo&language=de&colour=red"
    assert errors(system.call("GET", f"/components?{wrong}")) == {
        "role": "form.choice",
        "kind": "form.choice",
        "iddsi": "form.choice",
        "diet.0": "form.choice",
        "language": "form.choice",
        "colour": "form.unknown_field",
    }


def test_a_filter_told_twice_is_refused_and_not_half_heeded(system: System) -> None:
    answer = system.call("GET", "/components?iddsi=4&iddsi=7")
    assert answer.status_code == 422
    assert errors(answer) == {"iddsi": "form.once"}
    assert system.call("GET", "/components?iddsi=4&iddsi=4").status_code == 200


def test_without_a_catalogue_there_are_no_components(app: Flask, system: System) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        session.execute(delete(CatalogueRow))
    assert system.call("GET", "/components").status_code == 404


def test_keys_never_reach_a_log_or_an_answer(
    app: Flask,
    house: House,
    system: System,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [system.order(body()), system.call("GET", "/orders/99"), system.call("GET", "/x")]
    app.extensions["npcc-openapi"] = None  # something breaks
    broken = system.call("GET", "/openapi.json")
    assert broken.status_code == 500
    assert broken.json["details"]["reference"] in broken.json["title"]
    out, err = capfd.readouterr()
    said = "".join([caplog.text, out, err, *(one.text for one in [*answers, broken])])
    assert "reference" in said
    assert house.key not in said


def test_five_hundred_eaters_fit_in_one_order(system: System) -> None:
    people_ = [
        person(
            f"P{number}",
            food_iddsi=("7", "6", "5", "4")[number % 4],
            allergies=[["milk"], ["fish"], [], ["eggs", "celery"]][number // 4 % 4],
            portion="SML"[number % 3],
        )
        for number in range(500)
    ]
    answer = system.order(body(*people_))
    assert answer.status_code == 201
    assert len(answer.json["eaters"]) == 500
    assert all(one["lines"] for one in answer.json["eaters"])


def test_the_document_is_served_to_who_may_see_the_catalogue(system: System) -> None:
    document = system.call("GET", "/openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {
        "/api/v1/orders",
        "/api/v1/orders/{order_id}",
        "/api/v1/referrals",
        "/api/v1/referrals/{referral_id}",
        "/api/v1/referrals/{referral_id}/information",
        "/api/v1/referrals/{referral_id}/withdraw",
        "/api/v1/components",
        "/api/v1/plans",
        "/api/v1/score",
        "/api/v1/instruments",
        "/api/v1/clients/{client_id}/screenings",
        "/api/v1/clients/{client_id}/screenings/{screening_id}",
        "/api/v1/clients/{client_id}/plans",
        "/api/v1/stores",
        "/api/v1/stores/{code}",
        "/api/v1/stores/{code}/count",
        "/api/v1/stores/{code}/count.csv",
        "/api/v1/openapi.json",
    }
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, House]]:
    """The app on a database of its own, for calls that nobody thought of."""
    url = f"sqlite:///{tmp_path_factory.mktemp('contract')}/npcc.sqlite3"
    engine = make_engine(url)
    upkeep.migrate(engine)
    with transaction(engine) as session:
        load_menu_catalogue(session)
        house = make_house(session, CLOCK)
        make_menu(session, house.site, DAY, *MENU)
    engine.dispose()
    app = create_app(Settings(database_url=url, secret_key="k" * 64))
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    yield app, house
    app.extensions["npcc"].engine.dispose()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/orders"),
        ("GET", "/orders"),
        ("GET", "/orders/{order_id}"),
        ("PUT", "/orders/{order_id}"),
        ("DELETE", "/orders/{order_id}"),
        ("GET", "/components"),
        ("POST", "/score"),
        ("GET", "/instruments"),
        ("POST", "/clients/{client_id}/screenings"),
        ("GET", "/clients/{client_id}/screenings/{screening_id}"),
        ("POST", "/clients/{client_id}/plans"),
    ],
)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_calls_that_nobody_thought_of_keep_to_the_document(
    contract: tuple[Flask, House], method: str, path: str, mode: GenerationMode
) -> None:
    """No answer is a 500, and each has a status, type and shape that the document names."""
    app, house = contract
    headers = house.bearer | {"Idempotency-Key": "contract", "If-Match": '"1"'}
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, headers=house.bearer)
    calls = document[f"/api/v1{path}"][method].as_strategy(generation_mode=mode)

    @hypothesis_settings(max_examples=20, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=calls)
    def keeps_to_the_document(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    keeps_to_the_document()
