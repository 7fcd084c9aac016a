"""Windows of an eating moment, a shared table, lots near their end: read and refused."""

from typing import Any

import pytest

from menus import (
    NearExpiry,
    PlanRequest,
    PlanStatus,
    Role,
    Shared,
    Stocked,
    Window,
    request_from_json,
)
from tests.menus.small_menu import compose, request


def document(**more: Any) -> dict[str, Any]:
    slots = [{"id": "lunch", "time": "12:00", "roles": ["soup", "protein", "starch"]}]
    return {"id": "c", "start": "2026-12-01", "days": 2, "slots": slots, "allergies": [], **more}


TOGETHER = {"day": 1, "slot": "lunch", "role": "soup", "component": "leek"}
ENDING = {"variant": "leek", "portions": 2, "until_day": 1}
SCARCE = {"variant": "cod", "portions": 0}


def test_every_new_field_is_read() -> None:
    found = request_from_json(
        document(
            slot_windows={"lunch": {"protein_g": {"min": 250, "max": 300}}},
            together=[TOGETHER],
            use_first=[ENDING],
            stock=[SCARCE],
        )
    )
    assert isinstance(found, PlanRequest)
    assert found.slot_windows == (("lunch", (("protein_g", Window(min=250, max=300)),)),)
    assert found.together == (Shared(day=1, slot="lunch", role=Role.SOUP, component="leek"),)
    assert found.use_first == (NearExpiry(variant="leek", portions=2, until_day=1),)
    assert found.stock == (Stocked(variant="cod", portions=0),)


def test_left_out_they_ask_nothing() -> None:
    found = request_from_json(document())
    assert isinstance(found, PlanRequest)
    assert (found.slot_windows, found.together, found.use_first, found.stock) == ((), (), (), ())


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"slot_windows": []}, "type", "slot_windows"),
        ({"slot_windows": {"lunch": {"protein_g": 3}}}, "type", "slot_windows.lunch.protein_g"),
        ({"together": [{**TOGETHER, "dish": "x"}]}, "unknown_field", "together.0.dish"),
        ({"use_first": [{**ENDING, "portions": "2"}]}, "type", "use_first.0.portions"),
        ({"stock": [{"variant": "cod"}]}, "missing", "stock.0.portions"),
    ],
)
def test_what_cannot_be_read_is_named(change: dict[str, Any], code: str, field: str) -> None:
    found = request_from_json(document(**change))
    assert isinstance(found, tuple)
    assert [(each.code, each.field) for each in found] == [(f"plan.error.{code}", field)]


def shared(**more: Any) -> Shared:
    fields: dict[str, Any] = {"day": 0, "slot": "lunch", "role": Role.SOUP, "component": "leek"}
    return Shared(**(fields | more))


def ending(variant: str, *, portions: int = 1, until_day: int = 1) -> NearExpiry:
    return NearExpiry(variant=variant, portions=portions, until_day=until_day)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"slot_windows": (("tea", ()),)}, "no_such_place", "slot_windows.tea"),
        ({"slot_windows": (("lunch", ()),) * 2}, "twice", "slot_windows.lunch"),
        (
            {"slot_windows": (("lunch", (("protein_g", Window(min=3, max=2)),)),)},
            "window_order",
            "slot_windows.lunch.protein_g",
        ),
        ({"together": (shared(day=3),)}, "no_such_place", "together.0"),
        ({"together": (shared(slot="tea"),)}, "no_such_place", "together.0"),
        ({"together": (shared(component="pie"),)}, "unknown_component", "together.0.component"),
        ({"together": (shared(component="cod"),)}, "other_role", "together.0.role"),
        ({"use_first": (ending("pie"),)}, "unknown_variant", "use_first.0.variant"),
        ({"use_first": (ending("leek"),) * 2}, "twice", "use_first.1.variant"),
        ({"use_first": (ending("leek", portions=-1),)}, "negative", "use_first.0.portions"),
        ({"use_first": (ending("leek", until_day=-1),)}, "negative", "use_first.0.until_day"),
        ({"stock": (Stocked(variant="cod", portions=-1),)}, "negative", "stock.0.portions"),
    ],
)
def test_what_has_no_meaning_is_refused_by_field(
    change: dict[str, Any], code: str, field: str
) -> None:
    plan = compose(request(**change))
    assert plan.status is PlanStatus.INVALID
    assert [(each.code, each.field) for each in plan.errors] == [(f"plan.error.{code}", field)]
