"""Temperature and time rules as data, and what a reading means: ok, warn or hold."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from menus import Zone


class Confidence(StrEnum):
    """How sure a figure is: read in a public source, or from knowledge of the text."""

    SEEN = "seen"
    KNOWN = "known"  # a food-safety officer confirms it before go-live


class Verdict(StrEnum):
    """What a reading means for the goods."""

    OK = "ok"
    WARN = "warn"
    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdRule:
    """One rule of the cold chain. `figures` hold tenths of a degree (`_dc`), minutes or days."""

    id: str
    figures: tuple[tuple[str, int], ...]
    source: str
    confidence: Confidence
    since: date | None  # of the act, notice or guide; None: undated

    def figure(self, name: str) -> int:
        """One figure of the rule; KeyError when the rule has none of that name."""
        return dict(self.figures)[name]


_KB_2014 = "KB 13 July 2014, annex IV"
_QUICK_FROZEN = "Directive 89/108/EEC, summary l21116"
_TABLES = "Cooking equivalents, thermometer.eu guide"

COLD_RULES: tuple[ColdRule, ...] = (
    ColdRule(
        id="L-01",
        figures=(("warn_above_dc", -180), ("hold_above_dc", -150)),
        source=_QUICK_FROZEN,
        confidence=Confidence.SEEN,
        since=date(1988, 12, 21),
    ),
    ColdRule(
        id="L-02",
        figures=(("keep_days", 366), ("keep_after_use_by_days", 183)),
        source="Regulation (EC) 37/2005; EN 12830",
        confidence=Confidence.SEEN,
        since=date(2005, 1, 12),
    ),
    ColdRule(
        id="L-03",
        figures=(("warn_above_dc", 40), ("hold_above_dc", 70)),
        source=f"{_KB_2014}; house target 4 degrees",
        confidence=Confidence.SEEN,
        since=date(2014, 7, 13),
    ),
    ColdRule(
        id="L-04",
        figures=(("hold_at_or_below_dc", 600),),
        source="FAVV notice of 13 March 2020",
        confidence=Confidence.SEEN,
        since=date(2020, 3, 13),
    ),
    ColdRule(
        id="L-04-house",
        figures=(("discard_after_min", 120),),
        source="House rule: food at or below 60 degrees is never reheated",
        confidence=Confidence.KNOWN,
        since=None,
    ),
    ColdRule(
        id="L-05",
        figures=(("from_dc", 600), ("to_dc", 100), ("within_min", 120)),
        source="Sector guide G-025 (2015); same figure in French and Dutch practice",
        confidence=Confidence.KNOWN,
        since=date(2015, 10, 15),
    ),
    ColdRule(
        id="L-06",
        figures=(("stable_at_dc", -180),),
        source=_QUICK_FROZEN,
        confidence=Confidence.SEEN,
        since=date(1988, 12, 21),
    ),
    ColdRule(
        id="L-07",
        figures=(("from_dc", 70), ("to_dc", 600), ("within_min", 60)),
        source="Dutch and French practice guides; Belgian figure to be confirmed",
        confidence=Confidence.SEEN,
        since=None,
    ),
    ColdRule(
        id="L-08",
        figures=(("60", 2700), ("65", 600), ("70", 120), ("75", 30), ("80", 6)),
        source=_TABLES,
        confidence=Confidence.SEEN,
        since=None,
    ),
)
"""L-01 frozen, L-02 keeping of records, L-03 chilled, L-04 hot, L-05 cooling, L-06 quick freezing,
L-07 reheating, L-08 seconds at a core temperature in degrees Celsius that kill alike."""

_RULES = {rule.id: rule for rule in COLD_RULES}
_COLD_ZONES = {Zone.FROZEN: "L-01", Zone.CHILLED: "L-03"}


def judge_store(zone: Zone, reading_dc: int) -> Verdict:
    """What a reading in tenths of a degree means in store or transport (rules L-01 and L-03).

    Nothing is asked of the ambient zone.
    """
    if zone not in _COLD_ZONES:
        return Verdict.OK
    rule = _RULES[_COLD_ZONES[zone]]
    if reading_dc > rule.figure("hold_above_dc"):
        return Verdict.HOLD
    return Verdict.WARN if reading_dc > rule.figure("warn_above_dc") else Verdict.OK


def judge_hot(reading_dc: int) -> Verdict:
    """What a core reading in tenths of a degree means for food kept hot (rule L-04)."""
    hot = reading_dc > _RULES["L-04"].figure("hold_at_or_below_dc")
    return Verdict.OK if hot else Verdict.HOLD


def keep_records_until(use_by: date, recorded: date) -> date:
    """Last day on which temperature records of a lot are kept (rule L-02): the later of both."""
    rule = _RULES["L-02"]
    return max(
        recorded + timedelta(days=rule.figure("keep_days")),
        use_by + timedelta(days=rule.figure("keep_after_use_by_days")),
    )


def judge_cooling(minutes: int) -> Verdict:
    """What the minutes from 60 to 10 degrees at the core mean (rule L-05)."""
    return Verdict.OK if minutes <= _RULES["L-05"].figure("within_min") else Verdict.HOLD


def judge_reheating(minutes: int) -> Verdict:
    """What the minutes from cold to 60 degrees at the core mean (rule L-07)."""
    return Verdict.OK if minutes <= _RULES["L-07"].figure("within_min") else Verdict.HOLD


def is_lethal(core_dc: int, seconds: int) -> bool:
    """Whether a core temperature in tenths of a degree was held long enough (rule L-08).

    Between two rows of the table the colder row's time is asked; below 60 degrees nothing counts.
    """
    asked = [least for degrees, least in _RULES["L-08"].figures if int(degrees) * 10 <= core_dc]
    return bool(asked) and seconds >= asked[-1]
