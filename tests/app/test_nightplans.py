"""A night composes a proposal for each client without a week; a person signs, some are left out."""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

import screening
from app.access import SYSTEM, Actor, Forbidden, Role
from app.db import make_engine, transaction
from app.models.care import Prescription, PrescriptionState
from app.models.following import EarlyWarning
from app.models.meals import MealPlan, MealPlanState
from app.models.people import Client
from app.models.system import AccessLog
from app.operations import nightplans
from app.operations.meals import FROZEN, REFEEDING
from app.operations.nightplans import Due, Night
from menus import KitchenSupply
from optimizer import SharedEffort
from screening import RefeedingLevel, Rung, WarningLevel
from tests import factories
from tests.conftest import NOW

START = date(2026, 11, 30)
FEW = SharedEffort(alone=2_000, rounds=2, exact=1, priced=500, repairs=1, repair=500)


@pytest.fixture(scope="module")
def stocked_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database file with the catalogue and three clients: two well, one at risk."""
    path = tmp_path_factory.mktemp("night") / "npcc.sqlite3"
    shutil.copyfile(migrated_file, path)
    engine = make_engine(f"sqlite:///{path}")
    with transaction(engine) as session:
        factories.load_catalogue(session)
        user = factories.make_user(session)
        for name, level in (("w1", None), ("w2", None), ("risk", RefeedingLevel.HIGH)):
            client = factories.make_client(session, code=name)
            risk = {} if level is None else {"refeeding": level}
            factories.make_prescription(session, client, user, **risk)
        factories.make_client(session, code="unsigned")
    engine.dispose()
    return path


@pytest.fixture
def sqlite_url(stocked_file: Path, tmp_path: Path) -> str:
    """Give a fresh copy of it."""
    path = tmp_path / "npcc.sqlite3"
    shutil.copyfile(stocked_file, path)
    return f"sqlite:///{path}"


def gathered(session: Session) -> Due:
    return nightplans.gather_due(session, SYSTEM, start=START, days=7)


def composed(due: Due, *supplies: KitchenSupply) -> Night:
    with ThreadPoolExecutor(1) as executor:
        return nightplans.compose_night(due, supplies, executor, FEW)


def client_of(session: Session, code: str) -> Client:
    return session.scalars(select(Client).where(Client.code == code)).one()


def weeks(session: Session) -> Iterator[tuple[str, MealPlanState]]:
    rows = session.execute(
        select(Client.code, MealPlan.state).join(MealPlan, MealPlan.client_id == Client.id)
    )
    return ((code, state) for code, state in rows)


def test_everybody_without_a_week_gets_a_proposal_once(session: Session) -> None:
    due = gathered(session)
    assert due.left_out == (("risk", REFEEDING),)
    assert nightplans.keep_night(session, SYSTEM, due, composed(due), NOW) == 2
    proposed = MealPlanState.PROPOSED
    assert sorted(weeks(session)) == [("w1", proposed), ("w2", proposed)]
    assert len(session.scalars(select(AccessLog)).all()) == 2
    assert gathered(session).asks == ()


def test_a_frozen_client_is_left_out_and_told(session: Session) -> None:
    session.add(
        EarlyWarning(
            client_id=client_of(session, "w1").id,
            code=next(iter(sorted(screening.STOPS_PLAN))),
            level=WarningLevel.URGENT,
            reasons=[],
            facts={},
            opened_at=NOW,
            rung=Rung.DIETITIAN,
            due_at=NOW,
        )
    )
    session.flush()
    assert ("w1", FROZEN) in gathered(session).left_out


def test_a_prescription_that_changed_meanwhile_keeps_nothing(session: Session) -> None:
    due = gathered(session)
    night = composed(due)
    user = factories.make_user(session)
    client = client_of(session, "w1")
    session.get_one(Prescription, due.asks[0].prescription_id).state = PrescriptionState.SUPERSEDED
    session.flush()
    factories.make_prescription(session, client, user, version=2)
    assert nightplans.keep_night(session, SYSTEM, due, night, NOW) == 1
    assert [code for code, _ in weeks(session)] == ["w2"]


def test_a_night_without_anybody_keeps_nothing(session: Session) -> None:
    for code in ("w1", "w2"):
        client_of(session, code).left_on = START
    session.flush()
    due = gathered(session)
    assert nightplans.keep_night(session, SYSTEM, due, composed(due), NOW) == 0


def test_a_cook_composes_for_nobody(session: Session) -> None:
    with pytest.raises(Forbidden):
        nightplans.gather_due(session, Actor(role=Role.KITCHEN, is_npcc=True), start=START, days=7)


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["compose-week", *words])


def test_the_command_proposes_within_the_supplies_and_tells_codes_only(
    app: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "supplies.csv"
    file.write_text("variant,grams,day\nwater/0/standard,0,\ntea/0/standard,200,1\n", "utf-8")
    answer = run(app, "--start", START.isoformat(), "--supplies", str(file), "--moves", "2000")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert (told["proposed"], told["without_plan"]) == (2, [])
    assert told["left_out"] == [{"client": "risk", "why": REFEEDING}]
    assert all(one["overdrawn"] == 0 for one in told["short"])
    engine: Engine = app.extensions["npcc"].engine
    with transaction(engine) as session:
        weeks_kept = session.scalars(select(MealPlan)).all()
        dishes = {item["variant"] for plan in weeks_kept for item in plan.result["items"]}
    assert "water/0/standard" not in dishes


def test_the_command_tells_what_fewer_variants_cost(app: Flask) -> None:
    aim = ("--most-variants", "5", "--weeks-at-once", "2", "--lang", "en")
    answer = run(app, "--start", START.isoformat(), "--moves", "2000", *aim)
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert told["proposed"] == 2
    curve = told["variants"]["curve"]
    assert curve[-1]["variants"] < curve[0]["variants"]
    assert curve[-1]["weeks"] == curve[0]["weeks"] == 2
    assert str(curve[-1]["most_per_day"]) in told["variants"]["text"]


@pytest.mark.parametrize(
    "rows",
    [
        "variant,gram\nx,1\n",
        "variant,grams,day\ntea/0/standard,-1,\n",
        "variant,grams,day\nx,1,9\n",
        "variant,grams,day\nx,1,\nx,2,\n",
        "variant,grams,day\nx,much,\n",
        "variant,grams,day\nx,1,\n",
    ],
)
def test_supplies_without_meaning_are_refused(app: Flask, tmp_path: Path, rows: str) -> None:
    file = tmp_path / "supplies.csv"
    file.write_text(rows, "utf-8")
    answer = run(app, "--start", START.isoformat(), "--supplies", str(file))
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.strip()


def test_another_date_is_refused(app: Flask) -> None:
    assert run(app, "--start", "Monday").exit_code == 2
