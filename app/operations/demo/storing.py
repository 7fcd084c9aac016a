"""The store of a running kitchen: most of what is ordered lies there, some is still to cook."""

from collections import Counter
from datetime import date, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.people import User
from app.models.stock import IngredientLot, Lot, TextureTest
from app.operations import depots, meals, planning
from app.operations.demo.dates import moment
from app.operations.demo.kitchen import seen_of
from app.operations.demo.logins import KITCHEN
from app.operations.demo.region import DemoRegion
from logistics import MIN_LIFE_DAYS, LotState, SiteKind
from menus import TESTED_LEVELS, Catalogue, Ingredient, Variant, explode

TO_COOK_PERCENT = 7
"""Share of ordered variants that the kitchen still has to cook for the service day."""
_SPARE_PERCENT = 120
_DAYS_COVERED = 3
_NUMBERS = 5_000  # of lots in one kitchen
_LIFE_LEFT_DAYS = MIN_LIFE_DAYS[SiteKind.HOME] + 4


def top_up(session: Session, region: DemoRegion) -> tuple[int, int]:
    """Add lots for what the next days ask beyond what lies there, and ingredients to cook the rest.

    Gives how many lots of variants and of ingredients were added, in all kitchens together.
    """
    rng = Random(f"store:{region.service_day}")  # noqa: S311 - repeatable on purpose
    made = [
        _top_up(session, region, depot_id, rng, first=number * _NUMBERS)
        for number, depot_id in enumerate(depots.by_code(session).values())
    ]
    return sum(lots for lots, _ in made), sum(ingredients for _, ingredients in made)


def _top_up(
    session: Session, region: DemoRegion, depot_id: int, rng: Random, *, first: int
) -> tuple[int, int]:
    """Fill one kitchen's store with lots that are numbered from the first on."""
    catalogue = meals.catalogue(session)
    missing = _missing(session, depot_id, region.service_day)
    to_cook = {sku for sku in missing if rng.randrange(100) < TO_COOK_PERCENT}
    lots = [
        _lot(rng, catalogue.variants[sku], grams, number, region.service_day)
        for number, (sku, grams) in enumerate(missing.items(), start=first)
        if sku not in to_cook
    ]
    for lot in lots:
        lot.depot_id = depot_id
    session.add_all(lots)
    session.flush()
    session.add_all(_texture_tests(session, catalogue, lots))
    ingredients = _ingredients(catalogue, missing, to_cook, first, region.service_day)
    for sack in ingredients:
        sack.depot_id = depot_id
    session.add_all(ingredients)
    session.flush()
    return len(lots), len(ingredients)


def _texture_tests(session: Session, catalogue: Catalogue, lots: list[Lot]) -> list[TextureTest]:
    """Give every lot the passed test its level asks for."""
    tester = session.scalar(select(User.id).where(User.login == KITCHEN))
    found = []
    for lot in lots:
        variant = catalogue.variants[lot.sku]
        if variant.iddsi in TESTED_LEVELS:
            at = moment(lot.made_on, 13, 40)
            seen = seen_of(variant)
            found.append(
                TextureTest(
                    lot_id=lot.id, level=variant.iddsi, tested_at=at, tester_id=tester, **seen
                )
            )
    return found


def _missing(session: Session, depot_id: int, day: date) -> dict[str, int]:
    there = _there(session, depot_id, day)
    return {
        sku: need - there[sku]
        for sku, need in sorted(_wanted(session, depot_id, day).items())
        if need > there[sku]
    }


def _wanted(session: Session, depot_id: int, day: date) -> Counter[str]:
    gathered = planning.gather(session, depots.clock_at(depot_id), day)
    wanted = Counter[str]()
    for order in gathered.fields["orders"]:
        for line in order.lines:
            wanted[line.sku] += line.amount_g
    for later in gathered.fields["forecast"][1:_DAYS_COVERED]:
        wanted.update(later)
    return wanted


def _there(session: Session, depot_id: int, day: date) -> Counter[str]:
    """Give released grams of a kitchen that keep long enough to be sent home."""
    good = session.execute(
        select(Lot.sku, Lot.amount_g).where(
            Lot.depot_id == depot_id,
            Lot.state == LotState.RELEASED,
            Lot.use_by >= day + timedelta(days=MIN_LIFE_DAYS[SiteKind.HOME]),
        )
    )
    found = Counter[str]()
    for sku, grams in good:
        found[sku] += grams
    return found


def _lot(rng: Random, variant: Variant, grams: int, number: int, day: date) -> Lot:
    longest = max(variant.shelf_days, _LIFE_LEFT_DAYS + 1)
    left = rng.randint(_LIFE_LEFT_DAYS, longest)
    portion = variant.portions_g.m
    amount = -(-grams * _SPARE_PERCENT // (100 * portion)) * portion
    return Lot(
        code=f"T{day:%m%d}-{number:04d}",
        sku=variant.id,
        amount_g=amount,
        use_by=day + timedelta(days=left),
        zone=variant.zone,
        state=LotState.RELEASED,
        made_on=day - timedelta(days=max(1, variant.shelf_days - left)),
    )


def _ingredients(
    catalogue: Catalogue, missing: dict[str, int], to_cook: set[str], first: int, day: date
) -> list[IngredientLot]:
    """Give what cooking takes of what is not there: all that is to cook, and a third of the rest.

    So no batch waits for a sack.
    """
    thirds = Counter[str]()
    for sku, grams in missing.items():
        share = 3 if sku in to_cook else 1
        thirds.update(explode(catalogue, sku, share * grams))
    return [
        _sack(catalogue.ingredients[name], amount // 3000, number, day)
        for number, (name, amount) in enumerate(sorted(thirds.items()), start=first)
    ]


def _sack(ingredient: Ingredient, grams: int, number: int, day: date) -> IngredientLot:
    packs = max(1, -(-grams // ingredient.pack_g))
    received = day - timedelta(days=min(2, ingredient.shelf_days // 2))
    return IngredientLot(
        code=f"S{day:%m%d}-{number:03d}",
        ingredient=ingredient.id,
        supplier=ingredient.supplier,
        amount_g=packs * ingredient.pack_g,
        use_by=received + timedelta(days=ingredient.shelf_days),
        received_on=received,
        state=LotState.RELEASED,
    )
