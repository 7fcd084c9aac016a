"""Warming up is hot enough and quick enough; a freezer keeps food as long as its stars say."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menus import (
    KEEPING,
    Appliance,
    Catalogue,
    Freezer,
    Heating,
    Iddsi,
    Regeneration,
    freezer_as_measured,
    frozen_until,
    read_catalogue,
    thawed_until,
)
from tests.menus.test_catalog import component_row, stew_tables

PRINTED, TODAY = date(2027, 6, 1), date(2026, 12, 1)


def read(cell: dict[str, str]) -> object:
    ingredients, recipes, _ = stew_tables()
    row = component_row("stew", "stew")
    del row["regeneration"]
    return read_catalogue(ingredients, recipes, [row | cell])


@pytest.mark.parametrize(("minutes", "celsius"), [(61, 75), (0, 75), (30, 74)])
def test_no_way_is_too_slow_or_too_cold(minutes: int, celsius: int) -> None:
    with pytest.raises(ValueError, match="not safe"):
        Regeneration(
            appliance=Appliance.PAN,
            heating=Heating.STIRRED,
            minutes=minutes,
            core_celsius=celsius,
        )


def test_a_level_has_the_ways_that_name_it() -> None:
    found = read({"regeneration": "steam-oven:covered:30:75@7 microwave:stirred:8:75"})
    assert isinstance(found, Catalogue)
    ways = {each.iddsi: each.regeneration for each in found.variants.values()}
    assert [way.appliance for way in ways[Iddsi.L4]] == [Appliance.MICROWAVE]
    assert [way.appliance for way in ways[Iddsi.L7]] == [Appliance.STEAM_OVEN, Appliance.MICROWAVE]


@pytest.mark.parametrize(
    "cell",
    [
        "grill:covered:30:75",
        "pan:covered:30",
        "pan:covered:30:60",
        "pan:covered:x:75",
        "pan:covered:30:75 pan:stirred:8:75@7",
    ],
)
def test_a_way_that_cannot_be_is_named(cell: str) -> None:
    found = read({"regeneration": cell})
    assert isinstance(found, tuple)
    assert [error.column for error in found] == ["regeneration"]


def test_a_table_of_an_older_release_is_still_read() -> None:
    old = {"appliance": "regeneration-oven", "regeneration_min": "35", "core_celsius": "75"}
    for cells, expected in ((old, [(Appliance.STEAM_OVEN, 35)]), ({}, [])):
        found = read(cells)
        assert isinstance(found, Catalogue)
        ways = found.components["stew"].regeneration
        assert [(way.appliance, way.minutes) for way in ways] == expected


def test_each_class_has_its_row_and_a_lower_one_never_keeps_longer() -> None:
    assert [row.freezer for row in KEEPING] == list(reversed(Freezer))
    last = [frozen_until(PRINTED, TODAY, row.freezer) for row in KEEPING]
    assert last[0] == PRINTED
    assert last[-1] is None
    kept = [day for day in last if day]
    assert kept == sorted(set(kept), reverse=True)


@given(
    st.sampled_from(Freezer), st.dates(TODAY, date(2028, 1, 1)), st.dates(TODAY, date(2100, 1, 1))
)
def test_no_freezer_keeps_past_the_printed_date(
    freezer: Freezer, printed: date, put_in: date
) -> None:
    last = frozen_until(printed, put_in, freezer)
    assert last is None or last <= printed


@pytest.mark.parametrize(
    ("plate", "air_dc", "expected"),
    [
        (Freezer.FOUR, -180, Freezer.FOUR),
        (Freezer.FOUR, -179, Freezer.TWO),
        (Freezer.THREE, -250, Freezer.THREE),
        (Freezer.FOUR, -120, Freezer.TWO),
        (Freezer.FOUR, -60, Freezer.ONE),
        (Freezer.TWO, -59, Freezer.NONE),
        (Freezer.FOUR, 10, Freezer.NONE),
    ],
)
def test_a_freezer_is_as_good_as_its_air(plate: Freezer, air_dc: int, expected: Freezer) -> None:
    assert freezer_as_measured(plate, air_dc) is expected


def test_thawed_food_keeps_two_days_and_never_past_its_date() -> None:
    began = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert thawed_until(PRINTED, began) - began == timedelta(hours=48)
    assert thawed_until(TODAY, began).date() == TODAY
