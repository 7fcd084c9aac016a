"""The draft of an ADIME note: what the record says, as statements with codes and figures.

Assessment, Diagnosis (a PES statement: problem, etiology, signs), Intervention, Monitoring and
Evaluation are the parts of the note in the nutrition care process (Academy of Nutrition and
Dietetics). A person edits the words; what nobody knows is left open for them, never filled in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from screening.following.signs import EarlyWarning
from screening.following.weight import Verdict, WeightPoint, WeightTrend
from screening.instruments.assessment import Assessment
from screening.instruments.instrument import Category, Purpose, Setting, Status, Tool
from screening.instruments.refeeding import RefeedingLevel
from screening.instruments.tools import instrument
from screening.measuring.measures import Provenance, rounded
from screening.needs.conditions import Condition
from screening.needs.constraints import Range
from screening.needs.prescription import Prescription


class NotePart(StrEnum):
    """The parts of a note, in their order."""

    ASSESSMENT = "assessment"
    DIAGNOSIS = "diagnosis"
    INTERVENTION = "intervention"
    MONITORING = "monitoring"
    EVALUATION = "evaluation"


Fact = Decimal | int | str | date


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence of a note: its part, its code, and the figures and codes it names."""

    part: NotePart
    code: str
    args: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedTargets:
    """The prescription in force with its version and days."""

    content: Prescription
    version: int
    signed_on: date
    review_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFacts:
    """What the record knows of one client on one day; absent is unknown."""

    on: date
    age: int
    setting: Setting
    assessments: tuple[Assessment, ...]  # the newest of each instrument
    trend: WeightTrend
    bmi: Decimal | None = None
    targets: SignedTargets | None = None
    warnings: tuple[EarlyWarning, ...] = ()
    plan_from: date | None = None


class PesProblem(StrEnum):
    """The problem of a PES statement, gravest first."""

    MALNUTRITION_SEVERE = "malnutrition_severe"
    MALNUTRITION_MODERATE = "malnutrition_moderate"
    RISK = "risk"
    WEIGHT_LOSS = "weight_loss"
    SWALLOWING = "swallowing"
    NONE = "none"


_POSITIVE = frozenset(
    {Category.HIGH, Category.AT_RISK, Category.MALNOURISHED, Category.SEVERE, Category.MODERATE}
    | {Category.MEDIUM, Category.RED, Category.ORANGE, Category.POSITIVE}
)
_SWALLOWING = frozenset(
    {Category.POSITIVE, Category.FAILED, Category.SLIGHT, Category.MODERATE, Category.SEVERE}
)
_CAUSES = {"glim.intake": "note.cause.intake", "glim.inflammation": "note.cause.inflammation"}
_WEIGH_DAYS = {Setting.HOSPITAL: 7, Setting.CARE_HOME: 31, Setting.COMMUNITY: 92}
"""Weigh weekly in hospital, monthly in residential care, three-monthly at home (spec. 7.1)."""
_WEIGH_DAYS_FALLING = 7
_STEADY_PERCENT = Decimal(1)
"""Within one percent a weight is called steady (a convention of this product)."""

ADIME_CODES: tuple[str, ...] = (
    *(f"note.part.{part}" for part in NotePart),
    *(f"note.problem.{one}" for one in PesProblem),
    *(f"note.cause.{one}" for one in ("intake", "inflammation", "acute", "conditions", "open")),
    *(f"note.sign.{one}" for one in ("result", "loss", "bmi", "none")),
    *(f"note.a.{one}" for one in ("person", "result", "open", "weight", "change", "no_weight")),
    *("note.a.bmi", "note.a.never_screened", "note.a.estimated"),
    *(f"note.i.{one}" for one in ("version", "energy", "protein", "fluid", "texture", "start")),
    *(f"note.i.{one}" for one in ("allergies", "plan", "none")),
    *(f"note.m.{one}" for one in ("weigh", "screen", "review", "refeeding")),
    *(f"note.e.{one}" for one in ("gained", "lost", "steady", "open")),
)
"""Every code a draft can hold beside those of warnings."""


def write_note(facts: NoteFacts) -> tuple[Statement, ...]:
    """The draft of a note, part by part; the same facts give the same draft."""
    return (
        *_assessment(facts),
        *_diagnosis(facts),
        *_intervention(facts),
        *_monitoring(facts),
        *_evaluation(facts),
    )


