"""From a valid message to commands: the only place that knows the request's element names."""

from dataclasses import dataclass
from itertools import islice

from lxml import etree

from gateway.domain.calendar import italian_day
from gateway.domain.foglio_congedo import FoglioCongedo
from gateway.domain.identifiers import IdPratica, parse_id_pratica
from gateway.domain.messages import ReceivedMessage, StatusChange
from gateway.domain.rejections import Reason, Rejection
from gateway.domain.tokens import Token, parse_token
from gateway.foglio import contents
from gateway.foglio.reading import read as read_foglio
from gateway.foglio.reading import read_what_can_be, text
from gateway.foglio.schema import MAX_REASONS
from gateway.usecases.destination_inbox import ReceiveData, ReceiveTransfer
from gateway.usecases.offers import OfferRequest
from gateway.usecases.origin_inbox import StatusChangeRequest


@dataclass(frozen=True, slots=True)
class RefreshRequest:
    """T4 as it came."""

    id_pratica: IdPratica
    reason: str
    notes: str


def id_pratica(body: etree._Element) -> IdPratica:
    """Return the practice a message is about."""
    return parse_id_pratica(text(body, "IdPratica"))


def notes(body: etree._Element) -> str:
    """Return the free notes, line ends kept."""
    return (body.findtext("Note") or "").strip()


def offer_request(body: etree._Element) -> OfferRequest:
    """T1."""
    return OfferRequest(int(text(body, "Anno")), text(body, "Tipo_Tit_Univ"))


def transfer(
    message: ReceivedMessage, body: etree._Element, broken: tuple[Reason, ...]
) -> ReceiveTransfer:
    """T3. ``broken`` are the violations of the schema: they are refused with all the rest.

    Raises:
        Rejection: there is no practice to speak of.
    """
    foglio, faults = _foglio(message, body, broken)
    return ReceiveTransfer(message, _practice(body, faults), foglio, faults)


def data(message: ReceivedMessage, body: etree._Element, broken: tuple[Reason, ...]) -> ReceiveData:
    """T5, like T3.

    Raises:
        Rejection: there is no practice to speak of.
    """
    foglio, faults = _foglio(message, body, broken)
    practice = _practice(body, faults)
    return ReceiveData(message, practice, foglio, text(body, "Causale"), notes(body), faults)


def _practice(body: etree._Element, faults: tuple[Reason, ...]) -> IdPratica:
    try:
        return id_pratica(body)
    except Rejection as rejection:
        raise Rejection(faults or rejection.reasons) from rejection


def _foglio(
    message: ReceivedMessage, body: etree._Element, broken: tuple[Reason, ...]
) -> tuple[FoglioCongedo, tuple[Reason, ...]]:
    """Return what the foglio says and everything wrong with it.

    One that breaks the schema is read as far as it goes, so that the sender learns of every fault
    at once; its faults alone make sure that nothing comes of it.
    """
    foglio = body.find("FoglioCongedo")
    assert foglio is not None
    known = {reason.path for reason in broken}
    found = islice(contents.faults(foglio, italian_day(message.received_at)), MAX_REASONS)
    faults = (*broken, *(reason for reason in found if reason.path not in known))
    return (read_what_can_be if broken else read_foglio)(foglio), faults


def refresh_request(body: etree._Element) -> RefreshRequest:
    """T4."""
    return RefreshRequest(id_pratica(body), text(body, "Causale"), notes(body))


def status_change(body: etree._Element) -> StatusChangeRequest:
    """T6."""
    return StatusChangeRequest(
        StatusChange(text(body, "StatoChange")), notes(body), text(body, "CorsoStudioCodD")
    )


def token(body: etree._Element) -> Token:
    """T8."""
    return parse_token(text(body, "Token"))


def attachment_id(body: etree._Element) -> str:
    """T9."""
    return text(body, "IdDocumento")
