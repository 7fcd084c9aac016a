"""What must be cooked, on which machines and when; each batch yields one lot."""

from dataclasses import dataclass

from menus import StepKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One kitchen resource. `capacity_g`: the most it takes in one run."""

    id: str
    kind: StepKind
    capacity_g: int
    open_min: int  # minutes after midnight of the service day; before midnight is negative
    close_min: int

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.capacity_g < 1:
            raise ValueError("a machine takes at least one gram")
        if self.open_min >= self.close_min:
            raise ValueError("a machine opens before it closes")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOp:
    """One step of a batch on one machine."""

    kind: StepKind
    machine: str
    start_min: int
    end_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One cooking run of one variant. `lot` is the lot it yields."""

    id: str
    sku: str
    amount_g: int
    lot: str
    ops: tuple[BatchOp, ...]
    due_min: int
    allergens: frozenset[str]

    @property
    def ready_min(self) -> int:
        """Minute at which its lot can be picked."""
        return self.ops[-1].end_min
