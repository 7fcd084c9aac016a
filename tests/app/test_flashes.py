"""A message for the next page travels in a readable cookie: it tells nothing about anyone."""

import ast
from pathlib import Path

import pytest

import app.web
from app.i18n import LANGUAGES, sentences

FIGURES = {
    "amount",
    "answer_by",
    "count",
    "day",
    "days",
    "first",
    "lot",
    "order",
    "propose_on",
    "number",
    "total",
    "until",
    "van",
    "version",
}
"""What a message may be about: days, counts, amounts of goods, prices, orders, lots, vans."""
CLINICAL = (
    *("gewicht", "kg", "screen", "voorschrift", "dieet", "allerg", "textuur", "refeeding"),
    *("weight", "prescription", "diet", "texture", "nutrition"),
    *("poids", "dépist", "prescri", "régime"),
)


def told() -> list[tuple[set[str], set[str]]]:
    """Give the codes and figures of every message in the pages' source."""
    calls = [
        node
        for path in sorted(Path(app.web.__file__).parent.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "tell"
    ]
    return [
        (
            {str(one.value) for one in ast.walk(call.args[0]) if isinstance(one, ast.Constant)},
            {str(one.arg) for one in call.keywords},
        )
        for call in calls
    ]


def test_a_message_names_nobody_and_gives_no_weight() -> None:
    assert set().union(*(figures for _, figures in told())) <= FIGURES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_holds_no_clinical_word(language: str) -> None:
    known = sentences(language)
    codes = {code for codes, _ in told() for code in codes if code in known}
    assert len(codes) > 30
    found = {
        (code, word) for code in codes for word in CLINICAL if word in str(known[code]).lower()
    }
    assert found == set()
