"""Papers of a day as files: route sheets, loading lists, kitchen sheet, labels, purchases."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from app.access import NotFound, Permission
from app.operations import daypapers, gates, planning
from app.operations.daypapers import PaperDay
from app.paper import kitchen_pdf, labels_pdf, loading_pdf, purchases_csv, route_pdf
from app.pipeline import Answer, Call, Later, entry
from app.schemas.planning import BatchQuery, VanQuery

blueprint = Blueprint("papers", __name__)


@blueprint.get("/day-plans/<int:plan_id>/routes.pdf")
@entry(Permission.VIEW_ROUTES, takes=VanQuery)
def routes_pdf(call: Call, query: dict[str, Any], plan_id: int) -> Answer:
    """Give the route sheets of every van, or of one."""
    paper, version = _day(call, plan_id, Permission.VIEW_ROUTES)
    _refuse_unsafe(call, paper)
    sheets = _found(paper.route_sheets(query["van"] or None))
    daypapers.note_routes_read(call.session, call.actor, call.now, sheets)
    name = f"routes-{paper.inputs.service_day}"
    return pdf_file(partial(route_pdf, sheets, call.translator, version=version), name)


@blueprint.get("/day-plans/<int:plan_id>/loading.pdf")
@entry(Permission.VIEW_ROUTES, takes=VanQuery)
def loading_lists_pdf(call: Call, query: dict[str, Any], plan_id: int) -> Answer:
    """Give what goes in every van, or in one; the last stop first."""
    paper, version = _day(call, plan_id, Permission.VIEW_ROUTES)
    _refuse_unsafe(call, paper)
    lists = _found(paper.loading_lists(query["van"] or None))
    sheets = paper.route_sheets(query["van"] or None)
    daypapers.note_routes_read(call.session, call.actor, call.now, sheets)
    name = f"loading-{paper.inputs.service_day}"
    return pdf_file(partial(loading_pdf, lists, call.translator, version=version), name)


@blueprint.get("/day-plans/<int:plan_id>/kitchen.pdf")
@entry(Permission.VIEW_KITCHEN)
def kitchen_sheet_pdf(call: Call, plan_id: int) -> Answer:
    """Give the kitchen's day; it names no eater."""
    paper, version = _day(call, plan_id, Permission.VIEW_KITCHEN, recipes=True)
    sheet = paper.kitchen_sheet()
    name = f"kitchen-{paper.inputs.service_day}"
    return pdf_file(partial(kitchen_pdf, sheet, call.translator, version=version), name)


@blueprint.get("/day-plans/<int:plan_id>/labels.pdf")
@entry(Permission.VIEW_KITCHEN, takes=BatchQuery)
def batch_labels_pdf(call: Call, query: dict[str, Any], plan_id: int) -> Answer:
    """Give the labels of every batch, or of one; NotFound when none may be made."""
    paper, version = _day(call, plan_id, Permission.VIEW_KITCHEN, recipes=True)
    _refuse_stopped_lots(call, paper, query["batch"] or None)
    labels, _ = paper.labels(query["batch"] or None)
    pages = partial(labels_pdf, _found(labels), call.translator, version=version)
    return pdf_file(pages, f"labels-{paper.inputs.service_day}")


@blueprint.get("/day-plans/<int:plan_id>/purchases.csv")
@entry(Permission.VIEW_STOCK)
def purchases(call: Call, plan_id: int) -> ResponseReturnValue:
    """Give what to buy over the coming fortnight."""
    paper, _ = _day(call, plan_id, Permission.VIEW_STOCK)
    content = purchases_csv(paper.purchase_rows())
    return _file(content, "text/csv; charset=utf-8", f"purchases-{paper.inputs.service_day}.csv")


def _day(
    call: Call, plan_id: int, permission: Permission, *, recipes: bool = False
) -> tuple[PaperDay, str]:
    """Give the planned day and what stands at the foot of its papers: which plan, draft or not."""
    plan = planning.find_day_plan(call.session, call.actor, plan_id, permission)
    paper = daypapers.paper_day(call.session, plan)
    if recipes:
        daypapers.of_same_recipes(plan, paper)
    at = call.translator.moment(plan.published_at or plan.created_at)
    return paper, call.say(f"day.paper.{plan.state}", version=plan.version, at=at)


def _refuse_unsafe(call: Call, paper: PaperDay) -> None:
    """Print no paper that would send somebody what they may no longer eat."""
    if paper.published:
        gates.stopped(call.session, paper.depot_id, paper.inputs.service_day).refuse()


def _refuse_stopped_lots(call: Call, paper: PaperDay, batch: str | None) -> None:
    """Print no label for a lot that may reach nobody."""
    if paper.published:
        lots = (one.lot for one in paper.plan.batches if batch in (None, one.id))
        found = gates.stopped(call.session, paper.depot_id, paper.inputs.service_day)
        found.refuse_lots(lots)


def _found(parts: tuple[Any, ...]) -> tuple[Any, ...]:
    if not parts:
        raise NotFound
    return parts


def pdf_file(draw: Callable[[], bytes], name: str) -> Later:
    """Give a PDF to be opened in the browser; its name holds no health data.

    It is drawn when the transaction has ended: a long one takes many seconds.
    """
    return Later(lambda: _file(draw(), "application/pdf", f"{name}.pdf"))


def _file(content: bytes, kind: str, name: str) -> Response:
    disposition = f'inline; filename="{name}"'
    return Response(content, content_type=kind, headers={"Content-Disposition": disposition})
