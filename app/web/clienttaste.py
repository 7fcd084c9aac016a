"""How the dishes of a day tasted, and what was learnt from it."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.i18n import Translator
from app.operations import choosing, eating
from app.operations.choosing import Tasted
from app.operations.eating import Taste
from app.pipeline import Call, entry
from app.schemas import ForgetForm, TasteForm, WeekQuery
from app.web.dishes import client_page, kept_client, mark, name_of, named, plate_of
from menus import Component, Liking

blueprint = Blueprint("clienttaste", __name__)


@blueprint.get("/week/taste")
@entry(Permission.RECORD_INTAKE, takes=WeekQuery)
def show(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """Show the dishes of a day, to say how each tasted."""
    return _page(call, named(call, query["client"]), query["day"])


def again(call: Call) -> ResponseReturnValue:
    """Show the dishes of today with what keeps a rating from being kept."""
    return _page(call, named(call, kept_client(call)), None)


def _page(call: Call, client_id: int, day: date | None) -> str:
    found = choosing.tasting(call.session, call.actor, client_id, call.now, day=day)
    client, speak = mark(call, client_id), call.translator
    return client_page(
        "taste",
        t=found,
        client=client,
        days=[
            {
                "day": one,
                "href": url_for("clienttaste.show", day=one, client=client),
                "current": one == found.day,
            }
            for one in found.days[1:]
        ],
        dishes=[_dish(speak, one) for one in found.dishes],
        words=[(one.value, speak.say(f"rating.{one}")) for one in Liking],
        tastes=[_taste(speak, *one) for one in found.tastes],
        errors=[(f"f-{one.field}", one.text) for one in call.problems],
    )


def _dish(speak: Translator, one: Tasted) -> dict[str, Any]:
    return {
        "field": f"t:{one.variant.component}",
        "name": name_of(speak, one.variant),
        "slot": speak.say(f"slot.{one.slot}"),
        "plate": plate_of(one.variant),
        "value": one.liking.value if one.liking else None,
        "word": speak.say(f"rating.{one.liking}") if one.liking else "",
        "open": one.may_mend,
    }


def _taste(speak: Translator, taste: Taste, component: Component) -> dict[str, Any]:
    days = ", ".join(speak.date(one.day) for one in taste.ratings)
    return {
        "component": component.id,
        "name": getattr(component.names, speak.language),
        "text": speak.say(f"taste.{'liked' if taste.liked else 'disliked'}", days=days),
        "liked": taste.liked,
    }


@blueprint.post("/week/taste")
@entry(Permission.RECORD_INTAKE, takes=TasteForm, back=again)
def rate(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Keep how the dishes of a day tasted."""
    client_id = named(call, form["client"])
    said = {name: Liking(word) for name, word in form["likings"].items()}
    new = choosing.rate_day(call.session, call.actor, client_id, form["day"], said, call.now)
    call.tell("rating.kept", count=len(said))
    if new:
        call.tell("rating.fewer", "info", count=len(new))
    return _back(call, client_id, form["day"])


@blueprint.post("/week/taste/forget")
@entry(Permission.RECORD_INTAKE, takes=ForgetForm, back=again)
def forget(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Let what was learnt of a dish no longer count."""
    client_id = named(call, form["client"])
    eating.forget(call.session, call.actor, client_id, form["component"], call.now)
    call.tell("taste.forgotten")
    return _back(call, client_id, None)


def _back(call: Call, client_id: int, day: date | None) -> ResponseReturnValue:
    return redirect(url_for("clienttaste.show", day=day, client=mark(call, client_id)), code=303)
