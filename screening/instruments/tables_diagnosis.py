"""Diagnosis of malnutrition: GLIM, and the older definitions of ESPEN and NICE."""

from dataclasses import replace

from screening.instruments.instrument import (
    Bound,
    Category,
    Combine,
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
from screening.instruments.muscle import METHODS, MuscleMethod
from screening.instruments.quantities import NORMAL_TO_SEVERE
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
    below,
    follow,
    item,
    only_if,
    otherwise,
    yes,
)

_CAUSE, _MUSCLE = "section.glim.cause", "section.glim.muscle"


def _loss(name: str, window: str, *, moderate: str, severe: str) -> Line:
    return Line(
        quantity=name,
        cuts=(
            above(severe, 2, reason=f"glim.loss.{window}_above_{severe}"),
            above(moderate, 1, reason=f"glim.loss.{window}_above_{moderate}"),
            otherwise(0, reason="glim.loss.none"),
        ),
        if_planned=0,
    )


def _low_bmi(gate: str, limit: str, *, severe: str) -> Line:
    told = (severe.replace(".", "_"), limit)
    return Line(
        quantity="bmi",
        gate=gate,
        cuts=(
            below(severe, 2, reason=f"glim.bmi.below_{told[0]}"),
            below(limit, 1, reason=f"glim.bmi.below_{told[1]}"),
            otherwise(0, reason="glim.bmi.enough"),
        ),
    )


def _low_bmi_asia(gate: str, limit: str) -> Line:
    """Low is moderate there: no severe limit was agreed, other criteria or a clinician grade it."""
    told = limit.replace(".", "_")
    return Line(
        quantity="bmi",
        gate=gate,
        cuts=(
            below(limit, 1, reason=f"glim.bmi.asia_below_{told}"),
            otherwise(0, reason="glim.bmi.enough"),
        ),
    )


def _eats_less(gate: str, days: str, reason: str) -> Line:
    return Line(
        quantity="intake_days",
        gate=gate,
        cuts=(above(days, 1, reason=reason), otherwise(0, reason="glim.intake.enough")),
    )


_SIGNS = ("glim.loss", "glim.bmi", "glim.muscle")
_CAUSES = ("glim.intake", "glim.inflammation")
_CAUSED = Need(items=_CAUSES)

# GLIM consensus, 2019: a sign and a cause, after a positive screening; the gravest sign is the
# stage. Age 70 is read as the older column. Where the region is not told the higher limits of BMI
# hold, so that more people are found.
GLIM = Instrument(
    tool=Tool.GLIM,
    rule_version="1",
    source="source.glim",
    purpose=Purpose.DIAGNOSIS,
    least_age=18,
    requires="screen_positive",
    inputs=(
        ask("screen_positive", FLAG, section="section.glim.screen"),
        *asks(LOSS, loss_le6m_pct=NUMBER, loss_gt6m_pct=NUMBER, loss_planned=FLAG),
        *BODY_SIZE,
        ask("region", WORD, section=BODY, words=("other", "asia")),
        ask("muscle", WORD, section=_MUSCLE, words=NORMAL_TO_SEVERE),
        ask(
            "muscle_method",
            WORD,
            section=_MUSCLE,
            words=tuple(way.value for way in MuscleMethod),
        ),
        ask("intake_pct", AMOUNT, section=EATING),
        ask("intake_days", AMOUNT, only_if(Bound.BELOW, "100", "intake_pct"), section=EATING),
        *asks(_CAUSE, gi_condition=FLAG, inflammation=FLAG),
        ask("disease", WORD, section=_CAUSE, words=("none", "chronic", "acute")),
    ),
    items=(
        Item(
            code="glim.loss",
            lines=(
                _loss("loss_le6m_pct", "6m", moderate="5", severe="10"),
                _loss("loss_gt6m_pct", "longer", moderate="10", severe="20"),
            ),
        ),
        Item(
            code="glim.bmi",
            combine=Combine.ONE_OF,
            lines=(
                _low_bmi("elsewhere+below_70", "20", severe="18.5"),
                _low_bmi("elsewhere+from_70", "22", severe="20"),
                _low_bmi_asia("in_asia+below_70", "18.5"),
                _low_bmi_asia("in_asia+from_70", "20"),
            ),
        ),
        item(
            "glim.muscle",
            "glim.muscle",
            at_least("2", 2, reason="glim.muscle.severe"),
            at_least("1", 1, reason="glim.muscle.mild_moderate"),
            otherwise(0, reason="glim.muscle.normal"),
        ),
        Item(
            code="glim.intake",
            lines=(
                _eats_less("intake_at_most_50", "7", "glim.intake.half_above_7_days"),
                _eats_less("intake_below_100", "14", "glim.intake.less_above_14_days"),
                Line(
                    quantity="gi_condition",
                    cuts=(
                        at_least("1", 1, reason="glim.intake.gi_condition"),
                        otherwise(0, reason="glim.intake.enough"),
                    ),
                ),
            ),
        ),
        yes("glim.inflammation", "inflammation", points=1),
        Item(
            code="glim.region",
            counts=False,
            evidence=Evidence.CONVENTION,
            lines=(
                Line(
                    quantity="glim.region",
                    cuts=(
                        at_least("2", 0, reason="glim.region.asia"),
                        at_least("1", 0, reason="glim.region.other"),
                        otherwise(0, reason="glim.region.not_told"),
                    ),
                ),
            ),
        ),
    ),
    flags={
        "glim.muscle": "muscle_not_assessed",
        "glim.region.not_told": "glim.region_assumed",
        "glim.bmi.asia_below_18_5": "glim.clinician_grades",
        "glim.bmi.asia_below_20": "glim.clinician_grades",
    },
    steps=(Need(items=_SIGNS), _CAUSED),
    outcomes=(
        Outcome(
            category=Category.SEVERE, any_of=((Need(items=_SIGNS, least=2, worst=True), _CAUSED),)
        ),
        Outcome(category=Category.MODERATE, any_of=((Need(items=_SIGNS), _CAUSED),)),
    ),
    otherwise=Category.NOT_MALNOURISHED,
    open=Open.NOT_MET,
    follow_up=(
        follow(Category.NOT_MALNOURISHED, "action.screen_again", due=(7, 92, 92)),
        *(
            follow(
                category,
                "action.check_refeeding",
                "action.draw_up_prescription",
                "action.inform_physician",
                due=(31, 92, 92),
            )
            for category in (Category.MODERATE, Category.SEVERE)
        ),
    ),
)

