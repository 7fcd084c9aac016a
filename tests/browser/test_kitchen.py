"""The kitchen's day in a real browser: a machine fails, the plan follows; a bar is dragged."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from app.i18n import translator
from tests.browser.test_forms import sound
from tests.browser.watching import Watched

Visitor = Callable[[str], Watched]
NL = translator("nl")
PLANNING_MS = 120_000
CHANGE = re.compile(r"/kitchen/changes/\d+$")


def sign(page: Page) -> None:
    """Tick what one attests, and put one's name under it; the page that answers is there whole."""
    page.locator(".sign [name=attest]").check()
    with page.expect_navigation():
        page.locator(".sign button").click()
    expect(page.locator(".flash").first).to_be_visible()


@pytest.fixture
def kitchen(visitor: Visitor) -> Iterator[Watched]:
    """Give the kitchen's page of the published day; afterwards the day is a draft's again."""
    office = visitor("dispatcher")
    office.go("/day")
    publish = office.page.locator('a[href$="/publish"]')
    if not publish.count():
        office.page.get_by_role("button", name=NL.say("day.plan_again")).click()
        expect(publish).to_be_visible(timeout=PLANNING_MS)
    publish.click()
    sign(office.page)
    visited = visitor("kitchen")
    visited.go("/kitchen")
    visited.forget()
    yield visited
    office.go("/day")
    office.page.locator('a[href$="/withdraw"]').click()
    sign(office.page)


def later_steps(page: Page) -> list[tuple[str, str]]:
    """Give the steps after midnight (none of tomorrow's has begun), with how each is called."""
    eve = NL.say("admin.kitchen.eve")
    options = page.locator("form[data-move] [name=step] option").all()
    named = [(str(one.get_attribute("value")), one.inner_text()) for one in options]
    return [(value, text) for value, text in named if eve not in text]


def when_and_where(text: str) -> tuple[str, str]:
    """Give the time and the machine of a step as the form calls it."""
    *_, at, machine = text.split(", ")
    return at.replace(".", ":"), machine


def bar_of(page: Page, step: str) -> Locator:
    return page.locator(f'[data-gantt] [data-step="{step}"]')


def test_a_machine_fails_and_the_kitchen_approves_the_plan_that_follows(kitchen: Watched) -> None:
    page = kitchen.page
    step, text = later_steps(page)[0]
    at, machine = when_and_where(text)
    form = page.locator('form[action$="/down"]')
    form.locator("[name=machine]").select_option(label=machine)
    form.locator("[name=start]").fill(at)
    form.locator("[name=until]").fill("15:00")
    form.get_by_role("button").click()
    page.wait_for_url(CHANGE)
    expect(page.locator("h1")).to_contain_text(machine)
    row = page.locator(".split tbody tr", has_text=step.partition(":")[0])
    expect(row.first).to_contain_text(NL.say("kitchen.why.machine_down"))
    sound(kitchen)
    sign(page)
    expect(page.locator(".flash").first).to_contain_text(NL.say("kitchen.change.approved"))
    lane = page.locator(f'svg[aria-label="{machine}"]')
    expect(lane.locator(f'[data-step="{step}"]')).to_have_count(0)

    step, text = later_steps(page)[-1]
    bar = bar_of(page, step)
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=4)
    page.mouse.up()
    page.wait_for_url(CHANGE)
    expect(page.locator(".diff")).to_contain_text(NL.say("kitchen.price.late_min"))
    expect(page.locator("main")).to_contain_text(NL.say("kitchen.why.placed"))
    page.get_by_role("button", name=NL.say("kitchen.change.drop")).click()

    form = page.locator("form[data-move]")
    form.locator("[name=step]").select_option(step)
    form.locator("[name=to]").select_option(label=when_and_where(text)[1])
    form.locator("[name=at]").fill("14:59")
    form.get_by_role("button").click()
    expect(page.locator("[role=alert], .errors").first).to_contain_text("buiten de werkuren")
    assert [one for one in kitchen.forget() if "422" not in one] == []
