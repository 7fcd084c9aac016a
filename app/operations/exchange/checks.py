"""What rows cannot show one by one: references, doubles, and what the rooms have to say."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.access import Role
from app.models.care import PrescriptionState
from app.models.planning import breaks_of
from app.operations.exchange.keeping import PLACED, settled, stored
from app.operations.exchange.kitchenrows import MAX_LINE_G
from app.operations.exchange.marks import Food, columns
from app.operations.exchange.rows import Cells, Region, ScreeningRow, Trouble
from app.operations.exchange.tables import CATALOGUE, NAMES, TABLES, Key, key_of, links
from app.operations.grouporders import MEALS
from logistics import OrderState, SiteKind, StandingOrder, crowded
from menus import ALLERGIES, Catalogue, CatalogueError, Programme, read_catalogue
from screening import GATES, Intake, Status, assess, check_prescription

CODES: tuple[str, ...] = (
    "import.unknown_reference",
    "import.unknown_component",
    "import.twice",
    "import.exists",
    "import.allergy_unknown",
    "import.implausible",
    "import.not_scorable",
    "import.two_signed",
    "import.signature_missing",
    "import.before",
    "import.break_crowded",
    "import.other_organisation",
    "import.role",
    "import.other_machine",
    "import.no_house",
    "import.date_of_stock",
    "import.whole_weeks",
    "import.depot_needed",
)
"""Every code of this module; prescriptions and catalogue also carry the codes of their rooms."""

Lines = Mapping[str, Sequence[int]]
"""Per table the line of each row in its file, for the reader of the report."""


_MAY_NAME_STRANGE = frozenset({OrderState.HELD, OrderState.CANCELLED})
"""An order with an allergy nobody knows waits, or was given up waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Books:
    """The rows being checked beside those that stand."""

    new: Region
    standing: Region
    lines: Lines

    def rows(self, name: str) -> tuple[Any, ...]:
        return tuple(getattr(self.new, name))

    def blame(self, name: str, row: int, column: str, code: str, **args: str) -> Trouble:
        lines = self.lines.get(name, ())
        line = lines[row] if row < len(lines) else row + 2
        return Trouble(file=f"{name}.csv", line=line, column=column, code=code, args=args)


def troubles(session: Session, region: Region, lines: Lines) -> tuple[Trouble, ...]:
    """Everything that keeps these rows from being saved beside what the database holds.

    A row that stands already, exactly so, is no trouble: importing twice changes nothing.
    """
    standing = stored(session).region
    books = _Books(new=settled(region, standing), standing=standing, lines=lines)
    catalogue = _catalogue(books)
    refused = _refused_catalogue(books, catalogue) if isinstance(catalogue, tuple) else ()
    known = catalogue if isinstance(catalogue, Catalogue) else None
    return (
        *(one for name in NAMES for one in _doubles(books, name)),
        *(one for name in TABLES for one in _references(books, name)),
        *refused,
        *(() if known is None else _unknown_food(books, known)),
        *_people(books),
        *_care(books),
        *_profiles(books),
        *_kitchen(books),
        *_stores(books),
        *_rhythms(books),
        *_depots(books),
        *_purchases(books),
        *_times(books),
    )


def _depots(books: _Books) -> Iterator[Trouble]:
    """With several kitchens each address and lot says its own, and staff work in known ones."""
    known = {row.code for row in (*books.standing.depots, *books.new.depots)}
    for name in PLACED if len(known) > 1 else ():
        for number, row in enumerate(books.rows(name)):
            if row.depot is None:
                codes = ", ".join(sorted(known))
                yield books.blame(name, number, "depot", "import.depot_needed", codes=codes)
    for number, row in enumerate(books.rows("users")):
        for code in (one for one in row.depots if one not in known):
            args = {"value": code, "file": "depots.csv"}
            yield books.blame("users", number, "depots", "import.unknown_reference", **args)


