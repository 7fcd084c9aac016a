"""Clients at home in the demo region: address, standing order, freezer, consents."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import cycle
from random import Random

from app.models.care import Prescription
from app.models.people import ConsentPurpose
from app.operations.demo.gathering import Gathered, client_row, consent_row, draw_parts
from app.operations.demo.houses import home_rows, phone
from app.operations.demo.kitchen import Larder, home_stock
from app.operations.demo.logins import NPCC_DIETITIANS
from app.operations.demo.people import Person, care_rows, people_of
from app.operations.demo.seed import Seed
from app.operations.exchange import StandingOrderRow
from logistics import OnNoAnswer
from screening import Setting

HOME_CLIENTS = 380
DUE_NEXT_DAY = 150
OVERDUE, UNSIGNED, PARKINSON = 7, 7, 14
PAUSED, SKIPPED = 6, 3
SERVICE_WEEKDAYS = range(6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One client at home with the weekday of delivery."""

    code: str
    person: Person
    weekday: int


def homes(
    gathered: Gathered, rng: Random, seed: Seed, *, today: date, service_day: date
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Make the clients at home; gives who is due on the service day, and others with a plan.

    Only people with a signed prescription are in either.
    """
    parts = draw_parts(rng, HOME_CLIENTS, parkinson=PARKINSON, overdue=OVERDUE, unsigned=UNSIGNED)
    people = people_of(rng, seed, Setting.COMMUNITY, parts, today)
    living = tuple(_with_weekday(rng, people, service_day.weekday()))
    larder = Larder(seed.catalogue)
    for number, home in enumerate(living):
        _home(gathered, rng, seed, home, number=number, today=today)
        if home.person.signed is not None:
            eater = Prescription.eater_of(home.person.signed)
            gathered.add("home_stock", *home_stock(rng, larder, home.code, eater, today))
    signed = [home for home in living if home.person.signed is not None]
    due = tuple(home.code for home in signed if home.weekday == service_day.weekday())
    others = tuple(home.code for home in signed if home.weekday != service_day.weekday())
    gathered.tables["standing_orders"] = list(
        _standing(rng, living, today=today, service_day=service_day)
    )
    return due, others


def _with_weekday(rng: Random, people: tuple[Person, ...], due: int) -> Iterator[Home]:
    """Give each a weekday: so many the service day, the rest evenly over the others."""
    codes = [f"C{number:04d}" for number in range(1001, 1001 + len(people))]
    ready = [code for code, person in zip(codes, people, strict=True) if person.signed is not None]
    chosen = frozenset(rng.sample(ready, DUE_NEXT_DAY))
    others = cycle(day for day in SERVICE_WEEKDAYS if day != due)
    for code, person in zip(codes, people, strict=True):
        weekday = due if code in chosen else next(others)
        yield Home(code=code, person=person, weekday=weekday)


def _home(
    gathered: Gathered, rng: Random, seed: Seed, home: Home, *, number: int, today: date
) -> None:
    person = home.person
    organisation, site = home_rows(rng, seed, home.code, person.family_name, number)
    dietitian = NPCC_DIETITIANS[0 if number % 5 < 3 else 1 + number % 2]
    gathered.add("organisations", organisation)
    gathered.add("sites", site)
    client = client_row(
        home.code,
        person,
        organisation=organisation.code,
        site=site.code,
        dietitian=dietitian,
        ward=None,
    )
    litres = rng.choice((None, 40, 60, 80, 100, 100, 150, 200))
    gathered.add("clients", replace(client, phone=phone(number), freezer_litres=litres))
    gathered.care(care_rows(home.code, person, dietitian, today))
    gathered.add("consents", consent_row(home.code, ConsentPurpose.CARE, today))
    for purpose, percent in (
        (ConsentPurpose.AUTOMATIC_REORDER, 80),
        (ConsentPurpose.RESEARCH, 35),
    ):
        if rng.randrange(100) < percent:
            gathered.add("consents", consent_row(home.code, purpose, today))


def _standing(
    rng: Random, living: tuple[Home, ...], *, today: date, service_day: date
) -> Iterator[StandingOrderRow]:
    """Give every client a weekly order; a few pause or skip a week, none of those due next."""
    away = [home.code for home in living if home.weekday != service_day.weekday()]
    drawn = rng.sample(away, PAUSED + SKIPPED)
    paused, skipped = frozenset(drawn[:PAUSED]), frozenset(drawn[PAUSED:])
    for home in living:
        ahead = (home.weekday - today.weekday()) % 7 or 7
        is_paused = home.code in paused
        yield StandingOrderRow(
            client=home.code,
            weekday=home.weekday,
            on_no_answer=(OnNoAnswer.SEND if rng.randrange(100) < 75 else OnNoAnswer.DO_NOT_SEND),
            paused_from=today - timedelta(days=4) if is_paused else None,
            paused_until=today + timedelta(days=17) if is_paused else None,
            skipped_days=(today + timedelta(days=ahead),) if home.code in skipped else (),
        )
