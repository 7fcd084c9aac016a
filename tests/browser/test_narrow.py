"""What a phone shows otherwise than a desk: timelines that scroll, long names, folded lists."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Playwright, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.planning import Depot, Machine, Vehicle
from app.operations import meals, publishing
from app.operations.daypapers import stored_day
from menus import StepKind
from tests.app.days import DAY, DISPATCHER, KITCHEN, NOW, make_order, make_van, planned, small_day
from tests.app.test_buying import hungry_day
from tests.browser.conftest import NARROW, WIDE, looking
from tests.browser.watching import Watched

LONG = "Verpakkingsplaats"
MANY = 7
"""More rows than stand open on a phone."""
SCREENS = 3
"""How many heights of a phone a page of what is to be decided may take, closed as it opens."""


def stopped_day(session: Session) -> None:
    """Fill a house with a published day of two vans, of which a lot is recalled."""
    small = small_day(session)
    variant = meals.catalogue(session).variants[small.stored]
    for number in range(30004, 30032):
        make_order(session, str(number), variant, portions=1)
    van = session.scalars(select(Vehicle)).one()
    van.frozen_boxes = 16  # each van must drive, with so many stops that some list is long
    depot = session.scalars(select(Depot)).one()
    session.add(make_van(depot, code="van-b", letter="B", name="Bestelwagen B", frozen_boxes=16))
    machine = session.scalars(select(Machine).where(Machine.kind == StepKind.PACK)).one()
    machine.name = f"{LONG} 1"
    session.flush()
    plan = planned(session)
    publishing.publish(session, DISPATCHER, plan.id, NOW)
    session.flush()
    lots = Counter(one.lot for one in stored_day(plan).plan.allocations)
    publishing.recall_lot(session, KITCHEN, max(lots, key=lots.__getitem__), NOW)


@pytest.fixture(scope="module")
def phone(
    playwright: Playwright, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    """Give a page of who plans the day of which something is recalled."""
    folder = tmp_path_factory.mktemp("stopped")
    with looking(stopped_day, migrated_file, folder, playwright) as watched:
        yield watched


@pytest.fixture
def buyer(playwright: Playwright, migrated_file: Path, tmp_path: Path) -> Iterator[Watched]:
    """Give a page of who buys for a kitchen that has nothing left."""
    with looking(hungry_day, migrated_file, tmp_path, playwright) as watched:
        yield watched


def left_of(place: Locator) -> float:
    box = place.bounding_box()
    assert box is not None
    return box["x"]


def test_a_timeline_on_a_phone_begins_at_its_first_bar(phone: Watched) -> None:
    page = phone.page
    page.set_viewport_size(NARROW)
    phone.go(f"/day/{DAY}")
    timelines = page.locator(".scroll-x:has(> .gantt)").all()
    assert len(timelines) == 2
    for shown in timelines:
        names = shown.locator(".g-name").first.bounding_box()
        assert names is not None
        first = min(left_of(bar) for bar in shown.locator(".lane .b").all())
        assert names["x"] + names["width"] <= first < NARROW["width"] - 60
    vans = timelines[1]
    assert vans.evaluate("box => box.scrollLeft") > 0
    page.set_viewport_size(WIDE)
    phone.go(f"/day/{DAY}")
    assert timelines[1].evaluate("box => box.scrollLeft") == 0
    assert phone.forget() == []


def test_the_name_of_a_machine_breaks_between_its_words_only(phone: Watched) -> None:
    page = phone.page
    page.set_viewport_size(NARROW)
    phone.go(f"/day/{DAY}")
    name = page.locator(".g-name", has_text=LONG)
    lines = """(place, word) => {
        const text = [...place.childNodes].find((one) => one.textContent.includes(word));
        const range = document.createRange();
        range.setStart(text, text.textContent.indexOf(word));
        range.setEnd(text, text.textContent.indexOf(word) + word.length);
        return range.getClientRects().length;
    }"""
    assert name.evaluate(lines, LONG) == 1
    assert phone.sideways() == 0


def test_a_recalled_lot_is_one_folded_row_wherever_it_is_decided_on(phone: Watched) -> None:
    page = phone.page
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        phone.go(f"/day/{DAY}")
        waiting = page.locator(".alerts > li")
        expect(waiting).to_have_count(1)
        orders = waiting.locator("details a")
        expect(orders.first).not_to_be_visible()
        waiting.locator("summary").click()
        expect(orders.first).to_be_visible()
        assert orders.count() > MANY
        waiting.get_by_role("link", name="Zet recht").click()
        page.wait_for_url("**/unsafe")
        lines = page.locator("details.fold a.who")
        assert lines.count() > MANY
        expect(lines.first).not_to_be_visible()
        assert phone.tall() < SCREENS * NARROW["height"]
        page.locator("details.fold > summary").click()
        expect(lines.last).to_be_visible()
        assert phone.sideways() == 0
    assert phone.forget() == []


def test_stops_of_a_lost_van_are_folded_on_a_phone_and_open_at_a_desk(phone: Watched) -> None:
    page = phone.page
    for size, is_open in ((NARROW, False), (WIDE, True)):
        page.set_viewport_size(size)
        phone.go(f"/day/{DAY}")
        page.get_by_role("link", name="Bus uitgevallen").click()
        page.locator("[name=at_min]").fill("05:00")
        page.locator("main form button").click()
        page.wait_for_selector("details.fold")
        long = page.locator(f"details.fold:has(tbody tr:nth-child({MANY}))").first
        expect(long.locator("tbody tr").first).to_be_visible(visible=is_open)
        assert phone.sideways() == 0
    assert phone.forget() == []


def test_orders_that_can_wait_are_folded_on_a_phone_and_open_at_a_desk(buyer: Watched) -> None:
    page = buyer.page
    orders = page.locator("details[data-wide]")
    still = page.locator("details[data-wide]:not([open])")
    page.set_viewport_size(NARROW)
    buyer.go("/stock/purchases")
    assert orders.first.get_attribute("open") is not None
    assert 0 < still.count() < orders.count()
    page.set_viewport_size(WIDE)
    buyer.go("/stock/purchases")
    assert orders.count() > 1
    assert still.count() == 0
    assert buyer.forget() == []


def test_a_stop_is_dragged_onto_another_van_and_asks_for_its_places_there(phone: Watched) -> None:
    page = phone.page
    page.set_viewport_size(WIDE)
    phone.go(f"/routes/{DAY}/A")
    page.locator("li[data-move]").first.drag_to(page.locator('[data-drop="B"]'))
    page.wait_for_url(re.compile(r"/stops/A/\d+\?to=B$"))  # which one depends on how it scrolled
    expect(page.locator("h1")).to_contain_text(re.compile(r"Stop \d+ van bus A"))
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        assert phone.sideways() == 0
        assert phone.hurdles(whole=size is WIDE) == []
    assert phone.forget() == []
