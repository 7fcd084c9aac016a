"""Administration over HTTP: who gets in, who contracts, keys and jobs; no health data."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.access import Role
from app.db import read_only, transaction
from app.i18n import LANGUAGES, sentences
from app.models.people import (
    ApiKey,
    Client,
    Organisation,
    OrganisationKind,
    ResetLink,
    Site,
    User,
    Ward,
)
from app.models.system import AccessLog, Job, JobStatus, OutboxMessage
from app.operations import admin, houses, people
from logistics import SiteKind
from tests.factories import make_client, make_organisation, make_site, make_user

Visit = Callable[..., FlaskClient]
SITE = {
    "name": "Hoofdgebouw",
    "street": "Kerkstraat 1",
    "postcode": "8800",
    "place": "Roeselare",
    "lat": "50,9465",
    "lon": "3.1227",
    "open": "7:30",
    "close": "10.00",
    "weekdays": ["0", "2", "4"],
}


@pytest.fixture
def engine(app: Flask) -> Engine:
    found: Engine = app.extensions["npcc"].engine
    return found


@pytest.fixture
def boss(engine: Engine) -> User:
    with transaction(engine) as session:
        return make_user(session, Role.ADMIN, name="Wim Declercq")


@pytest.fixture
def browser(visit: Visit, boss: User) -> FlaskClient:
    return visit(boss)


@pytest.fixture
def after(engine: Engine) -> Iterator[Session]:
    """Look at the database as it is after the requests; a look stands in nobody's way."""
    with Session(read_only(engine)) as session:
        yield session


@pytest.fixture
def hospital(engine: Engine) -> Organisation:
    with transaction(engine) as session:
        return make_organisation(session, OrganisationKind.HOSPITAL, name="Ziekenhuis Klaproos")


@pytest.fixture
def client(engine: Engine) -> Client:
    with transaction(engine) as session:
        return make_client(session, family_name="Zonderling")


def text_of(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def acts(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AccessLog.act).order_by(AccessLog.id)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_every_language(
    browser: FlaskClient, boss: User, client: Client, language: str
) -> None:
    with browser.session_transaction() as cookie:
        cookie["language"] = language
    house, site = client.organisation_id, client.site_id
    for path in (
        "/admin/users",
        "/admin/users?q=nobody",
        "/admin/users/new",
        f"/admin/users/{boss.id}",
        "/admin/organisations",
        "/admin/organisations?q=nothing",
        "/admin/organisations/new",
        f"/admin/organisations/{house}",
        f"/admin/organisations/{house}/sites/new",
        f"/admin/sites/{site}",
        f"/admin/sites/{site}/wards/new",
        "/admin/keys",
        "/admin/jobs",
    ):
        assert f'<html lang="{language}"' in text_of(browser, path)


@pytest.mark.parametrize("role", [role for role in admin.WORKS_AT if role is not Role.ADMIN])
def test_nobody_else_administers(visit: Visit, engine: Engine, boss: User, role: Role) -> None:
    with transaction(engine) as session:
        other = make_user(session, role)
    browser = visit(other)
    for path in ("/admin/users", "/admin/organisations", "/admin/keys", "/admin/jobs"):
        assert browser.get(path).status_code == 403
    assert browser.post(f"/admin/users/{boss.id}", data={"name": "x"}).status_code == 403


def test_an_administrator_sees_no_health_data(browser: FlaskClient, client: Client) -> None:
    for path in (f"/clients/{client.id}", f"/week?client={client.id}", "/worklist", "/clients"):
        assert browser.get(path).status_code == 403
    page = text_of(browser, "/admin/users")
    assert "Zonderling" not in page


def invitation(house: int, **values: object) -> dict[str, object]:
    return {
        "login": "Nieuw@Example.org",
        "name": "Nele Nieuw",
        "role": "dietitian",
        "organisation": house,
        "language": "fr",
    } | values


def test_an_invited_user_chooses_a_password_with_a_link(
    browser: FlaskClient, visit: Visit, boss: User, after: Session
) -> None:
    answer = browser.post("/admin/users/new", data=invitation(boss.organisation_id))
    assert answer.status_code == 303
    user = after.scalars(select(User).where(User.login == "nieuw@example.org")).one()
    assert (user.password_hash, user.language, user.role) == (None, "fr", Role.DIETITIAN)
    message = after.scalars(select(OutboxMessage)).one()
    assert (message.template, message.address) == ("mail.invite", "nieuw@example.org")
    assert "Nog geen wachtwoord" in text_of(browser, "/admin/users")
    token = message.content["link"].partition("#")[2]
    password = "een heel lang wachtwoord"
    form = {"token": token, "password": password, "again": password}
    assert visit().post("/account/reset", data=form).status_code == 303
    after.rollback()
    assert after.scalars(select(User.password_hash).where(User.id == user.id)).one()
    assert acts(after) == ["admin.user_invited"]


def test_a_new_link_spends_the_older_ones(browser: FlaskClient, boss: User, after: Session) -> None:
    browser.post("/admin/users/new", data=invitation(boss.organisation_id))
    user = after.scalars(select(User.id).where(User.login == "nieuw@example.org")).one()
    after.rollback()
    assert browser.post(f"/admin/users/{user}/invite").status_code == 303
    used = after.scalars(select(ResetLink.used_at).order_by(ResetLink.id)).all()
    assert [one is None for one in used] == [False, True]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"login": "geen adres"}, "Schrijf een e-mailadres"),
        ({"name": ""}, "Vul dit in"),
        ({"role": "system"}, "Kies een waarde uit de lijst"),
        ({"organisation": 99_999}, "Kies een waarde uit de lijst"),
        ({"role": "client"}, "Deze rol bestaat niet bij deze organisatie"),
    ],
)
def test_an_invitation_that_cannot_be_sent_comes_back(
    browser: FlaskClient, boss: User, after: Session, change: dict[str, object], sentence: str
) -> None:
    form = invitation(boss.organisation_id, **change)
    answer = browser.post("/admin/users/new", data=form)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert after.scalars(select(OutboxMessage)).all() == []


