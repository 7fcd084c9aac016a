"""Units of work for tests of executors; a module of its own, so that other processes find it."""

import os
import signal
from pathlib import Path

import logistics
from logistics import DayInputs, DayPlan


def planned_by_a_mortal(folder: str, day: DayInputs) -> DayPlan:
    """Note that a unit began, plan it, and let the first worker that comes die in the middle."""
    (Path(folder) / f"{day.snapshot}-{os.getpid()}").touch()
    plan = logistics.plan_day(day)
    try:
        (Path(folder) / "died").touch(exist_ok=False)
    except FileExistsError:
        return plan
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError
