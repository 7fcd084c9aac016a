"""The table of recipes: one row per line, yield and method on the first."""

from collections.abc import Mapping
from fractions import Fraction

from menus.catalog import Ingredient, Method, Recipe, RecipeLine
from menus.nutrients import parse, round_half_away
from menus.seasoning import Seasoning
from menus.tables.reader import Reader, refuse_doubles
from menus.texture import Iddsi

RECIPE_COLUMNS: tuple[str, ...] = (
    *("recipe", "line", "yield_percent", "method", "ingredient", "amount_g"),
    *("levels", "seasonings", "after_cooking", "fortifies"),
)
_YES, _NO = "yes", ""


def read_recipes(readers: list[Reader], ingredients: Mapping[str, Ingredient]) -> list[Recipe]:
    """The recipes of the rows; `ingredients` by id. Faults stand in the readers."""
    refuse_doubles(readers, "recipe", "line")
    groups: dict[str, list[Reader]] = {}
    for reader in readers:
        groups.setdefault(reader.text("recipe"), []).append(reader)
    known = {**dict.fromkeys(groups), **ingredients}
    for name in sorted(ingredients.keys() & groups.keys()):
        groups[name][0].blame("recipe", "twice", value=name)
    return [_recipe(name, group, known) for name, group in groups.items()]


def _recipe(name: str, readers: list[Reader], known: Mapping[str, Ingredient | None]) -> Recipe:
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


def _line(reader: Reader, known: Mapping[str, Ingredient | None]) -> RecipeLine:
    ingredient = reader.text("ingredient")
    if ingredient and ingredient not in known:
        reader.blame("ingredient", "recipe.unknown_ingredient", subject=ingredient)
    reader.whole("line", least=1)
    return RecipeLine(
        ingredient=ingredient,
        amount_g=_grams(reader, known.get(ingredient)),
        levels=frozenset(reader.many("levels", Iddsi)),
        seasonings=frozenset(reader.many("seasonings", Seasoning)),
        after_cooking=reader.one("after_cooking", _yes_or_no, fallback=False),
        fortifies=reader.one("fortifies", _yes_or_no, fallback=False),
    )


def _grams(reader: Reader, ingredient: Ingredient | None) -> int:
    """Whole grams of `150`, `1 kg`, `6 oz`, or of a volume (`1,5 dl`, `2 el`) and its density."""
    text = reader.text("amount_g")
    if not text or text.isdecimal():
        return reader.whole("amount_g", least=1)
    for unit in ("g", "ml"):
        try:
            amount = Fraction(parse(text, as_=unit))
        except ValueError:
            continue
        return _weighed(reader, text, amount, unit, ingredient)
    reader.blame("amount_g", "amount", value=text)
    return 1


def _weighed(
    reader: Reader, text: str, amount: Fraction, unit: str, ingredient: Ingredient | None
) -> int:
    density = 1000 if unit == "g" else ingredient.density_mg_per_ml if ingredient else None
    if density is None:
        reader.blame("amount_g", "no_density", value=text, subject=reader.maybe("ingredient"))
        return 1
    grams = round_half_away(amount * density / 1000)
    if grams < 1:
        reader.blame("amount_g", "amount", value=text)
    return max(1, grams)


def _yes_or_no(value: str) -> bool:
    if value not in (_YES, _NO):
        raise ValueError(value)
    return value == _YES
