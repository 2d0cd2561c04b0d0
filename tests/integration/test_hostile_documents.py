"""DTD, entities and references to elsewhere are refused, and nothing elsewhere is touched."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.contracts import POLIJ, SOAP11
from tests.support.contract_messages import changed
from tests.support.databases import SqliteMaker
from tests.support.hostile import PLAIN, Answered, Site, site_of
from tests.support.hostile_messages import XSI, spoilt, terms, transfer, wrapped

pytestmark = pytest.mark.integration

NO_DTD = (400, "Client.Forbidden", "Non ammesso nel messaggio: DTD")
NOT_XML = (400, "Client.NotXml", "Il messaggio non è XML valido (riga 1)")


def with_doctype(doctype: str, value: str = "91") -> bytes:
    return f"<!DOCTYPE x {doctype}>".encode() + changed(terms(), ">91<", f">{value}<")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker) -> Iterator[Site]:
    with site_of(tmp_path_factory.mktemp("documents"), sqlite) as made:
        yield made


@contextmanager
def listening() -> Iterator[tuple[str, list[object]]]:
    """Yield an address where somebody listens, and who came."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        stop = threading.Event()

        def accept() -> None:
            while not stop.is_set():
                try:
                    connection, peer = server.accept()
                except TimeoutError:
                    continue
                came.append(peer)
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", came
        time.sleep(0.1)
        stop.set()
        thread.join()


@pytest.mark.parametrize(
    "message",
    [
        with_doctype(""),
        with_doctype("[]"),
        with_doctype('[<!ENTITY e "91">]', "&e;"),
        with_doctype('[<!ENTITY e SYSTEM "file:///etc/hostname">]', "&e;"),
        with_doctype('[<!ENTITY e SYSTEM "http://127.0.0.1:1/">]', "&e;"),
        with_doctype('[<!ATTLIST MiurAteneoChiamante a CDATA "b">]'),
        with_doctype('PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "nessuno.dtd"'),
    ],
    ids=["bare", "empty", "entity", "file entity", "http entity", "attributes", "public"],
)
def test_a_dtd_is_refused(site: Site, message: bytes) -> None:
    site.refuse(message, NO_DTD)


def test_a_dtd_inside_the_foglio_is_no_xml(site: Site) -> None:
    message = spoilt("<FoglioCongedo>", '<!DOCTYPE a [<!ENTITY e "x">]><FoglioCongedo>')
    site.refuse(message, NOT_XML)


def nested_entities(levels: int) -> str:
    first = '<!ENTITY a0 "' + "ha" * 10 + '">'
    return first + "".join(
        f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, levels)
    )


@pytest.mark.parametrize(
    ("place", "laughs"),
    [(">91<", ">&a9;<"), ("<soapenv:Body>", "<soapenv:Body>&a9;")],
    ids=["value", "body"],
)
def test_a_billion_laughs_is_a_fault(site: Site, place: str, laughs: str) -> None:
    message = f"<!DOCTYPE x [{nested_entities(10)}]>".encode() + changed(terms(), place, laughs)
    site.refuse(message, NOT_XML)


def test_entities_of_quadratic_size_are_a_fault(site: Site) -> None:
    doctype = f'[<!ENTITY a "{"a" * 200_000}">]'
    site.refuse(with_doctype(doctype, "&a;" * 100_000), NOT_XML)


def test_entities_that_contain_themselves_are_a_fault(site: Site) -> None:
    site.refuse(with_doctype('[<!ENTITY a "&b;"><!ENTITY b "&a;">]', "&a;"), NOT_XML)


def test_parameter_entities_that_multiply_are_a_fault(site: Site) -> None:
    inner = "".join(f"<!ENTITY % p{n} '{f'&#37;p{n - 1};' * 10}'>" for n in range(1, 10))
    doctype = f"[<!ENTITY % p0 '<!--{'x' * 50}-->'>{inner} %p9;]"
    answer = PLAIN.to(site.application, with_doctype(doctype))
    assert answer.fault in {NO_DTD, NOT_XML}


