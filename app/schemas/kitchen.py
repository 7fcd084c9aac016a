"""Messages about the kitchen: its room, machines, shifts, what failed and what moves."""

from typing import Any

from marshmallow import post_load, validate

from app.operations.exchange.kitchenrows import MAX_CHILL_WAIT_MIN, MAX_PLACES
from app.operations.kitchenruns import Breakdown
from app.operations.kitchens import MachineFacts, RoomFacts, ShiftFacts
from app.schemas.admin import CODE_SHAPE, TIME_SHAPE, Patterned, minutes_of
from app.schemas.base import Form, OneOf, Several, Switch, Text, Whole
from logistics import Pin, Skill
from menus import ALLERGEN_GROUPS, ALLERGENS, Programme, StepKind

_DAY_MIN = 24 * 60


def _clock(values: dict[str, Any], name: str) -> Any:
    """Give minutes after midnight of the service day of a time and its box `the day before`.

    None for a time that was left out, where the form allows it.
    """
    text, eve = values.pop(name), values.pop(f"{name}_eve")
    return None if text is None else minutes_of(text) - _DAY_MIN * eve


class RoomForm(Form):
    """Room in store; what is left out is not known."""

    frozen_litres = Whole(least=0, most=10_000_000, load_default=None)
    chilled_litres = Whole(least=0, most=10_000_000, load_default=None)
    chill_wait_min = Whole(least=0, most=MAX_CHILL_WAIT_MIN, load_default=None)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> RoomFacts:
        """Give the facts to the verb."""
        return RoomFacts(**values)


class MachineForm(Form):
    """A machine of the kitchen; places or free hours left out are not known."""

    name = Text(required=True)
    capacity_g = Whole(least=1, most=10_000_000, required=True)
    open = Patterned(TIME_SHAPE, required=True)
    open_eve = Switch(load_default=False)
    close = Patterned(TIME_SHAPE, required=True)
    close_eve = Switch(load_default=False)
    places = Whole(least=1, most=MAX_PLACES, load_default=None)
    dedicated = OneOf(("", "yes", "no"), load_default="")
    free_open = Patterned(TIME_SHAPE, load_default=None)
    free_open_eve = Switch(load_default=False)
    free_close = Patterned(TIME_SHAPE, load_default=None)
    free_close_eve = Switch(load_default=False)
    free_of = Several((*ALLERGEN_GROUPS, *ALLERGENS), load_default=list)
    programmes = Several(tuple(Programme), load_default=list)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> MachineFacts:
        """Give the facts to the verb; free hours only where there are any."""
        hours: dict[str, Any] = {
            f"{name}_min": _clock(values, name)
            for name in ("open", "close", "free_open", "free_close")
        }
        dedicated = {"": None, "yes": True, "no": False}[values.pop("dedicated")]
        free_of, programmes = tuple(values.pop("free_of")), tuple(values.pop("programmes"))
        if not dedicated:
            hours |= {"free_open_min": None, "free_close_min": None}
            free_of = ()
        return MachineFacts(
            dedicated=dedicated, free_of=free_of, programmes=programmes, **hours, **values
        )


class NewMachineForm(MachineForm):
    """A new machine, with its code and the kind of step that it does."""

    code = Patterned(CODE_SHAPE, most=60, required=True)
    kind = OneOf(tuple(StepKind), required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give code, kind and facts to the verb."""
        kind = StepKind(values.pop("kind"))
        return {"code": values.pop("code"), "kind": kind, "facts": super().build(values)}


class ShiftForm(Form):
    """People of one skill who work together each day."""

    code = Patterned(CODE_SHAPE, most=60, required=True)
    skill = OneOf(tuple(Skill), required=True)
    people = Whole(least=1, most=1000, required=True)
    open = Patterned(TIME_SHAPE, required=True)
    open_eve = Switch(load_default=False)
    close = Patterned(TIME_SHAPE, required=True)
    close_eve = Switch(load_default=False)
    overtime_min = Whole(least=0, most=_DAY_MIN, load_default=0)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> ShiftFacts:
        """Give the facts to the verb."""
        opens, closes = _clock(values, "open"), _clock(values, "close")
        skill = Skill(values.pop("skill"))
        return ShiftFacts(skill=skill, open_min=opens, close_min=closes, **values)


class DownForm(Form):
    """A machine that fails, from when until when."""

    machine = Text(required=True)
    start = Patterned(TIME_SHAPE, required=True)
    start_eve = Switch(load_default=False)
    until = Patterned(TIME_SHAPE, required=True)
    until_eve = Switch(load_default=False)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Breakdown:
        """Give the fact to the verb."""
        return Breakdown(
            machine=values["machine"],
            start_min=_clock(values, "start"),
            end_min=_clock(values, "until"),
        )


class MoveForm(Form):
    """Where a person puts a step of a batch."""

    step = Patterned(validate.Regexp(r"^[^:]+:[0-9]{1,2}\Z", error="form.choice"), required=True)
    to = Text(required=True)
    at = Patterned(TIME_SHAPE, required=True)
    at_eve = Switch(load_default=False)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Pin:
        """Give the wish to the verb."""
        batch, _colon, step = values["step"].partition(":")
        return Pin(
            batch=batch, step=int(step), machine=values["to"], start_min=_clock(values, "at")
        )
