"""Many weeks at once from one stock: within the supplies, each as safe as one made alone."""

from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from menus import (
    CrowdPlans,
    KitchenSupply,
    MealPlan,
    PlanReason,
    PlanRequest,
    PlanStatus,
    Role,
    Window,
    compose_plans,
    plan_objections,
)
from optimizer import SharedEffort
from tests.menus.small_menu import SMALL, allergic, compose, dishes, eater, request

EFFORT = SharedEffort(alone=1_500, rounds=3, exact=1, priced=800, repairs=2, repair=800)
COD = KitchenSupply(key="cod", variants=frozenset({"cod"}), grams=600)
STARCH = KitchenSupply(key="starch/1", variants=frozenset({"mash", "pasta"}), grams=900, day=1)


def crowd(count: int, **more: Any) -> list[PlanRequest]:
    """People who would like cod and may eat milk or not."""
    return [
        request(
            id=f"c{number}",
            likes=frozenset({"cod"}),
            eater=allergic("milk") if number % 3 == 2 else eater(),
            **more,
        )
        for number in range(count)
    ]


def composed(
    asked: list[PlanRequest], supplies: tuple[KitchenSupply, ...], executor: Executor | None = None
) -> CrowdPlans:
    with ThreadPoolExecutor(1) as thread:
        made = compose_plans(asked, SMALL, supplies, executor or thread, effort=EFFORT)
        return replace(made, plans=iter(tuple(made.plans)))


def grams(plans: list[MealPlan], names: frozenset[str], day: int | None = None) -> int:
    return sum(
        item.grams
        for plan in plans
        for item in plan.items
        if item.variant in names and day in (None, item.day)
    )


def test_everybody_eats_within_the_stock_and_the_kitchen() -> None:
    asked = crowd(7)
    made = composed(asked, (COD, STARCH))
    plans = list(made.plans)
    assert [plan.id for plan in plans] == [each.id for each in asked]
    assert all(plan.status is PlanStatus.OK for plan in plans)
    assert all(
        plan_objections(plan, each, SMALL) == () for plan, each in zip(plans, asked, strict=True)
    )
    cod, starch = made.report.supplies
    assert (cod.used, starch.used) == (
        grams(plans, COD.variants),
        grams(plans, STARCH.variants, day=1),
    )
    assert cod.wished > cod.grams >= cod.used
    assert (cod.overdrawn, starch.overdrawn, made.report.overdrawn_permyriad) == (0, 0, 0)


def test_who_goes_without_is_named_and_told() -> None:
    made = composed(crowd(7), (COD,))
    cod = made.report.supplies[0]
    plans = {plan.id: plan for plan in made.plans}
    assert set(cod.served) == {name for name, plan in plans.items() if "cod" in _protein(plan)}
    assert cod.moved
    assert set(cod.moved).isdisjoint(cod.served)
    for name in cod.moved:
        reasons = {
            reason
            for item in plans[name].items
            if item.role is Role.PROTEIN
            for reason in item.reasons
        }
        assert PlanReason.SCARCE in reasons


def _protein(plan: MealPlan) -> list[str]:
    return dishes(plan, Role.PROTEIN)


def test_what_a_person_can_only_eat_stays_theirs_and_the_overdraw_is_told() -> None:
    only = eater(exclude_ingredients=frozenset({"chicken", "lentils", "nut-roast"}))
    asked = [request(id=f"c{number}", eater=only) for number in range(3)]
    made = composed(asked, (COD,))
    assert {name for plan in made.plans for name in _protein(plan)} == {"cod"}
    assert made.report.supplies[0].overdrawn > 0
    assert made.report.overdrawn_permyriad > 0


def test_an_impossible_week_is_explained_beside_the_others() -> None:
    hungry = request(id="hungry", day=(("energy_kcal", Window(safe_min=900_000)),))
    wrong = request(id="wrong", days=3, day=(("nothing", Window()),))
    asked = [hungry, request(id="well"), wrong]
    made = composed(asked, (COD,))
    assert made.report.without_plan == ("hungry",)
    plans = list(made.plans)
    assert [plan.status for plan in plans] == [
        PlanStatus.IMPOSSIBLE,
        PlanStatus.OK,
        PlanStatus.INVALID,
    ]
    assert plans[0].conflict == compose(hungry).conflict


def test_one_and_two_processes_give_the_same_bytes() -> None:
    asked = crowd(5)
    told = []
    for count in (1, 2):
        with ProcessPoolExecutor(count) as processes:
            made = composed(asked, (COD, STARCH), processes)
            told.append(repr((made.report, list(made.plans))))
    assert told[0] == told[1]


def test_who_else_eats_does_not_change_a_week_where_nothing_is_short() -> None:
    alone = next(composed(crowd(1), ()).plans)
    assert next(composed(crowd(4), ()).plans) == alone


def test_many_parts_come_in_the_order_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("menus.crowd.composing.PART", 1)
    asked = crowd(8)
    assert [plan.id for plan in composed(asked, (COD,)).plans] == [each.id for each in asked]


def test_nobody_asked_is_nobody_planned() -> None:
    made = composed([], (COD,))
    assert list(made.plans) == []
    assert made.report.overdrawn_permyriad == 0


@pytest.mark.parametrize(
    ("broken", "promise"),
    [({"days": 2}, "same start and days"), ({"id": "c0"}, "distinct")],
)
def test_a_crowd_has_one_horizon_and_its_own_names(broken: dict[str, Any], promise: str) -> None:
    asked = crowd(2)
    with pytest.raises(ValueError, match=promise):
        composed([asked[0], replace(asked[1], **broken)], ())
