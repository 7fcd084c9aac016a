"""What is to be fetched: asked by a client or the desk, noted at the door."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import pickups as verbs
from app.operations.pickups import Pending
from app.pipeline import Call, entry
from app.schemas import ForClient, WeekQuery
from app.schemas.pickups import DeskWishForm, WishForm
from app.web.adminparts import form_parts
from app.web.days import know_days
from app.web.dishes import client_page, kept_client, mark, named
from logistics import PickupThing

blueprint = Blueprint("pickups", __name__)
blueprint.record(know_days)


def _things(call: Call) -> list[tuple[str, str]]:
    return [(thing.value, call.say(f"pickup.{thing}")) for thing in PickupThing]


def _rows(call: Call, waiting: tuple[Pending, ...]) -> list[dict[str, Any]]:
    speak = call.translator
    return [
        {
            "id": each.id,
            "thing": call.say(
                each.what.act, thing=call.say(f"pickup.{each.what.thing}"), count=each.what.boxes
            ),
            "when": call.say("pickup.next")
            if each.wanted_on is None
            else call.say("pickup.from", day=speak.day(each.wanted_on)),
            "name": each.name,
            "place": each.place,
        }
        for each in waiting
    ]


@blueprint.get("/pickups")
@entry(Permission.PLAN_DAY)
def waiting(call: Call) -> ResponseReturnValue:
    """Show all that waits to be fetched, and ask for more."""
    found = verbs.pending(call.session, call.actor)
    return render_template(
        "dispatch/pickups.html", rows=_rows(call, found), things=_things(call), **form_parts(call)
    )


@blueprint.post("/pickups")
@entry(Permission.PLAN_DAY, takes=DeskWishForm, back=waiting)
def ask(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Ask that something is fetched at an address."""
    verbs.ask_at(call.session, call.actor, form["where"], form["wish"], now=call.now)
    call.tell("pickup.asked")
    return redirect(url_for("pickups.waiting"), code=303)


@blueprint.post("/pickups/<int:pickup_id>/take-back")
@entry(Permission.PLAN_DAY)
def take_back(call: Call, pickup_id: int) -> ResponseReturnValue:
    """Ask no longer."""
    verbs.take_back(call.session, call.actor, pickup_id, now=call.now)
    call.tell("pickup.taken_back", "info")
    return redirect(url_for("pickups.waiting"), code=303)


@blueprint.post("/pickups/<int:pickup_id>/fetched/<day:day>")
@entry(Permission.PUBLISH_DAY)
def fetched(call: Call, pickup_id: int, day: date) -> ResponseReturnValue:
    """Note that it was fetched."""
    verbs.note_fetched(call.session, call.actor, pickup_id, call.now)
    call.tell("pickup.fetched")
    return redirect(url_for("routes.all_vans", day=day), code=303)


@blueprint.get("/week/fetch")
@entry(Permission.ORDER, takes=WeekQuery)
def mine(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """Show a client what will be fetched at home, and ask for more."""
    return _page(call, named(call, query["client"]))


def _again(call: Call, **_: int) -> ResponseReturnValue:
    return _page(call, named(call, kept_client(call)))


def _page(call: Call, client_id: int) -> str:
    found = verbs.of_client(call.session, call.actor, client_id)
    return client_page(
        "fetch",
        client=mark(call, client_id),
        rows=_rows(call, found),
        things=_things(call),
        **form_parts(call),
    )


@blueprint.post("/week/fetch")
@entry(Permission.ORDER, takes=WishForm, back=_again)
def ask_mine(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Ask that something is fetched at home."""
    client_id = named(call, form["client"])
    verbs.ask_for_client(call.session, call.actor, client_id, form["wish"], now=call.now)
    call.tell("pickup.asked")
    return redirect(url_for("pickups.mine", client=mark(call, client_id)), code=303)


@blueprint.post("/week/fetch/<int:pickup_id>/take-back")
@entry(Permission.ORDER, takes=ForClient, back=_again)
def take_back_mine(call: Call, form: dict[str, Any], pickup_id: int) -> ResponseReturnValue:
    """Ask no longer."""
    client_id = named(call, form["client"])
    verbs.take_back(call.session, call.actor, pickup_id, now=call.now, client_id=client_id)
    call.tell("pickup.taken_back", "info")
    return redirect(url_for("pickups.mine", client=mark(call, client_id)), code=303)
