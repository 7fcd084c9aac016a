"""Messages about the kitchens themselves."""

from typing import Any

from marshmallow import post_load, validate

from app.operations.depotadmin import DepotFacts
from app.operations.exchange.kitchenrows import MAX_CHILL_WAIT_MIN
from app.schemas.admin import CODE_SHAPE, Patterned
from app.schemas.base import Exactly, Form, Text, Whole

_DAY_MIN = 24 * 60


class DepotForm(Form):
    """A kitchen: address, position, how long goods may be out of the cold, room in store."""

    name = Text(required=True)
    street = Text(required=True)
    postcode = Text(most=12, required=True)
    place = Text(required=True)
    lat = Exactly(
        required=True, validate=validate.Range(min=49, max=52, error="form.range min=49 max=52")
    )
    lon = Exactly(
        required=True, validate=validate.Range(min=2, max=7, error="form.range min=2 max=7")
    )
    frozen_cold_min = Whole(least=1, most=_DAY_MIN, required=True)
    chilled_cold_min = Whole(least=1, most=_DAY_MIN, required=True)
    frozen_litres = Whole(least=0, most=10_000_000, load_default=None)
    chilled_litres = Whole(least=0, most=10_000_000, load_default=None)
    chill_wait_min = Whole(least=0, most=MAX_CHILL_WAIT_MIN, load_default=None)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the facts to the verb, beside the code of a new kitchen."""
        kept = {name: values.pop(name) for name in ("code",) if name in values}
        lat_e5, lon_e5 = (int(values.pop(name) * 100_000) for name in ("lat", "lon"))
        return kept | {"facts": DepotFacts(lat_e5=lat_e5, lon_e5=lon_e5, **values)}


class NewDepotForm(DepotForm):
    """A new kitchen, with its code."""

    code = Patterned(CODE_SHAPE, most=60, required=True)
