"""What of the lots at home to eat first, and what nobody may eat any more."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.operations import freezer, meals
from app.operations.eating import served
from logistics import HomeLot, eat_first, expired, lots_at_home
from menus import Variant

_DAYS = 28
"""How far the week is walked to see what expires uneaten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EatFirst:
    """Portions of one lot at home that expire soon, or did (`gone`).

    `left`: those that the week does not come to in time.
    """

    variant: Variant
    lot: HomeLot
    left: int = 0
    gone: bool = False


def to_eat_first(session: Session, client_id: int, today: date) -> tuple[EatFirst, ...]:
    """Give the lots at home that expire soon or did, the first ones first.

    What lies there is what was counted, less what the week has eaten since.
    """
    plan, brought = (
        meals.approved_plan(session, client_id, today),
        freezer.lots_brought(session, client_id),
    )
    if plan is None or not brought:
        return ()
    week, known = served(session, plan), meals.catalogue(session).variants
    found: list[EatFirst] = []
    for sku, portions in freezer.expected_at_home(session, client_id, plan, today).items():
        if sku not in known or not portions:
            continue
        lots = lots_at_home(brought.get(sku, ()), portions)
        left = {one.lot: one.portions for one in freezer.uneaten(week, lots, sku, today, _DAYS)}
        found += [EatFirst(variant=known[sku], lot=one, gone=True) for one in expired(lots, today)]
        found += [
            EatFirst(variant=known[sku], lot=one, left=left.get(one.lot, 0))
            for one in eat_first(lots, today)
        ]
    return tuple(sorted(found, key=lambda one: (one.lot.use_by, one.variant.id, one.lot.lot)))
