"""How a variant tastes: seven strengths from 0 to 3, worked out from what is in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class TasteProfile:
    """Strengths from 0 (none) to 3 (strong), a house scale."""

    salt: int
    herbs: int
    spice: int
    acid: int
    sweet: int
    umami: int
    aroma: int


PROFILE: tuple[str, ...] = ("salt", "herbs", "spice", "acid", "sweet", "umami", "aroma")
# Points per gram; a line may give several tastes. Dried herbs count eight times fresh ones. The
# scale is ours: it orders versions of one dish, and compares dishes only roughly.
_FRESH = ("parsley", "chives", "basil", "coriander-leaf", "cress", "dill", "watercress")
_DRIED = (
    *("thyme", "chervil", "basil-dried", "parsley-dried", "oregano", "rosemary", "sage"),
    *("marjoram", "bay-leaf"),
)
_SPICES = (
    *("nutmeg", "curry-powder", "paprika-powder", "cinnamon", "black-pepper", "cayenne"),
    *("cumin", "caraway", "cloves", "turmeric"),
)
_POINTS: Mapping[str, Mapping[str, int]] = {
    **{name: {"herbs": 10, "aroma": 2} for name in _FRESH},
    **{name: {"herbs": 80, "aroma": 16} for name in _DRIED},
    **{name: {"spice": 80, "aroma": 16} for name in _SPICES},
    "ginger": {"spice": 12, "aroma": 8},
    "mustard": {"spice": 4, "acid": 1},
    "horseradish": {"spice": 8},
    "garlic": {"aroma": 24},
    "onion": {"aroma": 1},
    "vanilla": {"aroma": 40},
    "cocoa": {"aroma": 6},
    "coffee": {"aroma": 1},
    "coffee-decaf": {"aroma": 1},
    "lemon-juice": {"acid": 10, "aroma": 2},
    "lime-juice": {"acid": 10, "aroma": 2},
    "cider-vinegar": {"acid": 10},
    "white-vinegar": {"acid": 10},
    "buttermilk": {"acid": 1},
    "tomato-paste": {"umami": 5, "acid": 1},
    "tomato-dried": {"umami": 10},
    "mushroom": {"umami": 1},
    "worcestershire": {"umami": 15, "acid": 3},
    "soy-sauce": {"umami": 20},
    "tamari": {"umami": 20},
    "miso": {"umami": 15},
    "parmesan": {"umami": 8},
    "emmental": {"umami": 2},
    "gouda": {"umami": 2},
    "gruyere": {"umami": 3},
    "beef-bouillon": {"umami": 15},
    "chicken-bouillon": {"umami": 15},
    "fish-stock": {"umami": 1},
    "yeast": {"umami": 8},
}
# From how many points per 100 g a strength is 1, 2, 3.
_FROM: Mapping[str, tuple[int, int, int]] = {
    "herbs": (1, 5, 12),
    "spice": (1, 5, 15),
    "acid": (2, 8, 25),
    "umami": (5, 20, 60),
    "aroma": (1, 5, 12),
}
# Sodium in mg per 100 g: the limits of the claims very low and low in sodium or salt (Regulation
# (EC) 1924/2006, annex), then three times the last. Sugars in g per 100 g: low by the same annex.
_SALT_FROM = (40, 121, 361)
_SWEET_FROM = (5, 10, 20)


def taste_of(
    grams: Mapping[str, Fraction], *, sodium_mg: int | None, sugars_dg: int | None
) -> TasteProfile:
    """The profile of 100 g of a dish: grams of each ingredient, sodium, tenths of grams of sugars.

    An ingredient that is not in the table gives no taste. What is not known of salt or sugars is
    taken as strong: nobody gets too much by it.
    """
    strengths = {taste: _strength(_points(grams, taste), _FROM[taste]) for taste in _FROM}
    return TasteProfile(
        salt=3 if sodium_mg is None else _strength(Fraction(sodium_mg), _SALT_FROM),
        sweet=3 if sugars_dg is None else _strength(Fraction(sugars_dg, 10), _SWEET_FROM),
        **strengths,
    )


def _points(grams: Mapping[str, Fraction], taste: str) -> Fraction:
    found = (
        amount * _POINTS[name].get(taste, 0) for name, amount in grams.items() if name in _POINTS
    )
    return sum(found, Fraction(0))


def _strength(amount: Fraction, limits: tuple[int, int, int]) -> int:
    return sum(amount >= limit for limit in limits)
