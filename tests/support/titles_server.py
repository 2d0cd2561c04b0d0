"""A registry of titles on a real socket that says what a test scripts, as bytes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from gateway.client.message_security import MessageSecurity
from gateway.client.titles import SoapRegistry
from gateway.client.transport import PartnerTransport
from gateway.contracts import SOAP11
from gateway.domain.lookups import Question, Reply, ask_diploma, ask_titles
from gateway.domain.registry import TitleRegistry
from tests.support.clock import START
from tests.support.titles_samples import PERSON

TITLES_NS = "http://miur.spcoop.gov.it/servizi/RicercaTitoloStudente"
DIPLOMA_NS = "http://miur.spcoop.gov.it/servizi/RicercaDiplomaStudente"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
TITLES, DIPLOMA = ask_titles(PERSON), ask_diploma(PERSON, 2019)
QUERY = "0123456789abcdef"


@dataclass
class Said:
    """One answer: status, content type, body; ``wait`` holds it back."""

    body: bytes
    status: str = "200 OK"
    kind: str = "text/xml; charset=utf-8"
    wait: threading.Event | None = None


@dataclass
class ScriptedRegistry:
    """What the server says next, and what it was sent."""

    address: str = ""
    says: list[Said] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        names = ("HTTP_AUTHORIZATION", "HTTP_SOAPACTION", "CONTENT_TYPE", "HTTP_CONGEDO_INOLTRO")
        self.heard.append(({name: environ.get(name, "") for name in names}, body))
        said = self.says.pop(0)
        if said.wait is not None:
            said.wait.wait(10)
        start_response(said.status, [("Content-Type", said.kind)])
        return [said.body]


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[ScriptedRegistry]:
    """Serve a scripted registry on loopback."""
    registry = ScriptedRegistry()
    with make_server("127.0.0.1", 0, registry, WSGIServer, _Quiet) as server:
        registry.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield registry
        server.shutdown()
        thread.join(5)


def registry_at(server: ScriptedRegistry) -> TitleRegistry:
    """Return the record of a scripted registry."""
    return TitleRegistry(
        titles_url=f"{server.address}/titoli",
        diplomas_url=f"{server.address}/diplomi",
        username="ateneo",
        password="segreta",
        timeout_seconds=5,
    )


def ask(registry: TitleRegistry, question: Question = TITLES) -> Reply:
    """Return what our client makes of a registry's answer."""
    client = SoapRegistry(PartnerTransport(), MessageSecurity(lambda: START))
    return client.ask(registry, question, QUERY, START)


def envelope(body: str) -> bytes:
    """Return a SOAP envelope around a body."""
    return f'<s:Envelope xmlns:s="{SOAP11}"><s:Body>{body}</s:Body></s:Envelope>'.encode()


def titles_answer(*results: str) -> bytes:
    """Return an answer of RicercaTitoloStudente, doubly wrapped as the contract wants it."""
    inner = "".join(results)
    name = "risposta_RichiestaRispostaSincrona_ricercaDatiTitoloStudente"
    return envelope(
        f'<t:{name} xmlns:t="{TITLES_NS}/types" xmlns="{TITLES_NS}.xsd" xmlns:xsi="{XSI}">'
        f"<ricercaDatiTitoliStudenteResponseElement>{inner}"
        f"</ricercaDatiTitoliStudenteResponseElement></t:{name}>"
    )


def diploma_answer(*results: str) -> bytes:
    """Return an answer of RicercaDiplomaStudente."""
    inner = "".join(results)
    name = "risposta_RichiestaRispostaSincrona_ricercaDatiDiplomaStudente"
    return envelope(
        f'<t:{name} xmlns:t="{DIPLOMA_NS}/types" xmlns="{DIPLOMA_NS}.xsd" xmlns:xsi="{XSI}">'
        f"<ricercaDatiDiplomiStudenteResponseElement>{inner}"
        f"</ricercaDatiDiplomiStudenteResponseElement></t:{name}>"
    )


def result(**fields: str) -> str:
    """Return one result with these fields."""
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<result>{inner}</result>"


NIL = '<result xsi:nil="true"/>'
EMPTY = "<result/>"
