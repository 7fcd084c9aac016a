"""Papers: the same bytes each time, every font inside, readable by eye and by scanner."""

import csv
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from app import paper
from app.i18n import LANGUAGES, translator
from app.paper.marks import IDDSI_RGB, TIMES, level_name
from app.paper.tour import place_numbers
from logistics import (
    Boxes,
    LoadStop,
    Pause,
    Pickup,
    PickupThing,
    Point,
    PurchaseRow,
)
from menus import (
    ALLERGENS,
    ALLERGIES,
    DRINK_LEVELS,
    FOOD_LEVELS,
    IDDSI_COLOURS,
    INFORMATION_GAPS,
    Iddsi,
    Kind,
    Seasoning,
    StepKind,
    Zone,
)
from tests.app.paper_samples import (
    DAY,
    KITCHEN,
    LABEL,
    LOAD_LINE,
    LOADING,
    LONG,
    NL,
    PAPERS,
    PICKING,
    VERSION,
    names,
    pages,
    route,
    sheet,
    sheets,
    stop,
    stops,
    text,
)


@pytest.mark.parametrize("name", PAPERS)
def test_the_same_day_gives_the_same_bytes(name: str) -> None:
    assert PAPERS[name](NL) == PAPERS[name](NL)


def test_another_process_gives_the_same_bytes() -> None:
    code = (
        "import hashlib, tests.app.paper_samples as here\n"
        "print(*(hashlib.sha256(make(here.NL)).hexdigest() for make in here.PAPERS.values()))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(  # our own interpreter on our own code
        [sys.executable, "-c", code], cwd=root, capture_output=True, check=True, text=True
    )
    here = [hashlib.sha256(make(NL)).hexdigest() for make in PAPERS.values()]
    assert done.stdout.split() == here


def fonts(reader: PdfReader) -> Iterator[Any]:
    """Every font of every page and of every form drawn on it."""
    for page in reader.pages:
        held: list[Any] = [page["/Resources"]]
        while held:
            resources = held.pop().get_object()
            yield from (font.get_object() for font in resources.get("/Font", {}).values())
            forms = resources.get("/XObject", {}).values()
            held += [form.get_object()["/Resources"] for form in forms]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAPERS)
def test_every_font_is_embedded_and_the_language_is_told(name: str, language: str) -> None:
    reader = PdfReader(BytesIO(PAPERS[name](translator(language))))
    found = list(fonts(reader))
    assert found
    for font in found:
        assert "DejaVuSans" in font["/BaseFont"]
        assert "/FontFile2" in font["/FontDescriptor"]
    assert str(reader.root_object["/Lang"]).startswith(language)
    assert reader.metadata is not None
    assert reader.metadata.title


def test_a_route_sheet_tells_each_stop() -> None:
    told = text(route(*stops(25)))
    for each in stops(25):
        for words in (each.name, each.street, each.phone, *each.orders):
            assert words in told
        assert NL.time(each.begin_min) in told
    assert "Fijngemalen en smeuïg" in told
    assert "Licht dik vloeibaar" in told
    assert "⚠ Geen noten, tarwe (gluten)" in told


@pytest.mark.parametrize(("count", "most"), [(1, 1), (12, 1), (24, 2), (25, 3), (36, 3)])
def test_a_route_sheet_takes_at_most_a_page_per_twelve_stops(count: int, most: int) -> None:
    for language in LANGUAGES:
        speak = translator(language)
        pdf = paper.route_pdf([sheet(*stops(count))], speak, version=VERSION)
        assert sheets(pdf) <= most


def test_each_page_tells_its_number_version_and_to_shred_it() -> None:
    told = pages(route(*stops(25)))
    for number, page in enumerate(told, 1):
        assert f"Blad {number} van {len(told)}" in page
        assert "Versie 3" in page
        assert "Versnipper dit blad na de dienst." in page


def test_a_van_starts_a_page_and_counts_its_own_pages() -> None:
    two = [sheet(stop(1)), sheet(stop(1, name="WZC De Linde"), letter="AB", name="Izegem")]
    told = pages(paper.route_pdf(two, NL, version=VERSION))
    assert len(told) == 2
    assert "Hooglede en Staden" in told[0]
    assert "WZC De Linde" not in told[0]
    assert "WZC De Linde" in told[1]
    assert all("Blad 1 van 1" in page for page in told)


def test_totals_per_zone_and_what_is_fetched_stand_on_the_first_page() -> None:
    freezer = Pickup(id="1", thing=PickupThing.FREEZER, boxes=12)
    on = [stop(1, pickups=(freezer,)), stop(2, pickups=(freezer,))]
    told = text(route(*on))
    assert "Diepvries 24" in told
    assert "Koel 12" in told
    assert "Droog 0" in told
    assert "Dozen samen 36" in told
    assert f"2 {TIMES} diepvriezer" in told
    assert told.count("Ophalen: diepvriezer (12 dozen plaats)") == 2


