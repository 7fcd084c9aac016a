"""Scoring for systems: work out without keeping, keep for a client, read the instruments."""

from typing import Any

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError

from app.access import Permission, Refused
from app.api.docs import KEY_HEADER, Blueprint, offering, told
from app.api.instruments import instruments_answer, kept_answer, scores_answer
from app.api.v1 import add_headers, ask_for_key, idempotency_key
from app.i18n import Translator
from app.operations import scoring, sentscreenings
from app.operations.scoring import Unread
from app.pipeline import Call, entry
from app.schemas import (
    MOST_VECTORS,
    InstrumentsShape,
    KeptScreeningShape,
    ScoresShape,
    ScreeningBody,
    VectorsShape,
    problems_of,
)

blueprint = Blueprint("apiscoring", __name__, url_prefix="/api/v1", description="Screening.")
blueprint.before_request(ask_for_key)
blueprint.after_request(add_headers)
offered = offering(blueprint)
_KEY = KEY_HEADER | {
    "required": True,
    "description": "The same key with the same screening is one screening.",
}
_ALL = "/clients/<int:client_id>/screenings"
_ONE = f"{_ALL}/<int:screening_id>"


@offered("POST", "/score", **told("score", {200: ScoresShape}, 413, 422, body=VectorsShape))
@entry(Permission.SCORE)
def score(call: Call) -> ResponseReturnValue:
    """Work out vectors without keeping or noting anything; the document of `flask score`.

    A vector that cannot be worked out has an error in its place; the others have their results.
    """
    vectors = scoring.read_vectors(request.get_data())
    if isinstance(vectors, Unread):
        raise Refused((vectors.field, vectors.code, {}))
    if len(vectors) > MOST_VECTORS:
        raise Refused(("vectors", "form.how_many", {"min": 0, "max": MOST_VECTORS}))
    return scores_answer(call.translator, [scoring.answer(one) for one in vectors])


@offered("GET", "/instruments", **told("list_instruments", {200: InstrumentsShape}))
@entry(Permission.SCORE)
def instruments(call: Call) -> ResponseReturnValue:
    """Read every instrument as it is scored: questions, points, limits, categories, intervals."""
    return instruments_answer(call.translator)


@offered(
    "POST",
    _ALL,
    **told(
        "send_screening",
        {200: KeptScreeningShape, 201: KeptScreeningShape},
        *(404, 409, 413, 422),
        body=ScreeningBody,
        headers=(_KEY,),
    ),
)
@entry(Permission.SEND_SCREENING)
def send_screening(call: Call, client_id: int) -> ResponseReturnValue:
    """Keep a filled-in instrument for a client of your house: 201, or 200 for the same key again.

    An unlikely value is a 422 that asks; name the input in `confirmed` once somebody looked.
    """
    sent = _exactly(ScreeningBody())
    key = idempotency_key()
    try:
        kept, new = sentscreenings.receive(
            call.session, call.actor, client_id, sent, key=key, now=call.now
        )
    except Refused as refused:
        raise _worded(call.translator, refused) from None
    response = jsonify(kept_answer(call.translator, kept))
    response.status_code = 201 if new else 200
    response.headers["Location"] = url_for(
        ".read_screening", client_id=client_id, screening_id=kept.id
    )
    return response


@offered(
    "GET", f"{_ALL}/<int:screening_id>", **told("read_screening", {200: KeptScreeningShape}, 404)
)
@entry(Permission.SEND_SCREENING)
def read_screening(call: Call, client_id: int, screening_id: int) -> ResponseReturnValue:
    """Read a screening that your system sent, worked out under the rules it was made with."""
    kept = sentscreenings.read(call.session, call.actor, client_id, screening_id, call.now)
    return kept_answer(call.translator, kept)


def _exactly(schema: Schema) -> Any:
    """Give the body with its numbers exact; raises Refused with every problem at once."""
    document = scoring.read_json(request.get_data())
    if isinstance(document, Unread):
        raise Refused(("", document.code, {}))
    try:
        return schema.load(document)
    except ValidationError as error:
        raise Refused(*problems_of(error)) from None


def _worded(speak: Translator, refused: Refused) -> Refused:
    """Say what a question is about by its name: the verb gives codes for it."""
    return Refused(
        *(
            (where, code, {name: _said(speak, name, value) for name, value in args.items()})
            for where, code, args in refused.problems
        )
    )


def _said(speak: Translator, name: str, value: object) -> object:
    return speak.say(str(value)) if name in {"field", "unit"} else value
