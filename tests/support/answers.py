"""Answers read as the client reads them, from their bytes alone."""

from gateway.client.exchange import tree_of
from gateway.client.reading import read
from gateway.domain.messages import Operation
from gateway.usecases.partner_ports import PartnerAnswer


def read_answer(operation: Operation, content: bytes) -> PartnerAnswer:
    """Return what an unsigned answer says.

    Raises:
        OutcomeUnknown, PartnerMisbehaved: see ``domain.deliveries``.
    """
    return read(operation, content, tree_of(content))
