"""Scoring over HTTP: without keeping, kept for the clients of a house, and the instruments."""

import json
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from app.access import Role
from app.db import make_engine, transaction
from app.i18n import unbroken
from app.models.care import Measurement, Screening
from app.models.people import Client, OrganisationKind
from app.models.system import AccessLog
from app.operations import care
from app.operations.scoring import CALCULATIONS
from app.operations.sentscreenings import SentScreening, receive
from app.schemas import MOST_VECTORS
from app.schemas.scoring import ToldShape
from logistics import SiteKind
from screening import TABLES, Tool
from tests.app.houses import House, make_house
from tests.app.test_api import System, errors
from tests.factories import make_client, make_user, make_weight

CLOCK = datetime.now(UTC)
READINGS = Path(__file__).parents[1] / "screening" / "readings.json"
THIN = {"weight_kg": 47.2, "height_cm": 161, "weight_before_kg": 51.4, "acute": False}


@pytest.fixture
def house(app: Flask) -> House:
    with transaction(app.extensions["npcc"].engine) as session:
        return make_house(session, CLOCK)


@pytest.fixture
def system(app: Flask, house: House) -> System:
    return System(app, house, "en")


@pytest.fixture
def resident(app: Flask, house: House) -> Client:
    """A client of the house, and a weight of last month."""
    with transaction(app.extensions["npcc"].engine) as session:
        client = make_client(session, house.site)
        make_weight(session, client, "48", care.local_day(CLOCK) - timedelta(days=40))
        return client


def sent(system: System, client_id: int, key: str = "key-1", **body: Any) -> TestResponse:
    given = {"instrument": "MUST", "inputs": THIN} | body
    headers = {"Idempotency-Key": key}
    path = f"/clients/{client_id}/screenings"
    return system.call("POST", path, json=given, headers=headers)


def kept(app: Flask, table: type[Any]) -> list[Any]:
    with transaction(app.extensions["npcc"].engine) as session:
        return list(session.scalars(select(table).order_by(table.id)))


# Without keeping


def test_the_same_document_gives_the_same_results_as_the_command(
    app: Flask, system: System, tmp_path: Path
) -> None:
    part = json.loads(READINGS.read_text(encoding="utf-8"))["vectors"][::3]
    (tmp_path / "part.json").write_text(json.dumps({"vectors": part}))
    command = app.test_cli_runner().invoke(args=["score", str(tmp_path / "part.json")])
    answer = system.call("POST", "/score", json={"vectors": part})
    assert answer.status_code == 200
    assert answer.json == json.loads(command.stdout)
    known = {field.data_key or name for name, field in ToldShape().fields.items()}
    assert {key for row in answer.json["results"] for key in row["result"]} <= known


