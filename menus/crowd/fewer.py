"""Fewer distinct variants in a kitchen's week: soft, step by step, with what each step costs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

from menus.catalog import Catalogue
from menus.crowd.choices import Choices
from menus.crowd.composing import compose_plans
from menus.crowd.cooking import MONDAY_TO_FRIDAY, KitchenWeek, kitchen_week
from menus.crowd.supplying import KitchenSupply, left_of, overdrawn
from menus.plan import MealPlan, PlanStatus
from menus.plan_request import PlanRequest
from optimizer import SharedEffort

_SHARE = 4
"""A step closes one in so many of what is still too much, at least `_SMALLEST`."""
_SMALLEST = 8


class VariantVerdict(StrEnum):
    """Whether the fullest cooking day keeps to the number aimed at."""

    MET = "variants.met"
    MISSED = "variants.missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantAim:
    """At most so many variants on a cooking day, if that costs nobody more than is said here.

    `choices`: components, none of them disliked, that stay open to everybody per role.
    `allowance`: permille outside windows (and above caps at doses) by which a week may get worse.
    `weeks_at_once`: for so many times the same weeks is cooked at once what keeps so long.
    """

    most_per_day: int = 40
    weekdays: tuple[int, ...] = MONDAY_TO_FRIDAY
    choices: int = 4
    allowance: int = 10
    weeks_at_once: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeOff:
    """One point of the curve: sums over all weeks that there are, in the units of `MealPlan`."""

    variants: int
    most_per_day: int
    weeks: int
    slack_permille: int
    wishes: int
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantReport:
    """The curve from the weeks without this aim (first) to those given (last).

    `least_open`: variants that must stay open in the week so that everybody keeps the choices of
    the aim; what is cooked of them may be fewer. `kept_open`: variants that closing was tried of
    and that stayed: an eater would have lost too much, or nothing was won.
    """

    aim: VariantAim
    curve: tuple[TradeOff, ...]
    least_open: int
    kept_open: tuple[str, ...]
    week: KitchenWeek

    @property
    def code(self) -> VariantVerdict:
        """The key of its sentence."""
        met = self.curve[-1].most_per_day <= self.aim.most_per_day
        return VariantVerdict.MET if met else VariantVerdict.MISSED


def with_fewer_variants(
    requests: Sequence[PlanRequest],
    plans: Sequence[MealPlan],
    catalogue: Catalogue,
    supplies: Sequence[KitchenSupply],
    executor: Executor,
    *,
    aim: VariantAim,
    effort: SharedEffort,
    seed: int = 1,
) -> tuple[tuple[MealPlan, ...], VariantReport]:
    """The same weeks from fewer variants, in the same order, and what that cost.

    `plans` are those of `compose_plans` for the requests. The least eaten variants close step by
    step, and only who ate of them gets another week, composed and checked as any. Who would have
    no week then, or one further outside the windows than the allowance, keeps the old one, and
    what stands in it stays open. A step that would overdraw a supply more, or that wins nothing,
    is not taken.
    """
    thinning = _Thinning(requests, plans, catalogue, aim)
    curve = [thinning.point()]
    while curve[-1].most_per_day > aim.most_per_day:
        batch = thinning.batch(curve[-1])
        if not batch:
            break
        thinning.step(batch, supplies, executor, effort, seed)
        curve.append(thinning.point())
    report = VariantReport(
        aim=aim,
        curve=tuple(curve),
        least_open=thinning.choices.needed(),
        kept_open=tuple(sorted(thinning.kept)),
        week=thinning.week(),
    )
    return tuple(thinning.plans), report


def _eaten(plan: MealPlan) -> set[str]:
    return {item.variant for item in plan.items}


def _variety(plans: Iterable[MealPlan]) -> int:
    return len(set[str]().union(*map(_eaten, plans)))


def _slack(plan: MealPlan) -> int:
    """Permille outside windows and above caps at doses."""
    return sum(plan.objective[2:4])


class _Thinning:
    """Where the closing stands."""

    def __init__(
        self,
        requests: Sequence[PlanRequest],
        plans: Sequence[MealPlan],
        catalogue: Catalogue,
        aim: VariantAim,
    ) -> None:
        self.plans, self.kept = list(plans), set[str]()
        self._requests, self._catalogue, self._aim = requests, catalogue, aim
        self._most = [_slack(plan) + aim.allowance for plan in plans]
        self._there = [at for at, plan in enumerate(plans) if plan.status is PlanStatus.OK]
        self.choices = Choices([requests[at] for at in self._there], catalogue, least=aim.choices)
        used = set(self._eaters())
        self._open = {
            name for name in catalogue.variants if name in used or not self.choices.close(name)
        }

    def _eaters(self) -> Mapping[str, list[int]]:
        found: defaultdict[str, list[int]] = defaultdict(list)
        for at in self._there:
            for name in _eaten(self.plans[at]):
                found[name].append(at)
        return found

    def week(self) -> KitchenWeek:
        """What the kitchen cooks for the weeks that stand."""
        first = self._requests[0]
        return kitchen_week(
            self.plans,
            self._catalogue,
            start=first.start,
            days=first.days,
            weekdays=self._aim.weekdays,
            rounds=self._aim.weeks_at_once,
        )

    def point(self) -> TradeOff:
        """What the weeks that stand come to."""
        week, weeks = self.week(), [self.plans[at] for at in self._there]
        return TradeOff(
            variants=week.variants,
            most_per_day=week.most_per_day,
            weeks=len(weeks),
            slack_permille=sum(map(_slack, weeks)),
            wishes=sum(plan.objective[4] for plan in weeks),
            cents=sum(plan.objective[5] for plan in weeks),
        )

    def batch(self, now: TradeOff) -> tuple[str, ...]:
        """Close the least eaten that everybody can do without; empty: nothing more closes."""
        eaters = self._eaters()
        aimed = now.variants * self._aim.most_per_day // now.most_per_day
        size = max(_SMALLEST, (now.variants - aimed) // _SHARE)
        order = sorted(eaters, key=lambda name: (len(eaters[name]), name))
        closing = (name for name in order if name not in self.kept and self.choices.close(name))
        return tuple(islice(closing, size))

    def step(
        self,
        batch: Sequence[str],
        supplies: Sequence[KitchenSupply],
        executor: Executor,
        effort: SharedEffort,
        seed: int,
    ) -> None:
        """Compose again for who ate of what closes, without it."""
        eaters, closed = self._eaters(), set(batch)
        asked = sorted({at for name in batch for at in eaters[name]})
        others = [self.plans[at] for at in self._there if at not in set(asked)]
        made = compose_plans(
            [self._requests[at] for at in asked],
            self._without(closed),
            left_of(supplies, others),
            executor,
            effort=effort,
            seed=seed,
        )
        new = dict(zip(asked, made.plans, strict=True))
        worse = {
            at
            for at, plan in new.items()
            if plan.status is not PlanStatus.OK or _slack(plan) > self._most[at]
        }
        before = overdrawn(supplies, self.plans)
        tried = [
            self.plans[at] if at in worse else new.get(at, plan)
            for at, plan in enumerate(self.plans)
        ]
        if overdrawn(supplies, tried) > before or _variety(tried) >= _variety(self.plans):
            worse, tried = set(asked), list(self.plans)
        self._keep(closed & {name for at in worse for name in _eaten(self.plans[at])})
        self._open -= closed - self.kept
        self.plans = tried

    def _without(self, closed: Iterable[str]) -> Catalogue:
        shown = self._open.difference(closed)
        variants = self._catalogue.variants
        return replace(
            self._catalogue,
            variants={name: each for name, each in variants.items() if name in shown},
        )

    def _keep(self, names: Iterable[str]) -> None:
        """These stay open for good."""
        again = sorted(names)
        self.choices.reopen(again)
        self.kept.update(again)
