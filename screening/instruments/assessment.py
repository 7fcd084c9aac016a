"""From one filled-in form to what it means and what follows, each conclusion with its reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from screening.instruments.instrument import (
    Action,
    Answer,
    Answers,
    Evidence,
    Mark,
    Setting,
    Status,
    Tool,
    ToolResult,
)
from screening.instruments.quantities import fits
from screening.instruments.tools import instrument, score
from screening.measuring.measures import Exact, Provenance, Sex, completed_years
from screening.measuring.plausibility import GATES, EarlierWeight, Question, questions

ADULT_YEARS = 18
"""No instrument here is made for children; they are refused, not scored (specification 0.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What is known at one screening moment.

    `confirmed` names the fields whose unlikely value a person looked at and kept.
    """

    tool: Tool
    setting: Setting
    answers: Answers
    born: date | None
    sex: Sex | None
    on: date
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()
    earlier_weight: EarlierWeight | None = None
    rule_version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A result with what to do; `questions` are values to look at before it is kept."""

    result: ToolResult
    questions: tuple[Question, ...]
    age: int | None
    on: date


def assess(intake: Intake) -> Assessment:
    """Risk and advice from an intake.

    A value outside its plausible range that nobody confirmed asks a question and leaves its item
    open: a slip of unit opens an item, it never scores. A child is refused whatever the tool.
    """
    age = None if intake.born is None else completed_years(intake.born, intake.on)
    known = {"age": age, "sex": None if intake.sex is None else intake.sex.value}
    answers = {**intake.answers, **{name: one for name, one in known.items() if one is not None}}
    asked = _open_questions(intake, answers)
    held = {question.field for question in asked if _outside(question)}
    result = score(
        intake.tool,
        {name: None if name in held else value for name, value in answers.items()},
        provenance=intake.provenance,
        rule_version=intake.rule_version,
    )
    if age is not None and age < ADULT_YEARS:
        result = _refused(result)
    else:
        result = _followed(result, intake, held=held)
    return Assessment(result=result, questions=asked, age=age, on=intake.on)


def _open_questions(intake: Intake, answers: Mapping[str, Answer | None]) -> tuple[Question, ...]:
    """Questions nobody has answered yet, over the answers that are numbers at all."""
    inputs = {one.name: one for one in instrument(intake.tool, intake.rule_version).inputs}
    numbers: dict[str, Exact] = {
        name: value
        for name, value in answers.items()
        if name in GATES
        and name in inputs
        and value is not None
        and not isinstance(value, str)
        and fits(inputs[name], value)
    }
    found = questions(numbers, intake.earlier_weight)
    return tuple(one for one in found if one.field not in intake.confirmed)


def _outside(question: Question) -> bool:
    """A value that cannot be right, against one that is only a surprise."""
    return not question.code.startswith("implausible.change")


def _refused(result: ToolResult) -> ToolResult:
    """Nothing of a score may be seen of a child."""
    return ToolResult(
        instrument=result.instrument,
        rule_version=result.rule_version,
        source=result.source,
        status=Status.NOT_VALID,
        flags=("age.below_18",),
        actions=(Action(code="action.other_tool"),),
    )


def _followed(result: ToolResult, intake: Intake, *, held: set[str]) -> ToolResult:
    """The result with its acts and dates; what is open is asked first."""
    if result.status is Status.NOT_VALID:
        return replace(result, actions=(Action(code="action.other_tool"),))
    if result.status is Status.INVALID:
        return replace(result, actions=_about("action.correct", result.invalid))
    if result.status is Status.SCREEN_FIRST:
        return replace(result, actions=(Action(code="action.screen_first"),))
    asks = () if result.category else _asks(result, held)
    category = result.acting_category
    rows = instrument(intake.tool, intake.rule_version).follow_up
    row = next((one for one in rows if one.category is category), None)
    if row is None:
        return replace(result, actions=(*asks, Action(code="action.judge")))
    rule = Mark(code="screening.follow_up", evidence=row.evidence)
    return replace(
        result,
        marks=result.marks if row.evidence is Evidence.SOURCE else (*result.marks, rule),
        actions=(*asks, *(Action(code=code) for code in row.actions)),
        next_due=intake.on + timedelta(days=row.due_days[intake.setting]),
        overdue_after=intake.on + timedelta(days=row.overdue_days[intake.setting]),
    )


def _asks(result: ToolResult, held: set[str]) -> tuple[Action, ...]:
    """Mend what looks like a slip, ask what is missing."""
    missing = [name for name in result.missing if name not in held]
    return _about("action.correct", sorted(held)) + _about("action.ask", missing)


def _about(code: str, names: Iterable[str]) -> tuple[Action, ...]:
    return tuple(Action(code=code, field=name) for name in names)
