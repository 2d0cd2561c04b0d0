"""The header of the SPCoop e-Gov envelope: reading one, writing one.

The guideline names its fields for both lookups (F.3: Intestazione/IntestazioneMessaggio with
Servizio, Azione and ProfiloCollaborazione EGOV_IT_ServizioSincrono). Only what a synchronous
service needs is read; delivery receipts, sequences and signatures of domain gateways are not ours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from gateway.contracts import SOAP11, Lookup, legal, lookup_name
from gateway.domain.calendar import ITALY
from gateway.domain.messages import LookupOperation

EGOV = "http://www.cnipa.it/schemas/2003/eGovIT/Busta1_0/"
HEADER = f"{{{EGOV}}}Intestazione"
ACTOR = "http://www.cnipa.it/eGov_it/portadominio"
PROFILE = "EGOV_IT_ServizioSincrono"
PARTY_TYPE = "SPC"
_TIME = "EGOV_IT_SPC"
_LONGEST = 250
_NUMBERS = 10_000_000

ACTIONS = {
    Lookup.TITLES: LookupOperation.TITLES,
    Lookup.DIPLOMA: LookupOperation.DIPLOMA,
}
"""Which Azione each lookup has; its Servizio is what the lookup is called."""


class WrongEgov(Exception):  # noqa: N818  what the header is
    """The header cannot be used; ``path`` says where, below Intestazione."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(path)


@dataclass(frozen=True, slots=True)
class EgovParty:
    """A party as the envelope names it: a code, and the list it is from."""

    code: str
    kind: str = PARTY_TYPE


@dataclass(frozen=True, slots=True, kw_only=True)
class EgovHeader:
    """What the header of one message says. ``refers_to`` is the message that it answers."""

    sender: EgovParty
    receiver: EgovParty
    service: str
    action: str
    message_id: str
    refers_to: str = ""
    collaboration: str = ""
    service_kind: str = PARTY_TYPE

    def answered(self, message_id: str) -> "EgovHeader":
        """Return the header of the answer: the parties change places."""
        return EgovHeader(
            sender=self.receiver,
            receiver=self.sender,
            service=self.service,
            action=self.action,
            message_id=message_id,
            refers_to=self.message_id,
            collaboration=self.collaboration,
            service_kind=self.service_kind,
        )


def identifier(party: EgovParty, number: int, at: datetime) -> str:
    """Return the identifier of a message that ``party`` sends, ``number`` of those of its year."""
    moment = at.astimezone(ITALY).strftime("%Y-%m-%d_%H:%M")
    return f"{party.code}_{party.code}SPCoopIT_{number % _NUMBERS:07d}_{moment}"


def find_header(envelope: etree._Element) -> etree._Element | None:
    """Return the e-Gov block of an envelope, if it has one.

    Raises:
        WrongEgov: it has more than one.
    """
    blocks = envelope.findall(f"{{{SOAP11}}}Header/{HEADER}")
    if len(blocks) > 1:
        raise WrongEgov("Intestazione[2]")
    return blocks[0] if blocks else None


def read_header(block: etree._Element, lookup: Lookup) -> EgovHeader:
    """Return what the header of a message of a lookup says.

    Raises:
        WrongEgov: something is missing, or it is about another service, action or profile.
    """
    read = _Reader(block)
    header = EgovHeader(
        sender=read.party("Mittente"),
        receiver=read.party("Destinatario"),
        service=read.text("Servizio"),
        action=read.text("Azione"),
        message_id=read.text("Messaggio/Identificatore"),
        refers_to=read.text("Messaggio/RiferimentoMessaggio", needed=False),
        collaboration=read.text("Collaborazione", needed=False),
        service_kind=read.attribute("Servizio", "tipo"),
    )
    expected = {
        "ProfiloCollaborazione": (read.text("ProfiloCollaborazione"), PROFILE),
        "Servizio": (header.service, lookup_name(lookup)),
        "Azione": (header.action, ACTIONS[lookup].value),
    }
    for name, (found, wanted) in expected.items():
        if found != wanted:
            raise WrongEgov(f"IntestazioneMessaggio/{name}")
    read.text("Messaggio/OraRegistrazione")
    return header


class _Reader:
    """Reads values of an ``IntestazioneMessaggio``, each of bounded length."""

    def __init__(self, block: etree._Element) -> None:
        self._message = self._only(list(block.iterfind(f"{{{EGOV}}}IntestazioneMessaggio")), "")

    def text(self, path: str, *, needed: bool = True) -> str:
        """Return the text at a path."""
        found = self._elements(path)
        if not found and not needed:
            return ""
        element = self._only(found, path)
        text = (element.text or "").strip()
        if len(element) or not text or len(text) > _LONGEST or not text.isprintable():
            raise WrongEgov(f"IntestazioneMessaggio/{path}")
        return text

    def attribute(self, path: str, name: str) -> str:
        """Return an attribute of the element at a path, the usual list where it has none."""
        value = str(self._elements(path)[0].get(name) or PARTY_TYPE).strip()
        if len(value) > _LONGEST or not value.isprintable():
            raise WrongEgov(f"IntestazioneMessaggio/{path}/@{name}")
        return value

    def party(self, name: str) -> EgovParty:
        """Return the party of a name."""
        path = f"{name}/IdentificativoParte"
        return EgovParty(self.text(path), self.attribute(path, "tipo"))

    def _elements(self, path: str) -> list[etree._Element]:
        steps = "/".join(f"{{{EGOV}}}{step}" for step in path.split("/"))
        return list(self._message.iterfind(steps))

    @staticmethod
    def _only(found: list[etree._Element], path: str) -> etree._Element:
        if len(found) != 1:
            raise WrongEgov("/".join(filter(None, ["IntestazioneMessaggio", path])))
        return found[0]


def make_header(header: EgovHeader, at: datetime) -> etree._Element:
    """Return the block of a message that is sent at ``at``; it must be understood."""
    block = etree.Element(HEADER, nsmap={"eGov_IT": EGOV, "SOAP-ENV": SOAP11})
    block.set(f"{{{SOAP11}}}actor", ACTOR)
    block.set(f"{{{SOAP11}}}mustUnderstand", "1")
    message = etree.SubElement(block, f"{{{EGOV}}}IntestazioneMessaggio")
    for name, party in (("Mittente", header.sender), ("Destinatario", header.receiver)):
        holder = etree.SubElement(message, f"{{{EGOV}}}{name}")
        _add(holder, "IdentificativoParte", party.code, tipo=party.kind)
    for name, text, attributes in _fields(header):
        _add(message, name, text, **attributes)
    about = etree.SubElement(message, f"{{{EGOV}}}Messaggio")
    _add(about, "Identificatore", header.message_id)
    moment = at.astimezone(ITALY).strftime("%Y-%m-%dT%H:%M:%S")
    _add(about, "OraRegistrazione", moment, tempo=_TIME)
    if header.refers_to:
        _add(about, "RiferimentoMessaggio", header.refers_to)
    return block


def _fields(header: EgovHeader) -> Iterator[tuple[str, str, dict[str, str]]]:
    yield "ProfiloCollaborazione", PROFILE, {}
    if header.collaboration:
        yield "Collaborazione", header.collaboration, {}
    yield "Servizio", header.service, {"tipo": header.service_kind}
    yield "Azione", header.action, {}


def _add(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    etree.SubElement(parent, f"{{{EGOV}}}{name}", attributes).text = legal(text)
