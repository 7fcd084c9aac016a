"""The store of a centre in the demo region: its evening snack, counted, with a proposal to sign."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.i18n import LOCAL_ZONE
from app.models.people import Site, User
from app.operations import housestores, meals, people, storeplan
from app.operations.demo import kitchen
from app.operations.demo.dates import next_service_day
from app.operations.demo.houses import HOUSES
from app.operations.demo.logins import NURSE
from app.operations.exchange import GroupMenuRow, HouseStoreRow
from app.operations.storecounts import Counted
from menus import Catalogue, Role

MEAL, ROLES = "evening", (Role.DESSERT, Role.DRINK)
"""A late snack shortens the night without food; the house keeps it, for no van comes that late."""
SITE = f"s-{HOUSES[0].code}"
PACK, RESERVE = 4, 8
_MENU_DAYS = 14


def rows(
    rng: Random, catalogue: Catalogue, today: date
) -> tuple[HouseStoreRow, tuple[GroupMenuRow, ...]]:
    """Give the rule of the store, whose next delivery can still be signed, and its menus."""
    first = next_service_day(next_service_day(today))
    second = next_service_day(first + timedelta(days=2))
    rule = HouseStoreRow(
        site=SITE,
        weekdays=tuple(sorted({first.weekday(), second.weekday()})),
        meals=(MEAL,),
        pack_portions=PACK,
        reserve_portions=RESERVE,
    )
    return rule, tuple(_menus(rng, catalogue, today))


def _menus(rng: Random, catalogue: Catalogue, today: date) -> Iterator[GroupMenuRow]:
    for ahead in range(_MENU_DAYS):
        yield GroupMenuRow(
            site=SITE,
            service_day=today + timedelta(days=ahead),
            meal=MEAL,
            components=tuple(
                code for role in ROLES for code in kitchen.choices_of(rng, catalogue, role)
            ),
        )


def count_store(session: Session, now: datetime) -> None:
    """Let the nurse count most of what the menus ask: plenty, nearly gone, or not known."""
    user = session.scalars(select(User).where(User.login == NURSE)).one()
    nurse = people.actor_for(session, user, now)
    site = session.scalars(select(Site).where(Site.code == SITE)).one()
    _, store = housestores.find_store(session, nurse, site.id)
    today = now.astimezone(LOCAL_ZONE).date()
    rng = Random(f"house store:{today}")  # noqa: S311 - repeatable on purpose
    catalogue = meals.catalogue(session)
    plan = storeplan.plan_of(session, catalogue, site, store, first=today, days=7)
    counts: dict[str, tuple[Counted, ...] | None] = {}
    for number, (sku, days) in enumerate(plan.portions.items()):
        if number % 7 == 3:
            continue  # never counted
        shelf_days = catalogue.variants[sku].shelf_days
        lots = [
            Counted(
                use_by=today + timedelta(days=max(1, shelf_days * part // 10)),
                portions=rng.randint(0, max(1, sum(days) * part // 8)),
            )
            for part in (3, 7)
        ]
        counts[sku] = None if number % 7 == 5 else tuple(lots)
    housestores.count(session, nurse, site.id, counts, now)
