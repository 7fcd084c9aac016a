"""A client's week as it goes on paper: what is eaten when, and what to buy and cook for it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.access import Actor, NotFound, Permission
from app.i18n import LOCAL_ZONE
from app.models.people import Client, Site
from app.operations import homelots, meals, portal
from app.operations.homelots import EatFirst
from app.operations.people import find_client, warming_place
from app.operations.portal import Eating
from app.operations.upkeep import note_access
from menus import Catalogue, Variant, WarmingPlace

WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuWeek:
    """Seven days with their meals; `warming` is where the client warms food up."""

    client: Client
    days: tuple[tuple[date, tuple[Eating, ...]], ...]
    warming: WarmingPlace
    printed: datetime
    first: tuple[EatFirst, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooked:
    """One dish in one size, and the days of the week on which it is eaten."""

    variant: Variant
    grams: int
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CookingWeek:
    """The dishes of a week that suit, each size once, with the catalogue they are cooked from."""

    week: MenuWeek
    dishes: tuple[Cooked, ...]
    catalogue: Catalogue


def menu_week(
    session: Session, actor: Actor, client_id: int, now: datetime, *, first: date | None = None
) -> MenuWeek:
    """Give seven days from one on (today when none is named); NotFound without a signed week."""
    client = find_client(session, actor, client_id, Permission.VIEW_MEALS)
    note_access(session, actor, now, "week.printed", client.id)
    start = first or now.astimezone(LOCAL_ZONE).date()
    days = tuple(start + timedelta(days=ahead) for ahead in range(WEEK))
    barred = homelots.not_to_eat(session, client.id)
    found = tuple((day, portal.eatings(session, client.id, day, barred=barred)) for day in days)
    if not any(moments for _, moments in found):
        raise NotFound
    return MenuWeek(
        client=client,
        days=found,
        warming=warming_place(client, session.get_one(Site, client.site_id)),
        printed=now,
        first=homelots.to_eat_first(session, client.id, now.astimezone(LOCAL_ZONE).date()),
    )


def cooking_week(
    session: Session, actor: Actor, client_id: int, now: datetime, *, first: date | None = None
) -> CookingWeek:
    """Give what to cook in seven days; what may not be eaten is left out."""
    week = menu_week(session, actor, client_id, now, first=first)
    eaten: dict[tuple[str, int], list[date]] = {}
    for day, moments in week.days:
        for dish in (one for moment in moments for one in moment.dishes if one.edible):
            eaten.setdefault((dish.variant.id, dish.grams), []).append(day)
    stock = meals.catalogue(session)
    return CookingWeek(
        week=week,
        dishes=tuple(
            Cooked(variant=stock.variants[sku], grams=grams, days=tuple(days))
            for (sku, grams), days in eaten.items()
        ),
        catalogue=stock,
    )
