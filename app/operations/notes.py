"""Verbs of notes: write a draft from the record, edit it, sign it, add to a signed one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import SequenceMatcher

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import screening
from app.access import Actor, Conflict, NotFound, Permission, Refused
from app.i18n import Translator
from app.models.care import Screening
from app.models.frozen import cells
from app.models.meals import MealPlan, MealPlanState
from app.models.people import Client, Organisation, Site, User
from app.models.referrals import Note, NoteRevision, NoteState
from app.operations.care import (
    SETTINGS,
    latest_value,
    local_day,
    signed_prescription,
    weights,
)
from app.operations.casefacts import says_nothing
from app.operations.people import find_client
from app.operations.upkeep import note_access
from app.operations.warnings import open_warnings
from screening import (
    Assessment,
    EarlyWarning,
    MeasureKind,
    NoteFacts,
    NotePart,
    SignedTargets,
    Statement,
    assess,
)

MOST_CHARACTERS = 8000
Texts = Mapping[str, str]
"""The text of a note per part."""
State = NoteState
"""How far a note is, for pages that know no tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One version of the text: who wrote it, when and why."""

    number: int
    at: datetime
    who: str
    why: str
    texts: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """A note with its versions, oldest first, and what was added to it once signed."""

    id: int
    client_id: int
    state: NoteState
    language: str
    started_at: datetime
    started_by: str
    addendum_to: int | None
    signed_at: datetime | None
    signed_by: str | None
    revisions: tuple[Revision, ...]
    addenda: tuple["NoteView", ...] = ()

    @property
    def newest(self) -> Revision:
        """The text as it stands."""
        return self.revisions[-1]


def start_note(
    session: Session, actor: Actor, client_id: int, speak: Translator, now: datetime
) -> int:
    """Write a draft from the record in the reader's language; an open draft of theirs stays.

    Gives the number of the draft.
    """
    client = find_client(session, actor, client_id, Permission.WRITE_NOTE)
    statements = screening.write_note(_facts(session, client, now))
    return _started(
        session,
        actor,
        client.id,
        statements,
        texts_of(speak, statements),
        why=speak.say("note.why.draft"),
        speak=speak,
        now=now,
    )


def start_addendum(
    session: Session, actor: Actor, note_id: int, speak: Translator, now: datetime
) -> int:
    """Begin an addendum to a signed note: the note itself is closed."""
    note = find_note(session, actor, note_id)
    if note.state is not NoteState.SIGNED:
        raise Conflict("note.not_signed")
    return _started(
        session,
        actor,
        note.client_id,
        (),
        dict.fromkeys(NotePart, ""),
        why=speak.say("note.why.addendum"),
        speak=speak,
        now=now,
        addendum_to=note.addendum_to or note.id,
    )


def _started(
    session: Session,
    actor: Actor,
    client_id: int,
    statements: tuple[Statement, ...],
    texts: Texts,
    *,
    why: str,
    speak: Translator,
    now: datetime,
    addendum_to: int | None = None,
) -> int:
    if actor.user_id is None:
        raise Refused(("", "note.needs_a_person", {}))
    open_draft = session.scalar(
        select(Note.id).where(
            Note.client_id == client_id,
            Note.started_by == actor.user_id,
            Note.state == NoteState.DRAFT,
        )
    )
    if open_draft is not None:
        return open_draft
    note = Note(
        client_id=client_id,
        state=NoteState.DRAFT,
        language=speak.language,
        statements=cells(statements),
        started_at=now,
        started_by=actor.user_id,
        addendum_to=addendum_to,
    )
    session.add(note)
    session.flush()
    _revise(session, actor, note.id, 1, texts, why=why, now=now)
    note_access(session, actor, now, "note.started", client_id)
    return note.id


def _revise(
    session: Session,
    actor: Actor,
    note_id: int,
    number: int,
    texts: Texts,
    *,
    why: str,
    now: datetime,
) -> None:
    session.add(
        NoteRevision(
            note_id=note_id,
            number=number,
            written_at=now,
            written_by=actor.user_id or 0,
            why=why,
            sections={str(part): texts.get(part, "") for part in NotePart},
        )
    )
    session.flush()


def _facts(session: Session, client: Client, now: datetime) -> NoteFacts:
    today = local_day(now)
    points = tuple(one for one in weights(session, client.id) if one.on <= today)
    height_cm = latest_value(session, client.id, MeasureKind.HEIGHT_CM)
    site = session.get_one(Site, client.site_id)
    rows = session.scalars(
        select(Screening)
        .where(Screening.client_id == client.id, Screening.screened_on <= today)
        .order_by(Screening.screened_on, Screening.id)
    )
    newest = {row.instrument: row for row in rows}
    return NoteFacts(
        on=today,
        age=screening.completed_years(client.born, today),
        setting=SETTINGS[site.kind],
        assessments=tuple(_told(assess(row.as_intake())) for row in newest.values()),
        trend=screening.weight_trend(points),
        bmi=screening.rounded(screening.bmi(points[-1].weight_kg, height_cm), 1)
        if points and height_cm
        else None,
        targets=_targets(session, client.id),
        warnings=tuple(
            EarlyWarning(code=row.code, level=row.level, on=today, facts=row.facts)
            for row in open_warnings(session, client.id)
        ),
        plan_from=_plan_from(session, client.id),
    )


def _told(one: Assessment) -> Assessment:
    """Leave out a mildest outcome that open answers may still overturn."""
    if not says_nothing(one.result):
        return one
    return replace(one, result=replace(one.result, category_at_least=None))


def _targets(session: Session, client_id: int) -> SignedTargets | None:
    signed = signed_prescription(session, client_id)
    if signed is None:
        return None
    return SignedTargets(
        content=signed.as_prescription(),
        version=signed.version,
        signed_on=local_day(signed.signed_at or signed.created_at),
        review_on=signed.review_on,
    )


def _plan_from(session: Session, client_id: int) -> date | None:
    return session.scalar(
        select(func.max(MealPlan.start_day)).where(
            MealPlan.client_id == client_id, MealPlan.state == MealPlanState.APPROVED
        )
    )


def texts_of(speak: Translator, statements: tuple[Statement, ...]) -> dict[str, str]:
    """Give the draft in words, a sentence a line, per part."""
    found: dict[str, list[str]] = {part: [] for part in NotePart}
    for one in statements:
        found[one.part].append(_sentence(speak, one))
    return {part: "\n".join(lines) for part, lines in found.items()}


def _sentence(speak: Translator, statement: Statement) -> str:
    args: dict[str, object] = {
        name: _said(speak, name, one) for name, one in statement.args.items()
    }
    if {"low", "high"} <= set(args):
        args = {"amount": _between(speak, args["low"], args["high"])}
    return speak.say(statement.code, **args)


def _said(speak: Translator, name: str, fact: object) -> object:
    """Give a fact as the sentence takes it: a day with its year, an outcome in small letters."""
    if isinstance(fact, date):
        return speak.date(fact)
    if not isinstance(fact, str):
        return fact
    words = _words(speak, fact)
    return words.lower() if name == "category" else words


def _words(speak: Translator, codes: str) -> str:
    """Give the words of one or more codes; what is no code stays as it is."""
    said = [speak.say(one) if speak.knows(one) else one for one in codes.split()]
    return ", ".join(said[:1] + [one.lower() for one in said[1:]])


def _between(speak: Translator, low: object, high: object) -> str:
    if isinstance(low, int) and isinstance(high, int):
        return f"{speak.number(low)}\N{EN DASH}{speak.number(high)}"
    if isinstance(low, int):
        return speak.say("web.window.from", amount=speak.number(low))
    return speak.say("web.window.to", amount=speak.number(high if isinstance(high, int) else 0))


def find_note(session: Session, actor: Actor, note_id: int) -> Note:
    """Give a note of a client this actor may reach; NotFound otherwise."""
    note = session.get(Note, note_id)
    if note is None:
        raise NotFound
    find_client(session, actor, note.client_id, Permission.WRITE_NOTE)
    return note


def edit_note(
    session: Session,
    actor: Actor,
    note_id: int,
    texts: Texts,
    *,
    why: str,
    replaces: int,
    now: datetime,
) -> int:
    """Keep a new version of a draft; gives its number, the old one when nothing changed.

    Raises Conflict when somebody wrote meanwhile or the note is signed, Refused without a reason.
    """
    note = find_note(session, actor, note_id)
    _refuse_signed(note)
    newest = _newest(session, note.id)
    if newest.number != replaces:
        raise Conflict("note.someone_was_first", number=newest.number)
    kept = {str(part): texts.get(part, "").strip() for part in NotePart}
    if kept == newest.sections:
        return newest.number
    if not why.strip():
        raise Refused(("why", "note.why_needed", {}))
    try:
        with session.begin_nested():
            _revise(session, actor, note.id, replaces + 1, kept, why=why.strip(), now=now)
    except IntegrityError:
        raise Conflict("note.someone_was_first", number=replaces + 1) from None
    note_access(session, actor, now, "note.edited", note.client_id)
    return replaces + 1


def _refuse_signed(note: Note) -> None:
    if note.state is NoteState.SIGNED:
        raise Conflict("note.is_signed")


def _newest(session: Session, note_id: int) -> NoteRevision:
    return session.scalars(
        select(NoteRevision)
        .where(NoteRevision.note_id == note_id)
        .order_by(NoteRevision.number.desc())
        .limit(1)
    ).one()


def sign_note(
    session: Session, actor: Actor, note_id: int, *, replaces: int, now: datetime
) -> Note:
    """Put the actor's name under the version they saw; nobody changes it afterwards.

    Raises Refused for a note without any text.
    """
    note = find_note(session, actor, note_id)
    _refuse_signed(note)
    newest = _newest(session, note.id)
    if newest.number != replaces:
        raise Conflict("note.someone_was_first", number=newest.number)
    if actor.user_id is None or not any(newest.sections.values()):
        raise Refused(("", "note.nothing_to_sign", {}))
    done = session.execute(
        update(Note)
        .where(Note.id == note.id, Note.state == NoteState.DRAFT)
        .values(state=NoteState.SIGNED, signed_at=now, signed_by=actor.user_id),
        execution_options={"synchronize_session": False},
    )
    session.refresh(note)
    if not (isinstance(done, CursorResult) and done.rowcount == 1):
        raise Conflict("note.is_signed")
    note_access(session, actor, now, "note.signed", note.client_id)
    return note


def read_note(session: Session, actor: Actor, note_id: int, now: datetime) -> NoteView:
    """Give a note with every version and addendum; writes down who read it."""
    note = find_note(session, actor, note_id)
    note_access(session, actor, now, "note.read", note.client_id)
    return _view(session, note)


def client_notes(
    session: Session, actor: Actor, client_id: int, now: datetime
) -> tuple[NoteView, ...]:
    """Give a client's notes, newest first, each with its addenda."""
    client = find_client(session, actor, client_id, Permission.WRITE_NOTE)
    rows = session.scalars(
        select(Note)
        .where(Note.client_id == client.id, Note.addendum_to.is_(None))
        .order_by(Note.id.desc())
    )
    note_access(session, actor, now, "notes.listed", client.id)
    return tuple(_view(session, row) for row in rows)


