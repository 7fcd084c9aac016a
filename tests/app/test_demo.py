"""The demo region is what it promises, whatever the day it is made."""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

import pytest
from click.testing import Result
from sqlalchemy import func, make_url, select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, Role
from app.config import Settings
from app.db import make_engine, transaction
from app.models.care import Prescription, PrescriptionState
from app.models.people import Client, OrganisationKind
from app.operations import demo, exchange, people
from app.operations.demo import (
    DemoRegion,
    generate,
    health,
    next_service_day,
    packaged_seed,
    seed,
)
from logistics import LotState, SiteKind
from menus import StepKind, objections
from screening import (
    Category,
    Condition,
    MeasureKind,
    Setting,
    assess,
    bmi,
    check_prescription,
    completed_years,
    may_be_signed,
    reference_weight_kg,
)
from tests.shared_app import app_on

DAYS = (
    date(2026, 11, 27),  # Friday
    date(2026, 11, 28),  # Saturday: no van drives tomorrow
    date(2026, 11, 29),  # Sunday
    date(2028, 2, 29),
    date(2027, 3, 27),  # the clock goes forward tomorrow
    date(2026, 10, 24),  # the clock goes back tomorrow
)
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
ADMIN = Actor(role=Role.ADMIN, is_npcc=True)


@cache
def made(day: date) -> DemoRegion:
    return generate(day, packaged_seed())


@pytest.fixture(params=DAYS, ids=str)
def region(request: pytest.FixtureRequest) -> DemoRegion:
    return made(request.param)


def test_the_same_day_gives_the_same_rows() -> None:
    assert generate(DAYS[1], packaged_seed()) == made(DAYS[1])


def test_another_number_gives_other_people() -> None:
    one, other = made(DAYS[0]), generate(DAYS[0], packaged_seed(), 2)
    assert one.rows.clients != other.rows.clients


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 27), date(2026, 11, 28)),
        (date(2026, 11, 28), date(2026, 11, 30)),
        (date(2026, 11, 29), date(2026, 11, 30)),
        (date(2028, 2, 28), date(2028, 2, 29)),
    ],
)
def test_the_next_service_day_is_tomorrow_but_never_a_sunday(today: date, expected: date) -> None:
    assert next_service_day(today) == expected


def test_there_are_as_many_of_each_as_promised(region: DemoRegion) -> None:
    rows = region.rows
    kinds = {site.code: site.kind for site in rows.sites}
    assert Counter(kinds[client.site] for client in rows.clients) == {
        SiteKind.HOME: 380,
        SiteKind.RESIDENTIAL: 75,
        SiteKind.HOSPITAL: 45,
    }
    assert Counter(kinds.values())[SiteKind.RESIDENTIAL] == 3
    assert Counter(kinds.values())[SiteKind.HOSPITAL] == 1
    assert Counter(kinds[ward.site] for ward in rows.wards) == {
        SiteKind.RESIDENTIAL: 6,
        SiteKind.HOSPITAL: 4,
    }
    assert [van.letter for van in rows.vehicles] == ["A", "B", "C", "D", "E", "F"]
    assert {machine.kind for machine in rows.machines} == set(StepKind)
    assert sorted(client for ward in region.wards for client in ward.clients) == sorted(
        client.code for client in rows.clients if client.ward
    )


def test_about_150_at_home_are_due_on_the_service_day_and_the_rest_over_the_week(
    region: DemoRegion,
) -> None:
    weekdays = Counter(row.weekday for row in region.rows.standing_orders)
    assert weekdays.pop(region.service_day.weekday()) == len(region.due) == 150
    assert len(weekdays) == 5
    assert 6 not in weekdays
    assert all(44 <= count <= 48 for count in weekdays.values())
    due = {row.client: row for row in region.rows.standing_orders if row.client in region.due}
    assert all(row.paused_from is None and not row.skipped_days for row in due.values())


def signed(region: DemoRegion) -> dict[str, exchange.PrescriptionRow]:
    return {
        row.client: row
        for row in region.rows.prescriptions
        if row.state is PrescriptionState.SIGNED
    }


def test_who_is_due_or_gets_a_plan_has_a_signed_prescription(region: DemoRegion) -> None:
    assert {*region.due, *region.plan_first, *region.plan_to_sign} <= set(signed(region))
    assert not set(region.plan_first) & set(region.plan_to_sign)


def test_the_worklist_has_eight_to_twelve_of_each(region: DemoRegion) -> None:
    late = [row for row in region.rows.screenings if overdue(row, region.today)]
    waiting = [row for row in region.rows.prescriptions if row.state is PrescriptionState.PROPOSED]
    assert 8 <= len(late) <= 12
    assert 8 <= len(waiting) <= 12
    assert 8 <= len(region.plan_to_sign) <= 12


