"""How long the worklist takes with a case load of so many clients, filtered and sorted.

Run `python -m benchmarks.worklist [--clients 300 1000 3000] [--requests 20] [--seed 1]`. The year
of histories of `benchmarks.watching` stands in the database and was watched for one night, so that
most clients have something open. The page is asked for by a dietitian of NPCC who reaches them
all, through the WSGI test client: everything but the network and the web server.
"""

import argparse
import secrets
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update

from app.access import Role
from app.config import Settings
from app.db import transaction
from app.factory import create_app
from app.models.people import Client, Organisation, OrganisationKind, User
from app.operations import caseload, people
from app.operations.caseload import Wish
from benchmarks.pages import GOAL_MS, HEADS, browser, time_page
from benchmarks.regions import folder_of
from benchmarks.tables import Cell, show, show_machine
from benchmarks.watching import fill, night

PATHS = (
    ("everything, by risk", "/worklist"),
    ("warnings, by deadline", "/worklist?view=warnings&sort=due"),
    ("mine, by name", "/worklist?whose=mine&sort=name"),
    ("high risk in hospital", "/worklist?view=high&place=hospital"),
)


def dietitian(path: Path) -> User:
    """A dietitian of NPCC who answers for every second client."""
    engine = create_app(_settings(path)).extensions["npcc"].engine
    with transaction(engine) as session:
        house = Organisation(kind=OrganisationKind.NPCC, name="NPCC", code="npcc")
        session.add(house)
        session.flush()
        user = User(
            login="meting@npcc.example",
            name="Meting",
            role=Role.DIETITIAN,
            organisation_id=house.id,
        )
        session.add(user)
        session.flush()
        session.execute(update(Client).where(Client.id % 2 == 0).values(dietitian_id=user.id))
    engine.dispose()
    return user


def _settings(path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{path}", secret_key=secrets.token_hex(32))


def measure(path: Path, clients: int, requests: int, seed: int) -> list[tuple[Cell, ...]]:
    """Fill, watch one night, ask for each page; the first request of each is not counted."""
    app = create_app(_settings(path))
    engine = app.extensions["npcc"].engine
    fill(engine, clients, seed)
    user = dietitian(path)
    night(engine, datetime.now(UTC) - timedelta(hours=4))
    with transaction(engine) as session:
        actor = people.actor_for(session, session.scalars(select(User)).one(), datetime.now(UTC))
        found = caseload.worklist(session, actor, Wish(), datetime.now(UTC))
    opened = browser(app, user)
    rows: list[tuple[Cell, ...]] = [
        (f"{clients}: {name}", *time_page(opened, page, requests)) for name, page in PATHS
    ]
    engine.dispose()
    print(f"{clients} clients in reach, {found.total} of them on the worklist")
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, nargs="+", default=[300, 1_000, 3_000])
    parser.add_argument("--requests", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    show_machine()
    rows: list[tuple[Cell, ...]] = []
    for clients in asked.clients:
        with ExitStack() as stack:
            folder = folder_of(None, stack)
            rows += measure(folder / "worklist.sqlite3", clients, asked.requests, asked.seed)
    show("The worklist by case load", HEADS, rows)
    worst = max(float(row[4] or 0) for row in rows[: len(PATHS)])
    word = "met" if worst < GOAL_MS else "missed"
    print(f"goal for {asked.clients[0]} clients: {GOAL_MS} ms; {word}")


if __name__ == "__main__":
    main()
