"""Muscle mass by the ways a practice has: calf, body composition, or a trained hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from screening.instruments.instrument import Answers, Category, Combine, Evidence, Item, Line
from screening.instruments.quantities import Known
from screening.instruments.reading import item_points
from screening.instruments.table_words import at_least, below, item, otherwise


class MuscleMethod(StrEnum):
    """How muscle was judged (clinical specification 3.2); kept with each result."""

    CALF = "calf"
    CALF_OTHER = "calf_other"
    FFMI = "ffmi"
    ASMI = "asmi"
    EXAMINATION = "examination"


@dataclass(frozen=True, slots=True, kw_only=True)
class MuscleMass:
    """What one method says; no level is unknown, with what to ask."""

    method: MuscleMethod
    level: Category | None
    reason: str
    evidence: Evidence
    missing: tuple[str, ...]


def _low(code: str, quantity: str, *, man: tuple[str, ...], woman: tuple[str, ...]) -> Item:
    """Low under the first limit, severe under the second if there is one, by sex."""

    def line(gate: str, sex: str, limits: tuple[str, ...]) -> Line:
        told = zip(reversed(limits), range(len(limits), 0, -1), strict=True)
        cuts = tuple(
            below(limit, grade, reason=f"{code}.{sex}_below_{limit.replace('.', '_')}")
            for limit, grade in told
        )
        return Line(
            quantity=quantity, gate=gate, cuts=(*cuts, otherwise(0, reason=f"{code}.enough"))
        )

    return Item(
        code=code,
        combine=Combine.ONE_OF,
        lines=(line("is_man", "man", man), line("is_woman", "woman", woman)),
    )


CALF = _low("cc_muscle.calf", "calf_cm", man=("34", "32"), woman=("33", "31"))
"""Gonzalez et al., 2021, NHANES reference: below 34 and 32 cm for men, 33 and 31 for women."""

METHODS: Mapping[MuscleMethod, Item] = {
    MuscleMethod.CALF: CALF,
    MuscleMethod.CALF_OTHER: _low("muscle.calf_other", "calf_cm", man=("33",), woman=("32",)),
    MuscleMethod.FFMI: _low("muscle.ffmi", "ffmi", man=("17",), woman=("15",)),
    MuscleMethod.ASMI: _low("muscle.asmi", "asmi", man=("7.0",), woman=("5.5",)),
    MuscleMethod.EXAMINATION: item(
        "muscle.examination",
        "muscle.examined",
        at_least("2", 2, reason="muscle.examination.severe"),
        at_least("1", 1, reason="muscle.examination.mild_moderate"),
        otherwise(0, reason="muscle.examination.normal"),
    ),
}
"""The calf of other GLIM studies, ESPEN 2015 (kg/m2 fat-free), EWGSOP2 (kg/m2 of the limbs)."""

_EVIDENCE = {
    MuscleMethod.CALF: Evidence.UNVERIFIED,  # the limits are read, the correction for BMI is not
    MuscleMethod.CALF_OTHER: Evidence.SECONDARY,
    MuscleMethod.FFMI: Evidence.SOURCE,
    MuscleMethod.ASMI: Evidence.UNVERIFIED,
    MuscleMethod.EXAMINATION: Evidence.SOURCE,
}
_LEVELS = (Category.NORMAL, Category.MILD_MODERATE, Category.SEVERE)


def muscle_mass(method: MuscleMethod, answers: Answers) -> MuscleMass:
    """The level by one method; only the calf and a trained hand can say `severe`.

    Answers: `sex`, `cc_cm` with `weight_kg` and `height_cm` or `bmi`, `leg_oedema`, `ffmi` and
    `asmi` in kg/m2, `muscle_examined` as normal, mild_moderate or severe.
    """
    known: Known = {name: value for name, value in answers.items() if value is not None}
    read = item_points(METHODS[method], known)
    return MuscleMass(
        method=method,
        level=None if read.points is None else _LEVELS[int(read.points)],
        reason=read.reason,
        evidence=_EVIDENCE[method],
        missing=read.missing,
    )


def muscle_for_glim(answers: Answers) -> MuscleMass | None:
    """The gravest of what the methods say, the default method first; None when none can say."""
    usual = [one for one in MuscleMethod if one is not MuscleMethod.CALF_OTHER]
    found = [one for one in (muscle_mass(way, answers) for way in usual) if one.level is not None]
    return max(found, key=lambda one: _LEVELS.index(one.level), default=None)