def test_numbers_are_exact_to_the_last_digit(system: System) -> None:
    vector = '{"instrument": "MUST", "inputs": {"bmi": 18.49999999999999999999, "loss_pct": 0}}'
    answer = system.call(
        "POST", "/score", data=f'{{"vectors": [{vector}]}}', content_type="application/json"
    )
    assert answer.json["results"][0]["result"]["items"][0]["points"] == 2


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        (b"{", "", "score.no_json"),
        (b"[]", "vectors", "score.no_vectors"),
        (b'{"vectors": 7}', "vectors", "score.no_vectors"),
        (b'{"vectors": [%s7]}' % (b"7," * MOST_VECTORS), "vectors", "form.how_many"),
    ],
)
def test_an_unreadable_document_says_what_is_wrong(
    system: System, body: bytes, field: str, code: str
) -> None:
    answer = system.call("POST", "/score", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert errors(answer) == {field: code}


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_a_vector_that_cannot_be_read_has_its_error_in_the_language_of_the_reader(
    app: Flask, house: House, language: str
) -> None:
    answer = System(app, house, language).call(
        "POST", "/score", json={"vectors": [{"id": "x", "instrument": "MOST", "inputs": {}}]}
    )
    (row,) = answer.json["results"]
    words = {"nl": "kennen", "fr": "connaissons", "en": "know"}
    assert words[language] in row["error"]["message"]


def test_scoring_keeps_notes_and_logs_nothing(
    app: Flask, system: System, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = [len(kept(app, table)) for table in (AccessLog, Screening, Measurement)]
    vector = {"id": "P-1", "instrument": "MUST", "inputs": {"weight_kg": 47.123}}
    assert system.call("POST", "/score", json={"vectors": [vector]}).status_code == 200
    assert [len(kept(app, table)) for table in (AccessLog, Screening, Measurement)] == before
    assert "47.123" not in caplog.text


def test_nobody_scores_without_a_key(app: Flask) -> None:
    browser = app.test_client()
    assert browser.post("/api/v1/score", json={"vectors": []}).status_code == 401
    assert browser.get("/api/v1/instruments").status_code == 401


# Kept for a client


def test_a_sent_screening_is_kept_like_one_of_a_form(
    app: Flask, system: System, resident: Client
) -> None:
    answer = sent(system, resident.id, provenance={"height_cm": "reported"})
    assert answer.status_code == 201, answer.json
    told = answer.json
    assert (told["instrument"], told["client"]) == ("MUST", resident.id)
    assert (told["result"]["score"], told["result"]["category"]) == (3, "high")
    assert told["result"]["input_provenance"]["height_cm"] == "reported"
    assert told["next_due"] > told["screened_on"]
    assert "action.draw_up_prescription" in {one["code"] for one in told["actions"]}
    (row,) = kept(app, Screening)
    assert (row.category, row.recorded_by, row.id) == ("high", None, told["id"])
    measured = {(one.kind, one.value, one.provenance) for one in kept(app, Measurement)}
    assert ("height_cm", Decimal(161), "reported") in measured
    assert ("weight_kg", Decimal("47.2"), "measured") in measured
    assert "screening.recorded" in {one.act for one in kept(app, AccessLog)}

    read = system.call("GET", answer.headers["Location"].removeprefix("/api/v1"))
    assert (read.status_code, read.json) == (200, told)
    log = kept(app, AccessLog)[-1]
    assert (log.act, log.client_id, log.role) == ("screening.viewed", resident.id, Role.HOSPITAL)


def test_the_same_key_is_one_screening(app: Flask, system: System, resident: Client) -> None:
    first = sent(system, resident.id)
    again = sent(system, resident.id)
    assert (again.status_code, again.json) == (200, first.json)
    other = sent(system, resident.id, inputs={**THIN, "acute": True})
    assert (other.status_code, other.json["code"]) == (
        409,
        "screening.key_used_for_other_content",
    )
    assert sent(system, resident.id, key="key-2").status_code == 201
    assert len(kept(app, Screening)) == 2
    without = system.call("POST", f"/clients/{resident.id}/screenings", json={})
    assert without.status_code == 422


def test_lists_are_sent_as_they_are_scored(app: Flask, system: System, resident: Client) -> None:
    answer = sent(
        system, resident.id, instrument="EAT10", inputs={"items": [1, None, 1, 1, 0, 0, 0, 0, 0, 0]}
    )
    assert answer.status_code == 201, answer.json
    assert answer.json["result"]["positive"] is True
    assert answer.json["result"]["missing"] == ["item_2"]
    (row,) = kept(app, Screening)
    assert row.answers["answers"]["item_1"] == "1"


def test_an_unlikely_value_asks_and_is_kept_once_confirmed(
    app: Flask, system: System, resident: Client
) -> None:
    slip = sent(system, resident.id, inputs={**THIN, "height_cm": 1.61})
    assert errors(slip) == {"inputs.height_cm": "slip.metres"}
    (one,) = slip.json["errors"]
    assert one["details"]["suggestion"] == "161"
    assert unbroken("height is 1.61 cm") in one["message"]
    assert "screening.field" not in one["message"]
    assert (
        sent(
            system, resident.id, inputs={**THIN, "height_cm": 1.61}, confirmed=["height_cm"]
        ).status_code
        == 422
    ), "a slip of unit is mended, never confirmed"

    tall = {**THIN, "height_cm": 235}
    asked = sent(system, resident.id, inputs=tall)
    assert errors(asked) == {"inputs.height_cm": "implausible.range"}
    assert kept(app, Screening) == []
    assert sent(system, resident.id, inputs=tall, confirmed=["height_cm"]).status_code == 201


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"instrument": "MOST"}, {"instrument": "form.choice"}),
        ({"inputs": []}, {"inputs": "form.object"}),
        ({"inputs": {}}, {"": "screening.nothing_answered"}),
        ({"inputs": {"bmi": None}}, {"": "screening.nothing_answered"}),
        ({"inputs": {**THIN, "wieght_kg": 1}}, {"inputs.wieght_kg": "form.unknown_field"}),
        ({"inputs": {**THIN, "age": 50}}, {"inputs.age": "screening.from_record"}),
        ({"provenance": {"x": "measured"}}, {"provenance.x": "form.unknown_field"}),
        ({"provenance": {"bmi": "guessed"}}, {"provenance.bmi.value": "form.choice"}),
        ({"confirmed": ["x"]}, {"confirmed.x": "form.unknown_field"}),
        ({"more": 1}, {"more": "form.unknown_field"}),
        ({"inputs": {"acute": "no"}}, {"inputs.acute": "screening.answer_not_allowed"}),
        ({"inputs": {"weight_kg": True}}, {"inputs.weight_kg": "screening.answer_not_allowed"}),
        ({"inputs": {"bmi": 1e300}}, {"inputs.bmi": "screening.answer_not_allowed"}),
        (
            {"instrument": "EAT10", "inputs": {"items": [0, 9, 0, 0, 0, 0, 0, 0, 0, 7]}},
            {"inputs.items": "screening.answer_not_allowed"},
        ),
        (
            {"instrument": "EAT10", "inputs": {"items": [0]}},
            {"inputs.items": "screening.answer_not_allowed"},
        ),
        (
            {"instrument": "GUSS", "inputs": {"subtests": [4, 5]}},
            {"inputs.subtests": "screening.answer_not_allowed"},
        ),
    ],
)
def test_each_answer_to_mend_is_named(
    app: Flask, system: System, resident: Client, body: dict[str, Any], found: dict[str, str]
) -> None:
    answer = sent(system, resident.id, **body)
    assert answer.status_code == 422
    assert errors(answer) == found
    assert kept(app, Screening) == []


