"""Who gets in, who sees whom, and what is remembered of it."""

from datetime import date, timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Conflict, Forbidden, NotFound, Permission, Refused, Role
from app.db import transaction
from app.models.people import (
    ApiKey,
    CarerLevel,
    CarerLink,
    ConsentPurpose,
    Organisation,
    OrganisationKind,
    ResetLink,
    User,
)
from app.models.system import AccessLog, LoginAttempt, OutboxMessage
from app.operations import orders, people
from tests.conftest import NOW
from tests.factories import make_client, make_order, make_organisation, make_site, make_user

PASSWORD = "een heel lang wachtwoord"


@pytest.fixture(scope="module")
def hashed() -> str:
    return people.hash_password(PASSWORD)


@pytest.fixture
def dietitian(session: Session, hashed: str) -> User:
    return make_user(session, login="lien@example.org", password_hash=hashed)


def actor(session: Session, user: User) -> people.Actor:
    return people.actor_for(session, user, NOW)


def log_in(session: Session, password: str, login: str = "lien@example.org") -> User | None:
    return people.log_in(session, login, password, "192.0.2.1", NOW)


def test_login_and_password_must_belong_together(session: Session, dietitian: User) -> None:
    assert log_in(session, PASSWORD) is dietitian
    assert log_in(session, PASSWORD, " LIEN@example.org ") is dietitian
    assert log_in(session, "iets anders") is None
    assert log_in(session, PASSWORD, "onbekend@example.org") is None


def test_guessing_a_stolen_hash_takes_memory_and_time(house_hasher: PasswordHasher) -> None:
    """At least the first choice of RFC 9106 for little memory: argon2id, 64 MiB, three passes."""
    assert house_hasher.hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_someone_who_left_gets_in_no_more(session: Session, dietitian: User) -> None:
    dietitian.active = False
    assert log_in(session, PASSWORD) is None
    epoch = dietitian.session_epoch
    assert people.actor_of_session(session, dietitian.id, epoch, NOW) is None


def test_staff_of_an_organisation_that_ended_get_in_no_more(
    session: Session, dietitian: User
) -> None:
    house = session.get_one(Organisation, dietitian.organisation_id)
    epoch = dietitian.session_epoch
    assert people.actor_of_session(session, dietitian.id, epoch, NOW) is not None
    house.active = False
    session.flush()
    assert log_in(session, PASSWORD) is None
    assert people.actor_of_session(session, dietitian.id, epoch, NOW) is None
    people.ask_reset(session, "lien@example.org", address="192.0.2.1", now=NOW)
    assert session.scalars(select(OutboxMessage)).all() == []


def test_guessing_is_slowed_down_even_with_the_right_password(
    session: Session, dietitian: User
) -> None:
    for _ in range(people.MAX_FAILURES):
        assert log_in(session, "gok") is None
    with pytest.raises(Conflict, match="account.too_many"):
        log_in(session, PASSWORD)
    later = NOW + people.FAILURE_WINDOW + timedelta(seconds=1)
    assert people.log_in(session, dietitian.login, PASSWORD, "192.0.2.1", later) is dietitian


def test_guessing_many_logins_from_one_place_is_slowed_down(session: Session) -> None:
    subject = people._digest("from:192.0.2.9")
    for _ in range(people.MAX_FAILURES_PER_ADDRESS):
        people.upkeep.note_failure(session, subject, NOW)
    session.flush()
    with pytest.raises(Conflict, match="account.too_many"):
        people.log_in(session, "wie@example.org", "gok", "192.0.2.9", NOW)


def test_failures_are_kept_without_names(session: Session, dietitian: User) -> None:
    log_in(session, "gok")
    session.flush()
    kept = session.scalars(select(LoginAttempt.subject_hash)).all()
    assert len(kept) == 2
    assert all(len(one) == 64 and "lien" not in one for one in kept)


def test_a_good_login_forgets_earlier_slips(session: Session, dietitian: User) -> None:
    for _ in range(people.MAX_FAILURES - 1):
        log_in(session, "gok")
    assert log_in(session, PASSWORD) is dietitian
    for _ in range(people.MAX_FAILURES - 1):
        assert log_in(session, "gok") is None


