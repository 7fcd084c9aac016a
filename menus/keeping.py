"""How long a frozen dish keeps at home, by the stars of the freezer, and once thawed.

Classes by temperature: EN 62552 (one star -6, two stars -12, three and four stars -18 degrees;
four stars can also freeze). The printed date counts from four stars, and a lower class shortens it
(rules L-10 and N-09). The days of the lower classes are those that makers of freezers and of frozen
food print, the shortest where they differ: practice, not law.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

THAWED_HOURS = 48
"""In the refrigerator, at most 4 degrees; never frozen again (rule L-09, house rule)."""


class Freezer(StrEnum):
    """Stars on the door of a freezer; none is a refrigerator or an ice box without stars."""

    NONE = "0"
    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """One row: the warmest air of the class in tenths of a degree, and how long food keeps.

    `days` None with `to_date` means until the printed date. Without either it cannot be kept
    frozen: it thaws. `confidence` is `law` or `practice`.
    """

    freezer: Freezer
    warmest_dc: int | None
    days: int | None
    to_date: bool
    source: str
    confidence: str


def _row(
    freezer: Freezer, warmest_dc: int | None, days: int | None, *told: str, to_date: bool = False
) -> Keeping:
    source, confidence = told
    return Keeping(
        freezer=freezer,
        warmest_dc=warmest_dc,
        days=days,
        to_date=to_date,
        source=source,
        confidence=confidence,
    )


KEEPING: tuple[Keeping, ...] = (
    _row(Freezer.FOUR, -180, None, "Directive 89/108/EEC, EN 62552", "law", to_date=True),
    _row(Freezer.THREE, -180, 90, "EN 62552; rule L-10", "practice"),
    _row(Freezer.TWO, -120, 30, "EN 62552; rule L-10", "practice"),
    _row(Freezer.ONE, -60, 3, "EN 62552; rule L-10", "practice"),
    _row(Freezer.NONE, None, None, "rule L-09", "practice"),
)
"""Best class first: what a label or a page tells about keeping at home."""
_BY_CLASS = {row.freezer: row for row in KEEPING}


def freezer_as_measured(plate: Freezer, air_dc: int) -> Freezer:
    """The class a freezer has in truth: never above its plate, lower where it is too warm."""
    for row in KEEPING:
        if row.freezer <= plate and row.warmest_dc is not None and air_dc <= row.warmest_dc:
            return row.freezer
    return Freezer.NONE


def frozen_until(printed: date, put_in: date, freezer: Freezer) -> date | None:
    """The last day of a frozen dish put in that freezer on a day; None: it does not keep there."""
    row = _BY_CLASS[freezer]
    if row.to_date:
        return printed
    return None if row.days is None else min(printed, put_in + timedelta(days=row.days))


def thawed_until(printed: date, thawed_at: datetime) -> datetime:
    """The last moment of a dish that began to thaw, in the same zone; not past the printed day."""
    last = datetime.combine(printed, time.max, tzinfo=thawed_at.tzinfo)
    return min(last, thawed_at + timedelta(hours=THAWED_HOURS))
