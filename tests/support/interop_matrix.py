"""What foreign stacks are known to do: the facts of docs/interoperability.md, held by the tests.

A test compares the answers of foreign servers with ``slips``, and the page with this table: neither
can change without the other.
"""

from dataclasses import dataclass

from gateway.domain.partners import AnswerSlip

OPERATIONS = (
    "Get_Offerta",
    "Get_InfoWorkflowTrasferimento",
    "Put_ProcessoTrasferimento",
    "Require_RefreshDatiTrasferimento",
    "Put_DatiTrasferimento",
    "Change_StatusProcessoTrasferimento",
    "Get_StatusProcessoTrasferimento",
    "Ret_Token",
    "Get_Allegato",
    "ricercaDatiTitoliUniversitari",
    "ricercaDatiTitoliDiploma",
)


@dataclass(frozen=True, slots=True)
class Known:
    """A stack in the version that was tried. ``slips`` are those that its servers make.

    ``reads_401``: its client shows the text of the fault that comes with HTTP 401.
    ``sends_holes``: it sends a call that lacks a parameter, instead of refusing to. ``chunks``: it
    can send a body in chunks.
    """

    version: str
    slips: frozenset[AnswerSlip] = frozenset()
    reads_401: bool = False
    sends_holes: bool = True
    chunks: bool = False


_LOST = AnswerSlip.RESULT_NAMESPACE
KNOWN = {
    "cxf": Known("4.1.3", chunks=True),
    "metro": Known("4.0.3", chunks=True),
    "node": Known(
        "1.13.0",
        frozenset({_LOST, AnswerSlip.CHILDREN_NAMESPACE, AnswerSlip.ELEMENTS}),
        reads_401=True,
    ),
    "php": Known("8.2", frozenset({_LOST}), reads_401=True, sends_holes=False),
    "gsoap": Known("2.8.124", frozenset({AnswerSlip.ELEMENTS}), chunks=True),
}
