"""The catalogue as three tables of text: read with every bad row named, and written back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from menus.allergens import ALLERGENS, AllergenSet
from menus.catalog import (
    Bite,
    Catalogue,
    Colour,
    Component,
    Ingredient,
    Kind,
    Method,
    Names,
    Portions,
    Recipe,
    RecipeLine,
    Regeneration,
    Role,
    Step,
    StepKind,
    Zone,
)
from menus.nutrients import CODES, INDEX, NUTRIENTS, round_half_away
from menus.recipes import DIETS, ImpossibleRecipe, build_catalogue
from menus.seasoning import Seasoning
from menus.suitability import THIN_LIQUID
from menus.texture import DRINK_LEVELS, FOOD_LEVELS, Iddsi

Row = Mapping[str, str]
T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

INGREDIENT_COLUMNS: tuple[str, ...] = (
    *("id", "nl", "fr", "en", "source", "source_code", *CODES, "filled"),
    *("contains", "may_contain", "unknown", "properties", "price_cents_per_kg", "shelf_days"),
    *("supplier", "pack_g", "lead_days", "zone", "families"),
)
RECIPE_COLUMNS: tuple[str, ...] = (
    *("recipe", "line", "yield_percent", "method", "ingredient", "amount_g"),
    *("levels", "seasonings", "after_cooking"),
)
COMPONENT_COLUMNS: tuple[str, ...] = (
    *("id", "role", "kind", "nl", "fr", "en", "recipe", "levels", "seasonings", "properties"),
    *("colour", "bite", "portion_s_g", "portion_m_g", "portion_l_g"),
    *("zone", "shelf_days", "steps"),
    *("appliance", "regeneration_min", "core_celsius", "max_batch_g"),
)
CATALOGUE_ERROR_CODES: tuple[str, ...] = (
    "catalogue.missing",
    "catalogue.not_whole",
    "catalogue.not_amount",
    "catalogue.not_one_of",
    "catalogue.twice",
    "catalogue.diet_typed",
    "catalogue.filled",
    "catalogue.level_of_other_kind",
    "catalogue.thin_liquid_level",
    "catalogue.portions_order",
    "catalogue.step",
    "catalogue.recipe.unknown_ingredient",
    "catalogue.recipe.within_itself",
    "catalogue.recipe.no_weight",
    "catalogue.recipe.yield_too_low",
    "catalogue.recipe.unknown",
    "catalogue.recipe.first_line",
)
_YES, _NO = "yes", ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueError:
    """What is wrong in one cell; `row` is the line in the file, the heading being line 1."""

    file: str
    row: int
    column: str
    code: str
    args: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Reader:
    """One row being read: takes cells, notes what is wrong, and goes on."""

    file: str
    row: Row
    number: int
    errors: list[CatalogueError] = field(default_factory=list)

    def blame(self, column: str, code: str, **args: str) -> None:
        self.errors.append(
            CatalogueError(
                file=self.file,
                row=self.number,
                column=column,
                code=f"catalogue.{code}",
                args=tuple(sorted(args.items())),
            )
        )

    def text(self, column: str) -> str:
        """A cell that may not be empty."""
        value = self.maybe(column)
        if not value:
            self.blame(column, "missing")
        return value

    def maybe(self, column: str) -> str:
        return (self.row.get(column) or "").strip()

    def whole(self, column: str, *, least: int) -> int:
        """A whole number of at least `least`."""
        value = self.maybe(column)
        if value.isascii() and value.isdigit() and int(value) >= least:
            return int(value)
        self.blame(column, "not_whole", value=value, least=str(least))
        return least

    def amount(self, column: str, scale: int) -> int | None:
        """A decimal, zero or more, in scaled units; an empty cell is not known."""
        value = self.maybe(column)
        if not value:
            return None
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite() and number >= 0:
            return round_half_away(Fraction(number) * scale)
        self.blame(column, "not_amount", value=value)
        return None

    def one(self, column: str, words: Callable[[str], T], fallback: T) -> T:
        """One word of a list of words."""
        value = self.maybe(column)
        try:
            return words(value)
        except ValueError:
            self.blame(column, "not_one_of", value=value)
            return fallback

    def many(self, column: str, words: Callable[[str], T]) -> tuple[T, ...]:
        """Words separated by spaces, each of a list of words."""
        found: list[T] = []
        for value in self.maybe(column).split():
            try:
                found.append(words(value))
            except ValueError:
                self.blame(column, "not_one_of", value=value)
        return tuple(found)

    def names(self) -> Names:
        return Names(nl=self.text("nl"), fr=self.text("fr"), en=self.text("en"))


def read_catalogue(
    ingredient_rows: Iterable[Row], recipe_rows: Iterable[Row], component_rows: Iterable[Row]
) -> Catalogue | tuple[CatalogueError, ...]:
    """The catalogue that the three tables describe, or everything that is wrong in them.

    Lists inside a cell are separated by spaces; an empty nutrient is not known; nutrients finer
    than the table's scale are rounded half away from zero.
    """
    errors: list[CatalogueError] = []
    ingredients = _ingredients(_readers("ingredients.csv", ingredient_rows, errors))
    lines = _readers("recipes.csv", recipe_rows, errors)
    recipes = _recipes(lines, {each.id for each in ingredients})
    components = _components(
        _readers("components.csv", component_rows, errors), {each.id for each in recipes}
    )
    if errors:
        return tuple(errors)
    try:
        return build_catalogue(ingredients, recipes, components)
    except ImpossibleRecipe as problem:
        return (_cannot_cook(lines, problem),)


def _cannot_cook(lines: list[_Reader], problem: ImpossibleRecipe) -> CatalogueError:
    """What a recipe's own rows cannot show: a circle, no weight, more water out than in."""
    first = next(each for each in lines if each.maybe("recipe") == problem.recipe)
    return CatalogueError(
        file=first.file,
        row=first.number,
        column="recipe",
        code=f"catalogue.{problem.code}",
        args=(("recipe", problem.recipe), ("subject", problem.subject)),
    )


