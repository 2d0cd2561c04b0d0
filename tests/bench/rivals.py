"""What the gateway is measured against: a floor without SOAP, a bare read, and plain Spyne objects.

Each is a WSGI application made from the environment (``BENCH_DATABASE``), served by the same
server.
"""

import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

import psycopg
from lxml import etree

from gateway.contracts import POLIJ, compiled, schema_path
from gateway.domain.history import Step
from gateway.domain.messages import Operation
from gateway.soap import writing
from tests.support.clock import START

_XS = "{http://www.w3.org/2001/XMLSchema}"
_OK = b"<esito><codEsito>0</codEsito></esito>"
_local = threading.local()

Start = Callable[..., object]


def _connection() -> Any:
    """Return this thread's connection, synchronous at commit like the gateway's."""
    found = getattr(_local, "connection", None)
    if found is None:
        url = os.environ["BENCH_DATABASE"]
        if url.startswith("postgresql"):
            found = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        else:
            found = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
            for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL"):
                found.execute(f"PRAGMA {pragma}")
        _local.connection = found
    return found


def prepare() -> None:
    """Create the floor's only table."""
    key = (
        "id BIGSERIAL PRIMARY KEY"
        if "postgresql" in os.environ["BENCH_DATABASE"]
        else ("id INTEGER PRIMARY KEY")
    )
    blob = "BYTEA" if "postgresql" in os.environ["BENCH_DATABASE"] else "BLOB"
    _connection().execute(
        f"CREATE TABLE IF NOT EXISTS floor ({key}, practice TEXT, message {blob})"
    )


def _body(environ: dict[str, Any]) -> bytes:
    return environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))


def _answer(start: Start, content: bytes) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/xml"), ("Content-Length", str(len(content)))])
    return [content]


def floor(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Parse, validate by the compiled schema, insert with one synchronised commit. No SOAP."""
    content = _body(environ)
    parser = getattr(_local, "parser", None)
    if parser is None:
        parser = _local.parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(content, parser)
    body = root.find("{*}Body")[0]
    if not compiled("foglio_congedo/destinazione.xsd").validate(body):
        raise ValueError("invalid")
    connection = _connection()
    practice = body.findtext("IdPratica")
    if isinstance(connection, sqlite3.Connection):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO floor (practice, message) VALUES (?, ?)", (practice, content)
        )
        connection.execute("COMMIT")
    else:
        connection.execute(
            "INSERT INTO floor (practice, message) VALUES (%s, %s)", (practice, content)
        )
    return _answer(start, _OK)


def bare_read(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Read one row by an index and answer. No SOAP, no schema, no journal."""
    content = _body(environ)
    practice = content.partition(b"<IdPratica>")[2].partition(b"<")[0].decode()
    connection = _connection()
    mark = "?" if isinstance(connection, sqlite3.Connection) else "%s"
    row = connection.execute(
        f"SELECT state, updated_at FROM incoming"  # noqa: S608  nothing of the request
        f" WHERE university = {mark} AND origin = {mark} AND id_pratica = {mark}",
        ("92", "91", practice),
    ).fetchone()
    return _answer(start, _OK if row else b"<none/>")


def accept(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Be a partner that accepts whatever it is told, at once."""
    _body(environ)
    name = str(environ.get("HTTP_SOAPACTION", "")).strip('"').rpartition("/")[2]
    content = writing.steps([Step("ricevuta", START)]) if name.startswith("Get_") else ""
    return _answer(start, writing.accepted(Operation(name), content))


def plain_spyne() -> Any:
    """Return Spyne as one writes it by hand: the foglio as objects, deserialised and counted."""
    from spyne import Application, ServiceBase, rpc  # noqa: PLC0415
    from spyne.protocol.soap import Soap11  # noqa: PLC0415
    from spyne.server.wsgi import WsgiApplication  # noqa: PLC0415

    model = typed_foglio()

    class Plain(ServiceBase):
        @rpc(
            str_type(),
            str_type(),
            model,
            _returns=str_type(),
            _in_variable_names={
                "caller": "MiurAteneoChiamante",
                "practice": "IdPratica",
                "foglio": "FoglioCongedo",
            },
        )
        def Put_ProcessoTrasferimento(  # noqa: N802
            ctx: Any,  # noqa: N805
            caller: str,
            practice: str,
            foglio: Any,
        ) -> str:
            exams = foglio.CarrieraUniversitaria.Tratta
            connection = _connection()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "INSERT INTO floor (practice, message) VALUES (?, ?)", (practice, len(exams))
            )
            connection.execute("COMMIT")
            return "OK"

    application = Application(
        [Plain], tns=POLIJ, in_protocol=Soap11(), out_protocol=Soap11(), name="Plain"
    )
    return WsgiApplication(application)


def str_type() -> Any:
    """Return Spyne's text type."""
    from spyne import Unicode  # noqa: PLC0415

    return Unicode


def typed_foglio() -> Any:
    """Return Spyne's model of the foglio, made from the schema's types."""
    from spyne import ComplexModel, Unicode  # noqa: PLC0415

    tree = etree.parse(str(schema_path("foglio_congedo/foglio_congedo.xsd")))
    types = {item.get("name"): item for item in tree.iter(f"{_XS}complexType")}
    made: dict[str, Any] = {}

    def model(name: str) -> Any:
        if name not in types:
            return Unicode
        if name not in made:
            fields = []
            for element in types[name].iter(f"{_XS}element"):
                kind = model((element.get("type") or "").removeprefix("pol:"))
                many = element.get("maxOccurs", "1") != "1"
                field = kind.customize(max_occurs="unbounded") if many else kind
                fields.append((element.get("name"), field))
            made[name] = type(name, (ComplexModel,), {"__namespace__": POLIJ, "_type_info": fields})
        return made[name]

    return model("FoglioCongedoType")


def serve(application: Any, port: int, *, server: str, threads: int, processes: int = 1) -> None:
    """Serve an application for the bench, as `congedo serve` serves the gateway."""
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415

    class Server(BaseApplication):
        def load_config(self) -> None:
            for name, value in {
                "bind": f"127.0.0.1:{port}",
                "workers": processes,
                "worker_class": "gthread",
                "threads": threads,
                "keepalive": 15,
                "loglevel": "error",
            }.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return application

    Server().run()


def main() -> None:
    """Serve one rival: ``python -m tests.bench.rivals NAME PORT THREADS``."""
    name, port, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    applications: dict[str, Callable[[], Any]] = {
        "floor": lambda: floor,
        "bare_read": lambda: bare_read,
        "accept": lambda: accept,
        "plain_spyne": plain_spyne,
    }
    prepare()
    _local.__dict__.clear()  # a connection does not survive the fork
    serve(applications[name](), port, server="gunicorn", threads=threads)


if __name__ == "__main__":
    main()
