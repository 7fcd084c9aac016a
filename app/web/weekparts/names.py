"""Names of dishes, eating moments and parts of a meal in the reader's language."""

from app.i18n import Translator
from app.web.words import started
from menus import Catalogue, Role

ORDER = tuple(Role)
"""Parts of a meal in the order of the tray."""


def dish_name(speak: Translator, stock: Catalogue, name: str) -> str:
    """Give the name of a dish; one the catalogue lost keeps its code."""
    variant = stock.variants.get(name)
    return str(getattr(variant.names, speak.language)) if variant else name


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
