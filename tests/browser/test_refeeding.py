"""A grave refeeding risk in a real browser: no week by the machine, a slow rise to sign instead."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.i18n import translator
from tests.browser.test_forms import keep, open_form, sound, speaking
from tests.browser.watching import Watched

Visitor = Callable[[str], Watched]
PLACES = {"nl": 8, "fr": 9}
"""Which line of the worklist is screened, one for each language."""


@pytest.mark.parametrize("language", PLACES)
def test_twelve_days_without_food_stop_the_automatic_week(visitor: Visitor, language: str) -> None:
    visited, say = visitor("dietitian"), translator(language).say
    visited.forget()
    visited.go("/worklist?place=home")
    line = visited.page.locator("tbody a.who").nth(PLACES[language])
    client = str(line.get_attribute("href"))
    with speaking(visited, language) as page:
        hands = open_form(visited, client, "REFEED_NICE")
        page.fill("#f-days_little_or_no_intake", "12")
        expect(page.locator("aside .score")).to_have_class(re.compile("score--high"))
        keep(page, hands)
        sound(visited)

        visited.go(f"{client}/plan")
        expect(page.locator("main")).to_contain_text(say("plan.refeeding.title"))
        expect(page.get_by_role("button", name=say("plan.propose"))).to_have_count(0)
        expect(page.get_by_role("button", name=say("plan.propose_again"))).to_have_count(0)
        sound(visited)

        page.get_by_role("link", name=say("plan.refeeding.open")).click()
        expect(page.locator("#check")).to_contain_text(say("refeeding.level.high"))
        sound(visited)
        visited.go(client)
        expect(page.get_by_role("region", name=say("care.warnings"))).to_contain_text(
            say("warning.refeeding")
        )
