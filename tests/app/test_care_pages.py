"""A dietitian's pages over HTTP: who may look, what comes back to be mended, what is kept."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.db import make_engine, transaction
from app.i18n import LANGUAGES, LOCAL_ZONE, unbroken
from app.models.care import Measurement, Prescription, PrescriptionState, Screening
from app.models.choosing import ChoiceState, DishChoice
from app.models.following import EarlyWarning
from app.models.meals import MealPlan, MealPlanState
from app.models.people import (
    Client,
    Consent,
    Organisation,
    OrganisationKind,
    Site,
    User,
)
from app.models.system import AccessLog
from app.operations import meals, weekplan
from logistics import SiteKind
from menus import hard_objections
from screening import Range, WarningCode
from tests import factories

TODAY = datetime.now(LOCAL_ZONE).date()
Visit = Callable[..., FlaskClient]


@pytest.fixture(scope="module")
def stocked_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database file that holds the seed catalogue."""
    path = tmp_path_factory.mktemp("stocked") / "npcc.sqlite3"
    shutil.copyfile(migrated_file, path)
    engine = make_engine(f"sqlite:///{path}")
    with transaction(engine) as session:
        factories.load_catalogue(session)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_url(stocked_file: Path, tmp_path: Path) -> str:
    """Give a fresh database with the seed catalogue."""
    path = tmp_path / "npcc.sqlite3"
    shutil.copyfile(stocked_file, path)
    return f"sqlite:///{path}"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A client with her weights, her dietitian, a colleague and a stranger."""

    engine: Engine
    owner: User
    colleague: User
    stranger: User
    client: Client
    child: Client

    def path(self, rest: str = "") -> str:
        """Give an address of the client's pages."""
        return f"/clients/{self.client.id}{rest}"

    def count(self, table: type, *where: object) -> int:
        """Count the rows of a table."""
        with Session(self.engine) as session:
            return session.scalar(select(func.count()).select_from(table).where(*where)) or 0

    def newest(self, table: type) -> object:
        """Give the newest row of a table."""
        with Session(self.engine, expire_on_commit=False) as session:
            return session.scalars(select(table).order_by(table.id.desc())).first()


@pytest.fixture
def desk(app: Flask) -> Desk:
    engine = app.extensions["npcc"].engine
    with transaction(engine) as session:
        owner = factories.make_user(session)
        hospital = factories.make_organisation(session, OrganisationKind.HOSPITAL)
        client = factories.make_client(session, family_name="Vandamme")
        for days, kg in ((170, "52.0"), (100, "51.4"), (60, "50.2"), (14, "48.1")):
            factories.make_weight(session, client, kg, TODAY - timedelta(days=days))
        return Desk(
            engine=engine,
            owner=owner,
            colleague=factories.make_user(session, organisation_id=owner.organisation_id),
            stranger=factories.make_user(session, organisation_id=hospital.id),
            client=client,
            child=factories.make_client(session, born=TODAY - timedelta(days=3000)),
        )


MUST = {
    "tool": "MUST",
    "height_cm": "161",
    "weight_kg": "47,2",
    "weight_before_kg": "51,4",
    "loss_planned": "no",
    "acute": "?",
}
TARGETS = {
    "energy_kcal_min": "1450",
    "energy_kcal_max": "1650",
    "protein_g_min": "57",
    "protein_g_max": "71",
    "food_level": "7",
    "drink_level": "0",
    "taste": "normal",
    "meal_pattern": "five",
    "refeeding": "none",
    "review_on": (TODAY + timedelta(days=60)).isoformat(),
    "replaces": "0",
    "attest": "1",
}


def signed(desk: Desk, browser: FlaskClient, **changes: object) -> None:
    answer = browser.post(desk.path("/prescription"), data=TARGETS | changes)
    assert answer.status_code == 303, answer.text


def proposed(desk: Desk, browser: FlaskClient) -> MealPlan:
    assert browser.post(desk.path("/plan")).status_code == 303
    return desk.newest(MealPlan)


PAGES = ("", "/screenings", "/screenings/new", "/prescription", "/plan")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_each_language(desk: Desk, visit: Visit, language: str) -> None:
    browser = visit(desk.owner)
    with browser.session_transaction() as cookie:
        cookie["language"] = language
    browser.post(desk.path("/screenings"), data=MUST)
    signed(desk, browser, allergies=["nuts", "milk"], low_salt="1")
    proposed(desk, browser)
    pages = ("/worklist", "/worklist?view=to_sign&place=home", "/clients", "/clients/new")
    for url in (*pages, *(desk.path(page) for page in PAGES), "/account"):
        answer = browser.get(url)
        assert answer.status_code == 200, url
        assert f'<html lang="{language}"' in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_a_colleague_reads_along_and_a_stranger_finds_nothing(
    desk: Desk, visit: Visit, page: str
) -> None:
    assert visit(desk.owner).get(desk.path(page)).status_code == 200
    assert visit(desk.colleague).get(desk.path(page)).status_code == 200
    answer = visit(desk.stranger).get(desk.path(page))
    assert answer.status_code == 404
    assert "Vandamme" not in answer.text


