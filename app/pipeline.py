"""Around every request: identify, authorise, parse, act, commit once, answer or explain."""

import functools
import inspect
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import structlog
from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from marshmallow import Schema, ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from app.access import (
    HEALTH,
    NOBODY,
    Actor,
    Conflict,
    Forbidden,
    NotFound,
    Permission,
    Refused,
    Role,
    require,
)
from app.config import Settings
from app.db import read_only
from app.i18n import Translator, best_language, translator
from app.operations import people
from app.schemas import problems_of


@dataclass(frozen=True, slots=True)
class Later:
    """An answer that is made once the transaction has ended: nobody waits while it is drawn."""

    make: Callable[[], Response]


Answer = ResponseReturnValue | Later
Handler = Callable[..., Answer]
Entry = Callable[..., ResponseReturnValue]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the running app stands on."""

    settings: Settings
    engine: Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing the reader can mend: where, the code, and its finished sentence."""

    field: str
    code: str
    text: str
    args: Mapping[str, object]


@dataclass(slots=True, kw_only=True)
class Call:
    """One request on its way through the house.

    `values` and `problems` are filled when a form comes back to be mended.
    """

    session: Session
    actor: Actor
    now: datetime
    translator: Translator
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def say(self, code: str, **args: object) -> str:
        """Give a sentence in the reader's language."""
        return self.translator.say(code, **args)

    def tell(self, code: str, kind: str = "ok", **args: object) -> None:
        """Show a message on the next page; kinds are ok, info, warn and danger."""
        flash(self.say(code, **args), kind)

    def problem_at(self, name: str) -> Problem | None:
        """Give the first problem of a field."""
        return next((one for one in self.problems if one.field == name), None)


class LoginNeededError(Exception):
    """Nobody is logged in; the answer leads to the login page, or is 401 for a system."""


def house() -> House:
    """Give what the running app stands on."""
    found: House = current_app.extensions["npcc"]
    return found


def reader() -> tuple[Actor, str]:
    """Give who reads the page being drawn, and in which language."""
    actor = g.get("actor", NOBODY)
    return actor, _language(actor)


def open_session() -> Session | None:
    """Give the session of the page being drawn; None on an error page, whose work was undone."""
    call: Call | None = g.get("call")
    return call.session if call is not None and call.session.in_transaction() else None


def entry(
    permission: Permission | None,
    *,
    takes: type[Schema] | None = None,
    back: Entry | None = None,
) -> Callable[[Handler], Entry]:
    """Make a handler an entry: it runs for an actor with the permission, in one transaction.

    None as permission opens it to everybody (login, reset, health). `takes` is the schema of
    its message; the parsed value is the handler's second argument. `back` shows a form again
    with what was filled in and the problems beside the fields, when the message or the verb
    is refused. A GET that shows no health data reads only.
    """

    def around(handler: Handler) -> Entry:
        @functools.wraps(handler)
        def act(**path: Any) -> ResponseReturnValue:
            writes = request.method not in {"GET", "HEAD"} or permission in HEALTH
            try:
                with _session(writes=writes) as session, session.begin():
                    call = _call(session, permission)
                    message = () if takes is None else (_parsed(takes()),)
                    answer = handler(call, *message, **path)
                return answer.make() if isinstance(answer, Later) else make_response(answer)
            except Refused as refused:
                if back is None:
                    raise
                return _show_again(permission, back, path, refused)

        act.permission = permission  # type: ignore[attr-defined]  # the door checks it is there
        return act

    return around


def _session(*, writes: bool) -> Session:
    engine = house().engine if writes else read_only(house().engine)
    return Session(engine, expire_on_commit=False)


def _call(session: Session, permission: Permission | None) -> Call:
    now = datetime.now(UTC)
    actor = g.actor = _identify(session, now)
    if permission is not None:
        if actor.role is Role.NOBODY:
            raise LoginNeededError
        require(actor, permission)
    speak = translator(_language(actor))
    call: Call = Call(session=session, actor=actor, now=now, translator=speak)
    g.call = call
    return call


def _identify(session: Session, now: datetime) -> Actor:
    """Give who is asking: a browser by its cookie, a system by its API key."""
    key = request.headers.get("Authorization", "")
    if key.startswith("Bearer "):
        return people.actor_of_key(session, key.removeprefix("Bearer ").strip()) or NOBODY
    uid, epoch = cookie.get("uid"), cookie.get("epoch")
    if not isinstance(uid, int) or not isinstance(epoch, int):
        return NOBODY
    return people.actor_of_session(session, uid, epoch, now) or NOBODY


def _language(actor: Actor) -> str:
    """Give the reader's language: chosen in this browser, else the profile, else the browser."""
    chosen = cookie.get("language")
    if isinstance(chosen, str):
        return best_language(chosen)
    if actor.user_id is not None:
        return best_language(actor.language)
    return best_language(request.headers.get("Accept-Language"))


def _parsed(schema: Schema) -> Any:
    """Give the message of the request; raises Refused with every problem at once."""
    if request.method in {"GET", "HEAD"}:
        given: Any = request.args.to_dict(flat=False)
    elif request.is_json:
        given = request.get_json(silent=True)
        if not isinstance(given, Mapping):
            raise Refused(("", "form.object", {}))
    else:
        given = request.form.to_dict(flat=False)
    try:
        return schema.load(given)
    except ValidationError as error:
        raise Refused(*problems_of(error)) from None


def _show_again(
    permission: Permission | None, back: Entry, path: Mapping[str, Any], refused: Refused
) -> Response:
    """Show the form with its values and problems, in a transaction of its own."""
    with _session(writes=permission in HEALTH) as session, session.begin():
        call = _call(session, permission)
        call.values = request.form.to_dict(flat=False)
        call.problems = _said(refused, call.translator)
        return make_response(inspect.unwrap(back)(call, **path), 422)


