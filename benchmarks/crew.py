"""Processes that do the tasks of a search, and the time they take."""

import os
import resource
import time
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from optimizer import FleetDone, FleetTask, do_fleet_task


class CpuClock:
    """CPU seconds as each process used them, after those of the process that made the clock."""

    def __init__(self) -> None:
        self._before, self._maker = time.process_time(), os.getpid()

    def __call__(self) -> float:
        """Seconds so far."""
        return time.process_time() + (0.0 if os.getpid() == self._maker else self._before)


class Crew:
    """One process per worker, each with all that this one has loaded; `in_turn`: one at a time."""

    def __init__(self, workers: int, *, in_turn: bool = False) -> None:
        context = get_context("fork")
        self._in_turn = in_turn
        self._pipes, self._processes = [], []
        for _ in range(workers):
            mine, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(mine)
            self._processes.append(process)

    def __call__(self, tasks: Sequence[FleetTask]) -> list[FleetDone]:
        """Do task i on worker i."""
        used = self._pipes[: len(tasks)]
        found = []
        for pipe, task in zip(used, tasks, strict=True):
            pipe.send(task)
            if self._in_turn:
                found.append(pipe.recv())
        return found or [pipe.recv() for pipe in used]

    def end(self) -> None:
        """End the processes, so that their time counts."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()


def _serve(pipe: Connection) -> None:
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        pipe.send(do_fleet_task(task))


def cpu_seconds() -> float:
    """Time that this process and those it ended have computed."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def started(otherwise: float) -> float:
    """When this process began, by the monotonic clock; `otherwise` where the system hides it."""
    try:
        ticks = int(Path("/proc/self/stat").read_text("ascii").rpartition(")")[2].split()[19])
        up = float(Path("/proc/uptime").read_text("ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return otherwise
    return min(otherwise, time.monotonic() - (up - ticks / os.sysconf("SC_CLK_TCK")))
