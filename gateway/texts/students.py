"""The words that students read: where their request stands (guideline A.4.1)."""

from types import MappingProxyType

from gateway.domain.origin import OriginState
from gateway.texts import Language, Text

_S = OriginState
_STATES = {
    _S.BOZZA: Text("domanda in bozza", "draft request"),
    _S.PRESENTATA: Text("domanda presentata", "request submitted"),
    _S.ELABORATA: Text("domanda in fase di verifica", "request being verified"),
    _S.VALIDATA: Text("domanda in fase di verifica", "request being verified"),
    _S.TRASFERITA: Text("domanda trasmessa", "request handed over"),
    _S.RICHIESTA_REVISIONE: Text(
        "domanda trasmessa, da correggere in segreteria",
        "request handed over, being corrected by the secretariat",
    ),
    _S.CHIUSA: Text("trasferimento concluso", "transfer concluded"),
    _S.RESPINTA: Text("domanda non accolta", "request not accepted"),
    _S.CANCELLATA: Text("domanda annullata", "request cancelled"),
}
STATES = MappingProxyType(_STATES)

NOT_ARRIVED = Text("Domanda non ancora pervenuta", "Request not yet arrived")
"""What stands for the destination's progress before the sending."""


def at_origin(state: str, language: Language) -> str:
    """Return what a student reads of a state at the origin, also as a step tells it."""
    known = {item.value: text for item, text in STATES.items()}.get(state.lower())
    return known.say(language) if known else state.lower()
