"""The kitchen sheet: every machine's day in order of time, with what goes in and by when."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from reportlab.lib.units import mm

from app.i18n import Translator
from app.paper.marks import (
    DASH,
    allergen_words,
    capital,
    name_of,
    seasoning_name,
    texture,
)
from app.paper.page import (
    WIDTH,
    Block,
    Section,
    beside,
    book,
    coded,
    rich,
    row,
    stack,
    strong,
    words,
)
from logistics import KitchenSheet, KitchenTask, MachineDay

_TICK, _HOURS, _WORK, _INGREDIENTS, _DUE = (width * mm for width in (6, 25, 64, 69, 20))
_GAP = 1.5 * mm


def kitchen_pdf(sheet: KitchenSheet, speak: Translator, *, version: str) -> bytes:
    """The kitchen's day as A4 pages. It names no eater: only what is cooked."""
    title = speak.say("paper.kitchen.title")
    batches = {task.batch: task.amount_g for each in sheet.machines for task in each.tasks}
    summary = speak.say(
        "paper.kitchen.summary",
        depot=sheet.depot,
        count=len(batches),
        kg=(sum(batches.values()) + 500) // 1000,
    )
    section = Section(
        badge="",
        title=title,
        aside=(summary, speak.day(sheet.day)),
        columns=_columns(speak),
        rows=tuple(block for machine in sheet.machines for block in _machine(machine, speak)),
    )
    return book([section], speak, title=title, version=version)


def _columns(speak: Translator) -> Block:
    names = ("time", "work", "ingredients", "due")
    wide = (_HOURS, _WORK, _INGREDIENTS, _DUE)
    cells = [
        words(speak.say(f"paper.kitchen.column.{name}"), width, size=7.5, bold=True)
        for name, width in zip(names, wide, strict=True)
    ]
    return row(beside((words("", _TICK), *cells), gap=_GAP), pad=1.5)


def _machine(machine: MachineDay, speak: Translator) -> Iterable[Block]:
    yield row(words(machine.machine, WIDTH, size=11.5, bold=True), shade=True, keep=True)
    for task in machine.tasks:
        yield row(_task(task, speak))


def _task(task: KitchenTask, speak: Translator) -> Block:
    hours = f"{speak.time(task.start_min)} {DASH} {speak.time(task.end_min)}"
    return beside(
        (
            words("☐", _TICK, size=11),
            stack(
                (
                    words(hours, _HOURS, size=10, bold=True),
                    words(_step(task, speak), _HOURS, size=8, bold=bool(task.programme)),
                ),
                gap=1,
            ),
            _work(task, speak),
            _ingredients(task, speak),
            stack(
                (
                    words(speak.time(task.due_min), _DUE, size=10, bold=True),
                    coded(speak.say("paper.kitchen.lot", lot=task.lot), _DUE, size=7.5),
                ),
                gap=1,
            ),
        ),
        gap=_GAP,
    )


def _step(task: KitchenTask, speak: Translator) -> str:
    """How the machine is set, or what is done by hand."""
    code = f"programme.{task.programme}" if task.programme else f"step.{task.kind}"
    return capital(speak.say(code))


def _work(task: KitchenTask, speak: Translator) -> Block:
    """What it is, how much, at which level and in which seasoning, and its allergens."""
    dish = task.dish
    grams = escape(speak.say("paper.grams", g=task.amount_g)).replace(" ", "&nbsp;")
    seasoning = seasoning_name(dish.seasoning, speak)
    if task.allergens:
        names = allergen_words(task.allergens, speak)
        allergens = words(f"⚠ {capital(names)}", _WORK, size=8, bold=True)
    else:
        allergens = words(speak.say("paper.kitchen.none"), _WORK, size=8)
    return stack(
        (
            rich(f"{strong(name_of(dish.names, speak))} &nbsp;{grams}", _WORK, size=10),
            texture(dish.level, dish.kind, speak, most=_WORK, size=8),
            words(seasoning, _WORK, size=8),
            allergens,
        ),
        gap=1.5,
    )


def _ingredients(task: KitchenTask, speak: Translator) -> Block:
    """Ingredients by weight; the later steps of a batch take what the first one made."""
    lines = [
        beside(
            (
                words(
                    speak.say("paper.grams", g=each.amount_g),
                    17 * mm,
                    size=8,
                    bold=True,
                    align="right",
                ),
                rich(
                    f'{escape(name_of(each.names, speak))} <font size="6.5">'
                    f"{escape(', '.join(each.lots))}</font>",
                    _INGREDIENTS - 19 * mm,
                    size=8,
                ),
            ),
            gap=2 * mm,
        )
        for each in task.ingredients
    ]
    if lines:
        return stack(lines)
    return coded(speak.say("paper.kitchen.from_lot", lot=task.lot), _INGREDIENTS, size=8)
