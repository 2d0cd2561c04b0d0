"""Hand-written fakes of the systems around the gateway: register, files, documents, partners."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from gateway.domain.deliveries import Side
from gateway.domain.foglio_congedo import Career, FoglioCongedo, TransferRequest
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.messages import Operation
from gateway.domain.outcomes import OK, Outcome
from gateway.domain.partners import Partner
from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.domain.terms import Section
from gateway.domain.title_checks import DeclaredTitle
from gateway.domain.tokens import Token
from gateway.usecases.partner_ports import PartnerAnswer, PartnerCall
from gateway.usecases.ports import RegisterEntry


@dataclass
class FakeRegister:
    """Implements ``ProtocolRegister``: P1, P2, ... and A1, A2, ..."""

    entries: list[tuple[str, RegisterEntry]] = field(default_factory=list)

    def assign(self, entry: RegisterEntry, now: datetime) -> str:
        return self._next("P", entry)

    def archive(self, entry: RegisterEntry, now: datetime) -> str:
        return self._next("A", entry)

    def _next(self, letter: str, entry: RegisterEntry) -> str:
        given = sum(number.startswith(letter) for number, _ in self.entries)
        self.entries.append((f"{letter}{given + 1}", entry))
        return self.entries[-1][0]

    @property
    def kinds(self) -> list[str]:
        """What numbers were given for, in order."""
        return [entry.kind for _, entry in self.entries]


@dataclass
class FakeStudentFile:
    """Implements ``StudentFile``: keeps (event, student, matricola, document)."""

    events: list[tuple[str, CodiceFiscale, str, str]] = field(default_factory=list)

    def new_career(self, student: CodiceFiscale, matricola: str, now: datetime) -> None:
        self.events.append(("new career", student, matricola, ""))

    def new_document(
        self, student: CodiceFiscale, matricola: str, document: str, now: datetime
    ) -> None:
        self.events.append(("new document", student, matricola, document))

    def end_career(
        self, student: CodiceFiscale, matricola: str, document: str, now: datetime
    ) -> None:
        self.events.append(("end of career", student, matricola, document))

    def consult(self, student: CodiceFiscale) -> Sequence[tuple[datetime, str, str]]:
        return []


@dataclass
class Known:
    """What a document says, and what is wrong with it."""

    foglio: FoglioCongedo
    career: Career | None = None
    faults: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    titles: tuple[DeclaredTitle, ...] = ()
    particulars: Mapping[str, str] = field(default_factory=dict)


@dataclass
class FakeDocuments:
    """Implements ``FoglioDocuments``: a content says what a test has registered for it."""

    known: dict[bytes, Known] = field(default_factory=dict)
    different: tuple[str, ...] = ()

    def know(
        self,
        content: bytes,
        foglio: FoglioCongedo,
        *,
        career: Career | None = None,
        faults: tuple[Reason, ...] = (),
        warnings: tuple[Reason, ...] = (),
        titles: tuple[DeclaredTitle, ...] = (),
        particulars: Mapping[str, str] | None = None,
    ) -> bytes:
        """Register what a content says and return it."""
        told = particulars or {}
        self.known[content] = Known(foglio, career, faults, warnings, titles, told)
        return content

    def read(self, content: bytes) -> FoglioCongedo:
        if content not in self.known:
            raise refuse(Cause.NOT_A_DOCUMENT, "XML")
        return self.known[content].foglio

    def faults(self, content: bytes, today: date) -> Sequence[Reason]:
        return self.known[content].faults

    def warnings(self, content: bytes) -> Sequence[Reason]:
        return self.known[content].warnings

    def career(self, content: bytes) -> Career | None:
        return self.known[content].career

    def request(self, content: bytes) -> TransferRequest | None:
        return self.known[content].foglio.request

    def particulars(self, content: bytes) -> Mapping[str, str]:
        return self.known[content].particulars

    def titles(self, content: bytes) -> Sequence[DeclaredTitle]:
        return self.known[content].titles

    def compose(
        self, content: bytes, sections: frozenset[Section], protocol_number: str, on: date
    ) -> bytes:
        names = ",".join(section.value for section in Section if section in sections)
        return f"{content.decode()}|{names}|{protocol_number}|{on.isoformat()}".encode()

    def differences(self, first: bytes, second: bytes) -> Sequence[str]:
        return self.different


@dataclass(frozen=True)
class Sent:
    """A message as it left, with the bytes it was."""

    partner: Partner
    side: Side
    operation: Operation
    message: bytes
    correlation: str = ""


Trouble = Exception
Scripted = PartnerAnswer | Trouble


@dataclass
class FakePartnerServices:
    """Implements ``PartnerServices``: answers what a test has scripted, in order.

    ``while_away`` runs during each call, as the rest of the world does.
    """

    calls: list[PartnerCall] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    script: dict[Operation, list[Scripted]] = field(default_factory=lambda: defaultdict(list))
    while_away: Callable[[Operation], None] = lambda _: None

    def will(self, operation: Operation, *answers: Scripted) -> None:
        """Script the answers to an operation."""
        self.script[operation] += answers

    def write(self, call: PartnerCall) -> bytes:
        self.calls.append(call)
        return f"{call.operation}#{len(self.calls)}".encode()

    def send(
        self,
        partner: Partner,
        side: Side,
        operation: Operation,
        message: bytes,
        *,
        correlation: str = "",
    ) -> PartnerAnswer:
        self.sent.append(Sent(partner, side, operation, message, correlation))
        self.while_away(operation)
        answer = self.script[operation].pop(0)
        if isinstance(answer, Trouble):
            raise answer
        return answer

    @property
    def operations(self) -> list[Operation]:
        """The operations called, in order."""
        return [sent.operation for sent in self.sent]


def accepts(content: bytes = b"<ok/>", **parts: object) -> PartnerAnswer:
    """Return an acceptance."""
    return PartnerAnswer(content=content, outcome=OK, **parts)  # type: ignore[arg-type]


def refuses(code: int = 3, description: str = "NON AMMESSO") -> PartnerAnswer:
    """Return a refusal."""
    return PartnerAnswer(content=b"<no/>", outcome=Outcome(code, description))


def tokens(*values: str) -> Callable[[], Token]:
    """Return a source of tokens that runs dry."""
    left = iter(values)
    return lambda: Token(next(left))


def describe(rejection: Rejection) -> str:
    """Return the names of a refusal's causes."""
    return ", ".join(reason.cause.value for reason in rejection.reasons)
