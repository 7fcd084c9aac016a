"""The store ahead: what runs short when, what will expire, who gets what, how sure that is."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import NotFound, Permission
from app.i18n import LOCAL_ZONE
from app.operations.storing import StoreAhead, store_ahead
from app.pipeline import Call, entry
from app.schemas.planning import StockAheadQuery
from app.web.daywords import kilos, name_of
from app.web.stock import stock_tabs
from logistics import ForecastErrors, PlaceShare, SiteKind, StockAhead, Wasted
from menus import Seasoning

blueprint = Blueprint("storeahead", __name__)
_PAGE = 25


@blueprint.get("/stock/ahead")
@entry(Permission.VIEW_STOCK, takes=StockAheadQuery)
def ahead(call: Call, query: dict[str, Any]) -> ResponseReturnValue:
    """Show the fortnight of the store, or of one variant named in the address."""
    today = call.now.astimezone(LOCAL_ZONE).date()
    found = store_ahead(call.session, call.actor, today)
    if query["sku"]:
        return _one(call, found, query["sku"])
    shown = query["show"]
    rows: dict[str, list[tuple[StockAhead, Wasted | None]]] = {
        "short": [(line, None) for line in found.short],
        "wasting": list(found.wasting),
        "errors": [],
    }
    first = (query["page"] - 1) * _PAGE
    page = rows[shown][first : first + _PAGE]
    total = len(rows[shown])
    return render_template(
        "dispatch/storeahead.html",
        tabs=stock_tabs(call, "ahead"),
        sides=_sides(call, shown, {name: len(each) for name, each in rows.items()}),
        shown=shown,
        rows=[_line(call, found, line, lost) for line, lost in page],
        wasted=kilos(call.translator, found.wasted_g),
        streams=[_stream(call, found, sku) for sku in _largest(found)] if shown == "errors" else [],
        errors=[_errors(call, found, kind, one) for kind, one in found.errors.items()],
        first=min(first + 1, total),
        last=min(first + _PAGE, total),
        total=total,
        before=_side(shown, query["page"] - 1) if first else None,
        after=_side(shown, query["page"] + 1) if first + _PAGE < total else None,
    )


def _largest(found: StoreAhead) -> list[str]:
    """Give the streams that ask most, as many as a page holds."""
    by_size = sorted(found.streams.items(), key=lambda each: (-each[1].per_day, each[0]))
    return [sku for sku, _ in by_size[:_PAGE]]


def _stream(call: Call, found: StoreAhead, sku: str) -> dict[str, Any]:
    """Give a stream of loose orders: what it asks a week, by which method and why."""
    speak, one = call.translator, found.streams[sku]
    mase = (
        call.say(
            "stream.mase",
            method=call.say(f"stream.method.{method}"),
            mase=speak.number(error / 1000, 2),
        )
        for method, error in one.mase
    )
    return {
        "name": _name(call, found, sku),
        "week": kilos(speak, 6 * one.per_day // 1_000_000),
        "method": call.say(f"stream.method.{one.method}"),
        "why": call.say(one.reason),
        "mase": ", ".join(mase),
        "bias": f"{'+' if one.bias > 0 else ''}{speak.number(one.bias / 10, 1)}\u00a0%"
        if one.mase
        else "",
    }


def _side(shown: str, page: int | None = None) -> str:
    return url_for("storeahead.ahead", show=shown, page=page)


def _sides(call: Call, shown: str, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Give what runs short, what expires and how good forecasts were, with their counts."""
    return [
        {
            "href": _side(name),
            "text": call.say(f"stock.ahead.side.{name}"),
            "count": None if name == "errors" else count,
            "current": name == shown,
        }
        for name, count in counts.items()
    ]


def _address(sku: str) -> str:
    return url_for("storeahead.ahead", sku=sku)


def _name(call: Call, found: StoreAhead, sku: str) -> str:
    """Give a variant as people call it: name, level, and seasoning where it is special."""
    variant = found.catalogue.variants.get(sku)
    if variant is None:
        return sku
    words = [name_of(call.translator, variant.names), str(variant.iddsi)]
    if variant.seasoning is not Seasoning.STANDARD:
        words.append(call.say(f"seasoning.{variant.seasoning}"))
    return " · ".join(words)