def overdue(row: exchange.ScreeningRow, today: date) -> bool:
    after = assess(row.intake).result.overdue_after
    return after is not None and after < today


def test_every_client_lives_at_a_site_and_nothing_lies_in_the_future(region: DemoRegion) -> None:
    sites = {site.code for site in region.rows.sites}
    assert {client.site for client in region.rows.clients} <= sites
    assert max(row.taken_on for row in region.rows.measurements) <= region.today
    assert max(row.intake.on for row in region.rows.screenings) <= region.today
    assert all(
        max(row.created_at, row.signed_at or row.created_at).date() <= region.today
        for row in region.rows.prescriptions
    )


def test_every_prescription_passes_the_rooms_own_check(region: DemoRegion) -> None:
    for row in region.rows.prescriptions:
        assert may_be_signed(check_prescription(row.content)), row


def test_targets_fit_the_weight(region: DemoRegion) -> None:
    heights = {
        row.client: row.value for row in region.rows.measurements if row.kind.value == "height_cm"
    }
    for row in signed(region).values():
        weight = reference_weight_kg(row.weight_kg or Decimal(0), heights[row.client])
        energy, protein = row.content.energy_kcal, row.content.protein_g
        assert 25 * weight <= (energy.low or 0) <= (energy.high or 0) <= 35 * weight, row
        assert weight <= (protein.low or 0) + 5, row
        assert (protein.low or 0) <= (protein.high or 0) <= weight * 3 / 2, row


def test_many_people_share_a_profile(region: DemoRegion) -> None:
    profiles = Counter(
        json.dumps(
            [
                *(row.content.energy_kcal.low, row.content.protein_g.low),
                *(row.content.food_level, row.content.drink_level),
                sorted(row.content.allergies),
                *(row.content.taste, row.content.low_salt, row.content.meal_pattern),
            ]
        )
        for row in signed(region).values()
    )
    assert len(profiles) < 300
    assert sum(count for count in profiles.values() if count > 1) > 250


SHARES = {
    Setting.COMMUNITY: ({Category.MEDIUM, Category.HIGH}, 38),
    Setting.CARE_HOME: ({Category.AT_RISK, Category.MALNOURISHED}, 63),
    Setting.HOSPITAL: ({Category.AT_RISK}, 33),
}


def test_risk_by_setting_is_that_of_the_studies(region: DemoRegion) -> None:
    found: dict[Setting, Counter[bool]] = {setting: Counter() for setting in SHARES}
    for row in region.rows.screenings:
        setting = row.intake.setting
        found[setting][assess(row.intake).result.category in SHARES[setting][0]] += 1
    for setting, (_, percent) in SHARES.items():
        share = 100 * found[setting][True] / found[setting].total()
        assert abs(share - percent) <= 4, setting


def test_texture_parkinson_and_allergy_have_plausible_shares(region: DemoRegion) -> None:
    contents = [row.content for row in region.rows.prescriptions if row.version == 1]
    changed = sum((one.food_level, one.drink_level) != ("7", "0") for one in contents)
    parkinson = sum(Condition.PARKINSON in one.conditions for one in contents)
    allergic = sum(bool(one.allergies) for one in contents)
    assert 45 <= changed <= 75
    assert parkinson == 20
    assert 25 <= allergic <= 50
    doses = [row for row in region.rows.prescriptions if row.content.dose_times]
    assert {row.client for row in doses} == {
        row.client
        for row in region.rows.prescriptions
        if Condition.PARKINSON in row.content.conditions
    }


def test_one_person_has_a_cap_on_protein_near_three_doses(region: DemoRegion) -> None:
    capped = [
        row.content
        for row in region.rows.prescriptions
        if any(rule.dose_protein_g is not None for rule in row.content.rules)
    ]
    assert [(one.dose_times, one.food_level, one.allergies) for one in capped] == [
        (("08:00", "12:00", "18:00"), "5", frozenset({"nuts"}))
    ]


def test_some_people_really_lose_weight(region: DemoRegion) -> None:
    weights: dict[str, list[tuple[date, Decimal]]] = {}
    for row in region.rows.measurements:
        if row.kind is MeasureKind.WEIGHT_KG:
            weights.setdefault(row.client, []).append((row.taken_on, row.value))
    courses = [(min(points)[1], max(points)[1]) for points in weights.values()]
    losers = sum((before - now) * 20 >= before for before, now in courses)
    assert 40 <= losers <= 120


def test_bodies_are_those_of_adults(region: DemoRegion) -> None:
    for row in region.rows.screenings:
        answers = row.intake.answers
        assert 15 < bmi(answers["weight_kg"], answers["height_cm"]) < 32
        assert row.intake.born is not None
        assert 18 <= completed_years(row.intake.born, row.intake.on) <= 102


