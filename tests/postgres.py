"""A PostgreSQL server of our own for the length of a test run, where its binaries stand."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """Give the folder of PostgreSQL's server programs, newest first; None where there is none."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parent.parent.name
    )
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


@contextmanager
def server() -> Iterator[str]:
    """Start a throw-away server on a free port; gives the URL of its first database."""
    if binaries() is None:
        raise RuntimeError("no PostgreSQL server programs on this machine")
    home = Path(tempfile.mkdtemp(prefix="npcc-pg-"))
    port = _free_port()
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    options = (
        f"-k {home} -h 127.0.0.1 -p {port} -c fsync=off -c synchronous_commit=off "
        "-c full_page_writes=off -c max_connections=200"
    )
    data = str(home / "data")
    start = ["-w", "-l", str(home / "log"), "-o", options, "start"]
    _run(home, "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
    _run(home, "pg_ctl", "-D", data, *start)
    try:
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        _run(home, "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def _run(home: Path, program: str, *arguments: str) -> None:
    """Run a server program; initdb refuses root, so root hands it to the package's user."""
    folder = binaries()
    assert folder is not None
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    command = [*as_user, str(folder / program), *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=home)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
