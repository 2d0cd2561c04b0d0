"""Messages for partners: small ones by zeep from the contract, the two with a foglio by hand.

zeep would take the foglio apart and write it again at five times the cost; its bytes are put into
the envelope as they are. Writing is strict: the partner gets exactly what the contract says.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

import zeep
from lxml import etree

from gateway.contracts import POLIJ, SOAP11, Role, legal, wsdl_path
from gateway.domain.messages import MAX_NOTES, MAX_REASON, Operation
from gateway.usecases.partner_ports import PartnerCall

ROLE_OF: dict[Operation, Role] = {
    Operation.GET_OFFERTA: Role.DESTINATION,
    Operation.GET_INFO_WORKFLOW: Role.DESTINATION,
    Operation.PUT_PROCESSO: Role.DESTINATION,
    Operation.PUT_DATI: Role.DESTINATION,
    Operation.CHANGE_STATUS: Role.DESTINATION,
    Operation.GET_STATUS: Role.DESTINATION,
    Operation.REQUIRE_REFRESH: Role.ORIGIN,
    Operation.RET_TOKEN: Role.ORIGIN,
    Operation.GET_ALLEGATO: Role.ORIGIN,
}
"""In which contract an operation is looked up; the two that both have are alike in both."""


@lru_cache
def client(role: Role) -> Any:
    """Return zeep's client of a contract, made once from our own files."""
    return zeep.Client(str(wsdl_path(role)))


def soap_action(operation: Operation) -> str:
    """Return the SOAPAction of an operation, as the contract names it."""
    return f'"{POLIJ}{operation.value}"'


def write(call: PartnerCall) -> bytes:
    """Return the envelope of a call.

    What people wrote was checked when they wrote it; here it is made fit for the contract, so that
    no message is ever unsendable.
    """
    call = replace(
        call, notes=legal(call.notes)[:MAX_NOTES], reason=legal(call.reason)[:MAX_REASON]
    )
    if call.operation in (Operation.PUT_PROCESSO, Operation.PUT_DATI):
        return _with_foglio(call)
    known = client(ROLE_OF[call.operation])
    message = known.create_message(known.service, call.operation.value, **_parameters(call))
    return bytes(etree.tostring(message, xml_declaration=True, encoding="utf-8"))


def _parameters(call: PartnerCall) -> dict[str, object]:
    given: dict[str, object] = {"MiurAteneoChiamante": call.caller}
    if call.id_pratica is not None:
        given["IdPratica"] = call.id_pratica
    match call.operation:
        case Operation.GET_OFFERTA:
            given |= {"Anno": f"{call.year:04d}", "Tipo_Tit_Univ": call.kind}
        case Operation.REQUIRE_REFRESH:
            given |= {"Causale": call.reason, "Note": call.notes}
        case Operation.CHANGE_STATUS:
            given |= {"StatoChange": call.change, "Note": call.notes}
            if call.course:
                given["CorsoStudioCodD"] = call.course
        case Operation.RET_TOKEN:
            given["Token"] = call.token.value if call.token else ""
        case Operation.GET_ALLEGATO:
            given["IdDocumento"] = call.attachment_id
        case _:
            pass
    return given


def _with_foglio(call: PartnerCall) -> bytes:
    name = call.operation.value
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<soapenv:Envelope xmlns:soapenv="{SOAP11}" xmlns:pol="{POLIJ}">'
        f"<soapenv:Header/><soapenv:Body><pol:{name}>"
        f"<MiurAteneoChiamante>{escape(call.caller)}</MiurAteneoChiamante>"
        f"<IdPratica>{escape(call.id_pratica or '')}</IdPratica>"
    )
    tail = ""
    if call.operation is Operation.PUT_DATI:
        tail = f"<Causale>{escape(call.reason)}</Causale><Note>{escape(call.notes)}</Note>"
    tail += f"</pol:{name}></soapenv:Body></soapenv:Envelope>"
    return head.encode() + call.foglio + tail.encode()
