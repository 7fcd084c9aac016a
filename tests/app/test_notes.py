"""ADIME notes: drafted from the record, edited with a reason, signed and closed, on paper."""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.access import Conflict, Forbidden, NotFound, Refused
from app.db import transaction
from app.i18n import LANGUAGES, LOCAL_ZONE, translator, unbroken
from app.models.referrals import Note, NoteRevision, NoteState
from app.models.system import AccessLog
from app.operations import care, notes
from app.operations.notes import differences
from app.paper import note_pdf
from screening import NotePart, Provenance, Range, Tool
from tests import factories
from tests.app.referring import NOW, Region, make_region

CLOCK = datetime.now(UTC)
TODAY = CLOCK.astimezone(LOCAL_ZONE).date()
NL = translator("nl")
Visit = Callable[..., FlaskClient]
TEXTS = dict.fromkeys(NotePart, "")


@pytest.fixture
def region(session: Session) -> Region:
    return make_region(session)


def fill(session: Session, region: Region, now: datetime, today: date) -> None:
    """Give the client weights, a screening and a prescription."""
    for days, kg in ((170, "52.0"), (100, "51.4"), (60, "50.2")):
        factories.make_weight(session, region.client, kg, today - timedelta(days=days))
    factories.make_prescription(
        session, region.client, region.owner, food_level="5", allergies=frozenset({"milk"})
    )
    form = care.ScreeningForm(
        answers={
            "weight_kg": Decimal("48.1"),
            "height_cm": Decimal(161),
            "weight_before_kg": Decimal(52),
        },
        provenance={"weight_kg": Provenance.MEASURED},
    )
    care.record_screening(
        session, region.actors["owner"], region.client.id, Tool.MUST, form=form, now=now
    )


def started(session: Session, region: Region, name: str = "owner") -> int:
    return notes.start_note(session, region.actors[name], region.client.id, NL, NOW)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_says_what_the_record_says_in_the_writers_language(
    session: Session, region: Region, language: str
) -> None:
    fill(session, region, NOW, NOW.date())
    speak = translator(language)
    note_id = notes.start_note(session, region.actors["owner"], region.client.id, speak, NOW)
    view = notes.read_note(session, region.actors["owner"], note_id, NOW)
    text = "\n".join(view.newest.texts[part] for part in NotePart)
    assert view.language == language
    assert all(view.newest.texts[part] for part in NotePart)
    for word in ("MUST", speak.number(Decimal("48.1"), 1), speak.say("allergen.milk").lower()):
        assert word.lower() in text.lower()
    assert "{" not in text
    assert view.revisions[0].why == speak.say("note.why.draft")


def test_an_open_form_writes_no_calm_outcome_into_a_draft(session: Session, region: Region) -> None:
    form = care.ScreeningForm(answers={"weight_kg": Decimal(48)}, provenance={})
    owner = region.actors["owner"]
    care.record_screening(session, owner, region.client.id, Tool.MUST, form=form, now=NOW)
    view = notes.read_note(session, owner, started(session, region), NOW)
    assert "laag risico" not in view.newest.texts["assessment"]
    assert "antwoorden ontbreken nog" in view.newest.texts["assessment"]


def test_what_is_known_later_stands_in_no_draft_of_today(session: Session, region: Region) -> None:
    factories.make_weight(session, region.client, "50.0", NOW.date())
    factories.make_weight(session, region.client, "44.0", NOW.date() + timedelta(days=2))
    view = notes.read_note(session, region.actors["owner"], started(session, region), NOW)
    assert "50" in view.newest.texts["assessment"]
    assert "44" not in view.newest.texts["assessment"]


def test_an_open_draft_is_gone_on_with_and_a_colleague_has_their_own(
    session: Session, region: Region
) -> None:
    first = started(session, region)
    assert started(session, region) == first
    assert started(session, region, "colleague") != first


def test_every_change_has_who_when_and_why(session: Session, region: Region) -> None:
    owner, colleague = region.actors["owner"], region.actors["colleague"]
    note_id = started(session, region)
    was = notes.read_note(session, owner, note_id, NOW).newest.texts
    same = notes.edit_note(session, owner, note_id, was, why="", replaces=1, now=NOW)
    assert same == 1
    texts = dict(was) | {"evaluation": "Eet weer zelf."}
    with pytest.raises(Refused) as refused:
        notes.edit_note(session, colleague, note_id, texts, why=" ", replaces=1, now=NOW)
    assert refused.value.problems[0][:2] == ("why", "note.why_needed")
    later = NOW + timedelta(hours=2)
    notes.edit_note(
        session, colleague, note_id, texts, why="Gesprek met dochter", replaces=1, now=later
    )
    view = notes.read_note(session, owner, note_id, NOW)
    newest = view.newest
    assert (newest.number, newest.who, newest.why, newest.at) == (
        2,
        region.colleague.name,
        "Gesprek met dochter",
        later,
    )
    assert view.revisions[0].texts == was


