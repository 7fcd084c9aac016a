"""What happened in the demo between visits: meals noted, missed, counted; warnings and hands."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.access import SYSTEM, Actor
from app.models.following import (
    EarlyWarning,
    HomeCount,
    IntakeRecord,
    LifeEvent,
    MissedKind,
    MissedMeal,
    Outcome,
)
from app.models.people import Client, Site, User
from app.operations import delegating, people, warnings, watching
from app.operations.care import local_day
from app.operations.delegating import Handing
from app.operations.demo.logins import DIETITIAN, NPCC_DIETITIANS
from logistics import SiteKind
from screening import CareEvent, WarningCode, WarningLevel

_DAYS_NOTED = 10
_MEALS = (("breakfast", 420), ("lunch", 720), ("supper", 540))
_APPETITES = ((4, 4, 3), (4, 4, 4), (4, 3, 3), (3, 3, 2), (3, 2, 2), (2, 1, 1))
_NOTED_PERCENT = {SiteKind.HOME: 5, SiteKind.RESIDENTIAL: 60, SiteKind.HOSPITAL: 80}
_COUNTED_PERCENT, _FULL_PERCENT = 30, 12
_EVENTS = (CareEvent.FALL, CareEvent.DISCHARGE, CareEvent.INFECTION, CareEvent.BEREAVEMENT)


def live_between(session: Session, now: datetime) -> int:
    """Note what happened since the last visits, watch everybody, and act on some of it.

    Gives how many warnings were opened. The same day gives the same demo.
    """
    rng = Random(f"between:{local_day(now)}")  # noqa: S311 - repeatable on purpose
    clients = session.execute(
        select(Client.id, Site.kind)
        .join(Site, Site.id == Client.site_id)
        .where(Client.left_on.is_(None))
        .order_by(Client.code)
    ).all()
    homes = [row.id for row in clients if row.kind is SiteKind.HOME]
    _note_meals(session, rng, [(row.id, row.kind) for row in clients], now)
    _count_freezers(session, rng, homes, now)
    _miss_and_fall(session, rng, homes, now)
    ids = [row.id for row in clients]
    opened = watching.watch_some(session, SYSTEM, ids, now - timedelta(hours=5)).opened
    _act(session, rng, now)
    return opened


def _note_meals(
    session: Session, rng: Random, clients: Sequence[tuple[int, SiteKind]], now: datetime
) -> None:
    rows = []
    for client_id, kind in clients:
        if rng.randrange(100) < _NOTED_PERCENT[kind]:
            usual = rng.choice(_APPETITES)
            rows += [
                {
                    "client_id": client_id,
                    "day": local_day(now) - timedelta(days=days),
                    "slot": slot,
                    "quarters": rng.choice(usual),
                    "planned_kcal": kcal,
                    "day_kcal": sum(one for _, one in _MEALS),
                    "recorded_at": now - timedelta(days=days),
                }
                for days in range(1, _DAYS_NOTED + 1)
                for slot, kcal in _MEALS
            ]
    if rows:
        session.execute(insert(IntakeRecord), rows)


def _count_freezers(session: Session, rng: Random, homes: Sequence[int], now: datetime) -> None:
    for client_id in homes:
        if rng.randrange(100) < _COUNTED_PERCENT:
            full = rng.randrange(100) < _FULL_PERCENT
            for days in (8, 1):
                expected = rng.randint(8, 16)
                surplus = rng.randint(4, 6) if full else rng.randint(-2, 2)
                session.add(
                    HomeCount(
                        client_id=client_id,
                        day=local_day(now) - timedelta(days=days),
                        counted_at=now - timedelta(days=days),
                        counted=expected + surplus,
                        expected=expected,
                    )
                )


def _miss_and_fall(session: Session, rng: Random, homes: Sequence[int], now: datetime) -> None:
    day = local_day(now) - timedelta(days=1)
    few = max(1, len(homes) // 60)
    chosen = rng.sample(list(homes), min(len(homes), 2 * few))
    for client_id in chosen[:few]:
        session.add(_missed(rng, client_id, day, now))
    for client_id in chosen[few:]:
        event = rng.choice(_EVENTS)
        session.add(LifeEvent(client_id=client_id, event=event, day=day, recorded_at=now))
    session.flush()


def _missed(rng: Random, client_id: int, day: date, now: datetime) -> MissedMeal:
    return MissedMeal(
        client_id=client_id,
        day=day,
        kind=rng.choice(tuple(MissedKind)),
        dish=None,
        alone=rng.choice((True, False, None)),
        recorded_at=now,
    )


def _act(session: Session, rng: Random, now: datetime) -> None:
    """Take some up, close one, silence one, and give two rows to a colleague."""
    actor = _actor(session, DIETITIAN, now)
    mine = session.scalars(
        select(EarlyWarning).where(EarlyWarning.owner_id == actor.user_id).order_by(EarlyWarning.id)
    ).all()
    for row in mine[::4]:
        warnings.acknowledge(session, actor, row.id, now)
    for row in mine[4:5]:
        note = "Gebeld, eet weer sinds gisteren."
        warnings.close(session, actor, row.id, outcome=Outcome.EXPLAINED, note=note, now=now)
    _silence(session, actor, now)
    _hand(session, rng, actor, now)


def _actor(session: Session, login: str, now: datetime) -> Actor:
    user = session.scalars(select(User).where(User.login == login)).one()
    return people.actor_for(session, user, now)


def _silence(session: Session, actor: Actor, now: datetime) -> None:
    row = session.scalar(
        select(EarlyWarning)
        .where(
            EarlyWarning.code == WarningCode.WEIGHT_LOSS,
            EarlyWarning.level == WarningLevel.AMBER,
            EarlyWarning.closed_at.is_(None),
        )
        .order_by(EarlyWarning.id)
        .limit(1)
    )
    if row is not None:
        until = local_day(now) + timedelta(days=14)
        reason = "Vocht kwijt na start van vochtpillen, huisarts volgt op."
        warnings.mute(session, actor, row.id, reason=reason, until=until, now=now)


def _hand(session: Session, rng: Random, actor: Actor, now: datetime) -> None:
    colleagues = [_actor(session, one, now).user_id or 0 for one in NPCC_DIETITIANS[1:]]
    own = session.scalars(
        select(Client.id).where(Client.dietitian_id == actor.user_id).order_by(Client.code)
    ).all()
    for client_id in own[1:6:2]:
        handing = Handing(
            to_id=rng.choice(colleagues),
            until=local_day(now) + timedelta(days=rng.randint(5, 12)),
            note="Ik ben even weg, bel mij als het gewicht daalt.",
        )
        delegating.delegate(session, actor, client_id, handing, now)
