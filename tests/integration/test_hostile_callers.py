"""Who may not speak is told one thing only, whatever they ask and whatever exists."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest

from gateway.demo.sample import foglio
from gateway.domain.messages import Operation
from tests.support.contract_messages import authorization, envelope
from tests.support.databases import Maker, SqliteMaker
from tests.support.hostile import Answered, Sending, Site, destination_site, origin_site, site_of
from tests.support.hostile_messages import PRACTICE, REQUEST, status, terms, transfer
from tests.support.transfers import Steps
from tests.support.universities import ORIGIN, SECRET, partner_of

pytestmark = pytest.mark.integration

NOBODY = (401, "Client.Authentication", "Credenziali mancanti o non valide")
SOMEBODY_ELSE = (
    500,
    "Client.Authorization",
    "MiurAteneoChiamante non corrisponde alle credenziali",
)
CHALLENGE = 'Basic realm="Congedo", charset="UTF-8"'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker) -> Iterator[Site]:
    with site_of(tmp_path_factory.mktemp("callers"), sqlite) as made:
        yield made


def basic(text: bytes) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(text).decode()}


HEADERS = {
    "none": {},
    "wrong password": authorization("ateneo-91", "indovinata"),
    "empty password": authorization("ateneo-91", ""),
    "unknown name": authorization("ateneo-77", SECRET),
    "empty name": authorization("", SECRET),
    "another's password with a blank": authorization("ateneo-91", SECRET + " "),
    "name in capitals": authorization("ATENEO-91", SECRET),
    "no colon": basic(b"ateneo-91"),
    "no base64": {"Authorization": "Basic ateneo-91:segreto"},
    "nothing after the scheme": {"Authorization": "Basic"},
    "bearer": {"Authorization": "Bearer " + b64encode(b"ateneo-91:x").decode()},
    "digest": {"Authorization": 'Digest username="ateneo-91", realm="Congedo"'},
    "no utf-8": basic(b"ateneo-91:\xff\xfe"),
    "long password": authorization("ateneo-91", "x" * 700),
    "long header": authorization("ateneo-91", "x" * 60_000),
    "line ends": basic(b"ateneo-91\r\nX-Altro: b:x"),
    "sql": authorization("' OR '1'='1' --", SECRET),
}


@pytest.mark.parametrize("name", HEADERS)
def test_without_the_right_credentials_nothing_is_revealed(site: Site, name: str) -> None:
    sending = Sending(user="", headers=HEADERS[name])
    known, unknown = status(), status("NESSUNA1")
    assert Sending().to(site.application, transfer()).outcome == (0, "OK")
    answers = {site.turn_away(message, NOBODY, sending) for message in (known, unknown, b"<")}
    assert len(answers) == 1


def test_a_name_with_a_nul_is_a_stranger_on_sqlite(site: Site) -> None:
    site.turn_away(terms(), NOBODY, Sending(user="", headers=authorization("ateneo-91\0", SECRET)))


def test_a_name_with_a_nul_is_a_stranger_on_postgresql(
    make_steps: Callable[..., Steps], postgres: Maker
) -> None:
    site = destination_site(make_steps(postgres).world)
    sending = Sending(user="", headers=authorization("ateneo-91\0", SECRET))
    assert sending.to(site.application, terms()).fault == NOBODY


def test_the_answer_says_how_to_authenticate_and_nothing_else(site: Site) -> None:
    answer = Sending(user="").to(site.application, terms())
    assert answer.headers["WWW-Authenticate"] == CHALLENGE
    assert set(answer.headers) == {"Content-Type", "Content-Length", "WWW-Authenticate"}


def test_a_partner_of_another_day_is_a_stranger(site: Site) -> None:
    ended = replace(
        partner_of(ORIGIN, "origin", site.code),
        code="94",
        username_in="ateneo-94",
        active_to=date(2026, 9, 20),
    )
    with site.installation.store.open_uow(site.code) as uow:
        uow.partners.save(ended)
        uow.commit()
    site.turn_away(terms("94"), NOBODY, Sending(user="ateneo-94"))


def test_a_partner_of_one_university_is_a_stranger_to_another(steps: Steps) -> None:
    origin = origin_site(steps.world)
    origin.turn_away(terms(), NOBODY, Sending(path="/soap/91/destinazione", user="ateneo-91"))


@pytest.mark.parametrize("caller", ["93", "92", "77", "ZZZZZ", "00093"])
def test_nobody_speaks_for_another(site: Site, caller: str) -> None:
    site.refuse(terms(caller), SOMEBODY_ELSE)


@pytest.mark.parametrize("caller", ["091", "00091", " 91 "])
def test_a_code_may_have_leading_zeros_and_blanks(site: Site, caller: str) -> None:
    assert Sending().to(site.application, terms(caller)).outcome == (0, "OK")


def test_strangers_fill_the_journal_only_so_fast(steps: Steps) -> None:
    site = destination_site(steps.world)
    for _ in range(200):
        assert Sending(user="").to(site.application, terms()).fault == NOBODY
    assert 60 <= site.rows()["messages"] <= 90


def asked(operation: Operation, practice: str, *more: tuple[str, str]) -> bytes:
    return envelope(operation, ("MiurAteneoChiamante", "93"), ("IdPratica", practice), *more)


def questions(practice: str) -> dict[str, bytes]:
    return {
        "status": asked(Operation.GET_STATUS, practice),
        "cancel": asked(Operation.CHANGE_STATUS, practice, ("StatoChange", "ANNULLA")),
        "close": asked(Operation.CHANGE_STATUS, practice, ("StatoChange", "CHIUDI")),
    }


def at_destination(practice: str) -> dict[str, bytes]:
    request = replace(REQUEST, origin="93")
    data = envelope(
        Operation.PUT_DATI,
        ("MiurAteneoChiamante", "93"),
        ("IdPratica", practice),
        ("Causale", "ERRORE"),
        foglio=foglio(request),
    )
    return questions(practice) | {"data": data}


def at_origin(practice: str) -> dict[str, bytes]:
    return questions(practice) | {
        "refresh": asked(Operation.REQUIRE_REFRESH, practice, ("Causale", "ERRORE")),
        "token": asked(Operation.RET_TOKEN, practice, ("Token", "ABCDEFGHJK")),
        "attachment": asked(Operation.GET_ALLEGATO, practice, ("IdDocumento", "A1")),
    }


NOT_FOUND = (1, "PRATICA NON TROVATA")


@pytest.mark.requirement("T7")
def test_somebody_elses_practice_is_as_unknown_as_none(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    steps = make_steps(database)
    practice = steps.sent()
    for site, role, ask in (
        (destination_site(steps.world), "destinazione", at_destination),
        (origin_site(steps.world), "provenienza", at_origin),
    ):
        sending = Sending(path=f"/soap/{site.code}/{role}", user="ateneo-93")
        for name, message in ask(practice).items():
            theirs = site.reject(message, NOT_FOUND, sending)
            nobodys = site.reject(ask("NESSUNA1")[name], NOT_FOUND, sending)
            assert theirs.content == nobodys.content
            assert theirs.headers == nobodys.headers


def test_a_draft_is_unknown_to_its_destination_until_it_is_sent(steps: Steps) -> None:
    practice = steps.ready()
    site = origin_site(steps.world)
    sending = Sending(path="/soap/91/provenienza", user="ateneo-92")
    for message in at_origin(practice).values():
        site.reject(message.replace(b">93<", b">92<"), NOT_FOUND, sending)


def answered(site: Site, message: bytes) -> Answered:
    return Sending().to(site.application, message)


def test_a_repeat_by_another_is_no_repeat(site: Site) -> None:
    first = answered(site, transfer(practice=PRACTICE))
    assert first.outcome == (0, "OK")
    sending = Sending(user="ateneo-93")
    again = transfer(replace(REQUEST, origin="93"), caller="93")
    second = sending.to(site.application, again)
    assert second.outcome == (0, "OK")
    assert second.content != first.content  # a practice and a token of its own
