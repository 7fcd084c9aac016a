"""The web of the house on the morning before the small day, for who looks at that day."""

import pytest

from tests.app.days import NOW
from tests.clock import Clock
from wsgi import app

Clock(NOW).hang(pytest.MonkeyPatch())

__all__ = ["app"]
