"""JSON for systems: keys, idempotent orders, problem+json, OpenAPI."""

from flask import Blueprint, Flask

from app.api import v1
from app.api.docs import open_api


def register(app: Flask) -> tuple[Blueprint, ...]:
    """Register the API's blueprints and give them back."""
    api = open_api(app)
    api.register_blueprint(v1.blueprint)
    app.extensions["npcc-openapi"] = api
    return (v1.blueprint,)
