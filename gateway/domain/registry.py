"""The registry of titles that a hosted university asks: the national one, or any like it (A4).

The guideline has two services there, one for university titles and one for school diplomas
(appendix F.3); a registry may offer only one of them.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import Partner
from gateway.domain.security import OutboundSecurity


class LookupService(StrEnum):
    """What a registry is asked: RicercaTitoloStudente or RicercaDiplomaStudente."""

    TITLES = "titles"
    DIPLOMA = "diploma"


class VerifyMoment(StrEnum):
    """When the titles declared in a foglio are verified without anybody asking for it."""

    OFF = "off"
    RECEIPT = "receipt"
    ENROLMENT = "enrolment"


REGISTRY = MiurCode("ANS")
"""The code under which a registry is called where a partner's is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleRegistry:
    """A registry as one hosted university knows it.

    ``outbound`` is what is shown to it beside name and password. ``sender`` and ``recipient`` stand
    in the SPCoop envelope header when ``egov`` is on. Answers are remembered for ``found_for`` or
    ``not_found_for``; ``per_day`` and ``per_office`` limit the queries of an Italian day.
    ``forward`` has the lookups that partners ask of us passed on to it (A5).
    """

    name: str = ""
    titles_url: str = ""
    diplomas_url: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    outbound: OutboundSecurity = field(default_factory=OutboundSecurity)
    egov: bool = False
    sender: str = ""
    recipient: str = ""
    timeout_seconds: float = 30.0
    found_for: timedelta = timedelta(days=30)
    not_found_for: timedelta = timedelta(hours=24)
    per_day: int = 5000
    per_office: int = 2000
    active: bool = True
    verify: VerifyMoment = VerifyMoment.RECEIPT
    forward: bool = False

    def address_of(self, service: LookupService) -> str:
        """Return where a service is; empty if the registry has none."""
        return self.titles_url if service is LookupService.TITLES else self.diplomas_url

    def takes_forwarded(self, service: LookupService) -> bool:
        """Tell whether a lookup that a partner asks of us is passed on."""
        return self.active and self.forward and bool(self.address_of(service))

    def as_partner(self) -> Partner:
        """Return the registry as a partner to be called: same proofs, same pins, same timeout."""
        return Partner(
            code=REGISTRY,
            name=self.name,
            username_out=self.username,
            password_out=self.password,
            outbound=self.outbound,
            timeout_seconds=self.timeout_seconds,
            egov=self.egov,
        )