def asked_link(session: Session) -> str:
    message = session.scalars(select(OutboxMessage)).one()
    return str(message.content["link"]).split("#")[1]


def test_a_reset_link_works_once(session: Session, dietitian: User) -> None:
    people.ask_reset(session, dietitian.login, address="192.0.2.1", now=NOW)
    session.flush()
    token = asked_link(session)
    assert session.scalars(select(ResetLink.token_hash)).one() != token
    before = dietitian.session_epoch
    people.reset_password(session, token, "een ander lang wachtwoord", NOW)
    assert dietitian.session_epoch == before + 1
    assert people.actor_of_session(session, dietitian.id, before, NOW) is None
    with pytest.raises(Refused, match="account.link_spent"):
        people.reset_password(session, token, "nog een lang wachtwoord", NOW)


def test_a_reset_link_ends_after_half_an_hour(session: Session, dietitian: User) -> None:
    people.ask_reset(session, dietitian.login, address="192.0.2.1", now=NOW)
    session.flush()
    late = NOW + people.RESET_LIFE + timedelta(seconds=1)
    with pytest.raises(Refused, match="account.link_spent"):
        people.reset_password(session, asked_link(session), PASSWORD, late)


def test_a_short_password_is_refused(session: Session, dietitian: User) -> None:
    with pytest.raises(Refused, match="account.password_short"):
        people.set_password(dietitian, "kort")


def test_asking_for_a_stranger_sends_nothing(session: Session) -> None:
    people.ask_reset(session, "onbekend@example.org", address="192.0.2.1", now=NOW)
    assert session.scalars(select(OutboxMessage)).all() == []


def test_asking_again_and_again_stops_sending(session: Session, dietitian: User) -> None:
    for _ in range(people.MAX_FAILURES + 3):
        people.ask_reset(session, dietitian.login, address="192.0.2.1", now=NOW)
        session.flush()
    assert session.scalar(select(func.count(OutboxMessage.id))) == people.MAX_FAILURES


def test_the_own_password_changes_only_with_the_present_one(
    session: Session, dietitian: User
) -> None:
    who = actor(session, dietitian)
    with pytest.raises(Refused, match="account.current_wrong"):
        people.change_password(session, who, "gok", "een ander lang wachtwoord")
    user = people.change_password(session, who, PASSWORD, "een ander lang wachtwoord")
    assert log_in(session, "een ander lang wachtwoord") is user


def test_staff_of_npcc_reach_all_clients_and_others_their_own(session: Session) -> None:
    home = make_client(session)
    house = make_organisation(session, OrganisationKind.RESIDENTIAL)
    resident = make_client(session, make_site(session, house))
    lien = actor(session, make_user(session))
    nurse = actor(session, make_user(session, Role.CARER, organisation_id=house.id))
    assert people.find_client(session, lien, home.id, Permission.VIEW_CLIENT) is home
    assert people.find_client(session, nurse, resident.id, Permission.VIEW_MEALS) is resident
    with pytest.raises(NotFound):
        people.find_client(session, nurse, home.id, Permission.VIEW_MEALS)


@pytest.mark.parametrize("kind", [OrganisationKind.RESIDENTIAL, OrganisationKind.HOSPITAL])
def test_a_resident_reaches_only_their_own_orders_in_the_house(
    session: Session, kind: OrganisationKind
) -> None:
    house = make_organisation(session, kind)
    site = make_site(session, house)
    resident, neighbour = make_client(session, site), make_client(session, site)
    theirs = make_order(session, neighbour, date(2026, 11, 27), ("mash/7/standard", 1, 200))
    mine = make_order(session, resident, date(2026, 11, 27), ("mash/7/standard", 1, 200))
    values = {"organisation_id": house.id}
    user = make_user(session, Role.CLIENT, client_id=resident.id, **values)
    who = actor(session, user)
    assert not who.is_house
    with pytest.raises(NotFound):
        orders.cancel(session, who, theirs.id, NOW)
    assert orders.cancel(session, who, mine.id, NOW) is mine
    nurse = actor(session, make_user(session, Role.CARER, **values))
    assert nurse.is_house
    assert orders.cancel(session, nurse, theirs.id, NOW) is theirs


