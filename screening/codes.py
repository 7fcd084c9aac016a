"""Every code the room can return, so that a catalogue can be checked for a sentence for each."""

from collections.abc import Iterator

from screening.following.delivery import DeliveryReason
from screening.following.escalation import Informed, Rung
from screening.following.intake import GLIM_INTAKE, IntakeReason
from screening.following.signs import WarningCode, WarningLevel
from screening.following.weight import ReviewReason, Verdict
from screening.instruments.findings import FINDING_CODES
from screening.instruments.instrument import (
    Evidence,
    Input,
    Instrument,
    Item,
    Line,
    Purpose,
    Setting,
    Status,
)
from screening.instruments.muscle import METHODS
from screening.instruments.refeeding import RefeedingLevel
from screening.instruments.rescreening import CareEvent
from screening.instruments.routing import OfferReason
from screening.instruments.tools import TABLES, choice_code, hint_code, outcome_code
from screening.measuring.measures import Provenance
from screening.measuring.plausibility import GATES, QUESTION_CODES
from screening.measuring.substitutes import CORRECTION_CODES


def _line_codes(line: Line) -> Iterator[str]:
    for cut in line.cuts:
        yield cut.reason


def _item_codes(item: Item) -> Iterator[str]:
    yield item.code
    for line in item.lines:
        yield from _line_codes(line)


def _table_codes(table: Instrument) -> Iterator[str]:
    yield f"tool.{table.tool}"
    yield table.source
    for item in table.items:
        yield from _item_codes(item)
    yield from (outcome_code(table.tool, one) for one in table.categories)
    if table.possible is not None:
        yield outcome_code(table.tool, table.possible)
    for line in table.prescreen:
        yield from _line_codes(line)
    for row in table.follow_up:
        yield from row.actions
    yield from table.flags.values()
    for asked in table.inputs:
        yield from _input_codes(table, asked)
    if table.substitute is not None:
        yield from (f"bmi_likely.{word}" for word in table.substitute.words)


def _input_codes(table: Instrument, asked: Input) -> Iterator[str]:
    """Name, help, heading and answers of one question."""
    yield f"screening.field.{asked.name}"
    if not asked.section:
        return
    yield hint_code(asked)
    yield asked.section
    codes = (choice_code(table.tool, asked, one) for one in (*asked.allowed, *asked.words))
    yield from (code for code in codes if code is not None)


def _all() -> Iterator[str]:
    for way in METHODS.values():
        yield from (cut.reason for line in way.lines for cut in line.cuts)
    for versions in TABLES.values():
        for table in versions:
            yield from _table_codes(table)
    yield from ("action.ask", "action.correct", "action.other_tool", "action.judge")
    yield from ("action.screen_first", "screening.follow_up", "unfinished")
    yield from ("height.knee", "height.demispan")
    yield from ("answer.unknown", "answer.open", "value.bmi", "value.loss_pct")
    yield from ("age.below_18", "bmi.obesity")
    yield from (f"implausible:{field}" for field in GATES)
    for prefix, words in (
        ("screening.status", Status),
        ("screening.setting", Setting),
        ("purpose", Purpose),
        ("evidence", Evidence),
        ("screening.provenance", Provenance),
        ("trend", Verdict),
        ("warning.level", WarningLevel),
        ("warning.rung", Rung),
        ("warning.inform", Informed),
        ("refeeding.level", RefeedingLevel),
    ):
        yield from (f"{prefix}.{word}" for word in words)
    yield from (*QUESTION_CODES, *CORRECTION_CODES, *FINDING_CODES)
    yield from (*ReviewReason, *WarningCode, *OfferReason)
    yield from (*IntakeReason, *DeliveryReason, *CareEvent, *_WATCHED)


_WATCHED = (
    *("weighing.never", "weighing.late", f"intake.{GLIM_INTAKE}"),
    *("delivery.same_dish_twice", "stock.above_expected_twice"),
    *("case.red_twice", "case.high_risk_untreated"),
)
"""Reasons of warnings that no rule of its own module names."""

CODES: tuple[str, ...] = tuple(dict.fromkeys(str(code) for code in _all()))
"""All codes, each once; those of a prescription stand in `PRESCRIPTION_CODES`."""
