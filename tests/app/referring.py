"""Who refers to whom in tests: a GP's practice with a key, two dietitians of NPCC, a hospital."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.models.people import Client, Organisation, OrganisationKind, User
from app.operations import people
from app.operations.outreferrals import Outgoing
from app.operations.referrals import Correspondent, NewReferral, Referred
from screening import Party, ReferralReason
from tests import factories

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
INSZ = "44030212482"  # of nobody: made for a woman born on 2 March 1944


def new_referral(**values: Any) -> NewReferral:
    """Give a referral of a GP for a woman who loses weight; keywords of person and sender too."""
    sender = {
        "party": Party.GP,
        "name": "Dr. An Claeys",
        "organisation": "Praktijk De Brug",
        "contact": "051 00 00 00",
    }
    person = {"given_name": "Godelieve", "family_name": "Vandamme", "born": date(1944, 3, 2)}
    for given in (sender, person):
        given |= {name: values.pop(name) for name in tuple(values) if name in _NAMES[id_of(given)]}
    defaults: dict[str, Any] = {"reasons": (ReferralReason.WEIGHT_LOSS,), "consent": True}
    return NewReferral(
        sender=Correspondent(**sender), person=Referred(**person), **(defaults | values)
    )


def id_of(given: dict[str, Any]) -> str:
    return "sender" if "party" in given else "person"


_NAMES = {"sender": frozenset(Correspondent.__slots__), "person": frozenset(Referred.__slots__)}


def outgoing(**values: Any) -> Outgoing:
    """Give a referral of a client to a speech-language therapist."""
    to = Correspondent(party=values.pop("party", Party.SPEECH_THERAPIST), name="Eva Maes")
    defaults: dict[str, Any] = {"reasons": (ReferralReason.SWALLOWING,), "consent": True}
    return Outgoing(to=to, **(defaults | values))


@dataclass(frozen=True, kw_only=True)
class Region:
    """Everybody who may or may not see a referral."""

    npcc: Organisation
    practice: Organisation
    owner: User
    colleague: User
    stranger: User
    doctor: User
    admin: User
    client: Client
    key: str
    actors: dict[str, Actor] = field(default_factory=dict)

    @property
    def system(self) -> Actor:
        """The practice's system."""
        return Actor(role=Role.REFERRER, organisation_id=self.practice.id, name="Praktijk")


def make_region(session: Session, now: datetime = NOW) -> Region:
    """Give a region in which a practice refers to NPCC; the stranger works for a hospital."""
    kinds = OrganisationKind
    npcc = factories.make_organisation(session, kinds.NPCC, name="NPCC Roeselare")
    practice = factories.make_organisation(session, kinds.PRACTICE, name="Praktijk De Brug")
    hospital = factories.make_organisation(session, kinds.HOSPITAL)
    admin = factories.make_user(session, Role.ADMIN, organisation_id=npcc.id)
    own = {"organisation_id": npcc.id}
    region = Region(
        npcc=npcc,
        practice=practice,
        owner=factories.make_user(session, **own),
        colleague=factories.make_user(session, **own),
        stranger=factories.make_user(session, organisation_id=hospital.id),
        doctor=factories.make_user(session, Role.REFERRER, organisation_id=practice.id),
        admin=admin,
        client=factories.make_client(
            session, given_name="Maria", family_name="Callewaert", born=date(1940, 1, 1)
        ),
        key=people.issue_key(session, Actor(role=Role.ADMIN), practice.id, "software", now),
    )
    for name in ("owner", "colleague", "stranger", "doctor", "admin"):
        region.actors[name] = people.actor_for(session, getattr(region, name), now)
    return region
