"""The draft of an ADIME note: what the record says stands there, what it does not stays open."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.i18n import LANGUAGES, sentences
from screening import (
    Assessment,
    Category,
    Condition,
    EarlyWarning,
    Intake,
    NoteFacts,
    NotePart,
    Prescription,
    Range,
    RefeedingLevel,
    Setting,
    Sex,
    SignedTargets,
    Statement,
    Tool,
    WarningCode,
    WarningLevel,
    WeightPoint,
    assess,
    weight_trend,
    write_note,
)
from screening.reporting.adime import ADIME_CODES, PesProblem, pes_problem

TODAY = date(2026, 11, 27)


def screened(tool: Tool, **answers: Any) -> Assessment:
    intake = Intake(
        tool=tool,
        setting=Setting.COMMUNITY,
        answers=answers,
        born=date(1944, 3, 2),
        sex=Sex.FEMALE,
        on=TODAY,
    )
    return assess(intake)


MUST_HIGH = screened(
    Tool.MUST,
    weight_kg=Decimal(45),
    height_cm=Decimal(165),
    weight_before_kg=Decimal(52),
    acute=True,
)
MUST_LOW = screened(
    Tool.MUST,
    weight_kg=Decimal(65),
    height_cm=Decimal(165),
    weight_before_kg=Decimal(65),
    acute=False,
)
GLIM = {
    "screen_positive": True,
    "loss_le6m_pct": Decimal(12),
    "bmi": Decimal(21),
    "intake_pct": Decimal(40),
    "intake_days": Decimal(10),
}


def points(*kgs: str, every: int = 30) -> tuple[WeightPoint, ...]:
    first = TODAY - timedelta(days=every * (len(kgs) - 1))
    return tuple(
        WeightPoint(on=first + timedelta(days=every * at), weight_kg=Decimal(kg))
        for at, kg in enumerate(kgs)
    )


def targets(signed_on: date = TODAY - timedelta(days=40), **values: Any) -> SignedTargets:
    given = {
        "energy_kcal": Range(low=1500, high=1700),
        "protein_g": Range(low=60, high=80),
        "food_level": "5",
        "drink_level": "2",
    }
    return SignedTargets(content=Prescription(**(given | values)), version=2, signed_on=signed_on)


def facts(*kgs: str, **values: Any) -> NoteFacts:
    given = {
        "on": TODAY,
        "age": 82,
        "setting": Setting.COMMUNITY,
        "assessments": (),
        "trend": weight_trend(points(*kgs)),
    }
    return NoteFacts(**(given | values))


def codes(found: tuple[Statement, ...], part: NotePart | None = None) -> list[str]:
    return [one.code for one in found if part in (None, one.part)]


def said(found: tuple[Statement, ...], code: str) -> dict[str, Any]:
    (one,) = [one for one in found if one.code == code]
    return dict(one.args)


def test_an_empty_record_leaves_everything_open_and_guesses_nothing() -> None:
    found = write_note(facts())
    assert codes(found) == [
        *("note.a.person", "note.a.never_screened", "note.a.no_weight"),
        "note.problem.none",
        "note.i.none",
        "note.m.weigh",
        "note.e.open",
    ]
    assert {one.part for one in found} == set(NotePart)


def test_a_high_must_with_a_fall_is_a_pes_statement_with_its_cause_and_signs() -> None:
    found = write_note(facts("52", "50", "48", "45", assessments=(MUST_HIGH,), bmi=Decimal("16.5")))
    assert codes(found, NotePart.DIAGNOSIS) == [
        "note.problem.risk",
        "note.cause.acute",
        "note.sign.result",
        "note.sign.loss",
        "note.sign.bmi",
    ]
    assert said(found, "note.sign.loss") == {"percent": Decimal("13.5"), "count": 6}
    result = said(found, "note.a.result")
    assert (result["tool"], result["category"]) == ("tool.MUST", "screening.category.high")
    assert said(found, "note.m.weigh") == {"count": 7}  # weekly while it falls
    assert "note.a.bmi" in codes(found)


def test_a_cause_nobody_named_is_asked_of_the_writer() -> None:
    loss = screened(Tool.MUST, weight_kg=Decimal(45), height_cm=Decimal(165))
    found = write_note(facts("45", assessments=(loss,)))
    assert "note.cause.open" in codes(found, NotePart.DIAGNOSIS)
    assert said(found, "note.a.open")["count"] == len(loss.result.missing)


def test_an_estimate_is_called_one() -> None:
    from_ulna = screened(
        Tool.MUST, weight_kg=Decimal(50), ulna_cm=Decimal(24), weight_before_kg=Decimal(50)
    )
    assert "note.a.estimated" in codes(write_note(facts(assessments=(from_ulna,))))
    assert "note.a.estimated" not in codes(write_note(facts(assessments=(MUST_LOW,))))


def test_a_condition_on_file_is_named_but_not_taken_for_the_cause() -> None:
    signed = targets(conditions=frozenset({Condition.PARKINSON}))
    found = write_note(facts("60", "50", targets=signed))
    assert codes(found, NotePart.DIAGNOSIS)[1:3] == ["note.cause.open", "note.cause.conditions"]


def test_a_result_without_a_category_only_says_what_is_missing() -> None:
    likely = screened(Tool.MUST, muac_cm=Decimal(24))
    found = write_note(facts(assessments=(likely,)))
    assert "note.a.result" not in codes(found)
    assert "note.a.open" in codes(found)


def test_a_diagnosis_by_glim_names_its_causes() -> None:
    glim = screened(Tool.GLIM, **GLIM)
    assert glim.result.category is Category.SEVERE
    found = write_note(facts(assessments=(MUST_HIGH, glim)))
    assert codes(found, NotePart.DIAGNOSIS)[:2] == [
        "note.problem.malnutrition_severe",
        "note.cause.acute",
    ]
    assert "note.cause.intake" in codes(found)


@pytest.mark.parametrize(
    ("assessments", "kgs", "problem"),
    [
        ((), (), PesProblem.NONE),
        ((MUST_LOW,), ("65", "65"), PesProblem.NONE),
        ((MUST_LOW,), ("65", "58"), PesProblem.WEIGHT_LOSS),
        ((MUST_HIGH,), ("65", "58"), PesProblem.RISK),
        (
            (screened(Tool.GLIM, **(GLIM | {"loss_le6m_pct": Decimal(6)})),),
            (),
            PesProblem.MALNUTRITION_MODERATE,
        ),
        (
            (screened(Tool.EAT10, **{f"item_{n}": Decimal(1) for n in range(1, 11)}),),
            (),
            PesProblem.SWALLOWING,
        ),
    ],
)
def test_the_gravest_problem_leads(
    assessments: tuple[Assessment, ...], kgs: tuple[str, ...], problem: PesProblem
) -> None:
    assert pes_problem(facts(*kgs, assessments=assessments)) is problem


def test_a_problem_without_a_sign_says_so() -> None:
    swallowing = screened(Tool.EAT10, **{f"item_{n}": Decimal(0) for n in range(1, 11)})
    found = write_note(facts("60", "55", assessments=(swallowing,)))
    assert "note.sign.loss" in codes(found)
    assert "note.sign.result" not in codes(found)
    bare = facts("60", "55")
    unseen = write_note(
        NoteFacts(
            on=bare.on,
            age=bare.age,
            setting=bare.setting,
            assessments=(),
            trend=_hidden(bare),
        )
    )
    assert "note.sign.none" in codes(unseen)


def _hidden(bare: NoteFacts) -> Any:
    """A trend that falls by its verdict alone."""
    trend = bare.trend
    return type(trend)(points=trend.points, windows=(), verdict=trend.verdict)


def test_the_prescription_in_force_is_the_intervention() -> None:
    signed = targets(
        allergies=frozenset({"milk", "nuts"}),
        start_energy_kcal=500,
        refeeding=RefeedingLevel.HIGH,
        conditions=frozenset({Condition.PARKINSON, Condition.DYSPHAGIA}),
        fluid_ml=Range(low=1600),
    )
    found = write_note(facts("52", "50", targets=signed, plan_from=TODAY, assessments=(MUST_HIGH,)))
    assert codes(found, NotePart.INTERVENTION) == [
        *("note.i.version", "note.i.energy", "note.i.protein", "note.i.fluid"),
        *("note.i.texture", "note.i.start", "note.i.allergies", "note.i.plan"),
    ]
    assert said(found, "note.i.energy") == {"low": 1500, "high": 1700}
    assert said(found, "note.i.fluid") == {"low": 1600, "high": ""}
    assert said(found, "note.i.allergies") == {"allergies": "allergen.milk allergen.nuts"}
    assert said(found, "note.cause.conditions")["conditions"].split() == [
        "condition.dysphagia",
        "condition.parkinson",
    ]
    assert "note.m.refeeding" in codes(found)


def test_monitoring_names_the_first_day_something_is_due() -> None:
    signed = targets()
    later = SignedTargets(
        content=signed.content, version=1, signed_on=TODAY, review_on=date(2027, 1, 5)
    )
    found = write_note(facts("65", targets=later, assessments=(MUST_LOW, MUST_HIGH)))
    assert said(found, "note.m.screen") == {"on": MUST_HIGH.result.next_due}
    assert said(found, "note.m.review") == {"on": date(2027, 1, 5)}
    assert said(found, "note.m.weigh") == {"count": 92}
    assert "note.m.refeeding" not in codes(found)


@pytest.mark.parametrize(
    ("kgs", "code", "args"),
    [
        (("50", "52"), "note.e.gained", {"kg": Decimal(2), "count": 60}),
        (("52", "50"), "note.e.lost", {"kg": Decimal(2), "count": 60}),
        (("50", "50.5"), "note.e.steady", {}),
        (("50", "49.5"), "note.e.steady", {}),
        (("50", "49.4"), "note.e.lost", {"kg": Decimal("0.6"), "count": 60}),
    ],
)
def test_the_weight_since_the_signature_is_the_evaluation(
    kgs: tuple[str, str], code: str, args: dict[str, Any]
) -> None:
    course = weight_trend(points(*kgs, every=60))
    found = write_note(facts(targets=targets(), trend=course))
    assert codes(found, NotePart.EVALUATION) == [code]
    assert said(found, code) == args


def test_without_a_weight_before_and_after_nothing_is_evaluated() -> None:
    for course in (points("50"), points("50", "49", every=10)):
        found = write_note(facts(targets=targets(), trend=weight_trend(course)))
        assert codes(found, NotePart.EVALUATION) == ["note.e.open"]


def test_open_warnings_stand_in_the_assessment_with_their_figures() -> None:
    warning = EarlyWarning(
        code=WarningCode.INTAKE_UNKNOWN,
        level=WarningLevel.AMBER,
        on=TODAY,
        facts={"days": 4},
    )
    found = write_note(facts("65", warnings=(warning,)))
    assert said(found, "warning.intake_unknown") == {"days": 4}


@given(
    kgs=st.lists(st.integers(min_value=35, max_value=120), max_size=6),
    with_targets=st.booleans(),
    assessments=st.sampled_from(((), (MUST_LOW,), (MUST_HIGH,), (MUST_HIGH, MUST_LOW))),
)
def test_every_draft_has_every_part_in_order_and_known_codes(
    kgs: list[int], *, with_targets: bool, assessments: tuple[Assessment, ...]
) -> None:
    found = write_note(
        facts(
            *(str(kg) for kg in kgs),
            targets=targets() if with_targets else None,
            assessments=assessments,
        )
    )
    order = list(NotePart)
    assert [order.index(one.part) for one in found] == sorted(
        order.index(one.part) for one in found
    )
    assert {one.part for one in found} == set(NotePart)
    assert set(codes(found)) <= set(ADIME_CODES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_a_draft_has_a_sentence(language: str) -> None:
    assert set(ADIME_CODES) <= set(sentences(language))
