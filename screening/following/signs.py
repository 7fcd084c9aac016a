"""The words of early warnings: their codes, levels, and the facts each one rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType


class WarningCode(StrEnum):
    """Signs that stay open until someone deals with them."""

    WEIGHT_LOSS = "warning.weight_loss"
    FLUID_CHECK = "warning.fluid_check"
    WEIGHING_OVERDUE = "warning.weighing_overdue"
    INTAKE_LOW = "warning.intake_low"
    INTAKE_UNKNOWN = "warning.intake_unknown"
    DELIVERY_MISSED = "warning.delivery_missed"
    DISH_REFUSED = "warning.dish_refused"
    NOT_EATEN = "warning.not_eaten"
    SCREENING_OVERDUE = "warning.screening_overdue"
    NEVER_SCREENED = "warning.never_screened"
    OTHER_OVERDUE = "warning.other_overdue"
    SCREENING_TRIGGERED = "warning.screening_triggered"
    REFEEDING = "warning.refeeding"
    CHOKING = "warning.choking"
    ASPIRATION = "warning.aspiration"
    ALLERGEN = "warning.allergen"
    NO_FLUID = "warning.no_fluid"
    CASE_MEETING = "warning.case_meeting"


TASKS = frozenset(
    {
        WarningCode.WEIGHING_OVERDUE,
        WarningCode.INTAKE_UNKNOWN,
        WarningCode.SCREENING_OVERDUE,
        WarningCode.NEVER_SCREENED,
        WarningCode.OTHER_OVERDUE,
        WarningCode.SCREENING_TRIGGERED,
    }
)
"""Something nobody has done yet: doing it ends the warning; every other one a person closes."""


class WarningLevel(StrEnum):
    """How soon someone must act; in rising order."""

    AMBER = "amber"
    RED = "red"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """Higher is graver."""
        return tuple(WarningLevel).index(self)


Facts = Mapping[str, int | Decimal]
"""The numbers of a warning, by the name its sentence gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyWarning:
    """An open sign of decline; at most one per code.

    `reasons` are codes of the rules that hold. `fact_on` is the first day of the newest facts it
    rests on; None when passing time alone made it.
    """

    code: WarningCode
    level: WarningLevel
    on: date
    reasons: tuple[str, ...] = ()
    facts: Facts = field(default_factory=lambda: MappingProxyType({}))
    fact_on: date | None = None
