"""Connections to partners: by which authorities and key we know them, which certificate we show.

Each distinct security has a session of its own, so that no connection made under one is used under
another. A changed record is another security: the next message finds no session and makes one, and
those that nobody uses any more are closed. The pinned key is looked at on every new connection,
before anything of a request is sent.
"""

import os
import ssl
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ProxyError

from gateway import __version__
from gateway.certificates import BadCertificate, read_der
from gateway.domain.calendar import italian_day
from gateway.domain.deliveries import PartnerUnreachable
from gateway.domain.security import KeyPin, OutboundSecurity, Proof

PLAIN = OutboundSecurity()
"""No certificate of ours, the authorities of the installation, no pinned key."""

KEPT = 64
"""Sessions that a process keeps: partners with a security of their own."""
IDLE_SECONDS = 900.0

Guard = Callable[[bytes], None]
"""Looks at a server's certificate (DER) before anything is sent to it."""


def today() -> date:
    """Return the present legal day: pins end by the calendar."""
    return italian_day(datetime.now(UTC))


class _Connection(HTTPSConnection):
    """Says at once, and as "never arrived", when the two ends do not trust each other."""

    guard: Guard | None = None

    def connect(self) -> None:
        """Shake hands, then look at the server's key.

        Raises:
            PartnerUnreachable: the handshake failed, or the key is not one of those pinned.
        """
        try:
            super().connect()
        except ssl.SSLCertVerificationError as error:
            raise PartnerUnreachable("ServerCertificateRefused") from error
        except ssl.SSLError as error:
            word = "ClientCertificateRefused" if refuses_certificate(error) else "SSLError"
            raise PartnerUnreachable(word) from error
        except ProxyError as error:
            raise PartnerUnreachable("ProxyError") from error
        if self.guard is not None:
            try:
                assert isinstance(self.sock, ssl.SSLSocket)
                self.guard(self.sock.getpeercert(True) or b"")
            except PartnerUnreachable:
                self.close()
                raise

    def send(self, data: Any) -> None:
        """Send, and leave it to the reading of the answer to find out why nobody listens.

        A server that refuses our certificate in TLS 1.3 says so while we are sending already.
        """
        try:
            super().send(data)
        except ssl.SSLEOFError as error:
            raise BrokenPipeError(*error.args) from error


_ALERTS = (
    "CERTIFICATE_REQUIRED",
    "BAD_CERTIFICATE",
    "UNSUPPORTED_CERTIFICATE",
    "CERTIFICATE_REVOKED",
    "CERTIFICATE_EXPIRED",
    "CERTIFICATE_UNKNOWN",
    "UNKNOWN_CA",
    "ACCESS_DENIED",
)


def refuses_certificate(error: BaseException) -> bool:
    """Tell whether an error is the other end's word that it does not take our certificate.

    In TLS 1.3 it comes when the request is on its way already, and still nothing of it was read.
    """
    reason = str(getattr(error, "reason", "") or "")
    return "ALERT" in reason and any(alert in reason for alert in _ALERTS)


