"""Resting energy and requirements worked out from named answers, for whoever sends only those."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from screening.instruments.instrument import Answers, Input, InputKind, Status
from screening.instruments.quantities import Known, fits, number
from screening.measuring.measures import Sex, rounded, rounded_int
from screening.measuring.plausibility import GATES
from screening.needs.energy import EQUATION_YEARS, Equation, resting_energy_kcal
from screening.needs.requirements import (
    ADJUSTED_SHARE,
    DRINKS_ML,
    REFERENCE_BMI,
    reference_weight_kg,
    weight_at_bmi,
)

Figures = Mapping[str, Decimal | int]
"""Named figures: kcal, ml and mg whole, `kcal_2dp` with two decimals, protein and weight exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """Figures, or why there are none: `missing` is to be asked, `unreadable` to be mended."""

    status: Status
    figures: Figures = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


_KINDS: Mapping[str, InputKind] = {
    "weight_kg": InputKind.MEASURE,
    "height_cm": InputKind.MEASURE,
    "ref_bmi": InputKind.MEASURE,
    "factor": InputKind.MEASURE,
    "age": InputKind.AGE,
    "sex": InputKind.SEX,
}
# Outside these a policy is unusual, and is asked about like a value outside its gate (5.2).
_USUAL: Mapping[str, tuple[Fraction, Fraction]] = {
    **{name: (Fraction(low), Fraction(high)) for name, (low, high) in GATES.items()},
    "ref_bmi": (Fraction(22), Fraction(25)),
    "factor": (Fraction(1, 4), Fraction(33, 100)),
}


def bmr(given: Answers) -> Reckoned:
    """Resting energy `kcal_2dp` by `equation`, from sex, age, weight_kg and height_cm.

    Not valid under 18; a height is not looked at where the equation does not ask for one.
    """
    if _fits(given, "age") and Fraction(str(given["age"])) < EQUATION_YEARS:
        return Reckoned(status=Status.NOT_VALID)
    equation = _word(given, "equation", Equation)
    ask = ("sex", "age", "weight_kg", "height_cm")
    used = ask[: 3 if equation is Equation.HENRY_W else 4]
    strange = () if given.get("equation") is None or equation is not None else ("equation",)
    return _reckon(given, ("equation", *used), _bmr, strange=strange)


