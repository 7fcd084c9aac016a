"""Every code of a prescription has a sentence in the three languages."""

import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from screening import PRESCRIPTION_CODES

FOLDER = Path(__file__).parents[2] / "app" / "translations"


def sentences(language: str) -> dict[str, str]:
    with (FOLDER / language / "prescription.po").open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    return {str(one.id): str(one.string) for one in catalogue if one.id}


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_each_code_has_exactly_one_sentence(language: str) -> None:
    found = sentences(language)
    assert set(found) == set(PRESCRIPTION_CODES)
    assert all(found.values())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_translations_fill_in_the_same_facts(language: str) -> None:
    dutch, other = sentences("nl"), sentences(language)
    for code, sentence in dutch.items():
        assert placeholders(sentence) == placeholders(other[code]), code


def test_dutch_speaks_plainly() -> None:
    for code, sentence in sentences("nl").items():
        words = sentence.lower().split()
        assert not {"fout", "ongeldig", "helaas"} & set(words), code
        assert len(words) <= 20, code
