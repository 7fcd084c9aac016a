"""GLIM from the record: what is proposed, what is decided, who may, and that it replays."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.access import Actor, NotFound, Refused, Role
from app.db import transaction
from app.i18n import LANGUAGES
from app.models.care import Screening
from app.models.diagnosis import Diagnosis
from app.models.following import IntakeRecord
from app.models.people import Client, OrganisationKind, User
from app.models.system import AccessLog
from app.operations import care, diagnosis, people
from app.operations.care import ScreeningForm
from app.operations.diagnosis import GlimDecision, GlimProposal
from screening import (
    Aetiology,
    Category,
    Condition,
    Provenance,
    RefeedingLevel,
    Status,
    Tool,
    assess,
)
from tests import factories
from tests.conftest import NOW

TODAY = date(2026, 11, 23)
SCREENED = {
    "height_cm": Decimal(161),
    "weight_kg": Decimal("47.2"),
    "weight_before_kg": Decimal("51.4"),
    "loss_planned": False,
    "acute": False,
}
CAUSE = {"gi_condition": False, "inflammation": True, "disease": "chronic"}


@pytest.fixture
def user(session: Session) -> User:
    return factories.make_user(session)


@pytest.fixture
def actor(session: Session, user: User) -> Actor:
    return people.actor_for(session, user, NOW)


@pytest.fixture
def client(session: Session) -> Client:
    return factories.make_client(session)


def fill_in(
    session: Session, actor: Actor, client: Client, tool: Tool, answers: dict[str, Any]
) -> Screening:
    form = ScreeningForm(answers=answers, provenance={"weight_kg": Provenance.MEASURED})
    return care.record_screening(session, actor, client.id, tool, form=form, now=NOW)


def proposed(session: Session, actor: Actor, client: Client) -> GlimProposal:
    return diagnosis.glim_of(session, actor, client.id, NOW)


def answers(proposal: GlimProposal) -> dict[str, Any]:
    return dict(proposal.intake.answers)


def test_who_was_never_screened_is_screened_first(
    session: Session, actor: Actor, client: Client
) -> None:
    found = proposed(session, actor, client)
    assert (found.assessment.result.status, found.seen) == (Status.SCREEN_FIRST, "screen_first")
    assert answers(found) == {}


def test_a_positive_screening_with_losses_on_record_waits_for_a_cause(
    session: Session, actor: Actor, client: Client
) -> None:
    fill_in(session, actor, client, Tool.MUST, SCREENED)
    factories.make_weight(session, client, "54", TODAY - timedelta(days=300))
    found = proposed(session, actor, client)
    assert answers(found) == {
        "screen_positive": True,
        "loss_planned": False,
        "height_cm": Decimal(161),
        "weight_kg": Decimal("47.2"),
        "loss_le6m_pct": Fraction(4200, 514),
        "loss_gt6m_pct": Fraction(680, 54),
    }
    result = found.assessment.result
    assert (result.status, found.can_confirm) == (Status.PARTIAL, False)
    assert {one.item: one.points for one in result.items if one.item.startswith("glim.")} == {
        "glim.loss": 1,
        "glim.bmi": 2,
        "glim.muscle": None,
        "glim.intake": None,
        "glim.inflammation": None,
        "glim.region": 0,
    }


def test_a_calm_screening_stops_a_diagnosis(session: Session, actor: Actor, client: Client) -> None:
    heavy = {"weight_kg": Decimal(70), "weight_before_kg": Decimal(70)}
    fill_in(session, actor, client, Tool.MUST, SCREENED | heavy)
    assert answers(proposed(session, actor, client))["screen_positive"] is False


def test_an_open_screening_says_neither(session: Session, actor: Actor, client: Client) -> None:
    unknown = {"weight_kg": Decimal(70), "weight_before_kg": Decimal(70), "acute": None}
    fill_in(session, actor, client, Tool.MUST, SCREENED | unknown)
    assert "screen_positive" not in answers(proposed(session, actor, client))


def test_what_a_form_of_glim_said_completes_the_proposal(
    session: Session, actor: Actor, client: Client
) -> None:
    fill_in(session, actor, client, Tool.MUST, SCREENED)
    fill_in(session, actor, client, Tool.GLIM, CAUSE)
    found = proposed(session, actor, client)
    assert (found.seen, found.can_confirm) == ("severe", True)
    assert found.aetiology is Aetiology.CHRONIC_INFLAMMATION


def test_an_answer_of_long_ago_is_asked_again(
    session: Session, actor: Actor, client: Client
) -> None:
    fill_in(session, actor, client, Tool.MUST, SCREENED)
    old = fill_in(session, actor, client, Tool.GLIM, CAUSE)
    old.screened_on = TODAY - timedelta(days=care.RECENT_DAYS + 1)
    session.flush()
    assert "inflammation" not in answers(proposed(session, actor, client))


def test_a_calf_gives_the_muscle_until_a_later_glim_judges_it(
    session: Session, actor: Actor, client: Client
) -> None:
    calf = {"weight_kg": Decimal("47.2"), "height_cm": Decimal(161), "cc_cm": Decimal(30)}
    fill_in(session, actor, client, Tool.CC_MUSCLE, calf | {"leg_oedema": False})
    known = answers(proposed(session, actor, client))
    assert (known["muscle"], known["muscle_method"]) == ("severe", "calf")
    judged = {"muscle": "mild_moderate", "muscle_method": "examination"}
    fill_in(session, actor, client, Tool.GLIM, judged)
    known = answers(proposed(session, actor, client))
    assert (known["muscle"], known["muscle_method"]) == ("mild_moderate", "examination")


def test_a_calf_that_says_nothing_leaves_muscle_open(
    session: Session, actor: Actor, client: Client
) -> None:
    fill_in(session, actor, client, Tool.CC_MUSCLE, {"cc_cm": Decimal(30)})
    assert "muscle" not in answers(proposed(session, actor, client))


@pytest.mark.parametrize(
    ("conditions", "told"),
    [
        ({Condition.COPD}, (True, "chronic")),
        ({Condition.COPD, Condition.ACUTE_ILLNESS}, (True, "acute")),
        ({Condition.DIABETES}, (None, None)),
        (set(), (None, None)),
    ],
)
def test_recorded_conditions_tell_of_inflammation_and_never_deny_it(
    session: Session,
    actor: Actor,
    client: Client,
    user: User,
    conditions: set[Condition],
    told: tuple[bool | None, str | None],
) -> None:
    factories.make_prescription(session, client, user, conditions=frozenset(conditions))
    known = answers(proposed(session, actor, client))
    assert (known.get("inflammation"), known.get("disease")) == told


def test_meals_that_were_noted_tell_of_a_low_intake(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    factories.make_prescription(session, client, user)
    for ago in range(1, 10):
        session.add(
            IntakeRecord(
                client_id=client.id,
                day=TODAY - timedelta(days=ago),
                slot="lunch",
                quarters=1,
                planned_kcal=1500,
                day_kcal=1500,
                recorded_at=NOW,
                recorded_by=None,
            )
        )
    session.flush()
    known = answers(proposed(session, actor, client))
    assert (known["intake_pct"], known["intake_days"]) == (Fraction(25), 9)


def test_a_loss_is_the_larger_of_what_was_weighed_and_reported(
    session: Session, actor: Actor, client: Client
) -> None:
    factories.make_weight(session, client, "60", TODAY - timedelta(days=160))
    fill_in(session, actor, client, Tool.MUST, SCREENED)
    assert answers(proposed(session, actor, client))["loss_le6m_pct"] == Fraction(1280, 60)


def test_a_weight_of_long_ago_is_no_weight_of_now(
    session: Session, actor: Actor, client: Client
) -> None:
    factories.make_weight(session, client, "60", TODAY - timedelta(days=93))
    assert "weight_kg" not in answers(proposed(session, actor, client))


# ---- deciding -----------------------------------------------------------------------------------


@pytest.fixture
def whole(session: Session, actor: Actor, client: Client) -> Client:
    """A client of whom enough is known."""
    fill_in(session, actor, client, Tool.MUST, SCREENED)
    fill_in(session, actor, client, Tool.GLIM, CAUSE)
    return client


def decide(session: Session, actor: Actor, client: Client, **values: Any) -> Diagnosis:
    decision = GlimDecision(**({"seen": "severe"} | values))
    return diagnosis.decide_glim(session, actor, client.id, decision, NOW)


def test_a_confirmed_proposal_is_kept_with_all_it_rests_on(
    session: Session, actor: Actor, whole: Client, user: User
) -> None:
    row = decide(session, actor, whole)
    assert (row.category, row.proposed, row.reason) == ("severe", "severe", "")
    assert (row.decided_by, row.decided_at, row.rule_version) == (user.id, NOW, "1")
    assert row.aetiology == "aetiology.chronic_inflammation"
    found = proposed(session, actor, whole)
    assert found.settled
    assert found.decision is not None
    assert found.decision.by == user.name


def test_a_decision_replays_from_what_was_kept(
    session: Session, actor: Actor, whole: Client
) -> None:
    row = decide(session, actor, whole)
    session.expire_all()
    again = assess(row.as_intake())
    assert again.result.category == row.proposed
    assert row.as_intake().answers["loss_le6m_pct"] == Fraction(4200, 514)
    assert again.on == TODAY


def test_new_data_ask_for_a_new_look(session: Session, actor: Actor, whole: Client) -> None:
    decide(session, actor, whole)
    factories.make_weight(session, whole, "46", TODAY)
    assert not proposed(session, actor, whole).settled


def test_who_differs_says_why(session: Session, actor: Actor, whole: Client) -> None:
    with pytest.raises(Refused) as refused:
        decide(session, actor, whole, outcome=Category.MODERATE, reason=" ")
    assert refused.value.problems[0][:2] == ("reason", "glim.reason_needed")
    row = decide(session, actor, whole, outcome=Category.MODERATE, reason=" Goed hersteld. ")
    assert (row.proposed, row.category, row.reason) == ("severe", "moderate", "Goed hersteld.")


def test_naming_what_was_proposed_needs_no_reason(
    session: Session, actor: Actor, whole: Client
) -> None:
    assert decide(session, actor, whole, outcome=Category.SEVERE).reason == ""


def test_what_changed_meanwhile_is_looked_at_again(
    session: Session, actor: Actor, whole: Client
) -> None:
    with pytest.raises(Refused) as refused:
        decide(session, actor, whole, seen="moderate")
    assert refused.value.problems[0][1] == "glim.changed"


def test_an_open_proposal_is_not_confirmed_but_may_be_decided_with_a_reason(
    session: Session, actor: Actor, client: Client
) -> None:
    with pytest.raises(Refused) as refused:
        decide(session, actor, client, seen="screen_first")
    assert refused.value.problems[0][1] == "glim.open"
    row = decide(
        session,
        actor,
        client,
        seen="screen_first",
        outcome=Category.MODERATE,
        reason="In het ziekenhuis vastgesteld.",
    )
    assert (row.status, row.proposed, row.category) == ("screen_first", None, "moderate")


def test_a_child_gets_no_diagnosis_here(session: Session, actor: Actor) -> None:
    child = factories.make_client(session, born=date(2015, 1, 1))
    assert proposed(session, actor, child).assessment.result.status is Status.NOT_VALID
    with pytest.raises(Refused) as refused:
        decide(session, actor, child, seen="not_valid", outcome=Category.SEVERE, reason="x")
    assert refused.value.problems[0][1] == "age.below_18"


def test_who_may_not_see_a_client_sees_no_diagnosis(session: Session, whole: Client) -> None:
    hospital = factories.make_organisation(session, OrganisationKind.HOSPITAL)
    stranger = factories.make_user(session, organisation_id=hospital.id)
    other = people.actor_for(session, stranger, NOW)
    with pytest.raises(NotFound):
        proposed(session, other, whole)
    with pytest.raises(NotFound):
        decide(session, other, whole)


def test_a_look_and_a_decision_stand_in_the_access_log(
    session: Session, actor: Actor, whole: Client
) -> None:
    proposed(session, actor, whole)
    decide(session, actor, whole)
    session.flush()
    acts = session.scalars(select(AccessLog.act).where(AccessLog.client_id == whole.id)).all()
    assert {"glim.viewed", "glim.decided"} <= set(acts)


# ---- refeeding ----------------------------------------------------------------------------------


def test_the_refeeding_risk_is_of_the_newest_form(
    session: Session, actor: Actor, client: Client
) -> None:
    thin = diagnosis.refeeding_of(session, client.id, weight_kg=None, today=TODAY)
    assert (thin.level, thin.status) == (RefeedingLevel.NONE, Status.PARTIAL)
    fill_in(session, actor, client, Tool.REFEED_NICE, {"days_little_or_no_intake": Decimal(11)})
    asked = diagnosis.refeeding_of(session, client.id, weight_kg=None, today=TODAY)
    assert asked.level is RefeedingLevel.HIGH
    assert asked.reasons == ("refeeding.no_intake_over_10_days",)


def test_a_form_that_is_calm_hides_no_later_loss(
    session: Session, actor: Actor, client: Client
) -> None:
    fill_in(session, actor, client, Tool.REFEED_NICE, {"days_little_or_no_intake": Decimal(0)})
    factories.make_weight(session, client, "60", TODAY - timedelta(days=100))
    factories.make_weight(session, client, "50", TODAY)
    found = diagnosis.refeeding_of(session, client.id, weight_kg=Decimal(50), today=TODAY)
    assert (found.level, found.reasons) == (RefeedingLevel.HIGH, ("refeeding.loss_over_15",))


def test_without_a_form_the_weights_speak(session: Session, actor: Actor, client: Client) -> None:
    fill_in(session, actor, client, Tool.MUST, SCREENED)
    factories.make_weight(session, client, "60", TODAY - timedelta(days=100))
    found = diagnosis.refeeding_of(session, client.id, weight_kg=Decimal("47.2"), today=TODAY)
    assert (found.level, found.reasons) == (
        RefeedingLevel.HIGH,
        ("refeeding.bmi_below_18_5", "refeeding.loss_over_15"),
    )


# ---- the pages ----------------------------------------------------------------------------------

Visit = Callable[..., FlaskClient]


@pytest.fixture
def web_engine(app: Flask) -> Engine:
    found: Engine = app.extensions["npcc"].engine
    return found


@pytest.fixture
def known(web_engine: Engine) -> tuple[User, Client]:
    """A dietitian and a client of whom enough is known, in the database of the app."""
    now = datetime.now(UTC)
    with transaction(web_engine) as session:
        user = factories.make_user(session)
        client = factories.make_client(session)
        actor = people.actor_for(session, user, now)
        for tool, told in ((Tool.MUST, SCREENED), (Tool.GLIM, CAUSE)):
            form = ScreeningForm(answers=told, provenance={})
            care.record_screening(session, actor, client.id, tool, form=form, now=now)
    return user, client


def test_the_record_shows_the_criteria_and_takes_a_confirmation(
    visit: Visit, known: tuple[User, Client]
) -> None:
    user, client = known
    browser = visit(user)
    page = browser.get(f"/clients/{client.id}").text
    assert "Ondervoeding, ernstig (stadium 2)" in page
    assert "Gewichtsverlies 8,2" in page
    assert "BMI" in page
    answer = browser.post(
        f"/clients/{client.id}/glim", data={"seen": "severe", "outcome": "confirm"}
    )
    assert answer.status_code == 303
    page = browser.get(f"/clients/{client.id}").text
    assert "Uw besluit staat in het dossier." in page
    assert f"Besluit: Ondervoeding, ernstig (stadium 2). {user.name}" in page
    assert "Sindsdien" not in page


def test_an_open_record_says_what_is_met_and_where_to_fill_in(
    visit: Visit, web_engine: Engine
) -> None:
    now = datetime.now(UTC)
    with transaction(web_engine) as session:
        user = factories.make_user(session)
        client, other = factories.make_client(session), factories.make_client(session)
        form = ScreeningForm(answers=SCREENED | {"height_cm": None}, provenance={})
        actor = people.actor_for(session, user, now)
        care.record_screening(session, actor, client.id, Tool.MUST, form=form, now=now)
    page = visit(user).get(f"/clients/{client.id}").text
    assert "Nog geen besluit: vul eerst aan" in page
    assert "Voldaan: 1 fenotypische en 0 etiologische criteria." in page
    assert '/screenings/new?tool=GLIM">Meet<' in page
    assert "Bevestig<" not in page
    never = visit(user).get(f"/clients/{other.id}").text
    assert "Screen eerst op ondervoeding" in never


def test_a_deviation_without_a_reason_comes_back_to_be_mended(
    visit: Visit, known: tuple[User, Client]
) -> None:
    user, client = known
    browser = visit(user)
    answer = browser.post(
        f"/clients/{client.id}/glim", data={"seen": "severe", "outcome": "moderate"}
    )
    assert answer.status_code == 422
    assert "Schrijf waarom u afwijkt van het voorstel." in answer.text
    nothing = browser.post(f"/clients/{client.id}/glim", data={"seen": "severe"})
    assert nothing.status_code == 422


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_whole_page(
    visit: Visit, known: tuple[User, Client], language: str
) -> None:
    user, client = known
    browser = visit(user)
    with browser.session_transaction() as cookie:
        cookie["language"] = language
    page = browser.get(f"/clients/{client.id}/glim")
    assert page.status_code == 200
    assert "glim." not in page.text
    assert "GLIM 2019" in page.text


def test_only_a_dietitian_decides(visit: Visit, known: tuple[User, Client], app: Flask) -> None:
    _, client = known
    with transaction(app.extensions["npcc"].engine) as session:
        carer = factories.make_user(session, Role.CARER)
    browser = visit(carer)
    assert browser.get(f"/clients/{client.id}/glim").status_code in (403, 404)
    posted = browser.post(f"/clients/{client.id}/glim", data={"seen": "x", "outcome": "confirm"})
    assert posted.status_code in (403, 404)
