"""People and who may act for them: organisations, sites, users, clients, consents, keys."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.access import Role
from app.db import Base, choice, short
from app.models.planning import only_depot
from logistics import SiteKind


class OrganisationKind(StrEnum):
    """Who contracts and pays."""

    HOUSEHOLD = "household"
    RESIDENTIAL = "residential"
    HOSPITAL = "hospital"
    PRACTICE = "practice"  # of general practitioners, nurses or other care professionals
    PHARMACY = "pharmacy"
    NPCC = "npcc"


class ConsentPurpose(StrEnum):
    """What a client may agree to, one row each (GDPR art. 9(2)(a); specs of law L-37)."""

    CARE = "care"
    CARER_SHARING = "carer_sharing"
    AUTOMATIC_REORDER = "automatic_reorder"
    RESEARCH = "research"


class CarerLevel(StrEnum):
    """How far an informal carer may go for a client."""

    VIEW = "view"
    ORDER = "order"


class Organisation(Base):
    """Who contracts and pays: a household, a care home, a hospital, NPCC itself."""

    __tablename__ = "organisation"

    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind))
    name: Mapped[str] = mapped_column(short)
    code: Mapped[str] = mapped_column(short, unique=True)
    active: Mapped[bool] = mapped_column(default=True)


class Site(Base):
    """A place with one delivery address. Times are minutes after local midnight."""

    __tablename__ = "site"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    code: Mapped[str] = mapped_column(short, unique=True)
    kind: Mapped[SiteKind] = mapped_column(choice(SiteKind))
    name: Mapped[str] = mapped_column(short)
    street: Mapped[str] = mapped_column(short)
    postcode: Mapped[str] = mapped_column(short)
    place: Mapped[str] = mapped_column(short)
    lat_e5: Mapped[int]
    lon_e5: Mapped[int]
    windows: Mapped[list[Any]]  # [[open_min, close_min], ...]
    floor: Mapped[int] = mapped_column(default=0)
    access_note: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(short, default="")
    delivery_weekdays: Mapped[list[Any]] = mapped_column(default_factory=list)  # 0 = Monday
    min_life_days: Mapped[int | None] = mapped_column(default=None)  # None: rule of its kind
    lift: Mapped[bool] = mapped_column(default=False)
    skills: Mapped[list[Any]] = mapped_column(default_factory=list)  # asked of van and driver
    vans: Mapped[list[Any]] = mapped_column(default_factory=list)  # codes; none named: every one
    depot_id: Mapped[int | None] = mapped_column(
        ForeignKey("depot.id"), default=only_depot(), index=True
    )  # the kitchen that cooks for it; None: no kitchen yet, so nothing is planned for it
    preferred_by_min: Mapped[int | None] = mapped_column(default=None)  # within the windows


class Ward(Base):
    """A ward of a hospital or a unit of a residential centre."""

    __tablename__ = "ward"
    __table_args__ = (UniqueConstraint("site_id", "code"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    code: Mapped[str] = mapped_column(short)
    name: Mapped[str] = mapped_column(short)


class Client(Base):
    """A person who eats; never the payer. `code` is the pseudonym the kitchen may see."""

    __tablename__ = "client"

    code: Mapped[str] = mapped_column(short, unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    given_name: Mapped[str] = mapped_column(short)
    family_name: Mapped[str] = mapped_column(short)
    born: Mapped[date]
    sex: Mapped[str] = mapped_column(short)  # "F" or "M", as the published tables need it
    language: Mapped[str] = mapped_column(short, default="nl")
    phone: Mapped[str] = mapped_column(short, default="")
    dietitian_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", use_alter=True), default=None, index=True
    )
    freezer_litres: Mapped[int | None] = mapped_column(default=None)
    reserve_portions: Mapped[int] = mapped_column(default=0, server_default="0")
    left_on: Mapped[date | None] = mapped_column(default=None)
    ward_id: Mapped[int | None] = mapped_column(ForeignKey("ward.id"), default=None, index=True)
    appliance: Mapped[str | None] = mapped_column(short, default=None)

    @property
    def full_name(self) -> str:
        """Given and family name as on the letter box."""
        return f"{self.given_name} {self.family_name}"


class User(Base):
    """Someone who logs in. `session_epoch` rises with each new password: old sessions end."""

    __tablename__ = "user_account"

    login: Mapped[str] = mapped_column(short, unique=True)
    name: Mapped[str] = mapped_column(short)
    role: Mapped[Role] = mapped_column(choice(Role))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), default=None)
    password_hash: Mapped[str | None] = mapped_column(default=None)
    language: Mapped[str] = mapped_column(short, default="nl")
    session_epoch: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    depots: Mapped[list[Any]] = mapped_column(default_factory=list, server_default="[]")
    depot_id: Mapped[int | None] = mapped_column(ForeignKey("depot.id"), default=None)

    # `depots` are the codes of the kitchens where a dispatcher or cook may work, `depot_id` is
    # where they work now. With one kitchen nobody needs to say so.


class CarerLink(Base):
    """An informal carer's access to one client, with a level and an end."""

    __tablename__ = "carer_link"
    __table_args__ = (UniqueConstraint("user_id", "client_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    level: Mapped[CarerLevel] = mapped_column(choice(CarerLevel))
    until: Mapped[date]


class Consent(Base):
    """What a client agreed to, in which wording, from when to when."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("withdrawn_at is null or withdrawn_at >= given_at", name="withdrawn_after"),
        Index("ix_consent_client_purpose", "client_id", "purpose"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    purpose: Mapped[ConsentPurpose] = mapped_column(choice(ConsentPurpose))
    text_version: Mapped[str] = mapped_column(short)
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)


class ApiKey(Base):
    """A system's key: only its first letters and a hash are kept."""

    __tablename__ = "api_key"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(short)
    prefix: Mapped[str] = mapped_column(short, unique=True)
    key_hash: Mapped[str] = mapped_column(short)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)


class ResetLink(Base):
    """A one-time link to choose a new password: hashed, short-lived, used once."""

    __tablename__ = "reset_link"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    token_hash: Mapped[str] = mapped_column(short, unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)
