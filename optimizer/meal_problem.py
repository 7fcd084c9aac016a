"""The choice problem: positions over days, options with amounts, bounds, repetition, stock."""

from dataclasses import dataclass
from itertools import chain

LEVELS = ("hard", "stock", "soft", "dose", "wishes", "cost", "changes")
"""What the numbers of an objective count, most important first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something that can be chosen: what it brings per dimension, and what it costs.

    `amounts` is None where the amount is not known. `group` ties options that count as the
    same thing for repetition, `family` ties groups that are alike; empty ones never repeat.
    `traits` (at most two) are what a contrast tells apart. `penalty` may be negative (liked).
    """

    key: str
    amounts: tuple[int | None, ...]
    group: str = ""
    family: str = ""
    traits: tuple[str, ...] = ()
    penalty: int = 0
    cost: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        _promise(self.cost >= 0, "a cost is not negative")
        _promise(not self.family or self.family != self.group, "a family is not a group")
        _promise(len(self.traits) <= 2, "an option has at most two traits")
        known = [amount for amount in self.amounts if amount is not None]
        _promise(min(known, default=0) >= 0, "an amount is not negative")


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
    wanted: str = ""  # the group others have here; another, or none, costs `apart_penalty`


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """Limits on the sum of one dimension: of one day, of some positions, or of all of them.

    Hard limits must hold; an amount that is not known adds nothing to a minimum and is more than
    any hard maximum. Slack beyond a soft limit is counted in permille of `reference`: `weight`
    counts it as soft slack, `dose_weight` below that, `wish_weight` trades it against the wishes.
    """

    rule: str
    dimension: int
    day: int | None = None
    positions: tuple[int, ...] | None = None  # None: all (of the day, where there is one)
    hard_lo: int | None = None
    soft_lo: int | None = None
    soft_hi: int | None = None
    hard_hi: int | None = None
    reference: int = 1
    weight: int = 1
    dose_weight: int = 0
    wish_weight: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        _promise(self.reference >= 1, "reference is at least 1")
        least = min(self.weight, self.dose_weight, self.wish_weight)
        _promise(least >= 0, "a weight is not negative")
        _promise(self.day is None or self.positions is None, "a bound has a day or positions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """How often a group or family may come: per day, over the horizon, and how many days between.

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
class Contrast:
    """Positions eaten together: each trait that comes again there costs `penalty`."""

    positions: tuple[int, ...]
    penalty: int = 1

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        _promise(self.penalty >= 0, "a contrast penalty is not negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """At most `units` of some options over the horizon; each choice takes one.

    What goes over is counted above everything that is not hard.
    """

    rule: str
    options: tuple[int, ...]
    units: int

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        _promise(self.units >= 0, "stock is not negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class UseFirst:
    """Units of some options, lost after a day: one left costs `penalty` (a wish) and `cost`."""

    options: tuple[int, ...]
    until_day: int
    units: int
    penalty: int = 0
    cost: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        _promise(
            min(self.until_day, self.units, self.penalty, self.cost) >= 0,
            "a use-first rule is not negative",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MealChoiceProblem:
    """Fill every position so that the hard bounds hold, then as well as possible by LEVELS.

    `tolls[option][day]` is a price in the level of the stock: what others who draw on the same
    stock would give for it (empty: none).
    """

    days: int
    dimensions: int
    options: tuple[Option, ...]
    positions: tuple[Position, ...]
    bounds: tuple[Bound, ...] = ()
    repetitions: tuple[Repetition, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    stock: tuple[Stock, ...] = ()
    use_first: tuple[UseFirst, ...] = ()
    tolls: tuple[tuple[int, ...], ...] = ()
    change_penalty: int = 0
    apart_penalty: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        _promise(self.days >= 1, "days is at least 1")
        _check_options(self)
        _check_positions(self)
        _check_bounds(self)
        _check_rules(self)

    def places_of(self, bound: Bound) -> tuple[int, ...]:
        """The positions in the sum of a bound."""
        if bound.positions is not None:
            return bound.positions
        return tuple(
            place
            for place, position in enumerate(self.positions)
            if bound.day is None or bound.day == position.day
        )

    def coverage(self) -> tuple[tuple[int, ...], ...]:
        """The positions in the sum of each bound."""
        whole = {
            day: self.places_of(Bound(rule="", dimension=0, day=day))
            for day in {bound.day for bound in self.bounds if bound.positions is None}
        }
        return tuple(
            whole[bound.day] if bound.positions is None else bound.positions
            for bound in self.bounds
        )

    def day_of(self, bound: Bound) -> int | None:
        """The one day that a bound is about; None: more than one."""
        if bound.day is not None:
            return bound.day
        days = {self.positions[place].day for place in bound.positions or ()}
        return days.pop() if len(days) == 1 else None


def _promise(kept: bool, promise: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not kept:
        raise ValueError(promise)


def _distinct(keys: list[object]) -> bool:
    return len(set(keys)) == len(keys)


def _check_options(problem: MealChoiceProblem) -> None:
    _promise(_distinct([option.key for option in problem.options]), "option keys are distinct")
    widths = {len(option.amounts) for option in problem.options}
    _promise(widths <= {problem.dimensions}, "an option has one amount per dimension")


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


def _check_bounds(problem: MealChoiceProblem) -> None:
    places = range(len(problem.positions))
    for bound in problem.bounds:
        _promise(bound.dimension in range(problem.dimensions), "a bound is on a dimension")
        _promise(
            bound.day is None or bound.day in range(problem.days),
            "a bound is on a day of the horizon",
        )
        _promise(
            bound.positions is None or all(place in places for place in bound.positions),
            "a bound is on positions",
        )


def _check_rules(problem: MealChoiceProblem) -> None:
    places, options = range(len(problem.positions)), range(len(problem.options))
    _promise(_distinct([rule.group for rule in problem.repetitions]), "a group has one rule")
    together: list[object] = [place for each in problem.contrasts for place in each.positions]
    _promise(_distinct(together), "a position is in one contrast")
    _promise(all(place in places for place in together), "a contrast is on positions")
    for name, lines in (("stock", problem.stock), ("use first", problem.use_first)):
        drawn: list[object] = [option for line in lines for option in line.options]
        _promise(_distinct(drawn), f"an option is in one line of {name}")
        _promise(all(option in options for option in drawn), f"a line of {name} is on options")
    if problem.tolls:
        _promise(
            len(problem.tolls) == len(options)
            and all(len(row) == problem.days for row in problem.tolls),
            "an option has one toll per day",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The option chosen for one position; None where an optional position stays empty."""

    position: str
    option: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MealChoice:
    """One choice per position, in the order of the problem."""

    choices: tuple[Choice, ...]
