"""The instruments by name and version; `score` reads any of them the same way."""

from collections.abc import Mapping

from screening.instrument import Answers, Instrument, Tool, ToolResult
from screening.measures import Provenance
from screening.scoring import score_with
from screening.tables_adult import MUST, NRS2002
from screening.tables_older import EAT10, MNA_SF, SNAQ, SNAQ65, SNAQRC

TABLES: Mapping[Tool, tuple[Instrument, ...]] = {
    table.tool: (table,) for table in (MUST, NRS2002, MNA_SF, SNAQ, SNAQ65, SNAQRC, EAT10)
}
"""Every version of every instrument, newest last; old ones stay for replay."""


def instrument(tool: Tool, rule_version: str | None = None) -> Instrument:
    """The table of a tool, newest unless a version is named; `KeyError` for an unknown version."""
    versions = {table.rule_version: table for table in TABLES[tool]}
    return versions[rule_version] if rule_version else TABLES[tool][-1]


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
