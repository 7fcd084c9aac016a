"""The ward screen: who eats what, ordered with one button, changed before the cut-off."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Refused, Role
from app.db import transaction
from app.i18n import LANGUAGES, LOCAL_ZONE
from app.models.care import Prescription
from app.models.frozen import cells
from app.models.orders import Order, OrderSource
from app.models.people import Client, Site, User
from app.models.system import AccessLog
from app.operations import grouporders, orders, wardmeals, wards
from app.operations.grouporders import Asked, AskedEater
from app.operations.wardmeals import Resident, WardAsk
from logistics import OrderState, SiteKind
from menus import Eater, Iddsi, Portion, Seasoning
from tests.app.houses import MENU, House, load_menu_catalogue, make_house, make_menu, open_day
from tests.conftest import NOW
from tests.factories import (
    make_client,
    make_content,
    make_kitchen,
    make_prescription,
    make_user,
)

Visit = Callable[..., FlaskClient]
DAY = date(2026, 11, 25)


@dataclass(frozen=True, kw_only=True)
class Home:
    """A residential centre: Ann eats everything, Bea no milk, Cor has no prescription yet."""

    house: House
    nurse: User
    dietitian: User
    ann: Client
    bea: Client
    cor: Client
    day: date

    @property
    def staff(self) -> Actor:
        """The nurse as the verbs meet her."""
        return Actor(
            role=Role.CARER,
            user_id=self.nurse.id,
            organisation_id=self.house.organisation.id,
            is_house=True,
        )

    def ask(self, *clients: Client, seen: int = 0, **values: Any) -> WardAsk:
        """Tick clients for lunch."""
        given = {"day": self.day, "meal": "lunch", "portions": {}, "seen": seen}
        return WardAsk(eats=frozenset(one.id for one in clients), **(given | values))


def make_home(session: Session, now: datetime, day: date) -> Home:
    load_menu_catalogue(session)
    house = make_house(session, now, SiteKind.RESIDENTIAL)
    make_menu(session, house.site, day, *MENU)
    dietitian = make_user(session)
    people_ = [
        make_client(session, house.site, given_name=name, family_name="Maes", ward_id=house.ward.id)
        for name in ("Ann", "Bea", "Cor")
    ]
    make_prescription(session, people_[0], dietitian, portion_percent=125)
    make_prescription(
        session, people_[1], dietitian, allergies=frozenset({"milk"}), portion_percent=75
    )
    nurse = make_user(session, Role.CARER, organisation_id=house.organisation.id)
    ann, bea, cor = people_
    return Home(house=house, nurse=nurse, dietitian=dietitian, ann=ann, bea=bea, cor=cor, day=day)


@pytest.fixture
def home(session: Session) -> Home:
    return make_home(session, NOW, DAY)


def sheet(session: Session, home: Home, now: datetime = NOW) -> wardmeals.Sheet:
    return wardmeals.ward_sheet(session, home.staff, home.house.ward.id, now)


def row(session: Session, home: Home, client: Client) -> Resident:
    return next(one for one in sheet(session, home).residents if one.client_id == client.id)


def place(session: Session, home: Home, ask: WardAsk, now: datetime = NOW) -> Order:
    return wardmeals.place_ward_order(session, home.staff, home.house.ward.id, ask, now)


def test_each_resident_is_served_by_the_signed_prescription(session: Session, home: Home) -> None:
    ann, bea = row(session, home, home.ann), row(session, home, home.bea)
    assert [one.variant.id for one in ann.served if one.variant][2] == "mash/7/standard"
    assert [one.variant.id for one in bea.served if one.variant][2] == "mash-vegan/7/standard"
    assert (ann.portion, bea.portion) == (Portion.L, Portion.S)
    assert ann.eats
    assert bea.eats


def test_who_has_no_signed_prescription_gets_no_meal(session: Session, home: Home) -> None:
    cor = row(session, home, home.cor)
    assert (cor.profile, cor.eats, cor.served) == (None, False, ())
    with pytest.raises(Refused, match="ward.no_prescription_of"):
        place(session, home, home.ask(home.ann, home.cor))


def test_looking_at_a_ward_leaves_a_trace_per_resident(session: Session, home: Home) -> None:
    sheet(session, home)
    seen = session.scalars(select(AccessLog.client_id).where(AccessLog.act == "ward.viewed"))
    assert set(seen) == {home.ann.id, home.bea.id, home.cor.id}


def test_one_button_orders_for_who_is_ticked(session: Session, home: Home) -> None:
    order = place(session, home, home.ask(home.ann, home.bea, portions={home.bea.id: Portion.M}))
    assert (order.state, order.source) == (OrderState.PLACED, OrderSource.WARD)
    assert set(orders.eater_clients(session, order)) == {home.ann.id, home.bea.id}
    again = sheet(session, home)
    assert again.order is order
    assert [one.portion for one in again.residents] == [Portion.L, Portion.M, Portion.M]
    assert not any(one.differs for one in again.residents)


def test_an_order_is_changed_by_ordering_again(session: Session, home: Home) -> None:
    first = place(session, home, home.ask(home.ann, home.bea))
    second = place(session, home, home.ask(home.bea, seen=1))
    assert (second.id, second.version) == (first.id, 2)
    assert [one.eats for one in sheet(session, home).residents] == [False, True, False]


@pytest.mark.parametrize("seen", [0, 2])
def test_who_looked_at_an_older_order_does_not_overwrite_it(
    session: Session, home: Home, seen: int
) -> None:
    place(session, home, home.ask(home.ann))
    with pytest.raises(Conflict, match="order.someone_was_first"):
        place(session, home, home.ask(home.bea, seen=seen))


def test_after_the_cut_off_nothing_changes(session: Session, home: Home) -> None:
    late = NOW + timedelta(days=2)
    with pytest.raises(Refused, match="order.after_cut_off"):
        place(session, home, home.ask(home.ann), late)
    place(session, home, home.ask(home.ann))
    with pytest.raises(Conflict, match="order.after_cut_off"):
        place(session, home, home.ask(home.bea, seen=1), late)


def test_a_prescription_signed_after_ordering_shows(session: Session, home: Home) -> None:
    place(session, home, home.ask(home.ann))
    signed = select(Prescription).where(Prescription.client_id == home.ann.id)
    session.scalars(signed).one().content = cells(make_content(food_level="4"))
    assert row(session, home, home.ann).differs


def test_a_cancelled_meal_can_be_ordered_again(session: Session, home: Home) -> None:
    first = place(session, home, home.ask(home.ann))
    gone = wardmeals.cancel_ward_order(
        session, home.staff, home.house.ward.id, NOW, day=DAY, meal="lunch"
    )
    assert gone.state is OrderState.CANCELLED
    assert sheet(session, home).order is None
    assert place(session, home, home.ask(home.ann)).id != first.id


def test_what_does_not_exist_cannot_be_cancelled(session: Session, home: Home) -> None:
    with pytest.raises(NotFound):
        wardmeals.cancel_ward_order(
            session, home.staff, home.house.ward.id, NOW, day=DAY, meal="lunch"
        )


def test_nobody_and_no_menu_are_refused(session: Session, home: Home) -> None:
    with pytest.raises(Refused, match="ward.nobody"):
        place(session, home, home.ask())
    with pytest.raises(Refused, match="ward.no_menu_text"):
        place(session, home, home.ask(home.ann, meal="supper"))
    with pytest.raises(NotFound):
        place(session, home, home.ask(make_client(session)))


def test_eaters_that_the_hospital_system_ordered_for_are_counted(
    session: Session, home: Home
) -> None:
    eater = AskedEater(
        ref="P1",
        portion=Portion.M,
        profile=Eater(
            food_iddsi=Iddsi.L7, drink_iddsi=Iddsi.L0, seasonings=frozenset({Seasoning.STANDARD})
        ),
    )
    asked = Asked(ward="3B", service_day=DAY, meal="lunch", eaters=(eater,))
    grouporders.place_asked(session, home.house.system, asked, "k", NOW)
    seen = sheet(session, home)
    assert (seen.order, seen.others) == (None, 1)


def test_the_overview_says_what_is_ordered_and_until_when(session: Session, home: Home) -> None:
    place(session, home, home.ask(home.ann))
    make_menu(session, home.house.site, DAY, "carrots", meal="supper")
    found = wards.list_wards(session, home.staff, NOW)
    (line,) = found.wards
    assert (found.day, found.days, line.residents, line.open) == (DAY, (DAY,), 3, True)
    assert [(one.meal, one.state) for one in line.meals] == [
        ("lunch", OrderState.PLACED),
        ("supper", None),
    ]
    assert line.cut_off == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert not wards.list_wards(session, home.staff, NOW + timedelta(days=2), DAY).wards[0].open


def test_without_menus_the_overview_shows_tomorrow(session: Session) -> None:
    house = make_house(session, NOW)
    found = wards.list_wards(session, house.system, NOW)
    assert (found.day, found.days, found.wards[0].meals) == (date(2026, 11, 24), (), ())


def test_wards_are_for_the_house_and_the_dietitians_of_npcc(session: Session, home: Home) -> None:
    npcc = Actor(role=Role.DIETITIAN, is_npcc=True, organisation_id=0)
    assert len(wards.list_wards(session, npcc, NOW).wards) == 1
    stranger = make_house(session, NOW).system
    for lost in (home.house.ward.id, 10**30):
        with pytest.raises(NotFound):
            wards.find_ward(session, stranger, lost)
    family = Actor(role=Role.CARER, organisation_id=home.house.organisation.id)
    with pytest.raises(NotFound):
        wards.list_wards(session, family, NOW)


CLOCK = datetime.now(UTC)
TODAY = CLOCK.astimezone(LOCAL_ZONE).date()


@pytest.fixture
def desk(app: Flask) -> Home:
    """The same home in the app's own database, at a day that is still open."""
    with transaction(app.extensions["npcc"].engine) as session:
        return make_home(session, CLOCK, open_day(CLOCK))


