"""How many forms are scored per second, and what exactness costs and saves.

Run `python -m benchmarks.screening [--forms 2000] [--seed 1] [--processes 2]`. Forms are drawn at
random, half of the answers on or next to a limit of the table, one in five answers left open. The
peer is the usual way to write such a thing: MUST as a few comparisons on binary floats with a BMI
rounded to one decimal. It is faster; the table says how often it disagrees on forms near a limit.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from decimal import Decimal
from random import Random
from time import perf_counter
from typing import Any

from benchmarks.tables import Cell, show, show_machine
from screening import (
    TABLES,
    Answer,
    Input,
    InputKind,
    Instrument,
    Intake,
    Setting,
    Sex,
    Tool,
    assess,
    instrument,
    score,
)

ON = date(2026, 11, 23)
Form = Mapping[str, Answer | None]


def limits_of(table: Instrument) -> tuple[Decimal, ...]:
    """Every limit of a table as a decimal."""
    cuts = (cut for item in table.items for line in item.lines for cut in line.cuts)
    found = {Decimal(cut.limit.numerator) / cut.limit.denominator for cut in cuts}
    return tuple(sorted(found))


def drawn(asked: Input, limits: Sequence[Decimal], chance: Random) -> Answer | None:
    """One answer: open, on or next to a limit, or anywhere."""
    if chance.random() < 0.2:
        return None
    if asked.kind is InputKind.FLAG:
        return chance.random() < 0.5
    if asked.kind in {InputKind.POINTS, InputKind.WORD, InputKind.SEX}:
        return chance.choice((*asked.allowed, *asked.words) or tuple(one.value for one in Sex))
    if asked.kind in {InputKind.AGE, InputKind.COUNT}:
        return chance.randrange(65, 100) if asked.kind is InputKind.AGE else chance.randrange(9)
    if limits and chance.random() < 0.5:
        near = chance.choice(limits) + Decimal(chance.randrange(-1, 2)) / 10
        return max(near, Decimal("0.1"))
    return Decimal(chance.randrange(80, 1_800)) / 10


def forms_of(tool: Tool, count: int, seed: int) -> list[Form]:
    """Forms of one tool, the same for the same seed."""
    table, chance = instrument(tool), Random(f"{tool}{seed}")  # noqa: S311 - no secret
    limits = limits_of(table)
    return [{one.name: drawn(one, limits, chance) for one in table.inputs} for _ in range(count)]


def per_second(act: Callable[[Form], object], forms: Sequence[Form]) -> float:
    """Forms per second, after one to warm up."""
    act(forms[0])
    began = perf_counter()
    for form in forms:
        act(form)
    return len(forms) / (perf_counter() - began)


def assessed(tool: Tool, form: Form) -> object:
    """Score with acts, dates and plausibility, as the form page does at each key."""
    intake = Intake(
        tool=tool, setting=Setting.COMMUNITY, answers=form, born=date(1944, 3, 1), sex=None, on=ON
    )
    return assess(intake)


def row(tool: Tool, count: int, seed: int) -> tuple[Cell, ...]:
    """Scores and assessments per second of one tool."""
    forms = forms_of(tool, count, seed)
    scored = per_second(lambda form: score(tool, form), forms)
    whole = per_second(lambda form: assessed(tool, form), forms)
    return (tool.value, len(instrument(tool).inputs), round(scored), round(whole))


def float_must(weight_kg: float, height_cm: float, before_kg: float, *, acute: bool) -> int:
    """MUST as it is usually written: binary floats, a BMI rounded for display and then compared."""
    bmi = round(weight_kg / (height_cm / 100) ** 2, 1)
    loss = (before_kg - weight_kg) / before_kg * 100
    by_bmi = 2 if bmi < 18.5 else 1 if bmi <= 20 else 0
    by_loss = 2 if loss > 10 else 1 if loss >= 5 else 0
    return by_bmi + by_loss + 2 * acute


def near_limits(count: int, seed: int) -> list[dict[str, Any]]:
    """Whole MUST forms whose BMI or loss lies within half a percent of a limit."""
    chance, forms = Random(seed), []  # noqa: S311 - no secret
    for _ in range(count):
        height = Decimal(chance.randrange(290, 400)) / 2
        goal = chance.choice((Decimal("18.5"), Decimal(20))) * height * height / 10_000
        weight = round(goal * (1 + Decimal(chance.randrange(-5, 6)) / 1_000), 1)
        share = 1 - chance.choice((Decimal("0.05"), Decimal("0.1")))
        before = round(weight / share * (1 + Decimal(chance.randrange(-5, 6)) / 1_000), 1)
        forms.append(
            {
                "age": 80,
                "weight_kg": weight,
                "height_cm": height,
                "acute": False,
                "weight_before_kg": before,
            }
        )
    return forms


def beside_floats(count: int, seed: int) -> Sequence[tuple[Cell, ...]]:
    """Speed of both, and how often the floats give another score."""
    forms = near_limits(count, seed)

    def peer(form: Mapping[str, Any]) -> int:
        given = (float(form[name]) for name in ("weight_kg", "height_cm", "weight_before_kg"))
        return float_must(*given, acute=form["acute"])

    ours = per_second(lambda form: score(Tool.MUST, form), forms)
    theirs = per_second(peer, forms)
    other = sum(peer(form) != score(Tool.MUST, form).score for form in forms)
    milder = sum(peer(form) < (score(Tool.MUST, form).score or 0) for form in forms)
    return [
        ("npcc, exact", round(ours), 0, 0),
        ("floats, rounded BMI", round(theirs), other, milder),
    ]


def _share(task: tuple[str, int, int]) -> int:
    tool, count, seed = task
    forms = forms_of(Tool(tool), count, seed)
    return sum(1 for form in forms if assessed(Tool(tool), form))


def together(count: int, seed: int, processes: int) -> float:
    """Assessments per second of all tools in several processes, making the forms included."""
    tasks = [(tool.value, count, seed) for tool in TABLES]
    with ProcessPoolExecutor(processes) as pool:
        began = perf_counter()
        done = sum(pool.map(_share, tasks))
        return done / (perf_counter() - began)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args(arguments)
    show_machine()
    heads = ("instrument", "questions", "scores/s", "assessments/s")
    show("One process", heads, [row(tool, asked.forms, asked.seed) for tool in TABLES])
    show(
        f"MUST on {asked.forms:,} whole forms near a limit",
        ("engine", "scores/s", "other score", "of these milder"),
        beside_floats(asked.forms, asked.seed),
    )
    rate = together(asked.forms, asked.seed, asked.processes)
    print(f"\n{asked.processes} processes, all instruments: {rate:,.0f} assessments/s")


if __name__ == "__main__":
    main()
