"""Whom to care for now: the worklist, the list of clients, a new client."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.i18n import Translator
from app.operations import caseload, enrolment
from app.operations.casefacts import Known, Risk
from app.operations.caseload import PAGE, Filter, Matter, Order, Task, Whose, Wish, WorkRow
from app.operations.enrolment import NewClient
from app.pipeline import Call, entry
from app.schemas import ClientsQuery, NewClientForm, WorklistQuery
from app.web.enrolling import client_form
from app.web.warningwords import initials, reason_sentences, warning_title
from app.web.words import deadline, risk_word
from logistics import SiteKind

blueprint = Blueprint("dietitian", __name__)

_STEPS: Mapping[Matter, str] = {
    Matter.NEVER_SCREENED: "screening.new",
    Matter.SCREENING_OVERDUE: "screening.new",
    Matter.SCREENING_SOON: "screening.new",
    Matter.PRESCRIPTION_MISSING: "prescribing.draft",
    Matter.PRESCRIPTION_PROPOSED: "prescribing.draft",
    Matter.PRESCRIPTION_REVIEW: "prescribing.draft",
    Matter.REFEEDING: "prescribing.draft",
    Matter.PLAN_PROPOSED: "weekplan.show",
    Matter.PLAN_OUTDATED: "weekplan.show",
    Matter.PLAN_MISSING: "weekplan.show",
    Matter.DISH_ASKED: "wishes.show",
}
"""Where the next step of a matter is done; every other one starts at the client's page."""


