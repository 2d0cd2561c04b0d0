"""When what a partner's record relies on ends: pins by their day, certificates by their dates.

Of several that stand in for one another the last counts: while a key is renewed, the old one ends
and nothing is lost.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from gateway.certificates import BadCertificate, read_all
from gateway.domain.calendar import italian_day
from gateway.domain.partners import Partner
from gateway.domain.security import Ending, KeyPin, Proof, SubjectPin


def last_day_of(pem: str) -> date | None:
    """Return the last day of the first certificate of a PEM text, ``None`` if there is none."""
    try:
        return italian_day(read_all(pem)[0].ends)
    except BadCertificate:
        return None


def _end_of(pin: KeyPin | SubjectPin) -> date | None:
    pem = pin.certificate if isinstance(pin, KeyPin) else pin.authority
    days = [day for day in (pin.until, last_day_of(pem) if pem else None) if day is not None]
    return min(days, default=None)


def _last(days: Iterable[date | None]) -> date | None:
    """Return the day after which nothing is left; ``None`` where something has no end."""
    known = list(days)
    ends = [day for day in known if day is not None]
    return max(ends) if ends and len(ends) == len(known) else None


def endings(partner: Partner) -> Iterator[Ending]:
    """Return the last day of each thing that messages from or to a partner rely on."""
    inbound, outbound = partner.inbound, partner.outbound
    relied: dict[str, date | None] = {
        "server_keys": _last(_end_of(pin) for pin in outbound.server_keys),
        "answer_signers": _last(_end_of(pin) for pin in outbound.answer_signers),
    }
    if Proof.CERTIFICATE in inbound.proofs:
        pins: tuple[KeyPin | SubjectPin, ...] = (*inbound.keys, *inbound.subjects)
        relied["keys"] = _last(_end_of(pin) for pin in pins)
    if Proof.SIGNATURE in inbound.proofs:
        relied["signers"] = _last(_end_of(pin) for pin in inbound.signers)
    if Proof.CERTIFICATE in outbound.proofs:
        relied["certificate_out"] = last_day_of(outbound.certificate)
    if Proof.SIGNATURE in outbound.proofs or inbound.sign_answers:
        relied["signing_certificate"] = last_day_of(outbound.signing_certificate)
    if outbound.authorities:
        relied["server_authorities"] = _authorities(outbound.authorities)
    for what, day in relied.items():
        if day is not None:
            yield Ending(what, day)


def _authorities(pem: str) -> date | None:
    try:
        return max(italian_day(authority.ends) for authority in read_all(pem))
    except BadCertificate:
        return None
