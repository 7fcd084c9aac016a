"""Messages about the roads of a depot."""

import re
from itertools import pairwise
from typing import Any

from marshmallow import ValidationError, fields, post_load

from app.operations.traffic import Bands, RoadFacts
from app.schemas.base import Form, Whole

WEEKDAYS = tuple(f"day_{weekday}" for weekday in range(7))
_BAND = re.compile(r"([01]?\d|2[0-3])[:.u]([0-5]\d)\s*=?\s*(\d{1,3})\s*%?")
_SLOWEST, _FASTEST = 5, 200  # percent of the usual speed


class BandsField(fields.Field[Bands]):
    """Hours with the percentage of the usual speed from then on, as in `7:00 65, 9:00 100`."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Bands:
        words = [word.strip() for word in str(value).replace(";", ",").split(",") if word.strip()]
        found = [_BAND.fullmatch(word) for word in words]
        bands = [(60 * int(m[1]) + int(m[2]), int(m[3])) for m in found if m is not None]
        rising = all(here[0] < then[0] for here, then in pairwise(bands))
        if len(bands) != len(words) or not rising:
            raise ValidationError("admin.roads.bands")
        if not all(_SLOWEST <= percent <= _FASTEST for _, percent in bands):
            raise ValidationError("admin.roads.speed")
        return tuple((minute, 10 * percent) for minute, percent in bands)


class RoadsForm(Form):
    """Traffic of each weekday, and the longest time out of the cold store by zone."""

    day_0 = BandsField(load_default=())
    day_1 = BandsField(load_default=())
    day_2 = BandsField(load_default=())
    day_3 = BandsField(load_default=())
    day_4 = BandsField(load_default=())
    day_5 = BandsField(load_default=())
    day_6 = BandsField(load_default=())
    frozen_cold_min = Whole(least=1, most=1440, required=True)
    chilled_cold_min = Whole(least=1, most=1440, required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> RoadFacts:
        """Give the facts to the verb."""
        bands = {weekday: values.pop(name) for weekday, name in enumerate(WEEKDAYS)}
        return RoadFacts(bands=bands, **values)
