"""The command that plans a day gives the same folder twice, or one clear line and nothing."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine, make_url, select

from app.cli.days import FILES
from app.config import Settings
from app.db import transaction
from app.models.people import Client, Site
from app.operations import dayboard, publishing
from optimizer.replay import main
from tests.app.days import DAY, DISPATCHER, NOW, filled, planned
from tests.factories import make_kitchen
from tests.shared_app import app_on

_PLACES = select(Site.street).where(Site.street != "")


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["plan-day", *words])


@pytest.fixture
def filled_app(app: Flask) -> Flask:
    engine: Engine = app.extensions["npcc"].engine
    app.config["plan_id"] = filled(engine)
    return app


def test_the_same_snapshot_seed_and_moves_give_the_same_bytes(
    filled_app: Flask, tmp_path: Path
) -> None:
    told = []
    for name, workers in (("one", "1"), ("two", "2"), ("eight", "8")):
        folder = tmp_path / "made" / name
        words = ("--out", str(folder), "--moves", "1000", "--workers", workers)
        answer = run(filled_app, "--date", DAY.isoformat(), *words)
        assert answer.exit_code == 0, answer.output
        told.append(json.loads(answer.stdout))
        assert "Ritten plannen" in answer.stderr
    one, *others = (tmp_path / "made" / name for name in ("one", "two", "eight"))
    assert {path.name for path in one.iterdir()} == set(FILES)
    for name in FILES:
        for other in others:
            assert (one / name).read_bytes() == (other / name).read_bytes(), name
    cost = told[1]["cost_cents"]
    assert told[0] == {"folder": str(one), "cost": cost, "cost_cents": cost, "unserved": 0}
    assert {path.name for path in (tmp_path / "made").iterdir()} == {"one", "two", "eight"}
    document = json.loads((one / "plan.json").read_text(encoding="utf-8"))
    assert document["violations"] == []
    assert str(tmp_path) not in (one / "plan.json").read_text(encoding="utf-8")


def test_a_folder_of_an_earlier_run_is_replaced_whole(filled_app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "day"
    folder.mkdir()
    (folder / "plan.json").write_text("old", encoding="utf-8")
    words = ("--date", DAY.isoformat(), "--out", str(folder), "--moves", "500", "--seconds", "60")
    assert run(filled_app, *words).exit_code == 0
    assert json.loads((folder / "plan.json").read_text(encoding="utf-8"))["seed"] == 1
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_outer_guard_ends_the_search_with_a_whole_plan(
    filled_app: Flask, tmp_path: Path
) -> None:
    folder = tmp_path / "day"
    words = ("--date", DAY.isoformat(), "--out", str(folder), "--seconds", "0")
    answer = run(filled_app, *words)
    assert answer.exit_code == 0, answer.output
    document = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert document["violations"] == []


@pytest.mark.parametrize("text", ["24-11-2026", "2026-02-30", "morgen"])
def test_a_date_that_is_none_gets_one_clear_line(app: Flask, tmp_path: Path, text: str) -> None:
    answer = run(app, "--date", text, "--out", str(tmp_path / "day"))
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.count("\n") == 1
    assert text in answer.stderr
    assert not (tmp_path / "day").exists()


def test_without_a_depot_it_says_what_to_do(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "day"
    words = ("--date", DAY.isoformat(), "--out", str(folder), "--lang", "en")
    answer = run(app, *words)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "flask demo" in answer.stderr
    assert not folder.exists()


def test_a_folder_with_other_files_is_left_alone(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    answer = run(app, "--date", DAY.isoformat(), "--out", str(tmp_path))
    assert answer.exit_code == 2
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_cannot_be_written_gets_one_clear_line(
    filled_app: Flask, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    folder = tmp_path / "file" / "day"
    answer = run(filled_app, "--date", DAY.isoformat(), "--out", str(folder), "--moves", "500")
    assert answer.exit_code == 2
    assert str(folder) in answer.stderr


def test_a_published_day_is_not_planned_anew(filled_app: Flask, tmp_path: Path) -> None:
    with transaction(filled_app.extensions["npcc"].engine) as session:
        publishing.publish(session, DISPATCHER, filled_app.config["plan_id"], NOW)
    answer = run(filled_app, "--date", DAY.isoformat(), "--out", str(tmp_path / "day"))
    assert answer.exit_code == 2
    assert "Trek het dagplan" in answer.stderr


def test_a_published_day_is_exported_and_solved_again_to_the_same_answers(
    demo_file: Path, sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copyfile(demo_file, str(make_url(sqlite_url).database))
    with app_on(Settings(database_url=sqlite_url, secret_key="k" * 64)) as demo:
        with transaction(demo.extensions["npcc"].engine) as session:
            newest = dayboard.newest_plan(session, DISPATCHER)
            assert newest is not None
            draft = planned(session, day=newest.service_day)
            day = draft.service_day.isoformat()
            publishing.publish(session, DISPATCHER, draft.id, NOW)
            private = [*session.scalars(select(Client.family_name)), *session.scalars(_PLACES)]
        answer = demo.test_cli_runner().invoke(args=["export-day", "--date", day])
    assert answer.exit_code == 0, answer.output
    path = tmp_path / "plan.json"
    path.write_text(answer.stdout, encoding="utf-8")
    assert main([str(path)]) == 0
    answers = json.loads(capsys.readouterr().out)["problems"]
    assert [one["name"] for one in answers] == ["lots", "production", "replenishment", "routing"]
    assert all(one["same"] for one in answers)
    problems = json.dumps(json.loads(answer.stdout)["inputs"]["problems"], ensure_ascii=False)
    assert [name for name in private if f'"{name}"' in problems or f" {name}" in problems] == []


def test_a_day_without_a_plan_is_not_exported(app: Flask) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        make_kitchen(session)
    words = ("export-day", "--date", DAY.isoformat(), "--lang", "en")
    answer = app.test_cli_runner().invoke(args=list(words))
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.strip() == "There is no day plan for 2026-11-24: plan the day first."
