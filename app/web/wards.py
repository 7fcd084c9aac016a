"""The ward screen: who eats what at the next meals, and one button to order it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import NotFound, Permission
from app.i18n import Translator
from app.operations import orderviews, wardmeals
from app.operations import wards as verbs
from app.operations.serving import dish_name, passed_over, reason_text
from app.operations.wardmeals import Resident, Sheet, WardAsk
from app.operations.wards import MealState, WardLine
from app.pipeline import Call, entry
from app.schemas import MealForm, MealQuery, WardOrderForm, WardsQuery
from app.web.words import kept_all, started
from logistics import OrderState, RefusalCode
from menus import Portion, Role, Served

blueprint = Blueprint("wards", __name__, url_prefix="/wards")

_KINDS = {
    OrderState.HELD: "warn",
    OrderState.PLACED: "ok",
    OrderState.PLANNED: "ok",
    OrderState.UNSERVED: "danger",
    OrderState.DISPATCHED: "info",
    OrderState.DELIVERED: "ok",
    OrderState.NOT_DELIVERED: "danger",
}
"""How loud the mark of a state is; the word stands beside it."""


@blueprint.get("")
@entry(Permission.ORDER_GROUP, takes=WardsQuery)
def overview(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """Show the wards of the house with the meals of a day: ordered, open or closed."""
    found = verbs.list_wards(call.session, call.actor, call.now, query["day"])
    days = [_day(call.translator, one, found.day, "wards.overview") for one in found.days]
    rows = [_line(call.translator, one, found.day) for one in found.wards]
    return render_template("wards/list.html", day=found.day, days=days, rows=rows)


def _day(speak: Translator, day: date, shown: date, endpoint: str, **path: Any) -> dict[str, Any]:
    return {
        "text": speak.short_day(day),
        "href": url_for(endpoint, day=day.isoformat(), **path),
        "current": day == shown,
    }


def _line(speak: Translator, line: WardLine, day: date) -> dict[str, Any]:
    return {
        "name": line.name,
        "site": line.site,
        "residents": speak.say("ward.residents", count=line.residents),
        "cut_off": _until(speak, line.cut_off, is_open=line.open),
        "meals": [
            _meal(speak, one, line.ward_id, day=day, is_open=line.open) for one in line.meals
        ],
        "href": url_for("wards.meal", ward_id=line.ward_id, day=day.isoformat()),
        "intake": url_for("wardintake.show", ward_id=line.ward_id),
    }


def _until(speak: Translator, cut_off: Any, *, is_open: bool) -> str:
    return speak.say("ward.open_until" if is_open else "ward.closed_since", cut_off=cut_off)


def _meal(
    speak: Translator,
    one: MealState,
    ward_id: int,
    *,
    day: date,
    is_open: bool,
    shown: str = "",
) -> dict[str, Any]:
    return {
        "text": started(speak.say(f"ward.meal.{one.meal}")),
        "href": url_for("wards.meal", ward_id=ward_id, day=day.isoformat(), meal=one.meal),
        "kind": "plain" if one.state is None else _KINDS[one.state],
        "state": _state_word(speak, one, is_open=is_open),
        "act": is_open and one.state is None and one.has_menu and not one.from_store,
        "current": one.meal == shown,
    }


def _state_word(speak: Translator, one: MealState, *, is_open: bool) -> str:
    if one.state is not None:
        return speak.say(f"order.state.{one.state.value}")
    if not one.has_menu:
        return speak.say("ward.no_menu")
    if one.from_store:
        return speak.say("ward.from_store")
    return speak.say("ward.to_order" if is_open else "ward.not_ordered")


@blueprint.get("/<int:ward_id>")
@entry(Permission.ORDER_GROUP, takes=MealQuery)
def meal(call: Call, query: dict[str, Any], ward_id: int) -> ResponseReturnValue:
    """Show who lives on a ward and what each would get at a meal."""
    return _sheet(call, ward_id, query["day"], query["meal"])


def show_again(call: Call, ward_id: int) -> ResponseReturnValue:
    """Show the same meal with what was ticked and what to mend."""
    form = MealForm()
    wrong = form.validate(dict(call.values))
    if wrong.keys() & {"day", "meal"}:
        raise NotFound
    shown = form.load(dict(call.values))
    return _sheet(call, ward_id, shown["day"], shown["meal"])


@blueprint.post("/<int:ward_id>")
@entry(Permission.ORDER_GROUP, takes=WardOrderForm, back=show_again)
def order(call: Call, form: dict[str, Any], ward_id: int) -> ResponseReturnValue:
    """Order the meal for who is ticked, or change the order there is."""
    placed = wardmeals.place_ward_order(
        call.session, call.actor, ward_id, WardAsk(**form), call.now
    )
    late = any(code == RefusalCode.LATE for code, _ in placed.reasons)
    kind = "ok" if placed.state is OrderState.PLACED else "warn"
    call.tell("ward.asked_late" if late else "ward.ordered", kind, count=len(form["eats"]))
    return _back(ward_id, form)


@blueprint.post("/<int:ward_id>/cancel")
@entry(Permission.ORDER_GROUP, takes=MealForm)
def cancel(call: Call, form: dict[str, Any], ward_id: int) -> ResponseReturnValue:
    """Cancel the ward's order for a meal."""
    wardmeals.cancel_ward_order(
        call.session, call.actor, ward_id, call.now, day=form["day"], meal=form["meal"]
    )
    call.tell("ward.cancelled", "info")
    return _back(ward_id, form)


