"""A house's own store: sign the next delivery, count what lies there, see what came of it."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.i18n import Translator
from app.operations import housestores, storeview
from app.operations.care import local_day
from app.operations.serving import reason_text
from app.operations.storeview import Delivery, Shelf, StoreView
from app.pipeline import Call, Problem, entry
from app.schemas import StoreCountForm, StoreSignForm, StoreTakeBackForm
from app.schemas.client import AMOUNT, UNKNOWN
from app.schemas.stores import LOT, USE_BY
from app.web.dishes import name_of
from logistics import OrderState
from menus import Seasoning, Variant

blueprint = Blueprint("housestore", __name__)
_LOUD = {
    "sign": "info",
    "placed": "ok",
    "closed": "danger",
    "expired": "danger",
}


@blueprint.get("/store")
@entry(Permission.ORDER_GROUP)
def overview(call: Call) -> ResponseReturnValue:
    """Show the store of the house, or let someone with several choose one."""
    sites = housestores.stores_of(call.session, call.actor)
    if len(sites) == 1:
        return redirect(url_for("housestore.show", site_id=sites[0].id), code=303)
    return render_template("wards/stores.html", sites=sites)


@blueprint.get("/store/<int:site_id>")
@entry(Permission.ORDER_GROUP)
def show(call: Call, site_id: int) -> ResponseReturnValue:
    """Show one store: what to sign first, then what to count."""
    return _page(call, site_id)


def _again(call: Call, site_id: int) -> ResponseReturnValue:
    return _page(call, site_id)


@blueprint.post("/store/<int:site_id>/count")
@entry(Permission.ORDER_GROUP, takes=StoreCountForm, back=_again)
def count(call: Call, form: dict[str, Any], site_id: int) -> ResponseReturnValue:
    """Write down what lies there."""
    housestores.count(
        call.session,
        call.actor,
        site_id,
        form["counts"],
        call.now,
        delivery=form["delivery"],
    )
    call.tell("store.done.counted", count=len(form["counts"]))
    return _back(site_id)


@blueprint.post("/store/<int:site_id>/sign")
@entry(Permission.ORDER_GROUP, takes=StoreSignForm, back=_again)
def sign(call: Call, form: dict[str, Any], site_id: int) -> ResponseReturnValue:
    """Order what a person of the house makes of the proposal."""
    order = housestores.sign(
        call.session,
        call.actor,
        form["proposal"],
        form["portions"],
        call.now,
        seen=form["seen"],
    )
    if order is None:
        call.tell("store.done.nothing", "info")
    else:
        kind = "ok" if order.state is OrderState.PLACED else "warn"
        call.tell("store.done.signed", kind, number=order.code, day=order.service_day)
    return _back(site_id)


@blueprint.post("/store/<int:site_id>/take-back")
@entry(Permission.ORDER_GROUP, takes=StoreTakeBackForm, back=_again)
def take_back(call: Call, form: dict[str, Any], site_id: int) -> ResponseReturnValue:
    """Cancel a signed order before its cut-off; it can be signed again."""
    found = housestores.take_back(call.session, call.actor, form["proposal"], call.now)
    call.tell("store.done.taken_back", "info", day=found.service_day)
    return _back(site_id)


def _back(site_id: int) -> ResponseReturnValue:
    return redirect(url_for("housestore.show", site_id=site_id), code=303)


def _page(call: Call, site_id: int) -> str:
    found = storeview.view(call.session, call.actor, site_id, call.now)
    coming = [_delivery(call, found, one) for one in found.coming]
    counted = [_shelf(call, found, one) for one in found.shelves]
    return render_template(
        "wards/store.html",
        site=found.site,
        pack=found.store.pack_portions,
        coming=coming,
        meant_for=next((one["day"] for one in coming if one["state"] == "sign"), None),
        gone=[line for one in found.shelves for line in _gone(call.translator, one)],
        counted=[one for one in counted if one["known"]],
        uncounted=[one for one in counted if not one["known"]],
        before=[_delivery(call, found, one) for one in found.before],
        errors=[(_control(one), _said(call, found, one)) for one in call.problems],
    )


def _control(problem: Problem) -> str:
    """Give the id of the control a problem is about."""
    name = problem.field.removesuffix(".value")
    if name.startswith("portions."):
        return f"f-{AMOUNT}{name.removeprefix('portions.')}"
    if name.startswith("lots."):
        return f"f-{LOT}{name.removeprefix('lots.')}"
    return f"f-{name}" if name.startswith((LOT, USE_BY)) else f"f-{AMOUNT}{name}"


def _said(call: Call, found: StoreView, problem: Problem) -> str:
    args = dict(problem.args)
    sku = str(args.get("sku") or problem.field)
    variant = found.catalogue.variants.get(
        sku.removeprefix(LOT).removeprefix(USE_BY).partition("@")[0]
    )
    if variant is None:
        return problem.text
    name = _name(call.translator, variant)
    text = reason_text(call.translator, problem.code, args | {"sku": sku}, found.catalogue)
    return text if name_of(call.translator, variant) in text else f"{name}: {text}"


def _sku(field: str) -> str:
    """Give the variant that the name of a control is about."""
    return field.removeprefix(LOT).removeprefix(USE_BY).partition("@")[0]


def _name(speak: Translator, variant: Variant) -> str:
    """Give the name of a dish with its seasoning, where that is special."""
    name = name_of(speak, variant)
    if variant.seasoning is Seasoning.STANDARD:
        return name
    return f"{name}, {speak.say(f'seasoning.{variant.seasoning}').lower()}"


def _delivery(call: Call, found: StoreView, one: Delivery) -> dict[str, Any]:
    speak, proposal = call.translator, one.proposal
    order, given = one.order, None if proposal is None else (proposal.lines, proposal.reasons)
    lines, notes = given or ((), ())
    rows = [_line(call, found, each) for each in lines]
    return {
        "day": one.day,
        "state": one.state,
        "loud": _LOUD.get(one.state, "plain"),
        "word": speak.say(f"store.state.{one.state}"),
        "closes": one.closes,
        "propose_on": one.propose_on,
        "proposal": proposal,
        "lines": [row for row in rows if row["portions"]],
        "enough": [row for row in rows if not row["portions"]],
        "notes": [_note(speak, found, each) for each in notes],
        "order": order,
        "order_state": None if order is None else speak.say(f"order.state.{order.state.value}"),
        "may_take_back": order is not None
        and order.state in (OrderState.PLACED, OrderState.HELD)
        and call.now < one.closes
        and found.may_sign,
        "may_sign": found.may_sign,
    }


def _line(call: Call, found: StoreView, given: list[Any]) -> dict[str, Any]:
    sku, _grams, portions, planned, there, reason, level, lost = given
    variant = found.catalogue.variants.get(sku)
    field = f"{AMOUNT}{sku}"
    figures = {"planned": planned, "level": level, "portions": portions, "lost": lost}
    figures["at_home"] = "?" if there is None else there
    why = [call.say(reason, **figures)]
    if lost:
        why.append(call.say("store.lost", lost=lost))
    return {
        "field": field,
        "name": sku if variant is None else _name(call.translator, variant),
        "kind": None if variant is None else variant.kind,
        "iddsi": None if variant is None else variant.iddsi,
        "portions": portions,
        "value": call.values.get(field, [portions])[-1],
        "why": " ".join(why),
        "unknown": there is None,
    }


def _note(speak: Translator, found: StoreView, given: list[Any]) -> str:
    code, args = given
    told = dict(args)
    if "day" in told:
        told["day"] = date.fromisoformat(told["day"])
    return reason_text(speak, code, told, found.catalogue)


def _gone(speak: Translator, shelf: Shelf) -> list[str]:
    return [
        speak.say(
            "store.gone_line",
            name=_name(speak, shelf.variant),
            count=lot.portions,
            day=lot.use_by,
        )
        for lot in shelf.gone
    ]


def _shelf(call: Call, found: StoreView, shelf: Shelf) -> dict[str, Any]:
    """Give the rows to count of one variant: each date that is known, and one for a new date."""
    sku, speak = shelf.variant.id, call.translator
    dated = [(row.use_by, row.portions) for row in shelf.rows if row.use_by is not None]
    return {
        "sku": sku,
        "name": _name(speak, shelf.variant),
        "kind": shelf.variant.kind,
        "iddsi": shelf.variant.iddsi,
        "sub": _known(speak, shelf),
        "known": bool(shelf.rows) and shelf.left is not None,
        "rows": [
            _row(call, f"{LOT}{sku}@{day}", "store.use_by_was", day=day, count=portions)
            for day, portions in dated
        ],
        "new": _row(call, f"{LOT}{sku}@", "store.new_date" if dated else "store.portions"),
        "date": call.values.get(f"{USE_BY}{sku}", [""])[-1],
        "date_field": f"{USE_BY}{sku}",
        "today": found.today.isoformat(),
    }


def _known(speak: Translator, shelf: Shelf) -> str | None:
    """Give when it was counted last and what must be left; None when it never was."""
    at = shelf.counted_at
    if at is None:
        return None
    if shelf.unknown:
        then = speak.say("store.nobody_knew")
    elif shelf.left is None:
        then = speak.say("store.too_long_ago")
    else:
        then = speak.say("store.left", count=shelf.left)
    return f"{speak.say('store.counted_at', day=local_day(at))}. {then}"


def _row(call: Call, field: str, label: str, **args: Any) -> dict[str, Any]:
    return {
        "field": field,
        "label": call.say(label, **args),
        "value": call.values.get(field, [""])[-1],
        "unknown": f"{field}{UNKNOWN}" in call.values,
    }
