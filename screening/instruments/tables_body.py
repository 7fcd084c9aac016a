"""Instruments for the body: BMI classes, waist, calf, and too little muscle under too much fat."""

from screening.instruments.instrument import (
    Category,
    Combine,
    Evidence,
    Instrument,
    Item,
    Line,
    Need,
    Outcome,
    Purpose,
    Tool,
)
from screening.instruments.muscle import CALF
from screening.instruments.quantities import CALF_ADJUSTMENT_CM
from screening.instruments.table_words import (
    AMOUNT,
    BODY,
    BODY_SIZE,
    COUNT,
    FLAG,
    MEASURE,
    PERSON,
    above,
    ask,
    asks,
    at_least,
    below,
    follow,
    item,
    otherwise,
    points,
    yes,
)

_K = Evidence.UNVERIFIED
_THIN, _LARGE = "bmi_class.thin", "bmi_class.large"


def _class(code: str, least: int, category: Category) -> Outcome:
    return Outcome(category=category, any_of=((Need(items=(code,), least=least),),))


# WHO adult classes, half-open on the exact BMI: what is printed as 24.99 ends just below 25.
BMI_CLASS = Instrument(
    tool=Tool.BMI_CLASS,
    rule_version="1",
    source="source.bmi_class",
    purpose=Purpose.BODY,
    evidence=_K,
    least_age=18,
    inputs=BODY_SIZE,
    items=(
        item(
            _THIN,
            "bmi",
            below("16", 3, reason="bmi_class.below_16"),
            below("17", 2, reason="bmi_class.16_to_17"),
            below("18.5", 1, reason="bmi_class.17_to_18_5"),
            otherwise(0, reason="bmi_class.from_18_5"),
        ),
        item(
            _LARGE,
            "bmi",
            at_least("40", 4, reason="bmi_class.from_40"),
            at_least("35", 3, reason="bmi_class.35_to_40"),
            at_least("30", 2, reason="bmi_class.30_to_35"),
            at_least("25", 1, reason="bmi_class.25_to_30"),
            otherwise(0, reason="bmi_class.below_25"),
        ),
    ),
    outcomes=(
        _class(_THIN, 3, Category.THINNESS_SEVERE),
        _class(_LARGE, 4, Category.OBESITY_III),
        _class(_THIN, 2, Category.THINNESS_MODERATE),
        _class(_LARGE, 3, Category.OBESITY_II),
        _class(_THIN, 1, Category.THINNESS_MILD),
        _class(_LARGE, 2, Category.OBESITY_I),
        _class(_LARGE, 1, Category.PRE_OBESITY),
    ),
    otherwise=Category.NORMAL,
    follow_up=(
        follow(Category.NORMAL, "action.routine_care", due=(31, 92, 365)),
        *(
            follow(category, "action.screen_malnutrition", due=(7, 31, 92))
            for category in (
                Category.THINNESS_SEVERE,
                Category.THINNESS_MODERATE,
                Category.THINNESS_MILD,
            )
        ),
        follow(Category.PRE_OBESITY, "action.no_weight_loss_from_65", due=(92, 92, 365)),
        *(
            follow(category, "action.screen_muscle", due=(92, 92, 365))
            for category in (Category.OBESITY_I, Category.OBESITY_II, Category.OBESITY_III)
        ),
    ),
)


def _waist(gate: str, sex: str, *, increased: str, high: str) -> Line:
    return Line(
        quantity="waist_cm",
        gate=gate,
        cuts=(
            at_least(high, 2, reason=f"waist.{sex}_from_{high}"),
            at_least(increased, 1, reason=f"waist.{sex}_from_{increased}"),
            otherwise(0, reason=f"waist.{sex}_below_{increased}"),
        ),
    )


_WAIST = Item(
    code="waist.size",
    combine=Combine.ONE_OF,
    lines=(
        _waist("is_man", "man", increased="94", high="102"),
        _waist("is_woman", "woman", increased="80", high="88"),
    ),
)

# Europid limits, 94 and 102 cm for men, 80 and 88 cm for women; sources differ between "above" and
# "from", here "from" is read. Measured midway between the lowest rib and the hip bone.
WAIST = Instrument(
    tool=Tool.WAIST,
    rule_version="1",
    source="source.waist",
    purpose=Purpose.BODY,
    evidence=_K,
    inputs=(*PERSON, *asks(BODY, waist_cm=MEASURE)),
    least_age=18,
    items=(_WAIST,),
    outcomes=(
        _class("waist.size", 2, Category.HIGH),
        _class("waist.size", 1, Category.INCREASED),
    ),
    otherwise=Category.NORMAL,
    follow_up=(
        follow(Category.NORMAL, "action.routine_care", due=(92, 92, 365)),
        follow(Category.INCREASED, "action.follow_weight", due=(92, 92, 365)),
        follow(Category.HIGH, "action.screen_muscle", due=(92, 92, 365)),
    ),
)

