"""The breaks of a driver's shift, drawn."""

from hypothesis import strategies as st

from logistics import DriverBreak


@st.composite
def breaks(draw: st.DrawFn, *, earliest_min: int, latest_min: int) -> tuple[DriverBreak, ...]:
    """Up to three breaks in order within some hours; they may overlap."""
    count = draw(st.sampled_from((0, 1, 2, 3)))
    begins = st.integers(earliest_min, latest_min - 60)
    spans = [(draw(begins), draw(st.integers(0, 60))) for _ in range(count)]
    return tuple(
        DriverBreak(
            earliest_min=begin,
            latest_min=begin + wide,
            minutes=draw(st.sampled_from((10, 15, 30, 45))),
        )
        for begin, wide in sorted(spans, key=sum)
    )
