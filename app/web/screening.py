"""Fill in any instrument: the points move while one types, nothing scores by a slip."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import screening
from app.access import NotFound, Permission
from app.operations import care, drafts, refeeding, screenings, watching
from app.operations.casefacts import shown_risk
from app.operations.dossier import Face
from app.operations.screenings import Opening, Past
from app.paper.formwords import answer_said, label
from app.pipeline import Call, Problem, entry
from app.schemas.screening import (
    FORMS,
    FilledIn,
    ScreeningAnswers,
    ScreeningPreview,
    ScreeningQuery,
)
from app.web import questions
from app.web.questions import Sheet
from app.web.score import points_of, score_parts
from app.web.words import face_parts, mends, place_of, risk_word
from screening import (
    POSITIVE,
    Assessment,
    InputKind,
    Instrument,
    Intake,
    OfferReason,
    Purpose,
    Status,
    Tool,
    assess,
)

blueprint = Blueprint("screening", __name__)

_BY_PLACE = (OfferReason.DEFAULT, OfferReason.ALSO)


@blueprint.get("/clients/<int:client_id>/screenings/new")
@entry(Permission.SCREEN, takes=ScreeningQuery)
def new(call: Call, query: dict[str, Any], client_id: int) -> ResponseReturnValue:
    """Show a form with what the record knows, or the reader's own draft of it."""
    named = Tool(query["tool"]) if query["tool"] else None
    tool = named or screenings.next_tool(call.session, call.actor, client_id, now=call.now)
    opening = _opening(call, client_id, tool)
    draft = opening.draft
    call.values = (
        dict(draft.typed)
        if draft
        else questions.starting(call.translator, opening, screening.instrument(tool))
    )
    return _page(call, opening, ScreeningPreview().load({**call.values, "tool": [tool]}))


def _opening(call: Call, client_id: int, tool: Tool) -> Opening:
    if tool not in FORMS:
        raise NotFound("tool")
    return screenings.opening(call.session, call.actor, client_id, tool, now=call.now)


def _again(call: Call, client_id: int) -> ResponseReturnValue:
    """Show the form with what was filled in and what is to be mended."""
    filled = _typed(call)
    return _page(call, _opening(call, client_id, filled.tool), filled)


def _typed(call: Call) -> FilledIn:
    filled: FilledIn = ScreeningPreview().load(dict(call.values))
    return filled


def _assessed(call: Call, client_id: int, filled: FilledIn) -> Assessment:
    return care.preview_screening(
        call.session, call.actor, client_id, filled.tool, form=filled.form, now=call.now
    )


def _page(call: Call, opening: Opening, filled: FilledIn) -> str:
    """Draw a whole form beside its live result."""
    head, table = opening.face, screening.instrument(filled.tool)
    assessment = _assessed(call, head.client.id, filled)
    sheet = Sheet(call=call, opening=opening, filled=filled)
    return render_template(
        "dietitian/screening.html",
        face=face_parts(call, head),
        tool=filled.tool,
        lead=_lead(call, head, table),
        refused=_refused(call, assessment, table),
        result=score_parts(call.translator, assessment),
        sections=questions.sections(sheet),
        progress=questions.progress(sheet),
        draft=opening.draft,
        draft_at=opening.draft.saved_at if opening.draft else None,
        errors=mends(call),
    )


def _lead(call: Call, head: Face, table: Instrument) -> str:
    """Say for whom and from which age: "Godelieve Vandamme, 82 jaar, thuis. Geldig vanaf ..."."""
    place = place_of(call.translator, head)
    who = f"{head.client.full_name}, {call.say('care.years', count=head.age)}, {place}."
    age = max(table.least_age or 0, screening.ADULT_YEARS)
    return f"{who} {call.say(f'purpose.{table.purpose}')}. {call.say('form.from_age', age=age)}"


def _refused(call: Call, assessment: Assessment, table: Instrument) -> Mapping[str, str] | None:
    """Say why this person cannot be asked: a child, or too young for this instrument."""
    if assessment.result.status is not Status.NOT_VALID:
        return None
    if assessment.result.flags:
        return {"title": call.say(assessment.result.flags[0]), "text": call.say("screening.child")}
    tool = call.say(f"tool.{table.tool}")
    title = call.say("form.too_young", tool=tool, age=table.least_age or 0)
    return {"title": title, "text": call.say("form.other_tool")}


@blueprint.post("/clients/<int:client_id>/screenings/preview")
@entry(Permission.SCREEN, takes=ScreeningPreview)
def preview(call: Call, filled: FilledIn, client_id: int) -> ResponseReturnValue:
    """Keep the draft and give the points so far; a browser without script gets the page."""
    call.values = request.form.to_dict(flat=False)
    assessment = _assessed(call, client_id, filled)
    asked = [care.question_problem(one) for one in assessment.questions]
    call.problems = tuple(_problems(call, (*filled.unread, *asked)))
    saved_at = drafts.save_draft(
        call.session, call.actor, client_id, filled.tool, typed=filled.typed, now=call.now
    )
    opening = _opening(call, client_id, filled.tool)
    if not request.headers.get("HX-Request"):
        return _page(call, opening, filled)
    sheet = Sheet(call=call, opening=opening, filled=filled, at=request.form.get("at", ""))
    return render_template(
        "dietitian/screening_live.html",
        result=score_parts(call.translator, assessment),
        moved=questions.moved(sheet),
        remarked=questions.remarks(sheet),
        progress=questions.progress(sheet),
        draft_at=saved_at,
    )


