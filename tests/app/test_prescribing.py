"""Signing, taking back, the rise of energy in plans and at every door of orders."""

import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import screening
from app.access import Actor, Conflict, NotFound, Refused, Role
from app.db import make_engine, transaction
from app.models.care import Measurement, Prescription, PrescriptionState, Screening
from app.models.diagnosis import Diagnosis
from app.models.following import EarlyWarning
from app.models.frozen import cells
from app.models.orders import Order, OrderSource, StandingOrder
from app.models.people import Client, Site, User
from app.models.system import AccessLog, OutboxMessage
from app.operations import (
    care,
    diagnosis,
    meals,
    orders,
    prescribing,
    refeeding,
    signing,
    weekrequest,
)
from app.operations.care import ScreeningForm
from app.operations.eaters import ordering_eater
from app.operations.orders import EaterOrder, Line, OrderDraft
from logistics import OrderState, SiteKind
from menus import PlanRequest, Seasoning, objections, request_from_json
from screening import (
    Category,
    Condition,
    Constraint,
    MealPattern,
    Range,
    RefeedingLevel,
    ReferenceBasis,
    Sex,
    Strength,
    Switch,
    Tool,
    WarningCode,
)
from tests import factories
from tests.conftest import NOW

TODAY = date(2026, 11, 23)
MINUTE = timedelta(minutes=1)


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


@pytest.fixture
def user(session: Session) -> User:
    return factories.make_user(session)


@pytest.fixture
def actor(user: User) -> Actor:
    return Actor(role=Role.DIETITIAN, user_id=user.id, is_npcc=True)


@pytest.fixture
def client(session: Session, user: User) -> Client:
    made = factories.make_client(session, dietitian_id=user.id)
    factories.make_weight(session, made, "47.2", TODAY)
    return made


def sign(
    session: Session, actor: Actor, client: Client, *, replaces: int = 0, **values: object
) -> Prescription:
    reference = values.pop("reference", None)
    return signing.sign_prescription(
        session,
        actor,
        client.id,
        factories.make_content(**values),
        review_on=TODAY + timedelta(days=30),
        replaces=replaces,
        now=NOW,
        reference=reference,
    )


HIGH = {"refeeding": RefeedingLevel.HIGH, "start_energy_kcal": 470}


def test_an_older_prescription_stays_readable() -> None:
    old = {
        "energy_kcal": {"low": 1500, "high": 1700},
        "protein_g": {"low": 60, "high": 80},
        "fluid_ml": {"low": None, "high": None},
        "nutrients": {"sodium_mg": {"low": None, "high": 2000}},
        "food_level": "5",
        "drink_level": "2",
        "allergies": ["nuts"],
        "taste": "weakened",
        "low_salt": True,
        "meal_pattern": "six_late",
        "conditions": ["grapefruit_drug"],
        "refeeding": "high",
        "start_energy_kcal": 470,
        "based_on_weight_g": 47200,
    }
    row = Prescription(
        client_id=1,
        version=1,
        state=PrescriptionState.SIGNED,
        content=json.loads(json.dumps(old)),
        basis={},
        weight_kg=None,
        created_at=NOW,
    )
    read = row.as_prescription()
    assert (read.salt, read.low_salt) == (Strength.LESS, True)
    assert row.as_eater().seasonings == {Seasoning.LOW_SALT}
    assert read.energy_cap_kcal(TODAY) == 470
    assert cells(read)["salt"] == "less"
    assert replace(row.as_prescription()) == read


def test_a_rule_switched_off_keeps_who_when_and_why_in_every_later_version(
    session: Session, actor: Actor, client: Client
) -> None:
    ill = frozenset({Condition.HEART_FAILURE})
    off = (Switch(rule="r-114", on=False, why="eats too little"),)
    first = sign(session, actor, client, conditions=ill, switches=off).as_prescription()
    assert first.rules == ()
    assert first.switches == (replace(off[0], by=actor.user_id, at=NOW),)
    colleague = replace(actor, user_id=factories.make_user(session).id)
    again = (replace(off[0], why=""),)
    second = signing.sign_prescription(
        session,
        colleague,
        client.id,
        factories.make_content(conditions=ill, switches=again),
        review_on=TODAY + timedelta(days=30),
        replaces=1,
        now=NOW + MINUTE,
    )
    assert second.as_prescription().switches == first.switches


