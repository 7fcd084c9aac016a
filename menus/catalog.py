"""The words of the catalogue: ingredient, recipe, component, variant; all frozen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from menus.allergens import AllergenSet
from menus.making import Processing, TasteProfile
from menus.nutrients import Amounts
from menus.programmes import Step
from menus.seasoning import Seasoning
from menus.texture import Iddsi
from menus.warming import Regeneration


class Role(StrEnum):
    """What a component is on the tray."""

    BREAKFAST = "breakfast"
    SOUP = "soup"
    PROTEIN = "protein"
    STARCH = "starch"
    VEGETABLE = "vegetable"
    SAUCE = "sauce"
    DESSERT = "dessert"
    SNACK = "snack"
    DRINK = "drink"
    SUPPLEMENT = "supplement"


class Kind(StrEnum):
    """Which order decides the texture: that for food or that for drink.

    A smooth soup is a drink here: it flows like one, so it follows the drink order. A soup with
    pieces is food at level 7 with the property `thin-liquid` and needs both orders normal.
    """

    FOOD = "food"
    DRINK = "drink"


class Zone(StrEnum):
    """Temperature zone of storage and transport."""

    FROZEN = "frozen"
    CHILLED = "chilled"
    AMBIENT = "ambient"


class Colour(StrEnum):
    """Colour of a dish on the plate, for contrast inside a meal."""

    WHITE = "white"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    GREEN = "green"
    BROWN = "brown"
    PURPLE = "purple"


class Bite(StrEnum):
    """How a dish feels in the mouth, from what flows to what cracks."""

    LIQUID = "liquid"
    SMOOTH = "smooth"
    SOFT = "soft"
    FIRM = "firm"
    CRISP = "crisp"


class Portion(StrEnum):
    """Size of a portion."""

    S = "S"
    M = "M"
    L = "L"


class Method(StrEnum):
    """How a recipe is cooked; decides how much of its vitamins and minerals stays.

    Boiling keeps its water in the dish; draining pours it off.
    """

    NONE = "none"
    BOIL = "boil"
    STEW = "stew"
    BAKE = "bake"
    DRAIN = "drain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """A name in the three languages of the house."""

    nl: str
    fr: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Portions:
    """Grams of a small, medium and large portion; `portions["M"]` gives one of them."""

    s: int
    m: int
    l: int  # noqa: E741  # the sizes are called S, M and L

    def __getitem__(self, portion: str) -> int:
        """Grams of one size; KeyError for another word than S, M or L."""
        return {"S": self.s, "M": self.m, "L": self.l}[portion]

    def items(self) -> Iterator[tuple[Portion, int]]:
        """Each size with its grams, small first."""
        return ((portion, self[portion]) for portion in Portion)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredient:
    """Something bought, with its figures per 100 g as bought (cleaned, without waste).

    `families` are wider words for what it is or is made of (tomato paste: tomato), so that who
    may not eat tomato is kept from the paste as well. `filled` names each figure that the row of
    `source_code` lacks, with where it was taken from instead. The density is needed only where
    recipes measure it by volume.
    """

    id: str
    names: Names
    source: str
    source_code: str
    per_100g: Amounts
    allergens: AllergenSet
    properties: frozenset[str]
    price_cents_per_kg: int
    shelf_days: int
    supplier: str
    pack_g: int
    lead_days: int
    zone: Zone
    families: frozenset[str] = frozenset()
    density_mg_per_ml: int | None = None
    filled: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeLine:
    """An amount of an ingredient, or of another recipe as it comes from the kettle.

    A line may serve some levels or seasonings only; an empty set means all. A line added after
    cooking (blending liquid, thickener, fresh herbs) neither loses water nor vitamins. A line that
    `fortifies` makes an enriched dish of the plain one: what the dish would be without it.
    """

    ingredient: str
    amount_g: int
    levels: frozenset[Iddsi] = frozenset()
    seasonings: frozenset[Seasoning] = frozenset()
    after_cooking: bool = False
    fortifies: bool = False

    def serves(self, level: Iddsi | None, seasoning: Seasoning | None) -> bool:
        """Whether the line belongs; None stands for any that no line names."""
        return (not self.levels or level in self.levels) and (
            not self.seasonings or seasoning in self.seasonings
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How something is made: its lines, and what cooking does to weight and vitamins.

    `yield_percent` is the weight after cooking per 100 of the cooked lines; the difference is
    water that left or entered.
    """

    id: str
    lines: tuple[RecipeLine, ...]
    yield_percent: int
    method: Method = Method.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """The portionable thing on a tray, at all levels and seasonings in which it is made.

    `bite` is that of the level with the most bite.
    """

    id: str
    role: Role
    kind: Kind
    names: Names
    recipe: str
    levels: tuple[Iddsi, ...]
    seasonings: tuple[Seasoning, ...]
    properties: frozenset[str]
    colour: Colour
    bite: Bite
    portions_g: Portions
    zone: Zone
    shelf_days: int
    steps: tuple[Step, ...]
    regeneration: tuple[Regeneration, ...]
    max_batch_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One component at one level in one seasoning: what is cooked, stocked and eaten.

    Everything about content is derived from the recipe tree: figures per 100 g as served,
    allergens, properties, price, and ingredients: the ids of all that is bought, with their
    families. `main_ingredients` are those of them that a person tastes it by: what the name of the
    dish speaks of, or what makes up 5 % of its mass or more (house rule). The first way of
    `regeneration` is the house's advice; none: eaten as it is. Cents are rounded up: a price is
    never below its cost.
    """

    id: str
    component: str
    role: Role
    kind: Kind
    iddsi: Iddsi
    seasoning: Seasoning
    names: Names
    per_100g: Amounts
    allergens: AllergenSet
    ingredients: frozenset[str]
    main_ingredients: frozenset[str]
    properties: frozenset[str]
    colour: Colour
    bite: Bite
    taste: TasteProfile
    processing: Processing
    portions_g: Portions
    price_cents_per_100g: int
    zone: Zone
    shelf_days: int
    steps: tuple[Step, ...]
    regeneration: tuple[Regeneration, ...]
    max_batch_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything that can be cooked; `version` is the hash of the content it was built from."""

    version: str
    ingredients: Mapping[str, Ingredient]
    recipes: Mapping[str, Recipe]
    components: Mapping[str, Component]
    variants: Mapping[str, Variant]

    @property
    def ingredient_words(self) -> frozenset[str]:
        """Every word an exclusion may use; another word would exclude nothing."""
        return frozenset(self.ingredients).union(*(i.families for i in self.ingredients.values()))
