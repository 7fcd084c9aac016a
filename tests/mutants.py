"""Turn each comparison of a room around, one at a time, and see whether a test notices.

Run `python -m tests.mutants [--room screening] [--tests tests/screening] [--workers 2] [FILE ...]`.
The room is copied to a folder of its own; the work tree is never touched. A survivor is a place
where the tests cannot tell right from wrong, or where both are the same.
"""

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 180

_COMPARED = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "=="}
_SIGNS = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
_WORDS = {"below": "at_most", "at_most": "below", "above": "at_least", "at_least": "above"}
_BOUNDS = {"BELOW": "AT_MOST", "AT_MOST": "BELOW", "ABOVE": "AT_LEAST", "AT_LEAST": "ABOVE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change of one file."""

    path: Path
    line: int
    text: str
    source: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.text}"


def _replaced(source: str, node: ast.expr, text: str) -> str:
    lines = source.splitlines(keepends=True)
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    tail = lines[last].encode()[node.end_col_offset :].decode()
    head = lines[first].encode()[: node.col_offset].decode()
    return "".join([*lines[:first], head + text + tail, *lines[last + 1 :]])


def mutants(path: Path) -> Iterator[Mutant]:
    """Every turned comparison, table word, bound and yes/no of a file."""
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        for text in _changed(node):
            assert isinstance(node, ast.expr)
            yield Mutant(
                path=path, line=node.lineno, text=text, source=_replaced(source, node, text)
            )


def _changed(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Compare):
        for place, one in enumerate(node.ops):
            if type(one) in _COMPARED:
                yield _compare(node, place)
    elif isinstance(node, ast.BoolOp):
        word = " or " if isinstance(node.op, ast.And) else " and "
        yield f"({word.join(f'({ast.unparse(one)})' for one in node.values)})"
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in _WORDS:
        yield _WORDS[node.id]
    elif isinstance(node, ast.Attribute) and node.attr in _BOUNDS:
        yield f"{ast.unparse(node.value)}.{_BOUNDS[node.attr]}"


def _compare(node: ast.Compare, place: int) -> str:
    signs = [
        _COMPARED[type(one)] if at == place else _SIGNS[type(one)]
        for at, one in enumerate(node.ops)
    ]
    rest = (
        f" {sign} {ast.unparse(one)}" for sign, one in zip(signs, node.comparators, strict=True)
    )
    return f"({ast.unparse(node.left)}{''.join(rest)})"


def copied(folder: Path) -> Path:
    """A copy of the code to break, beside the shared data when that is here."""
    tree = folder / "house"
    tree.mkdir()
    for name in ("app", "logistics", "menus", "optimizer", "screening", "tests", "benchmarks"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tree / name)
    if (ROOT.parent / "shared").exists():
        (folder / "shared").symlink_to(ROOT.parent / "shared")
    return tree


def survives(mutant: Mutant, tree: Path, tests: Sequence[str]) -> bool:
    """Whether every test passes with this mutant in place."""
    place = tree / mutant.path.relative_to(ROOT)
    whole = place.read_text(encoding="utf-8")
    place.write_text(mutant.source, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", *tests, "-x", "-q", "-p", "no:cacheprovider"]
    try:
        done = subprocess.run(
            command,
            cwd=tree,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        )
    except subprocess.TimeoutExpired:
        return False
    finally:
        place.write_text(whole, encoding="utf-8")
    return done.returncode == 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Print each survivor, and how many there were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--room", default="screening")
    parser.add_argument("--tests", nargs="*", default=["tests/screening"])
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args(arguments)
    files = [one.resolve() for one in asked.files] or sorted((ROOT / asked.room).rglob("*.py"))
    found = [one for path in files for one in mutants(path)]
    with tempfile.TemporaryDirectory() as folder:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(asked.workers):
            (Path(folder) / str(number)).mkdir()
            trees.put(copied(Path(folder) / str(number)))

        def tried(mutant: Mutant) -> bool:
            tree = trees.get()
            try:
                alive = survives(mutant, tree, asked.tests)
            finally:
                trees.put(tree)
            if alive:
                sys.stdout.write(f"survives {mutant}\n")
                sys.stdout.flush()
            return alive

        with ThreadPoolExecutor(asked.workers) as pool:
            alive = sum(pool.map(tried, found))
    sys.stdout.write(f"{len(found)} mutants, {alive} survive\n")


if __name__ == "__main__":
    main()
