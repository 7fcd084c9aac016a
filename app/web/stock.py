"""The store: lots by expiry, ingredients, what to buy."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.i18n import LOCAL_ZONE
from app.operations import dayboard, ingredientlots, meals, texturetests
from app.pipeline import Call, entry
from app.schemas.planning import AttestForm, IngredientQuery, StockQuery
from app.web.daywords import kilos, name_of
from app.web.words import mends
from logistics import LotState, release_refusal
from menus import LotTexture, Seasoning, Zone

blueprint = Blueprint("stock", __name__)
_PAGE = 50
_FIT = (LotTexture.FREE, LotTexture.PASSED)


@blueprint.get("/stock")
@entry(Permission.VIEW_STOCK, takes=StockQuery)
def lots(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """Show lots, first expired first; the filter stands in the address."""
    state = LotState(query["state"]) if query["state"] else None
    zone = Zone(query["zone"]) if query["zone"] else None
    page = int(query["page"])
    found = dayboard.stock(call.session, call.actor, state=state, zone=zone, page=page, size=_PAGE)
    textures = texturetests.lot_textures(
        call.session, call.actor, frozenset(one.code for one in found.lots)
    )
    first = (page - 1) * _PAGE + 1
    return render_template(
        "dispatch/stock.html",
        tabs=stock_tabs(call, "lots"),
        states=_pills(call, query, found.counts),
        zones=_zone_pills(call, query),
        rows=[_lot_row(call, lot, textures[lot.code]) for lot in found.lots],
        first=min(first, found.total),
        last=min(first + _PAGE - 1, found.total),
        total=found.total,
        before=_address(query, page=page - 1) if page > 1 else None,
        after=_address(query, page=page + 1) if page * _PAGE < found.total else None,
    )


def stock_tabs(call: Call, current: str) -> list[dict[str, Any]]:
    """Give the views of the store as tabs, the current one marked."""
    views = {
        "lots": "stock.lots",
        "ahead": "storeahead.ahead",
        "texture": "texture.waiting",
        "ingredients": "stock.ingredients",
        "buy": "buying.proposed",
    }
    return [
        {"href": url_for(view), "text": call.say(f"stock.tab.{name}"), "current": name == current}
        for name, view in views.items()
    ]


def _address(query: dict[str, Any], **changed: Any) -> str:
    """Give the address of this list with something changed; what is empty stays away."""
    wanted = {**query, "page": None, **changed}
    return url_for("stock.lots", **{name: value for name, value in wanted.items() if value})


def _pills(call: Call, query: dict[str, Any], counts: Any) -> list[dict[str, Any]]:
    every = {
        "href": _address(query, state=None),
        "text": call.say("stock.state.all"),
        "count": sum(counts.values()),
        "current": not query["state"],
    }
    return [
        every,
        *(
            {
                "href": _address(query, state=state.value),
                "text": call.say(f"stock.state.{state}"),
                "count": counts[state.value],
                "current": query["state"] == state,
            }
            for state in LotState
        ),
    ]


def _zone_pills(call: Call, query: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "href": _address(query, zone=None if query["zone"] == zone else zone.value),
            "text": call.say(f"zone.{zone}"),
            "current": query["zone"] == zone,
        }
        for zone in Zone
    ]


def _lot_row(call: Call, lot: Any, texture: LotTexture) -> dict[str, Any]:
    speak = call.translator
    variant = meals.catalogue(call.session).variants.get(lot.sku)
    may_move = call.actor.may(Permission.MOVE_STOCK)
    acts = {LotState.HOLD: "kitchen.release", LotState.RELEASED: "kitchen.hold"}
    act = acts.get(lot.state) if may_move else None
    if lot.state is LotState.HOLD and release_refusal(lot.state, texture) is not None:
        act = None
    return {
        "code": lot.code,
        "name": lot.sku if variant is None else name_of(speak, variant.names),
        "kind": None if variant is None else variant.kind.value,
        "level": None if variant is None else str(variant.iddsi),
        "seasoning": ""
        if variant is None or variant.seasoning is Seasoning.STANDARD
        else call.say(f"seasoning.{variant.seasoning}"),
        "amount": kilos(speak, lot.amount_g),
        "use_by": speak.short_day(lot.use_by),
        "left": _days_left(call, lot.use_by),
        "zone": call.say(f"zone.{lot.zone}"),
        "state": lot.state.value,
        "state_word": call.say(f"stock.state.{lot.state}"),
        "lot_url": url_for("texture.lot", code=lot.code) if variant else None,
        "texture": "" if texture in _FIT else call.say(f"texture.lot.{texture}"),
        "act_url": url_for(act, code=lot.code) if act else None,
        "act": "release" if lot.state is LotState.HOLD else "hold",
    }


def _days_left(call: Call, use_by: date) -> dict[str, str]:
    """Give how long something keeps: expired, within days, or fine."""
    days = (use_by - call.now.astimezone(LOCAL_ZONE).date()).days
    if days < 0:
        return {"kind": "above", "text": call.say("stock.expired")}
    kind = "below" if days <= dayboard.WATCH_DAYS else ""
    return {"kind": kind, "text": call.say("stock.days_left", count=days)}


@blueprint.get("/stock/ingredients")
@entry(Permission.VIEW_STOCK, takes=IngredientQuery)
def ingredients(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """Show ingredient lots, first expired first; what is looked for stands in the address."""
    text, page = query["q"], int(query["page"])
    found = dayboard.ingredient_stock(call.session, call.actor, text=text, page=page, size=_PAGE)
    first = (page - 1) * _PAGE
    at = {"q": text} if text else {}
    return render_template(
        "dispatch/ingredients.html",
        tabs=stock_tabs(call, "ingredients"),
        wanted=text,
        rows=[_ingredient_row(call, lot) for lot in found.lots],
        first=min(first + 1, found.total),
        last=min(first + _PAGE, found.total),
        total=found.total,
        before=url_for("stock.ingredients", **at, page=page - 1) if page > 1 else None,
        after=url_for("stock.ingredients", **at, page=page + 1)
        if first + _PAGE < found.total
        else None,
    )


@blueprint.get("/stock/ingredients/<code>")
@entry(Permission.VIEW_STOCK)
def ingredient(call: Call, code: str) -> ResponseReturnValue:
    """Show one lot of an ingredient and what was made of it."""
    found = ingredientlots.find(call.session, call.actor, code)
    may = call.actor.may(Permission.MOVE_STOCK)
    return render_template(
        "dispatch/ingredient.html",
        lot=_ingredient_row(call, found.lot),
        made=[_made(call, one) for one in found.made],
        may_recall=may and found.lot.state is not LotState.RECALLED,
        bad={one.field: one.text for one in call.problems},
        errors=mends(call),
    )


@blueprint.post("/stock/ingredients/<code>/recall")
@entry(Permission.MOVE_STOCK, takes=AttestForm, back=ingredient)
def recall_ingredient(call: Call, _form: dict[str, Any], code: str) -> ResponseReturnValue:
    """Take a lot of an ingredient back for good, and all that was made of it."""
    made = ingredientlots.recall(call.session, call.actor, code, call.now)
    call.tell("stock.told.ingredient_recalled", "danger", lot=code, count=len(made))
    return redirect(url_for("stock.ingredient", code=code), code=303)


def _made(call: Call, lot: Any) -> dict[str, Any]:
    speak = call.translator
    variant = meals.catalogue(call.session).variants.get(lot.sku)
    return {
        "code": lot.code,
        "name": lot.sku if variant is None else name_of(speak, variant.names),
        "url": url_for("texture.lot", code=lot.code) if variant else None,
        "made_on": speak.short_day(lot.made_on),
        "state": lot.state.value,
        "state_word": call.say(f"stock.state.{lot.state}"),
    }


def _ingredient_row(call: Call, lot: Any) -> dict[str, Any]:
    speak = call.translator
    known = meals.catalogue(call.session).ingredients.get(lot.ingredient)
    return {
        "code": lot.code,
        "url": url_for("stock.ingredient", code=lot.code),
        "name": lot.ingredient if known is None else name_of(speak, known.names),
        "supplier": lot.supplier,
        "supplier_lot": lot.supplier_lot,
        "amount": kilos(speak, lot.amount_g),
        "use_by": speak.short_day(lot.use_by),
        "left": _days_left(call, lot.use_by),
        "state": lot.state.value,
        "state_word": call.say(f"stock.state.{lot.state}"),
    }
