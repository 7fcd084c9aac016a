"""Short words to write an instrument table in, so that it reads like the printed form."""

from fractions import Fraction

from screening.instrument import (
    Band,
    Bound,
    Category,
    Cut,
    FollowUp,
    Input,
    InputKind,
    Item,
    Line,
    Points,
    Setting,
)


def cut(bound: Bound, limit: str, *, points: Points, reason: str) -> Cut:
    """One row of a points table."""
    return Cut(bound=bound, limit=Fraction(limit), points=points, reason=reason)


def below(limit: str, points: Points, *, reason: str) -> Cut:
    """Row for values under the limit."""
    return cut(Bound.BELOW, limit, points=points, reason=reason)


def at_most(limit: str, points: Points, *, reason: str) -> Cut:
    """Row for values up to and including the limit."""
    return cut(Bound.AT_MOST, limit, points=points, reason=reason)


def at_least(limit: str, points: Points, *, reason: str) -> Cut:
    """Row for values from the limit on."""
    return cut(Bound.AT_LEAST, limit, points=points, reason=reason)


def above(limit: str, points: Points, *, reason: str) -> Cut:
    """Row for values over the limit."""
    return cut(Bound.ABOVE, limit, points=points, reason=reason)


def otherwise(points: Points, *, reason: str) -> Cut:
    """Last row: every other value."""
    return cut(Bound.OTHERWISE, "0", points=points, reason=reason)


def item(code: str, quantity: str, *cuts: Cut, if_planned: int | None = None) -> Item:
    """An item of one line."""
    return Item(code=code, lines=(Line(quantity=quantity, cuts=cuts, if_planned=if_planned),))


def yes(code: str, quantity: str, *, points: Points) -> Item:
    """A yes/no question: yes gives the points."""
    return item(
        code, quantity, at_least("1", points, reason="answer.yes"), otherwise(0, reason="answer.no")
    )


def printed(code: str, quantity: str, *values: int, if_planned: int | None = None) -> Item:
    """An item answered by the points printed on its form."""
    high_first = sorted(values, reverse=True)
    cuts = [at_least(str(value), value, reason="answer.as_printed") for value in high_first]
    return item(code, quantity, *cuts, if_planned=if_planned)


def asks(**kinds: InputKind) -> tuple[Input, ...]:
    """Questions by name and kind."""
    return tuple(Input(name=name, kind=kind) for name, kind in kinds.items())


def bands(*rows: tuple[Points, Category]) -> tuple[Band, ...]:
    """Categories by their lowest score, ascending."""
    return tuple(Band(lowest=lowest, category=category) for lowest, category in rows)


def follow(
    category: Category,
    *actions: str,
    due: tuple[int, int, int],
    overdue: tuple[int, int, int] | None = None,
) -> FollowUp:
    """Acts, and days for hospital, care home, community; overdue after them unless it differs."""
    settings = (Setting.HOSPITAL, Setting.CARE_HOME, Setting.COMMUNITY)
    return FollowUp(
        category=category,
        actions=actions,
        due_days=dict(zip(settings, due, strict=True)),
        overdue_days=dict(zip(settings, overdue or due, strict=True)),
    )


NUMBER, MEASURE, FLAG = InputKind.NUMBER, InputKind.MEASURE, InputKind.FLAG
AGE, SEX = InputKind.AGE, InputKind.SEX
BODY_SIZE = asks(
    age=AGE, sex=SEX, weight_kg=MEASURE, height_cm=MEASURE, bmi=MEASURE, ulna_cm=MEASURE
)
