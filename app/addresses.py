"""What stands for something else in an address of the house: the number of a row."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, ValidationError

from app.db import MAX_ID

_MOST_DIGITS = len(str(MAX_ID))


class RowNumber(IntegerConverter):
    """A number that a row can have: a larger one is no row, so that its address is nowhere."""

    def __init__(self, routes: Map, *args: Any, **settings: Any) -> None:
        """Know the largest number, unless a route sets one of its own."""
        super().__init__(routes, *args, **{"max": MAX_ID, **settings})

    def to_python(self, value: str) -> Any:
        """Give the number; no match for more digits than a row can have."""
        if len(value) > _MOST_DIGITS:
            raise ValidationError
        return super().to_python(value)


def know_numbers(app: Flask) -> None:
    """Read every number in an address so; before the first route is made."""
    app.url_map.converters["int"] = RowNumber
