"""Any calculation of this room by its agreed name, for files and systems."""

from screening.calculations.group import Asked, Given, Group, Told, worked
from screening.calculations.groups import GROUPS
from screening.calculations.groups_tools import input_names, named_answers, sent_as, tell

__all__ = [
    "GROUPS",
    "Asked",
    "Given",
    "Group",
    "Told",
    "input_names",
    "named_answers",
    "sent_as",
    "tell",
    "worked",
]
