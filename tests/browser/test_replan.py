"""A dispatcher's journey in a real browser: a van falls out, two stops move, the day goes on."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from app.access import Role
from app.db import make_engine, transaction
from app.i18n import translator
from app.operations import people
from tests.app.days import DAY
from tests.app.test_replanning import two_vans
from tests.browser.conftest import ARGUMENTS, CHROMIUM, WIDE, running, until_open
from tests.browser.test_forms import sound
from tests.browser.watching import Watched
from tests.factories import make_user

NL = translator("nl")
LOGIN, PASSWORD = "inge@example.org", "een lange zin van vijf woorden"


@pytest.fixture
def dispatcher(playwright: Playwright, migrated_file: Path, tmp_path: Path) -> Iterator[Watched]:
    """Give the page of a dispatcher on the published small day with two vans."""
    path = tmp_path / "npcc.sqlite3"
    shutil.copyfile(migrated_file, path)
    engine = make_engine(f"sqlite:///{path}")
    with transaction(engine) as session:
        two_vans(session)
        hashed = people.hash_password(PASSWORD)
        make_user(session, Role.DISPATCHER, name="Inge", login=LOGIN, password_hash=hashed)
    engine.dispose()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{path}", "SECRET_KEY": "k" * 32}
    web = ["gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
    with running(env, *web, "--no-control-socket", "--log-level", "error"):
        until_open(port)
        context = playwright.chromium.launch_persistent_context(
            user_data_dir=str(tmp_path / "profile"),
            executable_path=CHROMIUM,
            headless=True,
            args=ARGUMENTS,
            locale="nl-BE",
            timezone_id="Europe/Brussels",
            viewport=WIDE,
        )
        watched = Watched(context.pages[0], f"http://127.0.0.1:{port}")
        watched.log_in(LOGIN, PASSWORD)
        yield watched
        context.close()


def test_a_dispatcher_replans_after_a_van_is_lost_and_reads_why(dispatcher: Watched) -> None:
    page = dispatcher.page
    dispatcher.go(f"/day/{DAY}")
    page.get_by_role("link", name=NL.say("day.lost.go")).click()
    van = page.get_by_label(NL.say("replan.field.van"), exact=True)
    van.select_option(index=1)
    letter = van.locator("option:checked").inner_text()[0]
    page.get_by_label(NL.say("replan.field.at")).fill("05:00")
    page.get_by_role("button", name=NL.say("replan.look")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NL.say("replan.shown", van=letter))
    told = page.locator("table.work tbody tr td:last-child").all_inner_texts()
    other = "B" if letter == "A" else "A"
    lost = NL.say("route.moved.lost", was=letter, van=other)
    later = NL.say("route.moved.time", count=told.count(lost))
    assert len(told) >= 2
    assert set(told) <= {lost, later}
    assert lost in told
    sound(dispatcher)
    page.get_by_label(NL.say("replan.attest")).check()
    page.get_by_role("button", name=NL.say("replan.button")).click()
    page.wait_for_url(f"**/day/{DAY}")
    expect(page.locator(".flash").first).to_have_text(NL.say("replan.approved", version=2))
    assert dispatcher.forget() == []
