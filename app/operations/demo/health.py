"""How people in the demo region fare: weight, course, risk, swallowing; seeded, with sources.

The shares of people at risk, from malnutrition studies by setting:

- at home, by MUST: 38 % medium or high, the share at risk or malnourished among older people in the
  community (Kaiser et al., J Am Geriatr Soc 2010, pooled MNA: 31.9 % + 5.8 %);
- residential, by MNA-SF: 13 % malnourished, 50 % at risk (NutriAction 2013, Belgium);
- hospital, by NRS-2002: 33 % at risk (EuroOOPS, Sorensen et al., Clin Nutr 2008: 32.6 %).

Texture-modified food: 8 % at home (Cichero et al., Dysphagia 2017: about 8 % of all people), 20 %
in residential care and 18 % in hospital: between 13.4 % with dysphagia in nursing homes
(nutritionDay, Streicher et al., J Am Med Dir Assoc 2018) and the half found when everyone is tested
(Baijens et al., Clin Interv Aging 2016). Ages, heights and the split of medium and high are
conventions of this demo.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from app.operations.demo.dates import years_before
from screening import Assessment, Category, Intake, Setting, Sex, Tool, assess


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingFigures:
    """The people of one setting: instrument, shares in percent, age and sex."""

    tool: Tool
    categories: Mapping[Category, int]
    texture_percent: int
    women_percent: int
    age: tuple[int, int, int, int]  # mean, deviation, youngest, oldest


FIGURES: Mapping[Setting, SettingFigures] = {
    Setting.COMMUNITY: SettingFigures(
        tool=Tool.MUST,
        categories={Category.LOW: 62, Category.MEDIUM: 21, Category.HIGH: 17},
        texture_percent=8,
        women_percent=64,
        age=(81, 8, 48, 98),
    ),
    Setting.CARE_HOME: SettingFigures(
        tool=Tool.MNA_SF,
        categories={Category.NORMAL: 37, Category.AT_RISK: 50, Category.MALNOURISHED: 13},
        texture_percent=20,
        women_percent=74,
        age=(87, 5, 68, 101),
    ),
    Setting.HOSPITAL: SettingFigures(
        tool=Tool.NRS2002,
        categories={Category.NOT_AT_RISK: 67, Category.AT_RISK: 33},
        texture_percent=18,
        women_percent=52,
        age=(75, 11, 24, 96),
    ),
}
_LIGHTEST_KG = 38  # below this the energy steps of the demo leave 25-35 kcal per kg


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One person's size and course over half a year before the screening."""

    sex: Sex
    born: date
    height_cm: int
    weight_kg: Decimal
    before_kg: Decimal

    @property
    def loss_percent(self) -> Decimal:
        """Loss over half a year in percent of the earlier weight; negative is gain."""
        return (self.before_kg - self.weight_kg) * 100 / self.before_kg


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """A person with the screening that gave their category."""

    body: Body
    intake: Intake
    assessment: Assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """Where BMI (tenths) and loss (tenths of a percent) are drawn from."""

    bmi: tuple[int, int]
    loss: tuple[int, int]


_WELL = _Course(bmi=(210, 305), loss=(-20, 42))
_THIN = _Course(bmi=(187, 199), loss=(-10, 42))
_LOSING = _Course(bmi=(210, 285), loss=(55, 96))
_COURSES: Mapping[Category, tuple[_Course, ...]] = {
    Category.LOW: (_WELL,),
    Category.MEDIUM: (_THIN, _LOSING),
    Category.HIGH: (
        _Course(bmi=(167, 183), loss=(0, 42)),
        _Course(bmi=(215, 265), loss=(103, 135)),
        _Course(bmi=(187, 199), loss=(55, 95)),
    ),
    Category.NORMAL: (_Course(bmi=(232, 300), loss=(-20, 15)),),
    Category.AT_RISK: (
        _Course(bmi=(195, 255), loss=(10, 65)),
        _Course(bmi=(215, 275), loss=(0, 40)),
    ),
    Category.MALNOURISHED: (_Course(bmi=(170, 205), loss=(40, 110)),),
    Category.NOT_AT_RISK: (_Course(bmi=(212, 300), loss=(-15, 40)),),
}


def screened(
    rng: Random, setting: Setting, category: Category, *, born_before: date, on: date
) -> Screened:
    """Give a person of a setting whose screening falls in a category, by the room's own score."""
    figures = FIGURES[setting]
    while True:
        body = _body(rng, figures, rng.choice(_COURSES[category]), born_before)
        intake = Intake(
            tool=figures.tool,
            setting=setting,
            answers=_ANSWERS[figures.tool](rng, body, category),
            born=body.born,
            sex=body.sex,
            on=on,
            rule_version="1",
        )
        assessment = assess(intake)
        if assessment.result.category is category and not assessment.questions:
            return Screened(body=body, intake=intake, assessment=assessment)


