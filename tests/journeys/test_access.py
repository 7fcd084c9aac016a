"""Every role finds its own places and nobody else's; a stranger finds no client at any address."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from werkzeug.routing import Rule

from app.access import HEALTH, Actor, Permission, Role
from app.db import transaction
from app.i18n import translator
from app.models.choosing import ChoiceState, DishChoice
from app.models.meals import MealPlan
from app.models.orders import ReorderProposal
from app.models.people import CarerLevel, CarerLink, Client, OrganisationKind, Site, User
from app.models.pickups import Pickup
from app.operations import care, meals, notes, outreferrals, warnings
from app.operations.care import ScreeningForm
from logistics import PickupThing
from menus import Portion
from optimizer import Limits
from screening import Tool, WarningCode, WarningLevel
from tests import factories
from tests.app.referring import outgoing
from tests.journeys.conftest import DELIVERY, MONDAY, PASSWORD, WARD_MEAL, make_login
from tests.journeys.person import Person
from tests.journeys.test_bad_input import everything

PLACES = {
    Role.DIETITIAN: ["/worklist", "/clients", "/wards", "/referrals"],
    Role.CARER: ["/wards", "/referrals"],
    Role.CLIENT: ["/week"],
    Role.DISPATCHER: ["/day", "/kitchen", "/routes", "/stock"],
    Role.KITCHEN: ["/day", "/kitchen", "/stock"],
    Role.ADMIN: ["/admin/users", "/admin/organisations"],
}
EVERY_PLACE = {place for places in PLACES.values() for place in places}
ComeIn = Callable[[Role], Person]


@pytest.mark.parametrize("role", PLACES)
def test_each_role_sees_its_places_and_reaches_them(come_in: ComeIn, role: Role) -> None:
    person = come_in(role)
    offered = [one.get("href") for nav in person.page.all("nav") for one in nav.all("a")]
    offered = [one for one in dict.fromkeys(offered) if one.count("/") in {1, 2} and "?" not in one]
    assert [one for one in offered if one in EVERY_PLACE] == PLACES[role]
    for place in offered:
        person.go(place)


def gets(app: Flask) -> Iterator[Rule]:
    """Give the addresses that show something and name nothing in particular."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.endpoint != "static":
            yield rule


@pytest.mark.parametrize("role", PLACES)
def test_a_place_of_another_role_is_closed(app: Flask, come_in: ComeIn, role: Role) -> None:
    browser = come_in(role).browser
    for rule in gets(app):
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        if isinstance(permission, Permission):
            closed = not Actor(role=role).may(permission)
            status = browser.get(rule.rule).status_code
            assert (status == 403) is closed, (rule.rule, status)


@dataclass(frozen=True, kw_only=True)
class Hers:
    """What belongs to one client: the numbers that stand in addresses."""

    client_id: int
    plan_id: int
    order_id: int
    ward_id: int
    site_id: int
    code: str  # of the house
    link_id: int
    proposal: int
    referral_id: int
    note_id: int
    prescription_id: int
    warning_id: int
    screening_id: int
    choice_id: int
    pickup_id: int
    number: int = 1  # of a letter
    component: str = "mash"

    @property
    def form(self) -> dict[str, object]:
        """Give answers to every question of every form about her."""
        return {
            **FORM,
            "client": self.client_id,
            "proposal": self.proposal,
            "eats": self.client_id,
            "client_id": self.client_id,
        }


FORM = {
    "day": WARD_MEAL.isoformat(),
    "first": DELIVERY.isoformat(),
    "until": DELIVERY.isoformat(),
    "meal": "lunch",
    "seen": "0",
    "slot": "lunch",
    "role": "soup",
    "choice": "soup-leek/0/standard/M",
    "dish": "soup-leek/7/standard M",
    "weight_kg": "48",
    "height_cm": "161",
    "energy_kcal_min": "1450",
    "energy_kcal_max": "1650",
    "protein_g_min": "57",
    "protein_g_max": "71",
    "food_level": "7",
    "drink_level": "0",
    "taste": "normal",
    "meal_pattern": "five",
    "refeeding": "none",
    "review_on": "2027-01-15",
    "replaces": "1",
    "attest": "1",
    "purpose": "care",
    "given": "1",
    "move": "close",
    "state": "accepted",
    "version": "1",
    "event": "event.discharge",
    "outcome": "treated",
    "kind": "missed",
    "to": "1",
    "why": "duplicate",
    "note": "x",
    "party": "gp",
    "name": "Dr. Claeys",
    "reason": "weight_loss",
    "reasons": ["weight_loss"],
    "consent": "1",
    "letter_language": "nl",
    "given_name": "Ann",
    "family_name": "Maes",
    "born": "1944-03-02",
    "sex": "F",
    "language": "nl",
    "street": "Kerkstraat 1",
    "postcode": "8800",
    "place": "Roeselare",
    "n:carrots/7/standard": "2",
}
"""An answer to every question a form about a client asks."""


