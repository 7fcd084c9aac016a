"""What a client decides about single dishes: how they tasted, and what to eat instead."""

from app.operations.choosing.tasting import Tasted, Tasting, rate_day, tasting

__all__ = ["Tasted", "Tasting", "rate_day", "tasting"]