def _bmr(known: Known) -> Figures:
    kcal = resting_energy_kcal(
        Sex(str(known["sex"])),
        int(number(known, "age") or 0),
        weight_kg=number(known, "weight_kg") or 0,
        height_cm=number(known, "height_cm"),
        equation=Equation(str(known["equation"])),
    )
    return {"kcal_2dp": rounded(kcal, 2)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What a group needs: kcal and g per kg of weight, and figures that stand by themselves."""

    per_kg: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, int] = field(default_factory=dict)


# ESPEN geriatrics 2022; ESPEN cancer 2021; EASL/ESPEN liver 2019; EPUAP/NPIAP 2019; KDOQI 2020
# (only when metabolically stable and supervised).
_RULES: Mapping[str, _Rule] = {
    "older_adult": _Rule(per_kg={"kcal": "30", "protein_g_min": "1.0"}),
    "cancer": _Rule(
        per_kg={
            "kcal_min": "25",
            "kcal_max": "30",
            "protein_g_min": "1.0",
            "protein_g_max": "1.5",
        }
    ),
    "cirrhosis_malnourished": _Rule(
        per_kg={"kcal_min": "30", "kcal_max": "35", "protein_g": "1.5"}
    ),
    "pressure_ulcer_malnourished": _Rule(
        per_kg={
            "kcal_min": "30",
            "kcal_max": "35",
            "protein_g_min": "1.25",
            "protein_g_max": "1.5",
        }
    ),
    "ckd_3_5_no_diabetes": _Rule(
        per_kg={
            "kcal_min": "25",
            "kcal_max": "35",
            "protein_g_min": "0.55",
            "protein_g_max": "0.60",
        },
        fixed={"sodium_mg_max": 2300},
    ),
}
REQUIREMENT_RULES: tuple[str, ...] = ("adjusted_weight", *_RULES)
"""Every word `rule` of a requirement may be."""


def requirement(given: Answers) -> Reckoned:
    """What a group needs per day by `rule`, from weight_kg; drinks also ask for the sex.

    `adjusted_weight` gives ref_weight_kg and adjusted_weight_kg from height_cm, with ref_bmi 25
    and factor 0.25 unless given; under BMI 30 the adjusted weight is the actual one.
    """
    rule = given.get("rule")
    if rule == "adjusted_weight":
        return _reckon(given, ("weight_kg", "height_cm"), _adjusted, maybe=("ref_bmi", "factor"))
    if isinstance(rule, str) and rule in _RULES:
        maybe = ("sex",) if rule == "older_adult" else ()
        return _reckon(given, ("weight_kg",), _by_rule, maybe=maybe)
    strange = () if rule is None else ("rule",)
    return _reckon(given, ("rule", "weight_kg"), _adjusted, strange=strange)


def _by_rule(known: Known) -> Figures:
    rule, weight_kg = _RULES[str(known["rule"])], number(known, "weight_kg") or Fraction(0)
    found: dict[str, Decimal | int] = {
        name: _figure(name, weight_kg * Fraction(each)) for name, each in rule.per_kg.items()
    }
    if "sex" in known and known["rule"] == "older_adult":
        found["drinks_ml"] = DRINKS_ML[Sex(str(known["sex"]))]
    return {**found, **rule.fixed}


def _figure(name: str, value: Fraction) -> Decimal | int:
    return rounded_int(value) if name.startswith("kcal") else _exact(value)


def _exact(value: Fraction) -> Decimal:
    """The number as a decimal with as few places as it needs, at most nine."""
    return next(one for at in range(10) if (one := rounded(value, at)) == value or at == 9)


def _adjusted(known: Known) -> Figures:
    weight_kg, height_cm = number(known, "weight_kg") or 0, number(known, "height_cm") or 0
    ref_bmi = number(known, "ref_bmi") or Fraction(REFERENCE_BMI)
    share = number(known, "factor") or ADJUSTED_SHARE
    adjusted = reference_weight_kg(weight_kg, height_cm, ref_bmi=ref_bmi, share=share)
    return {
        "ref_weight_kg": _exact(weight_at_bmi(ref_bmi, height_cm)),
        "adjusted_weight_kg": _exact(adjusted),
    }


def _reckon(
    given: Answers,
    needs: tuple[str, ...],
    work_out: Callable[[Known], Figures],
    *,
    maybe: tuple[str, ...] = (),
    strange: tuple[str, ...] = (),
) -> Reckoned:
    """First what cannot be read, then what is unknown, then the figures."""
    asked = (*needs, *maybe)
    unreadable = (*strange, *(name for name in asked if name in _KINDS and _strange(given, name)))
    if unreadable:
        return Reckoned(status=Status.INVALID, unreadable=unreadable)
    flags = tuple(_unusual(given, asked))
    missing = tuple(name for name in needs if given.get(name) is None)
    if missing:
        return Reckoned(status=Status.PARTIAL, missing=missing, flags=flags)
    kept = {*asked, "rule"}
    known = {name: value for name, value in given.items() if name in kept and value is not None}
    return Reckoned(status=Status.COMPLETE, figures=work_out(known), flags=flags)


def _word(given: Answers, name: str, words: type[Equation]) -> Equation | None:
    value = given.get(name)
    return words(value) if isinstance(value, str) and value in set(words) else None


def _fits(given: Answers, name: str) -> bool:
    value = given.get(name)
    return value is not None and fits(Input(name=name, kind=_KINDS[name]), value)


def _strange(given: Answers, name: str) -> bool:
    return given.get(name) is not None and not _fits(given, name)


def _unusual(given: Answers, names: Iterable[str]) -> Iterable[str]:
    """Values outside their gate: told, never counted otherwise (reading G9)."""
    for name in names:
        value = given.get(name)
        if name in _USUAL and value is not None:
            low, high = _USUAL[name]
            if not low <= Fraction(str(value)) <= high:
                yield f"implausible:{name}"
