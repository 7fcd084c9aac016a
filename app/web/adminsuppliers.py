"""Administration of suppliers: a list, one with its calendar and goods, and their files."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import NotFound, Permission
from app.operations import meals, suppliers
from app.operations.exchange import Trouble
from app.operations.suppliers import OfferFacts, Sold
from app.pipeline import Call, entry
from app.schemas.exchange import read_files, write_files
from app.schemas.suppliers import STEPS, NewSupplierForm, OfferForm, SupplierForm
from app.web.adminhouses import weekday
from app.web.adminparts import form_parts, keeper
from app.web.daywords import kilos, name_of

blueprint = Blueprint("adminsuppliers", __name__)
_SHOWN = 20


@blueprint.get("/admin/suppliers")
@entry(Permission.ADMINISTER)
def listed(call: Call) -> ResponseReturnValue:
    """Show who brings ingredients, and when."""
    return _list(call, ())


def _list(call: Call, troubles: Sequence[Trouble]) -> ResponseReturnValue:
    return render_template(
        "admin/suppliers.html",
        rows=[_row(call, row, sold) for row, sold in suppliers.suppliers(call.session, call.actor)],
        files=suppliers.FILES,
        troubles=[
            call.say(
                "admin.supplier.trouble",
                file=one.file,
                line=str(one.line),
                column=one.column,
                text=call.say(one.code, **one.args),
            )
            for one in troubles[:_SHOWN]
        ],
        **_days(call),
        **form_parts(call),
    )


def _row(call: Call, row: Any, sold: int) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "orders": _weekdays(call, row.order_weekdays),
        "brings": _weekdays(call, row.delivery_weekdays),
        "minimum": call.translator.cents(row.minimum_cents),
        "sold": call.say("admin.supplier.n_goods", count=sold),
    }


def _weekdays(call: Call, days: Sequence[int]) -> str:
    if not days:
        return call.say("admin.supplier.every_day")
    return ", ".join(weekday(call, day) for day in sorted(days))


def _days(call: Call) -> dict[str, Any]:
    names = [(str(day), weekday(call, day)) for day in range(7)]
    return {
        "weekdays": names,
        "order_days": call.values.get("order_weekdays", []),
        "delivery_days": call.values.get("delivery_weekdays", []),
    }


@blueprint.post("/admin/suppliers")
@entry(Permission.ADMINISTER, takes=NewSupplierForm, back=listed)
def add(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Add a supplier and go on to its goods."""
    row = suppliers.add(call.session, call.actor, form["code"], form["facts"], call.now)
    call.tell("admin.done.changed")
    return redirect(url_for("adminsuppliers.one", code=row.code), code=303)


@blueprint.get("/admin/suppliers/<code>")
@entry(Permission.ADMINISTER)
def one(call: Call, code: str) -> ResponseReturnValue:
    """Show the terms and calendar of a supplier, and what it sells."""
    row = suppliers.find(call.session, call.actor, code)
    known, kept = _known(row), keeper(call)
    days = _days(call)
    if not call.values:
        days["order_days"] = [str(day) for day in row.order_weekdays]
        days["delivery_days"] = [str(day) for day in row.delivery_weekdays]
    sold = suppliers.sold_by(call.session, call.actor, code)
    names = meals.catalogue(call.session).ingredients
    speak = call.translator
    others = [(key, name_of(speak, each.names)) for key, each in names.items() if key not in sold]
    return render_template(
        "admin/supplier.html",
        supplier=row,
        goods=sorted(
            (_good(call, name_of(speak, names[key].names), each) for key, each in sold.items()),
            key=lambda each: str(each["name"]).lower(),
        ),
        others=sorted(others, key=lambda each: each[1].lower()),
        **days,
        **form_parts(call) | {"kept": lambda name: kept(name, known.get(name, ""))},
    )


def _known(row: Any) -> dict[str, Any]:
    return {
        "name": row.name,
        "minimum": _euros(row.minimum_cents),
        "delivery": _euros(row.delivery_cents),
        "closed_days": " ".join(row.closed_days),
    }


def _euros(cents: int) -> str:
    """Give an amount as the form takes it back."""
    return f"{cents // 100},{cents % 100:02d}"


def _good(call: Call, name: str, sold: Sold) -> dict[str, Any]:
    speak, item = call.translator, sold.item
    return {
        "key": item.ingredient,
        "name": name,
        "own": sold.own,
        "pack": kilos(speak, item.pack_g),
        "price": speak.cents(item.price_cents),
        "lead": call.say("admin.supplier.n_days", count=item.lead_days),
        "least": call.say("admin.supplier.n_packs", count=item.min_packs),
        "breaks": [
            call.say("admin.supplier.break", packs=str(packs), price=speak.cents(cents))
            for packs, cents in item.lower_breaks()
        ],
    }