def _assessment(facts: NoteFacts) -> Iterator[Statement]:
    part = NotePart.ASSESSMENT
    yield Statement(part=part, code="note.a.person", args={"age": facts.age})
    if not facts.assessments:
        yield Statement(part=part, code="note.a.never_screened")
    for one in facts.assessments:
        yield from _result(one)
    yield from _weight(facts)
    for warning in facts.warnings:
        yield Statement(part=part, code=warning.code.value, args=dict(warning.facts))


def _result(one: Assessment) -> Iterator[Statement]:
    """What an instrument says, and how much of it is still open."""
    result, part = one.result, NotePart.ASSESSMENT
    category = result.acting_category
    if category is not None:
        yield Statement(
            part=part,
            code="note.a.result",
            args={"tool": f"tool.{result.instrument}", "category": _word(category), "on": one.on},
        )
    if _is_estimated(one):
        args: dict[str, Fact] = {"tool": f"tool.{result.instrument}"}
        yield Statement(part=part, code="note.a.estimated", args=args)
    if result.status is not Status.COMPLETE:
        yield Statement(
            part=part,
            code="note.a.open",
            args={"tool": f"tool.{result.instrument}", "count": len(result.missing)},
        )


def _is_estimated(one: Assessment) -> bool:
    return any(how is not Provenance.MEASURED for how in one.result.input_provenance.values())


def _word(category: Category) -> str:
    return f"screening.category.{category}"


