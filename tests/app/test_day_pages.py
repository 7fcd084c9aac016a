"""The pages of dispatcher and kitchen: what each may see, what each act changes."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import transaction
from app.i18n import LANGUAGES, LOCAL_ZONE, sentences, translator
from app.models.orders import Order, OrderEater, OrderLine
from app.models.planning import DayPlan, Depot
from app.models.stock import DemandForecast, IngredientLot, Lot
from app.models.system import AccessLog, Job
from app.operations import dayboard, publishing
from app.paper import loading_pdf
from app.web import dayreasons, papers, progress
from app.web.daywords import WHY_GROUPS, Reasons
from logistics import (
    BECAUSE,
    DAY_FITS,
    DAY_REASONS,
    PURCHASE_REASONS,
    UNSERVED_CODES,
    WHY_NOT,
    LotState,
    OrderState,
    SiteKind,
    Unserved,
)
from logistics.day import LINE_SHARES
from menus import OBJECTION_CODES
from optimizer import left_out
from screening import Condition
from tests.app.days import DAY, DISPATCHER, NOW, SMOOTH, make_van, planned
from tests.factories import make_client

DIAGNOSES = (
    *(condition.value for condition in Condition),
    *("parkinson", "dementi", "diabetes", "dysfagie", "nierfalen", "ondervoed", "diagnose "),
)
PAPERS = ("routes.pdf", "loading.pdf", "kitchen.pdf", "labels.pdf")

Visit = Callable[..., FlaskClient]


@pytest.fixture
def sqlite_url(planned_url: str) -> str:
    """Begin with the planned small day."""
    return planned_url


@pytest.fixture
def day(planned_day: SimpleNamespace) -> SimpleNamespace:
    """Give it by its short name."""
    return planned_day


def pages(plan_id: int) -> tuple[str, ...]:
    return (
        f"/day/{DAY}",
        f"/routes/{DAY}",
        f"/routes/{DAY}/A",
        f"/routes/{DAY}.geojson",
        f"/kitchen/{DAY}",
        "/stock",
        "/stock/ingredients",
        "/stock/purchases",
        "/stock/ahead",
        "/stock/ahead?show=wasting",
        "/stock/ahead?show=errors",
        f"/day-plans/{plan_id}/publish",
    )


def text(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.get_data(as_text=True)


def test_a_dispatcher_sees_every_page_and_no_diagnosis(day: SimpleNamespace) -> None:
    for address in pages(day.plan):
        shown = text(day.dispatcher, address).lower()
        shown = shown.replace("stelt geen diagnose", "")
        assert [word for word in DIAGNOSES if word.replace("_", " ") in shown] == [], address


def test_ingredients_are_found_by_name_code_and_supplier_and_turned_page_by_page(
    day: SimpleNamespace,
) -> None:
    whole = text(day.dispatcher, "/stock/ingredients")
    codes = re.findall(r'class="sub">([^<]+)</span></td><td role="cell">', whole)
    assert 1 < len(codes) <= 50
    assert codes[0] in text(day.dispatcher, f"/stock/ingredients?q={codes[0].lower()}")
    assert codes[1] not in text(day.dispatcher, f"/stock/ingredients?q={codes[0]}")
    name = re.search(r'<td role="cell" class="first"><b>([^<]+)</b>', whole)
    assert name
    assert name[1] in text(day.dispatcher, f"/stock/ingredients?q={name[1].upper()}")
    assert "Niets gevonden" in text(day.dispatcher, "/stock/ingredients?q=%25")
    far = text(day.dispatcher, "/stock/ingredients?page=2")
    assert not set(codes) & set(re.findall(r'class="sub">([^<]+)</span></td>', far))


@pytest.mark.parametrize("address", ["/day", "/routes", "/kitchen"])
def test_a_place_leads_to_the_next_service_day(day: SimpleNamespace, address: str) -> None:
    answer = day.dispatcher.get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{address}/20")


def test_the_kitchen_sees_no_name_and_no_address(day: SimpleNamespace) -> None:
    for address in (f"/day/{DAY}", f"/kitchen/{DAY}", "/stock"):
        shown = text(day.kitchen, address)
        assert "Peeters" not in shown
        assert "Voorbeeldstraat" not in shown
    for address in (
        f"/routes/{DAY}",
        f"/routes/{DAY}.geojson",
        f"/day-plans/{day.plan}/routes.pdf",
    ):
        assert day.kitchen.get(address).status_code == 403


def test_a_dietitian_has_no_business_on_the_road(day: SimpleNamespace) -> None:
    for address in pages(day.plan):
        assert day.dietitian.get(address).status_code == 403


def test_a_driver_reads_door_time_and_marks(day: SimpleNamespace) -> None:
    shown = text(day.dispatcher, f"/routes/{DAY}/A")
    assert "Thuis bij Peeters 30001" in shown
    assert "Voorbeeldstraat" in shown
    assert "Zonder lupine" in shown
    assert "Gemalen" in shown
    assert "De rijtijden zijn geschat." in shown


@pytest.mark.parametrize(
    "address",
    [
        f"/routes/{DAY}/A",
        f"/day/{DAY}/orders/30001",
        f"/day/{DAY}/who-gets?lot=L1",
        "/day-plans/{plan}/routes.pdf",
        "/day-plans/{plan}/loading.pdf",
    ],
)
def test_whoever_reads_a_route_leaves_a_trace_per_home(day: SimpleNamespace, address: str) -> None:
    with transaction(day.engine) as session:
        eater = session.scalars(
            select(OrderEater)
            .join(Order, Order.id == OrderEater.order_id)
            .where(Order.kind == SiteKind.HOME, Order.code == "30001")
        ).one()
        eater.client_id = read = make_client(session).id
    assert day.dispatcher.get(address.format(plan=day.plan)).status_code == 200
    with transaction(day.engine) as session:
        noted = session.execute(select(AccessLog.client_id, AccessLog.act)).all()
    assert [tuple(one) for one in noted] == [(read, "route.read")]


def test_others_write_while_a_long_paper_is_drawn(
    day: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading a paper is noted, which locks SQLite: the note is kept before the drawing begins."""
    noted: list[int] = []

    def draw(*parts: Any, **more: Any) -> bytes:
        with transaction(day.engine) as session:
            make_client(session)
            noted.append(len(session.scalars(select(AccessLog)).all()))
        return loading_pdf(*parts, **more)

    monkeypatch.setattr(papers, "loading_pdf", draw)
    with transaction(day.engine) as session:
        eater = session.scalars(
            select(OrderEater)
            .join(Order, Order.id == OrderEater.order_id)
            .where(Order.kind == SiteKind.HOME, Order.code == "30001")
        ).one()
        eater.client_id = make_client(session).id
    assert day.dispatcher.get(f"/day-plans/{day.plan}/loading.pdf").data.startswith(b"%PDF")
    assert noted == [1]


