"""An ADIME note on paper: its parts, who signed, what was added, who changed what and why."""

from collections.abc import Iterator

from reportlab.lib.units import mm

from app.i18n import LOCAL_ZONE, Translator
from app.operations.notes import NoteView, Sheet, State
from app.paper.page import SOFT, WIDTH, Block, Section, blank, book, row, stack, words
from screening import NotePart

_TEXT, _SMALL = 10, 8.5


def note_pdf(sheet: Sheet, speak: Translator) -> bytes:
    """The note as A4 pages; a draft says on every page that nobody signed it."""
    title = speak.say("note.title")
    note = sheet.note
    draft = note.state is State.DRAFT
    section = Section(
        badge="",
        title=sheet.person,
        aside=(
            speak.say("letter.born", day=speak.date(sheet.born)),
            speak.date(note.started_at.astimezone(LOCAL_ZONE).date()),
        ),
        opening=stack((words(title, WIDTH, size=13, bold=True), blank(WIDTH, 3 * mm))),
        rows=tuple(_rows(note, speak, sheet.house)),
    )
    version = f"{note.id}-{note.newest.number}"
    foot = speak.say("note.paper.draft" if draft else "letter.confidential")
    return book([section], speak, title=title, version=version, note=foot)


def _rows(note: NoteView, speak: Translator, house: str) -> Iterator[Block]:
    yield from _parts(note, speak)
    yield _signature(note, speak, house)
    for one in note.addenda:
        yield _heading(speak.say("note.addendum"))
        yield from _parts(one, speak)
        yield _signature(one, speak, house)
    yield _heading(speak.say("note.history"))
    for written in (note, *note.addenda):
        for each in written.revisions:
            said = f"{speak.moment(each.at)} · {each.who} · {each.why}"
            yield row(words(said, WIDTH, size=_SMALL, ink=SOFT), pad=1.5)


def _parts(note: NoteView, speak: Translator) -> Iterator[Block]:
    for part in NotePart:
        text = note.newest.texts.get(part, "")
        if text:
            yield _heading(speak.say(f"note.part.{part}"))
            yield from (
                stack((words(line, WIDTH, size=_TEXT, lead=1.35), blank(WIDTH, 1 * mm)))
                for line in text.splitlines()
                if line.strip()
            )


def _heading(text: str) -> Block:
    block = stack(
        (blank(WIDTH, 4 * mm), words(text, WIDTH, size=11.5, bold=True), blank(WIDTH, 1.5 * mm))
    )
    return Block(block.width, block.height, block.draw, keep=True)


def _signature(note: NoteView, speak: Translator, house: str) -> Block:
    if note.signed_at is None or note.signed_by is None:
        said: tuple[Block, ...] = (
            words(speak.say("note.paper.draft"), WIDTH, size=_TEXT, bold=True),
        )
    else:
        day = speak.date(note.signed_at.astimezone(LOCAL_ZONE).date())
        at = speak.time(note.signed_at)
        said = (
            words(note.signed_by, WIDTH, size=_TEXT, bold=True),
            words(speak.say("letter.signer", house=house), WIDTH, size=_SMALL),
            words(speak.say("letter.signed", at=at, day=day), WIDTH, size=_SMALL, ink=SOFT),
        )
    return stack((blank(WIDTH, 6 * mm), *said), gap=1.5)
