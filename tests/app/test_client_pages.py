"""A client's own pages over HTTP: what comes, what to eat, what was agreed, who looked."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.access import SYSTEM, Role
from app.db import read_only, transaction
from app.i18n import LANGUAGES, LOCAL_ZONE, sentences
from app.models.care import Prescription, PrescriptionState
from app.models.orders import (
    BroughtLot,
    HomeStock,
    Order,
    ProposalState,
    ReorderProposal,
    StandingOrder,
)
from app.models.people import CarerLevel, CarerLink, Client, Consent, ConsentPurpose, Site, User
from app.models.stock import Lot
from app.models.system import AccessLog
from app.operations import people, reorderrun
from logistics import LotState
from tests.app.days import make_lot
from tests.app.test_reorders import JUICE, SOUP, Home, make_home
from tests.factories import load_catalogue, make_prescription, make_user

Visit = Callable[..., FlaskClient]


@pytest.fixture
def engine(app: Flask) -> Engine:
    found: Engine = app.extensions["npcc"].engine
    return found


@pytest.fixture
def home(engine: Engine) -> Home:
    """A client whose next delivery is proposed and can be answered, whatever today is."""
    now = datetime.now(UTC)
    today = now.astimezone(LOCAL_ZONE).date()
    with transaction(engine) as session:
        load_catalogue(session)
        made = make_home(session)
        made.rule.weekday = (today + timedelta(days=4)).weekday()
        session.get_one(Site, made.client.site_id).delivery_weekdays = list(range(7))
        session.flush()
        reorderrun.reorder_due(session, SYSTEM, today, now)
    return made


@pytest.fixture
def browser(visit: Visit, home: Home) -> FlaskClient:
    return visit(home.user)


@pytest.fixture
def after(engine: Engine) -> Iterator[Session]:
    """Look at the database as it is after the requests; a look stands in nobody's way."""
    with Session(read_only(engine)) as session:
        yield session


def proposal_in(session: Session) -> ReorderProposal:
    return session.scalars(select(ReorderProposal)).one()


def day_of(home: Home) -> date:
    today = datetime.now(UTC).astimezone(LOCAL_ZONE).date()
    return today + timedelta(days=4)


def text_of(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    ["/week", "/week/order", "/week/consents", "/week/log", "/week/stop", "/week/log?everyone=1"],
)
def test_every_page_speaks_every_language(browser: FlaskClient, language: str, path: str) -> None:
    with browser.session_transaction() as cookie:
        cookie["language"] = language
    assert f'<html lang="{language}"' in text_of(browser, path)


def test_the_week_puts_the_decision_first(browser: FlaskClient, home: Home) -> None:
    page = text_of(browser, "/week")
    parts = ["Bestel dit voorstel", "Vandaag,", "Tel uw diepvries", "Mijn bestellingen"]
    assert sorted(parts, key=page.index) == parts
    assert "Kiest u niets? Dan leveren we dit voorstel." in page
    assert "Knolseldersoep" in page
    assert 'data-print="groot"' in page


def test_what_expires_first_is_eaten_first_on_screen_and_on_paper(
    browser: FlaskClient, home: Home, engine: Engine
) -> None:
    assert "Eet eerst" not in text_of(browser, "/week")
    today = datetime.now(LOCAL_ZONE).date()
    facts: dict[str, Any] = {"client_id": home.client.id, "variant": SOUP}
    with transaction(engine) as session:
        session.add(HomeStock(**facts, portions=6, counted_at=datetime.now(UTC)))
        for lot, days in (("L1", -2), ("L2", 0), ("L3", 90)):
            when = today + timedelta(days=days)
            session.add(BroughtLot(**facts, lot=lot, use_by=when, portions=2, brought_on=today))
    page = text_of(browser, "/week")
    assert "Eet eerst" in page
    assert "2 porties, te eten tot en met" in page
    assert "2 porties, vervallen op" in page
    assert browser.get("/week/menu.pdf").mimetype == "application/pdf"


def test_no_page_names_an_instrument_or_a_diagnosis(browser: FlaskClient) -> None:
    for path in ("/week", "/week/order", "/week/consents", "/week/log"):
        page = text_of(browser, path).lower()
        for word in ("ondervoed", "must", "glim", "nrs", "mna", "refeeding", "parkinson"):
            assert f" {word}" not in page, (path, word)


