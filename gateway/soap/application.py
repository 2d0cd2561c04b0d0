"""The Spyne applications: one for each role and lookup, one bare operation for each service.

Spyne declares the services, finds the operation of a body by its name, and writes the faults. A
good message does not travel through its machinery, which would cost a quarter of a small call and
whose reading of messages is unsafe in fourteen measured ways: the endpoint parses, judges, and
calls the function that Spyne's registry names (ADR 0005).
"""

import io
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import spyne.const
from spyne import AnyXml, Application, Service, rpc
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication

from gateway.contracts import POLIJ, Described, Lookup, Role, lookup_name, lookup_types
from gateway.domain.messages import LookupOperation, Operation
from gateway.soap import (
    destination_service,
    origin_service,
    titles_service,
)
from gateway.soap.faults import InvalidCall

Handler = Callable[[Any], Any]
"""From a valid call to its answer: a ``Call`` of a role, a ``LookupCall`` of a lookup."""
AnyOperation = Operation | LookupOperation
Response = tuple[str, list[tuple[str, str]], bytes]
"""Status line, headers, body."""

HANDLERS: Mapping[Described, Mapping[Any, Handler]] = {
    Role.DESTINATION: destination_service.HANDLERS,
    Role.ORIGIN: origin_service.HANDLERS,
    Lookup.TITLES: titles_service.HANDLERS[Lookup.TITLES],
    Lookup.DIPLOMA: titles_service.HANDLERS[Lookup.DIPLOMA],
}
_REFUSAL = "congedo.refusal"

# Spyne would run a full garbage collection once a second inside a request.
spyne.const.MIN_GC_INTERVAL = math.inf


class FaultSoap11(Soap11):
    """Spyne's protocol with its reading of messages taken out: it only writes faults."""

    def create_in_document(self, ctx: Any, charset: str | None = None) -> None:
        """Turn the refusal that the environment carries into a fault."""
        refusal: InvalidCall = ctx.transport.req_env[_REFUSAL]
        ctx.transport.resp_code = refusal.status
        ctx.transport.resp_headers.update(refusal.headers)
        raise refusal.as_fault() from refusal


@dataclass(frozen=True, slots=True)
class _Names:
    """What a service is called where Spyne declares it."""

    service: str
    namespace: str
    request: Callable[[AnyOperation], str]
    answer: Callable[[AnyOperation], str]


def _names(service: Described) -> _Names:
    if isinstance(service, Lookup):
        # doubly wrapped: the outer elements have a name and a namespace of their own (F.3)
        synchronous = "RichiestaRispostaSincrona_ricercaDati"
        subject = lookup_name(service).removeprefix("Ricerca")
        return _Names(
            f"{lookup_name(service)}Service",
            lookup_types(service),
            lambda _: f"richiesta_{synchronous}{subject}",
            lambda _: f"risposta_{synchronous}{subject}",
        )
    name = f"FoglioCongedo{service.capitalize()}"
    return _Names(name, POLIJ, lambda o: o.value, lambda o: f"{o.value}Response")


def _operation(operation: AnyOperation, handler: Handler, names: _Names) -> Any:
    def method(call: Any) -> Any:
        return handler(call)

    method.__name__ = operation.value  # before rpc(): Spyne refuses two methods of one name
    return rpc(
        AnyXml,
        _returns=AnyXml,
        _body_style="bare",
        _no_ctx=True,
        _args=("call",),
        _in_message_name=f"{{{names.namespace}}}{names.request(operation)}",
        _out_message_name=f"{{{names.namespace}}}{names.answer(operation)}",
    )(method)


class RoleServices:
    """The services of a role, or a lookup, as Spyne declares them."""

    def __init__(self, role: Described) -> None:
        names = _names(role)
        service = type(
            names.service,
            (Service,),
            {
                operation.value: _operation(operation, handler, names)
                for operation, handler in HANDLERS[role].items()
            },
        )
        application = Application(
            [service],
            tns=names.namespace,
            name=service.__name__,
            in_protocol=FaultSoap11(),
            out_protocol=FaultSoap11(),
        )
        self._operations = {names.request(operation): operation for operation in HANDLERS[role]}
        self._registry = application.interface.service_method_map
        self._writer = WsgiApplication(application)

    def find(self, tag: str) -> tuple[Any, Handler] | None:
        """Return the operation that a body's root names, and its function."""
        descriptors = self._registry.get(tag)
        if not descriptors:
            return None
        return self._operations[descriptors[0].name], descriptors[0].function

    def fault(self, refusal: InvalidCall) -> Response:
        """Return the fault for a refusal, with its HTTP status and headers."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            started.append((status, headers))

        body = b"".join(self._writer({**_ENVIRON, _REFUSAL: refusal}, start))
        status, headers = started[0]
        kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
        return status, [*kept, ("Content-Length", str(len(body)))], body


_ENVIRON: Mapping[str, Any] = {
    "REQUEST_METHOD": "POST",
    "SCRIPT_NAME": "",
    "PATH_INFO": "/",
    "QUERY_STRING": "",
    "SERVER_NAME": "congedo",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "CONTENT_TYPE": "text/xml",
    "CONTENT_LENGTH": "0",
    "wsgi.url_scheme": "http",
    "wsgi.input": io.BytesIO(),
}
"""What Spyne sees of a refused request: nothing of it."""
