"""Nutrient amounts are whole and exact; units are read in one place."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menus import NUTRIENTS, parse
from menus.nutrients import CODES, INDEX, NONE, add, round_half_away, scale, total

AMOUNT = st.one_of(st.none(), st.integers(0, 10**6))
AMOUNTS = st.tuples(*[AMOUNT for _ in NUTRIENTS])


def test_the_table_holds_the_published_codes_in_their_order() -> None:
    assert (
        *("energy_kcal", "protein_g", "fat_g", "saturated_fat_g", "carbohydrate_g", "sugars_g"),
        *("fibre_g", "salt_g", "sodium_mg", "potassium_mg", "phosphorus_mg", "calcium_mg"),
        *("magnesium_mg", "iron_mg", "zinc_mg", "selenium_ug", "vitamin_a_ug", "vitamin_c_mg"),
        *("vitamin_d_ug", "vitamin_e_mg", "vitamin_k_ug", "thiamin_mg", "riboflavin_mg"),
        *("niacin_mg", "vitamin_b6_mg", "folate_ug", "vitamin_b12_ug", "water_g"),
        *("copper_mg", "manganese_mg", "pantothenic_mg", "choline_mg", "monounsaturated_g"),
        "polyunsaturated_g",
    ) == CODES


def test_units_end_the_codes_and_scales_are_powers_of_ten() -> None:
    for nutrient in NUTRIENTS:
        assert nutrient.code.endswith(f"_{nutrient.unit}")
        assert nutrient.scale in (1, 10, 100, 1000)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("5/2", 3), ("-5/2", -3), ("7/3", 2), ("8/3", 3), ("-1/3", 0), ("0", 0), ("1/2", 1)],
)
def test_a_half_goes_away_from_zero(value: str, rounded: int) -> None:
    assert round_half_away(Fraction(value)) == rounded


@given(AMOUNTS, AMOUNTS)
def test_what_is_not_known_stays_not_known_in_a_sum(first: tuple, second: tuple) -> None:
    for a, b, both in zip(first, second, add(first, second), strict=True):
        assert both == (None if None in (a, b) else a + b)


@given(AMOUNTS, st.fractions(0, 10))
def test_scaling_is_never_further_than_half_a_step_from_exact(
    amounts: tuple, factor: Fraction
) -> None:
    for before, after in zip(amounts, scale(amounts, factor), strict=True):
        if before is None:
            assert after is None
        else:
            assert abs(after - before * factor) <= Fraction(1, 2)


def test_nothing_sums_to_zero_and_one_part_to_itself() -> None:
    one = tuple(range(len(NUTRIENTS)))
    assert total([]) == NONE
    assert total([one]) == one
    assert total([one, one])[INDEX["water_g"]] == 2 * INDEX["water_g"]


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("1,5 dl", "ml", "150.000"),
        ("1.5 dl", "ml", "150.000"),
        ("2 el", "ml", "30.000"),
        ("1 koffielepel", "ml", "5.000"),
        ("6 oz", "g", "170.097"),
        ("250 g", "kg", "0.250"),
        ("2 kJ", "kcal", "0.478"),
        ("1 pond", "g", "500.000"),
        (" 3L ", "ml", "3000.000"),
        ("200 gr", "g", "200.000"),
        ("3 eetlepels", "ml", "45.000"),
        ("2 snufjes", "g", "0.600"),
        ("5 ML", "ml", "5.000"),
        ("2 DL", "ml", "200.000"),
        ("1,500 kg", "g", "1500.000"),
        ("0.250 kg", "g", "250.000"),
    ],
)
def test_kitchen_quantities_are_read_in_the_unit_asked_for(
    text: str, unit: str, amount: str
) -> None:
    assert parse(text, as_=unit) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "unit"),
    [("2 el", "g"), ("3 bananas", "g"), ("g", "g"), ("1 2 g", "g"), ("-1 g", "g"), ("", "g")],
)
def test_text_that_is_no_such_quantity_is_refused(text: str, unit: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text, as_=unit)


@pytest.mark.parametrize("text", ["3 cc", "3 t", "1 cup", "1 pint", "1.500 g", "12.000 ml", "2 c"])
@pytest.mark.parametrize("unit", ["g", "ml"])
def test_what_may_mean_two_amounts_is_refused(text: str, unit: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text, as_=unit)