def test_one_click_orders_the_proposal(browser: FlaskClient, home: Home, after: Session) -> None:
    proposal = proposal_in(after)
    answer = browser.post("/week/accept", data={"proposal": proposal.id})
    assert answer.status_code == 303
    after.rollback()
    order = after.scalars(select(Order)).one()
    assert order.placed_by == home.user.id
    page = text_of(browser, "/week")
    assert order.code in page
    assert "Samen deze maand" in page
    again = browser.post("/week/accept", data={"proposal": proposal.id})
    assert again.status_code == 409


def test_skipping_and_bringing_back(browser: FlaskClient, home: Home, after: Session) -> None:
    day = day_of(home).isoformat()
    assert browser.post("/week/skip", data={"day": day}).status_code == 303
    assert "Lever toch" in text_of(browser, "/week")
    assert proposal_in(after).state is ProposalState.DECLINED
    after.rollback()
    assert browser.post("/week/unskip", data={"day": day}).status_code == 303
    assert proposal_in(after).state is ProposalState.OPEN


def test_an_order_can_be_cancelled_and_repeated(
    browser: FlaskClient, home: Home, after: Session
) -> None:
    browser.post("/week/accept", data={"proposal": proposal_in(after).id})
    after.rollback()
    order = after.scalars(select(Order)).one()
    assert "Bestel nog eens" in text_of(browser, "/week")
    assert 'value="7"' in text_of(browser, "/week/order?repeat=1")
    assert browser.post(f"/week/cancel/{order.id}").status_code == 303
    after.rollback()
    assert after.scalars(select(Order.state)).one().value == "cancelled"
    assert "Geannuleerd" in text_of(browser, "/week")


def test_amounts_are_checked_with_their_price_before_they_are_ordered(
    browser: FlaskClient, home: Home, after: Session
) -> None:
    form = {"day": day_of(home).isoformat(), f"n:{SOUP}": "2", f"n:{JUICE}": ""}
    shown = browser.post("/week/order/check", data=form)
    assert shown.status_code == 200
    assert "Bestel en betaal" in shown.get_data(as_text=True)
    assert after.scalars(select(Order)).all() == []
    assert browser.post("/week/order", data=form).status_code == 303
    after.rollback()
    assert after.scalars(select(Order)).one().total_cents > 0


@pytest.mark.parametrize(
    ("amounts", "sentence"),
    [
        ({f"n:{SOUP}": "veel"}, "geen heel getal"),
        ({f"n:{SOUP}": "100"}, "buiten 0 tot 99"),
        ({"n:mash/7/standard": "1"}, "past niet bij uw afspraken"),
        ({}, "De bestelling is leeg"),
    ],
)
def test_amounts_that_cannot_be_ordered_come_back_with_a_sentence(
    browser: FlaskClient, home: Home, after: Session, amounts: dict[str, str], sentence: str
) -> None:
    form = {"day": day_of(home).isoformat()} | amounts
    answer = browser.post("/week/order/check", data=form)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert after.scalars(select(Order)).all() == []


def forbid_celery(engine: Engine, home: Home) -> None:
    with transaction(engine) as session:
        signed = session.scalars(select(Prescription)).one()
        signed.state, signed.version = PrescriptionState.SUPERSEDED, 0
        session.flush()
        client = session.get_one(Client, home.client.id)
        user = session.get_one(User, home.user.id)
        make_prescription(session, client, user, allergies=frozenset({"celery", "milk"}))


def test_a_dish_that_no_longer_suits_is_not_shown_as_food(
    browser: FlaskClient, home: Home, engine: Engine
) -> None:
    forbid_celery(engine, home)
    page = text_of(browser, "/week")
    assert "Eet dit niet" in page
    form = {"day": day_of(home).isoformat(), f"n:{SOUP}": "2"}
    answer = browser.post("/week/order", data=form)
    assert answer.status_code == 422
    assert "past niet bij uw afspraken" in answer.get_data(as_text=True)