@given(
    st.lists(st.tuples(st.integers(60, 280), st.integers(20, 150)), min_size=1, max_size=60),
    st.integers(1, 90),
)
def test_no_number_on_the_map_covers_another_or_a_dot(
    dots: list[tuple[float, float]], first: int
) -> None:
    """Doors in one street, or all in one house: the driver reads every number."""
    texts = [str(first + at) for at in range(len(dots))]
    inside = (10.0, 14.0, 340.0, 156.0)
    spots = place_numbers(texts, dots, inside)
    assert [spot.dot for spot in spots] == dots
    boxes = [
        (x - 0.34 * 6.2 * len(text), y - 3, x + 0.34 * 6.2 * len(text), y + 3)
        for text, (x, y) in zip(texts, (spot.label for spot in spots), strict=True)
    ]
    for at, (left, low, right, high) in enumerate(boxes):
        assert min(left - 10, 340 - right, low - 14, 156 - high) >= 0
        assert all(
            right <= other[0] or other[2] <= left or high <= other[1] or other[3] <= low
            for other in boxes[:at]
        )
        near = [dot for dot in dots if left < dot[0] < right and low < dot[1] < high]
        assert not near


def test_a_second_trip_and_a_break_stand_between_the_stops() -> None:
    told = text(
        route(
            stop(1),
            stop(2, trip=2),
            starts_min=(486, 790),
            backs_min=(720, 840),
            pauses=(
                Pause(after_stop=1, begin_min=555, minutes=15),
                Pause(after_stop=1, begin_min=600, minutes=30),
            ),
        )
    )
    order = [
        "Sabbe-1",
        "9.15 uur: pauze van 15",
        "10.00 uur: pauze van 30",
        "Rit 2. Terug in het depot om 12.00",
        "Sabbe-2",
    ]
    places = [told.index(words) for words in order]
    assert places == sorted(places)


def test_what_people_type_is_text_and_never_markup() -> None:
    nasty = '<b>x</b> & <font color="red"> "q" </para>'
    told = text(route(stop(1, name=nasty, access_note=nasty, street="A & B <i>", phone="<1>")))
    assert told.count(nasty) == 2
    assert "A & B <i>" in told


@pytest.mark.parametrize("name", ["Çiğdem Łukasiewicz", "≤ 3 dozen", "Ødegård Šťastný Ñ ß œ"])
def test_names_of_all_europe_are_readable(name: str) -> None:
    assert name in text(route(stop(1, name=name)))


def test_a_very_long_name_wraps_and_loses_no_letter() -> None:
    told = text(route(stop(1, name=LONG), name=LONG)).replace(" ", "")
    assert told.count("Ł") == 2 * 90
    assert told.count("Vandenbroeck") == 2 * 4


def test_a_note_longer_than_a_page_is_made_smaller_and_stays_whole() -> None:
    told = pages(route(stop(1, access_note="stap " * 2_000 + "einde"), stop(2)))
    whole = [page for page in told if page.count("stap") == 2_000]
    assert len(whole) == 1
    assert "einde" in whole[0]


def test_a_stop_without_phone_note_cold_goods_or_marks_leaves_them_open() -> None:
    bare = stop(
        1, phone="", access_note="", avoid=(), textures=(), boxes=Boxes(ambient=1), pickups=()
    )
    told = text(route(bare))
    for sign in ("☎", "→", "⚠", "°C"):
        assert sign not in told


def test_stops_at_one_address_are_all_drawn_on_the_map() -> None:
    here = Point(lat_e5=5_094_600, lon_e5=312_200)
    told = text(route(*(stop(number, point=here) for number in range(100, 103))))
    assert "100 101 102 100 m" in told  # the dots, and the length of the scale bar


def test_more_stops_at_one_address_than_fit_around_it_are_still_drawn() -> None:
    here = Point(lat_e5=5_094_600, lon_e5=312_200)
    assert sheets(route(*(stop(number, point=here) for number in range(1, 70)))) <= 6


def drawn(pdf: bytes, folder: Path, *, dpi: int) -> list[str]:
    """What a scanner reads from every page as printed."""
    drawer = shutil.which("pdftoppm")
    if drawer is None:
        pytest.skip("pdftoppm (poppler-utils) is not installed: pages cannot be drawn")
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    (folder / "paper.pdf").write_bytes(pdf)
    subprocess.run(  # a fixed command
        [drawer, "-r", str(dpi), "-png", folder / "paper.pdf", folder / "page"], check=True
    )
    return [
        code.text
        for page in sorted(folder.glob("page*.png"))
        for code in zxingcpp.read_barcodes(image.open(page))
    ]


