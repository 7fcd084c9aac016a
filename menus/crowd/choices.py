"""Which variants can be left out of a kitchen's week so that everybody keeps some choice."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from menus.catalog import Catalogue, Role, Variant
from menus.plan_problem import suitable_variants
from menus.plan_request import PlanRequest
from menus.suitability import Eater, wishes

_Gate = tuple[Eater, frozenset[str]]  # an order, and what is recalled
_Alike = tuple[_Gate, frozenset[str]]  # what those behind the same gate dislike
_Shelf = tuple[int, Role]  # number of people alike, role


class Choices:
    """What stays open to each eater per role: what suits and is not disliked.

    Nobody's role falls below `least` components (or what it had, if fewer), nobody loses what they
    are pinned to. Everything is open at first.
    """

    def __init__(
        self, requests: Sequence[PlanRequest], catalogue: Catalogue, *, least: int
    ) -> None:
        self._parts = {name: each.component for name, each in catalogue.variants.items()}
        self._pinned = {pin.variant for each in requests for pin in each.pins}
        self._open: dict[_Shelf, Counter[str]] = {}  # shelf -> component -> open variants
        self._under: defaultdict[str, list[_Shelf]] = defaultdict(list)
        self._sets: dict[_Shelf, frozenset[str]] = {}
        suitable: dict[_Gate, tuple[Variant, ...]] = {}
        wanted: defaultdict[_Alike, set[Role]] = defaultdict(set)
        for each in requests:
            gate = each.eater, each.recalled
            if gate not in suitable:
                suitable[gate] = suitable_variants(each.eater, catalogue, each.recalled)
            alike = gate, each.dislikes
            wanted[alike].update(role for slot in each.slots for role in slot.roles)
        for number, ((gate, dislikes), roles) in enumerate(wanted.items()):
            shelves: defaultdict[Role, list[str]] = defaultdict(list)
            for variant in suitable[gate]:
                if variant.role in roles and not wishes(variant, dislikes):
                    shelves[variant.role].append(variant.id)
            for role, names in shelves.items():
                self._place((number, role), names)
        self._least = {shelf: min(least, len(each)) for shelf, each in self._open.items()}

    def _place(self, shelf: _Shelf, names: Sequence[str]) -> None:
        self._open[shelf] = Counter(self._parts[name] for name in names)
        self._sets[shelf] = frozenset(names)
        for name in names:
            self._under[name].append(shelf)

    def close(self, name: str) -> bool:
        """Close a variant if everybody can do without it; whether it was closed."""
        part = self._parts[name]
        last = [shelf for shelf in self._under[name] if self._open[shelf][part] == 1]
        if name in self._pinned or any(
            len(self._open[shelf]) <= self._least[shelf] for shelf in last
        ):
            return False
        for shelf in self._under[name]:
            self._open[shelf][part] -= 1
            self._open[shelf] += Counter[str]()
        return True

    def reopen(self, names: Iterable[str]) -> None:
        """Open variants again that were closed."""
        for name in names:
            for shelf in self._under[name]:
                self._open[shelf][self._parts[name]] += 1

    def needed(self) -> int:
        """How many variants at the least keep everybody's choice, whatever is closed: a bound.

        Shelves without a variant in common are served apart, so their least numbers add up. They
        are taken greedily, the largest need first; the true least may be higher.
        """
        taken: set[str] = set()
        found = 0
        order = sorted(
            self._sets, key=lambda each: (-self._least[each], len(self._sets[each]), each)
        )
        for shelf in order:
            if taken.isdisjoint(self._sets[shelf]):
                taken |= self._sets[shelf]
                found += self._least[shelf]
        return found
