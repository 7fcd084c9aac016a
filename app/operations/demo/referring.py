"""Referrals in each state and a few notes in the demo region, made by the verbs themselves."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.i18n import translator
from app.models.care import Prescription, PrescriptionState
from app.models.people import Client, Site, User
from app.models.referrals import Referral
from app.operations import letters, notes, outreferrals, people, referrals
from app.operations.demo.logins import DIETITIAN, REFERRER
from app.operations.letters import Reply
from app.operations.outreferrals import Outgoing
from app.operations.referrals import Correspondent, NewReferral, Referred
from logistics import SiteKind
from screening import Move, MoveReason, Party, ReferralReason, ReferralState

_GP = Correspondent(
    party=Party.GP,
    name="Dr. An Claeys (demo)",
    organisation="Praktijk De Brug (demo)",
    contact="051 00 00 00",
)
_PHARMACIST = Correspondent(party=Party.PHARMACIST, name="Apotheker Stijn Baert (demo)")
_HOSPITAL = Correspondent(
    party=Party.HOSPITAL, name="Ontslagdienst (demo)", organisation="Ziekenhuis De Klaproos (demo)"
)
_DAUGHTER = Correspondent(party=Party.FAMILY, name="Greet Wyffels (demo)", contact="0470 00 00 00")
_SPEECH = Correspondent(party=Party.SPEECH_THERAPIST, name="Eva Maes (demo)")
_R, _M, _S = ReferralReason, Move, ReferralState


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One invented referral: who, why, how many days ago, and what was done with it."""

    person: tuple[str, str, date]
    sender: Correspondent
    reasons: tuple[ReferralReason, ...]
    days_ago: int
    note: str = ""
    steps: tuple[tuple[Move, MoveReason | None, str], ...] = ()


_CASES = (
    _Case(
        person=("Noël", "Vanhee", date(1957, 2, 11)),
        sender=_GP,
        reasons=(_R.SWALLOWING, _R.WEIGHT_LOSS),
        days_ago=0,
        note="Verslikt zich in water sinds twee weken. Woont alleen.",
    ),
    _Case(
        person=("Irma", "Lambrecht", date(1938, 7, 3)),
        sender=_HOSPITAL,
        reasons=(_R.REFEEDING, _R.DISCHARGE),
        days_ago=0,
        note="Ontslag morgen. At negen dagen bijna niets.",
    ),
    _Case(
        person=("Roger", "Deprez", date(1950, 5, 20)),
        sender=_PHARMACIST,
        reasons=(_R.WEIGHT_LOSS,),
        days_ago=8,
        note="Broek is twee maten te groot, vertelt hij aan de toog.",
    ),
    _Case(
        person=("Maria", "Wyffels", date(1941, 9, 30)),
        sender=_DAUGHTER,
        reasons=(_R.HOME_MEALS,),
        days_ago=2,
        steps=((_M.ASK, None, "Wat weegt uw moeder nu, en een half jaar geleden?"),),
    ),
    _Case(
        person=("Jozef", "Claeys", date(1942, 1, 8)),
        sender=_GP,
        reasons=(_R.NEW_DIAGNOSIS,),
        days_ago=12,
        steps=((_M.DECLINE, MoveReason.OUTSIDE_REGION, ""),),
    ),
    _Case(
        person=("Annie", "Bouckaert", date(1953, 12, 1)),
        sender=_GP,
        reasons=(_R.DRUG_NUTRITION,),
        days_ago=6,
        steps=((_M.WITHDRAW, MoveReason.CARED_FOR_ELSEWHERE, ""),),
    ),
)


def refer(session: Session, now: datetime) -> int:
    """Add the referrals and notes; gives how many referrals there are."""
    dietitian, doctor = (_actor(session, login, now) for login in (DIETITIAN, REFERRER))
    for case in _CASES:
        at = now - timedelta(days=case.days_ago)
        actor = doctor if case.sender.party is Party.GP else dietitian
        made = referrals.send(session, actor, _new(case), at)
        for move, why, note in case.steps:
            _move(session, dietitian, made, (move, why, note), at + timedelta(hours=3))
    clients = _clients(session)
    _answered(session, doctor, dietitian, clients[0], now=now)
    _sent(session, dietitian, clients[1:4], now)
    _notes(session, dietitian, clients[0], clients[4], now=now)
    return len(_CASES) + 4


