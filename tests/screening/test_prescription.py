"""A prescription is checked before it is signed, and a change is shown line by line."""

from dataclasses import replace

import pytest

from screening import (
    SLOTS,
    Change,
    Condition,
    MealPattern,
    Prescription,
    Problem,
    ProblemCode,
    Range,
    RefeedingLevel,
    Taste,
    cards_for,
    check_prescription,
    difference,
    may_be_signed,
)

SOUND = Prescription(
    energy_kcal=Range(low=1450, high=1650),
    protein_g=Range(low=57, high=71),
    fluid_ml=Range(low=1400, high=1900),
    food_level="5",
    drink_level="2",
    allergies=frozenset({"nuts"}),
    refeeding=RefeedingLevel.NONE,
    based_on_weight_g=47_200,
)


def test_a_sound_prescription_has_no_problem() -> None:
    assert check_prescription(SOUND) == ()
    assert may_be_signed(())


@pytest.mark.parametrize(
    ("change", "code", "field", "blocks"),
    [
        ({"energy_kcal": Range(low=1700, high=1650)}, "range_reversed", "energy_kcal", True),
        ({"protein_g": Range(low=57)}, "range_missing", "protein_g", True),
        ({"protein_g": Range(high=57)}, "range_missing", "protein_g", True),
        ({"fluid_ml": Range(low=-1)}, "negative", "fluid_ml", True),
        ({"nutrients": {"sodium_mg": Range(high=-1)}}, "negative", "sodium_mg", True),
        ({"food_level": "2"}, "food_level_unknown", "food_level", True),
        ({"food_level": "soft"}, "food_level_unknown", "food_level", True),
        ({"drink_level": "5"}, "drink_level_unknown", "drink_level", True),
        ({"energy_kcal": Range(low=1450, high=1889)}, "overfeeding", "energy_kcal", False),
        ({"energy_kcal": Range(low=999, high=1650)}, "very_low_energy", "energy_kcal", False),
        ({"energy_kcal": Range(low=0, high=1650)}, "very_low_energy", "energy_kcal", False),
        ({"refeeding": None}, "refeeding_unknown", "refeeding", False),
        ({"start_energy_kcal": 1451}, "start_above_target", "start_energy_kcal", True),
        ({"portion_percent": 49}, "portion_out_of_range", "portion_percent", True),
        ({"portion_percent": 201}, "portion_out_of_range", "portion_percent", True),
        ({"likes": frozenset({"nuts"})}, "liked_and_excluded", "likes", False),
    ],
)
def test_each_problem_is_named_with_its_field(
    change: dict[str, object], code: str, field: str, *, blocks: bool
) -> None:
    (problem,) = check_prescription(replace(SOUND, **change))  # type: ignore[arg-type] # any field
    expected = Problem(code=ProblemCode(f"prescription.{code}"), field=field, blocks=blocks)
    assert problem == expected
    assert may_be_signed((problem,)) is not blocks


@pytest.mark.parametrize(("level", "start"), [("some", 725), ("high", 472), ("extreme", 236)])
def test_refeeding_risk_needs_a_first_day_before_signing(level: str, start: int) -> None:
    risky = replace(SOUND, refeeding=RefeedingLevel(level))
    (problem,) = check_prescription(risky)
    assert problem.code is ProblemCode.REFEEDING_NEEDS_START
    assert check_prescription(replace(risky, start_energy_kcal=start)) == ()
    (above,) = check_prescription(replace(risky, start_energy_kcal=start + 1))
    assert above.code is ProblemCode.START_ABOVE_LIMIT


def test_a_high_risk_cannot_be_signed_without_a_weight() -> None:
    risky = replace(
        SOUND, refeeding=RefeedingLevel.HIGH, start_energy_kcal=400, based_on_weight_g=None
    )
    (problem,) = check_prescription(risky)
    assert (problem.code, problem.blocks) == (ProblemCode.REFEEDING_NEEDS_WEIGHT, True)


@pytest.mark.parametrize(
    "change",
    [
        {"energy_kcal": Range(low=1000, high=1888)},
        {"energy_kcal": Range(low=1650, high=1650)},
        {"portion_percent": 50},
        {"portion_percent": 200},
        {"fluid_ml": Range()},
        {"start_energy_kcal": 1450},
    ],
)
def test_the_limits_themselves_are_allowed(change: dict[str, object]) -> None:
    assert check_prescription(replace(SOUND, **change)) == ()  # type: ignore[arg-type] # any field


def test_what_is_unknown_is_not_compared() -> None:
    open_weight = replace(SOUND, based_on_weight_g=None, energy_kcal=Range(low=1, high=9000))
    assert [one.code for one in check_prescription(open_weight)] == [ProblemCode.VERY_LOW_ENERGY]
    open_range = replace(SOUND, energy_kcal=Range(), start_energy_kcal=400)
    assert [one.code for one in check_prescription(open_range)] == [ProblemCode.RANGE_MISSING]


def test_the_signature_shows_what_changes_and_nothing_else() -> None:
    new = replace(
        SOUND,
        energy_kcal=Range(low=1500, high=1700),
        taste=Taste.WEAKENED,
        nutrients={"sodium_mg": Range(high=2000)},
    )
    assert difference(SOUND, new) == (
        Change(field="energy_kcal", was=SOUND.energy_kcal, becomes=new.energy_kcal),
        Change(field="sodium_mg", was=None, becomes=Range(high=2000)),
        Change(field="taste", was=Taste.NORMAL, becomes=Taste.WEAKENED),
    )
    assert difference(SOUND, SOUND) == ()
    assert difference(new, SOUND)[1].becomes is None


def test_a_first_version_shows_every_filled_field() -> None:
    shown = {change.field for change in difference(None, SOUND)}
    assert {"energy_kcal", "food_level", "drink_level", "allergies"} <= shown
    assert "likes" not in shown


def test_the_slots_of_every_pattern_are_named_once() -> None:
    for pattern in MealPattern:
        assert len(set(SLOTS[pattern])) == len(SLOTS[pattern]) >= 3


def test_rules_for_the_kitchen_carry_no_word_of_the_condition() -> None:
    rules = [card.constraint for card in cards_for(frozenset(Condition))]
    assert len({rule.rule for rule in rules}) == len(rules) > 30
    words = {condition.value for condition in Condition}
    for rule in rules:
        assert rule.rule.startswith("r-")
        assert rule.rule not in words
    assert cards_for(frozenset()) == ()
