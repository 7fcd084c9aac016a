"""Another dish for one place of one day: what is offered, choosing it, taking it back."""

from functools import partial
from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from app.access import NotFound, Permission, Refused
from app.operations import choosing, meals
from app.operations.choosing import Offer, Place
from app.paper import cooking_pdf, menu_pdf
from app.pipeline import Answer, Call, entry
from app.schemas import ForClient, OtherForm, OtherQuery, WeekQuery, problems_of
from app.web.dishes import client_page, made_of, mark, name_of, named, option_parts
from app.web.papers import pdf_file
from app.web.words import sentence
from menus import DishOption, Portion, Role, Variant

blueprint = Blueprint("clientdish", __name__)


def _place(given: dict[str, Any]) -> Place:
    return Place(day=given["day"], slot=given["slot"], role=Role(given["role"]))


@blueprint.get("/week/other")
@entry(Permission.ORDER, takes=OtherQuery)
def show(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """Show what may be eaten instead of one dish."""
    return _page(call, named(call, query["client"]), _place(query))


def again(call: Call) -> ResponseReturnValue:
    """Show the same place with what stands in the way; Refused when the form names no place."""
    given = {name: values[-1:] for name, values in call.values.items() if values}
    try:
        known = OtherQuery().load(given, unknown="exclude")
    except ValidationError as error:
        raise Refused(*problems_of(error)) from None
    return _page(call, named(call, known["client"]), _place(known))


def _page(call: Call, client_id: int, place: Place) -> str:
    found = choosing.offer(call.session, call.actor, client_id, place, call.now)
    speak = call.translator
    return client_page(
        "other",
        o=found,
        client=mark(call, client_id),
        slot=speak.say(f"slot.{place.slot}"),
        name=name_of(speak, found.now),
        free=[_option(call, found, *one) for one in found.free],
        asking=[_option(call, found, *one) for one in found.asking],
        fields={"day": place.day.isoformat(), "slot": place.slot, "role": place.role.value},
        problems=[sentence(call, one) for one in call.problems],
    )


def _option(call: Call, found: Offer, option: DishOption, variant: Variant) -> dict[str, Any]:
    """Give a dish in words: what is in it; a price only to whoever pays it."""
    one = option.alternative
    parts = option_parts(call.translator, variant)
    parts["made_of"] = made_of(call.translator, meals.catalogue(call.session), variant)
    parts["value"] = f"{one.variant} {one.portion}"
    parts["price"] = None
    if found.pays and one.price_cents:
        code = "choice.dearer" if one.price_cents > 0 else "choice.cheaper"
        parts["price"] = call.say(code, price=call.translator.cents(abs(one.price_cents)))
    return parts


@blueprint.post("/week/other")
@entry(Permission.ORDER, takes=OtherForm, back=again)
def choose(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Eat another dish that day, or ask the dietitian for it."""
    client_id = named(call, form["client"])
    dish = form["variant"], Portion(form["portion"])
    row = choosing.choose_dish(
        call.session, call.actor, client_id, _place(form), dish, now=call.now
    )
    call.tell(f"choice.done.{row.state}", day=row.day)
    return _back(call, client_id, form["day"])


@blueprint.post("/week/other/<int:choice_id>/undo")
@entry(Permission.ORDER, takes=ForClient)
def undo(call: Call, form: dict[str, Any], choice_id: int) -> ResponseReturnValue:
    """Take a choice back: what the dietitian signed returns."""
    row = choosing.undo_choice(call.session, call.actor, choice_id, call.now)
    if row.client_id != named(call, form["client"]):
        raise NotFound
    call.tell("choice.done.undone", day=row.day)
    return _back(call, row.client_id, row.day)


@blueprint.get("/week/menu.pdf")
@entry(Permission.VIEW_MEALS, takes=WeekQuery)
def menu(call: Call, query: dict[str, Any]) -> Answer:
    """Give seven days in large print."""
    client_id = named(call, query["client"])
    found = choosing.menu_week(call.session, call.actor, client_id, call.now, first=query["day"])
    return pdf_file(partial(menu_pdf, found, call.translator), f"menu-{found.days[0][0]}")


@blueprint.get("/week/cooking.pdf")
@entry(Permission.VIEW_MEALS, takes=WeekQuery)
def cooking(call: Call, query: dict[str, Any]) -> Answer:
    """Give what to buy and cook in seven days."""
    client_id = named(call, query["client"])
    found = choosing.cooking_week(call.session, call.actor, client_id, call.now, first=query["day"])
    first = found.week.days[0][0]
    return pdf_file(partial(cooking_pdf, found, call.translator), f"cooking-{first}")


def _back(call: Call, client_id: int, day: Any) -> ResponseReturnValue:
    href = url_for("client.week", day=day, client=mark(call, client_id), _anchor="eat")
    return redirect(href, code=303)
