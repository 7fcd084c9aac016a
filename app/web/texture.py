"""The texture test of a lot, by thumb: which lots wait, the form of a level, the result."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.operations import publishing, texturetests
from app.operations.texturetests import LotView, Tested
from app.pipeline import Call, entry
from app.schemas.planning import AttestForm, TextureForm
from app.web.daywords import kilos, name_of
from app.web.stock import stock_tabs
from app.web.words import kept, mends
from logistics import LotState, release_refusal
from menus import (
    ForkDrip,
    Holding,
    Iddsi,
    LotTexture,
    Pressure,
    SpoonTilt,
    TextureResult,
    needed_tests,
)
from menus import TextureTest as Check

blueprint = Blueprint("texture", __name__)

_ANSWERS = {Check.FORK_DRIP: ForkDrip, Check.SPOON_TILT: SpoonTilt, Check.FORK_PRESSURE: Pressure}
_TAGS = {
    LotTexture.PASSED: "ok",
    LotTexture.FREE: "",
    LotTexture.FAILED: "danger",
    LotTexture.AWAITED: "warn",
    LotTexture.RETEST: "warn",
}
_RESULTS = {
    TextureResult.PASSED: "ok",
    TextureResult.FAILED: "danger",
    TextureResult.RETEST: "warn",
    TextureResult.INCOMPLETE: "warn",
}


@blueprint.get("/stock/texture")
@entry(Permission.VIEW_STOCK)
def waiting(call: Call) -> ResponseReturnValue:
    """Show the lots that may not leave for want of a passed test."""
    found = texturetests.lots_to_test(call.session, call.actor)
    return render_template(
        "dispatch/texture.html",
        tabs=stock_tabs(call, "texture"),
        rows=[_lot(call, one) for one in found],
    )


@blueprint.get("/lots/<code>")
@entry(Permission.VIEW_STOCK)
def lot(call: Call, code: str) -> ResponseReturnValue:
    """Show one lot: its tests so far, and the form with those that its level asks for."""
    found = texturetests.find_lot(call.session, call.actor, code)
    may = call.actor.may(Permission.MOVE_STOCK) and found.state is not LotState.RECALLED
    asked = needed_tests(found.variant.iddsi) if may else ()
    releasable = may and release_refusal(found.state, found.texture) is None
    return render_template(
        "dispatch/lot.html",
        lot=_lot(call, found),
        tests=[_test(call, one) for one in found.tests],
        asked=[_asked(call, test, found.variant.iddsi) for test in asked],
        holding=_choices(call, "holding", Holding),
        celsius=kept(call, "celsius", ""),
        bad={one.field: one.text for one in call.problems},
        errors=mends(call),
        release_url=url_for("kitchen.release", code=code, lot=code) if releasable else None,
        last_act=_last_act(call, found),
    )


def _last_act(call: Call, found: LotView) -> str | None:
    """Give the act that ends a lot: recall it, or throw away what was recalled."""
    if not call.actor.may(Permission.MOVE_STOCK):
        return None
    if found.state is not LotState.RECALLED:
        return "recall"
    return "discard" if found.amount_g else None


@blueprint.post("/lots/<code>/texture")
@entry(Permission.MOVE_STOCK, takes=TextureForm, back=lot)
def record(call: Call, form: dict[str, Any], code: str) -> ResponseReturnValue:
    """Write one test down and say what it shows."""
    outcome = texturetests.record_test(call.session, call.actor, code, form, call.now)
    passed = outcome.result is TextureResult.PASSED
    call.tell(f"texture.told.{outcome.result}", "ok" if passed else "danger", lot=code)
    return redirect(url_for(".lot", code=code), code=303)


@blueprint.post("/lots/<code>/recall")
@entry(Permission.MOVE_STOCK, takes=AttestForm, back=lot)
def recall(call: Call, _form: dict[str, Any], code: str) -> ResponseReturnValue:
    """Take a lot back for good."""
    publishing.recall_lot(call.session, call.actor, code, call.now)
    call.tell("stock.told.recalled", "danger", lot=code)
    return redirect(url_for(".lot", code=code), code=303)


@blueprint.post("/lots/<code>/discard")
@entry(Permission.MOVE_STOCK, takes=AttestForm, back=lot)
def discard(call: Call, _form: dict[str, Any], code: str) -> ResponseReturnValue:
    """Write down that a recalled lot was thrown away."""
    publishing.discard_lot(call.session, call.actor, code, call.now)
    call.tell("stock.told.discarded", "info", lot=code)
    return redirect(url_for(".lot", code=code), code=303)


def _lot(call: Call, one: LotView) -> dict[str, Any]:
    speak = call.translator
    return {
        "code": one.code,
        "name": name_of(speak, one.variant.names),
        "kind": one.variant.kind.value,
        "level": str(one.variant.iddsi),
        "amount": kilos(speak, one.amount_g),
        "made_on": speak.short_day(one.made_on),
        "use_by": speak.short_day(one.use_by),
        "state": one.state.value,
        "state_word": call.say(f"stock.state.{one.state}"),
        "texture": one.texture.value,
        "texture_word": call.say(f"texture.lot.{one.texture}"),
        "texture_tag": _TAGS[one.texture],
        "href": url_for("texture.lot", code=one.code),
    }


def _asked(call: Call, test: Check, level: Iddsi) -> dict[str, Any]:
    """Give one test of the form: an amount, one answer of a few, or two sides."""
    smooth = test is Check.PIECE_SIZE and level in (Iddsi.L3, Iddsi.L4)
    return {
        "test": test.value,
        "title": call.say(f"texture.test.{test}"),
        "hint": call.say(f"texture.hint.{'lumps' if smooth else test}"),
        "choices": _choices(call, test.value, _ANSWERS[test]) if test in _ANSWERS else None,
        "values": {name: kept(call, name, "") for name in texturetests.FIELDS[test]},
    }


def _choices(call: Call, name: str, words: Any) -> dict[str, Any]:
    return {
        "options": [(one.value, call.say(f"texture.{name}.{one}")) for one in words],
        "value": kept(call, name, ""),
    }


def _test(call: Call, one: Tested) -> dict[str, Any]:
    """Give one record as it is read: result, reasons, what was measured and seen, who and when."""
    return {
        "result": call.say(f"texture.result.{one.outcome.result}"),
        "tag": _RESULTS[one.outcome.result],
        "reasons": [call.say(code) for code in one.outcome.reasons],
        "facts": list(_facts(call, one)),
        "who": one.tester or call.say("web.unknown"),
        "at": call.translator.moment(one.at),
    }


def _facts(call: Call, one: Tested) -> list[str]:
    record, found = one.record, []
    if record.holding is not None:
        found.append(call.say(f"texture.holding.{record.holding}"))
    for name, unit in (("celsius", "°C"), ("flow_ml", "ml")):
        value: Decimal | None = getattr(record, name)
        if value is not None:
            shown = f"{_number(call, value)}\u00a0{unit}"
            found.append(call.say(f"texture.fact.{name}", value=shown))
    for test in _ANSWERS:
        seen = getattr(record, test.value)
        if seen is not None:
            found.append(call.say(f"texture.{test}.{seen}"))
    if record.width_mm is not None or record.length_mm is not None:
        sides = (record.width_mm, record.length_mm)
        shown = " \u00d7 ".join("?" if side is None else _number(call, side) for side in sides)
        found.append(call.say("texture.fact.size", value=f"{shown}\u00a0mm"))
    return found


def _number(call: Call, value: Decimal) -> str:
    """Give an exact decimal as it was written, with the reader's decimal sign."""
    exponent = value.normalize().as_tuple().exponent
    return call.translator.number(value, max(0, -int(exponent)))
