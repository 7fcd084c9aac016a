"""JSON for systems: keys, idempotent orders, problem+json, OpenAPI."""

from flask import Blueprint, Flask

from app.api import clientplans, plans, referrals, scoring, stores, v1
from app.api.docs import open_api


def register(app: Flask) -> tuple[Blueprint, ...]:
    """Register the API's blueprints and give them back."""
    api = open_api(app)
    blueprints = (
        v1.blueprint,
        referrals.blueprint,
        scoring.blueprint,
        plans.blueprint,
        clientplans.blueprint,
        stores.blueprint,
    )
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    app.extensions["npcc-openapi"] = api
    return blueprints
