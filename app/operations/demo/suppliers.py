"""Terms of the demo region's suppliers; all figures are inventions of this demo."""

from collections.abc import Iterator

from app.operations.exchange import PriceBreakRow, SupplierRow
from menus import Catalogue

_WORKDAYS = (0, 1, 2, 3, 4)
SUPPLIERS = (
    SupplierRow(
        code="droge-kost-leie",
        name="Droge Kost Leie (demo)",
        minimum_cents=25_000,
        delivery_cents=1_500,
        order_weekdays=(0, 3),
    ),
    SupplierRow(code="veiling-rodenburg", name="Veiling Rodenburg (demo)", minimum_cents=5_000),
    SupplierRow(
        code="zuivel-krekel",
        name="Zuivel Krekel (demo)",
        minimum_cents=7_500,
        order_weekdays=_WORKDAYS,
    ),
    SupplierRow(
        code="vlees-spijker",
        name="Vlees Spijker (demo)",
        minimum_cents=10_000,
        order_weekdays=_WORKDAYS,
    ),
    SupplierRow(
        code="dranken-roose",
        name="Dranken Roose (demo)",
        minimum_cents=15_000,
        delivery_cents=2_000,
        order_weekdays=(1, 4),
    ),
    SupplierRow(
        code="vis-kust-west",
        name="Vis Kust West (demo)",
        minimum_cents=8_000,
        order_weekdays=(1, 3),
    ),
    SupplierRow(
        code="diepvries-mandel",
        name="Diepvries Mandel (demo)",
        minimum_cents=20_000,
        order_weekdays=(0, 2, 4),
    ),
    SupplierRow(code="bakkerij-graan", name="Bakkerij Graan (demo)", minimum_cents=2_500),
    SupplierRow(
        code="zorgvoeding-west",
        name="Zorgvoeding West (demo)",
        minimum_cents=12_500,
        delivery_cents=1_000,
        order_weekdays=(2,),
    ),
)
_STEPS = ((5, 96), (20, 90))
"""From so many packs on, so many percent of the price, of what is bought by the pallet."""
_BY_THE_PALLET = frozenset({"potato", "carrot", "milk", "rice", "onion", "chicken-breast"})


def price_breaks(catalogue: Catalogue) -> Iterator[PriceBreakRow]:
    """Give the steps of what is bought in quantity."""
    for one in catalogue.ingredients.values():
        if one.id in _BY_THE_PALLET:
            cents = one.price_cents_per_kg * one.pack_g // 1000
            for packs, percent in _STEPS:
                yield PriceBreakRow(
                    ingredient=one.id, from_packs=packs, pack_cents=cents * percent // 100
                )
