"""Orders of a hospital's system: asked for a ward, served from the menu, kept once per key."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, Permission, Refused, require
from app.models.frozen import cells
from app.models.orders import IdempotencyKey, Order, OrderSource
from app.models.people import Organisation, Site, Ward
from app.operations import meals, orders
from app.operations.orders import EaterOrder, Line, Note, OrderDraft
from app.operations.serving import Menu
from menus import Catalogue, Eater, Portion

MEALS = ("breakfast", "morning", "lunch", "afternoon", "supper", "evening", "late_evening")
"""The eating moments a group menu may be made for, in the order of the day."""

Trouble = tuple[str, str, dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLine:
    """So many portions of one variant."""

    variant: str
    portions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedEater:
    """One person of an order under a pseudonym; without lines the group menu is served."""

    ref: str
    profile: Eater
    portion: Portion
    lines: tuple[AskedLine, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An order for the eaters of one ward at one meal, as a system sends it.

    `late`: where it is too late, a person looks for a place.
    """

    ward: str
    service_day: date
    meal: str
    eaters: tuple[AskedEater, ...]
    site: str | None = None
    reference: str | None = None
    late: bool = False


def place_asked(
    session: Session, actor: Actor, asked: Asked, key: str, now: datetime
) -> tuple[Order, bool]:
    """Place a system's order under its idempotency key; gives the order and whether it is new.

    The same key with the same content gives the first order, also after the cut-off or when the
    menu changed since; with other content it is a Conflict.
    """
    require(actor, Permission.ORDER_GROUP)
    # One key at a time: of two requests at once the second waits here and finds the first's order.
    session.get_one(Organisation, actor.organisation_id, with_for_update={"key_share": True})
    content = {name: value for name, value in cells(asked).items() if name != "late"}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    known = session.scalar(
        select(IdempotencyKey).where(
            IdempotencyKey.organisation_id == actor.organisation_id, IdempotencyKey.key == key
        )
    )
    if known is not None:
        if known.body_hash != digest:
            raise Conflict("order.key_used_for_other_content")
        return session.get_one(Order, known.order_id), False
    order = orders.place(session, actor, draft_of(session, actor, asked), now)
    session.add(
        IdempotencyKey(
            organisation_id=order.organisation_id,
            key=key,
            body_hash=digest,
            order_id=order.id,
            created_at=now,
        )
    )
    session.flush()
    return order, True


def change_asked(
    session: Session, actor: Actor, order_id: int, asked: Asked, now: datetime, *, version: int
) -> Order:
    """Replace what a system's order holds before its cut-off; site, ward, day and meal stay."""
    orders.find_order(session, actor, order_id, Permission.ORDER_GROUP)
    draft = draft_of(session, actor, asked)
    return orders.change(session, actor, order_id, draft, now, version=version)


def draft_of(session: Session, actor: Actor, asked: Asked) -> OrderDraft:
    """Give the order with site, ward and lines filled in; raises Refused with every problem."""
    site = _site(session, actor, asked.site)
    ward = session.scalar(select(Ward).where(Ward.site_id == site.id, Ward.code == asked.ward))
    catalogue = meals.catalogue(session)
    components = meals.group_menu(session, site.id, asked.service_day, asked.meal)
    menu = Menu(catalogue, components, meals.recalled_variants(session))
    troubles = [*_ward_troubles(asked, ward), *_troubles(asked, catalogue, menu)]
    if ward is None or troubles:
        raise Refused(*troubles)
    return OrderDraft(
        site_id=site.id,
        ward_id=ward.id,
        service_day=asked.service_day,
        meal=asked.meal,
        eaters=tuple(_eater(one, catalogue, menu) for one in asked.eaters),
        source=OrderSource.API,
        external_ref=asked.reference,
        late=asked.late,
        notes=_notes(asked, menu),
    )


def _site(session: Session, actor: Actor, code: str | None) -> Site:
    """Give the site by its code, or the only one there is; only of the actor's organisation."""
    require(actor, Permission.ORDER_GROUP)
    own = session.scalars(select(Site).where(Site.organisation_id == actor.organisation_id)).all()
    if code is None and len(own) != 1:
        raise Refused(("site", "order.site_needed", {}))
    found = next((one for one in own if code in (None, one.code)), None)
    if found is None:
        raise Refused(("site", "order.unknown_site", {"site": code or ""}))
    return found


def _ward_troubles(asked: Asked, ward: Ward | None) -> Iterator[Trouble]:
    if ward is None:
        yield "ward", "order.unknown_ward", {"ward": asked.ward}


def _troubles(asked: Asked, catalogue: Catalogue, menu: Menu) -> Iterator[Trouble]:
    if not menu.components and any(one.lines is None for one in asked.eaters):
        yield "meal", "order.no_menu", {"day": asked.service_day}
    words, seen = catalogue.ingredient_words, set[str]()
    for at, one in enumerate(asked.eaters):
        if one.ref in seen:
            yield f"eaters.{at}.ref", "order.eater_twice", {"eater": one.ref}
        seen.add(one.ref)
        # A word nobody knows would exclude nothing, and somebody would trust that it does.
        for word in sorted(one.profile.exclude_ingredients - words):
            yield f"eaters.{at}.exclude_ingredients", "order.unknown_ingredient", {"word": word}


def _eater(asked: AskedEater, catalogue: Catalogue, menu: Menu) -> EaterOrder:
    lines = menu.lines(asked.profile, asked.portion)
    if asked.lines is not None:
        lines = tuple(_line(one, asked.portion, catalogue) for one in asked.lines)
    return EaterOrder(ref=asked.ref, profile=asked.profile, lines=lines)


def _line(asked: AskedLine, portion: Portion, catalogue: Catalogue) -> Line:
    variant = catalogue.variants.get(asked.variant)
    grams = variant.portions_g[portion] if variant else None
    return Line(sku=asked.variant, portions=asked.portions, portion_g=grams)


def _notes(asked: Asked, menu: Menu) -> tuple[Note, ...]:
    served = [one for one in asked.eaters if one.lines is None]
    undecided = (note for one in served for note in menu.undecided(one.ref, one.profile))
    return (*(menu.notes() if served else ()), *undecided)
