"""The message of the prescription form: every target, texture, taste, rule and day of the rise."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import fields, post_load, pre_load

from app.schemas.base import Day, Form, OneOf, Several, Switch, Text, Whole
from menus import ALLERGIES, DIETS, NUTRIENTS, PROPERTIES
from screening import (
    CARDS,
    DRINK_LEVELS,
    ENERGY_FORMULAS,
    FOOD_LEVELS,
    INTOLERANCES,
    STEP_UP_DAYS,
    Activity,
    Condition,
    MealPattern,
    Prescription,
    Range,
    RefeedingLevel,
    Strength,
    Stress,
    Taste,
)
from screening import Switch as RuleSwitch

_MOST_KCAL, _MOST_G, _MOST_ML, _MOST_OF_ANY = 9999, 999, 9999, 99_999
BOUNDED = tuple(one.code for one in NUTRIENTS if one.code not in ("energy_kcal", "protein_g"))
"""Nutrients that a dietitian may bound one by one."""
USUAL = tuple(
    dict.fromkeys(
        str(card.constraint.nutrient) for card in CARDS if card.around_usual_percent is not None
    )
)
"""Nutrients whose usual intake a rule starts from."""
_RULES = {card.constraint.rule: card for card in CARDS}
_BY_NAME = {"least": BOUNDED, "most": BOUNDED, "usual": USUAL, "tolerates": tuple(INTOLERANCES)}
"""Fields that a page posts once per name: `least.calcium_mg`, `usual.vitamin_k_ug`."""


class Numbers(fields.Dict):
    """Whole numbers by name, only for the given names."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(
            keys=OneOf(names), values=Whole(least=0, most=_MOST_OF_ANY), load_default=dict
        )


