"""How dishes tasted, and the likes and dislikes that follow from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, Refused
from app.i18n import LOCAL_ZONE
from app.models.choosing import DishRating, TasteRemoval
from app.operations.people import find_client
from app.operations.upkeep import note_access
from menus import Catalogue, Liking, Rating, Tastes, tastes_from

RATING_DAYS = 7
"""How far back a dish may still be rated, in days."""
RATING_CODES = ("rating.day_out_of_reach", "rating.not_served", "rating.closed")


def rate(
    session: Session,
    actor: Actor,
    client_id: int,
    day: date,
    likings: Mapping[str, Liking],
    *,
    served: Iterable[str],
    now: datetime,
) -> None:
    """Keep how components of a day tasted; what was said before is mended on the same day only.

    `served` are the components that stood on the client's plan that day. Raises Refused for
    another one, for a day to come or over a week ago, and for a word of an earlier day.
    """
    client = find_client(session, actor, client_id, Permission.RECORD_INTAKE)
    today = now.astimezone(LOCAL_ZONE).date()
    if not today - timedelta(days=RATING_DAYS) <= day <= today:
        raise Refused(("day", "rating.day_out_of_reach", {"days": RATING_DAYS}))
    strange = sorted(set(likings) - set(served))
    if strange:
        raise Refused(*((name, "rating.not_served", {}) for name in strange))
    kept = {row.component: row for row in ratings_of(session, client.id, day)}
    for component, liking in likings.items():
        _keep(session, actor, client.id, day, Said(component, liking, kept.get(component), now))
    session.flush()
    note_access(session, actor, now, "dish.rated", client.id)


@dataclass(frozen=True, slots=True)
class Said:
    """One word about one component, and the word it mends."""

    component: str
    liking: Liking
    before: DishRating | None
    at: datetime


def _keep(session: Session, actor: Actor, client_id: int, day: date, said: Said) -> None:
    row = said.before
    if row is None:
        row = DishRating(
            client_id=client_id,
            day=day,
            component=said.component,
            liking=said.liking,
            rated_at=said.at,
            rated_by=actor.user_id,
        )
        session.add(row)
    elif row.liking is not said.liking:
        if row.rated_at.astimezone(LOCAL_ZONE).date() != said.at.astimezone(LOCAL_ZONE).date():
            raise Refused((said.component, "rating.closed", {}))
        row.liking, row.rated_at, row.rated_by = said.liking, said.at, actor.user_id


def ratings_of(session: Session, client_id: int, day: date) -> tuple[DishRating, ...]:
    """Give what was said of a day's dishes."""
    return tuple(
        session.scalars(
            select(DishRating).where(DishRating.client_id == client_id, DishRating.day == day)
        )
    )


def note_refused(
    session: Session, actor: Actor, client_id: int, day: date, *, component: str, now: datetime
) -> None:
    """Keep that a dish came back uneaten, unless somebody rated it that day."""
    kept = {row.component for row in ratings_of(session, client_id, day)}
    if component not in kept:
        _keep(session, actor, client_id, day, Said(component, Liking.NOT_EATEN, None, now))


def _counting(session: Session, client_id: int) -> tuple[Rating, ...]:
    """Give the ratings that count: said after the last time somebody lifted their taste."""
    found = session.execute(
        select(TasteRemoval.component, func.max(TasteRemoval.removed_at))
        .where(TasteRemoval.client_id == client_id)
        .group_by(TasteRemoval.component)
    )
    lifted: dict[str, datetime] = {row[0]: row[1] for row in found}
    rows = session.scalars(select(DishRating).where(DishRating.client_id == client_id))
    return tuple(
        row.as_rating()
        for row in rows
        if row.component not in lifted or row.rated_at > lifted[row.component]
    )


def tastes_of(session: Session, client_id: int) -> Tastes:
    """Give the components a client likes and dislikes by their own ratings."""
    return tastes_from(_counting(session, client_id))


def with_tastes(request: Mapping[str, Any], tastes: Tastes) -> dict[str, Any]:
    """Give a request for meals with what ratings say as wishes; a word that was signed stands."""
    likes, dislikes = set(request["likes"]), set(request["dislikes"])
    return {
        **request,
        "likes": sorted(likes | (tastes.likes - dislikes)),
        "dislikes": sorted(dislikes | (tastes.dislikes - likes)),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """One component that ratings made a like or a dislike, and the days that say so."""

    component: str
    liked: bool
    ratings: tuple[Rating, ...]


def taste_rows(session: Session, client_id: int) -> tuple[Taste, ...]:
    """Give what was learnt from ratings, dislikes first."""
    told = _counting(session, client_id)
    found = tastes_from(told)
    return tuple(
        Taste(
            component=name,
            liked=name in found.likes,
            ratings=tuple(
                sorted((one for one in told if one.component == name), key=lambda one: one.day)
            ),
        )
        for name in (*sorted(found.dislikes), *sorted(found.likes))
    )


def forget(session: Session, actor: Actor, client_id: int, component: str, now: datetime) -> None:
    """Let what was said of a component until now no longer count; the ratings themselves stay."""
    client = find_client(session, actor, client_id, Permission.RECORD_INTAKE)
    session.add(
        TasteRemoval(
            client_id=client.id, component=component, removed_at=now, removed_by=actor.user_id
        )
    )
    session.flush()
    note_access(session, actor, now, "taste.removed", client.id)


def component_called(catalogue: Catalogue, name: str) -> str | None:
    """Give the component of a name in any language, or None: free text is not guessed at."""
    said = name.strip().casefold()
    for one in catalogue.components.values():
        if said in {
            one.id,
            *(text.casefold() for text in (one.names.nl, one.names.fr, one.names.en)),
        }:
            return one.id
    return None
