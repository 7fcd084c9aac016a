"""Public routing instances: Solomon's tables, and VRPLIB files as PyVRP's collection writes them.

Figures stay in the unit of the file; `RULES` says how each variant counts distance and cost.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

NO_LIMIT = 1 << 40


class Unreadable(Exception):
    """Says what is wrong with which file."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Distances count `scale` to the unit, rounded down or to the nearest."""

    scale: int
    down: bool = False


RULES = {
    "VRPTW": Rule(10, down=True),
    "MTVRPTWR": Rule(10, down=True),
    "PCVRPTW": Rule(10, down=True),
    "MDVRPTW": Rule(1000),
    "SDVRPTW": Rule(1000),
    "HFVRP": Rule(1000),
    "CVRP": Rule(1000),
}
FORMS: dict[str, Callable[[int, int], bool]] = {
    "FULL_MATRIX": lambda a, b: True,  # noqa: ARG005  # every cell
    "LOWER_ROW": lambda a, b: a > b,
    "LOWER_DIAG_ROW": lambda a, b: a >= b,
    "UPPER_ROW": lambda a, b: a < b,
    "UPPER_DIAG_ROW": lambda a, b: a <= b,
}
"""Which cells of a given matrix a file writes; a half stands for both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A depot or customer, by the number the file gives it."""

    id: int
    x: Fraction
    y: Fraction
    demand: int = 0
    opens: int = 0
    closes: int = NO_LIMIT
    service: int = 0
    release: int = 0
    prize: int = 0  # 0: must be served


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """One vehicle; `depot` is the number of a node."""

    depot: int
    capacity: int
    longest: int | None = None
    fixed: int = 0
    rate: int = 1
    allowed: frozenset[int] | None = None  # customers by number; None: all
    reloads: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """What a file asks for. `ways`: rows of given distances in the order of depots, customers."""

    name: str
    variant: str
    depots: tuple[Node, ...]
    customers: tuple[Node, ...]
    vehicles: tuple[Vehicle, ...]
    ways: tuple[tuple[Decimal, ...], ...] | None = None

    @property
    def rule(self) -> Rule:
        """How this variant counts."""
        return RULES[self.variant]


