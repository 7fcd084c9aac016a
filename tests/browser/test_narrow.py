"""What a phone shows otherwise than a desk: folded lists, lanes of a timeline."""

from collections.abc import Callable

from tests.browser.conftest import NARROW, WIDE
from tests.browser.watching import Watched

Visitor = Callable[[str], Watched]
SCREENS = 6
"""How many heights of a phone a list of what is to be decided may take, closed as it opens."""


def test_orders_that_can_wait_are_folded_on_a_phone_and_open_at_a_desk(visitor: Visitor) -> None:
    visited = visitor("dispatcher")
    orders = visited.page.locator("details[data-wide]")
    still = visited.page.locator("details[data-wide]:not([open])")
    visited.page.set_viewport_size(NARROW)
    visited.go("/stock/purchases")
    assert orders.first.get_attribute("open") is not None
    assert 0 < still.count() < orders.count()
    assert visited.tall() < SCREENS * NARROW["height"]
    visited.page.set_viewport_size(WIDE)
    visited.go("/stock/purchases")
    assert orders.count() > 1
    assert still.count() == 0
