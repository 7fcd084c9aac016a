"""A page of a real browser whose every complaint and every request is written down."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Response

AXE = (Path(__file__).resolve().parents[1] / "assets" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NARROW_RULES = ["target-size", "scrollable-region-focusable", "link-in-text-block", "label"]
NARROW_RULES += ["link-name", "button-name", "aria-hidden-focus", "meta-viewport", "select-name"]
"""What a narrow window can change: sizes, what scrolls, and what is hidden or only there shown."""
FIND = """([kind, values]) => axe.run(document, {
    runOnly: {type: kind, values}, resultTypes: ["violations"], elementRef: false,
})"""


class Watched:
    """A page, with what its console said and whom it called."""

    def __init__(self, page: Page, house: str) -> None:
        """Listen from the first request on."""
        self.page, self.house = page, house
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._called(request.url))

    def _heard(self, message: Any) -> None:
        """Write down errors and warnings; a request that a newer one replaced is none.

        While one types faster than the house answers, htmx ends the older preview on purpose, and
        says so as an afterRequest followed by a sendAbort.
        """
        if message.text.startswith("htmx:sendAbort"):
            if self.complaints and "htmx:afterRequest" in self.complaints[-1]:
                self.complaints.pop()
        elif message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def _called(self, url: str) -> None:
        if urlsplit(url).scheme != "data" and not url.startswith(self.house):
            self.strangers.append(url)

    def log_in(self, user: str, password: str) -> None:
        """Come in by the front door, with the keyboard only."""
        self.go("/")
        self.page.keyboard.press("Tab")
        self.page.get_by_label("E-mailadres of gebruikersnaam").focus()
        self.page.keyboard.type(user)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/login" not in url)

    def go(self, path: str) -> Response:
        """Open an address of the house; it answers 200."""
        answer = self.page.goto(self.house + path, wait_until="load")
        assert answer is not None
        assert answer.status == 200, f"{answer.status} at {path}"
        return answer

    def links(self) -> list[str]:
        """Give the addresses of the house this page leads to, without their anchors."""
        whole = "all => all.map(one => new URL(one.getAttribute('href'), location).href)"
        found = self.page.eval_on_selector_all("a[href]", whole)
        inside = (one.partition("#")[0] for one in found if one.startswith(self.house))
        return [one.removeprefix(self.house) for one in dict.fromkeys(inside)]

    def hurdles(self, *, whole: bool) -> list[str]:
        """Give what axe finds, each with the first place where it stands.

        All rules, or those of which a window of another width may break one on the same page.
        """
        if not self.page.evaluate("() => Boolean(window.axe)"):
            self.page.evaluate(AXE)
        rules = ["tag", TAGS] if whole else ["rule", NARROW_RULES]
        found = self.page.evaluate(FIND, rules)
        return [
            f"{one['id']}: {one['nodes'][0]['target']} {one['nodes'][0]['html'][:160]}"
            for one in found["violations"]
        ]

    def forget(self) -> list[str]:
        """Give every complaint and every call to a stranger so far, and start afresh."""
        heard = [*self.complaints, *(f"called {url}" for url in self.strangers)]
        self.complaints.clear()
        self.strangers.clear()
        return heard

    def tall(self) -> int:
        """Give how high the whole page is."""
        return int(self.page.evaluate("() => document.documentElement.scrollHeight"))

    def sideways(self) -> int:
        """Give how many pixels the page is wider than its window."""
        wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(wide))
