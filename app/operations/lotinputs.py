"""What was made from which lots of ingredients: a recall reaches what holds them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.planning import DayPlan, DayPlanState
from app.models.stock import IngredientLot, Lot
from logistics import LotState


def made_of_recalled(session: Session, rows: Iterable[Lot]) -> frozenset[str]:
    """Give which of these lots took from a recalled ingredient lot, by the plan of their day."""
    recalled = select(IngredientLot.code).where(IngredientLot.state == LotState.RECALLED)
    bad = frozenset(session.scalars(recalled))
    made: defaultdict[tuple[int | None, date], set[str]] = defaultdict(set)
    for row in rows if bad else ():
        made[row.depot_id, row.made_on].add(row.code)
    found: set[str] = set()
    for (depot_id, day), codes in made.items():
        found |= codes & _touched(session, depot_id, day, bad)
    return frozenset(found)


def _touched(
    session: Session, depot_id: int | None, day: date, bad: frozenset[str]
) -> frozenset[str]:
    """Give the lots of a day's published plan whose batches took from any of these."""
    of_day = (DayPlan.depot_id == depot_id, DayPlan.service_day == day)
    row = session.scalar(select(DayPlan).where(*of_day, DayPlan.state == DayPlanState.PUBLISHED))
    if row is None:
        return frozenset()
    return made_from(row, bad)


def made_from(plan: DayPlan, ingredient_lots: frozenset[str]) -> frozenset[str]:
    """Give the lots that the batches of a plan make from any of these."""
    stored = plan.as_stored_day().plan
    batches = {draw.batch for draw in stored.draws if draw.lot in ingredient_lots}
    return frozenset(batch.lot for batch in stored.batches if batch.id in batches)
