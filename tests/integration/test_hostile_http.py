"""Methods, media types, lengths and addresses: what HTTP lets through and the service does not."""

import gzip
from collections.abc import Iterator
from dataclasses import replace

import pytest
from lxml import etree

from tests.support.databases import SqliteMaker
from tests.support.hostile import CHUNKED, PLAIN, Sending, Site, site_of, tell_nothing
from tests.support.hostile_messages import status, terms

pytestmark = pytest.mark.integration

METHOD = (405, "Client.Method", "Usare POST; ?wsdl descrive il servizio")
MEDIA_TYPE = (415, "Client.MediaType", "Content-Type deve essere text/xml")
LENGTH = (400, "Client.Length", "Content-Length non valido")
NOT_XML = (400, "Client.NotXml", "Il messaggio non è XML valido (riga 1)")
NOWHERE = (404, "Client.UnknownAddress", "Indirizzo sconosciuto")
OVER_SMALL = (413, "Client.TooLarge", "Messaggio oltre il limite di 65536 byte")
OVER_FOGLIO = (413, "Client.TooLarge", "Messaggio oltre il limite di 1048576 byte")
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker) -> Iterator[Site]:
    with site_of(tmp_path_factory.mktemp("http"), sqlite) as made:
        yield made


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "INVENTATO"])
def test_only_post_calls_a_service(site: Site, method: str) -> None:
    answer = site.turn_away(terms(), METHOD, Sending(method=method))
    assert b"?wsdl" in answer


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_a_service_says_where_its_contract_is(site: Site, method: str) -> None:
    before = site.rows()
    answer = Sending(method=method).to(site.application, terms())
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST")
    said = "Servizio SOAP 1.1: inviare con POST; il contratto è a ?wsdl\n"
    assert answer.content.decode() == (said if method == "GET" else "")
    assert site.rows() == before


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "text/plain",
        "text/xmlx",
        "application/xml",
        "application/xop+xml",
        'multipart/related; boundary=x; type="text/xml"',
        "application/x-www-form-urlencoded",
        "",
        ";text/xml",
        "x" * 5000,
    ],
    ids=lambda media_type: media_type[:20] or "none",
)
def test_another_media_type_is_refused_unread(site: Site, media_type: str) -> None:
    site.turn_away(terms(), MEDIA_TYPE, Sending(headers={"Content-Type": media_type}))


@pytest.mark.parametrize("media_type", ["TEXT/XML", "text/xml ; charset=utf-8", "text/xml;;;"])
def test_the_media_type_is_read_as_http_says(site: Site, media_type: str) -> None:
    sending = Sending(headers={"Content-Type": media_type})
    assert sending.to(site.application, terms()).outcome == (0, "OK")


@pytest.mark.parametrize("content", [terms(), b"\x00" * (50 * MIB)], ids=["message", "bomb"])
def test_a_packed_body_is_not_unpacked(site: Site, content: bytes) -> None:
    packed = gzip.compress(content)
    packing = (415, "Client.Encoding", "Il messaggio non va compresso")
    site.turn_away(packed, packing, Sending(headers={"Content-Encoding": "gzip"}))


@pytest.mark.parametrize("length", ["abc", "-1", "+5", "1e3", "0x10", "1,2", "1 2", "٣", "²"])
def test_a_length_that_is_no_number_is_a_fault(site: Site, length: str) -> None:
    site.refuse(terms(), LENGTH, Sending(environ={"CONTENT_LENGTH": length}))


@pytest.mark.parametrize(
    "digits",
    [
        30,
        pytest.param(
            5000,
        ),
    ],
)
def test_an_enormous_length_is_too_large(site: Site, digits: int) -> None:
    site.refuse(terms(), OVER_FOGLIO, Sending(environ={"CONTENT_LENGTH": "9" * digits}))


def test_a_length_that_cuts_the_message_makes_it_no_xml(site: Site) -> None:
    site.refuse(terms(), NOT_XML, Sending(environ={"CONTENT_LENGTH": str(len(terms()) - 3)}))


