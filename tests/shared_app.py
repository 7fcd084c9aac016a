"""The app and its engine for tests: built once per process, on a file of its own for each test."""

from collections.abc import Iterator, MutableSequence
from contextlib import contextmanager
from functools import cache

from flask import Flask
from sqlalchemy import Engine, event, make_url

from app.config import Settings
from app.db import make_engine
from app.factory import create_app
from app.pipeline import House

_files: list[str] = []
"""The SQLite files that are open, the newest last."""


@contextmanager
def engine_on(url: str) -> Iterator[Engine]:
    """Give the engine on an SQLite file; it keeps the statements that it compiled before."""
    _files.append(str(make_url(url).database))
    _engine().dispose()
    try:
        yield _engine()
    finally:
        _engine().dispose()
        _files.pop()


@cache
def _engine() -> Engine:
    made = make_engine("sqlite:///no-file")
    event.listen(made, "do_connect", _to_the_newest)
    return made


def _to_the_newest(_: object, __: object, arguments: MutableSequence[str], ___: object) -> None:
    arguments[0] = _files[-1]


@contextmanager
def app_on(settings: Settings, **config: object) -> Iterator[Flask]:
    """Give the whole app on an SQLite file; what a test changes of it is put back at the end."""
    app = _app()
    before = dict(app.config), dict(app.extensions)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    app.config.update(config)
    with engine_on(settings.database_url) as engine:
        app.extensions["npcc"] = House(settings=settings, engine=engine)
        yield app
    for kept, now in zip(before, (app.config, app.extensions), strict=True):
        now.clear()
        now.update(kept)


@cache
def _app() -> Flask:
    """Read templates, rules and the API document once: nothing of a test stays in them."""
    return create_app(Settings(database_url="sqlite:///no-file", secret_key="k" * 64))
