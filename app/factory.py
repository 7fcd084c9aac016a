"""Wiring only: settings, engine, blueprints, templates and the door."""

import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from flask import Flask, get_flashed_messages, request, url_for
from flask import session as cookie
from flask_wtf.csrf import CSRFProtect, generate_csrf

from app import api, web
from app.access import Actor, Permission, Role
from app.addresses import know_numbers
from app.cli import register_commands
from app.config import Settings
from app.db import make_engine
from app.i18n import LANGUAGES, read_packs, translator, use_packs
from app.operations import referralviews
from app.pipeline import House, close_door, open_session, reader
from app.web.kit import PageTemplate
from app.web.places import places


def create_app(settings: Settings | None = None) -> Flask:
    """Build the app for a server or the command line."""
    settings = settings or Settings.from_env()
    use_packs(read_packs(settings.text_packs))
    _log_to_standard_error()
    app = Flask("app")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="npcc",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=4 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # a form lives as long as its session
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.extensions["npcc"] = House(settings=settings, engine=make_engine(settings.database_url))
    know_numbers(app)
    close_door(app)
    csrf = CSRFProtect(app)
    for blueprint in web.BLUEPRINTS:
        app.register_blueprint(blueprint)
    for blueprint in api.register(app):
        csrf.exempt(blueprint)  # systems carry a key, not a cookie
    app.context_processor(_page_context)
    app.jinja_env.template_class = PageTemplate
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    register_commands(app)
    return app


def _log_to_standard_error() -> None:
    """One JSON object a line; standard output belongs to what a command answers."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )


def _counts(actor: Actor) -> Mapping[str, int]:
    """Give how many things wait behind a place of the navigation."""
    session = open_session()
    if session is None or not actor.may(Permission.SEND_REFERRAL):
        return {}
    return {"/referrals": referralviews.waiting_count(session, actor)}


def _page_context() -> dict[str, Any]:
    """Give what every page needs; `call` is absent on an error page."""
    actor, language = reader()
    speak = translator(language)
    return {
        "say": speak.say,
        "fmt": speak,
        "lang": language,
        "languages": LANGUAGES,
        "actor": actor if actor.role is not Role.NOBODY else None,
        "nav": places(actor, request.path, _counts(actor)),
        "csrf_token": generate_csrf,
        "flashes": [
            {"kind": flashed[0], "text": flashed[1]}
            for flashed in get_flashed_messages(with_categories=True)
        ],
        "language_url": url_for("account.language"),
        "logout_url": url_for("account.log_out"),
        "profile_url": url_for("account.profile"),
        "kitchen_url": url_for("account.choose_kitchen"),
        "search_url": "/clients" if actor.may(Permission.SCREEN) else None,
        "theme": cookie.get("theme"),
        "print_size": cookie.get("print_size"),
        "keys_off": cookie.get("keys_off"),
        "kit_read": {},
    }