# Calf by the NHANES reference after correction for a large body; without a BMI there is no answer,
# and a swollen leg has none either.
CC_MUSCLE = Instrument(
    tool=Tool.CC_MUSCLE,
    rule_version="1",
    source="source.cc_muscle",
    purpose=Purpose.MUSCLE,
    least_age=18,
    inputs=(*BODY_SIZE, *asks(BODY, cc_cm=MEASURE, leg_oedema=FLAG)),
    items=(
        CALF,
        Item(
            code="cc_muscle.adjustment",
            counts=False,
            evidence=_K,
            lines=(
                Line(
                    quantity="bmi",
                    cuts=(
                        *(
                            at_least(str(least), cm, reason=f"cc_muscle.minus_{cm}_cm")
                            for least, cm in CALF_ADJUSTMENT_CM
                        ),
                        otherwise(0, reason="cc_muscle.as_measured"),
                    ),
                ),
            ),
        ),
        Item(
            code="cc_muscle.oedema",
            counts=False,
            lines=(
                Line(
                    quantity="leg_oedema",
                    cuts=(
                        at_least("1", 1, reason="cc_muscle.oedema.yes"),
                        otherwise(0, reason="answer.no"),
                    ),
                ),
            ),
        ),
    ),
    flags={
        "cc_muscle.oedema.yes": "cc_muscle.not_usable",
        "cc_muscle.oedema": "cc_muscle.ask_oedema",
    },
    outcomes=(
        _class("cc_muscle.calf", 2, Category.SEVERE),
        _class("cc_muscle.calf", 1, Category.MILD_MODERATE),
    ),
    otherwise=Category.NORMAL,
    follow_up=(
        follow(Category.NORMAL, "action.routine_care", due=(92, 92, 365)),
        follow(Category.MILD_MODERATE, "action.diagnose_with_glim", due=(31, 92, 92)),
        follow(Category.SEVERE, "action.diagnose_with_glim", due=(31, 92, 92)),
    ),
)

_SCREEN, _FUNCTION = "section.sarc_obesity.screen", "section.sarc_obesity.function"
_COMPOSITION = "section.sarc_obesity.composition"


def _fat(gate: str, sex: str, limit: str, *, gap: str | None = None) -> Line:
    """Two points above the limit; one between the lower reference of the young and the limit."""
    cuts = [above(limit, 2, reason=f"sarc_obesity.fat.{sex}_above_{limit}")]
    if gap is not None:
        cuts.append(above(gap, 1, reason="sarc_obesity.fat.between_references"))
    return Line(
        quantity="fm_pct",
        gate=gate,
        cuts=(*cuts, otherwise(0, reason="sarc_obesity.fat.not_high")),
    )


def _by_sex(code: str, *lines: Line, counts: bool = True) -> Item:
    return Item(code=code, combine=Combine.ONE_OF, counts=counts, lines=lines)


def _under(name: str, code: str, *, man: str, woman: str) -> tuple[Line, ...]:
    limits = (("is_man", "man", man), ("is_woman", "woman", woman))
    return tuple(
        Line(
            quantity=name,
            gate=gate,
            cuts=(
                below(limit, 1, reason=f"{code}.{sex}_below_{limit.replace('.', '_')}"),
                otherwise(0, reason=f"{code}.enough"),
            ),
        )
        for gate, sex, limit in limits
    )


_LARGE_BODY = Need(items=("sarc_obesity.bmi", "sarc_obesity.waist"))
_SIGN = Need(items=("sarc_obesity.sarcf", "sarc_obesity.age", "sarc_obesity.flag"))
_SCREENED = (_LARGE_BODY, _SIGN)
_WEAK = (
    *_SCREENED,
    Need(items=("sarc_obesity.grip", "sarc_obesity.chair"), one_is_enough=True),
)
_THIN_MUSCLE = Need(items=("sarc_obesity.muscle",))
_WEAK_UNMEASURED = (
    *_WEAK,
    Need(items=("sarc_obesity.fat", "sarc_obesity.muscle"), still_open=True),
)
_CONFIRMED = (*_WEAK, _THIN_MUSCLE, Need(items=("sarc_obesity.fat",), least=2))

