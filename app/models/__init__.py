"""All tables, imported in one place so that Alembic and the mapper see one metadata."""

from app.models import (
    buying,
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
    "buying",
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
