"""Verbs of the texture test: write down what a lot showed, see which lots wait for one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

import logistics
from app.access import Actor, Conflict, NotFound, Permission, require
from app.models.people import User
from app.models.stock import Lot, LotMove, TextureTest
from app.operations import depots, lotinputs, meals
from logistics import LotState
from menus import (
    TESTED_LEVELS,
    Iddsi,
    LotTexture,
    TextureOutcome,
    TextureRecord,
    TextureResult,
    Variant,
    judge_texture,
    lot_texture,
    needed_tests,
)
from menus import TextureTest as Check

MOVED = "texture_"
"""Begins the reason of a lot's move that a test made; the result follows."""

TAKEN = ("holding", "celsius")
FIELDS: Mapping[Check, tuple[str, ...]] = {
    Check.FLOW: ("flow_ml",),
    Check.FORK_DRIP: ("fork_drip",),
    Check.SPOON_TILT: ("spoon_tilt",),
    Check.FORK_PRESSURE: ("fork_pressure",),
    Check.PIECE_SIZE: ("width_mm", "length_mm"),
}
"""Fields that every record has, and those that each test fills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One record of a lot with what it says, who wrote it and when."""

    record: TextureRecord
    outcome: TextureOutcome
    at: datetime
    tester: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LotView:
    """A lot with its dish, where its texture stands, and its tests, newest first."""

    code: str
    variant: Variant
    amount_g: int
    made_on: date
    use_by: date
    state: LotState
    texture: LotTexture
    tests: tuple[Tested, ...]


def textures(
    session: Session, lots: Iterable[Lot], variants: Mapping[str, Variant]
) -> Mapping[str, LotTexture]:
    """Give where each lot stands with its test, by code.

    A lot of a variant that the catalogue no longer has is awaited: nobody knows its level.
    """
    rows = list(lots)
    tests = _tests(session, [row.id for row in rows if _needs(variants.get(row.sku))])
    return {
        row.code: _texture(variants.get(row.sku), [one.as_record() for one in tests[row.id]])
        for row in rows
    }


def _needs(variant: Variant | None) -> bool:
    return variant is not None and variant.iddsi in TESTED_LEVELS


def _texture(variant: Variant | None, records: Sequence[TextureRecord]) -> LotTexture:
    if variant is None:
        return LotTexture.AWAITED
    return lot_texture(variant.iddsi, records)


def _tests(session: Session, lot_ids: Sequence[int]) -> Mapping[int, list[TextureTest]]:
    """Give the tests of each lot, oldest first."""
    found: defaultdict[int, list[TextureTest]] = defaultdict(list)
    rows = select(TextureTest).where(TextureTest.lot_id.in_(lot_ids)).order_by(TextureTest.id)
    for row in session.scalars(rows):
        found[row.lot_id].append(row)
    return found


def lot_textures(session: Session, actor: Actor, codes: frozenset[str]) -> Mapping[str, LotTexture]:
    """Give where each of these lots stands with its test, those that exist already."""
    require(actor, Permission.VIEW_KITCHEN)
    rows = session.scalars(select(Lot).where(_here(session, actor), Lot.code.in_(codes))).all()
    return textures(session, rows, meals.catalogue(session).variants)


def _here(session: Session, actor: Actor) -> ColumnElement[bool]:
    return Lot.depot_id == depots.depot_of(session, actor).id


def untested(
    session: Session, lots: Iterable[logistics.Lot], variants: Mapping[str, Variant]
) -> frozenset[str]:
    """Give which lots of a tested level wait for a passed test; one still to be made waits too."""
    needing = {one.id for one in lots if _needs(variants.get(one.sku))}
    rows = session.scalars(select(Lot).where(Lot.code.in_(needing))).all()
    found = textures(session, rows, variants)
    return frozenset(code for code in needing if found.get(code) is not LotTexture.PASSED)


def stock_to_give(
    session: Session, variants: Mapping[str, Variant], lots: Sequence[Lot]
) -> tuple[logistics.Lot, ...]:
    """Give lots to the room that hands them out: one without its passed test is on hold.

    One that was made of goods recalled since counts as recalled itself.
    """
    found, bad = textures(session, lots, variants), lotinputs.made_of_recalled(session, lots)
    given = (logistics.with_texture(lot.as_lot(), found[lot.code]) for lot in lots)
    return tuple(replace(lot, state=LotState.RECALLED) if lot.id in bad else lot for lot in given)


def lots_to_test(session: Session, actor: Actor) -> tuple[LotView, ...]:
    """Give the lots in store that may not leave for want of a passed test, first expired first.

    A lot is listed until it is empty, also when all of it is promised to orders of today.
    """
    require(actor, Permission.VIEW_STOCK)
    variants = meals.catalogue(session).variants
    tested = [sku for sku, one in variants.items() if one.iddsi in TESTED_LEVELS]
    rows = session.scalars(
        select(Lot)
        .where(_here(session, actor), Lot.sku.in_(tested), Lot.state != LotState.RECALLED)
        .where((Lot.amount_g > 0) | (Lot.state == LotState.HOLD))
        .order_by(Lot.use_by, Lot.code)
    ).all()
    views = _views(session, rows, variants)
    return tuple(one for one in views if one.texture is not LotTexture.PASSED)


def find_lot(session: Session, actor: Actor, code: str) -> LotView:
    """Give one lot of the actor's kitchen with its tests.

    NotFound for a code that is not there, or a dish no longer made.
    """
    require(actor, Permission.VIEW_STOCK)
    variants = meals.catalogue(session).variants
    row = session.scalar(select(Lot).where(Lot.code == code, _here(session, actor)))
    if row is None or row.sku not in variants:
        raise NotFound
    return _views(session, [row], variants)[0]


def _views(
    session: Session, rows: Sequence[Lot], variants: Mapping[str, Variant]
) -> tuple[LotView, ...]:
    tests = _tests(session, [row.id for row in rows])
    names = dict(session.execute(select(User.id, User.name)).all()) if tests else {}
    return tuple(
        LotView(
            code=row.code,
            variant=variants[row.sku],
            amount_g=row.amount_g,
            made_on=row.made_on,
            use_by=row.use_by,
            state=row.state,
            texture=_texture(
                variants.get(row.sku), [one.as_record() for one in tests.get(row.id, ())]
            ),
            tests=tuple(_tested(one, names) for one in reversed(tests.get(row.id, []))),
        )
        for row in rows
    )


def _tested(row: TextureTest, names: Mapping[int, str]) -> Tested:
    record = row.as_record()
    return Tested(
        record=record,
        outcome=judge_texture(record),
        at=row.tested_at,
        tester=names.get(row.tester_id or 0, ""),
    )


def record_test(
    session: Session, actor: Actor, code: str, seen: Mapping[str, Any], now: datetime
) -> TextureOutcome:
    """Write down one test of a lot at the level its dish claims, and say what it shows.

    Never changes an earlier one. A released lot that does not pass goes back on hold, with the
    reason in its moves. Raises Conflict `stock.recalled` for a recalled lot and
    `texture.not_needed` for a level without tests; NotFound for a lot nobody knows.
    """
    require(actor, Permission.MOVE_STOCK)
    here = _here(session, actor)
    lot = session.scalar(select(Lot).where(Lot.code == code, here).with_for_update())
    variant = meals.catalogue(session).variants.get(lot.sku) if lot else None
    if lot is None or variant is None:
        raise NotFound
    if lot.state is LotState.RECALLED:
        raise Conflict("stock.recalled", lot=code)
    if variant.iddsi is Iddsi.L7:
        raise Conflict("texture.not_needed")
    asked = {*TAKEN, *(name for test in needed_tests(variant.iddsi) for name in FIELDS[test])}
    row = TextureTest(
        lot_id=lot.id,
        level=variant.iddsi,
        tested_at=now,
        tester_id=actor.user_id,
        **{name: value for name, value in seen.items() if name in asked},
    )
    session.add(row)
    session.flush()
    outcome = judge_texture(row.as_record())
    if outcome.result is not TextureResult.PASSED and lot.state is LotState.RELEASED:
        lot.state = LotState.HOLD
    session.add(
        LotMove(
            lot_id=lot.id,
            amount_g=0,
            reason=f"{MOVED}{outcome.result}",
            at=now,
            user_id=actor.user_id,
        )
    )
    return outcome


def texture_of(session: Session, lot: Lot) -> LotTexture:
    """Give where one lot stands with its test."""
    return textures(session, [lot], meals.catalogue(session).variants)[lot.code]
