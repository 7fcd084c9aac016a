"""The table of recipes: one row per line, yield and method on the first."""

from menus.catalog import Method, Recipe, RecipeLine
from menus.seasoning import Seasoning
from menus.tables.reader import Reader, refuse_doubles
from menus.texture import Iddsi

RECIPE_COLUMNS: tuple[str, ...] = (
    *("recipe", "line", "yield_percent", "method", "ingredient", "amount_g"),
    *("levels", "seasonings", "after_cooking"),
)
_YES, _NO = "yes", ""


def read_recipes(readers: list[Reader], ingredients: set[str]) -> list[Recipe]:
    """The recipes of the rows; `ingredients` are the ids there are. Faults stand in the readers."""
    refuse_doubles(readers, "recipe", "line")
    groups: dict[str, list[Reader]] = {}
    for reader in readers:
        groups.setdefault(reader.text("recipe"), []).append(reader)
    known = ingredients | set(groups)
    for name in sorted(ingredients & set(groups)):
        groups[name][0].blame("recipe", "twice", value=name)
    return [_recipe(name, group, known) for name, group in groups.items()]


def _recipe(name: str, readers: list[Reader], known: set[str]) -> Recipe:
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


def _line(reader: Reader, known: set[str]) -> RecipeLine:
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
