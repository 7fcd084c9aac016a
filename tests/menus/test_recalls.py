"""A recalled dish has no place in a plan, and is named where nothing else is left."""

from menus import (
    Pin,
    PlanBench,
    PlanPlace,
    PlanStatus,
    Portion,
    Role,
    compose_plan,
    plan_objections,
)
from optimizer import Limits
from tests.menus.small_menu import SMALL, ok, request

MAINS = frozenset(one.id for one in SMALL.variants.values() if one.role is Role.PROTEIN)
QUICK = Limits(moves=2_000, seed=1)


def test_a_recalled_dish_is_never_proposed() -> None:
    free = ok(request())
    gone = frozenset({next(one.variant for one in free.items if one.role is Role.PROTEIN)})
    asked = request(recalled=gone)
    plan = ok(asked)
    assert gone.isdisjoint(one.variant for one in plan.items)
    (told,) = {each.code for each in plan_objections(free, asked, SMALL)}
    assert told == "plan.objection.not_suitable"


def test_why_not_and_the_swaps_of_a_place_know_of_a_recall() -> None:
    plan = ok(request())
    main = next(one for one in plan.items if one.role is Role.PROTEIN)
    other = next(name for name in sorted(MAINS) if name != main.variant)
    bench = PlanBench(plan, request(recalled=frozenset({other})), SMALL)
    place = PlanPlace(day=main.day, slot=main.slot, role=main.role)
    assert other not in {one.variant for one in bench.alternatives(place)}
    (found,) = bench.why_not(other, place).objections
    assert (found.code, found.rule) == ("objection.recalled", f"recalled:{other}")


def test_a_pin_to_a_recalled_dish_or_a_role_without_any_other_names_the_recall() -> None:
    name = min(MAINS)
    pin = Pin(day=0, slot="lunch", role=Role.PROTEIN, variant=name, portion=Portion.M)
    pinned = compose_plan(request(pins=(pin,), recalled=frozenset({name})), SMALL, QUICK)
    assert pinned.status is PlanStatus.IMPOSSIBLE
    assert {one.rule for one in pinned.conflict} == {"pin:0/lunch/protein", f"recalled:{name}"}
    empty = compose_plan(request(recalled=MAINS), SMALL, QUICK)
    assert empty.status is PlanStatus.IMPOSSIBLE
    named = {one.rule for one in empty.conflict if not one.soft}
    assert named & {f"recalled:{one}" for one in MAINS}
    assert {one.rule for one in empty.conflict if one.soft} == {"role:lunch/protein"}
