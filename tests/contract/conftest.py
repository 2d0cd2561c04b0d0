"""Worlds of the contract tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.domain.registry import TitleRegistry
from tests.support.contract_golden import GoldenWorld
from tests.support.databases import SqliteMaker
from tests.support.titles_server import ScriptedRegistry, registry_at, served


@pytest.fixture
def printed(tmp_path: Path, sqlite: SqliteMaker) -> Iterator[GoldenWorld]:
    """The world of the printed examples."""
    world = GoldenWorld(tmp_path / "printed", sqlite)
    yield world
    world.installation.close()


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedRegistry]:
    """A registry of titles that says what a test scripts."""
    with served() as made:
        yield made


@pytest.fixture
def registry(server: ScriptedRegistry) -> TitleRegistry:
    """The record of ``server``, which has said and heard nothing yet."""
    server.says.clear()
    server.heard.clear()
    return registry_at(server)
