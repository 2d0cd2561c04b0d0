"""What the SOAP services are given by the composition root."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from gateway.contracts import Lookup
from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import Partner, University
from gateway.domain.tokens import Token
from gateway.soap.passwords import Passwords
from gateway.usecases.lookups import LookupDesk
from gateway.usecases.ports import (
    FoglioDocuments,
    OpenUnitOfWork,
    ProtocolRegister,
    StudentFile,
    UnitOfWork,
)
from gateway.usecases.title_ports import Upstream
from gateway.wsse.timestamps import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """Everything behind the wire.

    ``foglio_limit`` is in bytes, for the two Put; ``small_limit`` for every other message.
    ``proxy_secrets`` are those by which a proxy that ends TLS makes itself known.
    ``letting_look_up`` finds the hosted universities that let a partner look up titles,
    ``upstream_for`` the registry to which a hosted university passes on the lookups of a partner.
    ``partners_of`` returns the same object as long as what it read is remembered. ``remember``
    keeps the mark of a message until a moment and tells whether it was new.
    ``threads`` is how many calls a process answers at the same time.
    """

    open_uow: OpenUnitOfWork
    find_university: Callable[[MiurCode], University | None]
    find_universities: Callable[[], Sequence[University]]
    find_partner: Callable[[MiurCode, str], Partner | None]
    letting_look_up: Callable[[MiurCode, date], Sequence[MiurCode]]
    lookups: LookupDesk
    upstream_for: Callable[[MiurCode, MiurCode, Lookup], Upstream | None]
    partners_of: Callable[[MiurCode], Sequence[Partner]]
    remember: Callable[[MiurCode, str, datetime], bool]
    documents: FoglioDocuments
    register_for: Callable[[UnitOfWork], ProtocolRegister]
    student_file_for: Callable[[UnitOfWork], StudentFile]
    new_token: Callable[[], Token]
    clock: Callable[[], datetime]
    public_url: str = ""
    foglio_limit: int = 1024 * 1024
    small_limit: int = 64 * 1024
    proxy_secrets: tuple[str, ...] = ()
    window: Window = field(default_factory=Window)
    threads: int = 16
    passwords: Passwords = field(default_factory=Passwords)
