"""Verbs of referring: who may, what is refused and why, what is kept of each step."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.access import Actor, Conflict, Forbidden, NotFound, Permission, Refused, Role
from app.i18n import LANGUAGES, translator
from app.models.people import Client, ConsentPurpose, Organisation, OrganisationKind
from app.models.referrals import Referral, ReferralMove
from app.models.system import AccessLog, OutboxMessage
from app.operations import (
    enrolment,
    opinions,
    outreferrals,
    people,
    referrals,
    referralviews,
    takingin,
)
from app.operations.referralviews import ReferralView
from app.outbox import written
from logistics import SiteKind
from screening import Direction, Move, MoveReason, Party, ReferralReason, ReferralState, Urgency
from tests import factories
from tests.app.referring import INSZ, NOW, Region, make_region, new_referral, outgoing

TODAY = date(2026, 11, 23)
S = ReferralState


@pytest.fixture
def region(session: Session) -> Region:
    return make_region(session)


def received(session: Session, region: Region, **values: object) -> Referral:
    return referrals.send(session, region.system, new_referral(**values), NOW)


def steps(session: Session, referral: Referral) -> list[tuple[Move | None, ReferralState]]:
    rows = session.scalars(
        select(ReferralMove)
        .where(ReferralMove.referral_id == referral.id)
        .order_by(ReferralMove.id)
    )
    return [(row.move, row.to_state) for row in rows]


def move(
    session: Session, actor: Actor, referral: Referral, step: Move, **values: object
) -> Referral:
    given = {"seen": referral.state} | values
    return referrals.move_referral(session, actor, referral.id, step, NOW, **given)  # type: ignore[arg-type]


def problems(refused: pytest.ExceptionInfo[Refused]) -> dict[str, str]:
    return {field: code for field, code, _ in refused.value.problems}


def test_a_practice_refers_to_npcc_and_the_clock_runs(session: Session, region: Region) -> None:
    referral = received(session, region)
    assert referral.house_id == region.npcc.id
    assert referral.organisation_id == region.practice.id
    assert (referral.state, referral.urgency) == (S.RECEIVED, Urgency.TWO_DAYS)
    assert referral.due_on == date(2026, 11, 25)
    assert steps(session, referral) == [(None, S.RECEIVED)]


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"consent": False}, "consent", "referral.consent_needed"),
        ({"reasons": ()}, "reasons", "referral.reason_needed"),
        ({"reasons": (ReferralReason.OTHER,)}, "note", "referral.note_needed"),
        ({"born": date(1890, 1, 1)}, "person.born", "client.born_out_of_range"),
        ({"born": date(2026, 11, 24)}, "person.born", "client.born_out_of_range"),
        ({"party": Party.DIETITIAN}, "sender.party", "form.choice"),
        ({"number": "19767017004"}, "sender.number", "referral.number_not_known"),
        ({"insz": "44030212483"}, "person.insz", "referral.insz_not_known"),
        (
            {"insz": INSZ, "born": date(1944, 3, 3)},
            "person.insz",
            "referral.insz_other_birth",
        ),
        (
            {"commission_cents": 2500},
            "commission_cents",
            "referral.commission_needs_opinion",
        ),
    ],
)
def test_what_may_not_be_is_refused_and_says_why(
    session: Session, region: Region, values: dict[str, object], field: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        received(session, region, **values)
    assert problems(refused) == {field: code}
    assert session.scalar(select(func.count(Referral.id))) == 0
    for language in LANGUAGES:
        args = refused.value.problems[0][2]
        assert len(translator(language).say(code, **args)) > 20


def test_numbers_are_kept_as_digits(session: Session, region: Region) -> None:
    referral = received(session, region, insz="44.03.02-124.82", number="1-97670-16-004")
    assert (referral.insz, referral.party_number) == (INSZ, "19767016004")


def test_a_commission_asks_an_opinion_that_holds_today(session: Session, region: Region) -> None:
    admin = region.actors["admin"]
    with pytest.raises(Refused) as refused:
        opinions.file_opinion(session, admin, "Advies", TODAY - timedelta(days=1), NOW)
    assert problems(refused) == {"valid_until": "opinion.has_ended"}
    with pytest.raises(Refused):
        opinions.file_opinion(session, admin, " ", TODAY, NOW)
    with pytest.raises(Forbidden):
        opinions.file_opinion(session, region.actors["owner"], "Advies", TODAY, NOW)
    filed = opinions.file_opinion(session, admin, "Advies art. 38, kantoor X", TODAY, NOW)
    assert received(session, region, commission_cents=2500).opinion_id == filed.id
    assert received(session, region).opinion_id is None
    assert opinions.opinions(session, admin) == ((filed, region.admin.name),)
    with pytest.raises(Refused):
        referrals.send(
            session, region.system, new_referral(commission_cents=1), NOW + timedelta(days=1)
        )


def test_the_database_keeps_a_commission_out_by_itself(session: Session, region: Region) -> None:
    referral = received(session, region)
    referral.commission_cents = 100
    with pytest.raises(IntegrityError, match="commission"):
        session.flush()
    session.rollback()


def test_the_database_keeps_a_referral_without_consent_out(
    session: Session, region: Region
) -> None:
    referral = received(session, region)
    values = {
        column.name: getattr(referral, column.name)
        for column in Referral.__table__.columns
        if column.name != "id"
    }
    with pytest.raises(IntegrityError, match="consent"):
        session.execute(insert(Referral).values(values | {"code": "X", "consent_stated": False}))
    session.rollback()


def test_dietitians_hear_of_it_without_a_name_or_a_reason(session: Session, region: Region) -> None:
    referral = received(session, region, note="Slikt moeilijk, woont alleen.")
    messages = session.scalars(select(OutboxMessage)).all()
    assert {one.address for one in messages} == {region.owner.login, region.colleague.login}
    subject, text = written(messages[0], "https://npcc.example")
    assert f"https://npcc.example/referrals/{referral.id}" in text
    assert "25 november" in text
    for secret in ("Godelieve", "Vandamme", "Slikt", "Gewicht", "Claeys", "1944"):
        assert secret not in subject + text + str(messages[0].content)


def test_one_key_is_one_referral_and_other_content_is_a_conflict(
    session: Session, region: Region
) -> None:
    first, fresh = referrals.send_once(session, region.system, new_referral(), "k1", NOW)
    again, second = referrals.send_once(session, region.system, new_referral(), "k1", NOW)
    assert (first.id, fresh, second) == (again.id, True, False)
    with pytest.raises(Conflict) as clash:
        referrals.send_once(session, region.system, new_referral(note="meer"), "k1", NOW)
    assert clash.value.code == "referral.key_used_for_other_content"
    other, fresh = referrals.send_once(session, region.system, new_referral(), "k2", NOW)
    assert fresh
    assert other.id != first.id


def test_an_informal_carer_and_a_kitchen_refer_nobody(session: Session, region: Region) -> None:
    carer = factories.make_user(session, Role.CARER, organisation_id=region.client.organisation_id)
    actor = people.actor_for(session, carer, NOW)
    with pytest.raises(NotFound):
        referrals.send(session, actor, new_referral(), NOW)
    assert referralviews.referral_list(session, actor, now=NOW, view=ReferralView.OPEN).total == 0
    with pytest.raises(Forbidden):
        referrals.send(session, Actor(role=Role.KITCHEN), new_referral(), NOW)


def test_owner_and_colleague_see_it_a_stranger_and_another_practice_do_not(
    session: Session, region: Region
) -> None:
    referral = received(session, region)
    other = factories.make_organisation(session, OrganisationKind.PHARMACY)
    pharmacy = Actor(role=Role.REFERRER, organisation_id=other.id)
    for name in ("owner", "colleague", "doctor"):
        facts = referralviews.referral_facts(session, region.actors[name], referral.id, NOW)
        assert facts.referral.id == referral.id
    for actor in (region.actors["stranger"], pharmacy):
        for verb in (referralviews.referral_facts, referralviews.sender_view):
            with pytest.raises(NotFound):
                verb(session, actor, referral.id, NOW)
        with pytest.raises(NotFound):
            move(session, actor, referral, Move.WITHDRAW, why=MoveReason.DUPLICATE)
    looks = session.scalars(select(AccessLog.act).where(AccessLog.act == "referral.viewed"))
    assert len(looks.all()) == 3


def test_the_sender_may_answer_and_withdraw_and_nothing_else(
    session: Session, region: Region
) -> None:
    referral = received(session, region)
    doctor, owner = region.actors["doctor"], region.actors["owner"]
    facts = referralviews.referral_facts(session, doctor, referral.id, NOW)
    assert facts.moves == (Move.WITHDRAW,)
    assert not facts.handles
    for step in (Move.ACCEPT, Move.DECLINE, Move.ASK):
        with pytest.raises(Forbidden):
            move(session, doctor, referral, step, note="x")
    move(session, owner, referral, Move.ASK, note="Welk gewicht in mei?")
    seen = referralviews.sender_view(session, doctor, referral.id, NOW)
    assert (seen.state, seen.question) == (S.ASKED, "Welk gewicht in mei?")
    assert referralviews.waiting_count(session, doctor) == 1
    move(session, doctor, referral, Move.TELL, note="58 kg")
    assert referral.state is S.RECEIVED
    move(session, doctor, referral, Move.WITHDRAW, why=MoveReason.NO_LONGER_NEEDED)
    assert steps(session, referral) == [
        (None, S.RECEIVED),
        (Move.ASK, S.ASKED),
        (Move.TELL, S.RECEIVED),
        (Move.WITHDRAW, S.WITHDRAWN),
    ]
    assert referralviews.sender_view(session, doctor, referral.id, NOW).why == "no_longer_needed"


def test_an_answer_to_a_question_starts_the_clock_again(session: Session, region: Region) -> None:
    referral = received(session, region)
    owner = region.actors["owner"]
    move(session, owner, referral, Move.ASK, note="?")
    later = NOW + timedelta(days=7)
    referrals.move_referral(
        session, region.system, referral.id, Move.TELL, later, seen=S.ASKED, note="58 kg"
    )
    assert referral.due_on == date(2026, 12, 2)


@pytest.mark.parametrize("step", [Move.ASK, Move.DECLINE, Move.WITHDRAW])
def test_a_move_that_needs_a_reason_is_refused_without(
    session: Session, region: Region, step: Move
) -> None:
    referral = received(session, region)
    for why in (None, MoveReason.OTHER):
        with pytest.raises(Refused) as refused:
            move(session, region.actors["owner"], referral, step, why=why)
        assert problems(refused) == {"note": f"referral.needs_why.{step}"}
    assert referral.state is S.RECEIVED


def test_who_comes_second_is_told_where_it_stands(session: Session, region: Region) -> None:
    referral = received(session, region)
    move(session, region.actors["owner"], referral, Move.DECLINE, why=MoveReason.OUTSIDE_REGION)
    with pytest.raises(Conflict) as clash:
        move(session, region.actors["colleague"], referral, Move.ACCEPT, seen=S.RECEIVED)
    assert clash.value.code == "referral.someone_was_first"
    with pytest.raises(Conflict):  # an end has no way out
        move(session, region.actors["owner"], referral, Move.ACCEPT)


def test_two_at_once_move_it_once(session: Session, region: Region) -> None:
    referral = received(session, region)
    session.commit()
    with Session(session.get_bind(), expire_on_commit=False) as other:
        move(session, region.actors["owner"], referral, Move.ASK, note="?")
        session.commit()
        seen = other.get_one(Referral, referral.id)
        set_committed_value(seen, "state", S.RECEIVED)  # as it was read before the other moved
        with pytest.raises(Conflict):
            referrals._set_state(other, seen, S.DECLINED, NOW)


def test_accepting_links_a_client_the_actor_may_reach(session: Session, region: Region) -> None:
    referral = received(session, region)
    owner = region.actors["owner"]
    with pytest.raises(NotFound):
        referrals.accept(session, owner, referral.id, 10**9, NOW, seen=S.RECEIVED)
    linked = referrals.accept(session, owner, referral.id, region.client.id, NOW, seen=S.RECEIVED)
    assert (linked.state, linked.client_id) == (S.ACCEPTED, region.client.id)
    acts = session.scalars(
        select(AccessLog.act).where(AccessLog.client_id == region.client.id)
    ).all()
    assert "referral.linked" in acts


def new_client(**values: object) -> enrolment.NewClient:
    given = {
        "given_name": "Godelieve",
        "family_name": "Vandamme",
        "born": date(1944, 3, 2),
        "sex": "F",
        "language": "nl",
        "phone": "",
        "site_id": None,
        "home": enrolment.Home(
            street="Kerkstraat 1", postcode="8800", place="Roeselare", weekday=0
        ),
        "consents": True,
    }
    return enrolment.NewClient(**(given | values))  # type: ignore[arg-type]


def test_accepting_somebody_new_enrols_them(session: Session, region: Region) -> None:
    referral = received(session, region)
    owner = region.actors["owner"]
    found = takingin.accept_new(session, owner, referral.id, new_client(), NOW, seen=S.RECEIVED)
    client = session.get_one(Client, found.client_id)
    assert client.full_name == "Godelieve Vandamme"
    assert people.has_consent(session, client.id, ConsentPurpose.CARE)
    again = received(session, region)
    facts = referralviews.referral_facts(session, owner, again.id, NOW)
    assert [one.client_id for one in facts.likely] == [client.id]
    with pytest.raises(Refused) as refused:
        takingin.accept_new(session, owner, again.id, new_client(), NOW, seen=S.RECEIVED)
    assert problems(refused) == {"another": "client.already_known"}


def test_somebody_of_the_same_birth_date_or_name_is_shown_before_enrolling(
    session: Session, region: Region
) -> None:
    same_day = factories.make_client(session, given_name="Lea", born=date(1944, 3, 2))
    same_name = factories.make_client(
        session, given_name="godelieve", family_name="VANDAMME", born=date(1950, 1, 1)
    )
    factories.make_client(session, given_name="Rita", family_name="Vandamme", born=TODAY)
    referral = received(session, region)
    facts = referralviews.referral_facts(session, region.actors["owner"], referral.id, NOW)
    assert [one.client_id for one in facts.likely] == [same_day.id, same_name.id]
    doctor = referralviews.referral_facts(session, region.actors["doctor"], referral.id, NOW)
    assert doctor.likely == ()


def test_a_dietitian_of_a_house_keeps_what_they_note(session: Session, region: Region) -> None:
    stranger = region.actors["stranger"]
    referral = referrals.send(session, stranger, new_referral(party=Party.FAMILY), NOW)
    assert referral.house_id == stranger.organisation_id
    with pytest.raises(NotFound):
        referralviews.sender_view(session, region.system, referral.id, NOW)
    assert referralviews.waiting_count(session, stranger) == 1


def test_the_list_counts_each_view_and_puts_the_latest_deadline_last(
    session: Session, region: Region
) -> None:
    owner = region.actors["owner"]
    slow = received(session, region, reasons=(ReferralReason.HOME_MEALS,))
    fast = received(session, region, reasons=(ReferralReason.REFEEDING,))
    gone = received(session, region)
    move(session, owner, gone, Move.DECLINE, why=MoveReason.NOT_FOR_US)
    out = outreferrals.refer_out(session, owner, region.client.id, outgoing(), NOW)
    found = referralviews.referral_list(session, owner, now=NOW, view=ReferralView.OPEN)
    assert [row.id for row in found.rows] == [fast.id, slow.id]
    assert found.counts == {
        ReferralView.OPEN: 2,
        ReferralView.LATE: 0,
        ReferralView.IN_CARE: 0,
        ReferralView.SENT: 1,
        ReferralView.ENDED: 1,
    }
    later = NOW + timedelta(days=4)
    late = referralviews.referral_list(session, owner, now=later, view=ReferralView.LATE)
    assert [row.id for row in late.rows] == [fast.id, out.id]
    ended = referralviews.referral_list(session, owner, now=NOW, view=ReferralView.ENDED)
    assert [row.id for row in ended.rows] == [gone.id]
    sent = referralviews.referral_list(session, owner, now=NOW, view=ReferralView.SENT)
    assert [row.client_id for row in sent.rows] == [region.client.id]
    logged = session.scalars(
        select(AccessLog.client_id).where(AccessLog.act == "referrals.listed")
    ).all()
    assert region.client.id in logged
    assert None in logged


def test_what_is_due_today_is_handed_to_the_worklist(session: Session, region: Region) -> None:
    owner = region.actors["owner"]
    referral = received(session, region)
    assert referralviews.referrals_due(session, owner, TODAY) == ()
    (due,) = referralviews.referrals_due(session, owner, referral.due_on)
    assert (due.referral_id, due.client_id, due.party) == (referral.id, None, Party.GP)
    assert referralviews.referrals_due(session, region.actors["stranger"], referral.due_on) == ()


def test_a_client_is_referred_out_with_their_consent_only(session: Session, region: Region) -> None:
    owner = region.actors["owner"]
    for values, field in (
        ({"consent": False}, "consent"),
        ({"party": Party.SELF}, "party"),
        ({"reasons": ()}, "reasons"),
    ):
        with pytest.raises(Refused) as refused:
            outreferrals.refer_out(session, owner, region.client.id, outgoing(**values), NOW)
        assert set(problems(refused)) == {field}
    referral = outreferrals.refer_out(session, owner, region.client.id, outgoing(), NOW)
    assert (referral.direction, referral.state) == (Direction.OUTGOING, S.SENT)
    assert steps(session, referral) == [(None, S.PROPOSED), (Move.SEND, S.SENT)]
    assert referral.due_on == date(2026, 11, 25)
    for name in ("stranger",):
        with pytest.raises(NotFound):
            outreferrals.refer_out(session, region.actors[name], region.client.id, outgoing(), NOW)


def test_a_proposal_set_aside_says_why(session: Session, region: Region) -> None:
    owner = region.actors["owner"]
    with pytest.raises(Refused):
        outreferrals.refer_out(session, owner, region.client.id, outgoing(), NOW, move=Move.DISMISS)
    referral = outreferrals.refer_out(
        session,
        owner,
        region.client.id,
        outgoing(consent=False),
        NOW,
        move=Move.DISMISS,
        why=MoveReason.CARED_FOR_ELSEWHERE,
    )
    assert referral.state is S.DISMISSED


def test_a_house_handles_the_referrals_of_its_own_clients(session: Session, region: Region) -> None:
    stranger = region.actors["stranger"]
    owner = region.actors["owner"]
    hospital = session.get_one(Organisation, stranger.organisation_id)
    site = factories.make_site(session, hospital, kind=SiteKind.HOSPITAL)
    patient = factories.make_client(session, site)
    referral = outreferrals.refer_out(session, owner, patient.id, outgoing(), NOW)
    assert referral.urgency is Urgency.NEXT_DAY  # in hospital
    found = referralviews.client_referrals(session, stranger, patient.id, NOW)
    assert [row.id for row in found.rows] == [referral.id]
    with pytest.raises(NotFound):
        referralviews.client_referrals(session, stranger, region.client.id, NOW)
    assert referrals.find_referral(session, stranger, referral.id, Permission.HANDLE_REFERRAL)
