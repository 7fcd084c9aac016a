"""The shape of a screening instrument as data, and of what scoring it gives."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from screening.measures import Exact, Provenance

Answer = Exact | bool | str
"""One answer on a form; absent and None both mean unknown."""

Answers = Mapping[str, Answer | None]
Points = int | Decimal
"""Whole points, or exact halves in instruments that give them."""


class Tool(StrEnum):
    """A screening instrument."""

    MUST = "MUST"
    NRS2002 = "NRS2002"
    MNA_SF = "MNA_SF"
    SNAQ = "SNAQ"
    SNAQ65 = "SNAQ65"
    SNAQRC = "SNAQRC"
    EAT10 = "EAT10"


class Setting(StrEnum):
    """Where the person lives while being screened; the repeat interval hangs on it."""

    HOSPITAL = "hospital"
    CARE_HOME = "care_home"
    COMMUNITY = "community"


class Status(StrEnum):
    """How far a result may be trusted."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    SUBJECTIVE = "subjective"
    INVALID = "invalid"
    NOT_VALID = "not_valid"


class Category(StrEnum):
    """Outcome words of the instruments, as their publishers use them."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    NOT_AT_RISK = "not_at_risk"
    AT_RISK = "at_risk"
    AT_RISK_POSSIBLE = "at_risk_possible"
    NORMAL = "normal"
    MALNOURISHED = "malnourished"
    NOT_MALNOURISHED = "not_malnourished"
    MODERATE = "moderate"
    SEVERE = "severe"
    GREEN = "green"
    ORANGE = "orange"
    RED = "red"
    NEGATIVE = "negative"
    POSITIVE = "positive"


class InputKind(StrEnum):
    """What an answer may be."""

    NUMBER = "number"
    MEASURE = "measure"  # a number above zero
    AGE = "age"  # completed years
    FLAG = "flag"
    POINTS = "points"  # one of the printed values
    SEX = "sex"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One question of an instrument."""

    name: str
    kind: InputKind
    allowed: tuple[int, ...] = ()


class Bound(StrEnum):
    """How a value is held against a limit."""

    BELOW = "below"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    ABOVE = "above"
    OTHERWISE = "otherwise"


_HOLDS: Mapping[Bound, Callable[[Fraction, Fraction], bool]] = {
    Bound.BELOW: operator.lt,
    Bound.AT_MOST: operator.le,
    Bound.AT_LEAST: operator.ge,
    Bound.ABOVE: operator.gt,
    Bound.OTHERWISE: lambda _value, _limit: True,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One row of a points table; the first row that holds gives the points and the reason."""

    bound: Bound
    limit: Fraction
    points: Points
    reason: str

    def holds(self, value: Fraction) -> bool:
        """Whether the exact value falls in this row."""
        return _HOLDS[self.bound](value, self.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A points table over one quantity; `gate` is a yes/no answer without which it gives 0."""

    quantity: str
    cuts: tuple[Cut, ...]
    gate: str | None = None
    if_planned: int | None = None  # value of the quantity when a weight loss was planned


class Combine(StrEnum):
    """How the lines of one item become its points."""

    WORST = "worst"  # the line with most points; never added
    FIRST_KNOWN = "first_known"  # a later line only replaces an unknown earlier one


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One scored item; items are added up."""

    code: str
    lines: tuple[Line, ...]
    combine: Combine = Combine.WORST


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Scores from `lowest` up to the next band."""

    lowest: Points
    category: Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """A measure that, when an item cannot be known, gives a likely class but no points."""

    item: str
    quantity: str
    below: Decimal
    above: Decimal
    words: tuple[str, str, str]  # below, between, above


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One act that follows; `field` names the answer it is about, if any."""

    code: str
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What a category asks for: acts, and days until the next screening per setting."""

    category: Category
    actions: tuple[str, ...]
    due_days: Mapping[Setting, int]
    overdue_days: Mapping[Setting, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A whole instrument as data; adding one is adding one of these."""

    tool: Tool
    rule_version: str
    source: str
    inputs: tuple[Input, ...]
    items: tuple[Item, ...]
    bands: tuple[Band, ...]
    follow_up: tuple[FollowUp, ...]
    least_age: int | None = None
    low_is_worse: bool = False
    stops_when_decided: bool = False
    prescreen: tuple[Line, ...] = ()
    prescreen_negative: Category | None = None
    possible: Category | None = None
    substitute: Substitute | None = None

    def category(self, score: Points) -> Category:
        """The band a score falls in."""
        return [band.category for band in self.bands if band.lowest <= score][-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPoints:
    """Points of one item with the reason; unknown has a range and no points."""

    item: str
    points: Points | None
    lowest: Points
    highest: Points
    reason: str
    value: Fraction | None
    inputs: tuple[tuple[str, Answer], ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What one filled-in instrument says, with everything needed to check and repeat it."""

    instrument: Tool
    rule_version: str
    source: str
    status: Status
    score: Points | None = None
    min_score: Points | None = None
    max_score: Points | None = None
    lowest_possible: Points = 0
    highest_possible: Points = 0
    category: Category | None = None
    category_at_least: Category | None = None
    bmi_likely: str | None = None
    prescreen: str | None = None
    items: tuple[ItemPoints, ...] = ()
    flags: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    next_due: date | None = None
    overdue_after: date | None = None
    missing: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()
    input_provenance: Mapping[str, Provenance] = field(default_factory=dict)

    @property
    def acting_category(self) -> Category | None:
        """The category to act on: the certain one, else the least severe still possible."""
        return self.category or self.category_at_least
