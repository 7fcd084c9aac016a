"""The places of each role in the navigation: at most five."""

from dataclasses import dataclass

from app.access import Actor, Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One link of the navigation; `label` is a code."""

    label: str
    href: str
    current: bool
    count: int | None = None


_PLACES: tuple[tuple[Permission, str, str], ...] = (
    (Permission.SCREEN, "nav.worklist", "/worklist"),
    (Permission.SCREEN, "nav.clients", "/clients"),
    (Permission.VIEW_DAY, "nav.day", "/day"),
    (Permission.VIEW_KITCHEN, "nav.kitchen", "/kitchen"),
    (Permission.VIEW_ROUTES, "nav.routes", "/routes"),
    (Permission.VIEW_STOCK, "nav.stock", "/stock"),
    (Permission.ORDER_GROUP, "nav.wards", "/wards"),
    (Permission.COUNT_HOME_STOCK, "nav.week", "/week"),
    (Permission.ADMINISTER, "nav.people", "/admin/users"),
    (Permission.ADMINISTER, "nav.organisations", "/admin/organisations"),
)


def places(actor: Actor, path: str) -> tuple[Place, ...]:
    """Give the places this actor may go, the current one marked."""
    return tuple(
        Place(label=label, href=href, current=path == href or path.startswith(f"{href}/"))
        for permission, label, href in _PLACES
        if actor.may(permission) and _fits(actor, href)
    )[:5]


def _fits(actor: Actor, href: str) -> bool:
    """Keep the client's own week for clients and their carers, wards for staff."""
    if href == "/week":
        return bool(actor.sees)
    if href == "/wards":
        return not actor.sees
    return True
