"""What of the lots at home to eat first, and what nobody may eat any more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.operations import athome, freezer, meals
from logistics import HomeLot, eat_first, expired, lots_at_home
from menus import Variant

_DAYS = 28
"""How far the weeks are walked to see what expires uneaten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EatFirst:
    """Portions of one lot at home that expire soon, or did (`gone`), or are `withdrawn`.

    `left`: those that the week does not come to in time.
    """

    variant: Variant
    lot: HomeLot
    left: int = 0
    gone: bool = False
    withdrawn: bool = False

    @property
    def no_food(self) -> bool:
        """Whether nobody may eat it."""
        return self.gone or self.withdrawn

    @property
    def code(self) -> str:
        """The code of the sentence about it."""
        if self.withdrawn:
            return "week.first.withdrawn"
        return "week.first.gone" if self.gone else "week.first.until"


def withdrawn_at_home(session: Session, client_id: int) -> tuple[EatFirst, ...]:
    """Give the lots at home that were recalled, or failed their texture test, since they came.

    What lies there is what was counted; where nobody counted, all that was brought.
    """
    return tuple(_withdrawn(session, client_id))


def _withdrawn(session: Session, client_id: int) -> Iterator[EatFirst]:
    brought = freezer.lots_brought(session, client_id)
    bad = athome.withdrawn_of(session, (brought,))
    if not bad:
        return
    counts, known = freezer.home_stock(session, client_id), meals.catalogue(session).variants
    for sku in brought.keys() & known.keys():
        portions = counts[sku].portions if sku in counts else None
        there = brought[sku] if portions is None else lots_at_home(brought[sku], portions)
        for one in there:
            if one.lot in bad:
                yield EatFirst(variant=known[sku], lot=one, withdrawn=True)


def not_to_eat(session: Session, client_id: int) -> frozenset[str]:
    """Give the variants of which a client may eat nothing now, for all that nobody forbade them.

    Those of which a withdrawn lot lies at home, and those that are recalled in store: unless every
    portion at home is of a lot that was brought and is good.
    """
    bad = frozenset(one.variant.id for one in withdrawn_at_home(session, client_id))
    recalled = meals.recalled_variants(session) - bad
    return bad | (recalled - _known_lots(session, client_id)) if recalled else bad


def _known_lots(session: Session, client_id: int) -> frozenset[str]:
    """Give the variants at home of which each portion is of a lot that was brought."""
    counts = freezer.home_stock(session, client_id)
    found = set()
    for sku, lots in freezer.lots_brought(session, client_id).items():
        portions = counts[sku].portions if sku in counts else 0
        if portions is not None and portions <= sum(one.portions for one in lots):
            found.add(sku)
    return frozenset(found)


def to_eat_first(session: Session, client_id: int, today: date) -> tuple[EatFirst, ...]:
    """Give the lots at home that nobody may eat, then those that expire soon or did, by date.

    What lies there is what was counted, less what the week has eaten since.
    """
    withdrawn = withdrawn_at_home(session, client_id)
    bad = {one.lot.lot for one in withdrawn}
    soon = (one for one in _soon(session, client_id, today) if one.lot.lot not in bad)
    return (*sorted(withdrawn, key=_by_date), *sorted(soon, key=_by_date))


def _by_date(one: EatFirst) -> tuple[date, str, str]:
    return one.lot.use_by, one.variant.id, one.lot.lot


def _soon(session: Session, client_id: int, today: date) -> Iterator[EatFirst]:
    brought = freezer.lots_brought(session, client_id)
    weeks = freezer.weeks_at_home(session, client_id, today, today + timedelta(days=_DAYS))
    if weeks is None or not brought:
        return
    known = meals.catalogue(session).variants
    for sku, portions in freezer.expected_at_home(session, client_id, today).items():
        if sku not in known or not portions:
            continue
        lots = lots_at_home(brought.get(sku, ()), portions)
        left = {one.lot: one.portions for one in freezer.uneaten(weeks, lots, sku, today, _DAYS)}
        for one in expired(lots, today):
            yield EatFirst(variant=known[sku], lot=one, gone=True)
        for one in eat_first(lots, today):
            yield EatFirst(variant=known[sku], lot=one, left=left.get(one.lot, 0))
