"""Valid calls at the wrong moment or about the wrong thing: refused, and nothing changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gateway.domain.attachments import Attachment, AttachmentReference, AttachmentState
from gateway.domain.deliveries import Side
from gateway.domain.identifiers import IdPratica
from gateway.domain.messages import Operation
from gateway.domain.rejections import Rejection
from gateway.domain.terms import TransmissionTerms
from gateway.soap import writing
from gateway.usecases import destination, origin
from gateway.usecases.ports import PracticeKey
from tests.support.contract_foglio import PDF
from tests.support.contract_messages import envelope, result_of
from tests.support.databases import Maker, SqliteMaker
from tests.support.hostile import PLAIN, Sending, destination_site, origin_site
from tests.support.hostile_messages import REQUEST, transfer
from tests.support.transfers import Steps
from tests.support.universities import (
    DEFERRED_PARTIAL,
    DESTINATION,
    IMMEDIATE,
    ORIGIN,
    ROCCASOLE,
    THIRD,
    VALDOMBRA,
    introduce,
)

pytestmark = pytest.mark.integration

AT_ORIGIN = Sending(path="/soap/91/provenienza", user="ateneo-92")
WITH_PLAN = replace(REQUEST, attachments=(("A1", "piano.pdf"),))


def said(code: int, text: str, path: str = "", acts: str = "chiamante") -> tuple[int, str]:
    return code, f"[{code}] {text} ({path}) - agisce: {acts}" if path else text


def change(practice: str, what: str, caller: str = "91") -> bytes:
    return envelope(
        Operation.CHANGE_STATUS,
        ("MiurAteneoChiamante", caller),
        ("IdPratica", practice),
        ("StatoChange", what),
    )


@pytest.mark.parametrize("what", ["CHIUDI", "RIFIUTA"])
@pytest.mark.requirement("T6")
def test_the_origin_cannot_close_or_reject(steps: Steps, what: str) -> None:
    practice = steps.sent()
    text = f"cambio di stato {what} non ammesso per chi lo chiede"
    destination_site(steps.world).reject(change(practice, what), said(4, text, "StatoChange"))


@pytest.mark.requirement("T6")
def test_the_origin_cannot_cancel_once_the_student_has_enrolled(steps: Steps) -> None:
    practice = steps.sent()
    steps.authorise_enrolment(practice)
    steps.enrol(practice)
    text = "operazione non ammessa nello stato attuale (immatricolato)"
    destination_site(steps.world).reject(change(practice, "ANNULLA"), (3, text))


@pytest.mark.parametrize("what", ["", "chiudi tutto", "ANNULLA;CHIUDI", "A" * 50_000])
def test_a_change_that_is_none_is_refused(steps: Steps, what: str) -> None:
    practice = steps.sent()
    text = "parametro vuoto o non valido"
    destination_site(steps.world).reject(change(practice, what), said(6, text, "StatoChange"))


@pytest.mark.requirement("T6")
def test_a_closed_practice_cannot_be_rejected_or_cancelled(steps: Steps) -> None:
    practice = steps.sent()
    site = origin_site(steps.world)
    closed = AT_ORIGIN.to(site.application, change(practice, "CHIUDI", "92"))
    assert closed.outcome == (0, "OK")
    for what in ("RIFIUTA", "ANNULLA"):
        text = "operazione non ammessa nello stato attuale (chiusa)"
        site.reject(change(practice, what, "92"), (3, text), AT_ORIGIN)


def token_message(practice: str, token: str) -> bytes:
    return envelope(
        Operation.RET_TOKEN,
        ("MiurAteneoChiamante", "92"),
        ("IdPratica", practice),
        ("Token", token),
    )


@pytest.mark.requirement("T8")
@pytest.mark.parametrize("terms", [IMMEDIATE, DEFERRED_PARTIAL], ids=["immediate", "deferred"])
def test_a_second_token_is_refused_and_the_first_stays(
    make_steps: Callable[..., Steps], sqlite: SqliteMaker, terms: TransmissionTerms
) -> None:
    steps = make_steps(sqlite, terms=terms)
    practice = steps.sent()
    first = steps.out(practice).token
    assert first is not None
    expected = said(5, "alla pratica è già assegnato un token", "Token", "destinazione")
    origin_site(steps.world).reject(token_message(practice, "XYZ2345679"), expected, AT_ORIGIN)
    assert steps.out(practice).token == first


@pytest.mark.parametrize("token", ["", "due parole", "è", "T" * 65, "T" * 50_000])
def test_a_token_that_cannot_be_is_refused(steps: Steps, token: str) -> None:
    practice = steps.sent()
    expected = said(6, "parametro vuoto o non valido", "Token")
    origin_site(steps.world).reject(token_message(practice, token), expected, AT_ORIGIN)


def wanted(practice: str, name: str) -> bytes:
    return envelope(
        Operation.GET_ALLEGATO,
        ("MiurAteneoChiamante", "92"),
        ("IdPratica", practice),
        ("IdDocumento", name),
    )


def plan(name: str = "A1", until: date = date(2027, 3, 31), content: bytes = PDF) -> Attachment:
    reference = AttachmentReference(name, "piano.pdf", "application/pdf", until)
    return Attachment(reference, AttachmentState.OWN, content)


def sent_with_plan(steps: Steps, name: str = "A1") -> IdPratica:
    """A practice at the destination whose one attachment the origin keeps."""
    practice = steps.ready(replace(REQUEST, attachments=((name, "piano.pdf"),)))
    steps.origin(lambda uow: origin.attach(origin.find(practice, uow=uow), plan(name), uow=uow))
    steps.authorise(practice)
    steps.deliver_all()
    return practice


@pytest.mark.requirement("T16")
@pytest.mark.requirement("T9")
def test_an_attachment_of_another_practice_is_not_found(steps: Steps) -> None:
    first, second = sent_with_plan(steps, "A1"), sent_with_plan(steps, "B2")
    site = origin_site(steps.world)
    assert AT_ORIGIN.to(site.application, wanted(first, "A1")).outcome == (0, "OK")
    before = site.rows()
    messages = [wanted(second, "A1")]
    messages += [wanted(first, name) for name in ("B2", "../A1", "a1", "A1%00", "*", "A1' OR '1")]
    answers = {AT_ORIGIN.to(site.application, message).outcome for message in messages}
    assert {code for code, _ in answers} == {60}
    assert len(answers) == 1
    assert site.rows() == {**before, "messages": before["messages"] + len(messages)}


def test_an_attachment_that_is_not_found_is_told_in_a_whole_sentence(steps: Steps) -> None:
    practice = steps.sent()
    answer = AT_ORIGIN.to(origin_site(steps.world).application, wanted(practice, "A1"))
    assert answer.outcome[0] == 60
    assert "(attachment)" not in answer.outcome[1]


@pytest.mark.requirement("T16")
def test_an_attachment_is_given_until_its_day_and_not_after(steps: Steps) -> None:
    practice = sent_with_plan(steps)
    site = origin_site(steps.world)
    steps.world.clock.now = steps.world.clock.now.replace(year=2027, month=3, day=31)
    assert AT_ORIGIN.to(site.application, wanted(practice, "A1")).outcome == (0, "OK")
    steps.world.clock.advance(days=1)
    text = "allegato disponibile solo fino al 31/03/2027"
    expected = said(61, text, "IdDocumento", "provenienza")
    site.reject(wanted(practice, "A1"), expected, AT_ORIGIN)


@pytest.mark.parametrize("size", [0, 200 * 1024 + 1])
@pytest.mark.requirement("T16")
def test_the_origin_keeps_no_empty_and_no_large_attachment(steps: Steps, size: int) -> None:
    practice = steps.draft(WITH_PLAN)
    before = origin_site(steps.world).rows()
    with pytest.raises(Rejection, match="attachment_too_large"):
        steps.origin(
            lambda uow: origin.attach(
                origin.find(practice, uow=uow), plan(content=b"x" * size), uow=uow
            )
        )
    assert origin_site(steps.world).rows() == before


class FalseOrigin:
    """A partner that answers every request for an attachment with what it likes."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        given = writing.attachment("X", "A1", self.content)
        start_response("200 OK", [("Content-Type", "text/xml")])
        return [writing.accepted(Operation.GET_ALLEGATO, given)]


