"""An instrument's form as PDF: empty with the client's name on it, or as it was filled in."""

from functools import partial
from typing import Any

from flask import Blueprint

import screening
from app.access import NotFound, Permission
from app.operations import dossier, screenings
from app.operations.screenings import Past
from app.paper import FilledForm, PaperForm, screening_pdf
from app.pipeline import Answer, Call, Later, entry
from app.schemas.screening import FORMS, PaperQuery
from app.web.papers import pdf_file
from screening import Tool

blueprint = Blueprint("screeningpapers", __name__)


@blueprint.get("/clients/<int:client_id>/screenings/form.pdf")
@entry(Permission.SCREEN, takes=PaperQuery)
def blank(call: Call, query: dict[str, Any], client_id: int) -> Answer:
    """Give an empty form to take along."""
    tool = Tool(query["tool"])
    if tool not in FORMS:
        raise NotFound("tool")
    head = dossier.face(call.session, call.actor, client_id, Permission.SCREEN, call.now)
    return _pdf(call, _form(call, head, screening.instrument(tool)), tool)


@blueprint.get("/clients/<int:client_id>/screenings/<int:screening_id>.pdf")
@entry(Permission.SCREEN)
def filled(call: Call, client_id: int, screening_id: int) -> Answer:
    """Give a kept form with its answers, points and outcome."""
    head = dossier.face(call.session, call.actor, client_id, Permission.SCREEN, call.now)
    one = screenings.kept(call.session, call.actor, client_id, screening_id, call.now)
    result = one.assessment.result
    table = screening.instrument(result.instrument, result.rule_version)
    form = _form(call, head, table, filled=_filled(call, one))
    return _pdf(call, form, result.instrument)


def _filled(call: Call, one: Past) -> FilledForm:
    intake = one.row.as_intake()
    return FilledForm(
        answers={**intake.answers, "age": one.assessment.age, "sex": intake.sex},
        result=one.assessment.result,
        by=one.by or call.say("form.by_system"),
        at=one.row.recorded_at,
    )


def _form(
    call: Call,
    head: dossier.Face,
    table: screening.Instrument,
    *,
    filled: FilledForm | None = None,
) -> PaperForm:
    born = call.translator.date(head.client.born)
    return PaperForm(table=table, person=head.client.full_name, born=born, filled=filled)


def _pdf(call: Call, form: PaperForm, tool: Tool) -> Later:
    return pdf_file(partial(screening_pdf, form, call.translator), tool.value.lower())
