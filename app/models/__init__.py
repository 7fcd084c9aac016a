"""All tables, imported in one place so that Alembic and the mapper see one metadata."""

from app.models import (
    care,
    choosing,
    diagnosis,
    following,
    meals,
    orders,
    people,
    planning,
    referrals,
    stock,
    system,
)

__all__ = [
    "care",
    "choosing",
    "diagnosis",
    "following",
    "meals",
    "orders",
    "people",
    "planning",
    "referrals",
    "stock",
    "system",
]