def test_a_body_that_is_no_json_is_refused(system: System, resident: Client) -> None:
    answer = system.call(
        "POST",
        f"/clients/{resident.id}/screenings",
        data=b"{",
        content_type="application/json",
        headers={"Idempotency-Key": "k"},
    )
    assert errors(answer) == {"": "score.no_json"}


def test_a_child_is_refused_and_nothing_of_a_score_is_told(
    app: Flask, system: System, house: House
) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        born = care.local_day(CLOCK) - timedelta(days=365 * 10)
        child = make_client(session, house.site, born=born)
    answer = sent(system, child.id)
    assert errors(answer) == {"": "age.below_18"}


def test_a_stranger_finds_nobody(app: Flask, system: System, resident: Client) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        at_home = make_client(session)
        other = make_house(session, CLOCK)
    mine = sent(system, resident.id)
    neighbour = System(app, other)
    for found in (
        sent(system, at_home.id),
        sent(system, 10**6),
        sent(neighbour, resident.id),
        neighbour.call("GET", mine.headers["Location"].removeprefix("/api/v1")),
        system.call("GET", f"/clients/{resident.id}/screenings/999"),
        system.call("GET", f"/clients/{at_home.id}/screenings/{mine.json['id']}"),
    ):
        assert found.status_code == 404
        assert "Vandamme" not in found.text


def test_a_key_reaches_no_page_of_a_record_and_no_form_that_a_person_filled_in(
    app: Flask, house: House, system: System, resident: Client
) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        row = Screening(
            client_id=resident.id,
            instrument="MUST",
            rule_version="1",
            screened_on=care.local_day(CLOCK),
            answers={},
            result={},
            status="complete",
            category="low",
            next_due=None,
            recorded_at=CLOCK,
        )
        session.add(row)
        session.flush()
    path = f"/clients/{resident.id}/screenings/{row.id}"
    assert system.call("GET", path).status_code == 404
    page = app.test_client().get(f"/clients/{resident.id}", headers=house.bearer)
    assert page.status_code == 403


