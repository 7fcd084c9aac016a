"""Instruments by their agreed names: the one scoring path, told in each instrument's own words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from screening.calculations.group import (
    Given,
    Group,
    Told,
    anything,
    marked,
    readable,
    word,
    worked,
)
from screening.instruments.instrument import (
    Category,
    ItemPoints,
    Points,
    Setting,
    Status,
    Tool,
    ToolResult,
)
from screening.instruments.quantities import fits
from screening.instruments.reading import item_points
from screening.instruments.terminology import Coding, coding
from screening.instruments.tools import instrument, score

Telling = Callable[[ToolResult], Told]
"""What an instrument calls its score and category, from a result that has them."""

_NO_ANSWER = frozenset({Status.INVALID, Status.NOT_VALID, Status.SCREEN_FIRST})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """Answers that come as one list; `whole` when each must have its place in it."""

    name: str
    places: tuple[str, ...]
    whole: bool

    def spread(self, listed: object) -> dict[str, Any] | None:
        """Each answer at its place; None for what is no list, or does not fit the places."""
        if not isinstance(listed, list | tuple):
            return None
        most = len(self.places)
        fits = len(listed) == most if self.whole else 0 < len(listed) <= most
        return dict(zip(self.places, listed, strict=False)) if fits else None


_ROWS: Mapping[Tool, _Row] = {
    Tool.EAT10: _Row(name="items", places=tuple(f"item_{n}" for n in range(1, 11)), whole=True),
    Tool.GUSS: _Row(
        name="subtests", places=tuple(f"subtest_{n}" for n in range(1, 5)), whole=False
    ),
}


def input_names(tool: Tool) -> tuple[str, ...]:
    """The agreed names of an instrument's answers; a list stands for its places."""
    names = [one.name for one in instrument(tool).inputs]
    row = _ROWS.get(tool)
    if row is None:
        return tuple(names)
    return (*(one for one in names if one not in row.places), row.name)


def sent_as(tool: Tool) -> Mapping[str, str]:
    """How each answer of a table is named by who sends it: itself, or its place in a list."""
    row = _ROWS.get(tool)
    in_row = {} if row is None else {one: f"{row.name}[{n}]" for n, one in enumerate(row.places)}
    return {one.name: in_row.get(one.name, one.name) for one in instrument(tool).inputs}


