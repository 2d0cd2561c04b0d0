"""Offices led by commands: made once, copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cli import Office, office_with
from tests.support.cli_english import English, english_speaker
from tests.support.cli_pair import Pair, copy_offices, joined, make_offices


@pytest.fixture(scope="session")
def introduced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an origin and a destination that know each other."""
    folder = tmp_path_factory.mktemp("introduced")
    make_offices(folder)
    return folder


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of an installation that hosts nobody yet."""
    return office_with(tmp_path_factory.mktemp("initialised") / "home").home


@pytest.fixture
def empty(tmp_path: Path, initialised: Path) -> Office:
    """An installation that hosts nobody yet."""
    shutil.copytree(initialised, tmp_path / "home")
    return Office(tmp_path / "home")


@pytest.fixture
def pair(tmp_path: Path, introduced: Path) -> Iterator[Pair]:
    """An origin and a destination that know each other, on SQLite."""
    with joined(tmp_path, *copy_offices(introduced, tmp_path)) as made:
        yield made


@pytest.fixture
def office(tmp_path: Path, introduced: Path) -> Office:
    """The origin's office alone."""
    return copy_offices(introduced, tmp_path)[0]


@pytest.fixture(scope="session")
def english() -> Iterator[English]:
    """The command line in English."""
    with english_speaker() as made:
        yield made
