"""Administration of organisations, their sites and wards."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import houses, storeadmin
from app.operations.admin import Kind, Wanted
from app.operations.grouporders import MEALS
from app.pipeline import Call, entry
from app.schemas import (
    HouseForm,
    HousesQuery,
    NewHouseForm,
    NewSiteForm,
    SiteForm,
    StoreForm,
    WardForm,
)
from app.web.adminparts import form_parts, keeper, pages
from app.web.words import started
from logistics import DriverSkill

blueprint = Blueprint("adminhouses", __name__)


@blueprint.get("/admin/organisations")
@entry(Permission.ADMINISTER, takes=HousesQuery)
def organisations(call: Call, wanted: Wanted) -> ResponseReturnValue:
    """Show who contracts."""
    found = houses.list_houses(call.session, call.actor, wanted)
    query = {"q": wanted.text or None, "kind": wanted.kind}
    return render_template(
        "admin/organisations.html",
        found=found,
        wanted=wanted,
        kinds=_kinds(call, tuple(Kind)),
        **pages("adminhouses.organisations", wanted.first, found.total, **query),
    )


def _kinds(call: Call, kinds: tuple[Kind, ...]) -> list[tuple[str, str]]:
    return [(str(kind), call.say(f"admin.kind.{kind}")) for kind in kinds]


@blueprint.get("/admin/organisations/new")
@entry(Permission.ADMINISTER)
def new_house(call: Call) -> ResponseReturnValue:
    """Show the form for a new organisation."""
    kinds = _kinds(call, houses.NEW_KINDS)
    return render_template("admin/new_organisation.html", kinds=kinds, **form_parts(call))


@blueprint.post("/admin/organisations/new")
@entry(Permission.ADMINISTER, takes=NewHouseForm, back=new_house)
def add_house(call: Call, form: dict[str, Any]) -> ResponseReturnValue:
    """Add an organisation; one that orders goes on to its first site."""
    kind = Kind(form["kind"])
    house = houses.add_house(
        call.session, call.actor, kind=kind, name=form["name"], code=form["code"], now=call.now
    )
    call.tell("admin.done.house_added")
    step = "new_site" if kind in houses.SITE_KINDS else "organisation"
    return redirect(url_for(f"adminhouses.{step}", house_id=house.id), code=303)


@blueprint.get("/admin/organisations/<int:house_id>")
@entry(Permission.ADMINISTER)
def organisation(call: Call, house_id: int) -> ResponseReturnValue:
    """Show one organisation with its sites and wards."""
    return _house(call, house_id)


def _house(call: Call, house_id: int) -> str:
    found = houses.find_house(call.session, call.actor, house_id)
    return render_template(
        "admin/organisation.html",
        house=found.organisation,
        sites=[
            {"site": site, "wards": wards, "hours": _hours(call, site), "days": _days(call, site)}
            for site, wards in found.sites
        ],
        takes_sites=found.organisation.kind in houses.SITE_KINDS,
        **form_parts(call),
    )


def _hours(call: Call, site: houses.Place) -> str:
    time = call.translator.time
    hours = ", ".join(f"{time(first)}\u2013{time(last)}" for first, last in site.windows)
    if site.preferred_by_min is None:
        return hours
    return f"{hours} · {call.say('route.preferred.by', by=time(site.preferred_by_min))}"


def weekday(call: Call, day: int) -> str:
    """Give the name of a weekday; 0 is Monday."""
    return call.translator.weekday(date(2024, 1, 1 + day))


def _days(call: Call, site: houses.Place) -> str:
    return ", ".join(weekday(call, day) for day in site.delivery_weekdays)


@blueprint.post("/admin/organisations/<int:house_id>")
@entry(Permission.ADMINISTER, takes=HouseForm, back=organisation)
def change_house(call: Call, form: dict[str, Any], house_id: int) -> ResponseReturnValue:
    """Change an organisation's name, or close it."""
    houses.change_house(
        call.session,
        call.actor,
        house_id,
        name=form["name"],
        active=form["active"],
        now=call.now,
    )
    call.tell("admin.done.changed")
    return redirect(url_for("adminhouses.organisation", house_id=house_id), code=303)


@blueprint.get("/admin/organisations/<int:house_id>/sites/new")
@entry(Permission.ADMINISTER)
def new_site(call: Call, house_id: int) -> ResponseReturnValue:
    """Show the form for a new place of delivery."""
    found = houses.find_house(call.session, call.actor, house_id)
    return _site_form(call, found.organisation.name, house_id, None)


def _site_form(call: Call, house: str, house_id: int, site: houses.Place | None) -> str:
    known: dict[str, Any] = _known(call, site) if site else {"floor": 0, "weekdays": list("01234")}
    if site:
        known["depot"] = houses.depot_code(call.session, call.actor, site)
    kept = keeper(call)
    return render_template(
        "admin/site.html",
        house=house,
        house_id=house_id,
        site=site,
        **form_parts(call) | {"kept": lambda name: kept(name, known.get(name, ""))},
        weekdays=[(str(day), weekday(call, day)) for day in range(7)],
        chosen=_chosen(call, known, "weekdays"),
        skills=[(one.value, call.say(f"skill.{one}")) for one in DriverSkill],
        vans=houses.van_choices(call.session, call.actor, site),
        depots=houses.depot_choices(call.session, call.actor),
        asked={name: _chosen(call, known, name) for name in ("skills", "vans")},
    )


