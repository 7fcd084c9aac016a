"""All tables, imported in one place so that Alembic and the mapper see one metadata."""

from app.models import (
    care,
    choosing,
    cooking,
    diagnosis,
    following,
    meals,
    orders,
    people,
    pickups,
    planning,
    referrals,
    stock,
    stores,
    system,
)

__all__ = [
    "care",
    "choosing",
    "cooking",
    "diagnosis",
    "following",
    "meals",
    "orders",
    "people",
    "pickups",
    "planning",
    "referrals",
    "stock",
    "stores",
    "system",
]
