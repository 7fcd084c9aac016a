"""Choosing amounts for the next delivery: choose, see the price, order."""

from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import meals, portal, reorders
from app.pipeline import Call, entry
from app.schemas import AmountsForm, ChoiceQuery
from app.web.dishes import amount_parts, client_page, kept_client, mark, name_of, named, said

blueprint = Blueprint("clientchoice", __name__)


@blueprint.get("/week/order")
@entry(Permission.ORDER, takes=ChoiceQuery)
def choose(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """Show the dishes of the plan with the amounts proposed, ordered, or ordered last."""
    return _form(call, named(call, query["client"]), repeat=query["repeat"])


def _again(call: Call) -> ResponseReturnValue:
    return _form(call, named(call, kept_client(call)), repeat=False)


def _form(call: Call, client_id: int, *, repeat: bool) -> str:
    found = portal.choice(call.session, call.actor, client_id, call.now, repeat=repeat)
    stock = meals.catalogue(call.session)
    return client_page(
        "order",
        c=found,
        client=mark(call, client_id),
        lines=[_line(call, line) for line in found.lines],
        errors=[(f"f-{_field(one.field)}", said(call, one, stock)) for one in call.problems],
    )


def _line(call: Call, line: portal.Amount) -> dict[str, Any]:
    field = f"n:{line.variant.id}"
    given: Any = line.portions or ""
    if call.values:
        given = call.values.get(field, [""])[-1]
    return amount_parts(call.translator, line) | {
        "sku": line.variant.id,
        "field": field,
        "value": given,
    }


def _field(field: str) -> str:
    """Give the control of a problem; one of an order's lines shows at the top of the list."""
    parts = field.split(".")
    return f"n:{parts[1]}" if parts[0] == "portions" else "amounts"


@blueprint.post("/week/order/check")
@entry(Permission.ORDER, takes=AmountsForm, back=_again)
def check(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Show what is chosen and what it costs, before anything is ordered."""
    client_id = named(call, form["client"])
    amounts = _amounts(form)
    order = reorders.choose(
        call.session, call.actor, client_id, form["day"], amounts, call.now, dry_run=True
    )
    variants = meals.catalogue(call.session).variants
    return client_page(
        "check",
        client=mark(call, client_id),
        day=form["day"],
        lines=[
            {"field": f"n:{sku}", "portions": n, "name": name_of(call.translator, variants[sku])}
            for sku, n in amounts.items()
            if n
        ],
        total_cents=order.total_cents,
        held=order.state.value == "held",
    )


@blueprint.post("/week/order")
@entry(Permission.ORDER, takes=AmountsForm, back=_again)
def order(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Order the chosen amounts, in place of what was ordered for that day."""
    client_id = named(call, form["client"])
    placed = reorders.choose(
        call.session, call.actor, client_id, form["day"], _amounts(form), call.now
    )
    total = call.translator.cents(placed.total_cents)
    call.tell("week.done.ordered", day=placed.service_day, total=total)
    return redirect(url_for("client.week", client=mark(call, client_id)), code=303)


def _amounts(form: dict[str, Any]) -> dict[str, int]:
    return {sku: portions or 0 for sku, portions in form["portions"].items()}
