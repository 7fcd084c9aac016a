"""What several facts of one record say together stands on the client's page."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.db import transaction
from app.models.people import Client, OrganisationKind, User
from app.operations import care, dossier, people
from app.operations.care import ScreeningForm
from app.operations.findings import Findings
from screening import Condition, Tool
from tests import factories
from tests.conftest import NOW

Visit = Callable[..., FlaskClient]


@pytest.fixture
def actor(session: Session) -> Actor:
    """Give a dietitian of the house."""
    house = factories.make_organisation(session, OrganisationKind.NPCC)
    user = factories.make_user(session, Role.DIETITIAN, organisation_id=house.id)
    return people.actor_for(session, user, NOW)


@pytest.fixture
def client(session: Session) -> Client:
    """Give a client."""
    return factories.make_client(session)


def keep(session: Session, actor: Actor, client: Client, tool: Tool, answers: Any) -> None:
    form = ScreeningForm(answers=answers, provenance={})
    care.record_screening(session, actor, client.id, tool, form=form, now=NOW)


def found(session: Session, actor: Actor, client: Client) -> Findings:
    return dossier.dossier(session, actor, client.id, NOW).findings


def test_nothing_known_denies_nothing(session: Session, actor: Actor, client: Client) -> None:
    both = found(session, actor, client)
    assert (both.swallowing.found, both.burden.found) == (None, None)


def test_a_test_that_went_wrong_is_enough_to_suspect(
    session: Session, actor: Actor, client: Client
) -> None:
    keep(session, actor, client, Tool.EAT10, {"item_1": 4})
    keep(session, actor, client, Tool.WATER90, {"drank_ml": Decimal(40)})
    swallowing = found(session, actor, client).swallowing
    assert swallowing.reasons == ("dysphagia.eat10", "dysphagia.water90")


def test_what_the_prescription_says_counts_too(
    session: Session, actor: Actor, client: Client
) -> None:
    user = factories.make_user(session)
    recorded = frozenset({Condition.DYSPHAGIA})
    factories.make_prescription(session, client, user, conditions=recorded)
    assert found(session, actor, client).swallowing.reasons == ("dysphagia.recorded",)


LARGE = {"height_cm": Decimal(150), "weight_kg": Decimal(70), "loss_planned": False, "acute": True}


def test_somebody_may_eat_too_little_and_too_much(
    session: Session, actor: Actor, client: Client
) -> None:
    today = care.local_day(NOW)
    factories.make_weight(session, client, "64", today - timedelta(days=60))
    keep(session, actor, client, Tool.MUST, LARGE)
    burden = found(session, actor, client).burden
    assert burden.found is True
    assert burden.reasons == ("burden.malnourished", "burden.overweight", "burden.weight_gain")


def test_somebody_slim_and_steady_has_one_trouble_at_most(
    session: Session, actor: Actor, client: Client
) -> None:
    keep(session, actor, client, Tool.MUST, LARGE | {"weight_kg": Decimal(40)})
    assert found(session, actor, client).burden.found is False


def test_a_large_body_without_muscle_counts_as_too_little(
    session: Session, actor: Actor, client: Client
) -> None:
    confirmed = {
        "weight_kg": Decimal(80),
        "height_cm": Decimal(150),
        "sarcf": Decimal(6),
        "hgs_kg": Decimal(10),
        "fm_pct": Decimal(48),
        "alm_w_pct": Decimal(15),
        "complications": Decimal(0),
    }
    keep(session, actor, client, Tool.SARC_OBESITY, confirmed)
    assert "burden.sarcopenic_obesity" in found(session, actor, client).burden.reasons


def test_the_page_says_both_and_where_to_go(app: Flask, visit: Visit) -> None:
    now = datetime.now(UTC)
    with transaction(app.extensions["npcc"].engine) as session:
        house = factories.make_organisation(session, OrganisationKind.NPCC)
        user: User = factories.make_user(session, Role.DIETITIAN, organisation_id=house.id)
        client = factories.make_client(session)
        factories.make_weight(session, client, "64", care.local_day(now) - timedelta(days=60))
        actor = people.actor_for(session, user, now)
        for tool, answers in ((Tool.MUST, LARGE), (Tool.EAT10, {"item_2": 3})):
            form = ScreeningForm(answers=answers, provenance={})
            care.record_screening(session, actor, client.id, tool, form=form, now=now)
    page = visit(user).get(f"/clients/{client.id}").text
    assert "Vermoeden van een slikprobleem" in page
    assert "EAT-10 wijst op een slikprobleem." in page
    assert "Ondervoed en toch te veel energie" in page
    assert f'href="/clients/{client.id}/referrals"' in page