REFERENCES = {
    "dtd": with_doctype('SYSTEM "{there}/a.dtd"'),
    "parameter entity": with_doctype('[<!ENTITY % e SYSTEM "{there}/a"> %e;]'),
    "entity": with_doctype('[<!ENTITY e SYSTEM "{there}/a">]', "&e;"),
    "stylesheet": b'<?xml-stylesheet type="text/xsl" href="{there}/a.xsl"?>' + terms(),
    "schema": changed(
        terms(),
        "<MiurAteneoChiamante>",
        f'<MiurAteneoChiamante {XSI} i:schemaLocation="{POLIJ} {{there}}/a.xsd"'
        ' i:noNamespaceSchemaLocation="{there}/b.xsd">',
    ),
    "inclusion": wrapped(
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{there}/a"/>'
    ),
    "inclusion in a value": spoilt(
        "<FoglioCongedo>",
        '<FoglioCongedo><xi:include xmlns:xi="http://www.w3.org/2001/XInclude"'
        ' href="{there}/a" parse="text"/>',
    ),
    "href": spoilt("<FoglioCongedo>", '<FoglioCongedo href="{there}/a">'),
    "base": changed(terms(), "<soapenv:Envelope", '<soapenv:Envelope xml:base="{there}/"'),
    "attachment": changed(
        terms(), "<MiurAteneoChiamante>", '<MiurAteneoChiamante xml:id="a" xml:base="{there}/">'
    ),
}


@pytest.mark.parametrize("name", REFERENCES)
def test_nothing_is_fetched_from_another_machine(site: Site, name: str) -> None:
    with listening() as (address, came):
        message = REFERENCES[name].replace(b"{there}", address.encode())
        answer = PLAIN.to(site.application, message)
    assert came == []
    assert answer.status in {200, 400, 500}
    assert b":Server" not in answer.content
    assert b"127.0.0.1" not in answer.content


@pytest.mark.parametrize("name", ["dtd", "parameter entity"])
def test_a_reference_to_another_machine_is_refused_for_its_dtd(site: Site, name: str) -> None:
    site.refuse(REFERENCES[name].replace(b"{there}", b"http://127.0.0.1:1"), NO_DTD)


def opened(fifo: Path, site: Site, message: bytes) -> tuple[bool, Answered]:
    """Send a message that names a pipe; tell whether somebody opened it, and the answer."""
    os.mkfifo(fifo)
    answers: list[Answered] = []
    thread = threading.Thread(
        target=lambda: answers.append(PLAIN.to(site.application, message)), daemon=True
    )
    thread.start()
    reader = False
    until = time.monotonic() + 10
    while thread.is_alive() and time.monotonic() < until:
        try:
            os.close(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:  # nobody has it open for reading
            time.sleep(0.005)
        else:
            reader = True
    thread.join(timeout=10)
    return reader, answers[0]


@pytest.mark.parametrize(
    "name",
    [pytest.param(name) if name in {"dtd", "parameter entity"} else name for name in REFERENCES],
)
def test_no_file_of_this_machine_is_opened(site: Site, name: str, tmp_path: Path) -> None:
    message = REFERENCES[name].replace(b"{there}/a", b"file://{there}/a")
    for extension in (b".dtd", b".xsl", b".xsd"):
        message = message.replace(b"/a" + extension, b"/a")
    touched, answer = opened(tmp_path / "a", site, message.replace(b"{there}", bytes(tmp_path)))
    assert not touched
    assert answer.seconds < 5
    assert str(tmp_path).encode() not in answer.content


def test_the_answer_does_not_tell_whether_a_file_exists(site: Site, tmp_path: Path) -> None:
    there = tmp_path / "esiste"
    there.write_text("non è una DTD", "utf-8")
    answers = {
        PLAIN.to(site.application, with_doctype(f'SYSTEM "{path}"')).content
        for path in (there, tmp_path / "manca")
    }
    assert len(answers) == 1


def test_a_foglio_with_an_entity_is_refused_whole(site: Site) -> None:
    hidden = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    site.refuse(hidden + changed(transfer(), "<Cognome>", "<Cognome>&e;"), NO_DTD)


def test_a_namespace_is_only_a_name(site: Site) -> None:
    with listening() as (address, came):
        site.refuse(
            changed(terms(), SOAP11, f"{address}/soap/envelope/"),
            (400, "Client.NotSoap", "La radice non è una Envelope SOAP 1.1"),
        )
    assert came == []
