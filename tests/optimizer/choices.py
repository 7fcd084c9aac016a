"""Small choice problems, and every solution of one."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from optimizer import (
    Bound,
    Choice,
    Limits,
    MealChoice,
    MealChoiceProblem,
    Option,
    Outcome,
    Position,
    Repetition,
    meal_choice_objective,
    solve_meal_choice,
)

LIMITS = Limits(moves=3_000)


def option(key: str, *amounts: int | None, **more: Any) -> Option:
    return Option(key=key, amounts=amounts, **more)


def place(key: str, day: int, *candidates: int, **more: Any) -> Position:
    return Position(key=key, day=day, candidates=candidates, **more)


def cap(rule: str, dimension: int, at_most: int, *positions: int) -> Bound:
    """At most so much over some positions, counted in the level of the doses."""
    return Bound(
        rule=rule,
        dimension=dimension,
        positions=positions,
        soft_hi=at_most,
        reference=at_most,
        weight=0,
        dose_weight=1,
    )


def problem(**more: Any) -> MealChoiceProblem:
    """Two days, two positions each, four options with two dimensions."""
    fields: dict[str, Any] = {
        "days": 2,
        "dimensions": 2,
        "options": (
            option("a", 10, 5, group="x", cost=3),
            option("b", 20, 1, group="x", cost=1),
            option("c", 30, 2, group="y", cost=2),
            option("d", 40, None, group="z", cost=5),
        ),
        "positions": (
            place("0/p", 0, 0, 1, 2),
            place("0/q", 0, 1, 2, 3),
            place("1/p", 1, 0, 1, 2),
            place("1/q", 1, 1, 2, 3, optional=True),
        ),
    }
    return MealChoiceProblem(**(fields | more))


def solved(asked: MealChoiceProblem, *, seed: int = 1) -> Outcome[MealChoice]:
    return solve_meal_choice(asked, Limits(moves=3_000, seed=seed))


def chosen(outcome: Outcome[MealChoice]) -> dict[str, str | None]:
    assert outcome.solution is not None
    return {choice.position: choice.option for choice in outcome.solution.choices}


def every_solution(asked: MealChoiceProblem) -> Iterator[MealChoice]:
    shelves: list[list[str | None]] = []
    for position in asked.positions:
        shelf = position.candidates if position.pinned is None else (position.pinned,)
        keys: list[str | None] = [asked.options[index].key for index in shelf]
        shelves.append([*keys, None] if position.optional and position.pinned is None else keys)
    for picks in product(*shelves):
        yield MealChoice(
            choices=tuple(
                Choice(position=position.key, option=key)
                for position, key in zip(asked.positions, picks, strict=True)
            )
        )


def best_by_trying_all(asked: MealChoiceProblem) -> tuple[int, ...]:
    return min(meal_choice_objective(asked, each) for each in every_solution(asked))


def week(seed: int) -> MealChoiceProblem:
    """A week of five positions a day with thirty options: large enough for pair moves."""
    spread = [(seed * 37 + at * 53) % 97 for at in range(90)]
    options = tuple(
        option(
            f"o{at}",
            100 + spread[at],
            50 + spread[at + 30] // 2,
            group=f"g{at // 2}",
            penalty=spread[at + 60] % 11,
            cost=spread[at],
        )
        for at in range(30)
    )
    shelves = (range(10), range(10), range(10, 20), range(15, 30), range(20, 30))
    return MealChoiceProblem(
        days=7,
        dimensions=2,
        options=options,
        positions=tuple(
            place(f"{day}/{at}", day, *shelf)
            for day in range(7)
            for at, shelf in enumerate(shelves)
        ),
        bounds=(
            *(cap(f"c{day}", 1, 160, day * 5, day * 5 + 1) for day in range(7)),
            Bound(rule="all", dimension=1, soft_lo=2_700, reference=100, weight=0, wish_weight=1),
            *(
                Bound(rule=f"{day}", dimension=0, day=day, hard_lo=550, soft_lo=700, soft_hi=720)
                for day in range(7)
            ),
        ),
        repetitions=tuple(
            Repetition(group=f"g{at}", max_total=3, min_gap=2, penalty=100) for at in range(15)
        ),
    )