HTML = b"<html><script>alert(1)</script></html>"
BOMB = PDF.replace(b"/Count 1", b"/Count 1 ") + b"\n" * (200 * 1024)


@pytest.mark.requirement("T16")
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (HTML, "attachment_not_pdf"),
        (b"%PDF-1.4\n" + HTML, "attachment_not_pdf"),
        (b"MZ\x90\x00" + PDF, "attachment_not_pdf"),
        (PDF[: len(PDF) // 2], "attachment_not_pdf"),
        (b"", "attachment_not_pdf"),
        (BOMB, "attachment_too_large"),
    ],
    ids=["html", "html with a mask", "program", "half", "nothing", "large"],
)
def test_what_the_origin_gives_instead_of_a_pdf_is_not_kept(
    steps: Steps, content: bytes, problem: str
) -> None:
    practice = steps.ready(WITH_PLAN)
    steps.origin(lambda uow: origin.attach(origin.find(practice, uow=uow), plan(), uow=uow))
    steps.authorise(practice)
    steps.world.network.hosts["origin"] = FalseOrigin(content)
    steps.deliver_all()
    key = PracticeKey(Side.DESTINATION, VALDOMBRA, practice)
    kept = steps.destination(lambda uow: uow.attachments.get(key, "A1"))
    assert kept is not None
    assert (kept.state, kept.content) == (AttachmentState.FAILED, None)
    assert kept.problem == problem
    assert destination_site(steps.world).rows()["alarms"] == 1