def fields(page: str, *ticked: Client) -> dict[str, Any]:
    """Fill in the form as it stands in the page, with these residents ticked."""
    hidden = dict(re.findall(r'type="hidden" name="(day|meal|seen)" value="([^"]*)"', page))
    chosen = re.findall(r'<option value="(\d+:[SML])" selected>', page)
    return hidden | {"portion": chosen, "eats": [str(one.id) for one in ticked]}


def test_a_nurse_orders_changes_and_cancels_a_lunch(desk: Home, visit: Visit) -> None:
    browser = visit(desk.nurse)
    assert "Middagmaal: Bestel" in browser.get("/wards").text
    path = f"/wards/{desk.house.ward.id}"
    page = browser.get(path).text
    assert "Bea Maes" in page
    assert "Geen getekend voorschrift" in page
    assert "in plaats van" in page

    placed = browser.post(path, data=fields(page, desk.ann, desk.bea), follow_redirects=True)
    assert "Besteld voor 2 bewoners." in placed.text
    changed = browser.post(path, data=fields(placed.text, desk.bea), follow_redirects=True)
    assert "Besteld voor 1 bewoner." in changed.text
    shown = fields(changed.text)
    gone = browser.post(f"{path}/cancel", data=shown, follow_redirects=True)
    assert "De bestelling is geannuleerd." in gone.text
    assert "Middagmaal: Bestel" in browser.get("/wards").text