def test_a_rule_switched_off_without_a_reason_cannot_be_signed(
    session: Session, actor: Actor, client: Client
) -> None:
    off = (Switch(rule="r-114", on=False),)
    with pytest.raises(Refused) as refused:
        sign(session, actor, client, conditions=frozenset({Condition.HEART_FAILURE}), switches=off)
    assert refused.value.problems[0][:2] == ("switches", "prescription.switch_needs_reason")


def test_the_rise_is_worked_out_signed_and_kept_per_day(
    session: Session, actor: Actor, client: Client
) -> None:
    signed = sign(session, actor, client, **HIGH, step_up_days=4).as_prescription()
    assert signed.step_up == (470, 727, 985, 1242)  # 470 + 1030/4 a day
    assert signed.step_up_from == TODAY + timedelta(days=1)
    later = date(2026, 11, 30)
    moved = sign(session, actor, client, replaces=1, **HIGH, step_up_from=later)
    assert moved.as_prescription().step_up_from == later
    calm = sign(session, actor, client, replaces=2, refeeding=RefeedingLevel.NONE)
    assert calm.as_prescription().step_up == ()
    assert calm.as_prescription().step_up_from is None


def test_some_risk_rises_without_a_weight_and_high_risk_does_not(
    session: Session, actor: Actor
) -> None:
    unweighed = factories.make_client(session)
    some = {"refeeding": RefeedingLevel.SOME, "start_energy_kcal": 750}
    signed = sign(session, actor, unweighed, **some).as_prescription()
    assert signed.step_up == (750, 750)
    with pytest.raises(Refused) as refused:
        sign(session, actor, unweighed, replaces=1, **HIGH)
    assert refused.value.problems[0][1] == "prescription.refeeding_needs_weight"


