"""What the data of a student are called, and what the states of a transfer mean to the student."""

from types import MappingProxyType

from gateway.domain.destination import DestinationState
from gateway.texts import Text

_GROUPS = {
    "identity": Text("Chi sei", "Who you are"),
    "residence": Text("Residenza", "Residence"),
    "domicile": Text("Domicilio, se diverso", "Domicile, if different"),
    "contacts": Text("Contatti", "How to reach you"),
}
GROUPS = MappingProxyType(_GROUPS)

_ADDRESS = {
    "Via": Text("Via o piazza", "Street or square"),
    "NumeroCivico": Text("Numero civico", "House number"),
    "CAP": Text("CAP", "Postcode"),
    "DescrizioneComune": Text("Comune", "Town"),
    "Provincia": Text("Provincia (sigla)", "Province (letters)"),
    "DescrizioneStato": Text("Stato", "Country"),
}
_FIELDS = {
    "Cognome": Text("Cognome", "Surname"),
    "Nome": Text("Nome", "Given name"),
    "Sesso": Text("Sesso (M o F)", "Sex (M or F)"),
    "DataNascita": Text("Data di nascita", "Date of birth"),
    "LuogoNascita/DescrizioneComune": Text("Comune di nascita", "Town of birth"),
    "LuogoNascita/Provincia": Text("Provincia di nascita (sigla)", "Province of birth (letters)"),
    "LuogoNascita/DescrizioneStato": Text("Stato di nascita", "Country of birth"),
    "Cittadinanza/DescrizioneStato": Text("Cittadinanza", "Citizenship"),
    "Email": Text("Posta elettronica", "E-mail"),
    "PEC": Text("Posta elettronica certificata", "Certified e-mail (PEC)"),
    "Telefono": Text("Telefono", "Telephone"),
    "Cellulare": Text("Cellulare", "Mobile phone"),
    **{
        f"{under}/{name}": Text(f"{label.it} ({told.it})", f"{label.en} ({told.en})")
        for under, told in (
            ("Residenza", Text("residenza", "residence")),
            ("Domicilio", Text("domicilio", "domicile")),
        )
        for name, label in _ADDRESS.items()
    },
}
FIELDS = MappingProxyType(_FIELDS)
"""What each field is called, by its path."""

_S = DestinationState
_STATES = {
    _S.RICEVUTA: (
        Text("Domanda ricevuta", "Request received"),
        Text(
            "La segreteria sta verificando la domanda e il foglio di congedo: non devi fare nulla."
            " Quando l'immatricolazione sarà autorizzata potrai completarla qui, con le stesse"
            " credenziali.",
            "The secretariat is checking the request and the foglio di congedo: there is nothing"
            " you have to do. As soon as the enrolment is authorised you can complete it here, with"
            " the same credentials.",
        ),
    ),
    _S.RICHIESTA_REVISIONE: (
        Text("In revisione presso l'ateneo di provenienza", "Being revised by your university"),
        Text(
            "Abbiamo chiesto all'ateneo di provenienza di correggere o completare il foglio di"
            " congedo: non devi fare nulla, ma puoi sentire la segreteria di provenienza.",
            "We asked your present university to correct or complete the foglio di congedo: there"
            " is nothing you have to do, but you may ask its secretariat.",
        ),
    ),
    _S.AUTORIZZATA_IMMATRICOLAZIONE: (
        Text("Immatricolazione autorizzata", "Enrolment authorised"),
        Text("Ora puoi immatricolarti.", "Now you can enrol."),
    ),
    _S.IMMATRICOLATO: (
        Text("Immatricolazione completata", "Enrolled"),
        Text(
            "La tua carriera sarà valutata dalla commissione del corso.",
            "Your career will be evaluated by the commission of the course.",
        ),
    ),
    _S.AUTORIZZATA_VALUTAZIONE: (
        Text("Carriera in valutazione", "Career being evaluated"),
        Text(
            "La commissione sta decidendo quali esami riconoscere.",
            "The commission is deciding which exams to recognise.",
        ),
    ),
    _S.DELIBERATA: (
        Text("Carriera valutata", "Career evaluated"),
        Text(
            "La commissione ha deliberato: la segreteria conclude il trasferimento.",
            "The commission has decided: the secretariat concludes the transfer.",
        ),
    ),
    _S.COMPLETATA: (
        Text("Trasferimento concluso", "Transfer concluded"),
        Text("Il trasferimento è concluso.", "The transfer is concluded."),
    ),
    _S.RIFIUTATA: (
        Text("Trasferimento non accolto", "Transfer not admitted"),
        Text(
            "La domanda non è stata accolta: la tua posizione presso l'ateneo di provenienza resta"
            " com'era.",
            "The request was not admitted: your position at your present university stays as it"
            " was.",
        ),
    ),
    _S.CANCELLATA: (
        Text("Domanda annullata", "Request cancelled"),
        Text("La domanda è stata annullata.", "The request was cancelled."),
    ),
}
STATES = MappingProxyType(_STATES)
"""Title and guidance for the student, by the state at the destination."""
