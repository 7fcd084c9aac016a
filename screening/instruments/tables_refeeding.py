"""Instruments for refeeding: NICE CG32 and ASPEN 2020, before intake is raised."""

from screening.instruments.instrument import (
    Category,
    Combine,
    Cut,
    Evidence,
    Instrument,
    Item,
    Line,
    Need,
    Open,
    Outcome,
    Purpose,
    Tool,
)
from screening.instruments.quantities import ELECTROLYTES, NONE_TO_SEVERE
from screening.instruments.table_words import (
    AMOUNT,
    BODY,
    BODY_SIZE,
    EATING,
    FLAG,
    LOSS,
    NUMBER,
    WORD,
    above,
    ask,
    asks,
    at_least,
    at_most,
    below,
    follow,
    item,
    otherwise,
)

_BLOOD = "section.refeeding.blood"
_NICE = ("refeeding.bmi", "refeeding.loss", "refeeding.intake")
_NICE_ALL = (*_NICE, "refeeding.electrolytes", "refeeding.drugs")

# NICE CG32, 2006, updated 2017: all limits strict; one grave criterion or two light ones are high.
# What is unknown counts as not met, and the level is then "at least".
REFEED_NICE = Instrument(
    tool=Tool.REFEED_NICE,
    rule_version="1",
    source="source.refeed_nice",
    purpose=Purpose.REFEEDING,
    least_age=18,
    inputs=(
        *BODY_SIZE,
        *asks(LOSS, loss_pct_3_6m=NUMBER, loss_planned=FLAG),
        ask("days_little_or_no_intake", AMOUNT, section=EATING),
        *asks(_BLOOD, low_k_po4_mg=FLAG, alcohol_or_drugs=FLAG),
    ),
    items=(
        item(
            "refeeding.bmi",
            "bmi",
            below("14", 3, reason="refeeding.bmi_below_14"),
            below("16", 2, reason="refeeding.bmi_below_16"),
            below("18.5", 1, reason="refeeding.bmi_below_18_5"),
            otherwise(0, reason="refeeding.bmi_from_18_5"),
        ),
        item(
            "refeeding.loss",
            "loss_pct_3_6m",
            above("15", 2, reason="refeeding.loss_over_15"),
            above("10", 1, reason="refeeding.loss_over_10"),
            otherwise(0, reason="refeeding.loss_at_most_10"),
            if_planned=0,
        ),
        item(
            "refeeding.intake",
            "days_little_or_no_intake",
            above("15", 3, reason="refeeding.no_intake_over_15_days"),
            above("10", 2, reason="refeeding.no_intake_over_10_days"),
            above("5", 1, reason="refeeding.no_intake_over_5_days"),
            otherwise(0, reason="refeeding.no_intake_at_most_5_days"),
        ),
        item(
            "refeeding.electrolytes",
            "low_k_po4_mg",
            at_least("1", 2, reason="refeeding.low_electrolytes"),
            otherwise(0, reason="answer.no"),
        ),
        item(
            "refeeding.drugs",
            "alcohol_or_drugs",
            at_least("1", 1, reason="refeeding.alcohol_or_drugs"),
            otherwise(0, reason="answer.no"),
        ),
    ),
    outcomes=(
        Outcome(category=Category.EXTREME, any_of=((Need(items=_NICE, least=3, worst=True),),)),
        Outcome(category=Category.HIGH, any_of=((Need(items=_NICE_ALL, least=2),),)),
        Outcome(category=Category.SOME, any_of=((Need(items=("refeeding.intake",)),),)),
    ),
    otherwise=Category.NONE,
    open=Open.AT_LEAST,
    follow_up=(
        follow(Category.NONE, "action.check_refeeding_before_raising", due=(7, 31, 92)),
        follow(
            Category.SOME,
            "action.start_at_half",
            "action.monitor_electrolytes",
            due=(2, 2, 2),
        ),
        follow(
            Category.HIGH,
            "action.start_10_kcal_per_kg",
            "action.thiamine_first",
            "action.monitor_electrolytes",
            "action.inform_physician",
            due=(1, 1, 1),
        ),
        follow(
            Category.EXTREME,
            "action.hospital_heart_monitoring",
            "action.start_5_kcal_per_kg",
            "action.thiamine_first",
            "action.inform_physician",
            due=(1, 1, 1),
        ),
    ),
)


def _word_item(name: str, *, moderate: int, severe: int) -> Item:
    """A graded finding: from which grade on it is a moderate and a significant criterion."""
    return item(
        f"aspen.{name}",
        f"aspen.{name}",
        at_least(str(severe), 2, reason=f"aspen.{name}.significant"),
        at_least(str(moderate), 1, reason=f"aspen.{name}.moderate"),
        otherwise(0, reason=f"aspen.{name}.none"),
    )


