"""A network and two installations that fail in every way a test asks for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import requests
from werkzeug.test import Client

from gateway.bootstrap import Installation
from gateway.client.sessions import PLAIN
from gateway.domain.deliveries import OutcomeUnknown, PartnerUnreachable
from gateway.domain.identifiers import MiurCode
from gateway.domain.security import OutboundSecurity
from storage.unit_of_work import SqlUnitOfWork
from tests.support.network import Application, WsgiNetwork
from tests.support.universities import World


class Crash(BaseException):
    """The process is gone. No handler of the program may catch this."""


class Fate(StrEnum):
    """What becomes of one message."""

    ARRIVES = "arrives"
    UNREACHABLE = "unreachable"
    REQUEST_LOST = "request lost"
    REPLY_LOST = "reply lost"
    TWICE = "arrives twice"
    LATE = "arrives later"
    RECEIVER_DIES_BEFORE = "receiver dies before its commit"
    RECEIVER_DIES_AFTER = "receiver dies after its commit"
    SENDER_DIES = "sender dies before it notes the answer"


@dataclass
class _Held:
    """A message on its way, to arrive when somebody lets it."""

    address: str
    path: str
    message: bytes
    headers: dict[str, str]


class HostileNetwork(WsgiNetwork):
    """Carries messages as the next fate says."""

    def __init__(self) -> None:
        super().__init__()
        self.fate = Fate.ARRIVES
        self.held: list[_Held] = []
        self.host = ""
        self.crash_at_commit: Callable[[str, Fate], None] = lambda host, fate: None
        self.arrived: Callable[[], None] = lambda: None
        self.died: set[str] = set()

    def post(
        self,
        address: str,
        message: bytes,
        headers: dict[str, str],
        timeout: float = 30.0,
        security: OutboundSecurity = PLAIN,
    ) -> requests.Response:
        self.host = address.split("/")[2]
        fate, self.fate = self.fate, Fate.ARRIVES
        self._fate = fate
        if fate is Fate.UNREACHABLE:
            raise PartnerUnreachable("ConnectionRefused")
        return super().post(address, message, headers, timeout, security)

    def carry(
        self, application: Application, path: str, message: bytes, headers: dict[str, str]
    ) -> requests.Response:
        fate = self._fate
        if fate is Fate.REQUEST_LOST:
            raise OutcomeUnknown("ReadTimeout")
        if fate is Fate.LATE:
            self.held.append(_Held(self.host, path, message, headers))
            raise OutcomeUnknown("ReadTimeout")
        if fate in (Fate.RECEIVER_DIES_BEFORE, Fate.RECEIVER_DIES_AFTER):
            self.crash_at_commit(self.host, fate)
        try:
            answer = self._arrive(application, path, message, headers)
        finally:
            self.arrived()
        if fate is Fate.TWICE:
            again = self._arrive(application, path, message, headers)
            assert again.content == answer.content or not _changes(message)
        if fate is Fate.REPLY_LOST:
            raise OutcomeUnknown("ReadTimeout")
        if fate is Fate.SENDER_DIES:
            raise Crash
        return answer

    def _arrive(
        self, application: Application, path: str, message: bytes, headers: dict[str, str]
    ) -> requests.Response:
        try:
            answered = Client(application).post(path, data=message, headers=headers)
        except Crash:
            self.died.add(self.host)
            raise OutcomeUnknown("ConnectionReset") from None
        response = requests.Response()
        response.status_code = answered.status_code
        response._content = answered.get_data()
        return response

    def let_arrive(self, position: int) -> None:
        """Let a held message arrive now; nobody reads its answer."""
        held = self.held.pop(position % len(self.held))
        application = self.hosts[held.address]
        self.host = held.address
        try:
            self._arrive(application, held.path, held.message, held.headers)
        except OutcomeUnknown:
            return


def _changes(message: bytes) -> bool:
    return b"Get_" not in message


def _arm(uow: SqlUnitOfWork, fate: Fate) -> None:
    commit = uow.commit

    def die() -> None:
        if fate is Fate.RECEIVER_DIES_AFTER:
            commit()
        raise Crash

    uow.commit = die  # type: ignore[method-assign]


@dataclass
class MortalWorld(World):
    """Two installations that can die and come back on their databases."""

    armed: dict[str, Fate] = field(default_factory=dict)

    def arm(self, host: str, fate: Fate) -> None:
        """Let the next lasting commit of an installation be its last act, until disarmed."""
        self.armed[host] = fate

    def disarm(self) -> None:
        """Let commits that nobody meant to kill live."""
        self.armed.clear()

    def restart(self, host: str) -> None:
        """End an installation's process and start it again."""
        installation = self.origin if host == "origin" else self.destination
        installation.close()
        fresh = Installation(installation.settings, clock=self.clock, transport=self.network)
        if host == "origin":
            self.origin = fresh
        else:
            self.destination = fresh
        self.watch(host, fresh)

    def watch(self, host: str, installation: Installation) -> None:
        """Stand between an installation and its commits."""
        store = installation.store
        original = store.open_uow

        def open_mortal(university: MiurCode, *, lasting: bool = True) -> SqlUnitOfWork:
            opened = original(university, lasting=lasting)
            if lasting and host in self.armed:
                _arm(opened, self.armed.pop(host))
            return opened

        store.open_uow = open_mortal  # type: ignore[method-assign]
        self.network.hosts[host] = installation.wsgi()


def mortal(world: World) -> MortalWorld:
    """Return the same world, mortal."""
    made = MortalWorld(world.clock, world.network, world.origin, world.destination)
    network = world.network
    assert isinstance(network, HostileNetwork)
    network.crash_at_commit = made.arm
    network.arrived = made.disarm
    made.watch("origin", made.origin)
    made.watch("destination", made.destination)
    return made
