"""Every code the room can return has a sentence in the three languages."""

import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from screening import CODES, PRESCRIPTION_CODES

FOLDER = Path(__file__).parents[2] / "app" / "translations"
FILES = {"screening": CODES, "prescription": PRESCRIPTION_CODES}
"""Which file words which codes of the room."""

each_file = pytest.mark.parametrize("name", FILES)


def sentences(language: str, name: str) -> dict[str, str]:
    with (FOLDER / language / f"{name}.po").open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    return {str(one.id): str(one.string) for one in catalogue if one.id}


def facts(sentence: str) -> set[str]:
    """The names in braces that a sentence fills in."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@each_file
@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_each_code_has_exactly_one_sentence(language: str, name: str) -> None:
    found = sentences(language, name)
    assert set(found) == set(FILES[name])
    assert all(found.values())


@each_file
@pytest.mark.parametrize("language", ["fr", "en"])
def test_translations_fill_in_the_same_facts(language: str, name: str) -> None:
    dutch, other = sentences("nl", name), sentences(language, name)
    for code, sentence in dutch.items():
        assert facts(sentence) == facts(other[code]), code


@each_file
def test_dutch_speaks_plainly(name: str) -> None:
    for code, sentence in sentences("nl", name).items():
        words = sentence.lower().split()
        assert not {"fout", "ongeldig", "helaas"} & set(words), code
        assert len(words) <= 20, code
