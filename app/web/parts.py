"""Parts that several care pages share: a measure with its question, answers of three."""

from decimal import Decimal
from typing import Any

from app.operations.care import may_confirm
from app.pipeline import Call
from app.web.words import kept, sentence


def measure_parts(call: Call, name: str, value: Any) -> dict[str, Any]:
    """Give a measure with what is to be mended or confirmed: a slip offers its mend."""
    problem = call.problem_at(name)
    parts: dict[str, Any] = dict.fromkeys(("hint", "error", "ask", "mend", "unknown"))
    parts["value"] = value
    if problem is None:
        return parts | {"confirm": _confirm(call, name) if kept(call, f"{name}_sure") else None}
    text = sentence(call, problem)
    if may_confirm(problem.code):
        return parts | {"ask": text, "confirm": _confirm(call, name)}
    if "suggestion" in problem.args:
        probable = Decimal(str(problem.args["suggestion"]))
        digits = 0 if probable == probable.to_integral_value() else 1
        meant = call.translator.number(probable, digits)
        unit = call.say(str(problem.args["unit"]))
        said = call.say("care.mend", value=meant, unit=unit)
        parts["mend"] = {"value": meant, "text": said}
    return parts | {"error": text, "confirm": None}


def _confirm(call: Call, name: str) -> dict[str, Any]:
    on = bool(kept(call, f"{name}_sure"))
    return {"name": f"{name}_sure", "text": call.say("care.sure"), "on": on}