def _readers(file: str, rows: Iterable[Row], errors: list[CatalogueError]) -> list[_Reader]:
    return [_Reader(file, row, number, errors) for number, row in enumerate(rows, start=2)]


def _allergen(code: str) -> str:
    if code not in ALLERGENS:
        raise ValueError(code)
    return code


def _ingredients(readers: list[_Reader]) -> list[Ingredient]:
    _refuse_doubles(readers, "id")
    return [_ingredient(reader) for reader in readers]


def _refuse_doubles(readers: list[_Reader], *columns: str) -> None:
    seen: set[tuple[str, ...]] = set()
    for reader in readers:
        key = tuple(reader.maybe(column) for column in columns)
        if key in seen:
            reader.blame(columns[-1], "twice", value=" ".join(key))
        seen.add(key)


def _ingredient(reader: _Reader) -> Ingredient:
    return Ingredient(
        id=reader.text("id"),
        names=reader.names(),
        source=reader.text("source"),
        source_code=reader.text("source_code"),
        per_100g=tuple(reader.amount(each.code, each.scale) for each in NUTRIENTS),
        allergens=AllergenSet(
            contains=frozenset(reader.many("contains", _allergen)),
            may_contain=frozenset(reader.many("may_contain", _allergen)),
            unknown=frozenset(reader.many("unknown", _allergen)),
        ),
        properties=frozenset(reader.maybe("properties").split()),
        price_cents_per_kg=reader.whole("price_cents_per_kg", least=0),
        shelf_days=reader.whole("shelf_days", least=1),
        supplier=reader.text("supplier"),
        pack_g=reader.whole("pack_g", least=1),
        lead_days=reader.whole("lead_days", least=0),
        zone=reader.one("zone", Zone, Zone.AMBIENT),
        families=frozenset(reader.maybe("families").split()),
        filled=_filled(reader),
    )


def _filled(reader: _Reader) -> tuple[tuple[str, str], ...]:
    """Origins of figures as `sugars_g fibre_g=origin; iron_mg=origin`, each figure once."""
    found: dict[str, str] = {}
    for text in reader.maybe("filled").split(";"):
        codes, _, origin = (each.strip() for each in text.partition("="))
        for code in codes.split():
            known = code in INDEX and reader.maybe(code) and origin
            if not known or found.setdefault(code, origin) != origin:
                reader.blame("filled", "filled", value=code)
        if origin and not codes:
            reader.blame("filled", "filled", value=origin)
    return tuple(sorted(found.items(), key=lambda each: CODES.index(each[0])))


def _recipes(readers: list[_Reader], ingredients: set[str]) -> list[Recipe]:
    _refuse_doubles(readers, "recipe", "line")
    groups: dict[str, list[_Reader]] = {}
    for reader in readers:
        groups.setdefault(reader.text("recipe"), []).append(reader)
    known = ingredients | set(groups)
    for name in sorted(ingredients & set(groups)):
        groups[name][0].blame("recipe", "twice", value=name)
    return [_recipe(name, group, known) for name, group in groups.items()]


def _recipe(name: str, readers: list[_Reader], known: set[str]) -> Recipe:
    """Yield and method stand on the first line of a recipe and on no other."""
    first, *others = readers
    for other in others:
        if other.maybe("yield_percent") or other.maybe("method"):
            other.blame("yield_percent", "recipe.first_line", recipe=name)
    return Recipe(
        id=name,
        lines=tuple(_line(reader, known) for reader in readers),
        yield_percent=first.whole("yield_percent", least=1),
        method=first.one("method", Method, Method.NONE),
    )


