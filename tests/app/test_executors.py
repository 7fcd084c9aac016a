"""The same plans from threads, processes and a cluster that loses a worker in the middle."""

import builtins
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import jobs
from app.access import SYSTEM, Conflict
from app.config import Settings, SettingsError
from app.db import Engine, transaction
from app.executors import executor
from app.models.planning import DayPlan as DayPlanRow
from app.operations import planning, upkeep
from logistics import DayInputs, DayPlan, PowerModel, plan_days, plan_json
from optimizer import Limits
from optimizer.routing import parts
from tests.app.days import DAY, NOW, small_day
from tests.app.units import planned_by_a_mortal

ROOT = Path(__file__).resolve().parents[2]
UNITS = 8  # one for each of the most processes


@pytest.fixture
def days(session: Session) -> tuple[DayInputs, ...]:
    """Give the same small day as so many kitchens would search it."""
    small_day(session)
    gathered = planning.gather(session, SYSTEM, DAY, moves=60)
    day = gathered.inputs(PowerModel().matrix(gathered.points))
    return tuple(
        replace(day, snapshot=f"kitchen-{seed}", limits=Limits(moves=60, seed=seed))
        for seed in range(1, UNITS + 1)
    )


def written(days: Sequence[DayInputs], plans: Sequence[DayPlan]) -> list[str]:
    """Give each plan as the bytes of its plan.json."""
    return [
        json.dumps(plan_json(day, plan), sort_keys=True)
        for day, plan in zip(days, plans, strict=True)
    ]


def test_one_two_and_eight_processes_give_the_same_bytes_as_a_thread(
    days: tuple[DayInputs, ...],
) -> None:
    with ThreadPoolExecutor(1) as thread:
        expected = written(days, plan_days(days, thread))
    assert [json.loads(text)["snapshot"] for text in expected] == [day.snapshot for day in days]
    for count in (1, 2, 8):
        with ProcessPoolExecutor(count) as processes:
            some = days[:count]
            assert written(some, plan_days(some, processes)) == expected[:count], count


class Counting(ThreadPoolExecutor):
    """One thread that counts the units it was given."""

    units = 0

    def submit(self, work: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        """Count it and do it."""
        self.units += 1
        return super().submit(work, *args, **named)


def test_the_planning_job_gives_the_parts_of_a_large_day_to_the_executor(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PARTED", 1)
    with transaction(engine) as session:
        small_day(session)
        upkeep.enqueue(session, SYSTEM, NOW, "plan_day", {"day": DAY.isoformat(), "moves": 200})
    with Counting(1) as units:
        assert jobs.work_once(engine, "one", units=lambda: nullcontext(units))
    assert units.units > 1


@pytest.mark.parametrize(("said", "moves"), [({}, 150), ({"moves": 200}, 200)])
def test_a_day_is_searched_as_long_as_the_job_says_or_else_the_worker(
    engine: Engine, said: dict[str, int], moves: int
) -> None:
    with transaction(engine) as session:
        small_day(session)
        upkeep.enqueue(session, SYSTEM, NOW, "plan_day", {"day": DAY.isoformat()} | said)
    assert jobs.work_once(engine, "one", moves=150)
    with transaction(engine) as session:
        assert session.scalars(select(DayPlanRow)).one().document["moves"] == moves


@pytest.mark.parametrize(
    ("asked", "workers", "kind"),
    [
        ("threads", 1, ThreadPoolExecutor),
        ("threads", 3, ThreadPoolExecutor),
        ("processes", 1, ThreadPoolExecutor),
        ("processes", 2, ProcessPoolExecutor),
    ],
)
def test_the_setting_chooses_the_executor(asked: str, workers: int, kind: type) -> None:
    with executor(_settings(asked), workers) as found:
        assert type(found) is kind


def _settings(asked: str) -> Settings:
    return Settings(database_url="sqlite://", secret_key="k" * 64, executor=asked)


def test_the_setting_is_read_and_a_strange_one_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    env = {"DATABASE_URL": "sqlite://", "SECRET_KEY": "k" * 64}
    assert Settings.from_env(env).executor == "processes"
    given = Settings.from_env({**env, "EXECUTOR": "dask://cluster-1.local:8786"})
    assert given.executor == "dask://cluster-1.local:8786"
    for strange in ("dask://", "dask://host", "dask://host:port", "processen", "tcp://host:1"):
        with pytest.raises(SettingsError, match="threads, processes or dask://host:port"):
            Settings.from_env({**env, "EXECUTOR": strange})


@pytest.fixture
def without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the import of the extra fail as on a machine without it."""
    real = builtins.__import__

    def found(name: str, *more: Any, **named: Any) -> Any:
        if name == "distributed":
            raise ImportError(name)
        return real(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", found)


@pytest.mark.usefixtures("without_dask")
def test_without_the_extra_it_is_told_what_lacks() -> None:
    with pytest.raises(Conflict, match="executor.absent"):  # noqa: SIM117 - one act
        with executor(_settings("dask://127.0.0.1:1"), 1):
            pass


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """Give the address of a scheduler of our own with two workers, on this machine only."""
    pytest.importorskip("distributed", reason="the extra [dask] is not installed")
    told = tmp_path / "scheduler.json"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__ADMIN__LOG_LENGTH": "0"}
    with ExitStack() as stack:
        start = partial(_start, stack, env)
        plain = ("--port", "0", "--no-dashboard", "--scheduler-file", str(told))
        said = start("scheduler", "--host", "127.0.0.1", *plain)
        address = next(line.split("tcp://")[1] for line in said if "Scheduler at:" in line).strip()
        lonely = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        for number in range(2):
            folder = ("--local-directory", str(tmp_path / f"worker-{number}"))
            said = start("worker", f"tcp://{address}", *lonely, *folder)
            next(line for line in said if "Registered to" in line)
        yield address


def _start(stack: ExitStack, env: dict[str, str], kind: str, *words: str) -> Iterator[str]:
    """Start a process of the cluster that ends with the stack; gives what it says."""
    command = [sys.executable, "-m", "dask", kind, *words]
    process = stack.enter_context(
        subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True)
    )
    stack.callback(process.kill)
    assert process.stderr is not None
    return iter(process.stderr)


def test_a_worker_lost_in_the_middle_loses_nothing_and_nothing_comes_twice(
    cluster: str, days: tuple[DayInputs, ...], tmp_path: Path
) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    with executor(_settings(f"dask://{cluster}"), 1) as found:
        plans = list(found.map(partial(planned_by_a_mortal, str(marks)), days))
    begun = [path.name for path in marks.iterdir() if path.name != "died"]
    assert len({name.rpartition("-")[2] for name in begun}) == 2, "both workers took part"
    again = Counter(name.rpartition("-")[0] for name in begun)
    assert set(again) == {day.snapshot for day in days}
    assert max(again.values()) == 2, "what the lost worker was at was begun again"
    with ThreadPoolExecutor(1) as thread:
        assert written(days, plans) == written(days, plan_days(days, thread))


def test_a_scheduler_that_does_not_answer_is_told_by_its_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("distributed", reason="the extra [dask] is not installed")
    monkeypatch.setattr("app.executors.ANSWER_SECONDS", 0.2)
    with pytest.raises(Conflict, match="executor.unreachable"):  # noqa: SIM117 - one act
        with executor(_settings("dask://127.0.0.1:1"), 1):
            pass
