"""Reference values as published: figures, kinds, marks, and what bounds a menu."""

from decimal import Decimal
from fractions import Fraction

import pytest

from screening import (
    REFERENCE_VALUES,
    Evidence,
    ReferenceBasis,
    Sex,
    reference_minima,
    upper_levels,
)
from screening.needs.reference import ZINC_BY_PHYTATE, Basis, LimitScope, ReferenceKind

ROWS = {row.nutrient: row for row in REFERENCE_VALUES}
WOMAN = ReferenceBasis(sex=Sex.FEMALE, age=82)
MAN = ReferenceBasis(sex=Sex.MALE, age=40)


@pytest.mark.parametrize(
    ("nutrient", "men", "women", "kind", "mark", "upper"),
    [
        ("protein_g", "0.83", "0.83", "pri", "K", None),
        ("carbohydrate_g", "45", "45", "ri", "V", None),
        ("fat_g", "20", "20", "ri", "K", None),
        ("alpha_linolenic_g", "0.5", "0.5", "ai", "V", None),
        ("epa_dha_mg", "250", "250", "ai", "V2", None),
        ("fibre_g", "25", "25", "ai", "V", None),
        ("vitamin_a_ug", "750", "650", "pri", "V2", "3000"),
        ("vitamin_d_ug", "15", "15", "ai", "V", "100"),
        ("vitamin_e_mg", "13", "11", "ai", "V", "300"),
        ("vitamin_k_ug", "70", "70", "ai", "V2", None),
        ("vitamin_c_mg", "110", "95", "pri", "V2", None),
        ("thiamin_mg", "0.1", "0.1", "pri", "V", None),
        ("riboflavin_mg", "1.6", "1.6", "pri", "V2", None),
        ("niacin_mg", "1.6", "1.6", "pri", "K", "900"),
        ("pantothenic_mg", "5", "5", "ai", "V2", None),
        ("vitamin_b6_mg", "1.7", "1.6", "pri", "V2", "12"),
        ("biotin_ug", "40", "40", "ai", "V2", None),
        ("folate_ug", "330", "330", "pri", "V2", "1000"),
        ("vitamin_b12_ug", "4", "4", "ai", "V", None),
        ("choline_mg", "400", "400", "ai", "V", None),
        ("calcium_mg", "950", "950", "pri", "V2", "2500"),
        ("phosphorus_mg", "550", "550", "ai", "V2", None),
        ("magnesium_mg", "350", "300", "ai", "V", "250"),
        ("potassium_mg", "3500", "3500", "ai", "V", None),
        ("sodium_mg", "2000", "2000", "safe", "K", None),
        ("iron_mg", "11", "16", "pri", "V2", "40"),
        ("zinc_mg", "9.4", "7.5", "pri", "K", "25"),
        ("copper_mg", "1.6", "1.3", "ai", "V2", "5"),
        ("manganese_mg", "3", "3", "ai", "V2", "8"),
        ("iodine_ug", "150", "150", "ai", "V2", "600"),
        ("selenium_ug", "70", "70", "ai", "V2", "255"),
        ("molybdenum_ug", "65", "65", "ai", "V2", "600"),
    ],
)
def test_each_row_stands_as_it_was_read(
    nutrient: str, men: str, women: str, kind: str, mark: str, upper: str | None
) -> None:
    row = ROWS[nutrient]
    assert (row.amount(Sex.MALE), row.amount(Sex.FEMALE)) == (Decimal(men), Decimal(women))
    assert (row.kind, row.evidence) == (ReferenceKind(kind), Evidence(mark))
    assert row.upper == (None if upper is None else Decimal(upper))
    assert (row.upper_evidence is None) == (upper is None)


def test_no_row_is_left_out_or_double() -> None:
    assert len(ROWS) == len(REFERENCE_VALUES) == 32


def test_ranges_and_bases_are_those_of_the_table() -> None:
    assert (ROWS["carbohydrate_g"].most, ROWS["fat_g"].most) == (60, 35)
    assert ROWS["protein_g"].basis is Basis.KG
    assert {name for name, row in ROWS.items() if row.basis is Basis.MJ} == {
        "thiamin_mg",
        "niacin_mg",
    }
    assert ZINC_BY_PHYTATE[300] == (ROWS["zinc_mg"].men, ROWS["zinc_mg"].women)


def test_minima_follow_sex_age_and_energy() -> None:
    woman = reference_minima(WOMAN, energy_kcal=1500)
    assert woman["iron_mg"] == 11
    assert woman["thiamin_mg"] == Fraction("0.6276")  # 0.1 mg x 6.276 MJ
    assert (woman["vitamin_c_mg"], woman["calcium_mg"]) == (95, 950)
    young = ReferenceBasis(sex=Sex.FEMALE, age=24)
    assert reference_minima(young, energy_kcal=2000)["iron_mg"] == 16
    assert reference_minima(young, energy_kcal=2000)["calcium_mg"] == 1000
    older = ReferenceBasis(sex=Sex.FEMALE, age=25)
    assert reference_minima(older, energy_kcal=2000)["calcium_mg"] == 950
    assert reference_minima(MAN, energy_kcal=2000)["iron_mg"] == 11
    turning = ReferenceBasis(sex=Sex.FEMALE, age=49)
    assert reference_minima(turning, energy_kcal=2000)["iron_mg"] == 16


def test_protein_sodium_and_shares_of_energy_are_no_minima() -> None:
    found = reference_minima(WOMAN, energy_kcal=1500)
    assert not {"protein_g", "sodium_mg", "carbohydrate_g", "fat_g", "biotin_ug"} & set(found)
    eased = ReferenceBasis(sex=Sex.FEMALE, age=82, without=frozenset({"fibre_g"}))
    assert set(found) - set(reference_minima(eased, energy_kcal=1500)) == {"fibre_g"}


def test_only_firm_upper_levels_on_all_intake_bound_a_menu() -> None:
    assert upper_levels() == {
        "vitamin_d_ug": 100,
        "vitamin_e_mg": 300,
        "vitamin_b6_mg": 12,
        "calcium_mg": 2500,
        "zinc_mg": 25,
        "copper_mg": 5,
        "selenium_ug": 255,
    }
    assert ROWS["magnesium_mg"].upper_scope is LimitScope.SUPPLEMENTS
    assert not ROWS["iron_mg"].upper_firm


def test_what_the_catalogue_counts_and_the_table_has_is_asked() -> None:
    """EFSA: pantothenic acid and manganese 2014/2013, choline 2016, copper 2015."""
    woman, man = (reference_minima(one, energy_kcal=2000) for one in (WOMAN, MAN))
    for found, copper in ((woman, "1.3"), (man, "1.6")):
        assert found["copper_mg"] == Fraction(copper)
        assert (found["manganese_mg"], found["pantothenic_mg"], found["choline_mg"]) == (3, 5, 400)
    assert upper_levels()["copper_mg"] == 5
    assert "manganese_mg" not in upper_levels()
