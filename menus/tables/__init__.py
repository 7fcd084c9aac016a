"""Two of the three tables of the catalogue as text, and the reader of their rows."""

from menus.tables.component_rows import COMPONENT_COLUMNS, read_components
from menus.tables.reader import CATALOGUE_ERROR_CODES, CatalogueError, Reader, Row, refuse_doubles
from menus.tables.recipe_rows import RECIPE_COLUMNS, read_recipes

__all__ = [
    "CATALOGUE_ERROR_CODES",
    "COMPONENT_COLUMNS",
    "RECIPE_COLUMNS",
    "CatalogueError",
    "Reader",
    "Row",
    "read_components",
    "read_recipes",
    "refuse_doubles",
]