def test_who_saves_second_is_told_and_overwrites_nothing(session: Session, region: Region) -> None:
    owner = region.actors["owner"]
    note_id = started(session, region)
    texts = TEXTS | {"assessment": "Een"}
    notes.edit_note(session, owner, note_id, texts, why="x", replaces=1, now=NOW)
    for verb in (
        lambda: notes.edit_note(session, owner, note_id, TEXTS, why="y", replaces=1, now=NOW),
        lambda: notes.sign_note(session, owner, note_id, replaces=1, now=NOW),
    ):
        with pytest.raises(Conflict) as clash:
            verb()
        assert clash.value.code == "note.someone_was_first"
    assert notes.read_note(session, owner, note_id, NOW).newest.texts["assessment"] == "Een"


def test_a_signed_note_is_closed_and_gets_an_addendum(session: Session, region: Region) -> None:
    owner = region.actors["owner"]
    note_id = started(session, region)
    with pytest.raises(Conflict) as early:
        notes.start_addendum(session, owner, note_id, NL, NOW)
    assert early.value.code == "note.not_signed"
    notes.sign_note(session, owner, note_id, replaces=1, now=NOW)
    for verb in (
        lambda: notes.edit_note(session, owner, note_id, TEXTS, why="y", replaces=1, now=NOW),
        lambda: notes.sign_note(session, owner, note_id, replaces=1, now=NOW),
    ):
        with pytest.raises(Conflict) as closed:
            verb()
        assert closed.value.code == "note.is_signed"
    added = notes.start_addendum(session, owner, note_id, NL, NOW)
    with pytest.raises(Refused) as empty:
        notes.sign_note(session, owner, added, replaces=1, now=NOW)
    assert empty.value.problems[0][1] == "note.nothing_to_sign"
    texts = TEXTS | {"monitoring": "Bloedname op maandag."}
    notes.edit_note(session, owner, added, texts, why="Labo", replaces=1, now=NOW)
    notes.sign_note(session, owner, added, replaces=2, now=NOW)
    (view,) = notes.client_notes(session, owner, region.client.id, NOW)
    assert view.signed_by == region.owner.name
    assert [one.newest.texts["monitoring"] for one in view.addenda] == ["Bloedname op maandag."]
    another = notes.start_addendum(session, owner, added, NL, NOW)
    assert session.get_one(Note, another).addendum_to == note_id


def test_the_database_knows_no_signature_without_a_person(session: Session, region: Region) -> None:
    note = session.get_one(Note, started(session, region))
    note.state = NoteState.SIGNED
    with pytest.raises(IntegrityError, match="signed_by_someone"):
        session.flush()
    session.rollback()


def test_a_stranger_finds_no_note_and_an_administrator_may_not_ask(
    session: Session, region: Region
) -> None:
    note_id = started(session, region)
    stranger = region.actors["stranger"]
    with pytest.raises(NotFound):
        notes.read_note(session, stranger, note_id, NOW)
    with pytest.raises(NotFound):
        notes.start_note(session, stranger, region.client.id, NL, NOW)
    with pytest.raises(NotFound):
        notes.read_note(session, stranger, note_id + 1, NOW)
    with pytest.raises(Forbidden):
        notes.client_notes(session, region.actors["admin"], region.client.id, NOW)


def test_reading_and_writing_leave_a_trace_with_the_client(
    session: Session, region: Region
) -> None:
    owner = region.actors["owner"]
    note_id = started(session, region)
    notes.read_note(session, owner, note_id, NOW)
    notes.client_notes(session, owner, region.client.id, NOW)
    acts = session.scalars(
        select(AccessLog.act).where(AccessLog.client_id == region.client.id)
    ).all()
    assert [one for one in acts if one.startswith("note")] == [
        *("note.started", "note.read", "notes.listed"),
    ]


def test_a_system_writes_no_note_and_one_sided_targets_are_said(
    session: Session, region: Region
) -> None:
    nobody = replace(region.actors["owner"], user_id=None)
    with pytest.raises(Refused) as refused:
        notes.start_note(session, nobody, region.client.id, NL, NOW)
    assert refused.value.problems[0][1] == "note.needs_a_person"
    bounds = {"fluid_ml": Range(low=1600), "protein_g": Range(high=70)}
    factories.make_prescription(session, region.client, region.owner, **bounds)
    view = notes.read_note(session, region.actors["owner"], started(session, region), NOW)
    text = view.newest.texts["intervention"]
    assert "Vocht vanaf 1" in text
    assert unbroken("Eiwit tot 70 g") in text


