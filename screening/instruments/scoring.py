"""The one path that scores every instrument: answers and a table in, a result with reasons out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from screening.instruments.instrument import (
    Answer,
    Answers,
    Category,
    Evidence,
    Instrument,
    ItemPoints,
    Mark,
    Need,
    Open,
    Outcome,
    Points,
    Status,
    ToolResult,
)
from screening.instruments.quantities import (
    Known,
    corrected_weight,
    estimate_marks,
    estimated_height_cm,
    fits,
    number,
    quantity,
)
from screening.instruments.reading import all_cuts, item_points, line_span, span_of
from screening.measuring.measures import Provenance
from screening.measuring.plausibility import GATES, outside_gate


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
    ) or _out_of_order(table, known)
    if bad:
        return replace(result, status=Status.INVALID, invalid=bad)
    if table.requires is not None and known.get(table.requires) is not True:
        return replace(result, status=Status.SCREEN_FIRST)
    result = replace(
        result,
        flags=_flags(table, known),
        input_provenance=_provenance(known, provenance or {}),
    )
    return _scored(table, known, result=result)


def _blank(table: Instrument, status: Status) -> ToolResult:
    lowest, highest = _added([span_of(all_cuts(item)) for item in table.items if item.counts])
    return ToolResult(
        instrument=table.tool,
        rule_version=table.rule_version,
        source=table.source,
        status=status,
        lowest_possible=lowest,
        highest_possible=highest,
    )


def _out_of_order(table: Instrument, known: Known) -> tuple[str, ...]:
    """Steps that were filled in although an earlier one was not done in full."""
    steps = table.sequence
    return tuple(
        later
        for earlier, later in pairwise(steps)
        if later in known and number(known, earlier) != table.full_step
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
    corrected = corrected_weight(known)
    return (*flags, *(() if corrected is None else corrected.flags))


def _provenance(known: Known, given: Mapping[str, Provenance]) -> dict[str, Provenance]:
    """How each used value is known; an estimated height and a corrected weight are estimates."""
    used = {name: how for name, how in given.items() if name in known}
    corrected = corrected_weight(known)
    if corrected is not None and corrected.provenance is Provenance.ESTIMATED:
        used["weight_kg"] = Provenance.ESTIMATED
    if estimated_height_cm(known) is not None:
        used["height"] = Provenance.ESTIMATED
    return used


def _scored(table: Instrument, known: Known, *, result: ToolResult) -> ToolResult:
    items = tuple(item_points(item, known) for item in table.items)
    flags = (*result.flags, *_raised(table, known, items))
    result = replace(result, items=items, flags=flags, marks=_marks(table, known))
    if _prescreened_out(table, known):
        return replace(
            result, status=Status.COMPLETE, prescreen="negative", category=table.prescreen_negative
        )
    result = replace(result, prescreen="positive" if table.prescreen else None)
    likely = _likely(table, known, items=items)
    if likely:
        return _subjective(table, result, likely=likely)
    return _decided(table, result) if table.outcomes else _bracketed(table, result)


def _raised(table: Instrument, known: Known, items: Sequence[ItemPoints]) -> tuple[str, ...]:
    """Flags of reasons and of open items; a sequence that ends on a full step is unfinished."""
    keys = (one.item if one.points is None else one.reason for one in items)
    flags = [table.flags[key] for key in keys if key in table.flags]
    done = [name for name in table.sequence if name in known]
    if done and done[-1] != table.sequence[-1] and number(known, done[-1]) == table.full_step:
        flags.append("unfinished")
    return tuple(flags)


def _marks(table: Instrument, known: Known) -> tuple[Mark, ...]:
    """What of the table, and of what stands in for a measure, was not read at its publisher."""
    rules = ((f"tool.{table.tool}", table.evidence), *((i.code, i.evidence) for i in table.items))
    marks = tuple(Mark(code=code, evidence=how) for code, how in rules)
    measured = any(one.name == "height_cm" for one in table.inputs)
    return (
        *(one for one in marks if one.evidence is not Evidence.SOURCE),
        *(estimate_marks(known) if measured else ()),
    )


def _prescreened_out(table: Instrument, known: Known) -> bool:
    """All questions before the score are known and answered no; unknown counts as yes."""
    return bool(table.prescreen) and all(line_span(line, known)[1] == 0 for line in table.prescreen)


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
    lowest, _ = _total(table, result)
    return replace(
        result,
        status=Status.SUBJECTIVE,
        bmi_likely=likely,
        category_at_least=table.category(lowest) if lowest >= 1 else None,
        missing=_missing(result.items),
    )


def _bracketed(table: Instrument, result: ToolResult) -> ToolResult:
    """One number when nothing unknown matters, otherwise both ends and what they agree on."""
    lowest, highest = _total(table, result)
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


def _total(table: Instrument, result: ToolResult) -> tuple[Points, Points]:
    """Both ends of the sum over the items that count."""
    counted = {item.code for item in table.items if item.counts}
    return _added([(one.lowest, one.highest) for one in result.items if one.item in counted])


def _decided(table: Instrument, result: ToolResult) -> ToolResult:
    """The gravest outcome that certainly holds, and whether what is unknown could change it."""
    sure = _gravest(table, result, possible=False)
    could = _gravest(table, result, possible=True)
    missing = _missing(result.items)
    negative = sure is table.otherwise
    complete = {
        Open.AGREE: sure is could,
        Open.NOT_MET: not negative or (sure is could and not _provisional(table, result)),
        Open.AT_LEAST: not missing or sure is table.outcomes[0].category,
    }[table.open]
    if instead := _suspicion(table, result, sure=sure, settled=sure is could):
        return replace(result, status=Status.PARTIAL, category=instead, missing=missing)
    if complete:
        return replace(result, status=Status.COMPLETE, category=sure, missing=missing)
    return replace(result, status=Status.PARTIAL, category_at_least=sure, missing=missing)


def _provisional(table: Instrument, result: ToolResult) -> bool:
    """Whether the first step that is not met could still be met."""
    for need in table.steps:
        if not _met(need, result, possible=False):
            return _met(need, result, possible=True)
    return False


def _gravest(table: Instrument, result: ToolResult, *, possible: bool) -> Category | None:
    for outcome in table.outcomes:
        if not outcome.while_open and _holds(outcome, result, possible=possible):
            return outcome.category
    return table.otherwise


def _suspicion(
    table: Instrument, result: ToolResult, *, sure: Category | None, settled: bool
) -> Category | None:
    """What stands for a milder outcome while a graver one is possible, or a test is not done."""
    for outcome in table.outcomes:
        if outcome.category is sure:
            return None
        groups = [one for one in outcome.any_of if not settled or any(n.still_open for n in one)]
        if outcome.while_open and any(_all_met(one, result, possible=False) for one in groups):
            return outcome.category
    return None


def _holds(outcome: Outcome, result: ToolResult, *, possible: bool) -> bool:
    return any(_all_met(group, result, possible=possible) for group in outcome.any_of)


def _all_met(needs: Sequence[Need], result: ToolResult, *, possible: bool) -> bool:
    return all(_met(need, result, possible=possible) for need in needs)


def _met(need: Need, result: ToolResult, *, possible: bool) -> bool:
    """By the most that is possible, or the least that is sure, of the items it names."""
    items = [one for one in result.items if one.item in need.items]
    if need.still_open:
        return not possible and any(one.points is None for one in items)
    if need.one_is_enough:
        items = [one for one in items if one.points is not None] or items
    found = [one.highest if possible else one.lowest for one in items]
    return (max(found) if need.worst else sum(found)) >= need.least


def _missing(items: Sequence[ItemPoints]) -> tuple[str, ...]:
    """Each answer still to ask, once, in the order of the form."""
    return tuple(dict.fromkeys(name for item in items for name in item.missing))


def _added(spans: Sequence[tuple[Points, Points]]) -> tuple[Points, Points]:
    return (
        sum((low for low, _ in spans), start=0),
        sum((high for _, high in spans), start=0),
    )
