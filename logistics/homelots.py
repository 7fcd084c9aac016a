"""What lies in a freezer at home or a house's store, lot by lot: what first, what goes to waste."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

EAT_FIRST_DAYS = 14
"""Food that expires within so many days is eaten first (house rule: two deliveries)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeLot:
    """Portions of one lot that were brought to a home."""

    lot: str
    use_by: date
    portions: int

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.portions < 0:
            raise ValueError("nobody has less than nothing at home")


def lots_at_home(brought: Iterable[HomeLot], portions: int) -> tuple[HomeLot, ...]:
    """Which lots the portions that lie at home are of, the first to expire first.

    What expires first was eaten first, as every label and menu asks. More portions than the lots
    that were brought are of dates that nobody knows: they are in no lot.
    """
    left, found = portions, []
    for each in sorted(brought, key=lambda one: (one.use_by, one.lot), reverse=True):
        there = min(left, each.portions)
        left -= there
        if there:
            found.append(replace(each, portions=there))
    return tuple(reversed(found))


def left_uneaten(lots: Sequence[HomeLot], needs: Sequence[int], first: date) -> tuple[HomeLot, ...]:
    """Per lot the portions that expire before the plan comes to them.

    `needs`: portions that the plan eats on each day from `first` on. A lot may be eaten on its own
    date, never after it. What lasts longer than the days told is not judged.
    """
    found, eaten = [], 0
    for each in lots:
        days = (each.use_by - first).days + 1
        if days > len(needs):
            break
        in_time = min(each.portions, max(0, sum(needs[: max(0, days)]) - eaten))
        eaten += in_time
        if in_time < each.portions:
            found.append(replace(each, portions=each.portions - in_time))
    return tuple(found)


def after_eating(lots: Iterable[HomeLot], needs: Sequence[int], first: date) -> tuple[HomeLot, ...]:
    """Which lots are left after the days of `needs`, the first to expire eaten first.

    `needs`: portions eaten on each day from `first` on. What has expired is not eaten: it is left,
    for somebody must throw it away. More eaten than there is leaves nothing below nothing.
    """
    left = sorted(lots, key=lambda one: (one.use_by, one.lot))
    for ahead, need in enumerate(needs):
        day, wanted = first + timedelta(days=ahead), need
        for at, each in enumerate(left):
            taken = min(wanted, each.portions) if each.use_by >= day else 0
            wanted -= taken
            left[at] = replace(each, portions=each.portions - taken)
    return tuple(each for each in left if each.portions)


def eat_first(lots: Iterable[HomeLot], today: date) -> tuple[HomeLot, ...]:
    """The lots to eat before others: not expired, but soon."""
    until = today + timedelta(days=EAT_FIRST_DAYS)
    return tuple(each for each in lots if today <= each.use_by <= until)


def expired(lots: Iterable[HomeLot], today: date) -> tuple[HomeLot, ...]:
    """The lots that nobody may eat any more."""
    return tuple(each for each in lots if each.use_by < today)
