"""What offices are told of wrong settings of mail and connectors, by ``why``."""

from types import MappingProxyType

from gateway.texts import Text

_CASES: dict[str, tuple[Text, Text]] = {
    "mail_address": (
        Text("l'indirizzo di posta non è valido", "the mail address is not valid"),
        Text("Scrivere nome@dominio, senza altro.", "Write name@domain and nothing else."),
    ),
    "mail_sender": (
        Text("manca l'indirizzo del mittente", "the address of the sender is missing"),
        Text("Indicarlo con congedo mail set --sender.", "Give it by congedo mail set --sender."),
    ),
    "mail_code": (
        Text("il collegamento non è più valido", "the link is not valid any more"),
        Text("Usare quello di un messaggio recente.", "Use that of a recent mail."),
    ),
    "period_months": (
        Text(
            "il periodo va da un mese a {most}, dal primo all'ultimo",
            "the period is of one to {most} months, from the first to the last",
        ),
        Text("Correggere uno dei due mesi.", "Correct one of the two months."),
    ),
    "connector_url": (
        Text("l'indirizzo non è https://nome/percorso", "the address is not https://name/path"),
        Text(
            "Usare https; http è ammesso solo verso questa macchina (127.0.0.1, localhost).",
            "Use https; http is allowed to this machine only (127.0.0.1, localhost).",
        ),
    ),
    "connector_certificate": (
        Text("il file del certificato non si può leggere", "the certificate file cannot be read"),
        Text(
            "Indicare un file PEM con certificato e chiave, leggibile dal servizio.",
            "Name a PEM file with certificate and key that the service can read.",
        ),
    ),
    "connector_missing": (
        Text("nessun connettore per questo sistema", "no connector for this system"),
        Text("Impostarlo con congedo connector set.", "Set it by congedo connector set."),
    ),
}
CASES = MappingProxyType(_CASES)
