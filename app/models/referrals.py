"""Referrals to and from our dietitians, their moves and letters; notes with their revisions."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.access import Role
from app.db import Base, choice, short
from screening import Direction, Move, MoveReason, Party, ReferralReason, ReferralState, Urgency


class LegalOpinion(Base):
    """A legal opinion on file: without one in force no referral may carry a commission (L-40)."""

    __tablename__ = "legal_opinion"
    __table_args__ = (CheckConstraint("length(document) > 0", name="document_named"),)

    document: Mapped[str] = mapped_column(short)
    valid_until: Mapped[date]
    filed_at: Mapped[datetime]
    filed_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class Referral(Base):
    """One request from or to another professional; the person as the sender names them.

    `house_id` is the organisation whose dietitians act on it, `organisation_id` the sender's when
    it has an account here. `request_key` and `request_hash` keep one sending one referral.
    """

    __tablename__ = "referral"
    __table_args__ = (
        UniqueConstraint("organisation_id", "request_key"),
        CheckConstraint(
            "commission_cents = 0 or (commission_cents > 0 and opinion_id is not null)",
            name="commission_needs_opinion",
        ),
        CheckConstraint(
            "consent_stated or (direction = 'outgoing' and state in ('proposed', 'dismissed'))",
            name="consent_stated",
        ),
        CheckConstraint("direction <> 'outgoing' or client_id is not null", name="outgoing_client"),
        Index("ix_referral_house_state_due", "house_id", "state", "due_on"),
        Index("ix_referral_client", "client_id"),
    )

    code: Mapped[str] = mapped_column(short, unique=True)
    direction: Mapped[Direction] = mapped_column(choice(Direction))
    state: Mapped[ReferralState] = mapped_column(choice(ReferralState))
    party: Mapped[Party] = mapped_column(choice(Party))
    party_name: Mapped[str] = mapped_column(short)
    reasons: Mapped[list[Any]]  # codes of screening.ReferralReason
    urgency: Mapped[Urgency] = mapped_column(choice(Urgency))
    received_at: Mapped[datetime]
    due_on: Mapped[date]
    house_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    given_name: Mapped[str] = mapped_column(short)
    family_name: Mapped[str] = mapped_column(short)
    born: Mapped[date]
    consent_stated: Mapped[bool]
    party_organisation: Mapped[str] = mapped_column(short, default="")
    party_contact: Mapped[str] = mapped_column(short, default="")
    party_number: Mapped[str] = mapped_column(short, default="")  # RIZIV/INAMI, digits
    language: Mapped[str] = mapped_column(short, default="nl")
    sex: Mapped[str] = mapped_column(short, default="")
    phone: Mapped[str] = mapped_column(short, default="")
    street: Mapped[str] = mapped_column(short, default="")
    postcode: Mapped[str] = mapped_column(short, default="")
    place: Mapped[str] = mapped_column(short, default="")
    insz: Mapped[str | None] = mapped_column(short, default=None)  # only when the sender gave it
    note: Mapped[str] = mapped_column(default="")
    because: Mapped[list[Any]] = mapped_column(default_factory=list)  # instruments that asked it
    commission_cents: Mapped[int] = mapped_column(default=0)
    opinion_id: Mapped[int | None] = mapped_column(ForeignKey("legal_opinion.id"), default=None)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), default=None)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), default=None)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    request_key: Mapped[str | None] = mapped_column(short, default=None)
    request_hash: Mapped[str | None] = mapped_column(short, default=None)

    @property
    def full_name(self) -> str:
        """Given and family name as the sender wrote them."""
        return f"{self.given_name} {self.family_name}"

    @property
    def why(self) -> tuple[ReferralReason, ...]:
        """The reasons as the room names them."""
        return tuple(ReferralReason(one) for one in self.reasons)


class ReferralMove(Base):
    """One step of a referral: who moved it, when and why. Only ever added to."""

    __tablename__ = "referral_move"
    __table_args__ = (Index("ix_referral_move_referral", "referral_id"),)

    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"))
    at: Mapped[datetime]
    role: Mapped[Role] = mapped_column(choice(Role))
    to_state: Mapped[ReferralState] = mapped_column(choice(ReferralState))
    move: Mapped[Move | None] = mapped_column(choice(Move), default=None)  # None: it began
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), default=None)
    why: Mapped[MoveReason | None] = mapped_column(choice(MoveReason), default=None)
    note: Mapped[str] = mapped_column(default="")


class ReferralLetter(Base):
    """A signed letter of a referral, kept as it was: the same letter is the same bytes."""

    __tablename__ = "referral_letter"
    __table_args__ = (UniqueConstraint("referral_id", "number"),)

    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"))
    number: Mapped[int]
    language: Mapped[str] = mapped_column(short)
    content: Mapped[dict[str, Any]]
    signed_at: Mapped[datetime]
    signed_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class NoteState(StrEnum):
    """A note is written, then signed and closed."""

    DRAFT = "draft"
    SIGNED = "signed"


class Note(Base):
    """One ADIME note of a client, or an addendum to a signed one; its text is its last revision."""

    __tablename__ = "note"
    __table_args__ = (
        CheckConstraint(
            "(state = 'signed') = (signed_at is not null and signed_by is not null)",
            name="signed_by_someone",
        ),
        Index(
            "ix_note_one_draft",
            "client_id",
            "started_by",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    state: Mapped[NoteState] = mapped_column(choice(NoteState))
    language: Mapped[str] = mapped_column(short)
    statements: Mapped[list[Any]]  # what the machine wrote, as codes and figures
    started_at: Mapped[datetime]
    started_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    addendum_to: Mapped[int | None] = mapped_column(ForeignKey("note.id"), default=None)
    signed_at: Mapped[datetime | None] = mapped_column(default=None)
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)


class NoteRevision(Base):
    """The text of a note at one moment: who wrote it, when and why. Only ever added to."""

    __tablename__ = "note_revision"
    __table_args__ = (UniqueConstraint("note_id", "number"),)

    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"))
    number: Mapped[int]
    written_at: Mapped[datetime]
    written_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    why: Mapped[str]
    sections: Mapped[dict[str, Any]]  # text per part of the note
