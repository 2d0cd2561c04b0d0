"""TLS of our own listener: who may shake hands, renewed while serving.

OpenSSL asks callers for a certificate and lets those without one in; who must show one is decided
later, for each partner. One that is shown must be known to OpenSSL already in the handshake: Python
gives no way to look at others. So every certificate and authority that a partner's record names is
an anchor (a chain may end at any of them), and a change of the records is an anchor within seconds.
An anchor only opens the handshake: whose the certificate is, and for how long, is looked up at
every request.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from gateway.certificates import BadCertificate, read_all
from gateway.domain.partners import Partner
from gateway.logs import get_logger
from gateway.settings import Settings
from gateway.usecases.ports import StoreUnavailable

_log = get_logger(__name__)

LOOK_SECONDS = 2.0
"""How soon a changed record or certificate file is used."""


def anchors_of(partners: Iterable[Partner]) -> frozenset[str]:
    """Return the certificates that partners may show or be certified by, in PEM."""
    found: set[str] = set()
    for partner in partners:
        found |= {pin.certificate for pin in partner.inbound.keys if pin.certificate}
        found |= {pin.authority for pin in partner.inbound.subjects}
    return frozenset(found)


class TlsListener:
    """Gives each new connection the context of its moment."""

    def __init__(
        self,
        settings: Settings,
        partners: Callable[[], Sequence[Partner]],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._partners = partners
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._looked_at = -LOOK_SECONDS
        self._made_from: object = None
        self._context: ssl.SSLContext | None = None

    def context(self) -> ssl.SSLContext:
        """Return the context for a connection; one that cannot be renewed stays as it was.

        Raises:
            OSError: certificate and key cannot be used, and never could.
        """
        now = self._monotonic()
        with self._lock:
            if self._context is not None and now - self._looked_at < LOOK_SECONDS:
                return self._context
            self._looked_at = now
            try:
                self._renew()
            except (OSError, StoreUnavailable) as trouble:
                if self._context is None:
                    raise
                _log.error("tls_not_renewed", trouble=type(trouble).__name__)
            assert self._context is not None
            return self._context

    def _renew(self) -> None:
        files = _files(self._settings)
        stamps = tuple(file.stat().st_mtime_ns for file in files)
        try:
            anchors = anchors_of(self._partners())
        except StoreUnavailable:
            if self._context is not None:
                raise
            anchors = frozenset()  # who shows no certificate can be told to come back later
        if (stamps, anchors) != self._made_from:
            self._context = make_context(self._settings, anchors)
            self._made_from = (stamps, anchors)


def _files(settings: Settings) -> list[Path]:
    named = (settings.tls_certificate, settings.tls_key, settings.tls_client_authorities)
    return [file for file in named if file is not None]


def make_context(settings: Settings, anchors: Iterable[str]) -> ssl.SSLContext:
    """Return a context that serves with the settings' certificate and knows these anchors.

    Raises:
        OSError: a file is missing, or certificate and key are none or no pair.
    """
    assert settings.tls_certificate is not None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.load_cert_chain(settings.tls_certificate, settings.tls_key, password=_no_passphrase)
    context.set_alpn_protocols(["http/1.1"])
    context.verify_mode = ssl.CERT_OPTIONAL
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if settings.tls_client_authorities is not None:
        context.load_verify_locations(settings.tls_client_authorities)
    for anchor in anchors:
        try:
            for certificate in read_all(anchor):
                context.load_verify_locations(cadata=certificate.pem)
        except (BadCertificate, ssl.SSLError):
            _log.warning("anchor_unusable")  # one bad record shuts nobody else out
    return context


def _no_passphrase() -> str:
    """Stand in for a person: OpenSSL would ask the terminal for the passphrase of a key."""
    return ""
