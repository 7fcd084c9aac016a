"""The house itself: doors, budgets, catalogues, tables."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

import app.models  # noqa: F401 - fills the metadata
from app.access import Permission
from app.db import Base, make_engine
from app.i18n import LANGUAGES, sentences

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("app", "logistics", "menus", "optimizer", "screening")
OPEN = {
    "account.health",
    "account.login",
    "account.log_in",
    "account.language",
    "account.forgot",
    "account.ask_reset",
    "account.reset",
    "account.set_password",
    "static",
}
"""What needs no actor: getting in, the health check, the style sheets."""


class Function(NamedTuple):
    """What the budgets ask of a function."""

    name: str
    lines: int  # of its body, without its docstring
    depth: int
    positional: int


class Source(NamedTuple):
    """A file as the house judges it."""

    path: Path
    text: str
    functions: tuple[Function, ...]
    imports: tuple[ast.Import | ast.ImportFrom, ...]
    reads_clock: bool


@cache
def source(path: Path) -> Source:
    """Read a file once for all who judge it."""
    text = path.read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(text)))
    functions = tuple(
        Function(
            name=node.name,
            lines=body_lines(node),
            depth=depth(node),
            positional=len(node.args.posonlyargs + node.args.args),
        )
        for node in nodes
        if isinstance(node, ast.FunctionDef)
    )
    imports = tuple(node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))
    return Source(path, text, functions, imports, any(reads_clock(node) for node in nodes))


def sources(*rooms: str) -> Iterator[Source]:
    for room in rooms or ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield source(path)


def functions() -> Iterator[tuple[Path, Function]]:
    for each in sources():
        for function in each.functions:
            yield each.path, function


def body_lines(function: ast.FunctionDef) -> int:
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def depth(node: ast.AST, level: int = 0) -> int:
    nesting = (ast.For, ast.While, ast.If, ast.With, ast.Try)
    deepest = level
    for child in ast.iter_child_nodes(node):
        chained = isinstance(node, ast.If) and isinstance(child, ast.If) and child in node.orelse
        inner = level + (isinstance(child, nesting) and not chained)
        deepest = max(deepest, depth(child, inner))
    return deepest


def reads_clock(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    )


def is_kernel(path: Path) -> bool:
    return "kernels" in path.parts


def test_every_route_demands_an_actor_with_a_permission(app: Flask) -> None:
    unguarded = {
        endpoint
        for endpoint, handler in app.view_functions.items()
        if not isinstance(getattr(handler, "permission", None), Permission)
    }
    assert unguarded <= OPEN


def test_nobody_gets_through_a_guarded_door(app: Flask) -> None:
    browser = app.test_client()
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN:
            continue
        method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        path = re.sub(r"<[^>]*>", "1", rule.rule)
        answer = browser.open(path, method=method)
        assert answer.status_code in {302, 401, 403, 404}, path
        if answer.status_code == 302:
            assert "/login" in answer.headers["Location"]


def test_an_unmarked_route_is_closed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.view_functions, "account.health", lambda: "open by mistake")
    assert app.test_client().get("/healthz").status_code == 403


def test_functions_stay_within_budget() -> None:
    sizes = sorted(each.lines for path, each in functions() if not is_kernel(path))
    assert median(sizes) <= 6
    assert sizes[int(len(sizes) * 0.9)] <= 30
    long = [
        f"{path.relative_to(ROOT)}:{each.name} {each.lines}"
        for path, each in functions()
        if each.lines > (120 if is_kernel(path) else 60)
    ]
    assert long == []


def test_functions_are_not_nested_deeply() -> None:
    deep = [
        f"{path.relative_to(ROOT)}:{each.name}"
        for path, each in functions()
        if each.depth > (5 if is_kernel(path) else 3)
    ]
    assert deep == []


def test_files_stay_within_budget() -> None:
    long = [
        str(each.path.relative_to(ROOT)) for each in sources() if len(each.text.splitlines()) > 450
    ]
    assert long == []


def test_functions_take_few_positional_arguments() -> None:
    many = [
        f"{path.relative_to(ROOT)}:{each.name}"
        for path, each in functions()
        if not is_kernel(path) and each.positional > 6
    ]
    assert many == []


def test_the_clock_is_read_at_the_edges_only() -> None:
    allowed = {"app/jobs.py", "app/turns.py", "app/devices.py", "app/pipeline.py"}
    reading = {str(each.path.relative_to(ROOT)) for each in sources() if each.reads_clock}
    assert {path for path in reading if not path.startswith("app/cli/")} <= allowed


def test_a_room_reads_no_file_and_no_surroundings() -> None:
    forbidden = {"os", "pathlib", "secrets", "time", "socket", "logging", "subprocess"}
    found = {
        f"{each.path.relative_to(ROOT)} imports {name}"
        for each in sources("logistics", "menus", "screening", "optimizer")
        if each.path.name != "replay.py"
        for node in each.imports
        for name in imported(node)
        if name.split(".")[0] in forbidden
    }
    assert found == set()


def test_chance_comes_from_the_seed_alone() -> None:
    """A room may make its own `Random(seed)`, never draw from the chance all share."""
    found = {
        str(each.path.relative_to(ROOT))
        for each in sources("logistics", "menus", "screening", "optimizer")
        for node in each.imports
        if "random" in imported(node)
        and (isinstance(node, ast.Import) or {one.name for one in node.names} != {"Random"})
    }
    assert found == set()


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""]


def test_every_language_says_the_same_codes() -> None:
    codes = {language: set(sentences(language)) for language in LANGUAGES}
    for language in LANGUAGES:
        assert codes[language] == codes["nl"], language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_names_the_same_arguments(language: str) -> None:
    wanted = re.compile(r"{(\w+)}")
    for code, forms in sentences("nl").items():
        ours = {name for form in sentences(language)[code] for name in wanted.findall(form)}
        theirs = {name for form in forms for name in wanted.findall(form)}
        assert ours == theirs, code


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty(language: str) -> None:
    assert [code for code, forms in sentences(language).items() if not all(forms)] == []


def codes_in_source() -> set[str]:
    """Codes that operations and the pipeline raise or tell, read from the source itself."""
    said = re.compile(
        r"(?:Conflict\(|\.tell\(|\.say\(|\(\"[a-z_.]*\", )\s*\"([a-z_]+\.[a-z_0-9.]+)\""
    )
    return {code for each in sources("app") for code in said.findall(each.text)}


OTHER_WORDS = re.compile(r"\b(lots?|loten|lotcode|orders?|haltes?|bestelwagens?)\b", re.IGNORECASE)
"""What the house calls partij, bestelling, stop and bus."""
OUTSIDE = {
    "paper.label.lot": "the word before the code on a label is the law's",
    "prescription.two_orders": "a prescription orders food and drink, nobody a delivery",
}


def test_a_lot_an_order_a_stop_and_a_van_have_one_word_in_dutch() -> None:
    blank = re.compile(r"\{[^}]*\}")
    strays = {
        code
        for code, forms in sentences("nl").items()
        if any(OTHER_WORDS.search(blank.sub("", form)) for form in forms)
    }
    assert strays == set(OUTSIDE)


def test_every_code_the_shell_says_has_a_sentence() -> None:
    assert codes_in_source() - set(sentences("nl")) == set()


def test_migrations_build_exactly_the_models(any_url: str) -> None:
    engine = make_engine(any_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_requirements_name_no_host() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert text.count("--hash=sha256:") >= text.count("==")


def test_the_version_comes_from_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## \[?\d+\.\d+\.\d+", changelog, re.MULTILINE)
