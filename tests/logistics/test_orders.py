"""Orders close on the minute, refuse with a reason, and move only along their table."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from logistics import (
    OrderingEater,
    OrderRequest,
    OrderRules,
    OrderState,
    Refusal,
    RefusalCode,
    RequestLine,
    SiteKind,
    accept,
    cut_off_at,
    cut_offs,
    is_open,
    may_become,
    state_of,
)
from logistics.orders import ORDER_CODES, CutOff
from logistics.refilling import REORDER_CODES
from menus import (
    NUTRIENTS,
    AllergenSet,
    Bite,
    Catalogue,
    Colour,
    Eater,
    Iddsi,
    Kind,
    Names,
    Portions,
    Processing,
    Role,
    Seasoning,
    TasteProfile,
    Variant,
    Zone,
    objections,
)

BRUSSELS = ZoneInfo("Europe/Brussels")
NOON = CutOff(days_before=2, minute_of_day=12 * 60, zone=BRUSSELS)
FRIDAY = date(2026, 11, 27)
IN_TIME = datetime(2026, 11, 25, 10, 59, 59, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def variant(sku: str, contains: frozenset[str] = frozenset()) -> Variant:
    return Variant(
        id=sku,
        component=sku,
        role=Role.PROTEIN,
        kind=Kind.FOOD,
        iddsi=Iddsi.L7,
        seasoning=Seasoning.STANDARD,
        names=Names(nl=sku, fr=sku, en=sku),
        per_100g=(0,) * len(NUTRIENTS),
        allergens=AllergenSet(contains=contains),
        ingredients=frozenset(),
        main_ingredients=frozenset(),
        properties=frozenset(),
        colour=Colour.WHITE,
        bite=Bite.SOFT,
        taste=TasteProfile(salt=1, herbs=0, spice=0, acid=0, sweet=0, umami=0, aroma=0),
        processing=Processing(work=(), additions=(), tests=()),
        portions_g=Portions(s=100, m=150, l=200),
        price_cents_per_100g=90,
        zone=Zone.FROZEN,
        shelf_days=90,
        steps=(),
        regeneration=(),
        max_batch_g=50_000,
    )


STEW, FISH = variant("stew"), variant("cod", contains=frozenset({"fish"}))
CATALOGUE = Catalogue(
    version="test",
    ingredients={},
    recipes={},
    components={},
    variants={one.id: one for one in (STEW, FISH)},
)
RULES = OrderRules(cut_off=NOON, weekdays=frozenset({1, 4}), needs_approved_plan=True)
LADY = OrderingEater(profile=Eater(food_iddsi=Iddsi.L7, drink_iddsi=Iddsi.L0), plan_approved=True)
REQUEST = OrderRequest(
    site="s1", service_day=FRIDAY, lines=(RequestLine(sku="stew", eater="e1", portions=2),)
)


def refusals(
    request: OrderRequest = REQUEST,
    rules: OrderRules = RULES,
    *,
    eater: OrderingEater = LADY,
    now: datetime = IN_TIME,
) -> tuple[Refusal, ...]:
    return accept(request, rules, catalogue=CATALOGUE, eaters={"e1": eater}, now=now)


def line(sku: str = "stew", eater: str = "e1", portions: int = 1) -> OrderRequest:
    return replace(REQUEST, lines=(RequestLine(sku=sku, eater=eater, portions=portions),))


def of_energy(kcal_tenths: int | None) -> Catalogue:
    """Give a catalogue in which 100 g of stew hold so much energy, in tenths of a kcal."""
    figures = tuple(kcal_tenths if one.code == "energy_kcal" else 0 for one in NUTRIENTS)
    return replace(CATALOGUE, variants={"stew": replace(STEW, per_100g=figures)})


@pytest.mark.parametrize(
    ("most_kcal", "already", "codes"),
    [
        (None, (), []),
        (300, (), []),  # 2 x 150 g x 100 kcal per 100 g
        (299, (), ["order.energy_above_cap"]),
        (450, (RequestLine(sku="stew", eater="e1", portions=1),), []),
        (449, (RequestLine(sku="stew", eater="e1", portions=1),), ["order.energy_above_cap"]),
        (350, (RequestLine(sku="stew", eater="x", portions=1, portion_g=50),), []),
        (349, (RequestLine(sku="stew", eater="x", portions=1, portion_g=50),), None),
        (300, (RequestLine(sku="gone", eater="e1", portions=9),), []),
    ],
)
def test_energy_never_goes_above_what_the_days_may_bring(
    most_kcal: int | None, already: tuple[RequestLine, ...], codes: list[str] | None
) -> None:
    eater = replace(LADY, most_kcal=most_kcal, already=already)
    found = accept(REQUEST, RULES, catalogue=of_energy(1000), eaters={"e1": eater}, now=IN_TIME)
    assert [one.code for one in found] == (["order.energy_above_cap"] if codes is None else codes)
    assert all(one.most_kcal == most_kcal and one.eater == "e1" for one in found)


def test_unknown_energy_is_never_within_a_cap() -> None:
    capped = replace(LADY, most_kcal=9000)
    found = accept(REQUEST, RULES, catalogue=of_energy(None), eaters={"e1": capped}, now=IN_TIME)
    assert [(one.code, one.sku) for one in found] == [(RefusalCode.ENERGY_UNKNOWN, "stew")]
    free = accept(REQUEST, RULES, catalogue=of_energy(None), eaters={"e1": LADY}, now=IN_TIME)
    assert free == ()


def test_a_cap_of_somebody_who_orders_nothing_stops_nobody() -> None:
    other = replace(LADY, most_kcal=0)
    eaters = {"e1": LADY, "e2": other}
    assert accept(REQUEST, RULES, catalogue=of_energy(1000), eaters=eaters, now=IN_TIME) == ()


@given(st.integers(0, 2000), st.integers(0, 500))
def test_a_lower_cap_never_lets_more_through(most_kcal: int, less: int) -> None:
    def refused(cap: int) -> bool:
        eater = replace(LADY, most_kcal=max(0, cap))
        return bool(
            accept(REQUEST, RULES, catalogue=of_energy(1000), eaters={"e1": eater}, now=IN_TIME)
        )

    assert refused(most_kcal - less) or not refused(most_kcal)


def test_a_sound_order_is_placed() -> None:
    assert refusals() == ()
    assert state_of(()) is OrderState.PLACED


@pytest.mark.parametrize(
    ("service_day", "closes"),
    [
        (date(2026, 11, 27), datetime(2026, 11, 25, 11, tzinfo=UTC)),  # winter
        (date(2026, 7, 3), datetime(2026, 7, 1, 10, tzinfo=UTC)),  # summer
        (date(2026, 3, 28), datetime(2026, 3, 26, 11, tzinfo=UTC)),  # before the clock moves
        (date(2026, 3, 30), datetime(2026, 3, 28, 11, tzinfo=UTC)),  # delivered in summer time
        (date(2026, 3, 31), datetime(2026, 3, 29, 10, tzinfo=UTC)),  # closes on the very day
        (date(2026, 10, 26), datetime(2026, 10, 24, 10, tzinfo=UTC)),
        (date(2026, 10, 27), datetime(2026, 10, 25, 11, tzinfo=UTC)),
    ],
)
def test_noon_stays_noon_when_the_clock_moves(service_day: date, closes: datetime) -> None:
    assert cut_off_at(service_day, NOON) == closes


@pytest.mark.parametrize(
    ("moment", "utc_minutes"),
    [
        ("2026-03-29 01:59", 59),
        ("2026-03-29 03:00", 60),
        ("2026-10-25 01:59", -1),
        ("2026-10-25 02:30", 30),  # shown twice: the first of the two
        ("2026-10-25 03:00", 120),
    ],
)
def test_the_night_the_clock_moves_has_one_closing_minute(moment: str, utc_minutes: int) -> None:
    local = datetime.fromisoformat(moment).replace(tzinfo=BRUSSELS)
    rule = CutOff(days_before=0, minute_of_day=local.hour * 60 + local.minute, zone=BRUSSELS)
    midnight = datetime(local.year, local.month, local.day, tzinfo=UTC)
    assert cut_off_at(local.date(), rule) == midnight + utc_minutes * MINUTE


def test_a_minute_the_clock_skips_still_closes_once() -> None:
    rule = CutOff(days_before=0, minute_of_day=150, zone=BRUSSELS)
    assert cut_off_at(date(2026, 3, 29), rule) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 3), st.integers(0, 24 * 60 - 1)
)
def test_ordering_is_open_until_the_cut_off_and_not_a_minute_longer(
    service_day: date, days_before: int, minute: int
) -> None:
    rule = CutOff(days_before=days_before, minute_of_day=minute, zone=BRUSSELS)
    closes = cut_off_at(service_day, rule)
    assert closes.tzinfo is UTC
    assert is_open(service_day, rule, now=closes - MINUTE)
    assert not is_open(service_day, rule, now=closes)
    assert not is_open(service_day, rule, now=closes + MINUTE)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_a_later_service_day_closes_later(service_day: date) -> None:
    later = cut_off_at(service_day + timedelta(days=1), NOON) - cut_off_at(service_day, NOON)
    assert timedelta(hours=23) <= later <= timedelta(hours=25)


@pytest.mark.parametrize(("days", "minute"), [(-1, 0), (0, -1), (0, 1440)])
def test_a_cut_off_must_exist(days: int, minute: int) -> None:
    with pytest.raises(ValueError, match=r"cut-off|minute"):
        CutOff(days_before=days, minute_of_day=minute, zone=BRUSSELS)


def test_every_kind_of_site_has_a_cut_off() -> None:
    rules = cut_offs(BRUSSELS)
    assert set(rules) == set(SiteKind)
    assert rules[SiteKind.HOME] == NOON


def test_after_the_cut_off_the_order_is_refused_with_the_moment() -> None:
    closes = IN_TIME + timedelta(seconds=1)
    (refusal,) = refusals(now=closes)
    assert (refusal.code, refusal.cut_off) == (RefusalCode.AFTER_CUT_OFF, closes)
    assert state_of((refusal,)) is None


@pytest.mark.parametrize(
    "rules",
    [
        replace(RULES, weekdays=frozenset({1})),
        replace(RULES, closed_days=frozenset({FRIDAY})),
    ],
)
def test_only_days_of_delivery_can_be_ordered(rules: OrderRules) -> None:
    (refusal,) = refusals(rules=rules)
    assert refusal.code is RefusalCode.NOT_A_DELIVERY_DAY


def test_an_empty_order_is_refused() -> None:
    (refusal,) = refusals(replace(REQUEST, lines=()))
    assert refusal.code is RefusalCode.EMPTY


@pytest.mark.parametrize("portions", [0, -1, 29])
def test_a_quantity_nobody_means_is_refused(portions: int) -> None:
    (refusal,) = refusals(line(portions=portions))
    assert (refusal.code, refusal.line, refusal.most_portions) == (
        *(RefusalCode.QUANTITY_OUT_OF_RANGE, 0),
        28,
    )


@pytest.mark.parametrize("portions", [1, 28])
def test_the_limits_of_a_quantity_are_allowed(portions: int) -> None:
    assert refusals(line(portions=portions)) == ()


def test_an_unknown_component_and_an_unknown_eater_are_named() -> None:
    (refusal,) = refusals(line(sku="unicorn"))
    assert (refusal.code, refusal.sku) == (RefusalCode.UNKNOWN_COMPONENT, "unicorn")
    (refusal,) = refusals(line(eater="nobody"))
    assert (refusal.code, refusal.eater) == (RefusalCode.UNKNOWN_EATER, "nobody")


def test_what_does_not_suit_is_refused_with_every_objection() -> None:
    profile = replace(LADY.profile, food_iddsi=Iddsi.L5, allergies=frozenset({"fish"}))
    found = refusals(line(sku="cod"), eater=replace(LADY, profile=profile))
    assert {one.code for one in found} == {RefusalCode.UNSUITABLE}
    assert tuple(one.objection for one in found) == objections(FISH, profile)
    assert len(found) == 2


def test_nothing_ordered_means_nothing_allowed() -> None:
    profile = replace(LADY.profile, food_iddsi=None)
    (refusal,) = refusals(eater=replace(LADY, profile=profile))
    assert refusal.code is RefusalCode.UNSUITABLE


def test_an_unknown_allergy_holds_the_order_and_never_drops_it() -> None:
    profile = replace(LADY.profile, allergies=frozenset({"moonberry"}))
    lines = (REQUEST.lines[0], replace(REQUEST.lines[0], portions=1))
    found = refusals(replace(REQUEST, lines=lines), eater=replace(LADY, profile=profile))
    assert [(one.code, one.allergy) for one in found] == [
        (RefusalCode.UNKNOWN_ALLERGY, "moonberry")
    ]
    assert state_of(found) is OrderState.HELD


def test_a_held_order_with_another_refusal_is_refused() -> None:
    profile = replace(LADY.profile, allergies=frozenset({"moonberry"}))
    found = refusals(line(portions=0), eater=replace(LADY, profile=profile))
    assert state_of(found) is None


def test_without_an_approved_plan_nothing_leaves_the_kitchen() -> None:
    unapproved = replace(LADY, plan_approved=False)
    (refusal,) = refusals(eater=unapproved)
    assert refusal.code is RefusalCode.PLAN_NOT_APPROVED
    assert refusals(rules=replace(RULES, needs_approved_plan=False), eater=unapproved) == ()


@pytest.mark.parametrize(
    ("start", "end", "paused"),
    [
        (FRIDAY, FRIDAY, True),
        (FRIDAY, None, True),
        (FRIDAY - timedelta(days=3), FRIDAY - timedelta(days=1), False),
        (FRIDAY + timedelta(days=1), None, False),
        (None, FRIDAY, False),
    ],
)
def test_a_pause_counts_both_its_days(
    start: date | None, end: date | None, *, paused: bool
) -> None:
    found = refusals(eater=replace(LADY, paused_from=start, paused_until=end))
    assert [one.code for one in found] == ([RefusalCode.PAUSED] if paused else [])


def test_all_reasons_come_at_once() -> None:
    request = replace(
        REQUEST,
        service_day=FRIDAY - timedelta(days=2),
        lines=(
            RequestLine(sku="unicorn", eater="e1", portions=0),
            RequestLine(sku="stew", eater="nobody", portions=1),
        ),
    )
    codes = [one.code for one in refusals(request, eater=replace(LADY, plan_approved=False))]
    assert codes == [
        RefusalCode.AFTER_CUT_OFF,
        RefusalCode.NOT_A_DELIVERY_DAY,
        RefusalCode.PLAN_NOT_APPROVED,
        RefusalCode.UNKNOWN_EATER,
        RefusalCode.QUANTITY_OUT_OF_RANGE,
        RefusalCode.UNKNOWN_COMPONENT,
    ]


MOVES = {
    ("held", "placed"),
    ("held", "cancelled"),
    ("placed", "held"),
    ("placed", "planned"),
    ("placed", "unserved"),
    ("placed", "cancelled"),
    ("unserved", "placed"),
    ("unserved", "planned"),
    ("unserved", "cancelled"),
    ("planned", "placed"),
    ("planned", "unserved"),
    ("planned", "dispatched"),
    ("planned", "delivered"),
    ("planned", "not_delivered"),
    ("planned", "cancelled"),
    ("dispatched", "delivered"),
    ("dispatched", "not_delivered"),
}


def test_an_order_moves_along_its_table_and_nowhere_else() -> None:
    found = {
        (state.value, new.value)
        for state in OrderState
        for new in OrderState
        if may_become(state, new)
    }
    assert found == MOVES


def test_a_held_order_cannot_be_planned_past_the_person() -> None:
    assert not may_become(OrderState.HELD, OrderState.PLANNED)


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_each_code_has_exactly_one_sentence(language: str) -> None:
    folder = Path(__file__).parents[2] / "app" / "translations" / language
    with (folder / "orders.po").open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    found = {str(one.id): str(one.string) for one in catalogue if one.id}
    assert set(found) == {*ORDER_CODES, *REORDER_CODES}
    assert all(found.values())
