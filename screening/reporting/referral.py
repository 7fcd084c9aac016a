"""Referrals: who asks whom, why and how fast; from which state a person may move it to which."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from screening.following.workdays import add_working_days


class Direction(StrEnum):
    """To our dietitian, or from our dietitian to somebody else."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


class Party(StrEnum):
    """Who refers, or to whom one refers."""

    GP = "gp"
    PHARMACIST = "pharmacist"
    NURSE = "nurse"
    HOSPITAL = "hospital"
    SELF = "self"
    FAMILY = "family"
    OTHER_PROFESSIONAL = "other_professional"
    DIETITIAN = "dietitian"
    SPEECH_THERAPIST = "speech_therapist"
    DENTIST = "dentist"
    PHYSICIAN = "physician"
    PHYSIOTHERAPIST = "physiotherapist"
    SOCIAL_WORK = "social_work"


SOURCES = (
    *(Party.GP, Party.PHARMACIST, Party.NURSE, Party.HOSPITAL),
    *(Party.SELF, Party.FAMILY, Party.OTHER_PROFESSIONAL),
)
"""Who may send somebody to our dietitian."""
RECIPIENTS = (
    *(Party.GP, Party.SPEECH_THERAPIST, Party.DENTIST, Party.PHYSICIAN, Party.PHYSIOTHERAPIST),
    *(Party.SOCIAL_WORK, Party.PHARMACIST, Party.NURSE, Party.DIETITIAN),
    *(Party.HOSPITAL, Party.OTHER_PROFESSIONAL),
)
"""To whom our dietitian may refer."""
PROFESSIONALS = frozenset(Party) - {Party.SELF, Party.FAMILY}
"""Care professionals and their institutions: no commission may reach them (law L-40)."""


class Urgency(StrEnum):
    """How soon somebody must act."""

    SAME_DAY = "same_day"
    NEXT_DAY = "next_day"
    TWO_DAYS = "two_days"
    WEEK = "week"
    ROUTINE = "routine"


WORKING_DAYS: Mapping[Urgency, int] = {
    Urgency.SAME_DAY: 0,
    Urgency.NEXT_DAY: 1,
    Urgency.TWO_DAYS: 2,
    Urgency.WEEK: 5,
    Urgency.ROUTINE: 10,
}
"""Working days to act in, most urgent first.

Two days for a red sign, the next day in hospital, the same day for a refeeding risk (clinical
specification 7.5); a week and two are conventions of this product.
"""


class ReferralReason(StrEnum):
    """Why somebody is referred."""

    REFEEDING = "refeeding_risk"
    SWALLOWING = "swallowing"
    POSITIVE_SCREEN = "positive_screen"
    WEIGHT_LOSS = "weight_loss"
    POOR_INTAKE = "poor_intake"
    PRESSURE_ULCER = "pressure_ulcer"
    DISCHARGE = "discharge"
    NEW_DIAGNOSIS = "new_diagnosis"
    MUSCLE_LOSS = "muscle_loss"
    DRUG_NUTRITION = "drug_nutrition"
    ORAL_HEALTH = "oral_health"
    TEXTURE = "texture"
    OVERWEIGHT = "overweight"
    HOME_MEALS = "home_meals"
    SOCIAL = "social"
    OTHER = "other"


_AT_MOST: Mapping[ReferralReason, Urgency] = {
    ReferralReason.REFEEDING: Urgency.SAME_DAY,
    ReferralReason.SWALLOWING: Urgency.TWO_DAYS,
    ReferralReason.POSITIVE_SCREEN: Urgency.TWO_DAYS,
    ReferralReason.WEIGHT_LOSS: Urgency.TWO_DAYS,
    ReferralReason.POOR_INTAKE: Urgency.TWO_DAYS,
    ReferralReason.PRESSURE_ULCER: Urgency.TWO_DAYS,
    ReferralReason.DISCHARGE: Urgency.WEEK,
    ReferralReason.NEW_DIAGNOSIS: Urgency.WEEK,
    ReferralReason.MUSCLE_LOSS: Urgency.WEEK,
    ReferralReason.DRUG_NUTRITION: Urgency.WEEK,
}
"""The least urgency of a reason; every other reason may wait for its turn."""


