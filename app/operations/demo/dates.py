"""Days and moments of the demo region, all relative to the day it is made."""

from datetime import UTC, date, datetime, time, timedelta

from app.i18n import LOCAL_ZONE

SUNDAY = 6


def next_service_day(today: date) -> date:
    """Give tomorrow, or the Monday after it when tomorrow is a Sunday: no van drives then."""
    tomorrow = today + timedelta(days=1)
    return tomorrow + timedelta(days=tomorrow.weekday() == SUNDAY)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """Give a time of the local clock as UTC; hours of the day only, so no clock change in it."""
    return datetime.combine(day, time(hour, minute), tzinfo=LOCAL_ZONE).astimezone(UTC)


def years_before(day: date, years: int, days: int) -> date:
    """Give a birthday that makes someone `years` old on a day, for any `days` from 0 to 360.

    Counted in days, so that 29 February needs no case of its own.
    """
    return day - timedelta(days=years * 365 + (years + 3) // 4 + days)
