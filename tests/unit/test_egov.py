"""The header of the e-Gov envelope: what is read of one, what an answer's says."""

import pytest
from lxml import etree

from gateway.contracts import SOAP11, Lookup
from gateway.egov import (
    EGOV,
    HEADER,
    EgovHeader,
    EgovParty,
    WrongEgov,
    find_header,
    identifier,
    make_header,
    read_header,
)
from tests.support.clock import START

HEADER_OF_A_CALL = EgovHeader(
    sender=EgovParty("UniversitaValdombra"),
    receiver=EgovParty("UniversitaMontelago", "AOO"),
    service="RicercaTitoloStudente",
    action="ricercaDatiTitoliUniversitari",
    message_id="UniversitaValdombra_ValdombraSPCoopIT_0000042_2026-09-21_10:00",
    collaboration="C1",
)


def block(**changes: str) -> etree._Element:
    """Return a header with the texts of some elements changed; an empty one is taken away."""
    made = make_header(HEADER_OF_A_CALL, START)
    for name, text in changes.items():
        (element,) = made.iter(f"{{{EGOV}}}{name}")
        if text:
            element.text = text
        else:
            element.getparent().remove(element)
    return made


def envelope(*blocks: etree._Element) -> etree._Element:
    root = etree.Element(f"{{{SOAP11}}}Envelope")
    etree.SubElement(root, f"{{{SOAP11}}}Header").extend(blocks)
    etree.SubElement(root, f"{{{SOAP11}}}Body")
    return root


def test_what_is_written_is_read_again() -> None:
    assert read_header(block(), Lookup.TITLES) == HEADER_OF_A_CALL


def test_an_answer_goes_back_to_who_asked_and_names_what_it_answers() -> None:
    answer = HEADER_OF_A_CALL.answered("n1")
    assert (answer.sender, answer.receiver) == (
        HEADER_OF_A_CALL.receiver,
        HEADER_OF_A_CALL.sender,
    )
    assert (answer.message_id, answer.refers_to) == ("n1", HEADER_OF_A_CALL.message_id)
    assert answer.collaboration == "C1"
    assert read_header(make_header(answer, START), Lookup.TITLES) == answer


def test_an_identifier_has_party_gateway_number_and_italian_time() -> None:
    party = EgovParty("UniversitaMontelago")
    expected = "UniversitaMontelago_UniversitaMontelagoSPCoopIT_0000007_2026-09-21_10:00"
    assert identifier(party, 7, START) == expected
    assert identifier(party, 10_000_007, START) == expected


def test_the_header_is_found_and_only_one_is_allowed() -> None:
    assert find_header(etree.Element(f"{{{SOAP11}}}Envelope")) is None
    assert find_header(envelope()) is None
    found = find_header(envelope(block()))
    assert found is not None
    assert found.tag == HEADER
    with pytest.raises(WrongEgov):
        find_header(envelope(block(), block()))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ProfiloCollaborazione", "EGOV_IT_MessaggioSingoloOneWay"),
        ("ProfiloCollaborazione", ""),
        ("Servizio", "RicercaDiplomaStudente"),
        ("Azione", "ricercaDatiTitoliDiploma"),
        ("Azione", ""),
        ("Identificatore", ""),
        ("Identificatore", "x" * 251),
        ("Identificatore", "a\nb"),
        ("OraRegistrazione", ""),
        ("Mittente", ""),
        ("Destinatario", ""),
        ("Messaggio", ""),
        ("IntestazioneMessaggio", ""),
    ],
)
def test_a_header_that_is_not_one_of_this_service_is_refused_with_its_place(
    name: str, text: str
) -> None:
    with pytest.raises(WrongEgov) as raised:
        read_header(block(**{name: text}), Lookup.TITLES)
    assert raised.value.path.startswith("IntestazioneMessaggio")
    assert "x" * 251 not in str(raised.value)


def test_what_may_be_left_out_may_be_left_out() -> None:
    read = read_header(block(Collaborazione=""), Lookup.TITLES)
    assert (read.collaboration, read.refers_to) == ("", "")


@pytest.mark.parametrize("kind", ["x" * 251, "a\tb"])
def test_a_list_of_parties_that_cannot_be_is_refused(kind: str) -> None:
    made = block()
    for party in made.iter(f"{{{EGOV}}}IdentificativoParte"):
        party.set("tipo", kind)
    with pytest.raises(WrongEgov, match="tipo"):
        read_header(made, Lookup.TITLES)


def test_a_party_without_a_list_is_of_the_usual_one() -> None:
    made = block()
    for party in made.iter(f"{{{EGOV}}}IdentificativoParte"):
        del party.attrib["tipo"]
    assert read_header(made, Lookup.TITLES).receiver == EgovParty("UniversitaMontelago", "SPC")
