"""The choice problem: positions over days, options with amounts, bounds, repetition, caps."""

from dataclasses import dataclass
from itertools import chain

LEVELS = ("hard", "soft", "caps", "wishes", "cost")
"""What the numbers of an objective count, most important first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something that can be chosen: what it brings per dimension, and what it costs.

    `amounts` is None where the amount is not known. `group` ties options that count as the
    same thing for repetition; the empty group never repeats. `penalty` may be negative (liked).
    """

    key: str
    amounts: tuple[int | None, ...]
    group: str = ""
    penalty: int = 0
    cost: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """One place to fill on one day, with the candidates as indices into the options."""

    key: str
    day: int
    candidates: tuple[int, ...]
    rule: str = ""  # the name under which "this must be filled" appears in a conflict
    optional: bool = False
    skip_penalty: int = 0
    pinned: int | None = None
    earlier: int | None = None  # what stood here before; another choice costs `change_penalty`


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """Limits on the sum of one dimension, on one day or (day None) over the whole horizon.

    Hard limits must hold. Slack beyond a soft limit is counted in permille of `reference`;
    `weight` counts it above all wishes, `wish_weight` trades it against them.
    """

    rule: str
    dimension: int
    day: int | None = None
    hard_lo: int | None = None
    soft_lo: int | None = None
    soft_hi: int | None = None
    hard_hi: int | None = None
    reference: int = 1
    weight: int = 1
    wish_weight: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        _promise(self.reference >= 1, "reference is at least 1")
        _promise(self.weight >= 0 and self.wish_weight >= 0, "a weight is not negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """How often a group may come: per day, over the horizon, and with how many days between.

    `min_gap` 3 means: used on Monday, again on Thursday at the earliest.
    """

    group: str
    max_per_day: int = 1
    max_total: int = 1_000
    min_gap: int = 0
    penalty: int = 1

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        _promise(
            min(self.max_per_day, self.max_total, self.min_gap, self.penalty) >= 0,
            "a repetition rule is not negative",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """The sum of a dimension over some positions should stay at most `at_most`.

    What goes over is counted in permille of the cap.
    """

    rule: str
    dimension: int
    positions: tuple[int, ...]
    at_most: int

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        _promise(self.at_most >= 1, "a cap is at least 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class MealChoiceProblem:
    """Fill every position so that the hard bounds hold, then as well as possible by LEVELS.

    `unknown_penalty` is what one unknown amount costs where a hard upper limit stands: it cannot
    be shown to fit, so it counts with the soft slack (in permille) and is avoided where possible.
    """

    days: int
    dimensions: int
    options: tuple[Option, ...]
    positions: tuple[Position, ...]
    bounds: tuple[Bound, ...] = ()
    repetitions: tuple[Repetition, ...] = ()
    caps: tuple[Cap, ...] = ()
    change_penalty: int = 0
    unknown_penalty: int = 100

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        _promise(self.days >= 1, "days is at least 1")
        _check_options(self)
        _check_positions(self)
        _check_rules(self)


def _promise(kept: bool, promise: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not kept:
        raise ValueError(promise)


def _distinct(keys: list[object]) -> bool:
    return len(set(keys)) == len(keys)


def _check_options(problem: MealChoiceProblem) -> None:
    _promise(_distinct([option.key for option in problem.options]), "option keys are distinct")
    for option in problem.options:
        _promise(
            len(option.amounts) == problem.dimensions, "an option has one amount per dimension"
        )
        _promise(option.cost >= 0, "a cost is not negative")
        _promise(
            all(amount is None or amount >= 0 for amount in option.amounts),
            "an amount is not negative",
        )


def _check_positions(problem: MealChoiceProblem) -> None:
    positions = problem.positions
    _promise(_distinct([position.key for position in positions]), "position keys are distinct")
    known = range(len(problem.options))
    shelves = {position.candidates for position in positions}
    _promise(
        all(candidate in known for candidate in chain.from_iterable(shelves)),
        "a candidate is an option",
    )
    for position in positions:
        _promise(0 <= position.day < problem.days, "a position is on a day of the horizon")
        _promise(position.skip_penalty >= 0, "a skip penalty is not negative")
        pinned = position.pinned
        _promise(pinned is None or pinned in position.candidates, "a pinned option is a candidate")


def _check_rules(problem: MealChoiceProblem) -> None:
    places = range(len(problem.positions))
    for bound in problem.bounds:
        _promise(bound.dimension in range(problem.dimensions), "a bound is on a dimension")
        _promise(
            bound.day is None or bound.day in range(problem.days),
            "a bound is on a day of the horizon",
        )
    _promise(
        _distinct([(bound.day, bound.dimension) for bound in problem.bounds]),
        "a day and dimension have one bound",
    )
    _promise(_distinct([rule.group for rule in problem.repetitions]), "a group has one rule")
    for cap in problem.caps:
        _promise(cap.dimension in range(problem.dimensions), "a cap is on a dimension")
        _promise(all(place in places for place in cap.positions), "a cap is on positions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The option chosen for one position; None where an optional position stays empty."""

    position: str
    option: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MealChoice:
    """One choice per position, in the order of the problem."""

    choices: tuple[Choice, ...]
