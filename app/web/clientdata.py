"""A client's own choices and who looked at their data."""

from itertools import groupby
from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission, Role
from app.i18n import LOCAL_ZONE, Translator
from app.operations import mydata, people, standing
from app.operations.mydata import LOG_PAGE, Look, Purpose
from app.pipeline import Call, entry
from app.schemas import ConsentForm, ForClient, LogQuery, NoAnswerForm, WeekQuery
from app.web.dishes import client_page, kept_client, mark, named
from logistics import OnNoAnswer

blueprint = Blueprint("clientdata", __name__)


@blueprint.get("/week/consents")
@entry(Permission.VIEW_MEALS, takes=WeekQuery)
def consents(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """Show what a client agreed to, who helps, and what happens without an answer."""
    return _page(call, named(call, query["client"]))


def _again(call: Call, **_: int) -> ResponseReturnValue:
    return _page(call, named(call, kept_client(call)))


def _page(call: Call, client_id: int) -> str:
    found = mydata.choices(call.session, call.actor, client_id, call.now)
    return client_page(
        "consents",
        c=found,
        client=mark(call, client_id),
        purposes=[(one, found.given.get(one)) for one in Purpose],
        answers=[(str(one), call.say(f"week.no_answer.{one}")) for one in OnNoAnswer],
        errors=[(f"f-{one.field}", one.text) for one in call.problems],
    )


def _back(call: Call, client_id: int) -> ResponseReturnValue:
    return redirect(url_for("clientdata.consents", client=mark(call, client_id)), code=303)


@blueprint.post("/week/consents")
@entry(Permission.VIEW_MEALS, takes=ConsentForm, back=_again)
def decide(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Agree to a purpose or withdraw; it takes effect at once."""
    client_id = named(call, form["client"])
    purpose, given = Purpose(form["purpose"]), form["given"]
    if purpose is Purpose.AUTOMATIC_REORDER and not given:
        standing.stop(call.session, call.actor, client_id, call.now)
    else:
        people.record_consent(
            call.session, call.actor, client_id, purpose, given=given, now=call.now
        )
    call.tell("consent.done.given" if given else "consent.done.withdrawn")
    return _back(call, client_id)


@blueprint.post("/week/no-answer")
@entry(Permission.ORDER, takes=NoAnswerForm, back=_again)
def no_answer(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Choose in advance what happens to a proposal nobody answers."""
    client_id = named(call, form["client"])
    choice = OnNoAnswer(form["choice"])
    standing.choose_if_no_answer(call.session, call.actor, client_id, choice, call.now)
    call.tell("week.done.no_answer")
    return _back(call, client_id)


@blueprint.post("/week/carers/<int:link_id>/end")
@entry(Permission.VIEW_MEALS, takes=ForClient, back=_again)
def end_carer(call: Call, form: dict[str, Any], link_id: int) -> ResponseReturnValue:
    """End a carer's access at once."""
    client_id = named(call, form["client"])
    people.end_carer_access(call.session, call.actor, client_id, link_id, call.now)
    call.tell("week.done.carer_ended")
    return _back(call, client_id)


@blueprint.get("/week/log")
@entry(Permission.VIEW_MEALS, takes=LogQuery)
def log(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """Show who looked at a client's data, in plain words."""
    client_id = named(call, query["client"])
    first, everyone = query["first"], query["everyone"]
    found = mydata.looks(
        call.session, call.actor, client_id, call.now, first=first, everyone=everyone
    )
    who = mark(call, client_id)
    pages = {
        "before": max(0, first - LOG_PAGE) if first else None,
        "after": first + LOG_PAGE if first + LOG_PAGE < found.total else None,
    }
    return client_page(
        "log",
        found=found,
        client=who,
        everyone=everyone,
        days=_days(call.translator, found.rows),
        last=min(first + LOG_PAGE, found.total),
        filters=[
            {
                "href": url_for("clientdata.log", client=who, everyone=wide or None),
                "text": call.say(f"log.filter.{'everyone' if wide else 'others'}"),
                "current": wide == everyone,
            }
            for wide in (False, True)
        ],
        **{
            name: None
            if at is None
            else url_for("clientdata.log", client=who, first=at, everyone=everyone or None)
            for name, at in pages.items()
        },
    )


def _days(speak: Translator, rows: tuple[Look, ...]) -> list[dict[str, Any]]:
    """Give the rows by day; the same act by the same person in a row is told once, with a count."""
    days = groupby(rows, key=lambda row: row.at.astimezone(LOCAL_ZONE).date())
    return [{"day": day, "rows": list(_told(speak, list(found)))} for day, found in days]


def _told(speak: Translator, rows: list[Look]) -> Any:
    same = groupby(rows, key=lambda row: (row.role, row.name, row.organisation, row.act))
    for (role, name, organisation, act), found in same:
        looks = list(found)
        code = f"access.{act}"
        yield {
            "time": speak.time(looks[-1].at),
            "name": name or (speak.say("log.machine") if role is Role.SYSTEM else organisation),
            "role": speak.say(f"role.{role}") if name else None,
            "organisation": organisation if name and role is not Role.CLIENT else None,
            "act": speak.say(code if speak.knows(code) else "access.other"),
            "times": len(looks),
        }