def most_urgent(urgencies: Iterable[Urgency]) -> Urgency:
    """The one that leaves the fewest days; nothing said is routine."""
    return min(urgencies, key=lambda one: WORKING_DAYS[one], default=Urgency.ROUTINE)


def urgency_of(
    reasons: Iterable[ReferralReason], asked: Urgency | None = None, *, in_hospital: bool = False
) -> Urgency:
    """How soon: as the gravest reason needs or as the sender asks, whichever is sooner.

    In hospital what may wait two days elsewhere is for the next day (specification 7.5).
    """
    needed = [_AT_MOST.get(reason, Urgency.ROUTINE) for reason in reasons]
    found = most_urgent([*needed, *(() if asked is None else (asked,))])
    return Urgency.NEXT_DAY if in_hospital and found is Urgency.TWO_DAYS else found


def deadline(received: date, urgency: Urgency) -> date:
    """The last day to act, counted in working days after the day of receipt.

    Same day is that day, also on a Sunday: a refeeding risk does not wait for Monday.
    """
    return add_working_days(received, WORKING_DAYS[urgency])


class ReferralState(StrEnum):
    """Where a referral stands."""

    PROPOSED = "proposed"  # outgoing: the machine asks a person
    SENT = "sent"  # outgoing: waits for an answer from outside
    RECEIVED = "received"
    ASKED = "asked"  # more information was asked of the sender
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    CLOSED = "closed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    DISMISSED = "dismissed"  # outgoing: a person looked and does not send it


ENDED = frozenset(
    {
        ReferralState.CLOSED,
        ReferralState.DECLINED,
        ReferralState.WITHDRAWN,
        ReferralState.DISMISSED,
    }
)
"""Nothing moves any more."""
WAITING = frozenset({ReferralState.PROPOSED, ReferralState.RECEIVED, ReferralState.SENT})
"""The deadline counts: somebody has not acted yet."""


class Move(StrEnum):
    """What a person may do with a referral."""

    ASK = "ask"
    TELL = "tell"
    ACCEPT = "accept"
    DECLINE = "decline"
    ANSWER = "answer"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    SEND = "send"
    DISMISS = "dismiss"


NEEDS_WHY = frozenset({Move.ASK, Move.TELL, Move.DECLINE, Move.WITHDRAW, Move.DISMISS})
"""Moves that say why in words or by a code; the others speak for themselves."""


class MoveReason(StrEnum):
    """Why a referral was declined, withdrawn or set aside."""

    NO_CAPACITY = "no_capacity"
    OUTSIDE_REGION = "outside_region"
    NOT_FOR_US = "not_for_us"
    DUPLICATE = "duplicate"
    UNREACHABLE = "unreachable"
    PERSON_REFUSES = "person_refuses"
    CARED_FOR_ELSEWHERE = "cared_for_elsewhere"
    NO_LONGER_NEEDED = "no_longer_needed"
    SENT_BY_MISTAKE = "sent_by_mistake"
    DIED = "died"
    OTHER = "other"


_S, _M, _IN, _OUT = ReferralState, Move, Direction.INCOMING, Direction.OUTGOING
MOVES: Mapping[tuple[Direction, ReferralState], Mapping[Move, ReferralState]] = {
    (_IN, _S.RECEIVED): {
        _M.ACCEPT: _S.ACCEPTED,
        _M.ASK: _S.ASKED,
        _M.DECLINE: _S.DECLINED,
        _M.WITHDRAW: _S.WITHDRAWN,
    },
    (_IN, _S.ASKED): {
        _M.TELL: _S.RECEIVED,
        _M.ACCEPT: _S.ACCEPTED,
        _M.DECLINE: _S.DECLINED,
        _M.WITHDRAW: _S.WITHDRAWN,
    },
    (_IN, _S.ACCEPTED): {_M.ANSWER: _S.ANSWERED, _M.CLOSE: _S.CLOSED},
    (_IN, _S.ANSWERED): {_M.ANSWER: _S.ANSWERED, _M.CLOSE: _S.CLOSED},
    (_OUT, _S.PROPOSED): {_M.SEND: _S.SENT, _M.DISMISS: _S.DISMISSED},
    (_OUT, _S.SENT): {
        _M.ANSWER: _S.ANSWERED,
        _M.DECLINE: _S.DECLINED,
        _M.WITHDRAW: _S.WITHDRAWN,
    },
    (_OUT, _S.ANSWERED): {_M.ANSWER: _S.ANSWERED, _M.CLOSE: _S.CLOSED},
}
"""Every allowed move; a state without a row is an end."""
STARTS: Mapping[Direction, tuple[ReferralState, ...]] = {
    Direction.INCOMING: (ReferralState.RECEIVED,),
    Direction.OUTGOING: (ReferralState.PROPOSED, ReferralState.SENT),
}
"""Where a referral of each direction may begin."""


