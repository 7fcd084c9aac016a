"""The pages between visits: warnings with their acts, hands, meals in quarters, what happened."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.access import Role
from app.db import transaction
from app.i18n import LOCAL_ZONE, unbroken
from app.models.following import (
    Delegation,
    EarlyWarning,
    IntakeRecord,
    LifeEvent,
    MissedMeal,
    Mute,
    Outcome,
)
from app.models.people import Client, OrganisationKind, User, Ward
from app.operations import warnings
from app.web.warningwords import initials
from logistics import SiteKind
from screening import CareEvent, WarningCode, WarningLevel
from tests import factories

Visit = Callable[..., FlaskClient]
WEIGHT_FACTS = {"change_percent": -8, "days": 94, "limit": 5, "window": 180}


def today() -> date:
    return datetime.now(LOCAL_ZONE).date()


class House:
    """A dietitian, a colleague, a client with one open warning, and the database they live in."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with transaction(engine) as session:
            self.user: User = factories.make_user(session)
            self.colleague: User = factories.make_user(session)
            self.client: Client = factories.make_client(session, dietitian_id=self.user.id)
            self.warning_id = self.warn(session)

    def warn(self, session: Session, **values: Any) -> int:
        """Open a warning and give its number."""
        asked: dict[str, Any] = {"level": WarningLevel.RED, "facts": WEIGHT_FACTS}
        code = values.pop("code", WarningCode.WEIGHT_LOSS)
        row = warnings.open_warning(
            session, self.client.id, code, now=datetime.now(UTC), **(asked | values)
        )
        assert row is not None
        session.flush()
        return row.id

    def one(self, table: Any) -> Any:
        """Give the newest row of a table."""
        with Session(self.engine, expire_on_commit=False) as session:
            return session.scalars(select(table).order_by(table.id.desc()).limit(1)).one()


@pytest.fixture
def house(app: Any) -> House:
    return House(app.extensions["npcc"].engine)


@pytest.fixture
def browser(house: House, visit: Visit) -> FlaskClient:
    return visit(house.user)


def test_the_client_page_shows_the_warning_with_its_limit_owner_and_deadline(
    house: House, browser: FlaskClient
) -> None:
    page = browser.get(f"/clients/{house.client.id}").text
    assert unbroken("Gewicht daalt: \N{MINUS SIGN}8 % in 94 dagen.") in page
    assert unbroken("Grens: 5 % in 180 dagen.") in page
    assert f"Bij {house.user.name}, actie vóór" in page
    assert "Neem op" in page


def test_a_warning_is_taken_up_and_closed(house: House, browser: FlaskClient) -> None:
    path = f"/warnings/{house.warning_id}"
    assert "Nog niet opgenomen" in browser.get(path).text
    page = browser.post(f"{path}/acknowledge", follow_redirects=True).text
    assert "Door u opgenomen" in page
    done = browser.post(
        f"{path}/close", data={"outcome": "treated", "note": ""}, follow_redirects=True
    )
    assert "De waarschuwing is afgesloten." in done.text
    assert house.one(EarlyWarning).outcome is Outcome.TREATED
    assert "Afgesloten op" in browser.get(path).text


def test_what_was_closed_before_stands_beside_the_new_one(
    house: House, browser: FlaskClient
) -> None:
    note = {"outcome": "explained", "note": "vochtpillen"}
    browser.post(f"/warnings/{house.warning_id}/close", data=note)
    with transaction(house.engine) as session:
        again = house.warn(session)
    page = browser.get(f"/warnings/{again}").text
    assert "vochtpillen" in page
    assert "Verklaard, geen actie nodig" in page


def test_closing_without_words_comes_back_with_the_form(house: House, browser: FlaskClient) -> None:
    answer = browser.post(f"/warnings/{house.warning_id}/close", data={"outcome": "explained"})
    assert answer.status_code == 422
    assert "Schrijf in enkele woorden waarom." in answer.text


def test_a_warning_is_silenced_with_a_reason_and_an_end(house: House, browser: FlaskClient) -> None:
    path = f"/warnings/{house.warning_id}/mute"
    until = today() + timedelta(days=7)
    wrong = browser.post(path, data={"reason": "rust", "until": today().isoformat()})
    assert wrong.status_code == 422
    browser.post(path, data={"reason": "rust", "until": until.isoformat()})
    assert house.one(Mute).until == until
    page = browser.get(f"/clients/{house.client.id}").text
    assert "gewichtsverlies" in page
    assert "rust" in page


