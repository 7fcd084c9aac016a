"""ADIME notes of a client: the list, a draft to edit, what changed, the paper."""

from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.i18n import translator
from app.operations import dossier, notes
from app.operations.notes import NoteView, Revision
from app.paper import note_pdf
from app.pipeline import Answer, Call, entry
from app.schemas import NoteForm
from app.web.papers import pdf_file
from app.web.tabs import tabs_of
from app.web.words import face_parts, kept, mends
from screening import NotePart

blueprint = Blueprint("notes", __name__)


@blueprint.get("/clients/<int:client_id>/notes")
@entry(Permission.WRITE_NOTE)
def listed(call: Call, client_id: int) -> ResponseReturnValue:
    """Show a client's notes, newest first."""
    head = dossier.face(call.session, call.actor, client_id, Permission.WRITE_NOTE, call.now)
    found = notes.client_notes(call.session, call.actor, client_id, call.now)
    return render_template(
        "notes/list.html", face=face_parts(call, head), found=found, tabs=tabs_of(call, client_id)
    )


@blueprint.post("/clients/<int:client_id>/notes")
@entry(Permission.WRITE_NOTE)
def start(call: Call, client_id: int) -> ResponseReturnValue:
    """Write a draft from the record."""
    note_id = notes.start_note(call.session, call.actor, client_id, call.translator, call.now)
    return redirect(url_for(".show", note_id=note_id), code=303)


@blueprint.get("/notes/<int:note_id>")
@entry(Permission.WRITE_NOTE)
def show(call: Call, note_id: int) -> ResponseReturnValue:
    """Show a note: a draft to edit, or a signed one as it is; and each change."""
    note = notes.read_note(call.session, call.actor, note_id, call.now)
    head = dossier.face(call.session, call.actor, note.client_id, Permission.WRITE_NOTE, call.now)
    return render_template(
        "notes/note.html",
        face=face_parts(call, head),
        note=note,
        parts=[
            {
                "name": part.value,
                "title": call.say(f"note.part.{part}"),
                "hint": call.say(f"note.hint.{part}"),
                "text": kept(call, part.value, note.newest.texts.get(part, "")),
            }
            for part in NotePart
        ],
        why=kept(call, "why", ""),
        changes=list(reversed(_changes(call, note))),
        bad={one.field: one.text for one in call.problems},
        errors=mends(call),
    )


def _changes(call: Call, note: NoteView) -> list[dict[str, Any]]:
    """Give each version with the lines it took away and added."""
    pairs = zip((None, *note.revisions), note.revisions, strict=False)
    return [_change(call, before, after) for before, after in pairs]


def _change(call: Call, before: Revision | None, after: Revision) -> dict[str, Any]:
    lines = []
    for part in NotePart if before else ():
        was = before.texts.get(part, "") if before else ""
        told = notes.differences(was, after.texts.get(part, ""))
        lines += [
            {"part": call.say(f"note.part.{part}"), "mark": mark, "text": line}
            for mark, line in told
            if mark != "="
        ]
    return {
        "number": after.number,
        "at": call.translator.moment(after.at),
        "who": after.who,
        "why": after.why,
        "lines": lines,
    }


@blueprint.post("/notes/<int:note_id>")
@entry(Permission.WRITE_NOTE, takes=NoteForm, back=show)
def edit(call: Call, form: dict[str, Any], note_id: int) -> ResponseReturnValue:
    """Keep a new version, and sign it when asked."""
    number = notes.edit_note(
        call.session,
        call.actor,
        note_id,
        form["texts"],
        why=form["why"],
        replaces=form["version"],
        now=call.now,
    )
    if form["sign"]:
        notes.sign_note(call.session, call.actor, note_id, replaces=number, now=call.now)
    call.tell("note.signed" if form["sign"] else "note.kept")
    return redirect(url_for(".show", note_id=note_id), code=303)


@blueprint.post("/notes/<int:note_id>/addendum")
@entry(Permission.WRITE_NOTE)
def add(call: Call, note_id: int) -> ResponseReturnValue:
    """Begin an addendum to a signed note."""
    added = notes.start_addendum(call.session, call.actor, note_id, call.translator, call.now)
    return redirect(url_for(".show", note_id=added), code=303)


@blueprint.get("/notes/<int:note_id>.pdf")
@entry(Permission.WRITE_NOTE)
def pdf(call: Call, note_id: int) -> Answer:
    """Give a note as PDF in the language it was written in."""
    sheet = notes.note_sheet(call.session, call.actor, note_id, call.now)
    draw = partial(note_pdf, sheet, translator(sheet.note.language))
    return pdf_file(draw, f"note-{sheet.note.id}")