@blueprint.get("/worklist")
@entry(Permission.SCREEN, takes=WorklistQuery)
def worklist(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """Show who needs attention, who first, and what to do next."""
    wish: Wish = query["wish"]
    found = caseload.worklist(call.session, call.actor, wish, call.now)
    speak = call.translator
    return render_template(
        "dietitian/worklist.html",
        found=found,
        rows=[_row(speak, row, found.today) for row in found.rows],
        filters=[_filter(speak, one, found.counts[one], wish) for one in Filter],
        wish=wish,
        address=_address(wish),
        heads={one.value: _head(wish, one) for one in Order},
        kinds=_kinds(speak),
        whose=[(str(one), speak.say(f"work.whose.{one}")) for one in Whose],
        risks=[("", speak.say("work.risk.all"))]
        + [(str(one), speak.say(f"work.risk.{one}")) for one in Risk],
        houses=caseload.houses(call.session, call.actor),
        late_url=url_for("referrals.listed"),
        **_pages("dietitian.worklist", found.first, found.total, **_address(wish)),
    )


def _address(wish: Wish, **other: Any) -> dict[str, Any]:
    """Give the parts of the address that are not as they start: what a bookmark keeps."""
    parts = {
        "view": None if wish.view is Filter.ALL else wish.view,
        "place": wish.kind,
        "whose": None if wish.whose is Whose.ALL else wish.whose,
        "risk": wish.risk,
        "house": wish.house,
        "sort": None if wish.order is Order.RISK else wish.order,
    }
    kept = {name: None if one is None else str(one) for name, one in (parts | other).items()}
    return {name: one for name, one in kept.items() if one is not None}


def _head(wish: Wish, order: Order) -> dict[str, Any]:
    rising = order is not Order.RISK
    return {
        "href": url_for(
            "dietitian.worklist",
            **_address(wish, sort=None if order is Order.RISK else order),
        ),
        "sort": ("ascending" if rising else "descending") if wish.order is order else None,
    }


def _row(speak: Translator, row: WorkRow, today: date) -> dict[str, Any]:
    task, *others = row.tasks
    return _person(speak, row.known) | {
        "title": _title(speak, task),
        "text": _text(speak, task),
        "others": [_title(speak, one) for one in others],
        "due": deadline(speak, task.due, today),
        "by": _by(speak, row.known),
        "hand": url_for("handing.show", client_id=row.known.client_id),
        "step": speak.say(f"{task.matter}.step"),
        "step_url": _step_url(row.known, task),
    }


def _step_url(known: Known, task: Task) -> str:
    if task.warning is not None:
        return url_for("warning.show", warning_id=task.warning.id)
    if task.referral is not None:
        return url_for("referrals.show", referral_id=task.referral.referral_id)
    return url_for(_STEPS.get(task.matter, "record.show"), client_id=known.client_id)


def _by(speak: Translator, known: Known) -> dict[str, str]:
    """Give whose row it is: initials for the column, and the whole of it for who asks."""
    given = known.delegated
    if given is not None:
        until = speak.say("work.by.until", name=given.to_name, day=speak.short_day(given.until))
        return {"short": initials(given.to_name), "text": until, "note": given.note}
    name = known.dietitian
    return {"short": initials(name) or "\u2014", "text": name or speak.say("work.by.nobody")}


def _title(speak: Translator, task: Task) -> str:
    if task.warning is not None:
        return warning_title(speak, task.warning.code, task.warning.facts).rstrip(".")
    return _said(speak, f"{task.matter}.title", task)


def _text(speak: Translator, task: Task) -> str:
    if task.warning is None:
        return _said(speak, f"{task.matter}.text", task)
    return " ".join(reason_sentences(speak, task.warning.code, task.warning.reasons))


def _said(speak: Translator, code: str, task: Task) -> str:
    args = dict(task.args)
    if task.referral is not None:
        args["who"] = speak.say(f"referral.party.{task.referral.party}").lower()
    if "tool" in args:
        args["tool"] = speak.say(f"tool.{args['tool']}")
        known = args["category"] is not None
        code_of = f"screening.category.{args['category']}" if known else "screening.partial"
        args["category"] = speak.say(code_of).lower()
    for name in ("on", "day", "start"):
        if name in args:
            args[name] = speak.short_day(args[name])
    return speak.say(code, **args)


def _person(speak: Translator, known: Known) -> dict[str, Any]:
    weights = known.weights
    where = known.site
    if known.kind is SiteKind.HOME:
        where = speak.say("care.at_home", place=known.place)
    return {
        "name": known.name,
        "url": url_for("record.show", client_id=known.client_id),
        "sub": f"{speak.say('care.years_short', count=known.age)} · {where}",
        "risk": known.risk,
        "risk_text": _risk_text(speak, known),
        "spark": [point.weight_kg for point in weights],
        "falling": len(weights) > 1 and weights[-1].weight_kg * 100 <= weights[0].weight_kg * 95,
        "weight": f"{speak.number(weights[-1].weight_kg, 1)}\u00a0kg" if weights else None,
    }


def _risk_text(speak: Translator, known: Known) -> str:
    if known.partial:
        return risk_word(speak, known.risk, open_answers=True)
    return speak.say(f"work.risk.{known.risk}" if known.risk else "risk.unknown")


def _filter(speak: Translator, one: Filter, count: int, wish: Wish) -> dict[str, Any]:
    view = None if one is Filter.ALL else one
    return {
        "href": url_for("dietitian.worklist", **_address(wish, view=view)),
        "text": speak.say(f"work.view.{one}"),
        "count": count,
        "current": one is wish.view,
        "risk": "high" if one is Filter.HIGH else None,
    }


def _kinds(speak: Translator) -> tuple[tuple[str, str], ...]:
    return (
        ("", speak.say("care.place.all")),
        *((str(one), speak.say(f"care.place.{one}")) for one in SiteKind),
    )


def _pages(endpoint: str, first: int, total: int, **query: Any) -> dict[str, Any]:
    """Give where a list goes on, as addresses."""
    before = url_for(endpoint, first=max(0, first - PAGE), **query) if first else None
    after = url_for(endpoint, first=first + PAGE, **query) if first + PAGE < total else None
    return {"before": before, "after": after, "last": min(first + PAGE, total)}


@blueprint.get("/clients")
@entry(Permission.VIEW_CLIENT, takes=ClientsQuery)
def clients(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """Show the clients by name, a page at a time."""
    return _clients(call, query | {"q": ""})


@blueprint.post("/clients")
@entry(Permission.VIEW_CLIENT, takes=ClientsQuery)
def find_clients(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """Show the clients whose name or code is asked for; a name never stands in an address."""
    return _clients(call, query)


def _clients(call: Call, query: dict[str, Any]) -> str:
    wanted, kind = query["q"], query["kind"]
    found = caseload.client_list(
        call.session, call.actor, now=call.now, wanted=wanted, kind=kind, first=query["first"]
    )
    speak = call.translator
    return render_template(
        "dietitian/clients.html",
        found=found,
        rows=[_person(speak, one) | _care(speak, one) for one in found.rows],
        wanted=wanted,
        kind=kind,
        kinds=_kinds(speak),
        page=PAGE,
        **_pages("dietitian.clients", found.first, found.total, place=kind),
    )


def _care(speak: Translator, known: Known) -> dict[str, Any]:
    signed, last, plan = known.signed, known.last, known.plan
    return {
        "code": known.code,
        "screened": speak.date(last.on) if last else None,
        "tool": speak.say(f"tool.{last.tool}") if last else None,
        "prescription": speak.say("care.version", version=signed.version) if signed else None,
        "plan": speak.say(f"plan.state.{plan.state}") if plan else None,
    }


@blueprint.get("/clients/new")
@entry(Permission.SCREEN)
def new_client(call: Call) -> ResponseReturnValue:
    """Show the form for a new client."""
    return client_form(call, url_for("dietitian.enrol"))


@blueprint.post("/clients/new")
@entry(Permission.SCREEN, takes=NewClientForm, back=new_client)
def enrol(call: Call, form: NewClient) -> ResponseReturnValue:
    """Add a client and go on to the first screening."""
    client = enrolment.enrol(call.session, call.actor, form, call.now)
    call.tell("client.enrolled")
    return redirect(url_for("screening.new", client_id=client.id), code=303)
