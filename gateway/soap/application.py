"""The Spyne applications: one for each role, one bare operation for each service.

Spyne declares the services, finds the operation of a body by its name, and writes the faults. A
good message does not travel through its machinery, which would cost a quarter of a small call and
whose reading of messages is unsafe in fourteen measured ways: the endpoint parses, judges, and
calls the function that Spyne's registry names (ADR 0005).
"""

import io
import math
from collections.abc import Callable, Mapping
from typing import Any

import spyne.const
from spyne import AnyXml, Application, Service, rpc
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication

from gateway.contracts import POLIJ, Role
from gateway.domain.messages import Operation
from gateway.soap import (
    destination_service,
    origin_service,
)
from gateway.soap.calls import Call
from gateway.soap.faults import InvalidCall

Handler = Callable[[Call], bytes]
Response = tuple[str, list[tuple[str, str]], bytes]
"""Status line, headers, body."""

HANDLERS: Mapping[Role, Mapping[Operation, Handler]] = {
    Role.DESTINATION: destination_service.HANDLERS,
    Role.ORIGIN: origin_service.HANDLERS,
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


def _operation(operation: Operation, handler: Handler) -> Any:
    def method(call: Call) -> bytes:
        return handler(call)

    method.__name__ = operation.value  # before rpc(): Spyne refuses two methods of one name
    return rpc(
        AnyXml,
        _returns=AnyXml,
        _body_style="bare",
        _no_ctx=True,
        _args=("call",),
        _in_message_name=f"{{{POLIJ}}}{operation.value}",
        _out_message_name=f"{{{POLIJ}}}{operation.value}Response",
    )(method)


class RoleServices:
    """The services of a role, as Spyne declares them."""

    def __init__(self, role: Role) -> None:
        service = type(
            f"FoglioCongedo{role.capitalize()}",
            (Service,),
            {
                operation.value: _operation(operation, handler)
                for operation, handler in HANDLERS[role].items()
            },
        )
        application = Application(
            [service],
            tns=POLIJ,
            name=service.__name__,
            in_protocol=FaultSoap11(),
            out_protocol=FaultSoap11(),
        )
        self._registry = application.interface.service_method_map
        self._writer = WsgiApplication(application)

    def find(self, tag: str) -> tuple[Operation, Handler] | None:
        """Return the operation that a body's root names, and its function."""
        descriptors = self._registry.get(tag)
        if not descriptors:
            return None
        return Operation(descriptors[0].name), descriptors[0].function

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
