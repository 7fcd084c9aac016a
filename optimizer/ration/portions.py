"""Whole portions of what is too little for one day: floors first, then ranks, then equal shares."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heapify, heappop, heappush

Claim = tuple[int, int, Fraction]
"""Who goes first: the smaller one. A floor (0) or not (1), the rank downwards, the share so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortionAsk:
    """Who asks for whole portions of `unit`, and the lots that may serve them, best first.

    `floor`: portions that come before anybody's share. A higher `rank` goes first, whatever the
    shares.
    """

    key: str
    unit: int
    wanted: int
    lots: tuple[str, ...]
    rank: int = 0
    floor: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if min(self.unit, self.wanted) < 1:
            raise ValueError("somebody asks for at least one portion of at least one unit")
        if not 0 <= self.floor <= self.wanted:
            raise ValueError("a floor is a part of what is asked")

    def claim(self, given: int) -> Claim:
        """How strong the claim on the portion after `given` is."""
        if given < self.floor:
            return (0, 0, Fraction(given, self.floor))
        return (1, -self.rank, Fraction(given, self.wanted))


@dataclass(frozen=True, slots=True, kw_only=True)
class PortionGift:
    """So many portions of one lot for one asker."""

    ask: str
    lot: str
    portions: int


def share_portions(asks: Sequence[PortionAsk], amounts: dict[str, int]) -> tuple[PortionGift, ...]:
    """Who gets how many portions of which lot; `amounts` are the units in each lot.

    Floors are filled evenly; then within each rank the smallest share is made as large as can be,
    then the next (of equals the one whose share grows most, then the one that stands first). With
    portions of one size and lots that serve ever more askers this is the lexicographic optimum:
    the greedy rule is exact there. In the end no portion lies with somebody whose claim on it is
    weaker than that of an asker of the same size who could have it.
    """
    table = _Table.of(asks, amounts)
    table.fill()
    table.settle()
    return tuple(table.gifts())


@dataclass(slots=True, kw_only=True)
class _Table:
    """Askers, what is left of each lot, and who holds what."""

    asks: Sequence[PortionAsk]
    left: dict[str, int]
    order: tuple[tuple[str, ...], ...]  # by asker: lots that fewest others can use first
    given: list[int]
    held: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    @classmethod
    def of(cls, asks: Sequence[PortionAsk], amounts: dict[str, int]) -> "_Table":
        """Put the lots of each asker in order."""
        asked = Counter(lot for ask in asks for lot in ask.lots)
        return cls(
            asks=asks,
            left=dict(amounts),
            order=tuple(tuple(sorted(ask.lots, key=asked.__getitem__)) for ask in asks),
            given=[0] * len(asks),
        )

    def fill(self) -> None:
        """Give portion by portion to the strongest claim."""
        heap = [self._entry(at) for at in range(len(self.asks))]
        heapify(heap)
        while heap:
            at = heappop(heap)[-1]
            ask = self.asks[at]
            lot = next((one for one in self.order[at] if self.left[one] >= ask.unit), None)
            if lot is None:  # lots only shrink: it stays without
                continue
            self._give(at, lot, 1)
            if self.given[at] < ask.wanted:
                heappush(heap, self._entry(at))

    def _entry(self, at: int) -> tuple[Claim, int, Fraction, int]:
        """Equal claims by rank, then the one whose share grows most, then as they stand."""
        ask, given = self.asks[at], self.given[at]
        return ask.claim(given), -ask.rank, -Fraction(given + 1, ask.wanted), at

    def _give(self, at: int, lot: str, portions: int) -> None:
        self.given[at] += portions
        self.held[lot][at] += portions
        self.left[lot] -= portions * self.asks[at].unit

    def settle(self) -> None:
        """Move portions to a stronger claim until there is none."""
        while (found := self._envied()) is not None:
            giver, taker, lot = found
            self._give(giver, lot, -1)
            self._give(taker, lot, 1)

    def _envied(self) -> tuple[int, int, str] | None:
        weakest = self._weakest()
        for at, ask in enumerate(self.asks):
            if self.given[at] == ask.wanted:
                continue
            for lot in ask.lots:
                holder = weakest.get((lot, ask.unit))
                if holder is not None and ask.claim(self.given[at]) < self._last_claim(holder):
                    return holder, at, lot
        return None

    def _weakest(self) -> dict[tuple[str, int], int]:
        """By lot and size of portion, the holder whose last portion has the weakest claim."""
        found: dict[tuple[str, int], int] = {}
        for lot, holders in self.held.items():
            for at in (one for one, portions in holders.items() if portions):
                place = lot, self.asks[at].unit
                if place not in found or self._last_claim(found[place]) < self._last_claim(at):
                    found[place] = at
        return found

    def _last_claim(self, at: int) -> Claim:
        return self.asks[at].claim(self.given[at] - 1)

    def gifts(self) -> Iterator[PortionGift]:
        """What each asker gets, lot by lot, in the order of the askers."""
        for at, ask in enumerate(self.asks):
            for lot in ask.lots:
                if self.held[lot][at]:
                    yield PortionGift(ask=ask.key, lot=lot, portions=self.held[lot][at])