def test_a_card_per_resident_tells_what_to_keep_away(desk: Home, visit: Visit) -> None:
    browser, path = visit(desk.nurse), f"/wards/{desk.house.ward.id}"
    assert f"{path}/trays.pdf" in browser.get(path).text
    made = browser.get(f"{path}/trays.pdf")
    assert made.mimetype == "application/pdf"
    said = " ".join(PdfReader(io.BytesIO(made.data)).pages[0].extract_text().split())
    assert desk.ann.full_name in said
    assert desk.bea.full_name in said
    assert desk.cor.full_name not in said
    assert said.count("Zonder melk") == 1
    assert "Nog niet besteld" in said
    assert said.index("Regeneratiewagen:") < said.index("Kan ook zo: Stoomoven:")
    assert "Magnetron" not in said
    hidden = browser.get(f"{path}/trays.pdf?names=code").data
    told = PdfReader(io.BytesIO(hidden)).pages[0].extract_text()
    assert desk.bea.code in told
    assert desk.bea.family_name not in told


def test_a_refused_form_comes_back_as_it_was_filled_in(desk: Home, visit: Visit) -> None:
    browser, path = visit(desk.nurse), f"/wards/{desk.house.ward.id}"
    filled = fields(browser.get(path).text)
    filled["portion"] = [f"{desk.ann.id}:S"]
    answer = browser.post(path, data=filled)
    assert answer.status_code == 422
    assert "Vink minstens 1 bewoner aan." in answer.text
    assert f'<option value="{desk.ann.id}:S" selected>' in answer.text
    assert f'name="eats" value="{desk.ann.id}" checked' not in answer.text
    assert browser.post(path, data=filled | {"day": "x"}).status_code == 404