def _chosen(call: Call, known: dict[str, Any], name: str) -> list[str]:
    """Give the boxes that are ticked: as they came back, else as they stand."""
    return list(call.values.get(name, []) if call.values else known.get(name, []))


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


def _known(call: Call, site: houses.Place) -> dict[str, Any]:
    hours = [_clock(minute) for window in site.windows for minute in window]
    named = dict(zip(("open", "close", "open_2", "close_2"), hours, strict=False))
    return named | {
        "name": site.name,
        "street": site.street,
        "postcode": site.postcode,
        "place": site.place,
        "lat": f"{site.lat_e5 / 100_000:.5f}",
        "lon": f"{site.lon_e5 / 100_000:.5f}",
        "weekdays": [str(day) for day in site.delivery_weekdays],
        "floor": site.floor,
        "lift": site.lift,
        "skills": site.skills,
        "vans": site.vans,
        "preferred_by": "" if site.preferred_by_min is None else _clock(site.preferred_by_min),
        "access_note": site.access_note,
        "phone": site.phone,
        "min_life_days": "" if site.min_life_days is None else site.min_life_days,
    }


@blueprint.post("/admin/organisations/<int:house_id>/sites/new")
@entry(Permission.ADMINISTER, takes=NewSiteForm, back=new_site)
def add_site(call: Call, form: dict[str, Any], house_id: int) -> ResponseReturnValue:
    """Add a place of delivery."""
    houses.add_site(
        call.session, call.actor, house_id, code=form["code"], facts=form["facts"], now=call.now
    )
    call.tell("admin.done.site_added")
    return redirect(url_for("adminhouses.organisation", house_id=house_id), code=303)


@blueprint.get("/admin/sites/<int:site_id>")
@entry(Permission.ADMINISTER)
def site(call: Call, site_id: int) -> ResponseReturnValue:
    """Show one place of delivery, to be changed."""
    found = houses.find_site(call.session, call.actor, site_id)
    house = houses.find_house(call.session, call.actor, found.organisation_id).organisation
    return _site_form(call, house.name, house.id, found)


@blueprint.post("/admin/sites/<int:site_id>")
@entry(Permission.ADMINISTER, takes=SiteForm, back=site)
def change_site(call: Call, form: dict[str, Any], site_id: int) -> ResponseReturnValue:
    """Change address, hours and weekdays of a place of delivery."""
    found = houses.change_site(call.session, call.actor, site_id, form["facts"], call.now)
    call.tell("admin.done.changed")
    house_id = found.organisation_id
    return redirect(url_for("adminhouses.organisation", house_id=house_id), code=303)


@blueprint.get("/admin/sites/<int:site_id>/wards/new")
@entry(Permission.ADMINISTER)
def new_ward(call: Call, site_id: int) -> ResponseReturnValue:
    """Show the form for a new ward."""
    found = houses.find_site(call.session, call.actor, site_id)
    return render_template("admin/new_ward.html", site=found, **form_parts(call))


@blueprint.post("/admin/sites/<int:site_id>/wards/new")
@entry(Permission.ADMINISTER, takes=WardForm, back=new_ward)
def add_ward(call: Call, form: dict[str, Any], site_id: int) -> ResponseReturnValue:
    """Add a ward."""
    houses.add_ward(
        call.session, call.actor, site_id, code=form["code"], name=form["name"], now=call.now
    )
    call.tell("admin.done.ward_added")
    house_id = houses.find_site(call.session, call.actor, site_id).organisation_id
    return redirect(url_for("adminhouses.organisation", house_id=house_id), code=303)


@blueprint.get("/admin/sites/<int:site_id>/store")
@entry(Permission.ADMINISTER)
def store(call: Call, site_id: int) -> ResponseReturnValue:
    """Show the rule of a house's own store, to be changed."""
    found = houses.find_site(call.session, call.actor, site_id)
    rule = storeadmin.store_of(call.session, call.actor, site_id)
    names = ("pack_portions", "least_packs", "reserve_portions", "freezer_litres", "active")
    known: dict[str, Any] = {"pack_portions": 1, "least_packs": 1, "active": True}
    if rule is not None:
        given = {name: getattr(rule, name) for name in names}
        known = {name: "" if value is None else value for name, value in given.items()}
        known |= {"weekdays": [str(day) for day in rule.weekdays], "meals": rule.meals}
    kept = keeper(call)
    return render_template(
        "admin/store.html",
        site=found,
        **form_parts(call) | {"kept": lambda name: kept(name, known.get(name, ""))},
        weekdays=[(str(day), weekday(call, day)) for day in range(7)],
        meals=[(meal, started(call.say(f"ward.meal.{meal}"))) for meal in MEALS],
        chosen={name: _chosen(call, known, name) for name in ("weekdays", "meals")},
    )


@blueprint.post("/admin/sites/<int:site_id>/store")
@entry(Permission.ADMINISTER, takes=StoreForm, back=store)
def keep_store(call: Call, facts: storeadmin.StoreFacts, site_id: int) -> ResponseReturnValue:
    """Give a house a store of its own, or change its rule."""
    storeadmin.keep_store(call.session, call.actor, site_id, facts, call.now)
    call.tell("admin.done.changed")
    return redirect(url_for("adminhouses.site", site_id=site_id), code=303)
