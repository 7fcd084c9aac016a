"""The nutrition declaration per 100 g, rounded as the Commission's guidance of 2012 says."""

from decimal import Decimal

from app.i18n import Translator
from app.paper.page import INK, LINE, Block, Pen, beside, stack, words
from logistics import Nutrition

NBSP = "\N{NO-BREAK SPACE}"


def declaration(nutrition: Nutrition, speak: Translator, width: float, size: float) -> Block:
    """The seven figures in the order of annex XV of Regulation (EU) 1169/2011, as a table."""
    energy = speak.say(
        "paper.label.energy_value", kj=nutrition.energy_kj, kcal=nutrition.energy_kcal
    )
    lines = [
        words(speak.say("paper.label.per_100g"), width, size=size, bold=True),
        _line(speak.say("paper.label.energy"), energy, width, size),
        *(
            _line(speak.say(f"paper.label.{name}"), amount, width, size)
            for name, amount in (
                ("fat", grams(nutrition.fat_dg, speak)),
                ("saturates", grams(nutrition.saturates_dg, speak, trace_dg=1)),
                ("carbohydrate", grams(nutrition.carbohydrate_dg, speak)),
                ("sugars", grams(nutrition.sugars_dg, speak)),
                ("protein", grams(nutrition.protein_dg, speak)),
                ("salt", salt(nutrition.salt_cg, speak)),
            )
        ),
    ]
    return _ruled(stack(lines, gap=0.4))


def grams(tenths: int, speak: Translator, *, trace_dg: int = 5) -> str:
    """Grams: whole from 10 g on, tenths below, and "< 0,5 g" for no more than a trace.

    European Commission guidance on tolerances for nutrition labelling (December 2012), table 4;
    the trace is 0.5 g, for saturates 0.1 g.
    """
    if tenths == 0:
        return f"0{NBSP}g"
    if tenths <= trace_dg:
        return f"<{NBSP}{speak.number(Decimal(trace_dg) / 10, 1)}{NBSP}g"
    return f"{speak.number(Decimal(tenths) / 10, 0 if tenths >= 100 else 1)}{NBSP}g"


def salt(hundredths: int, speak: Translator) -> str:
    """Grams of salt: tenths from 1 g on, hundredths below, "< 0,01 g" for a trace (as above)."""
    if hundredths == 0:
        return f"0{NBSP}g"
    if hundredths <= 1:
        return f"<{NBSP}{speak.number(Decimal('0.01'), 2)}{NBSP}g"
    digits = 1 if hundredths >= 100 else 2
    return f"{speak.number(Decimal(hundredths) / 100, digits)}{NBSP}g"


def _line(name: str, amount: str, width: float, size: float) -> Block:
    right = width * (0.27 if len(amount) < 12 else 0.66)
    return beside(
        (
            words(name, width - right, size=size, lead=1.12),
            words(amount, right, size=size, align="right"),
        )
    )


def _ruled(table: Block) -> Block:
    def draw(pen: Pen, x: float, top: float) -> None:
        pen.setStrokeGray(LINE)
        pen.setLineWidth(0.4)
        pen.line(x, top + 1, x + table.width, top + 1)
        pen.setStrokeGray(INK)
        table.draw(pen, x, top)

    return Block(table.width, table.height, draw)
