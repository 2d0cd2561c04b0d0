"""Messages of the largest size that is read: half a second at most, whatever their shape."""

from collections.abc import Iterator

import pytest

from tests.support.databases import SqliteMaker
from tests.support.hostile import PLAIN, SECONDS, Answered, Site, at_best, site_of, tell_nothing
from tests.support.hostile_floods import (
    BODY,
    FOGLIO,
    LIMIT,
    UNITS,
    attributes,
    declaring,
    filled,
)
from tests.support.hostile_messages import status, transfer, wrapped

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker) -> Iterator[Site]:
    with site_of(tmp_path_factory.mktemp("bounds"), sqlite) as made:
        yield made


def refused_in_time(site: Site, message: bytes) -> Answered:
    """Send a message of a bounded size: refused, in time, and only the journal has grown."""
    assert len(message) <= LIMIT
    before = site.rows()
    answer = PLAIN.to(site.application, message)
    assert site.rows() == {**before, "messages": before.get("messages", 0) + 1}
    tell_nothing(answer)
    assert b":Server" not in answer.content
    assert answer.status != 200 or answer.outcome[0] != 0
    best = at_best(answer.seconds, lambda: PLAIN.to(site.application, message).seconds)
    assert best < SECONDS
    return answer


HARMLESS = {"comments", "instructions"}


@pytest.mark.slow
@pytest.mark.parametrize("shape", sorted(set(UNITS) - HARMLESS))
def test_a_full_size_message_is_refused_in_time(site: Site, shape: str) -> None:
    refused_in_time(site, filled(f"PIENA{len(shape)}", *UNITS[shape]))


@pytest.mark.parametrize("shape", sorted(HARMLESS))
def test_a_full_size_message_of_nothing_is_read_in_time(site: Site, shape: str) -> None:
    message = filled(f"VUOTA{len(shape)}", *UNITS[shape])
    answer = PLAIN.to(site.application, message)
    assert answer.outcome == (0, "OK")
    again = at_best(answer.seconds, lambda: PLAIN.to(site.application, message).seconds)
    assert again < SECONDS


@pytest.mark.slow
def test_the_places_of_many_faults_are_found_in_time(site: Site) -> None:
    late = "<Data>2030-01-01</Data>" * 40
    full = filled("TARDI", FOGLIO, "<Data/>", LIMIT - len(late))
    refused_in_time(site, full.replace(b"<Trasferimento>", late.encode() + b"<Trasferimento>", 1))


@pytest.mark.slow
def test_the_differences_of_a_taken_identifier_are_found_in_time(site: Site) -> None:
    assert PLAIN.to(site.application, transfer(practice="PRESA")).outcome == (0, "OK")
    refused_in_time(site, filled("PRESA", FOGLIO, "<a/>", LIMIT // 6))


@pytest.mark.slow
def test_namespaces_without_number_are_refused_in_time(site: Site) -> None:
    refused_in_time(site, declaring("PREFISSI", BODY, LIMIT * 3 // 4))


def test_a_relative_namespace_is_no_fault_of_ours(site: Site) -> None:
    sound = transfer(practice="RELATIVA")
    assert PLAIN.to(site.application, sound).outcome == (0, "OK")
    answer = PLAIN.to(
        site.application, sound.replace(b"<FoglioCongedo>", b'<FoglioCongedo xmlns:a="qui">')
    )
    assert answer.status in {200, 400, 500}
    assert b":Server" not in answer.content


@pytest.mark.parametrize("count", [5_001, 90_000])
def test_attributes_without_number_are_refused_in_time(site: Site, count: int) -> None:
    message = attributes("ATTRIBUTI", count).ljust(LIMIT)
    answer = refused_in_time(site, message)
    status_code, code, _ = answer.fault
    assert (status_code, code) == (400, "Client.Forbidden")


def test_attributes_without_number_are_refused_in_italian(site: Site) -> None:
    answer = refused_in_time(site, attributes("ATTRIBUTI", 5_001).ljust(LIMIT))
    text = answer.fault[2]
    assert "attribut" in text
    assert "attributes" not in text


@pytest.mark.parametrize("levels", [200, 10_000])
@pytest.mark.parametrize("inside", [False, True], ids=["body", "foglio"])
def test_deep_nesting_is_refused_in_time(site: Site, levels: int, inside: bool) -> None:
    nested = "<a>" * levels + "</a>" * levels
    message = (
        transfer(practice="FONDA").replace(b"<FoglioCongedo>", f"<FoglioCongedo>{nested}".encode())
        if inside
        else wrapped(nested)
    )
    answer = refused_in_time(site, message)
    if levels > 256:
        fault = (400, "Client.NotXml", "Il messaggio non è XML valido (riga 1)")
        assert answer.fault == fault


def test_a_name_of_a_million_letters_is_refused_in_time(site: Site) -> None:
    long = b"<FoglioCongedo><" + b"a" * 1_000_000 + b"/>"
    refused_in_time(site, transfer(practice="LUNGA").replace(b"<FoglioCongedo>", long))


def test_a_small_call_with_large_headers_is_refused(site: Site) -> None:
    header = b"<soapenv:Header>" + b"<a/>" * 1000 + b"x" * 900_000 + b"</soapenv:Header>"
    message = status().replace(b"<soapenv:Body>", header + b"<soapenv:Body>")
    fault = (413, "Client.TooLarge", "Messaggio oltre il limite di 65536 byte")
    assert refused_in_time(site, message).fault == fault
