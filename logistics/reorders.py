"""Standing orders to the deliveries due today."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from logistics.orders import CutOff, cut_off_at, is_within_pause


class OnNoAnswer(StrEnum):
    """What a client chose in advance for a proposal that stays unanswered."""

    SEND = "send"
    DO_NOT_SEND = "do_not_send"
    ASK_CARER = "ask_carer"


_FIRST_MONDAY = date(1970, 1, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingOrder:
    """The rule that makes the orders of a client, or of a house's own store, on a weekday.

    The weekday (0 is Monday) comes back every so many days.

    `first_day` sets the rhythm when the period is longer than a week; without it weeks count
    from 5 January 1970, so that the rhythm never depends on when it is asked.
    """

    client: str
    weekday: int
    period_days: int = 7
    first_day: date | None = None
    paused_from: date | None = None
    paused_until: date | None = None
    skip_days: frozenset[date] = frozenset()
    on_no_answer: OnNoAnswer = OnNoAnswer.SEND

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if not 0 <= self.weekday <= 6:
            raise ValueError("a weekday is 0 (Monday) to 6")
        if self.period_days < 7 or self.period_days % 7:
            raise ValueError("a period is a whole number of weeks")
        if self.first_day is not None and self.first_day.weekday() != self.weekday:
            raise ValueError("the first day falls on the weekday of delivery")

    def delivers_on(self, day: date) -> bool:
        """Whether this rule asks for a delivery on a day: in rhythm, not paused, not skipped."""
        start = self.first_day or _FIRST_MONDAY + timedelta(days=self.weekday)
        if (day - start).days % self.period_days or (self.first_day or day) > day:
            return False
        return (
            not is_within_pause(day, start=self.paused_from, end=self.paused_until)
            and day not in self.skip_days
        )


class ReorderStep(StrEnum):
    """What the daily job does for one coming delivery."""

    PROPOSE = "propose"
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorderRule:
    """When the daily job runs, and how many days before placing a proposal is sent.

    Two days before the last run before cut-off is never less than 48 hours before cut-off.
    """

    cut_off: CutOff
    run_minute_of_day: int = 6 * 60
    propose_days: int = 2

    def place_on(self, service_day: date) -> date:
        """The day of the last run before cut-off."""
        closes = service_day - timedelta(days=self.cut_off.days_before)
        late = self.cut_off.minute_of_day <= self.run_minute_of_day
        return closes - timedelta(days=1) if late else closes


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReorder:
    """One delivery to propose or place today; `turn` makes it happen once, however often asked."""

    client: str
    service_day: date
    step: ReorderStep
    place_on: date
    cut_off_at: datetime
    on_no_answer: OnNoAnswer

    @property
    def turn(self) -> str:
        """The key of this delivery: one standing order makes one order a day at most."""
        return f"{self.client}:{self.service_day.isoformat()}"


def due_reorders(
    standing_orders: tuple[StandingOrder, ...], today: date, rule: ReorderRule
) -> tuple[DueReorder, ...]:
    """Deliveries to propose or place on a day, by day and client.

    A proposal stays due until its day of placing, so a run that was missed is made up for.
    """
    first = today + timedelta(days=(today - rule.place_on(today)).days)
    days = [first + timedelta(days=ahead) for ahead in range(rule.propose_days + 1)]
    return tuple(
        _due(order, day, rule=rule, today=today)
        for day in days
        for order in sorted(standing_orders, key=lambda one: one.client)
        if order.delivers_on(day)
    )


def _due(order: StandingOrder, day: date, *, rule: ReorderRule, today: date) -> DueReorder:
    place_on = rule.place_on(day)
    return DueReorder(
        client=order.client,
        service_day=day,
        step=ReorderStep.PLACE if place_on == today else ReorderStep.PROPOSE,
        place_on=place_on,
        cut_off_at=cut_off_at(day, rule.cut_off),
        on_no_answer=order.on_no_answer,
    )
