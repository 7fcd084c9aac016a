"""The page of a food: what its label says, before it is bought (art. 14 of the Regulation)."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from app import paper
from app.access import Permission
from app.i18n import Translator
from app.operations import foods
from app.operations.foods import FoodSheet
from app.pipeline import Call, entry
from menus import FoodInformation, InformationGap

blueprint = Blueprint("foods", __name__)


@blueprint.get("/foods/<path:variant>")
@entry(Permission.VIEW_CATALOGUE)
def show(call: Call, variant: str) -> ResponseReturnValue:
    """Show the record of one food, with its other forms a link away."""
    sheet = foods.food_sheet(call.session, call.actor, variant)
    size = cookie.get("print_size") or ("groot" if call.actor.sees else None)
    return render_template(
        "food.html",
        sheet=sheet,
        print_size=size,
        levels=_levels(call.translator, sheet),
        seasonings=_seasonings(call.translator, sheet),
        **_record(call.translator, sheet),
    )


def _record(speak: Translator, sheet: FoodSheet) -> dict[str, Any]:
    """Give the sentences and figures of the record, or what it lacks."""
    food = sheet.food
    if isinstance(food, InformationGap):
        return {"gap": speak.say(food.code), "words": None}
    return {
        "gap": None,
        "words": paper.food_words(food, speak),
        "table": _table(food, speak),
        "vitamins": paper.vitamin_rows(food.significant, speak),
    }


def _table(food: FoodInformation, speak: Translator) -> list[dict[str, Any]]:
    """Give each figure per 100 g and per portion, rounded as on the label."""
    columns = [food.nutrition, *(one.nutrition for one in food.portions)]
    told = [paper.nutrition_rows(one, speak) for one in columns]
    return [
        {"name": row[0][0], "part": row[0][2], "amounts": [amount for _, amount, _ in row]}
        for row in zip(*told, strict=True)
    ]


def _levels(speak: Translator, sheet: FoodSheet) -> list[dict[str, str]]:
    """Give the other textures in which the dish is made, in the seasoning shown."""
    return [
        {
            "href": url_for("foods.show", variant=one.id),
            "text": f"{one.iddsi.value} {speak.say(f'iddsi.{one.kind}.{one.iddsi}')}",
        }
        for one in sheet.others
        if one.seasoning is sheet.variant.seasoning and one.id != sheet.variant.id
    ]


def _seasonings(speak: Translator, sheet: FoodSheet) -> list[dict[str, Any]]:
    """Give the seasonings of the dish at the level shown."""
    return [
        {
            "href": url_for("foods.show", variant=one.id),
            "text": speak.say(f"seasoning.{one.seasoning}"),
            "current": one.id == sheet.variant.id,
        }
        for one in sheet.others
        if one.iddsi is sheet.variant.iddsi
    ]
