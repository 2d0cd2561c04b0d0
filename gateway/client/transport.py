"""Posting a message to a partner, and saying exactly what is known when something goes wrong.

Only a connection that was never made is "unreachable": once a byte may have left, the outcome is
unknown. Answers are read up to a limit, redirects are not followed, proxies and credentials of the
environment are not used.
"""

import base64
import ssl
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
import zeep
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from gateway.client.sessions import PLAIN, Sessions, demands_tls, refuses_certificate
from gateway.domain.deliveries import OutcomeUnknown, PartnerMisbehaved, PartnerUnreachable
from gateway.domain.security import OutboundSecurity

MAX_ANSWER = 16 * 1024 * 1024
"""Bytes of an answer that are read; the largest is an offer of thousands of courses."""

_NEVER_CONNECTED = (NewConnectionError, ConnectTimeoutError, NameResolutionError)
LATER = frozenset({429, 502, 503, 504})
"""The partner, or something before it, is overloaded for now."""
_REFUSED = frozenset({401, 403, 404})
_CHUNK = 64 * 1024
_MAX_DIGITS = 9
_LONGEST_SECONDS = 366 * 24 * 3600


def basic(name: str, password: str) -> str:
    """Return the value of an HTTP Basic header."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


class PartnerTransport(zeep.Transport):  # type: ignore[misc]  # it has no types
    """zeep's transport with limits and with our four kinds of trouble."""

    def __init__(self, sessions: Sessions | None = None) -> None:
        self.sessions = sessions or Sessions()
        super().__init__(session=self.sessions.session_for(PLAIN), timeout=30, operation_timeout=30)

    def post(
        self,
        address: str,
        message: bytes,
        headers: dict[str, str],
        timeout: float = 30.0,
        security: OutboundSecurity = PLAIN,
    ) -> requests.Response:
        """Return the answer, read as a whole, of a server that is as ``security`` demands.

        Raises:
            PartnerUnreachable: the partner was never reached.
            OutcomeUnknown: the message may have arrived, but no whole answer came.
            PartnerMisbehaved: the answer is too large.
        """
        if demands_tls(security) and urlsplit(address).scheme != "https":
            raise PartnerUnreachable("WithoutTls")
        session = self.sessions.session_for(security)
        try:
            response = session.post(
                address,
                data=message,
                headers=headers,
                timeout=(min(timeout, 10.0), timeout),
                allow_redirects=False,
                stream=True,
            )
            with response:
                self._read(response)
        except requests.exceptions.SSLError as error:
            raise _tls_trouble(error) from error
        except requests.ConnectionError as error:
            raise _connection_trouble(error) from error
        except (requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
            raise OutcomeUnknown(_name(error)) from error
        except requests.RequestException as error:
            raise PartnerUnreachable(_name(error)) from error
        return response

    @staticmethod
    def _read(response: requests.Response) -> None:
        parts: list[bytes] = []
        received = 0
        for part in response.iter_content(_CHUNK):
            received += len(part)
            if received > MAX_ANSWER:
                message = f"answer over {MAX_ANSWER} bytes"
                raise PartnerMisbehaved(message)
            parts.append(part)
        response._content = b"".join(parts)  # noqa: SLF001  requests has no public way


def _name(error: BaseException) -> str:
    return type(error).__name__


def _tls_trouble(error: BaseException) -> Exception:
    """Return what TLS trouble after the handshake means: a refusal of ours, or who knows what."""
    cause: Any = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = getattr(cause, "reason", None) or (cause.args[0] if cause.args else None)
        cause = cause if isinstance(cause, BaseException) else None
    if cause is not None and refuses_certificate(cause):
        return PartnerUnreachable("ClientCertificateRefused")
    return OutcomeUnknown(_name(error))


def _connection_trouble(error: requests.ConnectionError) -> Exception:
    cause: Any = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    if isinstance(error, requests.exceptions.ConnectTimeout) or isinstance(
        reason, _NEVER_CONNECTED
    ):
        return PartnerUnreachable(_name(reason))
    return OutcomeUnknown(_name(reason) if reason is not None else _name(error))


def wait_of(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long an answer asks to wait (``Retry-After``: seconds, or a moment).

    A moment counts from the partner's own clock; without its ``Date`` it says nothing.
    """
    wished = headers.get("Retry-After", "").strip()
    if wished.isascii() and wished.isdigit():
        return timedelta(seconds=min(int(wished[:_MAX_DIGITS]), _LONGEST_SECONDS))
    try:
        wait = parsedate_to_datetime(wished) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
    return max(wait, timedelta(0))


def check_status(status: int, *, is_soap: bool, wait: timedelta | None = None) -> None:
    """Judge an HTTP status before the answer is read; ``wait`` is what the answer asks for.

    Raises:
        OutcomeUnknown: the partner, or something before it, is overloaded or broken for now.
        PartnerMisbehaved: the partner refuses us as such, or answers without SOAP.
    """
    if status in LATER or (status >= HTTPStatus.INTERNAL_SERVER_ERROR and not is_soap):
        message = f"HTTP {status}"
        raise OutcomeUnknown(message, wait)
    if status in _REFUSED or 300 <= status < 400 or not is_soap:  # noqa: PLR2004
        message = f"HTTP {status}"
        raise PartnerMisbehaved(message)
