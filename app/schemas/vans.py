"""Messages about the vans."""

from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, post_load, validate

from app.models.planning import BREAKS
from app.operations.exchange.kitchenrows import MAX_CENTS_PER_HOUR
from app.operations.vans import VanFacts
from app.schemas.admin import CODE_SHAPE, TIME_SHAPE, Patterned, minutes_of
from app.schemas.base import Exactly, Form, Several, Switch, Text, Whole
from logistics import LOADING_MIN, DriverSkill

CLOCKS = ("open", "close", "latest_start", *(f"{one}_earliest" for one in BREAKS))
CLOCKS += tuple(f"{one}_latest" for one in BREAKS)
"""What is filled in as times of the day."""
_DAY_MIN = 24 * 60
_BOXES = 1000


def _euros(most: int) -> list[Any]:
    """Euros with at most two decimals, between nothing and `most`."""
    return [validate.Range(min=0, max=most, error="form.range min={min} max={max}"), _whole_cents]


def _whole_cents(euros: Decimal) -> None:
    if euros * 100 % 1:
        raise ValidationError("admin.van.cents")


class VanForm(Form):
    """A van: boxes, shift, breaks, second trips, skills and what it costs."""

    letter = Text(most=2, required=True)
    name = Text(required=True)
    frozen_boxes = Whole(least=0, most=_BOXES, required=True)
    chilled_boxes = Whole(least=0, most=_BOXES, required=True)
    ambient_boxes = Whole(least=0, most=_BOXES, required=True)
    switches = Whole(least=0, most=9, load_default=0)
    switch_boxes = Whole(least=0, most=_BOXES, load_default=0)
    open = Patterned(TIME_SHAPE, required=True)
    close = Patterned(TIME_SHAPE, required=True)
    latest_start = Patterned(TIME_SHAPE, load_default=None)
    max_minutes = Whole(least=1, most=_DAY_MIN, required=True)
    break_earliest = Patterned(TIME_SHAPE, load_default=None)
    break_latest = Patterned(TIME_SHAPE, load_default=None)
    break_minutes = Whole(least=1, most=240, load_default=None)
    break2_earliest = Patterned(TIME_SHAPE, load_default=None)
    break2_latest = Patterned(TIME_SHAPE, load_default=None)
    break2_minutes = Whole(least=1, most=240, load_default=None)
    break3_earliest = Patterned(TIME_SHAPE, load_default=None)
    break3_latest = Patterned(TIME_SHAPE, load_default=None)
    break3_minutes = Whole(least=1, most=240, load_default=None)
    reloads = Switch(load_default=False)
    loading_min = Whole(least=0, most=240, load_default=LOADING_MIN)
    skills = Several(tuple(skill.value for skill in DriverSkill), load_default=list)
    fixed = Exactly(required=True, validate=_euros(100_000))
    per_km = Exactly(required=True, validate=_euros(1_000))
    per_hour = Exactly(required=True, validate=_euros(MAX_CENTS_PER_HOUR // 100))
    active = Switch(load_default=False)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the facts to the verb, beside the code of a new van."""
        kept = {name: values.pop(name) for name in ("code",) if name in values}
        for name in CLOCKS:
            text = values.pop(name)
            values[f"{name}_min"] = None if text is None else minutes_of(text)
        skills = tuple(DriverSkill(one) for one in values.pop("skills"))
        names = (
            ("fixed", "fixed_cents"),
            ("per_km", "cents_per_km"),
            ("per_hour", "cents_per_hour"),
        )
        prices: dict[str, Any] = {cents: int(values.pop(euros) * 100) for euros, cents in names}
        return kept | {"facts": VanFacts(skills=skills, **prices, **values)}


class NewVanForm(VanForm):
    """A new van, with its code."""

    code = Patterned(CODE_SHAPE, most=60, required=True)