def _line(reader: _Reader, known: set[str]) -> RecipeLine:
    ingredient = reader.text("ingredient")
    if ingredient and ingredient not in known:
        reader.blame("ingredient", "recipe.unknown_ingredient", subject=ingredient)
    reader.whole("line", least=1)
    return RecipeLine(
        ingredient=ingredient,
        amount_g=reader.whole("amount_g", least=1),
        levels=frozenset(reader.many("levels", Iddsi)),
        seasonings=frozenset(reader.many("seasonings", Seasoning)),
        after_cooking=reader.one("after_cooking", _yes_or_no, fallback=False),
    )


def _yes_or_no(value: str) -> bool:
    if value not in (_YES, _NO):
        raise ValueError(value)
    return value == _YES


def _components(readers: list[_Reader], recipes: set[str]) -> list[Component]:
    _refuse_doubles(readers, "id")
    return [_component(reader, recipes) for reader in readers]


def _component(reader: _Reader, recipes: set[str]) -> Component:
    if reader.text("recipe") not in recipes:
        reader.blame("recipe", "recipe.unknown", recipe=reader.maybe("recipe"))
    kind = reader.one("kind", Kind, Kind.FOOD)
    properties = frozenset(reader.maybe("properties").split())
    return Component(
        id=reader.text("id"),
        role=reader.one("role", Role, Role.SNACK),
        kind=kind,
        names=reader.names(),
        recipe=reader.maybe("recipe"),
        levels=_levels(reader, kind, properties),
        seasonings=_some(reader, "seasonings", Seasoning),
        properties=properties,
        colour=_look(reader, "colour", Colour, Colour.WHITE),
        bite=_look(reader, "bite", Bite, Bite.SOFT),
        portions_g=_portions(reader),
        zone=reader.one("zone", Zone, Zone.AMBIENT),
        shelf_days=reader.whole("shelf_days", least=1),
        steps=_steps(reader),
        regeneration=_regeneration(reader),
        max_batch_g=reader.whole("max_batch_g", least=1),
    )


def _look(reader: _Reader, column: str, words: type[E], fallback: E) -> E:
    """A table kept by an older release lacks the column; a table that has it fills it."""
    return reader.one(column, words, fallback) if column in reader.row else fallback


def _some(reader: _Reader, column: str, words: type[E]) -> tuple[E, ...]:
    """At least one word, in the order of the enum, none twice."""
    reader.text(column)
    found = reader.many(column, words)
    if len(set(found)) < len(found):
        reader.blame(column, "twice", value=reader.maybe(column))
    return tuple(word for word in words if word in found)


def _levels(reader: _Reader, kind: Kind, properties: frozenset[str]) -> tuple[Iddsi, ...]:
    """Levels that belong to the kind; diets are derived; thin liquid only at level 7."""
    levels = _some(reader, "levels", Iddsi)
    allowed = FOOD_LEVELS if kind is Kind.FOOD else DRINK_LEVELS
    for level in levels:
        if level not in allowed:
            reader.blame("levels", "level_of_other_kind", level=level, kind=kind)
        elif THIN_LIQUID in properties and level not in (Iddsi.EC7, Iddsi.L7):
            reader.blame("levels", "thin_liquid_level", level=level)
    for diet in sorted(properties.intersection(DIETS)):
        reader.blame("properties", "diet_typed", value=diet)
    return levels


def _portions(reader: _Reader) -> Portions:
    small, medium, large = (reader.whole(f"portion_{size}_g", least=1) for size in "sml")
    if not small <= medium <= large:
        reader.blame("portion_m_g", "portions_order", value=f"{small} {medium} {large}")
    return Portions(s=small, m=medium, l=large)


def _regeneration(reader: _Reader) -> Regeneration | None:
    """Appliance, minutes and core temperature; no appliance means eaten as delivered."""
    appliance = reader.maybe("appliance")
    if not appliance:
        return None
    return Regeneration(
        appliance=appliance,
        minutes=reader.whole("regeneration_min", least=1),
        core_celsius=reader.whole("core_celsius", least=1),
    )


def _steps(reader: _Reader) -> tuple[Step, ...]:
    """Steps as `kettle:20+6` (fixed and per 10 kg), with `@3,4` for some levels only."""
    found: list[Step] = []
    for text in reader.text("steps").split():
        try:
            found.append(_step(text))
        except ValueError:
            reader.blame("steps", "step", value=text)
    return tuple(found)


def _step(text: str) -> Step:
    work, _, levels = text.partition("@")
    kind, _, minutes = work.partition(":")
    fixed, _, growing = minutes.partition("+")
    if not (fixed.isdigit() and growing.isdigit()):
        raise ValueError(text)
    return Step(
        kind=StepKind(kind),
        fixed_min=int(fixed),
        min_per_10kg=int(growing),
        levels=frozenset(Iddsi(level) for level in levels.split(",") if level),
    )
