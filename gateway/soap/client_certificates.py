"""The TLS client certificate of a request: from our own listener, or from a proxy that we know.

That the caller holds the key was proved in the TLS handshake, by whoever ended it. A header says so
only together with the proxy's secret; one from anybody else says nothing, however it came.
Who the certificate belongs to is asked of the partners' records, at every request.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote_to_bytes

from gateway.certificates import (
    BadCertificate,
    Certificate,
    certified,
    read_der,
    read_one,
)
from gateway.domain.partners import Partner
from gateway.domain.security import SubjectPin
from gateway.logs import get_logger
from gateway.trusted_proxy import CERTIFICATES, from_proxy

_log = get_logger(__name__)

CERTIFICATE_HEADER = "HTTP_X_CONGEDO_CLIENT_CERTIFICATE"
_MAX_HEADER = 24 * 1024
_REMEMBERED = 512


class ClientCertificates:
    """Reads the certificate of a request; remembers what it has read, for this process."""

    def __init__(self, proxy_secrets: Sequence[str] = ()) -> None:
        self._secrets = tuple(proxy_secrets)
        self._read: OrderedDict[bytes | str, Certificate | None] = OrderedDict()
        self._lock = threading.Lock()

    def shown(self, environ: Mapping[str, Any]) -> Certificate | None:
        """Return the certificate whose key the caller of a request holds, if it showed any."""
        header = str(environ.get(CERTIFICATE_HEADER) or "")
        if from_proxy(environ, CERTIFICATES, self._secrets):
            return self._reading(header) if header else None
        if header:
            _log.warning("proxy_header_ignored")
        peer = getattr(environ.get("gunicorn.socket"), "getpeercert", None)
        content = peer(True) if peer is not None else None
        return self._reading(content) if content else None

    def _reading(self, content: bytes | str) -> Certificate | None:
        with self._lock:
            if content in self._read:
                self._read.move_to_end(content)
                return self._read[content]
        if len(content) > _MAX_HEADER:
            return None
        try:
            if isinstance(content, bytes):
                found = read_der(content)
            else:
                found = read_one(unquote_to_bytes(content).decode("ascii"))
        except (BadCertificate, UnicodeError):
            _log.warning("client_certificate_unreadable")
            found = None
        with self._lock:
            self._read[content] = found
            while len(self._read) > _REMEMBERED:
                self._read.popitem(last=False)
        return found


class Owners:
    """Tells whose a certificate is; remembers it as long as the partners' records are the same."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str, date], _Answer] = OrderedDict()
        self._lock = threading.Lock()

    def of(
        self,
        certificate: Certificate,
        partners: Sequence[Partner],
        university: str,
        today: date,
        now: datetime,
    ) -> tuple[Partner, ...]:
        """Return the partners, among those of a hosted university, that a certificate belongs to.

        ``partners`` must be the same object as long as nothing has changed.
        """
        if not certificate.valid_at(now):
            return ()
        key = (university, certificate.pem, today)
        with self._lock:
            known = self._known.get(key)
        if known is not None and known[0] is partners:
            return known[1]
        found = tuple(item for item in partners if belongs_to(certificate, item, today, now))
        with self._lock:
            self._known[key] = (partners, found)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found


_Answer = tuple[Sequence[Partner], tuple[Partner, ...]]


def belongs_to(certificate: Certificate, partner: Partner, today: date, now: datetime) -> bool:
    """Tell whether a certificate has a key or a subject that a partner's record names."""
    inbound = partner.inbound
    return any(pin.sha256 == certificate.key and pin.good_on(today) for pin in inbound.keys) or any(
        pin.good_on(today) and _certified_by(certificate, pin, now) for pin in inbound.subjects
    )


def _certified_by(certificate: Certificate, pin: SubjectPin, now: datetime) -> bool:
    try:
        authority = read_one(pin.authority)
    except BadCertificate:
        _log.warning("authority_unreadable")
        return False
    return authority.valid_at(now) and certified(certificate, authority, pin.subject)