def test_a_login_is_given_once(browser: FlaskClient, boss: User) -> None:
    form = invitation(boss.organisation_id, login=boss.login.upper())
    answer = browser.post("/admin/users/new", data=form)
    assert answer.status_code == 422
    assert "is al in gebruik" in answer.get_data(as_text=True)


def test_only_npcc_plans_the_region(browser: FlaskClient, hospital: Organisation) -> None:
    for role in ("admin", "dispatcher", "kitchen"):
        form = invitation(hospital.id, role=role)
        answer = browser.post("/admin/users/new", data=form)
        assert answer.status_code == 422
        assert "Deze rol bestaat niet" in answer.get_data(as_text=True)


def test_a_client_gets_one_user_by_code(
    browser: FlaskClient, client: Client, after: Session
) -> None:
    def ask(code: str, login: str = "cl@example.org") -> str:
        form = invitation(client.organisation_id, role="client", client=code, login=login)
        return browser.post("/admin/users/new", data=form).get_data(as_text=True)

    assert "Vul de code van de cliënt in" in ask("")
    assert "bestaat niet bij deze organisatie" in ask("C0")
    ask(client.code)
    user = after.scalars(select(User).where(User.login == "cl@example.org")).one()
    assert user.client_id == client.id
    assert "heeft al een gebruiker" in ask(client.code, "other@example.org")
    page = text_of(browser, f"/admin/users/{user.id}")
    assert client.code in page
    assert "Zonderling" not in page


def test_closing_access_ends_sessions_and_links(
    browser: FlaskClient, visit: Visit, engine: Engine, boss: User, after: Session
) -> None:
    with transaction(engine) as session:
        user = make_user(session, Role.DIETITIAN, organisation_id=boss.organisation_id)
        people.invite(session, user, datetime.now(UTC))
    theirs = visit(user)
    assert theirs.get("/account").status_code == 200
    form = {"name": user.name, "role": "dietitian", "organisation": user.organisation_id}
    assert browser.post(f"/admin/users/{user.id}", data=form).status_code == 303
    assert theirs.get("/account").status_code == 302
    assert after.scalars(select(ResetLink.used_at)).one() is not None
    assert browser.post(f"/admin/users/{user.id}/invite").status_code == 404
    assert "Gesloten" in text_of(browser, "/admin/users?active=0")


def test_another_role_ends_sessions_and_another_name_does_not(
    browser: FlaskClient, visit: Visit, engine: Engine, boss: User
) -> None:
    with transaction(engine) as session:
        user = make_user(session, Role.KITCHEN, organisation_id=boss.organisation_id)
    theirs = visit(user)
    form = {"role": "kitchen", "organisation": user.organisation_id, "active": "1"}
    browser.post(f"/admin/users/{user.id}", data=form | {"name": "Inge V."})
    assert theirs.get("/account").status_code == 200
    browser.post(f"/admin/users/{user.id}", data=form | {"name": "Inge V.", "role": "dispatcher"})
    assert theirs.get("/account").status_code == 302


def test_administrators_cannot_lock_themselves_out(browser: FlaskClient, boss: User) -> None:
    form = {"name": boss.name, "role": "admin", "organisation": boss.organisation_id}
    for change in ({}, {"active": "1", "role": "kitchen"}):
        answer = browser.post(f"/admin/users/{boss.id}", data=form | change)
        assert answer.status_code == 422
        assert "uw eigen rol of toegang" in answer.get_data(as_text=True)