def _back(ward_id: int, form: dict[str, Any]) -> ResponseReturnValue:
    address = url_for("wards.meal", ward_id=ward_id, day=form["day"].isoformat(), meal=form["meal"])
    return redirect(address, code=303)


def _sheet(call: Call, ward_id: int, day: date | None, meal_: str | None) -> ResponseReturnValue:
    sheet = wardmeals.ward_sheet(call.session, call.actor, ward_id, call.now, day=day, meal=meal_)
    speak = call.translator
    rows = [_resident(speak, sheet, _as_filled(call, one)) for one in sheet.residents]
    return render_template(
        "wards/sheet.html",
        sheet=sheet,
        meal_word=speak.say(f"ward.meal.{sheet.meal}"),
        has_menu=any(one.meal == sheet.meal and one.has_menu for one in sheet.meals),
        cut_off=_until(speak, sheet.cut_off, is_open=sheet.open),
        days=[_day(speak, one, sheet.day, "wards.meal", ward_id=ward_id) for one in sheet.days],
        meals=[
            _meal(speak, one, ward_id, day=sheet.day, is_open=sheet.open, shown=sheet.meal)
            for one in sheet.meals
        ],
        rows=rows,
        sums=_sums(sheet, rows),
        order=_order(call, sheet),
        errors=tuple(("eats", problem.text) for problem in call.problems),
        portions=[one.value for one in Portion],
    )


def _as_filled(call: Call, resident: Resident) -> Resident:
    """Give a resident as ticked in a form that came back."""
    if not call.values or resident.profile is None:
        return resident
    ticked = str(resident.client_id) in kept_all(call, "eats")
    sizes = dict(one.split(":") for one in kept_all(call, "portion") if one.count(":") == 1)
    size = sizes.get(str(resident.client_id), "")
    known = Portion(size) if size in set(Portion) else resident.portion
    return replace(resident, eats=ticked, portion=known)


def _sums(sheet: Sheet, rows: list[dict[str, Any]]) -> dict[str, int]:
    return {
        "eating": sum(one["eats"] for one in rows),
        "residents": len(rows),
        "deciding": sum(len(one["undecided"]) for one in rows if one["eats"]),
        "waiting": sum(one.profile is None for one in sheet.residents),
    }


def _resident(speak: Translator, sheet: Sheet, one: Resident) -> dict[str, Any]:
    changes = [dish for dish in one.served if dish.variant is not None and dish.reasons]
    return {
        "id": one.client_id,
        "name": one.name,
        "code": one.code,
        "eats": one.eats,
        "portion": one.portion.value,
        "profile": one.profile,
        "allergies": sorted(one.profile.allergies - set(one.unknown_allergies))
        if one.profile
        else [],
        "unknown_allergies": one.unknown_allergies,
        "dishes": [_dish(speak, sheet, dish) for dish in one.served if dish.variant is not None],
        "changes": [line for dish in changes for line in _change(speak, sheet, dish)],
        "changed_dishes": len(changes),
        "undecided": [
            _undecided(speak, sheet, dish) for dish in one.served if dish.variant is None
        ],
        "differs": one.differs,
    }


def _dish(speak: Translator, sheet: Sheet, dish: Served) -> str:
    return dish_name(speak, sheet.catalogue, dish.variant.id if dish.variant else "")


def _change(speak: Translator, sheet: Sheet, dish: Served) -> Iterator[str]:
    """Say which dish comes instead of the first choice, then why."""
    first = dish_name(speak, sheet.catalogue, dish.first_choice)
    reasons = " ".join(_reasons(speak, sheet, dish))
    instead = speak.say("ward.instead", dish=_dish(speak, sheet, dish), first=first)
    yield f"{instead}. {reasons}"


def _undecided(speak: Translator, sheet: Sheet, dish: Served) -> dict[str, Any]:
    return {
        "text": speak.say("ward.decide", role=_role(speak, dish.role)),
        "reasons": [speak.say("ward.decide_text"), *_reasons(speak, sheet, dish)],
    }


def _role(speak: Translator, role: Role) -> str:
    return speak.say(f"role.{role.value}")


def _reasons(speak: Translator, sheet: Sheet, dish: Served) -> Iterable[str]:
    return [reason_text(speak, code, args, sheet.catalogue) for code, args in passed_over(dish)]


def _order(call: Call, sheet: Sheet) -> dict[str, Any] | None:
    """Give the order there is, with its state and reasons in words."""
    if sheet.order is None:
        return None
    speak, seen = call.translator, orderviews.view(call.session, sheet.order)
    names = {one.code: one.name for one in sheet.residents}
    reasons = [
        reason_text(
            speak, one.code, one.args | _named(names, one.args.get("eater")), sheet.catalogue
        )
        for one in seen.reasons
    ]
    state, kind = speak.say(f"order.state.{seen.state}").lower(), _KINDS[sheet.order.state]
    return {
        "title": speak.say("ward.order_is", order=seen.code, state=state),
        "text": " ".join([speak.say("ward.order_holds", count=len(seen.eaters)), *reasons]),
        "kind": "warn" if reasons and kind == "ok" else kind,
        "version": seen.version,
        "waits": sheet.order.state is OrderState.HELD,
    }


def _named(names: dict[str, str], ref: str | None) -> dict[str, str]:
    return {"eater": names.get(ref, ref)} if ref else {}
