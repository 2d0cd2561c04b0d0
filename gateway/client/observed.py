"""The services of partners, with every call told when it has ended: see ``gateway.observation``."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from gateway import observation
from gateway.domain.deliveries import (
    OutcomeUnknown,
    PartnerMisbehaved,
    PartnerUnreachable,
    Side,
)
from gateway.domain.lookups import Question, Reply
from gateway.domain.messages import ExchangeResult, Operation
from gateway.domain.partners import Partner
from gateway.domain.registry import REGISTRY, TitleRegistry
from gateway.logs import new_message_id
from gateway.observation import Exchange, Observer
from gateway.usecases.partner_ports import PartnerAnswer, PartnerCall, PartnerServices
from gateway.usecases.registry_ports import RegistryService

_RESULTS: tuple[tuple[type[Exception], ExchangeResult], ...] = (
    (PartnerUnreachable, ExchangeResult.UNREACHABLE),
    (OutcomeUnknown, ExchangeResult.UNKNOWN),
    (PartnerMisbehaved, ExchangeResult.MISBEHAVED),
)


@contextmanager
def _asking(observer: Observer, exchange: Exchange) -> Iterator[None]:
    """Tell how an exchange of ours ends: by trouble of some kind, else well if nothing else."""
    with observer.watching(exchange):
        try:
            yield
        except Exception as trouble:
            found = (result.value for kind, result in _RESULTS if isinstance(trouble, kind))
            exchange.result = next(found, observation.ERROR)
            raise
        exchange.result = exchange.result or ExchangeResult.ACCEPTED.value


class ObservedPartners:
    """Implements ``PartnerServices`` over another."""

    def __init__(self, services: PartnerServices, observer: Observer) -> None:
        self._services = services
        self._observer = observer

    def write(self, call: PartnerCall) -> bytes:
        """Return the envelope of a call."""
        return self._services.write(call)

    def send(
        self,
        partner: Partner,
        side: Side,
        operation: Operation,
        message: bytes,
        *,
        correlation: str = "",
    ) -> PartnerAnswer:
        """Send a message; a call that nobody gave an identifier gets one.

        Raises:
            PartnerUnreachable, OutcomeUnknown, PartnerMisbehaved: see ``domain.deliveries``.
        """
        message_id = correlation or new_message_id()
        exchange = Exchange(
            "out",
            message_id=message_id,
            correlation=message_id,
            university=observation.acting_for.get(),
            partner=partner.code,
            operation=operation.value,
            bytes_out=len(message),
        )
        with _asking(self._observer, exchange):
            answer = self._services.send(partner, side, operation, message, correlation=message_id)
            exchange.code = answer.outcome.code
            if not answer.outcome.accepted:
                exchange.result = ExchangeResult.REFUSED.value
        return answer


class ObservedRegistry:
    """Implements ``RegistryService`` over another: a query is an exchange like any other."""

    def __init__(self, registry: RegistryService, observer: Observer) -> None:
        self._registry = registry
        self._observer = observer

    def ask(
        self, registry: TitleRegistry, question: Question, query_id: str, now: datetime
    ) -> Reply:
        """Ask a registry and return its reply.

        Raises:
            PartnerUnreachable, OutcomeUnknown, PartnerMisbehaved: see ``domain.deliveries``.
        """
        exchange = Exchange(
            "out",
            message_id=query_id,
            correlation=query_id,
            university=observation.acting_for.get(),
            partner=REGISTRY,
            operation=question.service.value,
        )
        with _asking(self._observer, exchange):
            return self._registry.ask(registry, question, query_id, now)