def test_the_map_shows_depot_stops_and_a_line(day: SimpleNamespace) -> None:
    answer = day.dispatcher.get(f"/routes/{DAY}.geojson")
    assert answer.mimetype == "application/geo+json"
    kinds = [one["properties"]["kind"] for one in answer.get_json()["features"]]
    assert kinds.count("depot") == 1
    assert kinds.count("stop") == 3
    assert kinds.count("route") == 1
    allowed = {"kind", "van", "number", "name", "time"}
    assert {key for one in answer.get_json()["features"] for key in one["properties"]} <= allowed


def test_a_day_without_a_plan_says_so(day: SimpleNamespace) -> None:
    later = DAY + timedelta(days=2)
    assert "Nog geen plan voor deze dag" in text(day.dispatcher, f"/day/{later}")
    assert "Geen ritten op deze dag" in text(day.dispatcher, f"/routes/{later}")
    assert "De keuken maakt niets" in text(day.kitchen, f"/kitchen/{later}")
    assert text(day.dispatcher, f"/routes/{later}.geojson").count("Feature") == 1


@pytest.mark.parametrize("address", ["/day/2026-02-30", "/day/soon", f"/routes/{DAY}/Z"])
def test_what_is_no_day_and_no_van_is_not_found(day: SimpleNamespace, address: str) -> None:
    assert day.dispatcher.get(address).status_code == 404


def test_publishing_needs_a_persons_word(day: SimpleNamespace) -> None:
    address = f"/day-plans/{day.plan}/publish"
    assert "checked" not in text(day.dispatcher, address)
    assert day.dispatcher.post(address).status_code == 422
    with transaction(day.engine) as session:
        assert session.get_one(DayPlan, day.plan).published_at is None
    answer = day.dispatcher.post(address, data={"attest": "1"})
    assert answer.headers["Location"] == f"/day/{DAY}"
    assert "Gepubliceerd" in text(day.dispatcher, f"/day/{DAY}")
    assert day.dispatcher.post(address, data={"attest": "1"}).status_code == 409


