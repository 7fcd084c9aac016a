"""What page and papers of a week tell, and what keeps it from being printed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound
from app.i18n import translator
from app.models.people import Client, Site, User
from app.operations import meals, portal, weekplan
from app.operations.weeks import checked_week, tray_day
from app.web.weekparts import bench_parts, rule_text, week_sheet
from logistics import LotState, SiteKind
from menus import ALLERGENS, PlanPlace, Role, Rule, WarmingPlace
from tests.app.days import make_lot
from tests.app.test_weeks import MONDAY, NOW, actor, client, dishes, propose, user

__all__ = ["actor", "client", "user"]


def test_trays_follow_the_signed_week_and_stop_when_a_dish_no_longer_suits(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    plan = propose(session, actor, client, user)
    with pytest.raises(NotFound):
        tray_day(session, actor, client.id, MONDAY, NOW)
    meals.approve(session, actor, plan.id, NOW, reason="x")
    found = tray_day(session, actor, client.id, MONDAY + timedelta(days=9), NOW)
    site = session.get_one(Site, client.site_id)
    assert found.warming == WarmingPlace(at_home=site.kind is SiteKind.HOME)
    dish = found.items[0]["variant"]
    lot = make_lot("R1", dish, 500, MONDAY + timedelta(days=90), state=LotState.RECALLED)
    session.add(lot)
    session.flush()
    with pytest.raises(Conflict, match=r"plan\.paper_unsafe"):
        tray_day(session, actor, client.id, MONDAY + timedelta(days=9), NOW)
    session.delete(lot)
    session.flush()
    assert {(2, item["slot"], item["role"]): item["variant"] for item in found.items} == {
        place: dish for place, dish in dishes(plan).items() if place[0] == 2
    }
    signed = weekplan.signed_prescription(session, client.id)
    assert signed is not None
    signed.content = {**signed.content, "food_level": "4"}
    session.flush()
    with pytest.raises(Conflict, match=r"plan\.paper_unsafe"):
        tray_day(session, actor, client.id, MONDAY, NOW)


def test_the_week_for_staff_tells_the_order_in_force_and_never_what_no_longer_suits(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    plan = propose(session, actor, client, user)
    assert checked_week(session, actor, client.id, NOW).week.row is plan
    meals.approve(session, actor, plan.id, NOW, reason="x")
    eaten = {meals.catalogue(session).variants[one] for one in dishes(plan).values()}
    held = set().union(*(one.allergens.any for one in eaten))
    signed = weekplan.signed_prescription(session, client.id)
    assert signed is not None
    harmless = min(set(ALLERGENS) - held)
    signed.content = {**signed.content, "allergies": [harmless]}
    session.flush()
    found = checked_week(session, actor, client.id, NOW)
    sheet = week_sheet(translator("en"), found, "Name", "C1")
    assert sheet is not None
    assert sheet.avoid == (harmless,)
    for worse in ({"allergies": [min(held)]}, {"food_level": "4"}):
        before, signed.content = signed.content, {**signed.content, **worse}
        session.flush()
        with pytest.raises(Conflict, match=r"plan\.paper_unsafe"):
            checked_week(session, actor, client.id, NOW)
        signed.content = before
    dish = plan.result["items"][0]["variant"]
    session.add(make_lot("R2", dish, 500, MONDAY + timedelta(days=90), state=LotState.RECALLED))
    session.flush()
    with pytest.raises(Conflict, match=r"plan\.paper_unsafe"):
        checked_week(session, actor, client.id, NOW)


def test_no_paper_leaves_with_more_energy_than_the_slow_rise_allows_that_day(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    rise = {"step_up": (900, 1200, 1600, 2000), "step_up_from": MONDAY}
    plan = propose(session, actor, client, user, **rise)
    meals.approve(session, actor, plan.id, NOW, reason="x")
    assert tray_day(session, actor, client.id, MONDAY, NOW).items
    assert checked_week(session, actor, client.id, NOW).week.row is plan
    before, barred = MONDAY - timedelta(days=2), frozenset[str]()
    assert portal.eatings(session, client.id, MONDAY, barred=barred)
    assert portal.eatings(session, client.id, before, barred=barred) == ()
    with pytest.raises(Conflict, match=r"plan\.paper_above_cap"):
        tray_day(session, actor, client.id, before, NOW)
    signed = weekplan.signed_prescription(session, client.id)
    assert signed is not None
    signed.content = {**signed.content, "step_up": [600, 600, 600, 600]}
    session.flush()
    for asked in (
        lambda: tray_day(session, actor, client.id, MONDAY, NOW),
        lambda: checked_week(session, actor, client.id, NOW),
    ):
        with pytest.raises(Conflict, match=r"plan\.paper_above_cap"):
            asked()


def test_a_ceiling_that_clashes_is_told_in_kilocalories(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    plan = propose(session, actor, client, user, step_up=(300, 900), step_up_from=MONDAY)
    found = weekplan.week(session, actor, client.id, now=NOW)
    assert plan.request["max_energy_by_day"][:2] == [3000, 9000]
    told = rule_text(translator("en"), found, Rule(rule="max_energy:1"))
    assert told == "At most 900\u00a0kcal on Tuesday, for a slow rise."


def test_a_swap_never_counts_a_dish_of_unknown_energy_as_nothing(
    app: Flask, session: Session, actor: Actor, client: Client, user: User
) -> None:
    propose(session, actor, client, user)
    at = PlanPlace(day=0, slot="lunch", role=Role.PROTEIN)
    found = weekplan.week(session, actor, client.id, now=NOW, at=at)
    assert found.plan is not None
    assert found.bench is not None
    assert found.row is not None
    silent = tuple(tuple(replace(one, missing=1) for one in day) for day in found.plan.totals)
    unknown = replace(found, plan=replace(found.plan, totals=silent))
    days, speak = weekplan.week_days(found.row), translator("en")
    with app.test_request_context():
        known, told = (
            [
                total
                for option in bench_parts(speak, week, found.bench, days)["options"][:3]
                for total in option["totals"]
            ]
            for week in (found, unknown)
        )
    assert {one["state"] for one in known} >= {"in"}
    assert {one["state"] for one in told} <= {"unk", "above"}
    assert all(one["text"].endswith(" or more") for one in told)
