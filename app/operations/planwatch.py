"""How far the planning of a day is, for whoever waits for it."""

from collections.abc import Callable, Mapping

from app.operations.planning import MOVES
from logistics import DayProgress, DayWatch, Stage

_BEGINS_AT: Mapping[Stage, int] = {
    Stage.DEMAND: 0,
    Stage.STOCK: 2,
    Stage.KITCHEN: 5,
    Stage.PURCHASES: 12,
    Stage.ROUTES: 15,
    Stage.CHECK: 96,
}
"""Percent of the work done when a stage begins, measured on days of 150 to 500 addresses."""


def watcher(tell: Callable[..., bool], *, moves: int = MOVES) -> DayWatch:
    """Give the watch of planning that tells stage, percent and best so far to whoever waits."""
    stages = list(Stage)
    ends_at = dict(zip(stages, [*(_BEGINS_AT[one] for one in stages[1:]), 100], strict=True))

    def see(progress: DayProgress) -> bool:
        begin = _BEGINS_AT[progress.stage]
        width = ends_at[progress.stage] - begin
        return tell(
            stage=progress.stage.value,
            done=stages.index(progress.stage),
            of=len(stages),
            percent=begin + width * min(progress.moves, moves) // moves,
            incumbent=progress.incumbent,
        )

    return see
