"""Why a delivery found no place on the day's vans, in the words of the depot."""

from dataclasses import dataclass, replace
from math import ceil

from optimizer import RoutingProblem, RoutingStop, UnservedReason

UNSERVED_HELD = "route.unserved.held"
UNSERVED_LEFT = "route.unserved.left"
UNSERVED_NOWHERE = "route.unserved.nowhere"
UNSERVED_CODES = (
    "route.unserved.vehicle",
    "route.unserved.skill",
    "route.unserved.address",
    "route.unserved.capacity",
    "route.unserved.window",
    "route.unserved.cold",
    "route.unserved.ready",
    "route.unserved.shift",
    UNSERVED_NOWHERE,
    "route.unserved.cost",
    UNSERVED_HELD,
    UNSERVED_LEFT,
)
"""Why a delivery is left behind; held: only a tour that a person keeps has a place for it; left:
its van is under way with the other goods of its door; nowhere: no single change gives it one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnservedDelivery:
    """A delivery that found no place, and the one change that would give it one.

    `would_fit_if` holds, by reason: `begin_min` (a window then), `cold_min` (so long out of the
    cold), `ready_min` (goods ready by then), `zone` and `extra_boxes` (so much more room),
    `end_min` and `duration_min` (of the shift), `vehicles` (one more van like `binding`),
    `skills` (that no van has, or `binding` lacks, with a blank between two).
    """

    site: str
    orders: tuple[str, ...]
    reason: str  # one of UNSERVED_CODES
    binding: str  # vehicle that could then serve it; empty when no single change does
    would_fit_if: tuple[tuple[str, int | str], ...] = ()


def left_behind(
    problem: RoutingProblem, why: UnservedReason, orders: tuple[str, ...]
) -> UnservedDelivery:
    """The optimizer's reason in the words of the depot."""
    stop = next(stop for stop in problem.stops if stop.key == why.stop)
    barred = _nobody_may(problem, stop, why.binding if why.reason == "vehicle" else "")
    if barred is not None:
        return replace(barred, orders=orders)
    if why.reason == "shift" and not why.binding:
        return UnservedDelivery(site=why.stop, orders=orders, reason=UNSERVED_NOWHERE, binding="")
    reason, _, zone = why.reason.partition(":")
    figures = tuple(_in_minutes(name, figure) for name, figure in why.would_fit_if)
    return UnservedDelivery(
        site=why.stop,
        orders=orders,
        reason=f"route.unserved.{reason}",
        binding=why.binding,
        would_fit_if=((("zone", zone),) if zone else ()) + figures,
    )


def _nobody_may(
    problem: RoutingProblem, stop: RoutingStop, binding: str
) -> UnservedDelivery | None:
    """Which skill, or which address, keeps every van away, or the one with a place (binding)."""
    lacking = {van.key: sorted(set(stop.skills) - set(van.skills)) for van in problem.vehicles}
    if all(lacking.values()):
        binding = min(lacking, key=lambda key: (len(lacking[key]), key), default="")
    if lacking.get(binding):
        skills = (("skills", " ".join(lacking[binding])),)
        return UnservedDelivery(
            site=stop.key,
            orders=(),
            reason="route.unserved.skill",
            binding=binding,
            would_fit_if=skills,
        )
    free = stop.allowed is None or (stop.allowed and binding in {"", *stop.allowed})
    if free:
        return None
    return UnservedDelivery(
        site=stop.key, orders=(), reason="route.unserved.address", binding=binding
    )


def _in_minutes(name: str, figure: int | str) -> tuple[str, int | str]:
    """Seconds as minutes on the safe side: a release early, everything else late."""
    if name == "ready_s":
        return "ready_min", int(figure) // 60
    if name.endswith("_s"):
        return f"{name.removesuffix('_s')}_min", ceil(int(figure) / 60)
    return {"extra": "extra_boxes"}.get(name, name), figure
