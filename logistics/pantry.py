"""Which ingredient lots go into which batch, and what cannot be cooked for want of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from logistics.demand import Explosion
from logistics.production import BatchWish, Conflict, conflict
from logistics.stock import Draw, IngredientLot, OnShelf, first_expired_first


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Batches as large as their ingredients allow, and where each gram comes from."""

    wishes: tuple[BatchWish, ...]
    draws: tuple[Draw, ...]
    conflicts: tuple[Conflict, ...]


def draw_ingredients(
    wishes: Iterable[BatchWish],
    lots: Iterable[IngredientLot],
    explosion: Explosion,
    *,
    on: date,
    free: frozenset[str],
) -> Drawn:
    """Ingredient lots for batches, first expired first out; a batch shrinks to what there is.

    `free` ingredients (tap water) are not kept in stock. Any other without a usable lot is not
    there at all: a batch that needs it is not cooked, and says so.
    """
    pantry = _Pantry(explosion=explosion, free=free)
    for each in first_expired_first(lots, on):
        pantry.shelf[each.lot.ingredient].append(each)
    for wish in sorted(wishes, key=lambda each: (-each.weight, each.due_min, each.id)):
        pantry.draw(wish)
    return Drawn(
        wishes=tuple(sorted(pantry.kept, key=lambda each: each.id)),
        draws=tuple(pantry.draws),
        conflicts=tuple(pantry.conflicts),
    )


@dataclass(slots=True, kw_only=True)
class _Pantry:
    """The ingredient lots while batches draw from them."""

    explosion: Explosion
    free: frozenset[str]
    shelf: defaultdict[str, list[OnShelf[IngredientLot]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    kept: list[BatchWish] = field(default_factory=list)
    draws: list[Draw] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)

    def draw(self, wish: BatchWish) -> None:
        """Take what the batch needs, shrinking it to what there is."""
        amount_g = self._within_reach(wish)
        if amount_g < wish.variant.portions_g["S"]:
            return
        self.kept.append(replace(wish, amount_g=amount_g))
        for name, needed_g in self.explosion.ingredients_g(wish.variant.id, amount_g).items():
            if name not in self.free:
                self._take(wish.id, name, needed_g)

    def _within_reach(self, wish: BatchWish) -> int:
        asked = self.explosion.ingredients_g(wish.variant.id, wish.amount_g)
        at_hand = {
            name: sum(each.left_g for each in self.shelf[name])
            for name in asked
            if name not in self.free
        }
        most_g, scarce = self.explosion.most_g(wish.variant.id, at_hand)
        if most_g is None or most_g >= wish.amount_g:
            return wish.amount_g
        more = asked[scarce] - at_hand[scarce]
        self.conflicts.append(conflict(wish.variant, "ingredient_short", scarce, extra_g=more))
        return most_g

    def _take(self, batch: str, ingredient: str, needed_g: int) -> None:
        for each in self.shelf[ingredient]:
            taken = each.take(needed_g)
            needed_g -= taken
            if taken:
                self.draws.append(Draw(batch=batch, lot=each.lot.id, amount_g=taken))
