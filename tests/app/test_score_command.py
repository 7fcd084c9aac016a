"""The command that scores a file: agreed format, exact numbers, clear refusals."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from app.operations import scoring

READINGS = Path(__file__).parents[1] / "screening" / "readings.json"
VECTORS = Path(__file__).parents[3] / "shared" / "data" / "screening" / "vectors.json"
MUST = {"id": "a", "instrument": "MUST", "inputs": {"age": 75, "bmi": 19, "acute": False}}
Score = Callable[..., Result]


@pytest.fixture
def score(app: Flask, tmp_path: Path) -> Score:
    def run(content: object, *options: str) -> Result:
        path = tmp_path / "vectors.json"
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        path.write_bytes(raw)
        return app.test_cli_runner().invoke(args=["score", str(path), *options])

    return run


def results(answer: Result) -> list[dict[str, Any]]:
    assert answer.exit_code == 0, answer.stderr
    found: list[dict[str, Any]] = json.loads(answer.stdout)["results"]
    return found


def test_results_come_in_order_under_the_ids_of_the_sender(score: Score) -> None:
    bmi = {"id": "b", "instrument": "BMI", "inputs": {"weight_kg": 59.93, "height_cm": 180}}
    first, second = results(score({"vectors": [MUST, bmi], "more": 1}))
    assert (first["id"], first["result"]["status"]) == ("a", "partial")
    assert second["result"] == {
        "instrument": "BMI",
        "rule_version": "1",
        "marks": [],
        "status": "complete",
        "bmi_2dp": "18.50",
    }


@pytest.mark.parametrize(
    ("vector", "code", "field"),
    [
        (7, "score.no_object", ""),
        ({"id": "x"}, "score.no_instrument", "instrument"),
        ({"id": "x", "instrument": 5, "inputs": {}}, "score.no_instrument", "instrument"),
        ({"id": "x", "instrument": "MOST", "inputs": {}}, "score.unknown_instrument", "instrument"),
        ({"id": "x", "instrument": "MUST"}, "score.no_inputs", "inputs"),
        ({"id": "x", "instrument": "MUST", "inputs": []}, "score.no_inputs", "inputs"),
    ],
)
def test_an_unreadable_vector_is_told_beside_the_others(
    score: Score, vector: object, code: str, field: str
) -> None:
    bad, good = results(score({"vectors": [vector, MUST]}))
    assert bad["error"]["code"] == code
    assert bad["error"]["field"] == field
    assert bad["error"]["message"]
    assert good["result"]["min_score"] == 1


@pytest.mark.parametrize("given", [1.5, True, None, [], {}])
def test_an_id_that_is_none_comes_back_as_null(score: Score, given: object) -> None:
    (row,) = results(score({"vectors": [{**MUST, "id": given}]}))
    assert row["id"] is None
    assert row["result"]


def test_a_name_that_stands_twice_is_refused_for_that_vector(score: Score) -> None:
    inside = (
        b'{"vectors": [{"id": "a", "instrument": "BMI", "inputs": {"weight_kg": 1, "weight_kg": 2}}'
    )
    (row, other) = results(score(inside + b', {"id": "b", "id": "c"}]}'))
    assert row["error"]["code"] == other["error"]["code"] == "score.doubled"
    assert (row["error"]["field"], other["error"]["field"]) == ("weight_kg", "id")


@pytest.mark.parametrize(
    "number",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "1e999999999",
        "1" * 5000,
        "-1e-999999999",
        "1e99999999999999999999",
        "1." + "1" * 5000,
    ],
)
def test_a_number_that_can_be_no_measure_is_refused_and_nothing_else(
    score: Score, number: str
) -> None:
    text = json.dumps({"vectors": [{"instrument": "BMI", "inputs": {"weight_kg": "HERE"}}]})
    (row,) = results(score(text.replace('"HERE"', number).encode()))
    assert row["result"]["status"] == "invalid"
    assert row["result"]["invalid"] == ["weight_kg"]
    assert "bmi_2dp" not in row["result"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"7",
        b"{}",
        b'{"vectors": {}}',
        b'{"vectors": [], "vectors": []}',
        b"[" * 100_000,
    ],
)
def test_an_unreadable_file_is_refused_with_one_line(score: Score, content: bytes) -> None:
    answer = score(content)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert len(answer.stderr.strip().splitlines()) == 1


def test_a_file_that_is_not_there_is_refused(app: Flask, tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        answer = app.test_cli_runner().invoke(args=["score", str(path)])
        assert (answer.exit_code, answer.stdout) == (2, "")


def test_a_mark_of_bytes_and_broken_letters_do_no_harm(score: Score) -> None:
    raw = b'\xef\xbb\xbf{"vectors": [{"id": "\\ud800", "instrument": "KBO", "inputs": {}}]}'
    (row,) = results(score(raw))
    assert row["id"] == "\ud800"


def checked(score: Score, expected: object, found: object = MUST) -> Result:
    assert isinstance(found, dict)
    return score({"vectors": [{**found, "expected": expected}]}, "--check")


@pytest.mark.parametrize(
    "expected",
    [
        {},
        {"min_score": 1.0, "category_at_least": "medium"},
        {"missing": ["weight_before_kg", "weight_kg"]},
        {"input_provenance": {}},
    ],
)
def test_check_agrees_by_value(score: Score, expected: object) -> None:
    answer = checked(score, expected)
    assert answer.exit_code == 0
    assert "1 of    1 agree" in answer.stderr


@pytest.mark.parametrize(
    "expected",
    [
        {"min_score": 2},
        {"min_score": True},
        {"min_score": "1"},
        {"category": None},
        {"category_at_least": "high"},
        {"missing": []},
        {"missing": "weight_kg"},
        {"input_provenance": {"height": "estimated"}},
        {"input_provenance": []},
        [],
    ],
)
def test_check_differs_strictly(score: Score, expected: object) -> None:
    answer = checked(score, expected)
    assert answer.exit_code == 1
    assert "0 of    1 agree" in answer.stderr
    assert json.loads(answer.stdout)["results"]


def test_check_reads_a_decimal_text_as_the_number_it_holds(score: Score) -> None:
    bmi = {"id": "b", "instrument": "BMI", "inputs": {"weight_kg": 49, "height_cm": 140}}
    assert checked(score, {"bmi_2dp": 25}, bmi).exit_code == 0
    assert checked(score, {"bmi_2dp": "25.00"}, bmi).exit_code == 0
    assert checked(score, {"bmi_2dp": "25.0"}, bmi).exit_code == 1
    assert checked(score, {"bmi_2dp": 25.01}, bmi).exit_code == 1
    assert checked(score, {"status": 25}, bmi).exit_code == 1
    late = {"id": "c", "instrument": "KBO", "inputs": {"value": "x"}}
    assert checked(score, {"valid": False}, late).exit_code == 0
    assert checked(score, {"valid": 0}, late).exit_code == 1
    assert checked(score, {}, {"id": "d", "instrument": "NONE", "inputs": {}}).exit_code == 1


def test_every_reading_of_the_rule_book_passes_the_check(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["score", str(READINGS), "--check"])
    assert answer.exit_code == 0, answer.stderr


READ = [one for one in json.loads(READINGS.read_text())["vectors"] if one.get("absent")]


@pytest.mark.parametrize("vector", READ, ids=lambda one: one["id"])
def test_what_is_not_known_is_absent_and_never_null(vector: dict[str, Any]) -> None:
    found = scoring.answer(vector).found
    assert not isinstance(found, scoring.Unread)
    assert not set(vector["absent"]) & set(found)


@pytest.mark.skipif(not VECTORS.exists(), reason="the worked examples are not at hand")
def test_every_worked_example_passes_the_check(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["score", str(VECTORS), "--check"])
    assert answer.exit_code == 0, answer.stderr
    assert len(json.loads(answer.stdout)["results"]) == 288
