"""CIQUAL, the French table of food composition: the wide table as CSV, and the XML files.

Numbers have a decimal comma; `traces`, `< 0,5`, `-` and an empty cell each mean what they say.
"""

import re
from collections.abc import Callable, Mapping
from xml.parsers import expat

from menus.foods.tables import Column, Draft, Draught, FoodTable, Layout, csv_lines, read_wide

FAMILY = "CIQUAL"

# Constituent of the table: heading without its unit, and where it goes. Carbohydrate ("glucides")
# is without fibre; protein is by the factor of Jones, as the regulation asks; energy is that of
# Regulation (EU) 1169/2011.
_CONSTITUENTS: Mapping[str, tuple[str, str]] = {
    "328": ("energie, règlement ue n° 1169/2011", "energy_kcal"),
    "400": ("eau", "water_g"),
    "25000": ("protéines, n x facteur de jones", "protein_g"),
    "31000": ("glucides", "available_g"),
    "32000": ("sucres", "sugars_g"),
    "34100": ("fibres alimentaires", "fibre_g"),
    "40000": ("lipides", "fat_g"),
    "40302": ("ag saturés", "saturated_fat_g"),
    "40303": ("ag monoinsaturés", "monounsaturated_g"),
    "40304": ("ag polyinsaturés", "polyunsaturated_g"),
    "10110": ("sodium", "sodium_mg"),
    "10120": ("magnésium", "magnesium_mg"),
    "10150": ("phosphore", "phosphorus_mg"),
    "10190": ("potassium", "potassium_mg"),
    "10200": ("calcium", "calcium_mg"),
    "10250": ("manganèse", "manganese_mg"),
    "10260": ("fer", "iron_mg"),
    "10290": ("cuivre", "copper_mg"),
    "10300": ("zinc", "zinc_mg"),
    "10340": ("sélénium", "selenium_ug"),
    "51200": ("rétinol", "retinol_ug"),
    "51330": ("beta-carotène", "carotene_ug"),
    "52100": ("vitamine d", "vitamin_d_ug"),
    "53100": ("vitamine e", "vitamin_e_mg"),
    "54101": ("vitamine k1", "vitamin_k_ug"),
    "55100": ("vitamine c", "vitamin_c_mg"),
    "56100": ("vitamine b1 ou thiamine", "thiamin_mg"),
    "56200": ("vitamine b2 ou riboflavine", "riboflavin_mg"),
    "56310": ("vitamine b3 ou pp ou niacine", "niacin_mg"),
    "56400": ("vitamine b5 ou acide pantothénique", "pantothenic_mg"),
    "56500": ("vitamine b6", "vitamin_b6_mg"),
    "56600": ("vitamine b12", "vitamin_b12_ug"),
    "56700": ("vitamine b9 ou folates totaux", "folate_ug"),
}
_BY_NAME = dict(_CONSTITUENTS.values()) | {
    "activité vitaminique a, équivalents rétinol": "vitamin_a_ug",
    "alpha-tocophérol (vitamine e)": "vitamin_e_mg",
}
_HEADING = re.compile(r"(.+?)\s*\(([^()]+?)\s*/?\s*100\s*g\)")
_STRAY = re.compile(r"<(?=[\s\d])|&(?!#?\w+;)")


def read_ciqual(text: str, *, file: str, release: str) -> FoodTable:
    """Every food of the wide table in French; `release` names table and version."""
    headings, _ = csv_lines(text)
    columns = {each: column for each in headings if (column := _column(each))}
    layout = Layout(family=FAMILY, code="alim_code", names={"fr": "alim_nom_fr"}, columns=columns)
    return read_wide(text, layout, file=file, source=release)


def _column(heading: str) -> Column | None:
    """Where `Sucres (g/100 g)` goes; energy is taken in kilocalories only."""
    found = _HEADING.fullmatch(heading)
    if found is None:
        return None
    code, unit = _BY_NAME.get(found[1].lower()), found[2]
    if code is None or (code == "energy_kcal" and unit != "kcal"):
        return None
    return Column(code, unit)


