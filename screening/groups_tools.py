"""Instruments by their agreed names: the one scoring path, told in each instrument's own words."""

from collections.abc import Callable, Mapping
from typing import Any

from screening.group import Given, Group, Told, anything, word, worked
from screening.instrument import (
    Category,
    ItemPoints,
    Points,
    Setting,
    Status,
    Tool,
    ToolResult,
)
from screening.quantities import fits
from screening.reading import item_points
from screening.tools import instrument, score

Telling = Callable[[ToolResult], Told]
"""What an instrument calls its score and category, from a result that has them."""

_NO_ANSWER = frozenset({Status.INVALID, Status.NOT_VALID, Status.SCREEN_FIRST})


def tool_group(tool: Tool, *tellings: Telling) -> Group:
    """An instrument whose answers are named as its table names them."""

    def answer(known: Given) -> Told:
        return _told(score(tool, known), tellings)  # type: ignore[arg-type]  # it reads any value

    names = tuple(one.name for one in instrument(tool).inputs)
    return Group(name=tool.value, inputs=names, answer=answer)


def listed_group(tool: Tool, name: str, *tellings: Telling, row: str, whole: bool) -> Group:
    """An instrument whose answers come as one list; `whole` when each must have its place."""
    names = tuple(one.name for one in instrument(tool).inputs)
    places = tuple(one for one in names if one.startswith(row))
    rest = tuple(one for one in names if one not in places)

    def answer(known: Given) -> Told:
        given = known.get(name, (None,) * len(places))
        answers = {one: known[one] for one in rest if one in known}
        fitting = _fits_places(given, len(places), whole=whole)
        if isinstance(given, tuple) and fitting:
            answers |= dict(zip(places, given, strict=False))
        result = score(tool, answers)  # type: ignore[arg-type]  # it reads any value
        if not fitting and result.status is not Status.NOT_VALID:
            return {**_head(result), "status": Status.INVALID.value, "invalid": (name,)}
        return _told(result, tellings)

    return Group(name=tool.value, inputs=(*rest, name), answer=answer)


def _fits_places(given: object, places: int, *, whole: bool) -> bool:
    """Whether a list has a value for each place, or for the first ones."""
    if not isinstance(given, tuple):
        return False
    return len(given) == places if whole else 0 < len(given) <= places


def _told(result: ToolResult, tellings: tuple[Telling, ...]) -> Told:
    told = _head(result)
    if result.status not in _NO_ANSWER:
        for telling in tellings:
            told |= telling(result)
    return told


def _head(result: ToolResult) -> dict[str, Any]:
    """What every result says: under which rules, how sure, what to ask and to mend."""
    lists = {
        "flags": result.flags,
        "missing": result.missing,
        "invalid": result.invalid,
        "marks": tuple({"code": one.code, "evidence": one.evidence.value} for one in result.marks),
        "items": tuple(_item(one) for one in result.items),
    }
    if result.status in _NO_ANSWER or result.prescreen == "negative":
        lists["items"] = ()
    return {
        "instrument": result.instrument.value,
        "rule_version": result.rule_version,
        "source": result.source,
        "status": result.status.value,
        "input_provenance": {name: how.value for name, how in result.input_provenance.items()},
        **lists,
    }


def _item(item: ItemPoints) -> Told:
    if item.points is not None:
        return {"item": item.item, "points": item.points, "reason": item.reason}
    return {"item": item.item, "min_points": item.lowest, "max_points": item.highest}


def summed(points: str = "score", category: str = "category") -> Telling:
    """A sum and its category: one number when complete, both ends when not (reading G5)."""

    def tell(result: ToolResult) -> Told:
        told: dict[str, Any] = {}
        if result.status is Status.COMPLETE and result.score is not None:
            told[points] = result.score
        if result.status is Status.PARTIAL:
            told |= {f"min_{points}": result.min_score, f"max_{points}": result.max_score}
        return {**told, **at_least(category)(result)}

    return tell


def at_least(category: str) -> Telling:
    """A category under its name when it is sure, and the mildest one that is still possible."""

    def tell(result: ToolResult) -> Told:
        told: dict[str, Any] = {}
        if result.category is not None:
            told[category] = result.category.value
        if result.category_at_least is not None:
            told["category_at_least"] = result.category_at_least.value
            if _says_something(result):
                told[f"{category}_at_least"] = result.category_at_least.value
        return told

    return tell


def _says_something(result: ToolResult) -> bool:
    """Whether "at least" this category leaves one out."""
    table = instrument(result.instrument, result.rule_version)
    milder = table.bands[-1] if table.low_is_worse else table.bands[0]
    return result.category_at_least is not milder.category


def yes_if(name: str, category: Category) -> Telling:
    """Yes or no instead of a category; absent while it is open."""

    def tell(result: ToolResult) -> Told:
        return {} if result.category is None else {name: result.category is category}

    return tell


def _likely(result: ToolResult) -> Told:
    return {} if result.bmi_likely is None else {"bmi_likely": result.bmi_likely}


def _nrs2002(result: ToolResult) -> Told:
    """The parts of the sum when it is complete, both ends when not, neither when screened out."""
    told: dict[str, Any] = {"prescreen": result.prescreen}
    if result.category is not None:
        told["at_risk"] = result.category is Category.AT_RISK
    if result.status is Status.PARTIAL:
        return told | {"min_total": result.min_score, "max_total": result.max_score}
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
    return {"points": item_points(item, {name: known["value"]}).points}


TOOL_GROUPS: tuple[Group, ...] = (
    tool_group(Tool.MUST, summed(), _likely),
    tool_group(Tool.NRS2002, _nrs2002),
    tool_group(Tool.MNA_SF, summed()),
    tool_group(Tool.MNA_FULL, summed("total"), _mna_parts),
    worked(
        "MNA_ITEM",
        word("item", _RAW_ITEMS),
        anything("value"),
        needs=("item", "value"),
        work=_mna_item,
    ),
    tool_group(Tool.SNAQ, summed()),
    tool_group(Tool.SNAQ65, summed(category="colour")),
    tool_group(Tool.SNAQRC, summed(category="colour")),
    listed_group(
        Tool.EAT10,
        "items",
        summed(),
        yes_if("positive", Category.POSITIVE),
        row="item_",
        whole=True,
    ),
    tool_group(Tool.SARCF, summed(), yes_if("positive", Category.POSITIVE)),
    tool_group(Tool.SARCCALF, summed(), yes_if("positive", Category.POSITIVE)),
    listed_group(Tool.GUSS, "subtests", summed("total", "severity"), row="subtest_", whole=False),
    tool_group(Tool.WATER90, _water),
)
