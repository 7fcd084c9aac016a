"""Seasoning variants of a dish, and which of them suit a way of tasting."""

from enum import StrEnum


class Seasoning(StrEnum):
    """Taste version of a component."""

    STANDARD = "standard"
    LOW_SALT = "low-salt"
    TASTE_BOOST = "taste-boost"


class Taste(StrEnum):
    """What the dietitian notes about how a client tastes."""

    NORMAL = "normal"
    WEAKENED = "weakened"
    METALLIC = "metallic"
    SENSITIVE = "sensitive"


_BY_TASTE: dict[Taste, frozenset[Seasoning]] = {
    Taste.NORMAL: frozenset({Seasoning.STANDARD}),
    Taste.WEAKENED: frozenset({Seasoning.STANDARD, Seasoning.TASTE_BOOST}),
    Taste.METALLIC: frozenset({Seasoning.STANDARD, Seasoning.TASTE_BOOST}),
    Taste.SENSITIVE: frozenset({Seasoning.STANDARD, Seasoning.LOW_SALT}),
}


def allowed_seasonings(
    taste: Taste, *, low_salt: bool, boost: bool | None = None
) -> frozenset[Seasoning]:
    """The seasonings that fit a taste profile; a low-salt order leaves the low-salt one only.

    `boost` says that stronger herbs, sour or aroma are asked for, or (False) are not wanted.
    """
    if low_salt:
        return frozenset({Seasoning.LOW_SALT})
    if boost is None:
        return _BY_TASTE[taste]
    boosted = frozenset({Seasoning.TASTE_BOOST})
    return _BY_TASTE[taste] | boosted if boost else _BY_TASTE[taste] - boosted
