"""Messages about a service day and the store."""

import re
from typing import Any

from marshmallow import fields, post_load, validate

from app.schemas.base import Exactly, Form, Listed, OneOf, Switch, Text, Whole
from logistics import DayChange, LotState
from menus import SYRINGE_ML, ForkDrip, Holding, Pressure, SpoonTilt, Zone


def _between(least: int, most: int) -> validate.Range:
    return validate.Range(min=least, max=most, error="form.range min={min} max={max}")


class ClockTime(fields.Field[int]):
    """A time of the day as people write it, 9:05 or 9.05, as minutes after midnight."""

    def __init__(self, **settings: Any) -> None:
        told: dict[str, Any] = {
            "required": "form.required",
            "null": "form.required",
            "invalid": "form.clock",
        }
        super().__init__(error_messages=told, **settings)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        found = re.fullmatch(r"\s*(\d{1,2})[:.hu](\d{2})\s*", str(value))
        hours, minutes = map(int, found.groups()) if found else (24, 0)
        if hours > 23 or minutes > 59:
            raise self.make_error("invalid")
        return 60 * hours + minutes


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


class IngredientQuery(Form):
    """Which ingredient lots: what is in their name, code or supplier, and which page."""

    q = Text(load_default="", most=100)
    page = Whole(least=1, most=10_000, load_default=1)


class StockAheadQuery(Form):
    """Which side of the store ahead, which page; a variant named here is shown by itself."""

    show = OneOf(("short", "wasting", "errors"), load_default="short")
    page = Whole(least=1, most=10_000, load_default=1)
    sku = Text(load_default="", most=200)


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


class LostVanQuery(Form):
    """Which van is lost, and from which minute of the day on."""

    van = Text(required=True, most=100)
    at_min = ClockTime(required=True)


class LostVanForm(AttestForm):
    """The same, with a person's word for the difference that was shown."""

    van = Text(required=True, most=100)
    at_min = Whole(least=0, most=1439, required=True)
    told_min = Whole(least=0, most=1439, required=True)
    mark = Text(required=True, most=40)


class WhatIfForm(Form):
    """A copy of a day under a name, and what it has otherwise."""

    name = Text(required=True, most=60)
    vehicles = Listed(Text(most=100), most=200, load_default=list)
    machines = Listed(Text(most=100), most=200, load_default=list)
    orders = Text(load_default="", most=1_000)
    lots = Text(load_default="", most=1_000)
    more = Text(load_default="", most=100)
    times = Whole(least=1, most=100, load_default=1)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the name and the change."""
        change = DayChange(
            without_vehicles=frozenset(values["vehicles"]),
            without_machines=frozenset(values["machines"]),
            without_orders=_codes(values["orders"]),
            recalled_lots=_codes(values["lots"]),
            more=((values["more"], values["times"]),) if values["more"] else (),
        )
        return {"name": values["name"], "change": change}


def _codes(text: str) -> frozenset[str]:
    """Read codes that are parted by blanks or commas."""
    return frozenset(text.replace(",", " ").split())


class AmendForm(AttestForm):
    """The difference that was read, with a person's word for it."""

    told_min = Whole(least=0, most=1439, required=True)
    others = Switch(load_default=False)
    mark = Text(required=True, most=40)


class AtQuery(Form):
    """From which minute of the day on vans may still be loaded."""

    at_min = ClockTime(required=True)


class MoveForm(AttestForm):
    """The place that was read and chosen for a stop."""

    mark = Text(required=True, most=40)


MOST_TOGETHER = 40
"""Late orders in one look: more of them keep whoever asks waiting, and the stores locked."""


class TogetherQuery(AtQuery):
    """Which late orders get a place together."""

    orders = Listed(Text(most=20), least=1, most=MOST_TOGETHER, required=True)


class TogetherForm(AttestForm):
    """The places that were read and signed for late orders."""

    at_min = Whole(least=0, most=1439, required=True)
    orders = Listed(Text(most=20), least=1, most=MOST_TOGETHER, required=True)
    mark = Text(required=True, most=40)


class LateForm(AttestForm):
    """The place that was read and chosen for a late order."""

    at_min = Whole(least=0, most=1439, required=True)
    mark = Text(required=True, most=40)