def test_nobody_is_told_apart_from_somebody_elses(session: Session) -> None:
    stranger = actor(session, make_user(session, Role.CLIENT, client_id=make_client(session).id))
    theirs = make_client(session)
    for wanted in (theirs.id, 999_999):
        with pytest.raises(NotFound):
            people.find_client(session, stranger, wanted, Permission.VIEW_MEALS)


def test_a_client_without_a_link_sees_nobody(session: Session) -> None:
    make_client(session)
    lost = actor(session, make_user(session, Role.CLIENT))
    assert session.scalars(people.visible_clients(lost, Permission.VIEW_MEALS)).all() == []


@pytest.mark.parametrize(
    ("level", "until", "consented", "sees", "may_order"),
    [
        (CarerLevel.VIEW, date(2026, 12, 31), True, True, False),
        (CarerLevel.ORDER, date(2026, 12, 31), True, True, True),
        (CarerLevel.ORDER, date(2026, 11, 23), True, True, True),
        (CarerLevel.ORDER, date(2026, 11, 22), True, False, False),
        (CarerLevel.ORDER, date(2026, 12, 31), False, False, False),
    ],
)
def test_an_informal_carer_reaches_as_far_as_the_client_allows(
    session: Session,
    level: CarerLevel,
    until: date,
    *,
    consented: bool,
    sees: bool,
    may_order: bool,
) -> None:
    client = make_client(session)
    carer = make_user(session, Role.CARER, organisation_id=client.organisation_id)
    session.add(CarerLink(user_id=carer.id, client_id=client.id, level=level, until=until))
    owner = actor(session, make_user(session, Role.CLIENT, client_id=client.id))
    session.flush()
    people.record_consent(
        session, owner, client.id, ConsentPurpose.CARER_SHARING, given=consented, now=NOW
    )
    session.flush()
    who = actor(session, carer)
    seen = session.scalars(people.visible_clients(who, Permission.VIEW_MEALS)).all()
    ordered = session.scalars(people.visible_clients(who, Permission.ORDER)).all()
    assert (bool(seen), bool(ordered)) == (sees, may_order)


def test_consent_withdrawn_is_consent_ended(session: Session) -> None:
    client = make_client(session)
    owner = actor(session, make_user(session, Role.CLIENT, client_id=client.id))
    purpose = ConsentPurpose.AUTOMATIC_REORDER
    for given in (True, False, True):
        people.record_consent(session, owner, client.id, purpose, given=given, now=NOW)
        session.flush()
        assert people.has_consent(session, client.id, purpose) is given
    logged = session.scalars(select(AccessLog.act)).all()
    assert logged == ["consent.automatic_reorder"] * 3


def test_an_api_key_is_kept_as_a_hash_and_can_be_revoked(session: Session) -> None:
    hospital = make_organisation(session, OrganisationKind.HOSPITAL)
    admin = actor(session, make_user(session, Role.ADMIN))
    key = people.issue_key(session, admin, hospital.id, "keuken", NOW)
    session.flush()
    row = session.scalars(select(ApiKey)).one()
    assert key not in (row.key_hash, row.prefix)
    found = people.actor_of_key(session, key)
    assert found is not None
    assert found.organisation_id == hospital.id
    people.revoke_key(session, admin, row.id, NOW)
    session.flush()
    assert people.actor_of_key(session, key) is None
    assert people.actor_of_key(session, "npcc_onbekend") is None


def test_only_an_administrator_issues_keys(session: Session, dietitian: User) -> None:
    with pytest.raises(Forbidden):
        people.issue_key(session, actor(session, dietitian), 1, "x", NOW)
    admin = actor(session, make_user(session, Role.ADMIN))
    with pytest.raises(NotFound):
        people.issue_key(session, admin, 999_999, "x", NOW)
    with pytest.raises(NotFound):
        people.revoke_key(session, admin, 999_999, NOW)


def kept_user(app: Flask, hashed: str) -> User:
    with transaction(app.extensions["npcc"].engine) as session:
        return make_user(session, login="lien@example.org", password_hash=hashed)


def post_login(browser: FlaskClient, password: str, **more: str) -> int:
    form = {"login": "lien@example.org", "password": password, **more}
    return browser.post("/login", data=form).status_code


