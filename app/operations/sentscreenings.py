"""Screenings of a house's system: kept like those of a form, once per key, for its own clients."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Permission, Refused
from app.db import MAX_ID
from app.models.care import Screening
from app.models.people import Organisation
from app.operations import care, refeeding
from app.operations.care import ScreeningForm
from app.operations.people import find_client
from app.operations.upkeep import note_access
from screening import (
    Assessment,
    Given,
    Provenance,
    Tool,
    assess,
    input_names,
    named_answers,
    score,
)

_OF_THE_RECORD = frozenset({"age", "sex"})
"""Answers that come from the client's record and cannot be sent."""

Trouble = tuple[str, str, dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentScreening:
    """A filled-in instrument by the agreed names of its inputs; null is "I do not know"."""

    tool: Tool
    inputs: Given
    provenance: Mapping[str, Provenance]
    confirmed: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A kept screening, worked out again under the rules it was made with."""

    id: int
    client_id: int
    recorded_at: datetime
    assessment: Assessment


def receive(
    session: Session,
    actor: Actor,
    client_id: int,
    sent: SentScreening,
    *,
    key: str,
    now: datetime,
) -> tuple[Kept, bool]:
    """Keep a system's screening under its idempotency key; gives it and whether it is new.

    Raises Refused with every answer to mend, and Conflict for the same key with other content.
    """
    client = find_client(session, actor, client_id, Permission.SEND_SCREENING)
    # One key at a time: of two requests at once the second waits here and finds the first.
    session.get_one(Organisation, actor.organisation_id, with_for_update={"key_share": True})
    known = session.scalar(
        select(Screening).where(Screening.client_id == client.id, Screening.request_key == key)
    )
    if known is not None:
        if known.request_hash != _digest(sent):
            raise Conflict("screening.key_used_for_other_content")
        note_access(session, actor, now, "screening.viewed", client.id)
        return _worked_out(known), False
    kept = _record(session, actor, client.id, sent, now)
    kept.request_key, kept.request_hash = key, _digest(sent)
    session.flush()
    return _worked_out(kept), True


def read(session: Session, actor: Actor, client_id: int, screening_id: int, now: datetime) -> Kept:
    """Give one screening that a system sent; NotFound for any other."""
    client = find_client(session, actor, client_id, Permission.SEND_SCREENING)
    found = session.get(Screening, screening_id) if screening_id <= MAX_ID else None
    if found is None or found.client_id != client.id or found.request_key is None:
        raise NotFound
    note_access(session, actor, now, "screening.viewed", client.id)
    return _worked_out(found)


def _worked_out(row: Screening) -> Kept:
    return Kept(
        id=row.id,
        client_id=row.client_id,
        recorded_at=row.recorded_at,
        assessment=assess(row.as_intake()),
    )


def _record(
    session: Session, actor: Actor, client_id: int, sent: SentScreening, now: datetime
) -> Screening:
    troubles = tuple(_troubles(sent))
    if troubles:
        raise Refused(*troubles)
    answers, _ = named_answers(sent.tool, sent.inputs)
    form = ScreeningForm(
        answers={name: _exactly(value) for name, value in answers.items()},
        provenance=sent.provenance,
        confirmed=sent.confirmed,
    )
    try:
        kept = care.record_screening(
            session,
            actor,
            client_id,
            sent.tool,
            form=form,
            now=now,
            by=Permission.SEND_SCREENING,
        )
    except Refused as refused:
        raise Refused(*(_in_inputs(*one) for one in refused.problems)) from None
    refeeding.notice(session, kept, now)
    return kept


def _exactly(value: Any) -> Any:
    """Give a whole number as the exact decimal that forms keep."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _in_inputs(field: str, code: str, args: Mapping[str, object]) -> Trouble:
    return f"inputs.{field}" if field else "", code, dict(args)


def _troubles(sent: SentScreening) -> Iterator[Trouble]:
    """What cannot be kept: names that nobody knows, answers that do not fit their question."""
    names = set(input_names(sent.tool)) - _OF_THE_RECORD
    for part in ("inputs", "provenance", "confirmed"):
        for name in getattr(sent, part):
            code = "screening.from_record" if name in _OF_THE_RECORD else "form.unknown_field"
            if name not in names:
                yield f"{part}.{name}", code, {}
    answers, unfit = named_answers(sent.tool, sent.inputs)
    wrong = set(score(sent.tool, answers).invalid)
    listed = set(answers) - set(sent.inputs)
    for name in (*unfit, *dict.fromkeys(_sent_name(one, sent, listed) for one in sorted(wrong))):
        yield f"inputs.{name}", "screening.answer_not_allowed", {}


def _sent_name(name: str, sent: SentScreening, listed: set[str]) -> str:
    """The name an answer was sent by; a place in a list is told by the list."""
    if name not in listed:
        return name
    return next(one for one, value in sent.inputs.items() if isinstance(value, list | tuple))


def _digest(sent: SentScreening) -> str:
    """Give the fingerprint of what was sent."""
    content: dict[str, Any] = {
        "tool": sent.tool.value,
        "inputs": dict(sent.inputs),
        "provenance": dict(sent.provenance),
        "confirmed": sorted(sent.confirmed),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
