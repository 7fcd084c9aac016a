"""Names of dishes, eating moments and parts of a meal in the reader's language."""

import re

from app.i18n import Translator
from app.web.words import started
from menus import Catalogue, Role

ORDER = tuple(Role)
"""Parts of a meal in the order of the tray."""

_LONG = 12
_HEADS = (
    *("ballen", "balletjes", "blanquette", "bonen", "boterhammen", "bouillon", "compote", "curry"),
    *("dessert", "drank", "erwten", "filet", "gebraad", "gratin", "kroket", "melk", "moes"),
    *("mousse", "pap", "potje", "pudding", "puree", "ragout", "room", "sap", "saus", "smoothie"),
    *("soep", "spinazie", "stoemp", "stoofpot", "stoofvlees", "vlees", "voeding", "yoghurt"),
)
"""What Dutch names of dishes end in: bloemkool-room-soep."""
_SEAM = re.compile(rf"(?<=\w\w\w)(?=(?:{'|'.join(_HEADS)})+\b)", re.IGNORECASE)


def dish_name(speak: Translator, stock: Catalogue, name: str) -> str:
    """Give the name of a dish; one the catalogue lost keeps its code."""
    variant = stock.variants.get(name)
    return str(getattr(variant.names, speak.language)) if variant else name


def hyphenated(speak: Translator, name: str) -> str:
    """Give a name whose long Dutch words say where they may be broken in a narrow column.

    No browser breaks them rightly everywhere: many come without a list of Dutch syllables.
    """
    if speak.language != "nl":
        return name
    return " ".join(
        _SEAM.sub("\N{SOFT HYPHEN}", word) if len(word) >= _LONG else word
        for word in name.split(" ")
    )


def slot_name(speak: Translator, slot: str) -> str:
    """Give the name of an eating moment."""
    code = f"slot.{slot}"
    return speak.say(code) if speak.knows(code) else slot


def role_name(speak: Translator, role: str) -> str:
    """Give what a dish is on the tray."""
    return speak.say(f"role.{role}")


def weekday_started(speak: Translator, day: object) -> str:
    """Give the weekday as a line begins with it."""
    return started(speak.weekday(day))  # type: ignore[arg-type]
