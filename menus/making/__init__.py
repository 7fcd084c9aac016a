"""What a variant needs beyond cooking: work for its texture, what is added, and its taste."""

from menus.making.processing import (
    MOST_MM,
    TESTS,
    Added,
    Addition,
    Processing,
    TextureTest,
    Work,
    work_for,
)
from menus.making.taste import PROFILE, TasteProfile, taste_of

__all__ = [
    "MOST_MM",
    "PROFILE",
    "TESTS",
    "Added",
    "Addition",
    "Processing",
    "TasteProfile",
    "TextureTest",
    "Work",
    "taste_of",
    "work_for",
]
