"""Short words to write an instrument table in, so that it reads like the printed form."""

from fractions import Fraction

from screening.instruments.instrument import (
    Band,
    Bound,
    Category,
    Cut,
    Evidence,
    FollowUp,
    Input,
    InputKind,
    Item,
    Line,
    Points,
    Setting,
    When,
)
from screening.instruments.quantities import NO_FLUID, NO_LIMB
from screening.measuring.substitutes import BodyPart, Fluid


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


def printed(code: str, quantity: str, *values: Points, if_planned: int | None = None) -> Item:
    """An item answered by the points printed on its form."""
    high_first = sorted(values, reverse=True)
    cuts = [at_least(str(value), value, reason="answer.as_printed") for value in high_first]
    return item(code, quantity, *cuts, if_planned=if_planned)


_UNITS = {"kg": "kg", "cm": "cm", "pct": "percent", "ml": "ml", "days": "day"}
"""Unit of an answer by the last part of its name that tells one, as the house words units."""


def ask(
    name: str,
    kind: InputKind,
    *when: When,
    section: str = "",
    allowed: tuple[Points, ...] = (),
    words: tuple[str, ...] = (),
) -> Input:
    """One question; its name tells its unit."""
    return Input(
        name=name,
        kind=kind,
        allowed=allowed,
        words=words,
        unit=next((_UNITS[part] for part in reversed(name.split("_")) if part in _UNITS), None),
        section=section,
        when=when,
    )


def asks(section: str = "", **kinds: InputKind) -> tuple[Input, ...]:
    """Questions by name and kind, under one heading."""
    return tuple(ask(name, kind, section=section) for name, kind in kinds.items())


def points(name: str, *allowed: Points, section: str = "", when: tuple[When, ...] = ()) -> Input:
    """A question answered by one of its printed values."""
    return ask(name, InputKind.POINTS, *when, section=section, allowed=allowed)


def while_unknown(*of: str) -> When:
    """Asked only as a substitute: while these cannot be known."""
    return When(of=of)


def only_if(bound: Bound, limit: str, *of: str) -> When:
    """Asked only while the sum of these may lie there."""
    return When(of=of, bound=bound, limit=Fraction(limit))


def bands(*rows: tuple[Points, Category]) -> tuple[Band, ...]:
    """Categories by their lowest score, ascending."""
    return tuple(Band(lowest=lowest, category=category) for lowest, category in rows)


def follow(
    category: Category,
    *actions: str,
    due: tuple[int, int, int],
    overdue: tuple[int, int, int] | None = None,
    evidence: Evidence = Evidence.PRODUCT,
) -> FollowUp:
    """Acts, and days for hospital, care home, community; overdue after them unless it differs."""
    settings = (Setting.HOSPITAL, Setting.CARE_HOME, Setting.COMMUNITY)
    return FollowUp(
        category=category,
        actions=actions,
        due_days=dict(zip(settings, due, strict=True)),
        overdue_days=dict(zip(settings, overdue or due, strict=True)),
        evidence=evidence,
    )


NUMBER, MEASURE, FLAG = InputKind.NUMBER, InputKind.MEASURE, InputKind.FLAG
AGE, SEX, WORD = InputKind.AGE, InputKind.SEX, InputKind.WORD
COUNT, AMOUNT = InputKind.COUNT, InputKind.AMOUNT
PERSON = asks(age=AGE, sex=SEX)
"""Known of the person; no form asks for it."""

BODY, LOSS, EATING = "section.body", "section.loss", "section.eating"
_NO_HEIGHT = (while_unknown("height_cm"),)
_ALTERED = When(of=("body_altered",), bound=Bound.AT_LEAST, limit=Fraction(1), sure=True)
BODY_SIZE = (
    *PERSON,
    *asks(BODY, weight_kg=MEASURE, height_cm=MEASURE),
    ask("ulna_cm", MEASURE, *_NO_HEIGHT, section=BODY),
    ask("knee_height_cm", MEASURE, *_NO_HEIGHT, while_unknown("ulna_cm"), section=BODY),
    ask(
        "demispan_cm",
        MEASURE,
        *(*_NO_HEIGHT, while_unknown("ulna_cm"), while_unknown("knee_height_cm")),
        section=BODY,
    ),
    ask("body_altered", FLAG, section=BODY),
    ask("amputated", WORD, _ALTERED, section=BODY, words=(NO_LIMB, *BodyPart)),
    ask("oedema", WORD, _ALTERED, section=BODY, words=(NO_FLUID, *Fluid)),
    ask("ascites", WORD, _ALTERED, section=BODY, words=(NO_FLUID, *Fluid)),
    ask("fluid_confirmed", FLAG, _ALTERED, section=BODY),
    *asks(bmi=MEASURE),
)
"""Weight and height, what stands in for a height nobody can measure, what makes a weight misleading
(fluid, a lost limb); a ready BMI from elsewhere."""
