"""What can go wrong with accounts: sentence and remedy, by ``why``."""

from types import MappingProxyType

from gateway.texts import Text

_CASES: dict[str, tuple[Text, Text]] = {
    "password_short": (
        Text(
            "la password deve avere da 12 a 200 caratteri",
            "the password must have 12 to 200 characters",
        ),
        Text(
            "Usare una frase: tre o quattro parole bastano.",
            "Use a phrase: three or four words are enough.",
        ),
    ),
    "password_name": (
        Text("la password è il nome utente", "the password is the user name"),
        Text("Sceglierne un'altra.", "Choose another."),
    ),
    "password_common": (
        Text(
            "la password è fra le prime che si provano",
            "the password is among the first that are tried",
        ),
        Text("Sceglierne una meno prevedibile.", "Choose one that is harder to guess."),
    ),
    "password_same": (
        Text("la password nuova è quella di prima", "the new password is the old one"),
        Text("Sceglierne un'altra.", "Choose another."),
    ),
    "password_wrong": (
        Text("la password attuale è sbagliata", "the present password is wrong"),
        Text("Scriverla di nuovo.", "Type it again."),
    ),
    "wait_first": (
        Text("troppi tentativi sbagliati", "too many wrong tries"),
        Text("Aspettare qualche minuto.", "Wait a few minutes."),
    ),
    "link_spent": (
        Text(
            "il collegamento è scaduto o è già stato usato",
            "the link is no longer good, or was used already",
        ),
        Text("Chiederne uno nuovo a chi amministra.", "Ask the administrator for a new one."),
    ),
    "factor_in_force": (
        Text("un secondo fattore è già attivo", "a second factor is in force already"),
        Text("Disattivarlo prima.", "Remove it first."),
    ),
    "code_wrong": (
        Text("il codice è sbagliato", "the code is wrong"),
        Text(
            "Scrivere quello che l'applicazione mostra ora; l'ora del telefono deve essere giusta.",
            "Type the one that the application shows now; the phone's clock must be right.",
        ),
    ),
    "name_malformed": (
        Text("il nome utente è vuoto o contiene spazi", "the user name is empty or has blanks"),
        Text("Scriverlo in una parola sola.", "Write it as one word."),
    ),
    "student_unnamed": (
        Text(
            "uno studente si riconosce dal codice fiscale: senza, non vede domande",
            "a student is known by the codice fiscale: without it they see no requests",
        ),
        Text(
            "Aggiungere l'account con --codice-fiscale.", "Add the account with --codice-fiscale."
        ),
    ),
    "students_only": (
        Text(
            "il codice fiscale si conserva solo degli studenti",
            "a codice fiscale is kept of students only",
        ),
        Text("Toglierlo, o dare il ruolo student.", "Leave it out, or give the role student."),
    ),
    "not_yours": (
        Text(
            "questo ruolo non è del vostro ateneo, o non lo si può dare o togliere qui",
            "this role is not of your university, or cannot be given or taken here",
        ),
        Text("Rivolgersi al gestore dell'installazione.", "Ask the keeper of the installation."),
    ),
    "elsewhere_too": (
        Text(
            "la persona ha ruoli anche presso altri atenei o per l'installazione",
            "the person has roles at other universities or for the installation too",
        ),
        Text("Rivolgersi al gestore dell'installazione.", "Ask the keeper of the installation."),
    ),
    "yourself": (
        Text("non si può spegnere il proprio account", "nobody can switch off their own account"),
        Text("Chiederlo a un altro amministratore.", "Ask another administrator."),
    ),
    "where_role": (
        Text(
            "solo il gestore (ruolo system) vale per tutta l'installazione, e vale solo lì",
            "only the keeper (role system) is for the whole installation, and only for it",
        ),
        Text("Indicare l'ateneo.", "Name the university."),
    ),
    "undivided_role": (
        Text(
            "questo ruolo vale per tutto l'ateneo, non per una facoltà",
            "this role is for the whole university, not for a faculty",
        ),
        Text("Lasciare vuota la facoltà.", "Leave the faculty empty."),
    ),
    "last_administrator": (
        Text("è l'ultimo amministratore", "this is the last administrator"),
        Text("Nominarne prima un altro.", "Appoint another first."),
    ),
    "account_unknown": (
        Text("nessun account ha questo nome", "no account has this name"),
        Text(
            "Vedere quali ci sono (congedo account list).",
            "See which there are (congedo account list).",
        ),
    ),
    "provider_unknown": (
        Text(
            "nessun fornitore di identità ha questo nome", "no provider of identities has this name"
        ),
        Text(
            "Vedere quali ci sono (congedo provider list).",
            "See which there are (congedo provider list).",
        ),
    ),
    "secret_or_none": (
        Text(
            "il segreto è vuoto, o si chiede insieme di toglierlo",
            "the secret is empty, or is to be removed at once",
        ),
        Text(
            "Darlo, oppure toglierlo con --drop-client-secret.",
            "Give it, or remove it by --drop-client-secret.",
        ),
    ),
    "secret_of_another": (
        Text(
            "il segreto conservato è di un altro indirizzo (issuer)",
            "the secret that is kept is another issuer's",
        ),
        Text(
            "Dare quello nuovo con --client-secret, o toglierlo con --drop-client-secret.",
            "Give the new one by --client-secret, or remove it by --drop-client-secret.",
        ),
    ),
    "issuer_address": (
        Text(
            "l'indirizzo del fornitore non è https (http solo sulla macchina stessa)",
            "the provider's address is not https (http on the machine itself only)",
        ),
        Text("Correggere l'indirizzo.", "Correct the address."),
    ),
}
CASES = MappingProxyType(_CASES)
