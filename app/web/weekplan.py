"""A client's week: which day fails and by how much, swap a dish, put a name under it."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import menus
from app.access import Permission
from app.i18n import Translator
from app.operations import care, dossier, meals, weekplan
from app.operations.weekplan import Bench, Week
from app.pipeline import Call, entry
from app.schemas import PlanQuery, SwapForm
from app.web.rxparts import rise_rows
from app.web.words import coded, face_parts, sentence, started
from menus import NUTRIENTS, Alternative, PlanItem, PlanPlace, Role, Variant

blueprint = Blueprint("weekplan", __name__)

_INDEX = {one.code: at for at, one in enumerate(NUTRIENTS)}
_BARS = ("energy_kcal", "protein_g")
_ORDER = tuple(Role)


@blueprint.get("/clients/<int:client_id>/plan")
@entry(Permission.PLAN_MEALS)
def show(call: Call, client_id: int) -> ResponseReturnValue:
    """Show the newest week, and the alternatives for one place when the address names it."""
    found = weekplan.week(call.session, call.actor, client_id, now=call.now, at=_place_asked(call))
    return _page(call, client_id, found)


def _place_asked(call: Call) -> PlanPlace | None:
    """Give the place of the week the reader opened: from the address, or the form sent back."""
    given = dict(call.values) or request.args.to_dict(flat=False)
    asked = PlanQuery().load({k: v for k, v in given.items() if k in {"day", "slot", "role"}})
    if asked["day"] is None or not asked["slot"] or asked["role"] is None:
        return None
    return PlanPlace(day=asked["day"], slot=asked["slot"], role=Role(asked["role"]))


def _page(call: Call, client_id: int, found: Week) -> str:
    head = dossier.face(call.session, call.actor, client_id, Permission.PLAN_MEALS, call.now)
    speak, plan = call.translator, found.plan
    days = weekplan.week_days(found.row) if found.row else ()
    return render_template(
        "dietitian/plan.html",
        face=face_parts(call, head),
        found=found,
        days=days,
        next_start=_next_monday(call),
        slots=_slots(speak, found),
        grid=[_day(speak, found, at, day) for at, day in enumerate(days)] if plan else [],
        bench=_bench(speak, found, found.bench, days) if found.bench else None,
        nutrient_rows=[_standing(speak, one) for one in found.standings],
        failing=list(_failing(speak, found, days)),
        conflicts=list(_conflicts(call, found)),
        rise=list(rise_rows(call, found.slow)) if found.slow else None,
        problems=[sentence(call, one) for one in call.problems],
    )


def _next_monday(call: Call) -> date:
    today = care.local_day(call.now)
    return today + timedelta(days=7 - today.weekday())


def _slots(speak: Translator, found: Week) -> list[dict[str, str]]:
    return [
        {
            "id": slot.id,
            "text": speak.say(f"slot.{slot.id}"),
            "hours": speak.say(
                "slot.hour", time=speak.time(slot.time.hour * 60 + slot.time.minute)
            ),
        }
        for slot in (found.request.slots if found.request else ())
    ]


def _day(speak: Translator, found: Week, at: int, day: date) -> dict[str, Any]:
    """Give one day: energy and protein against their windows, and its meals."""
    return {
        "day": day,
        "totals": [_total(speak, found, at, code) for code in _BARS],
        "meals": {
            slot.id: meal
            for slot in (found.request.slots if found.request else ())
            if (meal := _meal(speak, found, at, slot.id))
        },
    }


def _total(speak: Translator, found: Week, at: int, code: str) -> dict[str, Any]:
    window = dict(found.request.day).get(code, menus.Window()) if found.request else menus.Window()
    total = found.plan.totals[at][_INDEX[code]] if found.plan else None
    missing = total.missing if total else 0
    return _nutrient(speak, code, total.known_hundredths if total else None, missing, window)


def _nutrient(
    speak: Translator, code: str, hundredths: int | None, missing: int, window: menus.Window
) -> dict[str, Any]:
    nutrient = NUTRIENTS[_INDEX[code]]
    limits = {
        name: None if limit is None else limit / nutrient.scale
        for name, limit in (
            ("min", window.min),
            ("max", window.max),
            ("safe_min", window.safe_min),
            ("safe_max", window.safe_max),
        )
    }
    return limits | {
        "name": started(speak.say(f"nutrient.{code}")),
        "value": None if hundredths is None else hundredths / 100 / nutrient.scale,
        "unit": speak.say(f"unit.{nutrient.unit}"),
        "digits": 0 if nutrient.scale <= 10 else 1,
        "missing": missing,
    }


def _standing(speak: Translator, one: menus.Standing) -> dict[str, Any]:
    return _nutrient(speak, one.nutrient, one.mean_hundredths, one.missing, one.window)


def _meal(speak: Translator, found: Week, at: int, slot: str) -> dict[str, Any] | None:
    """Give the dishes of one meal in the order of the tray; its link opens the swaps."""
    if found.plan is None or found.request is None:
        return None
    items = [one for one in found.plan.items if one.day == at and one.slot == slot]
    if not items:
        return None
    items.sort(key=lambda one: _ORDER.index(one.role))
    open_ = found.bench is not None and found.bench.place.day == at
    reasons = {reason for one in items for reason in one.reasons}
    main = next((one for one in items if one.role is Role.PROTEIN), items[0])
    meal = {
        "dishes": [
            {"role": _picture(one.role), "text": _dish(speak, found, one.variant)} for one in items
        ],
        "open": bool(open_ and found.bench and found.bench.place.slot == slot),
        "pinned": any(pin.day == at and pin.slot == slot for pin in found.request.pins),
        "fresh": menus.PlanReason.NEW in reasons,
    }
    if found.may_change and found.row:
        meal["action"] = speak.say("plan.swap")
        meal["href"] = _address(found.row.client_id, at, slot, main.role)
    return meal


def _picture(role: Role) -> str:
    return role.value


def _address(client_id: int, day: int, slot: str, role: Role) -> str:
    return url_for(
        "weekplan.show", client_id=client_id, day=day, slot=slot, role=role.value, _anchor="swap"
    )


def _dish(speak: Translator, found: Week, name: str) -> str:
    variant = found.catalogue.variants.get(name)
    return str(getattr(variant.names, speak.language)) if variant else name


def _bench(speak: Translator, found: Week, bench: Bench, days: tuple[date, ...]) -> dict[str, Any]:
    """Give the swap table of one place, best first, with one dish that an allergy keeps away."""
    if found.row is None or found.plan is None:
        return {}
    at, item = bench.place, bench.item
    options = [_option(speak, found, one, at.day) for one in bench.options]
    if bench.refused:
        options.append(_refused(speak, *bench.refused))
    weekday = started(speak.weekday(days[at.day])) if at.day < len(days) else ""
    slot = speak.say(f"slot.{at.slot}").lower()
    roles = [one.role for one in found.plan.items if one.day == at.day and one.slot == at.slot]
    return {
        "after": at.slot,
        "title": speak.say("plan.swap.title", day=weekday, slot=slot),
        "now": _dish(speak, found, item.variant) if item else speak.say("plan.swap.empty"),
        "reasons": _reasons(speak, item),
        "roles": [
            {
                "href": _address(found.row.client_id, at.day, at.slot, role),
                "text": speak.say(f"role.{role}"),
                "current": role is at.role,
            }
            for role in sorted(dict.fromkeys(roles), key=_ORDER.index)
        ],
        "options": options,
        "action": url_for("weekplan.swap", plan_id=found.row.id),
        "close": url_for("weekplan.show", client_id=found.row.client_id),
        "fields": {"day": at.day, "slot": at.slot, "role": at.role.value},
        "heads": [speak.say("plan.swap.protein"), speak.say("plan.swap.energy")],
    }


def _reasons(speak: Translator, item: PlanItem | None) -> str:
    reasons = [speak.say(one) for one in item.reasons] if item else []
    return "; ".join(reasons)


def _option(speak: Translator, found: Week, one: Alternative, day: int) -> dict[str, Any]:
    variant = found.catalogue.variants[one.variant]
    differences = (
        ("protein_g", one.protein_hundredths),
        ("energy_kcal", one.energy_hundredths),
    )
    return {
        "value": f"{one.variant}/{one.portion}",
        "text": f"{_dish(speak, found, one.variant)}, {speak.number(one.grams)}\u00a0g",
        "kind": variant.kind.value,
        "iddsi": variant.iddsi.value,
        "totals": [_change(speak, found, day, code, by) for code, by in differences],
        "reason": "; ".join(speak.say(reason) for reason in one.reasons[:2]),
        "cents": one.price_cents,
    }


def _change(speak: Translator, found: Week, day: int, code: str, by: int | None) -> dict[str, str]:
    """Give what a day's total would become: "+9 → 63 g", and whether that lies in its window."""
    if by is None:
        return {"text": speak.say("web.unknown"), "state": "unk"}
    now = _total(speak, found, day, code)
    scale = NUTRIENTS[_INDEX[code]].scale
    step, value = by / 100 / scale, now["value"] + by / 100 / scale
    low = now["min"] is not None and value < now["min"]
    high = now["max"] is not None and value > now["max"]
    sign = "+" if round(step) > 0 else ""
    return {
        "text": f"{sign}{speak.number(step)} → {speak.number(value)}\u00a0{now['unit']}",
        "state": "above" if high else "below" if low else "in",
    }


