"""The day in the reader's words: dishes, what stands in the way, what would make it fit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.i18n import Translator
from app.operations.dayboard import Board
from logistics import BatchOp, Skill, Unserved
from menus import Names, Programme, StepKind, Variant, Zone

_GROUPS: Mapping[str, str] = {
    "route.unserved.vehicle": "van",
    "route.unserved.capacity": "room",
    "route.unserved.window": "window",
    "route.unserved.cold": "cold",
    "route.unserved.ready": "ready",
    "route.unserved.shift": "shift",
    "route.unserved.nowhere": "shift",
    "route.unserved.cost": "van",
    "route.unserved.skill": "skill",
    "route.unserved.address": "van",
    "route.unserved.held": "van",
    "route.unserved.left": "van",
    "day.line.shelf_too_short": "stock",
    "day.stock.short": "stock",
    "order.lot_held": "stock",
    "day.kitchen.ingredient_short": "stock",
}
_GROUPS_BY_START = (("day.kitchen.", "kitchen"), ("objection.", "eater"))
WHY_GROUPS = (
    *("van", "room", "window", "cold", "ready", "skill"),
    *("shift", "stock", "kitchen", "eater", "data"),
)
"""Short words for why something stays behind; their sentences begin `day.why.`."""

FEW = 6
"""Up to so many rows a list stands open on a phone; a longer one is folded under its title."""

NOTHING = "\N{EN DASH}"
"""Stands where nothing can be said."""

_NAMED: tuple[tuple[str, type[StrEnum]], ...] = (
    ("day.step", StepKind),
    ("programme", Programme),
    ("zone", Zone),
    ("admin.kitchen.skill", Skill),
)
_AS_TIME = frozenset({"begin_min", "ready_min", "end_min"})
BARS: Mapping[StepKind, str] = {
    StepKind.PREP: "work",
    StepKind.BLEND: "work",
    StepKind.KETTLE: "cook",
    StepKind.OVEN: "cook",
    StepKind.CHILL: "cold",
    StepKind.BLAST_FREEZE: "cold",
    StepKind.PACK: "pack",
}
"""How each kind of step is drawn."""


def name_of(speak: Translator, names: Names) -> str:
    """Give a name in the reader's language."""
    return str(getattr(names, speak.language))


def dish_of(speak: Translator, variant: Variant) -> str:
    """Give a variant as it is called in short: name and level."""
    return f"{name_of(speak, variant.names)} · {variant.iddsi}"


def kilos(speak: Translator, grams: int) -> str:
    """Give grams as people weigh them: 850 g, 12,5 kg."""
    if grams < 1000:
        return f"{speak.number(grams)}\u00a0g"
    return f"{speak.number(grams / 1000, 1)}\u00a0kg"


def step_of(speak: Translator, kind: StepKind, programme: Programme | None) -> str:
    """Give a step in words: the programme that its machine runs, or what is done by hand."""
    name = speak.say(f"programme.{programme}" if programme else f"day.step.{kind}")
    return name[:1].upper() + name[1:]


def word_of(speak: Translator, word: str) -> str:
    """Give a step, programme, zone or skill in the reader's language; empty for another word."""
    start = next((start for start, words in _NAMED if word in set(words)), None)
    return speak.say(f"{start}.{word}") if start else ""


def bar_of(op: BatchOp) -> str:
    """Give how a step is drawn."""
    return BARS[op.kind]


def preferred_of(speak: Translator, by_min: int | None, begin_min: int) -> str:
    """Give by when an address prefers its delivery, and when it comes if later; empty: any time."""
    if by_min is None:
        return ""
    code = "route.preferred.late" if begin_min > by_min else "route.preferred.by"
    return speak.say(code, by=speak.time(by_min), at=speak.time(begin_min))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Says why orders stay behind. `show_doors` is False for the kitchen: it sees no address."""

    speak: Translator
    board: Board
    skus: Mapping[str, str]  # by order line
    show_doors: bool

    def group(self, reason: str) -> str:
        """Give the short word of a reason."""
        group = _GROUPS.get(reason) or next(
            (word for start, word in _GROUPS_BY_START if reason.startswith(start)), "data"
        )
        return self.speak.say(f"day.why.{group}")

    def sentence(self, one: Unserved) -> str:
        """Give why, with what binds."""
        rule = self._rule(one.binding)
        return self.speak.say(
            one.reason, binding=self.binding(one.binding), rule=rule, subject=self._subject(one)
        )

    def _subject(self, one: Unserved) -> str:
        """Give what broke a rule of the eater: the level of the dish, else the rule's own word."""
        sku = self.skus.get(one.lines[0], "") if one.lines else ""
        variant = self.board.catalogue.variants.get(sku)
        if one.reason.startswith("objection.texture") and variant is not None:
            return str(variant.iddsi)
        return self._rule(one.binding)

    def _rule(self, rule: str) -> str:
        word = rule.rpartition(":")[2] if not rule.startswith("allergy:") else rule
        known = self.board.catalogue.variants.get(word)
        return self.speak.word(word) if known is None else dish_of(self.speak, known)

    def binding(self, binding: str) -> str:
        """Give what stands in the way by the name a person knows; of several dishes all names."""
        stock = self.board.catalogue
        dishes = [stock.variants[sku] for sku in binding.split() if sku in stock.variants]
        if len(dishes) > 1:
            return ", ".join(dish_of(self.speak, one) for one in dishes)
        known = stock.variants.get(binding)
        if known is not None:
            return dish_of(self.speak, known)
        if binding in stock.ingredients:
            return name_of(self.speak, stock.ingredients[binding].names).lower()
        if binding in self.board.vans:
            return self.board.vans[binding]
        word = word_of(self.speak, binding)
        if word:
            return word
        place = self.board.places.get(binding)
        return place.name if place is not None and self.show_doors else binding

    def fits(self, one: Unserved) -> str:
        """Give what would make it fit; a dash when no single change does."""
        figures = dict(one.would_fit_if)
        zone = figures.pop("zone", "")
        return (
            " ".join(self._fit(name, value, str(zone)) for name, value in figures.items())
            or NOTHING
        )

    def _fit(self, name: str, value: int | str, zone: str) -> str:
        if name == "skills":
            shown = ", ".join(self.speak.say(f"skill.{one}") for one in str(value).split())
        elif name in _AS_TIME:
            shown = self.speak.time(int(value))
        else:
            shown = self.speak.number(int(value))
        word = self.speak.say(f"zone.{zone}") if zone else ""
        return self.speak.say(f"day.fit.{name}", value=shown, zone=word)


def listed(words: Iterable[str], most: int = 2) -> str:
    """Give a few words joined by a dash, as vans are named after the towns they visit."""
    return f" {NOTHING} ".join(list(dict.fromkeys(words))[:most])
