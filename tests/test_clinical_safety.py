"""The risk file stays true: its proofs exist, its rules are there, the unverified ones too."""

import ast
import re
from pathlib import Path

import pytest

from screening import CARDS, REFERENCE_VALUES, TABLES, Evidence
from screening.needs.requirements import ENERGY_BY_CONDITION, PROTEIN_BY_CONDITION
from screening.needs.rules import REMINDERS

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "clinical-safety.md").read_text(encoding="utf-8")
PROOFS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", TEXT)))


@pytest.mark.parametrize(("path", "name"), PROOFS, ids=lambda one: one)
def test_every_proof_of_a_measure_exists(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_hazard_has_its_own_number_and_a_proof() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| H-")]
    assert [row[2:6] for row in rows] == [f"H-{number:02}" for number in range(1, len(rows) + 1)]
    assert all("::test_" in row for row in rows)


def test_what_can_kill_has_more_than_one_measure_proven() -> None:
    for row in TEXT.splitlines():
        if row.startswith("| H-") and re.search(r"\| S3", row):
            assert row.count("::test_") >= 2, row[:60]


def test_every_instrument_stands_there_with_its_versions() -> None:
    for tool, versions in TABLES.items():
        listed = ", ".join(one.rule_version for one in versions)
        assert f"\n| {tool.value} | {listed} |" in TEXT


def test_every_rule_that_was_not_read_at_its_source_is_listed() -> None:
    for tool, versions in TABLES.items():
        newest = versions[-1]
        rules = (
            (f"tool.{tool.value}", newest.evidence),
            *((i.code, i.evidence) for i in newest.items),
        )
        for code, evidence in rules:
            if evidence is not Evidence.SOURCE:
                assert re.search(rf"\| `{re.escape(code)}`[^|]*\| {evidence} \|", TEXT), code


def test_every_rule_of_a_prescription_that_was_not_read_at_its_source_is_listed() -> None:
    per_kg = (row for _, row in (*ENERGY_BY_CONDITION, *PROTEIN_BY_CONDITION))
    rules = (
        *((f"rule.{card.constraint.rule}", card.evidence) for card in CARDS),
        *((f"reference.{row.nutrient}", row.evidence) for row in REFERENCE_VALUES),
        *((f"reminder.{name}", evidence) for _, name, evidence in REMINDERS),
        *((row.reason, row.evidence) for row in per_kg),
    )
    for code, evidence in rules:
        if evidence is not Evidence.SOURCE:
            assert re.search(rf"\| `{re.escape(code)}`[^|]*\| {evidence} \|", TEXT), code
