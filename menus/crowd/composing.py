"""Compose the weeks of many people at once, who eat from the same stock and kitchen."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial

from menus.catalog import Catalogue, Variant
from menus.crowd.supplying import (
    CrowdReport,
    KitchenSupply,
    reported,
    shared_supplies,
    uses_of,
)
from menus.plan import MealPlan, PlanItem, PlanReason, PlanStatus
from menus.plan_problem import PlanDishes, build_problem, dishes_of, suitable_variants
from menus.plan_request import PlanRequest, request_errors
from menus.planning import checked, compose_plan, served_items, summed_plan
from menus.suitability import Eater
from optimizer import (
    Choice,
    Limits,
    MealChoice,
    MealChoiceProblem,
    Picked,
    SharedChoices,
    SharedEffort,
    SharedPart,
    SharedSolution,
    Watch,
    keep_going,
    solve_shared_choices,
)

PART = 250
"""People in one unit of work: some seconds of one core."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdPlans:
    """The report at once; the plans one after another in the order of the requests.

    The plans are made while they are read, once, and a part at a time: a crowd's plans together
    would fill a machine's memory.
    """

    report: CrowdReport
    plans: Iterator[MealPlan]


def compose_plans(
    requests: Sequence[PlanRequest],
    catalogue: Catalogue,
    supplies: Sequence[KitchenSupply],
    executor: Executor,
    *,
    effort: SharedEffort,
    seed: int = 1,
    watch: Watch = keep_going,
) -> CrowdPlans:
    """A plan for each request, all together within the supplies where that can be.

    Each plan passes the gate and the solver-free check as one of `compose_plan` does. What is
    scarce costs preference, variety and money first, slack in a nutrient only where the supply
    would be overdrawn otherwise, and never a hard rule. A dish that stands where its eater alone
    would have had something scarce says so. `stock` of a request gives way to the supplies. Same
    requests, catalogue, supplies, effort and seed: same plans, whatever the executor.

    Raises ValueError unless all requests have the same start and days and ids of their own.
    """
    _require_one_horizon(requests)
    asked = [replace(request, stock=()) for request in requests]
    parts = _parts([each for each in asked if not request_errors(each, catalogue)])
    shared = SharedChoices(
        days=max((each.days for each in asked), default=1),
        parts=tuple(
            SharedPart(
                keys=tuple(each.id for each in part), build=partial(_choices, part, catalogue)
            )
            for part in parts
        ),
        supplies=shared_supplies(supplies),
        uses=uses_of(supplies, catalogue),
    )
    solution = solve_shared_choices(shared, effort, executor, seed=seed, watch=watch)
    report = CrowdReport(
        supplies=tuple(reported(each) for each in solution.supplies),
        without_plan=tuple(each.key for each in solution.picked if not each.choice),
        figures=solution.figures,
    )
    work = _Finish(catalogue=catalogue, limits=Limits(moves=effort.alone, seed=seed))
    return CrowdPlans(report=report, plans=_finished(asked, solution, work, executor))


def _require_one_horizon(requests: Sequence[PlanRequest]) -> None:
    if len({(each.start, each.days) for each in requests}) > 1:
        raise ValueError("all requests have the same start and days")
    if len({each.id for each in requests}) != len(requests):
        raise ValueError("request ids are distinct")


def _parts(requests: Sequence[PlanRequest]) -> list[tuple[PlanRequest, ...]]:
    """Units of work; people with the same order side by side, so that they share its tables."""
    alike: defaultdict[Eater, list[PlanRequest]] = defaultdict(list)
    for each in requests:
        alike[each.eater].append(each)
    ordered = [each for group in alike.values() for each in group]
    return [tuple(ordered[at : at + PART]) for at in range(0, len(ordered), PART)]


def _choices(
    requests: Sequence[PlanRequest], catalogue: Catalogue
) -> tuple[MealChoiceProblem, ...]:
    """The choice problem of each request, in order."""
    each = zip(requests, _suitable(requests, catalogue), strict=True)
    return tuple(build_problem(request, suitable).choice for request, suitable in each)


def _suitable(
    requests: Sequence[PlanRequest], catalogue: Catalogue
) -> Iterator[tuple[Variant, ...]]:
    """What suits each, gone through the gate once for those with the same order."""
    passed: dict[tuple[Eater, frozenset[str]], tuple[Variant, ...]] = {}
    for request in requests:
        gate = request.eater, request.recalled
        if gate not in passed:
            passed[gate] = suitable_variants(request.eater, catalogue, request.recalled)
        yield passed[gate]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finish:
    """From what was picked to checked plans, for one part of the requests."""

    catalogue: Catalogue
    limits: Limits

    def __call__(self, pairs: Sequence[tuple[PlanRequest, Picked | None]]) -> tuple[MealPlan, ...]:
        suitable = _suitable([each for each, pick in pairs if pick and pick.choice], self.catalogue)
        return tuple(
            self._plan(request, pick, dishes_of(request, next(suitable)))
            if pick and pick.choice
            else compose_plan(request, self.catalogue, self.limits)
            for request, pick in pairs
        )

    def _plan(self, request: PlanRequest, pick: Picked, problem: PlanDishes) -> MealPlan:
        keys = [*problem.served, None]
        chosen = [keys[number] for number in pick.choice]
        places = zip(problem.places, chosen, strict=True)
        solution = MealChoice(
            choices=tuple(Choice(position=each.key, option=key) for each, key in places)
        )
        empty = MealPlan(
            id=request.id,
            status=PlanStatus.OK,
            catalogue_version=self.catalogue.version,
            seed=self.limits.seed,
            moves=self.limits.moves,
            objective=pick.levels,
        )
        moved = {at for at, key in enumerate(chosen) if key is not None and at in pick.moved}
        filled = [at for at, key in enumerate(chosen) if key is not None]
        items = served_items(problem, request, solution)
        told = tuple(
            _scarce(item) if at in moved else item for at, item in zip(filled, items, strict=True)
        )
        return checked(summed_plan(empty, told, request, self.catalogue), request, self.catalogue)


def _scarce(item: PlanItem) -> PlanItem:
    kept = tuple(reason for reason in item.reasons if reason is not PlanReason.FITS)
    return replace(item, reasons=(*kept, PlanReason.SCARCE))


def _finished(
    asked: Sequence[PlanRequest], solution: SharedSolution, work: _Finish, executor: Executor
) -> Iterator[MealPlan]:
    """Every part's plans, a few parts ahead of the reader."""
    picked: Mapping[str, Picked] = {each.key: each for each in solution.picked}
    pairs = [(each, picked.get(each.id)) for each in asked]
    parts = [pairs[at : at + PART] for at in range(0, len(pairs), PART)]
    waiting = []
    for part in parts:
        waiting.append(executor.submit(work, part))
        if len(waiting) > _AHEAD:
            yield from waiting.pop(0).result()
    for job in waiting:
        yield from job.result()


_AHEAD = 4
