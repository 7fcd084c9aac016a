"""Messages about a service day and the store."""

from marshmallow import validate

from app.schemas.base import Form, OneOf, Switch, Text, Whole
from logistics import LotState
from menus import Zone


class AttestForm(Form):
    """A person's word; it is never ticked beforehand."""

    attest = Switch(required=True, validate=validate.Equal(comparable=True, error="form.required"))


class VanQuery(Form):
    """Which van's papers, by its letter; none asks for all."""

    van = Text(load_default="", most=4)


class BatchQuery(Form):
    """Which batch's labels; none asks for all."""

    batch = Text(load_default="", most=100)


class StockQuery(Form):
    """Which lots: their state, their zone, which page."""

    state = OneOf(("", *LotState), load_default="")
    zone = OneOf(("", *Zone), load_default="")
    page = Whole(least=1, most=10_000, load_default=1)
