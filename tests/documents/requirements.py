"""docs/requirements.md: each requirement, where it comes from, and the tests that prove it."""

import ast
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).parents[1]

INTRODUCTION = """# Requirements and the tests that prove them

Made from the markers `@pytest.mark.requirement("...")` by `make docs`; do not edit. The source is
the "Linee guida per l'Università digitale" of 2012 (chapter 4 and appendix A), unless another is
named.

"""
REQUIREMENTS: dict[str, tuple[str, str]] = {
    "T1": ("Get_Offerta: the destination publishes the courses open to transfers", "A.2, A.3"),
    "T2": ("Get_InfoWorkflowTrasferimento: the terms of sending and of the token", "A.2, A.3"),
    "T3": ("Put_ProcessoTrasferimento: the foglio starts a practice", "A.2, A.3"),
    "T4": ("Require_RefreshDatiTrasferimento: the destination asks for the foglio again", "A.2"),
    "T5": ("Put_DatiTrasferimento: answer to a revision, completion, correction", "A.2, A.3"),
    "T6": ("Change_StatusProcessoTrasferimento: cancel, close, reject", "A.2, A.3"),
    "T7": ("Get_StatusProcessoTrasferimento: the steps a practice has taken", "A.2, A.3"),
    "T8": ("Ret_Token: the token of a practice, given later", "A.2, A.3"),
    "T9": ("Get_Allegato: one attachment of a foglio", "A.2, A.3"),
    "T10": ("The contracts are written by hand, served as they are, and are the service", "A.3"),
    "T11": ("The foglio di congedo: all four sections with their nodes and leaves", "4.4, A.5"),
    "T12": ("A foglio is judged on receipt; every reason is listed, nothing is begun", "A.4.2"),
    "T13": ("The token with the codice fiscale lets the student in at the destination", "4.3"),
    "T14": ("Sections 1-2 first, 3-4 within the announced term, which is watched", "A.2"),
    "T15": (
        "A repeat has no second effect and gets the same answer; other content is refused",
        "4",
    ),
    "T16": ("Attachments: PDF, at most 200 KB, until their day", "A.3"),
    "T17": ("A number of the protocol register for each submission, receipt and decision", "A.4"),
    "T18": ("The work flow of the origin, as a life cycle", "A.4.1"),
    "T19": ("The work flow of the destination, as a life cycle", "A.4.2"),
    "T20": ("The progress on both sides, side by side", "A.4"),
    "T21": ("Events for the student's digital file", "3"),
    "A4": ("Declared titles are verified at a registry, at once or later", "9.3.11, F.3"),
}


def make() -> str:
    """Return the document."""
    found = markers()
    lines = ["| id | requirement | source | tests |\n|---|---|---|---|\n"]
    for name, (sentence, source) in REQUIREMENTS.items():
        files = found[name]
        tests = "<br>".join(f"`{file}` ({count})" for file, count in sorted(files.items()))
        lines.append(f"| {name} | {sentence} | {source} | {tests or 'none yet'} |\n")
    return INTRODUCTION + "".join(lines)


def markers() -> dict[str, dict[str, int]]:
    """Return for each requirement how many tests of which file are marked with it."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for file in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        name = str(file.relative_to(TESTS.parent))
        tests = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        ]
        for node in tests:
            for requirement in {*_named(node.decorator_list), *_of_module(tree)}:
                found[requirement][name] += 1
    return found


def _of_module(tree: ast.Module) -> list[str]:
    marks = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and "pytestmark" in ast.dump(node.targets[0])
    ]
    return _named(marks)


def _named(nodes: list[ast.expr]) -> list[str]:
    calls = [call for node in nodes for call in ast.walk(node) if isinstance(call, ast.Call)]
    return [
        str(argument.value)
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "requirement"
        for argument in call.args
        if isinstance(argument, ast.Constant)
    ]
