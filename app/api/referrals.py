"""Referrals for systems of practices, pharmacies and houses: send, follow, answer, withdraw."""

from typing import Any

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.api.docs import KEY_HEADER, Blueprint, offering, told
from app.api.v1 import add_headers, ask_for_key, idempotency_key
from app.operations import referrals, referralviews
from app.operations.referrals import NewReferral
from app.operations.referralviews import SenderView
from app.pipeline import Call, entry
from app.schemas import InformationBody, ReferralBody, ReferralShape, WithdrawBody
from screening import Move, MoveReason

blueprint = Blueprint("apireferrals", __name__, url_prefix="/api/v1", description="Referrals.")
blueprint.before_request(ask_for_key)
blueprint.after_request(add_headers)
offered = offering(blueprint)
_KEY = KEY_HEADER | {
    "required": True,
    "description": "The same key with the same referral is one referral.",
}
_ONE = "/referrals/<int:referral_id>"


@offered(
    "POST",
    "/referrals",
    **told(
        "send_referral",
        {200: ReferralShape, 201: ReferralShape},
        *(404, 409, 413, 422),
        body=ReferralBody,
        headers=(_KEY,),
    ),
)
@entry(Permission.SEND_REFERRAL, takes=ReferralBody)
def send_referral(call: Call, new: NewReferral) -> ResponseReturnValue:
    """Refer somebody under an Idempotency-Key: 201, or 200 for the same key again.

    Refused without the person's consent.
    """
    referral, fresh = referrals.send_once(
        call.session, call.actor, new, idempotency_key(), call.now
    )
    response = jsonify(_read(call, referral.id))
    response.status_code = 201 if fresh else 200
    response.headers["Location"] = url_for(".read_referral", referral_id=referral.id)
    return response


@offered("GET", _ONE, **told("read_referral", {200: ReferralShape}, 404))
@entry(Permission.SEND_REFERRAL)
def read_referral(call: Call, referral_id: int) -> ResponseReturnValue:
    """Read where a referral of your organisation stands."""
    return _read(call, referral_id)


@offered(
    "POST",
    f"{_ONE}/information",
    **told("answer_referral", {200: ReferralShape}, *(404, 409, 422), body=InformationBody),
)
@entry(Permission.SEND_REFERRAL, takes=InformationBody)
def answer_referral(call: Call, body: dict[str, Any], referral_id: int) -> ResponseReturnValue:
    """Answer the dietitian's question; the deadline counts from today again."""
    return _moved(call, referral_id, Move.TELL, why=None, note=body["text"])


@offered(
    "POST",
    f"{_ONE}/withdraw",
    **told("withdraw_referral", {200: ReferralShape}, *(404, 409, 422), body=WithdrawBody),
)
@entry(Permission.SEND_REFERRAL, takes=WithdrawBody)
def withdraw_referral(call: Call, body: dict[str, Any], referral_id: int) -> ResponseReturnValue:
    """Take a referral back before the person is in care."""
    return _moved(call, referral_id, Move.WITHDRAW, why=body["why"], note=body["note"])


def _moved(
    call: Call, referral_id: int, move: Move, *, why: MoveReason | None, note: str
) -> dict[str, Any]:
    seen = referrals.find_referral(
        call.session, call.actor, referral_id, Permission.SEND_REFERRAL
    ).state
    referrals.move_referral(
        call.session, call.actor, referral_id, move, call.now, seen=seen, why=why, note=note
    )
    return _read(call, referral_id)


def _read(call: Call, referral_id: int) -> dict[str, Any]:
    found = referralviews.sender_view(call.session, call.actor, referral_id, call.now)
    return _answer(call, found)


def _answer(call: Call, found: SenderView) -> dict[str, Any]:
    return {
        "id": found.id,
        "code": found.code,
        "state": found.state.value,
        "state_text": call.say(f"referral.state.{found.state}"),
        "urgency": found.urgency.value,
        "received_at": found.received_at.isoformat(),
        "due_on": found.due_on.isoformat(),
        "question": found.question,
        "why": found.why.value if found.why else None,
        "letters": found.letters,
    }
