"""A dispatcher's journey in a real browser: a van falls out, two stops move, the day goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from app.i18n import translator
from tests.app.days import DAY
from tests.app.test_replanning import two_vans
from tests.browser.conftest import looking
from tests.browser.test_forms import sound
from tests.browser.watching import Watched

NL = translator("nl")


@pytest.fixture
def dispatcher(playwright: Playwright, migrated_file: Path, tmp_path: Path) -> Iterator[Watched]:
    """Give the page of a dispatcher on the published small day with two vans."""
    with looking(two_vans, migrated_file, tmp_path, playwright) as watched:
        yield watched


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
