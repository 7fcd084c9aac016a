"""The swaps of one place: the best five with what each changes, and one dish that may not."""

from datetime import date
from typing import Any

from flask import url_for

import menus
from app.i18n import Translator
from app.operations.weekplan import Bench, Week
from app.web.weekparts.grid import place_address
from app.web.weekparts.names import ORDER, dish_name, role_name, slot_name
from app.web.weekparts.reasons import link_text, objection_text, why_not_parts
from app.web.weekparts.sums import INDEX, day_total
from app.web.words import coded, started
from menus import NUTRIENTS, Alternative, Variant


def bench_parts(
    speak: Translator, found: Week, bench: Bench, days: tuple[date, ...]
) -> dict[str, Any]:
    """Give the swap table of one place, best first, with one dish that an allergy keeps away."""
    if found.row is None or found.plan is None:
        return {}
    at, item = bench.place, bench.item
    options = [_option(speak, found, one, at.day) for one in bench.options]
    if bench.refused:
        options.append(_refused(speak, found, *bench.refused))
    roles = [one.role for one in found.plan.items if (one.day, one.slot) == (at.day, at.slot)]
    return {
        "after": at.slot,
        "day": at.day,
        "title": _title(speak, at, days),
        "now": dish_name(speak, found.catalogue, item.variant)
        if item
        else speak.say("plan.swap.empty"),
        "reasons": [link_text(speak, found, one) for one in bench.why],
        "others": _others(speak, found, bench),
        "asked": why_not_parts(speak, found, *bench.why_not) if bench.why_not else None,
        "ask": url_for("weekplan.show", client_id=found.row.client_id, _anchor="why-not"),
        "roles": [
            {
                "href": place_address(found.row.client_id, at.day, at.slot, role),
                "text": role_name(speak, role),
                "current": role is at.role,
            }
            for role in sorted(dict.fromkeys(roles), key=ORDER.index)
        ],
        "options": options,
        "action": url_for("weekplan.swap", plan_id=found.row.id),
        "close": url_for("weekplan.show", client_id=found.row.client_id),
        "fields": {"day": at.day, "slot": at.slot, "role": at.role.value},
        "heads": [speak.say("plan.swap.protein"), speak.say("plan.swap.energy")],
        "place": f"{at.day}/{at.slot}/{at.role}" if item else None,
        "pinned": (at.day, at.slot, at.role) in found.pinned,
    }


def _title(speak: Translator, at: menus.PlanPlace, days: tuple[date, ...]) -> str:
    weekday = started(speak.weekday(days[at.day])) if at.day < len(days) else ""
    return speak.say("plan.swap.title", day=weekday, slot=slot_name(speak, at.slot).lower())


def _others(speak: Translator, found: Week, bench: Bench) -> list[tuple[str, str]]:
    """Give the dishes of which one can ask why they do not stand here, by name."""
    names = found.catalogue.components
    parts = [(one, str(getattr(names[one].names, speak.language))) for one in bench.others]
    return sorted(parts, key=lambda part: part[1].lower())


def _option(speak: Translator, found: Week, one: Alternative, day: int) -> dict[str, Any]:
    variant = found.catalogue.variants[one.variant]
    differences = (
        ("protein_g", one.protein_hundredths),
        ("energy_kcal", one.energy_hundredths),
    )
    return {
        "value": f"{one.variant}/{one.portion}",
        "text": dish_name(speak, found.catalogue, one.variant),
        "amount": f"{speak.number(one.grams)}\u00a0g",
        "kind": variant.kind.value,
        "iddsi": variant.iddsi.value,
        "totals": [_change(speak, found, day, code, by) for code, by in differences],
        "reason": "; ".join(speak.say(reason) for reason in one.reasons[:2]),
        "cents": one.price_cents,
    }


def _change(speak: Translator, found: Week, day: int, code: str, by: int | None) -> dict[str, str]:
    """Give what a day's total would become: "+9 → 63 g", and whether that lies in its window.

    Where another dish of the day has no known figure, it is that much or more.
    """
    if by is None:
        return {"text": speak.say("web.unknown"), "state": "unk"}
    now = day_total(speak, found, day, code)
    scale = NUTRIENTS[INDEX[code]].scale
    step, value = by / 100 / scale, now["value"] + by / 100 / scale
    low = now["min"] is not None and value < now["min"]
    high = now["max"] is not None and value > now["max"]
    sign = "+" if round(step) > 0 else ""
    total = f"{speak.number(value)}\u00a0{now['unit']}"
    if now["missing"]:
        total = speak.say("web.verdict.or_more", amount=total)
    within = "unk" if now["missing"] else "below" if low else "in"
    return {
        "text": f"{sign}{speak.number(round(step))} → {total}",
        "state": "above" if high else within,
    }


def _refused(
    speak: Translator, found: Week, variant: Variant, objections: tuple[menus.Objection, ...]
) -> dict[str, Any]:
    return {
        "value": variant.id,
        "text": getattr(variant.names, speak.language),
        "kind": variant.kind.value,
        "iddsi": variant.iddsi.value,
        "totals": (),
        "refused": coded(speak, "allergen", objections[0].subject).lower(),
        "chain": tuple(objection_text(speak, found, one) for one in objections),
    }