def read_instance(path: Path) -> Instance:
    """Read a file; `Unreadable` names the file and what is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise Unreadable(f"{path} cannot be read: {reason}") from error
    try:
        read = _vrplib if "_SECTION" in text else _solomon
        return read(path, text.splitlines())
    except (ValueError, IndexError, KeyError, ZeroDivisionError) as error:
        raise Unreadable(f"{path} is no routing instance: {_said(error)}") from error


def _said(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    return " ".join(str(error).split())


def _need(condition: object, text: str) -> None:
    if not condition:
        raise ValueError(text)


def _whole(word: str) -> int:
    """A whole number, also written 12.0 or 1e3."""
    value = Fraction(word)
    _need(value.denominator == 1, f"{word} is not whole")
    return int(value)


def _solomon(path: Path, lines: Sequence[str]) -> Instance:
    rows = [line.split() for line in lines if line.strip()]
    tables = [row for row in rows if all(_is_number(word) for word in row)]
    _need(rows, "it is empty")
    _need(tables and len(tables[0]) == 2, "number and capacity of the vehicles are missing")
    _need(len(tables) > 2, "there is no customer")
    _need(all(len(row) == 7 for row in tables[1:]), "a customer has 7 figures")
    count, capacity = (_whole(word) for word in tables[0])
    nodes = tuple(_solomon_node(row) for row in tables[1:])
    depot = nodes[0]
    vehicles = (Vehicle(depot=depot.id, capacity=capacity),) * count
    name = rows[0][0] if not _is_number(rows[0][0]) else path.stem
    return _sound(
        Instance(
            name=name.upper(),
            variant="VRPTW",
            depots=(depot,),
            customers=nodes[1:],
            vehicles=vehicles,
        )
    )


def _is_number(word: str) -> bool:
    try:
        Fraction(word)
    except (ValueError, ZeroDivisionError):
        return False
    return True


def _solomon_node(row: Sequence[str]) -> Node:
    number, demand, opens, closes, service = (_whole(row[i]) for i in (0, 3, 4, 5, 6))
    return Node(
        id=number,
        x=Fraction(row[1]),
        y=Fraction(row[2]),
        demand=demand,
        opens=opens,
        closes=closes,
        service=service,
    )


def _sound(instance: Instance) -> Instance:
    """Hold what every reader promises."""
    nodes = (*instance.depots, *instance.customers)
    _need(len({node.id for node in nodes}) == len(nodes), "a node stands twice")
    _need(instance.customers, "there is no customer")
    _need(instance.vehicles, "there is no vehicle")
    for node in nodes:
        _need(node.opens <= node.closes, f"node {node.id} closes before it opens")
        least = min(node.demand, node.opens, node.service, node.release, node.prize)
        _need(least >= 0, f"node {node.id} has a figure below 0")
    depots, customers = ({n.id for n in part} for part in (instance.depots, instance.customers))
    for vehicle in instance.vehicles:
        _need(vehicle.depot in depots, f"a vehicle starts at {vehicle.depot}, which is no depot")
        allowed = (vehicle.allowed or frozenset()) - depots
        _need(allowed <= customers, "a vehicle may serve a customer who is not there")
        least = min(vehicle.capacity, vehicle.fixed, vehicle.rate, vehicle.longest or 0)
        _need(least >= 0, "a vehicle has a figure below 0")
    return instance


class _File:
    """Headers and sections of a VRPLIB file."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.heads: dict[str, str] = {}
        self.sections: defaultdict[str, list[list[str]]] = defaultdict(list)
        section = None
        for line in lines:
            word = line.strip()
            if word.endswith("_SECTION"):
                section = self.sections[word]
            elif word in {"", "EOF"}:
                continue
            elif ":" in word:
                key, _, value = word.partition(":")
                self.heads[key.strip()], section = value.strip(), None
            else:
                _need(section is not None, f"{word[:40]!r} stands outside a section")
                section.append(word.split())

    def number(self, name: str) -> int:
        """A whole number of the heads."""
        return _whole(self.heads[name])

    def per(self, name: str, usual: int | None) -> Callable[[int], int]:
        """A figure per node or vehicle: from its section, else one for all, else the usual."""
        rows = self.sections.get(f"{name}_SECTION")
        if rows is None:
            if usual is None or name in self.heads:
                usual = self.number(name)
            return lambda _: usual
        table = {_whole(row[0]): _whole(row[1]) for row in rows}
        return lambda key: _present(table, key, name)


def _present(table: dict[int, int], key: int, name: str) -> int:
    if key not in table:
        raise ValueError(f"{name}_SECTION has no line for {key}")
    return table[key]


def _vrplib(path: Path, lines: Sequence[str]) -> Instance:
    file = _File(lines)
    variant = file.heads["TYPE"]
    _need(variant in RULES, f"TYPE {variant} is none of {', '.join(RULES)}")
    depots = _depots(file)
    nodes = _nodes(file, set(depots))
    _need(len(nodes) == file.number("DIMENSION"), "DIMENSION differs from the number of nodes")
    explicit = file.heads["EDGE_WEIGHT_TYPE"] == "EXPLICIT"
    _need(
        explicit or file.heads["EDGE_WEIGHT_TYPE"] == "EUC_2D",
        f"EDGE_WEIGHT_TYPE {file.heads['EDGE_WEIGHT_TYPE']} is neither EUC_2D nor EXPLICIT",
    )
    _need(explicit or variant != "CVRP", "a CVRP is read with an EXPLICIT matrix only")
    return _sound(
        Instance(
            name=file.heads.get("NAME", path.stem),
            variant=variant,
            depots=tuple(nodes[depot] for depot in depots),
            customers=tuple(node for key, node in nodes.items() if key not in depots),
            vehicles=_vehicles(file, depots, len(nodes)),
            ways=_ways(file, list(nodes), depots) if explicit else None,
        )
    )


def _depots(file: _File) -> list[int]:
    words = [word for row in file.sections.get("DEPOT_SECTION", []) for word in row]
    depots = [_whole(word) for word in words if word != "-1"]
    return depots or [_whole(_places(file)[0][0])]


