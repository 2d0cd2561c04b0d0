"""Who calls: the one place where a partner is authenticated, by all the proofs it must show.

``identify`` looks at what the connection shows: HTTP Basic (argon2) and the TLS client certificate.
``confirm`` looks at the message itself, once it is read, for partners that prove themselves there.
What is shown must be right even where it is not demanded, and all of it must be the same partner's.
An unknown name costs as much as a wrong password (see ``gateway.soap.passwords``).
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import date

from lxml import etree

from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import Partner
from gateway.domain.security import Proof
from gateway.soap.client_certificates import ClientCertificates, Owners
from gateway.soap.faults import InvalidCall, unauthenticated
from gateway.soap.message_proofs import MessageProofs
from gateway.soap.wiring import Wiring

_MAX_HEADER = 1024

TRANSPORT_PROOFS = frozenset({Proof.BASIC, Proof.CERTIFICATE})
"""What the connection shows; every other proof is in the message."""


def credentials(header: str) -> tuple[str, str] | None:
    """Return name and password of an ``Authorization`` header, ``None`` if it has none we read."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic" or len(header) > _MAX_HEADER:
        return None
    try:
        name, colon, password = (
            base64.b64decode(value.strip(), validate=True).decode().partition(":")
        )
    except (binascii.Error, ValueError):
        return None
    return (name, password) if colon and name.isprintable() else None


class Callers:
    """Finds the partner behind a request."""

    def __init__(self, wiring: Wiring, proofs: MessageProofs) -> None:
        self._wiring = wiring
        self._certificates = ClientCertificates(wiring.proxy_secrets)
        self._owners = Owners()
        self._proofs = proofs

    def identify(
        self, university: MiurCode, environ: Mapping[str, object], today: date
    ) -> Partner | None:
        """Return the partner that a connection to a hosted university proves, by all it must show.

        ``None`` if it shows nothing and some active partner proves itself in its messages only:
        then ``confirm`` decides.

        Raises:
            InvalidCall: nobody we know, a wrong, missing or foreign proof, or not active today.
        """
        by_password = self._by_password(university, environ, today)
        owners = self._by_certificate(university, environ, today)
        if by_password is None and not owners:
            if self._silent_partners(university, today):
                return None
            raise unauthenticated()
        found = by_password or (owners[0] if len(owners) == 1 else None)
        if found is None or (owners and found not in owners):
            raise unauthenticated()
        shown = {Proof.BASIC} if by_password else set()
        shown |= {Proof.CERTIFICATE} if owners else set()
        if not found.active_on(today) or found.inbound.proofs & TRANSPORT_PROOFS - shown:
            raise unauthenticated()
        return found

    def identify_anywhere(
        self, environ: Mapping[str, object], today: date
    ) -> tuple[MiurCode, Partner]:
        """Return the partner behind a request that names no hosted university, and whose it is.

        Where it is known to several, one that lets it look up titles comes first.

        Raises:
            InvalidCall: no hosted university knows it by what it shows.
        """
        found: list[tuple[MiurCode, Partner]] = []
        for hosted in self._wiring.find_universities():
            try:
                partner = self.identify(hosted.code, environ, today)
            except InvalidCall as refusal:
                if refusal.status != unauthenticated().status:
                    raise
                continue
            if partner is not None:
                found.append((hosted.code, partner))
        if not found:
            raise unauthenticated()
        return next((pair for pair in found if pair[1].may_look_up), found[0])

    def confirm(
        self, partner: Partner | None, university: MiurCode, root: etree._Element, today: date
    ) -> Partner:
        """Return the partner that sends an envelope, once the message shows what it must.

        ``partner`` is what ``identify`` found; ``root`` is the Envelope.

        Raises:
            InvalidCall: the message does not show all that its partner demands.
        """
        if partner is not None and partner.inbound.proofs <= TRANSPORT_PROOFS:
            return partner
        silent = () if partner else self._silent_partners(university, today)
        return self._proofs.confirm(partner, university, silent, root)

    def _by_password(
        self, university: MiurCode, environ: Mapping[str, object], today: date
    ) -> Partner | None:
        """Return the partner whose password is shown, ``None`` if none is shown.

        Raises:
            InvalidCall: what is shown is nobody's.
        """
        header = str(environ.get("HTTP_AUTHORIZATION") or "")
        if not header:
            return None
        found = credentials(header)
        if found is None:
            raise unauthenticated()
        name, password = found
        partner = self._wiring.find_partner(university, name)
        expected = partner.password_hash if partner else ""
        right = self._wiring.passwords.verify(password, expected, name)
        if partner is None or not right or not partner.active_on(today):
            raise unauthenticated()
        return partner

    def _by_certificate(
        self, university: MiurCode, environ: Mapping[str, object], today: date
    ) -> tuple[Partner, ...]:
        certificate = self._certificates.shown(environ)
        if certificate is None:
            return ()
        partners = self._wiring.partners_of(university)
        return self._owners.of(certificate, partners, university, today, self._wiring.clock())

    def _silent_partners(self, university: MiurCode, today: date) -> tuple[Partner, ...]:
        """Return the active partners that prove themselves in their messages only."""
        return tuple(
            partner
            for partner in self._wiring.partners_of(university)
            if partner.active_on(today)
            and partner.inbound.proofs
            and not partner.inbound.proofs & TRANSPORT_PROOFS
        )
