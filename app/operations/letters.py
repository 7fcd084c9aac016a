"""Letters of a referral: what is known, cut to what the addressee may know, signed and kept."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import screening
from app.access import Actor, Conflict, NotFound, Permission, Refused
from app.models.care import Screening
from app.models.frozen import cells, read
from app.models.people import Client, ConsentPurpose, Organisation, Site, User
from app.models.planning import Depot
from app.models.referrals import Referral, ReferralLetter
from app.operations.care import latest_value, local_day, signed_prescription, weights
from app.operations.casefacts import says_nothing
from app.operations.outreferrals import Outgoing, refer_out
from app.operations.people import find_client, has_consent
from app.operations.referrals import find_referral, move_referral
from app.operations.upkeep import note_access
from screening import (
    Direction,
    LetterPart,
    MeasureKind,
    Move,
    Party,
    Prescription,
    Provenance,
    Range,
    ReferralReason,
    ReferralState,
    Status,
    assess,
)

FINDINGS_DAYS = 365
WEIGHT_DAYS = 183
MOST_WEIGHTS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The newest result of one instrument; `category` None means that it is still open."""

    tool: str
    on: date
    low: Decimal | None
    high: Decimal | None
    category: str | None
    partial: bool
    estimated: bool = False  # rests on a measure that was estimated or told, not taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One weight of the course."""

    on: date
    weight_kg: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Change over a window in percent of the weight before, one decimal; loss is negative."""

    days: int
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What is prescribed per day."""

    energy_kcal: Range
    protein_g: Range
    fluid_ml: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Textures:
    """The ordered IDDSI levels and the allergies beside them."""

    food_level: str
    drink_level: str
    allergies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Everything that stands in a letter; the same letter is drawn as the same bytes."""

    direction: Direction
    code: str
    number: int
    house: str
    house_address: tuple[str, ...]
    to_party: Party
    to_name: str
    to_organisation: str
    person: str
    born: date
    received_on: date
    reasons: tuple[ReferralReason, ...]
    question: str
    text: str
    findings: tuple[Finding, ...]
    weights: tuple[Weighed, ...]
    changes: tuple[Change, ...]
    bmi: Decimal | None
    targets: Targets | None
    textures: Textures | None
    next_on: date | None
    signer: str
    signed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the writer adds to the figures."""

    text: str
    language: str
    next_on: date | None = None


def draft_letter(
    session: Session, actor: Actor, referral_id: int, reply: Reply, now: datetime
) -> tuple[Referral, Letter]:
    """Give the letter as it would be signed now, without keeping it."""
    referral = find_referral(session, actor, referral_id, Permission.HANDLE_REFERRAL)
    if referral.client_id is None:
        raise Conflict("referral.nobody_in_care")
    client = find_client(session, actor, referral.client_id, Permission.HANDLE_REFERRAL)
    note_access(session, actor, now, "referral.letter_drafted", client.id)
    return referral, _letter(session, actor, referral, client, reply, now=now)


def sign_letter(
    session: Session,
    actor: Actor,
    referral_id: int,
    reply: Reply,
    now: datetime,
    *,
    seen: ReferralState,
) -> ReferralLetter:
    """Answer a referral by a letter under the actor's name; it is kept as it stands now.

    Raises Refused for a contact in the past and without a person to sign; Conflict when the
    referral stands elsewhere by now.
    """
    if actor.user_id is None:
        raise Refused(("", "referral.needs_a_person", {}))
    if reply.next_on is not None and reply.next_on < local_day(now):
        raise Refused(("next_on", "referral.contact_in_the_past", {}))
    referral, letter = draft_letter(session, actor, referral_id, reply, now)
    move_referral(session, actor, referral.id, Move.ANSWER, now, seen=seen)
    return _keep(session, actor, referral, letter, reply.language)


def send_out(
    session: Session, actor: Actor, client_id: int, new: Outgoing, now: datetime
) -> ReferralLetter:
    """Refer a client to somebody else with a letter under the actor's name."""
    if actor.user_id is None:
        raise Refused(("", "referral.needs_a_person", {}))
    referral = refer_out(session, actor, client_id, new, now)
    reply = Reply(text="", language=new.to.language)
    _, letter = draft_letter(session, actor, referral.id, reply, now)
    return _keep(session, actor, referral, letter, reply.language)


def _keep(
    session: Session, actor: Actor, referral: Referral, letter: Letter, language: str
) -> ReferralLetter:
    kept = ReferralLetter(
        referral_id=referral.id,
        number=letter.number,
        language=language,
        content=cells(letter),
        signed_at=letter.signed_at,
        signed_by=actor.user_id or 0,
    )
    session.add(kept)
    session.flush()
    note_access(session, actor, letter.signed_at, "referral.letter_signed", referral.client_id)
    return kept


