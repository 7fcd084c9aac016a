"""The table of jobs and their clocks; each turn claimed once; the worker that runs them."""

import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import structlog

import logistics
from app.access import SYSTEM, Actor, Conflict
from app.config import Settings
from app.db import DatabaseBusyError, Engine, Session, transaction
from app.executors import executor
from app.i18n import LOCAL_ZONE
from app.operations import (
    depots,
    forecast,
    meals,
    planning,
    planwatch,
    reorderrun,
    upkeep,
    watching,
    whatifs,
)
from app.operations.upkeep import Claim
from app.outbox import ConsoleSender, Sender, SmtpSender, send_waiting
from app.roads import provider
from logistics import PowerModel, RoadProvider
from optimizer import Limits, warm_up_meals, warm_up_production

log = structlog.get_logger()

Units = Callable[[], AbstractContextManager[Executor | None]]
"""Opens where the parts of one large search are done; None: in the process of the job."""


class LostError(Exception):
    """The job went to another worker meanwhile: nothing of this attempt may be written."""


@dataclass(slots=True, kw_only=True)
class Work:
    """One claimed job in progress: its heart beats in a thread of its own while a solver runs.

    `progress` is shown to whoever waits; `go_on` turns False when the job must end with the best
    it has (asked to stop), `lost` when it went to another worker.
    """

    engine: Engine
    claim: Claim
    roads: RoadProvider
    units: Units = nullcontext
    moves: int = planning.MOVES
    beat_seconds: float = 2.0
    go_on: bool = True
    lost: bool = False
    progress: dict[str, Any] = field(default_factory=dict)
    _done: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def alive(self) -> Iterator["Work"]:
        """Keep the heart beating for the length of the block."""
        heart = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        heart.start()
        try:
            yield self
        finally:
            self._done.set()
            heart.join()

    def _beat(self) -> None:
        while not self._done.wait(self.beat_seconds):
            try:
                self.beat()
            except Exception as error:  # noqa: BLE001 - a busy database misses one beat, no more
                log.warning("beat missed", job=self.claim.job_id, kind=type(error).__name__)

    def beat(self) -> None:
        """Tell the database that this job lives and how far it is."""
        with transaction(self.engine) as session:
            state = upkeep.beat(session, self.claim, datetime.now(UTC), dict(self.progress))
        self.lost = self.lost or state is upkeep.Beat.LOST
        self.go_on = self.go_on and state is upkeep.Beat.GO_ON

    def tell(self, **progress: Any) -> bool:
        """Note how far the work is; False when it must end."""
        self.progress = {**self.progress, **progress}
        return self.go_on


def _clock(work: Work) -> Actor:
    """Give the clock in the kitchen of a job; one that names none is of the only one."""
    return depots.clock_at(work.claim.payload.get("depot"))


def _plan_day(work: Work) -> Mapping[str, Any]:
    """Gather, solve with no transaction open, save if the orders stayed as they were."""
    asked, clock = work.claim.payload.get("day"), _clock(work)
    now = datetime.now(UTC)
    day = date.fromisoformat(asked) if asked else planning.next_service_day(now)
    for _ in range(3):
        with transaction(work.engine) as session:
            gathered = planning.gather(
                session,
                clock,
                day,
                moves=work.claim.payload.get("moves", work.moves),
                today=now.astimezone(LOCAL_ZONE).date(),
            )
        inputs = gathered.inputs(work.roads.matrix(gathered.points))
        with work.units() as found:
            plan = logistics.plan_day(inputs, planwatch.watcher(work.tell), executor=found)
        with transaction(work.engine) as session:
            saved = planning.save_draft(
                session,
                clock,
                gathered,
                plan,
                inputs=inputs,
                job_id=work.claim.job_id,
                now=datetime.now(UTC),
            )
            if saved is None:
                continue
            return _closed(session, work, {"day_plan_id": saved.id, "day": day.isoformat()})
    raise Conflict("planning.orders_keep_changing")


def _what_if(work: Work) -> Mapping[str, Any]:
    """Plan a copy of a day with its change; only the copy is kept."""
    what_if, clock = int(work.claim.payload["what_if"]), _clock(work)
    with transaction(work.engine) as session:
        today = datetime.now(UTC).astimezone(LOCAL_ZONE).date()
        gathered = whatifs.gather(session, clock, what_if, today)
        change = whatifs.find(session, clock, what_if).as_change()
    roads = work.roads.matrix(gathered.points)
    inputs = whatifs.changed(gathered.inputs(roads), change)
    with work.units() as found:
        plan = logistics.plan_day(inputs, planwatch.watcher(work.tell), executor=found)
    with transaction(work.engine) as session:
        now = datetime.now(UTC)
        whatifs.keep(session, clock, what_if, inputs=inputs, plan=plan, now=now)
        return _closed(session, work, {"what_if": what_if})


