"""Every route of the application, and who is meant to see it."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import Map, Rule

from gateway.bootstrap import Installation
from gateway.domain.accounts import Role
from gateway.settings import Settings
from gateway.web.access import Access, access_of
from storage.encryption import create_keys
from tests.support.databases import sqlite_maker

GUARDLESS = frozenset({"static"})
"""Endpoints that the guard lets pass: the application's own style, scripts and drawing."""
_HIDDEN = frozenset({"HEAD", "OPTIONS"})
_STAND_INS = {"int": "1", "path": "nessuno", "default": "nessuno", "string": "nessuno"}
_VARIABLE = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """An address and a method, and who may use it; ``None``: nobody said so."""

    rule: str
    method: str
    endpoint: str
    access: Access | None

    @property
    def of_university(self) -> bool:
        """Tell whether the address names a university."""
        return "<university>" in self.rule

    def path(self, university: str) -> str:
        """Return an address of this route, of things that do not exist but for the university."""

        def stand_in(found: re.Match[str]) -> str:
            kind, name = found.group(1) or "default", found.group(2)
            return university if name == "university" else _STAND_INS.get(kind, "nessuno")

        return _VARIABLE.sub(stand_in, self.rule)

    def lets_in(self, role: Role | None, *, elsewhere: bool = False) -> bool:
        """Tell whether somebody in a role may see it; ``elsewhere``: of another university."""
        if self.access is None:
            return False
        if self.access.public:
            return True
        if role is None:
            return False
        if not self.access.roles:
            return True
        return role in self.access.roles and not (elsewhere and self.of_university)


def routes_of(app: Flask) -> list[Route]:
    """Return every route under the guard, by address and method."""
    rules: Map = app.url_map
    return sorted(
        (
            Route(rule.rule, method, rule.endpoint, access_of(app, rule.endpoint))
            for rule in rules.iter_rules()
            if rule.endpoint not in GUARDLESS
            for method in _methods(rule)
        ),
        key=lambda route: (route.rule, route.method),
    )


def _methods(rule: Rule) -> set[str]:
    return set(rule.methods or ()) - _HIDDEN


def without_views(app: Any) -> Any:
    """Return an application whose views do nothing but say that they were reached (204)."""
    for endpoint, view in list(app.view_functions.items()):
        if endpoint not in GUARDLESS:
            app.view_functions[endpoint] = _reached(view)
    return app


def _reached(view: Any) -> Any:
    def reached(**_: object) -> tuple[str, int]:
        return "", 204

    if hasattr(view, "access"):
        reached.access = view.access  # type: ignore[attr-defined]
    return reached


@contextmanager
def application() -> Iterator[Flask]:
    """Yield the application of an empty installation."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        settings = Settings(home=home, database_url=sqlite_maker(home).make(home))
        create_keys(settings.keys)
        installation = Installation(settings)
        try:
            yield installation.wsgi()
        finally:
            installation.close()