def read_letter(
    session: Session, actor: Actor, referral_id: int, number: int, now: datetime
) -> tuple[Letter, str]:
    """Give a signed letter and its language, to who handles the referral or sent it to us."""
    referral = find_referral(session, actor, referral_id, Permission.SEND_REFERRAL)
    row = session.scalar(
        select(ReferralLetter).where(
            ReferralLetter.referral_id == referral.id, ReferralLetter.number == number
        )
    )
    if row is None:
        raise NotFound
    note_access(session, actor, now, "referral.letter_read", referral.client_id)
    return read(Letter, row.content), row.language


def _letter(
    session: Session,
    actor: Actor,
    referral: Referral,
    client: Client,
    reply: Reply,
    *,
    now: datetime,
) -> Letter:
    house = session.get_one(Organisation, referral.house_id)
    told = screening.may_be_told(
        referral.party,
        shares_with_family=has_consent(session, client.id, ConsentPurpose.CARER_SHARING),
    )
    signed = signed_prescription(session, client.id)
    content = signed.as_prescription() if signed else None
    number = select(func.max(ReferralLetter.number)).where(
        ReferralLetter.referral_id == referral.id
    )
    today = local_day(now)
    points = tuple(one for one in weights(session, client.id) if one.on <= today)
    points = points if LetterPart.WEIGHT in told else ()
    return Letter(
        direction=referral.direction,
        code=referral.code,
        number=(session.scalar(number) or 0) + 1,
        house=house.name,
        house_address=_address(session, house.id),
        to_party=referral.party,
        to_name=referral.party_name,
        to_organisation=referral.party_organisation,
        person=client.full_name,
        born=client.born,
        received_on=local_day(referral.received_at),
        reasons=referral.why,
        question=referral.note if referral.direction is Direction.OUTGOING else "",
        text=reply.text,
        findings=_findings(session, client.id, now) if LetterPart.FINDINGS in told else (),
        weights=_recent(points, today),
        changes=_changes(points),
        bmi=_bmi(session, client.id, points),
        targets=_targets(content) if content and LetterPart.TARGETS in told else None,
        textures=_textures(content) if content and LetterPart.TEXTURE in told else None,
        next_on=reply.next_on,
        signer=session.get_one(User, actor.user_id).name,
        signed_at=now,
    )


def _address(session: Session, organisation_id: int) -> tuple[str, ...]:
    """Give where a house receives post: its first site, for NPCC its kitchen."""
    site = session.scalar(
        select(Site).where(Site.organisation_id == organisation_id).order_by(Site.id).limit(1)
    )
    found: Site | Depot | None = site or session.scalar(select(Depot).order_by(Depot.id).limit(1))
    return (found.street, f"{found.postcode} {found.place}") if found else ()


def _findings(session: Session, client_id: int, now: datetime) -> tuple[Finding, ...]:
    """Give the newest result of each instrument within a year."""
    rows = session.scalars(
        select(Screening)
        .where(
            Screening.client_id == client_id,
            Screening.screened_on >= local_day(now) - timedelta(days=FINDINGS_DAYS),
            Screening.screened_on <= local_day(now),
        )
        .order_by(Screening.screened_on, Screening.id)
    )
    newest = {row.instrument: row for row in rows}
    return tuple(_finding(row) for row in newest.values())


def _finding(row: Screening) -> Finding:
    result = assess(row.as_intake()).result
    category = None if says_nothing(result) else result.acting_category
    low, high = result.min_score, result.max_score
    return Finding(
        tool=row.instrument,
        on=row.screened_on,
        low=None if low is None else screening.rounded(low, 1),
        high=None if high is None else screening.rounded(high, 1),
        category=None if category is None else category.value,
        partial=result.status is not Status.COMPLETE,
        estimated=any(one is not Provenance.MEASURED for one in result.input_provenance.values()),
    )


def _recent(points: tuple[screening.WeightPoint, ...], today: date) -> tuple[Weighed, ...]:
    since = today - timedelta(days=WEIGHT_DAYS)
    recent = [one for one in points if one.on >= since][-MOST_WEIGHTS:]
    return tuple(Weighed(on=one.on, weight_kg=one.weight_kg) for one in recent)


def _changes(points: tuple[screening.WeightPoint, ...]) -> tuple[Change, ...]:
    return tuple(
        Change(days=one.days, percent=screening.rounded(one.change_percent, 1))
        for one in screening.weight_trend(points).windows
        if one.change_percent is not None
    )


def _bmi(
    session: Session, client_id: int, points: tuple[screening.WeightPoint, ...]
) -> Decimal | None:
    height_cm = latest_value(session, client_id, MeasureKind.HEIGHT_CM)
    if not points or height_cm is None:
        return None
    return screening.rounded(screening.bmi(points[-1].weight_kg, height_cm), 1)


def _targets(content: Prescription) -> Targets:
    return Targets(
        energy_kcal=content.energy_kcal, protein_g=content.protein_g, fluid_ml=content.fluid_ml
    )


def _textures(content: Prescription) -> Textures:
    return Textures(
        food_level=content.food_level,
        drink_level=content.drink_level,
        allergies=tuple(sorted(content.allergies)),
    )