def test_nobody_is_told_how_to_warm_up_what_was_recalled(
    browser: FlaskClient, home: Home, engine: Engine
) -> None:
    today = datetime.now(LOCAL_ZONE).date()
    use_by = today + timedelta(days=90)
    with transaction(engine) as session:
        session.add(make_lot("L7", SOUP, 0, use_by))
        session.add(
            BroughtLot(
                client_id=home.client.id,
                variant=SOUP,
                lot="L7",
                portions=2,
                use_by=use_by,
                brought_on=today,
            )
        )
    assert "er kan iets mis mee zijn" not in text_of(browser, "/week")
    with transaction(engine) as session:
        session.scalars(select(Lot).where(Lot.code == "L7")).one().state = LotState.RECALLED
    page = text_of(browser, "/week")
    assert "Eet dit niet: er kan iets mis mee zijn. Bel ons." in page
    assert "partij L7" in page
    said = PdfReader(BytesIO(browser.get("/week/menu.pdf").data))
    assert "mis mee zijn" in " ".join(one.extract_text() for one in said.pages)


def test_a_recall_in_store_spares_lots_at_home_that_are_known_to_be_good(
    browser: FlaskClient, home: Home, engine: Engine
) -> None:
    today = datetime.now(LOCAL_ZONE).date()
    use_by = today + timedelta(days=90)
    with transaction(engine) as session:
        session.add(make_lot("L8", SOUP, 9000, use_by, state=LotState.RECALLED))
    assert "Eet dit niet: er kan iets mis mee zijn" in text_of(browser, "/week")
    with transaction(engine) as session:
        session.add(make_lot("L9", SOUP, 0, use_by))
        facts: dict[str, Any] = {"client_id": home.client.id, "variant": SOUP}
        session.add(BroughtLot(**facts, lot="L9", use_by=use_by, portions=2, brought_on=today))
    assert "Eet dit niet" not in text_of(browser, "/week")


def test_counting_keeps_unknown_apart_from_none(
    browser: FlaskClient, home: Home, after: Session
) -> None:
    form = {f"n:{SOUP}": "3", f"n:{SOUP}_unknown": "1"}
    assert browser.post("/week/stock", data=form).status_code == 303
    assert after.scalars(select(HomeStock)).one().portions is None
    after.rollback()
    browser.post("/week/stock", data={f"n:{SOUP}": "0"})
    assert after.scalars(select(HomeStock)).one().portions == 0
    after.rollback()
    browser.post("/week/stock", data={f"n:{SOUP}": ""})
    assert after.scalars(select(HomeStock)).one().portions == 0
    answer = browser.post("/week/stock", data={f"n:{SOUP}": "-1"})
    assert answer.status_code == 422
    assert 'value="-1"' in answer.get_data(as_text=True)


def test_a_pause_ends_and_the_end_says_what_comes(
    browser: FlaskClient, home: Home, after: Session
) -> None:
    today = datetime.now(UTC).astimezone(LOCAL_ZONE).date()
    form = {"first": today.isoformat(), "until": (today + timedelta(days=20)).isoformat()}
    assert browser.post("/week/pause", data=form).status_code == 303
    page = text_of(browser, "/week")
    assert "Hervat de leveringen" in page
    assert "Bestel dit voorstel" not in page
    assert browser.post("/week/resume").status_code == 303
    page = text_of(browser, "/week")
    assert "Er ligt een voorstel voor" in page
    assert "Bestel dit voorstel" in page


def test_a_pause_without_an_end_comes_back(browser: FlaskClient, home: Home) -> None:
    today = datetime.now(UTC).astimezone(LOCAL_ZONE).date()
    answer = browser.post("/week/pause", data={"first": today.isoformat()})
    assert answer.status_code == 422
    form = {"first": today.isoformat(), "until": (today - timedelta(days=1)).isoformat()}
    answer = browser.post("/week/pause", data=form)
    assert "eindigt voor ze begint" in answer.get_data(as_text=True)


def test_stopping_takes_effect_at_once(browser: FlaskClient, home: Home, after: Session) -> None:
    assert "Stop nu" in text_of(browser, "/week/stop")
    assert browser.post("/week/stop").status_code == 303
    assert not people.has_consent(after, home.client.id, ConsentPurpose.AUTOMATIC_REORDER)
    page = text_of(browser, "/week")
    assert "Dan leveren we niet" in page
    assert "Stop met automatisch bestellen" not in page


