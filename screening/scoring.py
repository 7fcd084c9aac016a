"""The one path that scores every instrument: answers and a table in, a result with reasons out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from screening.instrument import (
    Answer,
    Answers,
    Combine,
    Cut,
    Instrument,
    Item,
    ItemPoints,
    Line,
    Points,
    Status,
    ToolResult,
)
from screening.measures import Provenance
from screening.plausibility import GATES, outside_gate
from screening.quantities import Known, estimated_height_cm, fits, number, quantity


def score_with(
    table: Instrument, answers: Answers, *, provenance: Mapping[str, Provenance] | None = None
) -> ToolResult:
    """Score one filled-in form by one table; what is unknown stays a range, never a zero."""
    known = {name: value for name, value in answers.items() if value is not None}
    result = _blank(table, Status.NOT_VALID)
    if _wrong_age(table, known):
        return result
    bad = tuple(
        asked.name
        for asked in table.inputs
        if asked.name in known and not fits(asked, known[asked.name])
    )
    if bad:
        return replace(result, status=Status.INVALID, invalid=bad)
    result = replace(
        result,
        flags=_flags(table, known),
        input_provenance=_provenance(known, provenance or {}),
    )
    return _scored(table, known, result=result)


def _blank(table: Instrument, status: Status) -> ToolResult:
    lowest, highest = _added([_span(_all_cuts(item)) for item in table.items])
    return ToolResult(
        instrument=table.tool,
        rule_version=table.rule_version,
        source=table.source,
        status=status,
        lowest_possible=lowest,
        highest_possible=highest,
    )


def _wrong_age(table: Instrument, known: Mapping[str, Answer]) -> bool:
    """An unknown or unreadable age is never the wrong age."""
    asked = next((one for one in table.inputs if one.name == "age"), None)
    age = known.get("age")
    if table.least_age is None or asked is None or age is None or not fits(asked, age):
        return False
    return Fraction(age) < table.least_age


def _flags(table: Instrument, known: Known) -> tuple[str, ...]:
    """Marks beside the score: values outside their gate, obesity, an estimated height."""
    values = {one.name: number(known, one.name) for one in table.inputs if one.name in GATES}
    values["bmi"] = quantity("bmi").work_out(known) if "bmi" in values else None
    flags = [
        f"implausible:{name}"
        for name, value in values.items()
        if value is not None and outside_gate(name, value)
    ]
    body_mass = values["bmi"]
    if body_mass is not None and body_mass >= 30:
        flags.append("bmi.obesity")
    return tuple(flags)


def _provenance(known: Known, given: Mapping[str, Provenance]) -> dict[str, Provenance]:
    """How each used value is known; a height from the ulna is an estimate."""
    used = {name: how for name, how in given.items() if name in known}
    if estimated_height_cm(known) is not None:
        used["height"] = Provenance.ESTIMATED
    return used


def _scored(table: Instrument, known: Known, *, result: ToolResult) -> ToolResult:
    items = tuple(_item_points(item, known) for item in table.items)
    result = replace(result, items=items)
    if _prescreened_out(table, known):
        return replace(
            result, status=Status.COMPLETE, prescreen="negative", category=table.prescreen_negative
        )
    result = replace(result, prescreen="positive" if table.prescreen else None)
    likely = _likely(table, known, items=items)
    return _subjective(table, result, likely=likely) if likely else _bracketed(table, result)


def _prescreened_out(table: Instrument, known: Known) -> bool:
    """All questions before the score are known and answered no; unknown counts as yes."""
    return bool(table.prescreen) and all(
        _line_span(line, known)[1] == 0 for line in table.prescreen
    )


def _likely(table: Instrument, known: Known, *, items: Sequence[ItemPoints]) -> str | None:
    """The class a substitute measure suggests for an item that cannot be worked out."""
    instead = table.substitute
    if instead is None or _named(items, instead.item).points is not None:
        return None
    value = quantity(instead.quantity).work_out(known)
    if value is None:
        return None
    below, between, above = instead.words
    if value < instead.below:
        return below
    return above if value > instead.above else between


def _named(items: Sequence[ItemPoints], code: str) -> ItemPoints:
    return next(item for item in items if item.item == code)


def _subjective(table: Instrument, result: ToolResult, *, likely: str) -> ToolResult:
    """A class judged by the clinician: no number, at most a floor from the other items."""
    lowest, _ = _added([(item.lowest, item.highest) for item in result.items])
    return replace(
        result,
        status=Status.SUBJECTIVE,
        bmi_likely=likely,
        category_at_least=table.category(lowest) if lowest >= 1 else None,
        missing=_missing(result.items),
    )


def _bracketed(table: Instrument, result: ToolResult) -> ToolResult:
    """One number when nothing unknown matters, otherwise both ends and what they agree on."""
    lowest, highest = _added([(item.lowest, item.highest) for item in result.items])
    mild, grave = (highest, lowest) if table.low_is_worse else (lowest, highest)
    best, worst = table.category(mild), table.category(grave)
    agreed = best if best is worst else None
    if lowest == highest:
        return replace(
            result,
            status=Status.COMPLETE,
            score=lowest,
            min_score=lowest,
            max_score=highest,
            category=agreed,
        )
    if table.stops_when_decided and agreed:
        return replace(
            result,
            status=Status.COMPLETE,
            min_score=lowest,
            max_score=highest,
            category=agreed,
        )
    open_word = table.possible if agreed is None and mild >= table.bands[-1].lowest else None
    return replace(
        result,
        status=Status.PARTIAL,
        min_score=lowest,
        max_score=highest,
        category=agreed,
        category_at_least=open_word or best,
        missing=_missing(result.items),
    )


def _missing(items: Sequence[ItemPoints]) -> tuple[str, ...]:
    """Each answer still to ask, once, in the order of the form."""
    return tuple(dict.fromkeys(name for item in items for name in item.missing))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One line of one item, read against the answers."""

    span: tuple[Points, Points]
    reason: str | None
    value: Fraction | None