def test_differences_name_each_line_that_went_or_came() -> None:
    assert differences("een\ntwee\ndrie", "een\n2\ndrie\nvier") == (
        ("=", "een"),
        ("-", "twee"),
        ("+", "2"),
        ("=", "drie"),
        ("+", "vier"),
    )
    assert differences("", "") == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_is_the_same_bytes_and_holds_text_signature_and_reasons(
    session: Session, region: Region, language: str
) -> None:
    owner = region.actors["owner"]
    fill(session, region, NOW, NOW.date())
    note_id = notes.start_note(session, owner, region.client.id, translator(language), NOW)
    draft = notes.note_sheet(session, owner, note_id, NOW)
    speak = translator(draft.note.language)
    assert speak.say("note.paper.draft") in read(note_pdf(draft, speak))
    texts = dict(draft.note.newest.texts) | {"evaluation": "Eén zin.\nTwee zinnen."}
    notes.edit_note(session, owner, note_id, texts, why="Huisbezoek", replaces=1, now=NOW)
    notes.sign_note(session, owner, note_id, replaces=2, now=NOW)
    added = notes.start_addendum(session, owner, note_id, speak, NOW)
    sheet = notes.note_sheet(session, owner, added, NOW)
    assert note_pdf(sheet, speak) == note_pdf(sheet, speak)
    text = read(note_pdf(sheet, speak))
    for word in ("Maria Callewaert", "Twee zinnen.", region.owner.name, "Huisbezoek"):
        assert word in text
    for part in NotePart:
        assert speak.say(f"note.part.{part}") in text


def read(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@pytest.fixture
def engine(app: Flask) -> Engine:
    found: Engine = app.extensions["npcc"].engine
    return found


@pytest.fixture
def house(engine: Engine) -> Region:
    with transaction(engine) as session:
        made = make_region(session, CLOCK)
        fill(session, made, CLOCK, TODAY)
        return made


def page(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def newest(engine: Engine) -> tuple[Note, NoteRevision]:
    with Session(engine, expire_on_commit=False) as session:
        note = session.scalars(select(Note).order_by(Note.id.desc())).first()
        text = session.scalars(select(NoteRevision).order_by(NoteRevision.id.desc())).first()
    assert note
    assert text
    return note, text


def test_a_note_from_draft_to_paper_in_the_browser(
    engine: Engine, house: Region, visit: Visit
) -> None:
    browser = visit(house.owner)
    base = f"/clients/{house.client.id}/notes"
    assert "Nog geen notities" in page(browser.get(base))
    made = browser.post(base)
    note, first = newest(engine)
    path = f"/notes/{note.id}"
    assert made.headers["Location"].endswith(path)
    assert "Oorzaak: nog niet bekend" in page(browser.get(path))
    form = dict(first.sections) | {"diagnosis": "Eet te weinig.\r\nAlleen.", "version": "1"}
    refused = browser.post(path, data=form)
    assert refused.status_code == 422
    assert "Schrijf kort waarom" in page(refused)
    assert "Eet te weinig." in page(refused)
    assert browser.post(path, data=form | {"why": "Gesprek"}).status_code == 303
    assert newest(engine)[1].sections["diagnosis"] == "Eet te weinig.\nAlleen."
    shown = page(browser.get(path))
    assert "<ins>Eet te weinig.</ins>" in shown
    signing = form | {"version": "2", "sign": "1"}
    assert browser.post(path, data=signing).status_code == 303
    assert newest(engine)[0].state is NoteState.SIGNED
    closed = browser.post(path, data=form | {"version": "2", "why": "Nog iets"})
    assert closed.status_code == 409
    assert "Vul aan" in page(browser.get(path))
    added = browser.post(f"{path}/addendum")
    assert "Aanvulling" in page(browser.get(added.headers["Location"]))
    listed = page(browser.get(base))
    assert f'href="{path}.pdf"' in listed  # the second click after the client's page
    assert "1 aanvulling" in listed
    paper = browser.get(f"{path}.pdf")
    assert paper.headers["Content-Disposition"] == f'inline; filename="note-{note.id}.pdf"'
    assert "Eet te weinig." in read(paper.data)


def test_nobody_else_reaches_a_note(engine: Engine, house: Region, visit: Visit) -> None:
    visit(house.owner).post(f"/clients/{house.client.id}/notes")
    path = f"/notes/{newest(engine)[0].id}"
    form = {"version": "1", "why": "x", "assessment": "x"}
    for who, status in ((house.stranger, 404), (house.admin, 403), (house.doctor, 403)):
        browser = visit(who)
        assert browser.get(path).status_code == status
        assert browser.get(f"{path}.pdf").status_code == status
        assert browser.post(path, data=form).status_code == status
        assert browser.post(f"{path}/addendum").status_code == status
        assert browser.get(f"/clients/{house.client.id}/notes").status_code == status


def test_what_a_note_says_stays_out_of_logs_and_addresses(
    engine: Engine,
    house: Region,
    visit: Visit,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = visit(house.owner)
    browser.post(f"/clients/{house.client.id}/notes")
    path = f"/notes/{newest(engine)[0].id}"
    answer = browser.post(path, data={"version": "1", "why": "Geheim", "assessment": "Geheimer"})
    said = caplog.text + "".join(capsys.readouterr()) + answer.headers["Location"]
    assert "Geheim" not in said
    assert "Callewaert" not in said
