"""Two halves of a search, side by side in two threads where there are two workers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from optimizer.outcome import Progress, Watch


class Guard:
    """A watch that is asked no more once it has ended the search."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self.going = True

    def __call__(self, progress: Progress) -> bool:
        """Ask the watch whether to go on."""
        self.going = self.going and self._watch(progress)
        return self.going

    def aside(self, _: Progress) -> bool:
        """Whether to go on, for what runs beside the half that is watched."""
        return self.going

    def of_second(self, workers: int) -> Watch:
        """What the second half asks: only one thread ever asks the watch itself."""
        return self if workers == 1 else self.aside


def side_by_side(
    first: Callable[[], None], second: Callable[[], None], guard: Guard, workers: int
) -> None:
    """Run both, one after the other for one worker; neither may look at what the other does."""
    if workers == 1:
        first()
        second()
        return
    with ThreadPoolExecutor(1) as beside:
        other = beside.submit(second)
        try:
            first()
        except BaseException:
            guard.going = False  # nobody waits for the other one
            raise
        other.result()
