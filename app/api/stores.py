"""A house's own store for its system: what lies there, a count, the proposal a person signs."""

import csv
import io
from typing import Any

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from app.access import NotFound, Permission, Refused
from app.api.docs import Blueprint, offering, told
from app.api.v1 import add_headers, ask_for_key
from app.operations import housestores, storeview
from app.operations.serving import dish_name, reason_text
from app.operations.storeview import Delivery, Shelf, StoreView
from app.pipeline import Call, entry
from app.schemas import StoreCountBody, StoreShape, StoresShape, problems_of

blueprint = Blueprint("apistores", __name__, url_prefix="/api/v1", description="Stores of houses.")
blueprint.before_request(ask_for_key)
blueprint.after_request(add_headers)
offered = offering(blueprint)
_COLUMNS = ("variant", "use_by", "portions")
_COUNT = "/stores/<code>/count"
_CSV = {"content": {"text/csv": {"schema": {"type": "string"}}}, "required": True}


@offered("GET", "/stores", **told("list_stores", {200: StoresShape}))
@entry(Permission.ORDER_GROUP)
def list_stores(call: Call) -> ResponseReturnValue:
    """List the stores of your organisation."""
    found = housestores.stores_of(call.session, call.actor)
    return {"items": [{"site": one.code, "name": one.name} for one in found]}


@offered("GET", "/stores/<code>", **told("read_store", {200: StoreShape}, 404))
@entry(Permission.ORDER_GROUP)
def read_store(call: Call, code: str) -> ResponseReturnValue:
    """Read what lies in a store and what is proposed; a person of the house signs on the page."""
    return jsonify(_answer(call, code))


@offered(
    "PUT",
    _COUNT,
    **told("count_store", {200: StoreShape}, *(404, 409, 413, 422), body=StoreCountBody),
)
@entry(Permission.ORDER_GROUP, takes=StoreCountBody)
def count_store(call: Call, asked: dict[str, Any], code: str) -> ResponseReturnValue:
    """Write down a count: it replaces what was known of the variants it names."""
    return _counted(call, code, asked)


@offered(
    "PUT",
    f"{_COUNT}.csv",
    **told("count_store_csv", {200: StoreShape}, *(404, 409, 413, 422)) | {"requestBody": _CSV},
)
@entry(Permission.ORDER_GROUP)
def count_store_csv(call: Call, code: str) -> ResponseReturnValue:
    """Write down a count as CSV: variant, use_by, portions; no portions say that nobody knows."""
    try:
        asked: dict[str, Any] = StoreCountBody().load(_rows(request.get_data(as_text=True)))
    except ValidationError as error:
        raise Refused(*problems_of(error)) from None
    return _counted(call, code, asked)


@offered("GET", f"{_COUNT}.csv", **told("read_count_csv", {200: None}, 404))
@entry(Permission.ORDER_GROUP)
def read_count_csv(call: Call, code: str) -> ResponseReturnValue:
    """Read the count as CSV, in the shape in which it is sent."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for shelf in _view(call, code).shelves:
        for row in shelf.rows:
            rows.writerow(
                (
                    shelf.variant.id,
                    "" if row.use_by is None else row.use_by.isoformat(),
                    "" if row.portions is None else row.portions,
                )
            )
    return Response(text.getvalue(), mimetype="text/csv")


def _rows(text: str) -> dict[str, Any]:
    """Give a file of counts as the JSON body says it; raises Refused for another heading."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if tuple(rows.fieldnames or ()) != _COLUMNS:
        raise Refused(("", "store.columns", {"columns": ",".join(_COLUMNS)}))
    lots: dict[str, list[dict[str, Any]] | None] = {}
    for row in rows:
        sku, use_by, portions = ((row[name] or "").strip() for name in _COLUMNS)
        if not portions:
            lots[sku] = None
        elif portions == "0":
            lots.setdefault(sku, [])
        else:
            known = lots.setdefault(sku, [])
            if known is not None:
                known.append({"use_by": use_by, "portions": portions})
    return {"variants": [{"variant": sku, "lots": each} for sku, each in lots.items()]}


def _counted(call: Call, code: str, asked: dict[str, Any]) -> ResponseReturnValue:
    site_id = _site(call, code)
    housestores.count(
        call.session,
        call.actor,
        site_id,
        asked["counts"],
        call.now,
        delivery=asked["delivery"],
    )
    return jsonify(_answer(call, code))


def _site(call: Call, code: str) -> int:
    found = (one.id for one in housestores.stores_of(call.session, call.actor) if one.code == code)
    site_id = next(found, None)
    if site_id is None:
        raise NotFound
    return site_id


def _view(call: Call, code: str) -> StoreView:
    return storeview.view(call.session, call.actor, _site(call, code), call.now)


def _answer(call: Call, code: str) -> dict[str, Any]:
    found = _view(call, code)
    return {
        "site": found.site.code,
        "name": found.site.name,
        "meals": list(found.store.meals),
        "pack_portions": found.store.pack_portions,
        "variants": [_shelf(call, found, one) for one in found.shelves],
        "deliveries": [_delivery(call, found, one) for one in found.coming],
    }


def _shelf(call: Call, found: StoreView, shelf: Shelf) -> dict[str, Any]:
    at = shelf.counted_at
    return {
        "variant": shelf.variant.id,
        "name": dish_name(call.translator, found.catalogue, shelf.variant.id),
        "counted_at": None if at is None else at.isoformat(),
        "left": shelf.left,
        "lots": None
        if shelf.unknown or not shelf.rows
        else [
            {"use_by": row.use_by.isoformat(), "portions": row.portions}
            for row in shelf.rows
            if row.use_by is not None
        ],
    }


def _delivery(call: Call, found: StoreView, one: Delivery) -> dict[str, Any]:
    proposal = one.proposal
    return {
        "day": one.day.isoformat(),
        "sign_before": one.closes.isoformat(),
        "state": None if proposal is None else proposal.state.value,
        "signable": one.signable,
        "version": None if proposal is None else proposal.version,
        "order": None if one.order is None else one.order.code,
        "lines": [] if proposal is None else [_line(call, given) for given in proposal.lines],
        "reasons": []
        if proposal is None
        else [
            {
                "code": code,
                "details": args,
                "message": reason_text(call.translator, code, args, found.catalogue),
            }
            for code, args in proposal.reasons
        ],
    }


def _line(call: Call, given: list[Any]) -> dict[str, Any]:
    sku, grams, portions, planned, there, code, level, lost = given
    figures = {"planned": planned, "level": level, "portions": portions, "lost": lost}
    said = figures | {"at_home": "?" if there is None else there}
    return figures | {
        "variant": sku,
        "portion_g": grams,
        "in_store": there,
        "code": code,
        "message": call.say(code, **said),
    }
