"""Where messages come in, with the sound ones that are bent: the printed ones and a full foglio."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from gateway.bootstrap import Installation
from gateway.contracts import Lookup
from gateway.demo.sample import Request
from gateway.domain.messages import Operation
from tests.support.contract_golden import CALLER, HOST, GoldenWorld
from tests.support.contract_messages import GOLDEN, HOSTED_BY, body_of, golden
from tests.support.databases import Maker
from tests.support.hostile import Answered, Sending
from tests.support.hostile_messages import transfer
from tests.support.titles import PATHS, ask_diploma, ask_titles, degree, diploma, keep

FULL = Request(
    origin=CALLER,
    destination=HOST,
    exams=3,
    attachments=(("DOC1", "programma.pdf"), ("DOC2", "piano.pdf")),
    notes="nessuna",
    test_passed="SI",
)
MEDIA = ("text/xml", "text/xml; charset=utf-16", "application/soap+xml", "application/json", "")
ACTIONS = ("", '""', "Put_ProcessoTrasferimento", '"x"', "\u00e8")


@dataclass(frozen=True, slots=True)
class Entry:
    """A sound message and where it goes."""

    name: str
    path: str
    user: str
    content: bytes

    def sending(self, random: Random) -> Sending:
        """Return how it is sent: now and then with odd headers, or as somebody else."""
        headers: dict[str, str] = {}
        if random.random() < 0.05:
            headers["Content-Type"] = random.choice(MEDIA)
        if random.random() < 0.05:
            headers["SOAPAction"] = random.choice(ACTIONS).encode("utf-8").decode("latin-1")
        stranger = random.random() < 0.01
        return Sending(path=self.path, user="" if stranger else self.user, headers=headers)


@dataclass(frozen=True, slots=True)
class Target:
    """An installation at which every entry's message has an effect, or is refused for a reason."""

    installation: Installation
    application: Any
    entries: tuple[Entry, ...]
    known: Mapping[str, Entry] = field(default_factory=dict)

    def send(self, entry: Entry, content: bytes, random: Random) -> Answered:
        """Send a message to an entry."""
        return entry.sending(random).to(self.application, content)


def target(folder: Path, maker: Maker) -> Target:
    """Return a fresh target; the caller closes its installation."""
    world = GoldenWorld(folder, maker)
    world.publish_printed_offer()
    entries = [
        Entry(
            f"{role}-{operation.value}",
            f"/soap/{HOST}/{role}",
            f"ateneo-{CALLER}",
            golden(operation, "request"),
        )
        for role, operation in HOSTED_BY
    ]
    for practice in sorted(_practices("destinazione", entries)):
        world.receive(practice)
    for practice in sorted(_practices("provenienza", entries)):
        world.send(practice)
    entries.append(
        Entry(
            "destinazione-foglio",
            f"/soap/{HOST}/destinazione",
            f"ateneo-{CALLER}",
            transfer(FULL, "UNICH20260000001", CALLER),
        )
    )
    entries += _lookups(world.installation)
    made = tuple(entries)
    return Target(
        world.installation, world.application, made, {entry.name: entry for entry in made}
    )


def _lookups(installation: Installation) -> Iterator[Entry]:
    """Yield the lookups, which have something to find; one comes in an e-Gov envelope."""
    keep(installation, degree(), diploma(), university=HOST)
    with installation.store.open_uow(HOST) as uow:
        caller = uow.partners.get(CALLER)
        assert caller is not None
        uow.partners.save(replace(caller, may_look_up=True, egov=True))
        uow.commit()
    installation.store.forget()
    egov = (GOLDEN / "ricercaDatiTitoliUniversitari.request.egov.xml").read_bytes()
    for name, lookup, content in (
        ("ricercaDatiTitoliUniversitari", Lookup.TITLES, ask_titles()),
        ("ricercaDatiTitoliDiploma", Lookup.DIPLOMA, ask_diploma()),
        ("busta", Lookup.TITLES, egov),
    ):
        yield Entry(f"{lookup}-{name}", PATHS[lookup], f"ateneo-{CALLER}", content)


def _practices(role: str, entries: list[Entry]) -> set[str]:
    """Return the practices that the messages to one side speak of, but for the one it begins."""
    return {
        practice
        for entry in entries
        if entry.path.endswith(role) and not entry.name.endswith(Operation.PUT_PROCESSO.value)
        if (practice := body_of(entry.content).findtext("IdPratica"))
    }