def read_ciqual_xml(alim: str, const: str, compo: str, *, file: str, release: str) -> FoodTable:
    """Every food of the three XML files: foods, constituents with their units, and contents.

    Contents that name a food or a constituent nobody lists are faults of the file `compo`.
    """
    draught = Draught(file, FAMILY)
    _records(alim, "ALIM", draught, lambda line, one: _food(draught, release, line, one))
    columns: dict[str, Column | None] = {}
    _records(const, "CONST", draught, lambda _, one: _constituent(columns, one))
    _records(compo, "COMPO", draught, lambda line, one: _content(draught, columns, line, one))
    return draught.done()


def _food(draught: Draught, release: str, line: int, one: Mapping[str, str]) -> None:
    names = {"fr": one.get("alim_nom_fr", ""), "en": one.get("alim_nom_eng", "")}
    draught.food(line, "alim_code", one.get("alim_code", ""), Draft(release, names))


def _constituent(columns: dict[str, Column | None], one: Mapping[str, str]) -> None:
    code = one.get("const_code", "")
    found = _HEADING.fullmatch(" ".join(one.get("const_nom_fr", "").split()))
    known = found and code in _CONSTITUENTS
    columns[code] = Column(_CONSTITUENTS[code][1], found[2]) if found and known else None


def _content(
    draught: Draught, columns: Mapping[str, Column | None], line: int, one: Mapping[str, str]
) -> None:
    food, constituent = one.get("alim_code", ""), one.get("const_code", "")
    if food not in draught.foods:
        draught.blame(line, "alim_code", "table.stranger", value=food)
    elif constituent not in columns:
        draught.blame(line, "const_code", "table.stranger", value=constituent)
    elif (column := columns[constituent]) is None:
        draught.not_taken[constituent] = None
    else:
        draught.cell(draught.foods[food], line, "teneur", column, one.get("teneur", ""))


def _records(
    text: str, tag: str, draught: Draught, take: Callable[[int, Mapping[str, str]], None]
) -> None:
    """Hand over each record of a file with the line it begins on, its fields in lower case.

    The published files hold a bare `<` in "< 0,5"; it is read as what it means. A document type is
    refused: these files have none, and entities could grow without end.
    """
    parser = expat.ParserCreate()
    state = _State(tag.lower(), parser, take)
    parser.StartElementHandler, parser.EndElementHandler = state.start, state.end
    parser.CharacterDataHandler = state.words
    parser.StartDoctypeDeclHandler = state.refuse
    try:
        parser.Parse(_STRAY.sub(_escaped, text), True)  # noqa: FBT003  # by position only
    except (expat.ExpatError, _NoDoctypeError):
        draught.blame(parser.CurrentLineNumber, tag, "table.xml")


def _escaped(found: re.Match[str]) -> str:
    return "&lt;" if found[0] == "<" else "&amp;"


class _NoDoctypeError(Exception):
    """The file brings a document type of its own."""


class _State:
    """Where the parser is: inside which record and field."""

    def __init__(
        self,
        tag: str,
        parser: expat.XMLParserType,
        take: Callable[[int, Mapping[str, str]], None],
    ) -> None:
        self._tag, self._parser, self._take = tag, parser, take
        self._line = 0
        self._record: dict[str, str] | None = None
        self._text = ""

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        """A record or a field begins."""
        self._text = ""
        if name.lower() == self._tag:
            self._record, self._line = {}, self._parser.CurrentLineNumber

    def words(self, text: str) -> None:
        """Text of a field comes in pieces."""
        self._text += text

    def end(self, name: str) -> None:
        """A field or a record ends."""
        if name.lower() == self._tag and self._record is not None:
            self._take(self._line, self._record)
            self._record = None
        elif self._record is not None:
            self._record[name.lower()] = self._text.strip()

    def refuse(self, *_: object) -> None:
        """No document type is taken."""
        raise _NoDoctypeError
