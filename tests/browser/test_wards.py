"""A ward's meal in a real browser: what it says follows what is ticked."""

from collections.abc import Callable

from playwright.sync_api import expect

from app.i18n import translator
from tests.browser.watching import Watched

Visitor = Callable[[str], Watched]
NL = translator("nl")


def open_meal(nurse: Watched) -> str:
    """Lead to a meal that can still be ordered; gives its address."""
    nurse.go("/wards")
    waiting = [one for one in nurse.links() if one.startswith("/wards/")]
    seen: set[str] = set()
    while waiting:
        address = waiting.pop(0)
        if address in seen or "/intake" in address:
            continue
        seen.add(address)
        nurse.go(address)
        if nurse.page.locator("[name=eats]:enabled").count() > 1:
            return address
        waiting += [one for one in nurse.links() if one.startswith("/wards/")]
    raise AssertionError("no meal of a ward is open")


def test_how_many_eat_follows_the_ticks_at_once_and_after_ordering(visitor: Visitor) -> None:
    nurse = visitor("nurse")
    address = open_meal(nurse)
    page = nurse.page
    boxes, told = page.locator("[name=eats]"), page.locator("[data-tally]")
    everybody = page.locator("[name=eats]:checked").count()
    residents = page.locator("form#eats tbody tr").count()
    cancel = 'form[action$="/cancel"]'
    was_ordered = page.locator(cancel).count() > 0

    def says(eating: int) -> None:
        whole = NL.say("ward.sum", eating=eating, residents=residents, deciding=0, waiting=0)
        expect(told).to_contain_text(whole.partition(".")[0])

    says(everybody)
    boxes.nth(0).uncheck()
    boxes.nth(1).uncheck()
    says(everybody - 2)
    boxes.nth(1).check()
    says(everybody - 1)
    page.locator("#eats button.btn--go").click()
    expect(page.locator(".flash").first).to_be_visible()
    says(everybody - 1)
    nurse.go(address)
    expect(boxes.nth(0)).not_to_be_checked()
    says(everybody - 1)
    if was_ordered:
        boxes.nth(0).check()
        page.locator("#eats button.btn--go").click()
    else:
        page.locator(cancel).get_by_role("button").click()
    expect(page.locator(".flash").first).to_be_visible()
    assert nurse.forget() == []
