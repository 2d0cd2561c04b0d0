"""What the columns of accounts and of providers of identities are called for people."""

from gateway.texts import Text

FIELDS = {
    "mail_id": Text("messaggio", "mail"),
    "mail_server": Text("server di posta", "mail server"),
    "offices": Text("uffici", "offices"),
    "system": Text("sistema", "system"),
    "four_eyes": Text("due persone per chiudere", "two people to close"),
    "token_days": Text("giorni in cui il token apre (0: sempre)", "days a token opens (0: ever)"),
    "payment_url": Text("pagina dei pagamenti", "payment page"),
    "began_at": Text("dal", "since"),
    "client_id": Text("nostro nome là", "our name there"),
    "device": Text("browser e indirizzo", "browser and address"),
    "email": Text("e-mail", "e-mail"),
    "fiscal_code_claim": Text("claim del codice fiscale", "claim of the codice fiscale"),
    "full_name": Text("nome e cognome", "name and surname"),
    "client_secret_set": Text("segreto presente", "secret kept"),
    "issuer": Text("indirizzo (issuer)", "issuer"),
    "known_as": Text("conosciuto altrove come", "known elsewhere as"),
    "language": Text("lingua", "language"),
    "must_change": Text("password da cambiare", "password to be changed"),
    "password": Text("password", "password"),
    "provider": Text("fornitore", "provider"),
    "recovery_codes": Text("codici di recupero non usati", "recovery codes not used"),
    "roles": Text("ruoli", "roles"),
    "scopes": Text("scope", "scope"),
    "second_factor": Text("secondo fattore", "second factor"),
    "seen_at": Text("ultimo uso", "last used"),
    "students_of": Text("account agli studenti di", "accounts for students of"),
    "subject_claim": Text("claim di chi è", "claim of who it is"),
    "way": Text("come", "how"),
}