def _refused(
    speak: Translator, variant: Variant, found: tuple[menus.Objection, ...]
) -> dict[str, Any]:
    return {
        "value": variant.id,
        "text": getattr(variant.names, speak.language),
        "kind": variant.kind.value,
        "iddsi": variant.iddsi.value,
        "totals": (),
        "refused": coded(speak, "allergen", found[0].subject).lower(),
        "chain": tuple(_objection(speak, one) for one in found),
    }


def _objection(speak: Translator, one: menus.Objection) -> str:
    subject = coded(speak, "allergen", one.subject).lower()
    return speak.say(one.code, subject=subject, rule=_subject(speak, one.rule.partition(":")[2]))


def _failing(speak: Translator, found: Week, days: tuple[date, ...]) -> Iterator[str]:
    """Give each day that lies outside its window, in a sentence."""
    if found.plan is None or not found.plan.totals:
        return
    for one in found.plan.slack:
        nutrient = NUTRIENTS[_INDEX[one.nutrient]]
        below = one.below_hundredths > 0
        hundredths = one.below_hundredths or one.above_hundredths
        if not hundredths:
            continue
        amount = speak.number(max(1, round(hundredths / 100 / nutrient.scale)))
        when = speak.say("plan.whole_week") if one.day is None else speak.weekday(days[one.day])
        yield started(
            speak.say(
                "plan.below" if below else "plan.above",
                day=when,
                amount=f"{amount}\u00a0{speak.say(f'unit.{nutrient.unit}')}",
                nutrient=speak.say(f"nutrient.{one.nutrient}").lower(),
            )
        )