def _actor(session: Session, login: str, now: datetime) -> Actor:
    user = session.scalars(select(User).where(User.login == login)).one()
    return people.actor_for(session, user, now)


def _new(case: _Case) -> NewReferral:
    given, family, born = case.person
    return NewReferral(
        sender=case.sender,
        person=Referred(
            given_name=given, family_name=family, born=born, postcode="8800", place="Roeselare"
        ),
        reasons=case.reasons,
        consent=True,
        note=case.note,
    )


def _move(
    session: Session,
    actor: Actor,
    made: Referral,
    step: tuple[Move, MoveReason | None, str],
    at: datetime,
) -> None:
    move, why, note = step
    referrals.move_referral(session, actor, made.id, move, at, seen=made.state, why=why, note=note)


def _clients(session: Session) -> list[Client]:
    signed = select(Prescription.client_id).where(Prescription.state == PrescriptionState.SIGNED)
    return list(
        session.scalars(
            select(Client)
            .join(Site, Site.id == Client.site_id)
            .where(Site.kind == SiteKind.HOME, Client.id.in_(signed))
            .order_by(Client.code)
            .limit(5)
        )
    )


def _answered(
    session: Session, doctor: Actor, dietitian: Actor, client: Client, *, now: datetime
) -> None:
    """One GP asked, the person is in care, and the letter went back."""
    at = now - timedelta(days=20)
    person = Referred(
        given_name=client.given_name, family_name=client.family_name, born=client.born
    )
    new = NewReferral(sender=_GP, person=person, reasons=(_R.POSITIVE_SCREEN,), consent=True)
    made = referrals.send(session, doctor, new, at)
    referrals.accept(
        session, dietitian, made.id, client.id, at + timedelta(days=1), seen=_S.RECEIVED
    )
    reply = Reply(
        text="Uw patiënt eet weer drie maaltijden. Wij verrijken het ontbijt en wegen elke week.",
        language="nl",
        next_on=now.date() + timedelta(days=28),
    )
    letters.sign_letter(
        session, dietitian, made.id, reply, at + timedelta(days=3), seen=_S.ACCEPTED
    )


def _sent(session: Session, dietitian: Actor, clients: list[Client], now: datetime) -> None:
    """A speech-language therapist who still has to answer, one who did, and one not asked."""
    new = Outgoing(to=_SPEECH, reasons=(_R.SWALLOWING,), consent=True)
    waits, answers, unsent = clients
    letters.send_out(session, dietitian, waits.id, new, now - timedelta(days=4))
    asked = letters.send_out(session, dietitian, answers.id, new, now - timedelta(days=9))
    made = session.get_one(Referral, asked.referral_id)
    told = "Drinken mag van niveau 2 naar niveau 1."
    _move(session, dietitian, made, (_M.ANSWER, None, told), now - timedelta(days=2))
    outreferrals.refer_out(
        session,
        dietitian,
        unsent.id,
        Outgoing(to=_SPEECH, reasons=(_R.SWALLOWING,)),
        now - timedelta(days=1),
        move=_M.DISMISS,
        why=MoveReason.CARED_FOR_ELSEWHERE,
    )


def _notes(
    session: Session, dietitian: Actor, first: Client, second: Client, *, now: datetime
) -> None:
    """A signed note with an addendum, and a draft of yesterday."""
    speak, at = translator("nl"), now - timedelta(days=17)
    signed = notes.start_note(session, dietitian, first.id, speak, at)
    texts = dict(notes.read_note(session, dietitian, signed, at).newest.texts)
    texts["evaluation"] = "Eet weer aan tafel. De dochter kookt op zondag."
    notes.edit_note(
        session, dietitian, signed, texts, why="Gesprek met de dochter", replaces=1, now=at
    )
    notes.sign_note(session, dietitian, signed, replaces=2, now=at + timedelta(minutes=9))
    later = now - timedelta(days=3)
    added = notes.start_addendum(session, dietitian, signed, speak, later)
    more = {"monitoring": "De thuisverpleegkundige weegt elke maandag."}
    notes.edit_note(session, dietitian, added, more, why="Afspraak", replaces=1, now=later)
    notes.sign_note(session, dietitian, added, replaces=2, now=later)
    notes.start_note(session, dietitian, second.id, speak, now - timedelta(days=1))
