"""Whose turn it is, until when, and who comes next."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from screening import Informed, Rung, Setting, WarningCode, WarningLevel, first_duty, next_duty

FLANDERS = ZoneInfo("Europe/Brussels")
FRIDAY = datetime(2026, 11, 20, 4, 30, tzinfo=FLANDERS)


def nov(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=FLANDERS)


CODE, LEVEL = WarningCode, WarningLevel
HOME, WARD = Setting.COMMUNITY, Setting.HOSPITAL


@pytest.mark.parametrize(
    ("code", "level", "setting", "rung", "due"),
    [
        (CODE.WEIGHT_LOSS, LEVEL.AMBER, HOME, Rung.CARER, nov(22, 4, 30)),
        (CODE.WEIGHT_LOSS, LEVEL.RED, HOME, Rung.DIETITIAN, nov(24, 4, 30)),
        (CODE.WEIGHT_LOSS, LEVEL.RED, WARD, Rung.DIETITIAN, nov(21, 4, 30)),
        (CODE.CHOKING, LEVEL.URGENT, HOME, Rung.DIETITIAN, nov(20, 5, 30)),
        (CODE.DELIVERY_MISSED, LEVEL.AMBER, HOME, Rung.CARER, nov(20, 23, 59)),
        (CODE.DELIVERY_MISSED, LEVEL.RED, HOME, Rung.DIETITIAN, nov(20, 8, 30)),
    ],
)
def test_a_warning_opens_with_an_owner_and_a_deadline(
    code: WarningCode, level: WarningLevel, setting: Setting, rung: Rung, due: datetime
) -> None:
    duty = first_duty(code, level, setting, opened_at=FRIDAY)
    assert (duty.rung, duty.due_at) == (rung, due)


def test_the_physician_hears_of_everything_red() -> None:
    red = first_duty(CODE.INTAKE_LOW, LEVEL.RED, HOME, opened_at=FRIDAY)
    assert red.informs == (Informed.PHYSICIAN,)
    assert first_duty(CODE.INTAKE_LOW, LEVEL.AMBER, HOME, opened_at=FRIDAY).informs == ()


def test_the_family_is_called_when_a_missed_meal_stays_unanswered() -> None:
    code, level = CODE.DELIVERY_MISSED, LEVEL.RED
    assert first_duty(code, level, HOME, opened_at=FRIDAY).informs == ()
    later = next_duty(code, level, HOME, rung=Rung.DIETITIAN, at=FRIDAY)
    assert later is not None
    assert later.informs == (Informed.EMERGENCY_CONTACT,)


@pytest.mark.parametrize(
    ("code", "level", "stops"),
    [
        (CODE.CHOKING, LEVEL.URGENT, True),
        (CODE.REFEEDING, LEVEL.URGENT, True),
        (CODE.REFEEDING, LEVEL.RED, False),
        (CODE.INTAKE_LOW, LEVEL.URGENT, False),
    ],
)
def test_some_urgent_warnings_freeze_the_plan(
    code: WarningCode, level: WarningLevel, *, stops: bool
) -> None:
    assert first_duty(code, level, HOME, opened_at=FRIDAY).stops_plan is stops


def test_what_nobody_takes_up_moves_up_until_the_team_has_it() -> None:
    code, level = CODE.WEIGHT_LOSS, LEVEL.AMBER
    second = next_duty(code, level, HOME, rung=Rung.CARER, at=FRIDAY)
    assert second is not None
    assert (second.rung, second.due_at) == (Rung.DIETITIAN, FRIDAY + timedelta(hours=48))
    third = next_duty(code, level, HOME, rung=Rung.DIETITIAN, at=FRIDAY)
    assert third is not None
    assert third.rung is Rung.TEAM
    assert next_duty(code, level, HOME, rung=Rung.TEAM, at=FRIDAY) is None


def test_a_deadline_keeps_the_hour_on_the_wall_when_the_clock_moves() -> None:
    friday = datetime(2026, 10, 23, 9, 0, tzinfo=FLANDERS)
    due = first_duty(CODE.WEIGHT_LOSS, LEVEL.RED, HOME, opened_at=friday).due_at
    assert (due.hour, due.date()) == (9, date(2026, 10, 27))
