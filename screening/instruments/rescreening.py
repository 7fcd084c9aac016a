"""When a screening has to be repeated: after its interval, or at once after an event."""

from datetime import date
from enum import StrEnum

from screening.instruments.instrument import Category, Setting, Tool
from screening.instruments.tools import instrument


def repeat_days(tool: Tool, setting: Setting, category: Category | None) -> int | None:
    """Days until a repeat is late; None for an instrument that has no rhythm of its own.

    A category that is unknown, or not one of the tool's, has its shortest interval (reading RE1,
    clinical specification 7.4).
    """
    rows = instrument(tool).follow_up
    days = [row.overdue_days[setting] for row in rows if row.category is category]
    return days[0] if days else min((row.overdue_days[setting] for row in rows), default=None)


def is_overdue(tool: Tool, setting: Setting, category: Category | None, *, days_since: int) -> bool:
    """Whether a repeat of a screening is late: more days ago than its interval."""
    days = repeat_days(tool, setting, category)
    return days is not None and days_since > days


def weigh_days(setting: Setting, *, losing_fast: bool) -> int:
    """Days between two weighings (clinical specification 7.1); weekly after a red weight."""
    return 7 if losing_fast else _WEIGH_DAYS[setting]


_WEIGH_DAYS = {Setting.HOSPITAL: 7, Setting.CARE_HOME: 31, Setting.COMMUNITY: 92}


class CareEvent(StrEnum):
    """What happens in a life and changes what somebody needs (clinical specification 7.4, 7.5)."""

    DISCHARGE = "event.discharge"
    PRESSURE_ULCER = "event.pressure_ulcer"
    FALL = "event.fall"
    INFECTION = "event.infection"
    APPETITE_DRUG = "event.appetite_drug"
    BEREAVEMENT = "event.bereavement"
    MOVE = "event.move"
    CHOKING = "event.choking"
    ASPIRATION = "event.aspiration"
    ALLERGEN = "event.allergen"
    NO_FLUID = "event.no_fluid"


URGENT_EVENTS = frozenset(
    {CareEvent.CHOKING, CareEvent.ASPIRATION, CareEvent.ALLERGEN, CareEvent.NO_FLUID}
)
"""Someone calls at once and the plan stops; every other event asks for a screening."""


def asks_for_screening(event: CareEvent, *, on: date, last_screened: date | None) -> bool:
    """Whether an event still waits for a screening: one on its own day or later answers it."""
    return event not in URGENT_EVENTS and (last_screened is None or last_screened < on)
