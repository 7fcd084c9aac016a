"""Messages about what is to be fetched."""

from typing import Any

from marshmallow import post_load

from app.operations.pickups import Wish
from app.schemas.base import Day, OneOf, Text, Whole
from app.schemas.client import ForClient
from logistics import PickupThing


class WishForm(ForClient):
    """So many of a thing, with the next delivery or from a day on."""

    thing = OneOf(tuple(PickupThing), required=True)
    count = Whole(least=1, most=40, load_default=1)
    wanted_on = Day(load_default=None)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the wish to the verb, beside whose or where it is."""
        names = ("count", "wanted_on")
        wish = Wish(thing=PickupThing(values.pop("thing")), **{n: values.pop(n) for n in names})
        return values | {"wish": wish}


class DeskWishForm(WishForm):
    """The same, at an address: its code, or words of its name."""

    where = Text(required=True)
