"""Many choice problems that draw on the same supplies, and what was chosen for all of them."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from optimizer.meal_problem import MealChoiceProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What there is of a tag for all together: on the days named, or (None) over the horizon."""

    key: str
    tag: str
    at_most: int
    days: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.at_most < 0:
            raise ValueError("a supply is not negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPart:
    """A unit of work: the keys of some problems, and what builds exactly those, in that order.

    `build` is pure and goes to another process by pickle, so it names a function of a module.
    """

    keys: tuple[str, ...]
    build: Callable[[], Sequence[MealChoiceProblem]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedChoices:
    """Fill every problem as well as possible, then keep within the supplies.

    `uses` says by option key which tags an option draws on, and how much of each. All problems
    have the same `days`. Supplies stand below the hard bounds of each problem and above all else.
    """

    days: int
    parts: tuple[SharedPart, ...]
    supplies: tuple[Supply, ...]
    uses: Mapping[str, tuple[tuple[str, int], ...]]

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        keys = [key for part in self.parts for key in part.keys]
        if len(set(keys)) != len(keys):
            raise ValueError("problem keys are distinct")
        if len({supply.key for supply in self.supplies}) != len(self.supplies):
            raise ValueError("supply keys are distinct")
        for supply in self.supplies:
            if any(day not in range(self.days) for day in supply.days or ()):
                raise ValueError("a supply is on days of the horizon")


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyUse:
    """How one supply fared.

    `wished` is what all would draw if nobody shared; `price` is what one more unit would save,
    in thousandths of a point of the wishes. Where more was wished than there is, `drawing` are
    the problems that draw on it, `moved` those that would alone and do not.
    """

    key: str
    at_most: int
    wished: int
    used: int
    price: int
    drawing: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()

    @property
    def overdrawn(self) -> int:
        """What is drawn beyond what there is."""
        return max(0, self.used - self.at_most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """The choice for one problem: per position the index of the option, in the problem's order.

    The number behind the last option means: left empty. `moved` lists the positions where the
    problem alone would have taken what turned out scarce. An empty `choice`: none was found
    that keeps the hard bounds.
    """

    key: str
    choice: "array[int]"
    moved: tuple[int, ...] = ()
    levels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFigures:
    """What the coupled search cost and reached, in weighted points of all problems together.

    `alone` is the sum when nobody shares (no bound on anything: it overdraws). `chosen` is the
    sum of what was picked, `fined` what is still overdrawn of it, as the programme weighs that.
    `linear` is the optimum of the linear programme over the columns found, fines included: the
    best mixture of them, no proof about columns that nobody found. `fractional` counts the
    problems that it splits. For more than 2,000 problems `linear` is a bound below that optimum,
    by prices alone, and nothing is split.
    """

    alone: int
    chosen: int
    fined: int
    linear: int
    fractional: int
    columns: int
    moves: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedSolution:
    """Everything that was picked, in the order of the keys, with the supplies and the figures."""

    picked: tuple[Picked, ...]
    supplies: tuple[SupplyUse, ...]
    figures: SharedFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedEffort:
    """How the moves of one problem are spread.

    `alone` moves as if nobody shared; `rounds` walks of `priced` moves at prices that follow what
    is overdrawn, then `exact` ones at the prices of the linear programme; and at most `repairs`
    rounds of `repair` moves for those alone that must leave an overdrawn supply.
    """

    alone: int = 30_000
    rounds: int = 4
    exact: int = 2
    priced: int = 7_000
    repairs: int = 4
    repair: int = 5_000
