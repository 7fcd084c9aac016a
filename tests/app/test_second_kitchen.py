"""Files of one kitchen and of several, and the second kitchen of the demo."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.people import Site
from app.models.stock import Lot
from app.operations import (
    depots,
    exchange,
)
from app.operations.demo.second import SECOND, with_second_kitchen
from tests.app.days import (
    NOW,
)
from tests.app.regions import small_region
from tests.app.twokitchens import ADMIN


def test_files_of_several_kitchens_say_where_each_thing_belongs(session: Session) -> None:
    region = with_second_kitchen(small_region())
    assert exchange.troubles(session, region, lines={}) == ()
    exchange.save(session, ADMIN, region, NOW)
    again = exchange.everything(session, ADMIN, NOW)
    assert again == region
    assert {row.depot for row in again.sites} <= {"roeselare", SECOND.code}
    bare = replace(region, stock=tuple(replace(one, depot=None) for one in region.stock))
    found = {(one.file, one.column, one.code) for one in exchange.troubles(session, bare, lines={})}
    assert ("stock.csv", "depot", "import.depot_needed") in found
    lost = replace(region.users[0], login="x@npcc.example", depots=("mars",))
    (told,) = exchange.troubles(session, exchange.Region(users=(lost,)), lines={})
    assert (told.column, told.code) == ("depots", "import.unknown_reference")


def test_files_without_a_kitchen_are_of_the_only_one_also_when_read_again(
    session: Session,
) -> None:
    region = small_region()
    placed = ("sites", "stock", "ingredient_stock")
    region = replace(
        region,
        **{
            name: tuple(replace(one, depot=None) for one in getattr(region, name))
            for name in placed
        },
    )
    exchange.save(session, ADMIN, region, NOW)
    (only,) = depots.by_code(session).values()
    assert set(session.scalars(select(Site.depot_id))) == {only}
    assert set(session.scalars(select(Lot.depot_id))) == {only}
    assert exchange.troubles(session, region, lines={}) == ()
