"""Every page that people can come to, opened in Chromium: accessible, at home, in its frame.

By default each role opens its nearest pages, where it has most of them; ``BROWSER=all`` opens
everything, for every role at both universities.
"""

from collections.abc import Callable

import pytest

from gateway.domain.accounts import Role
from tests.support.browsing import WHOLE, Visitor
from tests.support.processes import Process, ServedWorld

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T20")]

Arrive = Callable[[Process], Visitor]
NEAREST = (
    ("operator", "origin"),
    ("operator", "destination"),
    ("student", "origin"),
    ("commission", "destination"),
    ("administrator", "destination"),
    ("auditor", "origin"),
    ("system", "origin"),
)
EVERY = tuple((role.value, side) for side in ("origin", "destination") for role in Role)
LEAST = 3
"""A visitor who sees fewer pages sees nothing of the application."""


@pytest.mark.parametrize(("role", "side"), EVERY if WHOLE else NEAREST)
def test_the_pages_of_a_role_have_no_fault(
    served: ServedWorld, visit: Arrive, role: str, side: str
) -> None:
    visitor = visit(getattr(served, side))
    visitor.sign_in(role)
    university = "91" if side == "origin" else "92"
    visitor.crawl("/", f"/ateneo/{university}")
    assert visitor.troubles == {}
    assert len(visitor.opened) >= LEAST, visitor.opened


def test_the_public_pages_have_no_fault(served: ServedWorld, visit: Arrive) -> None:
    visitor = visit(served.destination)
    visitor.crawl("/")
    assert visitor.troubles == {}
    assert {"/", "/accesso"} <= set(visitor.opened)


def test_a_fault_would_be_found(served: ServedWorld, visit: Arrive) -> None:
    """A page that is all wrong: what the others are not found to be."""
    visitor = visit(served.origin)
    visitor.page.goto(f"{visitor.address}/")
    visitor.page.evaluate(
        """() => {
            document.documentElement.lang = "";
            document.body.innerHTML = '<img src="/static/congedo.svg"><p id="wide">x</p>';
            document.getElementById("wide").style.width = "3000px";
            const script = document.createElement("script");
            script.src = "https://example.org/script.js";
            document.body.append(script);
        }"""
    )
    visitor.page.wait_for_timeout(300)
    visitor._judge("1280 it")
    found = "\n".join(visitor.troubles["/"])
    for expected in ("image-alt", "html-has-lang", "too wide", "Content Security Policy", "0 h1"):
        assert expected in found
