"""No code leaves the house that nobody read at its publisher."""

import pytest

from screening import (
    BMI_CODING,
    LOCAL,
    TABLES,
    Category,
    Coding,
    MeasureKind,
    Provenance,
    Status,
    Tool,
    ToolResult,
    coding,
    instrument,
    measure_coding,
)

# Typed from section 4 of the clinical specification: only what carries [V] there.
VERIFIED = {
    "https://www.ehealth.fgov.be/standards/fhir/core-clinical/CodeSystem/be-cs-score": {
        *("NRS2002", "MNA-simplified", "MNA-complete", "SNAQ", "EAT-10"),
    },
    "http://snomed.info/sct": {
        *("444297006", "60621009", "1153637007", "238131007", "414916001", "414915002"),
    },
    "http://loinc.org": {"29463-7", "3141-9", "8302-2", "3137-7", "8306-3", "39156-5", "54863-6"},
    "http://hl7.org/fhir/sid/icd-10-cm": {"E43", "E44.0"},
}


def result(tool: Tool, category: Category | None, status: Status) -> ToolResult:
    table = instrument(tool)
    return ToolResult(
        instrument=tool,
        rule_version=table.rule_version,
        source=table.source,
        status=status,
        category=category,
    )


def every_coding() -> list[Coding]:
    results = [
        result(tool, category, status)
        for tool in TABLES
        for category in (*instrument(tool).categories, None)
        for status in Status
    ]
    found = [one for each in results for one in coding(each)]
    for kind in MeasureKind:
        for how in Provenance:
            found += measure_coding(kind, how).codings
    return [*found, *BMI_CODING.codings]


def test_every_code_of_another_system_was_read_at_its_publisher() -> None:
    for one in every_coding():
        assert one.system == LOCAL or one.code in VERIFIED[one.system], one


def test_every_result_has_a_code_of_our_own() -> None:
    for tool in TABLES:
        codes = coding(result(tool, instrument(tool).categories[0], Status.COMPLETE))
        assert codes[0] == Coding(system=LOCAL, code=tool.value)
        assert Coding(system=LOCAL, code=f"{tool}.{instrument(tool).categories[0]}") in codes


@pytest.mark.parametrize(
    ("tool", "code"),
    [
        (Tool.MUST, "444297006"),
        (Tool.NRS2002, "NRS2002"),
        (Tool.MNA_SF, "MNA-simplified"),
        (Tool.MNA_FULL, "MNA-complete"),
        (Tool.SNAQ, "SNAQ"),
        (Tool.EAT10, "EAT-10"),
    ],
)
def test_a_score_has_its_belgian_code(tool: Tool, code: str) -> None:
    assert code in {one.code for one in coding(result(tool, None, Status.PARTIAL))}


def test_the_instruments_without_a_belgian_code_get_none() -> None:
    for tool in (Tool.SNAQ65, Tool.SNAQRC, Tool.SARCF, Tool.SARCCALF, Tool.GUSS, Tool.WATER90):
        codes = coding(result(tool, None, Status.PARTIAL))
        assert codes == (Coding(system=LOCAL, code=tool.value),)


@pytest.mark.parametrize(
    ("category", "code"), [(Category.SEVERE, "E43"), (Category.MODERATE, "E44.0")]
)
def test_a_stage_of_glim_only_suggests_a_code(category: Category, code: str) -> None:
    found = coding(result(Tool.GLIM, category, Status.COMPLETE))
    assert [(one.code, one.suggested) for one in found if one.system.endswith("icd-10-cm")] == [
        (code, True)
    ]
    snaq = coding(result(Tool.SNAQ, category, Status.COMPLETE))
    assert not [one for one in snaq if one.suggested]


def test_a_large_body_is_coded_as_a_finding() -> None:
    for category, code in (
        (Category.PRE_OBESITY, "238131007"),
        (Category.OBESITY_I, "414915002"),
        (Category.OBESITY_III, "414915002"),
    ):
        found = coding(result(Tool.BMI_CLASS, category, Status.COMPLETE))
        assert found[-1] == Coding(system="http://snomed.info/sct", code=code, suggested=True)
    assert len(coding(result(Tool.BMI_CLASS, Category.NORMAL, Status.COMPLETE))) == 2


def test_nothing_is_coded_of_what_was_not_scored() -> None:
    for status in (Status.INVALID, Status.NOT_VALID, Status.SCREEN_FIRST):
        assert coding(result(Tool.GLIM, Category.SEVERE, status)) == ()
    open_one = coding(result(Tool.GLIM, None, Status.PARTIAL))
    assert open_one == (Coding(system=LOCAL, code="GLIM"),)


def test_a_measurement_carries_its_unit_and_says_whether_it_was_measured() -> None:
    measured = measure_coding(MeasureKind.WEIGHT_KG, Provenance.MEASURED)
    reported = measure_coding(MeasureKind.WEIGHT_KG, Provenance.REPORTED)
    assert (measured.unit, [one.code for one in measured.codings]) == (
        "kg",
        ["weight_kg", "3141-9", "29463-7"],
    )
    assert [one.code for one in reported.codings] == ["weight_kg", "29463-7"]
    height = measure_coding(MeasureKind.HEIGHT_CM, Provenance.ESTIMATED)
    assert (height.unit, [one.code for one in height.codings]) == (
        "cm",
        ["height_cm", "8302-2", "1153637007"],
    )
    calf = measure_coding(MeasureKind.CALF_CM, Provenance.MEASURED)
    assert (calf.unit, calf.codings) == ("cm", (Coding(system=LOCAL, code="cc_cm"),))
    assert BMI_CODING.unit == "kg/m2"
