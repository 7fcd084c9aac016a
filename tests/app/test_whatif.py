"""A copy of a day is planned, compared, kept or thrown away, and nothing else ever notices."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import jobs
from app.access import SYSTEM
from app.db import transaction
from app.i18n import LANGUAGES, sentences
from app.models.orders import Order
from app.models.planning import DayPlan, Depot, WhatIf
from app.models.stock import IngredientLot, Lot, LotMove
from app.models.system import Job, OutboxMessage
from app.operations import kitchenruns, planning, publishing, upkeep, whatifs
from logistics import CUT, DIFFERENCES, DayChange, HorizonZone, OrderState
from logistics.machines import STORE_G_PER_LITRE
from menus import Zone
from tests.app.days import DAY, DISPATCHER, NOW, STORE_G, planned

Visit = Callable[..., FlaskClient]


@pytest.fixture
def sqlite_url(planned_url: str) -> str:
    """Begin with the planned small day."""
    return planned_url


@pytest.fixture
def day(planned_day: SimpleNamespace) -> SimpleNamespace:
    """Give it by its short name."""
    return planned_day


def text(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.get_data(as_text=True)


def copied(day: SimpleNamespace, **form: Any) -> str:
    """Make a copy and let the worker plan it; gives its address."""
    answer = day.dispatcher.post(f"/day/{DAY}/what-if", data={"name": "proef"} | form)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    address = str(answer.headers["Location"])
    assert "bezig" in text(day.dispatcher, f"/day/{DAY}/what-if")
    assert 'class="job' in text(day.dispatcher, address)
    assert jobs.work_once(day.engine, "worker")
    assert "klaar" in text(day.dispatcher, f"/day/{DAY}/what-if")
    return address


def world(day: SimpleNamespace) -> Any:
    """Everything that a copy must leave as it is."""
    with transaction(day.engine) as session:
        return (
            session.execute(select(Lot.code, Lot.amount_g, Lot.state).order_by(Lot.code)).all(),
            session.execute(select(IngredientLot.code, IngredientLot.amount_g)).all(),
            session.execute(select(Order.code, Order.state, Order.version)).all(),
            session.execute(select(DayPlan.id, DayPlan.state, DayPlan.version)).all(),
            session.scalar(select(func.count(LotMove.id))),
            session.scalar(select(func.count(OutboxMessage.id))),
        )


def test_a_copy_without_the_van_tells_who_misses_what_and_changes_nothing(
    day: SimpleNamespace,
) -> None:
    assert "Wat als?" in text(day.dispatcher, f"/day/{DAY}")
    before = world(day)
    address = copied(day, vehicles="van-a")
    page = text(day.dispatcher, address)
    assert "Zonder Bestelwagen A" in page
    assert "Krijgt nu iets niet" in page
    assert "30001" in page
    assert "Naast elkaar" in page
    assert world(day) == before
    number = int(address.rpartition("/")[2])
    for paper in ("routes.pdf", "kitchen.pdf", "labels.pdf", "loading.pdf"):
        plan = day.dispatcher.get(f"/day-plans/{number + 1}/{paper}")
        assert plan.status_code == 404, "the only plan is that of the day"
    answer = day.dispatcher.post(f"{address}/discard")
    assert answer.headers["Location"] == f"/day/{DAY}/what-if"
    assert "Nog geen kopieën" in text(day.dispatcher, f"/day/{DAY}/what-if")
    assert world(day) == before


def test_a_published_day_still_lies_in_the_freezer_until_the_vans_leave(
    day: SimpleNamespace,
) -> None:
    """What orders took from their lots needs its room; what the day cooks is not there yet."""
    with transaction(day.engine) as session:
        session.scalars(select(Depot)).one().frozen_litres = 100
        before = planning.gather(session, DISPATCHER, DAY).fields["room_g"]
        assert before == {Zone.FROZEN: 100 * STORE_G_PER_LITRE - 3_000 - STORE_G}
        plan = planned(session)
        draft = kitchenruns.kitchen_now(session, plan, NOW).kitchen
        publishing.publish(session, DISPATCHER, plan.id, NOW)
        session.flush()
        change = DayChange(without_orders=frozenset({"30002"}))
        row = whatifs.make(session, DISPATCHER, DAY, "proef", change=change, now=NOW)
        copy = whatifs.gather(session, DISPATCHER, row.id, DAY).fields["room_g"]
        now = kitchenruns.kitchen_now(session, plan, NOW).kitchen
    assert copy == before
    assert now.room_g == draft.room_g == before


def test_a_copy_of_a_published_day_starts_from_the_store_as_it_was(day: SimpleNamespace) -> None:
    with transaction(day.engine) as session:
        plan_id = session.scalars(select(DayPlan.id)).one()
        publishing.publish(session, DISPATCHER, plan_id, NOW)
    before = world(day)
    address = copied(day, orders="30002")
    page = text(day.dispatcher, address)
    assert "gepubliceerde plan" in page
    assert "Zonder bestelling 30002" in page
    assert "30001 krijgt" not in page
    assert "Maak dit het concept" not in page
    assert day.dispatcher.post(f"{address}/adopt").status_code == 409
    assert world(day) == before
    with transaction(day.engine) as session:
        stored = session.scalars(select(WhatIf)).one().as_stored_day()
        assert stored is not None
        assert [order.id for order in stored.orders] == ["30001", "30003"]
        assert stored.plan.unserved == ()
        publishing.recall_lot(session, DISPATCHER, "L1", NOW)
    again = copied(day, name="teruggeroepen", orders="30002")
    assert "30001" in text(day.dispatcher, again), "nothing of a recalled dish goes out"


def test_a_copy_becomes_the_draft_and_states_what_was_cut(day: SimpleNamespace) -> None:
    address = copied(day, orders="30002", lots="L2")
    assert "Partij L2 teruggeroepen" in text(day.dispatcher, address)
    assert "Maak dit het concept" in text(day.dispatcher, address)
    assert day.dispatcher.post(f"{address}/adopt").headers["Location"] == f"/day/{DAY}"
    assert jobs.work_once(day.engine, "worker")
    with transaction(day.engine) as session:
        newest = session.scalars(select(DayPlan).order_by(DayPlan.version.desc())).first()
        assert newest is not None
        assert newest.version == 2
        reasons = {one.order: one.reason for one in newest.as_stored_day().plan.unserved}
        assert reasons["30002"] == CUT
        publishing.publish(session, DISPATCHER, newest.id, NOW)
        order = session.scalars(select(Order).where(Order.code == "30002")).one()
        assert order.state is OrderState.UNSERVED
    assert "Een mens liet deze bestelling uit het plan" in text(day.dispatcher, f"/day/{DAY}")


def test_orders_that_are_not_there_make_a_picture_and_never_a_plan(day: SimpleNamespace) -> None:
    before = world(day)
    address = copied(day, more="30001", times="20")
    page = text(day.dispatcher, address)
    assert "20 keer extra zoals bestelling 30001" in page
    assert day.dispatcher.post(f"{address}/adopt").status_code == 303
    assert jobs.work_once(day.engine, "worker")
    assert world(day) == before
    assert "Dit kan geen echt plan worden" in text(day.dispatcher, f"/day/{DAY}")
    assert "Dit kan geen echt plan worden" in text(day.dispatcher, address)


def test_a_copy_that_names_what_is_gone_by_then_fails_with_its_name(day: SimpleNamespace) -> None:
    answer = day.dispatcher.post(f"/day/{DAY}/what-if", data={"name": "x", "machines": "none"})
    assert jobs.work_once(day.engine, "worker")
    page = text(day.dispatcher, answer.headers["Location"])
    assert "none staat niet in het plan van deze dag" in page
    assert day.dispatcher.post(f"{answer.headers['Location']}/adopt").status_code == 409


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": "leeg"}, "Verander minstens één ding"),
        ({"vehicles": "van-a"}, "Vul dit in"),
        ({"name": "x", "orders": "99999"}, "99999 staat niet in het plan"),
        ({"name": "x", "lots": "L9, L1"}, "L9 staat niet in het plan"),
        ({"name": "x", "more": "99999"}, "99999 staat niet in het plan"),
        ({"name": "x", "more": "30001", "times": "0"}, "1"),
    ],
)
def test_a_form_that_asks_for_nothing_or_for_what_is_not_there_comes_back(
    day: SimpleNamespace, form: dict[str, str], said: str
) -> None:
    answer = day.dispatcher.post(f"/day/{DAY}/what-if", data=form)
    assert answer.status_code == 422
    assert said.lower() in answer.get_data(as_text=True).lower()


def test_a_name_stands_once_per_day(day: SimpleNamespace) -> None:
    copied(day, vehicles="van-a")
    answer = day.dispatcher.post(f"/day/{DAY}/what-if", data={"name": "proef", "orders": "30001"})
    assert answer.status_code == 422
    assert "Er is al een kopie" in answer.get_data(as_text=True)


def test_without_a_plan_there_is_nothing_to_copy(day: SimpleNamespace) -> None:
    other = DAY + timedelta(days=1)
    assert "Plan de dag eerst" in text(day.dispatcher, f"/day/{other}/what-if")
    answer = day.dispatcher.post(f"/day/{other}/what-if", data={"name": "x", "orders": "30001"})
    assert answer.status_code == 409


def test_the_kitchen_makes_no_copies(day: SimpleNamespace) -> None:
    assert day.kitchen.get(f"/day/{DAY}/what-if").status_code == 403
    assert day.kitchen.get("/what-ifs/1").status_code == 403
    assert day.dispatcher.get("/what-ifs/1").status_code == 404


def test_an_old_copy_goes_with_its_job(day: SimpleNamespace) -> None:
    copied(day, vehicles="van-a")
    with transaction(day.engine) as session:
        later = datetime.now(UTC) + timedelta(days=31)
        upkeep.prune(session, SYSTEM, later)
        assert session.scalars(select(WhatIf.id)).all() == []
        assert session.scalars(select(Job.id)).all() == []


def test_the_fortnight_ahead_shows_zone_orders_plan_and_who_is_short(
    day: SimpleNamespace,
) -> None:
    page = text(day.kitchen, "/day/ahead")
    assert page.count('class="who"') == 14
    assert page.count(">vast<") == 2
    assert page.count(">stevig<") == 2
    assert "nog geen plan" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_difference_and_zone_has_its_sentence(language: str) -> None:
    said = sentences(language)
    assert [code for code in DIFFERENCES if code not in said or f"{code}.title" not in said] == []
    assert [zone for zone in HorizonZone if f"horizon.zone.{zone}" not in said] == []
