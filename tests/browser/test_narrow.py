"""What a phone shows otherwise than a desk: timelines that scroll, long names, folded lists."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Role
from app.db import make_engine, transaction
from app.models.planning import Depot, Machine, Vehicle
from app.operations import meals, people, publishing
from menus import StepKind
from tests.app.days import DAY, DISPATCHER, NOW, make_order, make_van, planned, small_day
from tests.browser.conftest import ARGUMENTS, CHROMIUM, NARROW, WIDE, running, until_open
from tests.browser.watching import Watched
from tests.factories import make_user

USER, PASSWORD = "bart@example.org", "a long word for bart"
LONG = "Verpakkingsplaats"


@pytest.fixture(scope="module")
def small_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with a published day of two vans and many orders, and who looks at it."""
    path = tmp_path_factory.mktemp("narrow") / "npcc.sqlite3"
    shutil.copyfile(migrated_file, path)
    engine = make_engine(f"sqlite:///{path}")
    with transaction(engine) as session:
        _fill(session)
    engine.dispose()
    return path


def _fill(session: Session) -> None:
    small = small_day(session)
    variant = meals.catalogue(session).variants[small.stored]
    for number in range(30004, 30016):
        make_order(session, str(number), variant, portions=1)
    van = session.scalars(select(Vehicle)).one()
    van.frozen_boxes = 10
    depot = session.scalars(select(Depot)).one()
    session.add(make_van(depot, code="van-b", letter="B", name="Bestelwagen B", frozen_boxes=10))
    machine = session.scalars(select(Machine).where(Machine.kind == StepKind.PACK)).one()
    machine.name = f"{LONG} 1"
    session.flush()
    publishing.publish(session, DISPATCHER, planned(session).id, NOW)
    hashed = people.hash_password(PASSWORD)
    make_user(session, Role.DISPATCHER, name="Bart", login=USER, password_hash=hashed)


@pytest.fixture(scope="module")
def phone(
    playwright: Playwright, small_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    """Give a page of who plans that small day, logged in."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{small_file}", "SECRET_KEY": "k" * 32}
    web = ["gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    with running(env, *web, "--threads", "8", "--no-control-socket", "--log-level", "error"):
        until_open(port)
        context = playwright.chromium.launch_persistent_context(
            user_data_dir=str(tmp_path_factory.mktemp("phone")),
            executable_path=CHROMIUM,
            headless=True,
            args=ARGUMENTS,
            locale="nl-BE",
            viewport=NARROW,
        )
        watched = Watched(context.pages[0], f"http://127.0.0.1:{port}")
        watched.log_in(USER, PASSWORD)
        yield watched
        context.close()


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
