"""Where units of work are done: threads, processes of this machine, or machines of a cluster."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from app.access import Conflict
from app.config import Settings

ANSWER_SECONDS = 10
"""How long a cluster may take to answer at first."""


@contextmanager
def executor(settings: Settings, workers: int) -> Iterator[Executor]:
    """Give the executor of EXECUTOR for so many workers; a cluster uses the workers it has.

    Raises Conflict `executor.absent` where dask is asked for and not installed, and
    `executor.unreachable` where no scheduler answers.
    """
    where = settings.executor
    if where.startswith("dask://"):
        with _cluster(where.removeprefix("dask://")) as found:
            yield found
        return
    with _of_this_machine(where, workers) as found:
        yield found


def _of_this_machine(kind: str, workers: int) -> Executor:
    """One worker needs no process of its own."""
    if kind == "threads" or workers == 1:
        return ThreadPoolExecutor(workers)
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    """A unit on a machine that is lost goes to another; its answer is taken once.

    Units are never compared with each other (`pure`): that would read all their data first.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - an extra, loaded when it is asked for
    except ImportError:
        raise Conflict("executor.absent") from None
    connect: Any = Client  # its types say less than they promise
    try:
        client = connect(f"tcp://{address}", timeout=ANSWER_SECONDS, set_as_default=False)
    except OSError:
        raise Conflict("executor.unreachable", address=address) from None
    with client:
        yield client.get_executor(pure=False)
