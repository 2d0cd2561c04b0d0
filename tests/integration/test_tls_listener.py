"""Our own listener with TLS: who is let in, by which certificate, and what changes while it runs.

The program runs as it is installed; every call is a real connection. What the handshake refuses and
what the service refuses is the same to an attacker: no answer but "unknown".
"""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from http.client import HTTPSConnection

import pytest

from gateway.bootstrap import Installation
from gateway.domain.calendar import italian_day
from gateway.domain.security import KeyPin, SubjectPin
from tests.support.certificates import SERVER, make
from tests.support.contract_messages import authorization
from tests.support.databases import SqliteMaker
from tests.support.hostile_messages import terms
from tests.support.hostile_servers import serving
from tests.support.tls import (
    BOTH,
    CERTIFICATE,
    SOAP,
    Cast,
    Line,
    demand,
    escaped,
    eventually,
    make_cast,
    tls_settings,
)
from tests.support.universities import DESTINATION, ROCCASOLE, THIRD, introduce

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@dataclass(frozen=True)
class Listening:
    line: Line
    installation: Installation
    cast: Cast

    def today(self) -> date:
        return italian_day(self.installation.clock())

    def let_in(self, user: str = "", shown: object = None) -> None:
        """Wait until the record just written is used, which takes seconds."""
        eventually(lambda: not self.line.refuses(shown or self.cast.own, user))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker) -> Iterator[Listening]:
    home, server = tmp_path_factory.mktemp("tls"), make("localhost", purposes=(SERVER,))
    environment = tls_settings(home / "files", server)
    with serving(home, sqlite, "--no-worker", **environment) as (running, installation):
        introduce(installation, DESTINATION, (THIRD, "third"))
        yield Listening(Line(running.port, server.certificate), installation, make_cast())


@pytest.fixture
def at(listening: Listening) -> Listening:
    """91 shows a certificate only, 93 a password and a certificate of its own."""
    cast = listening.cast
    demand(
        listening.installation, "92", "91", proofs=CERTIFICATE, keys=(cast.own.pin,), subjects=()
    )
    demand(listening.installation, "92", "93", proofs=BOTH, keys=(cast.stranger.pin,), subjects=())
    listening.let_in()
    eventually(lambda: listening.line.refuses(None, "ateneo-93"))
    return listening


def test_a_pinned_certificate_alone_finds_its_partner(at: Listening) -> None:
    answer = at.line.post(at.cast.own)
    assert answer.outcome == (0, "OK")


def test_basic_and_certificate_of_the_same_partner_are_let_in(at: Listening) -> None:
    assert at.line.post(at.cast.stranger, "ateneo-93", terms("93")).outcome == (0, "OK")


def test_no_certificate_is_refused(at: Listening) -> None:
    assert at.line.refuses(None)
    assert at.line.refuses(None, "ateneo-91")
    assert at.line.refuses(None, "ateneo-93")


def test_the_wrong_key_is_refused(at: Listening) -> None:
    same_name = make("congedo.valdombra.example")
    assert at.line.refuses(same_name)
    assert at.line.refuses(same_name, "ateneo-91")


def test_a_key_that_is_not_the_certificate_s_is_refused(at: Listening) -> None:
    """Who copied the certificate, which is public, cannot finish the handshake."""
    thief = replace(at.cast.stranger, x509=at.cast.own.x509)
    with pytest.raises(ssl.SSLError):
        at.line.post(thief)


def test_the_certificate_of_another_with_this_one_s_password_is_refused(at: Listening) -> None:
    assert at.line.refuses(at.cast.own, "ateneo-93")
    assert at.line.refuses(at.cast.stranger, "ateneo-91")


def test_the_certificate_without_the_password_that_goes_with_it_is_refused(at: Listening) -> None:
    assert at.line.refuses(at.cast.stranger)


def test_a_partner_speaks_for_itself_only(at: Listening) -> None:
    answer = at.line.post(at.cast.own, content=terms("93"))
    assert answer.fault[:2] == (500, "Client.Authorization")


@pytest.mark.parametrize("name", ["expired", "early"])
def test_a_certificate_out_of_its_dates_is_refused(at: Listening, name: str) -> None:
    shown = getattr(at.cast, name)
    demand(at.installation, "92", "91", keys=(shown.pin, at.cast.renewed.pin))
    at.let_in(shown=at.cast.renewed)
    assert at.line.refuses(shown)


def test_a_pin_past_its_last_day_is_refused_and_one_on_it_is_good(at: Listening) -> None:
    ends = {"own": at.today(), "renewed": at.today() - timedelta(days=1)}
    pins = tuple(replace(getattr(at.cast, name).pin, until=day) for name, day in ends.items())
    demand(at.installation, "92", "91", keys=pins)
    eventually(lambda: at.line.turns_away(at.cast.renewed))
    assert at.line.post(at.cast.own).outcome == (0, "OK")


