"""Messages about plans of meals: the documents of `flask compose`."""

from marshmallow import Schema, fields, validate

from app.models.meals import MealPlanState
from app.schemas.base import Day, Json, Whole
from menus import MAX_DAYS

MOST_REQUESTS = 2
"""Two weeks are composed well within two seconds; a system asks again for more."""


class PlanRequestsShape(Schema):
    """The same document that `flask compose` reads; see docs/examples/compose."""

    requests = fields.List(
        fields.Dict(keys=fields.String()),
        required=True,
        validate=validate.Length(max=MOST_REQUESTS),
    )


class PlanResultsShape(Schema):
    """The same document that `flask compose` prints, results in the order of the requests."""

    catalogue_version = fields.String(required=True)
    results = fields.List(fields.Dict(keys=fields.String()), required=True)


class PlanBody(Json):
    """Which days to compose; without a start from next Monday on."""

    start = Day(load_default=None, allow_none=False)
    days = Whole(least=1, most=MAX_DAYS, load_default=7)


class PlanShape(Schema):
    """A week of a client: `plan` is one result of `flask compose`."""

    id = fields.Integer(required=True)
    client_id = fields.Integer(required=True)
    start = fields.Date(required=True)
    days = fields.Integer(required=True)
    state = fields.String(
        required=True, validate=validate.OneOf([one.value for one in MealPlanState])
    )
    plan = fields.Dict(keys=fields.String(), required=True)
