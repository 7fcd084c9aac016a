"""NEVO, the Dutch food composition database: the wide file, and the long file of details.

Both are text with bars between cells and a decimal comma. A trace stands as 0 with its code in the
column of traces (wide) or with `TR` in the column of flags (long); an empty cell is not known.
Amounts of a food told per 100 ml are refused: the table gives no density.
"""

from collections.abc import Mapping

from menus.foods.tables import (
    TRACES,
    Column,
    Draft,
    Draught,
    FoodTable,
    Layout,
    csv_lines,
    per_100g,
    read_wide,
)

FAMILY = "NEVO-Online"
_CODE, _VERSION = "NEVO-code", "NEVO-versie/NEVO-version"
_QUANTITY = "Hoeveelheid/Quantity"
_NAMES = {"nl": "Voedingsmiddelnaam/Dutch food name", "en": "Engelse naam/Food name"}
_NUTRIENT, _VALUE, _UNIT = "Nutrient-code", "Gehalte/Value", "Eenheid/Unit"
_FLAG, _TRACE = "Spoor / Verrijkt/Trace / Fortified", "TR"
_LONG = (_CODE, _NUTRIENT, _VALUE, _UNIT)

# Codes of the table: food folate and folic acid apart (FOL is in dietary folate equivalents),
# carbohydrate without fibre, vitamin A as retinol activity equivalents.
_CODES: Mapping[str, tuple[str, str]] = {
    "ENERCC": ("energy_kcal", "kcal"),
    "PROT": ("protein_g", "g"),
    "FAT": ("fat_g", "g"),
    "FASAT": ("saturated_fat_g", "g"),
    "FAMSCIS": ("monounsaturated_g", "g"),
    "FAPU": ("polyunsaturated_g", "g"),
    "CHO": ("available_g", "g"),
    "SUGAR": ("sugars_g", "g"),
    "FIBT": ("fibre_g", "g"),
    "NA": ("sodium_mg", "mg"),
    "K": ("potassium_mg", "mg"),
    "P": ("phosphorus_mg", "mg"),
    "CA": ("calcium_mg", "mg"),
    "MG": ("magnesium_mg", "mg"),
    "FE": ("iron_mg", "mg"),
    "ZN": ("zinc_mg", "mg"),
    "CU": ("copper_mg", "mg"),
    "SE": ("selenium_ug", "ug"),
    "VITA_RAE": ("vitamin_a_ug", "ug"),
    "VITC": ("vitamin_c_mg", "mg"),
    "VITD": ("vitamin_d_ug", "ug"),
    "VITE": ("vitamin_e_mg", "mg"),
    "VITK1": ("vitamin_k_ug", "ug"),
    "THIA": ("thiamin_mg", "mg"),
    "RIBF": ("riboflavin_mg", "mg"),
    "NIA": ("niacin_mg", "mg"),
    "VITB6": ("vitamin_b6_mg", "mg"),
    "FOLFD": ("food_folate_ug", "ug"),
    "FOLAC": ("folic_acid_ug", "ug"),
    "VITB12": ("vitamin_b12_ug", "ug"),
    "WATER": ("water_g", "g"),
}


def _columns() -> dict[str, Column]:
    """Headings such as `VITD (ug)`, with either micro sign."""
    signs = ("u", "\N{MICRO SIGN}", "\N{GREEK SMALL LETTER MU}")
    return {
        f"{code} ({unit.replace('u', sign, 1)})": Column(to, unit)
        for code, (to, unit) in _CODES.items()
        for sign in signs
    }


_LAYOUT = Layout(
    family=FAMILY,
    code=_CODE,
    names=_NAMES,
    columns=_columns(),
    version=_VERSION,
    traces="Bevat sporen van/Contains traces of",
    quantity=_QUANTITY,
)


def read_nevo(text: str, *, file: str, release: str) -> FoodTable:
    """Every food of either file; `release` names the version when the file does not."""
    headings, _ = csv_lines(text)
    if _NUTRIENT in headings:
        return _read_long(text, file=file, release=release)
    return read_wide(text, _LAYOUT, file=file, source=release)


def _read_long(text: str, *, file: str, release: str) -> FoodTable:
    headings, rows = csv_lines(text)
    draught = Draught(file, FAMILY)
    missing = [each for each in _LONG if each not in headings]
    for heading in missing:
        draught.blame(1, heading, "table.column", value=heading)
    refused: set[str] = set()
    for line, row in rows if not missing else ():
        if row is None:
            draught.blame(line, _CODE, "table.shifted")
            continue
        code = row.get(_CODE, "").strip()
        if code in refused:
            continue
        if code in draught.foods or _opened(draught, line, row, release):
            _long_row(draught, draught.foods[code], line, row)
        else:
            refused.add(code)
    return draught.done()


def _opened(draught: Draught, line: int, row: Mapping[str, str], release: str) -> bool:
    """Whether the first row of a food opened it."""
    if not per_100g(draught, line, _QUANTITY, row):
        return False
    names = {key: row.get(heading, "").strip() for key, heading in _NAMES.items()}
    told = Draft(row.get(_VERSION, "").strip() or release, names)
    return draught.food(line, _CODE, row.get(_CODE, "").strip(), told) is not None


def _long_row(draught: Draught, draft: Draft, line: int, row: Mapping[str, str]) -> None:
    nutrient, unit, value = (row.get(each, "").strip() for each in (_NUTRIENT, _UNIT, _VALUE))
    if nutrient not in _CODES:
        draught.not_taken[nutrient] = None
        return
    trace = row.get(_FLAG, "").strip() == _TRACE
    column = Column(_CODES[nutrient][0], unit)
    draught.cell(draft, line, _VALUE, column, TRACES if trace else value)
