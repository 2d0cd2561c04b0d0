"""Fixtures for every test: databases of both kinds, worlds of two installations."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from tests.support.databases import (
    Maker,
    SqliteMaker,
    postgres_maker,
    postgres_programs,
    postgres_server,
    sqlite_maker,
)
from tests.support.hostile_nginx import nginx_program
from tests.support.transfers import Steps
from tests.support.universities import World, make_world


@pytest.fixture(autouse=True, scope="session")
def _no_environment() -> Iterator[None]:
    """No setting of the machine reaches a test."""
    before = {name: value for name, value in os.environ.items() if name.startswith("CONGEDO_")}
    for name in before:
        del os.environ[name]
    yield
    os.environ.update(before)


@pytest.fixture(autouse=True, scope="session")
def _many_applications(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Make it cheap to have thousands of applications one after the other; the product has one.

    What they are made of can be collected, and their pages and addresses are compiled once.
    """
    build = Rule._compile_builder
    built: dict[object, Callable[..., Any]] = {}

    def build_once(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        key = tuple(rule._trace), repr(rule.defaults), append_unknown
        if key not in built:
            built[key] = build(rule, append_unknown)
        return built[key]

    pages = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("pages")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gc, "freeze", lambda: None)
        patch.setattr(Rule, "_compile_builder", build_once)
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": pages})
        yield


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteMaker:
    """Makes SQLite databases."""
    return sqlite_maker(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Maker]:
    """Makes PostgreSQL databases on a server of our own."""
    if postgres_programs() is None:
        if os.environ.get("REQUIRE_POSTGRES"):
            pytest.fail("PostgreSQL is demanded and not installed")
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with postgres_server() as maintenance:
        yield postgres_maker(maintenance)


@pytest.fixture(scope="session")
def nginx() -> None:
    """Asks for nginx: what needs it is skipped without."""
    if nginx_program() is None:
        if os.environ.get("REQUIRE_NGINX"):
            pytest.fail("nginx is demanded and not installed")
        pytest.skip("nginx is not installed (Debian: apt-get install nginx-light)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Maker:
    """Makes databases of one kind, then of the other."""
    name = "sqlite" if request.param == "sqlite" else "postgres"
    maker: Maker = request.getfixturevalue(name)
    return maker


@pytest.fixture
def make_steps(tmp_path: Path) -> Iterator[Callable[..., Steps]]:
    """Makes worlds with the steps in them, and closes them."""
    worlds: list[World] = []

    def make(maker: Maker, **options: object) -> Steps:
        world = make_world(tmp_path / f"world{len(worlds)}", maker, **options)  # type: ignore[arg-type]
        worlds.append(world)
        return Steps(world)

    yield make
    for world in worlds:
        world.close()


@pytest.fixture
def steps(make_steps: Callable[..., Steps], sqlite: SqliteMaker) -> Steps:
    """A world on SQLite: complete sending, immediate token."""
    return make_steps(sqlite)
