"""Processing takes bite away: what is pureed is smooth whatever the dish was."""

from hypothesis import given
from hypothesis import strategies as st

from menus import DRINK_LEVELS, FOOD_LEVELS, Bite, Iddsi, Kind
from menus.bite import bite_at

ORDER = list(Bite)
BITES = st.sampled_from(Bite)


@given(BITES)
def test_a_pureed_dish_is_smooth_whatever_it_was(whole: Bite) -> None:
    for kind in Kind:
        assert bite_at(Iddsi.L4, kind, whole) is Bite.SMOOTH
    assert bite_at(Iddsi.L3, Kind.FOOD, whole) is Bite.SMOOTH


@given(st.sampled_from(sorted(FOOD_LEVELS)), BITES)
def test_no_level_gives_more_bite_than_the_dish_has(level: Iddsi, whole: Bite) -> None:
    found = bite_at(level, Kind.FOOD, whole)
    if level not in (Iddsi.L3, Iddsi.L4):
        assert ORDER.index(found) <= ORDER.index(whole)
    if level is not Iddsi.L7:
        assert found not in (Bite.FIRM, Bite.CRISP)
    else:
        assert found is whole


def test_a_drink_flows_until_it_holds_its_shape() -> None:
    found = [bite_at(level, Kind.DRINK, Bite.LIQUID) for level in sorted(DRINK_LEVELS)]
    assert found == [Bite.LIQUID] * 4 + [Bite.SMOOTH]
