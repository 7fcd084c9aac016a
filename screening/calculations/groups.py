"""Every calculation of this room by its agreed name; `Group.ask` answers any of them."""

from collections.abc import Mapping

from screening.calculations.group import Group
from screening.calculations.groups_body import BODY_GROUPS
from screening.calculations.groups_care import CARE_GROUPS
from screening.calculations.groups_tools import TOOL_GROUPS

GROUPS: Mapping[str, Group] = {one.name: one for one in (*BODY_GROUPS, *TOOL_GROUPS, *CARE_GROUPS)}
"""Instruments, heights, needs, refeeding, warnings, numbers of the administration."""
