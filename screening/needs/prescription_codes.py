"""Every code of a prescription, its rules and its calculations, each a key of the catalogues."""

from collections.abc import Iterator
from dataclasses import fields

from screening.needs.conditions import Condition
from screening.needs.constraints import RULING_CODES
from screening.needs.energy import Activity, Stress
from screening.needs.prescription import INTOLERANCES, MealPattern, Prescription, Strength, Taste
from screening.needs.prescription_check import ProblemCode
from screening.needs.prescription_rules import OWN_RULES
from screening.needs.proposal import PROPOSAL_CODES
from screening.needs.reference import ReferenceKind
from screening.needs.rule_cards import CARDS
from screening.needs.rules import REMINDERS

_UNNAMED = frozenset({"nutrients"})
"""Each nutrient has its own name."""


def _all() -> Iterator[str]:
    for prefix, words in (
        ("condition", Condition),
        ("prescription.taste", Taste),
        ("prescription.strength", Strength),
        ("prescription.meals", MealPattern),
        ("intolerance", INTOLERANCES),
        ("activity", Activity),
        ("stress", Stress),
        ("reference.kind", ReferenceKind),
    ):
        yield from (f"{prefix}.{word}" for word in words)
    yield from (*PROPOSAL_CODES, *ProblemCode, *RULING_CODES)
    yield from (f"rule.{card.constraint.rule}" for card in CARDS)
    yield from (f"rule.{rule}" for rule in OWN_RULES)
    yield from (f"reminder.{name}" for _, name, _ in REMINDERS)
    names = (one.name for one in fields(Prescription))
    yield from (f"prescription.field.{name}" for name in names if name not in _UNNAMED)


PRESCRIPTION_CODES: tuple[str, ...] = tuple(dict.fromkeys(str(code) for code in _all()))
"""All codes, each once; `prescription.field.<nutrient>` may also name a nutrient."""
