"""The record of a partner: registered, changed, and called to see whether it answers."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gateway.domain.deliveries import Delivery, DeliveryKind, Side
from gateway.domain.identifiers import MiurCode
from gateway.domain.messages import Operation
from gateway.domain.outcomes import Outcome
from gateway.domain.partners import Partner
from gateway.domain.rejections import Cause, refuse
from gateway.usecases.delivery import TROUBLES, Desk, ask
from gateway.usecases.partner_ports import PartnerAnswer, PartnerCall
from gateway.usecases.ports import UnitOfWork
from gateway.usecases.transaction import transact


def checked_address(wanted: str, path: str) -> str:
    """Return the address of a service as typed; an empty one is one too: there is none.

    Raises:
        Rejection: it is no http(s)://host/path.
    """
    if not wanted:
        return wanted
    try:
        parts = urlsplit(wanted)
        named = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        named = False
    if not named or any(letter.isspace() for letter in wanted):
        raise refuse(Cause.PARAMETER_INVALID, path, why="no_host")
    return wanted


def find(code: MiurCode, *, uow: UnitOfWork) -> Partner:
    """Return a partner.

    Raises:
        Rejection: it is not known.
    """
    partner = uow.partners.get(code)
    if partner is None:
        raise refuse(Cause.PARTNER_UNKNOWN, partner=code)
    return partner


def register(partner: Partner, *, uow: UnitOfWork) -> Partner:
    """Keep a new partner.

    Raises:
        Rejection: it is known already, or its record cannot be kept.
    """
    if uow.partners.get(partner.code) is not None:
        raise refuse(Cause.ALREADY_EXISTS, partner.code)
    return keep(partner, uow=uow)


def keep(partner: Partner, *, uow: UnitOfWork) -> Partner:
    """Keep the record of a partner.

    Raises:
        Rejection: its period is backwards, or another partner calls by its name.
    """
    first, last = partner.active_from, partner.active_to
    if first is not None and last is not None and last < first:
        raise refuse(Cause.PARAMETER_INVALID, "--active-to", why="period_backwards")
    others = (other for other in uow.partners.all() if other.code != partner.code)
    if partner.username_in and any(other.username_in == partner.username_in for other in others):
        raise refuse(Cause.ALREADY_EXISTS, "--username-in")
    uow.partners.save(partner)
    return partner


@dataclass(frozen=True, slots=True)
class Probe:
    """What came of calling a partner: its answer, or the trouble there was and its detail."""

    outcome: Outcome | None
    trouble: str = field(default="", repr=False)
    detail: str = field(default="", repr=False)

    @property
    def reached(self) -> bool:
        """Tell whether the partner answered, and well."""
        return self.outcome is not None and self.outcome.accepted


def probe(university: MiurCode, partner: Partner, *, desk: Desk) -> Probe:
    """Ask a partner for its terms (T2) and keep them: preflight holds fogli against them."""
    call = PartnerCall(operation=Operation.GET_INFO_WORKFLOW, caller=university)
    now = desk.clock()
    errand = Delivery(  # what the journal wants to know of a call that no delivery makes
        delivery_id="",
        university=university,
        partner=partner.code,
        kind=DeliveryKind.OFFER,
        side=Side.ORIGIN,
        created_at=now,
        changed_at=now,
        expires_at=now,
    )
    answer = ask(university, errand, partner, call, desk)
    if not isinstance(answer, PartnerAnswer):
        return Probe(None, TROUBLES[type(answer)][1].value, str(answer))
    terms = answer.terms
    if answer.outcome.accepted and terms is not None:
        transact(
            university,
            lambda uow: uow.partners.keep_terms(partner.code, terms, desk.clock()),
            open_uow=desk.open_uow,
        )
    return Probe(answer.outcome)
