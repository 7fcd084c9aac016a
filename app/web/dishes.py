"""Dishes, amounts and deliveries in a client's own words."""

from collections.abc import Iterable
from typing import Any

from flask import render_template
from flask import session as cookie

from app.access import NotFound, Role
from app.i18n import Translator
from app.operations import portal
from app.operations.portal import Amount, Dish
from app.pipeline import Call, Problem
from menus import THAWED_HOURS, Catalogue, Regeneration, Variant, WarmingPlace, Zone, explode
from menus import Role as Part

_SHAPES = {
    Part.BREAKFAST: "bowl",
    Part.DESSERT: "bowl",
    Part.SNACK: "side",
    Part.DRINK: "glass",
    Part.SUPPLEMENT: "glass",
}
"""How a dish is drawn; any other has its own place on the plate or is a bowl of soup."""
_ON_ONE_PLATE = (Part.PROTEIN, Part.STARCH, Part.VEGETABLE, Part.SAUCE)
_SAID_INGREDIENTS = 4


def client_page(template: str, **parts: Any) -> str:
    """Draw a page of the client's own: in large print unless this browser chose otherwise."""
    return render_template(
        f"client/{template}.html", print_size=cookie.get("print_size") or "groot", **parts
    )


def whose(call: Call, given: int | None) -> int | None:
    """Give the client a page is about: the one named, the only one, or None to choose."""
    if given is not None:
        return given
    mine = portal.own_clients(call.session, call.actor)
    if not mine:
        raise NotFound
    return mine[0].id if len(mine) == 1 else None


def named(call: Call, given: int | None) -> int:
    """Give the client an act is about; NotFound when it does not say which of several."""
    found = whose(call, given)
    if found is None:
        raise NotFound
    return found


def kept_client(call: Call) -> int | None:
    """Give the client a form that comes back is about."""
    given = call.values.get("client", [""])[-1]
    return int(given) if given.isdecimal() and len(given) < 17 else None


def mark(call: Call, client_id: int) -> int | None:
    """Give the client as an address carries it: not for clients themselves."""
    return None if call.actor.role is Role.CLIENT else client_id


def name_of(speak: Translator, variant: Variant) -> str:
    """Give the name of a dish."""
    return str(getattr(variant.names, speak.language))


def plate_of(variant: Variant) -> tuple[dict[str, str], ...]:
    """Give the picture of one dish: its shape and its colour."""
    shape = _SHAPES.get(variant.role, variant.role.value)
    return ({"shape": shape, "colour": variant.colour.value},)


def tray_of(variants: Iterable[Variant]) -> tuple[tuple[dict[str, str], ...], ...]:
    """Give the pictures of a meal: dishes that share a plate are drawn on one."""
    plates: dict[str, tuple[dict[str, str], ...]] = {}
    for at, one in enumerate(variants):
        name = "plate" if one.role in _ON_ONE_PLATE else str(at)
        plates[name] = plates.get(name, ()) + plate_of(one)
    return tuple(plates.values())


def dish_parts(speak: Translator, dish: Dish, place: WarmingPlace) -> dict[str, Any]:
    """Give a dish to eat: what is in it, its texture, its portion, how to warm it there."""
    one, ways = dish.variant, place.ways(dish.variant.regeneration)
    return option_parts(speak, one) | {
        "portion": speak.say("week.portion", grams=dish.grams),
        "heat": _way(speak, ways[0]) if ways else None,
        "heat_text": _until(speak, ways),
        "keep": thawed(speak, one),
        "suits": dish.edible,
        "against": speak.say(dish.against),
        "place": dish.place,
        "choice": dish.choice,
    }


def option_parts(speak: Translator, variant: Variant) -> dict[str, Any]:
    """Give a dish to choose: its name, picture, allergens and texture."""
    return {
        "name": name_of(speak, variant),
        "text": contents(speak, variant),
        "kind": variant.kind,
        "iddsi": variant.iddsi,
        "plate": plate_of(variant),
    }


def made_of(speak: Translator, stock: Catalogue, variant: Variant) -> str:
    """Give the few ingredients a dish has most of, in words; water is not told."""
    amounts = explode(stock, variant.id, variant.portions_g.m)
    most = sorted((name for name in amounts if name != "water"), key=lambda name: -amounts[name])
    names = [
        getattr(stock.ingredients[name].names, speak.language) for name in most[:_SAID_INGREDIENTS]
    ]
    return speak.say("choice.made_of", names=", ".join(names))


def contents(speak: Translator, variant: Variant) -> str:
    """Give the allergens of a dish in sentences: certain, possible and not known."""
    found = (
        ("week.contains", variant.allergens.contains),
        ("week.may_contain", variant.allergens.may_contain),
        ("week.allergens_unknown", variant.allergens.unknown),
    )
    told = [speak.say(code, names=_words(speak, names)) for code, names in found if names]
    return " ".join(told) or speak.say("week.no_allergens")


def _words(speak: Translator, codes: Iterable[str]) -> str:
    return ", ".join(sorted(speak.word(code) for code in codes))


def thawed(speak: Translator, variant: Variant) -> str | None:
    """Give how long a frozen dish keeps once it thaws; None for a dish that is not frozen."""
    if variant.zone is not Zone.FROZEN:
        return None
    return speak.say("week.thawed", hours=THAWED_HOURS)


def _way(speak: Translator, way: Regeneration) -> str:
    return speak.say(
        "week.heat",
        appliance=speak.say(f"appliance.{way.appliance}"),
        minutes=way.minutes,
        heating=speak.say(f"heating.{way.heating}"),
    )


def ways_to_warm(speak: Translator, ways: tuple[Regeneration, ...]) -> list[str]:
    """Give every way to warm up a dish, the advised one first; none: eaten as it is."""
    return [_way(speak, way) for way in ways]


def _until(speak: Translator, ways: tuple[Regeneration, ...]) -> str | None:
    """Give the core temperature, and the other ways to reach it."""
    if not ways:
        return None
    other = " ".join(_way(speak, way) for way in ways[1:])
    until = speak.say("week.heat_until", celsius=ways[0].core_celsius)
    return f"{until} {speak.say('week.heat_or')} {other}" if other else until


def amount_parts(speak: Translator, amount: Amount) -> dict[str, Any]:
    """Give an amount of a dish with its reason and price."""
    known = f"week.why.{amount.reason.removeprefix('reorder.')}"
    figures = {name: given for name, given in amount.figures.items() if given is not None}
    return {
        "id": amount.variant.id,
        "name": name_of(speak, amount.variant),
        "kind": amount.variant.kind,
        "iddsi": amount.variant.iddsi,
        "portions": amount.portions,
        "cents": amount.cents,
        "each": amount.each_cents,
        "why": speak.say(known, **figures) if amount.reason else None,
    }


def said(call: Call, problem: Problem, stock: Catalogue) -> str:
    """Give what keeps an order from being placed, with the dish by its name."""
    args = dict(problem.args)
    variant = stock.variants.get(str(args.get("sku") or problem.field))
    if variant is not None:
        args["sku"] = name_of(call.translator, variant)
    if problem.code.startswith("objection.") or problem.code == "reorder.not_in_plan":
        return call.say("week.unsuitable", name=args.get("sku", ""))
    return call.say(problem.code, **args)
