"""What the pages are given by the composition root."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import University
from gateway.domain.tokens import Token
from gateway.usecases.account_ports import Accounts, WebSessions
from gateway.usecases.arrival_ports import ArrivalSessions, ArrivalTries, EnrolledStudent
from gateway.usecases.ports import (
    FoglioDocuments,
    OpenUnitOfWork,
    ProtocolRegister,
    StudentFile,
    UnitOfWork,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebWiring:
    """Everything behind the pages.

    ``verify`` compares a password with its argon2id hash (an empty hash is nobody's and costs as
    much), ``hash_password`` makes one. ``cookie_key`` signs cookies. ``over_tls`` says that people
    reach us by https only: then cookies travel by https only. ``read_enrolled`` reads a list of
    enrolled students.
    """

    open_uow: OpenUnitOfWork
    find_university: Callable[[MiurCode], University | None]
    find_universities: Callable[[], Sequence[University]]
    accounts: Accounts
    sessions: WebSessions
    verify: Callable[[str, str], bool]
    hash_password: Callable[[str], str]
    documents: FoglioDocuments
    register_for: Callable[[UnitOfWork], ProtocolRegister]
    student_file_for: Callable[[UnitOfWork], StudentFile]
    new_token: Callable[[], Token]
    clock: Callable[[], datetime]
    arrival_sessions: ArrivalSessions
    arrival_tries: ArrivalTries
    read_enrolled: Callable[[bytes], Sequence[EnrolledStudent]]
    cookie_key: str
    public_url: str = ""
    over_tls: bool = False
