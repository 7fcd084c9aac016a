"""What several facts of one record say together: trouble swallowing, too little and too much."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.orm import Session

import screening
from app.models.care import Prescription, Screening
from app.operations.diagnosis import malnourished, newest_form
from app.operations.histories import histories
from screening import (
    POSITIVE,
    Category,
    Condition,
    EnergyFacts,
    Finding,
    Status,
    SwallowingFacts,
    Tool,
    ToolResult,
    WeightTrend,
    assess,
)

_MONTHS_3 = 1  # the second window of a trend


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Two findings that no single form gives."""

    swallowing: Finding
    burden: Finding


def findings_of(
    session: Session,
    client_id: int,
    *,
    last: Screening | None,
    in_force: Prescription | None,
    trend: WeightTrend,
    height_cm: Decimal | None,
    today: date,
) -> Findings:
    """Give what the newest forms, the prescription and the weighings say of one client."""
    targets = in_force.as_prescription() if in_force else None
    swallowing = SwallowingFacts(
        eat10=_result(session, client_id, Tool.EAT10, today),
        water_test=_result(session, client_id, Tool.WATER90, today),
        guss=_result(session, client_id, Tool.GUSS, today),
        recorded=True if targets and Condition.DYSPHAGIA in targets.conditions else None,
    )
    return Findings(
        swallowing=screening.suspected_dysphagia(swallowing),
        burden=screening.double_burden(
            EnergyFacts(
                malnourished=_malnourished(session, client_id, last),
                bmi=_body_mass(trend, height_cm),
                energy_pct_of_need=_energy_pct(session, client_id, today),
                gain_pct=trend.windows[_MONTHS_3].change_percent,
                sarcopenic_obesity=_sarcopenic(session, client_id, today),
            )
        ),
    )


def _result(session: Session, client_id: int, tool: Tool, today: date) -> ToolResult | None:
    row = newest_form(session, client_id, tool, today)
    return None if row is None else assess(row.as_intake()).result


def _malnourished(session: Session, client_id: int, last: Screening | None) -> bool | None:
    """A decision goes before a screening; an open screening denies nothing."""
    decided = malnourished(session, client_id)
    if decided is not None or last is None:
        return decided
    result = assess(last.as_intake()).result
    if result.acting_category in POSITIVE:
        return True
    return False if result.status is Status.COMPLETE else None


def _body_mass(trend: WeightTrend, height_cm: Decimal | None) -> Fraction | None:
    if height_cm is None or not trend.points:
        return None
    return screening.bmi(trend.points[-1].weight_kg, height_cm)


def _energy_pct(session: Session, client_id: int, today: date) -> Decimal | None:
    """The plan of a day in percent of the least energy that is prescribed."""
    _, history = histories(session, (client_id,), today)[client_id]
    if not history.planned_kcal or not history.required_kcal:
        return None
    return Decimal(history.planned_kcal) * 100 / Decimal(history.required_kcal)


def _sarcopenic(session: Session, client_id: int, today: date) -> bool | None:
    result = _result(session, client_id, Tool.SARC_OBESITY, today)
    if result is None or result.category is None:
        return None
    return result.category in (Category.STAGE_I, Category.STAGE_II)
