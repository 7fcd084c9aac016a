"""Messages about plans of meals: the documents of `flask compose`."""

from marshmallow import Schema, fields, validate

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
