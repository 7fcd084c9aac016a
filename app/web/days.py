"""A calendar day as part of an address: /day/2026-11-24; anything else is not found."""

from datetime import date

from flask.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter, ValidationError

from app.schemas import EARLIEST, LATEST


class DayConverter(BaseConverter):
    """Reads and writes a day as ISO 8601."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Give the day; no match when the calendar has no such day, or none so far away."""
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValidationError from None
        if not EARLIEST <= day <= LATEST:
            raise ValidationError
        return day

    def to_url(self, value: date | str) -> str:
        """Give the day as it stands in an address."""
        return value if isinstance(value, str) else value.isoformat()


def know_days(state: BlueprintSetupState) -> None:
    """Teach the app to read days; a blueprint records this before its routes."""
    state.app.url_map.converters.setdefault("day", DayConverter)
