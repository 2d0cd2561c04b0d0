"""What we show to partners over TLS, by what we know them, and what is known when it fails.

Partners are real servers that demand certificates. What never arrived is "unreachable" and says
why; what may have arrived is "unknown", whatever TLS says about it.
"""

import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from gateway.bootstrap import Installation, now
from gateway.client.message_security import MessageSecurity
from gateway.client.partner import SoapPartners
from gateway.client.sessions import KEPT, Sessions, make_session, private_file
from gateway.client.transport import PartnerTransport
from gateway.domain.deliveries import OutcomeUnknown, PartnerUnreachable, Side
from gateway.domain.messages import Operation
from gateway.domain.partners import Partner
from gateway.domain.security import OutboundSecurity, Proof
from gateway.usecases.partner_ports import PartnerCall
from tests.support.certificates import Identity, make
from tests.support.databases import SqliteMaker
from tests.support.tls_partner import TlsPartner, connect_proxy, server_context, tls_partner
from tests.support.universities import (
    DESTINATION,
    MONTELAGO,
    ORIGIN,
    VALDOMBRA,
    introduce,
    make_home,
)

pytestmark = pytest.mark.integration

BOTH_VERSIONS = pytest.mark.parametrize(
    "version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"]
)
TODAY = date(2026, 9, 21)
AUTHORITY = make("Autorita del partner", authority=True)
SERVER = make("localhost", AUTHORITY)
US = make("congedo.valdombra.example")
NEXT = make("congedo.valdombra.example")
CALL = PartnerCall(operation=Operation.GET_INFO_WORKFLOW, caller=VALDOMBRA)


def showing(us: Identity | None = US, **more: object) -> OutboundSecurity:
    """Certificate and Basic towards a partner that the private authority certifies."""
    shown = {"certificate": us.certificate, "certificate_key": us.key} if us else {}
    proofs = {Proof.BASIC, Proof.CERTIFICATE} if us else {Proof.BASIC}
    fields = {"proofs": frozenset(proofs), "authorities": AUTHORITY.certificate, **shown, **more}
    return OutboundSecurity(**fields)  # type: ignore[arg-type]


Send = Callable[..., int]


@pytest.fixture
def sessions() -> Iterator[Sessions]:
    with closing(Sessions(day=lambda: TODAY)) as made:
        yield made


@pytest.fixture
def send(sessions: Sessions) -> Send:
    partners = SoapPartners(PartnerTransport(sessions), MessageSecurity(now))

    def sending(there: TlsPartner, security: OutboundSecurity, size: int = 0) -> int:
        partner = Partner(
            code=MONTELAGO,
            name="",
            destination_url=there.url,
            username_out="ateneo-91",
            password_out="parola",
            outbound=security,
            timeout_seconds=10,
        )
        message = partners.write(CALL) + b" " * size
        answer = partners.send(partner, Side.ORIGIN, Operation.GET_INFO_WORKFLOW, message)
        return answer.outcome.code

    return sending


def refused(
    send: Send, there: TlsPartner, security: OutboundSecurity, word: str, size: int = 0
) -> None:
    """Nothing was sent, and the reason is said."""
    with pytest.raises(PartnerUnreachable, match=f"^{word}$"):
        send(there, security, size)
    assert there.seen.bodies == []


@BOTH_VERSIONS
def test_our_certificate_is_shown_and_the_private_authority_believed(
    send: Send, version: ssl.TLSVersion
) -> None:
    with tls_partner(server_context(SERVER, US, version=version)) as there:
        assert send(there, showing()) == 0
        assert send(there, showing()) == 0
    assert there.seen.keys == [US.pin.sha256]  # one handshake: the connection is kept
    assert len(there.seen.bodies) == 2
    assert there.seen.authorizations[0].startswith("Basic ")


def test_basic_is_not_shown_where_the_record_does_not_say_so(send: Send) -> None:
    with tls_partner(server_context(SERVER, US)) as there:
        send(there, showing(proofs=frozenset({Proof.CERTIFICATE})))
    assert there.seen.authorizations == [""]