def chosen(plan: MealPlan, by: User) -> DishChoice:
    """Give another soup for one lunch of a plan."""
    return DishChoice(
        client_id=plan.client_id,
        plan_id=plan.id,
        day=DELIVERY,
        slot="lunch",
        role="soup",
        before="soup-leek/7/standard",
        variant="soup-carrot/7/standard",
        portion=Portion.M,
        grams=200,
        state=ChoiceState.CHOSEN,
        made_at=MONDAY.astimezone(UTC),
        made_by=by.id,
    )


@pytest.fixture
def hers(engine: Engine) -> Hers:
    """Give a client on a ward everything that has an address."""
    with transaction(engine) as session:
        client = session.scalars(select(Client).where(Client.given_name == "Ann")).one()
        dietitian = session.scalars(select(User).where(User.role == Role.DIETITIAN)).one()
        actor = Actor(role=Role.DIETITIAN, user_id=dietitian.id, is_npcc=True)
        few = Limits(moves=2_000, seed=1)
        staff = replace(actor, organisation_id=dietitian.organisation_id)
        week = DELIVERY - timedelta(days=DELIVERY.weekday())
        plan = meals.propose_plan(
            session, actor, client.id, start=week, now=MONDAY.astimezone(UTC), limits=few
        )
        proposal = ReorderProposal(
            client_id=client.id,
            service_day=DELIVERY,
            lines=[],
            proposed_at=MONDAY,
            answer_by=MONDAY + timedelta(days=9),
        )
        link = CarerLink(
            user_id=dietitian.id, client_id=client.id, level=CarerLevel.ORDER, until=DELIVERY
        )
        choice = chosen(plan, dietitian)
        pickup = Pickup(
            site_id=client.site_id, thing=PickupThing.EMPTY_BOXES, boxes=1, asked_at=MONDAY
        )
        session.add_all([proposal, link, choice, pickup])
        session.flush()
        answers = ScreeningForm(answers={"acute": True}, provenance={})
        screened = care.record_screening(
            session, staff, client.id, Tool.MUST, form=answers, now=MONDAY.astimezone(UTC)
        )
        referral = outreferrals.refer_out(session, staff, client.id, outgoing(), MONDAY)
        note_id = notes.start_note(session, staff, client.id, translator("nl"), MONDAY)
        warning = warnings.open_warning(
            session,
            client.id,
            WarningCode.CHOKING,
            level=WarningLevel.RED,
            now=MONDAY.astimezone(UTC),
            facts={},
        )
        order = factories.make_order(session, client, WARD_MEAL, ("carrots/7/standard", 1, 150))
        return Hers(
            client_id=client.id,
            plan_id=plan.id,
            order_id=order.id,
            ward_id=client.ward_id,
            site_id=client.site_id,
            code=session.get_one(Site, client.site_id).code,
            link_id=link.id,
            proposal=proposal.id,
            referral_id=referral.id,
            note_id=note_id,
            prescription_id=plan.prescription_id,
            warning_id=warning.id if warning else 0,
            screening_id=screened.id,
            choice_id=choice.id,
            pickup_id=pickup.id,
        )


STRANGERS = {
    Role.DIETITIAN: OrganisationKind.HOSPITAL,
    Role.CARER: OrganisationKind.RESIDENTIAL,
    Role.CLIENT: OrganisationKind.HOUSEHOLD,
}
"""Who holds the permissions, but works or lives elsewhere."""


@pytest.fixture(params=STRANGERS)
def stranger(request: pytest.FixtureRequest, app: Flask, engine: Engine) -> Person:
    """Give somebody of another house, whose forms need no token: they never saw hers."""
    role: Role = request.param
    app.config["WTF_CSRF_ENABLED"] = False
    with transaction(engine) as session:
        house = factories.make_organisation(session, STRANGERS[role])
        lives = {"client_id": factories.make_client(session).id} if role is Role.CLIENT else {}
        user = make_login(session, role, house, login=f"far-{role}@example.org", **lives)
    return Person(app).log_in(user.login, PASSWORD)


def about_clients(app: Flask, role: Role) -> Iterator[tuple[str, Rule]]:
    """Give every address that shows or changes health data and names something of a client."""
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        theirs = rule.arguments or rule.rule.startswith("/week")
        if permission in HEALTH and theirs and Actor(role=role).may(permission):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, rule


def test_a_stranger_finds_nothing_of_hers_at_any_address(
    app: Flask, engine: Engine, hers: Hers, stranger: Person, request: pytest.FixtureRequest
) -> None:
    role = request.node.callspec.params["stranger"]
    before, tried = everything(engine), 0
    for method, rule in about_clients(app, role):
        if rule.rule.startswith("/api/") and method != "GET":
            continue  # a system's key, not a browser's cookie, may change things there
        path = app.url_map.bind("127.0.0.1").build(
            rule.endpoint, {name: getattr(hers, name) for name in rule.arguments}, method=method
        )
        asked = {name: FORM[name] for name in ("day", "slot", "role")}
        whose = {"client": hers.client_id, "tool": "MUST", **asked}
        sent = {"query_string": whose} if method == "GET" else {"data": hers.form}
        answer = stranger.browser.open(path, method=method, **sent)
        assert answer.status_code == 404, (method, rule.rule, answer.status_code)
        assert "Ann Maes" not in answer.text
        tried += 1
    assert tried >= 10
    assert everything(engine) == before
