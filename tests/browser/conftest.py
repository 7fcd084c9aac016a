"""A demo house that is open, and a browser per role that has logged in."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import BrowserContext, Playwright, sync_playwright
from sqlalchemy.orm import Session

from app.access import Role
from app.db import make_engine, transaction
from app.operations import people
from app.operations.demo import LOGINS
from tests.browser.watching import Watched
from tests.demo_house import MOVES
from tests.factories import make_user

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 800}
LOGIN, PASSWORD = "bart@example.org", "a long word for bart"
"""Who looks at a house that is not the demo."""
PASSWORDS = {login.role: (login.user, login.password) for login in LOGINS}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs Chromium, and skip it by name where there is none."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not on this machine"))


@pytest.fixture(scope="session")
def house(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a web with a worker on a copy of the demo."""
    path = tmp_path_factory.mktemp("house") / "npcc.sqlite3"
    shutil.copyfile(demo_file, path)
    with opened(path) as address, running(surroundings(path), "flask", "worker"):
        yield address


def surroundings(path: Path) -> dict[str, str]:
    """Give what programs of the house on this file are told."""
    told = {"DATABASE_URL": f"sqlite:///{path}", "SECRET_KEY": "k" * 32, "PLAN_MOVES": MOVES}
    return {**os.environ, **told}


@contextmanager
def opened(path: Path, web: str = "wsgi") -> Iterator[str]:
    """Give the address of a web on a filled file for the length of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    gunicorn = ["gunicorn", f"{web}:app", "--bind", f"127.0.0.1:{port}"]
    more = ["--worker-class", "gthread", "--threads", "16", "--no-control-socket"]
    with running(surroundings(path), *gunicorn, *more, "--log-level", "error"):
        until_open(port)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def running(env: dict[str, str], *command: str) -> Iterator[None]:
    """Keep a program of ours running for the length of the block."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=env, **quiet)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        finally:
            process.kill()


def until_open(port: int) -> None:
    """Look until the house answers; one that never opens fails here."""
    pause = Event()
    for _ in range(600):
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pause.wait(0.1)
        finally:
            connection.close()
    raise AssertionError("the house never opened")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Give the driver of the browser."""
    with sync_playwright() as driver:
        yield driver


def chromium(playwright: Playwright, profile: Path) -> BrowserContext:
    """Open a browser of somebody in Flanders, with a profile of its own."""
    return playwright.chromium.launch_persistent_context(
        user_data_dir=str(profile),
        executable_path=CHROMIUM,
        headless=True,
        args=ARGUMENTS,
        locale="nl-BE",
        timezone_id="Europe/Brussels",
        viewport=WIDE,
    )


@pytest.fixture(scope="session")
def visitor(
    playwright: Playwright, house: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Watched]]:
    """Give the watched page of a role that has logged in, the same one each time."""
    inside: dict[str, tuple[BrowserContext, Watched]] = {}

    def visit(role: str) -> Watched:
        if role not in inside:
            context = chromium(playwright, tmp_path_factory.mktemp(f"profile-{role}"))
            inside[role] = context, Watched(context.pages[0], house)
            inside[role][1].log_in(*PASSWORDS[role])
        return inside[role][1]

    yield visit
    for context, _ in inside.values():
        context.close()


@contextmanager
def looking(
    fill: Callable[[Session], object], template: Path, folder: Path, playwright: Playwright
) -> Iterator[Watched]:
    """Give the page of a dispatcher, logged in, in a house that was filled so.

    The web stands at the morning before the small day.
    """
    path = folder / "npcc.sqlite3"
    shutil.copyfile(template, path)
    engine = make_engine(f"sqlite:///{path}")
    with transaction(engine) as session:
        fill(session)
        hashed = people.hash_password(PASSWORD)
        make_user(session, Role.DISPATCHER, name="Bart", login=LOGIN, password_hash=hashed)
    engine.dispose()
    with opened(path, "tests.browser.daybefore") as address:
        context = chromium(playwright, folder / "profile")
        watched = Watched(context.pages[0], address)
        watched.log_in(LOGIN, PASSWORD)
        yield watched
        context.close()