def test_places_lie_within_21_km_of_roeselare(region: DemoRegion) -> None:
    for site in region.rows.sites:
        north = (site.lat_e5 - 5_093_880) / 899
        east = (site.lon_e5 - 314_520) / 1_426
        assert north**2 + east**2 <= 21**2 + 1, site


def test_every_phone_number_is_one_that_nobody_has(region: DemoRegion) -> None:
    for row in (*region.rows.sites, *region.rows.clients):
        assert row.phone == "" or row.phone.startswith("051 00 ")


def test_stock_is_fresh_and_plausible(region: DemoRegion) -> None:
    for lot in region.rows.stock:
        assert lot.made_on < region.service_day <= lot.use_by
        assert lot.amount_g > 0
    for one in region.rows.ingredient_stock:
        assert one.received_on < region.service_day <= one.use_by
    held = sum(lot.state is LotState.HOLD for lot in region.rows.stock)
    assert 1 <= held <= 60


def test_nobody_has_in_the_freezer_what_may_harm_them() -> None:
    region, catalogue = made(DAYS[0]), packaged_seed().catalogue
    contents = {client: row.content for client, row in signed(region).items()}
    assert len(region.rows.home_stock) > 1500
    for row in region.rows.home_stock:
        eater = Prescription.eater_of(contents[row.client])
        assert objections(catalogue.variants[row.variant], eater) == (), row


def test_the_demo_passes_its_own_import(session: Session) -> None:
    assert exchange.troubles(session, made(DAYS[0]).rows, lines={}) == ()


def test_a_carer_has_a_client_who_agrees(region: DemoRegion) -> None:
    (link,) = region.rows.carer_links
    purposes = {row.purpose.value for row in region.rows.consents if row.client == link.client}
    assert {"care", "carer_sharing"} <= purposes
    assert link.until > region.today


def test_the_loaded_demo_lets_everybody_in(session: Session) -> None:
    region = demo.load(session, ADMIN, NOW)
    assert session.scalar(select(func.count()).select_from(Client)) == 500
    for login in demo.LOGINS:
        user = people.log_in(session, login.user, login.password, "127.0.0.1", NOW)
        assert user is not None, login
        actor = people.actor_for(session, user, NOW)
        if login.role in {"client", "carer"}:
            assert len(actor.sees) == 1
    hospital = people.actor_of_key(session, demo.HOSPITAL_KEY.password)
    assert hospital is not None
    assert hospital.role is Role.HOSPITAL
    assert demo.logins_of(session) == (*demo.LOGINS, demo.HOSPITAL_KEY)
    assert region.service_day == date(2026, 11, 28)
    with pytest.raises(Conflict, match="demo.not_empty"):
        demo.load(session, ADMIN, NOW)


@pytest.fixture
def run(sqlite_url: str) -> Iterator[Callable[..., Result]]:
    with app_on(Settings(database_url=sqlite_url, secret_key="k" * 64)) as app:
        yield lambda *args: app.test_cli_runner().invoke(args=list(args))


def test_the_command_refuses_a_filled_database_and_tells_the_logins_of_a_demo(
    demo_file: Path, run: Callable[..., Result], sqlite_url: str
) -> None:
    shutil.copyfile(demo_file, str(make_url(sqlite_url).database))
    again = run("demo", "--lang", "en")
    assert (again.exit_code, again.stdout) == (2, "")
    assert again.stderr.strip() == (
        "The database is not empty. The demo only loads into an empty database."
    )
    lines = run("demo", "--if-empty").stdout.splitlines()
    assert len(lines) == len(demo.LOGINS) + 1
    assert all(line.split()[0] == "login" and len(line.split()) == 4 for line in lines)


def test_a_filled_house_that_is_no_demo_tells_no_logins(
    run: Callable[..., Result], sqlite_url: str
) -> None:
    engine = make_engine(sqlite_url)
    own = exchange.OrganisationRow(code="own", kind=OrganisationKind.NPCC, name="Own")
    with transaction(engine) as session:
        exchange.save(session, ADMIN, exchange.Region(organisations=(own,)), NOW)
    engine.dispose()
    answer = run("demo", "--if-empty")
    assert (answer.exit_code, answer.stdout) == (0, "")


def test_a_broken_seed_is_not_made_into_a_region(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ingredients", "recipes", "components"):
        (tmp_path / f"{name}.csv").write_text("id\n7\n", encoding="utf-8")
    monkeypatch.setattr(seed, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="packaged catalogue"):
        packaged_seed.__wrapped__()


def test_nobody_is_too_light_for_the_steps_of_energy() -> None:
    thin = health._Course(bmi=(160, 170), loss=(0, 10))
    figures = health.FIGURES[Setting.COMMUNITY]
    rng = Random(7)  # noqa: S311 - repeatable on purpose
    lightest = min(health._body(rng, figures, thin, DAYS[0]).weight_kg for _ in range(200))
    assert Decimal(38) <= lightest < Decimal(39)
