"""What the law asks to tell of a food, against worked figures of the Regulation."""

import pytest

from menus import (
    NUTRIENTS,
    AllergenSet,
    Bite,
    Catalogue,
    Colour,
    Component,
    FoodInformation,
    Iddsi,
    InformationGap,
    Ingredient,
    Kind,
    Names,
    Portion,
    Portions,
    Recipe,
    RecipeLine,
    Role,
    Seasoning,
    Statement,
    Step,
    StepKind,
    Zone,
    build_catalogue,
    food_information,
)

MILK = {
    "energy_kcal": 650,
    "fat_g": 40,
    "saturated_fat_g": 25,
    "carbohydrate_g": 50,
    "fibre_g": 10,
    "sugars_g": 45,
    "protein_g": 33,
    "salt_g": 10,
}
"""Per 100 g, scaled: 65 kcal, 4.0 g fat, 5.0 g carbohydrate with 1.0 g fibre, 4.5 g sugars."""
LEAN = {**dict.fromkeys(MILK, 0), "energy_kcal": 0}


def bought(
    name: str,
    *,
    nl: str | None = None,
    figures: dict[str, int] | None = None,
    allergens: AllergenSet | None = None,
    properties: frozenset[str] = frozenset(),
    families: frozenset[str] = frozenset(),
) -> Ingredient:
    known = MILK if figures is None else figures
    return Ingredient(
        id=name,
        names=Names(nl=nl or name, fr=f"{name} fr", en=f"{name} en"),
        source="test",
        source_code="1",
        per_100g=tuple(known.get(each.code, 0) for each in NUTRIENTS),
        allergens=allergens or AllergenSet(),
        properties=properties,
        price_cents_per_kg=100,
        shelf_days=10,
        supplier="boer",
        pack_g=1000,
        lead_days=1,
        zone=Zone.CHILLED,
        families=families,
    )


def cooked(
    *lines: tuple[Ingredient, int], name: str = "gerecht", kind: Kind = Kind.FOOD, kept: int = 100
) -> Catalogue:
    """A catalogue with one dish of these grams, of which so much stays in the kettle."""
    dish = Component(
        id="dish",
        role=Role.DESSERT if kind is Kind.FOOD else Role.DRINK,
        kind=kind,
        names=Names(nl=name, fr="plat", en="dish"),
        recipe="r",
        levels=(Iddsi.L4,),
        seasonings=(Seasoning.STANDARD,),
        properties=frozenset(),
        colour=Colour.WHITE,
        bite=Bite.SOFT,
        portions_g=Portions(s=100, m=150, l=200),
        zone=Zone.FROZEN,
        shelf_days=90,
        steps=(Step(kind=StepKind.PACK, fixed_min=5, min_per_10kg=1),),
        regeneration=(),
        max_batch_g=10_000,
    )
    recipe = Recipe(
        id="r",
        lines=tuple(RecipeLine(ingredient=one.id, amount_g=grams) for one, grams in lines),
        yield_percent=kept,
    )
    return build_catalogue([one for one, _ in lines], [recipe], [dish])


def told(catalogue: Catalogue) -> FoodInformation:
    found = food_information(catalogue, "dish/4/standard")
    assert isinstance(found, FoodInformation)
    return found


def plain(figures: dict[str, int], kind: Kind = Kind.FOOD) -> FoodInformation:
    return told(cooked((bought("x", figures=figures), 1000), kind=kind))


def test_energy_comes_from_the_declared_figures_by_the_factors_of_annex_xiv() -> None:
    nutrition = plain(MILK).nutrition
    assert nutrition.carbohydrate_dg == 45  # 5.0 less 1.0 g of fibre, never below 4.5 g of sugars
    assert nutrition.energy_kcal == 69  # 4 x 9 + 4.5 x 4 + 1 x 2 + 3.3 x 4 = 69.2
    assert nutrition.energy_kj == 289  # 4 x 37 + 4.5 x 17 + 1 x 8 + 3.3 x 17 = 288.6
    assert (nutrition.fat_dg, nutrition.saturates_dg, nutrition.fibre_dg) == (40, 25, 10)
    assert (nutrition.protein_dg, nutrition.salt_cg) == (33, 10)


def test_what_the_table_knows_above_the_factors_is_alcohol_where_there_is_any() -> None:
    beer = bought("bier", figures={**LEAN, "energy_kcal": 430}, properties=frozenset({"alcohol"}))
    found = told(cooked((beer, 1000)))
    assert (found.nutrition.energy_kcal, found.nutrition.energy_kj) == (43, 178)  # 43 / 7 x 29
    assert found.statements == (Statement.ALCOHOL,)
    water = plain({**LEAN, "energy_kcal": 430})
    assert water.nutrition.energy_kcal == 0


