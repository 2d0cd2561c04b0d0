"""Somebody at the pages of a server over real sockets, without a browser."""

import re
from typing import Any

import requests

from tests.support.hostile_servers import Server
from tests.support.offices import PASSWORD

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Person:
    """A session of HTTP; forms are sent with the token of the page they stand on."""

    def __init__(self, server: Server) -> None:
        self._address = f"http://127.0.0.1:{server.port}"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Connection"] = "close"

    def sign_in(self, username: str) -> "Person":
        """Sign in by the form."""
        answer = self.send("/accesso", username=username, password=PASSWORD)
        assert answer.ok
        assert "/accesso" not in answer.url
        return self

    def open(self, path: str) -> requests.Response:
        """Open a page."""
        return self._session.get(self._address + path, timeout=60)

    def send(
        self, path: str, files: dict[str, Any] | None = None, **fields: str
    ) -> requests.Response:
        """Send a form as the page at the same address has it."""
        found = _TOKEN.search(self.open(path).text)
        data = {"csrf_token": found.group(1) if found else "", **fields}
        headers = {"Referer": self._address + path}
        return self._session.post(
            self._address + path, data=data, files=files, headers=headers, timeout=60
        )
