"""What every solve takes besides its problem, and what it gives back."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Solution = TypeVar("Solution")


class Status(StrEnum):
    """How a search ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    IMPOSSIBLE = "impossible"  # proved: no solution exists
    UNKNOWN = "unknown"  # stopped before anything was found or proved


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One moment of a running search: the best so far and, where there is one, a proven bound."""

    moves: int
    incumbent: int | None
    bound: int | None = None


Watch = Callable[[Progress], bool]
"""Called now and then during a search; answering False ends it with the best so far."""


def keep_going(_: Progress) -> bool:
    """Watch a search without ever ending it."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How hard to search. Work is counted in moves, so that the same call gives the same answer.

    The wall clock never enters: a caller that must guard time does so in `watch`.
    """

    moves: int
    seed: int = 1
    workers: int = 1

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.moves < 1:
            raise ValueError("moves is at least 1")
        if self.workers < 1:
            raise ValueError("workers is at least 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[Solution]):
    """What a search found. `solution` is None when none was found, never an empty object."""

    status: Status
    solution: Solution | None = None
    objective: tuple[int, ...] = ()  # lexicographic: earlier levels weigh infinitely more
    bound: int | None = None
    moves: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken promise of a problem, found without a solver."""

    code: str
    subject: str = ""
    detail: tuple[tuple[str, int | str], ...] = ()
