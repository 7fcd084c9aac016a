"""`make run` as a person meets it: it says when it is ready, and ends when told, wholly."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import SYSTEM
from app.db import make_engine, transaction
from app.models.people import Client, Site
from app.models.planning import DayPlan, DayPlanState
from app.models.system import Job, JobStatus
from app.operations import planning
from logistics import PowerModel, SiteKind, day_violations
from tests import factories
from tests.demo_house import MOVES

ROOT = Path(__file__).resolve().parents[1]
TEN_SECONDS = 10
OPEN = [200, 200, 302]
SUNDAY = 6


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def filled_url(migrated_file: Path, tmp_path: Path) -> str:
    """Give a database that holds one organisation: nothing is loaded into it any more."""
    path = tmp_path / "npcc.sqlite3"
    shutil.copyfile(migrated_file, path)
    engine = make_engine(f"sqlite:///{path}")
    with transaction(engine) as session:
        factories.make_organisation(session)
    engine.dispose()
    return f"sqlite:///{path}"


def environment(url: str, port: int = 0) -> dict[str, str]:
    own = {"DATABASE_URL": url, "SECRET_KEY": "k" * 32, "PORT": str(port), "PLAN_MOVES": MOVES}
    return {**os.environ, **own}


@contextmanager
def serving(url: str, port: int) -> Iterator[subprocess.Popen[str]]:
    """Start the house in a process group of its own; whatever is left of it ends with the test."""
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "serve"],
        cwd=ROOT,
        env=environment(url, port),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        for member in members(process.pid):
            os.kill(member, signal.SIGKILL)
        process.communicate()


def members(group: int) -> list[int]:
    """Give the processes of a group that still run; one that ended and waits to be read is gone."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text(encoding="ascii", errors="replace")
        except OSError:
            continue  # ended while we looked
        state, _, its_group = text.rpartition(")")[2].split()[:3]
        if int(its_group) == group and state != "Z":
            found.append(int(stat.parent.name))
    return found


def ready(process: subprocess.Popen[str], port: int) -> None:
    """Read what it prints until it says that it is ready."""
    assert process.stdout is not None
    assert process.stdout.readline() == f"NPCC ready: http://127.0.0.1:{port}\n"


def status_of(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=TEN_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def child(group: int, word: str) -> int:
    """Give the process of a group whose command line ends with a word."""
    for member in members(group):
        words = Path(f"/proc/{member}/cmdline").read_bytes().decode().split("\0")
        if word in words:
            return member
    raise AssertionError(f"no {word} in the group")


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc (Linux)")


@needs_proc
def test_the_house_opens_and_ends_wholly_and_closes_when_a_part_of_it_dies(filled_url: str) -> None:
    port = free_port()
    with serving(filled_url, port) as process:
        ready(process, port)
        assert [status_of(port, path) for path in ("/healthz", "/login", "/worklist")] == OPEN
        assert len(members(process.pid)) >= 5  # itself, the web and its workers, two for jobs
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=TEN_SECONDS) == 0
        assert members(process.pid) == []
    with serving(filled_url, port) as process:  # the same database again
        ready(process, port)
        os.kill(child(process.pid, "worker"), signal.SIGKILL)
        assert process.wait(timeout=TEN_SECONDS) == 1
        assert members(process.pid) == []


def test_the_demo_is_not_loaded_over_something_else(filled_url: str) -> None:
    command = [sys.executable, "-m", "flask", "demo", "--lang", "en"]
    answer = subprocess.run(
        command, cwd=ROOT, env=environment(filled_url), capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "The database is not empty." in answer.stderr


@pytest.fixture(scope="module")
def demo(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Give the loaded and planned demo, to be read only."""
    path = tmp_path_factory.mktemp("demo") / "npcc.sqlite3"
    shutil.copyfile(demo_file, path)
    engine = make_engine(f"sqlite:///{path}")
    with Session(engine) as session:
        yield session
        session.rollback()
    engine.dispose()


@pytest.mark.slow
def test_the_demo_is_500_clients_and_one_planned_day(demo: Session) -> None:
    assert demo.scalar(select(func.count(Client.id))) == 500
    at_home = select(func.count(Client.id)).join(Site).where(Site.kind == SiteKind.HOME)
    assert demo.scalar(at_home) == 380
    (plan,) = demo.scalars(select(DayPlan)).all()
    assert plan.state is DayPlanState.DRAFT
    assert plan.service_day.weekday() != SUNDAY
    stops = [stop for route in plan.as_stored_day().plan.routes.routes for stop in route.stops]
    assert 140 <= len(stops) <= 175
    job = demo.scalars(select(Job)).one()
    assert (job.status, job.result["day_plan_id"]) == (JobStatus.DONE, plan.id)


@pytest.mark.slow
def test_the_demo_day_breaks_no_rule_and_leaves_nobody_out_without_a_reason(demo: Session) -> None:
    (plan,) = demo.scalars(select(DayPlan)).all()
    stored = plan.as_stored_day()
    gathered = planning.gather(demo, SYSTEM, plan.service_day)
    inputs = gathered.inputs(PowerModel().matrix(gathered.points))
    # planning anew would keep to this very plan, so the snapshot of the inputs is another one
    assert day_violations(replace(inputs, snapshot=stored.plan.snapshot), stored.plan) == ()
    assert all(one.reason for one in stored.plan.unserved)
    visited = {stop.site for route in stored.plan.routes.routes for stop in route.stops}
    left_out = {one.order for one in stored.plan.unserved}
    assert [one.id for one in stored.orders if one.site not in visited | left_out] == []
