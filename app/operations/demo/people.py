"""People of the demo region: who they are and what is known of their nutrition. All invented."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from app.models.care import PrescriptionState
from app.operations.demo.dates import moment
from app.operations.demo.health import FIGURES, Screened, screened, spread, weighings
from app.operations.demo.prescribing import (
    CONDITIONS,
    Traits,
    draw_allergies,
    draw_texture,
    prescribe,
    raised,
)
from app.operations.demo.seed import Seed
from app.operations.exchange import MeasurementRow, PrescriptionRow, ScreeningRow
from screening import (
    Category,
    Condition,
    MeasureKind,
    Prescription,
    Provenance,
    Setting,
    Sex,
    Taste,
    is_overdue,
)

_AT_RISK = frozenset({Category.MEDIUM, Category.HIGH, Category.AT_RISK, Category.MALNOURISHED})
ALLERGIC_PERCENT = 6
PARKINSON_TEXTURE_PERCENT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a person plays in the demo beside being a client."""

    parkinson: bool = False
    fluctuating: bool = False
    overdue: bool = False
    unsigned: bool = False
    first_unsigned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One invented person; prescriptions from the oldest version to the newest."""

    given_name: str
    family_name: str
    screened: Screened
    contents: tuple[Prescription, ...]
    part: Part
    weights: tuple[tuple[date, Any], ...]

    @property
    def signed(self) -> Prescription | None:
        """Give the prescription in force."""
        return None if self.part.first_unsigned else self.contents[0]


def people_of(
    rng: Random, seed: Seed, setting: Setting, parts: list[Part], today: date
) -> tuple[Person, ...]:
    """Give one person per part; risk and texture of the setting hold to the person."""
    figures = FIGURES[setting]
    categories = spread(rng, figures.categories, len(parts))
    modified = _marked(rng, len(parts), figures.texture_percent)
    allergic = _marked(rng, len(parts), ALLERGIC_PERCENT)
    return tuple(
        _person(
            rng,
            seed,
            setting,
            part,
            category=category,
            marks=(has_texture, is_allergic),
            today=today,
        )
        for part, category, has_texture, is_allergic in zip(
            parts, categories, modified, allergic, strict=True
        )
    )


def _marked(rng: Random, count: int, percent: int) -> list[bool]:
    marks = [number < round(count * percent / 100) for number in range(count)]
    rng.shuffle(marks)
    return marks


def _person(
    rng: Random,
    seed: Seed,
    setting: Setting,
    part: Part,
    *,
    category: Category,
    marks: tuple[bool, bool],
    today: date,
) -> Person:
    on = _screening_day(rng, setting, category, today, overdue=part.overdue)
    found = screened(rng, setting, category, born_before=today, on=on)
    traits = _traits(rng, seed, setting, part, marks)
    first = prescribe(found, traits, at_risk=category in _AT_RISK)
    contents = (first, raised(first)) if part.unsigned and not part.first_unsigned else (first,)
    given = seed.names["given_f" if found.body.sex is Sex.FEMALE else "given_m"]
    return Person(
        given_name=rng.choice(given),
        family_name=rng.choice(seed.names["family"]),
        screened=found,
        contents=contents,
        part=part,
        weights=weighings(rng, found.body, on=on, today=today),
    )


def _screening_day(
    rng: Random, setting: Setting, category: Category, today: date, *, overdue: bool
) -> date:
    """A day before today, late on purpose or not late at all, by the room's own interval."""
    tool = FIGURES[setting].tool
    longest = 2
    while not is_overdue(tool, setting, category, days_since=longest + 1):
        longest += 1
    days = longest + rng.randint(4, 40) if overdue else rng.randint(2, max(2, longest * 3 // 4))
    return today - timedelta(days=days)


def _traits(
    rng: Random, seed: Seed, setting: Setting, part: Part, marks: tuple[bool, bool]
) -> Traits:
    has_texture, is_allergic = marks
    if part.parkinson:
        has_texture = rng.randrange(100) < PARKINSON_TEXTURE_PERCENT
    conditions = {one for one, percent in CONDITIONS.items() if rng.randrange(100) < percent}
    conditions |= {Condition.PARKINSON} if part.parkinson else set()
    if setting is Setting.CARE_HOME and rng.randrange(100) < 45:
        conditions.add(Condition.DEMENTIA)
    if has_texture:
        conditions.add(Condition.DYSPHAGIA)
    tastes = (Taste.NORMAL, Taste.WEAKENED, Taste.SENSITIVE, Taste.METALLIC)
    salty = Condition.HEART_FAILURE in conditions or rng.randrange(100) < 5
    ingredients = sorted(seed.catalogue.ingredients)
    drawn = Traits(
        conditions=frozenset(conditions),
        texture=draw_texture(rng) if has_texture else ("7", "0"),
        allergies=draw_allergies(rng) if is_allergic else frozenset(),
        taste=rng.choices(tastes, (76, 16, 5, 3))[0],
        low_salt=salty,
        dislikes=frozenset({rng.choice(ingredients)}) if rng.randrange(100) < 6 else frozenset(),
    )
    return _fluctuating(drawn) if part.fluctuating else drawn


def _fluctuating(drawn: Traits) -> Traits:
    """The one whose levodopa wears off: little protein near a dose, minced and moist, no nuts."""
    more = {Condition.PARKINSON_FLUCTUATIONS, Condition.DYSPHAGIA}
    return replace(
        drawn,
        conditions=drawn.conditions | more,
        texture=("5", "0"),
        allergies=frozenset({"nuts"}),
    )


def care_rows(
    client: str, person: Person, dietitian: str, today: date
) -> Iterator[MeasurementRow | ScreeningRow | PrescriptionRow]:
    """Give what is on file of a person: weighings, height, screening, prescriptions."""
    on = person.screened.intake.on
    for day, weight in person.weights:
        yield _measured(client, MeasureKind.WEIGHT_KG, weight, day, dietitian)
    height = person.screened.intake.answers["height_cm"]
    yield _measured(client, MeasureKind.HEIGHT_CM, height, on, dietitian)
    yield ScreeningRow(
        client=client,
        intake=person.screened.intake,
        recorded_at=moment(on, 10, 15),
        recorded_by=dietitian,
    )
    for number, content in enumerate(person.contents):
        yield _version(client, person, dietitian, number, content, today=today)


def _measured(
    client: str, kind: MeasureKind, value: Any, day: date, dietitian: str
) -> MeasurementRow:
    return MeasurementRow(
        client=client,
        kind=kind,
        value=value,
        provenance=Provenance.MEASURED,
        taken_on=day,
        recorded_at=moment(day, 10, 0),
        recorded_by=dietitian,
    )


def _version(
    client: str, person: Person, dietitian: str, number: int, content: Prescription, *, today: date
) -> PrescriptionRow:
    """The first version is signed the day after the screening; a proposal waits since yesterday."""
    on = person.screened.intake.on
    waits = person.part.unsigned and number == len(person.contents) - 1
    day = today - timedelta(days=1) if waits else on + timedelta(days=1)
    row = PrescriptionRow(
        client=client,
        version=number + 1,
        state=PrescriptionState.PROPOSED if waits else PrescriptionState.SIGNED,
        content=content,
        weight_kg=person.screened.body.weight_kg,
        created_at=moment(day, 11),
        created_by=None if waits else dietitian,
        screened_at=moment(on, 10, 15),
    )
    if waits:
        return row
    return replace(
        row, signed_at=moment(day, 11, 5), signed_by=dietitian, review_on=_review(day, today)
    )


def _review(signed: date, today: date) -> date:
    """Every quarter after signing; earlier reviews were held and changed nothing."""
    quarters = (today - signed).days // 91 + 1
    return signed + timedelta(days=91 * quarters)
