"""Version 1 for hospitals: place, list, read, change and cancel orders; the component list."""

import re
from dataclasses import replace
from typing import Any

from flask import Response, current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import PreconditionFailed, PreconditionRequired

from app.access import Permission, Refused
from app.api.answers import components_answer, order_answer, orders_answer
from app.api.docs import KEY_HEADER, MATCH_HEADER, Blueprint, offering, told
from app.operations import grouporders, meals, orders, orderviews
from app.operations.components import Filters, list_components
from app.operations.grouporders import Asked
from app.operations.orderviews import OrderView, Wanted
from app.pipeline import Call, LoginNeededError, entry
from app.schemas import (
    ComponentsQuery,
    ComponentsShape,
    OrderBody,
    OrderShape,
    OrdersQuery,
    OrdersShape,
    PlaceQuery,
    problems_of,
)

blueprint = Blueprint("api", __name__, url_prefix="/api/v1", description="Group orders.")
_ONE = "/orders/<int:order_id>"
_RETRY_SECONDS = "30"


def ask_for_key() -> None:
    """Let a cookie read, never write: these routes have no form token."""
    bearer = request.headers.get("Authorization", "").startswith("Bearer ")
    if request.method not in {"GET", "HEAD"} and not bearer:
        raise LoginNeededError


def add_headers(response: Response) -> Response:
    """Say how to get in, and when to come back."""
    if response.status_code == 401:
        response.headers.setdefault("WWW-Authenticate", 'Bearer realm="NPCC"')
    if response.status_code in {429, 503}:
        response.headers.setdefault("Retry-After", _RETRY_SECONDS)
    return response


blueprint.before_request(ask_for_key)
blueprint.after_request(add_headers)
offered = offering(blueprint)


@offered(
    "POST",
    "/orders",
    **told(
        "place_order",
        {200: OrderShape, 201: OrderShape},
        *(409, 413, 422),
        body=OrderBody,
        query=PlaceQuery,
        headers=(KEY_HEADER,),
    ),
)
@entry(Permission.ORDER_GROUP, takes=OrderBody)
def place_order(call: Call, asked: Asked) -> ResponseReturnValue:
    """Place an order under an Idempotency-Key, or try one.

    201 with the order, also when it is held; 200 for the same key again and for a trial.
    """
    query = _query(PlaceQuery())
    asked = replace(asked, late=query["late"])
    if query["dry_run"]:
        trial = orderviews.try_asked(call.session, call.actor, asked, call.now)
        return jsonify(order_answer(call.translator, meals.catalogue(call.session), trial))
    key = idempotency_key()
    order, new = grouporders.place_asked(call.session, call.actor, asked, key, call.now)
    response = _answer(call, orderviews.view(call.session, order))
    response.status_code = 201 if new else 200
    response.headers["Location"] = url_for("api.read_order", order_id=order.id)
    return response


@offered("GET", "/orders", **told("list_orders", {200: OrdersShape}, 422, query=OrdersQuery))
@entry(Permission.ORDER_GROUP, takes=OrdersQuery)
def list_orders(call: Call, wanted: Wanted) -> ResponseReturnValue:
    """List your organisation's orders, the latest service day first."""
    found = orderviews.list_orders(call.session, call.actor, wanted, call.now)
    return orders_answer(call.translator, meals.catalogue(call.session), found)


@offered("GET", _ONE, **told("read_order", {200: OrderShape}, 404))
@entry(Permission.ORDER_GROUP)
def read_order(call: Call, order_id: int) -> ResponseReturnValue:
    """Read one order; its ETag is the version a change must name."""
    return _answer(call, orderviews.read_order(call.session, call.actor, order_id, call.now))


@offered(
    "PUT",
    _ONE,
    **told(
        "change_order",
        {200: OrderShape},
        *(404, 409, 412, 413, 422, 428),
        body=OrderBody,
        headers=(MATCH_HEADER,),
    ),
)
@entry(Permission.ORDER_GROUP, takes=OrderBody)
def change_order(call: Call, asked: Asked, order_id: int) -> ResponseReturnValue:
    """Replace what an order holds, before its cut-off; site, ward, day and meal stay."""
    seen = orders.find_order(call.session, call.actor, order_id, Permission.ORDER_GROUP)
    if "If-Match" not in request.headers:
        raise PreconditionRequired
    if not request.if_match.contains(str(seen.version)):
        raise PreconditionFailed
    order = grouporders.change_asked(
        call.session, call.actor, order_id, asked, call.now, version=seen.version
    )
    return _answer(call, orderviews.view(call.session, order))


@offered("DELETE", _ONE, **told("cancel_order", {200: OrderShape}, 404, 409))
@entry(Permission.ORDER_GROUP)
def cancel_order(call: Call, order_id: int) -> ResponseReturnValue:
    """Cancel an order before its cut-off; a cancelled one stays cancelled."""
    order = orders.cancel(call.session, call.actor, order_id, call.now)
    return _answer(call, orderviews.view(call.session, order))


@offered(
    "GET",
    "/components",
    **told("list_components", {200: ComponentsShape}, 404, 422, query=ComponentsQuery),
)
@entry(Permission.VIEW_CATALOGUE, takes=ComponentsQuery)
def components(call: Call, wanted: dict[str, Any]) -> ResponseReturnValue:
    """List what can be ordered: variants with nutrients per 100 g, allergens and portions."""
    page = wanted.pop("page")
    filters = Filters(
        **wanted
        | {
            "diet": tuple(wanted["diet"]),
            "free_of": tuple(wanted["free_of"]),
            "language": wanted["language"] or call.translator.language,
        }
    )
    return components_answer(list_components(call.session, call.actor, filters, page))


@offered("GET", "/openapi.json", **told("read_openapi", {200: None}))
@entry(Permission.VIEW_CATALOGUE)
def openapi(call: Call) -> ResponseReturnValue:
    """Give this API as OpenAPI 3.1."""
    document: dict[str, Any] = current_app.extensions["npcc-openapi"].spec.to_dict()
    return document


def _answer(call: Call, order: OrderView) -> Response:
    catalogue = meals.catalogue(call.session)
    response = jsonify(order_answer(call.translator, catalogue, order))
    response.headers["ETag"] = f'"{order.version}"'
    return response


def _query(schema: Schema) -> dict[str, Any]:
    """Give the parameters of the address beside a body."""
    try:
        found: dict[str, Any] = schema.load(request.args.to_dict(flat=False))
    except ValidationError as error:
        raise Refused(*problems_of(error)) from None
    return found


def idempotency_key() -> str:
    """Give the key under which this request counts once; raises Refused without one."""
    key = request.headers.get("Idempotency-Key", "")
    if not re.fullmatch(r"[!-~]{1,200}", key):
        raise Refused(("Idempotency-Key", "order.key_needed", {}))
    return key
