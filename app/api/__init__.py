"""JSON for systems: keys, idempotent orders, problem+json, OpenAPI."""

from flask import Blueprint, Flask


def register(app: Flask) -> tuple[Blueprint, ...]:
    """Register the API's blueprints and give them back."""
    return ()
