"""The command that composes a file: odd files get a plan or a clear word, never a trace."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

SMALL: dict[str, Any] = {
    "id": "c1",
    "start": "2026-12-01",
    "days": 1,
    "slots": [{"id": "tea", "time": "15:00", "roles": ["drink"]}],
    "food_iddsi": "7",
    "drink_iddsi": "0",
    "allergies": [],
}


KIWI = '"kiwi" in allergies is not an allergy we know. Check the code before you compose a plan.'


def composed(app: Flask, path: Path, content: bytes, *options: str) -> Result:
    path.write_bytes(content)
    return app.test_cli_runner().invoke(args=["compose", str(path), "--moves", "500", *options])


def written(**more: Any) -> bytes:
    return json.dumps({"requests": [{**SMALL, **more}]}).encode()


def first(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)["results"][0]


def test_half_a_pair_of_surrogates_comes_back_as_it_came(app: Flask, tmp_path: Path) -> None:
    slots = [{"id": "\udc00", "time": "15:00", "roles": ["drink"]}]
    found = first(composed(app, tmp_path / "a.json", written(id="\ud800", slots=slots)))
    assert (found["id"], found["status"]) == ("\ud800", "ok")
    assert {item["slot"] for item in found["items"]} == {"\udc00"}


def test_letters_of_any_language_stay_letters(app: Flask, tmp_path: Path) -> None:
    result = composed(app, tmp_path / "a.json", written(id="Ζωή"))
    assert "Ζωή" in result.stdout


def test_a_file_with_a_byte_order_mark_is_read(app: Flask, tmp_path: Path) -> None:
    found = first(composed(app, tmp_path / "a.json", b"\xef\xbb\xbf" + written()))
    assert found["status"] == "ok"


@pytest.mark.parametrize("seed", [10**13, 10**30, -(10**30)])
def test_a_seed_that_no_search_can_hold_is_wrong_use(app: Flask, tmp_path: Path, seed: int) -> None:
    result = composed(app, tmp_path / "a.json", written(), f"--seed={seed}")
    assert result.exit_code == 2
    assert "--seed" in result.output
    assert "Traceback" not in result.output


def test_an_error_says_what_where_and_how_to_mend_it(app: Flask, tmp_path: Path) -> None:
    words = ["tomato", "tomatoe", "letuce"]
    found = first(composed(app, tmp_path / "a.json", written(exclude_ingredients=words)))
    assert [(one["field"], one["word"]) for one in found["errors"]] == [
        ("exclude_ingredients", "letuce"),
        ("exclude_ingredients", "tomatoe"),
    ]
    assert found["errors"][1]["message"] == (
        '"tomatoe" in exclude_ingredients is not a word we know. Check the spelling.'
    )
    found = first(composed(app, tmp_path / "a.json", written(allergies=["milk", "kiwi"], days=0)))
    assert [(one["code"], one.get("word"), one["message"]) for one in found["errors"]] == [
        ("plan.error.days", None, "Choose 1 to 14 days."),
        (
            "plan.error.unknown_allergy",
            "kiwi",
            KIWI,
        ),
    ]
