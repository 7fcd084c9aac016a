"""A week for a stored client, as a proposal: what the dietitian's button does, for a program."""

from datetime import timedelta
from typing import Any

from flask import Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.api.docs import Blueprint, offering, told
from app.api.v1 import add_headers
from app.operations import care, meals, weeks
from app.pipeline import Call, entry
from app.schemas.plans import PlanBody, PlanShape

blueprint = Blueprint(
    "apiclientplans", __name__, url_prefix="/api/v1", description="Weeks of clients."
)


def ask_for_key_or_token() -> Response | None:
    """Let a dietitian's login write with its form token; nobody else's page can send that."""
    bearer = request.headers.get("Authorization", "").startswith("Bearer ")
    if not bearer and current_app.config["WTF_CSRF_ENABLED"]:
        current_app.extensions["csrf"].protect()
    return None


blueprint.before_request(ask_for_key_or_token)
blueprint.after_request(add_headers)
offered = offering(blueprint)


@offered(
    "POST",
    "/clients/<int:client_id>/plans",
    **told("propose_plan", {201: PlanShape}, *(400, 404, 422), body=PlanBody),
)
@entry(Permission.PLAN_MEALS, takes=PlanBody)
def propose(call: Call, asked: dict[str, Any], client_id: int) -> ResponseReturnValue:
    """Compose days from the prescription in force: a proposal to sign, or unmet with its rules.

    It takes the place of a proposal for the same first day; what was pinned there stays.
    """
    today = care.local_day(call.now)
    start = asked["start"] or today + timedelta(days=7 - today.weekday())
    weeks.require_reach(start, asked["days"], call.now)
    plan = meals.propose_plan(
        call.session, call.actor, client_id, start=start, days=asked["days"], now=call.now
    )
    answer = jsonify(
        id=plan.id,
        client_id=plan.client_id,
        start=plan.start_day.isoformat(),
        days=plan.days,
        state=plan.state.value,
        plan=plan.result,
    )
    answer.status_code = 201
    return answer
