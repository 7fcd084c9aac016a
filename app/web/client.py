"""A client's week: is the delivery right, what to eat today, what lies in the freezer."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.access import NotFound, Permission
from app.i18n import Translator
from app.operations import meals, orders, portal, reorders, standing
from app.operations.care import local_day
from app.operations.homelots import EatFirst
from app.operations.portal import OrderFace, Week
from app.operations.standing import Coming
from app.pipeline import Call, entry
from app.schemas import (
    AcceptForm,
    ApplianceForm,
    CountForm,
    DayForm,
    ForClient,
    PauseForm,
    WeekQuery,
)
from app.web.dishes import (
    amount_parts,
    client_page,
    dish_parts,
    kept_client,
    mark,
    name_of,
    named,
    said,
    tray_of,
    whose,
)

blueprint = Blueprint("client", __name__)


@blueprint.get("/week")
@entry(Permission.VIEW_MEALS, takes=WeekQuery)
def week(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """Show the week of a client, or let someone who cares for several choose one."""
    client_id = whose(call, query["client"])
    if client_id is None:
        return client_page("choose", clients=portal.own_clients(call.session, call.actor))
    return _page(call, client_id, query["day"])


def _again(call: Call, **_: int) -> ResponseReturnValue:
    return _page(call, named(call, kept_client(call)), None)


def _page(call: Call, client_id: int, day: date | None) -> str:
    found = portal.week(call.session, call.actor, client_id, call.now, day=day)
    speak = call.translator
    shown = day or found.today
    stock = meals.catalogue(call.session)
    return client_page(
        "week",
        w=found,
        own=mark(call, client_id) is None,
        client=mark(call, client_id),
        hello=_hello(speak, found),
        state=_state(found),
        windows=_windows(speak, found),
        lines=[amount_parts(speak, line) for line in found.lines],
        refused=_refused(call, found),
        no_reserve=_no_reserve(speak, found),
        shown=shown,
        days=[_day(call, found, shown, ahead) for ahead in range(7)],
        eatings=[_eating(call, found, shown, one) for one in found.eatings],
        first=[_first(call, one) for one in found.first],
        counts=[_count(call, one) for one in found.stock],
        counted=sum(one.counted_at is not None for one in found.stock),
        orders=[_order(speak, one) for one in found.orders],
        appliances=[(str(one), speak.say(f"appliance.{one}")) for one in portal.APPLIANCES],
        latest_pause=found.today + timedelta(days=28),
        errors=[(_control(one.field), said(call, one, stock)) for one in call.problems],
    )


def _hello(speak: Translator, found: Week) -> str:
    return speak.say(f"week.hello.{found.client.sex}", name=found.client.family_name)


def _state(found: Week) -> str:
    """Give what the first panel is about."""
    ahead = found.coming
    if found.rule is None or not found.plan_known:
        return "none"
    if found.rule.paused_until and found.rule.paused_until >= found.today:
        return "paused"
    return "none" if ahead is None else _delivery_state(ahead, found)


def _delivery_state(ahead: Coming, found: Week) -> str:
    if ahead.order is not None:
        return "ordered"
    if ahead.proposal is None:
        return "later"
    if ahead.proposal.state.value != "open":
        return ahead.proposal.state.value
    return "open" if found.portions else "enough"


def _windows(speak: Translator, found: Week) -> str:
    parts = (
        speak.say("week.window", first=speak.time(first), last=speak.time(last))
        for first, last in found.site.windows
    )
    return speak.say("week.or").join(parts)


def _refused(call: Call, found: Week) -> list[str]:
    """Give the dishes that kept a proposal from being ordered, by name, each once."""
    proposal = found.coming.proposal if found.coming else None
    variants = meals.catalogue(call.session).variants
    skus = {str(args.get("sku", "")) for _, args in (proposal.reasons if proposal else ())}
    return [name_of(call.translator, variants[sku]) for sku in sorted(skus) if sku in variants]


def _no_reserve(speak: Translator, found: Week) -> str:
    """Say how much of the emergency stock a delivery does not bring; nothing where it does."""
    ahead = found.coming
    told = [] if ahead is None else [*(ahead.proposal.reasons if ahead.proposal else ())]
    told += [] if ahead is None or ahead.order is None else ahead.order.reasons
    args = next((args for code, args in told if code == reorders.NO_RESERVE), None)
    return "" if args is None else speak.say(reorders.NO_RESERVE, **args)


def _day(call: Call, found: Week, shown: date, ahead: int) -> dict[str, Any]:
    day = found.today + timedelta(days=ahead)
    href = url_for("client.week", day=day, client=mark(call, found.client.id))
    return {"day": day, "href": f"{href}#eat", "current": day == shown}


def _eating(call: Call, found: Week, shown: date, one: portal.Eating) -> dict[str, Any]:
    speak = call.translator
    hour, minute = one.time.split(":")
    around = speak.time(int(hour) * 60 + int(minute))
    return {
        "slot": speak.say("week.slot", name=speak.say(f"slot.{one.slot}"), time=around),
        "tray": tray_of(dish.variant for dish in one.dishes if dish.edible),
        "dishes": [
            dish_parts(speak, dish, found.warming)
            | {"other": _other(call, found, shown, one.slot, dish)}
            for dish in one.dishes
        ],
    }


def _other(call: Call, found: Week, day: date, slot: str, dish: portal.Dish) -> str | None:
    """Give the way to another dish, where this reader may choose one."""
    if not found.may_order or day < found.today:
        return None
    client = mark(call, found.client.id)
    return url_for("clientdish.show", day=day, slot=slot, role=dish.place, client=client)


def _first(call: Call, one: EatFirst) -> dict[str, Any]:
    """Give a lot at home in words: until when, or that nobody may eat it any more."""
    speak, lot = call.translator, one.lot
    return {
        "name": name_of(speak, one.variant),
        "iddsi": one.variant.iddsi,
        "kind": one.variant.kind,
        "gone": one.no_food,
        "text": speak.say(one.code, count=lot.portions, day=speak.day(lot.use_by), lot=lot.lot),
        "left": speak.say("week.first.left", count=one.left) if one.left else None,
    }


def _count(call: Call, one: portal.Counted) -> dict[str, Any]:
    sku, speak = one.variant.id, call.translator
    field, counted_at = f"n:{sku}", one.counted_at
    unknown = counted_at is not None and one.portions is None
    value: Any = one.portions
    if call.values:
        value = call.values.get(field, [""])[-1]
        unknown = f"{field}_unknown" in call.values
    return {
        "field": field,
        "name": name_of(speak, one.variant),
        "value": value,
        "unknown": unknown,
        "sub": speak.say("week.counted_at", day=local_day(counted_at)) if counted_at else None,
    }


def _control(field: str) -> str:
    """Give the id of the control a problem is about."""
    parts = field.split(".")
    return f"f-n:{parts[1]}" if parts[0] == "portions" else f"f-{field}"


def _order(speak: Translator, one: OrderFace) -> dict[str, Any]:
    return {
        "order": one.order,
        "state": speak.say(f"week.order.{one.order.state}"),
        "lines": [amount_parts(speak, line) for line in one.lines],
        "may_cancel": one.may_cancel,
    }


def _back(call: Call, client_id: int, place: str = "") -> ResponseReturnValue:
    href = url_for("client.week", client=mark(call, client_id))
    return redirect(href + place, code=303)


@blueprint.post("/week/appliance")
@entry(Permission.RECORD_INTAKE, takes=ApplianceForm, back=_again)
def appliance(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Remember what the client warms food up with."""
    client_id = named(call, form["client"])
    portal.keep_appliance(call.session, call.actor, client_id, form["appliance"], call.now)
    call.tell("week.done.appliance")
    return _back(call, client_id, "#eat")


