"""Messages about a house's own store: what was counted there, and what a person signs."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate

from app.operations.grouporders import MEALS
from app.operations.storeadmin import StoreFacts
from app.operations.storecounts import Counted
from app.schemas.base import Day, Form, Json, Listed, Several, Switch, Whole
from app.schemas.client import AMOUNT, UNKNOWN
from app.schemas.orders import Name, ReasonShape

LOT, USE_BY = "c:", "d:"
"""How the name of a count begins (variant, @, use-by date or nothing), and that of a new date."""
_MOST_ID = 2**53
_MOST = 999
_SOME = validate.Length(min=1, error="form.required")


def _under(values: Mapping[str, Any], start: str) -> dict[str, Any]:
    return {
        name.removeprefix(start): given for name, given in values.items() if name.startswith(start)
    }


class StoreCountForm(Form):
    """Portions by variant and use-by date; a variant of which nothing is told is left as it was.

    Whoever counts a variant counts all its dates: a date left empty beside a counted one is asked
    for. "I do not know" of one date is about the whole variant.
    """

    delivery = Day(load_default=None)
    lots = fields.Dict(
        keys=fields.String(), values=Whole(least=0, most=_MOST, allow_none=True), load_default=dict
    )
    dates = fields.Dict(keys=fields.String(), values=Day(), load_default=dict)
    not_known = fields.List(fields.String(), load_default=list)

    @pre_load
    def drop_empty(self, values: Mapping[str, Any], **rest: Any) -> dict[str, Any]:
        """Gather counts and dates under one name each; what was left empty is told as None."""
        kept = super().drop_empty(values, **rest)
        lots = _under({name: kept.get(name) for name in values}, LOT)
        skus = {name.partition("@")[0] for name in lots if name.endswith(UNKNOWN)}
        plain = {name: one for name, one in kept.items() if not name.startswith((LOT, USE_BY))}
        return plain | {
            "lots": {name: one for name, one in lots.items() if not name.endswith(UNKNOWN)},
            "dates": _under(kept, USE_BY),
            "not_known": sorted(skus),
        }

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the counts by variant."""
        by_sku: dict[str, dict[str, int | None]] = {}
        for name, portions in values["lots"].items():
            sku, _at, use_by = name.partition("@")
            by_sku.setdefault(sku, {})[use_by] = portions
        counts: dict[str, tuple[Counted, ...] | None] = dict.fromkeys(values["not_known"])
        wrong: dict[str, list[str]] = {}
        for sku, lots in by_sku.items():
            if sku in counts or all(portions is None for portions in lots.values()):
                continue
            wrong |= _wrong(sku, lots, values["dates"])
            counts[sku] = tuple(_counted(sku, lots, values["dates"]))
        if wrong:
            raise ValidationError(wrong)
        return {"delivery": values["delivery"], "counts": counts}


