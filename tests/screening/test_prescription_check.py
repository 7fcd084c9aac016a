"""A prescription holds together: levels, doses, rules and rise beside each other."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from screening import (
    Condition,
    Constraint,
    MealPattern,
    Prescription,
    ProblemCode,
    Range,
    RefeedingLevel,
    Strength,
    Switch,
    check_prescription,
    minute_of,
)

SOUND = Prescription(
    energy_kcal=Range(low=1450, high=1650),
    protein_g=Range(low=57, high=71),
    food_level="7",
    drink_level="0",
    refeeding=RefeedingLevel.NONE,
    based_on_weight_g=47_200,
)
TIMING = Constraint(rule="r-311", hard=True, before_meal_min=30)
SHIFT = Constraint(rule="r-203", hard=False, dose_protein_g=7)


def found(**change: Any) -> list[tuple[str, bool]]:
    problems = check_prescription(replace(SOUND, **change))
    return [(one.code.removeprefix("prescription."), one.blocks) for one in problems]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"finger_food": True}, []),
        ({"finger_food": True, "food_level": "6"}, []),
        ({"finger_food": True, "food_level": "EC7"}, []),
        ({"finger_food": True, "food_level": "5"}, [("finger_food_level", True)]),
        (
            {"finger_food": True, "food_level": "4", "drink_level": "2"},
            [("finger_food_level", True)],
        ),
        ({"food_level": "4", "drink_level": "0"}, [("thin_drink", False)]),
        ({"food_level": "3", "drink_level": "0"}, [("thin_drink", False)]),
        ({"food_level": "5", "drink_level": "0"}, []),
        ({"food_level": "4", "drink_level": "1"}, []),
        (
            {"food_level": "EC7", "conditions": frozenset({Condition.DYSPHAGIA})},
            [("level_with_dysphagia", False)],
        ),
        (
            {"food_level": "7", "conditions": frozenset({Condition.DYSPHAGIA})},
            [("level_with_dysphagia", False)],
        ),
        ({"food_level": "6", "conditions": frozenset({Condition.DYSPHAGIA})}, []),
    ],
)
def test_levels_make_sense_beside_each_other(
    change: dict[str, Any], expected: list[tuple[str, bool]]
) -> None:
    assert found(**change) == expected


@pytest.mark.parametrize(
    ("times", "rules", "expected"),
    [
        (("07:30", "11:30"), (TIMING,), []),
        (("07:31",), (TIMING,), [("dose_near_meal", False)]),
        (("08:00",), (TIMING,), [("dose_near_meal", False)]),
        (("08:01",), (TIMING,), []),
        (("07:31",), (), []),
        (("soon",), (), [("dose_not_a_time", True)]),
        ((), (SHIFT,), [("dose_unknown", False)]),
        (("08:30", "07:00"), (SHIFT,), []),
        (("08:31",), (SHIFT,), [("dose_without_slot", False)]),
        (("06:59",), (SHIFT,), [("dose_without_slot", False)]),
    ],
)
def test_doses_are_held_against_the_eating_moments(
    times: tuple[str, ...], rules: tuple[Constraint, ...], expected: list[tuple[str, bool]]
) -> None:
    assert found(dose_times=times, rules=rules, meal_pattern=MealPattern.THREE) == expected


@pytest.mark.parametrize(
    ("clock", "minute"),
    [
        ("00:00", 0),
        ("07:30", 450),
        ("23:59", 1439),
        ("24:00", None),
        ("07:60", None),
        ("7", None),
        ("07:5", None),
        ("a7:30", None),
        ("", None),
    ],
)
def test_a_clock_time_is_hours_and_two_digits_of_minutes(clock: str, minute: int | None) -> None:
    assert minute_of(clock) == minute


def test_a_rule_that_asks_for_an_eating_moment_is_heard() -> None:
    late = Constraint(rule="r-251", hard=True, slots=("lunch", "late_evening"))
    assert found(rules=(late,)) == [("slot_missing", True)]
    assert found(rules=(replace(late, hard=False),)) == [("slot_missing", False)]
    assert found(rules=(late,), late_snack=True) == []
    assert found(rules=(late,), meal_pattern=MealPattern.SIX_LATE) == []


def test_a_late_snack_is_added_once() -> None:
    assert replace(SOUND, late_snack=True).slots[-1] == "late_evening"
    late = replace(SOUND, late_snack=True, meal_pattern=MealPattern.SIX_LATE)
    assert late.slots.count("late_evening") == 1


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"nutrient": "protein_g", "bounds": Range(low=57)}, []),
        ({"nutrient": "protein_g", "bounds": Range(low=58)}, [("below_rule", True)]),
        ({"nutrient": "protein_g", "bounds": Range(high=71)}, []),
        ({"nutrient": "protein_g", "bounds": Range(high=70)}, [("above_rule", True)]),
        (
            {"nutrient": "protein_g", "bounds": Range(high=70), "hard": False},
            [("above_rule", False)],
        ),
        ({"nutrient": "sodium_mg", "bounds": Range(high=1)}, []),
    ],
)
def test_the_signed_ranges_keep_what_the_rules_ask(
    rule: dict[str, Any], expected: list[tuple[str, bool]]
) -> None:
    assert found(rules=(Constraint(**{"rule": "r-1", "hard": True, **rule}),)) == expected


def test_a_range_that_is_open_is_not_held_against_a_rule() -> None:
    floor = Constraint(rule="r-1", hard=True, nutrient="protein_g", bounds=Range(low=58, high=60))
    codes = [code for code, _ in found(protein_g=Range(), rules=(floor,))]
    assert codes == ["range_missing"]


def test_a_rule_from_usual_intake_asks_for_it_while_it_is_on() -> None:
    ill = frozenset({Condition.VITAMIN_K_ANTAGONIST})
    assert found(conditions=ill) == [("usual_unknown", False)]
    assert found(conditions=ill, usual={"vitamin_k_ug": 90}) == []
    off = (Switch(rule="r-301", on=False, why="no drug any more"),)
    assert found(conditions=ill, switches=off) == []


def test_a_switch_says_why() -> None:
    assert found(switches=(Switch(rule="r-114", on=False, why=" "),)) == [
        ("switch_needs_reason", True)
    ]


def test_a_rise_never_falls() -> None:
    assert found(step_up=(500, 400), step_up_from=date(2026, 11, 24)) == [("step_up_falls", True)]
    assert found(step_up=(400, 500), step_up_from=date(2026, 11, 24)) == []


def test_the_start_is_held_against_the_limit_only_where_all_is_known() -> None:
    high = {"refeeding": RefeedingLevel.HIGH, "start_energy_kcal": 473}
    assert found(**high) == [("start_above_limit", True)]
    assert ("start_above_limit", True) not in found(**high, energy_kcal=Range(high=1650))
    assert ("start_above_limit", True) not in found(
        refeeding=None, start_energy_kcal=900, energy_kcal=Range(low=1450, high=1650)
    )


def test_herbs_sour_and_aroma_ask_for_the_stronger_version_unless_one_is_unwanted() -> None:
    assert SOUND.wants_boost is None
    assert replace(SOUND, spice=Strength.MORE).wants_boost is True
    assert replace(SOUND, spice=Strength.MORE, acid=Strength.NONE).wants_boost is False
    assert replace(SOUND, salt=Strength.MORE).wants_boost is None


@pytest.mark.parametrize(("salt", "low"), [("none", True), ("less", True), ("normal", False)])
def test_less_salt_is_a_low_salt_kitchen(salt: str, *, low: bool) -> None:
    assert replace(SOUND, salt=Strength(salt)).low_salt is low


def test_energy_is_capped_by_the_day_or_by_an_older_first_day() -> None:
    monday = date(2026, 11, 23)
    rising = replace(SOUND, step_up=(500, 700), step_up_from=monday, start_energy_kcal=500)
    assert [rising.energy_cap_kcal(date(2026, 11, day)) for day in (22, 23, 24, 25)] == [
        *(500, 500, 700, None),
    ]
    older = replace(SOUND, start_energy_kcal=470)
    assert older.energy_cap_kcal(monday) == 470
    assert SOUND.energy_cap_kcal(monday) is None


def test_every_finding_has_its_own_code() -> None:
    assert len(set(ProblemCode)) == len(ProblemCode)
