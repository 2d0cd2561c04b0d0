"""By what a practice is known to one hosted university."""

from dataclasses import dataclass

from gateway.domain.deliveries import Side
from gateway.domain.identifiers import IdPratica, MiurCode


@dataclass(frozen=True, slots=True)
class PracticeKey:
    """A practice as one hosted university sees it: its side, the partner, the identifier."""

    side: Side
    partner: MiurCode
    id_pratica: IdPratica