def _wrong(
    sku: str, lots: Mapping[str, int | None], dates: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Give a date that lacks, and a date that was left uncounted beside others."""
    found = {
        f"{LOT}{sku}@{use_by}": ["store.count_all_dates"]
        for use_by, portions in lots.items()
        if use_by and portions is None
    }
    if lots.get("") and sku not in dates:
        found[f"{USE_BY}{sku}"] = ["store.use_by_needed"]
    return found


def _counted(sku: str, lots: Mapping[str, int | None], dates: Mapping[str, Any]) -> list[Counted]:
    told = {use_by: portions for use_by, portions in lots.items() if portions}
    new = told.pop("", None)
    day = Day()
    found = [
        Counted(use_by=day.deserialize(use_by), portions=portions)
        for use_by, portions in told.items()
    ]
    if new and sku in dates:
        found.append(Counted(use_by=dates[sku], portions=new))
    return found


class StoreSignForm(Form):
    """What a person makes of a proposal, and the version that was read."""

    proposal = Whole(least=1, most=_MOST_ID, required=True)
    seen = Whole(least=0, most=10**9, required=True)
    portions = fields.Dict(
        keys=fields.String(), values=Whole(least=0, most=_MOST), load_default=dict
    )

    @pre_load
    def drop_empty(self, values: Mapping[str, Any], **rest: Any) -> dict[str, Any]:
        """Gather the amounts under one name; an emptied one is nothing."""
        kept = super().drop_empty(values, **rest)
        amounts = _under({name: kept.get(name, 0) for name in values}, AMOUNT)
        return {name: one for name, one in kept.items() if not name.startswith(AMOUNT)} | {
            "portions": amounts
        }


class StoreTakeBackForm(Form):
    """Which signed proposal is taken back."""

    proposal = Whole(least=1, most=_MOST_ID, required=True)


class StoreForm(Form):
    """The rule of a house's store, as an administrator fills it in."""

    weekdays = Several([str(day) for day in range(7)], required=True, validate=_SOME)
    meals = Several(MEALS, required=True, validate=_SOME)
    pack_portions = Whole(least=1, most=400, load_default=1)
    least_packs = Whole(least=0, most=400, load_default=1)
    reserve_portions = Whole(least=0, most=10_000, load_default=0)
    freezer_litres = Whole(least=1, most=1_000_000, load_default=None)
    active = Switch(load_default=False)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> StoreFacts:
        """Give the facts to the verb."""
        weekdays = tuple(int(day) for day in values.pop("weekdays"))
        return StoreFacts(weekdays=weekdays, meals=tuple(values.pop("meals")), **values)


class StoreLotBody(Json):
    """So many portions with one use-by date."""

    use_by = Day(required=True)
    portions = Whole(least=1, most=10_000, required=True)


class StoreVariantBody(Json):
    """What lies there of one variant, each date once."""

    variant = Name(required=True, metadata={"example": "tomato-soup/0/standard"})
    lots = Listed(
        fields.Nested(StoreLotBody),
        most=100,
        required=True,
        allow_none=True,
        metadata={"description": "[] says that none is there, null that nobody knows."},
    )


class StoreCountBody(Json):
    """A count of a store; a variant that is not named stays as it was."""

    delivery = Day(
        load_default=None,
        metadata={"description": "The delivery it is meant for; 409 when that is closed."},
    )
    variants = Listed(fields.Nested(StoreVariantBody), least=1, most=1_000, required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the counts by variant; one named twice is no count."""
        counts: dict[str, tuple[Counted, ...] | None] = {}
        for at, one in enumerate(values["variants"]):
            if one["variant"] in counts:
                raise ValidationError({"variants": {at: {"variant": ["store.variant_twice"]}}})
            lots = one["lots"]
            counts[one["variant"]] = (
                None if lots is None else tuple(Counted(**each) for each in lots)
            )
        return {"delivery": values["delivery"], "counts": counts}


class StoreSiteShape(Schema):
    """A store by the code of its site."""

    site = fields.String(required=True)
    name = fields.String(required=True)


class StoresShape(Schema):
    """The stores of an organisation."""

    items = fields.List(fields.Nested(StoreSiteShape), required=True)


class StoreLotShape(Schema):
    """So many portions with one use-by date, as counted."""

    use_by = fields.Date(required=True)
    portions = fields.Integer(required=True)


class StoreVariantShape(Schema):
    """One variant: `left` is what must be left of the count today, null where nobody knows."""

    variant = fields.String(required=True)
    name = fields.String(required=True)
    counted_at = fields.AwareDateTime(required=True, allow_none=True)
    left = fields.Integer(required=True, allow_none=True)
    lots = fields.List(fields.Nested(StoreLotShape), required=True, allow_none=True)


class StoreLineShape(Schema):
    """Portions proposed of one variant, with the figures behind them; `in_store` on arrival."""

    variant = fields.String(required=True)
    portion_g = fields.Integer(required=True)
    portions = fields.Integer(required=True)
    planned = fields.Integer(required=True)
    level = fields.Integer(required=True)
    in_store = fields.Integer(required=True, allow_none=True)
    lost = fields.Integer(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class StoreDeliveryShape(Schema):
    """A coming delivery; without a proposal yet, `state` is null."""

    day = fields.Date(required=True)
    sign_before = fields.AwareDateTime(required=True)
    state = fields.String(required=True, allow_none=True)
    signable = fields.Boolean(required=True)
    version = fields.Integer(required=True, allow_none=True)
    order = fields.String(required=True, allow_none=True)
    lines = fields.List(fields.Nested(StoreLineShape), required=True)
    reasons = fields.List(fields.Nested(ReasonShape), required=True)


class StoreShape(StoreSiteShape):
    """A store: what lies there, what comes."""

    meals = fields.List(fields.String(), required=True)
    pack_portions = fields.Integer(required=True)
    variants = fields.List(fields.Nested(StoreVariantShape), required=True)
    deliveries = fields.List(fields.Nested(StoreDeliveryShape), required=True)
