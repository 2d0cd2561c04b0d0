"""One request to a connector: repeated under the same key until it is answered, or given up.

It is made while a transaction is open, so it is short: each try has a time limit, the tries
together another, and no redirect is followed.
"""

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from gateway import __version__
from gateway.domain.connectors import Connector
from gateway.usecases.connector_ports import SystemUnavailable

TRIES = 3
PAUSE_SECONDS = 0.2
MOST_BYTES = 1024 * 1024
_PART = 64 * 1024
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
Body = Mapping[str, Any]


class ConnectorClient:
    """Asks one connector. ``proxy`` and ``authorities`` are those of the installation."""

    def __init__(
        self,
        connector: Connector,
        *,
        proxy: str = "",
        authorities: Path | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connector = connector
        self._monotonic = monotonic
        self._pause = pause
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(authorities) if authorities else True
        self._session.proxies = {"http": proxy, "https": proxy} if proxy else {}
        if connector.certificate:
            self._session.cert = connector.certificate
        self._session.headers["User-Agent"] = f"congedo/{__version__}"
        if connector.secret:
            self._session.headers["Authorization"] = f"Bearer {connector.secret}"

    def post(self, path: str, body: Body, key: str = "") -> dict[str, Any]:
        """Send a request and return the answer.

        Raises:
            SystemUnavailable: no usable answer came, whatever the reason.
        """
        until = self._monotonic() + self._connector.seconds * 2
        trouble = ""
        for number in range(TRIES):
            if number and self._monotonic() + PAUSE_SECONDS > until:
                break
            if number:
                self._pause(PAUSE_SECONDS)
            try:
                return self._once(path, body, key, until)
            except requests.RequestException as error:
                trouble = _name_of(error)
            except _TryAgain as again:
                trouble = str(again)
        raise self._unavailable(trouble)

    def _once(self, path: str, body: Body, key: str, until: float) -> dict[str, Any]:
        headers = {"Idempotency-Key": key} if key else {}
        url = f"{self._connector.url.rstrip('/')}/{path}"
        with self._session.post(
            url,
            json=body,
            headers=headers,
            timeout=self._connector.seconds,
            allow_redirects=False,
            stream=True,
        ) as answer:
            if answer.status_code in _AGAIN:
                raise _TryAgain(f"HTTP {answer.status_code}")
            if answer.status_code not in (200, 201):
                raise self._unavailable(f"HTTP {answer.status_code}")
            return self._read(self._content(answer, until))

    def _content(self, answer: requests.Response, until: float) -> bytes:
        """Return the body; who drips it does not hold the transaction."""
        content = b""
        try:
            while part := answer.raw.read1(_PART, decode_content=True):
                content += part
                if len(content) > MOST_BYTES:
                    raise self._unavailable("answer too large")
                if self._monotonic() > until:
                    raise self._unavailable("answer too slow")
        except (HTTPError, OSError) as error:
            raise _TryAgain(type(error).__name__) from None
        return content

    def _read(self, content: bytes) -> dict[str, Any]:
        try:
            said = json.loads(content)
        except ValueError:
            raise self._unavailable("answer is no JSON") from None
        if not isinstance(said, dict):
            raise self._unavailable("answer is no JSON object")
        return said

    def text(self, answer: Body, name: str, most: int) -> str:
        """Return a text of an answer.

        Raises:
            SystemUnavailable: it is missing, empty, too long, or no text.
        """
        value = answer.get(name)
        if not isinstance(value, str) or not value.strip() or len(value.strip()) > most:
            raise self._unavailable(f"{name} missing or malformed")
        said = value.strip()
        if not said.isprintable():
            raise self._unavailable(f"{name} missing or malformed")
        return said

    def moment(self, answer: Body, name: str) -> datetime:
        """Return a moment of an answer.

        Raises:
            SystemUnavailable: it is missing, or no ISO 8601 moment with a zone.
        """
        try:
            moment = datetime.fromisoformat(self.text(answer, name, 40))
        except ValueError:
            raise self._unavailable(f"{name} is no moment") from None
        if moment.tzinfo is None:
            raise self._unavailable(f"{name} has no zone")
        return moment.astimezone(UTC)

    def malformed(self, what: str) -> SystemUnavailable:
        """Return what to raise of an answer that does not keep to the contract."""
        return self._unavailable(f"{what} missing or malformed")

    def _unavailable(self, trouble: str) -> SystemUnavailable:
        return SystemUnavailable(self._connector.system, trouble)


class _TryAgain(Exception):  # noqa: N818
    """The connector says that it will answer later."""


def _name_of(error: requests.RequestException) -> str:
    """Return the kind of a trouble; its text may hold addresses and data."""
    return type(error).__name__
