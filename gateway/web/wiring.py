"""What the pages are given by the composition root."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.accounts import EVERYWHERE
from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import University
from gateway.domain.rejections import Cause
from gateway.domain.tokens import Token
from gateway.usecases.account_ports import AccountDesk, Accounts, OpenIdClient, WebSessions
from gateway.usecases.arrival_ports import ArrivalSessions, ArrivalTries, EnrolledStudent
from gateway.usecases.career_ports import FoglioComposer, StudentRecords
from gateway.usecases.figures_ports import Figures
from gateway.usecases.paper_ports import PaperDocuments
from gateway.usecases.ports import (
    FoglioDocuments,
    OpenUnitOfWork,
    ProtocolRegister,
    StudentFile,
    UnitOfWork,
)
from gateway.web.administration_wiring import AdministrationWiring


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyHeaders:
    """How the proxy that ends SAML says who is there; ``secrets`` empty: nobody is believed.

    The other fields are names of headers, empty for none. ``login`` is where the proxy lets people
    sign in, with ``{back}`` for where they come back to; ``instant`` is when they last did.
    """

    secrets: tuple[str, ...] = field(default=(), repr=False)
    user: str = ""
    codice_fiscale: str = ""
    name: str = ""
    email: str = ""
    instant: str = ""
    login: str = ""
    label: str = "IDEM"
    student_university: MiurCode = EVERYWHERE

    @property
    def offered(self) -> bool:
        """Tell whether people can sign in this way."""
        return bool(self.secrets and self.user)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebWiring:
    """Everything behind the pages.

    ``hash_password`` makes the argon2id hash of a password. ``seal`` and ``unseal`` hide what a
    cookie may carry for a moment; ``remember`` tells whether a mark is new until a moment.
    ``cookie_key`` signs cookies. ``over_tls`` says that people reach us by https only: then cookies
    travel by https only. ``causes`` are by their codEsito. ``read_enrolled`` reads a list of
    enrolled students.
    """

    open_uow: OpenUnitOfWork
    find_university: Callable[[MiurCode], University | None]
    find_universities: Callable[[], Sequence[University]]
    account_desk: AccountDesk
    accounts: Accounts
    sessions: WebSessions
    hash_password: Callable[[str], str]
    seal: Callable[[bytes], bytes]
    unseal: Callable[[bytes], bytes]
    openid: OpenIdClient
    remember: Callable[[MiurCode, str, datetime], bool]
    proxy: ProxyHeaders
    documents: FoglioDocuments
    papers: PaperDocuments
    figures: Figures
    causes: Mapping[int, Cause]
    composer: FoglioComposer
    records_for: Callable[[UnitOfWork], StudentRecords]
    register_for: Callable[[UnitOfWork], ProtocolRegister]
    student_file_for: Callable[[UnitOfWork], StudentFile]
    new_token: Callable[[], Token]
    clock: Callable[[], datetime]
    arrival_sessions: ArrivalSessions
    arrival_tries: ArrivalTries
    read_enrolled: Callable[[bytes], Sequence[EnrolledStudent]]
    cookie_key: str
    administration: AdministrationWiring
    public_url: str = ""
    over_tls: bool = False
