"""Encodings: the document says what it is; lies are faults or cost the liar alone."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from gateway.domain.identifiers import IdPratica
from gateway.usecases import destination
from tests.support.contract_messages import changed
from tests.support.databases import SqliteMaker
from tests.support.hostile import PLAIN, Sending, Site, site_of
from tests.support.hostile_messages import REQUEST, terms, transfer
from tests.support.universities import VALDOMBRA

pytestmark = pytest.mark.integration

OK = (0, "OK")
TEXT = terms().decode()


def not_xml(line: int = 1) -> tuple[int, str, str]:
    return 400, "Client.NotXml", f"Il messaggio non è XML valido (riga {line})"


def declared(name: str, text: str = TEXT) -> str:
    return f'<?xml version="1.0" encoding="{name}"?>{text}'


def named(practice: str) -> str:
    """A transfer of somebody called Niccolò."""
    return changed(transfer(replace(REQUEST), practice), "<Nome>", "<Nome>Niccolò ").decode()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker) -> Iterator[Site]:
    with site_of(tmp_path_factory.mktemp("encodings"), sqlite) as made:
        yield made


def name_at(site: Site, practice: str) -> str:
    with site.installation.store.open_uow(site.code) as uow:
        return destination.find(VALDOMBRA, IdPratica(practice), uow=uow).student.name


@pytest.mark.parametrize(
    "message",
    [
        b"\xef\xbb\xbf" + terms(),
        b"\xef\xbb\xbf" + declared("UTF-8").encode(),
        TEXT.encode("utf-16"),
        declared("UTF-16").encode("utf-16"),
        declared("UTF-8").encode("utf-16"),
        declared("ISO-8859-1").encode("latin-1"),
        declared("US-ASCII").encode("ascii"),
        b"\n".join([declared("utf-8").encode(), b"", b""]),
    ],
    ids=["bom", "bom, said", "utf-16", "utf-16, said", "bom wins", "latin-1", "ascii", "blanks"],
)
def test_honest_encodings_are_read(site: Site, message: bytes) -> None:
    assert PLAIN.to(site.application, message).outcome == OK


@pytest.mark.parametrize(
    "message",
    [
        declared("UTF-16").encode(),
        declared("UCS-4").encode(),
        declared("EBCDIC-CP-US").encode(),
        declared("IBM037").encode("cp037"),
        declared("inventato").encode(),
        declared("utf-8\x00").encode(),
        declared("../../etc/passwd").encode(),
        TEXT.encode("utf-16")[2:][1:],
        TEXT.encode("utf-16-le")[:-1],
        b"\xef\xbb\xbf\xef\xbb\xbf" + terms(),
        b"\xff\xfe" + terms(),
        b" " + declared("UTF-8").encode(),
        changed(terms(), ">91<", ">9\x001<"),
        changed(terms(), ">91<", ">9&#0;1<"),
        changed(terms(), ">91<", ">9&#xD800;1<"),
        changed(terms(), ">91<", ">9&#xFFFE;1<"),
        changed(terms(), ">91<", ">9\x1b1<"),
        terms() + b"\x00" * 64,
        b"\x00" + terms(),
        terms().replace(b">91<", b">9\xc0\xb11<"),
        terms().replace(b">91<", b">9\xed\xa0\x801<"),
        terms().replace(b">91<", b">9\xff1<"),
    ],
    ids=[
        "utf-8 said utf-16",
        "utf-8 said ucs-4",
        "utf-8 said ebcdic",
        "ebcdic",
        "unknown name",
        "nul in the name",
        "path as name",
        "half a character off",
        "half a character short",
        "two marks",
        "mark of utf-16 only",
        "blank before the declaration",
        "nul",
        "nul by reference",
        "surrogate by reference",
        "no character",
        "escape",
        "nul after the end",
        "nul before the start",
        "overlong",
        "surrogate",
        "stray byte",
    ],
)
def test_bytes_that_are_not_what_they_say_are_a_fault(site: Site, message: bytes) -> None:
    site.refuse(message, not_xml())


def test_latin_1_said_to_be_utf_8_is_a_fault_with_its_line(site: Site) -> None:
    message = declared("UTF-8", "\n" + named("UNIVAL20260000010")).encode("latin-1")
    line = 1 + message[: message.index(b"\xf2")].count(b"\n")
    site.refuse(message, not_xml(line))


def test_a_name_arrives_whole_whatever_honest_encoding_carried_it(site: Site) -> None:
    for number, encoding in enumerate(("utf-8", "iso-8859-1", "windows-1252", "utf-16")):
        practice = f"UNIVAL202600001{number:02d}"
        message = declared(encoding, named(practice)).encode(encoding)
        assert PLAIN.to(site.application, message).outcome == OK
        assert name_at(site, practice).startswith("Niccolò ")


def test_utf_8_said_to_be_latin_1_is_taken_at_its_word(site: Site) -> None:
    practice = "UNIVAL20260000020"
    message = declared("ISO-8859-1", named(practice)).encode()
    assert PLAIN.to(site.application, message).outcome == OK
    assert name_at(site, practice).startswith("NiccolÃ² ")


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", "ebcdic-cp-us", "inventato", '"', ""])
def test_the_document_is_believed_and_not_the_header(site: Site, charset: str) -> None:
    practice = "UNIVAL20260000030"
    sending = Sending(headers={"Content-Type": f"text/xml; charset={charset}"})
    answer = sending.to(site.application, declared("UTF-8", named(practice)).encode())
    assert answer.outcome == OK
    assert name_at(site, practice).startswith("Niccolò ")


def test_the_header_does_not_mend_what_the_document_does_not_say(site: Site) -> None:
    sending = Sending(headers={"Content-Type": "text/xml; charset=iso-8859-1"})
    message = named("UNIVAL20260000040").encode("latin-1")
    site.refuse(message, not_xml(1 + message[: message.index(b"\xf2")].count(b"\n")), sending)


def test_the_answer_is_always_utf_8(site: Site) -> None:
    answer = PLAIN.to(site.application, TEXT.encode("utf-16"))
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