def test_nobody_becomes_a_client_by_a_change_of_role(
    browser: FlaskClient, engine: Engine, client: Client
) -> None:
    with transaction(engine) as session:
        carer = make_user(session, Role.CARER, organisation_id=client.organisation_id)
    form = {
        "name": "x",
        "role": "client",
        "organisation": client.organisation_id,
        "active": "1",
    }
    assert browser.post(f"/admin/users/{carer.id}", data=form).status_code == 422
    assert browser.get("/admin/users/99999").status_code == 404


def test_users_are_found_and_paged(browser: FlaskClient, engine: Engine, boss: User) -> None:
    with transaction(engine) as session:
        for number in range(admin.PAGE + 5):
            make_user(session, Role.CARER, name=f"Zorg {number:02}", organisation_id=1)
    page = text_of(browser, "/admin/users?role=carer")
    assert "Zorg 00" in page
    assert boss.login not in page
    last = text_of(browser, f"/admin/users?role=carer&first={admin.PAGE}")
    assert "Zorg 34" in last
    assert 'rel="prev"' in last
    assert "Zorg 07" in text_of(browser, "/admin/users?q=zorg+07")
    assert "Niets gevonden" in text_of(browser, "/admin/users?q=100%25")


def test_a_house_with_a_site_and_a_ward(browser: FlaskClient, after: Session) -> None:
    form = {"kind": "hospital", "name": "Ziekenhuis Linde", "code": "zh-linde"}
    answer = browser.post("/admin/organisations/new", data=form)
    house = after.scalars(select(Organisation.id).where(Organisation.code == "zh-linde")).one()
    assert answer.headers["Location"] == f"/admin/organisations/{house}/sites/new"
    after.rollback()
    new = SITE | {"code": "zh-linde-1", "open_2": "13:00", "close_2": "15:30", "floor": "2"}
    new["min_life_days"] = "5"
    refused = new | {"preferred_by": "11:30"}
    answer = browser.post(f"/admin/organisations/{house}/sites/new", data=refused)
    assert answer.status_code == 422
    assert "buiten de leveruren" in answer.get_data(as_text=True)
    new["preferred_by"] = "9:15"
    assert browser.post(f"/admin/organisations/{house}/sites/new", data=new).status_code == 303
    site = after.scalars(select(Site)).one()
    assert site.kind is SiteKind.HOSPITAL
    assert (site.lat_e5, site.lon_e5) == (5_094_650, 312_270)
    assert site.windows == [[450, 600], [780, 930]]
    assert site.delivery_weekdays == [0, 2, 4]
    assert (site.min_life_days, site.preferred_by_min) == (5, 555)
    site_id = site.id
    after.rollback()
    ward = {"code": "geri-1", "name": "Geriatrie 1"}
    assert browser.post(f"/admin/sites/{site_id}/wards/new", data=ward).status_code == 303
    assert browser.post(f"/admin/sites/{site_id}/wards/new", data=ward).status_code == 422
    after.rollback()
    assert after.scalars(select(Ward.name)).one() == "Geriatrie 1"
    assert 'value="9:15"' in text_of(browser, f"/admin/sites/{site_id}")
    page = text_of(browser, f"/admin/organisations/{house}")
    assert "Geriatrie 1" in page
    assert "Liefst vóór 9.15." in page
    assert "7.30\u201310.00, 13.00\u201315.30" in page
    assert acts(after) == ["admin.organisation_added", "admin.site_added", "admin.ward_added"]


def test_a_code_is_given_once(browser: FlaskClient, client: Client, hospital: Organisation) -> None:
    form = {"kind": "hospital", "name": "x", "code": hospital.code}
    answer = browser.post("/admin/organisations/new", data=form)
    assert answer.status_code == 422
    assert "is al in gebruik" in answer.get_data(as_text=True)


def test_a_site_is_changed_where_it_stands(
    browser: FlaskClient, client: Client, after: Session
) -> None:
    page = text_of(browser, f"/admin/sites/{client.site_id}")
    assert 'value="8:00"' in page
    assert browser.post(f"/admin/sites/{client.site_id}", data=SITE).status_code == 303
    site = after.get_one(Site, client.site_id)
    assert (site.street, site.windows) == ("Kerkstraat 1", [[450, 600]])
    assert site.kind is SiteKind.HOME


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"open": "10:30"}, "eindigt na zijn begin"),
        ({"open_2": "9:00", "close_2": "11:00"}, "overlapt geen ander"),
        ({"open": "25:00"}, "Schrijf een uur als 8:30"),
        ({"lat": "5,09"}, "buiten 49 tot 52"),
        ({"lon": "west"}, "geen getal"),
        ({"weekdays": ["8"]}, "Kies een waarde uit de lijst"),
        ({"street": " "}, "Vul dit in"),
    ],
)
def test_a_site_that_makes_no_sense_comes_back(
    browser: FlaskClient,
    client: Client,
    after: Session,
    change: dict[str, object],
    sentence: str,
) -> None:
    answer = browser.post(f"/admin/sites/{client.site_id}", data=SITE | change)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert sentence in page
    assert 'value="Hoofdgebouw"' in page
    assert after.get_one(Site, client.site_id).name != "Hoofdgebouw"


