"""A lot of a tested level leaves the store only after a passed test; nothing is ever erased."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, Forbidden, NotFound, Role
from app.models.stock import Lot, LotMove, TextureTest
from app.operations import meals, planning, publishing, texturetests
from logistics import LotState
from menus import ForkDrip, Iddsi, LotTexture, Pressure, TextureResult
from tests.app.days import (
    DAY,
    DISPATCHER,
    KITCHEN,
    NOW,
    SMOOTH,
    kitchen_id,
    make_lot,
    planned,
    small_day,
)

RUNNY: dict[str, Any] = SMOOTH | {"fork_drip": ForkDrip.RUNS}


@pytest.fixture
def sku(session: Session) -> str:
    """Give a level 4 variant with a lot on hold, "N1", that nobody tested."""
    day = small_day(session)
    session.add(make_lot("N1", day.stored, 9_000, date(2027, 1, 1), state=LotState.HOLD))
    session.flush()
    return day.stored


def lot(session: Session, code: str = "N1") -> Lot:
    return session.scalars(select(Lot).where(Lot.code == code)).one()


def refusal(session: Session) -> str:
    with pytest.raises(Conflict) as raised:
        publishing.release_lot(session, KITCHEN, "N1", NOW)
    return raised.value.code


def test_without_a_passed_test_a_lot_is_not_released(session: Session, sku: str) -> None:
    assert refusal(session) == "stock.texture.awaited"
    incomplete = texturetests.record_test(session, KITCHEN, "N1", SMOOTH | {"celsius": None}, NOW)
    assert incomplete.result is TextureResult.INCOMPLETE
    assert refusal(session) == "stock.texture.awaited"
    texturetests.record_test(session, KITCHEN, "N1", RUNNY, NOW)
    assert refusal(session) == "stock.texture.failed"
    texturetests.record_test(session, KITCHEN, "N1", SMOOTH, NOW)
    assert publishing.release_lot(session, KITCHEN, "N1", NOW).state is LotState.RELEASED
    assert (
        len(session.scalars(select(TextureTest).where(TextureTest.lot_id == lot(session).id)).all())
        == 3
    )


def test_a_failed_test_takes_a_released_lot_back_with_its_reason(
    session: Session, sku: str
) -> None:
    texturetests.record_test(session, KITCHEN, "L2", RUNNY, NOW)
    assert lot(session, "L2").state is LotState.HOLD
    moves = select(LotMove.reason).where(LotMove.lot_id == lot(session, "L2").id)
    assert list(session.scalars(moves.order_by(LotMove.id))) == ["texture_passed", "texture_failed"]


def test_a_lot_that_came_in_released_and_untested_is_given_to_nobody(
    session: Session, sku: str
) -> None:
    lot(session).state = LotState.RELEASED
    session.flush()
    given = planning.gather(session, DISPATCHER, DAY).fields["lots"]
    states = {one.id: one.state for one in given}
    assert states == {"L1": LotState.RELEASED, "L2": LotState.RELEASED, "N1": LotState.HOLD}


def test_a_new_test_makes_a_planned_day_stale(session: Session, sku: str) -> None:
    before = planning.fingerprint(session, kitchen_id(session), DAY)
    texturetests.record_test(session, KITCHEN, "L1", SMOOTH, NOW + timedelta(minutes=1))
    assert planning.fingerprint(session, kitchen_id(session), DAY) != before


def test_the_waiting_lots_are_those_without_a_pass(session: Session, sku: str) -> None:
    assert [one.code for one in texturetests.lots_to_test(session, KITCHEN)] == ["N1"]
    texturetests.record_test(session, KITCHEN, "N1", SMOOTH, NOW)
    assert texturetests.lots_to_test(session, KITCHEN) == ()
    found = texturetests.find_lot(session, KITCHEN, "N1")
    assert found.texture is LotTexture.PASSED
    assert found.variant.iddsi is Iddsi.L4
    assert [one.outcome.result for one in found.tests] == [TextureResult.PASSED]


def test_answers_to_tests_that_the_level_does_not_ask_are_left_out(
    session: Session, sku: str
) -> None:
    texturetests.record_test(session, KITCHEN, "N1", SMOOTH | {"fork_pressure": Pressure.HARD}, NOW)
    (row,) = session.scalars(select(TextureTest).where(TextureTest.lot_id == lot(session).id))
    assert row.fork_pressure is None
    assert row.level is Iddsi.L4


def test_only_who_may_move_stock_writes_a_test(session: Session, sku: str) -> None:
    with pytest.raises(Forbidden):
        texturetests.record_test(
            session, Actor(role=Role.DIETITIAN, is_npcc=True), "N1", SMOOTH, NOW
        )
    with pytest.raises(NotFound):
        texturetests.record_test(session, KITCHEN, "no-such-lot", SMOOTH, NOW)
    with pytest.raises(NotFound):
        texturetests.find_lot(session, KITCHEN, "no-such-lot")


def test_a_recalled_lot_and_a_normal_plate_take_no_test(session: Session, sku: str) -> None:
    lot(session).state = LotState.RECALLED
    normal = next(
        one.id for one in meals.catalogue(session).variants.values() if one.iddsi is Iddsi.L7
    )
    session.add(make_lot("N7", normal, 1_000, date(2027, 1, 1)))
    session.flush()
    for code, reason in (("N1", "stock.recalled"), ("N7", "texture.not_needed")):
        with pytest.raises(Conflict) as raised:
            texturetests.record_test(session, KITCHEN, code, SMOOTH, NOW)
        assert raised.value.code == reason


def test_a_lot_of_a_dish_no_longer_made_is_given_to_nobody(session: Session, sku: str) -> None:
    row = make_lot("N9", "gone/7/standard", 1_000, date(2027, 1, 1))
    session.add(row)
    session.flush()
    variants = meals.catalogue(session).variants
    (given,) = texturetests.stock_to_give(session, variants, [row])
    assert given.state is LotState.HOLD


def test_a_day_of_which_a_lot_was_tested_is_history(session: Session) -> None:
    """What was tested was made: taking the plan back would forget the lot and its test."""
    small_day(session)
    plan = planned(session)
    publishing.publish(session, DISPATCHER, plan.id, NOW)
    (born,) = plan.as_stored_day().plan.born
    texturetests.record_test(session, KITCHEN, born.id, RUNNY, NOW)
    session.commit()
    with pytest.raises(Conflict, match="planning.already_under_way"):
        publishing.withdraw(session, DISPATCHER, plan.id, NOW)
    session.rollback()
    assert lot(session, born.id).state is LotState.HOLD