def named_answers(tool: Tool, given: Given) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The answers as the table names them, and the lists that do not fit their places."""
    row = _ROWS.get(tool)
    answers: dict[str, Any] = {name: readable(value) for name, value in given.items()}
    if row is None or row.name not in answers:
        return answers, ()
    spread = row.spread(answers.pop(row.name))
    return (answers, (row.name,)) if spread is None else (answers | spread, ())


def tell(result: ToolResult) -> Told:
    """A result of an instrument by its agreed names."""
    told = _head(result)
    if result.status not in _NO_ANSWER:
        for telling in _TELLINGS[result.instrument]:
            told |= telling(result)
    return told


def _tool_group(tool: Tool) -> Group:
    """An instrument; an answer that does not fit makes it invalid, whatever else is known."""

    def answer(known: Given) -> Told:
        answers, unfit = named_answers(tool, known)
        result = score(tool, answers)
        if unfit and result.status is not Status.NOT_VALID:
            return tell(_refused(result, unfit))
        return tell(result)

    table = instrument(tool)
    return Group(
        name=tool.value,
        inputs=input_names(tool),
        answer=answer,
        evidence=table.evidence,
        rule_version=table.rule_version,
    )


def _refused(result: ToolResult, unfit: tuple[str, ...]) -> ToolResult:
    """Nothing of a score when a list does not fit its places."""
    return ToolResult(
        instrument=result.instrument,
        rule_version=result.rule_version,
        source=result.source,
        status=Status.INVALID,
        invalid=unfit,
    )


def _head(result: ToolResult) -> dict[str, Any]:
    """What every result says: under which rules, how sure, what to ask and to mend."""
    items = () if result.prescreen == "negative" else result.items
    lists = {
        "flags": result.flags,
        "missing": result.missing,
        "invalid": result.invalid,
        "marks": tuple(mark for one in result.marks for mark in marked(one.code, one.evidence)),
        "items": tuple(_item(one) for one in items),
        "codings": tuple(_coding(one) for one in coding(result)),
    }
    return {
        "instrument": result.instrument.value,
        "rule_version": result.rule_version,
        "source": result.source,
        "status": result.status.value,
        "input_provenance": {name: how.value for name, how in result.input_provenance.items()},
        **lists,
    }


def _coding(one: Coding) -> Told:
    return {"system": one.system, "code": one.code, "suggested": one.suggested}


def _item(item: ItemPoints) -> Told:
    if item.points is not None:
        return {"item": item.item, "points": item.points, "reason": item.reason}
    return {"item": item.item, "min_points": item.lowest, "max_points": item.highest}


def summed(points: str = "score", category: str = "category") -> Telling:
    """A sum and its category: one number when complete, both ends when not (reading G5)."""

    def tell(result: ToolResult) -> Told:
        told: dict[str, Any] = {}
        if result.score is not None:
            told[points] = result.score
        if result.status is Status.PARTIAL:
            told |= {f"min_{points}": result.min_score, f"max_{points}": result.max_score}
        return {**told, **at_least(category)(result)}

    return tell


def _floor(result: ToolResult) -> Told:
    """The mildest category that is still possible."""
    floor = result.category_at_least
    return {} if floor is None else {"category_at_least": floor.value}


def at_least(category: str) -> Telling:
    """A category under its name when it is sure, and the mildest one that is still possible."""

    def tell(result: ToolResult) -> Told:
        told: dict[str, Any] = {}
        if result.category is not None:
            told[category] = result.category.value
        floor = _floor(result)
        if floor and _says_something(result):
            told[f"{category}_at_least"] = floor["category_at_least"]
        return {**told, **floor}

    return tell


def _says_something(result: ToolResult) -> bool:
    """Whether "at least" this category leaves one out."""
    table = instrument(result.instrument, result.rule_version)
    if not table.bands:
        return result.category_at_least is not table.otherwise
    mildest = table.bands[-1] if table.low_is_worse else table.bands[0]
    return result.category_at_least is not mildest.category


def yes_if(name: str, category: Category) -> Telling:
    """Yes or no instead of a category; absent while it is open."""

    def tell(result: ToolResult) -> Told:
        return {} if result.category is None else {name: result.category is category}

    return tell


def so_far(name: str, *, negative: bool = True) -> Telling:
    """The category that stands, also while it may become graver; the status says so.

    Without `negative` an outcome that rules out is told only once it is sure.
    """

    def tell(result: ToolResult) -> Told:
        category = result.acting_category
        rules_out = category is instrument(result.instrument, result.rule_version).otherwise
        if category is None or (rules_out and result.category is None and not negative):
            return {}
        return {name: category.value}

    return tell


def found(name: str, *categories: Category) -> Telling:
    """Yes or no by the category that stands: what is unknown counts as not met."""

    def tell(result: ToolResult) -> Told:
        return {name: result.acting_category in categories}

    return tell


def _severity(result: ToolResult) -> Told:
    """The stage of GLIM; null when there is none."""
    category = result.acting_category
    return {"severity": category.value if category in _STAGES else None}


_STAGES = (Category.MODERATE, Category.SEVERE)


def _likely(result: ToolResult) -> Told:
    return {} if result.bmi_likely is None else {"bmi_likely": result.bmi_likely}


def _nrs2002(result: ToolResult) -> Told:
    """The parts of the sum when it is complete, both ends when not, neither when screened out."""
    told: dict[str, Any] = {"prescreen": result.prescreen}
    if result.category is not None:
        told["at_risk"] = result.category is Category.AT_RISK
    if result.status is Status.PARTIAL:
        told |= {"min_total": result.min_score, "max_total": result.max_score}
        return {**told, **_floor(result)}
    if result.score is not None:
        names = ("nutrition", "disease", "age_point")
        told |= dict(zip(names, (one.points for one in result.items), strict=True))
        told["total"] = result.score
    if result.category is Category.NOT_AT_RISK:
        told["rescreen_days"] = _repeat_days(result)
    return told


def _repeat_days(result: ToolResult) -> int:
    rows = instrument(result.instrument, result.rule_version).follow_up
    days = (row.due_days[Setting.HOSPITAL] for row in rows if row.category is result.category)
    return next(days)


_FIRST_PART = 6


def _mna_parts(result: ToolResult) -> Told:
    """The two parts of the full form, each once all its items are known."""
    points = [one.points for one in result.items]
    parts = {"screening": points[:_FIRST_PART], "assessment": points[_FIRST_PART:]}
    return {name: total for name, part in parts.items() if (total := _added(part)) is not None}


def _added(part: list[Points | None]) -> Points | None:
    known = [one for one in part if one is not None]
    return sum(known, start=0) if len(known) == len(part) else None


def _water(result: ToolResult) -> Told:
    """Passed only when every sign is known to be absent (reading WA1)."""
    sure = result.status is Status.COMPLETE
    return {"pass": sure and result.category is Category.PASSED}


_RAW_ITEMS = ("H_drugs", "J_meals", "K_yes", "M_cups", "Q_mac_cm", "R_cc_cm")


def _mna_item(known: Mapping[str, Any]) -> Told:
    """One item of the full form by its table."""
    table, name = instrument(Tool.MNA_FULL), known["item"]
    question = next(one for one in table.inputs if one.name == name)
    if not fits(question, known["value"]):
        return {"status": Status.INVALID.value, "invalid": ("value",)}
    item = next(one for one in table.items if one.lines[0].quantity == name)
    points = item_points(item, {name: known["value"]}).points
    return {"points": points, "rule_version": table.rule_version}


_POSITIVE = (summed(), yes_if("positive", Category.POSITIVE))
_TELLINGS: Mapping[Tool, tuple[Telling, ...]] = {
    Tool.MUST: (summed(), _likely),
    Tool.NRS2002: (_nrs2002,),
    Tool.MNA_SF: (summed(),),
    Tool.MNA_FULL: (summed("total"), _mna_parts),
    Tool.SNAQ: (summed(),),
    Tool.SNAQ65: (summed(category="colour"),),
    Tool.SNAQRC: (summed(category="colour"),),
    Tool.EAT10: _POSITIVE,
    Tool.SARCF: _POSITIVE,
    Tool.SARCCALF: _POSITIVE,
    Tool.GUSS: (summed("total", "severity"),),
    Tool.WATER90: (_water,),
    Tool.BMI_CLASS: (at_least("class"),),
    Tool.WAIST: (at_least("class"),),
    Tool.CC_MUSCLE: (at_least("muscle"),),
    Tool.SARC_OBESITY: (so_far("result", negative=False),),
    Tool.REFEED_NICE: (so_far("level"),),
    Tool.REFEED_ASPEN: (so_far("risk"),),
    Tool.GLIM: (found("malnutrition", *_STAGES), _severity),
    Tool.ESPEN2015: (found("malnutrition", Category.MALNOURISHED),),
    Tool.NICE_MALN: (found("malnourished", Category.MALNOURISHED),),
}

TOOL_GROUPS: tuple[Group, ...] = (
    *(_tool_group(tool) for tool in _TELLINGS),
    worked(
        "MNA_ITEM",
        word("item", _RAW_ITEMS),
        anything("value"),
        needs=("item", "value"),
        work=_mna_item,
    ),
)
