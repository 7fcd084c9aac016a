"""Who owns a warning, until when, and who comes next when nobody takes it up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from screening.following.signs import WarningCode, WarningLevel
from screening.following.workdays import add_working_days
from screening.instruments.instrument import Setting


class Rung(StrEnum):
    """Who owns a warning, each the next one up."""

    CARER = "carer"
    DIETITIAN = "dietitian"
    TEAM = "team"  # every dietitian who may reach the client, and the head of care


class Informed(StrEnum):
    """Who else hears of it, by a person's call; nothing is sent by itself."""

    PHYSICIAN = "physician"
    EMERGENCY_CONTACT = "emergency_contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Whose turn it is and until when; `stops_plan` means that no automatic plan may go on."""

    rung: Rung
    due_at: datetime
    informs: tuple[Informed, ...] = ()
    stops_plan: bool = False


STOPS_PLAN = frozenset(
    {
        WarningCode.REFEEDING,
        WarningCode.CHOKING,
        WarningCode.ASPIRATION,
        WarningCode.ALLERGEN,
        WarningCode.NO_FLUID,
    }
)
"""Warnings that freeze the plan while they are urgent (clinical specification 7.5)."""

_FIRST: Mapping[WarningLevel, Rung] = {
    WarningLevel.AMBER: Rung.CARER,
    WarningLevel.RED: Rung.DIETITIAN,
    WarningLevel.URGENT: Rung.DIETITIAN,
}
_NEXT: Mapping[Rung, Rung] = {Rung.CARER: Rung.DIETITIAN, Rung.DIETITIAN: Rung.TEAM}

# Deadlines of clinical specification 7.5 and 7.3, conventions of the house until a clinician signs.
_AMBER_HOURS, _URGENT_HOURS, _WELFARE_HOURS = 48, 1, 4
_RED_WORKING_DAYS, _RED_HOSPITAL_DAYS = 2, 1


def first_duty(
    code: WarningCode, level: WarningLevel, setting: Setting, *, opened_at: datetime
) -> Duty:
    """Whose turn it is when a warning opens. `opened_at` is the local time, aware of its zone."""
    return duty_at(code, level, setting, rung=_FIRST[level], at=opened_at)


def next_duty(
    code: WarningCode, level: WarningLevel, setting: Setting, *, rung: Rung, at: datetime
) -> Duty | None:
    """Whose turn it is after nobody took it up in time; None when the team has it already."""
    above = _NEXT.get(rung)
    return None if above is None else duty_at(code, level, setting, rung=above, at=at)


def duty_at(
    code: WarningCode, level: WarningLevel, setting: Setting, *, rung: Rung, at: datetime
) -> Duty:
    """What a warning asks of a rung that gets it at a moment."""
    urgent = level is WarningLevel.URGENT
    return Duty(
        rung=rung,
        due_at=_due(code, level, setting, at),
        informs=_informed(code, level, rung),
        stops_plan=urgent and code in STOPS_PLAN,
    )


def _informed(code: WarningCode, level: WarningLevel, rung: Rung) -> tuple[Informed, ...]:
    """The physician of everything red; after a missed meal nobody answers for, the family."""
    if level is WarningLevel.AMBER:
        return ()
    if code is WarningCode.DELIVERY_MISSED:
        return (Informed.EMERGENCY_CONTACT,) if rung is Rung.TEAM else ()
    return (Informed.PHYSICIAN,)


def _due(code: WarningCode, level: WarningLevel, setting: Setting, at: datetime) -> datetime:
    if level is WarningLevel.URGENT:
        return at + timedelta(hours=_URGENT_HOURS)
    if code is WarningCode.DELIVERY_MISSED:
        welfare = at + timedelta(hours=_WELFARE_HOURS)
        return welfare if level is WarningLevel.RED else _on(at, at.date(), time(23, 59))
    if level is WarningLevel.AMBER:
        return at + timedelta(hours=_AMBER_HOURS)
    if setting is Setting.HOSPITAL:
        return _on(at, at.date() + timedelta(days=_RED_HOSPITAL_DAYS), at.time())
    return _on(at, add_working_days(at.date(), _RED_WORKING_DAYS), at.time())


def _on(at: datetime, day: date, hour: time) -> datetime:
    """The same zone, another day: the hour on the wall stays, also when the clock is moved."""
    return datetime.combine(day, hour, tzinfo=at.tzinfo)
