"""A week in the reader's words: the grid, the swaps of one place, what clashes, what changed."""

from app.web.weekparts.bench import bench_parts
from app.web.weekparts.changes import change_rows, mean_rows
from app.web.weekparts.clashes import Offer, clashes, offers, problem_text, rule_text
from app.web.weekparts.doses import dose_rows
from app.web.weekparts.grid import day_parts, slot_parts
from app.web.weekparts.papers import tray_cards, ward_cards, week_sheet
from app.web.weekparts.sums import failing, failing_days, standing_parts

__all__ = [
    "Offer",
    "bench_parts",
    "change_rows",
    "clashes",
    "day_parts",
    "dose_rows",
    "failing",
    "failing_days",
    "mean_rows",
    "offers",
    "problem_text",
    "rule_text",
    "slot_parts",
    "standing_parts",
    "tray_cards",
    "ward_cards",
    "week_sheet",
]
