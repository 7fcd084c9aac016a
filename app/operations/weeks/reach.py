"""For which days a week may be composed: not for days that are over, nor for years ahead."""

from datetime import date, datetime, timedelta

from app.access import Refused
from app.operations.care import local_day

FURTHEST_DAYS = 366
"""So far ahead a week may begin: who eats then, and what, nobody knows (house rule)."""


def require_reach(start: date, days: int, now: datetime) -> None:
    """Raise Refused for a week of which no day is left, or that begins more than a year ahead."""
    today = local_day(now)
    first, last = today - timedelta(days=days - 1), today + timedelta(days=FURTHEST_DAYS)
    if not first <= start <= last:
        raise Refused(("start", "plan.start_out_of_reach", {"first": first, "last": last}))
