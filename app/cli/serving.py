"""Commands that stay: the whole house at once, or one of its processes."""

import signal
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

import click
from flask import Flask

from app.cli.exchange import tell_logins
from app.config import Settings
from app.db import make_engine, transaction
from app.jobs import run_worker, until_told
from app.operations import demo, upkeep
from app.turns import run_scheduler

_ROOT = Path(__file__).resolve().parents[2]
_READY_SECONDS = 60
_END_SECONDS = 8


def register(app: Flask) -> None:
    """Add serve, worker and scheduler."""
    app.cli.add_command(serve)
    app.cli.add_command(worker)
    app.cli.add_command(scheduler)
    app.cli.add_command(migrate)


@click.command()
def migrate() -> None:
    """Bring the tables of DATABASE_URL to the newest revision."""
    upkeep.migrate(make_engine(Settings.from_env().database_url))


@click.command()
def worker() -> None:
    """Carry out jobs until told to stop."""
    settings = Settings.from_env()
    run_worker(settings, make_engine(settings.database_url), until_told())


@click.command()
def scheduler() -> None:
    """Write each turn of a job down when it is due, until told to stop."""
    run_scheduler(make_engine(Settings.from_env().database_url), until_told())


@click.command()
def serve() -> None:
    """Run web, worker and scheduler together; load and plan the demo in an empty database."""
    stop = until_told()
    settings = Settings.from_env()
    flask = [sys.executable, "-m", "flask"]
    engine = make_engine(settings.database_url)
    upkeep.migrate(engine)
    with transaction(engine) as session:
        filled = demo.holds_anything(session)
    if filled:
        tell_logins(engine)
    else:
        _prepare(flask, stop)
    engine.dispose()
    children = [
        subprocess.Popen(command, cwd=_ROOT)  # noqa: S603 - our own programs
        for command in (_web(settings.port), [*flask, "worker"], [*flask, "scheduler"])
    ]
    try:
        if _answers(settings.port, children, stop):
            print(f"NPCC ready: http://127.0.0.1:{settings.port}", flush=True)  # noqa: T201
            _watch(children, stop)
    finally:
        _end(children)


def _prepare(flask: list[str], stop: threading.Event) -> None:
    """Load the demo region and plan its next service day, in a process that may be ended."""
    child = subprocess.Popen([*flask, "demo", "--if-empty"], cwd=_ROOT)  # noqa: S603 - ours
    while child.poll() is None and not stop.wait(0.2):
        pass
    if child.poll() is None:
        _end([child])
    if child.returncode or stop.is_set():
        sys.exit(child.returncode or 0)


def _web(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "16"),
        *("--graceful-timeout", "3", "--no-control-socket", "--log-level", "warning"),
    ]


def _answers(port: int, children: list[subprocess.Popen[bytes]], stop: threading.Event) -> bool:
    """Wait until the web answers; False when told to stop or when a process ended."""
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until and not stop.wait(0.2):
        if any(child.poll() is not None for child in children):
            break
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return True
        except OSError:
            continue
        finally:
            connection.close()
    return False


def _watch(children: list[subprocess.Popen[bytes]], stop: threading.Event) -> None:
    """Stay until told to stop, or until a process ends by itself: then the house closes."""
    while not stop.wait(0.5):
        for child in children:
            if child.poll() is not None:
                click.echo(f"process {child.args!r} ended, closing", err=True)
                sys.exit(1)


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """End every process within ten seconds, kindly first."""
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    until = time.monotonic() + _END_SECONDS
    for child in children:
        try:
            child.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
