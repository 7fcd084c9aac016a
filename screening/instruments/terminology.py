"""Codes for results and measurements that leave the house: verified ones, or our own."""

from collections.abc import Mapping
from dataclasses import dataclass

from screening.instruments.instrument import Category, Status, Tool, ToolResult
from screening.measuring.measures import MeasureKind, Provenance

LOCAL = "urn:npcc:screening"
"""Our own code system: whatever has no code that somebody read at its publisher."""

BELGIAN_SCORE = (
    "https://www.ehealth.fgov.be/standards/fhir/core-clinical/CodeSystem/be-cs-score"  # federal
)
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
UCUM = "http://unitsofmeasure.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """One code of one system; a suggested one is for a coder or a clinician to decide on."""

    system: str
    code: str
    suggested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureCoding:
    """What a measurement is called elsewhere, and its unit in UCUM."""

    codings: tuple[Coding, ...]
    unit: str


# Federal code system for scores (hl7-be), and the MUST of its required value set. SNAQ-65+,
# SNAQ-RC, SARC-F, GUSS and GLIM have none there. The other SNOMED code for MUST and the SNAQ codes
# of the Netherlands belong to other data sets and are never sent.
_SCORES: Mapping[Tool, Coding] = {
    Tool.NRS2002: Coding(system=BELGIAN_SCORE, code="NRS2002"),
    Tool.MNA_SF: Coding(system=BELGIAN_SCORE, code="MNA-simplified"),
    Tool.MNA_FULL: Coding(system=BELGIAN_SCORE, code="MNA-complete"),
    Tool.SNAQ: Coding(system=BELGIAN_SCORE, code="SNAQ"),
    Tool.EAT10: Coding(system=BELGIAN_SCORE, code="EAT-10"),
    Tool.MUST: Coding(system=SNOMED, code="444297006"),
}

_OBESE = Coding(system=SNOMED, code="414915002", suggested=True)
_FINDINGS: Mapping[tuple[Tool, Category], Coding] = {
    (Tool.GLIM, Category.SEVERE): Coding(system=ICD10, code="E43", suggested=True),
    (Tool.GLIM, Category.MODERATE): Coding(system=ICD10, code="E44.0", suggested=True),
    (Tool.BMI_CLASS, Category.PRE_OBESITY): Coding(system=SNOMED, code="238131007", suggested=True),
    **dict.fromkeys(
        (
            (Tool.BMI_CLASS, Category.OBESITY_I),
            (Tool.BMI_CLASS, Category.OBESITY_II),
            (Tool.BMI_CLASS, Category.OBESITY_III),
        ),
        _OBESE,
    ),
}
_SAYS_NOTHING = frozenset({Status.INVALID, Status.NOT_VALID, Status.SCREEN_FIRST})


def coding(result: ToolResult) -> tuple[Coding, ...]:
    """The codes of a result: what was scored, what came out, and what a coder may make of it.

    Only a certain outcome has a code; nothing at all is said of a form that was not scored.
    """
    if result.status in _SAYS_NOTHING:
        return ()
    tool = result.instrument
    codes = [Coding(system=LOCAL, code=tool.value)]
    if tool in _SCORES:
        codes.append(_SCORES[tool])
    if result.category is not None:
        codes.append(Coding(system=LOCAL, code=f"{tool}.{result.category}"))
        if (tool, result.category) in _FINDINGS and result.status is Status.COMPLETE:
            codes.append(_FINDINGS[tool, result.category])
    return tuple(codes)


# LOINC and SNOMED as section 4 of the clinical specification read them. The waist of LOINC is at
# the umbilicus, ours midway; arm, calf, ulna and knee have no code that was read anywhere.
_GENERAL: Mapping[MeasureKind, tuple[str, ...]] = {
    MeasureKind.WEIGHT_KG: ("29463-7",),
    MeasureKind.HEIGHT_CM: ("8302-2",),
}
_MEASURED: Mapping[MeasureKind, tuple[str, ...]] = {
    MeasureKind.WEIGHT_KG: ("3141-9",),
    MeasureKind.HEIGHT_CM: ("3137-7",),
}
_HEIGHT_SNOMED = Coding(system=SNOMED, code="1153637007")


def measure_coding(kind: MeasureKind, how: Provenance) -> MeasureCoding:
    """The codes of a measurement; the stricter LOINC code only for what was measured here."""
    loinc = _GENERAL.get(kind, ())
    if how is Provenance.MEASURED:
        loinc = (*_MEASURED.get(kind, ()), *loinc)
    codes = tuple(Coding(system=LOINC, code=code) for code in loinc)
    if kind is MeasureKind.HEIGHT_CM:
        codes = (*codes, _HEIGHT_SNOMED)
    unit = "kg" if kind is MeasureKind.WEIGHT_KG else "cm"
    return MeasureCoding(codings=(Coding(system=LOCAL, code=kind.value), *codes), unit=unit)


BMI_CODING = MeasureCoding(
    codings=(
        Coding(system=LOCAL, code="bmi"),
        Coding(system=LOINC, code="39156-5"),
        Coding(system=SNOMED, code="60621009"),
    ),
    unit="kg/m2",
)
"""Body mass index, in kg/m2."""
