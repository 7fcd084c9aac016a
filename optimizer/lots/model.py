"""The week as a mixed integer programme: each day's demand in shares of the days it was made on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from optimizer.lots.problem import LotItem, LotProblem, LotSolution

Cell = tuple[int, int]  # item, day
_TINY = 1e-4  # of a unit: what a solver's answer may be off


@dataclass(slots=True)
class Model:
    """Variables of one week; OR-Tools' MathOpt with HiGHS, loaded inside.

    `prices` is what one of each level of the cost weighs.
    """

    problem: LotProblem
    prices: tuple[int, int, int, int]
    mathopt: Any
    week: Any
    setup: dict[Cell, Any] = field(default_factory=dict)
    loads: dict[Cell, Any] = field(default_factory=dict)
    share: dict[tuple[int, int, int], Any] = field(default_factory=dict)
    terms: list[Any] = field(default_factory=list)
    reach: int = 10**6  # days ahead that anything may be made

    @classmethod
    def of(cls, problem: LotProblem, reach: int = 10**6) -> "Model":
        """Build the programme once; what is free in it changes from solve to solve.

        Nothing is made more than `reach` days ahead.
        """
        from ortools.math_opt.python import mathopt  # noqa: PLC0415 - loading takes a second

        model = cls(problem, prices_of(problem), mathopt, mathopt.Model(), reach=reach)
        for number, item in enumerate(problem.items):
            model._item(number, item)
        model._groups()
        model._room()
        model.week.minimize(mathopt.fast_sum(model.terms))
        return model

    def _item(self, number: int, item: LotItem) -> None:
        week, total = self.week, sum(item.demand)
        for day in range(self.problem.days):
            self.setup[number, day] = week.add_binary_variable()
            most = -(-total // item.load)
            self.loads[number, day] = week.add_variable(
                lb=0, ub=most, is_integer=not _divisible(item)
            )
            self.terms.append(self.prices[3] * item.setup_price * self.setup[number, day])
        for day, wanted in enumerate(net_demand(item)):
            if wanted:
                self._serve(number, item, day, wanted)
        for made in range(self.problem.days):
            self._make(number, item, made)

    def _make(self, number: int, item: LotItem, made: int) -> None:
        """Loads of a day hold what the shares take from it; what is divisible is just that much."""
        net = net_demand(item)
        out = [net[day] * self.share[number, made, day] for day in self._served(number, item, made)]
        here = item.load * self.loads[number, made]
        taken = self.mathopt.fast_sum(out)
        self.week.add_linear_constraint(here == taken if _divisible(item) else here >= taken)
        most = -(-sum(net[made : made + item.shelf_days + 1]) // item.load)
        self.week.add_linear_constraint(self.loads[number, made] <= most * self.setup[number, made])

    def _served(self, number: int, item: LotItem, made: int) -> list[int]:
        last = min(self.problem.days, made + item.shelf_days + 1)
        return [day for day in range(made, last) if (number, made, day) in self.share]

    def _serve(self, number: int, item: LotItem, day: int, wanted: int) -> None:
        """Shares of a day's demand by the day they are made on, and what is short of it."""
        lacking = self.week.add_variable(lb=0, ub=1)
        self.terms.append(self.prices[0] * item.weight * wanted * lacking)
        parts = [lacking]
        for made in range(max(0, day - min(item.shelf_days, self.reach)), day + 1):
            share = self.week.add_variable(lb=0, ub=1)
            self.week.add_linear_constraint(share <= self.setup[number, made])
            self.terms.append(self.prices[3] * item.hold * (day - made) * wanted * share)
            self.share[number, made, day] = share
            parts.append(share)
        self.week.add_linear_constraint(self.mathopt.fast_sum(parts) == 1)

    def _groups(self) -> None:
        for group in self.problem.groups:
            mine = [
                (number, item)
                for number, item in enumerate(self.problem.items)
                if item.group == group.key
            ]
            for day, minutes in enumerate(group.minutes):
                over = self.week.add_variable(lb=0, ub=group.overtime_min)
                self.terms.append(self.prices[2] * over)
                work = [item.load_min * self.loads[number, day] for number, item in mine]
                work += [item.setup_min * self.setup[number, day] for number, item in mine]
                work += [group.family_min * made for made in self._families(mine, day)]
                self.week.add_linear_constraint(self.mathopt.fast_sum(work) <= minutes + over)

    def _families(self, items: list[tuple[int, LotItem]], day: int) -> list[Any]:
        """Whether anything of each family is made on a day."""
        made = {family: self.week.add_variable(lb=0, ub=1) for family in _names(items)}
        for number, item in items:
            self.week.add_linear_constraint(made[item.family] >= self.setup[number, day])
        return list(made.values())

    def _room(self) -> None:
        """What lies in store each night; rounding of loads up comes on top and is counted later."""
        if self.problem.room is None:
            return
        for night in range(self.problem.days):
            over = self.week.add_variable(lb=0)
            self.terms.append(self.prices[1] * over)
            kept = [
                self.problem.items[number].space
                * net_demand(self.problem.items[number])[day]
                * share
                for (number, made, day), share in self.share.items()
                if made <= night < day
            ]
            self.week.add_linear_constraint(self.mathopt.fast_sum(kept) <= self.problem.room + over)

    def hold(self, at: Mapping[Cell, int], free: Iterable[Cell]) -> None:
        """Fix every setup as it stands but the free ones."""
        loose = set(free)
        for cell, variable in self.setup.items():
            variable.lower_bound = 0 if cell in loose else at[cell]
            variable.upper_bound = 1 if cell in loose else at[cell]

    def solve(self, **limits: Any) -> Any:
        """MathOpt's result; threads stay unset, HiGHS refuses them there."""
        parameters = self.mathopt.SolveParameters(**limits)
        return self.mathopt.solve(self.week, self.mathopt.SolverType.HIGHS, params=parameters)

    def read(self, result: Any) -> tuple[dict[Cell, int], LotSolution]:
        """Setups and whole loads of an answer."""
        values = result.variable_values()
        loads = {}
        for number, item in enumerate(self.problem.items):
            net = net_demand(item)
            made = [
                sum(net[day] * values[self.share[number, at, day]] for day in days)
                for at in range(self.problem.days)
                for days in [self._served(number, item, at)]
            ]
            loads[item.key] = tuple(-int(-(units - _TINY) // item.load) for units in made)
        setups = {cell: round(values[variable]) for cell, variable in self.setup.items()}
        return setups, LotSolution(loads=loads)


def _names(items: Iterable[tuple[int, LotItem]]) -> list[str]:
    return sorted({item.family for _, item in items})


def _divisible(item: LotItem) -> bool:
    """Single units of one minute: with the setups fixed, a network whose corners are whole."""
    return item.load == 1 and item.load_min == 1


def net_demand(item: LotItem) -> list[int]:
    """Demand by day that stock does not cover, the first days first."""
    left, net = item.stock, []
    for wanted in item.demand:
        used = min(left, wanted)
        left -= used
        net.append(wanted - used)
    return net


def prices_of(problem: LotProblem) -> tuple[int, int, int, int]:
    """One unit of a level weighs more than a likely whole of the level below it."""
    price = max((item.setup_price + 10 * item.hold for item in problem.items), default=0)
    overtime = 1 + price
    space = overtime * 10
    return space * 100, space, overtime, 1
