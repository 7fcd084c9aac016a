"""A clock that stands still, hung where the house reads the time."""

from datetime import UTC, date, datetime, tzinfo

import pytest

from app import jobs, pipeline
from app.i18n import LOCAL_ZONE


class Clock:
    """The time of a test: it stands still until the test turns it."""

    def __init__(self, moment: datetime) -> None:
        """Stand at a moment."""
        self.moment = moment

    def turn(self, day: date, hour: int, minute: int = 0) -> None:
        """Go to a local time of a day."""
        self.moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL_ZONE)

    def hang(self, patch: pytest.MonkeyPatch) -> "Clock":
        """Let both edges where the house reads the time look at this clock."""
        for edge in (pipeline, jobs):
            patch.setattr(edge, "datetime", self._face())
        return self

    def _face(self) -> type[datetime]:
        clock = self

        class Shown(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:
                return clock.moment.astimezone(tz or UTC)

        return Shown
