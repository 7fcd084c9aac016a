"""Log in and out, language, password by one-time link."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from app.access import Permission, Refused
from app.i18n import best_language, translator
from app.operations import people, upkeep
from app.pipeline import Call, entry
from app.schemas import (
    AskResetForm,
    KitchenForm,
    LanguageForm,
    LoginForm,
    PasswordForm,
    ResetForm,
    ViewForm,
)
from app.web.places import places

blueprint = Blueprint("account", __name__)
LOOK = ("theme", "print_size", "keys_off")
"""How this browser shows pages; kept in its cookie, also when somebody else logs in."""


@blueprint.get("/healthz")
@entry(None)
def health(call: Call) -> ResponseReturnValue:
    """Say that the web and its database answer."""
    return {"status": "ok" if upkeep.database_answers(call.session) else "broken"}


@blueprint.get("/")
@entry(Permission.OWN_PROFILE)
def home(call: Call) -> ResponseReturnValue:
    """Lead everyone to their first place."""
    mine = places(call.actor, "/", {})
    return redirect(mine[0].href if mine else url_for("account.profile"))


@blueprint.get("/login")
@entry(None)
def login(call: Call) -> ResponseReturnValue:
    """Show the way in."""
    return _page(
        call,
        "login",
        action_url=url_for("account.log_in"),
        next_url=_inside(),
        forgot_url=url_for("account.forgot"),
    )


@blueprint.post("/login")
@entry(None, takes=LoginForm, back=login)
def log_in(call: Call, form: dict[str, str]) -> ResponseReturnValue:
    """Open a session, or say plainly that login and password do not belong together."""
    address = request.remote_addr or ""
    user = people.log_in(call.session, form["login"], form["password"], address, call.now)
    if user is None:
        call.values = {"login": [form["login"]]}
        page = _page(
            call,
            "login",
            action_url=url_for("account.log_in"),
            next_url=_inside(),
            forgot_url=url_for("account.forgot"),
            error=call.say("account.no_match"),
        )
        return page, 401
    look = {name: cookie[name] for name in LOOK if name in cookie}
    _sign_in(user.id, user.session_epoch)
    cookie.update(look)
    return redirect(_inside() or url_for("account.home"), code=303)


@blueprint.post("/logout")
@entry(Permission.OWN_PROFILE)
def log_out(call: Call) -> ResponseReturnValue:
    """End this browser's session."""
    _sign_out()
    return redirect(url_for("account.login"), code=303)


@blueprint.post("/language")
@entry(None, takes=LanguageForm)
def language(call: Call, form: dict[str, str]) -> ResponseReturnValue:
    """Remember the language, also in the profile of someone logged in."""
    _choose_language(form["language"])
    people.choose_language(call.session, call.actor, form["language"])
    return redirect(_inside() or url_for("account.home"), code=303)


@blueprint.post("/kitchen-of-mine")
@entry(Permission.OWN_PROFILE, takes=KitchenForm)
def choose_kitchen(call: Call, form: dict[str, int]) -> ResponseReturnValue:
    """Go and work in another kitchen; kept in the account."""
    people.choose_kitchen(call.session, call.actor, form["depot"])
    return redirect(url_for("account.home"), code=303)


@blueprint.get("/account")
@entry(Permission.OWN_PROFILE)
def profile(call: Call) -> ResponseReturnValue:
    """Show one's own profile."""
    settings = {
        "language": call.translator.language,
        "theme": cookie.get("theme", ""),
        "print_size": cookie.get("print_size", ""),
        "keys": not cookie.get("keys_off", False),
    }
    return _page(
        call,
        "profile",
        action_url=url_for("account.change_view"),
        password_url=url_for("account.change_password"),
        settings=settings,
    )


@blueprint.post("/account")
@entry(Permission.OWN_PROFILE, takes=ViewForm, back=profile)
def change_view(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Remember language, colours, print size and keys."""
    _choose_language(form["language"])
    people.choose_language(call.session, call.actor, form["language"])
    cookie.update(theme=form["theme"], print_size=form["print_size"], keys_off=not form["keys"])
    flash(translator(form["language"]).say("web.profile.saved"), "ok")
    return redirect(url_for("account.profile"), code=303)


@blueprint.post("/account/password")
@entry(Permission.OWN_PROFILE, takes=PasswordForm, back=profile)
def change_password(call: Call, form: dict[str, str]) -> ResponseReturnValue:
    """Change one's own password; other sessions end, this one goes on."""
    user = people.change_password(call.session, call.actor, form["current"], form["password"])
    _sign_in(user.id, user.session_epoch)
    call.tell("account.password_changed")
    return redirect(url_for("account.profile"), code=303)


@blueprint.get("/account/forgot")
@entry(None)
def forgot(call: Call) -> ResponseReturnValue:
    """Ask for a one-time link."""
    return _page(
        call,
        "forgot",
        action_url=url_for("account.ask_reset"),
        login_url=url_for("account.login"),
    )


@blueprint.post("/account/forgot")
@entry(None, takes=AskResetForm, back=forgot)
def ask_reset(call: Call, form: dict[str, str]) -> ResponseReturnValue:
    """Send a link if the login exists; the answer is the same either way."""
    address = request.remote_addr or ""
    people.ask_reset(
        call.session,
        form["login"],
        address=address,
        now=call.now,
    )
    call.tell("account.link_sent", "info")
    return redirect(url_for("account.login"), code=303)


@blueprint.get("/account/reset")
@entry(None)
def reset(call: Call) -> ResponseReturnValue:
    """Choose a new password with a one-time link; the token stands after the # of the link."""
    return _page(
        call,
        "reset",
        action_url=url_for("account.set_password"),
        login_url=url_for("account.login"),
    )


@blueprint.post("/account/reset")
@entry(None, takes=ResetForm, back=reset)
def set_password(call: Call, form: dict[str, str]) -> ResponseReturnValue:
    """Set the new password and lead to the login page."""
    if form["password"] != form["again"]:
        raise Refused(("again", "account.not_the_same", {}))
    people.reset_password(call.session, form["token"], form["password"], call.now)
    _sign_out()
    call.tell("account.password_changed")
    return redirect(url_for("account.login"), code=303)


def _page(call: Call, view: str, **parts: Any) -> str:
    """Give one of the account's pages, with what was filled in and what to mend."""
    return render_template(
        "account.html",
        view=view,
        values={name: given[-1] for name, given in call.values.items() if name == "login"},
        errors=tuple((f"f-{one.field}", one.text) for one in call.problems),
        **parts,
    )


def _inside() -> str:
    """Give where to go next, only ever inside this house."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    safe = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if safe and not parts.netloc and "\\" not in wanted else ""


def _sign_in(user_id: int, epoch: int) -> None:
    """Open a session for this user in a fresh cookie, keeping only the chosen language."""
    language = cookie.get("language")
    cookie.clear()
    cookie.update(uid=user_id, epoch=epoch, nonce=secrets.token_hex(8))
    if language:
        cookie["language"] = language
    cookie.permanent = True


def _sign_out() -> None:
    """End the session of this browser."""
    cookie.clear()


def _choose_language(language: str) -> None:
    """Remember the reader's language in this browser."""
    cookie["language"] = best_language(language)
