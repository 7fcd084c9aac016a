"""Messages of the ward screen."""

from typing import Any

from marshmallow import fields, post_load, validate

from app.operations.grouporders import MEALS
from app.schemas.base import Day, Form, Listed, OneOf, Switch, Whole
from menus import Portion

MOST_RESIDENTS = 400


class WardsQuery(Form):
    """Which day to show; none is the first still open."""

    day = Day(load_default=None)


class MealQuery(Form):
    """Which meal of which day to show; none is the first still open."""

    day = Day(load_default=None)
    meal = OneOf(MEALS, load_default=None)


class TrayQuery(Form):
    """Whose cards of which day: with names, or with pseudonyms; no day is today."""

    day = Day(load_default=None)
    names = OneOf(("name", "code"), load_default="name")


class WardTrayQuery(MealQuery):
    """Cards of a ward's meal: with names, or with pseudonyms."""

    names = OneOf(("name", "code"), load_default="name")


class MealForm(Form):
    """The meal that an act is about."""

    day = Day(required=True)
    meal = OneOf(MEALS, required=True)


class _SizeOf(fields.String):
    """A resident's number with a size, such as 12:M."""

    default_error_messages = {"invalid": "form.choice"}  # noqa: RUF012 - marshmallow's way

    def __init__(self) -> None:
        sizes = "".join(Portion)
        super().__init__(validate=validate.Regexp(rf"^\d{{1,12}}:[{sizes}]$", error="form.choice"))


class WardOrderForm(MealForm):
    """Who is ticked, with which portion, and the version of the order that was shown."""

    eats = Listed(Whole(least=1, most=10**12), most=MOST_RESIDENTS, load_default=list)
    portion = Listed(_SizeOf(), most=MOST_RESIDENTS, load_default=list)
    seen = Whole(least=0, most=10**9, required=True)
    late = Switch(load_default=False)

    @post_load
    def pair(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give each resident's portion by number."""
        pairs = (one.split(":") for one in values.pop("portion"))
        portions = {int(number): Portion(size) for number, size in pairs}
        return values | {"portions": portions, "eats": frozenset(values["eats"])}