def test_a_published_day_is_taken_back(day: SimpleNamespace) -> None:
    day.dispatcher.post(f"/day-plans/{day.plan}/publish", data={"attest": "1"})
    address = f"/day-plans/{day.plan}/withdraw"
    assert "Wat verandert er terug?" in text(day.dispatcher, address)
    assert day.dispatcher.post(address, data={"attest": "1"}).status_code == 303
    assert "Nog geen plan" in text(day.dispatcher, f"/day/{DAY}")


def test_the_kitchen_may_not_publish(day: SimpleNamespace) -> None:
    answer = day.kitchen.post(f"/day-plans/{day.plan}/publish", data={"attest": "1"})
    assert answer.status_code == 403


def test_a_changed_day_asks_to_be_planned_again(day: SimpleNamespace) -> None:
    with transaction(day.engine) as session:
        publishing.hold_lot(session, DISPATCHER, "L2", NOW)
    assert "Dit plan klopt niet meer." in text(day.dispatcher, f"/day/{DAY}")
    shown = text(day.dispatcher, f"/day-plans/{day.plan}/publish")
    assert "Plan de dag opnieuw" in shown
    assert 'name="attest"' not in shown


def test_a_lot_is_released_from_the_kitchen(day: SimpleNamespace) -> None:
    day.dispatcher.post(f"/day-plans/{day.plan}/publish", data={"attest": "1"})
    with transaction(day.engine) as session:
        lot = session.scalars(select(Lot.code).where(Lot.state == LotState.HOLD)).first()
    assert f"/lots/{lot}/release" not in text(day.kitchen, f"/kitchen/{DAY}")
    assert "wacht op proef" in text(day.kitchen, f"/kitchen/{DAY}")
    assert day.kitchen.post(f"/lots/{lot}/release?day={DAY}").status_code == 409
    seen = {name: str(value) for name, value in SMOOTH.items()}
    assert day.kitchen.post(f"/lots/{lot}/texture", data=seen).status_code == 303
    assert f"/lots/{lot}/release" in text(day.kitchen, f"/kitchen/{DAY}")
    answer = day.kitchen.post(f"/lots/{lot}/release?day={DAY}")
    assert answer.headers["Location"] == f"/kitchen/{DAY}"
    assert "is vrijgegeven" in text(day.kitchen, f"/kitchen/{DAY}")
    assert day.kitchen.post(f"/lots/{lot}/release").status_code == 409
    assert day.kitchen.post(f"/lots/{lot}/hold").headers["Location"] == "/stock"


def test_the_stores_filter_stands_in_the_address(day: SimpleNamespace) -> None:
    day.kitchen.post("/lots/L1/hold")
    held = text(day.kitchen, "/stock?state=hold")
    assert "L1" in held
    assert ">L2" not in held
    assert ">L2" in text(day.kitchen, "/stock?zone=frozen")
    assert "Niets past bij deze filter" in text(day.kitchen, "/stock?zone=ambient")
    assert day.kitchen.get("/stock?state=sold").status_code == 422


def test_an_order_is_noted_as_delivered_on_its_day(day: SimpleNamespace) -> None:
    day.dispatcher.post(f"/day-plans/{day.plan}/publish", data={"attest": "1"})
    with transaction(day.engine) as session:
        order = session.scalars(select(Order).where(Order.code == "30001")).one()
        order.service_day = DAY - timedelta(days=400)
    answer = day.dispatcher.post(f"/routes/{DAY}/A/orders/30001/delivered")
    assert answer.status_code == 303
    with transaction(day.engine) as session:
        order = session.scalars(select(Order).where(Order.code == "30001")).one()
        assert order.state is OrderState.DELIVERED


@pytest.mark.parametrize("paper", PAPERS)
def test_papers_come_in_the_readers_language(day: SimpleNamespace, paper: str) -> None:
    answer = day.dispatcher.get(f"/day-plans/{day.plan}/{paper}")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    with day.dispatcher.session_transaction() as cookie:
        cookie["language"] = "fr"
    assert day.dispatcher.get(f"/day-plans/{day.plan}/{paper}").data != answer.data


