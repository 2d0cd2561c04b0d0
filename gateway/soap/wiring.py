"""What the SOAP services are given by the composition root."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gateway.contracts import Lookup
from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import Partner, University
from gateway.domain.tokens import Token
from gateway.usecases.lookups import LookupDesk
from gateway.usecases.ports import (
    FoglioDocuments,
    OpenUnitOfWork,
    ProtocolRegister,
    StudentFile,
    UnitOfWork,
)
from gateway.usecases.title_ports import Upstream


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """Everything behind the wire.

    ``find_partners`` finds who calls any hosted university under a name, ``letting_look_up`` the
    hosted universities that let a partner look up titles, ``upstream_for`` the registry to which a
    hosted university passes on the lookups of a partner. ``foglio_limit`` is in bytes, for the two
    Put; ``small_limit`` for every other message.
    """

    open_uow: OpenUnitOfWork
    find_university: Callable[[MiurCode], University | None]
    find_partner: Callable[[MiurCode, str], Partner | None]
    find_partners: Callable[[str], Sequence[tuple[University, Partner]]]
    letting_look_up: Callable[[MiurCode, date], Sequence[MiurCode]]
    lookups: LookupDesk
    upstream_for: Callable[[MiurCode, MiurCode, Lookup], Upstream | None]
    documents: FoglioDocuments
    register_for: Callable[[UnitOfWork], ProtocolRegister]
    student_file_for: Callable[[UnitOfWork], StudentFile]
    new_token: Callable[[], Token]
    clock: Callable[[], datetime]
    public_url: str = ""
    foglio_limit: int = 1024 * 1024
    small_limit: int = 64 * 1024
