"""Messages about group orders: what a hospital's system sends, asks for and gets back."""

from typing import Any

from marshmallow import RAISE, Schema, fields, post_load, validate

from app.i18n import LANGUAGES
from app.operations.grouporders import MEALS, Asked, AskedEater, AskedLine
from app.operations.orderviews import REFUSED, Wanted
from app.schemas.base import Day, Form, Json, Listed, OneOf, Several, Switch, Text, Whole
from logistics import OrderState
from menus import (
    ALLERGIES,
    DIETS,
    DRINK_LEVELS,
    FOOD_LEVELS,
    Eater,
    Iddsi,
    Kind,
    Portion,
    Role,
    Seasoning,
    Taste,
    Zone,
    allowed_seasonings,
)

MOST_EATERS = 1_000
MOST_PAGE = 1_000_000
_FOOD = tuple(level.value for level in Iddsi if level in FOOD_LEVELS)
_DRINK = tuple(level.value for level in Iddsi if level in DRINK_LEVELS)
_STANDARD = tuple(one.value for one in allowed_seasonings(Taste.NORMAL, low_salt=False))


class Name(Text):
    """A code or pseudonym: letters, digits and a few marks, one line."""

    def __init__(self, *, most: int = 80, **settings: Any) -> None:
        super().__init__(most=most, **settings)
        self.validators.append(
            validate.Regexp(r"^[A-Za-z0-9][A-Za-z0-9 ._:/@+-]*$", error="form.name")
        )


