"""How long it takes to watch everybody for warnings in one night.

Run `python -m benchmarks.watching [--clients 20000] [--seed 1] [--keep FOLDER]`. A made-up history
of a year stands in real tables on SQLite: weights, screenings, prescriptions, meals in quarters,
missed meals, counts at home, events. The nightly verb watches it in parts, as the job does: a
first night opens everything, a second one finds most of it open. One process does all of it.

The peer is the same rules for weight, rescreening and meals written as one plain loop on binary
floats over rows that are read client by client. It keeps nothing, and it says how often its
floats give another level.
"""

import argparse
import resource
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.access import SYSTEM
from app.db import Engine, make_engine, transaction
from app.models.care import Measurement, Prescription, PrescriptionState, Screening
from app.models.following import (
    EarlyWarning,
    HomeCount,
    IntakeRecord,
    LifeEvent,
    MissedKind,
    MissedMeal,
)
from app.models.frozen import cells
from app.models.people import Client, Organisation, OrganisationKind, Site
from app.operations import histories, upkeep, watching
from benchmarks.regions import folder_of
from benchmarks.tables import Cell, show, show_machine
from logistics import SiteKind
from screening import CareEvent, Range, RefeedingLevel, WarningCode, WarningLevel, watch
from screening import Prescription as Targets

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
KINDS = (SiteKind.HOME, SiteKind.HOME, SiteKind.RESIDENTIAL, SiteKind.HOSPITAL)
"""Half of the clients live at home, a quarter in a care home, a quarter lies in hospital."""

RECORDED_PERCENT = 15
"""Whose meals are noted, three a day for three weeks."""

HEADS = ("part", "seconds", "clients/s", "opened", "peak MB")
Rows = dict[type[Any], list[dict[str, Any]]]


def ago(days: int) -> date:
    """A day before today."""
    return TODAY - timedelta(days=days)


def places(session: Session) -> tuple[tuple[int, int, SiteKind], ...]:
    """One organisation and four sites for all."""
    payer = Organisation(kind=OrganisationKind.HOUSEHOLD, name="Meting", code="meting")
    session.add(payer)
    session.flush()
    found = []
    for number, kind in enumerate(KINDS):
        site = Site(
            organisation_id=payer.id,
            code=f"meting-{number}",
            kind=kind,
            name=f"Plaats {number}",
            street="Kaai 1",
            postcode="8800",
            place="Roeselare",
            lat_e5=5_093_000,
            lon_e5=314_000,
            windows=[[480, 720]],
        )
        session.add(site)
        session.flush()
        found.append((payer.id, site.id, kind))
    return tuple(found)


def history_rows(client_id: int, kind: SiteKind, chance: Random, into: Rows) -> None:
    """Add a year of one client's history to the rows of each table."""
    kg, drift = Decimal(chance.randrange(420, 900)) / 10, chance.choice((0, 0, 0, -3, -8, 4))
    every = {SiteKind.HOME: 80, SiteKind.RESIDENTIAL: 30, SiteKind.HOSPITAL: 30}[kind]
    first = chance.randrange(0, every)
    for step, days in enumerate(range(360, first, -every)):
        change = Decimal(drift * step + chance.randrange(-6, 7)) / 10
        into[Measurement].append(weight(client_id, max(kg + change, Decimal(30)), days))
    into[Screening].append(screened(client_id, chance))
    if chance.random() < 0.5:
        into[Prescription].append(prescribed(client_id, chance))
    if chance.randrange(100) < RECORDED_PERCENT:
        into[IntakeRecord].extend(eaten(client_id, chance))
    if chance.random() < 0.05:
        into[MissedMeal].append(missed(client_id, chance))
    if kind is SiteKind.HOME and chance.random() < 0.4:
        into[HomeCount].extend(counted(client_id, chance))
    if chance.random() < 0.02:
        into[LifeEvent].append(happened(client_id, chance))


def weight(client_id: int, kg: Decimal, days: int) -> dict[str, Any]:
    """One weighing."""
    return {
        "client_id": client_id,
        "kind": "weight_kg",
        "value": kg,
        "provenance": "measured",
        "taken_on": ago(days),
        "recorded_at": NOW,
    }


def screened(client_id: int, chance: Random) -> dict[str, Any]:
    """One screening; one in three is late."""
    days = chance.choice((2, 5, 20, 60, 200, 400))
    return {
        "client_id": client_id,
        "instrument": "MUST",
        "rule_version": "1",
        "screened_on": ago(days),
        "answers": {},
        "result": {},
        "status": "complete",
        "category": chance.choice(("low", "low", "medium", "high")),
        "next_due": None,
        "recorded_at": NOW,
    }


def prescribed(client_id: int, chance: Random) -> dict[str, Any]:
    """One signed prescription."""
    low = chance.randrange(14, 22) * 100
    content = Targets(
        energy_kcal=Range(low=low, high=low + 200),
        protein_g=Range(low=60, high=80),
        food_level=chance.choice(("7", "7", "5", "4")),
        drink_level="0",
        refeeding=RefeedingLevel.NONE,
    )
    return {
        "client_id": client_id,
        "version": 1,
        "state": PrescriptionState.SIGNED,
        "content": cells(content),
        "basis": {},
        "weight_kg": None,
        "created_at": NOW,
        "signed_at": NOW - timedelta(days=chance.randrange(1, 300)),
    }