def _view(session: Session, note: Note) -> NoteView:
    added = session.scalars(select(Note).where(Note.addendum_to == note.id).order_by(Note.id))
    revisions = session.execute(
        select(NoteRevision, User.name)
        .join(User, User.id == NoteRevision.written_by)
        .where(NoteRevision.note_id == note.id)
        .order_by(NoteRevision.number)
    )
    return NoteView(
        id=note.id,
        client_id=note.client_id,
        state=note.state,
        language=note.language,
        started_at=note.started_at,
        started_by=session.get_one(User, note.started_by).name,
        addendum_to=note.addendum_to,
        signed_at=note.signed_at,
        signed_by=session.get_one(User, note.signed_by).name if note.signed_by else None,
        revisions=tuple(
            Revision(
                number=row.number,
                at=row.written_at,
                who=name,
                why=row.why,
                texts=dict(row.sections),
            )
            for row, name in revisions
        ),
        addenda=tuple(_view(session, one) for one in added),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A note as its paper shows it."""

    house: str
    person: str
    born: date
    note: NoteView


def note_sheet(session: Session, actor: Actor, note_id: int, now: datetime) -> Sheet:
    """Give a note for its paper; an addendum comes on the paper of its note."""
    note = find_note(session, actor, note_id)
    view = read_note(session, actor, note.addendum_to or note.id, now)
    client = session.get_one(Client, note.client_id)
    house = session.get(Organisation, actor.organisation_id or client.organisation_id)
    return Sheet(
        house=house.name if house else "", person=client.full_name, born=client.born, note=view
    )


def differences(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Give the lines of two texts in reading order, each with "=", "-" (gone) or "+" (new)."""
    old, new = before.splitlines(), after.splitlines()
    found: list[tuple[str, str]] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [("=", line) for line in old[a1:a2]]
        else:
            found += [("-", line) for line in old[a1:a2]] + [("+", line) for line in new[b1:b2]]
    return tuple(found)
