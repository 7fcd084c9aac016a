"""Legal opinions on file, which alone allow a commission on a referral."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import opinions as filed
from app.operations.care import local_day
from app.pipeline import Call, entry
from app.schemas import OpinionForm
from app.web.adminparts import form_parts

blueprint = Blueprint("adminopinions", __name__)


@blueprint.get("/admin/opinions")
@entry(Permission.ADMINISTER)
def opinions(call: Call) -> ResponseReturnValue:
    """Show every opinion ever filed, newest first, and the form for another."""
    today = local_day(call.now)
    return render_template(
        "admin/opinions.html",
        rows=[
            {"opinion": one, "who": name, "holds": one.valid_until >= today}
            for one, name in filed.opinions(call.session, call.actor)
        ],
        **form_parts(call),
    )


@blueprint.post("/admin/opinions")
@entry(Permission.ADMINISTER, takes=OpinionForm, back=opinions)
def put_on_file(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Put an opinion on file under the administrator's name."""
    filed.file_opinion(call.session, call.actor, form["document"], form["valid_until"], call.now)
    call.tell("opinion.filed")
    return redirect(url_for(".opinions"), code=303)
