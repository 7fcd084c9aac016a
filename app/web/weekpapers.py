"""Papers of weeks as files: the week for staff, and cards for the trays of a client or a ward."""

from functools import partial
from typing import Any

from flask import Blueprint

from app.access import NotFound, Permission
from app.operations import wardmeals, weekplan, weeks
from app.operations.care import local_day
from app.paper import trays_pdf, week_pdf
from app.pipeline import Answer, Call, entry
from app.schemas import TrayQuery, WardTrayQuery
from app.web.papers import pdf_file
from app.web.weekparts import tray_cards, ward_cards, week_sheet

blueprint = Blueprint("weekpapers", __name__)


@blueprint.get("/clients/<int:client_id>/plan/week.pdf")
@entry(Permission.PLAN_MEALS)
def week(call: Call, client_id: int) -> Answer:
    """Give the newest week on paper, with what stands of it: a proposal, or signed."""
    checked = weeks.checked_week(call.session, call.actor, client_id, call.now)
    name, code = weekplan.named(call.session, call.actor, client_id)
    sheet, row = week_sheet(call.translator, checked, name, code), checked.week.row
    if sheet is None or row is None:
        raise NotFound
    version = f"{row.id}, {call.say(f'plan.state.{row.state}').lower()}"
    draw = partial(week_pdf, sheet, call.translator, version=version)
    return pdf_file(draw, f"week-{sheet.days[0].day}")


@blueprint.get("/clients/<int:client_id>/plan/trays.pdf")
@entry(Permission.VIEW_MEALS, takes=TrayQuery)
def trays(call: Call, query: dict[str, Any], client_id: int) -> Answer:
    """Give a card per meal of one day out of the signed week."""
    day = query["day"] or local_day(call.now)
    found = weeks.tray_day(call.session, call.actor, client_id, day, call.now)
    who = found.client.code if query["names"] == "code" else found.client.full_name
    cards = tray_cards(found, who)
    if not cards:
        raise NotFound
    version = call.say("paper.version", version=found.plan.id)
    return pdf_file(partial(trays_pdf, cards, call.translator, version=version), f"trays-{day}")


@blueprint.get("/wards/<int:ward_id>/trays.pdf")
@entry(Permission.ORDER_GROUP, takes=WardTrayQuery)
def ward_trays(call: Call, query: dict[str, Any], ward_id: int) -> Answer:
    """Give a card per resident who eats one meal of a ward."""
    sheet = wardmeals.ward_sheet(
        call.session, call.actor, ward_id, call.now, day=query["day"], meal=query["meal"]
    )
    cards = ward_cards(call.translator, sheet, by_code=query["names"] == "code")
    if not cards:
        raise NotFound
    state = "paper.tray.ordered" if sheet.order is not None else "paper.tray.not_ordered"
    draw = partial(trays_pdf, cards, call.translator, version=call.say(state))
    return pdf_file(draw, f"trays-{sheet.day}")
