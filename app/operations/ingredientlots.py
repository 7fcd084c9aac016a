"""Lots of ingredients: what was made of one, and its recall with all that was made of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Permission, require
from app.models.planning import DayPlan, DayPlanState
from app.models.stock import IngredientLot, Lot
from app.operations import depots, lotinputs, publishing
from app.operations.upkeep import note_access
from logistics import LotState


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A lot of an ingredient, and the lots of dishes that it went into, the oldest first."""

    lot: IngredientLot
    made: tuple[Lot, ...]


def find(session: Session, actor: Actor, code: str) -> Bought:
    """Give one lot of the actor's kitchen with what was made of it, as published days tell."""
    require(actor, Permission.VIEW_STOCK)
    lot = _find(session, actor, code)
    return Bought(lot=lot, made=_made_of(session, lot))


def _find(session: Session, actor: Actor, code: str, *, lock: bool = False) -> IngredientLot:
    here = IngredientLot.depot_id == depots.depot_of(session, actor).id
    row = select(IngredientLot).where(IngredientLot.code == code, here)
    found = session.scalar(row.with_for_update() if lock else row)
    if found is None:
        raise NotFound
    return found


def _made_of(session: Session, lot: IngredientLot) -> tuple[Lot, ...]:
    plans = session.scalars(
        select(DayPlan).where(
            DayPlan.depot_id == lot.depot_id,
            DayPlan.state == DayPlanState.PUBLISHED,
            cast(DayPlan.content, Text).contains(lot.code, autoescape=True),
        )
    )
    asked = frozenset({lot.code})
    made = {code for plan in plans for code in lotinputs.made_from(plan, asked)}
    rows = select(Lot).where(Lot.code.in_(made), Lot.depot_id == lot.depot_id)
    return tuple(session.scalars(rows.order_by(Lot.made_on, Lot.code)))


def recall(session: Session, actor: Actor, code: str, now: datetime) -> tuple[str, ...]:
    """Take a lot of an ingredient back for good, and every lot made of it; gives the latter.

    No batch draws from it any more, and what was made of it is stopped at each gate. Raises
    Conflict when it was recalled already.
    """
    require(actor, Permission.MOVE_STOCK)
    lot = _find(session, actor, code, lock=True)
    if lot.state is LotState.RECALLED:
        raise Conflict("stock.recalled", lot=code)
    lot.state = LotState.RECALLED
    made = [one.code for one in _made_of(session, lot) if one.state is not LotState.RECALLED]
    for one in made:
        publishing.recall_lot(session, actor, one, now)
    session.flush()
    note_access(session, actor, now, "stock.recalled")
    return tuple(made)
