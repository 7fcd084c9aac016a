"""Purchase proposals as a table that a spreadsheet and another program both read."""

import csv
from collections.abc import Iterable
from io import StringIO

from logistics import PurchaseRow

PURCHASE_COLUMNS = (
    *("day", "supplier", "ingredient", "nl", "fr", "en"),
    *("packs", "pack_g", "amount_g", "cost_cents"),
)


def purchases_csv(rows: Iterable[PurchaseRow]) -> bytes:
    """The rows as UTF-8 text with commas, one line each below a heading, in the order given.

    A text that a spreadsheet would take for a formula is shown with an apostrophe before it.
    """
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(PURCHASE_COLUMNS)
    for each in rows:
        names = each.names
        texts = (each.supplier, each.ingredient, names.nl, names.fr, names.en)
        writer.writerow(
            (
                each.day.isoformat(),
                *(_harmless(text) for text in texts),
                *(each.packs, each.pack_g, each.amount_g, each.cost_cents),
            )
        )
    return file.getvalue().encode()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
