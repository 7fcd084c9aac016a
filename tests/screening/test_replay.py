"""A form kept today gives the same result under its rule version for ever."""

import json
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from screening import TABLES, Intake, Setting, Sex, Tool, assess

GOLDEN = Path(__file__).parent / "golden"


def as_plain(value: Any) -> Any:
    """A result as JSON, every number as its exact text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: as_plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [as_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(name): as_plain(one) for name, one in value.items()}
    if isinstance(value, bool | None) or (
        isinstance(value, str) and not isinstance(value, StrEnum)
    ):
        return value
    return str(value) if isinstance(value, Decimal | Fraction | date | StrEnum) else value


def stored(case: dict[str, Any]) -> Intake:
    return Intake(
        tool=Tool(case["tool"]),
        setting=Setting(case["setting"]),
        answers=case["answers"],
        born=None if case["born"] is None else date.fromisoformat(case["born"]),
        sex=None if case["sex"] is None else Sex(case["sex"]),
        on=date.fromisoformat(case["on"]),
        rule_version=case["rule_version"],
    )


def as_far_as_kept(found: Any, kept: Any) -> Any:
    """What is found, without the fields that results did not have yet when it was kept."""
    if isinstance(kept, dict):
        return {name: as_far_as_kept(found[name], one) for name, one in kept.items()}
    if isinstance(kept, list) and len(kept) == len(found):
        return [as_far_as_kept(one, old) for one, old in zip(found, kept, strict=True)]
    return found


@pytest.mark.parametrize("name", sorted(path.name for path in GOLDEN.glob("*.json")))
def test_a_stored_form_replays_to_the_same_result_for_ever(name: str) -> None:
    kept = json.loads((GOLDEN / name).read_text(), parse_float=Decimal)
    for case in kept["cases"]:
        found = json.loads(json.dumps(as_plain(assess(stored(case)))), parse_float=Decimal)
        assert as_far_as_kept(found, case["assessment"]) == case["assessment"]


def test_every_tool_has_golden_results_of_each_version() -> None:
    kept = {path.stem for path in GOLDEN.glob("*.json")}
    assert kept == {
        f"{table.tool.value.lower()}-{table.rule_version}"
        for versions in TABLES.values()
        for table in versions
    }
