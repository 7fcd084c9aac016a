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
    WarmingPlace,
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


WAYS = tuple(
    Regeneration(appliance=each, heating=Heating.COVERED, minutes=5, core_celsius=75)
    for each in Appliance
)


def first_of(place: WarmingPlace, *appliances: Appliance) -> list[Appliance]:
    """The appliances advised there, of a dish that can be warmed up in some (all, by default)."""
    ways = tuple(way for way in WAYS if not appliances or way.appliance in appliances)
    return [way.appliance for way in place.ways(ways)]


@pytest.mark.parametrize("own", [Appliance.STEAM_OVEN, Appliance.PAN, Appliance.TROLLEY])
@pytest.mark.parametrize("at_home", [True, False])
def test_a_known_appliance_decides_alone(own: Appliance, *, at_home: bool) -> None:
    assert first_of(WarmingPlace(at_home=at_home, appliance=own)) == [own]


def test_a_home_is_told_of_its_microwave_then_a_pan_and_never_of_what_a_house_has() -> None:
    home = WarmingPlace(at_home=True)
    assert first_of(home) == [Appliance.MICROWAVE, Appliance.PAN, Appliance.OVEN]
    assert first_of(home, Appliance.STEAM_OVEN, Appliance.PAN) == [Appliance.PAN]
    lacks = WarmingPlace(at_home=True, appliance=Appliance.OVEN)
    assert first_of(lacks, Appliance.STEAM_OVEN, Appliance.PAN) == [Appliance.PAN]


def test_a_house_is_told_of_its_trolley_then_its_steam_oven() -> None:
    house = WarmingPlace(at_home=False)
    assert first_of(house)[:2] == [Appliance.TROLLEY, Appliance.STEAM_OVEN]
    assert first_of(house, Appliance.PAN, Appliance.STEAM_OVEN)[0] is Appliance.STEAM_OVEN


def test_a_dish_without_a_way_for_the_place_keeps_what_it_has() -> None:
    home = WarmingPlace(at_home=True)
    assert first_of(home, Appliance.TROLLEY) == [Appliance.TROLLEY]
    assert home.ways(()) == ()


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
