"""What a dietitian does to a proposed week: change a part of it, undo, compare, refuse."""

from app.operations.weeks.changing import Place, another_day, give_up, pin, refuse, swap, undo
from app.operations.weeks.comparing import Beside, compare_with_last
from app.operations.weeks.papers import CheckedWeek, TrayDay, checked_week, tray_day
from app.operations.weeks.reach import require_reach

__all__ = [
    "Beside",
    "CheckedWeek",
    "Place",
    "TrayDay",
    "another_day",
    "checked_week",
    "compare_with_last",
    "give_up",
    "pin",
    "refuse",
    "require_reach",
    "swap",
    "tray_day",
    "undo",
]
