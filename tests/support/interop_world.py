"""Our side when foreign software talks to us: a served installation with an office at its database.

It hosts both roles: 91 sends students away, 92 takes them in. The foreign software is the other
university of either, with its own server's address.
"""

import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from gateway.bootstrap import Installation, now
from gateway.client.transport import PartnerTransport
from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import Partner
from gateway.domain.security import Proof
from tests.support.databases import Maker
from tests.support.hostile_nginx import nginx_before, nginx_program
from tests.support.hostile_servers import Server, process
from tests.support.interop_programs import USER
from tests.support.network import WsgiNetwork
from tests.support.ports import free_port
from tests.support.titles import allow, degree, diploma, keep, keep_credentials
from tests.support.transfers import Steps
from tests.support.universities import (
    DEFERRED_PARTIAL,
    DESTINATION,
    IMMEDIATE,
    MONTELAGO,
    ORIGIN,
    SECRET,
    VALDOMBRA,
    World,
    introduce,
    make_home,
)
from tests.support.wsse_worlds import secure

SERVED = {"CONGEDO_THREADS": "4"}


@dataclass(frozen=True, slots=True)
class Site:
    """The served installation, and its office: ``steps`` act on the database the server reads.

    ``log`` is what the server printed.
    """

    address: str
    installation: Installation
    steps: Steps
    log: Path

    @property
    def contracts(self) -> Mapping[str, str]:
        """Where each service's description is published."""
        return {
            "destinazione": f"{self.address}/soap/{MONTELAGO}/destinazione?wsdl",
            "provenienza": f"{self.address}/soap/{VALDOMBRA}/provenienza?wsdl",
            "titoli": f"{self.address}/soap/ans/titoli?wsdl",
            "diplomi": f"{self.address}/soap/ans/diplomi?wsdl",
        }

    def point_to(self, theirs: str) -> None:
        """Let both roles know the foreign server at ``theirs``."""
        for hosted, other in ((VALDOMBRA, MONTELAGO), (MONTELAGO, VALDOMBRA)):
            with self.installation.store.open_uow(hosted) as uow:
                partner = uow.partners.get(other)
                assert partner is not None
                uow.partners.save(replace(partner, **addresses(theirs)))  # type: ignore[arg-type]
                uow.commit()
        self.installation.store.forget()

    def announce(self, *, partial: bool) -> None:
        """Set the terms of the hosted destination: whole and at once, or in parts and later."""
        terms = DEFERRED_PARTIAL if partial else IMMEDIATE
        self.installation.store.save_university(replace(DESTINATION, terms=terms))
        self.installation.store.forget()


def _demand_the_contract(installation: Installation) -> None:
    """Tolerate nothing of what comes in: no foreign client needs it."""
    for hosted, other in ((VALDOMBRA, MONTELAGO), (MONTELAGO, VALDOMBRA)):
        with installation.store.open_uow(hosted) as uow:
            partner = uow.partners.get(other)
            assert partner is not None
            uow.partners.save(replace(partner, tolerances=frozenset()))
            uow.commit()
    installation.store.forget()


def addresses(theirs: str) -> dict[str, str]:
    """Return a foreign server's addresses and how we log in there, as fields of a partner."""
    return {
        "destination_url": f"{theirs}/destinazione",
        "origin_url": f"{theirs}/provenienza",
        "username_out": USER,
        "password_out": SECRET,
    }


def foreign_partner(theirs: str, code: MiurCode = MONTELAGO) -> Partner:
    """Return foreign software as a partner, for calls outside any installation."""
    return Partner(code=code, name="Altro software", **addresses(theirs))  # type: ignore[arg-type]


@contextmanager
def site(
    folder: Path, maker: Maker, *, behind_nginx: bool = False, proofs: Collection[Proof] = ()
) -> Iterator[Site]:
    """Serve an installation with gunicorn, or with granian behind the nginx that is shipped.

    With ``proofs`` both roles demand and show these in place of a password, and answers are signed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = make_home(folder / "home", maker)
    with ExitStack() as stack:
        transport = PartnerTransport()
        installation = Installation(settings, clock=now, transport=transport)
        stack.callback(installation.close)
        introduce(installation, ORIGIN, (DESTINATION, "nowhere"))
        introduce(installation, DESTINATION, (ORIGIN, "nowhere"))
        allow(installation, MONTELAGO, VALDOMBRA)
        _demand_the_contract(installation)
        keep(installation, degree(), degree(degree_type="LM", grade=""), diploma())
        keep_credentials(installation)
        world = World(now, WsgiNetwork(), installation, installation)  # type: ignore[arg-type]
        if proofs:  # before the server asks who its partners are
            secure(world, *proofs)
        port, log = free_port(), folder / "server.log"
        options = ["--behind-proxy"] if behind_nginx else []
        command = [sys.executable, "-m", "gateway", "serve", "--no-worker", *options]
        environment = {
            "CONGEDO_HOME": str(settings.home),
            "CONGEDO_PORT": str(port),
            "CONGEDO_DATABASE_URL": settings.url,
            **SERVED,
        }
        pid = stack.enter_context(process(command, port, log, **environment))
        server = Server(port, pid, log)
        if behind_nginx:
            assert nginx_program() is not None
            server = stack.enter_context(nginx_before(server, folder / "nginx"))
        yield Site(f"http://127.0.0.1:{server.port}", installation, Steps(world), log)
