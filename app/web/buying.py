"""Buying: what the plan proposes and a person signs, what is on order, goods at the door."""

from itertools import groupby
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import buying as verbs
from app.operations import dayboard, daypapers, meals, supplies
from app.operations.buying import Ordered
from app.pipeline import Call, Problem, entry
from app.schemas.buying import PACKS, ArrivalForm, SendBackForm, SignPurchaseForm
from app.web.adminparts import keeper
from app.web.daywords import kilos, name_of
from app.web.stock import stock_tabs
from logistics import PurchaseRow, PurchaseState, RefusedGoods, SupplierTerms
from menus import Zone

blueprint = Blueprint("buying", __name__)
_TAGS = {
    PurchaseState.OPEN: "info",
    PurchaseState.RECEIVED: "ok",
    PurchaseState.CANCELLED: "",
}


@blueprint.get("/stock/purchases")
@entry(Permission.VIEW_STOCK)
def proposed(call: Call) -> ResponseReturnValue:
    """Show what is on order, and what the newest plan proposes per day and supplier."""
    plan = dayboard.newest_plan(call.session, call.actor)
    rows = daypapers.paper_day(call.session, plan).purchase_rows() if plan else ()
    signed = verbs.signed_of(call.session, plan.id) if plan else frozenset()
    names, terms = supplies.names(call.session), supplies.terms(call.session)
    known = {each.supplier: each for each in terms}
    orders = [
        _proposal(call, list(lines), names.get(supplier, supplier), known.get(supplier))
        for (day, supplier), lines in groupby(rows, key=lambda row: (row.day, row.supplier))
        if plan and verbs.proposal_key(plan.id, day, supplier) not in signed
    ]
    first = min((one["day"] for one in orders), default="")
    for one in orders:
        one["is_due"] = one["is_mine"] or one["day"] == first or not one["is_sold"]
    mine = next((at for at, one in enumerate(orders, 1) if one["is_mine"]), 0)
    placed = verbs.orders(call.session, call.actor, call.now)
    return render_template(
        "dispatch/purchases.html",
        tabs=stock_tabs(call, "buy"),
        plan=plan,
        csv_url=url_for("papers.purchases", plan_id=plan.id) if plan else None,
        orders=orders,
        total=call.translator.cents(sum(one["cents"] for one in orders)),
        waiting=[
            _placed(call, one, names) for one in placed if one.order.state is PurchaseState.OPEN
        ],
        before=[
            _placed(call, one, names) for one in placed if one.order.state is not PurchaseState.OPEN
        ],
        may_sign=call.actor.may(Permission.MOVE_STOCK),
        errors=[(f"o{mine}{_line_of(call, one)}", _said(call, one)) for one in call.problems],
    )


def _said(call: Call, problem: Problem) -> str:
    """Give what is to be mended, with money, grams and ingredients as people read them."""
    speak, told = call.translator, dict(problem.args)
    for name in ("worth_cents", "minimum_cents"):
        if name in told:
            told[name] = speak.cents(int(str(told[name])))
    if "open_g" in told:
        told["open_g"] = kilos(speak, int(str(told["open_g"])))
    text = call.say(problem.code, **told)
    known = meals.catalogue(call.session).ingredients.get(_ingredient(problem))
    return text if known is None else f"{name_of(speak, known.names)}: {text}"


def _ingredient(problem: Problem) -> str:
    """Give the ingredient a remark is about; one about the whole order gives its own field."""
    return problem.field.removeprefix("packs.").removeprefix(PACKS).removesuffix(".value")


def _line_of(call: Call, problem: Problem) -> str:
    """Give the end of a control's id; nothing for a remark about the whole order."""
    name = _ingredient(problem)
    return f"-{PACKS}{name}" if name in meals.catalogue(call.session).ingredients else ""


def _proposal(
    call: Call, rows: list[PurchaseRow], name: str, terms: SupplierTerms | None
) -> dict[str, Any]:
    """Give one proposed order with its sum beside the terms of its supplier."""
    speak = call.translator
    cents = sum(row.cost_cents or 0 for row in rows)
    told = [call.say("stock.order_sum", goods=speak.cents(cents))]
    if terms and terms.minimum_cents:
        told.append(call.say("stock.order_minimum", minimum=speak.cents(terms.minimum_cents)))
    if terms and terms.delivery_cents:
        told.append(call.say("stock.order_delivery", delivery=speak.cents(terms.delivery_cents)))
    day, supplier = rows[0].day, rows[0].supplier
    mine = (call.values.get("day"), call.values.get("supplier")) == ([day.isoformat()], [supplier])
    kept = keeper(call)
    return {
        "title": call.say("stock.order_at", supplier=name, day=speak.short_day(day)),
        "told": ", ".join(told),
        "cents": cents,
        "day": day.isoformat(),
        "supplier": supplier,
        "is_sold": all(row.pack_g for row in rows),
        "is_mine": mine,
        "rows": [
            {**_line(call, row), "value": kept(f"{PACKS}{row.ingredient}") if mine else row.packs}
            for row in rows
        ],
    }


def _line(call: Call, row: PurchaseRow) -> dict[str, Any]:
    speak = call.translator
    return {
        "field": f"{PACKS}{row.ingredient}",
        "name": name_of(speak, row.names),
        "packs": speak.number(row.packs),
        "pack": kilos(speak, row.pack_g) if row.pack_g else "",
        "amount": kilos(speak, row.amount_g) if row.amount_g else "",
        "cost": "" if row.cost_cents is None else speak.cents(row.cost_cents),
        "why": [
            call.say(
                one.code,
                day=speak.short_day(one.on) if one.on else "",
                packs=speak.number(one.amount),
                amount=kilos(speak, one.amount),
            )
            for one in row.reasons
        ],
    }


