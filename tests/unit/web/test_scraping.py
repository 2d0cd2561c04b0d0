"""Metrics are read by who has the token, or by the machine itself and nobody behind a proxy."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client, TestResponse

from gateway.web.scraping import add_metrics

TOKEN = "una-parola-lunga-e-segreta"
NEAR = {"REMOTE_ADDR": "127.0.0.1"}
FAR = {"REMOTE_ADDR": "192.0.2.7"}


def ask(
    token: str = "", environ: dict[str, Any] | None = None, proxies: int = 0, **headers: str
) -> TestResponse:
    """Ask for the metrics of an application with a token, or none."""
    app = Flask("test")
    add_metrics(app, lambda accept: (b"numbers for " + accept.encode(), "text/plain"), token)
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, proxies, proxies, proxies, proxies, proxies)  # type: ignore[method-assign]
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client(app).get("/metrics", environ_overrides=environ or NEAR, headers=named)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_the_machine_itself_reads_them_without_a_token(address: str) -> None:
    answer = ask(environ={"REMOTE_ADDR": address}, Accept="text/plain")
    assert answer.status_code == 200
    assert answer.get_data() == b"numbers for text/plain"


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::1", "", "localhost"])
def test_without_a_token_nobody_else_does(address: str) -> None:
    answer = ask(environ={"REMOTE_ADDR": address})
    assert answer.status_code == 403
    assert b"numbers" not in answer.get_data()


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Via", "X-Forwarded-Proto", "X-Forwarded-Host"],
)
@pytest.mark.parametrize("proxies", [0, 1])
def test_a_stranger_behind_a_proxy_of_the_same_machine_is_a_stranger(
    header: str, proxies: int
) -> None:
    answer = ask(proxies=proxies, **{header: "127.0.0.1"})
    assert answer.status_code == 403


def test_a_far_proxy_does_not_make_a_caller_near_by_saying_so() -> None:
    assert ask(environ=FAR, proxies=1, X_Forwarded_For="127.0.0.1").status_code == 403


@pytest.mark.parametrize("environ", [NEAR, FAR])
def test_with_a_token_set_it_must_be_shown_from_wherever(environ: dict[str, Any]) -> None:
    for wrong in ("", f"Basic {TOKEN}", "Bearer", f"Bearer {TOKEN}x", "Bearer é", TOKEN):
        answer = ask(TOKEN, environ, Authorization=wrong)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert b"numbers" not in answer.get_data()
    assert ask(TOKEN, environ, Authorization=f"Bearer {TOKEN}").status_code == 200
    assert ask(TOKEN, environ, Authorization=f"bearer {TOKEN}").status_code == 200


def test_they_are_only_read() -> None:
    app = Flask("test")
    add_metrics(app, lambda _: (b"", "text/plain"), "")
    assert Client(app).post("/metrics").status_code == 405