def test_a_high_risk_opens_one_warning_and_sends_word_without_health_data(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    sign(session, actor, client, **HIGH)
    sign(session, actor, client, replaces=1, **HIGH)
    warnings = session.scalars(select(EarlyWarning)).all()
    assert [(one.code, one.client_id) for one in warnings] == [(WarningCode.REFEEDING, client.id)]
    message = session.scalars(select(OutboxMessage)).first()
    assert message is not None
    assert (message.address, message.template) == (user.login, refeeding.REFEEDING_MAIL)
    assert message.content == {"link": f"/clients/{client.id}"}


def test_without_a_dietitian_by_name_the_warning_still_opens(
    session: Session, actor: Actor
) -> None:
    lone = factories.make_client(session)
    factories.make_weight(session, lone, "47.2", TODAY)
    sign(session, actor, lone, **HIGH)
    assert session.scalar(select(func.count()).select_from(EarlyWarning)) == 1
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 0


def test_a_calm_prescription_pages_nobody(session: Session, actor: Actor, client: Client) -> None:
    sign(session, actor, client)
    assert session.scalar(select(func.count()).select_from(EarlyWarning)) == 0


def test_within_ten_minutes_the_signer_takes_the_name_back(
    session: Session, actor: Actor, client: Client
) -> None:
    first = sign(session, actor, client)
    second = sign(session, actor, client, replaces=1, portion_percent=120)
    taken = signing.withdraw_prescription(
        session, actor, client.id, second.id, NOW + 10 * MINUTE - timedelta(seconds=1)
    )
    assert taken.state is PrescriptionState.WITHDRAWN
    session.refresh(first)
    assert first.state is PrescriptionState.SIGNED
    acts = set(session.scalars(select(AccessLog.act)))
    assert "prescription.withdrawn" in acts
    third = sign(session, actor, client, replaces=1)
    assert third.version == 3


def test_a_first_version_taken_back_leaves_nothing_in_force(
    session: Session, actor: Actor, client: Client
) -> None:
    only = sign(session, actor, client)
    signing.withdraw_prescription(session, actor, client.id, only.id, NOW + MINUTE)
    assert prescribing.draft_prescription(session, actor, client.id, NOW).version == 0


@pytest.mark.parametrize("case", ["late", "colleague", "superseded"])
def test_a_name_is_not_taken_back_late_or_by_another_or_when_superseded(
    session: Session, actor: Actor, client: Client, case: str
) -> None:
    first = sign(session, actor, client)
    who, when = actor, NOW + MINUTE
    if case == "late":
        when = NOW + 10 * MINUTE
    elif case == "colleague":
        who = replace(actor, user_id=factories.make_user(session).id)
    else:
        sign(session, actor, client, replaces=1)
    with pytest.raises(Conflict):
        signing.withdraw_prescription(session, who, client.id, first.id, when)


def test_a_stranger_finds_nothing_to_take_back(
    session: Session, actor: Actor, client: Client
) -> None:
    signed = sign(session, actor, client)
    stranger = Actor(role=Role.DIETITIAN, user_id=99, is_house=True, organisation_id=10**6)
    with pytest.raises(NotFound):
        signing.withdraw_prescription(session, stranger, client.id, signed.id, NOW)


def test_reference_values_are_signed_for_a_person_and_can_be_left_out(
    session: Session, actor: Actor, client: Client
) -> None:
    asked = sign(session, actor, client, reference=True).as_prescription()
    assert asked.reference == ReferenceBasis(sex=Sex.FEMALE, age=82)
    without = sign(session, actor, client, replaces=1, reference=False).as_prescription()
    assert without.reference is None


def request_of(content: screening.Prescription, days: int = 7) -> dict[str, object]:
    return weekrequest.plan_request("c1", content, start=TODAY, days=days)


def read(session: Session, content: screening.Prescription) -> PlanRequest:
    stock = meals.catalogue(session)
    found = request_from_json(weekrequest.in_words_of_the_kitchen(request_of(content), stock))
    assert isinstance(found, PlanRequest)
    return found


def test_the_plan_knows_which_rules_ask_and_the_kitchen_does_not(session: Session) -> None:
    rules = (
        Constraint(rule="r-138", hard=True, exclude_property="alcohol"),
        Constraint(rule="r-142", hard=True, exclude_property="alcohol"),
        Constraint(rule="r-176", hard=True, exclude_ingredient="star-fruit"),
        Constraint(rule="r-317", hard=False, exclude_property="alcohol"),
    )
    content = factories.make_content(rules=rules, excluded_properties=frozenset({"alcohol"}))
    asked = read(session, content).eater.asked
    assert [(one.line, one.rule) for one in asked] == [
        ("exclude_property:alcohol", None),
        ("exclude_property:alcohol", "r-138"),
        ("exclude_property:alcohol", "r-142"),
        ("exclude_ingredient:star-fruit", "r-176"),
    ]
    assert Prescription.eater_of(content).asked == ()


def test_the_plan_gets_doses_ceilings_and_wishes_and_no_reason(session: Session) -> None:
    rules = (
        Constraint(rule="r-203", hard=False, dose_protein_g=7),
        Constraint(rule="r-317", hard=False, exclude_property="alcohol"),
        Constraint(rule="r-1", hard=False, wish="fish"),
    )
    content = factories.make_content(
        rules=rules,
        dose_times=("07:30", "11:30"),
        finger_food=True,
        likes=frozenset({"veal"}),
        step_up=(500, 900),
        step_up_from=TODAY,
        late_snack=True,
    )
    asked = request_of(content)
    assert asked["dose_times"] == ["07:30", "11:30"]
    assert asked["dose_protein_max"] == 70
    assert asked["likes"] == ["finger-food", "fish", "veal"]
    assert asked["dislikes"] == ["alcohol"]
    assert asked["max_energy_by_day"] == [5000, 9000, *[None] * 5]
    assert "safe_min" not in asked["day"]["energy_kcal"]
    assert asked["slots"][-1]["id"] == "late_evening"
    assert read(session, content).max_energy_by_day[:2] == (5000, 9000)
    assert asked["portion"] == "M"
    sizes = {80: "S", 81: "M", 119: "M", 120: "L"}
    for percent, size in sizes.items():
        assert request_of(replace(content, portion_percent=percent))["portion"] == size
    no_times = replace(content, dose_times=())
    assert request_of(no_times)["dose_protein_max"] is None


def test_windows_take_the_strictest_side_and_a_limit_before_a_minimum(session: Session) -> None:
    rules = (
        Constraint(rule="r-1", hard=False, nutrient="sodium_mg", bounds=Range(high=2300)),
        Constraint(rule="r-2", hard=True, nutrient="sodium_mg", bounds=Range(high=2000)),
        Constraint(rule="r-3", hard=True, nutrient="fibre_g", bounds=Range(low=20)),
        Constraint(rule="r-4", hard=False, nutrient="fibre_g", bounds=Range(low=25, high=30)),
        Constraint(rule="r-5", hard=True, nutrient="potassium_mg", bounds=Range(high=3000)),
        Constraint(rule="r-6", hard=True, nutrient="protein_g", bounds=Range(low=48), daily=True),
        Constraint(
            rule="r-7",
            hard=False,
            nutrient="carbohydrate_g",
            bounds=Range(low=170, high=230),
            daily=True,
        ),
        Constraint(rule="r-8", hard=False, slots=("lunch",)),
    )
    content = factories.make_content(
        rules=rules,
        reference=ReferenceBasis(sex=Sex.FEMALE, age=82),
        nutrients={"calcium_mg": Range(high=900), "iron_mg": Range(low=9)},
    )
    asked = request_of(content)
    week, day = asked["week"], asked["day"]
    assert week["sodium_mg"] == {"max": 2000, "safe_max": 2000}
    assert week["fibre_g"] == {"safe_min": 200, "min": 250, "max": 300}
    assert week["potassium_mg"] == {"safe_max": 3000}
    assert week["calcium_mg"] == {"max": 900, "safe_max": 2500}
    assert week["iron_mg"] == {"min": 900}
    assert week["vitamin_d_ug"] == {"min": 1500, "safe_max": 10000}
    assert week["thiamin_mg"] == {"min": 628}  # 0.1 mg x 1,500 kcal in MJ, rounded up
    assert day["protein_g"] == {"min": 600, "safe_min": 480, "max": 800, "safe_max": 1040}
    assert day["carbohydrate_g"] == {"min": 1700, "max": 2300}
    assert read(session, content).week


def test_the_food_profile_and_the_plan_request_hold_no_diagnosis(
    session: Session, actor: Actor, client: Client
) -> None:
    ill = frozenset(Condition)
    usual = {"vitamin_k_ug": 90, "carbohydrate_g": 200}
    signed = sign(
        session,
        actor,
        client,
        conditions=ill,
        usual=usual,
        meal_pattern=MealPattern.SIX_LATE,
        dose_times=("07:00",),
        intolerances={"lactose": None},
    )
    content = signed.as_prescription()
    request, profile = request_of(content), cells(signed.as_eater())
    told = json.dumps([request, profile])
    assert len(content.rules) > 20
    for condition in Condition:
        assert condition.value not in told.replace("dose_times", "")
    assert not re.search(r"r-\d", json.dumps([{**request, "asked": []}, profile]))
    assert {tuple(sorted(one)) for one in request["asked"]} <= {("line",), ("line", "rule")}
    assert signed.as_eater().intolerances == {"milk"}
    assert read(session, content).eater.intolerances == {"milk"}


def test_a_week_respects_the_ceilings_of_its_first_days(
    session: Session, actor: Actor, client: Client
) -> None:
    some = {"refeeding": RefeedingLevel.SOME, "start_energy_kcal": 750}
    sign(session, actor, client, **some, step_up_from=TODAY)
    plan = meals.propose_plan(session, actor, client.id, start=TODAY, now=NOW)
    assert plan.result["status"] == "ok"
    energy = [one["nutrients"]["energy_kcal"]["known"] for one in plan.result["totals"]]
    assert energy[0] <= 7500
    assert energy[1] <= 7500
    assert max(energy[2:]) > 10_000


def test_a_week_aims_at_reference_values_within_a_second_or_so(
    session: Session, actor: Actor, client: Client
) -> None:
    sign(session, actor, client, reference=True)
    plan = meals.propose_plan(session, actor, client.id, start=TODAY, now=NOW)
    assert plan.result["status"] == "ok"
    assert "vitamin_d_ug" in plan.request["week"]


def test_a_person_with_a_high_risk_gets_no_week_from_the_machine(
    session: Session, actor: Actor, client: Client
) -> None:
    sign(session, actor, client, **HIGH)
    with pytest.raises(Refused) as refused:
        meals.propose_plan(session, actor, client.id, start=TODAY, now=NOW)
    assert refused.value.problems == (("", meals.REFEEDING, {}),)
    assert meals.held_back(session, client.id) == meals.REFEEDING


def test_a_new_draft_never_raises_the_first_day_a_person_signed(
    session: Session, actor: Actor, client: Client
) -> None:
    answers = {"height_cm": Decimal(161), "weight_kg": Decimal("47.2"), "acute": False}
    form = ScreeningForm(answers=answers, provenance={})
    care.record_screening(session, actor, client.id, Tool.MUST, form=form, now=NOW)
    sign(session, actor, client, **(HIGH | {"start_energy_kcal": 300}))
    again = prescribing.draft_prescription(session, actor, client.id, NOW).content
    assert again is not None
    assert again.start_energy_kcal == 300
    calm = {"refeeding": RefeedingLevel.NONE, "start_energy_kcal": 300}
    sign(session, actor, client, replaces=1, **calm)
    after = prescribing.draft_prescription(session, actor, client.id, NOW).content
    assert after is not None
    assert after.start_energy_kcal is None


def decided(client: Client, category: Category, at: datetime) -> Diagnosis:
    return Diagnosis(
        client_id=client.id,
        instrument="GLIM",
        rule_version="1",
        diagnosed_on=TODAY,
        answers={},
        status="complete",
        proposed=None,
        category=category.value,
        aetiology=None,
        reason="",
        decided_at=at,
    )


def test_the_newest_diagnosis_of_malnutrition_counts_in_the_draft(
    session: Session, actor: Actor, client: Client
) -> None:
    assert diagnosis.malnourished(session, client.id) is None
    session.add(decided(client, Category.NOT_MALNOURISHED, NOW))
    assert diagnosis.malnourished(session, client.id) is False
    session.add(decided(client, Category.MODERATE, NOW + MINUTE))
    assert diagnosis.malnourished(session, client.id) is True


def risk_form(session: Session, actor: Actor, client: Client, days: int, at: datetime) -> Screening:
    """Fill in the form of NICE: no food for so many days, everything else calm."""
    answers = {
        "bmi": Decimal(22),
        "loss_pct_3_6m": Decimal(0),
        "days_little_or_no_intake": Decimal(days),
        "low_k_po4_mg": False,
        "alcohol_or_drugs": False,
    }
    form = ScreeningForm(answers=answers, provenance={})
    return care.record_screening(session, actor, client.id, Tool.REFEED_NICE, form=form, now=at)


def test_a_risk_found_after_the_signature_keeps_the_machine_off(
    session: Session, actor: Actor, client: Client
) -> None:
    risk_form(session, actor, client, 11, NOW - MINUTE)
    sign(session, actor, client)  # signed as calm, with the form at hand: a person judged it
    assert meals.held_back(session, client.id) is None
    risk_form(session, actor, client, 11, NOW + MINUTE)
    assert meals.held_back(session, client.id) == meals.REFEEDING
    risk_form(session, actor, client, 0, NOW + 2 * MINUTE)
    assert meals.held_back(session, client.id) is None


def test_where_nobody_judged_the_risk_the_record_decides(
    session: Session, actor: Actor, client: Client
) -> None:
    sign(session, actor, client, refeeding=None)
    assert meals.held_back(session, client.id) is None
    factories.make_weight(session, client, "39.0", TODAY)  # 17 % in a day of the record
    factories.make_weight(session, client, "47.2", TODAY - timedelta(days=90))
    assert meals.held_back(session, client.id) == meals.REFEEDING


def test_a_grave_form_calls_the_dietitian_and_a_calm_one_does_not(
    session: Session, actor: Actor, client: Client
) -> None:
    refeeding.notice(session, risk_form(session, actor, client, 0, NOW), NOW)
    assert session.scalar(select(func.count()).select_from(EarlyWarning)) == 0
    refeeding.notice(session, risk_form(session, actor, client, 16, NOW), NOW)
    assert session.scalar(select(func.count()).select_from(EarlyWarning)) == 1


def order_of(client: Client, day: date, *lines: Line) -> OrderDraft:
    profile = Prescription.eater_of(factories.make_content())
    return OrderDraft(
        site_id=client.site_id,
        service_day=day,
        eaters=(EaterOrder(ref="e1", profile=profile, lines=lines, client_id=client.id),),
        source=OrderSource.PORTAL,
    )


@pytest.fixture
def resident(session: Session, user: User) -> Client:
    """Give somebody in a house, where each day has its own delivery."""
    house = factories.make_organisation(session)
    site = factories.make_site(session, house, kind=SiteKind.RESIDENTIAL)
    made = factories.make_client(session, site, dietitian_id=user.id)
    factories.make_weight(session, made, "47.2", TODAY)
    return made


def dish(session: Session) -> tuple[str, int]:
    """Give a dish anybody may eat and the kcal of a portion of 100 g, whole."""
    profile = Prescription.eater_of(factories.make_content())
    for variant in meals.catalogue(session).variants.values():
        energy = variant.per_100g[0]
        if energy and energy % 10 == 0 and not objections(variant, profile):
            return variant.id, energy // 10
    raise AssertionError("the seed holds such a dish")


DAY = TODAY + timedelta(days=2)


def test_an_order_above_the_energy_of_the_day_is_refused_with_the_reason(
    session: Session, actor: Actor, resident: Client
) -> None:
    sku, kcal = dish(session)
    sign(session, actor, resident, **HIGH, step_up_from=DAY)
    fits = 470 // kcal
    with pytest.raises(Refused) as refused:
        orders.place(
            session,
            actor,
            order_of(resident, DAY, Line(sku=sku, portions=fits + 1, portion_g=100)),
            NOW,
        )
    assert refused.value.problems == (
        ("", "order.energy_above_cap", {"eater": "e1", "most_kcal": 470}),
    )
    first = orders.place(
        session, actor, order_of(resident, DAY, Line(sku=sku, portions=fits, portion_g=100)), NOW
    )
    assert first.state is OrderState.PLACED
    with pytest.raises(Refused):
        orders.place(
            session,
            actor,
            order_of(resident, DAY, Line(sku=sku, portions=fits, portion_g=100)),
            NOW,
        )
    draft = order_of(resident, DAY, Line(sku=sku, portions=fits, portion_g=100))
    changed = orders.change(session, actor, first.id, draft, NOW, version=first.version)
    assert changed.id == first.id
    orders.cancel(session, actor, first.id, NOW)
    again = orders.place(session, actor, draft, NOW)
    assert again.state is OrderState.PLACED


def test_without_a_cap_nothing_is_counted(session: Session, actor: Actor, resident: Client) -> None:
    sku, _ = dish(session)
    sign(session, actor, resident)
    order = orders.place(
        session, actor, order_of(resident, DAY, Line(sku=sku, portions=60, portion_g=100)), NOW
    )
    assert session.get(Order, order.id) is order


def eater_of(session: Session, client: Client, day: date) -> tuple[int | None, int]:
    site = session.get_one(Site, client.site_id)
    profile = Prescription.eater_of(factories.make_content())
    found = ordering_eater(session, client.id, profile, site, day)
    return found.most_kcal, len(found.already)


def test_at_home_an_order_may_bring_the_energy_of_every_day_until_the_next(
    session: Session, actor: Actor, client: Client
) -> None:
    sign(session, actor, client, **HIGH, step_up_days=4, step_up_from=DAY)
    site = session.get_one(Site, client.site_id)
    assert eater_of(session, client, DAY) == (470, 0)  # a van comes on the next day too
    site.delivery_weekdays = [DAY.weekday()]
    free = 1700 * 130 // 100
    assert eater_of(session, client, DAY) == (470 + 727 + 985 + 1242 + 3 * free, 0)
    standing = StandingOrder(client_id=client.id, weekday=DAY.weekday(), period_days=2)
    session.add(standing)
    session.flush()
    assert eater_of(session, client, DAY) == (470 + 727, 0)
    assert eater_of(session, client, DAY + timedelta(days=4)) == (None, 0)


def test_nobody_known_has_no_cap(session: Session, client: Client) -> None:
    site = session.get_one(Site, client.site_id)
    profile = Prescription.eater_of(factories.make_content())
    assert ordering_eater(session, None, profile, site, DAY).most_kcal is None
    assert eater_of(session, client, DAY) == (None, 0)


def test_a_draft_for_what_is_filled_in_follows_formula_and_conditions(
    session: Session, actor: Actor, client: Client
) -> None:
    answers = {"height_cm": Decimal(161), "weight_kg": Decimal("47.2"), "acute": False}
    form = ScreeningForm(answers=answers, provenance={})
    care.record_screening(session, actor, client.id, Tool.MUST, form=form, now=NOW)
    filled = factories.make_content(energy_formula="mifflin", conditions=frozenset({Condition.CKD}))
    found = prescribing.draft_prescription(session, actor, client.id, NOW, filled=filled)
    assert found.proposal is not None
    assert found.proposal.energy.formula == "formula.mifflin"
    assert found.content is filled
    assert found.reckoned_kg == Decimal("47.2")
    lone = factories.make_client(session)
    assert prescribing.draft_prescription(session, actor, lone.id, NOW).reckoned_kg is None
    assert session.scalar(select(func.count()).select_from(Measurement)) is not None


def nice(session: Session, actor: Actor, client: Client, **answers: Any) -> None:
    form = ScreeningForm(answers=answers, provenance={})
    care.record_screening(session, actor, client.id, Tool.REFEED_NICE, form=form, now=NOW)


def test_a_form_since_the_signature_decides_what_a_draft_starts_from(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    factories.make_weight(session, client, "50", date(2026, 11, 20))
    factories.make_prescription(session, client, user, refeeding=RefeedingLevel.NONE)
    nice(session, actor, client, days_little_or_no_intake=12)
    draft = prescribing.draft_prescription(session, actor, client.id, NOW)
    assert draft.content is not None
    assert draft.content.refeeding is RefeedingLevel.HIGH


def test_a_form_with_open_answers_never_says_there_is_no_risk(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    factories.make_prescription(session, client, user, refeeding=RefeedingLevel.NONE)
    nice(session, actor, client, days_little_or_no_intake=0)
    draft = prescribing.draft_prescription(session, actor, client.id, NOW)
    assert draft.content is not None
    assert draft.content.refeeding is None


def test_what_a_person_judged_stays_while_nothing_new_was_asked(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    factories.make_weight(session, client, "30", date(2026, 11, 20))
    factories.make_prescription(session, client, user, refeeding=RefeedingLevel.SOME)
    draft = prescribing.draft_prescription(session, actor, client.id, NOW)
    assert draft.content is not None
    assert draft.content.refeeding is RefeedingLevel.SOME


def test_where_nobody_judged_a_risk_on_record_is_filled_in(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    factories.make_prescription(session, client, user, refeeding=None)
    nice(session, actor, client, low_k_po4_mg=True)
    row = session.scalars(select(Screening)).one()
    row.recorded_at = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
    draft = prescribing.draft_prescription(session, actor, client.id, NOW)
    assert draft.content is not None
    assert draft.content.refeeding is RefeedingLevel.HIGH
