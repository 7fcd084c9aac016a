"""Items of a central store, what each store needs of them day by day, and what is sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RationStore:
    """A store: the days on which goods come in, sent `lead_days` before, and its room.

    `room`: volume that may lie there at night, below zero for no limit.
    """

    key: str
    delivery_days: tuple[int, ...]
    lead_days: int = 0
    room: int = -1

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if list(self.delivery_days) != sorted(set(self.delivery_days)):
            raise ValueError("delivery days are in order, each once")
        if self.lead_days < 0:
            raise ValueError("a lead time is never negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class RationRow:
    """One item in one store, in whole units by day.

    `held`: what lies there (day 0) or comes in from elsewhere. `clinical`: the part of the demand
    that answers a clinical need. `safety`: what should lie there each night.
    """

    store: str
    held: tuple[int, ...]
    demand: tuple[int, ...]
    clinical: tuple[int, ...]
    safety: tuple[int, ...]

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if min((*self.held, *self.clinical, *self.safety), default=0) < 0:
            raise ValueError("amounts are never negative")
        if any(part > all_ for part, all_ in zip(self.clinical, self.demand, strict=True)):
            raise ValueError("a clinical need is part of the demand")


@dataclass(frozen=True, slots=True, kw_only=True)
class RationItem:
    """One item: what the central store has (day 0) and gets, the volume of a unit, its stores."""

    key: str
    central: tuple[int, ...]
    rows: tuple[RationRow, ...]
    size: int = 1

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if min((self.size, *self.central)) < 0:
            raise ValueError("amounts are never negative")
        if len({row.store for row in self.rows}) != len(self.rows):
            raise ValueError("each store stands once in an item")


@dataclass(frozen=True, slots=True, kw_only=True)
class RationPrices:
    """What a unit costs: not given, missing from the safety stock a night, sent, kept a night.

    A unit not given costs more for each day sooner: a night of safety and keeping, and one.
    """

    lost: int = 4_000
    safety: int = 400
    sent: int = 50
    kept: int = 4

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if not 0 <= self.kept <= self.safety <= self.lost or self.sent < 0:
            raise ValueError("keeping costs no more than safety, nor safety more than a unit lost")


@dataclass(frozen=True, slots=True, kw_only=True)
class RationProblem:
    """Items and stores over one horizon."""

    days: int
    stores: tuple[RationStore, ...]
    items: tuple[RationItem, ...]
    prices: RationPrices = RationPrices()

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        known = {store.key for store in self.stores}
        if len(known) != len(self.stores) or len({one.key for one in self.items}) != len(
            self.items
        ):
            raise ValueError("each store and each item stands once")
        for item in self.items:
            if {row.store for row in item.rows} - known:
                raise ValueError("an item lies only in stores that stand in the problem")
            columns = [item.central]
            for row in item.rows:
                columns += [row.held, row.demand, row.clinical, row.safety]
            if any(len(column) != self.days for column in columns):
                raise ValueError("every amount is given for each day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Units of one item that come into a store on a day."""

    item: str
    store: str
    day: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a store gets over the horizon of what it needs: all of it, and the clinical part.

    `promised`: units of the clinical part that its fair share gives it, whatever it costs.
    """

    item: str
    store: str
    needed: int
    given: int
    clinical: int
    clinical_given: int
    promised: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overfull:
    """Volume above the room of a store on a night."""

    store: str
    day: int
    volume: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RationSolution:
    """What is sent, the shares of the stores that do not get all, and where the room is short."""

    sent: tuple[Sent, ...]
    shares: tuple[Share, ...] = ()
    overfull: tuple[Overfull, ...] = ()