def test_two_keys_overlap_while_one_is_renewed_and_nothing_is_stopped(at: Listening) -> None:
    keep_alive = HTTPSConnection(
        "localhost", at.line.port, context=at.line.context(at.cast.own), timeout=15
    )
    keep_alive.request("POST", SOAP, terms(), {"Content-Type": "text/xml"})
    assert keep_alive.getresponse().read()
    demand(at.installation, "92", "91", keys=(at.cast.own.pin, at.cast.renewed.pin))
    at.let_in(shown=at.cast.renewed)
    assert at.line.post(at.cast.own).outcome == (0, "OK")
    demand(at.installation, "92", "91", keys=(at.cast.renewed.pin,))
    eventually(lambda: at.line.refuses(at.cast.own))
    assert at.line.post(at.cast.renewed).outcome == (0, "OK")
    keep_alive.request("POST", SOAP, terms(), {"Content-Type": "text/xml"})
    assert keep_alive.getresponse().status == 401  # the connection was older than the change
    keep_alive.close()


def test_a_resumed_session_outlives_no_pin(at: Listening) -> None:
    def forget() -> None:
        demand(
            at.installation, "92", "91", keys=(replace(at.cast.own.pin, until=date(2020, 1, 1)),)
        )
        eventually(lambda: at.line.turns_away(at.cast.own))

    assert at.line.resumed(at.cast.own, lambda: None) == (True, 200)
    assert at.line.resumed(at.cast.own, forget)[1] == 401


def certified(at: Listening) -> None:
    pin = SubjectPin(at.cast.authority.certificate, at.cast.certified.subject)
    demand(at.installation, "92", "91", keys=(), subjects=(pin,))
    at.let_in(shown=at.cast.certified)


def test_a_subject_that_the_authority_certifies_is_let_in(at: Listening) -> None:
    certified(at)
    assert at.line.post(at.cast.certified).outcome == (0, "OK")


def test_the_right_subject_from_another_authority_is_refused(at: Listening) -> None:
    certified(at)
    assert at.cast.imitated.subject == at.cast.certified.subject
    assert at.line.refuses(at.cast.imitated)


def test_the_right_subject_signed_by_itself_is_refused(at: Listening) -> None:
    certified(at)
    assert at.line.refuses(make("servizi.valdombra.example"))


def test_another_subject_of_the_right_authority_is_refused(at: Listening) -> None:
    certified(at)
    assert at.line.refuses(make("altri.valdombra.example", at.cast.authority))


def test_an_expired_certificate_of_the_right_authority_is_refused(at: Listening) -> None:
    certified(at)
    assert at.line.refuses(at.cast.expired_certified)


def test_a_leaf_certified_by_a_leaf_is_refused(at: Listening) -> None:
    certified(at)
    assert at.line.refuses(make("servizi.valdombra.example", at.cast.certified))


def test_a_header_from_a_caller_is_not_a_certificate(at: Listening) -> None:
    headers = {"X-Congedo-Client-Certificate": escaped(at.cast.own)}
    assert at.line.post(None, headers=headers).status == 401
    headers["X-Congedo-Proxy-Secret"] = ""
    assert at.line.post(None, headers=headers).status == 401


def test_the_certificate_of_a_partner_of_one_university_is_a_stranger_s_at_another(
    at: Listening,
) -> None:
    introduce(at.installation, replace(THIRD, code=ROCCASOLE), (DESTINATION, "here"))
    path = "/soap/93/destinazione"
    eventually(lambda: at.line.post(None, "ateneo-92", terms("92"), path=path).status != 404)
    assert at.line.post(at.cast.own, path=path).status == 401


def test_a_certificate_not_made_for_clients_is_refused(at: Listening) -> None:
    server = make("server.example", purposes=(SERVER,))
    demand(at.installation, "92", "91", keys=(server.pin, at.cast.renewed.pin))
    at.let_in(shown=at.cast.renewed)
    assert at.line.refuses(server)


def test_old_tls_is_refused(at: Listening) -> None:
    context = at.line.context(at.cast.own)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    wire = HTTPSConnection("localhost", at.line.port, context=context, timeout=15)
    with pytest.raises(ssl.SSLError):
        wire.connect()


def test_a_pin_without_its_certificate_lets_nobody_in_here_that_no_authority_certifies(
    at: Listening,
) -> None:
    """What the handshake does not know it refuses: the command says so when such a pin is made."""
    bare = KeyPin(at.cast.early.pin.sha256)
    demand(at.installation, "92", "91", keys=(bare, at.cast.renewed.pin))
    at.let_in(shown=at.cast.renewed)
    assert at.line.refuses(at.cast.early)


def test_the_password_alone_is_still_enough_where_no_more_is_demanded(at: Listening) -> None:
    demand(at.installation, "92", "91", proofs=frozenset({"basic"}))
    eventually(lambda: not at.line.refuses(None, "ateneo-91"))
    headers = authorization("ateneo-91")
    assert at.line.post(None, headers=headers).outcome == (0, "OK")