@BOTH_VERSIONS
@pytest.mark.parametrize("size", [0, 400_000])
@pytest.mark.parametrize("us", [None, NEXT], ids=["no certificate", "wrong certificate"])
def test_a_partner_that_refuses_our_certificate_was_never_reached(
    send: Send, version: ssl.TLSVersion, us: Identity | None, size: int
) -> None:
    old_and_silent = us is None and version is ssl.TLSVersion.TLSv1_2  # its alert does not say why
    word = "SSLError" if old_and_silent else "ClientCertificateRefused"
    with tls_partner(server_context(SERVER, US, version=version)) as there:
        refused(send, there, showing(us), word, size)


def test_a_server_of_an_unknown_authority_is_sent_nothing(send: Send) -> None:
    with tls_partner(server_context(make("localhost"))) as there:
        refused(send, there, showing(), "ServerCertificateRefused")


def test_the_public_authorities_do_not_count_beside_private_ones(send: Send) -> None:
    other = make("Altra autorita", authority=True)
    with tls_partner(server_context(SERVER)) as there:
        refused(send, there, showing(authorities=other.certificate), "ServerCertificateRefused")
        refused(send, there, OutboundSecurity(), "ServerCertificateRefused")


def test_a_server_of_another_name_is_sent_nothing(send: Send) -> None:
    elsewhere = make("altrove.example", AUTHORITY, hosts=("altrove.example",))
    with tls_partner(server_context(elsewhere)) as there:
        refused(send, there, showing(server_keys=(elsewhere.pin,)), "ServerCertificateRefused")


def test_a_server_that_certifies_itself_may_be_the_authority(send: Send) -> None:
    alone = make("localhost")
    with tls_partner(server_context(alone)) as there:
        assert send(there, showing(authorities=alone.certificate)) == 0


def test_a_pinned_server_is_spoken_to(send: Send) -> None:
    with tls_partner(server_context(SERVER)) as there:
        assert send(there, showing(server_keys=(SERVER.pin,))) == 0


def test_a_server_with_another_key_than_the_pinned_is_sent_nothing(send: Send) -> None:
    with tls_partner(server_context(SERVER)) as there:
        refused(send, there, showing(server_keys=(NEXT.pin,)), "ServerKeyUnknown")


def test_a_server_pin_past_its_last_day_is_none(send: Send) -> None:
    with tls_partner(server_context(SERVER)) as there:
        ended = replace(SERVER.pin, until=TODAY - timedelta(days=1))
        refused(send, there, showing(server_keys=(ended,)), "ServerKeyUnknown")
        assert send(there, showing(server_keys=(replace(SERVER.pin, until=TODAY),))) == 0


def test_two_pins_overlap_while_a_server_renews_its_key(send: Send) -> None:
    renewed = make("localhost", AUTHORITY)
    pins = showing(server_keys=(SERVER.pin, renewed.pin))
    for identity in (SERVER, renewed):
        with tls_partner(server_context(identity)) as there:
            assert send(there, pins) == 0


def test_every_new_connection_is_looked_at(send: Send, sessions: Sessions) -> None:
    pinned = showing(server_keys=(SERVER.pin,))
    with tls_partner(server_context(SERVER)) as there:
        assert send(there, pinned) == 0
        there.context = server_context(make("localhost", AUTHORITY))
        assert send(there, pinned) == 0  # the connection that was looked at
        sessions.session_for(pinned).adapters["https://"].close()
        there.seen.bodies.clear()
        refused(send, there, pinned, "ServerKeyUnknown")


def test_a_pin_is_looked_at_through_a_proxy_too() -> None:
    with (
        tls_partner(server_context(SERVER, US)) as there,
        connect_proxy() as (proxy, asked),
        closing(Sessions(proxy)) as sessions,
    ):
        transport = PartnerTransport(sessions)
        good = showing(server_keys=(SERVER.pin,))
        assert transport.post(there.url, b"<a/>", {}, 10, good).status_code == 200
        with pytest.raises(PartnerUnreachable, match="ServerKeyUnknown"):
            transport.post(there.url, b"<a/>", {}, 10, showing(server_keys=(NEXT.pin,)))
    assert asked == [f"localhost:{there.port}"] * 2
    assert there.seen.bodies == [b"<a/>"]


