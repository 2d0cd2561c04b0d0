"""The Spyne applications: one for each role, one bare operation for each service."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import spyne.const
from spyne import AnyXml, Application, Service, rpc
from spyne.server.wsgi import WsgiApplication

from gateway.contracts import POLIJ, Role
from gateway.domain.messages import Operation
from gateway.soap import (
    compat,  # noqa: F401  before anything of Spyne
    destination_service,
    origin_service,
)
from gateway.soap.calls import Call
from gateway.soap.protocol import BodySoap11

Handler = Callable[[Call], bytes]
HANDLERS: Mapping[Role, Mapping[Operation, Handler]] = {
    Role.DESTINATION: destination_service.HANDLERS,
    Role.ORIGIN: origin_service.HANDLERS,
}

# Spyne would run a full garbage collection once a second inside a request.
spyne.const.MIN_GC_INTERVAL = math.inf

Dispatch = Callable[[Any, Any, Operation, Handler], bytes]
"""(Spyne's context, the body, the operation, its handler) to the answer."""


def _operation(operation: Operation, handler: Handler, dispatch: Dispatch) -> Any:
    def method(ctx: Any, body: Any) -> bytes:
        return dispatch(ctx, body, operation, handler)

    method.__name__ = operation.value  # before rpc(): Spyne refuses two methods of one name
    return rpc(
        AnyXml,
        _returns=AnyXml,
        _body_style="bare",
        _args=("body",),
        _in_message_name=f"{{{POLIJ}}}{operation.value}",
        _out_message_name=f"{{{POLIJ}}}{operation.value}Response",
    )(method)


def _protocol(role: Role) -> BodySoap11:
    protocol = BodySoap11()
    protocol.role = role
    return protocol


def make_application(role: Role, dispatch: Dispatch) -> WsgiApplication:
    """Return the WSGI application that answers the operations of ``role``."""
    service = type(
        f"FoglioCongedo{role.capitalize()}",
        (Service,),
        {
            operation.value: _operation(operation, handler, dispatch)
            for operation, handler in HANDLERS[role].items()
        },
    )
    application = Application(
        [service],
        tns=POLIJ,
        name=service.__name__,
        in_protocol=_protocol(role),
        out_protocol=_protocol(role),
    )
    return WsgiApplication(application, chunked=True)