def test_a_stranger_changes_nothing(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    signed(desk, browser)
    plan = proposed(desk, browser)
    stranger = visit(desk.stranger)
    acts = {
        desk.path("/weights"): {"weight_kg": "50"},
        desk.path("/screenings"): MUST,
        desk.path("/screenings/preview"): MUST,
        desk.path("/prescription"): TARGETS,
        desk.path("/prescription/check"): TARGETS,
        desk.path("/plan"): {},
        f"/plans/{plan.id}/swap": {"day": "0", "slot": "lunch", "role": "soup", "choice": "x/M"},
        f"/plans/{plan.id}/approve": {},
        f"/plans/{plan.id}/pin": {"pin": "0/lunch"},
        f"/plans/{plan.id}/day": {"day": "0"},
        f"/plans/{plan.id}/undo": {},
        f"/plans/{plan.id}/refuse": {"reason": "x"},
        f"/plans/{plan.id}/give-up": {"rule": "role:lunch/soup", "reason": "x"},
    }
    for url, data in acts.items():
        assert stranger.post(url, data=data).status_code == 404, url
    assert desk.count(Prescription) == 1
    assert desk.count(Screening) == 0


def test_lists_show_a_stranger_nobody(desk: Desk, visit: Visit) -> None:
    for url in ("/worklist", "/clients"):
        assert "Godelieve" not in visit(desk.stranger).get(url).text
        assert "Godelieve" in visit(desk.owner).get(url).text


def test_every_look_is_written_down(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    for page in PAGES:
        before = desk.count(AccessLog, AccessLog.client_id == desk.client.id)
        browser.get(desk.path(page))
        assert desk.count(AccessLog, AccessLog.client_id == desk.client.id) > before, page
    browser.get("/worklist")
    shown = AccessLog.client_id.in_([desk.client.id, desk.child.id])
    assert desk.count(AccessLog, AccessLog.act == "worklist.viewed", shown) == 2


def test_the_worklist_says_why_and_leads_to_the_next_step(desk: Desk, visit: Visit) -> None:
    page = visit(desk.owner).get("/worklist?view=overdue").text
    assert "Nog niet gescreend" in page
    assert desk.path("/screenings/new") in page
    assert "Godelieve" not in visit(desk.owner).get("/worklist?view=high").text


def test_a_screening_leads_to_the_prescription_it_calls_for(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    answer = browser.post(desk.path("/screenings"), data=MUST)
    assert answer.status_code == 303
    kept = desk.newest(Screening)
    assert answer.headers["Location"] == desk.path(f"/screenings/{kept.id}")
    assert desk.path("/prescription") in browser.get(desk.path(f"/screenings/{kept.id}")).text
    assert kept.category == "high"
    assert (kept.result["min_score"], kept.result["max_score"]) == ("3", "5")
    page = browser.get(desk.path("/prescription")).text
    assert "30\u201335" not in page  # BMI 18.2: the row for low BMI
    assert unbroken("32\u201338 kcal per kg") in page
    assert "MUST 3\u20135, hoog" in browser.get(desk.path()).text


def test_the_points_move_while_one_types(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    url, script = desk.path("/screenings/preview"), {"HX-Request": "true"}
    panel = browser.post(url, data=MUST, headers=script).text
    assert "<html" not in panel
    assert "BMI 18,2" in panel
    assert "Verlies 8,2" in panel
    half = browser.post(
        url, data={"tool": "MUST", "weight_kg": "47,", "height_cm": "161"}, headers=script
    )
    assert half.status_code == 200
    assert "BMI: open" in half.text
    assert desk.count(Screening) == 0


def test_without_script_the_points_come_with_the_whole_form(desk: Desk, visit: Visit) -> None:
    page = visit(desk.owner).post(desk.path("/screenings/preview"), data=MUST).text
    assert "<html" in page
    assert 'value="47,2"' in page
    assert "BMI 18,2" in page


@pytest.mark.parametrize("slip", ["1.75", "1,61"])
def test_metres_in_the_height_field_ask_and_change_nothing(
    desk: Desk, visit: Visit, slip: str
) -> None:
    browser, weighed = visit(desk.owner), desk.count(Measurement)
    changed = MUST | {"height_cm": slip, "height_cm_sure": "1"}
    answer = browser.post(desk.path("/screenings"), data=changed)
    assert answer.status_code == 422
    assert f'value="{slip}"' in answer.text
    meant = {"1.75": "175", "1,61": "161"}[slip]
    assert f"Bedoelt u {meant}\u00a0cm?" in answer.text.replace(f"{meant} cm", f"{meant}\u00a0cm")
    assert f'data-value="{meant}"' in answer.text
    assert "BMI: open" in answer.text
    assert (desk.count(Screening), desk.count(Measurement)) == (0, weighed)


def test_an_unlikely_change_is_kept_only_when_confirmed(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    with transaction(desk.engine) as session:
        factories.make_weight(session, desk.client, "54.0", TODAY - timedelta(days=3))
    answer = browser.post(desk.path("/screenings"), data=MUST)
    assert answer.status_code == 422
    assert "Weeg opnieuw of bevestig" in answer.text
    assert 'name="weight_kg_sure"' in answer.text
    sure = browser.post(desk.path("/screenings"), data=MUST | {"weight_kg_sure": "1"})
    assert sure.status_code == 303


def test_an_incomplete_screening_says_so_wherever_it_is_shown(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    browser.post(desk.path("/screenings"), data={"tool": "MUST", "loss_planned": "no"})
    assert "MUST 0\u20136, onvolledig" in browser.get(desk.path()).text
    for path in ("/clients", "/worklist"):
        page = browser.get(path).text
        assert "Onvolledig</span>" in page
        assert "badge--low" not in page


def test_a_planned_loss_says_that_it_does_not_count(desk: Desk, visit: Visit) -> None:
    url = desk.path("/screenings/preview")
    page = visit(desk.owner).post(url, data=MUST | {"loss_planned": "yes"}).text
    assert "Gewild, telt niet mee." in page
    assert "Verlies 0,0" not in page


@pytest.mark.parametrize(
    ("kg", "shown"), [("47,888", "BMI 18,47 "), ("47,9", "BMI 18,48 "), ("47,95", "BMI 18,499 ")]
)
def test_a_figure_is_never_rounded_onto_the_limit_it_stands_below(
    desk: Desk, visit: Visit, kg: str, shown: str
) -> None:
    url = desk.path("/screenings/preview")
    page = visit(desk.owner).post(url, data=MUST | {"weight_kg": kg}).text
    assert shown in page.replace("\u00a0", " ")


def test_without_script_a_slip_asks_its_whole_question(desk: Desk, visit: Visit) -> None:
    url = desk.path("/screenings/preview")
    page = visit(desk.owner).post(url, data=MUST | {"height_cm": "1,61"}).text
    assert "Bedoelt u 161 cm?" in page.replace("\u00a0", " ")


def test_what_is_no_number_comes_back_with_a_sentence(desk: Desk, visit: Visit) -> None:
    answer = visit(desk.owner).post(desk.path("/screenings"), data=MUST | {"height_cm": "groot"})
    assert answer.status_code == 422
    assert 'value="groot"' in answer.text
    assert "Dit is geen getal" in answer.text


def test_unknown_outweighs_a_number_left_behind(desk: Desk, visit: Visit) -> None:
    visit(desk.owner).post(desk.path("/screenings"), data=MUST | {"height_cm_unknown": "1"})
    kept = desk.newest(Screening)
    assert "height_cm" not in kept.answers["answers"]
    assert kept.status == "partial"


def test_a_child_is_refused_with_a_sentence(desk: Desk, visit: Visit) -> None:
    browser, url = visit(desk.owner), f"/clients/{desk.child.id}/screenings"
    page = browser.get(f"{url}/new").text
    assert "Jonger dan 18 jaar" in page
    assert 'name="height_cm"' not in page
    answer = browser.post(url, data=MUST)
    assert answer.status_code == 422
    assert "Jonger dan 18 jaar" in answer.text
    assert desk.count(Screening) == 0


def test_an_instrument_nobody_knows_is_refused(desk: Desk, visit: Visit) -> None:
    assert visit(desk.owner).get(desk.path("/screenings/new?tool=OTHER")).status_code == 422


def test_a_weighing_redraws_the_trend_and_suggests_a_review(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    with transaction(desk.engine) as session:
        factories.make_prescription(session, desk.client, desk.owner, based_on_weight_g=51400)
    answer = browser.post(desk.path("/weights"), data={"weight_kg": "47,2"}, follow_redirects=True)
    assert answer.status_code == 200
    assert "Genoteerd." in answer.text
    assert "Herzie" in answer.text
    assert re.search(unbroken("wijkt \u22128,2 % af"), answer.text)


def test_an_impossible_weight_offers_its_mend(desk: Desk, visit: Visit) -> None:
    before = desk.count(Measurement)
    answer = visit(desk.owner).post(desk.path("/weights"), data={"weight_kg": "47200"})
    assert answer.status_code == 422
    assert 'data-value="47,2"' in answer.text
    assert 'value="47200"' in answer.text
    assert desk.count(Measurement) == before


def test_signing_makes_a_version_and_shows_what_changes(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    browser.post(desk.path("/screenings"), data=MUST)
    signed(desk, browser)
    page = browser.get(desk.path("/prescription")).text
    assert "Voorschrift, versie 2" in page
    assert "1\u00a0450\u20131\u00a0650" in page
    more = TARGETS | {"energy_kcal_max": "1700", "allergies": ["nuts"], "replaces": "1"}
    check = browser.post(
        desk.path("/prescription/check"), data=more, headers={"HX-Request": "true"}
    ).text
    assert "<s>1\u00a0450\u20131\u00a0650\u00a0kcal</s>" in check
    assert "1\u00a0450\u20131\u00a0700\u00a0kcal" in check
    assert "noten" in check
    assert desk.count(Prescription) == 1
    signed(desk, browser, **more)
    assert desk.count(Prescription, Prescription.state == PrescriptionState.SIGNED) == 1
    newest = desk.newest(Prescription)
    assert newest.version == 2
    assert newest.basis["energy"]["formula"] == "formula.kcal_per_kg"
    assert newest.signed_by == desk.owner.id


def test_an_attestation_is_asked_and_never_ticked(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    without = {name: value for name, value in TARGETS.items() if name != "attest"}
    answer = browser.post(desk.path("/prescription"), data=without)
    assert answer.status_code == 422
    assert "Bespreek het voorschrift en bevestig dat hier." in answer.text
    assert not re.search(r'name="attest"[^>]*checked', answer.text)
    assert desk.count(Prescription) == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"energy_kcal_min": "1900"}, "Energie: het laagste getal staat na het hoogste"),
        ({"protein_g_max": ""}, "Eiwit: vul een laagste en een hoogste getal in"),
        ({"energy_kcal_min": "veel"}, "Dit is geen heel getal"),
        ({"excluded_ingredients": "wortel, spruitjs"}, "De keuken kent dit niet: spruitjs"),
        ({"refeeding": "high"}, "vul de energie van de eerste dag in"),
        ({"review_on": "2020-01-01"}, "Kies een datum na vandaag"),
        ({"review_on": ""}, "Vul dit in"),
        ({"food_level": "2"}, "Kies een waarde uit de lijst"),
    ],
)
def test_a_prescription_comes_back_with_the_sentence_beside_the_field(
    desk: Desk, visit: Visit, change: dict[str, str], sentence: str
) -> None:
    answer = visit(desk.owner).post(desk.path("/prescription"), data=TARGETS | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    if change != {"review_on": ""}:
        value = next(iter(change.values()))
        assert f'value="{value}"' in answer.text
    assert desk.count(Prescription) == 0


def test_who_signs_second_is_told(desk: Desk, visit: Visit) -> None:
    signed(desk, visit(desk.owner))
    answer = visit(desk.colleague).post(desk.path("/prescription"), data=TARGETS)
    assert answer.status_code == 409
    assert '<h1 id="problem-t">Iemand was u voor</h1>' in answer.text
    assert "Iemand tekende net versie 1" in answer.text


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("nl", "Dit kan nu niet"),
        ("fr", "Ce n&#39;est pas possible maintenant"),
        ("en", "This cannot be done now"),
    ],
)
def test_a_conflict_in_which_nobody_was_first_does_not_say_so(
    desk: Desk, visit: Visit, language: str, heading: str
) -> None:
    browser = visit(desk.owner)
    signed(desk, browser)
    address = desk.path(f"/prescription/{desk.newest(Prescription).id}/withdraw")
    colleague = visit(desk.colleague)
    colleague.post("/language", data={"language": language})
    answer = colleague.post(address)
    assert answer.status_code == 409
    assert f'<h1 id="problem-t">{heading}</h1>' in answer.text


def test_an_act_that_an_address_does_not_know_is_no_failure_of_ours(
    desk: Desk, visit: Visit
) -> None:
    answer = visit(desk.owner).delete("/clients")
    assert answer.status_code == 405
    assert "Dit kunnen we niet lezen" in answer.text
    assert "Er ging iets mis bij ons" not in answer.text


def test_a_week_is_proposed_changed_and_signed(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    assert "Er is nog geen getekend voorschrift" in browser.post(desk.path("/plan")).text
    signed(desk, browser)
    proposed(desk, browser)
    page = browser.get(desk.path("/plan?day=1&slot=lunch&role=protein"))
    choice = re.findall(r'name="choice" value="([^"]+)"', page.text)
    assert 1 <= len(choice) <= 5
    plan = desk.newest(MealPlan)
    place = {"day": "1", "slot": "lunch", "role": "protein"}
    moved = browser.post(f"/plans/{plan.id}/swap", data=place | {"choice": choice[-1]})
    assert moved.status_code == 303
    changed = desk.newest(MealPlan)
    variant, _, portion = choice[-1].rpartition("/")
    wanted = {**place, "day": 1, "variant": variant, "portion": portion}
    assert changed.request["pins"] == [wanted]
    assert any(wanted.items() <= item.items() for item in changed.result["items"])
    assert "vastgezet" in browser.get(desk.path("/plan")).text
    reason = {"reason": "Zo gewoon voor haar."}
    assert browser.post(f"/plans/{changed.id}/approve", data=reason).status_code == 303
    assert desk.newest(MealPlan).state is MealPlanState.APPROVED


def test_a_dish_that_does_not_suit_is_refused_with_its_rule(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    signed(desk, browser, allergies=["milk"])
    plan = proposed(desk, browser)
    place = {"day": "0", "slot": "breakfast", "role": "breakfast"}
    page = browser.get(desk.path("/plan?day=0&slot=breakfast&role=breakfast")).text
    assert "Kan niet: melk" in page
    milky = "oat-porridge/7/standard/M"
    answer = browser.post(f"/plans/{plan.id}/swap", data=place | {"choice": milky})
    assert answer.status_code == 422
    assert desk.newest(MealPlan).id == plan.id


@pytest.mark.parametrize(
    "place", ["day=monday&slot=lunch&role=soup", "day=1&slot=tea&role=soup", "day=1&role=lunch"]
)
def test_an_address_of_no_place_shows_the_week(desk: Desk, visit: Visit, place: str) -> None:
    browser = visit(desk.owner)
    signed(desk, browser)
    proposed(desk, browser)
    page = browser.get(desk.path(f"/plan?{place}"))
    assert page.status_code == 200
    assert 'name="choice"' not in page.text


def test_the_dietitian_asks_why_not_a_dish_and_reads_the_rule_or_the_price(
    desk: Desk, visit: Visit
) -> None:
    browser = visit(desk.owner)
    signed(desk, browser, allergies=["milk"])
    plan = proposed(desk, browser)
    asked = "/plan?day=0&slot=breakfast&role=breakfast&dish="
    refused = browser.get(desk.path(f"{asked}oat-porridge")).text
    assert "Dit gerecht mag hier niet." in refused
    assert "Bevat melk. De cliënt heeft deze allergie: melk." in refused
    standing = {
        item["variant"].partition("/")[0]
        for item in plan.result["items"]
        if (item["day"], item["role"]) == (0, "breakfast")
    }
    request = weekplan.request_of(plan)
    assert request is not None
    with Session(desk.engine) as session:
        stock = meals.catalogue(session).variants.values()
    free = next(
        one.component
        for one in stock
        if one.role == "breakfast"
        and one.component not in standing
        and not hard_objections(one, request.eater)
    )
    priced = browser.get(desk.path(asked + free)).text
    assert "Dit gerecht mag hier. Tegenover wat er nu staat:" in priced
    assert re.search(r"<li>(Beter|Minder goed): [\d\u202f\xa0 ]+ [a-z ]+\.</li>", priced)
    browser.post("/language", data={"language": "fr"})
    assert "Ce plat est permis ici." in browser.get(desk.path(asked + free)).text
    nothing = browser.get(desk.path(f"{asked}dragon"))
    assert nothing.status_code == 200
    assert 'role="status" class="stack-2"' not in nothing.text


def test_a_week_beside_the_one_before_shows_what_goes_and_what_comes(
    desk: Desk, visit: Visit
) -> None:
    browser = visit(desk.owner)
    signed(desk, browser)
    first = proposed(desk, browser)
    assert browser.get(desk.path("/plan/compare")).status_code == 404
    browser.post(f"/plans/{first.id}/approve", data={"reason": "Zo eet zij graag."})
    again = proposed(desk, browser)
    place = {"day": "2", "slot": "lunch", "role": "soup"}
    page = browser.get(desk.path("/plan?day=2&slot=lunch&role=soup")).text
    offered = re.findall(r'name="choice" value="([^"]+)"', page)
    was = next(
        one
        for one in again.result["items"]
        if (one["day"], one["slot"], one["role"]) == (2, "lunch", "soup")
    )
    other = next(one for one in offered if not one.startswith(was["variant"].partition("/")[0]))
    answer = browser.post(f"/plans/{again.id}/swap", data=place | {"choice": other})
    assert answer.status_code == 303
    with Session(desk.engine) as session:
        names = meals.catalogue(session).variants
    compared = browser.get(desk.path("/plan/compare")).text
    gone = names[was["variant"]].names.nl
    assert re.search(rf"<s>{re.escape(gone)}, \d+\xa0g</s>", compared)
    came = names[other.rpartition("/")[0]].names.nl
    assert re.search(rf"<td>{re.escape(came)}, \d+\xa0g</td>", compared)
    assert re.search(r"[Ee]nergie [\d\u202f\xa0 ]+ → [\d\u202f\xa0 ]+\xa0kcal", compared)


def test_a_question_about_a_dish_leads_from_the_worklist_to_its_answer(
    desk: Desk, visit: Visit
) -> None:
    browser = visit(desk.owner)
    signed(desk, browser)
    plan = proposed(desk, browser)
    with transaction(desk.engine) as session:
        row = DishChoice(
            client_id=desk.client.id,
            plan_id=plan.id,
            day=plan.start_day + timedelta(days=1),
            slot="lunch",
            role="soup",
            before="soup-leek/7/standard",
            variant="soup-tomato/7/standard",
            portion="M",
            grams=200,
            state=ChoiceState.ASKED,
            made_at=datetime.now(UTC),
            made_by=desk.owner.id,
        )
        session.add(row)
    page = browser.get("/worklist?view=to_sign").text
    assert "Vraagt een ander gerecht" in page
    assert f'href="{desk.path("/wishes")}"' in page
    assert browser.get(desk.path("/wishes")).status_code == 200


def test_a_choice_without_portion_is_refused(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    signed(desk, browser)
    plan = proposed(desk, browser)
    place = {"day": "0", "slot": "lunch", "role": "soup", "choice": "soup"}
    answer = browser.post(f"/plans/{plan.id}/swap", data=place)
    assert answer.status_code == 422
    assert "Kies een waarde uit de lijst" in answer.text


def test_a_dish_in_the_week_grid_says_where_its_name_may_be_broken(
    desk: Desk, visit: Visit
) -> None:
    browser = visit(desk.owner)
    signed(desk, browser)
    proposed(desk, browser)
    shown = re.findall(r"<summary>([^<]+)<", browser.get(desk.path("/plan")).text)
    long = [word for name in shown for word in name.split() if len(word) > 15]
    assert long
    assert all("\N{SOFT HYPHEN}" in word for word in long)


def test_a_week_of_an_older_prescription_is_not_signed(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    signed(desk, browser)
    plan = proposed(desk, browser)
    signed(desk, browser, replaces="1", energy_kcal_max="1700")
    assert "Stel de week opnieuw voor" in browser.get(desk.path("/plan")).text
    answer = browser.post(f"/plans/{plan.id}/approve")
    assert answer.status_code == 409
    assert "Het voorschrift is veranderd sinds dit plan" in answer.text
    assert desk.newest(MealPlan).state is MealPlanState.PROPOSED


def test_a_high_refeeding_risk_keeps_the_machine_from_composing(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    signed(desk, browser, refeeding="high", start_energy_kcal="470")
    answer = browser.post(desk.path("/plan"))
    assert answer.status_code == 422
    assert "stel de eerste dagen zelf samen" in answer.text
    assert "Hoog refeedingrisico" in browser.get("/worklist").text


def test_the_week_says_what_to_do_while_a_person_composes(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    signed(desk, browser, refeeding="high", start_energy_kcal="470")
    page = browser.get(desk.path("/plan")).text
    assert "Stel de eerste dagen zelf samen" in page
    assert "Beoordeel daarna het risico opnieuw" in page
    assert "470\u00a0kcal" in page
    assert "Stel weekplan voor" not in page


def test_a_grave_refeeding_form_pages_and_stops_the_machine(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    signed(desk, browser)
    form = {"tool": "REFEED_NICE", "days_little_or_no_intake": "16"}
    answer = browser.post(desk.path("/screenings"), data=form)
    assert answer.status_code == 303, answer.text
    assert desk.count(EarlyWarning, EarlyWarning.code == WarningCode.REFEEDING) == 1
    assert browser.post(desk.path("/plan")).status_code == 422
    assert "Stel de eerste dagen zelf samen" in browser.get(desk.path("/plan")).text


HTMX = {"HX-Request": "true"}


def test_a_risk_that_came_after_the_signature_is_judged_again(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    signed(desk, browser)
    assert 'value="none" selected>Refeeding' in browser.get(desk.path("/prescription")).text
    form = {"tool": "REFEED_NICE", "days_little_or_no_intake": "16"}
    browser.post(desk.path("/screenings"), data=form)
    page = browser.get(desk.path("/prescription")).text
    assert 'value="none" selected>Refeeding' not in page
    answer = browser.post(desk.path("/prescription/check"), data=TARGETS, headers=HTMX).text
    assert "U kiest minder dan het dossier toont: minstens zeer hoog refeedingrisico." in answer
    extreme = browser.post(
        desk.path("/prescription/check"), data=TARGETS | {"refeeding": "extreme"}, headers=HTMX
    )
    assert "U kiest minder" not in extreme.text


@pytest.mark.parametrize("path", ["/clients/new", "/referrals/new", "/clients/1/referrals/new"])
def test_what_is_missing_is_told_in_the_readers_language(
    desk: Desk, visit: Visit, path: str
) -> None:
    browser = visit(desk.owner)
    with browser.session_transaction() as cookie:
        cookie["language"] = "fr"
    form = re.search(rf'<form[^>]*action="{path}"[^>]*>', browser.get(path).text)
    assert form is not None
    assert "novalidate" in form[0], "the browser would answer in its own language"
    answer = browser.post(path, data={})
    assert answer.status_code == 422
    assert "Remplissez ce champ." in answer.text


def test_what_is_open_is_said_once(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    browser.post(desk.path("/screenings"), data=MUST)
    filled = TARGETS | {"dose_times": "08:00, 12:00, 18:00", "conditions": "levodopa"}
    answer = browser.post(desk.path("/prescription/check"), data=filled, headers=HTMX).text
    assert answer.count("Levodopa hoort minstens 30 minuten voor het eten.") == 1
    wrong = browser.post(desk.path("/prescription"), data=filled | {"dose_times": "8u, 25:00"}).text
    assert wrong.count("Schrijf de uren van levodopa als 07:30") <= 3  # list, field and check


def test_the_page_answers_while_one_types(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    browser.post(desk.path("/screenings"), data=MUST)
    filled = TARGETS | {
        "conditions": ["heart_failure", "vitamin_k_antagonist"],
        "rules_shown": ["r-114", "r-155"],
        "rules_on": ["r-155"],
        "switch_why": "eet te weinig",
        "salt": "more",
        "refeeding": "high",
        "start_energy_kcal": "300",
        "activity": "active",
    }
    answer = browser.post(desk.path("/prescription/check"), data=filled, headers=HTMX)
    assert answer.status_code == 200
    for part in ("calc-energy_kcal", "alternatives", "rules", "rise"):
        assert f'id="{part}" hx-swap-oob="true"' in answer.text
    assert "Mifflin-St Jeor" in answer.text
    assert "300\u00a0kcal" in answer.text
    assert "gewone inname ontbreekt" in answer.text
    assert 'value="r-114" aria' in answer.text  # switched off: not ticked
    assert 'value="r-155" checked' in answer.text
    unreadable = browser.post(
        desk.path("/prescription/check"), data={"food_level": "soup"}, headers=HTMX
    )
    assert unreadable.status_code == 200


def test_only_who_may_prescribe_for_her_gets_an_answer_while_typing(
    desk: Desk, visit: Visit
) -> None:
    address = desk.path("/prescription/check")
    assert visit(desk.colleague).post(address, data=TARGETS, headers=HTMX).status_code == 200
    stranger = visit(desk.stranger).post(address, data=TARGETS, headers=HTMX)
    assert stranger.status_code == 404
    assert "Vandamme" not in stranger.text
    assert visit().post(address, data=TARGETS).status_code in (302, 303, 401)


def test_two_rules_that_clash_are_told(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    filled = TARGETS | {"conditions": ["heart_failure"], "salt": "more"}
    answer = browser.post(desk.path("/prescription/check"), data=filled)
    assert "De grens voor zouten gaat voor de smaak." in answer.text
    assert "Vervalt: Meer zout voor de smaak" in answer.text


def test_the_ranges_of_another_formula_can_be_taken_over(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    browser.post(desk.path("/screenings"), data=MUST)
    filled = TARGETS | {"energy_formula": "mifflin", "recalculate": "1"}
    page = browser.post(desk.path("/prescription/check"), data=filled).text
    assert 'name="energy_kcal_min" value="1250"' in page  # 907.25 x 1.4 x 0.95, up to 50
    assert 'value="mifflin" selected' in page
    without = desk.path("/prescription/check").replace(str(desk.client.id), str(desk.child.id))
    assert browser.post(without, data=filled).status_code == 200


EVERYTHING = {
    "least.calcium_mg": "900",
    "most.sodium_mg": "2000",
    "usual.vitamin_k_ug": "90",
    "tolerates.lactose": "6",
    "intolerances": ["lactose", "gluten"],
    "reference": "1",
    "salt": "less",
    "acid": "more",
    "late_snack": "1",
    "finger_food": "1",
    "dose_times": "7u30, 12:00; 17.30",
    "conditions": ["parkinson", "vitamin_k_antagonist"],
    "rules_shown": ["r-311", "r-302"],
    "rules_on": ["r-302"],
    "switch_why": "eet en neemt samen in",
    "refeeding": "some",
    "start_energy_kcal": "700",
    "step_up_from": (TODAY + timedelta(days=2)).isoformat(),
    "step_up_days": "5",
    "energy_formula": "henry_wh",
    "activity": "chair",
    "stress": "infection",
}


def test_every_field_of_the_form_is_signed_and_comes_back(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    signed(desk, browser, **EVERYTHING)
    content = desk.newest(Prescription).as_prescription()
    assert content.nutrients == {"sodium_mg": Range(high=2000), "calcium_mg": Range(low=900)}
    assert content.usual == {"vitamin_k_ug": 90}
    assert content.intolerances == {"lactose": 6, "gluten": None}
    assert content.reference is not None
    assert (content.salt, content.acid, content.low_salt) == ("less", "more", True)
    assert (content.late_snack, content.finger_food) == (True, True)
    assert content.dose_times == ("07:30", "12:00", "17:30")
    assert content.step_up == (700, 700)
    assert [(one.rule, one.on, one.why) for one in content.switches] == [
        ("r-311", False, "eet en neemt samen in")
    ]
    assert "r-311" not in {rule.rule for rule in content.rules}
    assert (content.energy_formula, content.activity, content.stress) == (
        "henry_wh",
        "chair",
        "infection",
    )
    for language in LANGUAGES:
        with browser.session_transaction() as cookie:
            cookie["language"] = language
        page = browser.get(desk.path("/prescription")).text
        assert 'name="least.calcium_mg" value="900"' in page
        assert 'value="07:30, 12:00, 17:30"' in page
        assert "eet en neemt samen in" in page
        changed = TARGETS | {"replaces": "1"}
        assert browser.post(desk.path("/prescription/check"), data=changed).status_code == 200
        assert browser.get(desk.path()).status_code == 200


def test_many_nutrients_at_once_stand_in_one_line(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    names = ("calcium_mg", "iron_mg", "zinc_mg", "fibre_g", "folate_ug")
    filled = TARGETS | {f"least.{name}": "10" for name in names}
    page = browser.post(desk.path("/prescription/check"), data=filled).text
    assert "5 grenzen gewijzigd" in page


def test_a_number_that_cannot_be_read_is_named_beside_its_nutrient(
    desk: Desk, visit: Visit
) -> None:
    answer = visit(desk.owner).post(
        desk.path("/prescription"), data=TARGETS | {"least.calcium_mg": "veel"}
    )
    assert answer.status_code == 422
    assert 'href="#f-least.calcium_mg.value"' in answer.text
    assert desk.count(Prescription) == 0


def test_a_signature_is_taken_back_from_the_page(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    signed(desk, browser)
    row = desk.newest(Prescription)
    address = desk.path(f"/prescription/{row.id}/withdraw")
    assert address in browser.get(desk.path("/prescription")).text
    colleague = visit(desk.colleague)
    assert address not in colleague.get(desk.path("/prescription")).text
    assert colleague.post(address).status_code == 409
    assert visit(desk.stranger).post(address).status_code == 404
    answer = browser.post(address, follow_redirects=True)
    assert "Versie 1 is ingetrokken" in answer.text
    assert desk.newest(Prescription).state is PrescriptionState.WITHDRAWN
    assert browser.post(address).status_code == 409


NEW = {
    "given_name": "Maria",
    "family_name": "Callewaert",
    "born": "1947-05-04",
    "sex": "F",
    "language": "nl",
    "street": "Ooststraat 1",
    "postcode": "8800",
    "place": "Roeselare",
    "weekday": "2",
    "consents": "1",
}


def test_a_new_client_at_home_gets_a_household_and_a_front_door(desk: Desk, visit: Visit) -> None:
    answer = visit(desk.owner).post("/clients/new", data=NEW)
    assert answer.status_code == 303
    client, site = desk.newest(Client), desk.newest(Site)
    assert answer.headers["Location"] == f"/clients/{client.id}/screenings/new"
    assert (client.site_id, client.dietitian_id) == (site.id, desk.owner.id)
    assert (site.kind, site.delivery_weekdays) == (SiteKind.HOME, [2])
    assert desk.count(Consent, Consent.client_id == client.id) == 1


def test_the_same_person_twice_is_confirmed_first(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    assert browser.post("/clients/new", data=NEW).status_code == 303
    sites = desk.count(Site)
    again = browser.post("/clients/new", data=NEW)
    assert again.status_code == 422
    assert "Dit is een andere persoon" in again.text
    assert desk.count(Site) == sites
    assert browser.post("/clients/new", data=NEW | {"another": "1"}).status_code == 303


def test_a_known_place_gives_the_front_door_its_own_position(desk: Desk, visit: Visit) -> None:
    assert visit(desk.owner).post("/clients/new", data=NEW | {"place": "Oekene"}).status_code == 303
    site = desk.newest(Site)
    assert (site.lat_e5, site.lon_e5) == (5092036, 316036)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"given_name": " "}, "Vul dit in"),
        ({"street": ""}, "Vul dit in"),
        ({"born": "2999-01-01"}, "Deze geboortedatum"),
        ({"born": "4 mei"}, "Dit is geen datum"),
        ({"postcode": "1000"}, "NPCC kent 1000 Roeselare niet"),
        ({"place": "Atlantis"}, "NPCC kent 8800 Atlantis niet"),
        ({"sex": "X"}, "Kies een waarde uit de lijst"),
    ],
)
def test_a_new_client_comes_back_to_be_mended(
    desk: Desk, visit: Visit, change: dict[str, str], sentence: str
) -> None:
    before = desk.count(Client)
    answer = visit(desk.owner).post("/clients/new", data=NEW | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Callewaert"' in answer.text
    assert desk.count(Client) == before


def test_a_house_takes_only_people_of_its_own_staff(desk: Desk, visit: Visit) -> None:
    with transaction(desk.engine) as session:
        own = session.get_one(Organisation, desk.stranger.organisation_id)
        site = factories.make_site(session, own, kind=SiteKind.HOSPITAL)
        strange = factories.make_organisation(session, OrganisationKind.RESIDENTIAL)
        other = factories.make_site(session, strange, kind=SiteKind.RESIDENTIAL)
    stranger = visit(desk.stranger)
    assert stranger.post("/clients/new", data=NEW | {"site_id": site.id}).status_code == 303
    assert stranger.post("/clients/new", data=NEW | {"site_id": other.id}).status_code == 404
    assert stranger.post("/clients/new", data=NEW).status_code == 403


def test_a_name_that_is_searched_for_stands_in_no_address(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    name = desk.client.family_name
    assert name in browser.get("/clients?q=niemand").text, "an address asks for no name"
    found = browser.post("/clients", data={"q": name})
    assert found.status_code == 200
    assert name in found.text
    assert "q=" not in found.text
    assert name not in browser.post("/clients", data={"q": "niemand"}).text
    assert found.text.count('method="post" action="/clients"') == 3
    away = visit().get(f"/clients?q={name}&place=home")
    assert away.status_code == 302
    assert away.location == "/login?next=/clients?place%3Dhome"
