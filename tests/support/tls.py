"""Calls over real TLS, with a certificate or without, and partners that must show one."""

import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.client import HTTPSConnection
from pathlib import Path
from urllib.parse import quote

from gateway.bootstrap import Installation
from gateway.client.sessions import private_file
from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import Partner
from gateway.domain.security import InboundSecurity, Proof
from tests.support import certificates
from tests.support.certificates import CLIENT, Identity
from tests.support.contract_messages import authorization
from tests.support.hostile import Answered
from tests.support.hostile_messages import terms
from tests.support.hostile_servers import head, read_all

CERTIFICATE = frozenset({Proof.CERTIFICATE})
BOTH = frozenset({Proof.BASIC, Proof.CERTIFICATE})
NOBODY = (401, "Client.Authentication", "Credenziali mancanti o non valide")
SOAP = "/soap/92/destinazione"


@dataclass(frozen=True)
class Line:
    """A TLS listener at ``port``, known by ``authority`` (PEM)."""

    port: int
    authority: str

    def context(self, shown: Identity | None) -> ssl.SSLContext:
        """Return the context of a caller that shows an identity or none."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=self.authority)
        if shown is not None:
            with private_file(f"{shown.key}\n{shown.certificate}") as name:
                context.load_cert_chain(name)
        return context

    def post(
        self,
        shown: Identity | None,
        user: str = "",
        content: bytes = b"",
        headers: dict[str, str] | None = None,
        path: str = SOAP,
    ) -> Answered:
        """Call as a partner does.

        Raises:
            OSError: the other end would not even shake hands.
        """
        wire = HTTPSConnection("localhost", self.port, context=self.context(shown), timeout=15)
        given = {"Content-Type": "text/xml", "Connection": "close", **(headers or {})}
        try:
            wire.request(
                "POST", path, content or terms(), given | (authorization(user) if user else {})
            )
            answer = wire.getresponse()
            return Answered(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            wire.close()

    def refuses(self, shown: Identity | None, user: str = "", **options: str) -> bool:
        """Tell whether a call is refused, in the handshake or by the fault for strangers."""
        try:
            answer = self.post(shown, user, **options)  # type: ignore[arg-type]
        except OSError:
            return True
        assert answer.status != 401 or answer.fault == NOBODY
        return answer.status == 401

    def turns_away(self, shown: Identity) -> bool:
        """Tell whether a certificate is taken in the handshake, and its caller is refused."""
        try:
            return self.post(shown).status == NOBODY[0]
        except OSError:
            return False

    def resumed(self, shown: Identity, between: Callable[[], object]) -> tuple[bool, int]:
        """Call twice, the second time resuming the first one's TLS session after ``between``.

        Returns whether it was resumed, and the second status.
        """
        context = self.context(shown)
        _, _, session = self._speak(context, None)
        between()
        reused, status, _ = self._speak(context, session)
        return reused, status

    def _speak(
        self, context: ssl.SSLContext, session: ssl.SSLSession | None
    ) -> tuple[bool, int, ssl.SSLSession | None]:
        message = terms()
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=15) as bare,
            context.wrap_socket(bare, server_hostname="localhost", session=session) as wire,
        ):
            wire.sendall(head(len(message), "Connection: close", user="") + message)
            status = int(read_all(wire).split(b" ", 2)[1])
            return bool(wire.session_reused), status, wire.session


@dataclass(frozen=True)
class Cast:
    """Who may call, and who may not."""

    authority: Identity
    foreign_authority: Identity
    own: Identity
    renewed: Identity
    expired: Identity
    early: Identity
    certified: Identity
    imitated: Identity
    expired_certified: Identity
    stranger: Identity


def make_cast(now: datetime | None = None) -> Cast:
    """Return identities of every kind, good or not at a moment: without one, at this."""
    now = now or datetime.now(UTC)
    make = partial(certificates.make, now=now)
    old, soon = now - timedelta(days=2), now + timedelta(days=2)
    authority = make("Autorita di Valdombra", authority=True)
    foreign = make("Autorita di Valdombra", authority=True)  # the same name, another key
    return Cast(
        authority=authority,
        foreign_authority=foreign,
        own=make("congedo.valdombra.example"),
        renewed=make("congedo.valdombra.example"),
        expired=make("scaduto.example", begins=now - timedelta(days=9), ends=old),
        early=make("futuro.example", begins=soon),
        certified=make("servizi.valdombra.example", authority, purposes=(CLIENT,)),
        imitated=make("servizi.valdombra.example", foreign, purposes=(CLIENT,)),
        expired_certified=make(
            "servizi.valdombra.example", authority, begins=now - timedelta(days=9), ends=old
        ),
        stranger=make("sconosciuto.example"),
    )


def demand(installation: Installation, university: str, partner: str, **changes: object) -> Partner:
    """Change what a partner must show; at once in this process, in seconds elsewhere."""
    code = MiurCode(university)
    with installation.store.open_uow(code) as uow:
        found = uow.partners.get(MiurCode(partner))
        assert found is not None
        inbound: InboundSecurity = replace(found.inbound, **changes)  # type: ignore[arg-type]
        changed = replace(found, inbound=inbound)
        uow.partners.save(changed)
        uow.commit()
    installation.store.forget()
    return changed


def escaped(identity: Identity) -> str:
    """Return a certificate as nginx writes it into a header."""
    return quote(identity.certificate, safe="")


def eventually(holds: Callable[[], bool], seconds: float = 8.0) -> None:
    """Wait until something holds, which is remembered for seconds.

    Raises:
        TimeoutError: it does not come to hold.
    """
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.1)


def tls_settings(folder: Path, server: Identity) -> dict[str, str]:
    """Write the listener's own files; return the settings that name them."""
    certificate, key = server.write(folder, "server")
    return {"CONGEDO_TLS_CERTIFICATE": str(certificate), "CONGEDO_TLS_KEY": str(key)}