def _conflicts(call: Call, found: Week) -> Iterator[str]:
    """Give the rules that cannot hold together, and which soft one would help."""
    if found.plan is None or found.plan.items:
        return
    helps = {one.rule.rule for one in found.plan.relaxations}
    for rule in found.plan.conflict:
        text = call.say(rule.code, subject=_subject(call.translator, rule.subject))
        more = f" {call.say('plan.relaxation.possible')}" if rule.rule in helps else ""
        yield f"{text}.{more}"


def _subject(speak: Translator, subject: str) -> str:
    for prefix in ("allergen", "property", "nutrient", "seasoning", "rule"):
        if speak.knows(f"{prefix}.{subject}"):
            return speak.say(f"{prefix}.{subject}").lower()
    return subject


@blueprint.post("/clients/<int:client_id>/plan")
@entry(Permission.PLAN_MEALS, back=show)
def propose(call: Call, client_id: int) -> ResponseReturnValue:
    """Compose next week from the prescription in force."""
    plan = meals.propose_plan(
        call.session, call.actor, client_id, start=_next_monday(call), now=call.now
    )
    if plan.result["status"] == "ok":
        call.tell("plan.proposed", day=plan.start_day)
    return redirect(url_for("weekplan.show", client_id=client_id), code=303)


def show_again(call: Call, plan_id: int) -> ResponseReturnValue:
    """Show the week of a plan again, with what stood in the way."""
    plan = meals.find_plan(call.session, call.actor, plan_id, Permission.PLAN_MEALS)
    found = weekplan.week(
        call.session, call.actor, plan.client_id, now=call.now, at=_place_asked(call)
    )
    return _page(call, plan.client_id, found)


@blueprint.post("/plans/<int:plan_id>/swap")
@entry(Permission.PLAN_MEALS, takes=SwapForm, back=show_again)
def swap(call: Call, form: dict[str, Any], plan_id: int) -> ResponseReturnValue:
    """Put another dish in one place and compose the rest around it."""
    changed = meals.swap(call.session, call.actor, plan_id, **form, now=call.now)
    call.tell("plan.swapped")
    return redirect(url_for("weekplan.show", client_id=changed.client_id), code=303)


@blueprint.post("/plans/<int:plan_id>/approve")
@entry(Permission.APPROVE_PLAN, back=show_again)
def approve(call: Call, plan_id: int) -> ResponseReturnValue:
    """Put a name under a week."""
    plan = meals.approve(call.session, call.actor, plan_id, call.now)
    call.tell("plan.approved", day=plan.start_day)
    return redirect(url_for("weekplan.show", client_id=plan.client_id), code=303)
