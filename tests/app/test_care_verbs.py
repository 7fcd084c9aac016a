"""The verbs of care: who comes first, what is carried over, what is refused."""

import shutil
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, Forbidden, NotFound, Refused, Role
from app.db import make_engine, transaction
from app.models.care import Prescription, PrescriptionState, Screening
from app.models.following import EarlyWarning, Outcome
from app.models.meals import MealPlan, MealPlanState
from app.models.orders import ProposalState, ReorderProposal, StandingOrder
from app.models.people import Client, OrganisationKind, User
from app.models.system import AccessLog
from app.operations import (
    care,
    caseload,
    dossier,
    meals,
    people,
    prescribing,
    signing,
    watching,
    weekplan,
)
from app.operations.care import ScreeningForm
from app.operations.casefacts import Risk, risk_of
from app.operations.caseload import Filter, Matter, Wish
from logistics import SiteKind
from menus import PlanPlace, plan_to_json
from menus import Role as Part
from screening import (
    Category,
    Condition,
    Provenance,
    Range,
    RefeedingLevel,
    ReviewReason,
    Tool,
    instrument,
)
from tests import factories
from tests.conftest import NOW

TODAY = date(2026, 11, 23)
ANSWERS = {
    "height_cm": Decimal(161),
    "weight_kg": Decimal("47.2"),
    "weight_before_kg": Decimal("51.4"),
    "loss_planned": False,
}


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
def actor(session: Session, user: User) -> Actor:
    return people.actor_for(session, user, NOW)


@pytest.fixture
def client(session: Session) -> Client:
    return factories.make_client(session)


def form(**answers: object) -> ScreeningForm:
    return ScreeningForm(answers=ANSWERS | answers, provenance={})


def screen(session: Session, actor: Actor, client: Client, **answers: object) -> Screening:
    return care.record_screening(
        session, actor, client.id, Tool.MUST, form=form(**answers), now=NOW
    )


def tasks(session: Session, actor: Actor, client: Client) -> dict[Matter, caseload.Task]:
    rows = caseload.worklist(session, actor, Wish(), NOW).rows
    mine = next((row.tasks for row in rows if row.known.client_id == client.id), ())
    return {task.matter: task for task in mine}


def test_who_was_never_screened_stands_on_the_worklist(
    session: Session, actor: Actor, client: Client
) -> None:
    assert set(tasks(session, actor, client)) == {Matter.NEVER_SCREENED}


def test_a_high_risk_without_prescription_is_due_in_two_days(
    session: Session, actor: Actor, client: Client
) -> None:
    screen(session, actor, client)
    assert tasks(session, actor, client)[Matter.PRESCRIPTION_MISSING].due == date(2026, 11, 25)


def test_an_overdue_screening_counts_its_days_from_when_it_was_due(
    session: Session, actor: Actor, client: Client
) -> None:
    kept = screen(session, actor, client)
    kept.screened_on, kept.next_due = TODAY - timedelta(days=43), TODAY - timedelta(days=12)
    session.flush()
    task = tasks(session, actor, client)[Matter.SCREENING_OVERDUE]
    assert (task.args["count"], task.due) == (12, TODAY - timedelta(days=12))


