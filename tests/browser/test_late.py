"""Many late orders in a real browser: the sum follows the ticks, one signature takes them in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.i18n import translator
from app.models.orders import Order, OrderLine
from app.models.people import Site
from app.operations import meals
from tests.app.days import DAY, make_order, order_at
from tests.app.test_replanning import two_vans
from tests.browser.conftest import NARROW, WIDE, looking
from tests.browser.test_forms import sound
from tests.browser.watching import Watched
from tests.factories import make_organisation, make_site

NL = translator("nl")


def with_late_orders(session: Session) -> None:
    """Fill the small published day with late orders: three, and one that it left out."""
    two_vans(session)
    first = session.scalars(select(Order).where(Order.code == "30004")).one()
    site = session.get_one(Site, first.site_id)
    line = session.scalars(select(OrderLine).where(OrderLine.order_id == first.id)).one()
    variant = meals.catalogue(session).variants[line.variant]
    order_at(session, site, "30008", variant, portions=1)
    make_order(session, "30009", variant, portions=2)
    shut = make_site(session, make_organisation(session), windows=[[60, 90]])
    order_at(session, shut, "30010", variant, portions=4)


@pytest.fixture
def dispatcher(playwright: Playwright, migrated_file: Path, tmp_path: Path) -> Iterator[Watched]:
    """Give the page of a dispatcher on that day."""
    with looking(with_late_orders, migrated_file, tmp_path, playwright) as watched:
        yield watched


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_dispatcher_ticks_late_orders_and_takes_them_in(
    dispatcher: Watched, size: dict[str, int]
) -> None:
    page = dispatcher.page
    page.set_viewport_size(size)
    dispatcher.go(f"/day/{DAY}")
    page.get_by_role("link", name=NL.say("late.go")).click()
    told, boxes = page.locator("[data-tally]"), page.locator("[name=orders]")
    expect(told).to_have_text(NL.say("late.sum", ticked=4, sum=11))
    boxes.nth(2).uncheck()
    expect(told).to_have_text(NL.say("late.sum", ticked=3, sum=9))
    boxes.nth(2).check()
    sound(dispatcher)
    page.get_by_label(NL.say("late.field.at")).fill("05:00")
    page.get_by_role("button", name=NL.say("late.together")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NL.say("late.plan.title"))
    expect(page.locator("main")).to_contain_text(NL.say("late.check.left", count=1))
    sound(dispatcher)
    page.get_by_label(NL.say("late.plan.attest")).check()
    page.get_by_role("button", name=NL.say("late.button")).click()
    page.wait_for_url(f"**/day/{DAY}")
    expect(page.locator(".flash").first).to_have_text(NL.say("late.plan.kept", version=2))
    assert dispatcher.forget() == []
