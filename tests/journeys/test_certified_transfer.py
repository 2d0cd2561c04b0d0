"""A transfer between two listeners with TLS: nobody has a password, everybody a certificate."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.bootstrap import Installation, now
from gateway.domain.origin import OriginState
from gateway.domain.partners import University
from gateway.domain.security import InboundSecurity, OutboundSecurity
from tests.support.certificates import CLIENT, SERVER, Identity, make
from tests.support.cli_pair import the_request
from tests.support.databases import SqliteMaker
from tests.support.hostile_servers import Server, serving
from tests.support.tls import CERTIFICATE, Line, eventually, tls_settings
from tests.support.transfers import Steps
from tests.support.universities import DESTINATION, ORIGIN, World

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.requirement("T15")]


class End:
    """One of the two: its listener, and who it is on either end of a connection."""

    def __init__(self, hosted: University, folder: Path) -> None:
        self.hosted = hosted
        self.listener = make("localhost", purposes=(SERVER,))
        self.caller = make(f"congedo.{hosted.code}.example", purposes=(CLIENT,))
        self.settings = tls_settings(folder / "files", self.listener)
        self.server: Server
        self.installation: Installation

    def trust(self, other: "End", shown: Identity | None = None) -> None:
        """Know the other by its certificate, and show ours (or ``shown``) to it."""
        ours = shown or self.caller
        address = f"https://localhost:{other.server.port}/soap/{other.hosted.code}"
        with self.installation.store.open_uow(self.hosted.code) as uow:
            known = uow.partners.get(other.hosted.code)
            assert known is not None
            changed = replace(
                known,
                destination_url=f"{address}/destinazione",
                origin_url=f"{address}/provenienza",
                username_out="",
                password_out="",
                inbound=InboundSecurity(proofs=CERTIFICATE, keys=(other.caller.pin,)),
                outbound=OutboundSecurity(
                    proofs=CERTIFICATE,
                    certificate=ours.certificate,
                    certificate_key=ours.key,
                    authorities=other.listener.certificate,
                    server_keys=(other.listener.pin,),
                ),
            )
            uow.partners.save(changed)
            uow.commit()
        self.installation.store.forget()

    def lets_in(self, other: "End") -> bool:
        """Tell whether the listener knows the other's certificate by now."""
        line = Line(self.server.port, self.listener.certificate)
        role = "destinazione" if self.hosted is DESTINATION else "provenienza"
        path = f"/soap/{self.hosted.code}/{role}"
        return not line.refuses(other.caller, path=path)


@pytest.fixture
def ends(tmp_path: Path, sqlite: SqliteMaker) -> Iterator[tuple[End, End]]:
    one, two = End(ORIGIN, tmp_path / "origin"), End(DESTINATION, tmp_path / "destination")
    with (
        serving(
            tmp_path / "origin", sqlite, "--no-worker",
            hosted=ORIGIN, partner=DESTINATION, **one.settings,
        ) as (one.server, one.installation),
        serving(
            tmp_path / "destination", sqlite, "--no-worker", **two.settings
        ) as (two.server, two.installation),
    ):  # fmt: skip
        one.trust(two)
        two.trust(one)
        eventually(lambda: one.lets_in(two) and two.lets_in(one))
        yield one, two


def test_a_whole_transfer_is_made_by_certificates_alone(ends: tuple[End, End]) -> None:
    one, two = ends
    steps = Steps(World(now, None, one.installation, two.installation))  # type: ignore[arg-type]
    practice = steps.sent(the_request(attachments=()))
    assert steps.out(practice).state is OriginState.TRASFERITA
    steps.ask_revision(practice)
    steps.deliver_all()
    assert steps.out(practice).state is OriginState.RICHIESTA_REVISIONE
    steps.send_again(practice)
    steps.deliver_all()
    steps.conclude(practice)
    assert steps.out(practice).state is OriginState.CHIUSA


def test_with_another_certificate_nothing_is_sent_and_nothing_lost(ends: tuple[End, End]) -> None:
    one, two = ends
    steps = Steps(World(now, None, one.installation, two.installation))  # type: ignore[arg-type]
    one.trust(two, shown=make("congedo.91.example", purposes=(CLIENT,)))
    practice = steps.sent(the_request(attachments=()))
    assert steps.out(practice).state is OriginState.VALIDATA
    assert steps.destination(lambda uow: uow.incoming.get(ORIGIN.code, practice)) is None
