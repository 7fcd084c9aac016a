"""The places of each role in the navigation: at most five."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.access import Actor, Permission
from app.operations import referrals


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One link of the navigation; `label` is a code."""

    label: str
    href: str
    current: bool
    icon: str = ""
    count: int | None = None


_PLACES: tuple[tuple[Permission, str, str, str], ...] = (
    (Permission.SCREEN, "web.place.worklist", "/worklist", "check"),
    (Permission.SCREEN, "web.place.clients", "/clients", "person"),
    (Permission.VIEW_DAY, "web.place.day", "/day", "week"),
    (Permission.VIEW_KITCHEN, "web.place.kitchen", "/kitchen", "heat"),
    (Permission.VIEW_ROUTES, "web.place.routes", "/routes", "navigate"),
    (Permission.VIEW_STOCK, "web.place.stock", "/stock", "chilled"),
    (Permission.ORDER_GROUP, "web.place.wards", "/wards", "basket"),
    (Permission.ORDER_GROUP, "web.place.store", "/store", "chilled"),
    (Permission.COUNT_HOME_STOCK, "web.place.week", "/week", "week"),
    (Permission.COUNT_HOME_STOCK, "web.place.order", "/week/order", "basket"),
    (Permission.COUNT_HOME_STOCK, "web.place.choices", "/week/consents", "check"),
    (Permission.COUNT_HOME_STOCK, "web.place.log", "/week/log", "person"),
    (Permission.SEND_REFERRAL, "web.place.referrals", "/referrals", "swap"),
    (Permission.ADMINISTER, "web.place.people", "/admin/users", "person"),
    (Permission.ADMINISTER, "web.place.organisations", "/admin/organisations", "basket"),
    (Permission.ADMINISTER, "web.place.keys", "/admin/keys", "lock"),
    (Permission.ADMINISTER, "web.place.jobs", "/admin/jobs", "week"),
)


def places(actor: Actor, path: str, counts: Mapping[str, int]) -> tuple[Place, ...]:
    """Give the places this actor may go, the current one marked, with what waits there."""
    mine = [
        (label, href, icon)
        for permission, label, href, icon in _PLACES
        if actor.may(permission) and _fits(actor, href)
    ][:5]
    under = [href for _, href, _ in mine if path == href or path.startswith(f"{href}/")]
    current = max(under, key=len, default=None)
    return tuple(
        Place(
            label=label,
            href=href,
            icon=icon,
            current=href == current,
            count=counts.get(href) or None,
        )
        for label, href, icon in mine
    )


def _fits(actor: Actor, href: str) -> bool:
    """Keep the week for clients and their carers, wards for staff, the store for a house."""
    if href.startswith("/week"):
        return bool(actor.sees)
    if href == "/wards":
        return not actor.sees
    if href == "/store":
        return actor.is_house
    if href == "/referrals":
        return referrals.refers(actor)
    return True
