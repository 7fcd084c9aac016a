"""Somebody with a browser, who reads what stands on the page and does only what it offers."""

from collections.abc import Mapping
from urllib.parse import urljoin

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.journeys.page import Form, Tag, forms, found, read

Answers = Mapping[str, str]


class Person:
    """Walks from page to page by words; a wrong answer of the house ends the walk."""

    def __init__(self, app: Flask, language: str = "nl") -> None:
        """Stand before the front door."""
        self.browser: FlaskClient = app.test_client()
        self.address = "/"
        self.page = Tag("", {})
        self.answer: TestResponse
        self._headers = {"Accept-Language": language}

    def log_in(self, login: str, password: str) -> "Person":
        """Come in by the front door."""
        self.go("/")
        self.press("Meld aan", {"E-mailadres of gebruikersnaam": login, "Wachtwoord": password})
        return self

    def go(self, address: str) -> "Person":
        """Type an address; only for the front door and places in the navigation."""
        return self._came(self.browser.get(address, headers=self._headers, follow_redirects=True))

    def follow(self, words: str, near: str = "") -> "Person":
        """Follow the link with these words; `near` names the row it stands in."""
        return self.go(self.where(words, near))

    def where(self, words: str, near: str = "") -> str:
        """Give where the link with these words leads."""
        link = found(self._around(near).all("a"), lambda one: words in one.words)
        assert link is not None, f"no link {words!r} on {self.address}: {self.said}"
        return urljoin(self.address, link.get("href"))

    def _around(self, near: str) -> Tag:
        """Give the row, list item or form that holds these words; the page without them."""
        if not near:
            return self.page
        around = found(self.page.all("tr", "li", "form", "section"), lambda one: near in one.text)
        assert around is not None, f"nothing about {near!r} on {self.address}: {self.said}"
        return around

    def press(
        self, words: str, answers: Answers | None = None, *, near: str = "", expect: int = 200
    ) -> "Person":
        """Press the button with these words, after answering questions by their labels."""
        form, button = self._form(words, near)
        for label, answer in (answers or {}).items():
            form.fill(label, answer)
        if button.get("name"):
            form.values[button.get("name")] = [button.get("value")]
        action = urljoin(self.address, button.get("formaction") or form.action)
        send = self.browser.post if form.method == "POST" else self.browser.get
        given = {"data" if form.method == "POST" else "query_string": form.values}
        answer = send(action, headers=self._headers, follow_redirects=True, **given)
        return self._came(answer, expect)

    def _form(self, words: str, near: str) -> tuple[Form, Tag]:
        for form in forms(self._around(near)):
            button = found(form.tag.all("button"), lambda one: words in one.words)
            if button is not None and button.get("type") != "button":
                return form, button
        raise AssertionError(f"no button {words!r} on {self.address}: {self.said}")

    def offers(self, words: str) -> bool:
        """Whether the page has a link or button with these words."""
        return any(words in one.words for one in self.page.all("a", "button"))

    def _came(self, answer: TestResponse, expect: int = 200) -> "Person":
        self.answer, self.address = answer, answer.request.path
        is_page = answer.mimetype == "text/html"
        self.page = read(answer.text) if is_page else Tag("", {})
        assert answer.status_code == expect, f"{answer.status_code} at {self.address}: {self.said}"
        return self

    @property
    def said(self) -> str:
        """Everything the page says, without the frame around it."""
        main = found(self.page.all("main"), lambda _: True)
        return (main or self.page).text

    def sees(self, *words: str) -> "Person":
        """Find these words on the page."""
        for one in words:
            assert one in self.said, f"{one!r} is not on {self.address}: {self.said}"
        return self
