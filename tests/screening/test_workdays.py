"""Working days in Belgium: the calendar of known years, and what counting promises."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.following.workdays import add_working_days, easter, is_working_day, public_holidays

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 1))


@pytest.mark.parametrize(
    "day",
    [
        date(1818, 3, 22),  # the earliest Easter of the last centuries
        date(1943, 4, 25),  # the latest
        date(1981, 4, 19),  # where the epact needs its correction
        *(date(2000, 4, 23), date(2024, 3, 31), date(2025, 4, 20)),
        *(date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25), date(2049, 4, 18)),
    ],
)
def test_easter_falls_on_its_published_day(day: date) -> None:
    assert easter(day.year) == day


def test_2026_has_its_ten_public_holidays() -> None:
    assert sorted(public_holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 21),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ]


@pytest.mark.parametrize(
    ("day", "count", "found"),
    [
        (date(2026, 11, 10), 1, date(2026, 11, 12)),  # Armistice Day lies between
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # a weekend
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # received on Saturday
        (date(2026, 11, 29), 2, date(2026, 12, 1)),
        (date(2026, 12, 24), 1, date(2026, 12, 28)),  # Christmas on a Friday
        (date(2026, 4, 3), 2, date(2026, 4, 8)),  # Good Friday works, Easter Monday does not
        (date(2026, 5, 13), 1, date(2026, 5, 15)),  # Ascension Day
        (date(2026, 11, 29), 0, date(2026, 11, 29)),
    ],
)
def test_days_that_do_not_count_are_stepped_over(day: date, count: int, found: date) -> None:
    assert add_working_days(day, count) == found


@given(DAYS, st.integers(min_value=1, max_value=25))
def test_a_deadline_is_a_working_day_and_just_far_enough(day: date, count: int) -> None:
    found = add_working_days(day, count)
    between = (day + timedelta(days=n) for n in range(1, (found - day).days + 1))
    assert is_working_day(found)
    assert sum(is_working_day(one) for one in between) == count


@given(st.integers(min_value=1900, max_value=2199))
def test_easter_is_a_sunday_of_spring_and_no_two_holidays_coincide_wrongly(year: int) -> None:
    found = easter(year)
    assert found.weekday() == 6
    assert date(year, 3, 22) <= found <= date(year, 4, 25)
    # Ascension may fall on the first of May (2008); nothing else ever meets.
    assert len(public_holidays(year)) == 10 - (found == date(year, 3, 23))