def _purchases(books: _Books) -> Iterator[Trouble]:
    """Nothing comes in that was not ordered, and a line weighs what a lot of it may."""
    for number, row in enumerate(books.rows("purchase_lines")):
        most = row.packs * row.pack_g
        if most > MAX_LINE_G:
            args = {"value": str(row.packs), "min": "1", "max": str(MAX_LINE_G // row.pack_g)}
            yield books.blame("purchase_lines", number, "packs", "import.range", **args)
        if row.received_g > most:
            args = {"value": str(row.received_g), "min": "0", "max": str(most)}
            yield books.blame("purchase_lines", number, "received_g", "import.range", **args)


def _doubles(books: _Books, name: str) -> Iterator[Trouble]:
    """Two rows with one key, and rows that stand with other content."""
    standing = {key_of(name, row): row for row in getattr(books.standing, name)}
    columns = _key_columns(name)
    seen: set[Key] = set()
    wholes = _standing_wholes(books, name)
    for number, row in enumerate(books.rows(name)):
        key = key_of(name, row)
        if key in seen and columns:
            yield books.blame(name, number, columns[-1], "import.twice", value=_said(key))
        seen.add(key)
        is_other = key in standing and standing[key] != row
        is_more = key not in standing and getattr(row, _part_of(name), None) in wholes
        if is_other or is_more:
            at = columns[-1] if columns else _part_of(name)
            yield books.blame(name, number, at, "import.exists", value=_said(key))
    for unique in TABLES[name].unique if name in TABLES else ():
        yield from _second(books, name, unique)


def _key_columns(name: str) -> tuple[str, ...]:
    return CATALOGUE[name][1] if name in CATALOGUE else TABLES[name].key


def _part_of(name: str) -> str:
    return TABLES[name].part_of if name in TABLES else ""


def _standing_wholes(books: _Books, name: str) -> frozenset[str]:
    """Orders that stand: nothing may be slipped into them by a file."""
    return frozenset(row.code for row in books.standing.orders) if _part_of(name) else frozenset()


def _said(key: Key) -> str:
    return " ".join(str(part) for part in key)


def _second(books: _Books, name: str, columns: tuple[str, ...]) -> Iterator[Trouble]:
    """Rows that share values which the table keeps unique; empty values never clash."""

    def values(row: Any) -> Key:
        return tuple(getattr(row, column) for column in columns)

    fresh = {key_of(name, row) for row in books.rows(name)}
    standing = [row for row in getattr(books.standing, name) if key_of(name, row) not in fresh]
    count = Counter(values(row) for row in (*standing, *books.rows(name)))
    for number, row in enumerate(books.rows(name)):
        found = values(row)
        if None not in found and count[found] > 1:
            yield books.blame(name, number, columns[-1], "import.twice", value=_said(found))


def _references(books: _Books, name: str) -> Iterator[Trouble]:
    for link in links(name):
        known = {
            key_of(link.table, row)
            for row in (*getattr(books.standing, link.table), *books.rows(link.table))
        }
        for number, row in enumerate(books.rows(name)):
            key = link.key_of(row)
            if key is not None and key not in known:
                yield books.blame(
                    name,
                    number,
                    link.field,
                    "import.unknown_reference",
                    value=str(getattr(row, link.field)),
                    file=f"{link.table}.csv",
                )


def _catalogue(books: _Books) -> Catalogue | tuple[CatalogueError, ...]:
    return read_catalogue(
        _joined(books, "ingredients"), _joined(books, "recipes"), _joined(books, "components")
    )


def _joined(books: _Books, name: str) -> list[Cells]:
    """What stands, then what is new: a row that stands is not read twice."""
    standing = list(getattr(books.standing, name))
    known = {key_of(name, row) for row in standing}
    return standing + [row for row in books.rows(name) if key_of(name, row) not in known]


def _refused_catalogue(books: _Books, errors: tuple[CatalogueError, ...]) -> Iterator[Trouble]:
    for error in errors:
        name = error.file.removesuffix(".csv")
        row = _joined(books, name)[error.row - 2]
        fresh = books.rows(name)
        number = next((n for n, one in enumerate(fresh) if one is row), 0)
        yield books.blame(name, number, error.column, error.code, **dict(error.args))


def _unknown_food(books: _Books, catalogue: Catalogue) -> Iterator[Trouble]:
    """Variants, components and ingredients that the catalogue does not have."""
    known: Mapping[str, Mapping[str, Any]] = {
        "variants": catalogue.variants,
        "components": catalogue.components,
        "ingredients": catalogue.ingredients,
    }
    for name, column, food in _food_columns():
        for number, row in enumerate(books.rows(name)):
            value = getattr(row, column)
            words = (value,) if isinstance(value, str) else value
            for word in (one for one in words if one not in known[food]):
                yield books.blame(name, number, column, "import.unknown_component", value=word)


def _food_columns() -> Iterator[tuple[str, str, str]]:
    for name, table in TABLES.items():
        for one in columns(table.row):
            food = one.mark(Food)
            if food is not None:
                yield name, one.name, food.kind


_NO_PEOPLE = (Role.HOSPITAL, Role.SYSTEM, Role.NOBODY)
"""Roles of a key, of the clock and of strangers: nobody logs in as one of them."""


def _people(books: _Books) -> Iterator[Trouble]:
    """A client lives at a site of the same organisation; a user has a role of people."""
    for number, user in enumerate(books.new.users):
        if user.role in _NO_PEOPLE:
            yield books.blame("users", number, "role", "import.role", value=user.role.value)
    sites = {row.code: row for row in (*books.standing.sites, *books.new.sites)}
    for name in ("clients", "orders"):
        for number, row in enumerate(books.rows(name)):
            site = sites.get(row.site)
            if site is not None and site.organisation != row.organisation:
                yield books.blame(
                    name, number, "organisation", "import.other_organisation", value=row.site
                )


def _kitchen(books: _Books) -> Iterator[Trouble]:
    """Hours free of an allergen nobody knows keep nothing out; vans of an address exist."""
    vans = {row.code for row in (*books.standing.vehicles, *books.new.vehicles)}
    for number, site in enumerate(books.new.sites):
        for code in sorted(set(site.vans) - vans):
            yield books.blame("sites", number, "vans", "import.unknown_reference", value=code)
    for number, van in enumerate(books.new.vehicles):
        rests = breaks_of(van)
        if (late := crowded(rests.values())) is not None:
            column, minute = f"{list(rests)[late[0]]}_latest_min", str(late[1])
            yield books.blame("vehicles", number, column, "import.break_crowded", value=minute)
    for number, row in enumerate(books.new.machines):
        for word in sorted(set(row.free_of) - ALLERGIES):
            yield books.blame("machines", number, "free_of", "import.allergy_unknown", value=word)
        for word in sorted(set(row.programmes).difference(Programme.of(row.kind))):
            yield books.blame("machines", number, "programmes", "import.other_machine", value=word)


def _stores(books: _Books) -> Iterator[Trouble]:
    """A store is of a house that eats some meal from it; what lies there has a date."""
    kinds = {row.code: row.kind for row in (*books.standing.sites, *books.new.sites)}
    for number, row in enumerate(books.new.house_stores):
        if kinds.get(row.site) is SiteKind.HOME:
            yield books.blame("house_stores", number, "site", "import.no_house", value=row.site)
        for name in ("weekdays", "meals"):
            if not getattr(row, name):
                yield books.blame("house_stores", number, name, "import.required")
        for word in sorted(set(row.meals) - set(MEALS)):
            words = ", ".join(MEALS)
            yield books.blame(
                "house_stores", number, "meals", "import.choice", value=word, words=words
            )
    for number, count in enumerate(books.new.store_counts):
        if (count.use_by is None) is bool(count.portions):
            yield books.blame("store_counts", number, "use_by", "import.date_of_stock")


def _rhythms(books: _Books) -> Iterator[Trouble]:
    """A standing order comes back on its weekday: after whole weeks."""
    for number, row in enumerate(books.new.standing_orders):
        try:
            StandingOrder(client=row.client, weekday=row.weekday, period_days=row.period_days)
        except ValueError:
            value = str(row.period_days)
            yield books.blame(
                "standing_orders", number, "period_days", "import.whole_weeks", value=value
            )


def _care(books: _Books) -> Iterator[Trouble]:
    for number, row in enumerate(books.new.measurements):
        low, high = GATES.get(row.kind.value, (0, 0))
        if high and not low <= row.value <= high:
            yield books.blame(
                "measurements",
                number,
                "value",
                "import.implausible",
                value=str(row.value),
                low=str(low),
                high=str(high),
            )
    for number, kept in enumerate(books.new.screenings):
        yield from _not_scorable(books, number, kept)
    yield from _prescriptions(books)


def _not_scorable(books: _Books, number: int, row: ScreeningRow) -> Iterator[Trouble]:
    column = _unfit_column(row.intake)
    if column is not None:
        yield books.blame("screenings", number, column, "import.not_scorable")


def _unfit_column(intake: Intake) -> str | None:
    """Give the column that keeps a screening from being scored."""
    try:
        result = assess(intake).result
    except KeyError:
        return "rule_version"
    except ValueError:  # screened before birth
        return "on"
    if result.status is Status.NOT_VALID:
        return "born"
    return "answers" if result.status is Status.INVALID else None


def _prescriptions(books: _Books) -> Iterator[Trouble]:
    signed = Counter(
        row.client
        for row in {
            key_of("prescriptions", row): row
            for row in (*books.standing.prescriptions, *books.new.prescriptions)
        }.values()
        if row.state is PrescriptionState.SIGNED
    )
    for number, row in enumerate(books.new.prescriptions):
        for problem in check_prescription(row.content):
            if problem.blocks:
                at, code = problem.field, problem.code.value
                column = "nutrients" if at in row.content.nutrients else at
                yield books.blame("prescriptions", number, column, code, field=at)
        for word in sorted(row.content.allergies - ALLERGIES):
            yield books.blame(
                "prescriptions", number, "allergies", "import.allergy_unknown", value=word
            )
        if row.state is not PrescriptionState.SIGNED:
            continue
        if signed[row.client] > 1:
            yield books.blame("prescriptions", number, "state", "import.two_signed")
        if row.signed_at is None or row.signed_by is None:
            yield books.blame("prescriptions", number, "signed_by", "import.signature_missing")


def _profiles(books: _Books) -> Iterator[Trouble]:
    """An allergy nobody knows may stand only where it keeps the order held for a person."""
    orders = (*books.standing.orders, *books.new.orders)
    held = {row.code for row in orders if row.state in _MAY_NAME_STRANGE}
    for number, row in enumerate(books.new.order_eaters):
        if row.order in held:
            continue
        for word in sorted(row.profile.allergies - ALLERGIES):
            yield books.blame(
                "order_eaters", number, "allergies", "import.allergy_unknown", value=word
            )


_ORDERED = (
    ("consents", "given_at", "withdrawn_at"),
    ("machines", "open_min", "close_min"),
    ("machines", "free_open_min", "free_close_min"),
    ("kitchen_shifts", "open_min", "close_min"),
    ("machine_downtimes", "start_min", "end_min"),
    ("vehicles", "open_min", "close_min"),
    ("vehicles", "open_min", "latest_start_min"),
    ("vehicles", "latest_start_min", "close_min"),
    ("standing_orders", "paused_from", "paused_until"),
    ("stock", "made_on", "use_by"),
    ("ingredient_stock", "received_on", "use_by"),
)


_LASTING = frozenset({"machines", "kitchen_shifts", "machine_downtimes"})
"""Tables in which the second time lies after the first, not beside it."""


def _times(books: _Books) -> Iterator[Trouble]:
    """The second of two times may not lie before the first."""
    for name, first, second in _ORDERED:
        for number, row in enumerate(books.rows(name)):
            start, end = getattr(row, first), getattr(row, second)
            if start is None or end is None:
                continue
            if end < start or (end == start and name in _LASTING):
                yield books.blame(name, number, second, "import.before", other=first)
