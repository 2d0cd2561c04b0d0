"""Register and student file of a university over HTTP, against a connector of its own process."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from gateway.connectors.student_file import HttpStudentFile
from gateway.domain.connectors import Connector, System
from gateway.domain.identifiers import CodiceFiscale, IdPratica
from gateway.domain.origin import OriginState
from gateway.domain.rejections import Cause
from gateway.usecases import origin
from gateway.usecases.connector_ports import SystemUnavailable
from gateway.usecases.origin import key_of
from gateway.usecases.ports import ConcurrentChange, RegisterEntry
from gateway.web.access import everybody
from gateway.web.application import make_app
from tests.support.connector_server import TOKEN, ConnectorProcess, connector
from tests.support.transfers import REQUEST, STUDENT, Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = pytest.mark.integration
T17, T21 = pytest.mark.requirement("T17"), pytest.mark.requirement("T21")


@pytest.fixture
def titulus(tmp_path: Path) -> Iterator[ConnectorProcess]:
    with connector(tmp_path / "connector") as made:
        yield made


@pytest.fixture
def joined(steps: Steps, titulus: ConnectorProcess) -> Steps:
    """Both universities, each with the connector for its register and its student file."""
    for at in (steps.origin, steps.destination):
        for system in System:
            made = Connector(system=system, url=titulus.url, secret=TOKEN, seconds=1.0)
            at(lambda uow, made=made: uow.connectors.save(made))
    for installation in (steps.world.origin, steps.world.destination):
        installation.store.forget()
    return steps


def confirm(steps: Steps, practice: IdPratica) -> str:
    """Let the student confirm; return the number."""
    return steps.origin(lambda uow: _confirmed(steps, uow, practice))


def _confirmed(steps: Steps, uow: Any, practice: IdPratica) -> str:
    world = steps.world.origin
    moved, _ = origin.confirm(
        origin.find(practice, uow=uow),
        STUDENT,
        uow=uow,
        documents=world.documents,
        register=world.register_for(uow),
        now=world.clock(),
    )
    return moved.protocol_number


@T17
def test_numbers_come_from_the_register_of_the_university(
    joined: Steps, titulus: ConnectorProcess
) -> None:
    practice = joined.draft()
    assert confirm(joined, practice) == "TIT-2026-00001"
    (asked,) = titulus.asked
    assert asked["path"] == "/api/registrations"
    assert asked["body"] == {
        "series": "protocol",
        "kind": "submission",
        "university": VALDOMBRA,
        "side": "origin",
        "partner": MONTELAGO,
        "id_pratica": practice,
        "sequence": 1,
        "at": joined.world.clock().isoformat(),
    }
    assert asked["key"] == f"91:origin:92:{practice}:protocol:submission:1"


@T17
@T21
def test_a_whole_transfer_goes_through_the_universitys_own_systems(
    joined: Steps, titulus: ConnectorProcess
) -> None:
    practice = joined.sent()
    joined.authorise_enrolment(practice)
    joined.enrol(practice)
    joined.evaluate(practice)
    joined.decide(practice)
    joined.complete(practice)
    joined.deliver_all()
    out = joined.out(practice)
    assert out.state is OriginState.CHIUSA
    assert out.archive_number.startswith("TIT-")
    student = out.student.codice_fiscale
    world = joined.world.destination
    told = joined.destination(lambda uow: world.student_file_for(uow).consult(student))
    assert [row[1:] for row in told] == [
        ("Nuova_carriera", ""),
        ("Nuovo_documento", "domanda di trasferimento in ingresso"),
        ("Fine_carriera", "foglio di congedo"),
    ]
    keys = [asked["key"] for asked in titulus.asked if asked["key"]]
    assert len(keys) == len(set(keys))
    assert not any(student in key for key in keys)


@T17
def test_a_number_is_neither_lost_nor_given_twice_when_the_commit_fails(
    joined: Steps, titulus: ConnectorProcess
) -> None:
    practice = joined.draft()
    world = joined.world.origin
    with world.store.open_uow(VALDOMBRA) as uow:
        first = _confirmed(joined, uow, practice)  # and the process dies before it commits
    assert joined.out(practice).state is OriginState.BOZZA
    assert confirm(joined, practice) == first
    assert [asked["key"] for asked in titulus.asked] == [titulus.asked[0]["key"]] * 2
    key = key_of(joined.out(practice))
    later = joined.origin(
        lambda uow: world.register_for(uow).assign(RegisterEntry("submission", key), world.clock())
    )
    assert later != first


@T17
def test_who_is_overtaken_changes_nothing_and_the_number_serves_the_next_act(joined: Steps) -> None:
    practice = joined.draft()
    world = joined.world.origin
    stale = joined.out(practice)
    number = confirm(joined, practice)

    def overtaken() -> None:
        with world.store.open_uow(VALDOMBRA) as uow:
            register, now = world.register_for(uow), world.clock()
            origin.confirm(
                stale, STUDENT, uow=uow, documents=world.documents, register=register, now=now
            )

    with pytest.raises(ConcurrentChange):
        overtaken()
    assert joined.out(practice).protocol_number == number
    key, now = key_of(stale), world.clock()
    following = joined.origin(
        lambda uow: world.register_for(uow).assign(RegisterEntry("submission", key), now)
    )
    assert following == "TIT-2026-00002"


@T17
@pytest.mark.parametrize("trouble", ["fail", "forget", "slow"])
def test_a_trouble_that_passes_is_passed_over(
    joined: Steps, titulus: ConnectorProcess, trouble: str
) -> None:
    titulus.trouble(trouble, 1)
    assert confirm(joined, joined.draft()) == "TIT-2026-00001"
    first, second = titulus.asked
    assert first == second


@T17
@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("fail", "HTTP 503"),
        ("garbage", "answer is no JSON"),
        ("array", "answer is no JSON object"),
        ("nothing", "number missing or malformed"),
        ("huge", "answer too large"),
        ("redirect", "HTTP 307"),
        ("forget", "ConnectionError"),
    ],
)
def test_without_a_usable_answer_nothing_changes(
    joined: Steps, titulus: ConnectorProcess, trouble: str, said: str
) -> None:
    practice = joined.draft()
    titulus.trouble(trouble, 9)
    with pytest.raises(SystemUnavailable) as found:
        confirm(joined, practice)
    assert found.value.reason.cause is Cause.SYSTEM_UNAVAILABLE
    assert found.value.reason.params == {"system": "register", "trouble": said}
    assert joined.out(practice).state is OriginState.BOZZA
    titulus.trouble("", 0)
    assert confirm(joined, practice) == "TIT-2026-00001"


@T17
def test_a_slow_register_holds_nobody_for_long(joined: Steps, titulus: ConnectorProcess) -> None:
    titulus.trouble("slow", 9)
    with pytest.raises(SystemUnavailable, match="ReadTimeout"):
        confirm(joined, joined.draft())
    assert len(titulus.asked) == 2


@T17
def test_a_wrong_token_is_told_and_not_repeated(joined: Steps, titulus: ConnectorProcess) -> None:
    wrong = Connector(system=System.REGISTER, url=titulus.url, secret="altro", seconds=1.0)
    joined.origin(lambda uow: uow.connectors.save(wrong))
    joined.world.origin.store.forget()
    with pytest.raises(SystemUnavailable, match="HTTP 401"):
        confirm(joined, joined.draft())
    assert len(titulus.asked) == 1


@T17
def test_a_register_that_is_down_tells_partners_to_come_again(
    joined: Steps, titulus: ConnectorProcess
) -> None:
    practice = joined.ready()
    joined.authorise(practice)
    joined.destination(lambda uow: uow.connectors.save(_nowhere()))
    joined.world.destination.store.forget()
    joined.deliver_due()
    assert joined.out(practice).state is OriginState.VALIDATA
    joined.destination(lambda uow: uow.connectors.remove(System.REGISTER))
    joined.world.destination.store.forget()
    joined.world.clock.advance(hours=1)
    joined.deliver_all()
    assert joined.out(practice).state is OriginState.TRASFERITA


def _nowhere() -> Connector:
    return Connector(system=System.REGISTER, url="http://127.0.0.1:9/api", seconds=0.5)


@T21
def test_a_page_says_which_system_is_not_there(joined: Steps) -> None:
    world = joined.world.origin

    @everybody
    def breaking() -> str:
        with world.store.open_uow(VALDOMBRA) as uow:
            HttpStudentFile(world.systems.client(_nowhere()), uow).consult(
                CodiceFiscale(REQUEST.student.codice_fiscale)
            )
        return "mai"

    app = make_app(world.web_wiring())
    app.add_url_rule("/rotta", "breaking", breaking)
    answer = Client(app).get("/rotta")
    assert answer.status_code == 503
    assert "nulla è stato cambiato" in answer.text
    assert "Riprovare più tardi." in answer.text


@T21
def test_an_event_told_before_a_failed_commit_is_told_once(
    joined: Steps, titulus: ConnectorProcess
) -> None:
    practice = joined.sent()
    joined.authorise_enrolment(practice)
    world = joined.world.destination
    transfer = joined.into(practice)
    student = transfer.student.codice_fiscale
    with world.store.open_uow(MONTELAGO) as uow:
        world.student_file_for(uow).new_career(student, "26000001", world.clock())
    joined.enrol(practice)
    told = joined.destination(lambda uow: world.student_file_for(uow).consult(student))
    assert [row[1] for row in told] == ["Nuova_carriera", "Nuovo_documento"]


def test_a_connectors_token_is_sealed_and_never_shown(joined: Steps) -> None:
    made = joined.origin(lambda uow: uow.connectors.get(System.REGISTER))
    assert made is not None
    assert made.secret == TOKEN
    assert TOKEN not in repr(made)
    with joined.world.origin.store.reader.connect() as connection:
        rows = connection.exec_driver_sql("SELECT secret_sealed FROM connectors").scalars().all()
    assert TOKEN.encode() not in b"".join(rows)
