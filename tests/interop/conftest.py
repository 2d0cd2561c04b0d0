"""Foreign programs, built once, and the installation that they talk to.

Without more said only the quick stacks take part. ``INTEROP=all`` (or names: ``INTEROP=cxf,node``)
brings the others, which Maven, npm or a C++ compiler must build first; ``make interop`` does so. A
stack that the machine does not have is skipped, unless ``REQUIRE_INTEROP`` is set.
"""

import os
from collections.abc import Iterator

import pytest

from tests.support.contract_foglio import PDF
from tests.support.databases import SqliteMaker
from tests.support.interop_programs import Program, serving_job
from tests.support.interop_registry import DIPLOMAS, TITLES
from tests.support.interop_stacks import STACKS, Stack
from tests.support.interop_world import Site, site


def _wanted(stack: Stack) -> bool:
    names = os.environ.get("INTEROP", "quick").split(",")
    return "all" in names or stack.name in names or ("quick" in names and stack.quick)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker) -> Iterator[Site]:
    """The installation, served by gunicorn."""
    with site(tmp_path_factory.mktemp("interop"), sqlite) as made:
        yield made


@pytest.fixture(scope="session")
def place_behind_nginx(
    nginx: None, tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker
) -> Iterator[Site]:
    """The installation, served by granian behind nginx."""
    with site(tmp_path_factory.mktemp("interop-nginx"), sqlite, behind_nginx=True) as made:
        yield made


@pytest.fixture(scope="session", params=STACKS, ids=lambda stack: stack.name)
def program(request: pytest.FixtureRequest) -> Program:
    """The program of one stack after the other, built from what the installation publishes."""
    stack: Stack = request.param
    if not _wanted(stack):
        pytest.skip(f"{stack.title}: run by make interop")
    if missing := stack.missing():
        if os.environ.get("REQUIRE_INTEROP"):
            pytest.fail(f"{stack.title} is demanded, and the machine has no {missing}")
        pytest.skip(f"{stack.title}: the machine has no {missing}")
    place: Site = request.getfixturevalue("place")  # not for a stack that is skipped
    return Program(stack, stack.built(place.contracts))


@pytest.fixture
def theirs(program: Program, place: Site) -> Iterator[str]:
    """The address of the program's own server, known to our installation as both partners'."""
    job = serving_job(place.contracts, PDF, titles=TITLES, diplomas=DIPLOMAS)
    with program.serving(job) as address:
        place.point_to(address)
        yield address
