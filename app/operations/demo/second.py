"""A second kitchen for the demo region: it stands in Izegem and serves who lives nearer to it."""

from dataclasses import replace
from typing import Any

from app.access import Role
from app.operations.exchange import DepotRow, Region
from logistics import Point, PowerModel

_ROADS = PowerModel()

SECOND = DepotRow(
    code="izegem",
    name="Keuken Izegem (demo)",
    street="Nijverheidslaan 1",
    postcode="8870",
    place="Izegem",
    lat_e5=5_091_400,
    lon_e5=321_400,
    frozen_cold_min=480,
    chilled_cold_min=480,
    frozen_litres=16_000,
    chilled_litres=8_000,
    chill_wait_min=25,
)


def with_second_kitchen(rows: Region) -> Region:
    """Give the region with two kitchens, each with machines, shifts, vans and addresses.

    What lies in store stays in the first. The dispatcher works in both, the cook in the first.
    """
    (first,) = rows.depots
    staff = {Role.DISPATCHER: (first.code, SECOND.code), Role.KITCHEN: (first.code,)}
    return replace(
        rows,
        depots=(first, SECOND),
        machines=rows.machines + _again(rows.machines),
        kitchen_shifts=rows.kitchen_shifts + _again(rows.kitchen_shifts),
        vehicles=rows.vehicles + _again(rows.vehicles),
        sites=tuple(_nearest(site, first) for site in rows.sites),
        stock=tuple(replace(one, depot=first.code) for one in rows.stock),
        ingredient_stock=tuple(replace(one, depot=first.code) for one in rows.ingredient_stock),
        users=tuple(
            replace(one, depot=first.code, depots=staff[one.role]) if one.role in staff else one
            for one in rows.users
        ),
    )


def _again(rows: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(replace(row, code=f"{SECOND.code}-{row.code}", depot=SECOND.code) for row in rows)


def _nearest(site: Any, first: DepotRow) -> Any:
    """Give an address its kitchen; the vans it names stay those of that kitchen."""
    near = min((first, SECOND), key=lambda one: _ROADS.matrix((_at(one), _at(site))).metres[0][1])
    vans = site.vans if near is first else tuple(f"{SECOND.code}-{van}" for van in site.vans)
    return replace(site, depot=near.code, vans=vans)


def _at(row: Any) -> Point:
    return Point(lat_e5=row.lat_e5, lon_e5=row.lon_e5)