class PrescriptionForm(Form):
    """Targets of a day, texture, taste, exclusions; `replaces` is the version the reader saw.

    `rules_shown` are the rules the reader saw, `rules_on` those left on; the difference with what
    a rule is by itself becomes a switch with the reason `switch_why`.
    """

    energy_kcal_min = Whole(least=0, most=_MOST_KCAL, load_default=None)
    energy_kcal_max = Whole(least=0, most=_MOST_KCAL, load_default=None)
    protein_g_min = Whole(least=0, most=_MOST_G, load_default=None)
    protein_g_max = Whole(least=0, most=_MOST_G, load_default=None)
    fluid_ml_min = Whole(least=0, most=_MOST_ML, load_default=None)
    fluid_ml_max = Whole(least=0, most=_MOST_ML, load_default=None)
    least = Numbers(BOUNDED)
    most = Numbers(BOUNDED)
    usual = Numbers(USUAL)
    tolerates = Numbers(tuple(INTOLERANCES))
    energy_formula = OneOf(("", *ENERGY_FORMULAS), load_default="")
    activity = OneOf(tuple(Activity), load_default=Activity.SEDENTARY.value)
    stress = OneOf(tuple(Stress), load_default=Stress.NONE.value)
    reference = Switch(load_default=False)
    food_level = OneOf(FOOD_LEVELS, required=True)
    drink_level = OneOf(DRINK_LEVELS, required=True)
    finger_food = Switch(load_default=False)
    allergies = Several(sorted(ALLERGIES), load_default=list)
    intolerances = Several(tuple(INTOLERANCES), load_default=list)
    excluded_ingredients = Text(most=500, load_default="")
    excluded_properties = Several(PROPERTIES, load_default=list)
    diets = Several(sorted(DIETS), load_default=list)
    likes = Text(most=500, load_default="")
    dislikes = Text(most=500, load_default="")
    taste = OneOf(tuple(Taste), required=True)
    salt = OneOf(tuple(Strength), load_default=Strength.NORMAL.value)
    spice = OneOf(tuple(Strength), load_default=Strength.NORMAL.value)
    sweet = OneOf(tuple(Strength), load_default=Strength.NORMAL.value)
    acid = OneOf(tuple(Strength), load_default=Strength.NORMAL.value)
    aroma = OneOf(tuple(Strength), load_default=Strength.NORMAL.value)
    portion_percent = Whole(least=1, most=999, load_default=100)
    meal_pattern = OneOf(tuple(MealPattern), required=True)
    late_snack = Switch(load_default=False)
    dose_times = Text(most=80, load_default="")
    conditions = Several(tuple(Condition), load_default=list)
    rules_shown = Several(tuple(_RULES), load_default=list)
    rules_on = Several(tuple(_RULES), load_default=list)
    switch_why = Text(most=300, load_default="")
    refeeding = OneOf(("", *RefeedingLevel), load_default="")
    start_energy_kcal = Whole(least=0, most=_MOST_KCAL, load_default=None)
    step_up_from = Day(load_default=None)
    step_up_days = Whole(least=STEP_UP_DAYS[0], most=STEP_UP_DAYS[1], load_default=STEP_UP_DAYS[1])
    review_on = Day(load_default=None)
    replaces = Whole(least=0, most=10**6, load_default=0)
    attest = Switch(load_default=False)

    @pre_load
    def drop_empty(self, values: Mapping[str, Any], **rest: Any) -> dict[str, Any]:
        """Gather the fields posted once per name, after blanks are gone."""
        kept: dict[str, Any] = super().drop_empty(values, **rest)
        for field, names in _BY_NAME.items():
            given = {name: values.get(f"{field}.{name}", [""])[-1] for name in names}
            kept[field] = {name: text for name, text in given.items() if str(text).strip()}
        return kept

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the targets as the room reads them, and what stands beside them."""
        return {
            "content": _content(values),
            "reference": values["reference"],
            "review_on": values["review_on"],
            "replaces": values["replaces"],
            "attest": values["attest"],
        }


def _content(values: Mapping[str, Any]) -> Prescription:
    level = values["refeeding"]
    return Prescription(
        energy_kcal=_range(values, "energy_kcal"),
        protein_g=_range(values, "protein_g"),
        fluid_ml=_range(values, "fluid_ml"),
        nutrients=_nutrients(values),
        energy_formula=values["energy_formula"],
        activity=Activity(values["activity"]),
        stress=Stress(values["stress"]),
        food_level=values["food_level"],
        drink_level=values["drink_level"],
        finger_food=values["finger_food"],
        allergies=frozenset(values["allergies"]),
        intolerances={name: values["tolerates"].get(name) for name in values["intolerances"]},
        excluded_ingredients=_words(values["excluded_ingredients"]),
        excluded_properties=frozenset(values["excluded_properties"]),
        diets=frozenset(values["diets"]),
        taste=Taste(values["taste"]),
        salt=Strength(values["salt"]),
        spice=Strength(values["spice"]),
        sweet=Strength(values["sweet"]),
        acid=Strength(values["acid"]),
        aroma=Strength(values["aroma"]),
        portion_percent=values["portion_percent"],
        meal_pattern=MealPattern(values["meal_pattern"]),
        late_snack=values["late_snack"],
        dose_times=_clock_times(values["dose_times"]),
        likes=_words(values["likes"]),
        dislikes=_words(values["dislikes"]),
        conditions=frozenset(Condition(one) for one in values["conditions"]),
        usual=values["usual"],
        switches=_switches(values),
        refeeding=RefeedingLevel(level) if level else None,
        start_energy_kcal=values["start_energy_kcal"],
        step_up_from=values["step_up_from"],
        step_up_days=values["step_up_days"],
    )


def _range(values: Mapping[str, Any], name: str) -> Range:
    return Range(low=values[f"{name}_min"], high=values[f"{name}_max"])


def _nutrients(values: Mapping[str, Any]) -> dict[str, Range]:
    least, most = values["least"], values["most"]
    return {
        name: Range(low=least.get(name), high=most.get(name))
        for name in BOUNDED
        if name in least or name in most
    }


def _words(text: str) -> frozenset[str]:
    return frozenset(part.strip().lower() for part in text.split(",") if part.strip())


def _clock_times(text: str) -> tuple[str, ...]:
    """Give each time as "07:30"; what is no time stays as it is and is asked about."""
    found = (_clock(part.strip()) for part in re.split(r"[,;\s]+", text) if part.strip())
    return tuple(dict.fromkeys(found))


def _clock(part: str) -> str:
    read = re.fullmatch(r"(\d{1,2})[:.uhUH](\d{2})?", part, re.ASCII)
    return f"{int(read[1]):02}:{read[2] or '00'}" if read else part


def _switches(values: Mapping[str, Any]) -> tuple[RuleSwitch, ...]:
    """Give the rules a reader put in another state than they are in by themselves."""
    on = set(values["rules_on"])
    return tuple(
        RuleSwitch(rule=rule, on=rule in on, why=values["switch_why"])
        for rule in sorted(set(values["rules_shown"]))
        if (rule in on) is not _RULES[rule].on
    )