def _adopt(work: Work) -> Mapping[str, Any]:
    """Make a what-if the draft of its day, if the day as it is now allows it."""
    payload, clock = work.claim.payload, _clock(work)
    what_if, day = int(payload["what_if"]), date.fromisoformat(payload["day"])
    for _ in range(3):
        with transaction(work.engine) as session:
            gathered = planning.gather(session, clock, day)
        # Nobody knows what was on order when the copy was planned: what it buys counted on nothing.
        inputs = replace(gathered.inputs(work.roads.matrix(gathered.points)), on_order=())
        with transaction(work.engine) as session:
            saved = planning.save_draft(
                session,
                clock,
                gathered,
                whatifs.adopted(session, clock, what_if, inputs),
                inputs=inputs,
                job_id=work.claim.job_id,
                now=datetime.now(UTC),
            )
            if saved is not None:
                return _closed(session, work, {"day_plan_id": saved.id, "day": day.isoformat()})
    raise Conflict("planning.orders_keep_changing")


def _reorder(work: Work) -> Mapping[str, Any]:
    now = datetime.now(UTC)
    with transaction(work.engine) as session:
        today = now.astimezone(LOCAL_ZONE).date()
        turnout = reorderrun.reorder_due(session, _clock(work), today, now)
        if turnout.failed:
            result = asdict(turnout) | {"code": "job.reorders_failed"}
            return _closed(session, work, result, failed=True)
        return _closed(session, work, asdict(turnout))


def _watch(work: Work) -> Mapping[str, Any]:
    """Watch everybody in parts, each its own transaction, then tell who cannot wait."""
    now = datetime.now(UTC)
    with transaction(work.engine) as session:
        parts = watching.chunks(session, SYSTEM)
    tally = watching.Tally()
    for done, part in enumerate(parts, start=1):
        tally.add(_watched(work.engine, part, now))
        if not work.tell(done=done, of=len(parts)):
            break
    with transaction(work.engine) as session:
        result = asdict(tally) | {"told": watching.tell(session, SYSTEM, now, since=now)}
        if tally.failed:
            return _closed(session, work, result | {"code": "job.watch_failed"}, failed=True)
        return _closed(session, work, result)


def _watched(engine: Engine, part: tuple[int, ...], now: datetime) -> watching.Tally:
    """Watch a part; what breaks it is looked for in its halves, so that it stops nobody else."""
    try:
        with transaction(engine) as session:
            return watching.watch_some(session, SYSTEM, part, now)
    except Exception as error:  # noqa: BLE001 - one broken history must not hide all others
        log.warning("watching failed", kind=type(error).__name__, clients=len(part))
    if len(part) == 1:
        return watching.Tally(failed=1)
    half = len(part) // 2
    tally = _watched(engine, part[:half], now)
    tally.add(_watched(engine, part[half:], now))
    return tally


def _escalate(work: Work) -> Mapping[str, Any]:
    now = datetime.now(UTC)
    with transaction(work.engine) as session:
        moved = watching.escalate(session, SYSTEM, now)
        told = watching.tell(session, SYSTEM, now, since=now, moved=moved)
        return _closed(session, work, {"escalated": len(moved), "told": told})


def _forecast(work: Work) -> Mapping[str, Any]:
    today = datetime.now(UTC).astimezone(LOCAL_ZONE).date()
    with transaction(work.engine) as session:
        kept = forecast.keep_forecasts(session, _clock(work), meals.catalogue(session), today)
        return _closed(session, work, {"forecasts": kept})


def _prune(work: Work) -> Mapping[str, Any]:
    with transaction(work.engine) as session:
        gone = upkeep.prune(session, SYSTEM, datetime.now(UTC))
        return _closed(session, work, {"pruned": gone})


def _closed(
    session: Session, work: Work, result: Mapping[str, Any], *, failed: bool = False
) -> Mapping[str, Any]:
    """Close the job in the transaction of its result: both stand, or neither."""
    status = upkeep.FAILED if failed else upkeep.DONE
    if not upkeep.finish_job(session, work.claim, datetime.now(UTC), status, result):
        raise LostError
    return result