def test_a_warning_goes_to_a_colleague(house: House, browser: FlaskClient, visit: Visit) -> None:
    path = f"/warnings/{house.warning_id}"
    browser.post(f"{path}/hand", data={"to": house.colleague.id})
    assert house.one(EarlyWarning).owner_id == house.colleague.id
    assert house.colleague.name in visit(house.colleague).get(path).text


def test_what_is_urgent_says_who_hears_and_that_the_plan_stops(
    house: House, browser: FlaskClient
) -> None:
    with transaction(house.engine) as session:
        urgent = house.warn(session, code=WarningCode.CHOKING, level=WarningLevel.URGENT)
    page = browser.get(f"/warnings/{urgent}").text
    assert "Breng de huisarts op de hoogte." in page
    assert "De automatische planning staat stil" in page
    assert "Zet stil" not in page


def test_a_stranger_sees_no_warning(house: House, visit: Visit) -> None:
    with transaction(house.engine) as session:
        away = factories.make_organisation(session, OrganisationKind.RESIDENTIAL)
        stranger = factories.make_user(session, organisation_id=away.id)
        kitchen = factories.make_user(session, Role.KITCHEN)
    path = f"/warnings/{house.warning_id}"
    assert visit(stranger).get(path).status_code == 404
    assert visit(stranger).post(f"{path}/acknowledge").status_code == 404
    assert visit(kitchen).get(path).status_code == 403
    assert visit(house.user).get("/warnings/99999999999999999999").status_code == 404


def test_a_row_is_given_to_a_colleague_and_taken_back(
    house: House, browser: FlaskClient, visit: Visit
) -> None:
    path = f"/clients/{house.client.id}/hands"
    assert house.colleague.name in browser.get(path).text
    until = (today() + timedelta(days=3)).isoformat()
    form = {"to": house.colleague.id, "until": until, "note": "let op de hond"}
    browser.post(path, data=form)
    theirs = visit(house.colleague).get("/worklist?whose=to_me").text
    assert "let op de hond" in theirs
    assert house.client.full_name in theirs
    assert house.client.full_name not in browser.get("/worklist?whose=mine").text
    browser.post(f"{path}/back")
    assert house.one(Delegation).ended_at is not None
    assert browser.post(path, data=form | {"to": house.user.id}).status_code == 422


def test_the_worklist_keeps_what_is_asked_in_its_address(
    house: House, browser: FlaskClient
) -> None:
    address = "/worklist?view=warnings&whose=mine&sort=due&place=home"
    page = browser.get(address).text
    assert unbroken("Gewicht daalt: \N{MINUS SIGN}8 % in 94 dagen") in page
    assert 'name="view" value="warnings"' in page
    assert 'name="sort" value="due"' in page
    assert "view=high&amp;place=home&amp;whose=mine&amp;sort=due" in page
    assert browser.get("/worklist?risk=high").status_code == 200
    assert browser.get("/worklist?whose=everybody").status_code == 422


def test_meals_are_noted_and_a_correction_asks_why(house: House, browser: FlaskClient) -> None:
    path = f"/clients/{house.client.id}/intake"
    day = today().isoformat()
    assert "Wat is er gegeten?" in browser.get(path).text
    browser.post(path, data={"day": day, "eaten": ["lunch:3", "supper:"]})
    assert (house.one(IntakeRecord).slot, house.one(IntakeRecord).quarters) == ("lunch", 3)
    wrong = browser.post(path, data={"day": day, "eaten": ["lunch:1"]})
    assert wrong.status_code == 422
    assert "Schrijf waarom u dit verandert." in wrong.text
    browser.post(path, data={"day": day, "eaten": ["lunch:1"], "why": "verkeerd bord"})
    page = browser.get(f"/clients/{house.client.id}").text
    assert unbroken("75 % werd 25 %") in page
    assert "verkeerd bord" in page


@pytest.mark.parametrize(
    "form",
    [
        {"eaten": ["lunch:9"]},
        {"eaten": ["brunch:2"]},
        {"day": "2020-01-01", "eaten": ["lunch:2"]},
        {"day": "morgen", "eaten": ["lunch:2"]},
    ],
)
def test_what_cannot_be_noted_comes_back(
    house: House, browser: FlaskClient, form: dict[str, Any]
) -> None:
    data = {"day": today().isoformat()} | form
    assert browser.post(f"/clients/{house.client.id}/intake", data=data).status_code == 422


