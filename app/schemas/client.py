"""Messages of a client's own pages: answers to a proposal, counts, a pause, consents."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, pre_load

from app.models.people import ConsentPurpose
from app.schemas.base import Day, Form, OneOf, Switch, Text, Whole
from logistics import OnNoAnswer
from menus import Appliance, Liking, Portion, Role, Seasoning

AMOUNT = "n:"
"""How the name of an amount begins; the variant follows, and `_unknown` for "I do not know"."""
TASTE = "t:"
"""How the name of a rating begins; the component follows."""
UNKNOWN = "_unknown"
_MOST_ID = 2**53


class ForClient(Form):
    """Whose week it is; a client's own when absent."""

    client = Whole(least=1, most=_MOST_ID, load_default=None)


class WeekQuery(ForClient):
    """Which day's meals to show."""

    day = Day(load_default=None)


class ChoiceQuery(ForClient):
    """Whether to start from the last order."""

    repeat = Switch(load_default=False)


class BookQuery(ForClient):
    """Which dishes of the cookbook to list."""

    q = Text(load_default="")
    role = OneOf(("", *Role), load_default="")


class DishQuery(ForClient):
    """Which way, how many portions and which seasoning of a dish to show."""

    way = OneOf(("own", "components", "ready"), load_default="own")
    portions = Whole(least=1, most=12, load_default=1)
    seasoning = OneOf(("", *Seasoning), load_default="")


class LogQuery(ForClient):
    """Where in the access log to start, and whether one's own visits belong."""

    first = Whole(least=0, most=10_000_000, load_default=0)
    everyone = Switch(load_default=False)


class ApplianceForm(ForClient):
    """What the client warms food up with."""

    appliance = OneOf(tuple(Appliance), required=True)


class AcceptForm(ForClient):
    """Which proposal to order."""

    proposal = Whole(least=1, most=_MOST_ID, required=True)


class DayForm(ForClient):
    """Which delivery it is about."""

    day = Day(required=True)


class PauseForm(ForClient):
    """From when until when nothing is to come; a pause always has an end."""

    first = Day(required=True)
    until = Day(required=True)


class NoAnswerForm(ForClient):
    """What happens to a proposal nobody answers."""

    choice = OneOf(tuple(OnNoAnswer), required=True)


class ConsentForm(ForClient):
    """One purpose, and whether it is agreed to."""

    purpose = OneOf(tuple(ConsentPurpose), required=True)
    given = Switch(required=True)


class CountForm(ForClient):
    """Portions per variant: a number, None for "I do not know", absent when not answered."""

    portions = fields.Dict(
        keys=fields.String(),
        values=Whole(least=0, most=99, allow_none=True),
        load_default=dict,
    )

    @pre_load
    def drop_empty(self, values: Mapping[str, Any], **rest: Any) -> dict[str, Any]:
        """Gather the amounts under one name."""
        kept = super().drop_empty(values, **rest)
        amounts = {name.removeprefix(AMOUNT): given for name, given in kept.items() if _is(name)}
        portions = {sku: given for sku, given in amounts.items() if not sku.endswith(UNKNOWN)}
        for sku in amounts:
            if sku.endswith(UNKNOWN):
                portions[sku.removesuffix(UNKNOWN)] = None
        return {name: given for name, given in kept.items() if not _is(name)} | {
            "portions": portions
        }


def _is(name: str) -> bool:
    return name.startswith(AMOUNT)


class TasteForm(ForClient):
    """How dishes of a day tasted, by component."""

    day = Day(required=True)
    likings = fields.Dict(keys=fields.String(), values=OneOf(tuple(Liking)))

    @pre_load
    def drop_empty(self, values: Mapping[str, Any], **rest: Any) -> dict[str, Any]:
        """Gather what was said under one name."""
        kept = super().drop_empty(values, **rest)
        said = {name.removeprefix(TASTE): one for name, one in kept.items() if _tasted(name)}
        return {name: one for name, one in kept.items() if not _tasted(name)} | {"likings": said}


def _tasted(name: str) -> bool:
    return name.startswith(TASTE)


class ForgetForm(ForClient):
    """Which dish's ratings no longer count."""

    component = Text(required=True)


class OtherQuery(ForClient):
    """Which dish of which day another one is wanted for."""

    day = Day(required=True)
    slot = Text(required=True)
    role = OneOf(tuple(Role), required=True)


class OtherForm(OtherQuery):
    """The dish that is wanted: a variant and a size, as "cod/5/standard M"."""

    dish = Text(required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give variant and portion apart."""
        variant, _blank, portion = values.pop("dish").rpartition(" ")
        if portion not in tuple(Portion) or not variant:
            raise ValidationError({"dish": ["form.choice"]})
        return values | {"variant": variant, "portion": portion}


class AmountsForm(CountForm):
    """Chosen portions per variant for one delivery."""

    day = Day(required=True)
