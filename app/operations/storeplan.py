"""What a house serves from its own store: its menus for who lives there, by portion and day."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from sqlalchemy import not_, select
from sqlalchemy.orm import Session

from app.models.care import Prescription, PrescriptionState
from app.models.meals import GroupMenu
from app.models.orders import Order, OrderEater
from app.models.people import Client, Site
from app.models.stores import HouseStore
from app.operations import meals, storerules
from app.operations.eating import Weeks, weeks_of
from app.operations.serving import Menu
from app.operations.weekrequest import portion_of
from logistics import OrderState
from menus import ALLERGIES, Catalogue, Eater, Portion, Variant, hard_objections

NO_MENU = "store.no_menu"
NO_PRESCRIPTION = "store.no_prescription"
CAPPED = "store.capped"
UNKNOWN_ALLERGY = "store.unknown_allergy"
NOTHING_SUITS = "store.nothing_suits"
PLAN_NOTES = (NO_MENU, NO_PRESCRIPTION, CAPPED, UNKNOWN_ALLERGY, NOTHING_SUITS)
"""Why somebody or something is in no proposal: each is told, for unknown is never nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePlan:
    """What a store serves from `first` on: medium portions of each variant by day.

    Other sizes are counted in grams and rounded up by day. `no_menu`: days of which no menu of a
    meal is known. `left_out`: residents for whom nothing is kept in store, by why; meals of which
    some dish suits somebody not under `NOTHING_SUITS`.
    """

    first: date
    portions: Mapping[str, tuple[int, ...]]
    no_menu: tuple[date, ...]
    left_out: Mapping[str, int]

    def needs(self, sku: str, day: date, until: date) -> tuple[int, ...]:
        """Give the portions of a variant from a day until before another one."""
        days = self.portions.get(sku, ())
        begin, end = (day - self.first).days, (until - self.first).days
        return tuple(days[at] if at < len(days) else 0 for at in range(begin, end))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resident:
    client_id: int
    eater: Eater
    portion: Portion
    weeks: Weeks | None


def plan_of(
    session: Session, catalogue: Catalogue, site: Site, store: HouseStore, *, first: date, days: int
) -> StorePlan:
    """Give what the store serves in so many days.

    A resident with approved weeks eats each day of its own, any other the menu of the house.
    Whoever was ordered for by meal eats that order. Nothing is kept for who has no signed
    prescription, an energy cap (those meals are ordered one by one, with the cap in force) or an
    allergy nobody knows.
    """
    all_days = [first + timedelta(days=ahead) for ahead in range(days)]
    left_out: Counter[str] = Counter()
    residents = tuple(_residents(session, site, all_days, left_out))
    recalled = meals.recalled_variants(session)
    good = {sku: one for sku, one in catalogue.variants.items() if sku not in recalled}
    menus = {
        (row.service_day, row.meal): Menu(catalogue, row.components, recalled)
        for row in _menus(session, site, store, all_days)
    }
    ordered = _ordered(session, site, store, all_days)
    grams: defaultdict[str, Counter[date]] = defaultdict(Counter)
    for one, day, meal in product(residents, all_days, store.meals):
        if (one.client_id, day, meal) not in ordered:
            dishes = _dishes(good, one, day, meal, menus.get((day, meal)))
            left_out[NOTHING_SUITS] += None in dishes
            for sku, amount in filter(None, dishes):
                grams[sku][day] += amount
    by_menu = any(one.weeks is None for one in residents)
    return StorePlan(
        first=first,
        portions={
            sku: tuple(-(-found[day] // catalogue.variants[sku].portions_g.m) for day in all_days)
            for sku, found in sorted(grams.items())
        },
        no_menu=tuple(
            day
            for day in all_days
            if by_menu and any((day, meal) not in menus for meal in store.meals)
        ),
        left_out={code: count for code, count in sorted(left_out.items()) if count},
    )


def _dishes(
    good: Mapping[str, Variant], one: _Resident, day: date, meal: str, menu: Menu | None
) -> tuple[tuple[str, int] | None, ...]:
    """Give (variant, grams) of each dish of a meal; None for one that suits nobody's rules now."""
    if one.weeks is not None:
        items = [item for item in one.weeks.on(day) if item["slot"] == meal]
        return tuple(
            (item["variant"], item["grams"]) if _suits(good.get(item["variant"]), one) else None
            for item in items
        )
    return tuple(
        (dish.variant.id, dish.variant.portions_g[one.portion]) if dish.variant else None
        for dish in (menu.serve(one.eater) if menu else ())
    )


def _suits(variant: Variant | None, one: _Resident) -> bool:
    return variant is not None and not hard_objections(variant, one.eater)


def _residents(
    session: Session, site: Site, days: list[date], left_out: Counter[str]
) -> Iterator[_Resident]:
    clients = session.scalars(
        select(Client.id)
        .where(Client.site_id == site.id, Client.left_on.is_(None))
        .order_by(Client.code)
    ).all()
    signed = {
        row.client_id: row
        for row in session.scalars(
            select(Prescription).where(
                Prescription.client_id.in_(clients), Prescription.state == PrescriptionState.SIGNED
            )
        )
    }
    weeks = _weeks(session, signed, days)
    for client_id in clients:
        row = signed.get(client_id)
        if row is None:
            left_out[NO_PRESCRIPTION] += 1
            continue
        content, eater = row.as_prescription(), row.as_eater()
        if any(content.energy_cap_kcal(day) is not None for day in days):
            left_out[CAPPED] += 1
        elif (eater.allergies | eater.intolerances) - ALLERGIES:
            left_out[UNKNOWN_ALLERGY] += 1
        else:
            yield _Resident(
                client_id=client_id,
                eater=eater,
                portion=portion_of(content.portion_percent),
                weeks=weeks.get(client_id),
            )


def _weeks(
    session: Session, signed: Mapping[int, Prescription], days: Sequence[date]
) -> Mapping[int, Weeks]:
    """Give the approved weeks of these residents that answer their signed prescription."""
    found = weeks_of(session, dict.fromkeys(signed, (days[0], days[-1])))
    return {
        client_id: weeks
        for client_id, weeks in found.items()
        if weeks.each[0].plan.prescription_id == signed[client_id].id
    }


def _menus(
    session: Session, site: Site, store: HouseStore, days: list[date]
) -> Sequence[GroupMenu]:
    return session.scalars(
        select(GroupMenu).where(
            GroupMenu.site_id == site.id,
            GroupMenu.service_day.in_(days),
            GroupMenu.meal.in_(store.meals),
        )
    ).all()


def _ordered(
    session: Session, site: Site, store: HouseStore, days: list[date]
) -> frozenset[tuple[int | None, date, str]]:
    """Give who was ordered for at which meal: that meal does not come out of the store."""
    rows = session.execute(
        select(OrderEater.client_id, Order.service_day, Order.meal)
        .join(Order, Order.id == OrderEater.order_id)
        .where(
            Order.site_id == site.id,
            Order.service_day.in_(days),
            Order.meal.in_(store.meals),
            not_(storerules.FOR_STORE),
            Order.state.not_in((OrderState.CANCELLED, OrderState.NOT_DELIVERED)),
        )
    )
    return frozenset((client, day, meal) for client, day, meal in rows)
