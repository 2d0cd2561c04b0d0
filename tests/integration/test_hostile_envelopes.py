"""What is not a SOAP 1.1 call of ours ends in one clean fault and one row of the journal."""

from collections.abc import Iterator

import pytest

from gateway.contracts import POLIJ, SOAP11, SOAP12
from tests.support.contract_messages import changed
from tests.support.databases import SqliteMaker
from tests.support.hostile import PLAIN, Sending, Site, site_of
from tests.support.hostile_messages import (
    TERMS_BODY,
    XSI,
    spoilt,
    status,
    terms,
    wrapped,
)

pytestmark = pytest.mark.integration

NOT_SOAP = (400, "Client.NotSoap", "La radice non è una Envelope SOAP 1.1")
ONE_BODY = (500, "Client.Structure", "Il messaggio deve avere un Body con un solo elemento")
UNKNOWN = (500, "Client.UnknownOperation", "Operazione non prevista da questo servizio")
VERSION = "VersionMismatch", "Il servizio usa SOAP 1.1"
MUST_UNDERSTAND = (500, "MustUnderstand", "Intestazione SOAP obbligatoria non riconosciuta")
T2 = "Get_InfoWorkflowTrasferimento"
CALLER = "<MiurAteneoChiamante>"


def not_xml(line: int = 1) -> tuple[int, str, str]:
    return 400, "Client.NotXml", f"Il messaggio non è XML valido (riga {line})"


def not_the_contract(path: str) -> tuple[int, str, str]:
    return 500, "Client.Structure", f"Il messaggio non segue il contratto: {path}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker) -> Iterator[Site]:
    with site_of(tmp_path_factory.mktemp("envelopes"), sqlite) as made:
        yield made


@pytest.mark.parametrize(
    ("content", "line"),
    [
        pytest.param(b"", 1, id="nothing"),
        pytest.param(b"buongiorno", 1, id="words"),
        pytest.param(b'{"MiurAteneoChiamante": "91"}', 1, id="json"),
        pytest.param(b"%PDF-1.4\n\xe2\xe3\xcf\xd3", 1, id="pdf"),
        pytest.param(bytes(range(256)) * 16, 1, id="bytes"),
        pytest.param(terms()[:-9], 1, id="cut off"),
        pytest.param(terms() + b"\n\n<a/>", 3, id="a second root"),
        pytest.param(terms() + b"x", 1, id="text after the end"),
        pytest.param(b"<a>\n<b>\n</a>\n</b>", 3, id="crossed tags"),
        pytest.param(b"<a:b xmlns:c='urn:x'/>"[:-2], 1, id="open tag"),
        pytest.param(terms().replace(b">91<", b"><![CDATA[91<"), 1, id="open cdata"),
        pytest.param(terms().replace(b">91<", b">&agrave;<"), 1, id="entity of html"),
        pytest.param(b"<a b='1' b='2'/>", 1, id="attribute twice"),
    ],
)
def test_what_is_no_xml_is_a_fault_with_the_line(site: Site, content: bytes, line: int) -> None:
    site.refuse(content, not_xml(line))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"<html><body>login</body></html>", id="html"),
        pytest.param(b"<Envelope><Body/></Envelope>", id="envelope without namespace"),
        pytest.param(changed(terms(), SOAP11, "urn:soap"), id="envelope of another namespace"),
        pytest.param(changed(terms(), SOAP11, SOAP11[:-1]), id="namespace without its slash"),
        pytest.param(changed(terms(), "Envelope", "envelope"), id="name in small letters"),
        pytest.param(f'<Body xmlns="{SOAP11}"/>'.encode(), id="body as root"),
        pytest.param(f'<{T2} xmlns="{POLIJ}"/>'.encode(), id="call as root"),
    ],
)
def test_another_root_is_no_soap(site: Site, content: bytes) -> None:
    site.refuse(content, NOT_SOAP)


@pytest.mark.parametrize("media_type", ["text/xml; charset=utf-8", "text/xml"])
def test_an_envelope_of_soap_12_is_a_version_mismatch(site: Site, media_type: str) -> None:
    sending = Sending(headers={"Content-Type": media_type})
    site.refuse(changed(terms(), SOAP11, SOAP12), (500, *VERSION), sending)


