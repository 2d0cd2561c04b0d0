"""How foreign clients speak HTTP: chunks, connections that stay, a question before the body."""

import pytest

from gateway.demo.sample import Request, foglio
from tests.support.interop_matrix import KNOWN
from tests.support.interop_programs import Call, Program
from tests.support.interop_world import Site

pytestmark = [pytest.mark.interop, pytest.mark.slow]

TERMS = Call("Get_InfoWorkflowTrasferimento", {"MiurAteneoChiamante": "91"})


def put(practice: str) -> Call:
    given = {"MiurAteneoChiamante": "91", "IdPratica": practice}
    return Call("Put_ProcessoTrasferimento", given, foglio(Request(exams=60)))


def speak(program: Program, place: Site, **options: object) -> None:
    """Send a large foglio, the same again on the connection that is there, and something small."""
    if options.get("chunked") and not KNOWN[program.stack.name].chunks:
        pytest.skip(f"{program.stack.title} sends no chunks")
    practice = f"HTTP-{program.stack.name}-{len(place.address)}-{'-'.join(options)}"
    sent, again, terms = program.call(
        "destinazione",
        place.contracts["destinazione"],
        [put(practice), put(practice), TERMS],
        user="ateneo-91",
        **options,
    )
    assert (sent.code, terms.code) == (0, 0)
    assert again.result == sent.result


@pytest.mark.parametrize("chunked", [True, False], ids=["chunked", "with-a-length"])
def test_a_large_foglio_arrives_at_gunicorn(
    program: Program, place: Site, *, chunked: bool
) -> None:
    place.announce(partial=False)
    speak(program, place, chunked=chunked)


@pytest.mark.parametrize("chunked", [True, False], ids=["chunked", "with-a-length"])
def test_a_large_foglio_arrives_at_granian_behind_nginx(
    program: Program, place_behind_nginx: Site, *, chunked: bool
) -> None:
    place_behind_nginx.announce(partial=False)
    speak(program, place_behind_nginx, chunked=chunked)


@pytest.mark.parametrize("front", ["place", "place_behind_nginx"])
def test_a_client_that_asks_before_it_sends_is_told_to_go_on(
    program: Program, front: str, request: pytest.FixtureRequest
) -> None:
    if program.stack.name != "node":
        pytest.skip("only node-soap lets a programmer add the header")
    site: Site = request.getfixturevalue(front)
    speak(program, site, headers={"Expect": "100-continue"})