def _weight(facts: NoteFacts) -> Iterator[Statement]:
    part, points = NotePart.ASSESSMENT, facts.trend.points
    if not points:
        yield Statement(part=part, code="note.a.no_weight")
        return
    last = points[-1]
    yield Statement(part=part, code="note.a.weight", args={"kg": last.weight_kg, "on": last.on})
    for window in facts.trend.windows:
        if window.change_percent is not None:
            percent = rounded(window.change_percent, 1)
            args: dict[str, Fact] = {"percent": percent, "count": window.days // 30}
            yield Statement(part=part, code="note.a.change", args=args)
    if facts.bmi is not None:
        yield Statement(part=part, code="note.a.bmi", args={"bmi": facts.bmi})


def _diagnosis(facts: NoteFacts) -> Iterator[Statement]:
    """Problem, etiology, signs: a cause nobody named is asked of the writer."""
    part = NotePart.DIAGNOSIS
    problem = pes_problem(facts)
    yield Statement(part=part, code=f"note.problem.{problem}")
    if problem is PesProblem.NONE:
        return
    causes = tuple(_causes(facts))
    yield from causes or (Statement(part=part, code="note.cause.open"),)
    yield from _conditions(facts)
    signs = tuple(_signs(facts))
    yield from signs or (Statement(part=part, code="note.sign.none"),)


def pes_problem(facts: NoteFacts) -> PesProblem:
    """The gravest problem the record shows: GLIM before a screening, a screening before a trend."""
    found = {
        one.result.instrument: one.result.acting_category
        for one in facts.assessments
        if one.result.acting_category is not None
    }
    glim = found.get(Tool.GLIM)
    screened = any(
        category in _POSITIVE
        for tool, category in found.items()
        if instrument(tool).purpose is Purpose.MALNUTRITION
    )
    swallows_badly = any(
        category in _SWALLOWING
        for tool, category in found.items()
        if instrument(tool).purpose is Purpose.SWALLOWING
    )
    falling = facts.trend.verdict in (Verdict.FALLING, Verdict.FAST)
    held = (
        (PesProblem.MALNUTRITION_SEVERE, glim is Category.SEVERE),
        (PesProblem.MALNUTRITION_MODERATE, glim is Category.MODERATE),
        (PesProblem.RISK, screened),
        (PesProblem.WEIGHT_LOSS, falling),
        (PesProblem.SWALLOWING, swallows_badly),
    )
    return next((problem for problem, holds in held if holds), PesProblem.NONE)


def _causes(facts: NoteFacts) -> Iterator[Statement]:
    part = NotePart.DIAGNOSIS
    for one in facts.assessments:
        for item in one.result.items:
            if item.points and item.item in _CAUSES:
                yield Statement(part=part, code=_CAUSES[item.item])
            if item.points and item.item == "must.acute":
                yield Statement(part=part, code="note.cause.acute")


def _conditions(facts: NoteFacts) -> Iterator[Statement]:
    """Conditions on file: whether one of them is the cause is for the writer to say."""
    part = NotePart.DIAGNOSIS
    if facts.targets and facts.targets.content.conditions:
        words = _joined(f"condition.{one}" for one in _sorted(facts.targets.content.conditions))
        yield Statement(part=part, code="note.cause.conditions", args={"conditions": words})


def _sorted(conditions: frozenset[Condition]) -> list[Condition]:
    return sorted(conditions)


def _joined(codes: Iterator[str]) -> str:
    """Several codes as one fact: whoever says them divides them at the space."""
    return " ".join(codes)


def _signs(facts: NoteFacts) -> Iterator[Statement]:
    part = NotePart.DIAGNOSIS
    for one in facts.assessments:
        category = one.result.acting_category
        if category in _POSITIVE | _SWALLOWING:
            args: dict[str, Fact] = {
                "tool": f"tool.{one.result.instrument}",
                "category": _word(category) if category else "",
            }
            yield Statement(part=part, code="note.sign.result", args=args)
    falls = [
        one
        for one in facts.trend.windows
        if one.verdict in (Verdict.FALLING, Verdict.FAST) and one.change_percent is not None
    ]
    for window in falls[-1:]:
        percent = abs(rounded(window.change_percent or 0, 1))
        args = {"percent": percent, "count": window.days // 30}
        yield Statement(part=part, code="note.sign.loss", args=args)
    if facts.bmi is not None:
        yield Statement(part=part, code="note.sign.bmi", args={"bmi": facts.bmi})


def _intervention(facts: NoteFacts) -> Iterator[Statement]:
    part, targets = NotePart.INTERVENTION, facts.targets
    if targets is None:
        yield Statement(part=part, code="note.i.none")
        return
    content = targets.content
    args: dict[str, Fact] = {"version": targets.version, "on": targets.signed_on}
    yield Statement(part=part, code="note.i.version", args=args)
    for name, bounds in (
        ("energy", content.energy_kcal),
        ("protein", content.protein_g),
        ("fluid", content.fluid_ml),
    ):
        if bounds != Range():
            yield Statement(part=part, code=f"note.i.{name}", args=_bounds(bounds))
    levels: dict[str, Fact] = {"food": content.food_level, "drink": content.drink_level}
    yield Statement(part=part, code="note.i.texture", args=levels)
    if content.start_energy_kcal is not None:
        start: dict[str, Fact] = {"kcal": content.start_energy_kcal}
        yield Statement(part=part, code="note.i.start", args=start)
    if content.allergies:
        words = _joined(f"allergen.{one}" for one in sorted(content.allergies))
        yield Statement(part=part, code="note.i.allergies", args={"allergies": words})
    if facts.plan_from is not None:
        yield Statement(part=part, code="note.i.plan", args={"on": facts.plan_from})


def _bounds(bounds: Range) -> dict[str, Fact]:
    """Both ends; an open end is an empty word."""
    ends = {"low": bounds.low, "high": bounds.high}
    return {name: "" if end is None else end for name, end in ends.items()}


def _monitoring(facts: NoteFacts) -> Iterator[Statement]:
    part = NotePart.MONITORING
    falling = facts.trend.verdict in (Verdict.FALLING, Verdict.FAST)
    days = _WEIGH_DAYS_FALLING if falling else _WEIGH_DAYS[facts.setting]
    yield Statement(part=part, code="note.m.weigh", args={"count": days})
    due = [one.result.next_due for one in facts.assessments if one.result.next_due is not None]
    if due:
        yield Statement(part=part, code="note.m.screen", args={"on": min(due)})
    if facts.targets and facts.targets.review_on is not None:
        yield Statement(part=part, code="note.m.review", args={"on": facts.targets.review_on})
    if facts.targets and facts.targets.content.refeeding not in (None, RefeedingLevel.NONE):
        yield Statement(part=part, code="note.m.refeeding")


def _evaluation(facts: NoteFacts) -> Iterator[Statement]:
    """What became of the weight since the prescription was signed; unknown is left open."""
    part = NotePart.EVALUATION
    since = facts.targets.signed_on if facts.targets else None
    pair = _since(facts.trend.points, since) if since else None
    if pair is None:
        yield Statement(part=part, code="note.e.open")
        return
    before, now = pair
    change = now.weight_kg - before.weight_kg
    steady = abs(change) * 100 <= _STEADY_PERCENT * before.weight_kg
    code = "note.e.steady" if steady else "note.e.gained" if change > 0 else "note.e.lost"
    args: dict[str, Fact] = {"kg": abs(change), "count": (now.on - before.on).days}
    yield Statement(part=part, code=code, args={} if steady else args)


def _since(points: tuple[WeightPoint, ...], day: date) -> tuple[WeightPoint, WeightPoint] | None:
    """The last weight up to a day and the newest one after it."""
    before = [one for one in points if one.on <= day]
    later = [one for one in points if one.on > day]
    return (before[-1], later[-1]) if before and later else None