class LineBody(Json):
    """So many portions of one variant of the component list."""

    variant = Name(required=True, metadata={"example": "tomato-soup/0/standard"})
    portions = Whole(least=1, most=400, required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> AskedLine:
        """Give the line to the verb."""
        return AskedLine(**values)


class EaterBody(Json):
    """One person who eats, under a pseudonym of the sender; no name, no diagnosis."""

    ref = Name(required=True, metadata={"description": "Pseudonym, unique within the order."})
    food_iddsi = OneOf(_FOOD, required=True)
    drink_iddsi = OneOf(_DRINK, required=True)
    allergies = Listed(
        Name(most=60),
        most=40,
        required=True,
        metadata={
            "description": "Codes of the EU-14; [] says that none are known. A code that NPCC does"
            " not know holds the order for a person.",
            "examples": [sorted(ALLERGIES)[:2]],
        },
    )
    exclude_ingredients = Listed(Name(), most=60, load_default=list)
    diets = Several(sorted(DIETS), load_default=list)
    seasoning = Several(
        [one.value for one in Seasoning],
        load_default=lambda: list(_STANDARD),
        metadata={"description": "Seasonings this person may get; standard when left out."},
    )
    portion = OneOf([one.value for one in Portion], load_default=Portion.M.value)
    lines = Listed(
        fields.Nested(LineBody),
        least=1,
        most=40,
        load_default=None,
        metadata={"description": "Left out: the group menu of the meal is served."},
    )

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> AskedEater:
        """Give the eater to the verb, with the profile the rooms check."""
        lines = values["lines"]
        return AskedEater(
            ref=values["ref"],
            portion=Portion(values["portion"]),
            lines=None if lines is None else tuple(lines),
            profile=Eater(
                food_iddsi=Iddsi(values["food_iddsi"]),
                drink_iddsi=Iddsi(values["drink_iddsi"]),
                allergies=frozenset(values["allergies"]),
                exclude_ingredients=frozenset(values["exclude_ingredients"]),
                diets=frozenset(values["diets"]),
                seasonings=frozenset(Seasoning(one) for one in values["seasoning"] or _STANDARD),
            ),
        )


class OrderBody(Json):
    """An order for the eaters of one ward at one meal."""

    reference = Name(
        load_default=None, metadata={"description": "The sender's own number, used once."}
    )
    site = Name(load_default=None, metadata={"description": "Left out: the only site there is."})
    ward = Name(required=True, metadata={"description": "Code of the ward."})
    service_day = Day(required=True)
    meal = OneOf(MEALS, required=True)
    eaters = Listed(fields.Nested(EaterBody), least=1, most=MOST_EATERS, required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Asked:
        """Give the order to the verb."""
        return Asked(**(values | {"eaters": tuple(values["eaters"])}))


class Query(Form):
    """Parameters of an address: one that nobody knows is refused, so that no typing error counts.

    A misspelt `dry_run` would otherwise place a real order; of two levels in one address the first
    would be forgotten.
    """

    once = True

    class Meta:
        """Refuse unknown parameters."""

        unknown = RAISE


class PlaceQuery(Query):
    """Whether to try only, and whether to ask after the cut-off."""

    dry_run = Switch(load_default=False, metadata={"description": "Check all, keep nothing."})
    late = Switch(
        load_default=False,
        metadata={
            "description": "After the cut-off or once the day is planned for good: held, until a"
            " dispatcher finds a place or says no."
        },
    )


class OrdersQuery(Query):
    """Which orders to list."""

    service_day = Day(load_default=None, allow_none=False)
    ward = Name(load_default=None, allow_none=False)
    state = OneOf([one.value for one in OrderState], load_default=None, allow_none=False)
    page = Whole(least=1, most=MOST_PAGE, load_default=1)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Wanted:
        """Give the filters to the verb."""
        state = values.pop("state")
        return Wanted(**values, state=None if state is None else OrderState(state))


class ComponentsQuery(Query):
    """Which variants of components to list."""

    role = OneOf([one.value for one in Role], load_default=None, allow_none=False)
    iddsi = OneOf([one.value for one in Iddsi], load_default=None, allow_none=False)
    kind = OneOf([one.value for one in Kind], load_default=None, allow_none=False)
    seasoning = OneOf([one.value for one in Seasoning], load_default=None, allow_none=False)
    diet = Several(
        list(DIETS),
        load_default=list,
        metadata={"description": "Suits the diet. May be repeated: each of them."},
    )
    text = Text(
        most=80,
        load_default="",
        metadata={"description": "Stands in the name in the asked language."},
    )
    language = OneOf(
        LANGUAGES,
        load_default=None,
        allow_none=False,
        metadata={"description": "Of the name that is searched; else that of the request."},
    )
    free_of = Several(
        sorted(ALLERGIES),
        load_default=list,
        metadata={"description": "Neither contained, nor possible, nor unknown. May be repeated."},
    )
    page = Whole(least=1, most=MOST_PAGE, load_default=1)


class ReasonShape(Schema):
    """Why an order is held, refused or incomplete."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    details = fields.Dict(keys=fields.String(), required=True)
    field = fields.String()


class LineShape(Schema):
    """What one eater gets of one variant."""

    variant = fields.String(required=True)
    name = fields.String(required=True)
    portions = fields.Integer(required=True)
    portion_g = fields.Integer(required=True)
    price_cents = fields.Integer(required=True)
    reasons = fields.List(fields.Nested(ReasonShape), required=True)


class EaterShape(Schema):
    """One eater with lines."""

    ref = fields.String(required=True)
    lines = fields.List(fields.Nested(LineShape), required=True)


class SummaryShape(Schema):
    """An order without its eaters; `id`, `code` and `version` are null for a trial."""

    id = fields.Integer(required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)
    state = fields.String(
        required=True, validate=validate.OneOf([*(one.value for one in OrderState), REFUSED])
    )
    version = fields.Integer(required=True, allow_none=True)
    site = fields.String(required=True, allow_none=True)
    ward = fields.String(required=True, allow_none=True)
    service_day = fields.Date(required=True)
    meal = fields.String(required=True)
    placed_at = fields.DateTime(required=True, allow_none=True)
    cut_off = fields.DateTime(required=True, allow_none=True)
    total_cents = fields.Integer(required=True)
    reasons = fields.List(fields.Nested(ReasonShape), required=True)


class OrderShape(SummaryShape):
    """An order with its eaters and their lines."""

    eaters = fields.List(fields.Nested(EaterShape), required=True)


class PageShape(Schema):
    """Where in a list we are."""

    page = fields.Integer(required=True)
    pages = fields.Integer(required=True)
    total = fields.Integer(required=True)


class OrdersShape(PageShape):
    """A page of orders."""

    items = fields.List(fields.Nested(SummaryShape), required=True)


class NamesShape(Schema):
    """A name in three languages."""

    nl = fields.String(required=True)
    fr = fields.String(required=True)
    en = fields.String(required=True)


class AllergensShape(Schema):
    """What is certain, what is possible, and on what the supplier is silent."""

    contains = fields.List(fields.String(), required=True)
    may_contain = fields.List(fields.String(), required=True)
    not_known = fields.List(fields.String(), required=True, data_key="unknown")


class PortionsShape(Schema):
    """Grams of a small, medium and large portion."""

    S = fields.Integer(required=True)
    M = fields.Integer(required=True)
    L = fields.Integer(required=True)


class ComponentShape(Schema):
    """One component at one level in one seasoning; nutrients per 100 g, null when not known."""

    variant = fields.String(required=True)
    component = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf([one.value for one in Role]))
    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in Kind]))
    iddsi = fields.String(required=True, validate=validate.OneOf([one.value for one in Iddsi]))
    seasoning = fields.String(
        required=True, validate=validate.OneOf([one.value for one in Seasoning])
    )
    names = fields.Nested(NamesShape, required=True)
    nutrients_per_100g = fields.Dict(
        keys=fields.String(), values=fields.Float(allow_none=True), required=True
    )
    allergens = fields.Nested(AllergensShape, required=True)
    ingredients = fields.List(fields.String(), required=True)
    properties = fields.List(fields.String(), required=True)
    portions_g = fields.Nested(PortionsShape, required=True)
    price_cents_per_100g = fields.Integer(required=True)
    zone = fields.String(required=True, validate=validate.OneOf([one.value for one in Zone]))


class ComponentsShape(PageShape):
    """A page of variants."""

    items = fields.List(fields.Nested(ComponentShape), required=True)


class ErrorShape(Schema):
    """One thing to mend."""

    field = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    details = fields.Dict(keys=fields.String(), required=True)


class ProblemShape(Schema):
    """An error as RFC 9457; `code` is stable, `title` and `message` follow Accept-Language."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    details = fields.Dict(keys=fields.String(), required=True)
    errors = fields.List(fields.Nested(ErrorShape))