@pytest.mark.parametrize("length", ["0", ""])
def test_no_length_is_no_message(site: Site, length: str) -> None:
    site.refuse(terms(), NOT_XML, Sending(environ={"CONTENT_LENGTH": length}))


def test_a_length_beyond_the_message_ends_where_the_message_ends(site: Site) -> None:
    answer = Sending(environ={"CONTENT_LENGTH": "4000"}).to(site.application, terms())
    assert answer.outcome == (0, "OK")


@pytest.mark.parametrize("sending", [PLAIN, CHUNKED], ids=["declared", "chunked"])
@pytest.mark.parametrize("size", [MIB + 1, 50 * MIB], ids=["a byte over", "50 MB"])
def test_a_body_over_the_limit_is_refused(site: Site, sending: Sending, size: int) -> None:
    site.refuse(terms().ljust(size), OVER_FOGLIO, sending)


@pytest.mark.parametrize("sending", [PLAIN, CHUNKED], ids=["declared", "chunked"])
def test_a_call_without_a_foglio_has_a_smaller_limit(site: Site, sending: Sending) -> None:
    site.refuse(status().ljust(64 * 1024 + 1), OVER_SMALL, sending)
    site.reject(status().ljust(64 * 1024), (1, "PRATICA NON TROVATA"), sending)


def test_the_services_of_the_origin_have_the_smaller_limit_unread(site: Site) -> None:
    sending = Sending(path="/soap/92/provenienza")
    site.refuse(b"x" * (64 * 1024 + 1), OVER_SMALL, sending)


@pytest.mark.parametrize(
    "path",
    [
        "/soap/77/destinazione",
        "/soap/92",
        "/soap/92/altro",
        "/soap/92/destinazione/altro",
        "/soap/92/DESTINAZIONE",
        "/soap/",
        "/soap/..%2f..%2fetc%2fpasswd/destinazione",
        "/soap/%00/destinazione",
        "/soap/92%00/destinazione",
        "/soap/92'%20OR%201=1--/destinazione",
        "/soap/" + "9" * 4000 + "/destinazione",
        "/soap/è/destinazione",
    ],
)
@pytest.mark.parametrize("user", ["ateneo-91", ""], ids=["known", "unknown"])
def test_an_address_that_is_nobodys_is_a_fault_without_a_trace(
    site: Site, path: str, user: str
) -> None:
    before = site.rows()
    answer = Sending(path=path, user=user).to(site.application, terms())
    assert answer.fault == NOWHERE
    tell_nothing(answer)
    assert site.rows() == before


def test_the_contract_of_an_address_that_is_nobodys_is_not_found(site: Site) -> None:
    answer = Sending(path="/soap/77/destinazione?wsdl", method="GET").to(site.application, b"")
    assert (answer.status, answer.content) == (404, b"Indirizzo sconosciuto\n")


@pytest.mark.parametrize("name", ["altro.xsd", "../esiti.xsd", "/etc/passwd", "%00", ""])
def test_a_schema_that_is_not_of_the_contract_is_not_found(site: Site, name: str) -> None:
    sending = Sending(path=f"/soap/92/destinazione?xsd={name}", method="GET")
    answer = sending.to(site.application, b"")
    assert (answer.status, answer.content) == (404, b"Schema sconosciuto\n")


@pytest.mark.parametrize(
    "host", ['male.example"><x', "male.example/%22", "a b", "a\r\nX-Altro: b", "è.example"]
)
def test_a_poisoned_host_writes_nothing_into_the_contract(site: Site, host: str) -> None:
    wsdl = Sending(path="/soap/92/destinazione?wsdl", method="GET")
    answer = replace(wsdl, environ={"HTTP_HOST": host}).to(site.application, b"")
    tags = [
        [element.tag for element in etree.fromstring(document.content).iter()]
        for document in (answer, wsdl.to(site.application, b""))
    ]
    assert tags[0] == tags[1]
    assert b"example" not in answer.content
    assert "X-Altro" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
