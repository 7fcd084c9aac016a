"""Slips of unit become questions with the value that was meant."""

from decimal import Decimal

import pytest

from screening import EarlierWeight, questions


def asked(
    answers: dict[str, Decimal | int | None], earlier: EarlierWeight | None = None
) -> list[tuple[str, str, str | None]]:
    return [
        (one.field, one.code, None if one.suggestion is None else str(one.suggestion))
        for one in questions(answers, earlier)
    ]


@pytest.mark.parametrize(
    ("field", "typed", "code", "meant"),
    [
        ("height_cm", "1.75", "slip.metres", "175.0"),
        ("height_cm", "1.61", "slip.metres", "161.0"),
        ("height_cm", "16.1", "slip.decimetres", "161.0"),
        ("height_cm", "1610", "slip.millimetres", "161.0"),
        ("height_cm", "99.9", "implausible.range", None),
        ("height_cm", "230.1", "implausible.range", None),
        ("weight_kg", "47200", "slip.grams", "47.2"),
        ("weight_kg", "472", "slip.decimal_comma", "47.2"),
        ("weight_kg", "19.9", "implausible.range", None),
        ("weight_before_kg", "514", "slip.decimal_comma", "51.4"),
        ("muac_cm", "235", "slip.millimetres", "23.5"),
        ("ulna_cm", "0.25", "slip.metres", "25.0"),
        ("bmi", "7.9", "implausible.range", None),
        ("bmi", "800", "implausible.range", None),
    ],
)
def test_a_slip_is_asked_with_what_was_meant(
    field: str, typed: str, code: str, meant: str | None
) -> None:
    assert asked({field: Decimal(typed)}) == [(field, code, meant)]


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("weight_kg", 20, 300),
        ("height_cm", 100, 230),
        ("bmi", 8, 80),
        ("muac_cm", 10, 60),
        ("cc_cm", 15, 70),
        ("ulna_cm", 15, 35),
        ("knee_height_cm", 30, 70),
    ],
)
def test_the_limits_themselves_are_plausible(field: str, low: int, high: int) -> None:
    tenth = Decimal("0.1")
    assert asked({field: low}) == asked({field: high}) == []
    assert asked({field: low - tenth})
    assert asked({field: high + tenth})


def test_a_question_names_the_plausible_range() -> None:
    (question,) = questions({"height_cm": Decimal("1.61")})
    assert (question.value, question.low, question.high) == (Decimal("1.61"), 100, 230)


def test_unknown_asks_nothing() -> None:
    assert asked({"height_cm": None, "weight_kg": None}) == []


def test_swapped_fields_are_swapped_back() -> None:
    assert asked({"weight_kg": 161, "height_cm": Decimal("47.2")}) == [
        ("weight_kg", "slip.swapped", "47.2"),
        ("height_cm", "slip.swapped", "161.0"),
    ]


@pytest.mark.parametrize(
    ("weight", "height"),
    [(161, 170), (90, Decimal("47.2")), (161, 12), (200, 25), (101, 99)],
)
def test_what_does_not_fit_swapped_is_not_swapped(weight: int, height: Decimal | int) -> None:
    found = asked({"weight_kg": weight, "height_cm": height})
    assert all(code != "slip.swapped" for _, code, _ in found)


def test_possible_apart_but_not_together_is_asked() -> None:
    assert asked({"weight_kg": 220, "height_cm": 155}) == [("weight_kg", "slip.pounds", "99.8")]
    assert asked({"weight_kg": 20, "height_cm": 180}) == [("weight_kg", "implausible.bmi", None)]
    assert asked({"weight_kg": 290, "height_cm": 100}) == [("weight_kg", "implausible.bmi", None)]
    assert asked({"weight_kg": 47, "height_cm": 161}) == []


def test_pounds_show_against_the_earlier_weight() -> None:
    earlier = EarlierWeight(weight_kg=Decimal("48.1"), days_ago=13)
    found = asked({"weight_kg": 104, "height_cm": 161}, earlier)
    assert found == [("weight_kg", "slip.pounds", "47.2")]


def test_pounds_are_recognised_up_to_fifteen_percent_from_the_earlier_weight() -> None:
    at_limit = EarlierWeight(weight_kg=Decimal("90.718474"), days_ago=3)  # 200 pounds
    assert asked({"weight_kg": 230}, at_limit) == [("weight_kg", "slip.pounds", "104.3")]
    beyond = asked({"weight_kg": Decimal("230.1")}, at_limit)
    assert beyond == [("weight_kg", "implausible.change_7_days", None)]


@pytest.mark.parametrize(
    ("weight", "days", "code"),
    [
        ("90", 7, None),
        ("89.9", 7, "implausible.change_7_days"),
        ("89.9", 8, None),
        ("85", 30, None),
        ("84.9", 30, "implausible.change_30_days"),
        ("84.9", 31, None),
        ("115.1", 30, "implausible.change_30_days"),
        ("170", 30, "implausible.change_30_days"),
    ],
)
def test_a_jump_in_weight_asks_to_weigh_again(weight: str, days: int, code: str | None) -> None:
    earlier = EarlierWeight(weight_kg=Decimal(100), days_ago=days)
    expected = [] if code is None else [("weight_kg", code, None)]
    assert asked({"weight_kg": Decimal(weight)}, earlier) == expected


def test_one_field_asks_one_question() -> None:
    earlier = EarlierWeight(weight_kg=Decimal("48.1"), days_ago=3)
    assert len(questions({"weight_kg": Decimal(472)}, earlier)) == 1


def test_without_a_weight_nothing_is_compared() -> None:
    assert questions({}, EarlierWeight(weight_kg=Decimal(50), days_ago=3)) == ()
