"""Messages about care: a new client, a weighing, a screening, a prescription, a swap."""

from typing import Any

from marshmallow import ValidationError, post_load

from app.db import MAX_ID
from app.i18n import LANGUAGES
from app.operations.casefacts import Risk
from app.operations.caseload import Filter, Order, Whose, Wish
from app.operations.enrolment import Home, NewClient
from app.schemas.base import AnyDay, Exactly, Form, OneOf, Switch, Text, Whole
from logistics import SiteKind
from menus import Portion, Role


class _Page(Form):
    """From which row a list goes on."""

    first = Whole(least=0, most=1_000_000, load_default=0)
    place = OneOf(tuple(SiteKind), load_default=None)

    @post_load
    def read_place(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the kind of place as the rooms name it."""
        return values | {"kind": SiteKind(values["place"]) if values["place"] else None}


class WorklistQuery(_Page):
    """Which rows of the worklist, and what stands first; a bookmark keeps all of it."""

    view = OneOf(tuple(Filter), load_default=Filter.ALL.value)
    whose = OneOf(tuple(Whose), load_default=Whose.ALL.value)
    risk = OneOf(tuple(Risk), load_default=None)
    house = Whole(least=1, most=MAX_ID, load_default=None)
    sort = OneOf(tuple(Order), load_default=Order.RISK.value)

    @post_load
    def wish(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the rows as the worklist names them."""
        wish = Wish(
            view=Filter(values["view"]),
            kind=SiteKind(values["place"]) if values["place"] else None,
            whose=Whose(values["whose"]),
            risk=Risk(values["risk"]) if values["risk"] else None,
            house=values["house"],
            order=Order(values["sort"]),
            first=values["first"],
        )
        return values | {"wish": wish}


class ClientsQuery(_Page):
    """Which clients."""

    q = Text(load_default="")


class WeightForm(Form):
    """A weighing of today."""

    weight_kg = Exactly(required=True)
    weight_kg_sure = Switch(load_default=False)


class NewClientForm(Form):
    """A new client; a house by its number, or an own front door."""

    given_name = Text(required=True, most=80)
    family_name = Text(required=True, most=80)
    born = AnyDay(required=True)
    sex = OneOf(("F", "M"), required=True)
    language = OneOf(LANGUAGES, required=True)
    phone = Text(load_default="", most=40)
    site_id = Whole(least=1, most=10**12, load_default=None)
    street = Text(load_default="", most=120)
    postcode = Text(load_default="", most=10)
    place = Text(load_default="", most=80)
    weekday = Whole(least=0, most=5, load_default=0)
    access_note = Text(load_default="", most=200)
    consents = Switch(load_default=False)
    another = Switch(load_default=False)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> NewClient:
        """Give the person; without a house the address must be whole."""
        address = {name: values.pop(name) for name in ("street", "postcode", "place")}
        rest = {name: values.pop(name) for name in ("weekday", "access_note")}
        if values["site_id"] is not None:
            return NewClient(home=None, **values)
        missing = {name: ["form.required"] for name, text in address.items() if not text}
        if missing:
            raise ValidationError(missing)
        return NewClient(home=Home(**address, **rest), **values)


class PlanQuery(Form):
    """Which place of the week lies open, and the dish of which is asked why it is not there."""

    day = Whole(least=0, most=13, load_default=None)
    slot = Text(most=20, load_default="")
    role = OneOf(tuple(Role), load_default=None)
    dish = Text(most=80, load_default="")


class PinForm(Form):
    """A dish ("0/lunch/soup") or a meal ("0/lunch") to fix, or to let loose."""

    pin = Text(most=60, load_default="")
    loose = Text(most=60, load_default="")

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the parts of the place, and whether it is fixed."""
        given = (values["pin"] or values["loose"]).split("/")
        day, slot, role = (*given, "", "", "")[:3]
        if not day.isdecimal() or len(day) > 2 or not slot:
            raise ValidationError({"pin": ["form.choice"]})
        return {"day": int(day), "slot": slot, "role": role or None, "on": bool(values["pin"])}


class AnotherDayForm(Form):
    """One day of a week, counted from 0."""

    day = Whole(least=0, most=13, required=True)


class ReasonForm(Form):
    """Why a person decides as they do; the verb says when it is needed."""

    reason = Text(most=500, load_default="")


class GiveUpForm(ReasonForm):
    """A rule that does not hold this week, and why."""

    rule = Text(most=100, required=True)


class SwapForm(Form):
    """Another dish for one place: `choice` is variant and portion size."""

    day = Whole(least=0, most=13, required=True)
    slot = Text(most=20, required=True)
    role = OneOf(tuple(Role), required=True)
    choice = Text(most=200, required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give variant and portion apart."""
        variant, _slash, portion = values.pop("choice").rpartition("/")
        if portion not in tuple(Portion) or not variant:
            raise ValidationError({"choice": ["form.choice"]})
        return values | {"variant": variant, "portion": portion}
