"""The composed week: dishes with reasons, totals, slack, and what stood in the way."""

from dataclasses import dataclass
from enum import StrEnum

from menus.catalog import Portion, Role
from menus.plan_request import PlanError


class PlanStatus(StrEnum):
    """How composing ended; impossible: the hard rules cannot hold, or nothing was found in time."""

    OK = "ok"
    IMPOSSIBLE = "impossible"
    INVALID = "invalid"


class PlanReason(StrEnum):
    """Why a dish stands where it stands."""

    PINNED = "plan.reason.pinned"
    KEPT = "plan.reason.kept"
    LIKED = "plan.reason.liked"
    DISLIKED = "plan.reason.disliked"
    ONLY_CHOICE = "plan.reason.only_choice"
    PROTEIN_RICH = "plan.reason.protein_rich"
    ENERGY_RICH = "plan.reason.energy_rich"
    LITTLE_PROTEIN_AT_DOSE = "plan.reason.little_protein_at_dose"
    NEW = "plan.reason.new"
    REPEATED = "plan.reason.repeated"
    SCARCE = "plan.reason.scarce"
    FITS = "plan.reason.fits"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPlace:
    """The name of a place: a role of a slot on a day, counted from 0."""

    day: int
    slot: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem:
    """One dish of the plan in grams as served."""

    day: int
    slot: str
    role: Role
    variant: str
    portion: Portion
    grams: int
    reasons: tuple[PlanReason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Sum of one nutrient in hundredths of its scaled unit; `missing` dishes are not in it."""

    known_hundredths: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """How far a total lies outside the window aimed at, in hundredths; day None: the mean.

    A minimum counts what is not known as nothing. `slot`: of that eating moment alone.
    """

    day: int | None
    nutrient: str
    below_hundredths: int = 0
    above_hundredths: int = 0
    slot: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseSlack:
    """Protein above the cap around one dose, in hundredths of its scaled unit."""

    day: int
    dose: str
    above_hundredths: int


RULE_CODES: tuple[str, ...] = (
    "allergy",
    "intolerance",
    "rule",
    "food_iddsi",
    "drink_iddsi",
    "exclude_ingredient",
    "exclude_property",
    "diet",
    "recalled",
    "seasoning",
    "day_safe_min",
    "day_safe_max",
    "week_safe_min",
    "week_safe_max",
    "slot_safe_min",
    "slot_safe_max",
    "max_energy",
    "pin",
    "role",
    "undecided",
    "check",
)
"""First part of every rule a conflict can name; `plan.rule.` and it give the sentence."""

SOFT_RULES = frozenset({"pin", "role", "seasoning"})
"""What may be offered to give up; never an allergen, a texture, a diet or a safe bound.

An excluded ingredient only where the request says that it is excluded by dislike.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of the request by name, as `allergy:milk` or `pin:0/lunch/soup`.

    `soft`: giving it up may be offered.
    """

    rule: str
    soft: bool = False

    @property
    def code(self) -> str:
        """The key of its sentence."""
        return f"plan.rule.{self.rule.partition(':')[0]}"

    @property
    def subject(self) -> str:
        """What the rule is about."""
        return self.rule.partition(":")[2]


RELAXED = "plan.relaxation.possible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """A soft rule that, given up (with those in `also`), makes a plan possible.

    `objective` is that of the plan found then: its price.
    """

    rule: Rule
    also: tuple[Rule, ...] = ()
    effect: str = RELAXED
    objective: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MealPlan:
    """A composed plan; `ok` only after the solver-free check found nothing.

    `totals[day]` follows `menus.NUTRIENTS`. `conflict` names rules that cannot hold together.

    `objective` counts, each level before the next: hard slack (0 in a plan), portions beyond the
    stock, permille outside windows of days and eating moments, permille above the caps at doses,
    points among the wishes (liked and disliked, week windows, variety, contrast, a shared table,
    lots near their end), cents (with what is lost of such lots), and changed places.
    """

    id: str
    status: PlanStatus
    catalogue_version: str
    seed: int
    moves: int = 0
    items: tuple[PlanItem, ...] = ()
    totals: tuple[tuple[Total, ...], ...] = ()
    slack: tuple[Slack, ...] = ()
    dose_slack: tuple[DoseSlack, ...] = ()
    objective: tuple[int, ...] = ()
    conflict: tuple[Rule, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    errors: tuple[PlanError, ...] = ()
