"""What the OpenAPI document says beside the routes: parameters, bodies, answers, the key."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint  # type: ignore[import-untyped]  # ships no types
from marshmallow import Schema

from app.pipeline import Entry
from app.schemas import ProblemShape

__all__ = ["Blueprint", "HouseApi", "offering", "open_api", "told"]

_PROBLEM = "application/problem+json"
KEY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "Required unless dry_run: the same key with the same order is one order.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
MATCH_HEADER = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "description": 'Required: the ETag of the version you saw, such as "3".',
    "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
}


class HouseApi(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """OpenAPI without error handlers of its own: the pipeline explains every error."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to the pipeline, which also keeps `Allow` on 405."""


def open_api(app: Flask) -> HouseApi:
    """Give the OpenAPI 3.1 document of an app, to which blueprints add their routes."""
    api = HouseApi(
        app,
        spec_kwargs={
            "title": "NPCC",
            "version": "1",
            "openapi_version": "3.1.0",
            "info": {"description": "Orders, components, referrals, screening. See docs/api.md."},
            "security": [{"key": []}],
        },
    )
    scheme = {"type": "http", "scheme": "bearer", "description": "An API key, npcc_..."}
    api.spec.components.security_scheme("key", scheme)
    api.spec.components.response(
        "Problem",
        {
            "description": "What went wrong, with a stable code, as RFC 9457.",
            "content": {_PROBLEM: {"schema": ProblemShape}},
        },
    )
    return api


def told(
    name: str,
    answers: dict[int, type[Schema] | None],
    *problems: int,
    body: type[Schema] | None = None,
    query: type[Schema] | None = None,
    headers: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    """Give what the document says of a route; every route may also answer 401, 403 and 503."""
    responses: dict[str, Any] = {
        str(status): {
            "description": "The answer.",
            "content": {"application/json": {"schema": shape or {"type": "object"}}},
        }
        for status, shape in answers.items()
    }
    responses |= {str(status): "Problem" for status in sorted({401, 403, 503, *problems})}
    said: dict[str, Any] = {"operationId": name, "responses": responses}
    parameters: list[dict[str, Any]] = list(headers)
    if query is not None:
        parameters.append({"in": "query", "schema": query})
    if parameters:
        said["parameters"] = parameters
    if body is not None:
        content = {"application/json": {"schema": body}}
        said["requestBody"] = {"required": True, "content": content}
    return said


def offering(blueprint: Blueprint) -> Callable[..., Callable[[Entry], Entry]]:
    """Give the decorator that puts an entry at an address of a blueprint."""

    def offered(method: str, rule: str, **said: Any) -> Callable[[Entry], Entry]:
        """Put an entry at an address, with what the document says of it; its permission stays."""

        def around(handler: Entry) -> Entry:
            documented: Entry = blueprint.doc(**said)(handler)
            blueprint.add_url_rule(rule, view_func=documented, methods=[method])
            return documented

        return around

    return offered
