"""The kit of macros is read once a page, and reads nothing of the page."""

from collections.abc import Iterator

import pytest
from flask import Flask
from jinja2 import meta, nodes

from app.web.kit import KIT


def kit_files(app: Flask) -> Iterator[str]:
    return (name for name in app.jinja_env.list_templates() if name.startswith(KIT))


def test_the_kit_asks_only_for_what_every_page_has(app: Flask) -> None:
    """A macro that read a word of one page would get that of another import."""
    every_page = {"say", "fmt", "csrf_token"}
    for name in kit_files(app):
        source, _, _ = app.jinja_env.loader.get_source(app.jinja_env, name)
        tree = app.jinja_env.parse(source)
        own = {one.name for one in tree.find_all(nodes.Name) if one.ctx != "load"}
        assert meta.find_undeclared_variables(tree) - own <= every_page, name


@pytest.mark.parametrize("file", ["kit.html", "marks.html"])
def test_imports_of_one_page_share_the_kit_and_those_of_another_do_not(
    app: Flask, file: str
) -> None:
    twice = (
        f'{{% import "macros/{file}" as one with context %}}'
        f'{{% import "macros/{file}" as other with context %}}'
        "{{ one.icon is sameas other.icon }} {{ one.badge('high') }}"
    )
    page = app.jinja_env.from_string(twice)
    for word in ("hoog", "high"):
        drawn = page.render(say=lambda _, word=word: word, kit_read={})
        assert drawn.startswith("True ")
        assert word in drawn
    apart = page.render(say=lambda _: "hoog")
    assert apart.startswith("False "), "without a page there is nothing to share"
