"""One item of a form read against the answers: exact points when known, a range when not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from screening.instruments.instrument import Combine, Cut, Item, ItemPoints, Line, Points
from screening.instruments.quantities import Known, quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One line of one item, read against the answers."""

    span: tuple[Points, Points]
    reason: str | None
    value: Fraction | None


def item_points(item: Item, known: Known) -> ItemPoints:
    """Points of one item with the reason, or between which points it lies and what to ask."""
    readings = _readings(item, known)
    lowest, highest = _together(item, readings)
    certain = lowest == highest
    sure = [one for one in readings if one.reason and one.span[0] == lowest]
    told, floor = (sure, []) if certain else ([], sure if lowest > 0 else [])
    names = dict.fromkeys(name for line in item.lines for name in quantity(line.quantity).shows)
    return ItemPoints(
        item=item.code,
        points=lowest if certain else None,
        lowest=lowest,
        highest=highest,
        reason=next((one.reason for one in told if one.reason), "answer.unknown"),
        value=next((one.value for one in told), None),
        inputs=tuple((name, known[name]) for name in names if name in known),
        missing=() if certain else _asked(item, known),
        sure_reason=next((one.reason for one in floor), None),
        sure_value=next((one.value for one in floor), None),
    )


def _readings(item: Item, known: Known) -> tuple[_Reading, ...]:
    """All lines, with first-known the first that is known, with one-of those that may hold."""
    if item.combine is Combine.ONE_OF:
        may_hold = [line for line in item.lines if _gate(line, known) != 0]
        return tuple(_read(replace(line, gate=None), known) for line in may_hold)
    readings = tuple(_read(line, known) for line in item.lines)
    if item.combine is Combine.FIRST_KNOWN:
        return tuple(one for one in readings if one.reason)[:1] or readings
    return readings


def _together(item: Item, readings: Sequence[_Reading]) -> tuple[Points, Points]:
    lows, highs = zip(*(one.span for one in readings), strict=True)
    if item.combine is Combine.WORST:
        return max(lows), max(highs)
    return min(lows), max(highs)


def _asked(item: Item, known: Known) -> tuple[str, ...]:
    """The absent answers of the lines that are still open."""
    names: dict[str, None] = {}
    for line in item.lines:
        lowest, highest = line_span(line, known)
        gate = () if line.gate is None else quantity(line.gate).needs
        if lowest != highest:
            names |= dict.fromkeys((*quantity(line.quantity).needs, *gate))
    return tuple(name for name in names if name not in known)


def line_span(line: Line, known: Known) -> tuple[Points, Points]:
    """Between which points one line lies; both ends are the same when it is known."""
    return _read(line, known).span


def _read(line: Line, known: Known) -> _Reading:
    """Points of one line: exact when known, the whole span of its table when not."""
    value = quantity(line.quantity).work_out(known)
    if line.if_planned is not None and known.get("loss_planned") is True:
        value = Fraction(line.if_planned)
    gate = _gate(line, known)
    cut = None if value is None else next(cut for cut in line.cuts if cut.holds(value))
    lowest, highest = span_of(line.cuts if cut is None else (cut,))
    if gate is None:
        lowest = min(lowest, 0)
    elif gate == 0:
        return _Reading(span=(0, 0), reason=line.cuts[-1].reason, value=value)
    certain = cut is not None and lowest == highest
    return _Reading(
        span=(lowest, highest), reason=cut.reason if cut and certain else None, value=value
    )


def _gate(line: Line, known: Known) -> Fraction | None:
    """1 when the line applies, 0 when it does not, None when nobody knows."""
    return Fraction(1) if line.gate is None else quantity(line.gate).work_out(known)


def all_cuts(item: Item) -> tuple[Cut, ...]:
    """Every row of an item's tables."""
    return tuple(cut for line in item.lines for cut in line.cuts)


def span_of(cuts: Sequence[Cut]) -> tuple[Points, Points]:
    """The fewest and most points of these rows."""
    points = [cut.points for cut in cuts]
    return min(points), max(points)