def _said(refused: Refused, speak: Translator) -> tuple[Problem, ...]:
    return tuple(
        Problem(field=where, code=code, text=speak.say(code, **args), args=args)
        for where, code, args in refused.problems
    )


def close_door(app: Flask) -> None:
    """Let nothing through that is not an entry, and explain every error in one place."""
    app.before_request(_refuse_unmarked)
    app.after_request(_guard)
    for kind in (
        LoginNeededError,
        Forbidden,
        NotFound,
        Conflict,
        Refused,
        CSRFError,
        HTTPException,
        IntegrityError,
        OperationalError,
        Exception,
    ):
        app.register_error_handler(kind, _explain)


def _refuse_unmarked() -> None:
    handler = current_app.view_functions.get(request.endpoint or "")
    if handler is not None and request.endpoint != "static" and not hasattr(handler, "permission"):
        raise Forbidden(request.endpoint)


def _guard(response: Response) -> Response:
    """Add the headers that keep a page to itself."""
    wanted = {
        "Content-Security-Policy": (
            "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
    if house().settings.secure_cookies:
        wanted["Strict-Transport-Security"] = "max-age=31536000"
    for name, value in wanted.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


_STATUS: tuple[tuple[type[Exception], int, str], ...] = (
    (LoginNeededError, 401, "problem.login"),
    (Forbidden, 403, "problem.forbidden"),
    (NotFound, 404, "problem.not_found"),
    (Conflict, 409, "problem.conflict"),
    (Refused, 422, "problem.refused"),
    (CSRFError, 400, "problem.form_expired"),
    (IntegrityError, 409, "problem.conflict"),
    (OperationalError, 503, "problem.busy"),
)
_HTTP_CODES = {
    400: "problem.not_understood",
    404: "problem.not_found",
    405: "problem.method",
    412: "order.someone_was_first",
    413: "problem.too_large",
    415: "problem.not_understood",
    422: "problem.refused",
    428: "problem.if_match_needed",
    429: "problem.too_many",
}


def _explain(error: Exception) -> ResponseReturnValue:
    """Answer an error: a page for people, problem+json for systems, both in their language."""
    if isinstance(error, HTTPException) and (error.code or 500) < 400:
        return error
    status, code = _classify(error)
    wants_page = not request.path.startswith("/api/")
    if status == 401 and wants_page and request.method == "GET":
        return redirect(url_for("account.login", next=_way_back()))
    reference = ""
    if status == 500:
        reference = secrets.token_hex(4)
        # The kind of error and its place, never its text: that may hold what was filled in.
        log.error("broken", reference=reference, kind=type(error).__name__, at=_place(error))
    speak = translator(reader()[1])
    problems = _said(error, speak) if isinstance(error, Refused) else ()
    details: Mapping[str, object] = {"reference": reference} if reference else {}
    if isinstance(error, Conflict):
        code, details = error.code, error.args_for_text
    text = speak.say(code, **details)
    if wants_page and _ended(status, error):
        back = url_for("account.login", next=_came_from())
        return render_template("problem.html", status=401, code=code, back_url=back), status
    response = (
        make_response(
            render_template(
                "problem.html",
                status=status,
                code=code,
                text=text,
                points=list(dict.fromkeys(one.text for one in problems)),
                back_url=_came_from(),
            ),
            status,
        )
        if wants_page
        else _problem_json(status, code, text, problems=problems, details=details)
    )
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After"}:
                response.headers[name] = value
    return response


def _ended(status: int, error: Exception) -> bool:
    """Whether a form arrives after its session: the proof of the form went with it."""
    return status == 401 or (isinstance(error, CSRFError) and "uid" not in cookie)


def _came_from() -> str:
    """Give the page of ours that held the form or link, without its query; else the first page.

    A page that cannot be given never leads to itself.
    """
    told = urlsplit(request.referrer or "")
    path = unquote(told.path)
    itself = request.method == "GET" and path == request.path
    if told.netloc != request.host or itself or not _shown_at(path):
        return "/"
    return told.path


def _shown_at(path: str) -> bool:
    """Whether an address of ours shows a page: some only take a form."""
    try:
        return bool(current_app.url_map.bind(request.host).match(path, method="GET"))
    except HTTPException:
        return False


def _way_back() -> str:
    """Give where the reader was, without what they searched for: that may be a name."""
    asked = [(name, one) for name, one in request.args.items(multi=True) if name != "q"]
    return f"{request.path}?{urlencode(asked)}" if asked else request.path


def _classify(error: Exception) -> tuple[int, str]:
    for kind, status, code in _STATUS:
        if isinstance(error, kind):
            return status, code
    if isinstance(error, HTTPException):
        status = error.code or 500
        return status, _HTTP_CODES.get(status, "problem.not_understood")
    return 500, "problem.broken"


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else ""


def _problem_json(
    status: int,
    code: str,
    text: str,
    *,
    problems: tuple[Problem, ...],
    details: Mapping[str, object],
) -> Response:
    """Give the error as RFC 9457 problem+json with stable codes."""
    body: dict[str, Any] = {
        "type": f"urn:npcc:{code}",
        "title": text,
        "status": status,
        "code": code,
        "details": _plain(details),
    }
    if problems:
        body["errors"] = [
            {
                "field": one.field,
                "code": one.code,
                "message": one.text,
                "details": _plain(one.args),
            }
            for one in problems
        ]
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def _plain(details: Mapping[str, object]) -> dict[str, object]:
    """Give what a sentence is about as JSON can carry it, days and times in ISO 8601."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in details.items()
    }
