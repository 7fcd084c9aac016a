"""A small part of the demo region, and arbitrary rows that hang together."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin

from hypothesis import strategies as st

from app.models.care import PrescriptionState
from app.operations.demo import generate, packaged_seed
from app.operations.exchange import (
    CATALOGUE,
    NAMES,
    TABLES,
    Column,
    Flat,
    Most,
    Region,
    Whole,
    Windows,
    Words,
    columns,
    key_of,
    links,
)
from app.operations.exchange.keeping import settled
from app.operations.exchange.kitchenrows import MAX_LINE_G
from screening import Constraint, Intake, Provenance, Range, ReferenceBasis, Sex, Switch

DAY = date(2026, 11, 27)
DISHES = ("soup-leek", "mash", "omelette", "carrots", "vanilla-pudding", "water")


@cache
def small_region() -> Region:
    """Give three clients of the demo with everything that belongs to them, and six dishes."""
    demo = generate(DAY, packaged_seed())
    rows = _dishes(demo.rows)
    clients = {*demo.due[:2], demo.wards[0].clients[0]}
    rows = replace(rows, clients=tuple(one for one in rows.clients if one.code in clients))
    homes = {one.site for one in rows.clients}
    kept = {one.organisation for one in (*rows.clients, *rows.users)}
    variants = {row.sku for row in rows.stock}
    rows = replace(
        rows,
        organisations=tuple(one for one in rows.organisations if one.code in kept),
        sites=tuple(one for one in rows.sites if one.code in homes),
        wards=tuple(one for one in rows.wards if one.site in homes),
        pickups=tuple(one for one in rows.pickups if one.site in homes),
        home_stock=tuple(
            one for one in rows.home_stock if one.client in clients and one.variant in variants
        ),
        house_stores=tuple(one for one in rows.house_stores if one.site in homes),
        store_counts=tuple(
            one for one in rows.store_counts if one.site in homes and one.variant in variants
        ),
        **{
            name: tuple(one for one in getattr(rows, name) if one.client in clients)
            for name in (
                *("carer_links", "consents", "measurements", "screenings", "prescriptions"),
                "standing_orders",
            )
        },
    )
    return settled(rows, Region())


def _dishes(rows: Region) -> Region:
    """Cut the catalogue down to a few dishes and what they are made of."""
    components = tuple(one for one in rows.components if one["id"] in DISHES)
    needed, before = {one["recipe"] for one in components}, 0
    lots = {lot.code for lot in rows.stock if lot.sku.split("/")[0] in DISHES}
    while len(needed) > before:
        before = len(needed)
        needed |= {one["ingredient"] for one in rows.recipes if one["recipe"] in needed}
    return replace(
        rows,
        components=components,
        recipes=tuple(one for one in rows.recipes if one["recipe"] in needed),
        ingredients=tuple(one for one in rows.ingredients if one["id"] in needed),
        stock=tuple(one for one in rows.stock if one.sku.split("/")[0] in DISHES),
        texture_tests=tuple(one for one in rows.texture_tests if one.lot in lots),
        ingredient_stock=tuple(one for one in rows.ingredient_stock if one.ingredient in needed),
        purchase_lines=tuple(one for one in rows.purchase_lines if one.ingredient in needed),
        price_breaks=tuple(one for one in rows.price_breaks if one.ingredient in needed),
        group_menus=(),
    )


WORDS = st.text("abcdefgh-:/7", min_size=1, max_size=8)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12).map(str.strip)
DECIMALS = st.decimals(-1000, 1000, places=2)
MOMENTS = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    datetime(2100, 1, 1),  # noqa: DTZ001 - same
    timezones=st.just(UTC),
)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
BOUNDS = st.none() | st.integers(-10, 9000)
RANGES = st.builds(Range, low=BOUNDS, high=BOUNDS)
JSON = st.dictionaries(WORDS, st.integers() | TEXTS | st.lists(WORDS), max_size=2)
ANSWERS = st.dictionaries(
    st.sampled_from(("weight_kg", "height_cm", "acute", "A", "bmi")),
    st.none() | st.booleans() | DECIMALS | st.just("F"),
)
BY_KIND: Mapping[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    Decimal: DECIMALS,
    date: DAYS,
    datetime: MOMENTS,
    Range: RANGES,
    Windows: st.lists(
        st.tuples(st.integers(0, 700), st.integers(701, 1440)), min_size=1, max_size=3
    ).map(tuple),
    Mapping[str, Range]: st.dictionaries(WORDS, RANGES, max_size=2),
    Mapping[str, int]: st.dictionaries(WORDS, st.integers(0, 999_999), max_size=2),
    Mapping[str, int | None]: st.dictionaries(
        WORDS, st.none() | st.integers(0, 999_999), max_size=2
    ),
    ReferenceBasis: st.builds(
        ReferenceBasis,
        sex=st.sampled_from(Sex),
        age=st.integers(18, 110),
        version=WORDS,
        without=st.frozensets(WORDS, max_size=2),
    ),
    tuple[Switch, ...]: st.lists(
        st.builds(
            Switch,
            rule=WORDS,
            on=st.booleans(),
            by=st.none() | st.integers(1, 99),
            at=st.none() | MOMENTS,
            why=TEXTS,
        ),
        max_size=2,
    ).map(tuple),
    tuple[Constraint, ...]: st.lists(
        st.builds(
            Constraint,
            rule=WORDS,
            hard=st.booleans(),
            nutrient=st.none() | WORDS,
            bounds=RANGES,
            slots=st.lists(WORDS, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    Mapping[str, Provenance]: st.dictionaries(WORDS, st.sampled_from(Provenance), max_size=2),
    Mapping[str, Any]: JSON,
    tuple[Any, ...]: st.lists(JSON | WORDS, max_size=2).map(tuple),
    next(one.kind for one in columns(Intake) if one.name == "answers"): ANSWERS,
}


def cell_values(column: Column) -> st.SearchStrategy[Any]:
    """Give what a column may hold."""
    found = _of_kind(column.kind, column)
    return st.none() | found if column.optional else found


def _of_kind(kind: Any, column: Column) -> st.SearchStrategy[Any]:
    words, most, whole = column.mark(Words), column.mark(Most), column.mark(Whole)
    if words:
        return st.sampled_from(words.allowed)
    if kind is str:
        short = TEXTS.map(lambda text: text[: most.length if most else 12].strip())
        return short.filter(bool) if column.required or column.optional else short
    if kind is int:
        return st.integers(whole.least, whole.most) if whole else st.integers(-999, 99_999)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return st.sampled_from(kind)
    if kind in BY_KIND:
        return BY_KIND[kind]
    inner = get_args(kind)[0]
    each = WORDS if inner is str else _of_kind(inner, column)
    return st.lists(each, max_size=3).map(get_origin(kind))


@st.composite
def regions(draw: st.DrawFn) -> Region:
    """Give rows of every table that refer to each other; what they mean is of no concern."""
    rows: dict[str, list[Any]] = {name: [] for name in NAMES}
    for name in NAMES:
        for _ in range(draw(st.integers(0, 2))):
            row = draw(_rows(name, rows))
            if row is not None and _fits(name, row, rows[name]):
                rows[name].append(row)
    clients = [row.code for row in rows["clients"]]
    if clients:
        who = st.none() | st.sampled_from(clients)
        rows["users"] = [replace(user, client=draw(who)) for user in rows["users"]]
    return settled(Region(**{name: tuple(found) for name, found in rows.items()}), Region())


def _rows(name: str, rows: Mapping[str, list[Any]]) -> st.SearchStrategy[Any]:
    if name in CATALOGUE:
        return st.fixed_dictionaries(dict.fromkeys(CATALOGUE[name][0], TEXTS))
    return _row(name, rows)


@st.composite
def _row(draw: st.DrawFn, name: str, rows: Mapping[str, list[Any]]) -> Any:
    values = {one.name: draw(_field(one)) for one in columns(TABLES[name].row)}
    optional = {one.name: one.optional for one in columns(TABLES[name].row)}
    for link in links(name):
        ahead = [
            key
            for key in (key_of(link.table, row) for row in rows[link.table])
            if key[:-1] == tuple(values[column] for column in link.by[:-1])
        ]
        choices = [key[-1] for key in ahead] if not link.late else []
        if optional[link.field]:
            choices.append(None)
        if not choices:
            return None
        values[link.field] = draw(st.sampled_from(choices))
    return TABLES[name].row(**values)


def _field(column: Column) -> st.SearchStrategy[Any]:
    flat = column.mark(Flat)
    if flat is None:
        return cell_values(column)
    inner = {
        one.name: cell_values(one) for one in columns(column.kind) if one.name not in flat.skipped
    }
    if column.kind is Intake:
        inner |= {"rule_version": st.just("1"), "born": st.none()}
    return st.builds(column.kind, **inner)


_SPANS = {
    "kitchen_shifts": ("open_min", "close_min"),
    "machine_downtimes": ("start_min", "end_min"),
}


def _fits(name: str, row: Any, others: list[Any]) -> bool:
    """Whether the database's own rules take the row beside the others."""
    if key_of(name, row) in {key_of(name, one) for one in others}:
        return False
    if name in _SPANS:
        first, last = _SPANS[name]
        return bool(getattr(row, first) < getattr(row, last))
    return _holds_together(name, row, others)


def _holds_together(name: str, row: Any, others: list[Any]) -> bool:
    if name == "consents":
        return row.withdrawn_at is None or row.withdrawn_at >= row.given_at
    if name == "purchase_lines":
        return bool(row.received_g <= row.packs * row.pack_g <= MAX_LINE_G)
    if name == "prescriptions" and row.state is PrescriptionState.SIGNED:
        return all((one.client, one.state) != (row.client, row.state) for one in others)
    if name == "orders":
        return all(one.site != row.site and one.external_ref != row.external_ref for one in others)
    return bool(name != "store_counts" or (row.use_by is None) == (not row.portions))