def _placed(call: Call, found: Ordered, names: Any) -> dict[str, Any]:
    speak, order = call.translator, found.order
    days = sorted({line.expected_on for line in found.lines if line.open_g})
    return {
        "code": order.code,
        "supplier": names.get(order.supplier, order.supplier),
        "ordered": speak.short_day(order.ordered_on),
        "expected": ", ".join(speak.short_day(day) for day in days),
        "lines": len(found.lines),
        "cost": speak.cents(sum(line.cents for line in found.lines)),
        "signer": found.signer,
        "tag": _TAGS[order.state],
        "state": call.say(f"purchase.state.{order.state}"),
        "overdue": any(found.is_overdue(line) for line in found.lines),
        "is_open": order.state is PurchaseState.OPEN,
    }


@blueprint.post("/stock/purchases")
@entry(Permission.MOVE_STOCK, takes=SignPurchaseForm, back=proposed)
def sign(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Order what a person makes of one proposal."""
    order = verbs.sign(
        call.session,
        call.actor,
        form["plan"],
        supplier=form["supplier"],
        day=form["day"],
        packs=form["packs"],
        now=call.now,
    )
    call.tell("purchase.told.signed", order=order.code)
    return redirect(url_for("buying.proposed"), code=303)


@blueprint.get("/stock/purchases/<code>")
@entry(Permission.VIEW_STOCK)
def one(call: Call, code: str) -> ResponseReturnValue:
    """Show one order at the door: what is still to come, by thumb."""
    found = verbs.find(call.session, call.actor, code, call.now)
    asked = call.values.get("ingredient", [""])[-1]
    may = call.actor.may(Permission.MOVE_STOCK) and found.order.state is PurchaseState.OPEN
    return render_template(
        "dispatch/purchase.html",
        order=_placed(call, found, supplies.names(call.session)),
        lines=[_at_door(call, found, line) for line in found.lines],
        asked=asked,
        may=may,
        today=found.today.isoformat(),
        kept=keeper(call),
        bad={one.field: _said(call, one) for one in reversed(call.problems)},
        errors=[(f"f-{asked}-{one.field}", _said(call, one)) for one in call.problems],
        reasons=[(one.value, call.say(f"purchase.refused.{one}")) for one in RefusedGoods],
    )


def _at_door(call: Call, found: Ordered, line: Any) -> dict[str, Any]:
    speak = call.translator
    known = meals.catalogue(call.session).ingredients.get(line.ingredient)
    return {
        "ingredient": line.ingredient,
        "name": line.ingredient if known is None else name_of(speak, known.names),
        "ordered": f"{speak.number(line.packs)} \u00d7 {kilos(speak, line.pack_g)}",
        "expected": speak.short_day(line.expected_on),
        "left": kilos(speak, line.open_g),
        "open_g": line.open_g,
        "open_packs": line.open_g // line.pack_g if line.open_g % line.pack_g == 0 else "",
        "seen_g": line.received_g,
        "measured": known is None or known.zone in {Zone.CHILLED, Zone.FROZEN},
        "refused": call.say(f"purchase.refused.{line.refused}") if line.refused else "",
        "overdue": found.is_overdue(line),
        "lots": [
            {
                "code": lot.code,
                "supplier_lot": lot.supplier_lot,
                "use_by": speak.short_day(lot.use_by),
                "on": speak.short_day(lot.received_on),
            }
            for lot in found.lots[line.id]
        ],
    }


@blueprint.post("/stock/purchases/<code>/receive")
@entry(Permission.MOVE_STOCK, takes=ArrivalForm, back=one)
def receive(call: Call, form: dict[str, Any], code: str) -> ResponseReturnValue:
    """Take goods in as a lot."""
    lot = verbs.receive(
        call.session,
        call.actor,
        code,
        form["ingredient"],
        form["arrival"],
        supplier_lot=form["supplier_lot"],
        seen_g=form["seen_g"],
        now=call.now,
    )
    amount = kilos(call.translator, lot.amount_g)
    call.tell("purchase.told.received", lot=lot.code, amount=amount)
    return redirect(url_for("buying.one", code=code), code=303)


@blueprint.post("/stock/purchases/<code>/refuse")
@entry(Permission.MOVE_STOCK, takes=SendBackForm, back=one)
def refuse(call: Call, form: dict[str, Any], code: str) -> ResponseReturnValue:
    """Send back what is left of a line."""
    verbs.refuse(
        call.session,
        call.actor,
        code,
        form["ingredient"],
        RefusedGoods(form["reason"]),
        seen_g=form["seen_g"],
        now=call.now,
    )
    call.tell("purchase.told.refused", "info")
    return redirect(url_for("buying.one", code=code), code=303)


@blueprint.post("/stock/purchases/<code>/close")
@entry(Permission.MOVE_STOCK)
def close(call: Call, code: str) -> ResponseReturnValue:
    """Wait no longer for what is open."""
    order = verbs.close(call.session, call.actor, code, call.now)
    told = "cancelled" if order.state is PurchaseState.CANCELLED else "closed"
    call.tell(f"purchase.told.{told}", "info", order=order.code)
    return redirect(url_for("buying.proposed"), code=303)
