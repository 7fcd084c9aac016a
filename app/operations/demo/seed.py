"""What the demo region is made of: real places, common names, the packaged catalogue."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from menus import Catalogue, read_catalogue

FOLDER = Path(__file__).resolve().parents[2] / "seed"
Rows = tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A town or village; `size` is a rough class from 1 (hamlet) to 5 (city)."""

    name: str
    postcode: str
    lat_e5: int
    lon_e5: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """Everything the generator reads; `catalogue` is what the three tables build."""

    places: tuple[Place, ...]
    names: Mapping[str, tuple[str, ...]]
    ingredients: Rows
    recipes: Rows
    components: Rows
    catalogue: Catalogue


@cache
def packaged_seed() -> Seed:
    """Give the seed that stands in the package; raises ValueError when its catalogue is broken."""
    tables = tuple(_rows(name) for name in ("ingredients", "recipes", "components"))
    catalogue = read_catalogue(*tables)
    if isinstance(catalogue, tuple):
        broken = f"the packaged catalogue cannot be read: {catalogue[0]}"
        raise ValueError(broken)  # noqa: TRY004 - it is the content that is wrong, not a type
    names: dict[str, list[str]] = {}
    for row in _rows("names"):
        names.setdefault(row["kind"], []).append(row["name"])
    return Seed(
        places=tuple(_place(row) for row in _rows("places")),
        names={kind: tuple(found) for kind, found in names.items()},
        ingredients=tables[0],
        recipes=tables[1],
        components=tables[2],
        catalogue=catalogue,
    )


def known_place(postcode: str, name: str) -> Place | None:
    """Give the place of that name under that postcode; None when the table does not know it."""
    wanted = (postcode.strip(), name.strip().casefold())
    places = (_place(row) for row in _rows("places"))
    return next((one for one in places if (one.postcode, one.name.casefold()) == wanted), None)


def _place(row: Mapping[str, str]) -> Place:
    return Place(
        name=row["name"],
        postcode=row["postcode"],
        lat_e5=int(row["lat_e5"]),
        lon_e5=int(row["lon_e5"]),
        size=int(row["size"]),
    )


def _rows(name: str) -> Rows:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return tuple({name: cell.strip() for name, cell in row.items()} for row in rows)
