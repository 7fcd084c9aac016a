"""From a screening to a meal at the door, and the weight after it, by what the pages say."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import Engine

from app import jobs, turns
from app.access import Role
from app.i18n import sentences, translator
from screening import Condition
from tests.clock import Clock
from tests.journeys.conftest import DELIVERY
from tests.journeys.page import TICK
from tests.journeys.person import Person

NAME = "Godelieve Vandamme"
WHEN = "Vrijdag 4 december"
ComeIn = Callable[[Role], Person]


def screen(dietitian: Person) -> None:
    """Fill in MUST as the worklist asks; the score and its points stand on her page."""
    dietitian.sees("Nog niet gescreend").follow(f"Screen: {NAME}")
    dietitian.sees("MNA-SF", "Geldig vanaf 65 jaar.")
    dietitian.follow("Ander formulier").follow("MUST").press(
        "Bewaar screening",
        {
            "Lengte": "161",
            "Gewicht vandaag": "47,2",
            "Gewicht 3 tot 6 maanden geleden": "51,4",
            "Was het verlies gewild?": "Nee",
            "Acuut ziek én meer dan 5 dagen niets gegeten (of te verwachten)?": "Nee",
        },
    )


def sign(dietitian: Person) -> None:
    """Sign the prescription that the screening asks for, with an allergy added."""
    dietitian.sees("Hoog risico", "Verlies 8,2 %").follow("Schrijf voor").sees(
        "Voorschrift, versie 1", "MUST 3, hoog risico"
    )
    agreed = "Ik besprak dit met de cliënt of de vertrouwenspersoon."
    dietitian.press("Teken voorschrift", {"noten": TICK, agreed: TICK})


def approve_week(dietitian: Person) -> str:
    """Propose a week, swap one dish for the last alternative offered, sign; gives that dish."""
    dietitian.press("Stel weekplan voor").follow("Ruil: dinsdag 1 december, Middag")
    dietitian.sees("Allergie en textuur zijn al gecontroleerd.")
    offered = [one for one in dietitian.page.all("button") if one.get("name") == "choice"]
    dish = offered[-1].text.partition(":")[2].rpartition(",")[0].strip()
    dietitian.press(offered[-1].text).sees(dish, "vastgezet", "Voorstel 2, te ondertekenen")
    why = {"Waarom is dit aanvaardbaar?": "Zo eet zij het graag."}
    outside = "Waarom is dit aanvaardbaar?" in dietitian.said
    dietitian.press("Teken weekplan", why if outside else {}).sees("Er kan besteld worden", dish)
    return dish


def morning_run(engine: Engine, clock: Clock) -> None:
    """Let the clock strike six on the Monday before the delivery: a proposal is made."""
    clock.turn(DELIVERY - timedelta(days=4), 6, 1)
    reorder = next(turn for turn in turns.TURNS if turn.kind == "reorder")
    assert turns.fire(engine, reorder, clock.moment)
    assert jobs.work_once(engine, "worker")


def order(client: Person, dish: str) -> str:
    """Order what is proposed; gives the order's number."""
    client.sees("Dag mevrouw Vandamme", "Levering op vrijdag 4 december", dish)
    client.press("Bestel dit voorstel").sees("Besteld voor vrijdag 4 december")
    return client.said.partition("Besteld: nummer ")[2].partition(",")[0]


def plan_and_publish(dispatcher: Person, engine: Engine) -> None:
    """Plan the next service day, let a worker do it, sign what it changes."""
    dispatcher.sees(WHEN, "Nog geen plan voor deze dag")
    dispatcher.press("Plan deze dag").sees("Wacht op een vrije rekenplaats")
    assert jobs.work_once(engine, "worker")
    dispatcher.go("/").sees(f"{WHEN} Concept", "Elke bestelling kan mee.", "Bestellingen 1 van 1")
    seen = "Ik heb gezien wat niet geleverd kan worden, en weet wie het opvolgt."
    dispatcher.follow("Publiceer dagplan \u2026").press("Publiceer dagplan", {seen: TICK})
    dispatcher.sees("Het dagplan van vrijdag 4 december is gepubliceerd.", f"{WHEN} Gepubliceerd")


