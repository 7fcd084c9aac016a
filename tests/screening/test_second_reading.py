"""The rule book read a second time, apart from the tables: any form must come out the same.

Unknown answers are tried with every value that could matter, so that a bracket is what it says.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from screening import GROUPS

Form = Mapping[str, Any]
ABSENT = "absent"

BMIS = [
    Decimal(one)
    for one in [
        "14",
        "16",
        "18",
        "18.49",
        "18.5",
        "19",
        "20",
        "20.01",
        "20.5",
        "20.6",
        "21.99",
        "22",
        "23",
        "28",
    ]
]
LOSSES = [
    Decimal(one)
    for one in [
        "-2",
        "0",
        "3",
        "4.99",
        "5",
        "5.01",
        "7.5",
        "10",
        "10.01",
        "15",
        "15.01",
        "20",
        "21",
    ]
]
AGES = [18, 64, 65, 69, 70, 90]
YES_NO = [True, False]


def form(**answers: Iterable[Any]) -> st.SearchStrategy[Form]:
    """Any mix of these answers, each of them sometimes unknown."""
    return st.fixed_dictionaries(
        {name: st.one_of(st.none(), st.sampled_from(list(some))) for name, some in answers.items()}
    )


def holds(name: str, answers: Form, expected: Form) -> None:
    told = GROUPS[name].ask(answers)
    assert {key: told.get(key, ABSENT) for key in expected} == expected


def span(count: Callable[..., int], *values: Iterable[Any]) -> tuple[int, int]:
    """The least and most points over every way the unknown could turn out."""
    points = [count(*one) for one in product(*values)]
    return min(points), max(points)


def known(answers: Form, name: str, *otherwise: Any) -> list[Any]:
    return [answers[name]] if answers[name] is not None else list(otherwise)


def risk(score: int) -> str:
    return "low" if score == 0 else "medium" if score == 1 else "high"


def must(bmi: Decimal, loss: Decimal, acute: bool) -> int:  # noqa: FBT001 - an answer
    thin = 2 if bmi < Decimal("18.5") else 1 if bmi <= 20 else 0
    lost = 0 if loss < 5 else 1 if loss <= 10 else 2
    return thin + lost + (2 if acute else 0)


@settings(max_examples=1_000)
@given(form(age=AGES, bmi=BMIS, loss_pct=LOSSES, loss_planned=YES_NO, acute=YES_NO))
def test_must(answers: Form) -> None:
    lost = [0] if answers["loss_planned"] else known(answers, "loss_pct", 0, 5, 11)
    low, high = span(
        must, known(answers, "bmi", 17, 19, 21), lost, known(answers, "acute", *YES_NO)
    )
    if low == high:
        expected = {"status": "complete", "score": low, "category": risk(low)}
    else:
        agreed = risk(low) if risk(low) == risk(high) else ABSENT
        expected = {"status": "partial", "min_score": low, "max_score": high, "score": ABSENT}
        expected |= {"category": agreed, "category_at_least": risk(low)}
    holds("MUST", answers, expected)


WINDOWS = ("loss_1m_pct", "loss_2m_pct", "loss_3m_pct")


def nrs_nutrition(bmi: Decimal, ill: bool, losses: tuple[Any, ...], eaten: Any) -> int:  # noqa: FBT001 - an answer
    size = 3 if bmi < Decimal("18.5") else 2 if bmi <= Decimal("20.5") else 0
    month, two, three = losses
    return max(
        size if ill else 0,
        3 if month > 5 else 0,
        2 if two > 5 else 0,
        3 if three > 15 else 1 if three > 5 else 0,
        3 if eaten <= 25 else 2 if eaten <= 50 else 1 if eaten <= 75 else 0,
    )


@settings(max_examples=1_000)
@given(
    form(
        age=AGES,
        bmi=BMIS,
        **dict.fromkeys(WINDOWS, LOSSES),
        loss_planned=YES_NO,
        intake_pct=[0, 25, 26, 50, 51, 75, 76, 99, 100],
        general_condition_impaired=YES_NO,
        disease_score=[0, 1, 2, 3],
        critically_ill=YES_NO,
    )
)
def test_nrs2002(answers: Form) -> None:
    planned = answers["loss_planned"] is True
    losses = [[0] if planned else known(answers, one, 0, 6, 16) for one in WINDOWS]
    calm = (
        (answers["bmi"] or 0) >= Decimal("20.5")
        and all(one == [one[0]] and one[0] <= 0 for one in losses)
        and (answers["intake_pct"] or 0) >= 100
        and answers["critically_ill"] is False
    )
    if calm:
        holds("NRS2002", answers, {"prescreen": "negative", "at_risk": False, "total": ABSENT})
        return
    nutrition = span(
        nrs_nutrition,
        known(answers, "bmi", 17, 19, 25),
        known(answers, "general_condition_impaired", *YES_NO),
        list(product(*losses)),
        known(answers, "intake_pct", 0, 40, 60, 100),
    )
    sick, old = known(answers, "disease_score", 0, 3), known(answers, "age", 40, 80)
    low = nutrition[0] + min(sick) + (min(old) >= 70)
    high = nutrition[1] + max(sick) + (max(old) >= 70)
    at_risk = low >= 3 if (low >= 3) == (high >= 3) else ABSENT
    expected = {"prescreen": "positive", "at_risk": at_risk}
    if low == high:
        expected |= {"status": "complete", "total": low, "nutrition": nutrition[0]}
    else:
        expected |= {"status": "partial", "min_total": low, "max_total": high, "total": ABSENT}
    holds("NRS2002", answers, expected)


def glim_thin(bmi: Decimal, age: int, region: str) -> int:
    if region == "asia":
        return int(bmi < (Decimal("18.5") if age < 70 else 20))
    low, severe = (20, Decimal("18.5")) if age < 70 else (22, 20)
    return 2 if bmi < severe else int(bmi < low)


def glim_lost(percent: Any, moderate: int, severe: int) -> int:
    return 2 if percent > severe else int(percent > moderate)


@settings(max_examples=1_000)
@given(
    form(
        age=AGES,
        bmi=BMIS,
        loss_le6m_pct=LOSSES,
        loss_gt6m_pct=LOSSES,
        loss_planned=YES_NO,
        muscle=["normal", "mild_moderate", "severe"],
        intake_pct=[20, 50, 51, 99, 100],
        intake_days=[0, 7, 8, 14, 15],
        gi_condition=YES_NO,
        inflammation=YES_NO,
    ),
    st.sampled_from(["asia", "other"]),
)
def test_glim(given_answers: Form, region: str) -> None:
    answers = {**given_answers, "region": region, "screen_positive": True}
    planned = answers["loss_planned"] is True
    grades = {"normal": 0, "mild_moderate": 1, "severe": 2}
    signs = [
        span(glim_lost, [0] if planned else known(answers, "loss_le6m_pct", 0, 11), [5], [10]),
        span(glim_lost, [0] if planned else known(answers, "loss_gt6m_pct", 0, 21), [10], [20]),
        span(glim_thin, known(answers, "bmi", 17, 30), known(answers, "age", 40, 80), [region]),
        span(grades.__getitem__, known(answers, "muscle", *grades)),
    ]
    eats_less = span(
        lambda share, days: int((share <= 50 and days > 7) or (share < 100 and days > 14)),
        known(answers, "intake_pct", 20, 100),
        known(answers, "intake_days", 0, 20),
    )
    others = [span(int, known(answers, one, *YES_NO)) for one in ("gi_condition", "inflammation")]
    causes = [eats_less, *others]
    grade, caused = max(low for low, _ in signs), any(low for low, _ in causes)
    if grade and caused:
        severity = "severe" if grade == 2 else "moderate"
        expected = {"malnutrition": True, "severity": severity, "status": "complete"}
    else:
        could = causes if grade else signs
        status = "partial" if any(high > low for low, high in could) else "complete"
        expected = {"malnutrition": False, "severity": None, "status": status}
    holds("GLIM", answers, expected)
