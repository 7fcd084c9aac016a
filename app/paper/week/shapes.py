"""What the papers of a week are drawn from: names, levels, grams, sums; nobody's health record."""

from dataclasses import dataclass
from datetime import date

from menus import Iddsi, Kind, Names, Portion, Regeneration, Seasoning


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDish:
    """A dish in grams as served; `warming` are the ways to warm it up there, the advised first."""

    names: Names
    kind: Kind
    level: Iddsi
    seasoning: Seasoning
    portion: Portion
    grams: int
    warming: tuple[Regeneration, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMeal:
    """One eating moment, at a minute of the day; `slot` is the code of its name."""

    slot: str
    minute: int | None
    dishes: tuple[PlannedDish, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDay:
    """A day with its meals and, in finished words, its sums."""

    day: date
    meals: tuple[PlannedMeal, ...]
    sums: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekSheet:
    """A week of one person: levels ordered, allergens to avoid, and the days."""

    name: str
    code: str
    food: Iddsi | None
    drink: Iddsi | None
    avoid: tuple[str, ...]
    days: tuple[PlannedDay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayCard:
    """One tray: whose, when, what on it, what to keep away from it.

    `who` is a name or a pseudonym; `missing` names, in finished words, parts for which no dish
    suits: somebody decides before the tray leaves.
    """

    who: str
    place: str
    day: date
    meal: PlannedMeal
    food: Iddsi | None
    drink: Iddsi | None
    avoid: tuple[str, ...]
    missing: tuple[str, ...] = ()
