"""Forms of instruments by keyboard alone: few fields, few keys, nothing lost, open to everybody."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, PASSWORDS, WIDE
from tests.browser.watching import Watched

Visitor = Callable[[str], Watched]
LANGUAGES = ("nl", "fr")
MOST_FIELDS, MOST_KEYS = 25, 200
ASKED = "() => document.activeElement.closest('[data-q]')?.id || ''"
"""The question in focus: the last one keeps it until the page knows that no other appears."""
SEEN: list[str] = []
"""Residents whom a test has screened."""


class Keyboard:
    """Somebody's hands: every key is counted."""

    def __init__(self, page: Page) -> None:
        """Begin to count."""
        self.page, self.keys = page, 0

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type(self, text: str) -> None:
        """Type a text."""
        self.page.keyboard.type(text)
        self.keys += len(text)

    @property
    def at(self) -> str:
        """The name of the control that has the focus."""
        return str(self.page.evaluate("() => document.activeElement.name || ''"))

    def to(self, name: str, key: str) -> None:
        """Press a key until the control of this name has the focus."""
        expect(self.page.locator(f'[name="{name}"]').first).to_be_visible()
        for _ in range(40):
            if self.at == name:
                return
            self.press(key)
        raise AssertionError(f"{key} never reached {name!r}")

    def answer(self, **answers: str) -> None:
        """Answer questions in their order, Enter leads to the next; a letter picks a choice."""
        for name, text in answers.items():
            self.to(name, "Enter")
            if self.page.evaluate("() => document.activeElement.type === 'radio'"):
                self.press(text)
            else:
                self.press("Control+a")
                self.type(text)


@contextmanager
def speaking(visited: Watched, language: str) -> Iterator[Page]:
    """Read the pages in a language, and go back to Dutch."""
    choose(visited, language)
    try:
        yield visited.page
    finally:
        choose(visited, "nl")


def choose(visited: Watched, language: str) -> None:
    visited.go("/account")
    visited.page.locator(".langs").get_by_text(language, exact=True).click()
    visited.page.wait_for_selector(f'html[lang="{language}"]')


def sound(visited: Watched) -> None:
    """The page as it stands fits, is open to everybody and did not complain."""
    for size in (WIDE, NARROW):
        visited.page.set_viewport_size(size)
        assert visited.sideways() <= 0, (size, visited.page.url)
        visited.page.set_viewport_size({"width": size["width"], "height": visited.tall()})
        assert visited.hurdles(whole=size is WIDE) == []
    visited.page.set_viewport_size(WIDE)
    assert visited.forget() == []


def open_form(visited: Watched, client: str, tool: str) -> Keyboard:
    visited.go(f"{client}/screenings/new?tool={tool}")
    hands = Keyboard(visited.page)
    first = visited.page.locator("[data-q] input:not([type=hidden])").first
    first.focus()
    return hands


def keep(page: Page, hands: Keyboard) -> None:
    hands.press("Control+Enter")
    page.wait_for_url(re.compile(r"/screenings/\d+$"))


def test_a_new_client_is_screened_with_few_fields_and_keys(visitor: Visitor) -> None:
    visited = visitor("dietitian")
    page = visited.page
    visited.go("/clients/new")
    hands = Keyboard(page)
    page.locator("#f-given_name").focus()
    fields = page.locator("form.stack :is(input:not([type=hidden], [type=radio]), select)").count()
    hands.type("Nora")
    hands.press("Tab")
    hands.type("Toetsenbord")
    hands.press("Tab")
    hands.type("02031944")
    hands.to("sex", "Tab")
    hands.press("Space")
    hands.to("street", "Tab")
    hands.type("Kerkstraat 1")
    hands.press("Tab")
    hands.type("8800")
    hands.press("Tab")
    hands.type("Roeselare")
    hands.to("consents", "Tab")
    hands.press("Space", "Enter")
    page.wait_for_url(re.compile(r"/screenings/new$"))
    client = page.url.removeprefix(visited.house).removesuffix("/screenings/new")
    before = hands.keys
    asked = open_form(visited, client, "MUST")
    fields += 1 + page.locator("[data-q]").count()  # sex is one field of two answers
    asked.answer(weight_kg="47,2", height_cm="161", weight_before_kg="51,4", loss_planned="n")
    asked.answer(acute="n")
    expect(page.locator("aside .score__n")).to_contain_text("3")
    keep(page, asked)
    assert fields <= MOST_FIELDS
    assert before + asked.keys <= MOST_KEYS
    sound(visited)


