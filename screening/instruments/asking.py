"""Which questions of a form matter now, given what was answered so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from screening.instruments.instrument import Answers, Input, Instrument, Item, Line, Points, When
from screening.instruments.quantities import Known, fits, quantity
from screening.instruments.reading import item_points, line_span


def asked_with(
    table: Instrument, answers: Answers, *, unsure: frozenset[str] | None = None
) -> tuple[Input, ...]:
    """The questions that matter now, in the order of the form.

    `unsure` names those answered with "I do not know"; None takes every blank as such. A question
    that depends on others waits until those are answered, unless they cannot change it any more.
    """
    known = {name: value for name, value in answers.items() if value is not None}
    usable = {one.name for one in table.inputs if one.name in known and fits(one, known[one.name])}
    known = {name: value for name, value in known.items() if name in usable}
    return tuple(
        one
        for one in table.inputs
        if one.name in known or all(_wanted(table, when, known, unsure) for when in one.when)
    )


def items_about(table: Instrument, name: str) -> tuple[Item, ...]:
    """The items that read this question: their points and limits are its help text."""
    return tuple(one for one in table.items if any(name in _read_by(line) for line in one.lines))


def _read_by(line: Line) -> tuple[str, ...]:
    read = [quantity(one) for one in (line.quantity, line.gate) if one]
    planned = () if line.if_planned is None else ("loss_planned",)
    return (*(name for one in read for name in (*one.needs, *one.shows)), *planned)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reach:
    """Between which values something may still lie; None when nothing bounds it."""

    span: tuple[Points | Fraction, Points | Fraction] | None
    needs: tuple[str, ...]


def _wanted(table: Instrument, when: When, known: Known, unsure: frozenset[str] | None) -> bool:
    reaches = [_reach(table, name, known) for name in when.of]
    settled = _settled(when, [one.span for one in reaches])
    if settled is not None or when.sure:
        return settled is True
    waits_for = {name for one in reaches for name in one.needs if name not in known}
    return unsure is None or waits_for <= unsure


def _settled(
    when: When, spans: Sequence[tuple[Points | Fraction, Points | Fraction] | None]
) -> bool | None:
    """Whether the question is asked; None while what it hangs on is open."""
    bounded = [span for span in spans if span is not None]
    if len(bounded) < len(spans):
        return None
    low, high = (sum((Fraction(span[end]) for span in bounded), Fraction(0)) for end in (0, 1))
    if when.bound is None:
        return False if low == high else None
    return when.holds(low) if when.holds(low) == when.holds(high) else None


def _reach(table: Instrument, name: str, known: Known) -> _Reach:
    if name == "prescreen":
        ends = [line_span(line, known) for line in table.prescreen]
        still_open = (
            line for line, (low, high) in zip(table.prescreen, ends, strict=True) if low != high
        )
        needs = (need for line in still_open for need in quantity(line.quantity).needs)
        low, high = (max(span[end] for span in ends) for end in (0, 1))
        return _Reach(span=(low, high), needs=tuple(needs))
    item = next((one for one in table.items if one.code == name), None)
    if item is not None:
        points = item_points(item, known)
        return _Reach(span=(points.lowest, points.highest), needs=points.missing)
    value = quantity(name).work_out(known)
    span = None if value is None else (value, value)
    return _Reach(span=span, needs=quantity(name).needs)