@blueprint.post("/week/accept")
@entry(Permission.ORDER, takes=AcceptForm, back=_again)
def accept(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Order what is proposed."""
    client_id = named(call, form["client"])
    order = reorders.accept_proposal(call.session, call.actor, form["proposal"], call.now)
    total = call.translator.cents(order.total_cents)
    call.tell("week.done.ordered", day=order.service_day, total=total)
    return _back(call, client_id)


@blueprint.post("/week/skip")
@entry(Permission.ORDER, takes=DayForm, back=_again)
def skip(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Leave one delivery out, ordered or not."""
    client_id = named(call, form["client"])
    standing.skip(call.session, call.actor, client_id, form["day"], call.now)
    call.tell("week.done.skipped", day=form["day"])
    return _back(call, client_id)


@blueprint.post("/week/unskip")
@entry(Permission.ORDER, takes=DayForm, back=_again)
def unskip(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Let a skipped delivery come after all."""
    client_id = named(call, form["client"])
    standing.unskip(call.session, call.actor, client_id, form["day"], call.now)
    call.tell("week.done.unskipped", day=form["day"])
    return _back(call, client_id)


@blueprint.post("/week/cancel/<int:order_id>")
@entry(Permission.ORDER, takes=ForClient, back=_again)
def cancel(call: Call, form: dict[str, Any], order_id: int) -> ResponseReturnValue:
    """Cancel an order before its cut-off."""
    client_id = named(call, form["client"])
    order = orders.cancel(call.session, call.actor, order_id, call.now)
    call.tell("week.done.cancelled", day=order.service_day)
    return _back(call, client_id)


@blueprint.post("/week/pause")
@entry(Permission.ORDER, takes=PauseForm, back=_again)
def pause(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Pause until a day; says which deliveries come all the same."""
    client_id = named(call, form["client"])
    first, until = form["first"], form["until"]
    left = standing.pause(
        call.session, call.actor, client_id, first=first, until=until, now=call.now
    )
    call.tell("week.done.paused", first=first, until=until)
    for day in left:
        call.tell("week.done.comes_anyway", "warn", day=day)
    return _back(call, client_id)


@blueprint.post("/week/resume")
@entry(Permission.ORDER, takes=ForClient, back=_again)
def resume(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """End a pause; says whether an order will be made now."""
    client_id = named(call, form["client"])
    ahead = standing.resume(call.session, call.actor, client_id, call.now)
    code = "week.done.resumed"
    if ahead is None:
        call.tell(code)
    elif ahead.proposal is None:
        call.tell(f"{code}_later", day=ahead.day, propose_on=ahead.propose_on)
    else:
        kind = "automatic" if ahead.places_itself else "by_hand"
        call.tell(f"{code}_{kind}", day=ahead.day, answer_by=ahead.answer_by)
    return _back(call, client_id)


@blueprint.get("/week/stop")
@entry(Permission.ORDER, takes=WeekQuery)
def confirm_stop(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """Show what stopping means, with one button that does it."""
    client_id = named(call, query["client"])
    found = portal.week(call.session, call.actor, client_id, call.now)
    if mark(call, client_id) is not None and not found.automatic:
        raise NotFound
    return client_page("stop", w=found, client=mark(call, client_id))


@blueprint.post("/week/stop")
@entry(Permission.ORDER, takes=ForClient, back=_again)
def stop(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Stop ordering without an answer, at once."""
    client_id = named(call, form["client"])
    standing.stop(call.session, call.actor, client_id, call.now)
    call.tell("week.done.stopped")
    return _back(call, client_id)


@blueprint.post("/week/stock")
@entry(Permission.COUNT_HOME_STOCK, takes=CountForm, back=_again)
def count(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Write down what lies in the freezer."""
    client_id = named(call, form["client"])
    reorders.count_home_stock(call.session, call.actor, client_id, form["portions"], call.now)
    call.tell("week.done.counted", count=len(form["portions"]))
    return _back(call, client_id, "#freezer")
