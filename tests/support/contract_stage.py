"""One installation of ours and somebody else's software, over real HTTP in both directions."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gateway.bootstrap import Installation
from gateway.client.sessions import Sessions
from gateway.client.transport import PartnerTransport
from gateway.contracts import Role
from gateway.domain.partners import University
from gateway.domain.terms import TransmissionTerms
from gateway.usecases import delivery
from tests.support.clock import HandClock
from tests.support.contract_foreign import Foreign
from tests.support.contract_http import http_client, serving
from tests.support.databases import Maker
from tests.support.transfers import Steps
from tests.support.universities import DESTINATION, IMMEDIATE, ORIGIN, introduce, make_home


@dataclass
class OneSide:
    """Our side of a world; the same installation stands for either, the other is foreign."""

    clock: HandClock
    origin: Installation
    destination: Installation


@dataclass
class Stage:
    """Our steps, their zeep client of our services, and their server of theirs."""

    steps: Steps
    client: Any
    foreign: Any

    @property
    def service(self) -> Any:
        """Our services, as they call them."""
        return self.client.service


class HttpSteps(Steps):
    """The steps of our office; deliveries go over HTTP."""

    def __init__(self, installation: Installation, clock: HandClock, us: University) -> None:
        super().__init__(OneSide(clock, installation, installation))  # type: ignore[arg-type]
        self.us = us

    def deliver_due(self) -> int:
        """Make one attempt of each delivery of ours that is due; return how many."""
        installation = self.world.origin
        due = self.due(installation, self.us.code)
        for delivery_id, attempts in due:
            delivery.attempt(self.us.code, delivery_id, attempts + 1, desk=installation.desk())
        return len(due)


@contextmanager
def stage(
    folder: Path,
    maker: Maker,
    role: Role,
    foreign: Foreign,
    *,
    terms: TransmissionTerms = IMMEDIATE,
    change: Callable[[University], University] = lambda university: university,
) -> Iterator[Stage]:
    """Play ``role`` with an installation of ours; ``foreign`` plays the other."""
    us, them = (DESTINATION, ORIGIN) if role is Role.DESTINATION else (ORIGIN, DESTINATION)
    us = change(replace(us, terms=terms))
    clock = HandClock()
    with closing(Sessions()) as sessions, serving(foreign) as theirs:
        installation = Installation(
            make_home(folder, maker), clock=clock, transport=PartnerTransport(sessions)
        )
        introduce(installation, us, (them, theirs.removeprefix("http://")))
        address, user = f"/soap/{us.code}/{role}", f"ateneo-{them.code}"
        with http_client(installation.wsgi(), address, user) as client:
            yield Stage(HttpSteps(installation, clock, us), client, foreign)
        installation.close()
