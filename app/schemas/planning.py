"""Messages about a service day and the store."""

from typing import Any

from marshmallow import post_load, validate

from app.schemas.base import Exactly, Form, OneOf, Switch, Text, Whole
from logistics import LotState
from menus import SYRINGE_ML, ForkDrip, Holding, Pressure, SpoonTilt, Zone


def _between(least: int, most: int) -> validate.Range:
    return validate.Range(min=least, max=most, error="form.range min={min} max={max}")


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


class TextureForm(Form):
    """What one texture test of a lot showed; what is left out is not known."""

    holding = OneOf(tuple(Holding), load_default=None)
    celsius = Exactly(load_default=None, validate=_between(-30, 100))
    flow_ml = Exactly(load_default=None, validate=_between(0, SYRINGE_ML))
    fork_drip = OneOf(tuple(ForkDrip), load_default=None)
    spoon_tilt = OneOf(tuple(SpoonTilt), load_default=None)
    fork_pressure = OneOf(tuple(Pressure), load_default=None)
    width_mm = Exactly(load_default=None, validate=_between(0, 200))
    length_mm = Exactly(load_default=None, validate=_between(0, 200))

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the answers as the room names them."""
        words = {
            "holding": Holding,
            "fork_drip": ForkDrip,
            "spoon_tilt": SpoonTilt,
            "fork_pressure": Pressure,
        }
        return {
            name: words[name](value) if name in words and value is not None else value
            for name, value in values.items()
        }
