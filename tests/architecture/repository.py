"""The repository as tests read it: its files, its Python, its functions."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("gateway", "bridge", "storage", "wsdl", "xsd")


def _ignored(path: Path) -> bool:
    """Tell whether git leaves a path alone."""
    patterns = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split()]
    return path.name == ".git" or any(fnmatch(path.name, pattern) for pattern in patterns)


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if _ignored(path):
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file():
            yield path


@cache
def texts() -> dict[str, str]:
    """Return every text file of the repository by its name; what is no text is left out."""
    found = {}
    for path in _walk(ROOT):
        try:
            found[path.relative_to(ROOT).as_posix()] = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
    return found


@cache
def modules(*folders: str) -> dict[str, ast.Module]:
    """Return the Python modules below the folders, parsed, by name."""
    return {
        name: ast.parse(text)
        for name, text in texts().items()
        if name.endswith(".py") and name.partition("/")[0] in folders
    }


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return every function of a module, nested ones and methods included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(tree: ast.Module, *names: str) -> Iterator[ast.Call]:
    """Return the calls of functions or methods with one of these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in names:
                yield node


def literal(node: ast.expr) -> str | None:
    """Return the string that an expression spells out, if it does."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