@pytest.mark.parametrize(
    "security",
    [showing(), showing(None), OutboundSecurity(server_keys=(SERVER.pin,))],
    ids=["certificate", "authority", "pin"],
)
def test_what_demands_tls_never_goes_in_clear(
    sessions: Sessions, security: OutboundSecurity
) -> None:
    with pytest.raises(PartnerUnreachable, match=r"^WithoutTls$"):
        PartnerTransport(sessions).post("http://127.0.0.1:9/", b"<a/>", {}, 1, security)


def test_tls_trouble_after_the_message_left_leaves_its_fate_unknown(send: Send) -> None:
    with tls_partner(server_context(SERVER, US)) as there:
        there.cut = True
        with pytest.raises(OutcomeUnknown):
            send(there, showing())
    assert len(there.seen.bodies) == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"certificate": "", "certificate_key": ""},
        {"certificate_key": NEXT.key},
        {"authorities": "nessuna"},
    ],
)
def test_a_record_that_cannot_be_used_sends_nothing(send: Send, broken: dict[str, str]) -> None:
    with tls_partner(server_context(SERVER)) as there:
        refused(send, there, showing(**broken), "OwnCertificateUnusable")


def test_a_renewed_key_is_shown_by_the_next_message_and_nothing_is_stopped(
    tmp_path: Path, sqlite: SqliteMaker
) -> None:
    installation = Installation(make_home(tmp_path, sqlite))
    introduce(installation, ORIGIN, (DESTINATION, "localhost"))

    def record(us: Identity, there: TlsPartner) -> None:
        with installation.store.open_uow(VALDOMBRA) as uow:
            partner = uow.partners.get(MONTELAGO)
            assert partner is not None
            changed = replace(partner, destination_url=there.url, outbound=showing(us))
            uow.partners.save(changed)
            uow.commit()

    def ask() -> int:
        with installation.store.open_uow(VALDOMBRA) as uow:
            partner = uow.partners.get(MONTELAGO)
        assert partner is not None
        message = installation.partners.write(CALL)
        operation = Operation.GET_INFO_WORKFLOW
        return installation.partners.send(partner, Side.ORIGIN, operation, message).outcome.code

    with tls_partner(server_context(SERVER, US, NEXT)) as there:
        record(US, there)
        assert ask() == ask() == 0
        record(NEXT, there)
        assert ask() == ask() == 0
    assert there.seen.keys == [US.pin.sha256, NEXT.pin.sha256]
    installation.transport.sessions.close()
    installation.close()


def test_no_file_is_left_of_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with make_session(security=showing()):
        assert list(tmp_path.iterdir()) == []
    monkeypatch.delattr("os.memfd_create")
    with private_file(US.key) as name:
        assert Path(name).parent == tmp_path
        assert Path(name).stat().st_mode & 0o777 == 0o600
        assert Path(name).read_text("ascii") == US.key
    assert list(tmp_path.iterdir()) == []
    with make_session(security=showing()):
        assert list(tmp_path.iterdir()) == []


def test_equal_securities_share_a_session_and_others_do_not(sessions: Sessions) -> None:
    first = sessions.session_for(showing())
    assert sessions.session_for(showing()) is first
    assert sessions.session_for(showing(token_password="altro")) is first  # not of the connection
    assert sessions.session_for(showing(NEXT)) is not first
    assert sessions.session_for(showing(server_keys=(SERVER.pin,))) is not first


def test_a_process_keeps_so_many_sessions_and_none_that_is_idle() -> None:
    moment = 0.0
    with closing(Sessions(monotonic=lambda: moment)) as sessions:
        made = [
            sessions.session_for(showing(server_keys=(replace(SERVER.pin, sha256=f"{n:064x}"),)))
            for n in range(KEPT + 1)
        ]
        again = sessions.session_for(
            showing(server_keys=(replace(SERVER.pin, sha256=f"{0:064x}"),))
        )
        assert again is not made[0]
        moment = 10_000.0
        sessions.session_for(showing())
        assert (
            sessions.session_for(showing(server_keys=(replace(SERVER.pin, sha256=f"{KEPT:064x}"),)))
            is not made[KEPT]
        )
