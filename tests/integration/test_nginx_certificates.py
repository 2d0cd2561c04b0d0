"""The nginx of docs/nginx.conf with docs/nginx-tls.conf: it asks for certificates and hands on
those whose key was proved, and nothing that a caller wrote into a header."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from gateway.bootstrap import Installation
from gateway.domain.security import SubjectPin
from tests.support.certificates import SERVER, make
from tests.support.databases import SqliteMaker
from tests.support.hostile_messages import terms
from tests.support.hostile_nginx import nginx_before, write_tls
from tests.support.hostile_servers import Server, head, serving
from tests.support.ports import free_port
from tests.support.tls import (
    BOTH,
    CERTIFICATE,
    NOBODY,
    Cast,
    Line,
    demand,
    escaped,
    eventually,
    make_cast,
)
from tests.support.universities import DESTINATION, THIRD, introduce

pytestmark = [pytest.mark.integration, pytest.mark.slow]

SECRET = "segreto-del-proxy-di-prova-0123456789"
PROXIED = {"CONGEDO_TRUSTED_PROXIES": "1", "CONGEDO_PROXY_SECRET": SECRET}


@dataclass(frozen=True)
class Fronted:
    granian: Server
    plain: Server
    line: Line
    installation: Installation
    cast: Cast


@pytest.fixture(scope="module")
def fronted(
    nginx: None, tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker
) -> Iterator[Fronted]:
    home, server, port = tmp_path_factory.mktemp("tls"), make("x", purposes=(SERVER,)), free_port()
    with serving(home, sqlite, "--behind-proxy", **PROXIED) as (granian, installation):
        introduce(installation, DESTINATION, (THIRD, "third"))
        write_tls(home / "nginx", port, server, SECRET)
        with nginx_before(granian, home / "nginx") as plain:
            line = Line(port, server.certificate)
            yield Fronted(granian, plain, line, installation, make_cast())


@pytest.fixture
def at(fronted: Fronted) -> Fronted:
    """91 shows a certificate only, 93 a password and a certificate of its own."""
    cast = fronted.cast
    pin = SubjectPin(cast.authority.certificate, cast.certified.subject)
    pins = (cast.own.pin, cast.expired.pin, cast.early.pin)
    demand(fronted.installation, "92", "91", proofs=CERTIFICATE, keys=pins, subjects=(pin,))
    demand(fronted.installation, "92", "93", proofs=BOTH, keys=(cast.stranger.pin,))
    eventually(lambda: not fronted.line.refuses(cast.own))
    eventually(lambda: fronted.line.refuses(None, "ateneo-93"))
    return fronted


def test_whose_key_is_pinned_or_certified_is_let_in(at: Fronted) -> None:
    assert at.line.post(at.cast.own).outcome == (0, "OK")
    assert at.line.post(at.cast.certified).outcome == (0, "OK")
    assert at.line.post(at.cast.stranger, "ateneo-93", terms("93")).outcome == (0, "OK")


def test_nobody_else_is(at: Fronted) -> None:
    cast = at.cast
    for shown, user in (
        (None, ""),
        (None, "ateneo-91"),
        (cast.renewed, ""),
        (cast.imitated, ""),
        (cast.expired, ""),
        (cast.early, ""),
        (cast.expired_certified, ""),
        (cast.own, "ateneo-93"),
        (cast.stranger, ""),
    ):
        assert at.line.refuses(shown, user), shown


def test_what_tls_does_not_take_is_a_fault_as_ours(at: Fronted) -> None:
    answer = at.line.post(at.cast.expired)
    assert answer.fault == NOBODY
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"


def test_who_opens_a_page_with_it_is_told_so_on_a_page(at: Fronted) -> None:
    answer = at.line.post(at.cast.expired, path="/accesso")
    assert answer.status == 401
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Certificato non valido" in answer.content.decode()


@pytest.mark.parametrize("secret", ["", SECRET])
def test_a_spoofed_header_is_cleared_by_the_proxy(at: Fronted, secret: str) -> None:
    lies = {
        "X-Congedo-Client-Certificate": escaped(at.cast.own),
        "X_Congedo_Client_Certificate": escaped(at.cast.own),
        "X-Congedo-Proxy-Secret": secret,
    }
    assert at.line.post(None, headers=lies).fault == NOBODY
    assert at.line.post(at.cast.renewed, headers=lies).fault == NOBODY
    assert at.line.post(at.cast.own, headers=lies).outcome == (0, "OK")  # its own, not the lie
    message = terms()
    raw = [f"{name}: {value}" for name, value in lies.items()]
    answer = at.plain.raw(head(len(message), *raw, "Connection: close", user="") + message)
    assert answer.startswith(b"HTTP/1.1 401")


def test_a_spoofed_header_past_the_proxy_is_no_certificate(at: Fronted) -> None:
    message = terms()
    for name in ("X-Congedo-Client-Certificate", "X_Congedo_Client_Certificate"):
        lie = f"{name}: {escaped(at.cast.own)}"
        direct = head(len(message), lie, "X-Forwarded-For: 127.0.0.1", "Connection: close", user="")
        assert at.granian.raw(direct + message).startswith(b"HTTP/1.1 401")


def test_a_resumed_session_is_its_first_caller_s(at: Fronted) -> None:
    assert at.line.resumed(at.cast.own, lambda: None) == (True, 200)
    assert at.line.resumed(at.cast.renewed, lambda: None) == (True, 401)