# ESPEN and EASO consensus, 2022: a large body and a sign of weakness, then altered function, then
# too much fat and too little muscle. The fat reference has a lower band under 40 years: between the
# two a clinician decides. One test of function is enough.
SARC_OBESITY = Instrument(
    tool=Tool.SARC_OBESITY,
    rule_version="1",
    source="source.sarc_obesity",
    purpose=Purpose.MUSCLE,
    evidence=Evidence.SECONDARY,
    least_age=18,
    inputs=(
        *BODY_SIZE,
        ask("waist_cm", MEASURE, section=BODY),
        points("sarcf", *range(11), section=_SCREEN),
        ask("clinical_suspicion", FLAG, section=_SCREEN),
        *asks(_FUNCTION, hgs_kg=AMOUNT, chair_stand_s=AMOUNT),
        *asks(_COMPOSITION, fm_pct=AMOUNT, alm_w_pct=AMOUNT, complications=COUNT),
    ),
    items=(
        item(
            "sarc_obesity.bmi",
            "bmi",
            at_least("30", 1, reason="sarc_obesity.bmi.from_30"),
            otherwise(0, reason="sarc_obesity.bmi.below_30"),
        ),
        Item(
            code="sarc_obesity.waist",
            combine=Combine.ONE_OF,
            evidence=Evidence.CONVENTION,
            lines=tuple(
                Line(
                    quantity="waist_cm",
                    gate=gate,
                    cuts=(
                        at_least(limit, 1, reason=f"sarc_obesity.waist.{sex}_from_{limit}"),
                        otherwise(0, reason="sarc_obesity.waist.below"),
                    ),
                )
                for gate, sex, limit in (("is_man", "man", "102"), ("is_woman", "woman", "88"))
            ),
        ),
        item(
            "sarc_obesity.sarcf",
            "sarcf",
            at_least("4", 1, reason="sarc_obesity.sarcf.from_4"),
            otherwise(0, reason="sarc_obesity.sarcf.below_4"),
        ),
        item(
            "sarc_obesity.age",
            "age",
            above("70", 1, reason="sarc_obesity.age.above_70"),
            otherwise(0, reason="sarc_obesity.age.at_most_70"),
        ),
        yes("sarc_obesity.flag", "sarc_obesity.suspicion", points=1),
        _by_sex("sarc_obesity.grip", *_under("hgs_kg", "sarc_obesity.grip", man="27", woman="16")),
        item(
            "sarc_obesity.chair",
            "chair_stand_s",
            at_least("17", 1, reason="sarc_obesity.chair.from_17"),
            otherwise(0, reason="sarc_obesity.chair.below_17"),
        ),
        Item(
            code="sarc_obesity.fat",
            combine=Combine.ONE_OF,
            evidence=_K,
            lines=(
                _fat("is_man+below_40", "man", "29", gap="26"),
                _fat("is_man+from_40+below_60", "man", "29"),
                _fat("is_man+from_60", "man", "31"),
                _fat("is_woman+below_40", "woman", "41", gap="39"),
                _fat("is_woman+from_40+below_60", "woman", "41"),
                _fat("is_woman+from_60", "woman", "43"),
            ),
        ),
        _by_sex(
            "sarc_obesity.muscle",
            *_under("alm_w_pct", "sarc_obesity.muscle", man="25.7", woman="19.4"),
        ),
        item(
            "sarc_obesity.complications",
            "complications",
            at_least("1", 1, reason="sarc_obesity.complications.some"),
            otherwise(0, reason="sarc_obesity.complications.none"),
        ),
    ),
    outcomes=(
        Outcome(
            category=Category.STAGE_II,
            any_of=((*_CONFIRMED, Need(items=("sarc_obesity.complications",))),),
        ),
        Outcome(category=Category.STAGE_I, any_of=(_CONFIRMED,)),
        Outcome(
            category=Category.NEEDS_CLINICIAN,
            any_of=((*_WEAK, _THIN_MUSCLE, Need(items=("sarc_obesity.fat",))),),
        ),
        Outcome(category=Category.SUSPECTED, any_of=(_SCREENED, _WEAK_UNMEASURED), while_open=True),
        Outcome(category=Category.NOT_CONFIRMED, any_of=(_WEAK,)),
        Outcome(category=Category.FUNCTION_PRESERVED, any_of=(_SCREENED,)),
    ),
    otherwise=Category.SCREEN_NEGATIVE,
    follow_up=(
        follow(Category.SCREEN_NEGATIVE, "action.routine_care", due=(92, 365, 365)),
        follow(Category.FUNCTION_PRESERVED, "action.exercise_and_protein", due=(92, 365, 365)),
        follow(Category.NOT_CONFIRMED, "action.exercise_and_protein", due=(92, 365, 365)),
        follow(
            Category.SUSPECTED,
            "action.measure_grip_and_chair_stand",
            "action.measure_body_composition",
            due=(31, 92, 92),
        ),
        follow(Category.NEEDS_CLINICIAN, "action.clinician_decides", due=(31, 92, 92)),
        *(
            follow(
                stage,
                "action.no_plain_energy_restriction",
                "action.exercise_and_protein",
                "action.clinician_approves",
                due=(92, 92, 183),
            )
            for stage in (Category.STAGE_I, Category.STAGE_II)
        ),
    ),
)
