"""The caller's identifier of an exchange: read strictly, kept beside ours, given back."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import Client, TestResponse

from gateway import correlation
from gateway.bootstrap import Installation
from gateway.client.transport import basic
from gateway.client.writing import write
from gateway.domain.deliveries import Side
from gateway.domain.messages import Operation
from gateway.logs import new_message_id
from gateway.usecases.partner_ports import PartnerCall
from storage.tables import messages
from tests.support.databases import SqliteMaker
from tests.support.transfers import Steps
from tests.support.universities import SECRET, VALDOMBRA

pytestmark = pytest.mark.integration

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
HEADER = f"00-{TRACE}-00f067aa0ba902b7-01"
TERMS = write(PartnerCall(operation=Operation.GET_INFO_WORKFLOW, caller=VALDOMBRA))


@pytest.fixture
def destination(make_steps: Callable[..., Steps], sqlite: SqliteMaker) -> Installation:
    return make_steps(sqlite).world.destination


def ask(
    installation: Installation, header: str | None, *, body: bytes = TERMS, secret: str = SECRET
) -> TestResponse:
    """Ask Montelago something, with a header."""
    headers = {"Authorization": basic(f"ateneo-{VALDOMBRA}", secret)}
    if header is not None:
        headers["traceparent"] = header
    path = "/soap/92/destinazione"
    return Client(installation.wsgi()).post(
        path, data=body, content_type="text/xml", headers=headers
    )


def row(installation: Installation) -> Any:
    """Return the only row of the journal."""
    with installation.store.reader.connect() as connection:
        return connection.execute(sa.select(messages)).one()


@pytest.mark.parametrize(
    ("body", "secret", "status"), [(TERMS, SECRET, 200), (b"<x/>", SECRET, 400), (TERMS, "x", 401)]
)
def test_it_is_kept_beside_ours_and_given_back_whatever_the_answer(
    destination: Installation, body: bytes, secret: str, status: int
) -> None:
    answer = ask(destination, HEADER, body=body, secret=secret)
    assert answer.status_code == status
    kept = row(destination)
    assert kept.correlation == TRACE
    assert kept.message_id != TRACE
    said = answer.headers["traceresponse"]
    assert correlation.read(said) == TRACE
    assert said == f"00-{TRACE}-{kept.message_id[16:]}-01"


@pytest.mark.parametrize("header", [None, "", "x" * 5000, HEADER.upper(), f"{HEADER},{HEADER}"])
def test_what_is_not_in_form_is_as_if_it_were_not_there(
    destination: Installation, header: str | None
) -> None:
    answer = ask(destination, header)
    assert answer.status_code == 200
    assert "traceresponse" not in answer.headers
    assert row(destination).correlation is None


def test_two_calls_of_one_trace_are_two_messages(destination: Installation) -> None:
    for _ in range(2):
        assert ask(destination, HEADER).status_code == 200
    with destination.store.reader.connect() as connection:
        rows = connection.execute(sa.select(messages.c.message_id, messages.c.correlation)).all()
    assert len({found.message_id for found in rows}) == 2
    assert {found.correlation for found in rows} == {TRACE}


def test_our_calls_say_the_identifier_of_their_row(
    make_steps: Callable[..., Steps], sqlite: SqliteMaker
) -> None:
    steps = make_steps(sqlite)
    said: list[str] = []
    real = steps.world.network.hosts["destination"]

    def listening(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        said.append(str(environ.get("HTTP_TRACEPARENT")))
        return real(environ, start_response)

    steps.world.network.hosts["destination"] = listening
    steps.sent()
    with steps.world.origin.store.reader.connect() as connection:
        rows = connection.execute(sa.select(messages.c.message_id).order_by(messages.c.message_id))
        sent = [found.message_id for found in rows]
    assert [correlation.read(header) for header in said] == sent
    assert len(set(sent)) == 2


def test_a_call_that_nobody_journals_has_an_identifier_too(
    make_steps: Callable[..., Steps], sqlite: SqliteMaker
) -> None:
    steps = make_steps(sqlite)
    origin = steps.world.origin
    with origin.store.open_uow(VALDOMBRA) as uow:
        (partner,) = (known for known in uow.partners.all() if known.code == "92")
    origin.partners.send(partner, Side.ORIGIN, Operation.GET_INFO_WORKFLOW, TERMS)
    assert correlation.is_identifier(row(steps.world.destination).correlation)
    assert new_message_id() > row(steps.world.destination).correlation
