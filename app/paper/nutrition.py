"""The nutrition declaration, rounded as the Commission's guidance of 2012 says."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from app.i18n import Translator
from app.paper.marks import capital
from app.paper.page import INK, LINE, Block, Pen, beside, stack, words
from menus import NUTRIENTS, FoodInformation, Nutrition, SignificantAmount

NBSP = "\N{NO-BREAK SPACE}"
_NUTRIENTS = {one.code: one for one in NUTRIENTS}


def declaration(nutrition: Nutrition, speak: Translator, width: float, size: float) -> Block:
    """The figures per 100 g as a table."""
    lines = [words(speak.say("paper.label.per_100g"), width, size=size, bold=True)]
    lines += [_line(name, told, width, size) for name, told, _ in nutrition_rows(nutrition, speak)]
    return _ruled(stack(lines, gap=0.4))


def vitamins(food: FoodInformation, speak: Translator, width: float, size: float) -> Block | None:
    """What is significant of vitamins and minerals per 100 g as a table; None: nothing is."""
    rows = vitamin_rows(food.significant, speak)
    if not rows:
        return None
    lines = [words(speak.say("paper.label.vitamins"), width, size=size, bold=True)]
    lines += [_thirds((name, told, share), width, size) for name, told, share in rows]
    lines.append(words(speak.say("paper.label.reference"), width, size=size, lead=1.12))
    return _ruled(stack(lines, gap=0.2))


_THREE_FIGURES = frozenset(
    {
        *("vitamin_a_ug", "folate_ug", "calcium_mg", "phosphorus_mg", "magnesium_mg"),
        "potassium_mg",
    }
)


def vitamin_rows(
    significant: Iterable[SignificantAmount], speak: Translator
) -> tuple[tuple[str, str, str], ...]:
    """Name, amount per 100 g and share of the reference intake of each vitamin and mineral.

    To three significant figures or two, as table 4 of the Commission's guidance on tolerances
    (December 2012) says per nutrient; the share in whole percents, rounded down.
    """
    return tuple(
        (
            capital(speak.say(f"nutrient.{one.nutrient}")),
            _vitamin(one, speak),
            speak.say("paper.label.share", percent=speak.number(one.percent)),
        )
        for one in significant
    )


def _vitamin(one: SignificantAmount, speak: Translator) -> str:
    nutrient = _NUTRIENTS[one.nutrient]
    amount = Decimal(one.amount) / nutrient.scale
    figures = 3 if one.nutrient in _THREE_FIGURES else 2
    step = Decimal(1).scaleb(amount.adjusted() - figures + 1)
    told = (
        amount.quantize(step, ROUND_HALF_UP)
        if step < 1
        else (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    )
    digits = max(0, figures - 1 - told.adjusted())
    return f"{speak.number(told, digits)}{NBSP}{speak.say(f'unit.{nutrient.unit}')}"


def nutrition_rows(nutrition: Nutrition, speak: Translator) -> tuple[tuple[str, str, bool], ...]:
    """Name, amount, and whether it is part of the one above, in the order of annex XV.

    Rounded as the Commission's guidance on tolerances (December 2012) says in its table 4.
    """
    energy = speak.say(
        "paper.label.energy_value", kj=nutrition.energy_kj, kcal=nutrition.energy_kcal
    )
    amounts = (
        ("energy", energy),
        ("fat", grams(nutrition.fat_dg, speak)),
        ("saturates", grams(nutrition.saturates_dg, speak, trace_dg=1)),
        ("carbohydrate", grams(nutrition.carbohydrate_dg, speak)),
        ("sugars", grams(nutrition.sugars_dg, speak)),
        ("fibre", grams(nutrition.fibre_dg, speak)),
        ("protein", grams(nutrition.protein_dg, speak)),
        ("salt", salt(nutrition.salt_cg, speak)),
    )
    return tuple(
        (speak.say(f"paper.label.{name}"), amount, name in {"saturates", "sugars"})
        for name, amount in amounts
    )


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


def _thirds(parts: tuple[str, str, str], width: float, size: float) -> Block:
    name, told, share = parts
    return beside(
        (
            words(name, width * 0.5, size=size, lead=1.12),
            words(told, width * 0.25, size=size, align="right"),
            words(share, width * 0.25, size=size, align="right"),
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
