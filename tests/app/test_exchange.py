"""Import and export: what is written is read back, and one bad row keeps everything out."""

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import SYSTEM, Actor, Forbidden, Role
from app.config import Settings
from app.db import make_engine, transaction
from app.i18n import LANGUAGES, translator
from app.models.orders import OrderSource
from app.models.people import ApiKey, Client, Organisation, User
from app.models.planning import Vehicle
from app.models.system import AccessLog
from app.operations import exchange
from app.operations.exchange import (
    NAMES,
    HouseStoreRow,
    OrderEaterRow,
    OrderLineRow,
    OrderRow,
    Region,
    StoreCountRow,
)
from app.operations.exchange.kitchenrows import PurchaseLineRow
from app.schemas import cells as cell_schema
from app.schemas import exchange as schema
from app.schemas.exchange import headings, read_files, required_headings, write_files
from logistics import OrderState, SiteKind
from menus import ALLERGIES, Eater, Iddsi
from screening import Range
from tests.app.regions import regions, small_region
from tests.shared_app import app_on

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
ADMIN = Actor(role=Role.ADMIN, is_npcc=True)
Run = Callable[..., Result]


def encoded(region: Region) -> dict[str, bytes]:
    return {name: text.encode() for name, text in write_files(region).items()}


@pytest.fixture
def run(sqlite_url: str) -> Iterator[Run]:
    with app_on(Settings(database_url=sqlite_url, secret_key="k" * 64)) as app:
        yield lambda *args: app.test_cli_runner().invoke(args=[str(arg) for arg in args])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with the small region."""
    made = tmp_path / "region"
    made.mkdir()
    for name, content in encoded(with_order(small_region())).items():
        (made / name).write_bytes(content)
    return made


def with_order(region: Region) -> Region:
    client = region.clients[-1]
    order = OrderRow(
        code="20001",
        organisation=client.organisation,
        site=client.site,
        kind=SiteKind.HOME,
        service_day=date(2026, 11, 30),
        state=OrderState.PLACED,
        source=OrderSource.PORTAL,
        placed_at=NOW,
        external_ref="A-1",
    )
    eater = OrderEaterRow(
        order="20001",
        ref="E1",
        client=client.code,
        profile=Eater(food_iddsi=Iddsi.L7, drink_iddsi=Iddsi.L0),
    )
    line = OrderLineRow(
        order="20001",
        eater="E1",
        variant="mash/7/standard",
        portions=2,
        portion_g=200,
        price_cents=150,
    )
    return replace(region, orders=(order,), order_eaters=(eater,), order_lines=(line, line))


def change(folder: Path, file: str, row: int, **cells: str) -> None:
    """Overwrite cells of a row (the first is 0) of a file."""
    path = folder / file
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    rows[row] |= cells
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def rows_kept(url: str) -> int:
    engine = make_engine(url)
    with transaction(engine) as session:
        count = session.scalar(select(func.count()).select_from(Organisation)) or 0
        count += session.scalar(select(func.count()).select_from(AccessLog)) or 0
    engine.dispose()
    return count


@given(region=regions())
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_what_is_written_is_read_back(region: Region) -> None:
    reading = read_files(encoded(region))
    assert reading.troubles == ()
    assert reading.region == region


@given(region=regions())
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_import_of_an_export_is_the_identity(
    region: Region, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("identity")
    first = through_a_file(region, migrated_file, place / "first.sqlite3")
    assert first == region
    second = through_a_file(
        read_files(encoded(first)).region, migrated_file, place / "second.sqlite3"
    )
    assert encoded(second) == encoded(first)
    shutil.rmtree(place)


def through_a_file(region: Region, template: Path, path: Path) -> Region:
    """Save rows into a fresh SQLite file and read the file with another engine."""
    shutil.copyfile(template, path)
    for is_writer in (True, False):
        engine = make_engine(f"sqlite:///{path}")
        with transaction(engine) as session:
            if is_writer:
                exchange.save(session, ADMIN, region, NOW)
            found = exchange.everything(session, ADMIN, NOW)
        engine.dispose()
    return found


def test_import_of_an_export_is_the_identity_by_command(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    imported = run("import", folder)
    assert imported.exit_code == 0, imported.stderr
    exported = run("export", tmp_path / "out")
    assert exported.exit_code == 0
    for path in sorted(folder.iterdir()):
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()


def test_both_databases_give_back_what_they_got(any_url: str) -> None:
    engine = make_engine(any_url)
    region = with_order(small_region())
    with transaction(engine) as session:
        exchange.save(session, ADMIN, region, NOW)
    with transaction(engine) as session:
        assert exchange.everything(session, ADMIN, NOW) == region
        assert exchange.troubles(session, region, lines={}) == ()
    engine.dispose()


def test_importing_twice_changes_nothing(run: Run, folder: Path) -> None:
    run("import", folder)
    again = run("import", folder)
    answer = json.loads(again.stdout)
    assert answer["imported"] is True
    assert {table["added"] for table in answer["rows"].values()} == {0}


def test_a_dry_run_checks_and_keeps_nothing(run: Run, folder: Path, sqlite_url: str) -> None:
    answer = run("import", folder, "--dry-run")
    assert answer.exit_code == 0
    told = json.loads(answer.stdout)
    assert (told["imported"], told["dry_run"], told["troubles"]) == (False, True, [])
    assert told["rows"]["clients"] == {"read": 3, "added": 3}
    assert rows_kept(sqlite_url) == 0


def test_vans_of_a_file_from_before_more_breaks_have_one(
    run: Run, folder: Path, sqlite_url: str
) -> None:
    path = folder / "vehicles.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    kept = [name for name in rows[0] if not name.startswith(("break2", "break3"))]
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, kept, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    answer = run("import", folder)
    assert (answer.exit_code, len(kept)) == (0, len(rows[0]) - 6)
    engine = make_engine(sqlite_url)
    with transaction(engine) as session:
        vans = session.scalars(select(Vehicle)).all()
        assert {len(van.as_vehicle().rests) for van in vans} == {1}
    engine.dispose()


COMMAND_CODES = ("demo.not_empty", "export.not_empty", "export.no_rows")
BAD_CELLS = [
    ("clients.csv", "site", "s-nowhere", "import.unknown_reference"),
    ("clients.csv", "born", "31/12/1944", "import.day"),
    ("clients.csv", "born", "2026-02-29", "import.day"),
    ("clients.csv", "born", "", "import.required"),
    ("clients.csv", "sex", "V", "import.choice"),
    ("clients.csv", "freezer_litres", "-1", "import.range"),
    ("clients.csv", "freezer_litres", "1e3", "import.whole"),
    ("clients.csv", "given_name", "x" * 201, "import.too_long"),
    ("clients.csv", "organisation", "npcc", "import.other_organisation"),
    ("clients.csv", "ward", "Z", "import.unknown_reference"),
    ("sites.csv", "windows", "08:00-07:00", "import.windows"),
    ("sites.csv", "windows", "8-12", "import.windows"),
    ("sites.csv", "delivery_weekdays", "0 7", "import.range"),
    ("organisations.csv", "active", "ja", "import.yes_no"),
    ("machines.csv", "free_of", "melk", "import.allergy_unknown"),
    ("machines.csv", "programmes", "defrost", "import.choice"),
    ("machines.csv", "programmes", "steam_85 pack", "import.choice"),
    ("machines.csv", "programmes", "freeze_loose", "import.other_machine"),
    ("machine_downtimes.csv", "end_min", "-600", "import.before"),
    ("consents.csv", "given_at", "2026-11-27T10:00:00", "import.moment"),
    ("consents.csv", "given_at", "yesterday", "import.moment"),
    ("consents.csv", "withdrawn_at", "2001-01-01T00:00:00Z", "import.before"),
    ("measurements.csv", "value", "sixty", "import.number"),
    ("measurements.csv", "value", "1.75", "import.implausible"),
    ("screenings.csv", "born", "2020-01-01", "import.not_scorable"),
    ("screenings.csv", "on", "1930-01-01", "import.not_scorable"),
    ("screenings.csv", "rule_version", "99", "import.not_scorable"),
    ("screenings.csv", "answers", "weight_kg", "import.pairs"),
    ("prescriptions.csv", "allergies", "nuts kryptonite", "import.allergy_unknown"),
    ("prescriptions.csv", "food_level", "8", "prescription.food_level_unknown"),
    ("prescriptions.csv", "drink_level", "7", "prescription.drink_level_unknown"),
    ("prescriptions.csv", "energy_kcal", "2000", "import.bounds"),
    ("prescriptions.csv", "energy_kcal", "2000..1800", "prescription.range_reversed"),
    ("prescriptions.csv", "nutrients", "sodium_mg=2..1", "prescription.range_reversed"),
    ("prescriptions.csv", "basis", "{", "import.json"),
    ("prescriptions.csv", "basis", "[1]", "import.json"),
    ("prescriptions.csv", "basis", '{"a": NaN}', "import.json"),
    ("prescriptions.csv", "basis", "[" * 5000, "import.json"),
    ("users.csv", "role", "system", "import.role"),
    ("users.csv", "role", "king", "import.choice"),
    ("standing_orders.csv", "period_days", "10", "import.whole_weeks"),
    ("standing_orders.csv", "period_days", "3", "import.range"),
    ("prescriptions.csv", "signed_by", "", "import.signature_missing"),
    ("stock.csv", "sku", "moon-cake/7/standard", "import.unknown_component"),
    ("stock.csv", "use_by", "2020-01-01", "import.before"),
    ("ingredient_stock.csv", "ingredient", "moon", "import.unknown_component"),
    ("vehicles.csv", "depot", "nowhere", "import.unknown_reference"),
    ("vehicles.csv", "latest_start_min", "0", "import.before"),
    ("vehicles.csv", "break_latest_min", "0", "import.break_crowded"),
    ("vehicles.csv", "break2_latest_min", "0", "import.break_crowded"),
    ("components.csv", "levels", "4 9", "catalogue.not_one_of"),
    ("recipes.csv", "amount_g", "much", "catalogue.amount"),
    ("order_eaters.csv", "allergies", "kryptonite", "import.allergy_unknown"),
    ("order_eaters.csv", "food_iddsi", "9", "import.choice"),
    ("order_lines.csv", "variant", "moon-cake/7/standard", "import.unknown_component"),
    ("order_lines.csv", "eater", "E2", "import.unknown_reference"),
]


@pytest.mark.parametrize(("file", "column", "text", "code"), BAD_CELLS)
def test_a_bad_cell_is_named_by_file_line_and_column_and_nothing_is_kept(
    run: Run, folder: Path, sqlite_url: str, *, file: str, column: str, text: str, code: str
) -> None:
    change(folder, file, 0, **{column: text})
    answer = run("import", folder, "--lang", "fr")
    assert answer.exit_code == 2
    assert len(answer.stderr.strip().splitlines()) == 1
    told = json.loads(answer.stdout)
    found = {(one["file"], one["line"], one["column"], one["code"]) for one in told["troubles"]}
    assert (file, 2, column, code) in found
    assert all(one["text"] for one in told["troubles"])
    assert rows_kept(sqlite_url) == 0


@pytest.mark.parametrize("file", ["prescriptions.csv", "order_eaters.csv"])
def test_the_allergy_nobody_knows_is_named_and_no_other(run: Run, folder: Path, file: str) -> None:
    change(folder, file, 0, allergies="nuts kryptonite milk")
    (told,) = json.loads(run("import", folder).stdout)["troubles"]
    assert "kryptonite" in told["text"]


def test_an_order_held_for_an_allergy_nobody_knows_comes_back_held(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    change(folder, "orders.csv", 0, state="held")
    change(folder, "order_eaters.csv", 0, allergies="kiwi milk")
    imported = run("import", folder)
    assert imported.exit_code == 0, imported.stdout
    run("export", tmp_path / "out")
    for name in ("orders.csv", "order_eaters.csv"):
        assert (tmp_path / "out" / name).read_text().split() == (folder / name).read_text().split()


@given(
    state=st.sampled_from(OrderState),
    allergies=st.frozensets(st.sampled_from(sorted(ALLERGIES | {"kiwi"}))),
)
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_an_allergy_nobody_knows_stands_in_held_orders_only(
    session: Session, state: OrderState, allergies: frozenset[str]
) -> None:
    rows = with_order(small_region())
    order = replace(rows.orders[0], state=state)
    known = rows.order_eaters[0]
    eater = replace(known, profile=replace(known.profile, allergies=allergies))
    found = exchange.troubles(session, Region(orders=(order,), order_eaters=(eater,)), lines={})
    waits = state in {OrderState.HELD, OrderState.CANCELLED}
    is_refused = "kiwi" in allergies and not waits
    assert ("import.allergy_unknown" in {one.code for one in found}) is is_refused


@pytest.mark.parametrize("content", ["", "\n\r\n\n", "  \n", "\ufeff"])
def test_a_file_without_a_heading_is_told(run: Run, folder: Path, content: str) -> None:
    (folder / "stock.csv").write_text(content, encoding="utf-8", newline="")
    answer = run("import", folder)
    assert answer.exit_code == 2
    told, *others = json.loads(answer.stdout)["troubles"]
    assert (told["file"], told["line"], told["code"]) == ("stock.csv", 1, "import.heading_missing")
    assert {one["file"] for one in others} <= {"texture_tests.csv"}  # tests of lots not read


@pytest.fixture
def run_bare(tmp_path: Path) -> Iterator[Run]:
    """Give the commands on a database that nobody migrated."""
    url = f"sqlite:///{tmp_path / 'bare.sqlite3'}"
    with app_on(Settings(database_url=url, secret_key="k" * 64)) as app:
        yield lambda *args: app.test_cli_runner().invoke(args=[str(arg) for arg in args])


def test_import_migrates_the_database_first(run_bare: Run, folder: Path, tmp_path: Path) -> None:
    answer = run_bare("import", folder)
    assert answer.exit_code == 0, answer.stderr
    assert run_bare("export", tmp_path / "out").exit_code == 0


@pytest.mark.parametrize(
    "words", [("export",), ("plan-day", "--date", "2026-11-30", "--out")], ids=lambda one: one[0]
)
def test_a_database_without_rows_gets_one_clear_line(
    run_bare: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    for _ in ("without tables", "without rows"):
        answer = run_bare(*words, tmp_path / "out", "--lang", "en")
        assert (answer.exit_code, answer.stdout) == (2, "")
        assert answer.stderr.splitlines()[-1].endswith("flask demo or flask import.")
        assert "Traceback" not in answer.stderr
        assert not (tmp_path / "out").exists()


def test_every_bad_row_is_reported_at_once(run: Run, folder: Path) -> None:
    change(folder, "clients.csv", 0, born="soon", sex="X")
    change(folder, "clients.csv", 2, born="later")
    change(folder, "stock.csv", 1, sku="moon")
    told = json.loads(run("import", folder).stdout)
    places = [(one["file"], one["line"], one["column"]) for one in told["troubles"]]
    for place in (
        ("clients.csv", 2, "born"),
        ("clients.csv", 2, "sex"),
        ("clients.csv", 4, "born"),
        ("stock.csv", 3, "sku"),
    ):
        assert place in places


def test_reasons_are_said_in_the_language_asked_for(run: Run, folder: Path) -> None:
    change(folder, "clients.csv", 0, born="soon")
    for language, start in (("nl", "soon is geen dag"), ("en", "soon is not a day")):
        told = json.loads(run("import", folder, "--lang", language).stdout)
        assert told["troubles"][0]["text"].startswith(start)


def test_a_line_after_a_cell_of_two_lines_keeps_its_number(run: Run, folder: Path) -> None:
    change(folder, "sites.csv", 0, access_note="Bel aan.\nTweede deur.")
    change(folder, "sites.csv", 1, postcode="")
    told = json.loads(run("import", folder).stdout)
    assert [(one["line"], one["column"]) for one in told["troubles"]][:1] == [(4, "postcode")]


def heading(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    first, rest = text.split("\n", 1)
    path.write_text(first.replace(old, new) + "\n" + rest, encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "column", "code"),
    [
        ("born", "birthday", "birthday", "import.column_unknown"),
        ("born", "birthday", "born", "import.column_missing"),
        ("phone", "language", "language", "import.column_twice"),
    ],
)
def test_a_heading_that_does_not_fit_is_told(
    run: Run, folder: Path, *, old: str, new: str, column: str, code: str
) -> None:
    heading(folder, "clients.csv", old, new)
    told = json.loads(run("import", folder).stdout)
    found = {(one["file"], one["line"], one["column"], one["code"]) for one in told["troubles"]}
    assert ("clients.csv", 1, column, code) in found


@pytest.mark.parametrize("name", ["prescriptions", "order_eaters"])
def test_a_file_without_a_column_for_allergies_is_refused(name: str) -> None:
    assert "allergies" in required_headings(name)
    columns = [one for one in headings(name) if one != "allergies"]
    reading = read_files({f"{name}.csv": ",".join(columns).encode()})
    assert [(one.column, one.code) for one in reading.troubles] == [
        ("allergies", "import.column_missing")
    ]


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        (b"site,code,name\r\ns,a\r\n", 2, "import.cells"),
        (b"site;code;name\r\ns;a;b\r\n", 1, "import.separator"),
        (b'site,code,name\r\ns,a,"b\r\n', 2, "import.unreadable"),
        (b"site,code,name\r\ns,a,caf\xe9\r\n", 2, "import.not_utf8"),
        (b"site,code,name\r\ns,a,b\0\r\n", 2, "import.unreadable"),
    ],
)
def test_a_file_that_is_no_such_table_is_told(content: bytes, line: int, code: str) -> None:
    reading = read_files({"wards.csv": content})
    assert [(one.line, one.code) for one in reading.troubles] == [(line, code)]
    assert reading.region.wards == ()


def test_an_unknown_file_is_told() -> None:
    reading = read_files({"client.csv": b""})
    assert [(one.file, one.code) for one in reading.troubles] == [
        ("client.csv", "import.file_unknown")
    ]


def test_a_mark_of_a_spreadsheet_and_empty_lines_do_no_harm() -> None:
    reading = read_files({"wards.csv": "\ufeffname,site,code\r\n\r\n Beuk ,s,B\r\n".encode()})
    assert reading.troubles == ()
    assert [(row.name, row.site, row.code) for row in reading.region.wards] == [("Beuk", "s", "B")]
    assert reading.lines["wards"] == (3,)


def test_a_decimal_comma_is_read_and_an_absent_column_takes_what_the_table_says() -> None:
    content = (
        b"client,kind,value,provenance,taken_on,recorded_at\r\n"
        b'C1,weight_kg,"61,4",measured,2026-11-27,2026-11-27T10:00:00+01:00\r\n'
    )
    (row,) = read_files({"measurements.csv": content}).region.measurements
    assert (row.value, row.recorded_by) == (Decimal("61.4"), None)
    assert row.recorded_at == datetime(2026, 11, 27, 9, tzinfo=UTC)


def found_codes(session: Session, region: Region) -> set[tuple[str, int, str]]:
    return {(one.file, one.line, one.code) for one in exchange.troubles(session, region, lines={})}


def test_rows_that_stand_with_other_content_are_refused(session: Session) -> None:
    region = with_order(small_region())
    exchange.save(session, ADMIN, region, NOW)
    assert exchange.troubles(session, region, lines={}) == ()
    other = replace(region.clients[0], family_name="Anders")
    cheaper = replace(region.order_lines[0], price_cents=1)
    strange = {**region.components[0], "nl": "anders"}
    again = Region(clients=(other,), order_lines=(cheaper,), components=(strange,))
    assert found_codes(session, again) == {
        ("clients.csv", 2, "import.exists"),
        ("order_lines.csv", 2, "import.exists"),
        ("components.csv", 2, "import.exists"),
    }


def test_a_file_may_refer_to_what_stands_in_the_database(session: Session) -> None:
    region = with_order(small_region())
    exchange.save(session, ADMIN, region, NOW)
    new = replace(region.clients[0], code="C9", ward=None)
    assert exchange.troubles(session, Region(clients=(new,)), lines={}) == ()
    assert exchange.save(session, ADMIN, Region(clients=(new,)), NOW)["clients"] == 1


def test_doubles_are_told(session: Session) -> None:
    region = with_order(small_region())
    order = replace(region.orders[0], code="20002")
    twice = replace(
        region,
        clients=(*region.clients, region.clients[0]),
        ingredients=(*region.ingredients, region.ingredients[0]),
        orders=(*region.orders, order),
    )
    found = found_codes(session, twice)
    assert ("clients.csv", 5, "import.twice") in found
    assert ("ingredients.csv", len(region.ingredients) + 2, "import.twice") in found
    assert ("orders.csv", 3, "import.twice") in found


def test_a_store_is_of_a_house_that_eats_from_it_and_what_lies_there_has_a_date(
    session: Session,
) -> None:
    region = small_region()
    home = next(one.code for one in region.sites if one.kind is SiteKind.HOME)
    centre = next(one.code for one in region.sites if one.kind is not SiteKind.HOME)
    sku, kept = region.stock[0].sku, {"counted_at": NOW}
    strange = replace(
        region,
        house_stores=(
            HouseStoreRow(site=home, weekdays=(0,), meals=("evening",)),
            HouseStoreRow(site=centre, weekdays=(), meals=("brunch",)),
        ),
        store_counts=(
            StoreCountRow(site=centre, variant=sku, use_by=None, portions=4, **kept),
            StoreCountRow(site=centre, variant=sku, use_by=NOW.date(), portions=4, **kept),
            StoreCountRow(site=home, variant=sku, use_by=NOW.date(), portions=None, **kept),
        ),
    )
    assert {one for one in found_codes(session, strange) if "store" in one[0]} == {
        ("house_stores.csv", 2, "import.no_house"),
        ("house_stores.csv", 3, "import.required"),
        ("house_stores.csv", 3, "import.choice"),
        ("store_counts.csv", 2, "import.date_of_stock"),
        ("store_counts.csv", 4, "import.date_of_stock"),
    }


def test_what_only_asks_for_a_look_is_no_reason_to_refuse(session: Session) -> None:
    region = small_region()
    first = region.prescriptions[0]
    little = replace(first, content=replace(first.content, energy_kcal=Range(low=900, high=990)))
    changed = replace(region, prescriptions=(little, *region.prescriptions[1:]))
    assert exchange.troubles(session, changed, lines={}) == ()


@pytest.mark.parametrize(
    ("packs", "pack_g", "received_g", "columns"),
    [
        (4, 2500, 10_000, set()),
        (4, 2500, 10_001, {"received_g"}),
        (100, 10_000_000, 0, set()),
        (101, 10_000_000, 0, {"packs"}),
    ],
)
def test_no_more_came_than_a_line_of_a_purchase_may_weigh(
    session: Session, packs: int, pack_g: int, received_g: int, columns: set[str]
) -> None:
    region = small_region()
    order = region.purchase_orders[0]
    line = PurchaseLineRow(
        order=order.code,
        ingredient=region.ingredients[0]["id"],
        packs=packs,
        pack_g=pack_g,
        cents=1,
        expected_on=order.ordered_on,
        received_g=received_g,
    )
    found = exchange.troubles(session, replace(region, purchase_lines=(line,)), lines={})
    assert {(one.file, one.column) for one in found} == {
        ("purchase_lines.csv", column) for column in columns
    }


def test_nobody_has_two_signed_prescriptions(session: Session) -> None:
    region = small_region()
    second = replace(region.prescriptions[0], version=2)
    found = found_codes(session, replace(region, prescriptions=(*region.prescriptions, second)))
    assert ("prescriptions.csv", 2, "import.two_signed") in found


def test_passwords_keys_and_logs_stay_where_they_are(session: Session) -> None:
    exchange.save(session, ADMIN, small_region(), NOW)
    user = session.scalars(select(User)).first()
    user.password_hash = "argon-of-a-secret"
    session.add(
        ApiKey(
            organisation_id=user.organisation_id,
            name="k",
            prefix="npcc_secret",
            key_hash="hash",
            created_at=NOW,
        )
    )
    text = "".join(write_files(exchange.everything(session, ADMIN, NOW)).values())
    assert "argon-of-a-secret" not in text
    assert "npcc_secret" not in text
    assert "exchange.exported" not in text


def test_export_and_import_are_written_in_the_access_log(session: Session) -> None:
    exchange.save(session, ADMIN, small_region(), NOW)
    exchange.everything(session, ADMIN, NOW)
    acts = session.scalars(select(AccessLog.act).order_by(AccessLog.id)).all()
    assert acts == ["exchange.imported", "exchange.exported"]


def test_only_an_administrator_moves_the_rows_of_everybody(session: Session) -> None:
    for actor in (SYSTEM, Actor(role=Role.DIETITIAN, is_npcc=True)):
        with pytest.raises(Forbidden):
            exchange.everything(session, actor, NOW)
        with pytest.raises(Forbidden):
            exchange.save(session, actor, Region(), NOW)


def test_an_export_never_overwrites(run: Run, folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    answer = run("export", folder, "--lang", "en")
    assert answer.exit_code == 2
    assert answer.stderr.strip().endswith("is not empty. Choose an empty folder.")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_an_export_is_for_its_owner_only(run: Run, folder: Path, tmp_path: Path) -> None:
    run("import", folder)
    run("export", tmp_path / "out")
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "out").iterdir())


def test_a_folder_that_is_not_there_or_empty_is_told_in_one_line(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for path in (tmp_path / "nowhere", empty):
        answer = run("import", path)
        assert answer.exit_code == 2
        assert (answer.stdout, len(answer.stderr.strip().splitlines())) == ("", 1)


def test_links_that_are_late_are_filled(session: Session) -> None:
    exchange.save(session, ADMIN, small_region(), NOW)
    user = session.scalars(select(User).where(User.client_id.is_not(None))).one()
    client = session.get(Client, user.client_id)
    assert client is not None
    assert client.code == small_region().clients[1].code or client.code.startswith("C")


@given(text=st.text(max_size=12))
def test_reading_a_cell_never_breaks(text: str) -> None:
    for name in set(NAMES) - set(exchange.CATALOGUE):
        for column in exchange.columns(exchange.TABLES[name].row):
            if not column.mark(exchange.Flat):
                assert problem_of(text, column) in {"", *cell_schema.CODES}


def problem_of(text: str, column: exchange.Column) -> str:
    try:
        cell_schema.read_cell(text, column)
    except cell_schema.CellError as problem:
        return problem.code
    return ""


def test_every_code_has_a_sentence_in_every_language() -> None:
    arguments = dict.fromkeys(
        (
            "value",
            "max",
            "min",
            "found",
            "expected",
            "words",
            "file",
            "other",
            "low",
            "high",
            "folder",
            "codes",
        ),
        "x",
    )
    for language in LANGUAGES:
        for code in (*schema.CODES, *exchange.CODES, *COMMAND_CODES):
            assert "{" not in translator(language).say(code, **arguments)


def test_every_table_has_a_documented_file() -> None:
    text = (Path(__file__).parents[2] / "docs" / "exchange.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"`{name}.csv`" in text
        for column in set(headings(name)) if name not in exchange.CATALOGUE else ():
            assert f"`{column}`" in text, f"{name}.{column}"


def test_the_commands_are_there(app: Flask) -> None:
    assert {"demo", "import", "export"} <= set(app.cli.commands)
