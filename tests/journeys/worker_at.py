"""`flask worker` as a process of its own, on a clock that starts at a given moment and runs on.

Started as `python -m tests.journeys.worker_at MOMENT`, with DATABASE_URL as the real command.
"""

import sys
from datetime import UTC, datetime, tzinfo

from app import jobs
from app.cli.serving import worker

BEGAN = datetime.now(UTC)


def main(start: datetime) -> None:
    """Hang the clock at the edge where jobs read the time, then work until told to stop."""

    class Shown(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return (start + (datetime.now(UTC) - BEGAN)).astimezone(tz or UTC)

    jobs.datetime = Shown  # type: ignore[misc]  # the clock's face, not the house's code
    worker.main(args=[])


if __name__ == "__main__":
    main(datetime.fromisoformat(sys.argv[1]))