def test_consents_are_given_one_by_one_and_none_beforehand(
    browser: FlaskClient, home: Home, after: Session
) -> None:
    page = text_of(browser, "/week/consents")
    assert page.count("U zei geen ja") == len(ConsentPurpose) - 1
    for given in (True, False):
        form = {"purpose": "research", "given": str(int(given))}
        assert browser.post("/week/consents", data=form).status_code == 303
        assert people.has_consent(after, home.client.id, ConsentPurpose.RESEARCH) is given
        after.rollback()
    browser.post("/week/consents", data={"purpose": "automatic_reorder", "given": "0"})
    assert not people.has_consent(after, home.client.id, ConsentPurpose.AUTOMATIC_REORDER)
    assert browser.post("/week/consents", data={"purpose": "other"}).status_code == 422


def test_what_happens_without_an_answer_is_a_choice(
    browser: FlaskClient, home: Home, after: Session
) -> None:
    assert browser.post("/week/no-answer", data={"choice": "do_not_send"}).status_code == 303
    assert after.scalars(select(StandingOrder.on_no_answer)).one().value == "do_not_send"
    assert browser.post("/week/no-answer", data={"choice": "x"}).status_code == 422


@pytest.fixture
def carer(engine: Engine, home: Home) -> User:
    return link(engine, home, CarerLevel.ORDER)


def link(engine: Engine, home: Home, level: CarerLevel) -> User:
    with transaction(engine) as session:
        made = make_user(session, Role.CARER, organisation_id=home.client.organisation_id)
        until = date(2099, 1, 1)
        session.add(CarerLink(user_id=made.id, client_id=home.client.id, level=level, until=until))
        purpose = ConsentPurpose.CARER_SHARING
        at = datetime.now(UTC)
        if not people.has_consent(session, home.client.id, purpose):
            session.add(
                Consent(client_id=home.client.id, purpose=purpose, text_version="1", given_at=at)
            )
    return made


def test_a_carer_sees_whose_week_it_is_and_orders_in_it(
    visit: Visit, home: Home, carer: User, after: Session
) -> None:
    browser = visit(carer)
    page = text_of(browser, "/week")
    assert f"De week van {home.client.full_name}" in page
    form = {"proposal": proposal_in(after).id, "client": home.client.id}
    assert browser.post("/week/accept", data=form).status_code == 303
    after.rollback()
    assert after.scalars(select(Order.placed_by)).one() == carer.id


def test_a_carer_decides_no_consent(visit: Visit, home: Home, carer: User, after: Session) -> None:
    browser = visit(carer)
    assert "Alleen de cliënt verandert" in text_of(browser, "/week/consents")
    form = {"purpose": "carer_sharing", "given": "0", "client": home.client.id}
    assert browser.post("/week/consents", data=form).status_code == 403
    assert browser.post("/week/stop", data={"client": home.client.id}).status_code == 403
    found = after.scalars(select(CarerLink)).one()
    assert browser.post(f"/week/carers/{found.id}/end").status_code == 403


def test_a_carer_who_may_only_look_orders_nothing(
    visit: Visit, home: Home, engine: Engine, after: Session
) -> None:
    browser = visit(link(engine, home, CarerLevel.VIEW))
    page = text_of(browser, "/week")
    assert "Bestel dit voorstel" not in page
    assert "U mag meekijken" in page
    answer = browser.post("/week/accept", data={"proposal": proposal_in(after).id})
    assert answer.status_code == 404


def test_a_client_ends_a_carers_access_at_once(
    browser: FlaskClient, visit: Visit, home: Home, carer: User, after: Session
) -> None:
    assert carer.name in text_of(browser, "/week/consents")
    found = after.scalars(select(CarerLink.id)).one()
    assert browser.post("/week/carers/99999/end").status_code == 404
    assert browser.post(f"/week/carers/{found}/end").status_code == 303
    assert visit(carer).get("/week").status_code == 404


