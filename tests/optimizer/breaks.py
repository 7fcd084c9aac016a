"""The breaks of a shift, drawn, and what of them is owed."""

from hypothesis import strategies as st

from optimizer import RoutingBreak, RoutingVehicle


@st.composite
def breaks(draw: st.DrawFn, *, least: int = 0, unit: int = 100) -> tuple[RoutingBreak, ...]:
    """Up to three breaks in order, apart, overlapping or nested, of a day of some 15,000 seconds.

    Times are so many seconds apart.
    """
    count = draw(st.sampled_from((0, 1, 2, 2, 3)).filter(lambda count: count >= least))
    spans = [(draw(st.integers(10, 90)), draw(st.integers(0, 30))) for _ in range(count)]
    return tuple(
        RoutingBreak(
            earliest_s=unit * begin,
            latest_s=unit * (begin + wide),
            duration_s=unit * draw(st.integers(1, 15)),
        )
        for begin, wide in sorted(spans, key=sum)
    )


def breaks_left(wheels: RoutingVehicle, start: int) -> tuple[RoutingBreak, ...]:
    """The breaks that cannot all be over before it leaves, each begun as late as it may."""
    over = 0
    for had, rest in enumerate(wheels.rests):
        over = max(over, rest.latest_s) + rest.duration_s
        if over > start:
            return wheels.rests[had:]
    return ()