def test_reasons_to_decide_stand_on_the_page_in_words(app: Flask, desk: Home, visit: Visit) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        make_prescription(
            session,
            session.get_one(Client, desk.cor.id),
            desk.dietitian,
            allergies=frozenset({"kiwi"}),
            excluded_ingredients=frozenset({"carrot"}),
        )
    browser, path = visit(desk.nurse), f"/wards/{desk.house.ward.id}"
    page = browser.get(path).text
    assert "Beslis: groenten" in page
    assert "Allergie kiwi kent niemand" in page
    held = browser.post(path, data=fields(page, desk.cor), follow_redirects=True).text
    assert "wacht op nazicht" in held
    assert "Voor Cor Maes past niets van het menu" in held


def regions(page: str) -> list[str]:
    """Give the names of the regions of a page."""
    named = r'<(?:section|div)\b[^>]*aria-label="([^"]*)"'
    return re.findall(named, page)


def test_every_region_has_its_own_name(desk: Home, visit: Visit) -> None:
    browser = visit(desk.nurse)
    for path in ("/wards", f"/wards/{desk.house.ward.id}"):
        names = regions(browser.get(path).text)
        assert names
        assert len(names) == len(set(names))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_every_language(
    app: Flask, desk: Home, visit: Visit, language: str
) -> None:
    browser = visit(desk.nurse)
    with browser.session_transaction() as cookie:
        cookie["language"] = language
    path = f"/wards/{desk.house.ward.id}"
    page = browser.get(path)
    browser.post(path, data=fields(page.text, desk.ann))
    for address in ("/wards", path, f"{path}?meal=supper", f"/wards?day={TODAY}"):
        assert browser.get(address).status_code == 200


def test_a_closed_meal_offers_no_button(app: Flask, desk: Home, visit: Visit) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        make_menu(session, desk.house.site, TODAY, *MENU)
    browser, path = visit(desk.nurse), f"/wards/{desk.house.ward.id}"
    page = browser.get(f"{path}?day={TODAY}&meal=lunch").text
    assert "gesloten sinds" in page
    assert "Bestel voor" not in page
    assert "Niet besteld" in browser.get(f"/wards?day={TODAY}").text


def test_a_nurse_asks_late_and_reads_the_answer(app: Flask, desk: Home, visit: Visit) -> None:
    """Ordering for today is closed: the order waits, and a dispatcher says no."""
    engine = app.extensions["npcc"].engine
    with transaction(engine) as session:
        make_menu(session, desk.house.site, TODAY, *MENU)
        site = session.get_one(Site, desk.house.site.id)
        site.delivery_weekdays = list(range(7))
        site.depot_id = make_kitchen(session).id
        dispatcher = make_user(session, Role.DISPATCHER, name="Bart")
    browser, path = visit(desk.nurse), f"/wards/{desk.house.ward.id}"
    page = browser.get(f"{path}?day={TODAY}&meal=lunch").text
    assert "Vraag een late bestelling" in page
    asked = fields(page, desk.ann) | {"late": "1"}
    refused = browser.post(path, data={**asked, "late": ""}, follow_redirects=True)
    assert "De besteltijd voor deze dag is voorbij" in refused.text
    told = browser.post(path, data=asked, follow_redirects=True).text
    assert "Uw late bestelling is gevraagd" in told
    assert "De planning zoekt een plaats en beslist." in told
    with transaction(engine) as session:
        code = session.scalars(select(Order.code)).one()
    desk_of_day = visit(dispatcher)
    answer = desk_of_day.post(f"/late-orders/{code}/turn-down")
    assert answer.headers["Location"] == f"/day/{TODAY}"
    assert desk_of_day.post(f"/late-orders/{code}/turn-down").status_code == 404
    page = browser.get(f"{path}?day={TODAY}&meal=lunch").text
    assert "Geen plaats voor uw late bestelling" in page
    assert "Vraag een late bestelling" in page


def test_a_stranger_finds_no_ward(app: Flask, desk: Home, visit: Visit) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        other = make_house(session, CLOCK)
        stranger = make_user(session, Role.CARER, organisation_id=other.organisation.id)
    path = f"/wards/{desk.house.ward.id}"
    assert visit(stranger).get(path).status_code == 404
    assert visit(stranger).get(f"{path}/trays.pdf").status_code == 404
    assert visit(stranger).post(path, data={}).status_code == 404
    filled = {"day": desk.day.isoformat(), "meal": "lunch", "seen": "0", "eats": [str(desk.ann.id)]}
    assert visit(stranger).post(path, data=filled).status_code == 404
    with transaction(app.extensions["npcc"].engine) as session:
        assert session.scalar(select(func.count(Order.id))) == 0
