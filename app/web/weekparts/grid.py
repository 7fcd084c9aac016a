"""The week as a grid: each day with its sums, each meal with its dishes and their reasons."""

from datetime import date
from typing import Any

from flask import url_for

from app.i18n import Translator
from app.operations.weekplan import Week
from app.web.weekparts.names import ORDER, dish_name, hyphenated, role_name, slot_name
from app.web.weekparts.reasons import reasons_of
from app.web.weekparts.sums import bars, day_total, slack_text
from app.web.words import started
from menus import PlanItem, Role


def slot_parts(speak: Translator, found: Week) -> list[dict[str, str]]:
    """Give the eating moments with their hours."""
    return [
        {
            "id": slot.id,
            "text": slot_name(speak, slot.id),
            "hours": speak.say(
                "slot.hour", time=speak.time(slot.time.hour * 60 + slot.time.minute)
            ),
        }
        for slot in (found.request.slots if found.request else ())
    ]


def day_parts(speak: Translator, found: Week, at: int, day: date) -> dict[str, Any]:
    """Give one day: energy and protein against their windows, and its meals."""
    return {
        "at": at,
        "day": day,
        "totals": [day_total(speak, found, at, code) for code in bars(found)],
        "again": found.may_change,
        "meals": {
            slot.id: meal
            for slot in (found.request.slots if found.request else ())
            if (meal := _meal(speak, found, at, slot.id))
        },
    }


def _meal(speak: Translator, found: Week, at: int, slot: str) -> dict[str, Any] | None:
    """Give the dishes of one meal in the order of the tray; its link opens the swaps."""
    items = _items(found, at, slot)
    if not items:
        return None
    fixed = found.pinned
    here = found.bench.place if found.bench else None
    pinned = [(one.day, one.slot, one.role) in fixed for one in items]
    meal: dict[str, Any] = {
        "dishes": [_dish(speak, found, one) for one in items],
        "open": here is not None and (here.day, here.slot) == (at, slot),
        "pinned": all(pinned),
        "fresh": found.known_before is not None
        and any(one.variant.partition("/")[0] not in found.known_before for one in items),
    }
    meal["notes"] = [
        slack_text(speak, one)
        for one in (found.plan.slack if found.plan else ())
        if (one.day, one.slot) == (at, slot)
    ]
    if found.may_change and found.row:
        main = next((one for one in items if one.role is Role.PROTEIN), items[0])
        meal["action"] = speak.say("plan.swap")
        meal["href"] = place_address(found.row.client_id, at, slot, main.role)
        meal["place"] = f"{at}/{slot}"
    return meal


def _items(found: Week, at: int, slot: str) -> list[PlanItem]:
    whole = found.plan.items if found.plan else ()
    items = [one for one in whole if one.day == at and one.slot == slot]
    return sorted(items, key=lambda one: ORDER.index(one.role))


def _dish(speak: Translator, found: Week, item: PlanItem) -> dict[str, Any]:
    """Give a dish with the chain of why it stands there, and how to move or fix it."""
    variant = found.catalogue.variants.get(item.variant)
    chain = [
        started(f"{role_name(speak, item.role)}, {speak.number(item.grams)}\u00a0g"),
        *([_level(speak, variant.kind, variant.iddsi)] if variant else []),
        *reasons_of(speak, found, item),
    ]
    name = dish_name(speak, found.catalogue, item.variant)
    parts: dict[str, Any] = {
        "role": item.role.value,
        "text": name,
        "shown": hyphenated(speak, name),
        "chain": chain,
        "pinned": (item.day, item.slot, item.role) in found.pinned,
    }
    if found.may_change and found.row:
        parts["href"] = place_address(found.row.client_id, item.day, item.slot, item.role)
        parts["place"] = f"{item.day}/{item.slot}/{item.role}"
    return parts


def _level(speak: Translator, kind: str, level: str) -> str:
    name = speak.say(f"iddsi.{kind}.{level}")
    return f"{speak.say(f'iddsi.kind.{kind}')}: IDDSI {level.removeprefix('EC')}, {name}"


def place_address(client_id: int, day: int, slot: str, role: Role) -> str:
    """Give the address of the page on which one place lies open."""
    return url_for(
        "weekplan.show", client_id=client_id, day=day, slot=slot, role=role.value, _anchor="swap"
    )
