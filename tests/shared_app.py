"""The app for tests: built once per process, on another database for each test."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from flask import Flask

from app.config import Settings
from app.db import make_engine
from app.factory import create_app
from app.pipeline import House


@cache
def _built() -> Flask:
    """Read templates, rules and the API document once: nothing of a test stays in them."""
    return create_app(Settings(database_url="sqlite://", secret_key="k" * 64))


@contextmanager
def app_on(settings: Settings, **config: object) -> Iterator[Flask]:
    """Give the whole app on a database; what a test changes of it is put back at the end."""
    app = _built()
    before = dict(app.config), dict(app.extensions)
    engine = make_engine(settings.database_url)
    app.extensions["npcc"] = House(settings=settings, engine=engine)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    app.config.update(config)
    try:
        yield app
    finally:
        engine.dispose()
        for kept, now in zip(before, (app.config, app.extensions), strict=True):
            now.clear()
            now.update(kept)
