"""docs/interoperability.md says what the tests know: versions, slips, names, pieces of code."""

import ast
import json
import re
from pathlib import Path
from textwrap import dedent

import pytest
from lxml import etree

from gateway.domain.messages import LookupOperation, Operation
from gateway.domain.partners import AnswerSlip
from tests.architecture.repository import ROOT
from tests.support.interop_matrix import KNOWN, OPERATIONS
from tests.support.interop_stacks import SOURCES, STACKS

SUPPORT = ROOT / "tests" / "support"
PAGE = (ROOT / "docs" / "interoperability.md").read_text("utf-8")
ITALIAN, ENGLISH = PAGE.split("\n# English\n")
SNIPPET = re.compile(
    r"^[ \t]*// \[snippet [\w-]+\]\n(.*?)^[ \t]*// \[end\]$", re.DOTALL | re.MULTILINE
)


def rows(text: str, heading: str) -> list[list[str]]:
    """Return the cells of the first table below a heading."""
    below = text.split(f"\n## {heading}\n")[1].split("\n## ", maxsplit=1)[0]
    lines = [line for line in below.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def names(cell: str) -> set[str]:
    """Return the names in a cell."""
    return set(re.findall(r"`(\w+)`", cell))


@pytest.mark.parametrize(
    ("text", "heading", "yes"), [(ITALIAN, "La tabella", "sì"), (ENGLISH, "The table", "yes")]
)
def test_the_table_is_what_the_tests_hold_the_stacks_to(text: str, heading: str, yes: str) -> None:
    assert rows(text, heading)
    told = {
        row[0]: (row[1], row[2], row[3], names(row[4]), row[5] == yes)
        for row in rows(text, heading)
    }
    all_of_them = str(len(OPERATIONS))
    assert told == {
        stack.title: (
            KNOWN[stack.name].version,
            all_of_them,
            all_of_them,
            {slip.value for slip in KNOWN[stack.name].slips},
            KNOWN[stack.name].reads_401,
        )
        for stack in STACKS
    }


@pytest.mark.parametrize(
    ("text", "heading"),
    [(ITALIAN, "Le tolleranze nelle risposte"), (ENGLISH, "Tolerances in answers")],
)
def test_every_slip_is_explained(text: str, heading: str) -> None:
    explained = [names(row[0]) for row in rows(text, heading)]
    assert explained == [{slip.value} for slip in AnswerSlip]


def test_the_versions_are_those_that_are_built() -> None:
    pom = etree.parse(str(SOURCES / "java" / "pom.xml"))
    space = {"m": "http://maven.apache.org/POM/4.0.0"}
    pinned = json.loads((SOURCES / "node" / "package.json").read_text("utf-8"))["dependencies"]
    assert KNOWN["cxf"].version == pom.findtext("m:properties/m:cxf.version", None, space)
    assert KNOWN["metro"].version == pom.findtext("m:properties/m:metro.version", None, space)
    assert KNOWN["node"].version == pinned["soap"]


@pytest.mark.parametrize("language", ["java", "node", "php", "gsoap"])
def test_the_pieces_of_code_are_those_of_the_programs(language: str) -> None:
    sources = [file for file in (SOURCES / language).rglob("*") if file.is_file()]
    pieces = [
        dedent(piece).strip()
        for file in sources
        for piece in SNIPPET.findall(file.read_text("utf-8"))
    ]
    assert len(pieces) >= 2
    assert [piece for piece in pieces if piece not in PAGE] == []


def test_all_eleven_operations_take_part_on_both_sides() -> None:
    assert set(OPERATIONS) == {*map(str, Operation), *map(str, LookupOperation)}
    asked = strings(SOURCES / "test_their_clients.py") | strings(SUPPORT / "interop_transfers.py")
    assert set(OPERATIONS) <= asked
    tree = ast.parse((SOURCES / "test_their_servers.py").read_text("utf-8"))
    called = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and getattr(node.value, "id", "") in {"Operation", "LookupService"}
    }
    assert called == {*Operation.__members__, "TITLES", "DIPLOMA"}


def strings(module: Path) -> set[str]:
    """Return the strings that a module of tests spells out."""
    tree = ast.parse(module.read_text("utf-8"))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
