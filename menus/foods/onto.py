"""A table of foods laid beside the ingredients that came from it: compared, and taken over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from menus.allergens import ALLERGENS
from menus.foods.figures import Figure, Qualifier
from menus.foods.tables import Food, FoodTable
from menus.nutrients import CODES, NUTRIENTS, round_half_away
from menus.rows import INGREDIENT_COLUMNS
from menus.written import write_decimal, write_filled

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One figure of an ingredient that is not the table's, both in scaled units."""

    ingredient: str
    code: str
    nutrient: str
    old: int | None
    new: int | None
    figure: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Every food of a table: new, the same, different; and ingredients whose food is gone."""

    new: tuple[str, ...]
    unchanged: tuple[str, ...]
    differs: tuple[Difference, ...]
    gone: tuple[str, ...]


def compare(table: FoodTable, rows: Iterable[Row]) -> Comparison:
    """Lay a table beside rows of ingredients, by the family of their source and its code.

    A figure that a row names as filled and the table still lacks is no difference. Nothing is
    changed here.
    """
    foods = {each.code: each for each in table.foods}
    own = [row for row in rows if _family(row) == table.family]
    found = {
        row["id"]: _differences(foods[row["source_code"]], row)
        for row in own
        if row["source_code"] in foods
    }
    known = {row["source_code"] for row in own}
    return Comparison(
        new=tuple(code for code in foods if code not in known),
        unchanged=tuple(name for name, differences in found.items() if not differences),
        differs=tuple(each for differences in found.values() for each in differences),
        gone=tuple(row["id"] for row in own if row["source_code"] not in foods),
    )


def _family(row: Row) -> str:
    return row.get("source", "").partition(" ")[0]


def _differences(food: Food, row: Row) -> list[Difference]:
    filled = dict(_filled(row))
    found = []
    for nutrient in NUTRIENTS:
        figure = food.figure(nutrient.code)
        old = _scaled(row.get(nutrient.code, ""), nutrient.scale)
        new = None if figure is None else figure.amount
        kept = figure is None and nutrient.code in filled
        if old != new and not kept:
            found.append(
                Difference(
                    ingredient=row["id"],
                    code=food.code,
                    nutrient=nutrient.code,
                    old=old,
                    new=new,
                    figure=figure,
                )
            )
    return found


def _scaled(cell: str, scale: int) -> int | None:
    """A cell in scaled units; one that cannot be read is unlike any figure."""
    try:
        return round_half_away(Fraction(Decimal(cell.strip())) * scale) if cell.strip() else None
    except (InvalidOperation, ValueError, OverflowError):
        return -1


def _filled(row: Row) -> Iterable[tuple[str, str]]:
    """The origins a row names, as `rows.py` reads them."""
    for text in row.get("filled", "").split(";"):
        codes, _, origin = text.partition("=")
        for code in codes.split():
            yield code, origin.strip()


def accept(table: FoodTable, rows: Iterable[Row], codes: frozenset[str]) -> list[dict[str, str]]:
    """The rows with the figures of these foods taken over, and a new row for each new food.

    Other rows and cells stay as they are. A figure of the table that is a trace, a limit or a sum
    of parts says so in `filled`. A new row has the table's names, no price and every allergen as
    not known, so the catalogue refuses it until somebody completes it.
    """
    foods = {each.code: each for each in table.foods if each.code in codes}
    result = [_taken(row, table.family, foods) for row in rows]
    known = {row["source_code"] for row in result if _family(row) == table.family}
    return result + [_new(each, table.family) for each in foods.values() if each.code not in known]


def _taken(row: Row, family: str, foods: Mapping[str, Food]) -> dict[str, str]:
    food = foods.get(row["source_code"]) if _family(row) == family else None
    if food is None:
        return dict(row)
    kept = {code: origin for code, origin in _filled(row) if food.figure(code) is None}
    figures = {code: text for code, text in _figures(food).items() if text or code not in kept}
    return {**row, "source": food.source, **figures, "filled": _origins(food, kept)}


def _new(food: Food, family: str) -> dict[str, str]:
    names = dict(food.names)
    return {
        **dict.fromkeys(INGREDIENT_COLUMNS, ""),
        **{language: names.get(language, "") for language in ("nl", "fr", "en")},
        "id": f"{family.lower()}-{food.code}",
        "source": food.source,
        "source_code": food.code,
        **_figures(food),
        "filled": _origins(food, {}),
        "unknown": " ".join(sorted(ALLERGENS)),
    }


def _figures(food: Food) -> dict[str, str]:
    cells = {}
    for nutrient in NUTRIENTS:
        figure = food.figure(nutrient.code)
        cells[nutrient.code] = write_decimal(figure.amount if figure else None, nutrient.scale)
    return cells


def _origins(food: Food, kept: Mapping[str, str]) -> str:
    """What is not simply the figure of the row, in the catalogue's order."""
    told = {
        each.code: f"{food.source} {food.code} {each.qualifier}: {each.told}"
        for each in food.figures
        if each.qualifier is not Qualifier.EXACT
    }
    return write_filled(
        tuple((code, {**kept, **told}[code]) for code in CODES if code in kept or code in told)
    )