def test_the_media_type_of_soap_12_is_a_version_mismatch_before_anything_is_read(
    site: Site,
) -> None:
    sending = Sending(headers={"Content-Type": 'application/soap+xml; action="urn:x"'})
    site.turn_away(changed(terms(), SOAP11, SOAP12), (415, *VERSION), sending)


@pytest.mark.parametrize(
    "action", ["", '""', '"urn:altro"', f'"{POLIJ}Put_ProcessoTrasferimento"', "\x00", "è" * 500]
)
def test_the_action_header_counts_for_nothing(site: Site, action: str) -> None:
    answer = Sending(headers={"SOAPAction": action}).to(site.application, terms())
    assert answer.outcome == (0, "OK")
    site.reject(status(), (1, "PRATICA NON TROVATA"), Sending(headers={"SOAPAction": action}))


@pytest.mark.parametrize(
    "body",
    [
        "<pol:Cancella_Tutto/>",
        f"<{T2}><MiurAteneoChiamante>91</MiurAteneoChiamante></{T2}>",
        f'<{T2} xmlns="urn:altro"><MiurAteneoChiamante>91</MiurAteneoChiamante></{T2}>',
        f"<pol:{T2}Response/>",
        f"<pol:{T2.lower()}/>",
        "<pol:Ret_Token/>",
        "<pol:__class__/>",
        "<s:Fault><faultcode>s:Server</faultcode><faultstring>no</faultstring></s:Fault>",
        f"<s:Envelope><s:Body>{TERMS_BODY}</s:Body></s:Envelope>",
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/>',
    ],
    ids=lambda body: body[:34],
)
def test_an_operation_that_the_service_has_not_is_a_fault(site: Site, body: str) -> None:
    site.refuse(wrapped(body), UNKNOWN)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(wrapped(""), id="empty body"),
        pytest.param(wrapped("buongiorno"), id="text only"),
        pytest.param(wrapped("<!-- nulla -->"), id="comment only"),
        pytest.param(wrapped(TERMS_BODY * 2), id="two calls"),
        pytest.param(wrapped(TERMS_BODY, before=f"<s:Body>{TERMS_BODY}</s:Body>"), id="two bodies"),
        pytest.param(wrapped(TERMS_BODY, header="<s:Header/><s:Header/>"), id="two headers"),
        pytest.param(f'<s:Envelope xmlns:s="{SOAP11}"/>'.encode(), id="empty envelope"),
        pytest.param(
            f'<s:Envelope xmlns:s="{SOAP11}"><s:Header/></s:Envelope>'.encode(), id="header only"
        ),
        pytest.param(
            changed(terms(), "</soapenv:Envelope>", "<a/></soapenv:Envelope>"), id="after the body"
        ),
        pytest.param(
            changed(wrapped(TERMS_BODY), "s:Body", "Body"), id="body without its namespace"
        ),
        pytest.param(
            wrapped(f'{TERMS_BODY}<multiRef id="a1">91</multiRef>'), id="values beside the call"
        ),
    ],
)
def test_an_envelope_without_exactly_one_call_is_a_fault(site: Site, content: bytes) -> None:
    site.refuse(content, ONE_BODY)


def test_two_envelopes_are_no_document(site: Site) -> None:
    site.refuse(terms() + terms(), not_xml())


@pytest.mark.parametrize("value", ["1", "true"])
def test_a_header_that_must_be_understood_is_not(site: Site, value: str) -> None:
    header = f'<s:Header><t:Tx xmlns:t="urn:tx" s:mustUnderstand="{value}"/></s:Header>'
    site.refuse(wrapped(TERMS_BODY, header=header), MUST_UNDERSTAND)


def test_one_header_in_a_thousand_that_must_be_understood_is_seen(site: Site) -> None:
    blocks = '<t:a xmlns:t="urn:tx"/>' * 999 + '<t:b xmlns:t="urn:tx" s:mustUnderstand="1"/>'
    site.refuse(wrapped(TERMS_BODY, header=f"<s:Header>{blocks}</s:Header>"), MUST_UNDERSTAND)