@pytest.fixture
def client(visitor: Visitor) -> str:
    """Give the address of a resident, old enough for every instrument; another one each time."""
    visited = visitor("dietitian")
    visited.forget()
    visited.go("/worklist?place=residential")
    SEEN.append(str(visited.page.locator("tbody a.who").nth(len(SEEN)).get_attribute("href")))
    return SEEN[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_must_shows_its_points_while_one_types(
    visitor: Visitor, client: str, language: str
) -> None:
    visited = visitor("dietitian")
    with speaking(visited, language) as page:
        hands = open_form(visited, client, "MUST")
        hands.answer(weight_kg="47,2", height_cm="161", weight_before_kg="51,4")
        expect(page.locator("aside .score__n")).to_contain_text("3\u20135")
        sound(visited)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_mna_goes_on_into_the_full_one(
    visitor: Visitor, client: str, language: str
) -> None:
    visited = visitor("dietitian")
    with speaking(visited, language) as page:
        hands = open_form(visited, client, "MNA_SF")
        hands.answer(weight_kg="?", height_cm="?", cc_cm="30")
        hands.answer(A="0", B="1", C="1", D="0", E="2")
        sound(visited)
        keep(page, hands)
        sound(visited)
        page.locator('a[href$="tool=MNA_FULL"]').first.click()
        page.wait_for_url(re.compile("tool=MNA_FULL"))
        assert page.locator('[name="A"]:checked').get_attribute("value") == "0"
        hands = Keyboard(page)
        page.locator('[name="E"]:checked').focus()
        hands.answer(G="1", H_drugs="5", I="1", J_meals="2", K_yes="1", L="?", M_cups="3")
        hands.answer(N="2", O="1", P="b", Q_mac_cm="24", R_cc_cm="30")
        expect(page.locator("aside .score__n")).to_contain_text("\u2013")
        sound(visited)
        keep(page, hands)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nrs_2002_asks_its_second_part_when_the_first_calls_for_it(
    visitor: Visitor, client: str, language: str
) -> None:
    visited = visitor("dietitian")
    with speaking(visited, language) as page:
        hands = open_form(visited, client, "NRS2002")
        expect(page.locator("#q-disease_score")).to_be_hidden()
        hands.answer(weight_kg="?", height_cm="?", loss_1m_pct="6", intake_pct="40")
        hands.answer(critically_ill="n")
        expect(page.locator("#q-disease_score")).to_be_visible()
        hands.answer(disease_score="2")
        expect(page.locator("aside .score")).to_have_class(re.compile("score--high"))
        sound(visited)
        keep(page, hands)
        sound(visited)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tool", ["GLIM", "REFEED_NICE"])
def test_diagnosis_and_refeeding_are_filled_in_alike(
    visitor: Visitor, client: str, tool: str, language: str
) -> None:
    visited = visitor("dietitian")
    with speaking(visited, language) as page:
        hands = open_form(visited, client, tool)
        while page.evaluate(ASKED):
            asked = page.evaluate(ASKED)
            hands.press("?", "Enter")
            page.wait_for_function(f"asked => ({ASKED})() !== asked", arg=asked)
        expect(page.locator("#standing svg")).to_be_visible()
        sound(visited)


def test_a_question_that_appears_takes_neither_focus_nor_letters(
    visitor: Visitor, client: str
) -> None:
    visited = visitor("dietitian")
    page = visited.page
    hands = open_form(visited, client, "MUST")
    expect(page.locator("#q-ulna_cm")).to_be_hidden()
    hands.answer(weight_kg="47,2", height_cm="?")
    expect(page.locator("#q-ulna_cm")).to_be_visible()
    hands.to("weight_before_kg", "Enter")
    hands.press("Control+a")
    hands.type("51,4")
    expect(page.locator("aside .score")).to_contain_text("8,2")
    assert hands.at == "weight_before_kg"
    assert page.locator("#f-weight_before_kg").input_value() == "51,4"
    assert page.locator("#f-weight_kg").input_value() == "47,2"


def test_a_slip_is_mended_by_one_button(visitor: Visitor, client: str) -> None:
    visited = visitor("dietitian")
    page = visited.page
    hands = open_form(visited, client, "MUST")
    hands.answer(height_cm="1,75")
    hands.press("Enter")
    mend = page.locator("#f-height_cm-m")
    expect(mend).to_have_text(re.compile("175"))
    sound(visited)
    mend.focus()
    hands.press("Enter")
    expect(mend).to_have_count(0)
    assert page.locator("#f-height_cm").input_value() == "175"
    assert hands.at == "height_cm"


def test_what_was_typed_outlives_a_lost_session(visitor: Visitor, client: str) -> None:
    visited = visitor("dietitian")
    page = visited.page
    hands = open_form(visited, client, "SNAQ65")
    hands.answer(loss_6m_kg="3,5", loss_planned="n", muac_cm="27")
    expect(page.locator("#standing")).to_contain_text("blijft 24 uur")
    expect(page.locator("#q-poor_appetite_last_week")).to_be_visible()
    page.context.clear_cookies()
    hands.answer(poor_appetite_last_week="j")
    expect(page.locator("#messages")).not_to_be_empty()  # the session ended: it says so
    visited.forget()
    visited.log_in(*PASSWORDS["dietitian"])
    visited.go(f"{client}/screenings/new?tool=SNAQ65")
    expect(page.locator(".flash--info")).to_contain_text("Klad van")
    assert page.locator("#f-loss_6m_kg").input_value() == "3,5"
    assert page.locator("#f-muac_cm").input_value() == "27"
    assert page.locator('[name="loss_planned"]:checked').get_attribute("value") == "no"
    visited.forget()
    sound(visited)
    visited.go(f"{client}/screenings")
    expect(page.locator(".flash--info")).to_contain_text("SNAQ")
    sound(visited)
