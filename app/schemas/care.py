"""Messages about care: a new client, a weighing, a screening, a prescription, a swap."""

from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, post_load

from app.db import MAX_ID
from app.i18n import LANGUAGES
from app.operations.care import ScreeningForm
from app.operations.casefacts import Risk
from app.operations.caseload import Filter, Order, Whose, Wish
from app.operations.enrolment import Home, NewClient
from app.schemas.base import Day, Exactly, Form, OneOf, Switch, Text, Whole
from logistics import SiteKind
from menus import Portion, Role
from screening import (
    Provenance,
    Tool,
)

FORMS = (Tool.MUST,)
"""Instruments that have a form; the others are scored from files and systems."""

MUST_MEASURES = ("height_cm", "weight_kg", "weight_before_kg", "ulna_cm", "muac_cm")
MUST_SOURCES = ("height_cm", "weight_kg")
_YES_NO = ("yes", "no", "unknown")


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
    born = Day(required=True)
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


class MustForm(Form):
    """The MUST form; a ticked "I do not know" outweighs a number left behind."""

    height_cm = Exactly()
    weight_kg = Exactly()
    weight_before_kg = Exactly()
    ulna_cm = Exactly()
    muac_cm = Exactly()
    height_cm_unknown = Switch(load_default=False)
    weight_kg_unknown = Switch(load_default=False)
    weight_before_kg_unknown = Switch(load_default=False)
    height_cm_sure = Switch(load_default=False)
    weight_kg_sure = Switch(load_default=False)
    weight_before_kg_sure = Switch(load_default=False)
    ulna_cm_sure = Switch(load_default=False)
    muac_cm_sure = Switch(load_default=False)
    height_cm_how = OneOf(tuple(Provenance), load_default=Provenance.MEASURED.value)
    weight_kg_how = OneOf(tuple(Provenance), load_default=Provenance.MEASURED.value)
    unintended = OneOf(_YES_NO, load_default="unknown")
    acute = OneOf(_YES_NO, load_default="unknown")

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> ScreeningForm:
        """Give the answers as the instrument names them."""
        answers: dict[str, Decimal | bool | None] = {
            name: None if values.get(f"{name}_unknown") else values.get(name)
            for name in MUST_MEASURES
        }
        unintended = _flag(values["unintended"])
        answers["loss_planned"] = None if unintended is None else not unintended
        answers["acute"] = _flag(values["acute"])
        return ScreeningForm(
            answers={name: value for name, value in answers.items() if value is not None},
            provenance={name: Provenance(values[f"{name}_how"]) for name in MUST_SOURCES},
            confirmed=frozenset(name for name in MUST_MEASURES if values[f"{name}_sure"]),
        )


def _flag(answer: str) -> bool | None:
    return {"yes": True, "no": False}.get(answer)


class MustPreview(MustForm):
    """The form while somebody types: what is no number yet is simply not answered."""

    def load(self, data: Any, **settings: Any) -> Any:
        """Read what can be read."""
        try:
            return super().load(data, **settings)
        except ValidationError as error:
            unread = set(error.messages_dict)
            return super().load({k: v for k, v in data.items() if k not in unread}, **settings)


class PlanQuery(Form):
    """Which place of the week lies open."""

    day = Whole(least=0, most=13, load_default=None)
    slot = Text(most=20, load_default="")
    role = OneOf(tuple(Role), load_default=None)


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
