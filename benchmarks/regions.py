"""The demo region at other sizes, filled into a database as `flask demo` would.

Up to 500 clients: as many of each house and of the homes, evenly drawn, with their share of vans
(of six), machines (of each kind at least one) and stock. Above: further regions from the next
seeds laid over the first, so twice as dense for twice as many, with a full set of vans, machines
and stock each; one depot, one catalogue.
"""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from app.access import Actor, Role
from app.db import Engine, make_engine, transaction
from app.i18n import LOCAL_ZONE
from app.operations import exchange, upkeep
from app.operations.demo import DemoRegion, follow, generate, packaged_seed
from app.operations.exchange import Region

WHOLE = 500
"""Clients of one demo region."""

AT_THE_SERVER = Actor(role=Role.ADMIN, is_npcc=True, name="benchmark")

_CODES = {
    "organisations": ("code",),
    "sites": ("code", "organisation"),
    "wards": ("site",),
    "clients": ("code", "organisation", "site"),
    "consents": ("client",),
    "measurements": ("client",),
    "screenings": ("client",),
    "prescriptions": ("client",),
    "machines": ("code",),
    "vehicles": ("code", "letter"),
    "stock": ("code",),
    "ingredient_stock": ("code",),
    "standing_orders": ("client",),
    "home_stock": ("client",),
    "group_menus": ("site",),
    "pickups": ("site",),
}
"""Per table the names that are made different in a further region; other tables stand once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A database with orders for one service day, and seconds spent on each part of filling it."""

    path: Path
    service_day: date
    clients: int
    seconds: tuple[tuple[str, float], ...]

    def engine(self) -> Engine:
        """Open it."""
        return make_engine(f"sqlite:///{self.path}")


def scaled(today: date, clients: int, seed: int) -> DemoRegion:
    """The demo region of a day with so many clients; region numbers count up from `seed`."""
    sizes = [min(WHOLE, clients - begin) for begin in range(0, clients, WHOLE)]
    parts = [
        _further(_part(generate(today, packaged_seed(), seed + number), size), number)
        for number, size in enumerate(sizes)
    ]
    names = [each.name for each in fields(Region)]
    rows = {name: tuple(row for one in parts for row in getattr(one.rows, name)) for name in names}
    return replace(
        parts[0],
        rows=Region(**rows),
        due=tuple(code for one in parts for code in one.due),
        plan_first=tuple(code for one in parts for code in one.plan_first),
        plan_to_sign=tuple(code for one in parts for code in one.plan_to_sign),
        wards=tuple(ward for one in parts for ward in one.wards),
    )


def fill(folder: Path, now: datetime, clients: int, seed: int) -> Filled:
    """Save the region, compose weeks, place orders, fill the store; times of each."""
    path = folder / f"region-{clients}.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    upkeep.migrate(engine)
    marks = [("rows", perf_counter())]

    def tell(step: str, _done: int, _of: int) -> None:
        if step != marks[-1][0]:
            marks.append((step, perf_counter()))

    region = scaled(now.astimezone(LOCAL_ZONE).date(), clients, seed)
    with transaction(engine) as session:
        exchange.save(session, AT_THE_SERVER, region.rows, now)
        follow(session, region, now, tell)
    ends = [begin for _, begin in marks[1:]] + [perf_counter()]
    seconds = tuple((name, end - begin) for (name, begin), end in zip(marks, ends, strict=True))
    engine.dispose()
    return Filled(path=path, service_day=region.service_day, clients=clients, seconds=seconds)


def folder_of(given: Path | None, stack: ExitStack) -> Path:
    """The folder that was named, or one that goes with the stack."""
    return given or Path(stack.enter_context(TemporaryDirectory(prefix="npcc-")))


def _part(region: DemoRegion, clients: int) -> DemoRegion:
    """A share of a region; the first client with a delivery stays, the demo's logins need her."""
    if clients == WHOLE:
        return region
    rows = region.rows
    first = region.due[0]
    others = [one.code for one in rows.clients if one.code != first]
    kept = {first, *_evenly(others, clients - 1)}
    staying = tuple(one for one in rows.clients if one.code in kept)
    sites = {one.site for one in staying}
    houses = {one.organisation for one in staying} | {one.organisation for one in rows.users}
    wards = {(one.site, one.ward) for one in staying}
    machines = _machines(rows.machines, clients)
    standing = {one.code for one in machines}
    by_client = {
        name: tuple(one for one in getattr(rows, name) if one.client in kept)
        for name, codes in _CODES.items()
        if codes == ("client",)
    }
    return replace(
        region,
        due=tuple(code for code in region.due if code in kept),
        plan_first=tuple(code for code in region.plan_first if code in kept),
        plan_to_sign=tuple(code for code in region.plan_to_sign if code in kept),
        wards=tuple(one for one in region.wards if (one.site, one.ward) in wards),
        rows=replace(
            rows,
            organisations=tuple(one for one in rows.organisations if one.code in houses),
            sites=tuple(one for one in rows.sites if one.code in sites),
            wards=tuple(one for one in rows.wards if (one.site, one.code) in wards),
            clients=staying,
            vehicles=_share(rows.vehicles, clients),
            machines=machines,
            machine_downtimes=tuple(
                one for one in rows.machine_downtimes if one.machine in standing
            ),
            stock=_less(rows.stock, clients),
            ingredient_stock=_less(rows.ingredient_stock, clients),
            group_menus=tuple(one for one in rows.group_menus if one.site in sites),
            pickups=tuple(one for one in rows.pickups if one.site in sites),
            **by_client,
        ),
    )


def _evenly(rows: Sequence[Any], count: int) -> list[Any]:
    return [rows[number * len(rows) // count] for number in range(count)]


def _share(rows: Sequence[Any], clients: int) -> tuple[Any, ...]:
    """The part for so many clients, at least one: the first, the last, and evenly between."""
    count = max(1, ceil(len(rows) * clients / WHOLE))
    step = (len(rows) - 1) / max(1, count - 1)
    return tuple(rows[round(number * step)] for number in range(count))


def _machines(rows: Sequence[Any], clients: int) -> tuple[Any, ...]:
    kinds = dict.fromkeys(one.kind for one in rows)
    return tuple(
        machine
        for kind in kinds
        for machine in _share([one for one in rows if one.kind is kind], clients)
    )


def _less(rows: Iterable[Any], clients: int) -> tuple[Any, ...]:
    return tuple(replace(one, amount_g=max(1, one.amount_g * clients // WHOLE)) for one in rows)


def _further(region: DemoRegion, number: int) -> DemoRegion:
    """A region under names of its own, so that it can lie over the first, without users."""
    if number == 0:
        return region
    tables = {
        name: tuple(
            _renamed(row, codes, str(number))
            for row in getattr(region.rows, name)
            if name != "organisations" or row.code not in _STAFF
        )
        for name, codes in _CODES.items()
    }
    return replace(
        region,
        rows=Region(**tables),
        due=tuple(f"{code}{number}" for code in region.due),
        plan_first=tuple(f"{code}{number}" for code in region.plan_first),
        plan_to_sign=tuple(f"{code}{number}" for code in region.plan_to_sign),
        wards=tuple(
            replace(
                one,
                site=f"{one.site}{number}",
                clients=tuple(f"{code}{number}" for code in one.clients),
            )
            for one in region.wards
        ),
    )


_STAFF = frozenset({"npcc"})
"""Whoever cares for all regions stands once."""


def _renamed(row: Any, codes: tuple[str, ...], suffix: str) -> Any:
    return replace(row, **{name: f"{getattr(row, name)}{suffix}" for name in codes})
