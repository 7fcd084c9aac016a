"""Administration of the kitchens themselves."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import depotadmin
from app.pipeline import Call, entry
from app.schemas.depots import DepotForm, NewDepotForm
from app.web.adminparts import form_parts, keeper

blueprint = Blueprint("admindepots", __name__)
_PLAIN = (
    *("name", "street", "postcode", "place", "frozen_cold_min", "chilled_cold_min"),
    *("frozen_litres", "chilled_litres", "chill_wait_min"),
)
_NEW = {"frozen_cold_min": 240, "chilled_cold_min": 180}


@blueprint.get("/admin/kitchens")
@entry(Permission.ADMINISTER)
def depots(call: Call) -> ResponseReturnValue:
    """Show every kitchen with how many addresses it serves."""
    rows = depotadmin.listed(call.session, call.actor)
    return render_template("admin/depots.html", rows=rows)


@blueprint.get("/admin/kitchens/new")
@entry(Permission.ADMINISTER)
def new_depot(call: Call) -> ResponseReturnValue:
    """Show the form for a new kitchen."""
    return _form(call, None, _NEW)


def _form(call: Call, depot: Any, known: dict[str, Any]) -> str:
    kept = keeper(call)
    return render_template(
        "admin/depot.html",
        depot=depot,
        **form_parts(call) | {"kept": lambda name: kept(name, known.get(name, ""))},
    )


@blueprint.post("/admin/kitchens/new")
@entry(Permission.ADMINISTER, takes=NewDepotForm, back=new_depot)
def add_depot(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Add a kitchen; its machines, shifts and vans follow."""
    depotadmin.add(call.session, call.actor, form["code"], form["facts"], call.now)
    call.tell("admin.depot.added")
    return redirect(url_for("admindepots.depots"), code=303)


@blueprint.get("/admin/kitchens/<int:depot_id>")
@entry(Permission.ADMINISTER)
def depot(call: Call, depot_id: int) -> ResponseReturnValue:
    """Show one kitchen, to be changed."""
    found = depotadmin.find(call.session, call.actor, depot_id)
    known = {name: getattr(found, name) for name in _PLAIN}
    place = {"lat": f"{found.lat_e5 / 100_000:.5f}", "lon": f"{found.lon_e5 / 100_000:.5f}"}
    return _form(call, found, known | place)


@blueprint.post("/admin/kitchens/<int:depot_id>")
@entry(Permission.ADMINISTER, takes=DepotForm, back=depot)
def change_depot(call: Call, form: dict[str, Any], depot_id: int) -> ResponseReturnValue:
    """Change address, cold chain and room of a kitchen."""
    depotadmin.change(call.session, call.actor, depot_id, form["facts"], call.now)
    call.tell("admin.done.changed")
    return redirect(url_for("admindepots.depots"), code=303)
