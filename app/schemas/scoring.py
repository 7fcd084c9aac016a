"""Messages about scoring: what a system asks, sends to be kept, and reads about instruments."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.operations.scoring import CALCULATIONS
from app.operations.sentscreenings import SentScreening
from app.schemas.base import Json, Listed, OneOf, Text
from screening import Evidence, InputKind, Provenance, Purpose, Setting, Status, Tool

MOST_VECTORS = 1_000
_TOOL_NAMES = tuple(one.value for one in Tool)
_EVIDENCE = validate.OneOf([one.value for one in Evidence])
_STATUSES = (*(one.value for one in Status), "out_of_range")


class VectorShape(Schema):
    """One calculation: which, and from what. Further keys are not looked at."""

    id = fields.Raw(metadata={"description": "Your own text or whole number; comes back."})
    instrument = fields.String(
        required=True,
        metadata={"description": "A name of GET /instruments.", "enum": sorted(CALCULATIONS)},
    )
    inputs = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={
            "description": "Values by name; absent or null is unknown.",
            "examples": [{"age": 75, "weight_kg": 47.2, "height_cm": 161, "acute": False}],
        },
    )


class VectorsShape(Schema):
    """The same document that `flask score` reads."""

    vectors = fields.List(
        fields.Nested(VectorShape), required=True, validate=validate.Length(max=MOST_VECTORS)
    )


class PointsShape(Schema):
    """One item: its points with the reason, or between which points it may lie."""

    item = fields.String(required=True)
    points = fields.Float()
    reason = fields.String()
    min_points = fields.Float()
    max_points = fields.Float()


class MarkShape(Schema):
    """A rule that was not read at its publisher."""

    code = fields.String(required=True)
    evidence = fields.String(required=True, validate=_EVIDENCE)


class CodingShape(Schema):
    """What a result is called in a code system; a suggested code is for a coder to decide on."""

    system = fields.String(required=True)
    code = fields.String(required=True)
    suggested = fields.Boolean(required=True)


_NUMBERS = (
    *("score", "min_score", "max_score", "total", "min_total", "max_total"),
    *("nutrition", "disease", "age_point", "rescreen_days", "points", "screening", "assessment"),
    *("height_cm", "kcal", "kcal_min", "kcal_max", "protein_g", "protein_g_min", "protein_g_max"),
    *("drinks_ml", "sodium_mg_max", "ref_weight_kg", "adjusted_weight_kg", "modulus"),
)
_WORDS = (
    *("instrument", "rule_version", "source", "category", "category_at_least", "colour"),
    *("colour_at_least", "severity_at_least", "prescreen", "bmi_likely", "method", "level"),
    *("class", "class_at_least", "muscle", "muscle_at_least", "result", "result_at_least"),
    *("level_at_least", "risk", "risk_at_least", "reason", "kind", "aetiology"),
)
_DECIMALS = ("bmi_2dp", "height_cm_1dp", "kcal_2dp")
_ANSWERS = (
    *("at_risk", "positive", "pass", "malnutrition", "malnourished", "ok", "allowed", "counts"),
    *("overdue", "valid"),
)
_LISTS = ("flags", "missing", "invalid", "ignored", "reasons")
_TOLD: dict[str, fields.Field[Any]] = {
    "status": fields.String(required=True, validate=validate.OneOf(_STATUSES)),
    **{name: fields.Float() for name in _NUMBERS},
    **{name: fields.String() for name in _WORDS},
    **{name: fields.String(metadata={"pattern": r"^-?[0-9]+\.[0-9]+$"}) for name in _DECIMALS},
    **{name: fields.Boolean() for name in _ANSWERS},
    **{name: fields.List(fields.String()) for name in _LISTS},
    "severity": fields.String(allow_none=True),
    "max_kcal_day1": fields.Integer(allow_none=True),
    "birth": fields.Date(allow_none=True),
    "sex": fields.String(allow_none=True, validate=validate.OneOf(["F", "M"])),
    "items": fields.List(fields.Nested(PointsShape)),
    "marks": fields.List(fields.Nested(MarkShape)),
    "codings": fields.List(fields.Nested(CodingShape)),
    "input_provenance": fields.Dict(keys=fields.String(), values=fields.String()),
}
ToldShape = Schema.from_dict(_TOLD, name="ToldShape")
"""A result; which keys it has depends on the instrument, and one that is not there is unknown."""


class RowErrorShape(Schema):
    """Why a vector was not calculated."""

    code = fields.String(required=True)
    field = fields.String(required=True)
    message = fields.String(required=True)


class RowShape(Schema):
    """The answer to one vector: a result, or an error."""

    id = fields.Raw(required=True, allow_none=True)
    result = fields.Nested(ToldShape)
    error = fields.Nested(RowErrorShape)


class ScoresShape(Schema):
    """The answers in the order of the vectors."""

    results = fields.List(fields.Nested(RowShape), required=True)


_HOW = tuple(one.value for one in Provenance)


_OBJECT: dict[str, Any] = {
    "invalid": "form.object",
    "required": "form.required",
    "null": "form.required",
}


class ScreeningBody(Json):
    """A filled-in instrument to be kept for a client; age and sex are those of the record."""

    instrument = OneOf(_TOOL_NAMES, required=True)
    inputs = fields.Dict(
        keys=Text(most=60),
        required=True,
        error_messages=_OBJECT,
        metadata={
            "description": 'Answers by the names of GET /instruments; null is "I do not know".',
            "examples": [{"weight_kg": 47.2, "height_cm": 161, "acute": False}],
        },
    )
    provenance = fields.Dict(
        keys=Text(most=60),
        values=OneOf(_HOW),
        load_default=dict,
        error_messages=_OBJECT,
        metadata={"description": "How a value is known; measured when left out."},
    )
    confirmed = Listed(
        Text(most=60),
        most=40,
        load_default=list,
        metadata={"description": "Inputs whose unlikely value somebody looked at and kept."},
    )

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> SentScreening:
        """Give the screening to the verb."""
        how = {name: Provenance(one) for name, one in values["provenance"].items()}
        return SentScreening(
            tool=Tool(values["instrument"]),
            inputs=values["inputs"],
            provenance=how,
            confirmed=frozenset(values["confirmed"]),
        )


class ActShape(Schema):
    """What follows; `field` names the input it is about."""

    code = fields.String(required=True)
    text = fields.String(required=True)
    field = fields.String()


class KeptScreeningShape(Schema):
    """A screening as it was kept, worked out under its own rules."""

    id = fields.Integer(required=True)
    client = fields.Integer(required=True)
    instrument = fields.String(required=True, validate=validate.OneOf(_TOOL_NAMES))
    rule_version = fields.String(required=True)
    screened_on = fields.Date(required=True)
    recorded_at = fields.DateTime(required=True)
    result = fields.Nested(ToldShape, required=True)
    next_due = fields.Date(required=True, allow_none=True)
    actions = fields.List(fields.Nested(ActShape), required=True)


class ChoiceShape(Schema):
    """One allowed answer, in words where the number does not say it all."""

    value = fields.Raw(required=True)
    text = fields.String(required=True, allow_none=True)


class SpanShape(Schema):
    """Values outside are unlikely and ask to be confirmed."""

    low = fields.Float(required=True)
    high = fields.Float(required=True)


class QuestionShape(Schema):
    """One input of an instrument."""

    name = fields.String(required=True)
    sent_as = fields.String(required=True, metadata={"description": "Its name in `inputs`."})
    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in InputKind]))
    unit = fields.String(required=True, allow_none=True)
    label = fields.String(required=True)
    help = fields.String(required=True, allow_none=True)
    section = fields.String(required=True, allow_none=True)
    choices = fields.List(fields.Nested(ChoiceShape), required=True)
    likely = fields.Nested(SpanShape, required=True, allow_none=True)


class CutShape(Schema):
    """One row of a points table; the first row that holds gives the points."""

    quantity = fields.String(required=True)
    only_if = fields.String(required=True, allow_none=True)
    bound = fields.String(required=True)
    limit = fields.Float(required=True, allow_none=True)
    points = fields.Float(required=True)
    code = fields.String(required=True)
    text = fields.String(required=True)


class ItemShape(Schema):
    """One scored item with its table."""

    code = fields.String(required=True)
    text = fields.String(required=True)
    evidence = fields.String(required=True, validate=_EVIDENCE)
    counts = fields.Boolean(required=True)
    rows = fields.List(fields.Nested(CutShape), required=True)


class BandShape(Schema):
    """Scores from `lowest` on have this category."""

    lowest = fields.Float(required=True)
    category = fields.String(required=True)
    text = fields.String(required=True)


class NeedShape(Schema):
    """At least so many points over these items, added up or on one of them alone."""

    items = fields.List(fields.String(), required=True)
    least = fields.Float(required=True)
    on_one = fields.Boolean(required=True)


class OutcomeShape(Schema):
    """A category that holds when every need of one of these groups is met; gravest first."""

    category = fields.String(required=True)
    text = fields.String(required=True)
    any_of = fields.List(fields.List(fields.Nested(NeedShape)), required=True)


class SubstituteShape(Schema):
    """A measure that gives a likely class, and no points, for an item that cannot be known."""

    item = fields.String(required=True)
    quantity = fields.String(required=True)
    below = fields.Float(required=True)
    above = fields.Float(required=True)
    words = fields.List(fields.Nested(ChoiceShape), required=True)


class RepeatShape(Schema):
    """What a category asks for, and after how many days one screens again."""

    category = fields.String(required=True)
    text = fields.String(required=True)
    actions = fields.List(fields.Nested(ActShape), required=True)
    evidence = fields.String(required=True, validate=_EVIDENCE)
    due_days = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    overdue_days = fields.Dict(
        keys=fields.String(validate=validate.OneOf([one.value for one in Setting])),
        values=fields.Integer(),
        required=True,
    )


class InstrumentShape(Schema):
    """A whole instrument as it is scored."""

    instrument = fields.String(required=True, validate=validate.OneOf(_TOOL_NAMES))
    name = fields.String(required=True)
    rule_version = fields.String(required=True)
    source = fields.String(required=True)
    evidence = fields.String(required=True, validate=_EVIDENCE)
    purpose = fields.String(required=True, validate=validate.OneOf([one.value for one in Purpose]))
    least_age = fields.Integer(required=True, allow_none=True)
    low_is_worse = fields.Boolean(required=True)
    inputs = fields.List(fields.Nested(QuestionShape), required=True)
    asked_first = fields.List(fields.Nested(CutShape), required=True)
    items = fields.List(fields.Nested(ItemShape), required=True)
    bands = fields.List(fields.Nested(BandShape), required=True)
    outcomes = fields.List(fields.Nested(OutcomeShape), required=True)
    otherwise = fields.String(required=True, allow_none=True)
    categories = fields.List(fields.String(), required=True)
    requires = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "An input without whose yes nothing is scored."},
    )
    substitute = fields.Nested(SubstituteShape, required=True, allow_none=True)
    repeats = fields.List(fields.Nested(RepeatShape), required=True)


class CalculationShape(Schema):
    """A calculation beside the instruments, with the names it knows."""

    instrument = fields.String(required=True)
    inputs = fields.List(fields.String(), required=True)
    rule_version = fields.String(required=True)
    evidence = fields.String(required=True, validate=_EVIDENCE)


class InstrumentsShape(Schema):
    """Everything POST /score can work out."""

    instruments = fields.List(fields.Nested(InstrumentShape), required=True)
    calculations = fields.List(fields.Nested(CalculationShape), required=True)
