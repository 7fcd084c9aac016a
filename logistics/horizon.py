"""The fortnight ahead: which days are fixed, which move only for a good reason, which are free."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from logistics.replenishment import HORIZON_DAYS

FROZEN_DAYS, FIRM_DAYS = 2, 4
"""Days from today on that are frozen (being packed), and firm with them (house rule)."""


class HorizonZone(StrEnum):
    """How freely a day may still change."""

    FROZEN = "frozen"
    FIRM = "firm"
    FREE = "free"


_CHANGED_VAN_CENTS = {
    None: 300,
    HorizonZone.FROZEN: 1,
    HorizonZone.FIRM: 100,
    HorizonZone.FREE: 1,
}


def changed_van_cents(zone: HorizonZone | None = None) -> int:
    """What it weighs that another van comes to a site than in the plan people know (house rule).

    None: the day is published, and somebody must tell two people. Else the zone of a draft; one
    of a frozen day is as free as any, for only publishing freezes it.
    """
    return _CHANGED_VAN_CENTS[zone]


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizonDay:
    """One day of the horizon and its zone."""

    day: date
    zone: HorizonZone


def zone_of(day: date, today: date) -> HorizonZone:
    """The zone of a day; what lies behind is frozen."""
    ahead = (day - today).days
    if ahead < FROZEN_DAYS:
        return HorizonZone.FROZEN
    return HorizonZone.FIRM if ahead < FIRM_DAYS else HorizonZone.FREE


def fortnight(today: date) -> tuple[HorizonDay, ...]:
    """Today and the days after it, a fortnight in all."""
    days = (today + timedelta(days=ahead) for ahead in range(HORIZON_DAYS))
    return tuple(HorizonDay(day=day, zone=zone_of(day, today)) for day in days)
