"""What a client chose, asks and likes, for the dietitian who signed the week."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, NotFound, Permission
from app.i18n import LOCAL_ZONE
from app.models.choosing import ChoiceState, DishChoice
from app.models.people import Client, User
from app.operations import meals
from app.operations.choosing.choices import choices_since, offer_now, place_of
from app.operations.eating import Taste, taste_rows
from app.operations.people import find_client
from app.operations.upkeep import note_access
from menus import Component, Departure, Variant

SHOWN_DAYS = 28
"""How far back choices are shown, in days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One choice with its dishes, who made it, and how it leaves what was signed."""

    row: DishChoice
    before: Variant | None
    variant: Variant | None
    who: str
    departures: tuple[Departure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Questions that wait for an answer, choices that stand or stood, tastes from ratings."""

    client: Client
    asked: tuple[Wish, ...]
    others: tuple[Wish, ...]
    tastes: tuple[tuple[Taste, Component], ...]


def wishes(session: Session, actor: Actor, client_id: int, now: datetime) -> Wishes:
    """Give what a client wished in the last four weeks and for the days to come."""
    client = find_client(session, actor, client_id, Permission.PLAN_MEALS)
    note_access(session, actor, now, "plan.viewed", client.id)
    today = now.astimezone(LOCAL_ZONE).date()
    rows = tuple(
        row
        for row in choices_since(session, client.id, today - timedelta(days=SHOWN_DAYS))
        if row.day < today or row.ended_at is None or not _overtaken(session, row)
    )
    names = _names(session, rows)
    found = [_wish(session, client, row, names, now) for row in rows]
    components = meals.catalogue(session).components
    return Wishes(
        client=client,
        asked=tuple(one for one in found if one.row.state is ChoiceState.ASKED),
        others=tuple(one for one in found if one.row.state is not ChoiceState.ASKED),
        tastes=tuple(
            (one, components[one.component])
            for one in taste_rows(session, client.id)
            if one.component in components
        ),
    )


def _overtaken(session: Session, row: DishChoice) -> bool:
    """Whether another week than the one it was made for serves its day."""
    week = meals.approved_plan(session, row.client_id, row.day)
    return week is None or week.id != row.plan_id


def _names(session: Session, rows: tuple[DishChoice, ...]) -> dict[int, str]:
    makers = {row.made_by for row in rows if row.made_by is not None}
    users = session.scalars(select(User).where(User.id.in_(makers)))
    return {one.id: one.name for one in users}


def _wish(
    session: Session, client: Client, row: DishChoice, names: dict[int, str], now: datetime
) -> Wish:
    variants = meals.catalogue(session).variants
    return Wish(
        row=row,
        before=variants.get(row.before),
        variant=variants.get(row.variant),
        who=names.get(row.made_by or 0, ""),
        departures=_departures(session, client, row, now),
    )


def _departures(
    session: Session, client: Client, row: DishChoice, now: datetime
) -> tuple[Departure, ...]:
    """Give how a question leaves what was signed, by the week as it is eaten now."""
    if row.state is not ChoiceState.ASKED:
        return ()
    try:
        found = offer_now(session, client, place_of(row), now)
    except NotFound:  # another week was signed since
        return ()
    wanted = row.variant, row.portion
    return next(
        (
            one.departures
            for one, _ in (*found.free, *found.asking)
            if (one.alternative.variant, one.alternative.portion) == wanted
        ),
        (),
    )
