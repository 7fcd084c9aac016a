"""Administration of users, keys and jobs."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.i18n import LANGUAGES
from app.operations import admin, houses, people
from app.operations.admin import WORKS_AT, ChangedUser, NewUser, Wanted
from app.pipeline import Call, entry
from app.schemas import InviteForm, JobsQuery, KeyForm, UserForm, UsersQuery
from app.web.adminparts import form_parts, pages

blueprint = Blueprint("admin", __name__)


@blueprint.get("/admin/users")
@entry(Permission.ADMINISTER, takes=UsersQuery)
def users(call: Call, wanted: Wanted) -> ResponseReturnValue:
    """Show who can log in."""
    found = admin.list_users(call.session, call.actor, wanted)
    active = {None: None, True: "1", False: "0"}[wanted.active]
    query = {"q": wanted.text or None, "role": wanted.role, "active": active}
    return render_template(
        "admin/users.html",
        found=found,
        wanted=wanted,
        roles=_roles(call),
        states=[("", call.say("admin.users.all"))]
        + [(one, call.say(f"admin.users.active.{one}")) for one in ("1", "0")],
        active=active or "",
        **pages("admin.users", wanted.first, found.total, **query),
    )


def _roles(call: Call) -> list[tuple[str, str]]:
    return [(str(role), call.say(f"role.{role}")) for role in WORKS_AT]


def _choices(call: Call) -> dict[str, Any]:
    known = houses.choices_of_houses(call.session, call.actor)
    return {
        "roles": _roles(call),
        "organisations": [(str(one.id), f"{one.name} ({one.code})") for one in known],
        "depots": houses.depot_choices(call.session, call.actor),
        "spoken": [(one, call.say(f"language.{one}")) for one in LANGUAGES],
    }


@blueprint.get("/admin/users/new")
@entry(Permission.ADMINISTER)
def new_user(call: Call) -> ResponseReturnValue:
    """Show the form that invites someone."""
    chosen = call.values.get("depots", [])
    return render_template(
        "admin/new_user.html", works_in=chosen, **_choices(call), **form_parts(call)
    )


@blueprint.post("/admin/users/new")
@entry(Permission.ADMINISTER, takes=InviteForm, back=new_user)
def invite(call: Call, new: NewUser) -> ResponseReturnValue:
    """Add a user and send a link to choose a password."""
    admin.invite(call.session, call.actor, new, call.now)
    call.tell("admin.done.invited", days=people.INVITE_LIFE.days)
    return redirect(url_for("admin.users"), code=303)


@blueprint.get("/admin/users/<int:user_id>")
@entry(Permission.ADMINISTER)
def user(call: Call, user_id: int) -> ResponseReturnValue:
    """Show one user, to be changed."""
    found = admin.find_user(call.session, call.actor, user_id)
    return render_template(
        "admin/user.html",
        user=found,
        own=found.id == call.actor.user_id,
        client_code=admin.client_code(call.session, call.actor, found),
        works_in=call.values.get("depots", []) if call.values else _works_in(call, found),
        **_choices(call),
        **form_parts(call),
    )


def _works_in(call: Call, user: admin.Account) -> list[str]:
    """Give the codes of the kitchens where somebody works."""
    return admin.kitchens_of(call.session, call.actor, user)


@blueprint.post("/admin/users/<int:user_id>")
@entry(Permission.ADMINISTER, takes=UserForm, back=user)
def change_user(call: Call, change: ChangedUser, user_id: int) -> ResponseReturnValue:
    """Change a user; losing a role or access ends their sessions."""
    found = admin.change_user(call.session, call.actor, user_id, change, call.now)
    call.tell("admin.done.changed" if found.active else "admin.done.closed")
    return redirect(url_for("admin.users"), code=303)


@blueprint.post("/admin/users/<int:user_id>/invite")
@entry(Permission.ADMINISTER)
def invite_again(call: Call, user_id: int) -> ResponseReturnValue:
    """Send a new link to choose a password."""
    admin.invite_again(call.session, call.actor, user_id, call.now)
    call.tell("admin.done.invited", days=people.INVITE_LIFE.days)
    return redirect(url_for("admin.user", user_id=user_id), code=303)


@blueprint.get("/admin/keys")
@entry(Permission.ADMINISTER)
def keys(call: Call) -> ResponseReturnValue:
    """Show the keys of hospitals' systems."""
    return _keys(call)


def _keys(call: Call, fresh: str | None = None) -> str:
    found = admin.list_keys(call.session, call.actor)
    organisations = [(str(one.id), one.name) for one in found.organisations]
    return render_template(
        "admin/keys.html",
        rows=found.rows,
        organisations=organisations,
        fresh=fresh,
        **form_parts(call),
    )


@blueprint.post("/admin/keys")
@entry(Permission.ADMINISTER, takes=KeyForm, back=keys)
def issue_key(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Make a key and show it, this once: no address leads back to it."""
    key = admin.issue_key(call.session, call.actor, form["organisation"], form["name"], call.now)
    call.session.flush()
    return _keys(call, key)


@blueprint.post("/admin/keys/<int:key_id>/revoke")
@entry(Permission.ADMINISTER)
def revoke_key(call: Call, key_id: int) -> ResponseReturnValue:
    """End a key at once."""
    people.revoke_key(call.session, call.actor, key_id, call.now)
    call.tell("admin.done.key_revoked")
    return redirect(url_for("admin.keys"), code=303)


@blueprint.get("/admin/jobs")
@entry(Permission.ADMINISTER, takes=JobsQuery)
def jobs(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """Show how the latest jobs went."""
    first = query["first"]
    rows, total = admin.latest_jobs(call.session, call.actor, first)
    return render_template(
        "admin/jobs.html",
        rows=[
            {
                "job": row,
                "kind": _known(call, f"admin.job.{row.kind}", row.kind),
                "why": _why(call, row),
            }
            for row in rows
        ],
        kinds={"done": "ok", "failed": "danger", "running": "info", "stopped": "warn"},
        **pages("admin.jobs", first, total),
    )


def _known(call: Call, code: str, otherwise: str) -> str:
    return call.say(code) if call.translator.knows(code) else otherwise


def _why(call: Call, row: admin.JobFace) -> str | None:
    if row.code is None:
        return None
    if not call.translator.knows(row.code):
        return row.code
    return call.say(row.code, **{**row.counts, "reference": row.reference or ""})
