"""The wire between installations in one process: WSGI calls, and ways to break them."""

from collections.abc import Callable
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Flask
from werkzeug.test import Client

from gateway.bootstrap import Installation
from gateway.client.sessions import PLAIN
from gateway.client.transport import PartnerTransport
from gateway.domain.deliveries import PartnerUnreachable
from gateway.domain.security import OutboundSecurity

Application = Callable[..., Any]


class Served:
    """The application of an installation, made when it is called for the first time."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    @cached_property
    def application(self) -> Flask:
        """The application."""
        return self._installation.wsgi()

    def __call__(self, *call: Any) -> Any:
        """Pass a WSGI call on."""
        return self.application(*call)


def served(installation: Installation) -> Served:
    """Return the one application of an installation that tests share: making one is slow."""
    kept: Served = installation.__dict__.setdefault("_served", Served(installation))
    return kept


class WsgiNetwork(PartnerTransport):
    """Posts to applications by host name instead of over sockets."""

    def __init__(self) -> None:
        super().__init__()
        self.hosts: dict[str, Application] = {}
        self.log: list[tuple[str, bytes, bytes]] = []

    def post(
        self,
        address: str,
        message: bytes,
        headers: dict[str, str],
        timeout: float = 30.0,
        security: OutboundSecurity = PLAIN,
    ) -> requests.Response:
        """Carry a message to the application at ``address`` and its answer back."""
        parts = urlsplit(address)
        application = self.hosts.get(parts.netloc)
        if application is None:
            raise PartnerUnreachable(parts.netloc)
        answer = self.carry(application, parts.path, message, headers)
        self.log.append((address, message, answer.content))
        return answer

    def carry(
        self, application: Application, path: str, message: bytes, headers: dict[str, str]
    ) -> requests.Response:
        """Deliver one message."""
        answered = Client(application).post(path, data=message, headers=headers)
        response = requests.Response()
        response.status_code = answered.status_code
        response._content = answered.get_data()
        return response
