"""Answers of the API: orders, reasons and variants as JSON, sentences in the reader's language."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.i18n import Translator
from app.operations.components import VariantPage
from app.operations.orderviews import EaterView, LineView, OrderView, Page, Reason
from app.operations.serving import dish_name, reason_text
from menus import NUTRIENTS, Catalogue, Variant


def order_answer(speak: Translator, catalogue: Catalogue, order: OrderView) -> dict[str, Any]:
    """Give an order with its eaters."""
    eaters = [_eater(speak, catalogue, one) for one in order.eaters]
    return _summary(speak, catalogue, order) | {"eaters": eaters}


def orders_answer(speak: Translator, catalogue: Catalogue, found: Page) -> dict[str, Any]:
    """Give a page of orders without their eaters."""
    items = [_summary(speak, catalogue, one) for one in found.items]
    return {"items": items, "page": found.page, "pages": found.pages, "total": found.total}


def _summary(speak: Translator, catalogue: Catalogue, order: OrderView) -> dict[str, Any]:
    return {
        "id": order.id,
        "code": order.code,
        "reference": order.reference,
        "state": order.state,
        "version": order.version,
        "site": order.site,
        "ward": order.ward,
        "service_day": order.service_day.isoformat(),
        "meal": order.meal,
        "placed_at": _moment(order.placed_at),
        "cut_off": _moment(order.cut_off),
        "total_cents": order.total_cents,
        "reasons": [_reason(speak, catalogue, one) for one in order.reasons],
    }


def _eater(speak: Translator, catalogue: Catalogue, eater: EaterView) -> dict[str, Any]:
    return {"ref": eater.ref, "lines": [_line(speak, catalogue, one) for one in eater.lines]}


def _line(speak: Translator, catalogue: Catalogue, line: LineView) -> dict[str, Any]:
    return {
        "variant": line.variant,
        "name": dish_name(speak, catalogue, line.variant),
        "portions": line.portions,
        "portion_g": line.portion_g,
        "price_cents": line.price_cents,
        "reasons": [_reason(speak, catalogue, one) for one in line.reasons],
    }


def _reason(speak: Translator, catalogue: Catalogue, reason: Reason) -> dict[str, Any]:
    answer = {
        "code": reason.code,
        "message": reason_text(speak, reason.code, reason.args, catalogue),
        "details": _details(reason.args),
    }
    return answer | ({"field": reason.field} if reason.field else {})


def _details(args: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in args.items()
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def components_answer(found: VariantPage) -> dict[str, Any]:
    """Give a page of variants."""
    items = [_variant(one) for one in found.items]
    return {"items": items, "page": found.page, "pages": found.pages, "total": found.total}


def _variant(variant: Variant) -> dict[str, Any]:
    names, held = variant.names, variant.allergens
    return {
        "variant": variant.id,
        "component": variant.component,
        "role": variant.role.value,
        "kind": variant.kind.value,
        "iddsi": variant.iddsi.value,
        "seasoning": variant.seasoning.value,
        "names": {"nl": names.nl, "fr": names.fr, "en": names.en},
        "nutrients_per_100g": _nutrients(variant),
        "allergens": {
            "contains": sorted(held.contains),
            "may_contain": sorted(held.may_contain),
            "unknown": sorted(held.unknown),
        },
        "ingredients": sorted(variant.ingredients),
        "properties": sorted(variant.properties),
        "portions_g": {size.value: grams for size, grams in variant.portions_g.items()},
        "price_cents_per_100g": variant.price_cents_per_100g,
        "zone": variant.zone.value,
    }


def _nutrients(variant: Variant) -> dict[str, float | None]:
    """Give the figures to read; nothing is decided on these binary numbers."""
    return {
        one.code: None if amount is None else float(Decimal(amount) / one.scale)
        for one, amount in zip(NUTRIENTS, variant.per_100g, strict=True)
    }