@pytest.mark.requirement("T15")
def test_two_universities_may_use_the_same_identifier(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    steps = make_steps(database)
    site = destination_site(steps.world)
    practice = "PRATICA-1"
    first = PLAIN.to(site.application, transfer(practice=practice))
    third = Sending(user="ateneo-93")
    others = transfer(replace(REQUEST, origin="93", origin_name="Roccasole"), practice, "93")
    second = third.to(site.application, others)
    assert (first.outcome, second.outcome) == ((0, "OK"), (0, "OK"))
    tokens = {result_of(answer.content).findtext("Token") for answer in (first, second)}
    assert len(tokens) == 2
    assert site.rows()["incoming"] == 2
    assert PLAIN.to(site.application, change(practice, "ANNULLA")).outcome == (0, "OK")
    states = [
        steps.destination(
            lambda uow, code=code: destination.find(code, IdPratica(practice), uow=uow)
        ).state
        for code in (VALDOMBRA, ROCCASOLE)
    ]
    assert states == ["cancellata", "ricevuta"]
    repeated = third.to(site.application, others)
    assert repeated.content == second.content


@pytest.mark.requirement("T15")
def test_two_hosted_universities_keep_the_same_identifier_apart(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    steps = make_steps(database)
    world = steps.world
    introduce(world.destination, THIRD, (ORIGIN, "origin"), (DESTINATION, "destination"))
    application = world.destination.wsgi()
    answers = [
        Sending(path=f"/soap/{code}/destinazione").to(
            application, transfer(replace(REQUEST, destination=code), "PRATICA-2")
        )
        for code in ("92", "93")
    ]
    assert [answer.outcome[0] for answer in answers] == [0, 0]
    with world.destination.store.open_uow(ROCCASOLE) as uow:
        assert uow.incoming.get(VALDOMBRA, IdPratica("PRATICA-2")).university == "93"


def test_the_same_identifier_with_other_content_tells_where_and_not_what(steps: Steps) -> None:
    site = destination_site(steps.world)
    assert PLAIN.to(site.application, transfer()).outcome == (0, "OK")
    other = transfer().replace(b"<Cognome>Quattrocchi", b"<Cognome>Altrocchi")
    where = "FoglioCongedo/DatiIdentificativiStudente/Cognome"
    text = f"IdPratica già usato con un contenuto diverso (differenze: {where})"
    site.reject(other, said(2, text, "IdPratica", "provenienza"))
