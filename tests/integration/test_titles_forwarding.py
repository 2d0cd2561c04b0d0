"""A lookup that another registry answers, or our own store in its place: who spoke is said (A5)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.bootstrap import Installation
from gateway.contracts import Lookup
from gateway.domain.titles import LookupOutcome
from gateway.usecases.title_ports import DiplomaReply
from tests.support.databases import SqliteMaker
from tests.support.hostile import Answered, Sending, Site
from tests.support.titles import (
    OTHER,
    PASSWORD,
    PATHS,
    STUDENT,
    FakeRegistry,
    allow,
    archive,
    ask_diploma,
    ask_titles,
    codes,
    degree,
    diploma,
    results,
)
from tests.support.universities import MONTELAGO

pytestmark = [pytest.mark.integration, pytest.mark.requirement("A5")]


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry(
        titles=[degree(grade="90", university="001")],
        reply=DiplomaReply(LookupOutcome.FOUND, (diploma(grade="60"),)),
    )


@pytest.fixture
def installation(
    tmp_path: Path, sqlite: SqliteMaker, registry: FakeRegistry
) -> Iterator[Installation]:
    with archive(tmp_path, sqlite, upstream=registry) as made:
        yield made


def ask(installation: Installation, lookup: Lookup, content: bytes) -> Answered:
    return Sending(path=PATHS[lookup]).to(installation.wsgi(), content)


def test_the_registry_s_answer_is_passed_on_as_its_own(installation: Installation) -> None:
    titles = ask(installation, Lookup.TITLES, ask_titles())
    assert titles.headers["Congedo-Fonte"] == "registro"
    assert [item and item["voto"] for item in results(titles.content)] == ["90"]
    found = ask(installation, Lookup.DIPLOMA, ask_diploma())
    assert found.headers["Congedo-Fonte"] == "registro"
    ((item),) = results(found.content)
    assert item is not None
    assert (item["votoDiploma"], item["codiceRitorno"]) == ("60", "0")
    assert (item["messaggio"] or "").startswith("Ricerca effettuata con successo.")


def test_what_the_registry_has_not_is_not_found(
    installation: Installation, registry: FakeRegistry
) -> None:
    registry.titles, registry.reply = (), DiplomaReply(LookupOutcome.NOT_FOUND)
    titles = ask(installation, Lookup.TITLES, ask_titles())
    assert results(titles.content) == [None]
    assert titles.headers["Congedo-Fonte"] == "registro"
    assert codes(ask(installation, Lookup.DIPLOMA, ask_diploma()).content) == ["1"]


def test_credentials_are_the_registry_s_to_check(
    installation: Installation, registry: FakeRegistry
) -> None:
    registry.reply = DiplomaReply(LookupOutcome.CREDENTIALS_WRONG)
    answer = ask(installation, Lookup.DIPLOMA, ask_diploma(user="fiorella", password=PASSWORD))
    assert codes(answer.content) == ["98"]


def test_a_registry_s_own_failure_is_told_in_its_words_cut_to_the_layout(
    installation: Installation, registry: FakeRegistry
) -> None:
    registry.reply = DiplomaReply(LookupOutcome.FAILED, (), "guasto <" + "x" * 200)
    (item,) = results(ask(installation, Lookup.DIPLOMA, ask_diploma()).content)
    assert item is not None
    assert item["codiceRitorno"] == "4"
    assert (item["messaggio"] or "").startswith("Errore generico nella ricerca: guasto <xx")
    assert len(item["messaggio"] or "") == 100


def test_while_the_registry_is_silent_our_store_tells_what_it_has_and_says_so(
    installation: Installation, registry: FakeRegistry
) -> None:
    registry.silent = True
    titles = ask(installation, Lookup.TITLES, ask_titles())
    assert titles.headers["Congedo-Fonte"] == "locale"
    assert [item and item["voto"] for item in results(titles.content)] == ["110L"]
    found = ask(installation, Lookup.DIPLOMA, ask_diploma())
    assert found.headers["Congedo-Fonte"] == "locale"
    (item,) = results(found.content)
    assert item is not None
    assert (item["votoDiploma"], item["codiceRitorno"]) == ("98", "0")
    assert (item["messaggio"] or "").startswith("[locale] Ricerca effettuata")


def test_while_the_registry_is_silent_nobody_is_told_not_found(
    installation: Installation, registry: FakeRegistry
) -> None:
    registry.silent = True
    titles = ask(installation, Lookup.TITLES, ask_titles(OTHER))
    status, code, text = titles.fault
    assert (status, code) == (503, "Server.Registry")
    assert text == "Anagrafe non interrogabile dal 21/09/2026 10:00: riprovare"
    assert titles.headers["Retry-After"] == "60"
    assert "Congedo-Fonte" not in titles.headers
    row, message, _ = Site(installation, MONTELAGO).latest()
    assert (row.result, row.code, message) == ("fault", 503, ask_titles(OTHER))
    found = ask(installation, Lookup.DIPLOMA, ask_diploma(OTHER))
    (item,) = results(found.content)
    assert item is not None
    assert (item["codiceRitorno"], item["codiceFiscale"]) == ("3", OTHER)
    row, _, _ = Site(installation, MONTELAGO).latest()
    assert (row.result, row.code) == ("refused", 3)


def test_when_it_comes_back_it_speaks_again(
    installation: Installation, registry: FakeRegistry
) -> None:
    registry.silent = True
    assert ask(installation, Lookup.TITLES, ask_titles(OTHER)).status == 503
    registry.silent = False
    answer = ask(installation, Lookup.TITLES, ask_titles(OTHER))
    assert (answer.status, answer.headers["Congedo-Fonte"]) == (200, "registro")


def test_what_is_wrong_with_a_question_is_said_without_asking_anybody(
    installation: Installation, registry: FakeRegistry
) -> None:
    registry.silent = True
    for content, code in (
        (ask_diploma("X"), "12"),
        (ask_diploma(year="21"), "14"),
        (ask_diploma(user="x"), "99"),
    ):
        assert codes(ask(installation, Lookup.DIPLOMA, content).content) == [code]
    assert ask(installation, Lookup.TITLES, ask_titles("X")).status == 500
    assert registry.asked == []


def test_behind_a_domain_gateway_who_spoke_is_in_the_envelope(
    installation: Installation, registry: FakeRegistry
) -> None:
    allow(installation, MONTELAGO, "91", egov=True)
    golden = Path(__file__).parents[1] / "contract" / "golden"
    content = (golden / "ricercaDatiTitoliUniversitari.request.egov.xml").read_bytes()
    for silent, source in ((False, b">registro<"), (True, b">locale<")):
        registry.silent = silent
        assert source in ask(installation, Lookup.TITLES, content).content
    assert registry.asked == [STUDENT, STUDENT]
