"""What a week must have, in whole loads, and the days and resources to make it on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LotItem:
    """One product: `demand` in units by day, made in loads of `load` units on a group.

    A day with any load takes `setup_min` and costs `setup_price`, and its family is charged once
    a day. Made on day t it serves days t to t + `shelf_days`. `stock` lasts the whole week. One
    unit kept for a night costs `hold` and takes `space`; one unit short weighs `weight`.
    """

    key: str
    group: str
    demand: tuple[int, ...]
    load: int
    load_min: int
    family: str = ""
    setup_min: int = 0
    setup_price: int = 0
    shelf_days: int = 365
    stock: int = 0
    hold: int = 0
    space: int = 0
    weight: int = 1

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if min(self.load, self.load_min, self.weight) < 1:
            raise ValueError("a load holds a unit and takes a minute, and a unit weighs at least 1")
        figures = (*self.demand, self.setup_min, self.setup_price, self.shelf_days)
        if min(*figures, self.stock, self.hold, self.space) < 0:
            raise ValueError("figures of an item are never negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class LotGroup:
    """Machines and people that work together: minutes by day, and overtime each day may add.

    Each family made on a day costs `family_min` of cleaning once.
    """

    key: str
    minutes: tuple[int, ...]
    overtime_min: int = 0
    family_min: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if min(*self.minutes, self.overtime_min, self.family_min, 0) < 0:
            raise ValueError("minutes of a group are never negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class LotProblem:
    """Items and groups over the same days; `room` is the space in store by night (None: enough)."""

    items: tuple[LotItem, ...]
    groups: tuple[LotGroup, ...]
    days: int
    room: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        groups = {group.key for group in self.groups}
        if self.days < 1 or (self.room is not None and self.room < 0):
            raise ValueError("a week has days, and no negative room")
        if len(groups) != len(self.groups) or len({i.key for i in self.items}) != len(self.items):
            raise ValueError("each item and each group has its own key")
        if any(item.group not in groups for item in self.items):
            raise ValueError("an item is made on a group of the problem")
        spans = [len(item.demand) for item in self.items]
        if {*spans, *(len(group.minutes) for group in self.groups)} - {self.days}:
            raise ValueError("demand and minutes name every day")


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSolution:
    """Loads by item key and day."""

    loads: Mapping[str, tuple[int, ...]]


LotCost = tuple[int, int, int, int]
"""Weighted units short; space over the room; minutes of overtime; prices of setups and keeping."""


def lot_cost(problem: LotProblem, solution: LotSolution) -> LotCost:
    """What a week costs; what was made first is eaten first, and nothing after its shelf life."""
    short, price = 0, 0
    kept = [0] * problem.days
    for item in problem.items:
        loads = solution.loads[item.key]
        price += item.setup_price * sum(1 for each in loads if each)
        for day, (lacking, left) in enumerate(_days(item, loads)):
            short += item.weight * lacking
            price += item.hold * left
            kept[day] += item.space * left
    room = problem.room
    over = 0 if room is None else sum(max(0, each - room) for each in kept)
    return short, over, _overtime(problem, solution), price


def _days(item: LotItem, loads: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Units short and units kept overnight, day by day."""
    lots = [[len(loads) + 1, item.stock]]  # last day, units
    for day, wanted in enumerate(item.demand):
        lots.append([day + item.shelf_days, loads[day] * item.load])
        lacking = wanted
        for lot in sorted(lots):
            used = min(lacking, lot[1]) if lot[0] >= day else 0
            lot[1] -= used
            lacking -= used
        lots = [lot for lot in lots if lot[0] > day]
        yield lacking, sum(lot[1] for lot in lots)


def lot_minutes(problem: LotProblem, solution: LotSolution) -> dict[str, list[int]]:
    """Minutes by group and day: loads, setups and families."""
    used = {group.key: [0] * problem.days for group in problem.groups}
    charge = {group.key: group.family_min for group in problem.groups}
    families: set[tuple[str, int, str]] = set()
    for item in problem.items:
        for day, loads in enumerate(solution.loads[item.key]):
            if loads:
                used[item.group][day] += loads * item.load_min + item.setup_min
                families.add((item.group, day, item.family))
    for group, day, _ in families:
        used[group][day] += charge[group]
    return used


def _overtime(problem: LotProblem, solution: LotSolution) -> int:
    used = lot_minutes(problem, solution)
    return sum(
        max(0, minutes - there)
        for group in problem.groups
        for minutes, there in zip(used[group.key], group.minutes, strict=True)
    )
