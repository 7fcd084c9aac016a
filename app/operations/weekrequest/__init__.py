"""From prescription, table and store to a request for meals; no diagnosis goes over."""

from app.operations.weekrequest.known import reckonable
from app.operations.weekrequest.order import (
    GIVEN_UP_HERE,
    in_words_of_the_kitchen,
    plan_request,
    portion_of,
    without_rule,
)
from app.operations.weekrequest.pins import PLACE, pinned, place_of
from app.operations.weekrequest.slots import slot_windows, within_reach
from app.operations.weekrequest.wishes import at_the_table, last_week, near_their_end

__all__ = [
    "GIVEN_UP_HERE",
    "PLACE",
    "at_the_table",
    "in_words_of_the_kitchen",
    "last_week",
    "near_their_end",
    "pinned",
    "place_of",
    "plan_request",
    "portion_of",
    "reckonable",
    "slot_windows",
    "within_reach",
    "without_rule",
]