def test_logging_in_over_http(app: Flask, hashed: str) -> None:
    kept_user(app, hashed)
    browser = app.test_client()
    assert browser.get("/account").status_code == 302
    assert post_login(browser, "gok") == 401
    assert post_login(browser, PASSWORD) == 303
    assert browser.get("/account").status_code == 200
    assert browser.post("/logout").status_code == 303
    assert browser.get("/account").status_code == 302


def test_the_way_back_stays_inside_the_house(app: Flask, hashed: str) -> None:
    kept_user(app, hashed)
    for wanted in ("https://kwaad.example", "//kwaad.example", "/\\kwaad.example"):
        browser = app.test_client()
        form = {"login": "lien@example.org", "password": PASSWORD, "next": wanted}
        answer = browser.post("/login", data=form)
        assert "kwaad" not in answer.headers["Location"]


def test_a_form_without_its_token_changes_nothing(app: Flask, hashed: str) -> None:
    kept_user(app, hashed)
    app.config["WTF_CSRF_ENABLED"] = True
    browser = app.test_client()
    assert post_login(browser, PASSWORD) == 400
    assert browser.get("/account").status_code == 302


def test_a_form_that_outlives_its_session_leads_back_through_the_door(
    app: Flask, hashed: str
) -> None:
    kept_user(app, hashed)
    form = "http://localhost/clients/1/screenings/new?tool=MUST"
    without = app.test_client().post("/account", data={}, headers={"Referer": form})
    app.config["WTF_CSRF_ENABLED"] = True
    stale = app.test_client().post("/account", data={}, headers={"Referer": form})
    for answer, status in ((without, 401), (stale, 400)):
        assert answer.status_code == status
        assert "U bent niet meer aangemeld" in answer.text
        assert "/login?next=/clients/1/screenings/new" in answer.text
    strange = {"Referer": "https://kwaad.example/x"}
    assert "kwaad" not in app.test_client().post("/account", data={}, headers=strange).text


@pytest.mark.parametrize(
    ("told", "leads_to"),
    [
        ("http://localhost/account?tab=2", "/account"),
        ("http://localhost/nowhere", "/"),  # itself
        ("http://localhost/logout", "/"),  # only takes a form
        ("http://localhost/other/nowhere", "/"),
        ("http://localhost//kwaad.example", "/"),
        ("https://kwaad.example/account", "/"),
        ("", "/"),
    ],
)
def test_a_page_that_cannot_be_given_leads_back_to_where_one_came_from(
    app: Flask, told: str, leads_to: str
) -> None:
    answer = app.test_client().get("/nowhere", headers={"Referer": told})
    assert answer.status_code == 404
    assert f'href="{leads_to}">Ga verder</a>' in answer.text


def test_a_form_that_is_refused_leads_back_to_its_own_page(app: Flask, hashed: str) -> None:
    kept_user(app, hashed)
    browser = app.test_client()
    post_login(browser, PASSWORD)
    app.config["WTF_CSRF_ENABLED"] = True
    own = {"Referer": "http://localhost/account"}
    answer = browser.post("/account", data={}, headers=own)
    assert answer.status_code == 400
    assert 'href="/account">Ga verder</a>' in answer.text


def test_a_page_without_a_form_tells_each_point_that_it_refuses(app: Flask, hashed: str) -> None:
    kept_user(app, hashed)
    browser = app.test_client()
    post_login(browser, PASSWORD)
    answer = browser.post("/language", data={"language": "xx"})
    assert answer.status_code == 422
    assert "pas ze aan.</p><ul><li>Kies een waarde uit de lijst.</li></ul>" in answer.text


def test_pages_carry_the_headers_that_keep_them_to_themselves(app: Flask) -> None:
    answer = app.test_client().get("/login")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "style=" not in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_the_door_speaks_the_readers_language(app: Flask, language: str) -> None:
    answer = app.test_client().get("/login", headers={"Accept-Language": f"{language}-BE"})
    assert f'lang="{language}"' in answer.text


def test_a_chosen_language_stays(app: Flask) -> None:
    browser = app.test_client()
    assert browser.post("/language", data={"language": "fr"}).status_code == 303
    assert 'lang="fr"' in browser.get("/login").text


def test_the_health_page_answers_without_a_login(app: Flask) -> None:
    assert app.test_client().get("/healthz").json == {"status": "ok"}
