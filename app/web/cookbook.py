"""The self-care cookbook: every dish somebody may have, made in three ways."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.access import NotFound, Permission
from app.access import Role as Reads
from app.operations import cookbook, meals, portal
from app.operations.components import plain
from app.pipeline import Call, entry
from app.schemas import BookQuery, DishQuery
from app.web.cooking import Serving, combined, own_recipe, ready_made
from app.web.dishes import client_page, mark, name_of, whose
from app.web.words import started
from menus import Catalogue, Role, Seasoning, Variant, choices, variant_for

blueprint = Blueprint("cookbook", __name__)

WAYS = {"own": own_recipe, "components": combined, "ready": ready_made}
COUNTS = (1, 2, 4)
"""For how many portions a recipe can be shown."""


@blueprint.get("/cookbook")
@entry(Permission.VIEW_MEALS, takes=BookQuery)
def listed(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """List the dishes this client may have, by name and by place on the tray."""
    client_id = whose(call, query["client"])
    if client_id is None:
        return client_page("choose", clients=portal.own_clients(call.session, call.actor))
    reader = cookbook.reader(call.session, call.actor, client_id, call.now)
    stock, eater = meals.catalogue(call.session), reader.eater
    found = choices(stock, eater, reader.barred) if eater else ()
    wanted = plain(query["q"])
    named = [each for each in found if wanted in plain(name_of(call.translator, each))]
    shown = [each for each in named if query["role"] in ("", each.role)]
    return client_page(
        "cookbook",
        **_frame(call, reader),
        wanted=query,
        count=len(shown),
        kinds=_pills(call, query, named),
        groups=_groups(call, shown, client_id),
        opened=bool(wanted or query["role"]),
    )


def _pills(call: Call, query: dict[str, Any], named: list[Variant]) -> list[dict[str, Any]]:
    """Give each kind of dish with how many are found of it, and first all kinds."""
    counts = Counter(each.role for each in named)
    kinds = {"": ("cookbook.every_role", len(named))} | {
        role.value: (f"role.{role}", counts[role]) for role in Role if counts[role]
    }
    return [
        {
            "href": url_for("cookbook.listed", **(query | {"role": role})),
            "text": started(call.say(code)),
            "count": count,
            "current": query["role"] == role,
        }
        for role, (code, count) in kinds.items()
    ]


def _groups(call: Call, shown: list[Variant], client_id: int) -> list[dict[str, Any]]:
    """Give the dishes by place on the tray, in the order of the tray, then by name."""
    by_role = {role: [each for each in shown if each.role is role] for role in Role}
    return [
        {
            "role": role.value,
            "name": started(call.say(f"role.{role}")),
            "dishes": [_listed(call, each, client_id) for each in _by_name(call, of_role)],
        }
        for role, of_role in by_role.items()
        if of_role
    ]


def _frame(call: Call, reader: cookbook.Reader) -> dict[str, Any]:
    """Give what every page of the book has: whose it is, and the way back."""
    cares = call.actor.role in (Reads.CLIENT, Reads.CARER)
    return {
        "client": mark(call, reader.client.id),
        "person": reader.client,
        "signed": reader.eater is not None,
        "own_pages": cares,
    }


def _by_name(call: Call, found: list[Variant]) -> list[Variant]:
    return sorted(found, key=lambda each: name_of(call.translator, each).casefold())


def _listed(call: Call, one: Variant, client_id: int) -> dict[str, Any]:
    return {
        "href": url_for("cookbook.dish", component=one.component, client=mark(call, client_id)),
        "name": name_of(call.translator, one),
        "kind": one.kind,
        "iddsi": one.iddsi,
    }


@blueprint.get("/cookbook/<component>")
@entry(Permission.VIEW_MEALS, takes=DishQuery)
def dish(call: Call, query: dict[str, Any], component: str) -> ResponseReturnValue:
    """Show one dish in one of three ways; a dish this client may not have does not exist here."""
    client_id = whose(call, query["client"])
    if client_id is None:
        return client_page("choose", clients=portal.own_clients(call.session, call.actor))
    reader = cookbook.reader(call.session, call.actor, client_id, call.now)
    stock = meals.catalogue(call.session)
    asked = Seasoning(query["seasoning"]) if query["seasoning"] else None
    if reader.eater is None:
        raise NotFound
    one = variant_for(stock, component, reader.eater, asked, recalled=reader.barred)
    if one is None:
        raise NotFound
    serving = Serving(
        eater=reader.eater,
        portion=reader.portion,
        portions=query["portions"],
        warming=reader.warming,
        barred=reader.barred,
    )
    return client_page(
        "cookdish",
        **_frame(call, reader),
        one=one,
        name=name_of(call.translator, one),
        grams=one.portions_g[reader.portion],
        way=query["way"],
        ways=_links(call, query, one, "way", {each: f"cookbook.way.{each}" for each in WAYS}),
        amounts=_links(call, query, one, "portions", dict.fromkeys(COUNTS, "cookbook.for")),
        seasonings=_links(call, query, one, "seasoning", _versions(stock, serving, one)),
        shown=WAYS[query["way"]](call.translator, stock, one, serving),
    )


def _links(
    call: Call, query: dict[str, Any], one: Variant, name: str, options: Mapping[Any, str]
) -> list[dict[str, Any]]:
    """Give one address per option of one part of the query, the rest kept."""
    now = query | {"seasoning": one.seasoning.value}
    return [
        {
            "href": url_for("cookbook.dish", component=one.component, **(now | {name: option})),
            "text": call.say(code, count=option),
            "current": now[name] == option,
        }
        for option, code in options.items()
    ]


def _versions(stock: Catalogue, serving: Serving, one: Variant) -> dict[str, str]:
    """Give the seasonings of this dish that suit, each with the code of its name."""
    found = (
        variant_for(stock, one.component, serving.eater, each, recalled=serving.barred)
        for each in Seasoning
    )
    return {each.seasoning.value: f"seasoning.{each.seasoning}" for each in found if each}