def test_a_client_notes_for_herself_and_nobody_else(house: House, visit: Visit) -> None:
    with transaction(house.engine) as session:
        other = factories.make_client(session)
        herself = factories.make_user(session, Role.CLIENT, client_id=house.client.id)
    own = visit(herself)
    day = today().isoformat()
    page = own.get(f"/clients/{house.client.id}/intake").text
    assert "Terug naar mijn week" in page
    own.post(f"/clients/{house.client.id}/intake", data={"day": day, "eaten": ["lunch:4"]})
    assert house.one(IntakeRecord).recorded_by == herself.id
    assert own.get(f"/clients/{other.id}/intake").status_code == 404


def test_a_missed_meal_is_noted_and_warns_at_once(house: House, browser: FlaskClient) -> None:
    day = today().isoformat()
    form = {"day": day, "kind": "missed", "alone": "yes", "note": "niemand deed open"}
    browser.post(f"/clients/{house.client.id}/missed", data=form)
    row = house.one(MissedMeal)
    assert (row.alone, row.note) == (True, "niemand deed open")
    page = browser.get(f"/clients/{house.client.id}").text
    assert "Maaltijden gemist of geweigerd na elkaar: 1." in page
    assert "Woont alleen" in page
    wrong = browser.post(f"/clients/{house.client.id}/missed", data={"day": day})
    assert wrong.status_code == 422


def test_what_happened_is_noted_on_the_client_page(house: House, browser: FlaskClient) -> None:
    form = {"event": CareEvent.CHOKING.value, "day": today().isoformat()}
    page = browser.post(f"/clients/{house.client.id}/events", data=form, follow_redirects=True).text
    assert house.one(LifeEvent).event is CareEvent.CHOKING
    assert "De maaltijden wachten." in page


@pytest.fixture
def ward(house: House) -> tuple[int, int, User]:
    """A ward of a care home with one resident and one carer."""
    with transaction(house.engine) as session:
        payer = factories.make_organisation(session, OrganisationKind.RESIDENTIAL)
        site = factories.make_site(session, payer, kind=SiteKind.RESIDENTIAL)
        row = Ward(site_id=site.id, code="K1", name="Linde")
        session.add(row)
        session.flush()
        resident = factories.make_client(session, site, ward_id=row.id)
        carer = factories.make_user(session, Role.CARER, organisation_id=payer.id)
        return row.id, resident.id, carer


def test_a_ward_is_noted_on_one_screen(
    house: House, ward: tuple[int, int, User], visit: Visit
) -> None:
    ward_id, resident_id, carer = ward
    path, day = f"/wards/{ward_id}/intake", today().isoformat()
    browser = visit(carer)
    assert "Linde: wat is er gegeten" in browser.get(path).text
    form = {"day": day, "meal": "supper", "eaten": [f"{resident_id}:2"]}
    page = browser.post(path, data=form, follow_redirects=True).text
    assert "1 maaltijd genoteerd." in page
    assert house.one(IntakeRecord).slot == "supper"
    wrong = browser.post(path, data=form | {"eaten": [f"{resident_id}:1"]})
    assert wrong.status_code == 422
    assert browser.post(path, data=form | {"meal": "feast"}).status_code == 422
    assert browser.post(path, data=form | {"eaten": ["lunch:1"]}).status_code == 422


def test_an_empty_ward_says_so(house: House, ward: tuple[int, int, User], visit: Visit) -> None:
    with transaction(house.engine) as session:
        session.get_one(Client, ward[1]).left_on = today()
    assert "bar-sign" not in visit(ward[2]).get(f"/wards/{ward[0]}/intake").text


def test_another_house_gets_no_ward(
    ward: tuple[int, int, User], visit: Visit, house: House
) -> None:
    with transaction(house.engine) as session:
        away = factories.make_organisation(session, OrganisationKind.RESIDENTIAL)
        stranger = factories.make_user(session, Role.CARER, organisation_id=away.id)
    assert visit(stranger).get(f"/wards/{ward[0]}/intake").status_code == 404


@pytest.mark.parametrize(
    ("name", "short"),
    [("Lien Verhaeghe", "LV"), ("Tom Samyn (demo)", "TS"), ("Rosa", "R"), ("", "")],
)
def test_initials_are_those_of_first_and_last_name(name: str, short: str) -> None:
    assert initials(name) == short