def _line(call: Call, found: StoreAhead, line: StockAhead, lost: Wasted | None) -> dict[str, Any]:
    """Give a variant that runs short, or with the lot of it that expires."""
    speak = call.translator
    row = {
        "name": _name(call, found, line.sku),
        "url": _address(line.sku),
        "there": kilos(speak, line.there_g),
        "evenings": line.left_g,
    }
    if lost is not None:
        day, amount = speak.short_day(lost.day), kilos(speak, lost.amount_g)
        return row | {"lot": lost.lot, "day": day, "amount": amount}
    return row | {
        "amount": kilos(speak, line.short_g),
        "day": speak.short_day(line.short_on) if line.short_on else "",
        "today": line.short_on == found.today,
    }


def _one(call: Call, found: StoreAhead, sku: str) -> ResponseReturnValue:
    line = found.line(sku)
    if line is None:
        raise NotFound
    speak = call.translator
    days = [found.today + timedelta(days=count) for count in range(len(line.left_g))]
    lost = {day: sum(one.amount_g for one in line.wasted if one.day == day) for day in days}
    return render_template(
        "dispatch/storeahead_one.html",
        tabs=stock_tabs(call, "ahead"),
        back=url_for("storeahead.ahead"),
        name=_name(call, found, sku),
        there=kilos(speak, line.there_g),
        told=_told(call, line),
        chart=_chart(line.left_g, [speak.short_day(day) for day in (days[0], days[-1])]),
        days=[
            {
                "day": speak.short_day(day),
                "asked": kilos(speak, asked),
                "lost": kilos(speak, lost[day]) if lost[day] else "",
                "left": kilos(speak, left),
                "short": line.short_on is not None and day >= line.short_on and not left,
            }
            for day, asked, left in zip(days, line.asked_g, line.left_g, strict=True)
        ],
        shares=[_share(call, found, one) for one in found.shares(sku)],
    )


def _told(call: Call, line: StockAhead) -> list[str]:
    speak = call.translator
    told = []
    if line.short_on:
        day, amount = speak.short_day(line.short_on), kilos(speak, line.short_g)
        told.append(call.say("stock.ahead.short", day=day, amount=amount))
    for one in line.wasted:
        day, amount = speak.short_day(one.day), kilos(speak, one.amount_g)
        told.append(call.say("stock.ahead.lot_lost", lot=one.lot, day=day, amount=amount))
    return told or [call.say("stock.ahead.fine")]


def _chart(left_g: tuple[int, ...], ends: list[str]) -> dict[str, Any]:
    """Give the line of the evenings: percent across, pixels down, whole kilos at the side."""
    top = max(1, -(-max(left_g) // 1000))
    step = 100 / max(1, len(left_g) - 1)
    points = [
        (round(count * step, 2), round(150 - 140 * grams / (1000 * top), 1))
        for count, grams in enumerate(left_g)
    ]
    return {"top": top, "lines": list(pairwise(points)), "last": points[-1], "ends": ends}


def _share(call: Call, found: StoreAhead, one: PlaceShare) -> dict[str, Any]:
    home = one.place.kind is SiteKind.HOME
    name = call.say("stock.ahead.homes") if home else found.places.get(one.place.site, "")
    return {
        "place": name,
        "asked": one.asked,
        "given": one.given,
        "percent": 100 * one.given // one.asked,
        "why": call.say(one.reason),
    }


def _errors(call: Call, found: StoreAhead, kind: SiteKind, one: ForecastErrors) -> dict[str, Any]:
    speak, alarm = call.translator, found.alarms.get(kind)

    def percent(permille: int | None, sign: str = "") -> str:
        return "" if permille is None else f"{sign}{speak.number(permille / 10, 1)}\u00a0%"

    return {
        "kind": call.say(f"stock.ahead.kind.{kind}"),
        "days": speak.number(one.days),
        "wape": percent(one.wape),
        "bias": percent(one.bias, "+" if (one.bias or 0) > 0 else ""),
        "enough": percent(one.enough),
        "pinball": "" if one.pinball is None else speak.number(one.pinball / 1000, 3),
        "alarm": call.say(alarm) if alarm else "",
    }