def moves_from(direction: Direction, state: ReferralState) -> Mapping[Move, ReferralState]:
    """What may be done now, and where each act leads; nothing from an end."""
    return MOVES.get((direction, state), {})


def after(direction: Direction, state: ReferralState, move: Move) -> ReferralState | None:
    """The state a move leads to; None when it is not allowed from here."""
    return moves_from(direction, state).get(move)


class LetterPart(StrEnum):
    """A part of what is known that a letter may tell."""

    FINDINGS = "findings"
    WEIGHT = "weight"
    TARGETS = "targets"
    TEXTURE = "texture"


_ALL = frozenset(LetterPart)
_TOLD: Mapping[Party, frozenset[LetterPart]] = {
    **dict.fromkeys(
        (Party.GP, Party.PHYSICIAN, Party.HOSPITAL, Party.NURSE, Party.DIETITIAN), _ALL
    ),
    Party.SPEECH_THERAPIST: frozenset({LetterPart.FINDINGS, LetterPart.WEIGHT, LetterPart.TEXTURE}),
    Party.PHYSIOTHERAPIST: frozenset({LetterPart.FINDINGS, LetterPart.WEIGHT}),
    Party.PHARMACIST: frozenset({LetterPart.FINDINGS}),
    Party.DENTIST: frozenset({LetterPart.TEXTURE}),
    Party.SELF: _ALL - {LetterPart.FINDINGS},
}
"""What each addressee needs for their own part of the care; others hear that we act, and when.

A rule of this product after data minimisation (GDPR articles 5 and 25) and professional secrecy
(Criminal Code): a privacy officer must confirm it. People themselves read no instrument names.
"""


def may_be_told(party: Party, *, shares_with_family: bool = False) -> frozenset[LetterPart]:
    """Which parts a letter to this addressee may hold.

    A relative is told what the person agreed to share, and nothing without that consent.
    """
    if party is Party.FAMILY:
        return _TOLD[Party.SELF] if shares_with_family else frozenset()
    return _TOLD.get(party, frozenset())


COMMISSION_REFUSALS = (
    "referral.commission_negative",
    "referral.commission_needs_opinion",
    "referral.commission_nobody",
)
"""Why a commission is not recorded."""


def commission_refusal(cents: int, sender: Party, *, opinion_on_file: bool) -> str | None:
    """Why this amount may not stand on a referral of this sender; None when it may.

    It stays 0 for a care professional or institution unless a legal opinion is on file (Act of
    10 May 2015 on health care professions, article 38; law L-40). For people who refer themselves
    or a relative there is nobody to pay.
    """
    if cents < 0:
        return "referral.commission_negative"
    if cents == 0:
        return None
    if sender not in PROFESSIONALS:
        return "referral.commission_nobody"
    return None if opinion_on_file else "referral.commission_needs_opinion"


REFERRAL_CODES: tuple[str, ...] = COMMISSION_REFUSALS + tuple(
    f"referral.{prefix}.{word}"
    for prefix, words in (
        ("direction", Direction),
        ("party", Party),
        ("urgency", Urgency),
        ("reason", ReferralReason),
        ("state", ReferralState),
        ("move", Move),
        ("why", MoveReason),
    )
    for word in words
)
"""Every word of this module that a reader may see, as codes of the catalogue."""
