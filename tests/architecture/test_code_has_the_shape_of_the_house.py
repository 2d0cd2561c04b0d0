"""Sizes and habits that the linter does not measure."""

import ast
import re

import pytest

from tests.architecture.repository import PRODUCT, functions, modules, texts

MODULE_LINES = 400
FUNCTION_LINES = 40
MIGRATIONS = "storage/migrations/versions/"
"""A form of the database is one long list: no limit of size is set to it."""

IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[[a-z-]+(, ?[a-z-]+)*\])")


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function works on: without signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


SIZED = [name for name in modules(*PRODUCT) if not name.startswith(MIGRATIONS)]


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    long = {
        name: len(text.splitlines())
        for name, text in texts().items()
        if name.endswith(".py") and not name.startswith(MIGRATIONS)
    }
    assert {name: lines for name, lines in long.items() if lines > MODULE_LINES} == {}


@pytest.mark.parametrize("name", SIZED)
def test_no_function_works_on_more_than_forty_lines(name: str) -> None:
    sizes = {function.name: body_lines(function) for function in functions(modules(*PRODUCT)[name])}
    assert {name: lines for name, lines in sizes.items() if lines > FUNCTION_LINES} == {}


def test_only_the_command_line_prints() -> None:
    printing = [
        name
        for name, tree in modules(*PRODUCT).items()
        if not name.startswith("gateway/cli/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
    ]
    assert printing == []


def test_every_except_names_what_it_catches() -> None:
    bare = [
        f"{name}:{node.lineno}"
        for name, tree in modules(*PRODUCT, "tests").items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert bare == []


def test_every_silenced_type_error_says_which() -> None:
    silenced = [
        f"{name}:{number}"
        for name, text in texts().items()
        if name.endswith(".py")
        for number, line in enumerate(text.splitlines(), 1)
        if IGNORE.search(line)
    ]
    assert silenced == []
