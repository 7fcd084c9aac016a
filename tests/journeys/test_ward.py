"""A carer of a residential centre orders lunch for a ward from the group menu."""

from collections.abc import Callable
from datetime import timedelta

from app.access import Role
from tests.clock import Clock
from tests.journeys.conftest import WARD_MEAL
from tests.journeys.page import NO_TICK
from tests.journeys.person import Person

WARD, LUNCH = "Afdeling Het Plein", "Middagmaal"


def test_a_ward_orders_its_lunch_changes_it_and_sees_when_it_closes(
    come_in: Callable[[Role], Person], clock: Clock
) -> None:
    carer = come_in(Role.CARER)
    carer.follow("wo 25 nov").sees("kan tot di 24 nov, 10.00")
    carer.follow(f"{LUNCH}: Bestel, {WARD}").sees(f"{WARD}: middagmaal", "2 van 2 eten mee")
    carer.sees("Aardappelpuree met olijfolie in plaats van Aardappelpuree met melk")
    carer.press("Bestel voor wie is aangevinkt").sees(
        "Besteld voor 2 bewoners.", "Bestelling 20001: geplaatst"
    )
    bea = next(one.text for one in carer.page.all("label") if one.text.startswith("Bea Maes"))
    carer.press("Wijzig bestelling", {bea: NO_TICK})
    carer.sees("Besteld voor 1 bewoner.", "1 van 2 eten mee")
    clock.turn(WARD_MEAL - timedelta(days=1), 10)
    carer.go("/").sees("Geplaatst").follow(f"{LUNCH}: Geplaatst, {WARD}")
    assert not carer.offers("Wijzig bestelling")
    assert not carer.offers("Annuleer bestelling")


def test_a_ward_of_another_house_is_not_found(come_in: Callable[[Role], Person]) -> None:
    carer = come_in(Role.CARER)
    assert "3B" not in carer.said
    own = carer.where(f"{LUNCH}: Bestel, {WARD}").partition("?")[0]
    number = int(own.rpartition("/")[2])
    others = [f"/wards/{one}" for one in range(1, number + 3) if one != number]
    assert [carer.browser.get(one).status_code for one in others] == [404] * len(others)