def test_papers_of_one_van_or_batch_and_of_none(day: SimpleNamespace) -> None:
    base = f"/day-plans/{day.plan}"
    assert day.dispatcher.get(f"{base}/routes.pdf?van=A").status_code == 200
    assert day.dispatcher.get(f"{base}/routes.pdf?van=Z").status_code == 404
    assert day.dispatcher.get(f"{base}/labels.pdf?batch=none").status_code == 404
    assert day.dispatcher.get("/day-plans/999/routes.pdf").status_code == 404
    with transaction(day.engine) as session:
        batch = session.get_one(DayPlan, day.plan).as_stored_day().plan.batches[0].id
    assert day.dispatcher.get(f"{base}/labels.pdf?batch={batch}").status_code == 200
    assert day.dispatcher.get(f"{base}/purchases.csv").data.startswith(b"day,supplier")


def test_labels_are_not_printed_from_other_recipes(day: SimpleNamespace) -> None:
    with transaction(day.engine) as session:
        plan = session.get_one(DayPlan, day.plan)
        inputs = plan.document["inputs"] | {"catalogue": "of last year"}
        plan.document = plan.document | {"inputs": inputs}
    assert day.dispatcher.get(f"/day-plans/{day.plan}/labels.pdf").status_code == 409
    assert day.dispatcher.get(f"/day-plans/{day.plan}/routes.pdf").status_code == 200


def test_planning_is_asked_for_shown_and_stopped(day: SimpleNamespace) -> None:
    assert day.kitchen.post(f"/day/{DAY}/plan").status_code == 403
    assert day.dispatcher.post(f"/day/{DAY}/plan").status_code == 303
    with transaction(day.engine) as session:
        job = session.scalars(select(Job)).one()
        job.progress = {"stage": "routes", "done": 4, "percent": 62, "incumbent": 102_475}
    shown = text(day.dispatcher, f"/day/{DAY}")
    assert f"/jobs/{job.id}/events" in shown
    assert "1\N{NO-BREAK SPACE}024,75" in shown
    assert 'value="62"' in shown
    assert f"/jobs/{job.id}/stop" not in text(day.kitchen, f"/day/{DAY}")
    assert day.dispatcher.post(f"/jobs/{job.id}/stop").headers["Location"] == f"/day/{DAY}"
    assert "Stopt met het beste plan" in text(day.dispatcher, f"/day/{DAY}")


def test_a_failed_planning_says_why(day: SimpleNamespace) -> None:
    day.dispatcher.post(f"/day/{DAY}/plan")
    with transaction(day.engine) as session:
        job = session.scalars(select(Job)).one()
        job.finished_at = NOW
        job.result = {"code": "job.failed", "reference": "ab12"}
    assert "Nummer: ab12" in text(day.dispatcher, f"/day/{DAY}")


def test_a_finished_jobs_stream_tells_its_end(day: SimpleNamespace) -> None:
    day.dispatcher.post(f"/day/{DAY}/plan")
    with transaction(day.engine) as session:
        job = session.scalars(select(Job)).one()
        job.finished_at = NOW
        job.progress = {"stage": "routes", "done": 4, "percent": 100, "incumbent": 102_475}
    answer = day.dispatcher.get(f"/jobs/{job.id}/events")
    assert answer.mimetype == "text/event-stream"
    assert answer.headers["X-Accel-Buffering"] == "no"
    told = answer.get_data(as_text=True)
    assert told.endswith("event: close\ndata: end\n\n")
    assert "1\N{NO-BREAK SPACE}024,75" in told, "an amount stays on one line"
    assert all(line.startswith(("event", "data", "retry")) for line in told.split("\n") if line)
    assert day.dispatcher.get("/jobs/999/events").status_code == 404
    assert day.dietitian.get(f"/jobs/{job.id}/events").status_code == 403


def ticking(step: float) -> Callable[[], float]:
    """A clock that goes on by `step` seconds whenever it is read."""
    now = iter(range(100_000))
    return lambda: next(now) * step


def test_a_stream_tells_changes_beats_and_ends_by_itself() -> None:
    states: Iterator[str] = iter(["a", "a", "b"])
    told = list(progress.stream(lambda: (next(states, "b"), False), lambda _: None, ticking(2)))
    assert [one for one in told if "progress" in one] == [
        "event: progress\ndata: a\n\n",
        "event: progress\ndata: b\n\n",
    ]
    assert ": still here\n\n" in told
    assert len(told) < 40


