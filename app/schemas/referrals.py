"""Messages about referrals: a form or JSON that sends one, moves, what a sender sees."""

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.i18n import LANGUAGES
from app.operations.letters import Reply
from app.operations.outreferrals import Outgoing
from app.operations.referrals import Correspondent, NewReferral, Referred
from app.operations.referralviews import ReferralView
from app.schemas.base import AnyDay, Day, Form, Json, Listed, OneOf, Several, Switch, Text, Whole
from app.schemas.care import NewClientForm
from screening import (
    PROFESSIONALS,
    RECIPIENTS,
    SOURCES,
    Move,
    MoveReason,
    Party,
    ReferralReason,
    ReferralState,
    Urgency,
)

_REASONS = tuple(one.value for one in ReferralReason)
_NOTE = 2000


class Filled(Text):
    """Text that must say something."""

    def __init__(self, *, most: int, **settings: Any) -> None:
        super().__init__(most=most, required=True, **settings)
        self.validators.append(validate.Length(min=1, error="form.required"))


def _party(words: Iterable[Party]) -> OneOf:
    return OneOf([one.value for one in words], required=True)


def _urgency() -> OneOf:
    return OneOf([one.value for one in Urgency], load_default=None)


class ReferralsQuery(Form):
    """Which view of the referrals."""

    view = OneOf(tuple(ReferralView), load_default=ReferralView.OPEN.value)
    first = Whole(least=0, most=1_000_000, load_default=0)


class _CorrespondentForm(Form):
    """The other side of a referral."""

    name = Text(required=True, most=120)
    organisation = Text(most=120, load_default="")
    contact = Text(most=120, load_default="")
    number = Text(most=20, load_default="")
    letter_language = OneOf(LANGUAGES, load_default=LANGUAGES[0])
    reasons = Several(_REASONS, load_default=list)
    urgency = _urgency()
    note = Text(most=_NOTE, load_default="")
    consent = Switch(load_default=False)


def _correspondent(values: dict[str, Any]) -> Correspondent:
    return Correspondent(
        party=Party(values["party"]),
        name=values["name"],
        organisation=values["organisation"],
        contact=values["contact"],
        number=values["number"],
        language=values["letter_language"],
    )


def _asked(values: dict[str, Any]) -> dict[str, Any]:
    urgency = values["urgency"]
    return {
        "reasons": tuple(ReferralReason(one) for one in values["reasons"]),
        "urgency": None if urgency is None else Urgency(urgency),
        "note": values["note"],
        "consent": values["consent"],
    }


class ReferralForm(_CorrespondentForm):
    """A referral to us, as a professional sends it or a member of staff notes a call."""

    party = _party(SOURCES)
    given_name = Text(required=True, most=80)
    family_name = Text(required=True, most=80)
    born = AnyDay(required=True)
    sex = OneOf(("F", "M"), load_default="")
    phone = Text(most=40, load_default="")
    street = Text(most=120, load_default="")
    postcode = Text(most=10, load_default="")
    place = Text(most=80, load_default="")
    insz = Text(most=20, load_default="")

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> NewReferral:
        """Give the referral to the verb."""
        person = {name: values[name] for name in Referred.__slots__}
        return NewReferral(
            sender=_correspondent(values), person=Referred(**person), **_asked(values)
        )


class OutgoingForm(_CorrespondentForm):
    """A referral of our client to somebody else."""

    party = _party(RECIPIENTS)
    because = Text(most=200, load_default="")

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Outgoing:
        """Give the referral to the verb."""
        because = tuple(one for one in values["because"].split(",") if one)
        return Outgoing(to=_correspondent(values), because=because, **_asked(values))


class AdviceQuery(Form):
    """Which proposal a form starts from."""

    to = OneOf([one.value for one in RECIPIENTS], load_default=None)