# The instruments


def test_every_instrument_is_told_with_all_it_is_scored_by(system: System) -> None:
    found = system.call("GET", "/instruments").json
    told = {one["instrument"]: one for one in found["instruments"]}
    assert set(told) == {tool.value for tool in Tool}
    others = {one["instrument"] for one in found["calculations"]}
    assert others | set(told) == set(CALCULATIONS)
    for tool, (*_, table) in TABLES.items():
        one = told[tool]
        assert [asked["name"] for asked in one["inputs"]] == [each.name for each in table.inputs]
        assert [item["code"] for item in one["items"]] == [each.code for each in table.items]
        assert one["rule_version"] == table.rule_version
        assert {row["category"] for row in one["repeats"]} >= {
            each.value for each in table.categories
        }
    must = told["MUST"]
    weight = next(one for one in must["inputs"] if one["name"] == "weight_kg")
    assert (weight["unit"], weight["likely"]) == ("kg", {"low": 20, "high": 300})
    limits = [(row["bound"], row["limit"], row["points"]) for row in must["items"][0]["rows"]]
    assert limits == [("below", 18.5, 2), ("at_most", 20, 1), ("otherwise", None, 0)]
    assert told["EAT10"]["inputs"][0]["sent_as"] == "items[0]"
    assert {row["due_days"]["community"] for row in must["repeats"]} == {365, 62, 31}
    assert told["SARCCALF"]["evidence"] == "K"
    assert must["substitute"]["words"][0]["value"] == "lt20"
    glim = told["GLIM"]
    assert (glim["requires"], glim["otherwise"]) == ("screen_positive", "not_malnourished")
    assert [one["category"] for one in glim["outcomes"]] == ["severe", "moderate"]
    assert glim["outcomes"][0]["any_of"][0][0]["on_one"] is True


def test_instruments_speak_the_language_of_the_reader(app: Flask, house: House) -> None:
    names = [
        System(app, house, language).call("GET", "/instruments").json["instruments"][0]["inputs"]
        for language in ("nl", "fr", "en")
    ]
    labels = [[one["label"] for one in asked] for asked in names]
    assert labels[0] != labels[1] != labels[2]


def test_a_residential_centre_may_send_too(app: Flask) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        house = make_house(session, CLOCK, SiteKind.RESIDENTIAL)
        client = make_client(session, house.site)
        assert house.organisation.kind is OrganisationKind.RESIDENTIAL
    answer = sent(System(app, house), client.id)
    assert answer.status_code == 201


def test_four_requests_at_once_with_one_key_are_one_screening(any_url: str) -> None:
    engine = make_engine(any_url)
    with transaction(engine) as session:
        house = make_house(session, CLOCK)
        client_id = make_client(session, house.site).id
    found: list[tuple[int, bool]] = []
    start = threading.Barrier(4)
    threads = [
        threading.Thread(target=_send_at_once, args=(engine, house, client_id, start, found))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(new for _, new in found) == [False, False, False, True]
    assert len({screening_id for screening_id, _ in found}) == 1
    engine.dispose()


def _send_at_once(
    engine: Engine,
    house: House,
    client_id: int,
    start: threading.Barrier,
    found: list[tuple[int, bool]],
) -> None:
    form = SentScreening(
        tool=Tool.MUST, inputs={"bmi": Decimal(19)}, provenance={}, confirmed=frozenset()
    )
    start.wait()
    with transaction(engine) as session:
        row, new = receive(session, house.system, client_id, form, key="one-key", now=CLOCK)
        found.append((row.id, new))


def test_a_dietitian_reads_on_a_page_what_a_system_sent(
    app: Flask, system: System, resident: Client, visit: Callable[..., FlaskClient]
) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        dietitian = make_user(session)
    assert sent(system, resident.id).status_code == 201
    sent(
        system,
        resident.id,
        key="key-2",
        instrument="GLIM",
        inputs={"screen_positive": True, "bmi": 18, "inflammation": True, "region": "other"},
    )
    browser = visit(dietitian)
    assert browser.get("/worklist").status_code == 200
    assert "MUST" in browser.get(f"/clients/{resident.id}").text