def test_beyond_the_cap_a_browser_is_told_to_ask_again() -> None:
    def look() -> tuple[str, bool]:
        return "x", False

    open_streams = [
        progress.stream(look, lambda _: None, ticking(0)) for _ in range(progress.MAX_STREAMS)
    ]
    for one in open_streams:
        next(one)
    extra = list(progress.stream(look, lambda _: None, ticking(0)))
    assert extra == ["retry: 3000\n\n", "event: progress\ndata: x\n\n"]
    for one in open_streams:
        one.close()
    ended = list(progress.stream(lambda: ("y", True), lambda _: None, ticking(0)))
    assert ended[-1].startswith("event: close")


def test_the_board_names_what_stands_in_the_way(day: SimpleNamespace) -> None:
    with transaction(day.engine) as session:
        for lot in (*session.scalars(select(Lot)), *session.scalars(select(IngredientLot))):
            lot.amount_g = 0
        session.flush()
        planned(session)
    shown = text(day.dispatcher, f"/day/{DAY}")
    assert "Er is te weinig" in shown
    assert "Het past met" in shown
    assert "Rumbeke, Voorbeeldstraat" in shown
    assert "Voorbeeldstraat" not in text(day.kitchen, f"/day/{DAY}")
    assert "Geen ritten op deze dag" in shown


def test_the_store_ahead_shows_what_runs_short_what_expires_and_one_variant(
    day: SimpleNamespace,
) -> None:
    today = datetime.now(UTC).astimezone(LOCAL_ZONE).date()
    with transaction(day.engine) as session:
        lot = session.scalars(select(Lot)).first()
        assert lot is not None
        sku, lot.use_by = lot.sku, today - timedelta(days=1)
        for order in session.scalars(select(Order)):
            order.service_day = today + timedelta(days=2)
        for line in session.scalars(select(OrderLine)):
            line.portions = 900
        for made in (4, 3, 2):
            session.add(
                DemandForecast(
                    kind=SiteKind.HOME,
                    made_on=today - timedelta(days=made + 1),
                    service_day=today - timedelta(days=made),
                    firm=0,
                    planned=100,
                    expected=100,
                    level=100,
                    actual=10,
                )
            )
    short = text(day.kitchen, "/stock/ahead")
    assert "Tekort vanaf" in short
    assert lot.code in text(day.kitchen, "/stock/ahead?show=wasting")
    assert "meer dan 2 punten te hoog" in text(day.kitchen, "/stock/ahead?show=errors")
    one = text(day.kitchen, f"/stock/ahead?sku={sku}")
    assert "Alle thuisklanten" in one
    assert "Te weinig" in one
    assert f"Van partij {lot.code} vervalt" in one
    assert day.kitchen.get("/stock/ahead?sku=nothing").status_code == 404


def test_the_purchases_of_the_newest_plan_are_listed(day: SimpleNamespace) -> None:
    shown = text(day.kitchen, "/stock/purchases")
    assert "purchases.csv" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_a_purchase_has_a_sentence(language: str) -> None:
    for code in PURCHASE_REASONS:
        told = translator(language).say(code, day="1", packs="5", amount="2 kg")
        assert code not in told
        assert "{" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_every_way_out_has_a_sentence(day: SimpleNamespace, language: str) -> None:
    with transaction(day.engine) as session:
        board = dayboard.board(session, DISPATCHER, DAY)
    line = board.plan_orders()[0].lines[0].id
    reasons = Reasons(speak=translator(language), board=board, skus={line: "x"}, show_doors=True)
    fits = ("begin_min", "cold_min", "ready_min", "end_min", "duration_min", "vehicles", *DAY_FITS)
    for code in (*DAY_REASONS, *UNSERVED_CODES, *OBJECTION_CODES):
        one = Unserved(
            order="30001",
            reason=code,
            binding="van-a",
            would_fit_if=tuple((name, 600) for name in fits),
            lines=(line,),
        )
        assert "{" not in reasons.sentence(one)
        assert reasons.group(code)
        assert "{" not in reasons.fits(one)
    crowded = (("zone", "frozen"), ("extra_boxes", 2))
    one = Unserved(order="1", reason=UNSERVED_CODES[1], binding="x", would_fit_if=crowded)
    assert "2" in reasons.fits(one)
    assert {f"day.why.{group}" for group in WHY_GROUPS} <= set(sentences(language))


