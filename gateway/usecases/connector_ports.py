"""Which systems a hosted university connected, and what it means when one is not there."""

from typing import Protocol

from gateway.domain.connectors import Connector, System
from gateway.domain.rejections import Cause, Reason
from gateway.usecases.ports import StoreUnavailable


class SystemUnavailable(StoreUnavailable):
    """A system of the university gives no usable answer now: nothing was changed, try again later.

    To partners it is the same as a database that does not answer: they are told to come again, not
    refused. ``reason`` says it to people.
    """

    def __init__(self, system: System, trouble: str) -> None:
        self.system = system
        self.reason = Reason(
            Cause.SYSTEM_UNAVAILABLE, system.value, {"system": system.value, "trouble": trouble}
        )
        super().__init__(f"{system.value}: {trouble}")


class Connectors(Protocol):
    """The connectors of a hosted university."""

    def get(self, system: System) -> Connector | None: ...
    def save(self, connector: Connector) -> None: ...
    def remove(self, system: System) -> bool: ...
