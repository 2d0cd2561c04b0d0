"""What the mails say. No name, no token, nothing of a foglio: the practice and where to read on."""

from dataclasses import dataclass
from types import MappingProxyType

from gateway.domain.mails import MailKind
from gateway.texts import Text


@dataclass(frozen=True, slots=True)
class LetterText:
    """Subject and sentence of a kind of mail."""

    subject: Text
    body: Text


def _l(it: str, en: str, body_it: str, body_en: str) -> LetterText:
    return LetterText(Text(it, en), Text(body_it, body_en))


_LETTERS = {
    MailKind.REQUEST_SUBMITTED: _l(
        "Domanda di trasferimento presentata",
        "Request of transfer submitted",
        "la domanda di trasferimento {practice} è stata presentata e registrata. La ricevuta si"
        " scarica dalle pagine di questo ateneo.",
        "the request of transfer {practice} was submitted and registered. The receipt can be"
        " downloaded from the pages of this university.",
    ),
    MailKind.REQUEST_SENT: _l(
        "Domanda di trasferimento trasmessa",
        "Request of transfer handed over",
        "la domanda di trasferimento {practice} è stata trasmessa all'ateneo di destinazione, che"
        " l'ha ricevuta.",
        "the request of transfer {practice} was handed over to the university of destination,"
        " which has received it.",
    ),
    MailKind.TOKEN_ARRIVED: _l(
        "È disponibile il token per il primo accesso",
        "The token for the first access is available",
        "la domanda di trasferimento {practice} è stata trasmessa e il token, cioè il codice per il"
        " primo accesso all'ateneo di destinazione, è disponibile. Per riservatezza non è scritto"
        " qui: si legge nelle pagine di questo ateneo.",
        "the request of transfer {practice} was handed over and the token, that is the code for the"
        " first access at the university of destination, is available. It is confidential and not"
        " written here: it is shown on the pages of this university.",
    ),
    MailKind.REVISION_ASKED: _l(
        "La destinazione chiede una revisione",
        "The destination asks for a revision",
        "l'ateneo di destinazione ha chiesto di rivedere il foglio di congedo della domanda"
        " {practice}. Provvede la segreteria: non occorre fare nulla.",
        "the university of destination asked for a revision of the foglio di congedo of the request"
        " {practice}. The secretariat sees to it: there is nothing to do.",
    ),
    MailKind.ENROLMENT_AUTHORISED: _l(
        "Immatricolazione autorizzata",
        "Enrolment authorised",
        "l'immatricolazione per la domanda di trasferimento {practice} è autorizzata. Per"
        " immatricolarsi servono il codice fiscale e il token, cioè il codice per il primo accesso,"
        " che si legge nelle pagine dell'ateneo di provenienza.",
        "the enrolment for the request of transfer {practice} is authorised. To enrol, the codice"
        " fiscale and the token, that is the code for the first access, are needed; the token is"
        " shown on the pages of the university of origin.",
    ),
    MailKind.ENROLLED: _l(
        "Immatricolazione registrata",
        "Enrolment registered",
        "l'immatricolazione per la domanda di trasferimento {practice} è registrata. La ricevuta si"
        " scarica dalle pagine di questo ateneo.",
        "the enrolment for the request of transfer {practice} is registered. The receipt can be"
        " downloaded from the pages of this university.",
    ),
    MailKind.CONCLUDED: _l(
        "Trasferimento concluso",
        "Transfer concluded",
        "il trasferimento {practice} è concluso.",
        "the transfer {practice} is concluded.",
    ),
    MailKind.REFUSED: _l(
        "Domanda di trasferimento non accolta",
        "Request of transfer not admitted",
        "la domanda di trasferimento {practice} non è stata accolta. I motivi si leggono nelle"
        " pagine di questo ateneo o si chiedono alla segreteria.",
        "the request of transfer {practice} was not admitted. The reasons can be read on the pages"
        " of this university or asked of the secretariat.",
    ),
    MailKind.CANCELLED: _l(
        "Domanda di trasferimento annullata",
        "Request of transfer cancelled",
        "la domanda di trasferimento {practice} è stata annullata. Se non è ciò che si voleva,"
        " rivolgersi subito alla segreteria.",
        "the request of transfer {practice} was cancelled. If this was not intended, please turn to"
        " the secretariat at once.",
    ),
    MailKind.DIGEST: _l(
        "Trasferimenti: che cosa attende oggi",
        "Transfers: what waits today",
        "ecco che cosa attende la segreteria.",
        "this is what waits for the secretariat.",
    ),
    MailKind.DELIVERY_PARKED: _l(
        "Trasferimenti: una consegna attende un intervento",
        "Transfers: a delivery waits for somebody",
        "una consegna della pratica {practice} è ferma e attende che qualcuno intervenga.",
        "a delivery of the practice {practice} is parked and waits for somebody to act.",
    ),
}
LETTERS = MappingProxyType(_LETTERS)

GREETING = Text("Buongiorno,", "Good morning,")
READ_ON = Text("Pagine dell'ateneo: {link}", "Pages of the university: {link}")
AUTOMATIC = Text(
    "Messaggio automatico: non rispondere a questo indirizzo.",
    "Automatic message: please do not answer to this address.",
)
REQUIRED = Text(
    "Questo avviso fa parte del procedimento e non si può disattivare.",
    "This notice is part of the procedure and cannot be switched off.",
)
LEAVE = Text("Per non ricevere più questi avvisi: {link}", "Not to get these notices: {link}")
WAITING = MappingProxyType(
    {
        "outgoing presentata": Text("domande presentate da elaborare", "requests to process"),
        "outgoing elaborata": Text("domande da verificare e inviare", "requests to check and send"),
        "outgoing richiesta revisione": Text(
            "fogli di cui è chiesta la revisione", "fogli of which a revision is asked"
        ),
        "incoming ricevuta": Text("domande ricevute da verificare", "received requests to check"),
        "incoming token_to_assign": Text("token da assegnare", "tokens to assign"),
        "incoming immatricolato": Text(
            "carriere da passare alla commissione", "careers to pass to the commission"
        ),
        "incoming autorizzata valutazione": Text(
            "carriere presso la commissione", "careers at the commission"
        ),
        "incoming anomaly_reported": Text(
            "anomalie segnalate dalla commissione", "anomalies reported by the commission"
        ),
        "incoming deliberata": Text("delibere da concludere", "decisions to conclude"),
        "parked": Text("consegne ferme", "parked deliveries"),
    }
)
"""What each queue of the digest is called."""
KINDS = MappingProxyType({kind: text.subject for kind, text in _LETTERS.items()})
"""What each kind of mail is called where readers choose."""
