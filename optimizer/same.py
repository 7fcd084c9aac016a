"""Frozen things as keys of a cache without reading all they hold."""

from dataclasses import dataclass
from typing import Generic, TypeVar

Held = TypeVar("Held")


@dataclass(frozen=True, slots=True, eq=False)
class Same(Generic[Held]):
    """Equal only to what holds the very same object; an equal copy is another one."""

    held: Held

    def __eq__(self, other: object) -> bool:
        """Whether both hold one object."""
        return isinstance(other, Same) and self.held is other.held

    def __hash__(self) -> int:
        """By identity: as long as a key lives, its object does."""
        return id(self.held)