_MALNOURISHED = (
    follow(Category.NOT_MALNOURISHED, "action.screen_again", due=(7, 92, 92)),
    follow(
        Category.MALNOURISHED,
        "action.check_refeeding",
        "action.diagnose_with_glim",
        due=(7, 31, 31),
    ),
)


def _low_for_age(gate: str, limit: str) -> Line:
    return Line(
        quantity="bmi",
        gate=gate,
        cuts=(
            below(limit, 1, reason=f"espen2015.bmi.below_{limit}"),
            otherwise(0, reason="espen2015.bmi.enough"),
        ),
    )


# ESPEN consensus, 2015: a BMI below 18.5 alone, or a loss nobody planned with a low BMI for the age
# or little fat-free mass. Age 70 uses 22.
ESPEN2015 = Instrument(
    tool=Tool.ESPEN2015,
    rule_version="1",
    source="source.espen2015",
    purpose=Purpose.DIAGNOSIS,
    least_age=18,
    inputs=(
        *BODY_SIZE,
        *asks(LOSS, loss_3m_pct=NUMBER, loss_any_pct=NUMBER, loss_planned=FLAG),
        ask("ffmi", AMOUNT, section=_MUSCLE),
    ),
    items=(
        item(
            "espen2015.thin",
            "bmi",
            below("18.5", 1, reason="espen2015.thin.below_18_5"),
            otherwise(0, reason="espen2015.thin.from_18_5"),
        ),
        Item(
            code="espen2015.loss",
            lines=tuple(
                Line(
                    quantity=name,
                    cuts=(
                        above(limit, 1, reason=f"espen2015.loss.{window}_above_{limit}"),
                        otherwise(0, reason="espen2015.loss.none"),
                    ),
                    if_planned=0,
                )
                for name, window, limit in (
                    ("loss_any_pct", "any", "10"),
                    ("loss_3m_pct", "3m", "5"),
                )
            ),
        ),
        Item(
            code="espen2015.bmi",
            combine=Combine.ONE_OF,
            lines=(_low_for_age("below_70", "20"), _low_for_age("from_70", "22")),
        ),
        replace(METHODS[MuscleMethod.FFMI], code="espen2015.ffmi"),
    ),
    outcomes=(
        Outcome(
            category=Category.MALNOURISHED,
            any_of=(
                (Need(items=("espen2015.thin",)),),
                (
                    Need(items=("espen2015.loss",)),
                    Need(items=("espen2015.bmi", "espen2015.ffmi")),
                ),
            ),
        ),
    ),
    otherwise=Category.NOT_MALNOURISHED,
    open=Open.NOT_MET,
    follow_up=_MALNOURISHED,
)

# NICE CG32, 2006: what the guideline calls malnourished; limits strict.
NICE_MALN = Instrument(
    tool=Tool.NICE_MALN,
    rule_version="1",
    source="source.nice_maln",
    purpose=Purpose.DIAGNOSIS,
    least_age=18,
    inputs=(
        *BODY_SIZE,
        *asks(LOSS, loss_pct_3_6m=NUMBER, loss_planned=FLAG),
    ),
    items=(
        item(
            "nice_maln.bmi",
            "bmi",
            below("18.5", 2, reason="nice_maln.bmi.below_18_5"),
            below("20", 1, reason="nice_maln.bmi.below_20"),
            otherwise(0, reason="nice_maln.bmi.from_20"),
        ),
        item(
            "nice_maln.loss",
            "loss_pct_3_6m",
            above("10", 2, reason="nice_maln.loss.above_10"),
            above("5", 1, reason="nice_maln.loss.above_5"),
            otherwise(0, reason="nice_maln.loss.at_most_5"),
            if_planned=0,
        ),
    ),
    outcomes=(
        Outcome(
            category=Category.MALNOURISHED,
            any_of=(
                (Need(items=("nice_maln.bmi",), least=2),),
                (Need(items=("nice_maln.loss",), least=2),),
                (Need(items=("nice_maln.bmi",)), Need(items=("nice_maln.loss",))),
            ),
        ),
    ),
    otherwise=Category.NOT_MALNOURISHED,
    open=Open.NOT_MET,
    follow_up=_MALNOURISHED,
)
