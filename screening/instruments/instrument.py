"""The shape of a screening instrument as data, and of what scoring it gives."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from screening.measuring.measures import Exact, Provenance

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
    MNA_FULL = "MNA_FULL"
    SARCF = "SARCF"
    SARCCALF = "SARCCALF"
    GUSS = "GUSS"
    WATER90 = "WATER90"
    BMI_CLASS = "BMI_CLASS"
    WAIST = "WAIST"
    CC_MUSCLE = "CC_MUSCLE"
    SARC_OBESITY = "SARC_OBESITY"
    REFEED_NICE = "REFEED_NICE"
    REFEED_ASPEN = "REFEED_ASPEN"
    GLIM = "GLIM"
    ESPEN2015 = "ESPEN2015"
    NICE_MALN = "NICE_MALN"


class Purpose(StrEnum):
    """What an instrument looks for; each purpose has its own newest result and own repeat."""

    MALNUTRITION = "malnutrition"
    SWALLOWING = "swallowing"
    MUSCLE = "muscle"
    BODY = "body"
    REFEEDING = "refeeding"
    DIAGNOSIS = "diagnosis"


class Evidence(StrEnum):
    """How sure a rule is (clinical specification 0.1); all but SOURCE is shown with the result."""

    SOURCE = "V"  # read in public material of, or quoting, the publisher
    SECONDARY = "V2"  # read in a secondary source only
    UNVERIFIED = "K"  # from knowledge, nobody opened the original yet
    CONVENTION = "C"  # the source is silent; chosen so that more people are found
    PRODUCT = "P"  # a rule of this product


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
    SCREEN_FIRST = "screen_first"  # asked only after a positive screening
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
    PASSED = "passed"
    FAILED = "failed"
    SLIGHT = "slight"
    NONE_OR_MINIMAL = "none_or_minimal"
    NONE = "none"
    SOME = "some"
    EXTREME = "extreme"
    SIGNIFICANT = "significant"
    MILD_MODERATE = "mild_moderate"
    INCREASED = "increased"
    THINNESS_SEVERE = "thinness_severe"
    THINNESS_MODERATE = "thinness_moderate"
    THINNESS_MILD = "thinness_mild"
    PRE_OBESITY = "pre_obesity"
    OBESITY_I = "obesity_I"
    OBESITY_II = "obesity_II"
    OBESITY_III = "obesity_III"
    SCREEN_NEGATIVE = "screen_negative"
    FUNCTION_PRESERVED = "function_preserved"
    NOT_CONFIRMED = "not_confirmed"
    SUSPECTED = "suspected"
    NEEDS_CLINICIAN = "needs_clinician"
    STAGE_I = "stage_I"
    STAGE_II = "stage_II"


class InputKind(StrEnum):
    """What an answer may be."""

    NUMBER = "number"
    COUNT = "count"  # a whole number from zero
    AMOUNT = "amount"  # a number from zero, such as meals a day
    MEASURE = "measure"  # a number above zero
    AGE = "age"  # completed years
    FLAG = "flag"
    POINTS = "points"  # one of the printed values
    SEX = "sex"
    WORD = "word"  # one of the listed words


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


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A question matters only while the sum of `of` may be on this side of the limit.

    `of` names quantities, items or `prescreen`. Without a bound it matters only while that is
    unknown, as the calf without a BMI. Unknown never hides a question, it only lets it wait; with
    `sure` it must be known to hold (no water test while a reason against it may exist).
    """

    of: tuple[str, ...]
    bound: Bound | None = None
    limit: Fraction = Fraction(0)
    sure: bool = False

    def holds(self, value: Points | Fraction) -> bool:
        """Whether a known sum asks the question."""
        return self.bound is not None and _HOLDS[self.bound](Fraction(value), self.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One question of an instrument.

    `unit` is that of the answer (kg, cm, percent, ml, day). `section` is the code of the step it
    stands under, empty for what a form does not ask: it comes with the person, or replaces other
    answers. It is asked only while every `when` may hold.
    """

    name: str
    kind: InputKind
    allowed: tuple[Points, ...] = ()
    words: tuple[str, ...] = ()
    unit: str | None = None
    section: str = ""
    when: tuple[When, ...] = ()


class Combine(StrEnum):
    """How the lines of one item become its points."""

    WORST = "worst"  # the line with most points; never added
    FIRST_KNOWN = "first_known"  # a later line only replaces an unknown earlier one
    ONE_OF = "one_of"  # gates exclude each other (man or woman): one line holds, unknown which


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One scored item; items are added up."""

    code: str
    lines: tuple[Line, ...]
    combine: Combine = Combine.WORST
    evidence: Evidence = Evidence.SOURCE
    counts: bool = True  # False: read by an outcome or shown, but never added to the score


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Scores from `lowest` up to the next band."""

    lowest: Points
    category: Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """At least `least` points over these items: added up, or with `worst` on one alone.

    With `one_is_enough` they are tests of one thing: what is open beside a known one is let be.
    With `still_open` it is met while one of them is unknown, whether or not that could matter.
    """

    items: tuple[str, ...]
    least: Points = 1
    worst: bool = False
    one_is_enough: bool = False
    still_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A category that holds when every need of one of these groups is met.

    With `while_open` it stands for milder ones only as long as what is unknown could make the
    result graver: a suspicion, not a floor.
    """

    category: Category
    any_of: tuple[tuple[Need, ...], ...]
    while_open: bool = False


class Open(StrEnum):
    """How a category is read while answers are unknown.

    A sum, or AGREE: both ends must give the same category. NOT_MET: what is unknown counts as not
    met; only a negative answer that could still turn stays partial. AT_LEAST: the same, but any
    unknown keeps the result partial until the gravest category is reached.
    """

    AGREE = "agree"
    NOT_MET = "not_met"
    AT_LEAST = "at_least"


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
    evidence: Evidence = Evidence.PRODUCT


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A whole instrument as data; adding one is adding one of these.

    The category comes from `bands` over the sum of the items, or from `outcomes`, gravest first,
    with `otherwise` when none holds. `requires` names a yes without which nothing is scored.
    `steps` are needs that are looked at in order: `otherwise` is provisional while the first of
    them that is not met is open, whatever the later ones say.
    `sequence` names steps that are taken in order, each only after `full_step` points before.
    `flags` gives the mark that a reason brings, or an item (by its code) while it is unknown.
    """

    tool: Tool
    rule_version: str
    source: str
    inputs: tuple[Input, ...]
    items: tuple[Item, ...]
    bands: tuple[Band, ...] = ()
    follow_up: tuple[FollowUp, ...]
    purpose: Purpose = Purpose.MALNUTRITION
    evidence: Evidence = Evidence.SOURCE
    outcomes: tuple[Outcome, ...] = ()
    otherwise: Category | None = None
    open: Open = Open.AGREE
    requires: str | None = None
    steps: tuple[Need, ...] = ()
    sequence: tuple[str, ...] = ()
    full_step: int = 0
    flags: Mapping[str, str] = field(default_factory=dict)
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

    @property
    def categories(self) -> tuple[Category, ...]:
        """Every category this instrument can give."""
        decided = tuple(one.category for one in self.outcomes)
        last = () if self.otherwise is None else (self.otherwise,)
        return (*(band.category for band in self.bands), *decided, *last)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPoints:
    """Points of one item with the reason; unknown has a range and no points.

    While more is possible, `sure_reason` and `sure_value` tell what gives the lowest points.
    """

    item: str
    points: Points | None
    lowest: Points
    highest: Points
    reason: str
    value: Fraction | None
    inputs: tuple[tuple[str, Answer], ...]
    missing: tuple[str, ...]
    sure_reason: str | None = None
    sure_value: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A rule used in a result that was not read at its publisher."""

    code: str
    evidence: Evidence


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
    marks: tuple[Mark, ...] = ()

    @property
    def acting_category(self) -> Category | None:
        """The category to act on: the certain one, else the least severe still possible."""
        return self.category or self.category_at_least
