"""What is watched in a history: each sign once, unknown never fine, worse never milder."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import (
    INTAKE_DAYS,
    CareEvent,
    Category,
    DeliveryRisk,
    Drop,
    EarlyWarning,
    History,
    MealIntake,
    ScreeningMoment,
    Setting,
    StockCount,
    Tool,
    WarningCode,
    WarningLevel,
    WeightPoint,
    intake_days,
    watch,
)

TODAY = date(2026, 11, 22)
CODE, LEVEL = WarningCode, WarningLevel


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def at(days_ago: int, weight: str | Decimal) -> WeightPoint:
    return WeightPoint(on=ago(days_ago), weight_kg=Decimal(weight))


def screened(days: int, category: Category = Category.LOW, tool: Tool = Tool.MUST) -> Any:
    return ScreeningMoment(tool=tool, category=category, on=ago(days))


WELL = History(
    today=TODAY,
    setting=Setting.COMMUNITY,
    weights=(at(30, "60"), at(0, "60")),
    last_screening=screened(0),
)


def found(history: History) -> dict[WarningCode, EarlyWarning]:
    signs = watch(history)
    assert len({one.code for one in signs}) == len(signs)
    return {one.code: one for one in signs}


def test_a_steady_weight_and_a_recent_screening_warn_of_nothing() -> None:
    assert watch(WELL) == ()


@pytest.mark.parametrize(
    ("now", "code", "level", "limit"),
    [
        ("57", CODE.WEIGHT_LOSS, LEVEL.RED, 5),
        ("58.8", CODE.WEIGHT_LOSS, LEVEL.AMBER, 2),
        ("63", CODE.FLUID_CHECK, LEVEL.AMBER, None),
    ],
)
def test_a_change_of_weight_says_what_it_rests_on(
    now: str, code: WarningCode, level: WarningLevel, limit: int | None
) -> None:
    history = replace(WELL, weights=(at(30, "60"), at(0, now)))
    sign = found(history)[code]
    assert (sign.level, sign.facts["days"], sign.fact_on) == (level, 30, TODAY)
    assert (sign.facts["before_kg"], sign.facts["now_kg"]) == (60, Decimal(now))
    assert sign.facts.get("limit") == limit


def test_a_loss_and_a_gain_of_fluid_are_two_signs() -> None:
    history = replace(WELL, weights=(at(30, "66"), at(3, "60"), at(0, "62.1")))
    signs = found(history)
    assert signs[CODE.WEIGHT_LOSS].level is LEVEL.RED
    assert signs[CODE.FLUID_CHECK].facts["days"] == 3


def test_a_loss_over_the_last_year_counts_and_an_older_one_does_not() -> None:
    inside = replace(WELL, weights=(at(366, "60"), at(0, "57")))
    outside = replace(WELL, weights=(at(367, "60"), at(0, "57")))
    assert found(inside)[CODE.WEIGHT_LOSS].level is LEVEL.AMBER
    assert found(outside) == {}


@pytest.mark.parametrize(
    ("setting", "days"),
    [(Setting.COMMUNITY, 92), (Setting.CARE_HOME, 31), (Setting.HOSPITAL, 7)],
)
def test_an_old_weighing_is_no_good_news(setting: Setting, days: int) -> None:
    must = screened(0)
    late = History(today=TODAY, setting=setting, weights=(at(days + 1, "60"),), last_screening=must)
    on_time = replace(late, weights=(at(days, "60"),))
    sign = found(late)[CODE.WEIGHING_OVERDUE]
    assert (sign.reasons, sign.facts) == (("weighing.late",), {"limit": days, "days": days + 1})
    assert watch(on_time) == ()


def test_after_a_red_weight_one_weighs_weekly() -> None:
    fast = replace(WELL, weights=(at(30, "60"), at(8, "57")), last_screening=screened(0))
    assert CODE.WEIGHING_OVERDUE in found(fast)
    assert CODE.WEIGHING_OVERDUE not in found(replace(fast, weights=(at(30, "60"), at(7, "57"))))


def test_nobody_is_forgotten_for_never_having_been_weighed_or_screened() -> None:
    signs = found(History(today=TODAY, setting=Setting.COMMUNITY))
    assert set(signs) == {CODE.WEIGHING_OVERDUE, CODE.NEVER_SCREENED}
    assert signs[CODE.WEIGHING_OVERDUE].reasons == ("weighing.never",)


def test_a_late_screening_says_which_and_how_many_days() -> None:
    high = screened(31, Category.HIGH)
    assert CODE.SCREENING_OVERDUE not in found(replace(WELL, last_screening=high))
    late = found(replace(WELL, last_screening=screened(32, Category.HIGH)))
    sign = late[CODE.SCREENING_OVERDUE]
    assert (sign.reasons, sign.facts, sign.fact_on) == (("tool.MUST",), {"days": 32}, None)


def test_another_instrument_has_its_own_due_date() -> None:
    late = (screened(400, Category.NORMAL, Tool.MNA_SF), screened(5, Category.GREEN, Tool.SNAQRC))
    sign = found(replace(WELL, other_screenings=late))[CODE.OTHER_OVERDUE]
    assert (sign.reasons, sign.facts) == (("tool.MNA_SF",), {"days": 400})


def test_a_weighing_after_the_day_is_not_yet_known() -> None:
    later = WeightPoint(on=TODAY + timedelta(days=1), weight_kg=Decimal(40))
    assert watch(replace(WELL, weights=(*WELL.weights, later))) == ()


def eaten(*quarters: int | None) -> tuple[MealIntake, ...]:
    """One meal a day up to yesterday, the last one first in age."""
    days = len(quarters)
    return tuple(
        MealIntake(on=ago(days - number), slot="lunch", planned_kcal=800, quarters=one)
        for number, one in enumerate(quarters)
    )


def recorded(*quarters: int | None, **values: Any) -> History:
    history = replace(WELL, meals=eaten(*quarters), intake_since=ago(len(quarters)))
    return replace(history, **values)


@pytest.mark.parametrize(
    ("quarters", "code", "level", "reason"),
    [
        ((3, 3, 2), CODE.INTAKE_LOW, LEVEL.AMBER, "intake.mean_below_75"),
        ((2, 2, 1), CODE.INTAKE_LOW, LEVEL.RED, "intake.mean_below_50"),
        ((2,) * 8, CODE.INTAKE_LOW, LEVEL.RED, "intake.half_8_days"),
        ((0,) * 6, CODE.INTAKE_LOW, LEVEL.URGENT, "intake.negligible_over_5_days"),
        ((4, None, None, None), CODE.INTAKE_UNKNOWN, LEVEL.AMBER, "intake.no_record_3_days"),
    ],
)
def test_eating_little_warns_and_so_does_not_knowing(
    quarters: tuple[int | None, ...], code: WarningCode, level: WarningLevel, reason: str
) -> None:
    sign = found(recorded(*quarters))[code]
    assert (sign.level, sign.reasons[0]) == (level, reason)


def test_nobody_who_is_not_recorded_is_missed_in_the_records() -> None:
    assert intake_days(WELL) == ()
    assert watch(recorded(4, 4, 4)) == ()


def test_days_are_looked_at_for_three_weeks() -> None:
    assert len(intake_days(recorded(*(4,) * 40))) == INTAKE_DAYS
    assert len(intake_days(recorded(4, 4))) == 2


def test_the_glim_flag_counts_in_the_requirement() -> None:
    plan = recorded(*(4,) * 15, planned_kcal=1200, required_kcal=2000)
    assert watch(plan) == ()
    low = recorded(*(3,) * 14, 2, planned_kcal=1200, required_kcal=2000)
    sign = found(low)[CODE.INTAKE_LOW]
    assert sign.reasons == ("intake.mean_below_75", "intake.glim_intake_criterion")
    assert sign.facts == {"percent": 67, "of_requirement": 40}
    unknown = found(replace(low, required_kcal=None))[CODE.INTAKE_LOW]
    assert unknown.reasons == ("intake.mean_below_75",)
    assert unknown.facts == {"percent": 67}


def test_a_missed_delivery_warns_with_its_reason() -> None:
    missed = replace(WELL, drops=(Drop(on=ago(1), missed=True),))
    assert found(missed)[CODE.DELIVERY_MISSED].level is LEVEL.AMBER
    alone = found(replace(missed, risk=DeliveryRisk(alone=True)))[CODE.DELIVERY_MISSED]
    assert (alone.level, alone.reasons, alone.facts) == (
        *(LEVEL.RED, ("delivery.lives_alone",)),
        {"count": 1},
    )


def test_a_dish_refused_twice_is_told() -> None:
    drops = tuple(Drop(on=ago(days), missed=True, dish="prei") for days in (3, 2))
    assert found(replace(WELL, drops=drops))[CODE.DISH_REFUSED].fact_on == ago(2)


@pytest.mark.parametrize(("expected", "surplus"), [(10, {"surplus_percent": 40}), (0, {})])
def test_stock_that_does_not_fall_warns(expected: int, surplus: dict[str, int]) -> None:
    counts = tuple(StockCount(on=ago(days), counted=14, expected=expected) for days in (7, 0))
    sign = found(replace(WELL, counts=counts))[CODE.NOT_EATEN]
    assert sign.facts == {"counted": 14, "expected": expected, **surplus}
    assert sign.level is LEVEL.RED


def test_an_event_asks_for_a_screening_until_there_is_one() -> None:
    fall = ((CareEvent.FALL, ago(3)),)
    sign = found(replace(WELL, last_screening=screened(4), events=fall))[CODE.SCREENING_TRIGGERED]
    assert (sign.reasons, sign.facts) == (("event.fall",), {"days": 3})
    assert watch(replace(WELL, last_screening=screened(3), events=fall)) == ()
    assert CODE.SCREENING_TRIGGERED not in found(replace(WELL, last_screening=None, events=fall))


def test_a_red_weight_asks_for_a_screening_too() -> None:
    fast = replace(WELL, weights=(at(30, "60"), at(0, "57")))
    assert CODE.SCREENING_TRIGGERED not in found(fast)
    sign = found(replace(fast, last_screening=screened(1)))[CODE.SCREENING_TRIGGERED]
    assert sign.reasons == ("warning.weight_loss",)
    amber = replace(WELL, weights=(at(30, "60"), at(0, "58.8")), last_screening=screened(1))
    assert CODE.SCREENING_TRIGGERED not in found(amber)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (CareEvent.CHOKING, CODE.CHOKING),
        (CareEvent.ASPIRATION, CODE.ASPIRATION),
        (CareEvent.ALLERGEN, CODE.ALLERGEN),
        (CareEvent.NO_FLUID, CODE.NO_FLUID),
    ],
)
def test_some_events_call_at_once(event: CareEvent, code: WarningCode) -> None:
    signs = found(replace(WELL, events=((event, ago(2)), (event, ago(5)))))
    assert set(signs) == {code}
    assert (signs[code].level, signs[code].fact_on) == (LEVEL.URGENT, ago(2))


@pytest.mark.parametrize(
    ("days", "together"), [((0, 14), True), ((0, 15), False), ((3,), False), ((), False)]
)
def test_red_twice_in_two_weeks_is_a_case_meeting(days: tuple[int, ...], *, together: bool) -> None:
    history = replace(WELL, red_days=tuple(ago(one) for one in days))
    assert (CODE.CASE_MEETING in found(history)) is together


@pytest.mark.parametrize(
    ("since", "treated", "together"),
    [(6, None, False), (7, None, True), (7, 7, False), (7, 8, True), (7, 0, False)],
)
def test_a_high_risk_untreated_for_a_week_is_one_too(
    since: int, treated: int | None, *, together: bool
) -> None:
    treated_on = None if treated is None else ago(treated)
    high = replace(WELL, last_screening=screened(since, Category.HIGH), treated_on=treated_on)
    assert (CODE.CASE_MEETING in found(high)) is together
    medium = replace(high, last_screening=screened(since, Category.MEDIUM))
    assert CODE.CASE_MEETING not in found(medium)
    other = replace(high, last_screening=screened(0, Category.HIGH, Tool.MNA_SF))
    assert CODE.CASE_MEETING not in found(other)


WEIGHTS = st.lists(
    st.tuples(st.integers(1, 400), st.integers(400, 900)), max_size=6, unique_by=lambda one: one[0]
)


def weighed(points: list[tuple[int, int]], now: int) -> History:
    rows = (*((days, kg) for days, kg in points), (0, now))
    return replace(WELL, weights=tuple(at(days, Decimal(kg) / 10) for days, kg in rows))


def loss_rank(history: History) -> int:
    sign = found(history).get(CODE.WEIGHT_LOSS)
    return -1 if sign is None else sign.level.rank


@given(WEIGHTS, st.integers(400, 900), st.integers(0, 100))
def test_weighing_less_never_lowers_a_level(
    points: list[tuple[int, int]], now: int, less: int
) -> None:
    assert loss_rank(weighed(points, now - less)) >= loss_rank(weighed(points, now))


@given(WEIGHTS, st.integers(400, 900), st.randoms(use_true_random=False))
def test_the_order_of_weighings_does_not_matter(
    points: list[tuple[int, int]], now: int, chance: Any
) -> None:
    shuffled = list(points)
    chance.shuffle(shuffled)
    assert watch(weighed(shuffled, now)) == watch(weighed(points, now))


@given(st.lists(st.none() | st.integers(0, 4), min_size=1, max_size=INTAKE_DAYS))
def test_days_of_nothing_are_never_milder_than_days_unknown(quarters: list[int | None]) -> None:
    nothing = [0 if one is None else one for one in quarters]
    rank = {None: -1, **{one: one.rank for one in WarningLevel}}

    def level(history: History) -> int:
        signs = found(history)
        sign = signs.get(CODE.INTAKE_LOW)
        return rank[sign.level if sign else None]

    assert level(recorded(*nothing)) >= level(recorded(*quarters))
