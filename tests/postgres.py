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
    folder = binaries()
    if folder is None:
        raise RuntimeError("no PostgreSQL server programs on this machine")
    home = Path(tempfile.mkdtemp(prefix="npcc-pg-"))
    port = _free_port()
    # initdb refuses root, so root hands the folder to the user of the package
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(home, "postgres")
    options = (
        f"-k {home} -h 127.0.0.1 -p {port} -c fsync=off -c synchronous_commit=off "
        "-c full_page_writes=off -c max_connections=200"
    )
    data, log = home / "data", home / "log"
    control = [*as_user, str(folder / "pg_ctl"), "-D", str(data)]
    run = {"check": True, "stdout": subprocess.DEVNULL, "cwd": home}
    init = [str(folder / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust"]
    subprocess.run([*as_user, *init, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], **run)
    subprocess.run([*control, "-w", "-l", str(log), "-o", options, "start"], **run)
    try:
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **run)
        shutil.rmtree(home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