def test_a_site_code_is_given_once_and_npcc_has_no_site(
    browser: FlaskClient, boss: User, client: Client, engine: Engine
) -> None:
    with transaction(engine) as session:
        taken = make_site(session, make_organisation(session)).code
    path = f"/admin/organisations/{client.organisation_id}/sites/new"
    answer = browser.post(path, data=SITE | {"code": taken})
    assert "is al in gebruik" in answer.get_data(as_text=True)
    path = f"/admin/organisations/{boss.organisation_id}/sites/new"
    assert browser.post(path, data=SITE | {"code": "npcc-1"}).status_code == 422
    ward = {"code": "x", "name": "x"}
    assert browser.post(f"/admin/sites/{client.site_id}/wards/new", data=ward).status_code == 422
    assert browser.get("/admin/sites/99999").status_code == 404
    assert browser.get("/admin/organisations/99999").status_code == 404


def test_a_closed_house_stays_readable_and_npcc_stays_open(
    browser: FlaskClient, boss: User, hospital: Organisation, after: Session
) -> None:
    for house in (hospital.id, boss.organisation_id):
        assert browser.post(f"/admin/organisations/{house}", data={"name": "N"}).status_code == 303
    assert after.get_one(Organisation, hospital.id).active is False
    assert after.get_one(Organisation, boss.organisation_id).active is True
    assert "Gesloten" in text_of(browser, "/admin/organisations?kind=hospital")


def test_a_key_is_shown_once_works_and_ends(
    browser: FlaskClient, visit: Visit, hospital: Organisation, after: Session
) -> None:
    form = {"organisation": hospital.id, "name": "maaltijden"}
    answer = browser.post("/admin/keys", data=form)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(r"npcc_[\w-]{30,}", answer.get_data(as_text=True))
    assert found is not None
    key = found.group()
    assert people.actor_of_key(after, key) is not None
    row = after.scalars(select(ApiKey)).one()
    assert key not in {row.key_hash, row.prefix}
    after.rollback()
    page = text_of(browser, "/admin/keys")
    assert key not in page
    assert row.prefix in page
    assert browser.post(f"/admin/keys/{row.id}/revoke").status_code == 303
    after.rollback()
    assert people.actor_of_key(after, key) is None
    assert browser.post("/admin/keys/9999/revoke").status_code == 404
    assert acts(after) == ["admin.key_issued", "admin.key_revoked"]


def test_a_household_gets_no_key(browser: FlaskClient, client: Client, after: Session) -> None:
    form = {"organisation": client.organisation_id, "name": "x"}
    answer = browser.post("/admin/keys", data=form)
    assert answer.status_code == 422
    assert "Alleen een actief huis" in answer.get_data(as_text=True)
    assert after.scalars(select(ApiKey)).all() == []


def test_jobs_say_how_they_went_and_why_not(browser: FlaskClient, engine: Engine) -> None:
    now = datetime.now(UTC)
    secret = {"client": "Zonderling"}
    with transaction(engine) as session:
        session.add_all(
            Job(kind=kind, payload=secret, created_at=now, status=status, result=result)
            for kind, status, result in (
                ("reorder", JobStatus.DONE, {"placed": 3}),
                ("plan_day", JobStatus.FAILED, {"code": "job.failed", "reference": "ab12"}),
                ("unheard", JobStatus.FAILED, {"code": "unheard.of"}),
            )
        )
    page = text_of(browser, "/admin/jobs")
    assert "Voorstellen en bestellen" in page
    assert "Deze taak is niet gelukt. Nummer: ab12." in page
    assert "unheard.of" in page
    assert "Zonderling" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_administration_has_a_sentence(language: str) -> None:
    known = sentences(language)
    wanted = {
        *admin.ADMIN_CODES,
        *houses.HOUSE_CODES,
        *(f"admin.kind.{kind}" for kind in OrganisationKind),
        *(f"admin.jobs.state.{status}" for status in JobStatus),
        "mail.invite.subject",
        "mail.invite.text",
    }
    assert wanted <= set(known)