def _places(file: _File) -> list[list[str]]:
    """Number, x and y of each node; a file with a matrix may leave them out."""
    rows = file.sections.get("NODE_COORD_SECTION", [])
    if rows or file.heads["EDGE_WEIGHT_TYPE"] != "EXPLICIT":
        return rows
    return [[str(number), "0", "0"] for number in range(1, file.number("DIMENSION") + 1)]


def _nodes(file: _File, depots: set[int]) -> dict[int, Node]:
    service, release = file.per("SERVICE_TIME", 0), file.per("RELEASE_TIME", 0)
    demand, prize = file.per("DEMAND", 0), file.per("PRIZE", 0)
    spans = {int(row[0]): row[1:3] for row in file.sections.get("TIME_WINDOW_SECTION", [])}
    nodes = {}
    for row in _places(file):
        number = _whole(row[0])
        _need(number not in nodes, f"node {number} stands twice")
        opens, closes = spans[number] if spans else ("0", str(NO_LIMIT))
        nodes[number] = Node(
            id=number,
            x=Fraction(row[1]),
            y=Fraction(row[2]),
            demand=demand(number),
            opens=_whole(opens),
            closes=_whole(closes),
            service=0 if number in depots else service(number),
            release=release(number),
            prize=prize(number),
        )
    return nodes


def _vehicles(file: _File, depots: Sequence[int], nodes: int) -> tuple[Vehicle, ...]:
    count = _fleet_size(file, nodes)
    depot, capacity = file.per("VEHICLES_DEPOT", depots[0]), file.per("CAPACITY", None)
    longest = file.per("VEHICLES_MAX_DURATION", NO_LIMIT)
    fixed = file.per("VEHICLES_FIXED_COST", 0)
    rate = file.per("VEHICLES_UNIT_DISTANCE_COST", 1)
    reload = file.per("VEHICLES_RELOAD_DEPOT", NO_LIMIT)
    rows = file.sections.get("VEHICLES_ALLOWED_CLIENTS_SECTION")
    allowed = {int(row[0]): frozenset(map(int, row[1:])) for row in rows} if rows else {}
    found = []
    for number in range(1, count + 1):
        home = depot(number)
        _need(reload(number) in {NO_LIMIT, home}, f"vehicle {number} reloads away from its depot")
        _need(not rows or number in allowed, f"vehicle {number} may serve nobody")
        found.append(
            Vehicle(
                depot=home,
                capacity=capacity(number),
                longest=None if longest(number) == NO_LIMIT else longest(number),
                fixed=fixed(number),
                rate=rate(number),
                allowed=allowed.get(number),
                reloads=reload(number) != NO_LIMIT,
            )
        )
    return tuple(found)


def _fleet_size(file: _File, nodes: int) -> int:
    """VEHICLES, else the k of a name that ends in -k20, else one per customer."""
    if "VEHICLES" in file.heads:
        return file.number("VEHICLES")
    _, sign, told = file.heads.get("NAME", "").rpartition("-k")
    return int(told) if sign and told.isdigit() else nodes - 1


def _ways(file: _File, order: list[int], depots: Sequence[int]) -> tuple[tuple[Decimal, ...], ...]:
    form, size = file.heads.get("EDGE_WEIGHT_FORMAT", ""), len(order)
    _need(form in FORMS, f"EDGE_WEIGHT_FORMAT {form} is none of {', '.join(FORMS)}")
    cells = [(a, b) for a in range(size) for b in range(size) if FORMS[form](a, b)]
    words = [word for row in file.sections["EDGE_WEIGHT_SECTION"] for word in row]
    _need(len(words) == len(cells), f"the matrix has {len(words)} figures, not {len(cells)}")
    table = [[Decimal(0)] * size for _ in order]
    for (a, b), word in zip(cells, words, strict=True):
        table[a][b] = way = _way(word)
        if form != "FULL_MATRIX":
            table[b][a] = way
    places = sorted(range(size), key=lambda i: order[i] not in depots)
    return tuple(tuple(table[a][b] for b in places) for a in places)


def _way(word: str) -> Decimal:
    """A given distance; fractions would take most of a second for 500 customers."""
    try:
        value = Decimal(word)
    except InvalidOperation:
        raise ValueError(f"{word} is no number") from None
    _need(value.is_finite() and value >= 0, f"{word} is no distance")
    return value
