"""Refills by rule, without a search: the same for one home and for two hundred thousand."""

from array import array

import optimizer.refill.problem as given


def solve_refill(problem: given.RefillProblem) -> given.RefillSolution:
    """What to send to each store: order up to what lasts until the order after next comes in.

    The level of a row is the exact quantile of what will be used of its plan; against it counts
    what lies there and is under way, less the reserve and less what expires unused (first expired
    first out, at the expected use). Packs are rounded up unless the rest of the last one would
    rather expire. Where the store is too small, packs are taken back from the rows that stay best
    covered.
    """
    import numpy as np  # noqa: PLC0415 - loading takes a moment

    from optimizer.kernels import refill as kernel  # noqa: PLC0415 - same

    def ints(column: given.Column) -> kernel.Ints:
        return np.array(column, dtype=np.int64)

    rows, stores, lots = problem.rows, problem.stores, problem.lots
    out = kernel.refill(
        kernel.Stores(
            starts=ints(stores.starts),
            arrives=ints(stores.arrives),
            until=ints(stores.until),
            room=ints(stores.room),
        ),
        kernel.Rows(
            sure=ints(rows.sure).reshape(-1, problem.days),
            plan=ints(rows.plan).reshape(-1, problem.days),
            group=ints(rows.group),
            cover=ints(rows.cover),
            pack=ints(rows.pack),
            least=ints(rows.least),
            most=ints(rows.most),
            shelf=ints(rows.shelf),
            life=ints(rows.life),
            size=ints(rows.size),
            reserve=ints(rows.reserve),
            lots=ints(lots.starts),
        ),
        kernel.Rates(
            eaten=ints(problem.eaten).reshape(-1, problem.days), spread=ints(problem.spread)
        ),
        kernel.Lots(amount=ints(lots.amount), first=ints(lots.first), last=ints(lots.last)),
    )

    def column(number: int) -> given.Column:
        return array("q", np.ascontiguousarray(out[:, number]).tobytes())

    return given.RefillSolution(
        packs=column(kernel.PACKS),
        level=column(kernel.LEVEL),
        counted=column(kernel.COUNTED),
        lost=column(kernel.LOST),
        runs_out=column(kernel.RUNS_OUT),
        reason=column(kernel.REASON),
    )