def eaten(client_id: int, chance: Random) -> Iterator[dict[str, Any]]:
    """Three meals a day for three weeks; one day in ten is not noted."""
    usual = chance.choice(((4, 4, 3), (3, 3, 2), (2, 2, 1), (1, 0, 0)))
    for days in range(1, 22):
        if chance.random() < 0.1:
            continue
        for slot, kcal in (("breakfast", 400), ("lunch", 750), ("supper", 550)):
            yield {
                "client_id": client_id,
                "day": ago(days),
                "slot": slot,
                "quarters": chance.choice(usual),
                "planned_kcal": kcal,
                "day_kcal": 1_700,
                "recorded_at": NOW,
            }


def missed(client_id: int, chance: Random) -> dict[str, Any]:
    """One meal that was missed."""
    return {
        "client_id": client_id,
        "day": ago(chance.randrange(0, 10)),
        "kind": MissedKind.MISSED,
        "dish": None,
        "alone": chance.choice((True, False, None)),
        "recorded_at": NOW,
    }


def counted(client_id: int, chance: Random) -> Iterator[dict[str, Any]]:
    """Two counts of the freezer."""
    surplus = chance.choice((0, 0, 1, 4))
    for days in (8, 1):
        yield {
            "client_id": client_id,
            "day": ago(days),
            "counted_at": NOW - timedelta(days=days),
            "counted": 10 + surplus,
            "expected": 10,
        }


def happened(client_id: int, chance: Random) -> dict[str, Any]:
    """One event."""
    return {
        "client_id": client_id,
        "event": chance.choice(tuple(CareEvent)),
        "day": ago(chance.randrange(0, 20)),
        "recorded_at": NOW,
    }


def fill(engine: Engine, clients: int, seed: int) -> None:
    """Put the clients and their year into real tables."""
    upkeep.migrate(engine)
    chance = Random(seed)  # noqa: S311 - no secret
    with transaction(engine) as session:
        sites = places(session)
        homes = [sites[chance.randrange(len(sites))] for _ in range(clients)]
        session.execute(
            insert(Client),
            [
                {
                    "code": f"{number:06}",
                    "organisation_id": payer,
                    "site_id": site,
                    "given_name": "Rosa",
                    "family_name": f"Voorbeeld {number}",
                    "born": date(1944, 3, 2),
                    "sex": "F",
                    "language": "nl",
                    "phone": "",
                }
                for number, (payer, site, _) in enumerate(homes)
            ],
        )
        ids = session.scalars(select(Client.id).order_by(Client.id)).all()
        for at in range(0, clients, 2_000):
            rows: Rows = {table: [] for table in TABLES}
            for client_id, (_, _, kind) in zip(ids[at : at + 2_000], homes[at:], strict=False):
                history_rows(client_id, kind, chance, rows)
            for table, some in rows.items():
                if some:
                    session.execute(insert(table), some)


TABLES = (
    *(Measurement, Screening, Prescription, IntakeRecord),
    *(MissedMeal, HomeCount, LifeEvent),
)


def night(engine: Engine, now: datetime) -> tuple[float, watching.Tally]:
    """Watch everybody as the job does; gives the seconds and what was done."""
    began = perf_counter()
    with transaction(engine) as session:
        parts = watching.chunks(session, SYSTEM)
    tally = watching.Tally()
    for part in parts:
        with transaction(engine) as session:
            tally.add(watching.watch_some(session, SYSTEM, part, now))
    return perf_counter() - began, tally


def rules_alone(engine: Engine) -> tuple[float, float, dict[int, dict[WarningCode, WarningLevel]]]:
    """Seconds of reading and of the room by itself, and the levels it gives per client."""
    reading = judging = 0.0
    levels: dict[int, dict[WarningCode, WarningLevel]] = {}
    with transaction(engine) as session:
        for part in watching.chunks(session, SYSTEM):
            began = perf_counter()
            known = histories.histories(session, part, TODAY)
            read = perf_counter()
            for client_id, (_, history) in known.items():
                levels[client_id] = {one.code: one.level for one in watch(history)}
            reading, judging = reading + read - began, judging + perf_counter() - read
    return reading, judging, levels


def plain_levels(path: Path) -> dict[int, dict[WarningCode, WarningLevel]]:
    """The peer: weight, rescreening and meals in one loop over plain rows and floats."""
    connection = sqlite3.connect(path)
    homes = connection.execute(
        "select client.id, site.kind from client join site on site.id = client.site_id"
    ).fetchall()
    found = {}
    for client_id, kind in homes:
        signs = {
            WarningCode.WEIGHT_LOSS: _plain_weight(connection, client_id),
            WarningCode.SCREENING_OVERDUE: _plain_late(connection, client_id, kind),
            WarningCode.INTAKE_LOW: _plain_meals(connection, client_id),
        }
        found[client_id] = {code: level for code, level in signs.items() if level}
    connection.close()
    return found


