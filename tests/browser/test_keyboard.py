"""The work of a dietitian and a dispatcher without a mouse, and what moves while they watch."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.watching import Watched

Visitor = Callable[[str], Watched]
MOST_TABS = 200


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control with this name has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(NAME).strip().startswith(name):
            return
    raise AssertionError(f"Tab never reached {name!r}")


NAME = """() => {
    const one = document.activeElement;
    const label = one.labels && one.labels[0];
    return one.getAttribute("aria-label") || (label ? label.innerText : one.innerText) || "";
}"""


def focused(page: Page, what: str = "innerText") -> str:
    return str(page.evaluate(f"() => document.activeElement.{what}"))


def test_the_worklist_is_walked_by_letters(visitor: Visitor) -> None:
    visited = visitor("dietitian")
    page = visited.page
    visited.go("/worklist")
    names = page.locator("tbody a.who").all_inner_texts()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == names[1]
    page.keyboard.press("k")
    assert focused(page) == names[0]
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/clients/\d+$"))
    expect(page.locator("h1")).to_have_text(names[0])


def test_a_screening_and_its_prescription_are_done_by_keyboard(visitor: Visitor) -> None:
    visited = visitor("dietitian")
    page = visited.page
    visited.go("/worklist?place=home")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/clients/\d+$"))
    page.keyboard.press("s")
    page.wait_for_url(re.compile(r"/screenings/new$"))
    tab_to(page, "Ander formulier")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/screenings$"))
    tab_to(page, "MUST")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"tool=MUST$"))
    answer_must(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/screenings/\d+$"))
    visited.go(page.url.removeprefix(visited.house).rpartition("/screenings/")[0] + "/prescription")
    sign(page)
    assert visited.forget() == []


def answer_must(page: Page) -> None:
    """Fill in MUST with the weight of last time; each answer moves the points at once."""
    panel = page.locator("aside .score")
    before = panel.inner_text()
    tab_to(page, "Gewicht vandaag")
    hint = page.locator("#f-weight_kg-h").inner_text()
    fill(page, re.findall(r"\d+,\d", hint)[0])
    expect(panel).not_to_have_text(before)
    expect(panel).to_contain_text("BMI")
    before = panel.inner_text()
    enter_until(page, "f-weight_before_kg")
    page.keyboard.press("Enter")  # to the next question: was the loss intended
    page.keyboard.press("n")
    assert focused(page, "value") == "no"
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    assert focused(page, "value") == "no"
    expect(panel).not_to_have_text(before)


def enter_until(page: Page, control: str) -> None:
    """Go from question to question with Enter until this control has the focus."""
    for _ in range(20):
        page.keyboard.press("Enter")
        if focused(page, "id") == control:
            return
    raise AssertionError(f"Enter never reached {control!r}")


def fill(page: Page, text: str) -> None:
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def sign(page: Page) -> None:
    """Tick that it was discussed and sign; the next version stands."""
    version = page.locator("h1, .head h1").first.inner_text()
    tab_to(page, "Ik besprak dit")
    page.keyboard.press("Space")
    tab_to(page, "Teken voorschrift")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/plan$"))
    assert version.startswith("Voorschrift, versie")


def test_planning_shows_its_progress_until_it_is_done(visitor: Visitor) -> None:
    visited = visitor("dispatcher")
    page = visited.page
    visited.go("/day")
    before = plan_shown(page)
    page.keyboard.press("p")
    expect(page.locator(".job")).to_be_visible()
    expect(page.locator(".job")).to_have_count(0, timeout=120_000)
    expect(page.locator(".head")).to_contain_text(re.compile(rf"Plan (?!{before},)\d+,"))
    assert plan_shown(page) > before
    assert visited.forget() == []


def plan_shown(page: Page) -> int:
    """Give the number of the plan on the board, nothing where there is none."""
    found = re.search(r"Plan (\d+),", page.locator(".head").inner_text())
    return int(found[1]) if found else 0
