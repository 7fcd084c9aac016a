"""Messages about orders at suppliers: what is signed, what came in, what was sent back."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, post_load, pre_load, validate

from app.schemas.base import Day, Exactly, Form, OneOf, Text, Whole
from logistics import Arrival, RefusedGoods

PACKS = "packs_"
"""How the name of a quantity begins; the ingredient follows."""
_MOST_PACKS, _MOST_G = 100_000, 100_000_000
_CELSIUS = validate.Range(min=-60, max=60, error="form.range min=-60 max=60")


class SignPurchaseForm(Form):
    """Packs by ingredient of what a plan proposes at one supplier on one day.

    A quantity left empty is asked for: nothing said is not nothing wanted.
    """

    plan = Whole(least=1, most=2**53, required=True)
    supplier = Text(required=True)
    day = Day(required=True)
    packs = fields.Dict(
        keys=fields.String(), values=Whole(least=0, most=_MOST_PACKS), load_default=dict
    )

    @pre_load
    def drop_empty(self, values: Mapping[str, Any], **rest: Any) -> dict[str, Any]:
        """Gather the quantities under one name; what was left empty is told as None."""
        kept = super().drop_empty(values, **rest)
        packs = {
            name.removeprefix(PACKS): kept.pop(name, None)
            for name in values
            if name.startswith(PACKS)
        }
        return {**kept, "packs": packs}


class _LineForm(Form):
    """About one line of an order, as it stood when the reader looked."""

    ingredient = Text(required=True)
    seen_g = Whole(least=0, most=2**53, required=True)


class ArrivalForm(_LineForm):
    """Goods of one line at the door: packs or grams, the supplier's lot, date, temperature."""

    packs = Whole(least=1, most=_MOST_PACKS, load_default=None)
    grams = Whole(least=1, most=_MOST_G, load_default=None)
    supplier_lot = Text(required=True, most=100)
    use_by = Day(required=True)
    celsius = Exactly(load_default=None, validate=_CELSIUS)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the goods to the verb, beside the line they are of."""
        named = {name: values.pop(name) for name in ("packs", "grams", "use_by", "celsius")}
        return {**values, "arrival": Arrival(**named)}


class SendBackForm(_LineForm):
    """Why what is left of a line is sent back."""

    reason = OneOf(RefusedGoods, required=True)