class _Adapter(HTTPAdapter):
    """Connects by one context, whose authorities are the only ones, and one guard."""

    def __init__(self, context: ssl.SSLContext, guard: Guard | None) -> None:
        connection = (
            type("_Guarded", (_Connection,), {"guard": staticmethod(guard)})
            if guard
            else _Connection
        )
        pool = type("_Pool", (HTTPSConnectionPool,), {"ConnectionCls": connection})
        self._context = context
        self._pools = {"http": HTTPConnectionPool, "https": pool}
        super().__init__(pool_connections=64, pool_maxsize=16, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the manager of direct connections."""
        super().init_poolmanager(*args, ssl_context=self._context, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Return the manager of connections through a proxy."""
        manager = super().proxy_manager_for(proxy, ssl_context=self._context, **options)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave it to the context: requests would add the public authorities to those in it."""
        conn.cert_reqs = "CERT_REQUIRED"
        conn.ca_certs = conn.ca_cert_dir = None


def make_session(
    proxy: str = "",
    authorities: Path | None = None,
    security: OutboundSecurity = PLAIN,
    *,
    day: Callable[[], date] = today,
) -> requests.Session:
    """Return a session that shows and demands what ``security`` says; nothing of the environment.

    ``authorities`` is a PEM file of certificate authorities, instead of the public ones, for
    partners whose security names none.

    Raises:
        PartnerUnreachable: our certificate, our key or the authorities cannot be used.
    """
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = 0
    if proxy:
        session.proxies = {"http": proxy, "https": proxy}
    try:
        context = make_context(security, authorities)
    except (ssl.SSLError, ValueError) as error:
        raise PartnerUnreachable("OwnCertificateUnusable") from error
    session.mount("https://", _Adapter(context, guard_of(security.server_keys, day)))
    session.mount("http://", HTTPAdapter(pool_connections=64, pool_maxsize=16, max_retries=0))
    session.headers["User-Agent"] = f"Congedo/{__version__}"
    return session


def demands_tls(security: OutboundSecurity) -> bool:
    """Tell whether a security means nothing without TLS: such a message never goes in clear."""
    shows = Proof.CERTIFICATE in security.proofs
    return shows or bool(security.server_keys or security.authorities)


def make_context(security: OutboundSecurity, authorities: Path | None) -> ssl.SSLContext:
    """Return the context of a security.

    Raises:
        OSError: the file of authorities cannot be read; as ``ssl.SSLError``: one of the PEM texts
            cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION
    if security.authorities:
        context.load_verify_locations(cadata=security.authorities)
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a server's own may stand there too
    else:
        context.load_verify_locations(str(authorities) if authorities else DEFAULT_CA_BUNDLE_PATH)
    if Proof.CERTIFICATE in security.proofs:
        with private_file(f"{security.certificate_key}\n{security.certificate}") as name:
            context.load_cert_chain(name, password=_no_passphrase)
    return context


def _no_passphrase() -> str:
    """Stand in for a person: OpenSSL would ask the terminal for the passphrase of a key."""
    return ""


@contextmanager
def private_file(text: str) -> Iterator[str]:
    """Yield the name of a file with ``text`` that is on no disk and gone at once.

    OpenSSL reads keys from files only. Where the system has no files in memory it is one that only
    its owner may read, deleted as soon as it was read.
    """
    on_disk = ""
    try:
        descriptor = os.memfd_create("congedo", os.MFD_CLOEXEC)
        name = f"/proc/self/fd/{descriptor}"
    except (AttributeError, OSError):
        descriptor, name = tempfile.mkstemp()
        on_disk = name
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            yield name
    finally:
        if on_disk:
            Path(on_disk).unlink()


def guard_of(pins: tuple[KeyPin, ...], day: Callable[[], date]) -> Guard | None:
    """Return what looks at a server's key, ``None`` where any key will do."""
    if not pins:
        return None

    def guard(certificate: bytes) -> None:
        try:
            key = read_der(certificate).key
        except BadCertificate as error:
            raise PartnerUnreachable("ServerKeyUnknown") from error
        if not any(pin.sha256 == key and pin.good_on(day()) for pin in pins):
            raise PartnerUnreachable("ServerKeyUnknown")

    return guard


_Key = tuple[bool, str, str, str, tuple[KeyPin, ...]]


class Sessions:
    """A session for each distinct security, made when first asked for."""

    def __init__(
        self,
        proxy: str = "",
        authorities: Path | None = None,
        *,
        day: Callable[[], date] = today,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._proxy = proxy
        self._authorities = authorities
        self._day = day
        self._monotonic = monotonic
        self._made: OrderedDict[_Key, tuple[requests.Session, float]] = OrderedDict()
        self._lock = threading.Lock()

    def session_for(self, security: OutboundSecurity) -> requests.Session:
        """Return the session of a security; what is equal shares one.

        Raises:
            PartnerUnreachable: our certificate, our key or the authorities cannot be used.
        """
        key, now = _key(security), self._monotonic()
        with self._lock:
            known = self._made.pop(key, None)
            session = known[0] if known else self._make(security)
            self._made[key] = (session, now)
            while len(self._made) > KEPT or self._oldest() < now - IDLE_SECONDS:
                self._made.popitem(last=False)[1][0].close()
            return session

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            while self._made:
                self._made.popitem()[1][0].close()

    def _make(self, security: OutboundSecurity) -> requests.Session:
        return make_session(self._proxy, self._authorities, security, day=self._day)

    def _oldest(self) -> float:
        return next(iter(self._made.values()))[1]


def _key(security: OutboundSecurity) -> _Key:
    shows = Proof.CERTIFICATE in security.proofs
    certificate = (security.certificate, security.certificate_key) if shows else ("", "")
    return shows, *certificate, security.authorities, security.server_keys
