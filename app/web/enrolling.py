"""The form for a new client: empty, or filled with what a referral says."""

from collections.abc import Mapping
from datetime import date

from flask import render_template

from app.i18n import LANGUAGES
from app.operations import enrolment
from app.pipeline import Call
from app.web.words import kept, mends


def client_form(
    call: Call,
    action: str,
    starting: Mapping[str, str] | None = None,
    *,
    hidden: Mapping[str, str] | None = None,
) -> str:
    """Give the form; `starting` is what is known, `hidden` goes along with it."""
    speak, known = call.translator, starting or {}
    return render_template(
        "dietitian/new_client.html",
        call=call,
        action=action,
        hidden=hidden or {},
        kept=lambda name, otherwise="": kept(call, name, known.get(name) or otherwise),
        errors=mends(call),
        bad={one.field: one.text for one in call.problems},
        houses=[(str(one.id), one.name) for one in enrolment.houses(call.session, call.actor)],
        at_home=call.actor.is_npcc,
        languages_said=[(one, speak.say(f"language.{one}")) for one in LANGUAGES],
        weekdays=[(str(day), speak.weekday(date(2024, 1, 1 + day))) for day in range(6)],
    )