def test_a_falling_weight_is_answered_by_a_signature(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    screen(session, actor, client)
    factories.make_weight(session, client, "52.0", TODAY - timedelta(days=80))

    def warned() -> bool:
        watching.look(session, actor, client.id, NOW)
        return Matter.WARNING in tasks(session, actor, client)

    assert warned()
    row = factories.make_prescription(session, client, user)
    assert warned(), "signed before the weighing"
    row.signed_at = NOW
    session.flush()
    assert not warned()
    (closed,) = session.scalars(select(EarlyWarning)).all()
    assert closed.outcome is Outcome.PRESCRIPTION_CHANGED


def test_what_waits_for_a_name_is_to_sign(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    signed = factories.make_prescription(session, client, user, refeeding=RefeedingLevel.HIGH)
    signed.review_on = TODAY + timedelta(days=3)
    proposal = Prescription.of(client.id, 2, factories.make_content(), basis={}, by=None, at=NOW)
    session.add(proposal)
    session.add(_plan(client, signed, MealPlanState.PROPOSED))
    session.flush()
    found = tasks(session, actor, client)
    assert {
        Matter.PRESCRIPTION_PROPOSED,
        Matter.PRESCRIPTION_REVIEW,
        Matter.REFEEDING,
        Matter.PLAN_PROPOSED,
    } <= set(found)
    counts = caseload.worklist(session, actor, Wish(), NOW).counts
    assert (counts[Filter.TO_SIGN], counts[Filter.REFUSED]) == (1, 0)


def _plan(client: Client, signed: Prescription, state: MealPlanState) -> MealPlan:
    return MealPlan(
        client_id=client.id,
        prescription_id=signed.id,
        start_day=date(2026, 11, 30),
        days=7,
        state=state,
        request={},
        result={},
        catalogue_version="1",
        created_at=NOW,
    )


def test_a_week_of_an_older_prescription_and_a_declined_delivery_are_named(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    old = factories.make_prescription(session, client, user)
    old.state = PrescriptionState.SUPERSEDED
    session.flush()
    newer = Prescription.of(client.id, 2, factories.make_content(), basis={}, by=None, at=NOW)
    newer.state, newer.signed_at = PrescriptionState.SIGNED, NOW
    session.add_all([newer, _plan(client, old, MealPlanState.APPROVED)])
    session.add(
        ReorderProposal(
            client_id=client.id,
            service_day=TODAY + timedelta(days=2),
            lines=[],
            proposed_at=NOW,
            answer_by=NOW,
            state=ProposalState.DECLINED,
        )
    )
    session.flush()
    assert {Matter.PLAN_OUTDATED, Matter.DECLINED} <= set(tasks(session, actor, client))
    shown = caseload.worklist(session, actor, Wish(view=Filter.REFUSED), NOW)
    assert [row.known.client_id for row in shown.rows] == [client.id]


def test_who_waits_for_meals_without_an_approved_week_is_named(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    signed = factories.make_prescription(session, client, user)
    assert Matter.PLAN_MISSING not in tasks(session, actor, client)
    rule = StandingOrder(client_id=client.id, weekday=4)
    plan = _plan(client, signed, MealPlanState.SUPERSEDED)
    session.add_all([rule, plan])
    session.flush()
    assert tasks(session, actor, client)[Matter.PLAN_MISSING].due == date(2026, 11, 22)
    plan.state = MealPlanState.PROPOSED
    session.flush()
    assert {Matter.PLAN_MISSING, Matter.PLAN_PROPOSED} <= set(tasks(session, actor, client))
    rule.active = False
    session.flush()
    assert Matter.PLAN_MISSING not in tasks(session, actor, client)
    rule.active, plan.state = True, MealPlanState.APPROVED
    session.flush()
    assert Matter.PLAN_MISSING not in tasks(session, actor, client)


def test_a_week_made_under_the_signed_prescription_goes_first(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    old = factories.make_prescription(session, client, user)
    old.state = PrescriptionState.SUPERSEDED
    session.flush()
    signed = Prescription.of(client.id, 2, factories.make_content(), basis={}, by=None, at=NOW)
    signed.state, signed.signed_at = PrescriptionState.SIGNED, NOW
    session.add(signed)
    session.flush()
    outdated, later = (_plan(client, old, MealPlanState.APPROVED) for _ in range(2))
    later.start_day += timedelta(days=7)
    session.add_all([outdated, later])
    session.flush()
    assert meals.approved_plan(session, client.id, TODAY) is outdated
    assert meals.approved_plan(session, client.id, TODAY + timedelta(days=30)) is later
    assert meals.held_back(session, client.id) == meals.OUTDATED
    week = _plan(client, signed, MealPlanState.PROPOSED)
    week.start_day = TODAY - timedelta(days=70)
    week.result = {"status": "ok", "items": []}
    session.add(week)
    session.flush()
    meals.approve(session, actor, week.id, NOW)
    session.expire_all()
    assert meals.held_back(session, client.id) is None
    assert meals.approved_plan(session, client.id, TODAY + timedelta(days=30)) is week
    assert [outdated.state, later.state] == [MealPlanState.SUPERSEDED] * 2


def test_a_list_leaves_a_trace_with_each_client_it_shows(
    session: Session, actor: Actor, client: Client
) -> None:
    other = factories.make_client(session, family_name="Zuid")
    caseload.worklist(session, actor, Wish(), NOW)
    caseload.client_list(session, actor, now=NOW, wanted="Zuid")
    caseload.client_list(session, actor, now=NOW, wanted="niemand")
    session.flush()
    rows = session.execute(select(AccessLog.act, AccessLog.client_id).order_by(AccessLog.id)).all()
    assert sorted(row for row in rows if row.client_id is not None) == sorted(
        [
            ("worklist.viewed", client.id),
            ("worklist.viewed", other.id),
            ("clients.listed", other.id),
        ]
    )


def test_high_risk_comes_first_whatever_its_deadline(
    session: Session, actor: Actor, client: Client
) -> None:
    factories.make_client(session, given_name="Aaron")
    screen(session, actor, client)
    rows = caseload.worklist(session, actor, Wish(), NOW).rows
    assert [row.known.risk for row in rows] == [Risk.HIGH, None]
    places = caseload.worklist(session, actor, Wish(kind=SiteKind.HOSPITAL), NOW)
    assert (places.rows, places.total) == ((), 0)


def test_the_worklist_asks_the_database_as_often_for_many_as_for_one(
    session: Session, actor: Actor
) -> None:
    def asked() -> int:
        found: list[str] = []
        bind = session.get_bind()
        event.listen(bind, "before_cursor_execute", lambda *args: found.append(args[2]))
        caseload.worklist(session, actor, Wish(), NOW)
        return len(found)

    factories.make_client(session)
    session.flush()
    one = asked()
    for _ in range(40):
        factories.make_client(session)
    session.flush()
    # the listener of the first call still counts along: its list is another one
    assert asked() == one
    found = caseload.worklist(session, actor, Wish(first=25), NOW)
    assert (len(found.rows), found.total) == (16, 41)


def test_every_outcome_has_a_risk() -> None:
    for tool in Tool:
        for band in instrument(tool).bands:
            assert risk_of(tool, band.category) in Risk
    assert risk_of(Tool.NRS2002, Category.AT_RISK) is Risk.HIGH
    assert risk_of(Tool.MNA_SF, Category.AT_RISK) is Risk.MID
    assert risk_of(Tool.MUST, None) is None


def test_an_incomplete_screening_is_never_low_and_asks_to_be_finished(
    session: Session, actor: Actor, client: Client
) -> None:
    kept = screen(session, actor, client, weight_kg=None, weight_before_kg=None)
    assert (kept.status, kept.category) == ("partial", "low")
    known = caseload.client_list(session, actor, now=NOW).rows[0]
    assert (known.risk, known.partial) == (None, True)
    assert tasks(session, actor, client)[Matter.SCREENING_SOON].due == TODAY


def test_a_bracket_within_the_middle_keeps_its_least_risk(
    session: Session, actor: Actor, client: Client
) -> None:
    screen(session, actor, client, weight_kg=Decimal(50), weight_before_kg=None)
    known = caseload.client_list(session, actor, now=NOW).rows[0]
    assert (known.risk, known.partial) == (Risk.MID, True)


def test_a_proposal_from_an_incomplete_screening_counts_on_risk(
    session: Session, actor: Actor, client: Client
) -> None:
    factories.make_weight(session, client, "80", TODAY)
    screen(session, actor, client, weight_kg=None, weight_before_kg=None)
    proposal = prescribing.draft_prescription(session, actor, client.id, NOW).proposal
    assert proposal is not None
    assert proposal.protein.reason == "protein.at_risk"
    assert "open.screening_partial" in proposal.open_points


def test_clients_are_found_by_every_word_of_name_or_code(
    session: Session, actor: Actor, client: Client
) -> None:
    factories.make_client(session, given_name="Maria", family_name="Callewaert", code="K55")

    def names(wanted: str) -> list[str]:
        found = caseload.client_list(session, actor, now=NOW, wanted=wanted)
        assert found.total == len(found.rows)
        return [row.name for row in found.rows]

    assert names("calle mar") == ["Maria Callewaert"]
    assert names("k55") == ["Maria Callewaert"]
    assert names("%") == []
    assert len(names("")) == 2


def test_who_left_stays_off_the_lists_but_keeps_a_record(
    session: Session, actor: Actor, client: Client
) -> None:
    client.left_on = TODAY
    session.flush()
    assert caseload.client_list(session, actor, now=NOW).total == 0
    found = dossier.dossier(session, actor, client.id, NOW)
    assert found.face.client is client


def test_a_screening_keeps_how_each_measure_is_known(
    session: Session, actor: Actor, client: Client
) -> None:
    given = ScreeningForm(answers=ANSWERS, provenance={"height_cm": Provenance.REPORTED})
    care.record_screening(session, actor, client.id, Tool.MUST, form=given, now=NOW)
    found = dossier.dossier(session, actor, client.id, NOW)
    assert found.height_cm == 161
    assert found.face.last.as_intake().provenance == {"height_cm": Provenance.REPORTED}
    assert [one.how for one in found.weighings] == [Provenance.MEASURED]


def test_a_slip_cannot_be_confirmed_away(session: Session, actor: Actor, client: Client) -> None:
    given = ScreeningForm(
        answers=ANSWERS | {"height_cm": Decimal("1.75")},
        provenance={},
        confirmed=frozenset({"height_cm"}),
    )
    with pytest.raises(Refused) as refused:
        care.record_screening(session, actor, client.id, Tool.MUST, form=given, now=NOW)
    field, code, args = refused.value.problems[0]
    assert (field, code, args["suggestion"]) == ("height_cm", "slip.metres", 175)
    preview = care.preview_screening(session, actor, client.id, Tool.MUST, form=given, now=NOW)
    assert preview.result.items[0].points is None


def test_an_odd_answer_is_not_kept(session: Session, actor: Actor, client: Client) -> None:
    with pytest.raises(Refused) as refused:
        screen(session, actor, client, acute="perhaps")
    assert refused.value.problems[0][1] == "screening.cannot_be_kept"


def test_a_screening_without_any_answer_is_refused(
    session: Session, actor: Actor, client: Client
) -> None:
    empty = ScreeningForm(answers=dict.fromkeys(ANSWERS), provenance={})
    with pytest.raises(Refused, match=r"screening\.nothing_answered"):
        care.record_screening(session, actor, client.id, Tool.MUST, form=empty, now=NOW)
    assert session.scalar(select(func.count()).select_from(Screening)) == 0


def test_a_weighing_gives_the_reasons_to_review(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    factories.make_weight(session, client, "51.4", TODAY - timedelta(days=80))
    factories.make_prescription(session, client, user, based_on_weight_g=51_400)
    found = care.record_weight(session, actor, client.id, Decimal("47.2"), confirmed=False, now=NOW)
    assert {one.reason for one in found} == {
        ReviewReason.LOSS_3_MONTHS,
        ReviewReason.OTHER_WEIGHT,
    }


def test_a_sudden_weight_is_kept_only_when_confirmed(
    session: Session, actor: Actor, client: Client
) -> None:
    factories.make_weight(session, client, "60", TODAY - timedelta(days=3))

    def weigh(kg: str, *, confirmed: bool) -> tuple[object, ...]:
        return care.record_weight(
            session, actor, client.id, Decimal(kg), confirmed=confirmed, now=NOW
        )

    with pytest.raises(Refused) as refused:
        weigh("50", confirmed=False)
    assert refused.value.problems[0][1] == "implausible.change_7_days"
    with pytest.raises(Refused):
        weigh("50000", confirmed=True)
    weigh("50", confirmed=True)
    assert care.weights(session, client.id)[-1].weight_kg == 50


def test_a_draft_keeps_texture_and_allergens_and_works_out_the_rest(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    screen(session, actor, client)
    factories.make_prescription(
        session,
        client,
        user,
        food_level="5",
        drink_level="2",
        allergies=frozenset({"nuts"}),
        fluid_ml=Range(low=1200, high=1500),
    )
    draft = prescribing.draft_prescription(session, actor, client.id, NOW)
    assert draft.content is not None
    assert (draft.content.food_level, draft.content.drink_level) == ("5", "2")
    assert draft.content.allergies == {"nuts"}
    assert draft.content.fluid_ml == Range(low=1200, high=1500)
    assert draft.content.based_on_weight_g == 47_200
    assert draft.content.energy_kcal != factories.make_content().energy_kcal
    assert draft.version == 1


def test_without_screening_there_is_no_proposal(
    session: Session, actor: Actor, client: Client
) -> None:
    draft = prescribing.draft_prescription(session, actor, client.id, NOW)
    assert (draft.proposal, draft.content, draft.version) == (None, None, 0)


def sign(
    session: Session, actor: Actor, client: Client, *, replaces: int = 0, **values: object
) -> Prescription:
    return signing.sign_prescription(
        session,
        actor,
        client.id,
        factories.make_content(**values),
        review_on=TODAY + timedelta(days=30),
        replaces=replaces,
        now=NOW,
    )


def test_a_condition_brings_its_rules_and_takes_them_along_when_it_goes(
    session: Session, actor: Actor, client: Client
) -> None:
    ill = frozenset({Condition.HEART_FAILURE, Condition.COELIAC})
    first = sign(session, actor, client, conditions=ill)
    assert {rule.rule for rule in first.as_prescription().rules} == {"r-101", "r-114"}
    assert first.as_eater().allergies == {"gluten"}
    assert first.as_prescription().allergies == frozenset()
    second = sign(session, actor, client, replaces=1)
    assert second.as_prescription().rules == ()
    assert second.as_eater().allergies == frozenset()


def test_a_limit_that_no_condition_brought_stays(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    factories.make_prescription(session, client, user, nutrients={"potassium_mg": Range(high=2300)})
    known = prescribing.draft_prescription(session, actor, client.id, NOW).content
    assert known is not None
    ill = frozenset({Condition.HEART_FAILURE})
    values = {"nutrients": known.nutrients, "conditions": ill}
    signed = sign(session, actor, client, replaces=1, **values).as_prescription()
    assert signed.nutrients == {"potassium_mg": Range(high=2300)}
    assert [rule.bounds for rule in signed.rules] == [Range(high=2000)]


def test_names_of_food_become_ids_and_unknown_ones_are_refused(
    session: Session, actor: Actor, client: Client
) -> None:
    stock = meals.catalogue(session)
    thing = next(iter(stock.ingredients.values()))
    dish = next(iter(stock.components.values()))
    signed = sign(
        session,
        actor,
        client,
        excluded_ingredients=frozenset({thing.names.nl.lower()}),
        likes=frozenset({dish.names.fr.lower()}),
    ).as_prescription()
    assert signed.excluded_ingredients == {thing.id}
    assert signed.likes == {dish.id}
    with pytest.raises(Refused) as refused:
        sign(session, actor, client, replaces=1, dislikes=frozenset({"maansteen"}))
    assert refused.value.problems == (
        ("dislikes", "prescription.unknown_ingredient", {"name": "maansteen"}),
    )


def test_nobody_but_a_person_signs(session: Session, actor: Actor, client: Client) -> None:
    machine = Actor(role=Role.DIETITIAN, is_npcc=True)
    with pytest.raises(Refused) as refused:
        sign(session, machine, client)
    assert refused.value.problems[0][1] == "prescription.needs_a_person"
    with pytest.raises(Forbidden):
        sign(session, Actor(role=Role.KITCHEN, is_npcc=True, user_id=1), client)
    sign(session, actor, client)
    with pytest.raises(Conflict) as conflict:
        sign(session, actor, client)
    assert conflict.value.code == "prescription.someone_was_first"


def test_one_version_is_found_by_its_own_client_only(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    row = factories.make_prescription(session, client, user)
    assert prescribing.find_prescription(session, actor, client.id, row.id) is row
    other = factories.make_client(session)
    with pytest.raises(NotFound):
        prescribing.find_prescription(session, actor, other.id, row.id)


def test_a_kept_week_reads_back_exactly(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    factories.make_prescription(session, client, user)
    row = meals.propose_plan(session, actor, client.id, start=date(2026, 11, 30), now=NOW)
    plan = weekplan.plan_of(row)
    assert plan_to_json(plan) == row.result | {"ms": None}


def test_a_place_that_is_not_in_the_week_has_no_swaps(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    factories.make_prescription(session, client, user)
    meals.propose_plan(session, actor, client.id, start=date(2026, 11, 30), now=NOW)
    nowhere = PlanPlace(day=12, slot="tea", role=Part.SOUP)
    found = weekplan.week(session, actor, client.id, now=NOW, at=nowhere)
    assert found.bench is not None
    assert (found.bench.item, found.bench.options) == (None, ())


def test_a_stranger_finds_nobody_and_no_row_is_written(session: Session, client: Client) -> None:
    house = factories.make_organisation(session, OrganisationKind.RESIDENTIAL)
    stranger = people.actor_for(
        session, factories.make_user(session, organisation_id=house.id), NOW
    )
    for look in (dossier.dossier, prescribing.draft_prescription):
        with pytest.raises(NotFound):
            look(session, stranger, client.id, NOW)
    assert session.scalar(select(func.count()).select_from(AccessLog)) == 0


def _excludes(session: Session, client: Client, user: User, word: str) -> None:
    row = factories.make_prescription(session, client, user)
    row.content = {**row.content, "excluded_ingredients": [word]}
    session.flush()


def test_what_a_condition_excludes_may_be_unknown_to_the_kitchen(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    _excludes(session, client, user, "star-fruit")
    week = meals.propose_plan(session, actor, client.id, start=date(2026, 11, 30), now=NOW)
    assert week.state is MealPlanState.PROPOSED
    assert week.request["exclude_ingredients"] == ["star-fruit"]


def test_an_excluded_word_that_nobody_knows_is_refused_and_nothing_is_kept(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    _excludes(session, client, user, "tomatoe")
    with pytest.raises(Refused) as refused:
        meals.propose_plan(session, actor, client.id, start=date(2026, 11, 30), now=NOW)
    assert [code for _, code, _ in refused.value.problems] == ["plan.error.unknown_word"]
    assert session.scalar(select(func.count()).select_from(MealPlan)) == 0


def test_every_outcome_word_has_a_risk_on_the_worklist() -> None:
    for tool in care.RISK_TOOLS:
        for category in instrument(tool).categories:
            assert risk_of(tool, category) is not None
