"""A client's own menu in Chromium: another dish, how it tasted, and the next week without it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE
from tests.browser.test_forms import speaking
from tests.browser.watching import Watched

Visitor = Callable[[str], Watched]


@contextmanager
def on_a_phone(visited: Watched) -> Iterator[Page]:
    visited.page.set_viewport_size(NARROW)
    try:
        yield visited.page
    finally:
        visited.page.set_viewport_size(WIDE)


def sound(visited: Watched) -> None:
    """The page fits, is open to everybody and did not complain; seen whole, nothing covers it."""
    assert visited.sideways() <= 0
    visited.page.set_viewport_size({**NARROW, "height": visited.tall()})
    assert visited.hurdles(whole=True) == []
    visited.page.set_viewport_size(NARROW)
    assert visited.forget() == []


def choose_another_dish(client: Watched) -> None:
    """Choose the first dish offered in place of one of a day whose order can still change."""
    page = client.page
    client.go("/week")
    page.locator("nav.days a").nth(6).click()
    links = page.get_by_role("link", name=re.compile("^Kies iets anders"))
    expect(links.first).to_be_visible()
    first = page.get_by_role("button", name=re.compile("^Kies dit")).first
    for href in [link.get_attribute("href") for link in links.all()]:
        client.go(href or "")
        if first.is_visible():
            break
    sound(client)
    dish = str(first.text_content()).partition(": ")[2]
    first.click()
    expect(page.get_by_text("Uw keuze voor")).to_be_visible()
    expect(page.get_by_role("heading", name=dish, exact=True).first).to_be_visible()
    expect(page.get_by_text("U koos dit zelf").first).to_be_visible()
    sound(client)


def test_the_texture_of_a_dish_stands_above_what_one_may_do_with_it(visitor: Visitor) -> None:
    client = visitor("client")
    client.page.set_viewport_size(WIDE)
    client.go("/week")
    client.go(client.page.locator("nav.days a").nth(6).get_attribute("href") or "")
    offered = client.page.locator(".dish:has(.iddsi):has(a.btn)")
    expect(offered.first).to_be_visible()
    for dish in offered.all():
        label, button = dish.locator(".iddsi").bounding_box(), dish.locator("a.btn").bounding_box()
        assert label is not None
        assert button is not None
        assert label["y"] + label["height"] < button["y"]
    assert client.forget() == []


def dishes_by_day(client: Watched) -> dict[str, set[str]]:
    """Give the dishes to rate on each of the last days."""
    client.go("/week/taste")
    names = {}
    for at in range(client.page.locator("nav.days a").count()):
        client.go(client.page.locator("nav.days a").nth(at).get_attribute("href") or "")
        names[client.page.url] = set(client.page.locator(".rate legend").all_text_contents())
    return names


def refuse_twice(client: Watched) -> str:
    """Say of a dish of two days that it was not eaten; gives its name."""
    by_day = dishes_by_day(client)
    common = sorted(
        name
        for name in set.union(*by_day.values())
        if sum(name in names for names in by_day.values()) > 1 and name != "Water"
    )
    dish = common[0]
    for url in [url for url, names in by_day.items() if dish in names][-2:]:
        client.go(url.removeprefix(client.house))
        group = client.page.get_by_role("group", name=dish, exact=True)
        group.get_by_role("radio", name="Niet gegeten").check()
        client.page.get_by_role("button", name="Bewaar", exact=True).click()
        expect(client.page.get_by_text("We bewaarden uw oordeel")).to_be_visible()
    expect(client.page.get_by_text("Wat u weigerde, geven we minder (1).")).to_be_visible()
    sound(client)
    return dish


def test_a_client_chooses_another_dish_and_the_next_week_leaves_out_what_was_refused(
    visitor: Visitor,
) -> None:
    client = visitor("client")
    with on_a_phone(client) as page:
        choose_another_dish(client)
        dish = refuse_twice(client)
        client.go("/week")
        way = page.get_by_role("link", name=re.compile("Noteer")).first.get_attribute("href")
    number = re.search(r"/clients/(\d+)/", way or "")
    assert number is not None
    dietitian = visitor("dietitian")
    dietitian.go(f"/clients/{number.group(1)}/wishes")
    expect(dietitian.page.get_by_text(dish, exact=True).first).to_be_visible()
    expect(dietitian.page.get_by_text("Gekozen", exact=True).first).to_be_visible()
    dietitian.go(f"/clients/{number.group(1)}/plan")
    dietitian.page.get_by_role("button", name=re.compile("^Stel ")).first.click()
    expect(dietitian.page.get_by_text("Voorstel").first).to_be_visible()
    expect(dietitian.page.locator(".meal").get_by_text(dish, exact=True)).to_have_count(0)


def test_the_menu_speaks_french(visitor: Visitor) -> None:
    client = visitor("client")
    with on_a_phone(client), speaking(client, "fr") as page:
        client.go("/week")
        expect(page.get_by_text("Avec quoi réchauffez-vous ?").first).to_be_visible()
        expect(
            page.get_by_role("link", name=re.compile("^Choisir autre chose")).first
        ).to_be_visible()
        sound(client)
