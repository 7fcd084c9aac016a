"""Numbered steps of a recipe as codes with figures: worked out from its structure, never typed."""

from dataclasses import dataclass

from menus.catalog import Method, Variant
from menus.cookbook.scaling import Part
from menus.making import MOST_MM, Added, Work
from menus.nutrients import round_half_away
from menus.warming import SAFE_CORE_CELSIUS

_STEP_OF = {
    Method.NONE: "cook.mix",
    Method.BOIL: "cook.boil",
    Method.STEW: "cook.stew",
    Method.BAKE: "cook.bake",
    Method.DRAIN: "cook.drain",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CookStep:
    """One step: the code of its sentence, whole figures by name, and ids of what goes in."""

    code: str
    figures: tuple[tuple[str, int], ...] = ()
    items: tuple[str, ...] = ()


def _step(code: str, *items: str, **figures: int) -> CookStep:
    return CookStep(code=code, figures=tuple(sorted(figures.items())), items=items)


def cook_steps(part: Part) -> tuple[CookStep, ...]:
    """From weighing to what is added after cooking; the work of a level follows apart."""
    first = [line for line in part.lines if not line.after_cooking]
    later = [line for line in part.lines if line.after_cooking and line.why is None]
    steps = [_step("cook.weigh"), _step(_STEP_OF[part.method], *(line.item for line in first))]
    if part.method is not Method.NONE:
        steps += [*_until(part), _step("cook.core", celsius=SAFE_CORE_CELSIUS)]
    if later:
        steps.append(_step("cook.finish", *(line.item for line in later)))
    fortified = [line for line in part.lines if line.why is Added.FORTIFICATION]
    if fortified:
        steps.append(_step("cook.fortify", *(line.item for line in fortified)))
    return tuple(steps)


def _until(part: Part) -> list[CookStep]:
    """To which weight to cook: water leaves or enters; draining takes it away by itself."""
    grams = max(1, round_half_away(part.cooked_g))
    if part.cooked_g < part.raw_g and part.method is not Method.DRAIN:
        return [_step("cook.until_less", grams=grams)]
    return [_step("cook.until_more", grams=grams)] if part.cooked_g > part.raw_g else []


def texture_steps(variant: Variant, parts: tuple[Part, ...]) -> tuple[CookStep, ...]:
    """The work of the level on the last part, with what any part adds; none for a dish as it is."""
    lines = [line for part in parts for line in part.lines]
    items = {why: tuple(line.item for line in lines if line.why is why) for why in Added}
    liquid, thickener = items[Added.LIQUID], items[Added.THICKENER]
    steps: list[CookStep] = []
    if liquid:
        steps.append(_step("texture.add", *liquid))
    for work in variant.processing.work:
        if work is Work.THICKEN:
            steps.append(_step("texture.thicken", *thickener))
        elif work in (Work.CUT, Work.MINCE):
            width, length = MOST_MM[variant.iddsi]
            steps.append(_step(f"texture.{work}", width=width, length=length))
        else:
            steps.append(_step(f"texture.{work}"))
    return tuple(steps)