def test_a_scanner_reads_every_stop_and_label(tmp_path: Path) -> None:
    read = drawn(route(*stops(13)), tmp_path, dpi=150)
    assert sorted(read) == sorted(each.qr for each in stops(13))
    labels = tmp_path / "labels"
    labels.mkdir()
    assert drawn(PAPERS["labels"](NL), labels, dpi=150) == [LABEL.lot]


def test_a_loading_list_begins_with_the_last_stop_and_names_every_lot() -> None:
    told = text(PAPERS["loading"](NL))
    assert told.index("Last & first") < told.index("Empty")
    assert told.count("K2611-07") == told.count("K2611-22") == 60
    assert "Laad de laatste stop eerst." in told


def test_a_stop_and_its_first_line_stand_on_one_page() -> None:
    many = replace(
        LOADING,
        stops=tuple(
            LoadStop(number=n, name=f"Stop-{n}", boxes=Boxes(), lines=(LOAD_LINE,))
            for n in range(40)
        ),
    )
    told = pages(paper.loading_pdf([many], NL, version=VERSION))
    assert len(told) > 2
    for page in told:
        assert page.count("Stop-") == page.count("K2611-07")


def test_a_pick_list_names_lots_and_no_client() -> None:
    told = text(PAPERS["picking"](NL))
    for words in ("Koel", "Kip met mosterd", "Zoutarm", "400 g", "K2611-07"):
        assert words in told
    assert "Versnipper" not in told


def test_a_kitchen_sheet_tells_time_step_allergens_and_ingredients() -> None:
    told = text(PAPERS["kitchen"](NL))
    for words in (
        "Kookketel 1",
        "5.30 – 6.35",  # noqa: RUF001  # as printed
        "Sudderen 95 °C",
        "⚠ Melk, mosterd",
        "18 200 g kipfilet I-4",
        "Geen allergenen",
        "7.20",
        "25 kg",
    ):
        assert words in told


CODE = "Lroeselare-261202-004"


@pytest.mark.parametrize("paper_of", ["kitchen", "loading", "picking", "labels"])
def test_the_code_of_a_lot_goes_on_after_a_hyphen(paper_of: str) -> None:
    told = text(coded_paper(paper_of))
    assert CODE not in told, "it is wider than its column"
    assert CODE in told.replace("- ", "-")


def coded_paper(name: str) -> bytes:
    """Give a paper of which every lot has the long code of a kitchen with a long name."""
    take = replace(LOAD_LINE.lots[0], lot=CODE)
    if name == "kitchen":
        (machine,) = KITCHEN.machines
        tasks = (replace(machine.tasks[0], lot=CODE),)
        changed = replace(KITCHEN, machines=(replace(machine, tasks=tasks),))
        return paper.kitchen_pdf(changed, NL, version=VERSION)
    if name == "loading":
        line = replace(LOAD_LINE, lots=(take,))
        stops = (LoadStop(number=1, name="Thuis", boxes=Boxes(), lines=(line,)),)
        return paper.loading_pdf([replace(LOADING, stops=stops)], NL, version=VERSION)
    if name == "picking":
        rows = tuple(replace(row, take=take) for row in PICKING.rows)
        return paper.pick_pdf([replace(PICKING, rows=rows)], NL, version=VERSION)
    return paper.labels_pdf([replace(LABEL, lot=CODE)], NL, version=VERSION)


def test_every_level_has_its_colour_and_every_mark_its_words() -> None:
    assert set(IDDSI_RGB) == set(IDDSI_COLOURS) == set(Iddsi)
    for speak in map(translator, LANGUAGES):
        assert all(level_name(level, Kind.FOOD, speak) for level in FOOD_LEVELS)
        assert all(level_name(level, Kind.DRINK, speak) for level in DRINK_LEVELS)
        assert all(speak.knows(f"allergen.{code}") for code in ALLERGIES | set(ALLERGENS))
        assert all(speak.knows(f"step.{kind}") for kind in StepKind)
        assert all(speak.knows(f"seasoning.{each}") for each in Seasoning)
        assert all(speak.knows(f"paper.zone.{zone}") for zone in Zone)
        assert all(speak.knows(f"paper.label.storage.{zone}") for zone in Zone)
        assert all(speak.knows(code) for code in INFORMATION_GAPS)


def test_purchases_are_a_table_without_formulas() -> None:
    row = PurchaseRow(
        day=DAY,
        supplier="=boer()",
        ingredient="melk",
        names=names('Melk, "vol"'),
        packs=3,
        pack_g=1000,
        amount_g=3000,
        cost_cents=330,
    )
    (read,) = csv.DictReader(StringIO(paper.purchases_csv([row]).decode()))
    assert tuple(read) == paper.PURCHASE_COLUMNS
    assert read["supplier"] == "'=boer()"
    assert read["nl"] == 'Melk, "vol"'
    assert (read["day"], read["packs"], read["cost_cents"]) == ("2026-11-24", "3", "330")
