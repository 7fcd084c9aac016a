"""The gate against the rule book written a second time, on ten thousand random pairs.

`python -m benchmarks.suitability` drives a million. Each of these changes to the gate was made by
hand and is seen here: traces (`may_contain`) or unknown allergens let through, a group allergy that
no longer covers its species, an unknown allergy or intolerance code let through, intolerance to
what is not known let through, level 7 served for an easy-to-chew order, food judged by the drink
order, thin liquid let through without a thin drink order, a rule's own line forgotten, excluded
ingredients, diets, seasonings or recalls not looked at.
"""

import pytest

from benchmarks import suitability


@pytest.fixture(scope="module")
def compared() -> suitability.Compared:
    return suitability.compare(10_000, seed=20261129)


def test_nothing_leaks_through_the_gate(compared: suitability.Compared) -> None:
    assert compared.leaks == ()


def test_the_gate_refuses_nothing_that_the_rule_book_allows(
    compared: suitability.Compared,
) -> None:
    assert compared.over_blocks == ()


def test_pairs_are_drawn_on_both_sides_of_the_gate(compared: suitability.Compared) -> None:
    assert compared.passed[0] > 300
    assert compared.passed[0] < 9_000


def test_the_table_names_its_peer(capsys: pytest.CaptureFixture[str]) -> None:
    suitability.main(["--pairs", "500"])
    printed = capsys.readouterr().out
    assert "gate (menus.hard_objections)" in printed
    assert "rule book written again (peer)" in printed
