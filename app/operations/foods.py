"""What may be told of a food before it is bought: its record, and in which forms it is made."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

import logistics
from app.access import Actor, NotFound, Permission, require
from app.models.planning import Depot
from app.operations import meals
from app.operations.daypapers import operator_of
from menus import FoodInformation, InformationGap, Variant, food_information


@dataclass(frozen=True, slots=True, kw_only=True)
class FoodSheet:
    """A variant with its record, who answers for it, and the other forms of the same dish."""

    variant: Variant
    food: FoodInformation | InformationGap
    operators: tuple[logistics.Operator, ...]
    others: tuple[Variant, ...]


def food_sheet(session: Session, actor: Actor, variant_id: str) -> FoodSheet:
    """Give the sheet of a variant; NotFound for one that nobody makes."""
    require(actor, Permission.VIEW_CATALOGUE)
    stock = meals.catalogue(session)
    variant = stock.variants.get(variant_id)
    if variant is None:
        raise NotFound
    kitchens = session.scalars(select(Depot).order_by(Depot.code))
    return FoodSheet(
        variant=variant,
        food=food_information(stock, variant_id),
        operators=tuple(operator_of(one) for one in kitchens),
        others=tuple(one for one in stock.variants.values() if one.component == variant.component),
    )