def _item_points(item: Item, known: Known) -> ItemPoints:
    readings = _readings(item, known)
    lowest, highest = _together(item, readings)
    certain = lowest == highest
    told = [one for one in readings if certain and one.reason and one.span[0] == lowest]
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
    )


def _readings(item: Item, known: Known) -> tuple[_Reading, ...]:
    """All lines, or with first-known the first that is known."""
    readings = tuple(_read(line, known) for line in item.lines)
    if item.combine is Combine.FIRST_KNOWN:
        return tuple(one for one in readings if one.reason)[:1] or readings
    return readings


def _together(item: Item, readings: Sequence[_Reading]) -> tuple[Points, Points]:
    lows, highs = zip(*(one.span for one in readings), strict=True)
    if item.combine is Combine.FIRST_KNOWN:
        return min(lows), max(highs)
    return max(lows), max(highs)


def _asked(item: Item, known: Known) -> tuple[str, ...]:
    """The absent answers of the lines that are still open."""
    names: dict[str, None] = {}
    for line in item.lines:
        lowest, highest = _line_span(line, known)
        gate = () if line.gate is None else (line.gate,)
        if lowest != highest:
            names |= dict.fromkeys((*quantity(line.quantity).needs, *gate))
    return tuple(name for name in names if name not in known)


def _line_span(line: Line, known: Known) -> tuple[Points, Points]:
    return _read(line, known).span


def _read(line: Line, known: Known) -> _Reading:
    """Points of one line: exact when known, the whole span of its table when not."""
    value = quantity(line.quantity).work_out(known)
    if line.if_planned is not None and known.get("loss_planned") is True:
        value = Fraction(line.if_planned)
    gate = 1 if line.gate is None else number(known, line.gate)
    cut = None if value is None else next(cut for cut in line.cuts if cut.holds(value))
    lowest, highest = _span(line.cuts if cut is None else (cut,))
    if gate is None:
        lowest = min(lowest, 0)
    elif gate == 0:
        return _Reading(span=(0, 0), reason=line.cuts[-1].reason, value=value)
    certain = cut is not None and lowest == highest
    return _Reading(
        span=(lowest, highest), reason=cut.reason if cut and certain else None, value=value
    )


def _all_cuts(item: Item) -> tuple[Cut, ...]:
    return tuple(cut for line in item.lines for cut in line.cuts)


def _span(cuts: Sequence[Cut]) -> tuple[Points, Points]:
    points = [cut.points for cut in cuts]
    return min(points), max(points)


def _added(spans: Sequence[tuple[Points, Points]]) -> tuple[Points, Points]:
    return (
        sum((low for low, _ in spans), start=0),
        sum((high for _, high in spans), start=0),
    )