def test_who_cares_for_several_chooses(
    visit: Visit, home: Home, carer: User, engine: Engine
) -> None:
    with transaction(engine) as session:
        other = make_home(session)
        session.add(
            CarerLink(
                user_id=carer.id,
                client_id=other.client.id,
                level=CarerLevel.VIEW,
                until=date(2099, 1, 1),
            )
        )
        purpose = ConsentPurpose.CARER_SHARING
        people.record_consent(
            session, other.actor, other.client.id, purpose, given=True, now=datetime.now(UTC)
        )
    browser = visit(carer)
    page = text_of(browser, "/week")
    assert home.client.full_name in page
    assert other.client.full_name in page
    assert "De week van" in text_of(browser, f"/week?client={other.client.id}")
    assert browser.get("/week/order").status_code == 404


def test_a_stranger_finds_nothing(visit: Visit, home: Home, engine: Engine) -> None:
    with transaction(engine) as session:
        stranger = make_home(session).user
        nobody = make_user(session, Role.CARER, organisation_id=home.client.organisation_id)
    browser = visit(stranger)
    for path in ("/week", "/week/order", "/week/consents", "/week/log", "/week/stop"):
        assert browser.get(f"{path}?client={home.client.id}").status_code == 404
        assert visit(nobody).get(path).status_code == 404
    for path in ("/week/resume", "/week/stop", "/week/stock"):
        assert browser.post(path, data={"client": home.client.id}).status_code == 404


def test_a_client_sees_who_looked(
    browser: FlaskClient, visit: Visit, home: Home, engine: Engine, after: Session
) -> None:
    with transaction(engine) as session:
        dietitian = make_user(session, Role.DIETITIAN, name="Lien Peeters")
    for _ in range(2):
        visit(dietitian).get(f"/week?client={home.client.id}")
    page = text_of(browser, "/week/log")
    assert "Lien Peeters" in page
    assert "Bekeek uw week, 2 keer" in page
    assert "Bekeek deze lijst" not in page
    assert "Bekeek deze lijst" in text_of(browser, "/week/log?everyone=1")
    acts = set(after.scalars(select(AccessLog.act)))
    assert {"week.viewed", "log.viewed"} <= acts


def test_a_long_log_has_pages(browser: FlaskClient, home: Home, engine: Engine) -> None:
    with transaction(engine) as session:
        for number in range(90):
            session.add(
                AccessLog(
                    at=datetime.now(UTC),
                    role=Role.SYSTEM,
                    act=f"order.{'placed' if number % 2 else 'changed'}",
                    client_id=home.client.id,
                )
            )
    page = text_of(browser, "/week/log?first=40")
    assert 'rel="prev"' in page
    assert 'rel="next"' in page
    assert "NPCC, automatisch" in page


def test_a_client_without_a_plan_reads_what_comes_next(
    visit: Visit, engine: Engine, home: Home
) -> None:
    with transaction(engine) as session:
        made = make_home(session)
        session.delete(made.rule)
    page = text_of(visit(made.user), "/week")
    assert "Er is nog geen levering gepland" in page
    assert "Er is nog geen levering gepland" in text_of(visit(made.user), "/week/order")


def test_a_refused_proposal_is_explained_without_codes(
    browser: FlaskClient, home: Home, engine: Engine
) -> None:
    with transaction(engine) as session:
        proposal = proposal_in(session)
        proposal.state = ProposalState.REFUSED
        proposal.reasons = [["objection.allergen", {"sku": SOUP, "subject": "celery"}]]
    page = text_of(browser, "/week")
    assert "Dit past niet meer bij uw afspraken: Knolseldersoep." in page
    assert "objection" not in page


def test_every_act_of_the_access_log_has_plain_words() -> None:
    noted = {code.removeprefix("access.") for code in sentences("nl") if code.startswith("access.")}
    wanted = {f"consent.{purpose}" for purpose in ConsentPurpose} | {
        "client.viewed", "week.viewed", "log.viewed", "home_stock.counted", "order.placed",
        "order.changed", "order.cancelled", "order.delivered", "order.read", "plan.proposed",
        "plan.changed", "plan.approved", "plan.viewed", "prescription.drafted",
        "prescription.signed", "screening.previewed", "screening.recorded", "weight.recorded",
        "standing_order.paused", "standing_order.resumed", "standing_order.skipped",
        "standing_order.unskipped", "standing_order.changed", "carer.ended", "client.enrolled",
    }  # fmt: skip
    assert wanted <= noted