class DismissForm(Form):
    """A proposal that is not sent, and why."""

    party = _party(RECIPIENTS)
    reason = OneOf(_REASONS, required=True)
    because = Text(most=200, load_default="")
    why = OneOf([one.value for one in MoveReason], required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the proposal as the verb reads it, and the reason."""
        new = Outgoing(
            to=Correspondent(party=Party(values["party"]), name=""),
            reasons=(ReferralReason(values["reason"]),),
            because=tuple(one for one in values["because"].split(",") if one),
        )
        return {"new": new, "why": MoveReason(values["why"])}


class MoveForm(Form):
    """One step of a referral from the state the reader saw."""

    move = OneOf([one.value for one in Move], required=True)
    state = OneOf([one.value for one in ReferralState], required=True)
    why = OneOf([one.value for one in MoveReason], load_default=None)
    note = Text(most=_NOTE, load_default="")

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the words as the room names them."""
        return _moved(values) | {
            "move": Move(values["move"]),
            "seen": ReferralState(values["state"]),
        }


def _moved(values: dict[str, Any]) -> dict[str, Any]:
    why = values["why"]
    return {"why": None if why is None else MoveReason(why), "note": values["note"]}


class ReplyForm(Form):
    """What the writer adds to the figures of a letter."""

    text = Text(most=6000, load_default="")
    letter_language = OneOf(LANGUAGES, required=True)
    next_on = Day(load_default=None)
    state = OneOf([one.value for one in ReferralState], required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> tuple[Reply, ReferralState]:
        """Give the reply to the verb, with the state the writer saw."""
        reply = Reply(
            text=values["text"], language=values["letter_language"], next_on=values["next_on"]
        )
        return reply, ReferralState(values["state"])


class LinkForm(Form):
    """The client whom a referral is about."""

    client_id = Whole(least=1, most=10**12, required=True)
    state = OneOf([one.value for one in ReferralState], required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the state as the room names it."""
        return {"client_id": values["client_id"], "seen": ReferralState(values["state"])}


class EnrolForm(NewClientForm):
    """A new client who was referred, from the state the reader saw."""

    state = OneOf([one.value for one in ReferralState], required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Any:
        """Give the person and the state."""
        seen = ReferralState(values.pop("state"))
        return super().build(values), seen


class OpinionForm(Form):
    """A legal opinion that goes on file."""

    document = Text(most=200, load_default="")
    valid_until = Day(required=True)


class SenderBody(Json):
    """Who refers."""

    party = OneOf(
        [one.value for one in SOURCES if one in PROFESSIONALS],
        required=True,
        metadata={"description": "What the sender is; people themselves ring us."},
    )
    name = Filled(most=120)
    organisation = Text(most=120, load_default="")
    contact = Text(most=120, load_default="", metadata={"description": "Phone or mail."})
    number = Text(
        most=20, load_default="", metadata={"description": "RIZIV/INAMI number, checked."}
    )
    language = OneOf(LANGUAGES, load_default=LANGUAGES[0])

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Correspondent:
        """Give the sender to the verb."""
        return Correspondent(**(values | {"party": Party(values["party"])}))


class PersonBody(Json):
    """The person who is referred."""

    given_name = Filled(most=80)
    family_name = Filled(most=80)
    born = AnyDay(required=True)
    sex = OneOf(("F", "M"), load_default="")
    phone = Text(most=40, load_default="")
    street = Text(most=120, load_default="")
    postcode = Text(most=10, load_default="")
    place = Text(most=80, load_default="")
    insz = Text(
        most=20,
        load_default="",
        metadata={"description": "INSZ/NISS, only with a legal ground; checked, never given back."},
    )

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Referred:
        """Give the person to the verb."""
        return Referred(**values)


class ReferralBody(Json):
    """A referral to the dietitians of NPCC."""

    sender = fields.Nested(SenderBody, required=True, error_messages={"required": "form.required"})
    person = fields.Nested(PersonBody, required=True, error_messages={"required": "form.required"})
    reasons = Listed(OneOf(_REASONS), least=1, most=len(_REASONS), required=True)
    urgency = _urgency()
    note = Text(most=_NOTE, load_default="")
    consent = Switch(
        required=True,
        metadata={"description": "The person agreed to this referral; false is refused."},
    )
    commission_cents = Whole(
        least=0,
        most=10**7,
        load_default=0,
        metadata={"description": "0; anything else is refused without a legal opinion on file."},
    )

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> NewReferral:
        """Give the referral to the verb."""
        return NewReferral(
            sender=values["sender"],
            person=values["person"],
            commission_cents=values["commission_cents"],
            **_asked(values),
        )


class InformationBody(Json):
    """What the dietitian asked the sender."""

    text = Filled(most=_NOTE)


class WithdrawBody(Json):
    """Why a sender takes a referral back."""

    why = OneOf([one.value for one in MoveReason], required=True)
    note = Text(most=_NOTE, load_default="")

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the reason as the room names it."""
        return _moved(values)


class ReferralShape(Schema):
    """What a sender sees of a referral: where it stands, nothing of the person."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    state = fields.String(
        required=True, validate=validate.OneOf([one.value for one in ReferralState])
    )
    state_text = fields.String(required=True)
    urgency = fields.String(required=True, validate=validate.OneOf([one.value for one in Urgency]))
    received_at = fields.String(required=True)
    due_on = fields.String(required=True, metadata={"format": "date"})
    question = fields.String(
        required=True, allow_none=True, metadata={"description": "What is asked of you, if so."}
    )
    why = fields.String(
        required=True, allow_none=True, metadata={"description": "Code of a refusal or withdrawal."}
    )
    letters = fields.Integer(required=True, metadata={"description": "Letters written to you."})
