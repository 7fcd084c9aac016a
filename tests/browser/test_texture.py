"""The texture test of a lot in a real browser, on a telephone: failed, left open, passed."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from app.i18n import translator
from app.operations.demo.kitchen import seen_of
from menus import ForkDrip, Iddsi, Pressure
from tests.browser.conftest import NARROW
from tests.browser.test_forms import sound
from tests.browser.test_weeks import catalogue
from tests.browser.watching import Watched

Visitor = Callable[[str], Watched]
NL = translator("nl")
MOST_PAGES = 120


def lot_with_a_test(visited: Watched) -> tuple[str, dict[str, Any]]:
    """Give the address of a released lot of puree, mince or soft pieces, and how it passes."""
    marks = ", ".join(f'.iddsi[data-n="{level}"]:not(.iddsi--drink)' for level in "456")
    rows = visited.page.locator("tbody tr", has=visited.page.locator(marks))
    for number in range(1, MOST_PAGES):
        visited.go(f"/stock?state=released&page={number}")
        if rows.count():
            break
    row = rows.first
    level = Iddsi(row.locator(".iddsi").get_attribute("data-n"))
    address = str(row.locator('a[href^="/lots/"]').first.get_attribute("href"))
    name = row.locator('a[href^="/lots/"]').first.inner_text()
    variants = catalogue().variants.values()
    same = next(one for one in variants if (one.iddsi, one.names.nl) == (level, name))
    return address, seen_of(same)


def write_down(page: Page, seen: dict[str, Any]) -> None:
    """Fill in what the form asks for of what was seen, and keep it."""
    form = page.locator('form[action$="/texture"]')
    for name, value in seen.items():
        for control in form.locator(f'[name="{name}"]').all()[:1]:
            if control.get_attribute("type") == "radio":
                form.locator(f'[name="{name}"][value="{value}"]').check(force=True)
            else:
                control.fill(str(value))
    form.get_by_role("button", name=NL.say("texture.save")).click()
    expect(page.locator(".flash").first).to_be_visible()


def broken(passing: dict[str, Any]) -> dict[str, Any]:
    """Give one answer of a test that this level asks for, as no level passes it."""
    if "fork_drip" in passing:
        return {"fork_drip": ForkDrip.RUNS}
    return {"fork_pressure": Pressure.HARD}


def test_a_lot_fails_its_texture_test_is_tested_again_and_released(visitor: Visitor) -> None:
    visited = visitor("kitchen")
    page = visited.page
    visited.forget()
    address, passing = lot_with_a_test(visited)
    code = address.rpartition("/")[2]
    page.set_viewport_size(NARROW)
    visited.go(address)
    sound(visited)
    page.set_viewport_size(NARROW)
    history = page.locator("[aria-labelledby=history]")
    before = history.locator("li").count()

    write_down(page, passing | broken(passing))
    expect(history.locator("li").first).to_contain_text(NL.say("texture.result.failed"))
    expect(page.locator(".head")).to_contain_text(NL.say("stock.state.hold"))
    expect(page.get_by_role("button", name=NL.say("stock.release"))).to_have_count(0)
    visited.go("/stock/texture")
    expect(page.locator("tbody tr", has_text=code)).to_contain_text(NL.say("texture.lot.failed"))
    sound(visited)
    page.set_viewport_size(NARROW)
    page.locator("tbody tr", has_text=code).get_by_role("link").last.click()

    write_down(page, {name: value for name, value in passing.items() if name != "celsius"})
    expect(history.locator("li").first).to_contain_text(NL.say("texture.result.incomplete"))
    expect(page.get_by_role("button", name=NL.say("stock.release"))).to_have_count(0)
    write_down(page, passing)
    expect(history.locator("li").first).to_contain_text(NL.say("texture.result.passed"))
    assert history.locator("li").count() == before + 3
    sound(visited)
    page.get_by_role("button", name=NL.say("stock.release")).click()
    visited.go(address)
    expect(page.locator(".head")).to_contain_text(re.compile(NL.say("stock.state.released")))
