"""Parts that the papers of a week share: ordered levels, what to avoid, one dish."""

from collections.abc import Iterator

from app.i18n import Translator
from app.paper.marks import allergen_words, capital, chip, level_name, tile
from app.paper.page import Block, beside, flow, stack, words
from menus import Iddsi, Kind


def ordered_level(
    level: Iddsi | None, kind: Kind, speak: Translator, *, most: float, side: float
) -> Block:
    """The level a person may have, large: number in its colour, and its name; or that none is."""
    word = capital(speak.say(f"paper.kind.{kind}"))
    name = speak.say("iddsi.unknown") if level is None else level_name(level, kind, speak)
    text = stack(
        (
            words(word, most - side - 4, size=side * 0.3),
            words(capital(name), most - side - 4, size=side * 0.38, bold=True),
        )
    )
    return text if level is None else beside((tile(level, kind, side), text), gap=4, middle=True)


def avoided(codes: tuple[str, ...], speak: Translator, most: float, *, size: float) -> Block:
    """Allergens to keep away, each in a frame; a sentence when there is none."""
    if not codes:
        return words(speak.say("paper.tray.no_allergy"), most, size=size)
    return flow(_chips(codes, speak, most, size), most)


def _chips(codes: tuple[str, ...], speak: Translator, most: float, size: float) -> Iterator[Block]:
    for code in codes:
        text = speak.say("paper.tray.without", name=allergen_words((code,), speak))
        yield chip(text, most, size=size)