def test_a_portion_is_told_as_its_own_weight() -> None:
    found = plain(MILK)
    medium = next(each for each in found.portions if each.portion is Portion.M)
    assert [(each.portion, each.grams) for each in found.portions] == [
        (Portion.S, 100),
        (Portion.M, 150),
        (Portion.L, 200),
    ]
    assert medium.nutrition.energy_kj == 433  # 288.6 x 1.5, rounded once
    assert (medium.nutrition.fat_dg, medium.nutrition.salt_cg) == (60, 15)


def test_a_figure_of_a_portion_is_rounded_once() -> None:
    found = plain({**MILK, "fat_g": 83, "protein_g": 67, "salt_g": 83})
    large = next(each for each in found.portions if each.portion is Portion.M).nutrition
    assert large.fat_dg == 120  # 12.45 g is 12 g: never 12.5, then 13
    assert large.protein_dg == 100  # 10.05 g
    assert large.salt_cg == 120  # 1.245 g


FOOD, DRINK = Kind.FOOD, Kind.DRINK


@pytest.mark.parametrize(
    ("topic", "kind", "figures", "claim"),
    [
        ("protein", FOOD, {"protein_g": 60, "fat_g": 195}, "source"),  # 24 of 199.5 kcal
        ("protein", FOOD, {"protein_g": 60, "fat_g": 196}, None),  # 24 of 200.4 kcal
        ("protein", FOOD, {"protein_g": 100, "fat_g": 177}, "high"),  # 40 of 199.3 kcal
        ("protein", FOOD, {"protein_g": 100, "fat_g": 178}, "source"),  # 40 of 200.2 kcal
        ("protein", FOOD, {}, None),
        ("fibre", FOOD, {"fibre_g": 30, "carbohydrate_g": 1000}, "source"),
        ("fibre", FOOD, {"fibre_g": 29, "carbohydrate_g": 1000}, None),
        ("fibre", FOOD, {"fibre_g": 60, "carbohydrate_g": 1000}, "high"),
        ("fibre", FOOD, {"fibre_g": 59, "carbohydrate_g": 1000}, "source"),
        ("fibre", FOOD, {"fibre_g": 10, "carbohydrate_g": 171}, "source"),  # 1 g in 66.4 kcal
        ("fibre", FOOD, {"fibre_g": 10, "carbohydrate_g": 173}, None),  # 1 g in 67.2 kcal
        ("fibre", FOOD, {"fibre_g": 20, "carbohydrate_g": 176}, "high"),  # 2 g in 66.4 kcal
        ("fat", FOOD, {"fat_g": 30}, "low"),
        ("fat", FOOD, {"fat_g": 31}, None),
        ("fat", FOOD, {"fat_g": 5}, "free"),
        ("fat", FOOD, {"fat_g": 6}, "low"),
        ("fat", DRINK, {"fat_g": 13}, "low"),
        ("fat", DRINK, {"fat_g": 14}, None),
        ("sugars", FOOD, {"carbohydrate_g": 50, "sugars_g": 50}, "low"),
        ("sugars", FOOD, {"carbohydrate_g": 51, "sugars_g": 51}, None),
        ("sugars", FOOD, {"carbohydrate_g": 5, "sugars_g": 5}, "free"),
        ("sugars", DRINK, {"carbohydrate_g": 22, "sugars_g": 22}, "low"),
        ("sugars", DRINK, {"carbohydrate_g": 23, "sugars_g": 23}, None),
        ("energy", FOOD, {"carbohydrate_g": 100}, "low"),
        ("energy", FOOD, {"carbohydrate_g": 101}, None),
        ("energy", DRINK, {"carbohydrate_g": 45}, "low"),  # 18 kcal, 19.8 in 100 ml at 1.1 g/ml
        ("energy", DRINK, {"carbohydrate_g": 46}, None),
    ],
)
def test_a_claim_stands_exactly_from_its_limit_on(
    topic: str, kind: Kind, figures: dict[str, int], claim: str | None
) -> None:
    found = [each.rule for each in plain({**LEAN, **figures}, kind).claims]
    assert [each for each in found if each.startswith(f"{topic}_")] == (
        [f"{topic}_{claim}"] if claim else []
    )


