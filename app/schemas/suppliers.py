"""Messages about suppliers: their terms and calendar, and how each sells an ingredient."""

from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, post_load, validate

from app.operations.suppliers import OfferFacts, TermFacts
from app.schemas.admin import CODE_SHAPE, Patterned
from app.schemas.base import Exactly, Form, Several, Text, Whole

STEPS = 3
"""Price breaks that the form has room for."""
_DAYS = [str(day) for day in range(7)]
_MONEY = validate.Range(min=0, max=100_000, error="form.range min=0 max=100000")


class SupplierForm(Form):
    """The terms of a supplier; weekdays left out are all of them."""

    name = Text(required=True)
    minimum = Exactly(load_default=Decimal(0), validate=_MONEY)
    delivery = Exactly(load_default=Decimal(0), validate=_MONEY)
    order_weekdays = Several(_DAYS, load_default=list)
    delivery_weekdays = Several(_DAYS, load_default=list)
    closed_days = Text(most=2000, load_default="")

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the facts to the verb, beside the code of a new supplier."""
        kept = {name: values.pop(name) for name in ("code",) if name in values}
        facts = TermFacts(
            name=values["name"],
            minimum_cents=_cents("minimum", values),
            delivery_cents=_cents("delivery", values),
            order_weekdays=tuple(int(day) for day in values["order_weekdays"]),
            delivery_weekdays=tuple(int(day) for day in values["delivery_weekdays"]),
            closed_days=_days(values["closed_days"]),
        )
        return kept | {"facts": facts}


class NewSupplierForm(SupplierForm):
    """A new supplier, with the code by which ingredients name it."""

    code = Patterned(CODE_SHAPE, most=60, required=True)


class OfferForm(Form):
    """How a supplier sells an ingredient."""

    pack_g = Whole(least=1, most=10_000_000, required=True)
    price = Exactly(required=True, validate=_MONEY)
    lead_days = Whole(least=0, most=60, required=True)
    min_packs = Whole(least=1, most=1_000_000, load_default=1)
    from_1 = Whole(least=2, most=1_000_000, load_default=None)
    from_2 = Whole(least=2, most=1_000_000, load_default=None)
    from_3 = Whole(least=2, most=1_000_000, load_default=None)
    price_1 = Exactly(load_default=None, validate=_MONEY)
    price_2 = Exactly(load_default=None, validate=_MONEY)
    price_3 = Exactly(load_default=None, validate=_MONEY)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> OfferFacts:
        """Give the facts to the verb; a break half said is refused."""
        breaks = []
        for number in range(1, STEPS + 1):
            packs, price = values[f"from_{number}"], values[f"price_{number}"]
            if (packs is None) != (price is None):
                lacks = "price" if price is None else "from"
                raise ValidationError({f"{lacks}_{number}": ["form.required"]})
            if packs is not None:
                breaks.append((packs, _cents(f"price_{number}", values)))
        return OfferFacts(
            pack_g=values["pack_g"],
            pack_cents=_cents("price", values),
            lead_days=values["lead_days"],
            min_packs=values["min_packs"],
            breaks=tuple(breaks),
        )


def _cents(name: str, values: dict[str, Any]) -> int:
    """Give whole cents; a fraction of one is refused."""
    cents = values[name] * 100
    if cents != int(cents):
        raise ValidationError({name: ["admin.supplier.cents"]})
    return int(cents)


def _days(text: str) -> tuple[date, ...]:
    """Give days as they are written one after the other, each once and in order."""
    try:
        return tuple(sorted({date.fromisoformat(one) for one in text.replace(",", " ").split()}))
    except ValueError:
        raise ValidationError({"closed_days": ["form.day"]}) from None