def test_what_an_order_misses_is_told_by_cause(day: SimpleNamespace) -> None:
    with transaction(day.engine) as session:
        other = session.scalars(select(OrderLine).where(OrderLine.portions == 5)).one()
        order = session.scalars(select(Order).where(Order.code == "30001")).one()
        eater = session.scalars(select(OrderEater).where(OrderEater.order_id == order.id)).one()
        more: dict[str, Any] = {"order_id": order.id, "eater_id": eater.id, "price_cents": 1}
        facts: dict[str, Any] = {
            "variant": other.variant,
            "portions": 2,
            "portion_g": other.portion_g,
        }
        session.add(OrderLine(**more, **facts))
        for lot in session.scalars(select(IngredientLot)):
            lot.amount_g = 0
        session.flush()
        planned(session)
    shown = text(day.dispatcher, f"/day/{DAY}")
    assert "1 bestelling mist een deel." in shown
    assert "1 bestelling, regels: 1" in shown


def test_what_is_too_little_goes_by_share_and_each_order_says_why(day: SimpleNamespace) -> None:
    with transaction(day.engine) as session:
        portion_g = session.scalars(select(OrderLine.portion_g).limit(1)).one()
        for lot in session.scalars(select(Lot)):
            lot.amount_g = 7 * portion_g if lot.code == "L1" else 0
        for left in session.scalars(select(IngredientLot)):
            left.amount_g = 0
        session.flush()
        planned(session)
    four, ten = (text(day.dispatcher, f"/day/{DAY}/orders/{code}") for code in ("30001", "30002"))
    assert "Eerlijk verdeeld: 2 van 4 porties" in four
    assert "Eerlijk verdeeld: 5 van 10 porties" in ten
    assert "krijgt iedereen alles" in four
    with transaction(day.engine) as session:
        home = make_client(session, reserve_portions=3)
        order = session.scalars(select(Order).where(Order.code == "30001")).one()
        eater = session.scalars(select(OrderEater).where(OrderEater.order_id == order.id)).one()
        eater.client_id = home.id
        session.flush()
        plan_id = planned(session).id
    first = text(day.dispatcher, f"/day/{DAY}/orders/30001")
    assert "3 van 4 porties, om de noodvoorraad thuis aan te vullen" in first
    assert "4 van 10" in text(day.dispatcher, f"/day/{DAY}/orders/30002")
    assert day.dispatcher.get(f"/day-plans/{plan_id}/publish").status_code == 200


def codes_of_batches(day: SimpleNamespace) -> list[str]:
    with transaction(day.engine) as session:
        plan = session.get_one(DayPlan, day.plan)
        return [batch.id for batch in plan.as_stored_day().plan.batches]


def test_an_order_tells_where_it_comes_from_and_why_this_van(day: SimpleNamespace) -> None:
    assert f"/day/{DAY}/orders/30001" in text(day.dispatcher, f"/routes/{DAY}/A")
    page = text(day.dispatcher, f"/day/{DAY}/orders/30001")
    assert "Waar komt dit vandaan?" in page
    assert "Thuis bij Peeters 30001" in page
    assert "Partij L1 vervalt eerst" in page
    assert f"/day/{DAY}/who-gets?lot=L1" in page
    assert "Geen andere bus kan dit adres erbij nemen" in page
    cooked = text(day.dispatcher, f"/day/{DAY}/orders/30003")
    assert "de rest wordt deze dag bereid" in cooked
    assert "ingrediënten" in cooked
    assert f"/day/{DAY}/batches/" in cooked


def test_another_van_is_priced_on_the_page(day: SimpleNamespace) -> None:
    with transaction(day.engine) as session:
        depot = session.scalars(select(Depot)).one()
        session.add(make_van(depot, code="van-b", letter="B", name="Bestelwagen B"))
        session.flush()
        planned(session)
    address = f"/day/{DAY}/orders/30001"
    assert "de dag" in text(day.dispatcher, f"{address}?van=van-b")
    answers = {text(day.dispatcher, f"{address}?van=van-{name}").count("Zo staat") for name in "ab"}
    assert answers == {0, 1}
    assert day.dispatcher.get(f"{address}?van=van-z").status_code == 404


def test_a_van_without_room_is_refused_on_the_page_with_what_would_lift_it(
    day: SimpleNamespace,
) -> None:
    with transaction(day.engine) as session:
        depot = session.scalars(select(Depot)).one()
        session.add(make_van(depot, code="van-b", letter="B", frozen_boxes=0))
        session.flush()
        planned(session)
    page = text(day.dispatcher, f"/day/{DAY}/orders/30001?van=van-b")
    assert "diepvries" in page.lower()


