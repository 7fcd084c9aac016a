"""The kitchen's day under way: a machine fails, a batch is put elsewhere, a person decides."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, Forbidden, NotFound, Role
from app.db import transaction
from app.i18n import LANGUAGES, LOCAL_ZONE, sentences
from app.models.cooking import ChangeState, KitchenChange, MachineDowntime
from app.models.frozen import cells
from app.models.orders import Order
from app.models.planning import DayPlan, DayPlanState, Machine
from app.models.stock import IngredientLot, Lot
from app.operations import daypapers, kitchenruns, planning, publishing
from app.operations.kitchenruns import RUN_CODES, Breakdown
from app.web.kitchenparts import next_steps
from logistics import OrderState, Pin
from logistics.day import AheadLot
from menus import StepKind
from tests.app.days import DISPATCHER, KITCHEN, kitchen_id, planned, small_day
from tests.factories import make_user

Visit = Callable[..., FlaskClient]
DAY = date(2090, 1, 3)  # far from any clock: over HTTP nothing of it has begun
NOW = datetime(2090, 1, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def house(app: Flask, visit: Visit) -> SimpleNamespace:
    """Give the small day, published, with a second machine of each kind."""
    engine: Engine = app.extensions["npcc"].engine
    with transaction(engine) as session:
        small_day(session)
        session.execute(update(Order).values(service_day=DAY))
        for table in (Lot, IngredientLot):
            session.execute(update(table).values(use_by=DAY + timedelta(days=90)))
        plan = planned(session, day=DAY)
        for one in session.scalars(select(Machine)).all():
            session.add(
                Machine(
                    depot_id=one.depot_id,
                    code=one.code.replace("-1", "-2"),
                    name=f"{one.name} twee",
                    kind=one.kind,
                    capacity_g=one.capacity_g,
                    open_min=one.open_min,
                    close_min=one.close_min,
                )
            )
        users = {
            role: make_user(session, role) for role in (Role.KITCHEN, Role.DISPATCHER, Role.ADMIN)
        }
        session.flush()
        plan.snapshot = planning.fingerprint(session, kitchen_id(session), DAY)
        publishing.publish(session, DISPATCHER, plan.id, NOW)
        (batch,) = daypapers.stored_day(plan).plan.batches
    return SimpleNamespace(
        engine=engine,
        plan=plan.id,
        batch=batch,
        kitchen=visit(users[Role.KITCHEN]),
        dispatcher=visit(users[Role.DISPATCHER]),
        admin=visit(users[Role.ADMIN]),
    )


def current(session: Session) -> DayPlan:
    found = planning.published_plan(session, kitchen_id(session), DAY)
    assert found is not None
    return found


def down(house: SimpleNamespace, machine: str, start_min: int, end_min: int) -> int:
    """Report that a machine fails, and give the change that it proposes."""
    with transaction(house.engine) as session:
        fact = Breakdown(machine=machine, start_min=start_min, end_min=end_min)
        change = kitchenruns.report_down(session, KITCHEN, DAY, fact, NOW)
        assert change is not None
        return change.id


def step(house: SimpleNamespace, *kinds: StepKind) -> int:
    return next(at for at, op in enumerate(house.batch.ops) if op.kind in kinds)


def test_a_machine_fails_the_kitchen_sees_what_moves_and_why_and_approves(
    house: SimpleNamespace,
) -> None:
    op = house.batch.ops[0]
    form = {"machine": op.machine, "start": "12:00", "start_eve": "1", "until": "15:00"}
    answer = house.kitchen.post(f"/kitchen/{DAY}/down", data=form)
    assert answer.status_code == 303
    address = answer.headers["Location"]
    page = house.kitchen.get(address).text
    assert "Toestel" in page
    assert "De machine werkt dan niet." in page
    assert "twee" in page, "the other machine takes it"
    assert f"{op.start_min % 1440 // 60}.{op.start_min % 60:02d}" in page
    board = house.kitchen.get(f"/kitchen/{DAY}").text
    assert board.index("Nu en straks") < board.index(f'href="#{house.batch.id}"')
    assert board.index(f'href="#{house.batch.id}"') < board.index('<details class="panel fold"')
    assert "Een wijziging van het plan wacht op uw beslissing." in board
    assert house.kitchen.post(f"{address}/approve").status_code == 422, "a person says so"
    assert house.kitchen.post(f"{address}/approve", data={"attest": "1"}).status_code == 303
    with transaction(house.engine) as session:
        plan = current(session)
        assert (plan.version, plan.state) == (2, DayPlanState.PUBLISHED)
        (batch,) = daypapers.stored_day(plan).plan.batches
        assert batch.ops[0].machine == op.machine.replace("-1", "-2")
        assert plan.document["batches"][0]["ops"][0]["machine"] == batch.ops[0].machine
        assert session.get_one(DayPlan, house.plan).state is DayPlanState.SUPERSEDED
        states = set(session.scalars(select(Order.state)))
    assert states == {OrderState.PLANNED}
    assert "Deze wijziging is goedgekeurd." in house.kitchen.get(address).text
    board = house.kitchen.get(f"/kitchen/{DAY}").text
    assert "wacht op uw beslissing" not in board
    again = house.kitchen.post(f"{address}/approve", data={"attest": "1"})
    assert again.status_code == 409
    sheet = house.kitchen.get(f"/day-plans/{plan.id}/kitchen.pdf")
    assert sheet.status_code == 200


def test_what_can_no_longer_be_made_is_told_and_asks_who_may_publish(
    house: SimpleNamespace,
) -> None:
    kind = house.batch.ops[0].kind
    down(house, f"{kind}-1", -1440, 2000)
    change = down(house, f"{kind}-2", -1440, 2000)
    address = f"/kitchen/changes/{change}"
    page = house.kitchen.get(address).text
    assert "kan niet meer gemaakt worden: 1 bestelling mist dit" in page
    assert "De planner moet dit goedkeuren" in page
    assert house.kitchen.post(f"{address}/approve", data={"attest": "1"}).status_code == 409
    with transaction(house.engine) as session:
        before = sum(session.scalars(select(IngredientLot.amount_g)))
    assert house.dispatcher.post(f"{address}/approve", data={"attest": "1"}).status_code == 303
    with transaction(house.engine) as session:
        orders = {row.code: row for row in session.scalars(select(Order))}
        assert orders["30003"].state is OrderState.UNSERVED
        assert orders["30003"].reasons[-1][0] == "day.kitchen.full"
        assert orders["30001"].state is OrderState.PLANNED
        assert session.scalar(select(Lot).where(Lot.code == house.batch.lot)) is None
        assert sum(session.scalars(select(IngredientLot.amount_g))) > before
        assert current(session).unserved_count == 1
    board = house.dispatcher.get(f"/day/{DAY}").text
    assert "30003" in board


def moment(minute: int) -> datetime:
    """Give a minute of the service day as a moment."""
    return datetime.combine(DAY, time(), LOCAL_ZONE) + timedelta(minutes=minute)


def test_what_went_into_a_batch_that_had_begun_is_used_up_though_the_batch_is_lost(
    house: SimpleNamespace,
) -> None:
    first, second, *_ = house.batch.ops
    now = moment(first.start_min + 1)
    with transaction(house.engine) as session:
        before = sum(session.scalars(select(IngredientLot.amount_g)))
        for number in (1, 2):
            fact = Breakdown(
                machine=f"{second.kind}-{number}", start_min=first.start_min, end_min=2000
            )
            change = kitchenruns.report_down(session, KITCHEN, DAY, fact, now)
        assert change is not None
        assert change.as_change().lost == (house.batch.id,)
        kitchenruns.approve(session, DISPATCHER, change.id, now)
        plan = daypapers.stored_day(current(session)).plan
        assert {one.batch for one in plan.residues} == {house.batch.id}
        assert sum(session.scalars(select(IngredientLot.amount_g))) == before
    page = house.kitchen.get(f"/kitchen/{DAY}")
    assert page.status_code == 200


def test_a_batch_after_its_van_stays_in_store_and_its_order_is_told(
    house: SimpleNamespace,
) -> None:
    kind = house.batch.ops[-1].kind
    down(house, f"{kind}-1", -1440, 700)
    change = down(house, f"{kind}-2", -1440, 700)
    with transaction(house.engine) as session:
        lot = session.scalars(select(Lot).where(Lot.code == house.batch.lot)).one()
        given_g = house.batch.amount_g - lot.amount_g
        plan = kitchenruns.approve(session, DISPATCHER, change, NOW)
        assert lot.amount_g == house.batch.amount_g
        assert given_g > 0
        unserved = daypapers.stored_day(plan).plan.unserved
    assert {one.reason for one in unserved} == {"day.kitchen.too_late"}


def test_of_two_machines_with_one_name_the_broken_one_is_drawn_as_broken(
    house: SimpleNamespace,
) -> None:
    with transaction(house.engine) as session:
        session.execute(update(Machine).values(name="Toestel"))
    down(house, "oven-1", 0, 100)
    page = house.kitchen.get(f"/kitchen/{DAY}").text
    lanes = re.split(r'data-machine="', page)[1:]
    broken = [
        lane.partition('"')[0] for lane in lanes if "werkt niet" in lane.partition("</svg>")[0]
    ]
    assert broken == ["oven-1"]


def test_a_newer_change_takes_the_place_of_one_that_waits_and_a_change_can_be_left(
    house: SimpleNamespace,
) -> None:
    machine = house.batch.ops[0].machine
    first, second = down(house, machine, 0, 100), down(house, machine, 200, 300)
    assert "geldt niet meer" in house.kitchen.get(f"/kitchen/changes/{first}").text
    assert house.kitchen.post(f"/kitchen/changes/{second}/drop").status_code == 303
    with transaction(house.engine) as session:
        states = session.scalars(select(KitchenChange.state)).all()
        assert set(states) == {ChangeState.DROPPED}
        assert current(session).id == house.plan
        (one, _) = session.scalars(select(MachineDowntime.id)).all()
    board = house.kitchen.get(f"/kitchen/{DAY}").text
    assert board.count("Werkt weer") >= 2
    assert house.kitchen.post(f"/kitchen/downs/{one}/mend").status_code == 303
    assert house.kitchen.post(f"/kitchen/downs/{one}/mend").status_code == 404
    assert house.kitchen.get("/kitchen/changes/999").status_code == 404


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"until": "11:00", "until_eve": "1"}, "Dit einde ligt niet na het begin"),
        ({"machine": "nowhere"}, "Deze machine kennen we niet"),
        ({}, "Dit is al gemeld vanaf dit uur"),
    ],
)
def test_a_breakdown_that_cannot_be_is_refused(
    house: SimpleNamespace, change: dict[str, str], sentence: str
) -> None:
    form = {"machine": "oven-1", "start": "12:00", "start_eve": "1", "until": "13:00"}
    house.kitchen.post(f"/kitchen/{DAY}/down", data=form)
    answer = house.kitchen.post(f"/kitchen/{DAY}/down", data=form | change)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_batch_is_put_elsewhere_at_a_price_and_stays_there(house: SimpleNamespace) -> None:
    op = house.batch.ops[0]
    later = op.start_min + 60
    form = {"step": f"{house.batch.id}:0", "to": op.machine.replace("-1", "-2")}
    form |= {"at": f"{later % 1440 // 60}:{later % 60:02d}", "at_eve": "1" if later < 0 else ""}
    answer = house.kitchen.post(f"/kitchen/{DAY}/move", data=form)
    assert answer.status_code == 303
    address = answer.headers["Location"]
    page = house.kitchen.get(address).text
    assert "Minuten te laat voor de bus" in page
    assert "U zette de partij hier." in page
    house.kitchen.post(f"{address}/approve", data={"attest": "1"})
    with transaction(house.engine) as session:
        (batch,) = daypapers.stored_day(current(session)).plan.batches
    assert batch.pinned
    assert (batch.ops[0].machine, batch.ops[0].start_min) == (form["to"], later)
    assert "vastgezet" in house.kitchen.get(f"/kitchen/{DAY}").text


def test_a_pin_that_breaks_a_rule_is_refused_with_the_rule(house: SimpleNamespace) -> None:
    form = {"step": f"{house.batch.id}:0", "to": house.batch.ops[0].machine, "at": "14:55"}
    answer = house.kitchen.post(f"/kitchen/{DAY}/move", data=form)
    assert answer.status_code == 422
    assert "valt buiten de werkuren van het toestel" in answer.text
    wrong = house.kitchen.post(f"/kitchen/{DAY}/move", data=form | {"step": "nothing:0"})
    assert "staat niet in het plan" in wrong.text
    empty = house.kitchen.post(f"/kitchen/{DAY + timedelta(days=1)}/move", data=form)
    assert empty.status_code == 409


def test_a_draft_changes_too_and_a_breakdown_asks_to_plan_it_again(
    house: SimpleNamespace,
) -> None:
    with transaction(house.engine) as session:
        session.get_one(DayPlan, house.plan).state = DayPlanState.DRAFT
    form = {"machine": "oven-1", "start": "12:00", "until": "13:00"}
    answer = house.kitchen.post(f"/kitchen/{DAY}/down", data=form, follow_redirects=True)
    assert "Plan de dag opnieuw" in answer.text
    with transaction(house.engine) as session:
        op = house.batch.ops[0]
        pin = Pin(batch=house.batch.id, step=0, machine=op.machine, start_min=op.start_min + 5)
        change = kitchenruns.move(session, KITCHEN, house.plan, pin, NOW)
        fresh = kitchenruns.approve(session, KITCHEN, change.id, NOW)
        assert fresh.state is DayPlanState.DRAFT
        with pytest.raises(Conflict, match="other_plan"):
            kitchenruns.move(session, KITCHEN, house.plan, pin, NOW)
        (put,) = daypapers.stored_day(fresh).plan.batches
        anew = planned(session, day=DAY)
        assert anew.version > fresh.version
        (batch,) = daypapers.stored_day(anew).plan.batches
        assert (batch.pinned, batch.ops) == (True, put.ops), "planned anew, it stays"
        where = session.scalars(select(Machine).where(Machine.code == put.ops[0].machine)).one()
        fails = {"start_min": put.ops[0].start_min, "end_min": put.ops[0].end_min}
        told = {"day": DAY, "reported_at": NOW}
        session.add(MachineDowntime(machine_id=where.id, **told, **fails))
        session.flush()
        (batch,) = daypapers.stored_day(planned(session, day=DAY)).plan.batches
        assert not batch.pinned
    assert "vast in de keuken, maar die machine" in house.kitchen.get(f"/kitchen/{DAY}").text


def test_a_change_is_too_late_once_a_step_of_it_began(house: SimpleNamespace) -> None:
    op = house.batch.ops[0]
    change = down(house, op.machine, -1440, 2000)
    later = NOW + timedelta(days=1)
    with transaction(house.engine) as session, pytest.raises(Conflict, match="begun"):
        kitchenruns.approve(session, DISPATCHER, change, later)
    with transaction(house.engine) as session:
        session.get_one(DayPlan, house.plan).state = DayPlanState.SUPERSEDED
    with transaction(house.engine) as session, pytest.raises(Conflict, match="other_plan"):
        kitchenruns.approve(session, DISPATCHER, change, NOW)
    assert "intussen een ander" in house.kitchen.get(f"/kitchen/changes/{change}").text


def test_recipes_that_changed_since_stop_a_change(house: SimpleNamespace) -> None:
    with transaction(house.engine) as session:
        plan = session.get_one(DayPlan, house.plan)
        inputs = {**plan.document["inputs"], "catalogue": "older"}
        plan.document = {**plan.document, "inputs": inputs}
        with pytest.raises(Conflict, match="other_catalogue"):
            kitchenruns.kitchen_now(session, plan, NOW)
    form = {"machine": "oven-1", "start": "12:00", "until": "13:00"}
    answer = house.kitchen.post(f"/kitchen/{DAY}/down", data=form, follow_redirects=True)
    assert "Plan de dag opnieuw" in answer.text, "that a machine fails is written down all the same"
    with transaction(house.engine) as session:
        assert session.scalars(select(MachineDowntime.start_min)).all() == [720]


def test_the_next_steps_come_by_time_over_all_machines_and_what_runs_is_apart() -> None:
    """A step that ends at this minute is over; one that begins at it runs."""
    spans = {"Ketel": [(0, 30), (70, 90)], "Oven": [(10, 60), (61, 80), (300, 310)]}
    machines = [
        {"name": name, "tasks": [{"start_min": a, "end_min": b, "batch": "x"} for a, b in tasks]}
        for name, tasks in spans.items()
    ]
    found = next_steps(machines, 30)
    assert [(each["machine_id"], each["start_min"]) for each in found["running"]] == [("m2", 10)]
    assert [each["start_min"] for each in found["coming"]] == [61, 70, 300]
    assert (found["coming"][1]["machine"], found["more_steps"]) == ("Ketel", 0)
    assert next_steps(machines, 310) == {"coming": [], "more_steps": 0, "running": []}
    many = [{"name": "Oven", "tasks": machines[1]["tasks"] * 4}]
    assert next_steps(many, -1)["more_steps"] == 4


@pytest.mark.parametrize(
    "path",
    [
        "/kitchen/0001-01-01",
        "/kitchen/9999-12-31",
        "/day/9999-12-31",
        "/kitchen/changes/99999999999999999999",
        "/day-plans/99999999999999999999/labels.pdf",
    ],
)
def test_a_day_or_number_that_nobody_has_is_not_found(house: SimpleNamespace, path: str) -> None:
    assert house.kitchen.get(path).status_code == 404


def test_only_who_runs_the_kitchen_may_change_its_day(house: SimpleNamespace) -> None:
    change = down(house, "oven-1", 0, 100)
    for path in (f"/kitchen/changes/{change}/approve", f"/kitchen/{DAY}/down"):
        assert house.admin.post(path).status_code == 403
    with transaction(house.engine) as session:
        with pytest.raises(Forbidden):
            kitchenruns.find_change(session, Actor(role=Role.DIETITIAN), change)
        with pytest.raises(NotFound):
            kitchenruns.find_change(session, KITCHEN, change + 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_a_sentence(language: str) -> None:
    assert set(RUN_CODES) <= set(sentences(language))


def test_the_kitchen_reads_what_it_cooks_ahead_and_why(house: SimpleNamespace) -> None:
    sku = house.batch.sku
    with transaction(house.engine) as session:
        plan = session.get_one(DayPlan, house.plan)
        stored = daypapers.stored_day(plan)
        one = AheadLot(
            sku=sku,
            day=DAY,
            amount_g=12_000,
            since=DAY + timedelta(days=1),
            until=DAY + timedelta(days=3),
            why="ahead.why.together",
        )
        later = replace(one, day=DAY + timedelta(days=2), since=one.until, why="ahead.why.full")
        whole = replace(stored, plan=replace(stored.plan, ahead=(one, later)))
        plan.content, plan.created_at = cells(whole), NOW + timedelta(minutes=1)
    page = house.kitchen.get(f"/kitchen/{DAY}").text
    assert "12,0\u00a0kg" in page
    assert "wo 4 jan tot en met vr 6 jan" in page
    assert "Eén keer koken volstaat" in page
    assert "De rest van de week: 1 gerecht" in page
    assert "Op vr 6 jan zelf is er geen tijd genoeg." in page
