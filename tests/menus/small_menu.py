"""A hand-made catalogue of a dozen dishes, and requests against it."""

from dataclasses import replace
from datetime import date, time
from typing import Any

from menus import (
    NUTRIENTS,
    AllergenSet,
    Bite,
    Catalogue,
    Colour,
    Eater,
    Iddsi,
    Kind,
    MealPlan,
    Names,
    PlanRequest,
    PlanStatus,
    Portions,
    Processing,
    Role,
    Seasoning,
    Slot,
    TasteProfile,
    Variant,
    Zone,
    compose_plan,
    plan_objections,
)
from optimizer import Limits

CODES = [nutrient.code for nutrient in NUTRIENTS]


def variant(name: str, role: Role, *, energy: int | None = 1_000, **more: Any) -> Variant:
    """A dish at level 5 (a drink at level 2) with energy, protein and vitamin D only."""
    amounts: dict[str, int | None] = dict.fromkeys(CODES, 0)
    amounts |= {"energy_kcal": energy, "protein_g": more.pop("protein", 50)}
    amounts["vitamin_d_ug"] = more.pop("vitamin_d", 0)
    kind = Kind.DRINK if role is Role.DRINK else Kind.FOOD
    level = Iddsi.L2 if role is Role.DRINK else Iddsi.L5
    fields: dict[str, Any] = {
        "id": name,
        "component": name.partition("/")[0],
        "role": role,
        "kind": kind,
        "iddsi": level,
        "seasoning": Seasoning.STANDARD,
        "names": Names(nl=name, fr=name, en=name),
        "per_100g": tuple(amounts.values()),
        "allergens": AllergenSet(),
        "ingredients": frozenset({name.partition("/")[0]}),
        "main_ingredients": frozenset({name.partition("/")[0]}),
        "properties": frozenset(),
        "colour": Colour.WHITE,
        "bite": Bite.SOFT,
        "taste": TasteProfile(salt=1, herbs=0, spice=0, acid=0, sweet=0, umami=0, aroma=0),
        "processing": Processing(work=(), additions=(), tests=()),
        "portions_g": Portions(s=100, m=200, l=300),
        "price_cents_per_100g": 50,
        "zone": Zone.CHILLED,
        "shelf_days": 5,
        "steps": (),
        "regeneration": (),
        "max_batch_g": 10_000,
    }
    return Variant(**(fields | more))


def catalogue(*variants: Variant) -> Catalogue:
    return Catalogue(
        version="v1",
        ingredients={},
        recipes={},
        components={},
        variants={each.id: each for each in variants},
    )


MILK = AllergenSet(contains=frozenset({"milk"}))
SOME_MILK = AllergenSet(may_contain=frozenset({"milk"}))
SMALL = catalogue(
    variant("leek", Role.SOUP, energy=400, protein=10),
    variant("tomato", Role.SOUP, energy=500, protein=12, price_cents_per_100g=40),
    variant("cream", Role.SOUP, energy=900, protein=20, allergens=MILK),
    variant("cod", Role.PROTEIN, energy=1_100, protein=180, vitamin_d=200),
    variant("chicken", Role.PROTEIN, energy=1_500, protein=250),
    variant("lentils", Role.PROTEIN, energy=1_000, protein=90, price_cents_per_100g=20),
    variant("nut-roast", Role.PROTEIN, allergens=SOME_MILK),
    variant("cod-smooth", Role.PROTEIN, iddsi=Iddsi.L4),
    variant("mash", Role.STARCH, energy=900, protein=20, vitamin_d=None),
    variant("pasta", Role.STARCH, energy=1_300, protein=45),
    variant("coffee", Role.DRINK, energy=10, protein=0),
    variant("cake", Role.DESSERT, energy=2_500, protein=40),
)
LUNCH = Slot(
    id="lunch",
    time=time(12),
    roles=(Role.SOUP, Role.PROTEIN, Role.STARCH),
    optional=(Role.DESSERT,),
)
EATER = Eater(food_iddsi=Iddsi.L5, drink_iddsi=Iddsi.L2)


def request(**more: Any) -> PlanRequest:
    fields: dict[str, Any] = {
        "id": "c1",
        "start": date(2026, 12, 1),
        "days": 3,
        "slots": (LUNCH,),
        "eater": EATER,
    }
    return PlanRequest(**(fields | more))


def compose(asked: PlanRequest, book: Catalogue = SMALL, *, seed: int = 1) -> MealPlan:
    return compose_plan(asked, book, Limits(moves=40_000, seed=seed))


def ok(asked: PlanRequest, book: Catalogue = SMALL) -> MealPlan:
    plan = compose(asked, book)
    assert plan.status is PlanStatus.OK
    assert plan_objections(plan, asked, book) == ()
    return plan


def eater(**more: Any) -> Eater:
    return replace(EATER, **more)


def allergic(*allergies: str) -> Eater:
    return eater(allergies=frozenset(allergies))


def dishes(plan: MealPlan, role: Role) -> list[str]:
    return [item.variant for item in plan.items if item.role is role]


def rules(plan: MealPlan) -> set[str]:
    return {each.rule for each in plan.conflict}
