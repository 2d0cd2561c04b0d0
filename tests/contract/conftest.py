"""Worlds of the contract tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.contract_golden import GoldenWorld
from tests.support.databases import SqliteMaker


@pytest.fixture
def printed(tmp_path: Path, sqlite: SqliteMaker) -> Iterator[GoldenWorld]:
    """The world of the printed examples."""
    world = GoldenWorld(tmp_path / "printed", sqlite)
    yield world
    world.installation.close()
