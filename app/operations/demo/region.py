"""The demo region: 500 clients around Roeselare, made by a seed relative to a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.models.people import CarerLevel, ConsentPurpose, OrganisationKind
from app.operations.demo import buying, housestore, kitchen, suppliers
from app.operations.demo.dates import next_service_day
from app.operations.demo.gathering import Gathered, client_row, consent_row, draw_parts
from app.operations.demo.homes import homes
from app.operations.demo.houses import HOUSES, House, house_rows
from app.operations.demo.logins import (
    CARER,
    HOSPITAL_DIETITIAN,
    KITCHEN,
    NPCC,
    NPCC_DIETITIANS,
    PRACTICE,
    user_rows,
)
from app.operations.demo.people import care_rows, people_of
from app.operations.demo.seed import Seed
from app.operations.exchange import CarerLinkRow, OrganisationRow, Region
from screening import Setting

OVERDUE_PER_HOUSE, UNSIGNED_PER_HOUSE, PARKINSON_PER_CENTRE = 1, 1, 2
PLANS_TO_SIGN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class WardMeals:
    """Who eats together: the clients of a ward, whose meals are ordered as one."""

    site: str
    ward: str
    clients: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRegion:
    """Rows to save, and what is to be composed and ordered once they stand.

    `due`: clients at home with a delivery on the service day. `plan_first`: clients whose week is
    composed and approved. `plan_to_sign`: composed, left for a dietitian. `wards`: who is ordered
    for per ward and meal of `kitchen.MEALS`.
    """

    today: date
    service_day: date
    rows: Region
    due: tuple[str, ...]
    plan_first: tuple[str, ...]
    plan_to_sign: tuple[str, ...]
    wards: tuple[WardMeals, ...]


def generate(today: date, seed: Seed, number: int = 1) -> DemoRegion:
    """Give the region as it stands on a day; the same day and number give the same rows."""
    service_day = next_service_day(today)
    gathered = Gathered()
    gathered.add(
        "organisations",
        OrganisationRow(code=NPCC, kind=OrganisationKind.NPCC, name="NPCC Roeselare (demo)"),
        OrganisationRow(
            code=PRACTICE, kind=OrganisationKind.PRACTICE, name="Praktijk De Brug (demo)"
        ),
    )
    wards = tuple(
        ward
        for index, house in enumerate(HOUSES)
        for ward in _house(gathered, _stream(number, house.code), seed, house, index, today)
    )
    due, others = homes(
        gathered, _stream(number, "homes"), seed, today=today, service_day=service_day
    )
    _stores(gathered, _stream(number, "stores"), seed, service_day)
    rule, menus = housestore.rows(_stream(number, "house store"), seed.catalogue, today)
    gathered.add("house_stores", rule)
    gathered.add("group_menus", *menus)
    gathered.add("users", *user_rows(HOUSES[0].code, HOUSES[-1].code, f"h-{due[0]}", due[0]))
    _informal_carer(gathered, due[0], today)
    return DemoRegion(
        today=today,
        service_day=service_day,
        rows=gathered.region(),
        due=due,
        plan_first=due,
        plan_to_sign=others[:PLANS_TO_SIGN],
        wards=wards,
    )


def _stream(number: int, name: str) -> Random:
    """One stream per part, so that a change in one part leaves the others as they were."""
    return Random(f"{number}:{name}")  # noqa: S311 - repeatable on purpose, guards nothing


def _house(
    gathered: Gathered, rng: Random, seed: Seed, house: House, index: int, today: date
) -> Iterator[WardMeals]:
    organisation, site, wards = house_rows(rng, seed, house, index)
    gathered.add("organisations", organisation)
    gathered.add("sites", site)
    gathered.add("wards", *wards)
    is_hospital = house.kind is OrganisationKind.HOSPITAL
    setting = Setting.HOSPITAL if is_hospital else Setting.CARE_HOME
    dietitian = HOSPITAL_DIETITIAN if is_hospital else NPCC_DIETITIANS[index % 3]
    count = sum(beds for _, _, beds in house.wards)
    parts = draw_parts(
        rng,
        count,
        parkinson=0 if is_hospital else PARKINSON_PER_CENTRE,
        overdue=OVERDUE_PER_HOUSE,
        unsigned=UNSIGNED_PER_HOUSE,
    )
    people = iter(people_of(rng, seed, setting, parts, today))
    menus = kitchen.group_menus(rng, seed.catalogue, site.code, next_service_day(today))
    gathered.add("group_menus", *menus)
    for ward, _, beds in house.wards:
        codes = tuple(f"{house.code.split('-')[1][:3].upper()}{ward}{n:02d}" for n in range(beds))
        for code in codes:
            person = next(people)
            client = client_row(
                code,
                person,
                organisation=organisation.code,
                site=site.code,
                dietitian=dietitian,
                ward=ward,
            )
            gathered.add("clients", client)
            gathered.care(care_rows(code, person, dietitian, today))
            gathered.add("consents", consent_row(code, ConsentPurpose.CARE, today))
        yield WardMeals(site=site.code, ward=ward, clients=codes)


def _stores(gathered: Gathered, rng: Random, seed: Seed, service_day: date) -> None:
    gathered.add("ingredients", *seed.ingredients)
    gathered.add("recipes", *seed.recipes)
    gathered.add("components", *seed.components)
    gathered.add("depots", kitchen.DEPOT)
    gathered.add("traffic_bands", *kitchen.TRAFFIC)
    gathered.add("machines", *kitchen.machines())
    gathered.add("kitchen_shifts", *kitchen.shifts())
    gathered.add("machine_downtimes", *kitchen.downtimes(service_day))
    gathered.add("pickups", *kitchen.pickups(gathered.tables["sites"], service_day))
    gathered.add("vehicles", *kitchen.vehicles())
    lots = tuple(kitchen.lots(rng, seed.catalogue, service_day))
    gathered.add("stock", *lots)
    gathered.add("texture_tests", *kitchen.texture_tests(seed.catalogue, lots, KITCHEN))
    gathered.add("ingredient_stock", *kitchen.ingredient_lots(rng, seed, service_day))
    gathered.add("purchase_orders", *buying.orders(kitchen.DEPOT.code, service_day))
    gathered.add("purchase_lines", *buying.lines(seed.catalogue, service_day))
    gathered.add("ingredient_stock", *buying.lots_that_came(seed.catalogue, service_day))
    gathered.add("suppliers", *suppliers.SUPPLIERS)
    gathered.add("price_breaks", *suppliers.price_breaks(seed.catalogue))


def _informal_carer(gathered: Gathered, client: str, today: date) -> None:
    """Give the demo's carer her client, with that client's consent."""
    gathered.add("consents", consent_row(client, ConsentPurpose.CARER_SHARING, today))
    until = today + timedelta(days=365)
    gathered.add(
        "carer_links",
        CarerLinkRow(user=CARER, client=client, level=CarerLevel.ORDER, until=until),
    )
