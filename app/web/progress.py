"""A job's progress: its panel, and a stream of events for whoever waits."""

import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, render_template, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.db import Session, read_only
from app.operations import dayboard
from app.operations.dayboard import Planning
from app.pipeline import Call, entry, house
from app.web.words import started
from logistics import Stage

blueprint = Blueprint("progress", __name__)

MAX_STREAMS = 6
"""Streams that one process keeps open: each holds a thread. Above it a browser asks again."""
LONGEST_SECONDS = 300
BEAT_SECONDS = 15
LOOK_SECONDS = 0.5
_ASK_AGAIN_MS = 3000
_slots = threading.BoundedSemaphore(MAX_STREAMS)

Look = Callable[[], tuple[str, bool]]
"""Gives the panel's text on one line, and whether the job has ended."""
Wait = Callable[[float], object]
Clock = Callable[[], float]


def job_parts(call: Call, job: Planning) -> dict[str, Any]:
    """Give the panel of a job that plans a day."""
    speak, progress = call.translator, job.progress
    now = progress.get("done", -1)
    phases = [
        {
            "text": speak.say(f"day.stage.{stage}"),
            "state": "done" if at < now else "now" if at == now else "later",
        }
        for at, stage in enumerate(Stage)
    ]
    best = progress.get("incumbent")
    text = speak.say("day.job.waits")
    if job.stop_asked:
        text = speak.say("day.job.stopping")
    elif now >= 0:
        text = "" if best is None else speak.say("day.job.best", best=_best(call, progress))
    return {
        "id": job.id,
        "title": started(speak.say("day.job.title", day=speak.day(job.day))),
        "text": text,
        "percent": progress.get("percent"),
        "phases": phases,
        "events_url": url_for("progress.events", job_id=job.id),
        "stop_url": None if job.stop_asked else url_for("dispatch.stop_job", job_id=job.id),
        "done_url": url_for("dispatch.day_board", day=job.day),
    }


def _best(call: Call, progress: Mapping[str, Any]) -> str:
    """Give the best so far: routes cost cents, other searches count points."""
    best = int(progress["incumbent"])
    if progress.get("stage") == Stage.ROUTES:
        return call.translator.cents(best)
    return call.translator.number(best)


@blueprint.get("/jobs/<int:job_id>/events")
@entry(Permission.VIEW_DAY)
def events(call: Call, job_id: int) -> ResponseReturnValue:
    """Tell how far a job is until it ends, at most five minutes; no session while it sleeps."""
    dayboard.find_planning(call.session, call.actor, job_id, call.now)
    look = _look(call, job_id)
    body = stream_with_context(stream(look, threading.Event().wait, time.monotonic))
    return Response(
        body,
        mimetype="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


def _look(call: Call, job_id: int) -> Look:
    engine, actor = read_only(house().engine), call.actor

    def look() -> tuple[str, bool]:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            job = dayboard.find_planning(session, actor, job_id, call.now)
        page = render_template("dispatch/live.html", job=job_parts(call, job))
        return " ".join(page.splitlines()), job.ended

    return look


def stream(look: Look, wait: Wait, clock: Clock) -> Generator[str, None, None]:
    """Give the events of a job: progress when it changes, a heartbeat, then close.

    Without a free slot it gives the present state once and ends: the browser asks again by
    itself after a few seconds, which is polling.
    """
    if not _slots.acquire(blocking=False):
        yield f"retry: {_ASK_AGAIN_MS}\n\n"
        yield from _once(look)
        return
    try:
        yield "retry: 2000\n\n"
        yield from _changes(look, wait, clock)
    finally:
        _slots.release()


def _once(look: Look) -> Iterator[str]:
    text, ended = look()
    yield _progress(text)
    if ended:
        yield _CLOSE


def _changes(look: Look, wait: Wait, clock: Clock) -> Iterator[str]:
    began = told = clock()
    last = ""
    while clock() - began < LONGEST_SECONDS:
        text, ended = look()
        if text != last:
            last, told = text, clock()
            yield _progress(text)
        if ended:
            yield _CLOSE
            return
        if clock() - told >= BEAT_SECONDS:
            told = clock()
            yield ": still here\n\n"
        wait(LOOK_SECONDS)


_CLOSE = "event: close\ndata: end\n\n"


def _progress(text: str) -> str:
    return f"event: progress\ndata: {text}\n\n"
