"""Plans for systems: compose weeks of meals from documents, without keeping anything."""

from flask import request
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.api.docs import Blueprint, offering, told
from app.api.v1 import add_headers, ask_for_key
from app.operations.composing import compose_documents
from app.pipeline import Call, entry
from app.schemas.plans import MOST_REQUESTS, PlanRequestsShape, PlanResultsShape

blueprint = Blueprint("apiplans", __name__, url_prefix="/api/v1", description="Plans of meals.")
blueprint.before_request(ask_for_key)
blueprint.after_request(add_headers)
offered = offering(blueprint)


@offered(
    "POST",
    "/plans",
    **told("compose_plans", {200: PlanResultsShape}, *(404, 413, 422), body=PlanRequestsShape),
)
@entry(Permission.VIEW_CATALOGUE)
def compose(call: Call) -> ResponseReturnValue:
    """Compose weeks without keeping or noting anything; the document of `flask compose`.

    A request that cannot be read, or met, says so in its place; the others have their plans.
    """
    return compose_documents(
        call.session,
        call.actor,
        request.get_data(),
        most=MOST_REQUESTS,
        speak=call.translator,
    )
