"""Messages between visits: closing a warning, silence, hands, what was eaten, what happened."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from app.db import MAX_ID
from app.models.following import MissedKind, Outcome
from app.operations.delegating import Handing
from app.operations.grouporders import MEALS
from app.operations.happenings import Missed
from app.operations.warnings import CLOSING
from app.schemas.base import Day, Form, Listed, OneOf, Text, Whole
from screening import CareEvent

MOST_RESIDENTS = 400
_YES_NO = {"yes": True, "no": False, "unknown": None}


class CloseForm(Form):
    """What came of a warning."""

    outcome = OneOf(tuple(CLOSING), required=True)
    note = Text(load_default="", most=1000)

    @post_load
    def read(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the outcome as the verb names it."""
        return values | {"outcome": Outcome(values["outcome"])}


class MuteForm(Form):
    """Why a sign may stay silent, and until when."""

    reason = Text(load_default="", most=1000)
    until = Day(required=True)


class HandForm(Form):
    """To which colleague."""

    to = Whole(least=1, most=MAX_ID, required=True)


class HandsForm(HandForm):
    """To whom a row goes, until when, and what they should know."""

    until = Day(required=True)
    note = Text(load_default="", most=500)

    @post_load
    def read(self, values: dict[str, Any], **_: Any) -> Handing:
        """Give the handing as the verb takes it."""
        return Handing(to_id=values["to"], until=values["until"], note=values["note"])


class IntakeQuery(Form):
    """Which day's meals; none is today."""

    day = Day(load_default=None)


class _SharesField(fields.String):
    """A meal or a resident with quarters, such as lunch:3; blank quarters note nothing."""

    default_error_messages = {"invalid": "form.choice"}  # noqa: RUF012 - marshmallow's way

    def __init__(self) -> None:
        check = validate.Regexp(r"^[a-z_0-9]{1,20}:[0-4]?$", error="form.choice")
        super().__init__(validate=check)


def _shares(values: list[str]) -> Mapping[str, int]:
    pairs = (one.split(":") for one in values)
    return {name: int(quarters) for name, quarters in pairs if quarters}


class IntakeForm(Form):
    """How many quarters of each meal of a day were eaten, and why a note changes."""

    day = Day(required=True)
    eaten = Listed(_SharesField(), most=len(MEALS), load_default=list)
    why = Text(load_default="", most=500)

    @post_load
    def read(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give quarters by meal."""
        shares = _shares(values.pop("eaten"))
        if not shares.keys() <= set(MEALS):
            raise ValidationError({"eaten": ["form.choice"]})
        return values | {"quarters": shares}


class WardIntakeQuery(Form):
    """Which meal of which day of a ward; none is today's lunch."""

    day = Day(load_default=None)
    meal = OneOf(MEALS, load_default="lunch")


class WardIntakeForm(Form):
    """How many quarters each resident of a ward ate at a meal."""

    day = Day(required=True)
    meal = OneOf(MEALS, required=True)
    eaten = Listed(_SharesField(), most=MOST_RESIDENTS, load_default=list)
    why = Text(load_default="", most=500)

    @post_load
    def read(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give quarters by resident."""
        shares = _shares(values.pop("eaten"))
        if not all(name.isdigit() for name in shares):
            raise ValidationError({"eaten": ["form.choice"]})
        return values | {"quarters": {int(name): one for name, one in shares.items()}}


class MissedForm(Form):
    """A meal that did not reach its eater."""

    day = Day(required=True)
    kind = OneOf(tuple(MissedKind), required=True)
    dish = Text(load_default="")
    alone = OneOf(tuple(_YES_NO), load_default="unknown")
    note = Text(load_default="", most=500)

    @post_load
    def read(self, values: dict[str, Any], **_: Any) -> Missed:
        """Give it as the verb takes it; unknown stays unknown."""
        return Missed(
            day=values["day"],
            kind=MissedKind(values["kind"]),
            dish=values["dish"] or None,
            alone=_YES_NO[values["alone"]],
            note=values["note"],
        )


class EventForm(Form):
    """What happened to a client, and when."""

    event = OneOf(tuple(CareEvent), required=True)
    day = Day(required=True)

    @post_load
    def read(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the event as the room names it."""
        return values | {"event": CareEvent(values["event"])}
