"""A dietitian's week in a real browser: from a prescription to dishes that fit, changed and signed.

Every dish is looked up in the packaged catalogue by its name and level: the page is not believed.
"""

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from app.i18n import translator
from menus import NUTRIENTS, Catalogue, Kind, Variant, covers, read_catalogue
from tests.browser.test_forms import sound, speaking
from tests.browser.watching import Watched

Visitor = Callable[[str], Watched]
SEED = Path(__file__).resolve().parents[2] / "app/seed"
NL = translator("nl")
PROTEIN = next(at for at, one in enumerate(NUTRIENTS) if one.code == "protein_g")
DISHES = """() => [...document.querySelectorAll(".wk-day .meal li details")].map(one => ({
    day: one.closest(".wk-day").querySelector("h2").innerText.split("\\n")[0].trim(),
    slot: one.closest(".meal").querySelector(".wk-slot").textContent.trim(),
    name: one.querySelector("summary").firstChild.textContent.replaceAll("\u00ad", "").trim(),
    chain: [...one.querySelectorAll(".chain li")].map(link => link.textContent.trim()),
}))"""


@cache
def catalogue() -> Catalogue:
    """Give the packaged catalogue, built once."""
    tables = []
    for name in ("ingredients", "recipes", "components"):
        with (SEED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            tables.append(list(csv.DictReader(file)))
    built = read_catalogue(*tables)
    assert isinstance(built, Catalogue)
    return built


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One dish as the page shows it, with the variants of the catalogue it can be."""

    day: str
    slot: str
    name: str
    chain: tuple[str, ...]
    variants: tuple[Variant, ...]

    @property
    def grams(self) -> int:
        """The portion that the page names."""
        found = re.search(r"([\d\u00a0]+)\u00a0g", self.chain[0])
        assert found, self.chain
        return int(found[1].replace("\u00a0", ""))

    @property
    def protein_g(self) -> Decimal:
        """The most protein this dish can bring, by the catalogue."""
        amounts = [one.per_100g[PROTEIN] or 0 for one in self.variants]
        return Decimal(max(amounts) * self.grams) / 100 / NUTRIENTS[PROTEIN].scale


def dishes(page: Page) -> list[Shown]:
    """Give every dish of the week on the page."""
    found = []
    for one in page.evaluate(DISHES):
        level = re.search(r"IDDSI (\d)", one["chain"][1])
        assert level, one
        variants = tuple(
            variant
            for variant in catalogue().variants.values()
            if variant.names.nl == one["name"] and variant.iddsi.removeprefix("EC") == level[1]
        )
        assert variants, one
        found.append(Shown(**{**one, "chain": tuple(one["chain"])}, variants=variants))
    return found


def enrol(visited: Watched, name: str, kg: str) -> str:
    """Add a client who weighs so much; gives the address of her page."""
    page = visited.page
    visited.go("/clients/new")
    fields = {
        "given_name": "Godelieve",
        "family_name": name,
        "born": "1944-03-02",
        "street": "Kerkstraat 1",
        "postcode": "8800",
        "place": "Roeselare",
    }
    for field, text in fields.items():
        page.locator(f"#f-{field}").fill(text)
    page.locator("[name=sex][value=F]").check(force=True)
    page.locator("[name=consents]").first.check(force=True)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/screenings/new$"))
    client = page.url.removeprefix(visited.house).removesuffix("/screenings/new")
    visited.go(client)
    page.locator("[name=weight_kg]").fill(kg)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return client


def prescribe(visited: Watched, client: str, filled: dict[str, str], ticked: Iterable[str]) -> None:
    """Fill in and sign a prescription; leads to the week."""
    page = visited.page
    visited.go(f"{client}/prescription")
    page.evaluate("() => document.querySelectorAll('main details').forEach(one => one.open = true)")
    usual = {
        "energy_kcal_min": "1500",
        "energy_kcal_max": "1700",
        "protein_g_min": "60",
        "protein_g_max": "72",
        "meal_pattern": "five",
        "refeeding": "none",
        "food_level": "7",
        "drink_level": "0",
    }
    for name, value in (usual | filled).items():
        fill(page, name, value)
    for tick in ticked:
        name, _, value = tick.partition("=")
        page.locator(f'[name="{name}"][value="{value}"]').first.check(force=True)
    page.locator("[name=attest]").check(force=True)
    page.get_by_role("button", name="Teken voorschrift").click()
    page.wait_for_url(re.compile(r"/plan$"))
    visited.forget()  # the check of the form was still on its way when it was signed


def fill(page: Page, name: str, value: str) -> None:
    """Fill in one field of the form, whatever kind it is."""
    control = page.locator(f'#rx [name="{name}"]').first
    kind = control.evaluate("one => one.type")
    if kind == "radio":
        page.locator(f'#rx [name="{name}"][value="{value}"]').check(force=True)
    elif kind == "select-one":
        control.select_option(value)
    else:
        control.fill(value)


def propose(page: Page) -> None:
    page.get_by_role("button", name="Stel weekplan voor").click()
    expect(page.locator(".wk-day")).to_have_count(7)


def meals(page: Page) -> list[str]:
    """Give the dishes of each meal, once the last day of the page is there."""
    page.wait_for_load_state()
    return [one.inner_text() for one in page.locator(".wk-day .meal ul").all()]


def row_of(page: Page, nutrient: str) -> Any:
    return page.locator(".nuts tr", has=page.get_by_role("rowheader", name=nutrient, exact=True))


def test_a_dietitian_swaps_pins_renews_a_day_and_signs_in_french(visitor: Visitor) -> None:
    """The other weeks of this file are in Dutch."""
    language, visited = "fr", visitor("dietitian")
    page, say = visited.page, translator(language).say
    visited.forget()
    client = enrol(visited, "Ruil", "58")
    prescribe(visited, client, {}, ())
    propose(page)
    with speaking(visited, language):
        visited.go(f"{client}/plan?day=1&slot=lunch&role=protein")
        offered = page.locator(".swap button[name=choice]").first.get_attribute("value")
        sound(visited)
        page.locator("body").click(position={"x": 5, "y": 5})
        page.keyboard.press("1")
        expect(page.get_by_text(say("plan.swapped"))).to_be_visible()
        swapped = str(offered).partition("/")[0]
        name = getattr(catalogue().components[swapped].names, language)
        meal = page.locator(".wk-day").nth(1).locator(".meal.r3")
        expect(meal).to_contain_text(name)

        page.locator(".wk-day").nth(0).locator(".meal.r2 [data-meal]").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        assert meal.locator("[data-meal]").evaluate("one => one === document.activeElement")
        page.keyboard.press("p")
        expect(page.get_by_text(say("plan.pinned"))).to_be_visible()
        expect(meal).to_have_class(re.compile("is-pinned"))

        before = meals(page)
        page.locator(".wk-day").nth(4).get_by_role("button", name=say("plan.day.do")).click()
        expect(page.get_by_text(say("plan.pinned"))).to_have_count(0)
        expect(page.locator(".wk-day")).to_have_count(7)
        after = meals(page)
        days = len(before) // 7
        changed = {
            at // days
            for at, pair in enumerate(zip(before, after, strict=True))
            if len({*pair}) > 1
        }
        assert changed <= {4}

        outside = page.locator(".bar-ask", has_text=say("plan.sign.reasoned"))
        if outside.count():
            outside.locator("summary").click()
            outside.locator("textarea").fill("Zo eet zij het graag.")
        page.get_by_role("button", name=say("plan.sign"), exact=True).click()
        expect(page.locator("main")).to_contain_text(say("plan.state.approved"))
        sound(visited)


def test_levodopa_levels_and_a_nut_allergy_reach_every_dish(visitor: Visitor) -> None:
    visited = visitor("dietitian")
    page = visited.page
    visited.forget()
    client = enrol(visited, "Dopa", "60")
    filled = {"food_level": "5", "drink_level": "2", "dose_times": "08:00, 12:00, 18:00"}
    ticked = ("allergies=nuts", "conditions=parkinson", "conditions=parkinson_fluctuations")
    prescribe(visited, client, filled, (*ticked, "conditions=levodopa"))
    propose(page)
    shown = dishes(page)
    assert len(shown) > 7 * 8
    for dish in shown:
        kinds = {one.kind for one in dish.variants}
        assert dish.chain[1].startswith(
            "Eten: IDDSI 5" if kinds == {Kind.FOOD} else "Drinken: IDDSI 2"
        )
        held = set[str]().union(*(one.allergens.any for one in dish.variants))
        assert not {one for one in held if covers("nuts", one)}, dish
    told = [one for one in shown if any("eiwit dat rond een dosis mag" in why for why in one.chain)]
    assert {one.slot for one in told} >= {"Ontbijt", "Middag"}
    assert "Avond" not in {one.slot for one in told}
    rows = page.get_by_role("table", name=NL.say("plan.doses")).locator("tbody tr")
    assert [one.locator("th").inner_text() for one in rows.all()] == ["8.00", "12.00", "18.00"]
    for row, slot in zip(rows.all(), ("Ontbijt", "Middag", "Avond"), strict=True):
        _, cap, *cells = [one.inner_text() for one in row.locator("td").all()]
        free = slot == "Avond"
        assert cap == NL.say("plan.doses.free") if free else grams_in(cap) == 7
        for day, cell in zip(dict.fromkeys(one.day for one in shown), cells, strict=True):
            told_g, verdict = grams_in(cell), cell.splitlines()[-1]
            most = sum(one.protein_g for one in shown if (one.day, one.slot) == (day, slot))
            assert told_g <= most + Decimal("0.05"), (day, slot)  # told to a tenth
            met = NL.say("plan.doses.met" if told_g <= 7 else "plan.doses.missed")
            assert verdict == met or free
    near = sum(one.protein_g for one in shown if one.slot in {"Ontbijt", "Middag", "Avond"})
    whole = sum(one.protein_g for one in shown)
    assert near < whole
    days = {one.day: Decimal(0) for one in shown}
    for one in shown:
        days[one.day] += one.protein_g
    assert len(days) == 7
    assert min(days.values()) >= 48  # 0.8 g per kg of 60 kg
    sound(visited)


def test_dialysis_windows_stand_on_the_page_and_star_fruit_stays_away(visitor: Visitor) -> None:
    visited = visitor("dietitian")
    page = visited.page
    visited.forget()
    client = enrol(visited, "Nier", "60")
    windows = {"most.potassium_mg": "3000", "most.phosphorus_mg": "1000", "most.water_g": "2200"}
    prescribe(visited, client, windows, ("conditions=dialysis",))
    propose(page)
    for dish in dishes(page):
        assert not any("star-fruit" in one.ingredients for one in dish.variants), dish
    for nutrient, most in (
        ("Kalium", "3\u00a0000"),
        ("Fosfor", "1\u00a0000"),
        ("Water", "2\u00a0200"),
    ):
        row = row_of(page, nutrient)
        expect(row).to_contain_text(most)
        verdict = row.locator("td").last.inner_text()
        kept = "binnen venster" in verdict or "onvolledig" in verdict
        told = page.locator(".bar-sign").inner_text().lower()
        assert kept or (nutrient.lower() in told and "te veel" in told), (nutrient, verdict)
    sound(visited)


def test_a_request_that_cannot_be_met_says_why_and_what_may_go(visitor: Visitor) -> None:
    visited = visitor("dietitian")
    page = visited.page
    visited.forget()
    client = enrol(visited, "Soep", "60")
    soups = [one for one in catalogue().variants.values() if one.role == "soup"]
    common = set.intersection(*(set(one.ingredients) for one in soups))
    words = sorted(common & set(catalogue().ingredients)) or sorted(hitting(soups))
    prescribe(visited, client, {"excluded_ingredients": ", ".join(words)}, ())
    page.get_by_role("button", name="Stel weekplan voor").click()
    clash = page.locator("section", has_text="Deze regels gaan niet samen")
    expect(clash).to_contain_text("Bij middag hoort elke dag dit deel: soep.")
    sound(visited)
    form = clash.locator("form", has_text="soep").first
    form.locator("textarea").fill("Zij eet nooit soep.")
    form.get_by_role("button", name="Laat dit deze week los").click()
    expect(page.locator(".wk-day")).to_have_count(7)
    expect(page.locator("main")).to_contain_text("Zij eet nooit soep.")
    assert not any(one.variants[0].role == "soup" for one in dishes(page))
    sound(visited)


def grams_in(text: str) -> Decimal:
    """Give the amount that a cell names."""
    found = re.search(r"([\d,]+)\u00a0g", text)
    assert found, text
    return Decimal(found[1].replace(",", "."))


def hitting(soups: list[Variant]) -> set[str]:
    """Give few ingredients of which every soup holds one."""
    left, words = list(soups), set[str]()
    while left:
        counts = [
            (sum(word in one.ingredients for one in left), word)
            for word in catalogue().ingredient_words
        ]
        words.add(max(counts)[1])
        left = [one for one in left if not words & one.ingredients]
    return words