def test_the_roads_of_a_large_day_are_not_stored_and_the_page_says_so(
    day: SimpleNamespace,
) -> None:
    with transaction(day.engine) as session:
        plan = session.get_one(DayPlan, day.plan)
        document = json.loads(json.dumps(plan.document))
        document["inputs"]["problems"][2] = left_out("routing", stops=900, most=500)
        plan.document = document
    address = f"/day/{DAY}/orders/30001"
    assert "niet bewaard" in text(day.dispatcher, address)
    assert "kan hier niet beantwoord worden" in text(day.dispatcher, f"{address}?van=van-a")


def test_a_batch_shows_its_steps_and_what_another_choice_costs(day: SimpleNamespace) -> None:
    code = codes_of_batches(day)[0]
    address = f"/day/{DAY}/batches/{code}"
    assert address in text(day.kitchen, f"/kitchen/{DAY}")
    page = text(day.kitchen, address)
    assert "Waarom niet elders" in page
    with transaction(day.engine) as session:
        batch = session.get_one(DayPlan, day.plan).as_stored_day().plan.batches[0]
    first = batch.ops[0]

    def at(minute: int) -> str:
        return f"{address}?start={minute // 60 % 24}:{minute % 60:02d}"

    other = "oven-1" if first.machine != "oven-1" else "pack-1"
    assert "kan deze stap niet doen" in text(day.kitchen, f"{address}?machine={other}")
    assert "Geen enkel verschil" in text(day.kitchen, at(first.start_min))
    assert "Verschil met de dag" in text(day.kitchen, at(first.start_min + 60))
    assert "is geen uur" in text(day.kitchen, f"{address}?start=straks")
    assert "is geen uur" in text(day.kitchen, f"{address}?start=77:00")
    assert first.start_min == -600, "as the machines open"
    assert "is dan niet de hele stap open" in text(day.kitchen, at(-660))
    assert day.kitchen.get(f"{address}?machine=none").status_code == 404
    assert day.kitchen.get(f"{address}?machine={other}&step=-1").status_code == 404
    assert day.kitchen.get(f"/day/{DAY}/batches/none").status_code == 404


def test_a_lot_a_batch_and_a_van_tell_who_gets_them(day: SimpleNamespace) -> None:
    page = text(day.dispatcher, f"/day/{DAY}/who-gets?lot=L1")
    assert "30001" in page
    assert "Thuis bij Peeters 30001" in page
    kitchen = text(day.kitchen, f"/kitchen/{DAY}/who-gets?lot=L1")
    assert "30001" in kitchen
    assert "Peeters" not in kitchen
    assert "30003" in text(day.kitchen, f"/kitchen/{DAY}/who-gets?lot={codes_of_batches(day)[0]}")
    van = text(day.dispatcher, f"/day/{DAY}/who-gets?van=A")
    assert all(code in van for code in ("30001", "30002", "30003"))
    assert "Niemand van deze dag" in text(day.dispatcher, f"/day/{DAY}/who-gets?lot=none")


@pytest.mark.parametrize(
    ("role", "address", "status"),
    [
        ("dispatcher", "who-gets", 404),
        ("kitchen", "who-gets?van=A", 403),
        ("kitchen", "who-gets?lot=L1", 403),
        ("kitchen", "orders/30001", 403),
        ("dietitian", "who-gets?lot=L1", 403),
        ("dispatcher", "orders/none", 404),
        ("dispatcher", "orders/none?van=van-a", 404),
    ],
)
def test_who_may_not_ask_or_asks_for_nothing(
    day: SimpleNamespace, role: str, address: str, status: int
) -> None:
    assert getattr(day, role).get(f"/day/{DAY}/{address}").status_code == status


def test_a_day_without_a_plan_explains_nothing(day: SimpleNamespace) -> None:
    assert day.kitchen.get(f"/kitchen/{DAY}/who-gets").status_code == 404
    assert day.dispatcher.get("/day/2026-11-25/who-gets?lot=L1").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_for_and_against_has_its_sentence(language: str) -> None:
    said = sentences(language)
    assert [code for code in (*BECAUSE, *WHY_NOT, *LINE_SHARES) if code not in said] == []
    assert [name for name in dayreasons.LEVELS if f"day.level.{name}" not in said] == []