@pytest.mark.parametrize("value", ["0", "false"])
def test_a_header_that_may_be_ignored_is_ignored(site: Site, value: str) -> None:
    header = f'<s:Header><t:Tx xmlns:t="urn:tx" s:mustUnderstand="{value}"/></s:Header>'
    answer = PLAIN.to(site.application, wrapped(TERMS_BODY, header=header))
    assert answer.outcome == (0, "OK")


@pytest.mark.parametrize(
    ("inside", "path"),
    [
        (f"{CALLER}91</MiurAteneoChiamante>" * 2, f"{T2}/MiurAteneoChiamante[2]"),
        ("", T2),
        ("<Altro>91</Altro>", f"{T2}/Altro"),
        ("<MiurAteneoChiamante><b>91</b></MiurAteneoChiamante>", f"{T2}/MiurAteneoChiamante"),
        ('<MiurAteneoChiamante href="#a1"/>', f"{T2}/MiurAteneoChiamante"),
        (f'<MiurAteneoChiamante {XSI} i:nil="true"/>', f"{T2}/MiurAteneoChiamante"),
        (
            f'<MiurAteneoChiamante {XSI} i:nil="true">91</MiurAteneoChiamante>',
            f"{T2}/MiurAteneoChiamante",
        ),
        (
            (
                '<MiurAteneoChiamante><xi:include xmlns:xi="http://www.w3.org/2001/XInclude"'
                ' href="file:///etc/hostname" parse="text"/></MiurAteneoChiamante>'
            ),
            f"{T2}/MiurAteneoChiamante",
        ),
        (f'<a id="a1" href="#a1"/>{CALLER}91</MiurAteneoChiamante>', f"{T2}/a"),
    ],
    ids=["twice", "missing", "other", "nested", "href", "nil", "nil but full", "xinclude", "cycle"],
)
def test_parameters_that_are_not_those_of_the_contract_are_a_fault_with_the_place(
    site: Site, inside: str, path: str
) -> None:
    site.refuse(wrapped(f"<pol:{T2}>{inside}</pol:{T2}>"), not_the_contract(path))


@pytest.mark.parametrize("kind", ["pol:NoteType", "x:string", "x:anyType", "pol:Inventato", "::"])
def test_a_value_that_names_another_type_is_refused(site: Site, kind: str) -> None:
    typed = CALLER.replace(
        ">", f' {XSI} xmlns:x="http://www.w3.org/2001/XMLSchema" i:type="{kind}">'
    )
    message = wrapped(TERMS_BODY.replace(CALLER, typed))
    why = "[6] parametro vuoto o non valido (MiurAteneoChiamante) - agisce: chiamante"
    site.reject(message, (6, why))


def test_a_foglio_that_names_another_type_is_refused_in_its_place(site: Site) -> None:
    typed = f'<FoglioCongedo {XSI} i:type="pol:FoglioCongedoRitrasmessoType">'
    why = "[22] valore vuoto o nel formato sbagliato (FoglioCongedo) - agisce: provenienza"
    site.reject(spoilt("<FoglioCongedo>", typed), (22, why))


@pytest.mark.parametrize(
    "attribute",
    [
        pytest.param(
            attribute,
        )
        for attribute in (f'{XSI} i:nil="true"', 'href="#a1"')
    ],
    ids=["nil", "href"],
)
def test_a_foglio_with_an_attribute_that_is_not_foreseen_is_refused_in_its_place(
    site: Site, attribute: str
) -> None:
    why = "elemento, attributo o testo non previsto in questo punto"
    message = spoilt("<FoglioCongedo>", f"<FoglioCongedo {attribute}>")
    site.reject(message, (21, f"[21] {why} (FoglioCongedo) - agisce: provenienza"))


@pytest.mark.parametrize(
    "message",
    [
        b'<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:1/"?>' + terms(),
        changed(terms(), ">91<", ">9<?php system('id') ?>1<"),
        changed(terms(), ">91<", ">9<!-- x -->1<"),
        changed(terms(), ">91<", "><![CDATA[91]]><"),
        changed(terms(), CALLER, f'<MiurAteneoChiamante {XSI} i:type="pol:MiurAteneoType">'),
    ],
    ids=["stylesheet", "instruction", "comment", "cdata", "its own type"],
)
def test_what_means_the_same_is_read_as_the_same(site: Site, message: bytes) -> None:
    assert PLAIN.to(site.application, message).outcome == (0, "OK")