def pages_of(person: Person, words: str) -> str:
    """Give the text of the paper behind a link."""
    answer = person.browser.get(person.where(words))
    assert answer.mimetype == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def diagnosis_words() -> set[str]:
    """Every word of the house for a condition, an instrument or a risk, in each language."""
    codes = {f"condition.{one}" for one in Condition}
    said = {
        text.lower()
        for language in ("nl", "fr", "en")
        for code, forms in sentences(language).items()
        for text in forms
        if code in codes
    }
    return said | {"must", "ondervoed", "dénutri", "malnutr", "hoog risico", "bmi", "kcal"}


def test_no_diagnosis_word_is_missing_from_the_check() -> None:
    for language in ("nl", "fr", "en"):
        say = translator(language).say
        assert {say(f"condition.{one}").lower() for one in Condition} <= diagnosis_words()


@pytest.fixture
def eats(come_in: ComeIn, engine: Engine, clock: Clock) -> tuple[Person, Person, str]:
    """Give the dietitian and the client, and the number of what was ordered."""
    dietitian = come_in(Role.DIETITIAN)
    screen(dietitian)
    sign(dietitian)
    dish = approve_week(dietitian)
    morning_run(engine, clock)
    client = come_in(Role.CLIENT)
    return dietitian, client, order(client, dish)


def test_from_screening_to_the_meal_at_the_door_and_back(
    come_in: ComeIn, engine: Engine, clock: Clock, eats: tuple[Person, Person, str]
) -> None:
    dietitian, client, number = eats
    clock.turn(DELIVERY - timedelta(days=1), 14)
    dispatcher = come_in(Role.DISPATCHER)
    plan_and_publish(dispatcher, engine)
    check_route_sheet(pages_of(dispatcher, "Ritlijsten"), number)
    clock.turn(DELIVERY, 10)
    dispatcher.follow("Kaart en stops").sees(NAME, "Zonder noten", f"bestelling {number}")
    dispatcher.press("Noteer geleverd", near=NAME).sees(f"bestelling {number} · Geleverd")
    assert not dispatcher.offers("Noteer geleverd")
    client.go("/").sees("Geleverd", "Levering op vrijdag 11 december")
    weigh_again(dietitian)


def check_route_sheet(paper: str, number: str) -> None:
    """The driver reads who, where, when and what to avoid; nothing about health."""
    for words in (NAME, "8800 Rumbeke", "8.00 \u2013 12.00", "Dozen samen 3", number, "Geen noten"):
        assert words in paper, words
    found = {word for word in diagnosis_words() if word in paper.lower()}
    assert found == set()


def chart_of(dietitian: Person) -> list[str]:
    """Give where the points of the trend are drawn."""
    return [f"{one.get('cx')} {one.get('cy')}" for one in dietitian.page.all("circle")]


def weigh_again(dietitian: Person) -> None:
    """A lower weight moves the line and asks for another prescription, which is then proposed."""
    dietitian.go("/").follow("Cliënten").follow(NAME).sees("Gewicht van 52,0 kg", "naar 47,2 kg")
    before = chart_of(dietitian)
    dietitian.press("Noteer gewicht", {"Gewicht vandaag": "44,9"})
    dietitian.sees("Genoteerd.", "naar 44,9 kg op 4 december", "Herzie het voorschrift.")
    assert chart_of(dietitian) != before
    dietitian.follow("Pas voorschrift aan").sees("Voorschrift, versie 2", "44,9 kg")


def test_a_delivery_is_not_noted_before_its_day(
    come_in: ComeIn, engine: Engine, clock: Clock, eats: tuple[Person, Person, str]
) -> None:
    clock.turn(DELIVERY - timedelta(days=1), 14)
    dispatcher = come_in(Role.DISPATCHER)
    plan_and_publish(dispatcher, engine)
    assert not dispatcher.follow("Kaart en stops").offers("Noteer geleverd")


def test_a_form_without_its_token_changes_nothing(app: Flask, come_in: ComeIn) -> None:
    dietitian = come_in(Role.DIETITIAN)
    answer = dietitian.browser.post("/clients/1/weights", data={"weight_kg": "50"})
    assert answer.status_code == 400
