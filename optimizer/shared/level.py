"""Spread tasks over the days that each allows, so that the fullest day is as low as can be."""

from collections import deque
from collections.abc import Mapping, Sequence


def level_days(allowed: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """One day for each task out of those it allows; no other spread has a lower fullest day.

    First the emptiest day allowed, then moves along chains of tasks from a full day to one with at
    least two fewer, until there is none (Harvey, Ladner, Lovasz and Tamir 2003, semi-matchings).
    Raises ValueError where a task allows no day.
    """
    if not all(allowed):
        raise ValueError("every task allows a day")
    days = {day: set[int]() for each in allowed for day in each}
    order = sorted(range(len(allowed)), key=lambda task: (len(allowed[task]), task))
    for task in order:
        days[min(allowed[task], key=lambda day: (len(days[day]), day))].add(task)
    while any(_eased(full, days, allowed) for full in _fullest_first(days)):
        pass
    found = {task: day for day, tasks in days.items() for task in tasks}
    return tuple(found[task] for task in range(len(allowed)))


def _fullest_first(days: Mapping[int, set[int]]) -> list[int]:
    return sorted(days, key=lambda day: (-len(days[day]), day))


def _eased(full: int, days: Mapping[int, set[int]], allowed: Sequence[Sequence[int]]) -> bool:
    """Move one task of each day along the shortest chain that ends two lower, if there is one."""
    came: dict[int, tuple[int, int]] = {}  # day -> the day before it in the chain, the task moved
    waiting = deque([full])
    while waiting:
        here = waiting.popleft()
        if len(days[here]) <= len(days[full]) - 2:
            _shift(here, full, came, days)
            return True
        steps = [(other, task) for task in sorted(days[here]) for other in allowed[task]]
        for other, task in steps:
            if other not in came and other != full:
                came[other] = (here, task)
                waiting.append(other)
    return False


def _shift(
    end: int, full: int, came: Mapping[int, tuple[int, int]], days: Mapping[int, set[int]]
) -> None:
    while end != full:
        before, task = came[end]
        days[before].remove(task)
        days[end].add(task)
        end = before
