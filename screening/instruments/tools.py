"""The instruments by name and version; `score` reads any of them the same way."""

from collections.abc import Mapping

from screening.instruments.asking import asked_with
from screening.instruments.instrument import (
    Answers,
    Category,
    Input,
    Instrument,
    Points,
    Purpose,
    Tool,
    ToolResult,
)
from screening.instruments.quantities import CORRECTIONS, WATER_TEST_EXCLUSIONS
from screening.instruments.scoring import score_with
from screening.instruments.tables_adult import MUST, NRS2002
from screening.instruments.tables_body import BMI_CLASS, CC_MUSCLE, SARC_OBESITY, WAIST
from screening.instruments.tables_diagnosis import ESPEN2015, GLIM, NICE_MALN
from screening.instruments.tables_mna import MNA_FULL, MNA_SF
from screening.instruments.tables_muscle import SARCCALF, SARCF
from screening.instruments.tables_refeeding import REFEED_ASPEN, REFEED_NICE
from screening.instruments.tables_snaq import SNAQ, SNAQ65, SNAQRC, SNAQRC_1
from screening.instruments.tables_swallowing import EAT10, GUSS, WATER90
from screening.measuring.measures import Provenance

_EVERY_VERSION = (
    *(MUST, NRS2002, MNA_SF, MNA_FULL, SNAQ, SNAQ65, SNAQRC_1, SNAQRC),
    *(EAT10, GUSS, WATER90, SARCF, SARCCALF),
    *(BMI_CLASS, WAIST, CC_MUSCLE, SARC_OBESITY),
    *(REFEED_NICE, REFEED_ASPEN, GLIM, ESPEN2015, NICE_MALN),
)
TABLES: Mapping[Tool, tuple[Instrument, ...]] = {
    tool: tuple(table for table in _EVERY_VERSION if table.tool is tool) for tool in Tool
}
"""Every version of every instrument, newest last; old ones stay for replay."""


def instrument(tool: Tool, rule_version: str | None = None) -> Instrument:
    """The table of a tool, newest unless a version is named; `KeyError` for an unknown version."""
    versions = {table.rule_version: table for table in TABLES[tool]}
    return versions[rule_version] if rule_version else TABLES[tool][-1]


def tools_of(purpose: Purpose) -> tuple[Tool, ...]:
    """The instruments that look for this, in the order of the house."""
    return tuple(tool for tool in Tool if instrument(tool).purpose is purpose)


def score(
    tool: Tool,
    answers: Answers,
    *,
    provenance: Mapping[str, Provenance] | None = None,
    rule_version: str | None = None,
) -> ToolResult:
    """Score, range, category and reasons of one filled-in form.

    Answers are exact (int, Decimal or Fraction), yes/no, or `F`/`M`; absent and None are unknown.
    """
    return score_with(instrument(tool, rule_version), answers, provenance=provenance)


def asked(
    tool: Tool, answers: Answers, *, unsure: frozenset[str] | None = None
) -> tuple[Input, ...]:
    """The questions a form of this tool asks now, in its order; see `asked_with`."""
    return asked_with(instrument(tool), answers, unsure=unsure)


_SHARED = {
    **{(Tool.MNA_FULL, name): f"{Tool.MNA_SF}.{name}" for name in "ABCDE"},
    **{(Tool.SARCCALF, name): f"{Tool.SARCF}.{name}" for name in "sarc"},
    **{(Tool.EAT10, f"item_{number}"): f"{Tool.EAT10}.item" for number in range(1, 11)},
}
_PLAIN_NUMBERS = frozenset({"K_yes", "sarcf", *(f"subtest_{step}" for step in range(1, 5))})
_HINTS = {
    **{f"item_{number}": "item" for number in range(1, 11)},
    **{f"subtest_{step}": "subtest" for step in range(1, 5)},
    **dict.fromkeys(WATER_TEST_EXCLUSIONS, "against"),
}


def choice_code(tool: Tool, asked: Input, value: Points | str) -> str | None:
    """The code that words one answer of a question; None where the number says it all."""
    if asked.name in _PLAIN_NUMBERS:
        return None
    if asked.name in CORRECTIONS:
        return f"choice.body.{asked.name}.{value}"
    return f"choice.{_SHARED.get((tool, asked.name), f'{tool}.{asked.name}')}.{value}"


_SAYS_NUTRITION = frozenset({Purpose.MALNUTRITION, Purpose.DIAGNOSIS})


def outcome_code(tool: Tool, category: Category) -> str:
    """The code that words an outcome: `severe` is of muscle in one tool, of eating in another."""
    if instrument(tool).purpose in _SAYS_NUTRITION:
        return f"screening.category.{category}"
    return f"outcome.{tool}.{category}"


def hint_code(asked: Input) -> str:
    """The code of the help text of a question."""
    return f"screening.hint.{_HINTS.get(asked.name, asked.name)}"
