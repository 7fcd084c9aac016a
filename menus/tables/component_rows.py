"""The table of components: what is portioned, in which levels, and how it is warmed up."""

from enum import StrEnum
from typing import TypeVar

from menus.catalog import (
    Bite,
    Colour,
    Component,
    Kind,
    Portions,
    Role,
    Zone,
)
from menus.programmes import Programme, Step, StepKind
from menus.recipes import DIETS
from menus.seasoning import Seasoning
from menus.suitability import THIN_LIQUID
from menus.tables.reader import Reader, refuse_doubles
from menus.texture import DRINK_LEVELS, FOOD_LEVELS, Iddsi
from menus.warming import Appliance, Heating, Regeneration

E = TypeVar("E", bound=StrEnum)

COMPONENT_COLUMNS: tuple[str, ...] = (
    *("id", "role", "kind", "nl", "fr", "en", "recipe", "levels", "seasonings", "properties"),
    *("colour", "bite", "portion_s_g", "portion_m_g", "portion_l_g"),
    *("zone", "shelf_days", "steps"),
    *("regeneration", "max_batch_g"),
)


def read_components(readers: list[Reader], recipes: set[str]) -> list[Component]:
    """The components of the rows; `recipes` are the ids there are. Faults stand in the readers."""
    refuse_doubles(readers, "id")
    return [_component(reader, recipes) for reader in readers]


def _component(reader: Reader, recipes: set[str]) -> Component:
    if reader.text("recipe") not in recipes:
        reader.blame("recipe", "recipe.unknown", recipe=reader.maybe("recipe"))
    kind = reader.one("kind", Kind, Kind.FOOD)
    properties = frozenset(reader.maybe("properties").split())
    return Component(
        id=reader.text("id"),
        role=reader.one("role", Role, Role.SNACK),
        kind=kind,
        names=reader.names(),
        recipe=reader.maybe("recipe"),
        levels=_levels(reader, kind, properties),
        seasonings=_some(reader, "seasonings", Seasoning),
        properties=properties,
        colour=_look(reader, "colour", Colour, Colour.WHITE),
        bite=_look(reader, "bite", Bite, Bite.SOFT),
        portions_g=_portions(reader),
        zone=reader.one("zone", Zone, Zone.AMBIENT),
        shelf_days=reader.whole("shelf_days", least=1),
        steps=_steps(reader),
        regeneration=_ways(reader),
        max_batch_g=reader.whole("max_batch_g", least=1),
    )


def _look(reader: Reader, column: str, words: type[E], fallback: E) -> E:
    """A table kept by an older release lacks the column; a table that has it fills it."""
    return reader.one(column, words, fallback) if column in reader.row else fallback


def _some(reader: Reader, column: str, words: type[E]) -> tuple[E, ...]:
    """At least one word, in the order of the enum, none twice."""
    reader.text(column)
    found = reader.many(column, words)
    if len(set(found)) < len(found):
        reader.blame(column, "twice", value=reader.maybe(column))
    return tuple(word for word in words if word in found)


def _levels(reader: Reader, kind: Kind, properties: frozenset[str]) -> tuple[Iddsi, ...]:
    """Levels that belong to the kind; diets are derived; thin liquid only at level 7."""
    levels = _some(reader, "levels", Iddsi)
    allowed = FOOD_LEVELS if kind is Kind.FOOD else DRINK_LEVELS
    for level in levels:
        if level not in allowed:
            reader.blame("levels", "level_of_other_kind", level=level, kind=kind)
        elif THIN_LIQUID in properties and level not in (Iddsi.EC7, Iddsi.L7):
            reader.blame("levels", "thin_liquid_level", level=level)
    for diet in sorted(properties.intersection(DIETS)):
        reader.blame("properties", "diet_typed", value=diet)
    return levels


def _portions(reader: Reader) -> Portions:
    small, medium, large = (reader.whole(f"portion_{size}_g", least=1) for size in "sml")
    if not small <= medium <= large:
        reader.blame("portion_m_g", "portions_order", value=f"{small} {medium} {large}")
    return Portions(s=small, m=medium, l=large)


def _ways(reader: Reader) -> tuple[Regeneration, ...]:
    """Ways to warm up as `microwave:stirred:7:75`, with `@3,4` for some levels only.

    Minutes, then the core temperature; the first is the advice; none: eaten as delivered. Each
    appliance has one way per level.
    """
    cell = reader.maybe("regeneration") if "regeneration" in reader.row else _older(reader)
    found: list[Regeneration] = []
    for text in cell.split():
        try:
            found.append(_way(text))
        except ValueError:
            reader.blame("regeneration", "regeneration", value=text)
    for level in Iddsi:
        used = [way.appliance for way in found if way.serves(level)]
        if len(set(used)) < len(used):
            reader.blame("regeneration", "twice", value=f"{cell} ({level})")
            break
    return tuple(found)


def _way(text: str) -> Regeneration:
    work, _, levels = text.partition("@")
    appliance, heating, minutes, celsius = work.split(":")
    return Regeneration(
        appliance=Appliance(appliance),
        heating=Heating(heating),
        minutes=int(minutes),
        core_celsius=int(celsius),
        levels=_levels_of(levels),
    )


def _levels_of(text: str) -> frozenset[Iddsi]:
    return frozenset(Iddsi(level) for level in text.split(",") if level)


def _older(reader: Reader) -> str:
    """A table kept by an older release has one appliance, in three columns."""
    appliance = reader.maybe("appliance").replace("regeneration-oven", Appliance.STEAM_OVEN)
    minutes, celsius = reader.maybe("regeneration_min"), reader.maybe("core_celsius")
    return f"{appliance}:{Heating.COVERED}:{minutes}:{celsius}" if appliance else ""


def _steps(reader: Reader) -> tuple[Step, ...]:
    """Steps as `kettle/boil:20+6` (fixed and per 10 kg), with `@3,4` for some levels only.

    A table kept by an older release names no programmes; then nobody wrote them.
    """
    found: list[Step] = []
    for text in reader.text("steps").split():
        try:
            found.append(_step(text))
        except ValueError:
            reader.blame("steps", "step", value=text)
    return tuple(found)


def _step(text: str) -> Step:
    work, _, levels = text.partition("@")
    where, _, minutes = work.partition(":")
    kind, slash, programme = where.partition("/")
    fixed, _, growing = minutes.partition("+")
    if not (fixed.isdigit() and growing.isdigit()):
        raise ValueError(text)
    return Step(
        kind=StepKind(kind),
        fixed_min=int(fixed),
        min_per_10kg=int(growing),
        levels=_levels_of(levels),
        programme=Programme(programme) if slash else None,
    )
