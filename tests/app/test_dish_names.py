"""Long names of dishes in a narrow column: Dutch ones say where they may be broken."""

import pytest

from app.cli.meals import packaged_catalogue
from app.i18n import translator
from app.web.weekparts.names import hyphenated

SHY = "\N{SOFT HYPHEN}"
NL = translator("nl")
COLUMN = 13
"""Letters that fit on a line of the week grid at desk width."""


@pytest.mark.parametrize(
    ("name", "seams"),
    [
        ("Bloemkoolroomsoep", "Bloemkool-room-soep"),
        ("Tofu in champignonsaus", "Tofu in champignon-saus"),
        ("Fijne griesmeel met groentebouillon", "Fijne griesmeel met groente-bouillon"),
        ("Rijstpap", "Rijstpap"),
        ("Chocoladedessert op basis van soja", "Chocolade-dessert op basis van soja"),
    ],
)
def test_a_long_name_may_be_broken_before_what_it_is(name: str, seams: str) -> None:
    assert hyphenated(NL, name).replace(SHY, "-") == seams
    assert hyphenated(NL, name).replace(SHY, "") == name


def test_names_in_other_languages_stay_as_they_are() -> None:
    assert hyphenated(translator("en"), "Decaffeinated") == "Decaffeinated"
    assert hyphenated(translator("fr"), "Purée de pommes de terre") == "Purée de pommes de terre"


def test_no_part_of_a_name_in_the_catalogue_is_wider_than_a_column() -> None:
    names = {variant.names.nl for variant in packaged_catalogue().variants.values()}
    words = {word for name in names for word in hyphenated(NL, name).split()}
    assert sum(SHY in word for word in words) > 40
    parts = {part for word in words for part in word.replace("-", SHY).split(SHY)}
    assert {part for part in parts if len(part) > COLUMN} == set()
