"""What cannot be right is said clearly, in the reader's language, and changes nothing."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.access import Role
from app.db import Base, transaction
from app.i18n import LANGUAGES, translator
from app.models.people import Organisation
from app.operations import people
from app.web.words import started
from tests.app.houses import ADMIN
from tests.clock import Clock
from tests.journeys.conftest import MONDAY, WARD_MEAL
from tests.journeys.person import Person

LOOKS = {"access_log"}
"""Reading leaves a row there, also when the form comes back."""
MEANT = {"nl": "Bedoelt u 175 cm?", "fr": "Voulez-vous dire 175 cm ?", "en": "Do you mean 175 cm?"}
NO_DAY = {"nl": "is geen dag", "fr": "n'est pas une date", "en": "is not a day"}


def everything(engine: Engine) -> dict[str, list[Any]]:
    """Give every row of every table, but for the looks."""
    with Session(engine) as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table))))
            for table in Base.metadata.sorted_tables
            if table.name not in LOOKS
        }


@pytest.fixture
def unchanged(engine: Engine) -> Callable[[], bool]:
    """Give the question whether all rows are still what they were."""
    before = everything(engine)
    return lambda: everything(engine) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_metres_in_a_field_of_centimetres(
    come_in: Callable[[Role], Person], engine: Engine, language: str
) -> None:
    say = translator(language).say
    dietitian = come_in(Role.DIETITIAN).press(language).go("/").follow("Godelieve Vandamme")
    dietitian.follow(say("care.screen"))
    before = everything(engine)
    height, weight = (started(say(f"screening.field.{one}")) for one in ("height_cm", "weight_kg"))
    dietitian.press(say("screening.keep"), {height: "1.75", weight: "48"}, expect=422)
    dietitian.sees(MEANT[language])
    kept = [one for one in dietitian.page.all("input") if one.get("name") == "height_cm"]
    assert [one.get("value") for one in kept] == ["1.75"]
    assert everything(engine) == before


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    """Give the town as files."""
    path = tmp_path / "files"
    assert app.test_cli_runner().invoke(args=["export", str(path)]).exit_code == 0
    return path


def spoil(file: Path, column: str, text: str) -> None:
    """Put a text into a column of the first row."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    rows[0][column] = text
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def import_files(app: Flask, folder: Path, language: str) -> tuple[int, list[dict[str, Any]]]:
    answer = app.test_cli_runner().invoke(args=["import", str(folder), "--lang", language])
    return answer.exit_code, json.loads(answer.stdout)["troubles"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_with_a_wrong_date(
    app: Flask, folder: Path, unchanged: Callable[[], bool], language: str
) -> None:
    spoil(folder / "clients.csv", "born", "31/02/1944")
    code, (trouble,) = import_files(app, folder, language)
    assert (code, trouble["file"], trouble["line"]) == (2, "clients.csv", 2)
    assert trouble["column"] == "born"
    assert NO_DAY[language] in trouble["text"]
    assert unchanged()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_with_an_allergen_nobody_knows(
    app: Flask, folder: Path, unchanged: Callable[[], bool], language: str
) -> None:
    spoil(folder / "prescriptions.csv", "allergies", "kiwi")
    code, troubles = import_files(app, folder, language)
    (trouble,) = (one for one in troubles if "kiwi" in one["text"])
    assert (code, trouble["file"], trouble["column"]) == (2, "prescriptions.csv", "allergies")
    assert unchanged()


class System:
    """A hospital's system with its key, that reads one language."""

    def __init__(self, app: Flask, key: str, language: str) -> None:
        """Keep what goes with every call."""
        self.browser = app.test_client()
        self.headers = {"Authorization": f"Bearer {key}", "Accept-Language": language}

    def order(self, query: str = "", **values: Any) -> Any:
        """Send an order for one person, with changed fields."""
        eater = {"ref": "P1", "food_iddsi": "7", "drink_iddsi": "0", "allergies": []}
        body = {"ward": "3B", "service_day": WARD_MEAL.isoformat(), "meal": "lunch"}
        eater |= values.pop("eater", {})
        headers = self.headers | {"Idempotency-Key": "k-1"}
        json_ = body | {"eaters": [eater]} | values
        return self.browser.post(f"/api/v1/orders{query}", json=json_, headers=headers)


@pytest.fixture(params=LANGUAGES)
def system(request: pytest.FixtureRequest, app: Flask, engine: Engine, clock: Clock) -> System:
    """Give the hospital's system."""
    with transaction(engine) as session:
        wanted = select(Organisation).where(Organisation.code == "zh-klaver")
        house = session.scalars(wanted).one()
        key = people.issue_key(session, ADMIN, house.id, "diet system", MONDAY)
    return System(app, key, request.param)


def test_a_field_the_api_does_not_know(system: System, engine: Engine) -> None:
    before = everything(engine)
    answer = system.order(ontbijt="ja")
    assert answer.status_code == 422
    (error,) = answer.json["errors"]
    language = system.headers["Accept-Language"]
    assert (error["field"], error["code"]) == ("ontbijt", "form.unknown_field")
    assert error["message"] == translator(language).say("form.unknown_field")
    assert everything(engine) == before


def test_an_allergen_nobody_knows_in_a_trial(system: System, engine: Engine) -> None:
    before = everything(engine)
    answer = system.order("?dry_run=true", eater={"allergies": ["kiwi"]})
    assert (answer.status_code, answer.json["state"]) == (200, "held")
    (reason,) = answer.json["reasons"]
    assert reason["code"] == "order.unknown_allergy"
    assert "kiwi" in reason["message"]
    assert everything(engine) == before


def test_an_allergen_nobody_knows_holds_an_order_for_a_person(system: System) -> None:
    answer = system.order(eater={"allergies": ["kiwi"]})
    assert (answer.status_code, answer.json["state"]) == (201, "held")
    assert "kiwi" in answer.json["reasons"][0]["message"]
