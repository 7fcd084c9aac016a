"""Weeks, days and wards as the papers draw them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.i18n import Translator
from app.operations.wardmeals import Resident, Sheet
from app.operations.weekplan import Week, week_days
from app.operations.weeks import CheckedWeek, TrayDay
from app.paper import PlannedDay, PlannedDish, PlannedMeal, TrayCard, WeekSheet
from app.web.weekparts.names import ORDER, role_name
from app.web.weekparts.sums import bars, day_total
from app.web.words import started
from menus import Catalogue, Eater, Portion, Role, Variant, WarmingPlace
from screening import SLOT_MINUTES

_IN_A_HOUSE = WarmingPlace(at_home=False)


def week_sheet(speak: Translator, checked: CheckedWeek, name: str, code: str) -> WeekSheet | None:
    """Give a kept week as a sheet, for the order in force; None when there is no dish in it."""
    found, eater = checked.week, checked.eater
    if found.row is None or found.plan is None or not found.plan.items:
        return None
    items = found.row.result["items"]
    return WeekSheet(
        name=name,
        code=code,
        food=eater.food_iddsi,
        drink=eater.drink_iddsi,
        avoid=_avoid(eater),
        days=tuple(
            PlannedDay(
                day=day,
                meals=_meals(found.catalogue, (one for one in items if one["day"] == at)),
                sums=tuple(_sum(speak, found, at, code) for code in bars(found)),
            )
            for at, day in enumerate(week_days(found.row))
        ),
    )


def _avoid(eater: Eater) -> tuple[str, ...]:
    return tuple(sorted(eater.allergies | eater.intolerances))


def _sum(speak: Translator, found: Week, at: int, code: str) -> str:
    total = day_total(speak, found, at, code)
    figure = speak.number(total["value"])
    return f"{started(speak.say(f'nutrient.{code}'))} {figure}\u00a0{total['unit']}"


def _meals(
    stock: Catalogue, items: Iterable[Mapping[str, Any]], warming: WarmingPlace | None = None
) -> tuple[PlannedMeal, ...]:
    """Give the meals of one day in the order of its hours."""
    by_slot: dict[str, list[Mapping[str, Any]]] = {}
    for item in items:
        by_slot.setdefault(item["slot"], []).append(item)
    return tuple(
        PlannedMeal(
            slot=slot,
            minute=SLOT_MINUTES.get(slot),
            dishes=tuple(_dishes(stock, by_slot[slot], warming)),
        )
        for slot in sorted(by_slot, key=lambda slot: SLOT_MINUTES.get(slot, 0))
    )


def _dishes(
    stock: Catalogue, items: list[Mapping[str, Any]], warming: WarmingPlace | None
) -> Iterator[PlannedDish]:
    for item in sorted(items, key=lambda one: ORDER.index(Role(one["role"]))):
        variant = stock.variants.get(item["variant"])
        if variant is not None:
            yield _dish(variant, Portion(item["portion"]), item["grams"], warming)


def _dish(
    variant: Variant, portion: Portion, grams: int, warming: WarmingPlace | None
) -> PlannedDish:
    return PlannedDish(
        names=variant.names,
        kind=variant.kind,
        level=variant.iddsi,
        seasoning=variant.seasoning,
        portion=portion,
        grams=grams,
        warming=warming.ways(variant.regeneration) if warming else (),
    )


def tray_cards(found: TrayDay, who: str) -> list[TrayCard]:
    """Give a card per meal of a client's day."""
    return [
        TrayCard(
            who=who,
            place=found.place,
            day=found.day,
            meal=meal,
            food=found.eater.food_iddsi,
            drink=found.eater.drink_iddsi,
            avoid=_avoid(found.eater),
        )
        for meal in _meals(found.catalogue, found.items, found.warming)
    ]


def ward_cards(speak: Translator, sheet: Sheet, *, by_code: bool) -> list[TrayCard]:
    """Give a card per resident who eats this meal; a part without a dish is named on it."""
    return [
        _ward_card(speak, sheet, one, one.profile, by_code=by_code)
        for one in sheet.residents
        if one.eats and one.profile is not None
    ]


def _ward_card(
    speak: Translator, sheet: Sheet, one: Resident, eater: Eater, *, by_code: bool
) -> TrayCard:
    dishes = tuple(
        _dish(each.variant, one.portion, each.variant.portions_g[one.portion], _IN_A_HOUSE)
        for each in one.served
        if each.variant is not None
    )
    return TrayCard(
        who=one.code if by_code else one.name,
        place=f"{sheet.site}, {sheet.ward}",
        day=sheet.day,
        meal=PlannedMeal(slot=sheet.meal, minute=None, dishes=dishes),
        food=eater.food_iddsi,
        drink=eater.drink_iddsi,
        avoid=_avoid(eater),
        missing=tuple(
            speak.say("paper.tray.missing", role=role_name(speak, each.role))
            for each in one.served
            if each.variant is None
        ),
    )
