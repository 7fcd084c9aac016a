"""Referrals: which moves there are, how soon one must act, what results ask for."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.i18n import LANGUAGES, sentences
from screening import (
    ENDED,
    PROFESSIONALS,
    RECIPIENTS,
    SOURCES,
    Advice,
    Category,
    Direction,
    Intake,
    LetterPart,
    Move,
    Party,
    RefeedingLevel,
    ReferralReason,
    ReferralState,
    Setting,
    Sex,
    Status,
    Tool,
    ToolResult,
    Urgency,
    advise_referral,
    after,
    assess,
    commission_refusal,
    deadline,
    may_be_told,
    moves_from,
    urgency_of,
)
from screening.following.workdays import is_working_day
from screening.reporting.referral import MOVES, REFERRAL_CODES, STARTS, WORKING_DAYS

REASONS = st.lists(st.sampled_from(ReferralReason), max_size=6)
URGENCIES = st.sampled_from(Urgency)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1))


def reached(direction: Direction) -> set[ReferralState]:
    found = set(STARTS[direction])
    while True:
        more = {to for state in found for to in moves_from(direction, state).values()}
        if more <= found:
            return found
        found |= more


def result(tool: Tool, **answers: object) -> ToolResult:
    intake = Intake(
        tool=tool,
        setting=Setting.COMMUNITY,
        answers=answers,  # type: ignore[arg-type]  # numbers and yes or no
        born=date(1944, 3, 2),
        sex=Sex.FEMALE,
        on=date(2026, 11, 27),
    )
    return assess(intake).result


MUST_HIGH = {"weight_kg": Decimal(45), "height_cm": Decimal(165), "loss_pct": Decimal(12)}


def test_every_state_is_reached_in_some_direction() -> None:
    assert reached(Direction.INCOMING) | reached(Direction.OUTGOING) == set(ReferralState)


@pytest.mark.parametrize("direction", Direction)
def test_there_is_no_way_out_of_an_end_and_one_out_of_everything_else(
    direction: Direction,
) -> None:
    for state in reached(direction):
        assert bool(moves_from(direction, state)) is (state not in ENDED)


@pytest.mark.parametrize("direction", Direction)
def test_an_end_can_be_reached_from_every_state(direction: Direction) -> None:
    for state in reached(direction):
        seen, todo = {state}, [state]
        while todo:
            new = set(moves_from(direction, todo.pop()).values()) - seen
            seen |= new
            todo += new
        assert seen & ENDED


def test_every_row_of_the_table_can_be_reached() -> None:
    assert {state for direction, state in MOVES if state not in reached(direction)} == set()
    assert {move for row in MOVES.values() for move in row} == set(Move)


@given(
    st.sampled_from(Direction),
    st.sampled_from(ReferralState),
    st.lists(st.sampled_from(Move), max_size=12),
)
def test_whatever_is_tried_an_end_stays_an_end(
    direction: Direction, state: ReferralState, tried: list[Move]
) -> None:
    for move in tried:
        found = after(direction, state, move)
        if state in ENDED:
            assert found is None
        state = found or state


@given(
    reasons=REASONS,
    more=st.sampled_from(ReferralReason),
    asked=URGENCIES,
    day=DAYS,
    in_hospital=st.booleans(),
)
def test_a_further_reason_never_gives_more_time(
    reasons: list[ReferralReason],
    more: ReferralReason,
    asked: Urgency,
    day: date,
    *,
    in_hospital: bool,
) -> None:
    before = urgency_of(reasons, asked, in_hospital=in_hospital)
    now = urgency_of([*reasons, more], asked, in_hospital=in_hospital)
    assert deadline(day, now) <= deadline(day, before)
    assert WORKING_DAYS[before] <= WORKING_DAYS[asked]


@pytest.mark.parametrize(
    ("reasons", "asked", "found"),
    [
        ((), None, Urgency.ROUTINE),
        ((ReferralReason.HOME_MEALS,), None, Urgency.ROUTINE),
        ((ReferralReason.DISCHARGE,), None, Urgency.WEEK),
        ((ReferralReason.WEIGHT_LOSS,), Urgency.ROUTINE, Urgency.TWO_DAYS),
        ((ReferralReason.WEIGHT_LOSS,), Urgency.NEXT_DAY, Urgency.NEXT_DAY),
        ((ReferralReason.REFEEDING, ReferralReason.SOCIAL), None, Urgency.SAME_DAY),
    ],
)
def test_the_gravest_reason_decides_unless_the_sender_wants_it_sooner(
    reasons: tuple[ReferralReason, ...], asked: Urgency | None, found: Urgency
) -> None:
    assert urgency_of(reasons, asked) is found


def test_in_hospital_two_days_is_the_next_day() -> None:
    ill = (ReferralReason.POSITIVE_SCREEN,)
    assert urgency_of(ill, in_hospital=True) is Urgency.NEXT_DAY
    assert urgency_of((ReferralReason.DISCHARGE,), in_hospital=True) is Urgency.WEEK


@given(DAYS, URGENCIES)
def test_a_deadline_never_lies_before_the_receipt_nor_on_a_day_off(
    day: date, urgency: Urgency
) -> None:
    due = deadline(day, urgency)
    assert due >= day
    assert urgency is Urgency.SAME_DAY or is_working_day(due)


def test_a_refeeding_risk_on_a_sunday_is_for_that_sunday() -> None:
    sunday = date(2026, 11, 29)
    assert deadline(sunday, Urgency.SAME_DAY) == sunday
    assert deadline(sunday, Urgency.TWO_DAYS) == date(2026, 12, 1)


def test_a_high_must_asks_the_dietitian_in_two_days_and_tells_the_gp() -> None:
    assert advise_referral([result(Tool.MUST, **MUST_HIGH)]) == (
        Advice(
            to=Party.DIETITIAN,
            reason=ReferralReason.POSITIVE_SCREEN,
            urgency=Urgency.TWO_DAYS,
            because=("MUST",),
        ),
        Advice(
            to=Party.GP,
            reason=ReferralReason.POSITIVE_SCREEN,
            urgency=Urgency.WEEK,
            because=("MUST",),
        ),
    )


def test_three_points_of_eat10_ask_the_speech_language_therapist_and_two_do_not() -> None:
    def asked(points: int) -> tuple[Advice, ...]:
        answers = {f"item_{n}": Decimal(0) for n in range(2, 11)}
        return advise_referral([result(Tool.EAT10, item_1=Decimal(points), **answers)])

    assert [one.to for one in asked(3)] == [Party.SPEECH_THERAPIST]
    assert asked(2) == ()


def bare(tool: Tool, category: Category) -> ToolResult:
    return ToolResult(
        instrument=tool,
        rule_version="1",
        source="",
        status=Status.COMPLETE,
        category=category,
    )


@pytest.mark.parametrize(
    ("tool", "category", "asked"),
    [
        (Tool.GUSS, Category.SLIGHT, {Party.SPEECH_THERAPIST: Urgency.NEXT_DAY}),
        (
            Tool.GUSS,
            Category.SEVERE,
            {Party.PHYSICIAN: Urgency.SAME_DAY, Party.SPEECH_THERAPIST: Urgency.NEXT_DAY},
        ),
        (Tool.GUSS, Category.NONE_OR_MINIMAL, {}),
        (
            Tool.WATER90,
            Category.FAILED,
            {Party.PHYSICIAN: Urgency.SAME_DAY, Party.SPEECH_THERAPIST: Urgency.NEXT_DAY},
        ),
        (Tool.WATER90, Category.PASSED, {}),
        (
            Tool.SARCF,
            Category.POSITIVE,
            {Party.DIETITIAN: Urgency.WEEK, Party.PHYSIOTHERAPIST: Urgency.WEEK},
        ),
        (Tool.SARC_OBESITY, Category.STAGE_II, {Party.PHYSICIAN: Urgency.WEEK}),
        (
            Tool.REFEED_NICE,
            Category.EXTREME,
            dict.fromkeys((Party.DIETITIAN, Party.PHYSICIAN, Party.HOSPITAL), Urgency.SAME_DAY),
        ),
        (Tool.REFEED_NICE, Category.SOME, {}),
        (
            Tool.REFEED_ASPEN,
            Category.SIGNIFICANT,
            dict.fromkeys((Party.DIETITIAN, Party.PHYSICIAN), Urgency.SAME_DAY),
        ),
        (Tool.GLIM, Category.MODERATE, {Party.GP: Urgency.WEEK}),
        (Tool.GLIM, Category.SEVERE, {Party.GP: Urgency.TWO_DAYS}),
        (Tool.GLIM, Category.NOT_MALNOURISHED, {}),
        (Tool.BMI_CLASS, Category.OBESITY_I, {}),
    ],
)
def test_each_outcome_asks_who_can_act_on_it(
    tool: Tool, category: Category, asked: dict[Party, Urgency]
) -> None:
    found = advise_referral([bare(tool, category)])
    assert {one.to: one.urgency for one in found} == asked


def test_an_answer_that_is_missing_asks_what_the_least_severe_outcome_asks() -> None:
    open_must = dict(MUST_HIGH, loss_pct=Decimal(3))  # BMI 16.5 alone is high
    assert advise_referral([result(Tool.MUST, **open_must)])
    assert advise_referral([result(Tool.MUST, loss_pct=Decimal(6))]) == ()


@pytest.mark.parametrize(
    ("level", "found"),
    [
        (None, []),
        (RefeedingLevel.NONE, []),
        (RefeedingLevel.SOME, []),
        (RefeedingLevel.HIGH, [Party.DIETITIAN, Party.PHYSICIAN]),
        (RefeedingLevel.EXTREME, [Party.DIETITIAN, Party.PHYSICIAN, Party.HOSPITAL]),
    ],
)
def test_a_high_refeeding_risk_asks_a_physician_the_same_day(
    level: RefeedingLevel | None, found: list[Party]
) -> None:
    advice = advise_referral([], level)
    assert [one.to for one in advice] == found
    assert {one.urgency for one in advice} <= {Urgency.SAME_DAY}


def test_two_instruments_that_ask_the_same_are_one_referral_with_both_causes() -> None:
    snaq = {"loss_6m_kg": Decimal(7), "loss_1m_kg": Decimal(4), "appetite": True, "ons": False}
    found = advise_referral(
        [result(Tool.MUST, **MUST_HIGH), result(Tool.SNAQ, **snaq)], RefeedingLevel.HIGH
    )
    assert [WORKING_DAYS[one.urgency] for one in found] == sorted(
        WORKING_DAYS[one.urgency] for one in found
    )
    both = next(
        one
        for one in found
        if (one.to, one.reason) == (Party.DIETITIAN, ReferralReason.POSITIVE_SCREEN)
    )
    assert both.because == ("MUST", "SNAQ")
    assert both.urgency is Urgency.NEXT_DAY


@pytest.mark.parametrize("sender", Party)
def test_nobody_is_paid_for_a_referral_without_a_legal_opinion(sender: Party) -> None:
    assert commission_refusal(0, sender, opinion_on_file=False) is None
    assert commission_refusal(1, sender, opinion_on_file=False) in REFERRAL_CODES
    assert commission_refusal(-1, sender, opinion_on_file=True) == "referral.commission_negative"
    paid = commission_refusal(1, sender, opinion_on_file=True)
    assert (paid is None) is (sender in PROFESSIONALS)


@pytest.mark.parametrize("party", Party)
def test_findings_go_to_care_professionals_only(party: Party) -> None:
    told = may_be_told(party, shares_with_family=True)
    assert LetterPart.FINDINGS not in told or party in PROFESSIONALS
    assert (may_be_told(Party.GP) >= told) is True


def test_a_relative_is_told_what_the_person_shares_and_nothing_without() -> None:
    assert may_be_told(Party.FAMILY) == frozenset()
    assert may_be_told(Party.FAMILY, shares_with_family=True) == may_be_told(Party.SELF)
    assert may_be_told(Party.SOCIAL_WORK) == may_be_told(Party.OTHER_PROFESSIONAL) == frozenset()


def test_people_are_no_recipients_and_only_our_dietitian_is_no_source() -> None:
    assert {Party.SELF, Party.FAMILY} & set(RECIPIENTS) == set()
    assert set(SOURCES) | set(RECIPIENTS) == set(Party)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_word_has_a_code_of_its_own_and_a_sentence(language: str) -> None:
    assert len(set(REFERRAL_CODES)) == len(REFERRAL_CODES)
    assert set(REFERRAL_CODES) <= set(sentences(language))
