"""Who works in which of several kitchens, on the pages and by command."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.access import Role
from app.db import transaction
from app.i18n import LANGUAGES, sentences
from app.models.people import Site, User
from app.models.planning import Depot
from app.operations import (
    depots,
    whatifs,
)
from logistics import DayChange
from tests.app.days import (
    DAY,
    NOW,
)
from tests.app.twokitchens import planned, site_of, two_kitchens
from tests.factories import make_user

Visit = Callable[..., FlaskClient]


@pytest.fixture
def house(app: Flask, visit: Visit) -> SimpleNamespace:
    """Give two kitchens, each with a plan, with browsers of who works where."""
    engine: Engine = app.extensions["npcc"].engine
    with transaction(engine) as session:
        two = two_kitchens(session)
        plan = planned(session, two, two.second).id
        change = DayChange(more=(("30002", 1),))
        what_if = whatifs.make(session, two.at(two.second), DAY, "x", change=change, now=NOW)
        mine = make_user(session, Role.DISPATCHER, depots=["depot"])
        both = make_user(session, Role.DISPATCHER, depots=["depot", "izegem"])
        lost = make_user(session, Role.KITCHEN)
        boss = make_user(session, Role.ADMIN)
        found = {"what_if": what_if.id, "job": what_if.job_id, "plan": plan}
    return SimpleNamespace(
        engine=engine,
        two=two,
        mine=visit(mine),
        both=visit(both),
        lost=visit(lost),
        boss=visit(boss),
        both_id=both.id,
        **found,
    )


def test_a_dispatcher_of_one_kitchen_finds_no_page_of_another(house: SimpleNamespace) -> None:
    reads = [
        f"/day-plans/{house.plan}/{one}"
        for one in (
            *("kitchen.pdf", "labels.pdf", "loading.pdf", "routes.pdf", "purchases.csv"),
            *("publish", "withdraw", "lost-van", "late"),
        )
    ]
    reads += [f"/what-ifs/{house.what_if}", f"/jobs/{house.job}/events", "/lots/L9"]
    answers = {address: house.mine.get(address).status_code for address in reads}
    assert answers == dict.fromkeys(reads, 404)
    writes = [
        *("/lots/L9/hold", "/lots/L9/recall", f"/jobs/{house.job}/stop"),
        *(f"/day-plans/{house.plan}/publish", f"/what-ifs/{house.what_if}/discard"),
        f"/routes/{DAY}/A/orders/30002/delivered",
    ]
    answers = {address: house.mine.post(address).status_code for address in writes}
    assert answers == dict.fromkeys(writes, 404)


def lots_told(browser: FlaskClient) -> set[str]:
    """Which of the two lots a reader of the stock sees; a token may hold anything."""
    read = re.sub(r"<[^>]*>", " ", browser.get("/stock").text)
    return set(re.findall(r"\bL[19]\b", read))


def test_the_header_lets_who_works_in_several_kitchens_choose_one(house: SimpleNamespace) -> None:
    assert "kitchens" not in house.mine.get("/stock").text
    assert "Keuken Izegem" in house.both.get("/stock").text
    assert lots_told(house.both) == {"L1"}
    answer = house.both.post("/kitchen-of-mine", data={"depot": str(house.two.second)})
    assert answer.status_code == 303
    assert lots_told(house.both) == {"L9"}
    assert house.both.get(f"/day-plans/{house.plan}/kitchen.pdf").status_code == 200
    assert house.mine.post("/kitchen-of-mine", data={"depot": house.two.second}).status_code == 404
    lost = house.lost.get("/stock")
    assert lost.status_code == 409
    assert "Vraag de beheerder" in lost.text
    assert "Iemand was u voor" not in lost.text


def test_an_administrator_adds_a_kitchen_and_says_who_serves_and_works_there(
    house: SimpleNamespace,
) -> None:
    boss = house.boss
    assert "Keuken Izegem" in boss.get("/admin/kitchens").text
    given = {"name": "Keuken Brugge", "street": "Kaai 3", "postcode": "8000", "place": "Brugge"}
    given |= {"lat": "51.2", "lon": "3.2", "frozen_cold_min": "240", "chilled_cold_min": "180"}
    assert boss.post("/admin/kitchens/new", data=given).status_code == 422, "no code"
    assert boss.post("/admin/kitchens/new", data=given | {"code": "izegem"}).status_code == 422
    assert boss.post("/admin/kitchens/new", data=given | {"code": "brugge"}).status_code == 303
    with transaction(house.engine) as session:
        depot_id = depots.by_code(session)["brugge"]
        site = site_of(session, "30003")
    address = f"/admin/kitchens/{depot_id}"
    assert 'value="51.20000"' in boss.get(address).text
    assert boss.post(address, data=given | {"frozen_litres": "900"}).status_code == 303
    assert boss.get("/admin/kitchens/99").status_code == 404
    page = boss.get(f"/admin/sites/{site.id}").text
    assert '<option value="brugge">' in page
    wanted = {"name": site.name, "street": site.street, "postcode": "8800", "place": site.place}
    wanted |= {"lat": "50.93", "lon": "3.16", "open": "8:00", "close": "16:00", "depot": "brugge"}
    assert boss.post(f"/admin/sites/{site.id}", data=wanted).status_code == 303
    with transaction(house.engine) as session:
        assert session.get_one(Site, site.id).depot_id == depot_id
        assert session.get_one(Depot, depot_id).frozen_litres == 900
        user = session.get_one(User, house.both_id)
    shape = {"name": user.name, "role": "dispatcher", "organisation": user.organisation_id}
    address = f"/admin/users/{user.id}"
    assert boss.get(address).text.count("checked") >= 3, "two kitchens and may log in"
    assert boss.post(address, data=shape | {"active": "1"}).status_code == 422
    chosen = shape | {"active": "1", "depots": ["brugge", "izegem"]}
    assert boss.post(address, data=chosen).status_code == 303
    with transaction(house.engine) as session:
        assert session.get_one(User, user.id).depots == ["brugge", "izegem"]


def test_the_command_asks_which_kitchen_where_there_are_several(
    house: SimpleNamespace, app: Flask, tmp_path: Any
) -> None:
    def run(*words: str) -> Any:
        line = ["plan-day", "--date", DAY.isoformat(), "--out", str(tmp_path / "d"), *words]
        return app.test_cli_runner().invoke(args=[*line, "--moves", "300"])

    asked = run()
    assert asked.exit_code == 2
    assert "--depot (depot, izegem)" in asked.stderr
    assert "mars" in run("--depot", "mars").stderr
    assert run("--depot", "izegem").exit_code == 0
    text = (tmp_path / "d" / "plan.json").read_text(encoding="utf-8")
    assert '"30002"' in text
    assert '"30001"' not in text
    shown = app.test_cli_runner().invoke(
        args=["export-day", "--date", DAY.isoformat(), "--depot", "izegem"]
    )
    assert '"30002"' in shown.stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_of_several_kitchens_has_words(language: str) -> None:
    codes = {"depot.none_yours", "admin.site.depot_published", "admin.site.depot_needed"}
    codes |= {"plan_day.which_depot", "plan_day.unknown_depot", "import.depot_needed"}
    assert codes <= set(sentences(language))
