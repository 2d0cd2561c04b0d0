"""What an answer's form deviates by, and the codes of faults."""

import pytest
from lxml import etree

from gateway.client.slips import fault_code, slips_of
from gateway.contracts import ICT4U, POLIJ, SOAP11
from gateway.domain.partners import AnswerSlip

SCHEMA = "foglio_congedo/destinazione.xsd"
OK = "<esito><codEsito>0</codEsito><descEsito>OK</descEsito></esito>"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
LOST, CHILDREN, TYPES, EMPTY, ELEMENTS, OTHER = AnswerSlip


def answer(inner: str, result: str = "r:Put_ProcessoTrasferimentoResult") -> etree._Element:
    return etree.fromstring(
        f'<s:Envelope xmlns:s="{SOAP11}" {XSI}><s:Body>'
        f'<p:Put_ProcessoTrasferimentoResponse xmlns:p="{POLIJ}" xmlns:r="{ICT4U}">'
        f"<{result}>{inner}</{result.partition(' ')[0]}>"
        "</p:Put_ProcessoTrasferimentoResponse></s:Body></s:Envelope>"
    )


def slips(root: etree._Element) -> tuple[AnswerSlip, ...]:
    return slips_of(root, SCHEMA, f"{{{ICT4U}}}Put_ProcessoTrasferimentoResult")


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        (answer(OK), ()),
        (answer(OK + "<Token>a</Token>"), ()),
        (answer(OK, "Put_ProcessoTrasferimentoResult"), (LOST,)),
        (answer(OK.replace("codEsito", "r:codEsito")), (CHILDREN,)),
        (answer(OK, 'r:Put_ProcessoTrasferimentoResult p:type="x"'), (TYPES,)),
        (answer(OK + "<Token/>"), (EMPTY,)),
        (answer(OK + '<Token xsi:nil="true"/>'), (EMPTY,)),
        (answer("<Token>a</Token>" + OK), (ELEMENTS,)),
        (answer(OK.replace("0", "zero")), (OTHER,)),
        (answer(OK.replace("0", "zero"), "Put_ProcessoTrasferimentoResult"), (LOST, OTHER)),
        (answer(OK, "r:Altro"), (ELEMENTS,)),
        (etree.fromstring(f'<s:Envelope xmlns:s="{SOAP11}"/>'), (OTHER,)),
    ],
)
def test_each_slip_has_its_name(root: etree._Element, expected: tuple[AnswerSlip, ...]) -> None:
    before = etree.tostring(root)
    assert slips(root) == expected
    assert etree.tostring(root) == before


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("<faultcode>s:Server</faultcode>", "Server"),
        ("<faultcode> Client.Structure </faultcode>", "Client.Structure"),
        ("<s:Code><s:Value>s:Receiver</s:Value></s:Code>", "Server"),
        ("<s:Code><s:Value>SOAP-ENV:Server</s:Value></s:Code>", "Server"),
        ("<s:Code><s:Value>s:Sender</s:Value></s:Code>", "Client"),
        ("<faultcode>ns1:SecurityError</faultcode>", "SecurityError"),
        ("<faultcode>wsse:FailedAuthentication</faultcode>", "FailedAuthentication"),
        ("<faultcode>wsse:FailedAuthentication.Rossi</faultcode>", "unknown"),
        ("<faultcode>che cosa?</faultcode>", "unknown"),
        ("<faultcode/>", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_fault_has_a_code_in_either_form(fault: str, code: str) -> None:
    root = etree.fromstring(f'<s:Fault xmlns:s="{SOAP11}">{fault}</s:Fault>')
    assert fault_code(root) == code


def test_an_answer_is_no_fault() -> None:
    assert fault_code(answer(OK)) is None