def _body(rng: Random, figures: SettingFigures, course: _Course, day: date) -> Body:
    sex = Sex.FEMALE if rng.randrange(100) < figures.women_percent else Sex.MALE
    mean, deviation, youngest, oldest = figures.age
    age = min(oldest, max(youngest, round(rng.gauss(mean, deviation))))
    tall = (159, 6) if sex is Sex.FEMALE else (172, 6)
    while True:
        height = min(186, max(148, round(rng.gauss(*tall))))
        bmi, loss = rng.randint(*course.bmi), rng.randint(*course.loss)
        weight = Decimal(bmi * height * height // 10_000) / 10
        if weight >= _LIGHTEST_KG:
            break
    before = (weight * 1000 / (1000 - loss)).quantize(Decimal("0.1"))
    return Body(
        sex=sex,
        born=years_before(day, age, rng.randrange(360)),
        height_cm=height,
        weight_kg=weight,
        before_kg=before,
    )


def _size(body: Body) -> dict[str, Decimal | int | bool | str | None]:
    return {"weight_kg": body.weight_kg, "height_cm": Decimal(body.height_cm)}


def _must(_rng: Random, body: Body, _: Category) -> dict[str, Decimal | int | bool | str | None]:
    return {**_size(body), "weight_before_kg": body.before_kg, "acute": False}


def _mna(rng: Random, body: Body, wish: Category) -> dict[str, Decimal | int | bool | str | None]:
    """Points as printed on the form; what was lost gives item B, the rest is drawn."""
    lost_kg = body.before_kg - body.weight_kg
    loss = 0 if lost_kg > 3 else 2 if lost_kg >= 1 else 3
    well = wish is Category.NORMAL
    return {
        **_size(body),
        "A": Decimal(rng.choice((2, 2, 2) if well else (0, 1, 1, 2))),
        "B": Decimal(loss),
        "C": Decimal(rng.choice((1, 2, 2) if well else (0, 1, 1, 2))),
        "D": Decimal(rng.choice((2, 2, 2) if well else (0, 2, 2))),
        "E": Decimal(rng.choice((1, 2, 2) if well else (0, 1, 1, 2))),
    }


def _nrs(rng: Random, body: Body, wish: Category) -> dict[str, Decimal | int | bool | str | None]:
    ill = wish is Category.AT_RISK
    loss = max(Decimal(0), body.loss_percent.quantize(Decimal("0.1")))
    return {
        **_size(body),
        "loss_1m_pct": (loss / 3).quantize(Decimal("0.1")),
        "loss_2m_pct": (loss * 2 / 3).quantize(Decimal("0.1")),
        "loss_3m_pct": loss,
        "intake_pct": Decimal(rng.choice((30, 45, 50, 60, 75) if ill else (80, 90, 100))),
        "general_condition_impaired": ill and rng.random() < 0.6,
        "critically_ill": False,
        "disease_score": Decimal(rng.choice((1, 1, 2) if ill else (0, 1))),
    }


_ANSWERS: Mapping[
    Tool, Callable[[Random, Body, Category], dict[str, Decimal | int | bool | str | None]]
] = {Tool.MUST: _must, Tool.MNA_SF: _mna, Tool.NRS2002: _nrs}


def weighings(
    rng: Random, body: Body, *, on: date, today: date
) -> tuple[tuple[date, Decimal], ...]:
    """Give the weights of half a year before the screening, and monthly ones until today.

    The line from the earlier weight to the weight of the screening is straight with at most 300 g
    of noise; both ends are exact. After the screening the weight stays within 300 g.
    """
    found: list[tuple[date, Decimal]] = []
    for days in (180, 150, 120, 90, 60, 30):
        share = Decimal(days) / 180
        weight = body.weight_kg + (body.before_kg - body.weight_kg) * share
        noise = Decimal(0) if days == 180 else Decimal(rng.randint(-3, 3)) / 10
        found.append((on - timedelta(days=days), (weight + noise).quantize(Decimal("0.1"))))
    found.append((on, body.weight_kg))
    later = on + timedelta(days=30)
    while later < today:
        found.append((later, body.weight_kg + Decimal(rng.randint(-3, 3)) / 10))
        later += timedelta(days=30)
    return tuple(found)


def spread(rng: Random, shares: Mapping[Category, int], count: int) -> list[Category]:
    """Give `count` categories with exactly these shares (largest remainder), shuffled."""
    exact = {one: count * percent for one, percent in shares.items()}
    whole = {one: share // 100 for one, share in exact.items()}
    left = sorted(exact, key=lambda one: -(exact[one] % 100))[: count - sum(whole.values())]
    drawn = [one for one, number in whole.items() for _ in range(number)] + left
    rng.shuffle(drawn)
    return drawn
