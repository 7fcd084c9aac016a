"""What a person finds on a page: words, links, forms whose fields are known by their labels."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

_NO_END = frozenset({"area", "br", "hr", "img", "input", "link", "meta", "source", "wbr"})
_UNREAD = frozenset({"script", "style", "template", "kbd"})
TICK, NO_TICK = "x", ""
"""The answers to a box."""
_IN_LINE = frozenset({"a", "abbr", "b", "button", "em", "i", "s", "small", "span", "strong"})


@dataclass(slots=True)
class Tag:
    """One element: its attributes, and text and elements inside it in their order."""

    name: str
    attributes: Mapping[str, str]
    inside: list["Tag | str"] = field(default_factory=list)

    def walk(self) -> Iterator["Tag"]:
        """Give this element and every one inside it, as they are read."""
        yield self
        for one in self.inside:
            if isinstance(one, Tag):
                yield from one.walk()

    def all(self, *names: str) -> Iterator["Tag"]:
        """Give the elements of these names inside this one."""
        return (one for one in self.walk() if one.name in names)

    @property
    def text(self) -> str:
        """What a screen reader would say, on one line, hard spaces as spaces."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        if self.name in _UNREAD:
            return
        gap = "" if self.name in _IN_LINE and "sub" not in self.get("class").split() else " "
        yield gap
        for one in self.inside:
            if isinstance(one, Tag):
                yield from one._pieces()
            else:
                yield one
        yield gap

    def get(self, name: str, otherwise: str = "") -> str:
        """Give an attribute."""
        return self.attributes.get(name, otherwise)

    def has(self, name: str) -> bool:
        """Whether the attribute stands there at all."""
        return name in self.attributes

    @property
    def words(self) -> frozenset[str]:
        """The ways in which a person may name this link or button."""
        return frozenset({self.text, self.get("aria-label")})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.top = Tag("", {})
        self.open = [self.top]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Tag(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(made)
        if tag not in _NO_END:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Tag(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _NO_END:
            assert self.open[-1].name == tag, f"</{tag}> closes <{self.open[-1].name}>"
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read(html: str) -> Tag:
    """Give the elements of a page; a tag closed in the wrong order is a mistake of the page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.top


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as it stands on the page, with what is filled in."""

    page: Tag
    tag: Tag
    values: dict[str, list[str]]

    @property
    def action(self) -> str:
        """Where it goes."""
        return self.tag.get("action")

    @property
    def method(self) -> str:
        """How it goes."""
        return self.tag.get("method", "get").upper()

    def fill(self, label: str, answer: str) -> None:
        """Answer the question with this label: words, a choice by its words, or a tick."""
        for act in (self._choose, self._tick, self._write):
            if act(label, answer):
                return
        raise AssertionError(f"no field {label!r} in {self.tag.text[:300]!r}")

    def _choose(self, label: str, answer: str) -> bool:
        """Take one answer of a group, by its own words."""
        for group in self.tag.all("fieldset"):
            legend = next(group.all("legend"), None)
            if legend is None or legend.text != label:
                continue
            for choice in group.all("label"):
                if choice.text == answer:
                    control = next(choice.all("input"))
                    self._set(control)
                    return True
        return False

    def _set(self, control: Tag) -> None:
        name, value = control.get("name"), control.get("value", "on")
        before = self.values.get(name, []) if control.get("type") == "checkbox" else []
        self.values[name] = [*(one for one in before if one != value), value]

    def _tick(self, label: str, answer: str) -> bool:
        for box in self.tag.all("label"):
            control = next(box.all("input"), None)
            if control is None or control.get("type") not in {"checkbox", "radio"}:
                continue
            if box.text == label and answer == TICK:
                self._set(control)
                return True
            if box.text == label:
                name, gone = control.get("name"), control.get("value", "on")
                self.values[name] = [one for one in self.values.get(name, []) if one != gone]
                return True
        return False

    def _write(self, label: str, answer: str) -> bool:
        for control in self.tag.all("input", "textarea", "select"):
            if label in self._names(control):
                self.values[control.get("name")] = [self._said(control, answer)]
                return True
        return False

    def _names(self, control: Tag) -> set[str]:
        labels = {
            one.text for one in self.tag.all("label") if one.get("for") == control.get("id", "-")
        }
        ids = control.get("aria-labelledby").split()
        return labels | {one.text for one in self.tag.walk() if one.get("id", "-") in ids}

    def _said(self, control: Tag, answer: str) -> str:
        """Give what a list posts for the words that were chosen; a text posts itself."""
        if control.name != "select":
            return answer
        found = [one.get("value") for one in control.all("option") if one.text == answer]
        assert found, f"{answer!r} is not in the list"
        return found[0]


def forms(page: Tag) -> Iterator[Form]:
    """Give the forms of a page."""
    for tag in page.all("form"):
        yield Form(page=page, tag=tag, values=_standing(tag))


def _standing(form: Tag) -> dict[str, list[str]]:
    """Give what would be posted if nothing were touched."""
    values: dict[str, list[str]] = {}
    for control in form.all("input", "textarea", "select"):
        name, value = control.get("name"), _value(control)
        if name and value is not None and not control.has("disabled"):
            values.setdefault(name, []).append(value)
    return values


def _value(control: Tag) -> str | None:
    if control.name == "textarea":
        return control.text
    if control.name == "select":
        options = list(control.all("option"))
        chosen = next((one for one in options if one.has("selected")), options[0])
        return chosen.get("value")
    if control.get("type") in {"checkbox", "radio"}:
        return control.get("value", "on") if control.has("checked") else None
    return control.get("value")


def found(tags: Iterator[Tag], right: Callable[[Tag], bool]) -> Tag | None:
    """Give the first element that is right."""
    return next((one for one in tags if right(one)), None)
