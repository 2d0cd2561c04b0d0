"""A short guide for each role: what it finds here and how a day goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gateway.domain.accounts import Role
from gateway.texts import Text


@dataclass(frozen=True, slots=True)
class Guide:
    """What a role is called, and what it does, step by step."""

    name: Text
    steps: Sequence[Text]


_GUIDES = {
    Role.STUDENT: Guide(
        Text("Studente", "Student"),
        (
            Text(
                "Chi vuole andare in un altro ateneo apre «Le mie domande», sceglie ateneo e"
                " corso, controlla il proprio foglio di congedo e conferma. Poi vede lì a che"
                " punto è la domanda, nei due atenei.",
                "Who wants to move to another university opens “My requests”, chooses university"
                " and course, checks the foglio di congedo and confirms. Afterwards the progress"
                " at both universities is there.",
            ),
            Text(
                "Quando arriva il token, lo si usa con il codice fiscale all'ingresso"
                " dell'ateneo di destinazione, per immatricolarsi.",
                "When the token comes, it is used with the codice fiscale at the entrance of the"
                " destination, to enrol.",
            ),
        ),
    ),
    Role.OPERATOR: Guide(
        Text("Segreteria: operatore", "Secretariat: operator"),
        (
            Text(
                "«Da fare» è la prima pagina: che cosa aspetta noi, l'altro ateneo, lo studente."
                " Si apre una pratica e si usano i suoi pulsanti: ci sono solo quelli che ora si"
                " possono usare, e ciascuno dice che cosa sarà inviato e a chi prima di farlo.",
                "“To do” is the first page: what waits for us, for the other university, for the"
                " student. Open a practice and use its buttons: only those that can be used now"
                " are there, and each says what will be sent to whom before it does.",
            ),
            Text(
                "In uscita: elaborare la domanda, superare le verifiche, correggere il foglio,"
                " autorizzare l'invio. In ingresso: controllare sezioni e requisiti, chiedere una"
                " revisione, autorizzare l'immatricolazione, mandare alla commissione,"
                " concludere.",
                "Leaving: process the request, settle checks, correct the foglio, authorise the"
                " sending. Arriving: check sections and requirements, ask for a revision,"
                " authorise enrolment, send to the commission, conclude.",
            ),
        ),
    ),
    Role.APPROVER: Guide(
        Text("Segreteria: approvatore", "Secretariat: approver"),
        (
            Text(
                "Lavora alle pratiche come un operatore, salvo ciò che resta agli operatori:"
                " importare le carriere, riconciliare, consentire altri corsi, rinnovare un"
                " token, leggere il contenuto dei messaggi. Dove l'ateneo vuole quattro occhi,"
                " conferma o respinge gli atti definitivi proposti da un'altra persona.",
                "Works on practices like an operator, but for what is left to operators:"
                " importing careers, reconciling, allowing other courses, renewing a token,"
                " reading what messages say. Where the university wants four eyes, confirms or"
                " declines final acts that somebody else proposed.",
            ),
        ),
    ),
    Role.COMMISSION: Guide(
        Text("Commissione", "Commission"),
        (
            Text(
                "In «Commissione» ci sono le carriere da valutare delle proprie facoltà. Si"
                " compila la tabella di conversione, si salva quante volte si vuole, e uno la"
                " consolida in delibera.",
                "“Commission” has the careers to be evaluated of your faculties. Fill in the"
                " conversion table, save it as often as you like, and one of you makes it the"
                " decision.",
            ),
        ),
    ),
    Role.AUDITOR: Guide(
        Text("Revisore", "Auditor"),
        (
            Text(
                "Vede pratiche, messaggi e registro delle attività, senza poter cambiare nulla.",
                "Sees practices, messages and the audit log, and can change nothing.",
            ),
        ),
    ),
    Role.ADMINISTRATOR: Guide(
        Text("Amministratore", "Administrator"),
        (
            Text(
                "In «Amministrazione»: regole dell'ateneo, partner e loro credenziali, offerta"
                " dei corsi, persone e ruoli, consegne ferme, allarmi, conservazione dei dati."
                " Ciò che tocca la sicurezza mostra prima che cosa cambierà.",
                "“Administration” has the university's rules, partners and their credentials,"
                " the offer, people and roles, parked deliveries, alarms, keeping of data. What"
                " touches security first shows what will change.",
            ),
        ),
    ),
    Role.SYSTEM: Guide(
        Text("Gestore dell'installazione", "Keeper of the installation"),
        (
            Text(
                "In «Installazione»: salute, code, ultima copia, atenei ospitati; e"
                " l'amministrazione di ciascuno.",
                "“Installation” has health, queues, the last copy, hosted universities; and the"
                " administration of each.",
            ),
        ),
    ),
}
GUIDES: Mapping[Role, Guide] = MappingProxyType(_GUIDES)