HANDLERS: Mapping[str, Callable[[Work], Mapping[str, Any]]] = {
    "plan_day": _plan_day,
    "plan_tomorrow": _plan_day,
    "reorder": _reorder,
    "prune": _prune,
    "watch": _watch,
    "forecast": _forecast,
    "escalate": _escalate,
    whatifs.KIND: _what_if,
    whatifs.ADOPT: _adopt,
}


def work_once(
    engine: Engine,
    owner: str,
    *,
    roads: RoadProvider | None = None,
    units: Units = nullcontext,
    moves: int = planning.MOVES,
    lease: timedelta = upkeep.LEASE,
) -> bool:
    """Claim one job and carry it out; False when there is none.

    `moves`: how long the routes of a day are searched where the job does not say.
    """
    with transaction(engine) as session:
        claim = upkeep.claim_job(session, owner, datetime.now(UTC), lease=lease)
    if claim is None:
        return False
    work = Work(
        engine=engine,
        claim=claim,
        roads=roads or PowerModel(),
        units=units,
        moves=moves,
        beat_seconds=lease.total_seconds() / 10,
    )
    log.info("job started", job=claim.job_id, kind=claim.kind, attempt=claim.attempt)
    try:
        with work.alive():
            result = HANDLERS[claim.kind](work)
    except LostError:
        log.warning("job lost to another worker", job=claim.job_id)
    except Exception as error:  # noqa: BLE001 - one broken job must not end the worker
        _fail(engine, claim, error)
    else:
        log.info("job done", job=claim.job_id, **result)
    return True


def _fail(engine: Engine, claim: Claim, error: Exception) -> None:
    """Close a job as failed with a code; the text of the error may hold health data and stays."""
    reference = secrets.token_hex(4)
    code = error.code if isinstance(error, Conflict) else "job.failed"
    log.error("job failed", job=claim.job_id, kind=type(error).__name__, reference=reference)
    with transaction(engine) as session:
        named = error.args_for_text if isinstance(error, Conflict) else {}
        content = {**named, "code": code, "reference": reference}
        upkeep.finish_job(session, claim, datetime.now(UTC), upkeep.FAILED, content)


def warm_up() -> None:
    """Plan one tiny meal, kitchen and route: compiled searches stand ready before a person waits.

    On a fresh machine compiling takes about two minutes; later starts read it from disk.
    """
    warm_up_meals()
    warm_up_production()
    warm_up_rounds()


def warm_up_rounds() -> None:
    """Refill one home and plan one tiny route."""
    logistics.propose_reorder({"": 1}, {}, None)
    depot = logistics.Point(lat_e5=5_094_000, lon_e5=312_000)
    doors = tuple(
        logistics.Delivery(
            site=str(number),
            point=logistics.Point(lat_e5=5_094_000 + 500 * number, lon_e5=312_000),
            windows=((480, 960),),
            service_min=3,
            boxes=logistics.Boxes(frozen=1),
            orders=(str(number),),
        )
        for number in range(1, 4)
    )
    van = logistics.Vehicle(
        id="van",
        letter="A",
        capacity=logistics.Boxes(frozen=9),
        shift_open_min=480,
        shift_close_min=960,
    )
    roads = PowerModel().matrix((depot, *(door.point for door in doors)))
    start, few = logistics.Depot(id="depot", point=depot), Limits(moves=100, seed=1)
    logistics.plan_routes(start, (van,), deliveries=doors, roads=roads, limits=few)


def run_worker(settings: Settings, engine: Engine, stop: threading.Event) -> None:
    """Work until told to stop: jobs first, then waiting messages, then a short rest."""
    owner = settings.worker_name or f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"
    lease = timedelta(seconds=settings.lease_seconds)
    sender: Sender = SmtpSender(settings.smtp_url) if settings.smtp_url else ConsoleSender()
    threading.Thread(target=warm_up, name="warm up", daemon=True).start()
    units = partial(executor, settings, os.cpu_count() or 1)
    work = partial(work_once, units=units, moves=settings.plan_moves, lease=lease)
    while not stop.is_set():
        try:
            if work(engine, owner, roads=provider(settings)):
                continue
            with transaction(engine) as session:
                send_waiting(session, datetime.now(UTC), sender, public_url=settings.public_url)
        except DatabaseBusyError:  # locked or away for a moment: no reason to end the worker
            log.warning("database busy", owner=owner)
        stop.wait(0.5)


def until_told() -> threading.Event:
    """Give an event that TERM and INT set."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    return stop