@pytest.mark.parametrize(
    ("salt_cg", "claim"), [(30, "salt_low"), (31, None), (10, "salt_very_low"), (1, "salt_free")]
)
def test_salt_claims_go_by_sodium(salt_cg: int, claim: str | None) -> None:
    found = {each.rule for each in plain({**LEAN, "salt_g": salt_cg}).claims}
    assert {name for name in found if name.startswith("salt")} == ({claim} if claim else set())


@pytest.mark.parametrize(
    ("salt_cg", "sodium_mg", "claim"),
    [
        (1, 5, "salt_free"),
        (1, 6, "salt_very_low"),
        (10, 40, "salt_very_low"),
        (10, 41, "salt_low"),
        (30, 120, "salt_low"),
        (30, 121, None),
    ],
)
def test_a_salt_claim_heeds_the_sodium_that_the_figure_of_salt_rounds_away(
    salt_cg: int, sodium_mg: int, claim: str | None
) -> None:
    figures = {**LEAN, "salt_g": salt_cg, "sodium_mg": sodium_mg}
    found = {each.rule for each in plain(figures).claims}
    assert {name for name in found if name.startswith("salt")} == ({claim} if claim else set())


def test_food_for_medical_purposes_bears_no_claim_and_says_what_it_is() -> None:
    medical = bought("poeder", figures=LEAN, properties=frozenset({"medical-food"}))
    found = told(cooked((medical, 1000)))
    assert found.claims == ()
    assert found.statements == (Statement.MEDICAL_FOOD,)


def test_the_quantity_of_what_the_name_speaks_of_is_told() -> None:
    dish = cooked(
        (bought("melk"), 900),
        (bought("wortel", nl="wortelen"), 60),
        (bought("oude", nl="brokkelkaas", families=frozenset({"kaas"})), 30),
        (bought("peper"), 10),
        name="Wortelpap met kaaskorst",
    )
    listed = {each.names.nl: (each.per_100g_mg, each.share_told) for each in told(dish).ingredients}
    assert listed == {
        "melk": (90_000, True),
        "wortelen": (6_000, True),
        "brokkelkaas": (3_000, True),
        "peper": (1_000, False),
    }


def test_ingredients_that_lost_water_weigh_more_than_the_food() -> None:
    assert not told(cooked((bought("melk"), 1000))).shares_in_grams
    juicy = bought("melk", figures={**MILK, "water_g": 900})
    assert told(cooked((juicy, 1000), kept=80)).shares_in_grams


def test_allergens_stand_in_the_order_of_the_law_and_in_each_ingredient() -> None:
    both = AllergenSet(
        contains=frozenset({"milk", "gluten:rye"}), may_contain=frozenset({"celery"})
    )
    found = told(cooked((bought("koek", allergens=both), 500), (bought("appel"), 500)))
    assert (found.allergens, found.may_contain) == (("gluten:rye", "milk"), ("celery",))
    assert {each.names.nl: each.allergens for each in found.ingredients} == {
        "koek": ("gluten:rye", "milk"),
        "appel": (),
    }


def test_a_vitamin_is_told_from_a_significant_amount_on() -> None:
    enough = plain({**LEAN, "vitamin_d_ug": 75, "calcium_mg": 119})
    assert [(each.nutrient, each.amount, each.percent) for each in enough.significant] == [
        ("vitamin_d_ug", 75, 15)
    ]
    drink = plain({**LEAN, "calcium_mg": 60}, Kind.DRINK)
    assert [each.nutrient for each in drink.significant] == ["calcium_mg"]


@pytest.mark.parametrize("name", sorted(MILK))
def test_no_record_is_made_while_a_figure_is_not_known(name: str) -> None:
    known = {**MILK, name: None}
    hole = bought("x")
    figures = tuple(known.get(each.code, 0) for each in NUTRIENTS)
    catalogue = cooked((hole, 1000))
    torn = build_catalogue(
        [Ingredient(**{f: getattr(hole, f) for f in hole.__slots__} | {"per_100g": figures})],
        catalogue.recipes.values(),
        catalogue.components.values(),
    )
    assert food_information(torn, "dish/4/standard") == InformationGap(
        variant="dish/4/standard", code="label.nutrition_unknown"
    )


def test_no_record_is_made_while_an_allergen_is_not_known() -> None:
    silent = bought("x", allergens=AllergenSet(unknown=frozenset({"celery"})))
    assert food_information(cooked((silent, 1000)), "dish/4/standard") == InformationGap(
        variant="dish/4/standard", code="label.allergens_unknown"
    )


def test_an_exact_half_is_rounded_away_from_nought() -> None:
    assert plain({**LEAN, "protein_g": 5}).nutrition.energy_kj == 9  # 0.5 g x 17 = 8.5