def _plain_weight(connection: sqlite3.Connection, client_id: int) -> WarningLevel | None:
    rows = connection.execute(
        "select taken_on, value from measurement where client_id = ? and kind = 'weight_kg'"
        " order by taken_on",
        (client_id,),
    ).fetchall()
    if not rows:
        return None
    last, now = date.fromisoformat(rows[-1][0]), float(rows[-1][1])
    worst = None
    for day, value in rows[:-1]:
        days = (last - date.fromisoformat(day)).days
        loss = (float(value) - now) / float(value) * 100
        limits = ((30, 2, 5), (90, 5, 7.5), (180, 5, 10), (366, 5, 1000))
        row = next((one for one in limits if days <= one[0]), None)
        if row and loss >= row[2]:
            return WarningLevel.RED
        if row and loss >= row[1]:
            worst = WarningLevel.AMBER
    return worst


def _plain_late(connection: sqlite3.Connection, client_id: int, kind: str) -> WarningLevel | None:
    day, category = connection.execute(
        "select screened_on, category from screening where client_id = ?"
        " order by screened_on desc limit 1",
        (client_id,),
    ).fetchone()
    days = (TODAY - date.fromisoformat(day)).days
    home = {"low": 365, "medium": 92, "high": 31}[category]
    limit = {"home": home, "residential": 31, "hospital": 7}[kind]
    return WarningLevel.AMBER if days > limit else None


def _plain_meals(connection: sqlite3.Connection, client_id: int) -> WarningLevel | None:
    rows = connection.execute(
        "select day, sum(planned_kcal * quarters / 4.0) / sum(planned_kcal) * 100, max(day_kcal)"
        " from intake_record where client_id = ? and replaced_at is null group by day",
        (client_id,),
    ).fetchall()
    if not rows:
        return None
    percents = {date.fromisoformat(day): percent for day, percent, _ in rows}
    first = max(min(percents), ago(21))
    days = [percents.get(first + timedelta(days=at)) for at in range((TODAY - first).days)]
    if _run(days, lambda one: one < 25) > 5:
        return WarningLevel.URGENT
    last = [one for one in days[-3:] if one is not None]
    mean = sum(last) / len(last) if last and len(days) > 2 else None
    if _run(days, lambda one: one <= 50) > 7 or (mean is not None and mean < 50):
        return WarningLevel.RED
    return WarningLevel.AMBER if mean is not None and mean < 75 else None


def _run(days: Sequence[float | None], low: Any) -> int:
    longest = run = 0
    for one in days:
        run = run + 1 if one is not None and low(one) else 0
        longest = max(longest, run)
    return longest


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(path: Path, clients: int, seed: int) -> None:
    """Fill, watch twice, ask the room and the peer, and print both tables."""
    engine = make_engine(f"sqlite:///{path}")
    began = perf_counter()
    fill(engine, clients, seed)
    print(f"filled {clients} clients in {perf_counter() - began:.0f} s, {_peak_mb()} MB")
    rows: list[tuple[Cell, ...]] = []
    for name, now in (("first night", NOW), ("second night", NOW + timedelta(hours=20))):
        seconds, tally = night(engine, now)
        rows.append((name, seconds, round(clients / seconds), tally.opened, _peak_mb()))
    reading, judging, ours = rules_alone(engine)
    began = perf_counter()
    theirs = plain_levels(path)
    plain = perf_counter() - began
    for name, took in (("reading alone", reading), ("rules alone", judging), ("peer", plain)):
        rows.append((name, took, round(clients / took), None, None))
    show(f"Watching {clients} clients", HEADS, rows)
    show("Codes opened", ("code", "warnings"), opened(engine))
    show("Levels beside the peer", ("code", "npcc", "peer", "differ"), beside(ours, theirs))
    engine.dispose()


def opened(engine: Engine) -> list[tuple[Cell, ...]]:
    """How many warnings stand per code."""
    with transaction(engine) as session:
        codes = Counter(session.scalars(select(EarlyWarning.code)))
    return [(code.value, number) for code, number in codes.most_common()]


def beside(ours: Any, theirs: Any) -> list[tuple[Cell, ...]]:
    """Per code how many each finds, and on how many clients they differ."""
    codes = (WarningCode.WEIGHT_LOSS, WarningCode.SCREENING_OVERDUE, WarningCode.INTAKE_LOW)
    return [
        (
            code.value,
            sum(code in one for one in ours.values()),
            sum(code in one for one in theirs.values()),
            sum(ours[who].get(code) != theirs[who].get(code) for who in ours),
        )
        for code in codes
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder that keeps the database")
    asked = parser.parse_args(arguments)
    show_machine()
    with ExitStack() as stack:
        folder = folder_of(asked.keep, stack)
        measure(folder / "watching.sqlite3", asked.clients, asked.seed)


if __name__ == "__main__":
    main()