@blueprint.post("/admin/suppliers/<code>")
@entry(Permission.ADMINISTER, takes=SupplierForm, back=one)
def change(call: Call, form: dict[str, Any], code: str) -> ResponseReturnValue:
    """Change the terms and calendar of a supplier."""
    suppliers.change(call.session, call.actor, code, form["facts"], call.now)
    call.tell("admin.done.changed")
    return redirect(url_for("adminsuppliers.one", code=code), code=303)


@blueprint.get("/admin/suppliers/<code>/goods")
@entry(Permission.ADMINISTER)
def choose(_: Call, code: str) -> ResponseReturnValue:
    """Go on to the ingredient that was chosen in the list."""
    wanted = request.args.get("ingredient", "")
    return redirect(url_for("adminsuppliers.good", code=code, ingredient=wanted), code=303)


@blueprint.get("/admin/suppliers/<code>/goods/<ingredient>")
@entry(Permission.ADMINISTER)
def good(call: Call, code: str, ingredient: str) -> ResponseReturnValue:
    """Show how a supplier sells one ingredient, to be changed."""
    row = suppliers.find(call.session, call.actor, code)
    found = meals.catalogue(call.session).ingredients.get(ingredient)
    if found is None:
        raise NotFound
    sold = suppliers.sold_by(call.session, call.actor, code).get(ingredient)
    known, kept = _known_good(sold), keeper(call)
    return render_template(
        "admin/supplygood.html",
        supplier=row,
        ingredient=ingredient,
        name=name_of(call.translator, found.names),
        own=sold is not None and sold.own,
        usual=found.supplier == code,
        steps=range(1, STEPS + 1),
        **form_parts(call) | {"kept": lambda name: kept(name, known.get(name, ""))},
    )


def _known_good(sold: Sold | None) -> dict[str, Any]:
    if sold is None:
        return {"min_packs": 1}
    item = sold.item
    known = {
        "pack_g": item.pack_g,
        "price": _euros(item.price_cents),
        "lead_days": item.lead_days,
        "min_packs": item.min_packs,
    }
    for number, (packs, cents) in enumerate(item.lower_breaks()[:STEPS], start=1):
        known |= {f"from_{number}": packs, f"price_{number}": _euros(cents)}
    return known


@blueprint.post("/admin/suppliers/<code>/goods/<ingredient>")
@entry(Permission.ADMINISTER, takes=OfferForm, back=good)
def offer(call: Call, facts: OfferFacts, code: str, ingredient: str) -> ResponseReturnValue:
    """Write down how a supplier sells an ingredient."""
    suppliers.offer(call.session, call.actor, code, ingredient, facts, call.now)
    call.tell("admin.done.changed")
    return redirect(url_for("adminsuppliers.one", code=code), code=303)


@blueprint.post("/admin/suppliers/<code>/goods/<ingredient>/withdraw")
@entry(Permission.ADMINISTER)
def withdraw(call: Call, code: str, ingredient: str) -> ResponseReturnValue:
    """Take an offer back; the catalogue holds again."""
    suppliers.withdraw(call.session, call.actor, code, ingredient, call.now)
    call.tell("admin.done.changed")
    return redirect(url_for("adminsuppliers.one", code=code), code=303)


@blueprint.get("/admin/suppliers.files/<name>.csv")
@entry(Permission.ADMINISTER)
def download(call: Call, name: str) -> ResponseReturnValue:
    """Give one of the files about suppliers."""
    if name not in suppliers.FILES:
        raise NotFound
    text = write_files(suppliers.rows_of(call.session, call.actor))[f"{name}.csv"]
    headers = {"Content-Disposition": f"attachment; filename={name}.csv"}
    return Response(text, mimetype="text/csv", headers=headers)


@blueprint.post("/admin/suppliers.files")
@entry(Permission.ADMINISTER)
def upload(call: Call) -> ResponseReturnValue:
    """Take in files by their names; each row that cannot be taken is named, and none is kept."""
    files = {
        one.filename or "": one.read() for one in request.files.getlist("files") if one.filename
    }
    strange = [
        Trouble(file=name, line=1, column="", code="import.file_unknown")
        for name in sorted(files)
        if name.removesuffix(".csv") not in suppliers.FILES
    ]
    if not files:
        strange.append(Trouble(file="", line=1, column="", code="admin.supplier.no_file"))
    reading = read_files({} if strange else files)
    troubles = (*strange, *reading.troubles)
    if not troubles:
        troubles = suppliers.take_in(
            call.session, call.actor, reading.region, reading.lines, call.now
        )
    if troubles:
        return make_response(_list(call, troubles), 422)
    call.tell("admin.done.changed")
    return redirect(url_for("adminsuppliers.listed"), code=303)
