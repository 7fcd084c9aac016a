"""The dishes of a day to be rated, and what was learnt from ratings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.i18n import LOCAL_ZONE
from app.models.people import Client
from app.operations import meals
from app.operations.eating import RATING_DAYS, Taste, rate, ratings_of, served, taste_rows
from app.operations.people import find_client
from app.operations.upkeep import note_access
from menus import Component, Liking, Variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasted:
    """One dish of a day and what was said of it; None when nothing was."""

    slot: str
    variant: Variant
    liking: Liking | None
    may_mend: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasting:
    """The dishes of one day, each component once, and the tastes of the client."""

    client: Client
    day: date
    days: tuple[date, ...]
    dishes: tuple[Tasted, ...]
    tastes: tuple[tuple[Taste, Component], ...]


def tasting(
    session: Session, actor: Actor, client_id: int, now: datetime, *, day: date | None = None
) -> Tasting:
    """Give the dishes of a day that may be rated, today's when the day is none of those."""
    client = find_client(session, actor, client_id, Permission.RECORD_INTAKE)
    note_access(session, actor, now, "week.viewed", client.id)
    today = now.astimezone(LOCAL_ZONE).date()
    days = tuple(today - timedelta(days=back) for back in range(RATING_DAYS, -1, -1))
    shown = day if day in days else today
    components = meals.catalogue(session).components
    return Tasting(
        client=client,
        day=shown,
        days=days,
        dishes=_dishes(session, client.id, shown, today),
        tastes=tuple(
            (one, components[one.component])
            for one in taste_rows(session, client.id)
            if one.component in components
        ),
    )


def _dishes(session: Session, client_id: int, day: date, today: date) -> tuple[Tasted, ...]:
    said = {row.component: row for row in ratings_of(session, client_id, day)}
    found: dict[str, Tasted] = {}
    for slot, variant in _served(session, client_id, day):
        row = said.get(variant.component)
        found.setdefault(
            variant.component,
            Tasted(
                slot=slot,
                variant=variant,
                liking=row.liking if row else None,
                may_mend=row is None or row.rated_at.astimezone(LOCAL_ZONE).date() == today,
            ),
        )
    return tuple(found.values())


def _served(session: Session, client_id: int, day: date) -> tuple[tuple[str, Variant], ...]:
    """Give the dishes of a day that the catalogue still has, with their eating moment."""
    plan = meals.approved_plan(session, client_id, day)
    if plan is None:
        return ()
    variants = meals.catalogue(session).variants
    items = served(session, plan).on(day)
    return tuple(
        (one["slot"], variants[one["variant"]]) for one in items if one["variant"] in variants
    )


def rate_day(
    session: Session,
    actor: Actor,
    client_id: int,
    day: date,
    likings: Mapping[str, Liking],
    now: datetime,
) -> tuple[str, ...]:
    """Keep how dishes of a day tasted; gives the components that became a dislike by it."""
    client = find_client(session, actor, client_id, Permission.RECORD_INTAKE)
    before = {one.component for one in taste_rows(session, client.id) if not one.liked}
    on_plan = {variant.component for _, variant in _served(session, client.id, day)}
    rate(session, actor, client.id, day, likings, served=on_plan, now=now)
    after = {one.component for one in taste_rows(session, client.id) if not one.liked}
    return tuple(sorted(after - before))