def _problems(call: Call, found: Iterable[tuple[str, str, Mapping[str, Any]]]) -> Iterator[Problem]:
    for field, code, args in found:
        text = "" if "unit" in args else call.say(code, **args)
        yield Problem(field=field, code=code, text=text, args=args)


@blueprint.post("/clients/<int:client_id>/screenings")
@entry(Permission.SCREEN, takes=ScreeningAnswers, back=_again)
def record(call: Call, filled: FilledIn, client_id: int) -> ResponseReturnValue:
    """Keep the screening and show what it means and what follows."""
    row = care.record_screening(
        call.session, call.actor, client_id, filled.tool, form=filled.form, now=call.now
    )
    refeeding.notice(call.session, row, call.now)
    watching.look(call.session, call.actor, client_id, call.now)
    call.tell("screening.kept" if _prescribes(row.as_intake()) else "screening.kept_only")
    where = url_for("screening.show", client_id=client_id, screening_id=row.id)
    return redirect(where, code=303)


@blueprint.post("/clients/<int:client_id>/screenings/discard")
@entry(Permission.SCREEN, takes=ScreeningAnswers)
def discard(call: Call, filled: FilledIn, client_id: int) -> ResponseReturnValue:
    """Throw the reader's draft away and begin again."""
    drafts.discard_draft(call.session, call.actor, client_id, filled.tool, now=call.now)
    call.tell("form.draft.discarded", "info")
    return redirect(url_for("screening.new", client_id=client_id, tool=filled.tool), code=303)


@blueprint.get("/clients/<int:client_id>/screenings")
@entry(Permission.SCREEN)
def history(call: Call, client_id: int) -> ResponseReturnValue:
    """Show every kept form of a client and the instruments to go on with."""
    found = screenings.history(call.session, call.actor, client_id, now=call.now)
    offered = {one.tool for one in found.offers}
    others = [one for one in FORMS if one not in offered]
    return render_template(
        "dietitian/screenings.html",
        face=face_parts(call, found.face),
        rows=[_row(call, one) for one in found.past],
        offers=_offers(call, found.offers),
        drafts=found.drafts,
        others=[(tool, call.say(f"tool.{tool}"), _purpose(call, tool)) for tool in others],
    )


def _offers(call: Call, offers: Iterable[screening.Offer]) -> list[dict[str, str]]:
    return [
        {
            "tool": one.tool,
            "name": call.say(f"tool.{one.tool}"),
            "purpose": _purpose(call, one.tool),
            "reason": call.say(one.reason),
        }
        for one in offers
    ]


def _purpose(call: Call, tool: Tool) -> str:
    return call.say(f"purpose.{screening.instrument(tool).purpose}")


def _row(call: Call, one: Past) -> dict[str, Any]:
    result, speak = one.assessment.result, call.translator
    risk = shown_risk(result.instrument, result.acting_category, result.status)
    return {
        "id": one.row.id,
        "tool": call.say(f"tool.{result.instrument}"),
        "purpose": _purpose(call, result.instrument),
        "on": speak.date(one.row.screened_on),
        "risk": risk,
        "word": risk_word(speak, risk, open_answers=result.status is not Status.COMPLETE),
        "title": score_parts(speak, one.assessment)["title"],
        "points": points_of(speak, result),
        "status": call.say(f"screening.status.{result.status}"),
        "by": one.by or call.say("form.by_system"),
        "due": speak.date(result.next_due) if result.next_due else None,
    }


@blueprint.get("/clients/<int:client_id>/screenings/<int:screening_id>")
@entry(Permission.SCREEN)
def show(call: Call, client_id: int, screening_id: int) -> ResponseReturnValue:
    """Show one kept form with its answers, worked out again under its own rules."""
    one = screenings.kept(call.session, call.actor, client_id, screening_id, call.now)
    found = screenings.history(call.session, call.actor, client_id, now=call.now)
    return render_template(
        "dietitian/screened.html",
        face=face_parts(call, found.face),
        kept=_row(call, one) | {"at": one.row.recorded_at},
        result=score_parts(call.translator, one.assessment),
        answers=list(_answers(call, one)),
        follows=_offers(call, [one for one in found.offers if one.reason not in _BY_PLACE]),
        prescribe=_prescribes(one.row.as_intake()),
    )


def _prescribes(intake: Intake) -> bool:
    """Whether a draft of a prescription follows from a form."""
    purpose = screening.instrument(intake.tool).purpose
    return purpose is Purpose.MALNUTRITION and assess(intake).result.acting_category in POSITIVE


def _answers(call: Call, one: Past) -> Iterator[tuple[str, str]]:
    """Give each question of the form with the answer that was kept."""
    intake = one.row.as_intake()
    table = screening.instrument(intake.tool, intake.rule_version)
    known = {**intake.answers, "age": one.assessment.age, "sex": intake.sex}
    for asked in screening.asked(intake.tool, known):
        value = intake.answers.get(asked.name)
        if not asked.section and value is None:
            continue
        said = call.say("web.field.unknown")
        if value is not None:
            said = answer_said(call.translator, table, asked, value)
            how = intake.provenance.get(asked.name)
            if how is not None and asked.kind is InputKind.MEASURE:
                said += f", {call.say(f'screening.provenance.{how}')}"
        yield label(call.translator, asked), said
