"""From ratings of dishes to what an eater likes and dislikes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise


class Liking(StrEnum):
    """What an eater said of a dish on a day."""

    TASTY = "tasty"
    SO_SO = "so_so"
    NOT_TASTY = "not_tasty"
    NOT_EATEN = "not_eaten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One component, on one day, in one word."""

    component: str
    day: date
    liking: Liking


@dataclass(frozen=True, slots=True, kw_only=True)
class Tastes:
    """Components that ratings make a like or a dislike; both are wishes, never a ban."""

    likes: frozenset[str] = frozenset()
    dislikes: frozenset[str] = frozenset()


REFUSED_TIMES, LIKED_IN_A_ROW, WITHIN_DAYS = 2, 3, 56
"""House rule: two refusals of a component within eight weeks of each other make it a dislike, three
times tasty in a row within eight weeks a like. The literature gives no figure."""

_REFUSED = frozenset({Liking.NOT_TASTY, Liking.NOT_EATEN})


def tastes_from(ratings: Iterable[Rating]) -> Tastes:
    """What ratings say of each component, in any order and one a day; the last word counts.

    A dish that was tasty the last time is no dislike, however often it was refused before. A
    dislike stays until a later rating or a person lifts it: what is not served is not rated.
    """
    by_component: dict[str, dict[date, Liking]] = {}
    for one in ratings:
        by_component.setdefault(one.component, {})[one.day] = one.liking
    told = {name: sorted(days.items()) for name, days in by_component.items()}
    return Tastes(
        likes=frozenset(name for name, days in told.items() if _liked(days)),
        dislikes=frozenset(name for name, days in told.items() if _disliked(days)),
    )


def _liked(days: list[tuple[date, Liking]]) -> bool:
    last = days[-LIKED_IN_A_ROW:]
    all_tasty = len(last) == LIKED_IN_A_ROW and all(liking is Liking.TASTY for _, liking in last)
    return all_tasty and last[-1][0] - last[0][0] <= timedelta(days=WITHIN_DAYS)


def _disliked(days: list[tuple[date, Liking]]) -> bool:
    if days[-1][1] is Liking.TASTY:
        return False
    refused = [day for day, liking in days if liking in _REFUSED]
    near = timedelta(days=WITHIN_DAYS)
    return any(later - earlier <= near for earlier, later in pairwise(refused))
