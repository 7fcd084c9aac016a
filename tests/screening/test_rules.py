"""Conditions become neutral rules; of two that cannot both hold, the order decides and says so."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import (
    CARDS,
    Condition,
    Constraint,
    Prescription,
    Range,
    Strength,
    Switch,
    cards_for,
    drinks_of,
    is_on,
    reminders_for,
    rules_of,
)
from screening.needs.constraints import Effect, Rank, conflicts, decide, settle

C = Condition
CONTENT = Prescription(
    energy_kcal=Range(low=1500, high=1700),
    protein_g=Range(low=60, high=80),
    food_level="7",
    drink_level="0",
)


def in_force(*conditions: Condition, **facts: Any) -> Any:
    """Settle the rules of a person of 60 kg who is not malnourished, unless told otherwise."""
    values = {name: facts.pop(name) for name in ("switches", "usual", "salt") if name in facts} | {
        "conditions": frozenset(conditions)
    }
    known = {"weight_kg": Fraction(60), "older": True, "malnourished": False, **facts}
    return rules_of(replace(CONTENT, **values), **known)


def ids(found: Any) -> list[str]:
    return [rule.rule for rule in found.rules]


@pytest.mark.parametrize(
    ("conditions", "rules"),
    [
        ((C.COELIAC,), ["r-101"]),
        ((C.HEART_FAILURE,), ["r-114"]),
        ((C.CKD,), ["r-127", "r-131", "r-132"]),
        ((C.DIALYSIS,), ["r-176"]),
        ((C.CIRRHOSIS,), ["r-138", "r-251", "r-253"]),
        ((C.CIRRHOSIS, C.ASCITES), ["r-138", "r-251", "r-252", "r-253"]),
        ((C.PARKINSON,), ["r-204", "r-206", "r-311"]),
        ((C.PARKINSON_FLUCTUATIONS,), ["r-203", "r-204"]),
        ((C.DEMENTIA,), ["r-211", "r-212"]),
        ((C.COPD,), ["r-212"]),
        ((C.CANCER,), ["r-211"]),
        ((C.DIABETES,), []),
        ((C.INSULIN,), ["r-142", "r-223"]),
        ((C.CONSTIPATION,), ["r-206"]),
        ((C.PALLIATIVE,), ["r-281"]),
        ((C.VITAMIN_K_ANTAGONIST,), ["r-155", "r-302"]),
        ((C.GRAPEFRUIT_DRUG,), ["r-155", "r-156", "r-157"]),
        ((C.MAO_INHIBITOR,), ["r-163"]),
        ((C.ALCOHOL_DRUG,), ["r-142"]),
        ((C.LEVOTHYROXINE,), ["r-312"]),
        ((C.CHELATING_ANTIBIOTIC,), ["r-313"]),
        ((C.PHENYTOIN,), ["r-314"]),
        ((C.POTASSIUM_DRUG,), ["r-315"]),
        ((C.METFORMIN_PPI,), ["r-316"]),
        ((C.METHOTREXATE,), ["r-317"]),
        ((C.PEG_LAXATIVE,), ["r-318"]),
        ((C.NEUTROPENIA,), ["r-253", "r-254"]),
        ((C.DYSPHAGIA,), []),
    ],
)
def test_each_condition_brings_its_rules(
    conditions: tuple[Condition, ...], rules: list[str]
) -> None:
    assert ids(in_force(*conditions)) == rules


def test_every_rule_has_author_dates_source_and_a_condition() -> None:
    assert [card.constraint.rule for card in CARDS] == sorted(
        {card.constraint.rule for card in CARDS}
    )
    for card in CARDS:
        assert card.author
        assert card.source
        assert date(2026, 1, 1) < card.written < card.review
        assert card.any_of
        assert cards_for(card.any_of | card.all_of)


def test_ids_and_their_order_do_not_tell_the_condition() -> None:
    rules = [card.constraint for card in CARDS]
    words = {word for condition in Condition for word in condition.split("_")}
    assert not words & {part for rule in rules for part in rule.rule.split("-")}
    for condition in Condition:
        found = [card.constraint.rule for card in cards_for(frozenset({condition}))]
        assert found == sorted(found)


def test_only_a_clinician_switches_a_rule_on_or_off() -> None:
    (card,) = [one for one in CARDS if one.constraint.rule == "r-129"]
    assert not is_on(card, ())
    assert is_on(card, (Switch(rule="r-129", on=True, why="stable"),))
    off = (Switch(rule="r-114", on=False, why="eats too little"),)
    found = in_force(C.HEART_FAILURE, switches=off)
    assert ids(found) == []
    assert found.off == ("r-114", "r-115")


def test_bounds_are_reckoned_from_weight_usual_intake_and_energy() -> None:
    kidney = (Switch(rule="r-129", on=True), Switch(rule="r-130", on=True))
    bounds = {one.rule: one.bounds for one in in_force(C.CKD, C.DIABETES, switches=kidney).rules}
    assert bounds["r-129"] == Range(low=33, high=36)
    assert bounds["r-130"] == Range(low=36, high=48)
    steady = in_force(C.VITAMIN_K_ANTAGONIST, usual={"vitamin_k_ug": 90})
    assert {one.rule: one.bounds for one in steady.rules}["r-301"] == Range(low=72, high=108)
    sugars = (Switch(rule="r-222", on=True),)
    sweet = in_force(C.DIABETES, switches=sugars, usual={"carbohydrate_g": 200})
    bounds = {one.rule: one.bounds for one in sweet.rules}
    assert bounds["r-221"] == Range(low=170, high=230)
    assert bounds["r-222"] == Range(high=43)  # 1,700 kcal, 10 %, 4 kcal per g: 42.5


def test_a_rule_without_its_figure_waits_and_is_named() -> None:
    assert in_force(C.VITAMIN_K_ANTAGONIST).waiting == ("r-301",)
    assert in_force(C.PARKINSON, weight_kg=None).waiting == ("r-204",)
    open_energy = replace(CONTENT, energy_kcal=Range(), conditions=frozenset({C.DIABETES}))
    switched = replace(open_energy, switches=(Switch(rule="r-222", on=True),))
    found = rules_of(switched, weight_kg=Fraction(60), older=False, malnourished=False)
    assert "r-222" in found.waiting


def test_correcting_malnutrition_drops_the_kidney_limit() -> None:
    on = (Switch(rule="r-129", on=True),)
    assert "r-129" in ids(in_force(C.CKD, switches=on))
    for malnourished in (True, None):
        found = in_force(C.CKD, switches=on, malnourished=malnourished)
        assert "r-129" not in ids(found)
        (ruling,) = [one for one in found.rulings if one.loser.rule == "r-129"]
        assert ruling.winner.rule == "r-010"
        assert (ruling.effect, ruling.reason) == (Effect.DROPPED, "conflict.malnutrition")


def test_redistribution_never_lowers_total_protein_under_the_floor() -> None:
    on = (Switch(rule="r-129", on=True),)
    found = in_force(C.CKD, C.PARKINSON_FLUCTUATIONS, switches=on)
    floors = {one.rule: one for one in found.rules}
    assert floors["r-204"].bounds == Range(low=48)
    assert floors["r-204"].hard
    assert "r-129" not in floors
    assert floors["r-203"].dose_protein_g == 7


def test_a_firm_limit_on_sodium_becomes_a_wish_for_malnourished_older_people() -> None:
    firm = (Switch(rule="r-115", on=True),)

    def hard(**facts: Any) -> bool:
        rules = in_force(C.HEART_FAILURE, switches=firm, **facts).rules
        return next(one.hard for one in rules if one.rule == "r-115")

    assert hard()
    assert not hard(malnourished=True)
    assert hard(malnourished=True, older=False)
    assert hard(malnourished=None)
    found = in_force(C.HEART_FAILURE, switches=firm, malnourished=True)
    (ruling,) = found.rulings
    assert (ruling.winner.rule, ruling.loser.rule) == ("r-011", "r-115")
    assert (ruling.effect, ruling.reason) == (Effect.SOFTENED, "conflict.malnutrition")


def test_comfort_care_turns_nutrient_limits_into_wishes_and_nothing_that_keeps_alive() -> None:
    firm = (Switch(rule="r-128", on=True), Switch(rule="r-133", on=True))
    ill = (C.PALLIATIVE, C.CKD, C.COELIAC, C.MAO_INHIBITOR, C.PARKINSON)
    found = in_force(*ill, switches=firm)
    hard = {one.rule for one in found.rules if one.hard}
    assert hard == {"r-101", "r-163", "r-311"}
    assert {"r-128", "r-133", "r-204"} <= {one.rule for one in found.rules}


def test_a_named_nutrient_is_eased_at_its_upper_side_only() -> None:
    easing = Constraint(rule="r-3", hard=False, rank=Rank.MALNUTRITION, eases=("x",))
    assert not conflicts(easing, limit("r-2", Rank.ELECTROLYTE, bounds=Range(low=4)))
    assert not conflicts(easing, limit("r-2", Rank.DRUG_FOOD, bounds=Range(high=4)))
    every = replace(easing, eases=("*",))
    assert conflicts(every, limit("r-2", Rank.ELECTROLYTE, bounds=Range(low=4)))
    assert not conflicts(every, limit("r-2", Rank.ELECTROLYTE, nutrient=None))


def test_taste_gives_way_to_a_limit_on_salt() -> None:
    found = in_force(C.HEART_FAILURE, salt=Strength.MORE)
    (ruling,) = found.rulings
    assert (ruling.winner.rule, ruling.loser.rule) == ("r-114", "r-004")
    assert ruling.reason == "conflict.electrolyte"
    assert in_force(C.COPD, salt=Strength.MORE).rulings == ()


def test_a_slow_start_goes_before_the_energy_target() -> None:
    content = replace(CONTENT, start_energy_kcal=600)
    found = rules_of(content, weight_kg=Fraction(60), older=True, malnourished=False)
    (ruling,) = found.rulings
    assert (ruling.winner.rule, ruling.loser.rule) == ("r-005", "r-006")
    assert ruling.reason == "conflict.refeeding"
    assert found.rules == ()


def test_a_fluid_order_goes_before_the_least_of_drinks() -> None:
    found = in_force(C.HEART_FAILURE, extra=drinks_of(None, 1500))
    assert found.rulings == ()


def limit(rule: str, rank: Rank, **values: Any) -> Constraint:
    return Constraint(rule=rule, rank=rank, **{"hard": True, "nutrient": "x", **values})


def test_the_order_of_ranks_is_that_of_the_rule_book() -> None:
    assert [rank.value for rank in Rank] == [
        *("allergen", "texture", "drug_food", "refeeding", "malnutrition", "fluid"),
        *("electrolyte", "glucose", "comfort", "cost"),
    ]
    for higher, lower in zip(tuple(Rank), tuple(Rank)[1:], strict=False):
        top = limit("r-9", higher, hard=False, bounds=Range(high=5))
        bottom = limit("r-1", lower, bounds=Range(low=6))
        assert decide(bottom, top).winner is top
        assert decide(bottom, top).reason == f"conflict.{higher}"


def test_equal_ranks_are_decided_by_firmness_then_strictness_then_id() -> None:
    wish = limit("r-1", Rank.COMFORT, hard=False, bounds=Range(high=5))
    firm = limit("r-2", Rank.COMFORT, bounds=Range(low=6))
    assert decide(wish, firm).winner is firm
    assert decide(wish, firm).reason == "conflict.hard_first"
    high, low = replace(wish, hard=True), firm
    assert decide(high, low).winner is high
    assert decide(high, low).reason == "conflict.stricter_first"
    twin = replace(high, rule="r-3")
    assert decide(twin, high).winner is high


def test_a_wish_for_what_is_excluded_is_dropped() -> None:
    wish = Constraint(rule="r-1", hard=False, wish="grapefruit")
    ban = Constraint(rule="r-2", hard=True, rank=Rank.DRUG_FOOD, exclude_property="grapefruit")
    assert conflicts(wish, ban)
    assert conflicts(ban, wish)
    rules, (ruling,) = settle((wish, ban))
    assert rules == (ban,)
    assert ruling.loser is wish
    assert not conflicts(wish, replace(ban, exclude_property="alcohol"))


def test_rules_on_other_nutrients_or_that_fit_do_not_conflict() -> None:
    low = limit("r-1", Rank.COMFORT, bounds=Range(low=5))
    assert not conflicts(low, limit("r-2", Rank.COMFORT, nutrient="y", bounds=Range(high=4)))
    assert not conflicts(low, limit("r-2", Rank.COMFORT, bounds=Range(high=5)))
    assert not conflicts(low, limit("r-2", Rank.COMFORT, bounds=Range(low=9)))
    assert conflicts(low, limit("r-2", Rank.COMFORT, bounds=Range(high=4)))
    easing = Constraint(rule="r-3", hard=False, rank=Rank.MALNUTRITION, eases=("x",))
    assert conflicts(easing, limit("r-2", Rank.ELECTROLYTE, bounds=Range(high=4)))
    assert conflicts(limit("r-2", Rank.ELECTROLYTE, bounds=Range(high=4)), easing)


def test_an_easing_rule_wins_even_from_a_firm_one_of_its_own_rank() -> None:
    easing = Constraint(rule="r-3", hard=False, rank=Rank.MALNUTRITION, eases=("x",))
    firm = limit("r-2", Rank.MALNUTRITION, bounds=Range(high=4))
    ruling = decide(firm, easing)
    assert (ruling.winner, ruling.loser, ruling.effect) == (easing, firm, Effect.SOFTENED)


BOUND = st.none() | st.integers(0, 9)
CONSTRAINTS = st.builds(
    Constraint,
    rule=st.integers(0, 10**6).map(lambda number: f"r-{number}"),
    hard=st.booleans(),
    rank=st.sampled_from(Rank),
    nutrient=st.sampled_from(("x", "y", None)),
    bounds=st.builds(Range, low=BOUND, high=BOUND),
    exclude_property=st.sampled_from((None, "a", "b")),
    wish=st.sampled_from((None, "a", "b")),
    eases=st.sampled_from(((), ("x",), ("*",))),
)


@given(CONSTRAINTS, CONSTRAINTS)
def test_the_conflict_order_is_total_and_the_same_from_both_sides(
    one: Constraint, other: Constraint
) -> None:
    ruling = decide(one, other)
    assert {id(ruling.winner), id(ruling.loser)} == {id(one), id(other)} or one == other
    assert conflicts(one, other) == conflicts(other, one)
    both_ease = bool(one.eases) and bool(other.eases)
    if one.rule != other.rule and not both_ease:
        assert decide(other, one) == ruling


@given(st.lists(CONSTRAINTS, max_size=6, unique_by=lambda one: one.rule), st.randoms())
def test_settling_does_not_hang_on_the_order_of_the_rules(
    rules: list[Constraint], rng: Any
) -> None:
    shuffled = list(rules)
    rng.shuffle(shuffled)
    assert settle(rules) == settle(shuffled)
    standing, _ = settle(rules)
    assert not any(
        conflicts(one, other) for at, one in enumerate(standing) for other in standing[at + 1 :]
    )


def test_a_reminder_is_given_once_with_how_sure_it_is() -> None:
    found = reminders_for(frozenset({C.PARKINSON, C.LEVODOPA}))
    codes = [one.code for one in found]
    assert codes.count("reminder.iron_apart") == 1
    assert "reminder.weigh_monthly" in codes
    assert reminders_for(frozenset()) == ()
