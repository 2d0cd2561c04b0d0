"""The table of services and pages by which the marked student is driven through the program.

A new operation or page needs its row here; ``test_redaction`` fails until it has one.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import requests

from gateway.contracts import Role
from gateway.domain.messages import Operation
from tests.support import marks
from tests.support.contract_messages import authorization, envelope
from tests.support.universities import MONTELAGO, VALDOMBRA

Parameters = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Ground:
    """What messages are about: a practice at the origin, one that a T3 begins, and the token."""

    sent: str
    begun: str = "UNIVAL20269999999"
    token: str = ""


@dataclass(frozen=True)
class Service:
    """One operation as one role hosts it: a good call, and the use case that answers it."""

    parameters: Callable[[Ground], Parameters]
    handler: str
    with_foglio: bool = False
    refuses: bool = True


def _about(*more: tuple[str, str]) -> Callable[[Ground], Parameters]:
    return lambda ground: (("IdPratica", ground.begun), *more)


def _of(*more: tuple[str, str]) -> Callable[[Ground], Parameters]:
    return lambda ground: (("IdPratica", ground.sent), *more)


_WHY = (("Causale", "ERRORE"), ("Note", marks.NOTES))
_AT_ORIGIN, _AT_DESTINATION = "gateway.usecases.origin_inbox", "gateway.usecases.destination_inbox"

SERVICES: dict[tuple[Role, Operation], Service] = {
    (Role.DESTINATION, Operation.GET_OFFERTA): Service(
        lambda _: (("Anno", "2026"), ("Tipo_Tit_Univ", "ALL")), "gateway.usecases.offers:get_offer"
    ),
    (Role.DESTINATION, Operation.GET_INFO_WORKFLOW): Service(
        lambda _: (), "gateway.usecases.offers:get_terms"
    ),
    (Role.DESTINATION, Operation.PUT_PROCESSO): Service(
        _about(), f"{_AT_DESTINATION}:receive_transfer", with_foglio=True
    ),
    (Role.DESTINATION, Operation.PUT_DATI): Service(
        _about(*_WHY), f"{_AT_DESTINATION}:receive_data", with_foglio=True
    ),
    (Role.DESTINATION, Operation.GET_STATUS): Service(
        _about(), "gateway.usecases.status:get_status"
    ),
    (Role.DESTINATION, Operation.CHANGE_STATUS): Service(
        _about(("StatoChange", "ANNULLA"), ("Note", marks.NOTES)),
        f"{_AT_DESTINATION}:receive_status_change",
    ),
    (Role.ORIGIN, Operation.REQUIRE_REFRESH): Service(
        _of(*_WHY), f"{_AT_ORIGIN}:receive_refresh_request"
    ),
    (Role.ORIGIN, Operation.RET_TOKEN): Service(
        lambda ground: (("IdPratica", ground.sent), ("Token", ground.token)),
        f"{_AT_ORIGIN}:receive_token",
    ),
    (Role.ORIGIN, Operation.GET_ALLEGATO): Service(
        _of(("IdDocumento", marks.ATTACHMENT)), f"{_AT_ORIGIN}:provide_attachment"
    ),
    (Role.ORIGIN, Operation.GET_STATUS): Service(_of(), "gateway.usecases.status:get_status"),
    (Role.ORIGIN, Operation.CHANGE_STATUS): Service(
        _of(("StatoChange", "RIFIUTA"), ("Note", marks.NOTES)),
        f"{_AT_ORIGIN}:receive_status_change",
    ),
}
"""Every service with the role that hosts it, in an order in which good calls are accepted."""

BESIDE = (
    "/metrics",
    "/soap/99/destinazione",
    f"/{marks.PERSON.surname}",
    f"/?cf={marks.PERSON.codice_fiscale}",
)
"""Addresses beside those of the pages: nobody has them, or no page answers there."""

BUGS = sorted({service.handler for service in SERVICES.values()})
_CALLER = {Role.DESTINATION: VALDOMBRA, Role.ORIGIN: MONTELAGO}
_HOST = {Role.DESTINATION: MONTELAGO, Role.ORIGIN: VALDOMBRA}


@dataclass(frozen=True)
class Call:
    """One call of a service over HTTP."""

    role: Role
    operation: Operation
    content: bytes
    user: str = ""
    secret: str = marks.SECRET
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, bases: dict[Role, str]) -> requests.Response:
        """Send it to who plays the role."""
        user = self.user or f"ateneo-{_CALLER[self.role]}"
        headers = {"Content-Type": "text/xml; charset=utf-8", **authorization(user, self.secret)}
        return requests.post(
            f"{bases[self.role]}/soap/{_HOST[self.role]}/{self.role}",
            data=self.content,
            headers={**headers, **self.headers},
            timeout=30,
        )


def good(role: Role, operation: Operation, ground: Ground) -> Call:
    """Return a good call."""
    service = SERVICES[role, operation]
    parameters = (("MiurAteneoChiamante", _CALLER[role]), *service.parameters(ground))
    asked = marks.request(attachments=())
    foglio = marks.marked_foglio(asked) if service.with_foglio else b""
    return Call(role, operation, envelope(operation, *parameters, foglio=foglio))


def bad(role: Role, operation: Operation, ground: Ground) -> Iterator[Call]:
    """Yield calls that are refused or no calls at all, each with marks where they hurt.

    Identifiers of practices, codes of courses and names of elements are kept or told in clear.
    """
    made = good(role, operation, ground)
    text = made.content.decode()

    def with_text(changed: str) -> Call:
        return Call(role, operation, changed.encode())

    for name, value in SERVICES[role, operation].parameters(ground):
        unknown = "UNIVAL20260007777" if name == "IdPratica" else marks.PERSON.surname
        for mark in (unknown, f"{marks.PERSON.codice_fiscale} {marks.EMAIL}"):
            yield with_text(text.replace(f"<{name}>{value}</{name}>", f"<{name}>{mark}</{name}>"))
    end = f"</pol:{operation}>" if f"</pol:{operation}>" in text else "</soapenv:Body>"
    yield with_text(text.replace(end, f"<Nome>{marks.PERSON.name}</Nome>{end}"))
    yield with_text(text.replace(str(operation), marks.PERSON.surname))
    yield with_text(text[:-20] + marks.PERSON.codice_fiscale)
    yield with_text(f'<!DOCTYPE x [<!ENTITY a "{marks.PERSON.surname}">]>' + text)
    yield with_text(re.sub(r"(Chiamante>)\d+", r"\g<1>93", text))
    yield with_text(re.sub(r"(Chiamante>)\d+", rf"\g<1>{marks.PERSON.name}", text))
    for tag in ("CAP", "Voto", "CodiceFiscale", "DataNascita", "Sesso"):
        changed = re.sub(rf"<{tag}( [^>]*)?>[^<]*<", rf"<{tag}\1>{marks.PERSON.surname}<", text)
        if changed != text:
            yield with_text(changed)
    yield Call(role, operation, made.content, headers={"Content-Type": marks.PERSON.surname})
    yield Call(role, operation, made.content, headers={"Content-Encoding": marks.PERSON.surname})
    yield Call(role, operation, made.content, user=marks.EMAIL)
    yield Call(role, operation, made.content, secret=marks.PERSON.codice_fiscale)
