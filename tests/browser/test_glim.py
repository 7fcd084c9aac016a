"""GLIM by a dietitian in a real browser: see what is met and open, confirm, decide otherwise."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.watching import Watched

Visitor = Callable[[str], Watched]
MOST_CLIENTS = 120


def a_whole_proposal(visited: Watched) -> str:
    """Give the record of a client whose proposal can be confirmed."""
    for number in range(1, MOST_CLIENTS):
        answer = visited.page.request.get(f"{visited.house}/clients/{number}")
        if answer.status != 200 or "Bevestig" not in answer.text():
            continue
        visited.go(f"/clients/{number}")
        if visited.page.get_by_role("button", name="Bevestig").count():
            return f"/clients/{number}"
    raise AssertionError("nobody in the demo has a whole proposal")


def test_a_proposal_is_confirmed_and_then_decided_otherwise(visitor: Visitor) -> None:
    visited = visitor("dietitian")
    page = visited.page
    record = a_whole_proposal(visited)
    panel = page.get_by_role("region", name="GLIM")
    expect(panel).to_contain_text("Fenotypisch (minstens 1)")
    panel.get_by_role("button", name="Bevestig").click()
    expect(panel).to_contain_text("Besluit: Ondervoeding")
    expect(panel.get_by_role("button", name="Bevestig")).to_have_count(0)

    panel.get_by_role("link", name="Wijk af").click()
    page.get_by_label("Geen ondervoeding").check()
    page.get_by_role("button", name="Bewaar besluit").click()
    expect(page.locator("main")).to_contain_text("Schrijf waarom u afwijkt van het voorstel.")
    expect(page.get_by_label("Geen ondervoeding")).to_be_checked()
    visited.forget()  # a refused form answers 422, which a browser writes down
    assert visited.hurdles(whole=True) == []
    page.get_by_label("Reden").fill("Altijd al licht gebouwd.")
    page.get_by_role("button", name="Bewaar besluit").click()
    expect(panel).to_contain_text("Besluit: Geen ondervoeding")
    expect(panel).to_contain_text("Altijd al licht gebouwd.")
    assert page.url.endswith(record)
    assert visited.hurdles(whole=True) == []
    assert visited.forget() == []


def test_the_panel_speaks_french(visitor: Visitor) -> None:
    visited = visitor("dietitian")
    page = visited.page
    record = a_whole_proposal(visited)
    page.get_by_role("button", name="fr", exact=True).click()
    visited.go(f"{record}/glim")
    expect(page.locator("main")).to_contain_text("Phénotypique (au moins 1)")
    expect(page.locator("main")).to_contain_text("Prenez une décision")
    page.get_by_role("button", name="nl", exact=True).click()
    visited.go(f"{record}/glim")
    expect(page.locator("main")).to_contain_text("Neem een besluit")
    assert visited.forget() == []