def _worst(code: str, none: str, *rows: tuple[str, tuple[Cut, ...]], planned: bool) -> Item:
    """Several lines that are one criterion together."""
    return Item(
        code=code,
        lines=tuple(
            Line(
                quantity=name,
                cuts=(*cuts, otherwise(0, reason=none)),
                if_planned=0 if planned else None,
            )
            for name, cuts in rows
        ),
        combine=Combine.WORST,
    )


_ASPEN = (
    *("aspen.bmi", "aspen.loss", "aspen.intake", "aspen.electrolytes"),
    *("aspen.fat_loss", "aspen.muscle_loss", "aspen.comorbidity"),
)
_INTAKE_LINES = ("intake_lt75_acute_days", "intake_lt75_months")

# ASPEN consensus, 2020: two moderate criteria, or one significant. The three routes of low intake
# are one criterion. Exactly seven days without intake is in no band of the print: moderate.
REFEED_ASPEN = Instrument(
    tool=Tool.REFEED_ASPEN,
    rule_version="1",
    source="source.refeed_aspen",
    purpose=Purpose.REFEEDING,
    least_age=18,
    inputs=(
        *BODY_SIZE,
        *asks(
            LOSS,
            loss_1m_pct=NUMBER,
            loss_3m_pct=NUMBER,
            loss_6m_pct=NUMBER,
            loss_planned=FLAG,
        ),
        *(
            ask(name, AMOUNT, section=EATING)
            for name in (
                "days_negligible_intake",
                *_INTAKE_LINES,
                "intake_lt50_acute_days",
                "intake_lt50_months",
            )
        ),
        ask("electrolytes", WORD, section=_BLOOD, words=ELECTROLYTES),
        *(
            ask(name, WORD, section=BODY, words=NONE_TO_SEVERE)
            for name in ("fat_loss", "muscle_loss")
        ),
        ask("comorbidity", WORD, section=_BLOOD, words=NONE_TO_SEVERE),
    ),
    items=(
        item(
            "aspen.bmi",
            "bmi",
            below("16", 2, reason="aspen.bmi.below_16"),
            at_most("18.5", 1, reason="aspen.bmi.16_to_18_5"),
            otherwise(0, reason="aspen.bmi.above_18_5"),
        ),
        _worst(
            "aspen.loss",
            "aspen.loss.none",
            ("loss_6m_pct", (above("10", 2, reason="aspen.loss.6m_above_10"),)),
            ("loss_3m_pct", (at_least("7.5", 2, reason="aspen.loss.3m_from_7_5"),)),
            ("loss_1m_pct", (at_least("5", 1, reason="aspen.loss.1m_from_5"),)),
            planned=True,
        ),
        _worst(
            "aspen.intake",
            "aspen.intake.enough",
            (
                "days_negligible_intake",
                (
                    above("7", 2, reason="aspen.intake.nothing_above_7_days"),
                    at_least("5", 1, reason="aspen.intake.nothing_5_to_7_days"),
                ),
            ),
            (
                "intake_lt50_acute_days",
                (above("5", 2, reason="aspen.intake.half_above_5_days"),),
            ),
            ("intake_lt50_months", (above("1", 2, reason="aspen.intake.half_above_1_month"),)),
            (
                "intake_lt75_acute_days",
                (above("7", 1, reason="aspen.intake.three_quarters_above_7_days"),),
            ),
            (
                "intake_lt75_months",
                (above("1", 1, reason="aspen.intake.three_quarters_above_1_month"),),
            ),
            planned=False,
        ),
        _word_item("electrolytes", moderate=1, severe=2),
        _word_item("fat_loss", moderate=2, severe=3),
        _word_item("muscle_loss", moderate=1, severe=3),
        _word_item("comorbidity", moderate=2, severe=3),
    ),
    outcomes=(
        Outcome(
            category=Category.SIGNIFICANT, any_of=((Need(items=_ASPEN, least=2, worst=True),),)
        ),
        Outcome(category=Category.MODERATE, any_of=((Need(items=_ASPEN, least=2),),)),
    ),
    otherwise=Category.NONE,
    open=Open.AT_LEAST,
    follow_up=(
        follow(Category.NONE, "action.check_refeeding_before_raising", due=(7, 31, 92)),
        follow(
            Category.MODERATE,
            "action.raise_slowly",
            "action.monitor_electrolytes",
            "action.inform_physician",
            due=(1, 1, 1),
            evidence=Evidence.PRODUCT,
        ),
        follow(
            Category.SIGNIFICANT,
            "action.raise_slowly",
            "action.thiamine_first",
            "action.monitor_electrolytes",
            "action.inform_physician",
            due=(1, 1, 1),
        ),
    ),
)
