"""Heights from other lengths and weights corrected for limbs and fluid, at their limits."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import (
    Ancestry,
    BodyPart,
    Fluid,
    Provenance,
    Sex,
    arm_tells_loss,
    correct_weight,
    height_from_demispan,
    height_from_knee,
    height_from_ulna_madden,
    rounded,
)


@pytest.mark.parametrize(
    ("sex", "age", "knee", "height"),
    [
        (Sex.MALE, 59, 52, "169.61"),
        (Sex.MALE, 60, 52, "166.83"),
        (Sex.FEMALE, 59, 47, "154.60"),
        (Sex.FEMALE, 60, 47, "156.49"),
        (Sex.MALE, 18, 52, "169.61"),
    ],
)
def test_fifty_nine_uses_the_younger_equation_and_sixty_the_older(
    sex: Sex, age: int, knee: int, height: str
) -> None:
    assert height_from_knee(sex, age, knee_height_cm=knee) == Fraction(height)


def test_a_knee_says_nothing_of_a_child() -> None:
    assert height_from_knee(Sex.MALE, 17, knee_height_cm=50) is None


@given(st.integers(60, 100).map(lambda half: 2 * half + 1))
def test_every_odd_demispan_of_a_woman_rounds_up(demispan: int) -> None:
    height = height_from_demispan(Sex.FEMALE, demispan_cm=demispan)
    assert rounded(height, 1) == Fraction(height) + Fraction(5, 100)


def test_demispan_of_a_man() -> None:
    assert height_from_demispan(Sex.MALE, demispan_cm=80) == Fraction("169.8")


@pytest.mark.parametrize(
    ("sex", "ancestry", "height"),
    [
        (Sex.MALE, Ancestry.ASIAN, "165.08"),
        (Sex.FEMALE, Ancestry.ASIAN, "159.12"),
        (Sex.MALE, Ancestry.BLACK, "164.3"),
        (Sex.FEMALE, Ancestry.BLACK, "158.05"),
    ],
)
def test_the_ulna_has_other_equations_where_the_table_gives_too_much(
    sex: Sex, ancestry: Ancestry, height: str
) -> None:
    assert height_from_ulna_madden(sex, ancestry, ulna_cm=25) == Fraction(height)


@pytest.mark.parametrize(("now", "tells"), [("27.0", True), ("27.1", False), ("33", False)])
def test_a_tenth_off_the_arm_tells_of_loss(now: str, *, tells: bool) -> None:
    assert arm_tells_loss(30, Decimal(now)) is tells


@pytest.mark.parametrize(
    ("part", "weight"),
    [
        (BodyPart.HAND, "59.58"),
        (BodyPart.FOREARM, "58.62"),
        (BodyPart.ARM, "57"),
        (BodyPart.FOOT, "59.1"),
        (BodyPart.LOWER_LEG, "56.46"),
        (BodyPart.LEG, "50.4"),
    ],
)
def test_a_missing_limb_is_added_to_the_weight(part: BodyPart, weight: str) -> None:
    corrected = correct_weight(Decimal(weight), amputated=(part,))
    assert corrected.weight_kg == 60
    assert corrected.provenance is Provenance.ESTIMATED
    assert corrected.flags == ("weight.amputation",)


@pytest.mark.parametrize(
    ("oedema", "ascites", "off"),
    [
        (Fluid.MILD, None, "1"),
        (Fluid.MODERATE, None, "5"),
        (Fluid.SEVERE, None, "10"),
        (None, Fluid.MILD, "2.2"),
        (None, Fluid.MODERATE, "6"),
        (None, Fluid.SEVERE, "14"),
        (Fluid.SEVERE, Fluid.SEVERE, "24"),
    ],
)
def test_fluid_comes_off_only_when_a_clinician_confirms(
    oedema: Fluid | None, ascites: Fluid | None, off: str
) -> None:
    dry = correct_weight(70, oedema=oedema, ascites=ascites, clinician_confirms=True)
    assert dry.weight_kg == 70 - Fraction(off)
    assert (dry.provenance, dry.flags) == (Provenance.ESTIMATED, ("dry_weight_estimated",))
    wet = correct_weight(70, oedema=oedema, ascites=ascites)
    assert wet.weight_kg == 70
    assert (wet.provenance, wet.flags) == (Provenance.MEASURED, ("weight.fluid_unconfirmed",))


def test_fluid_comes_off_before_a_limb_is_added() -> None:
    both = correct_weight(
        47, amputated=(BodyPart.LEG,), oedema=Fluid.MODERATE, clinician_confirms=True
    )
    assert both.weight_kg == 50
    assert both.flags == ("weight.amputation", "dry_weight_estimated")


def test_a_weight_with_nothing_to_correct_stays_as_measured() -> None:
    plain = correct_weight(Decimal("61.5"))
    assert (plain.weight_kg, plain.flags) == (Fraction("61.5"), ())
    assert plain.provenance is Provenance.MEASURED
    assert correct_weight(60, clinician_confirms=True).provenance is Provenance.MEASURED


def test_nobody_has_three_legs_or_weighs_less_than_the_fluid() -> None:
    with pytest.raises(ValueError, match="two legs"):
        correct_weight(60, amputated=(BodyPart.FOOT, BodyPart.LEG, BodyPart.LOWER_LEG))
    with pytest.raises(ValueError, match="two arms"):
        correct_weight(60, amputated=(BodyPart.HAND,) * 3)
    with pytest.raises(ValueError, match="fluid"):
        correct_weight(10, oedema=Fluid.SEVERE, clinician_confirms=True)
    assert correct_weight(60, amputated=(BodyPart.HAND, BodyPart.ARM, BodyPart.FOOT)).flags


def test_confirming_that_there_is_no_fluid_leaves_a_measured_weight() -> None:
    dry = correct_weight(60, clinician_confirms=True)
    assert (dry.weight_kg, dry.provenance, dry.flags) == (60, Provenance.MEASURED, ())
