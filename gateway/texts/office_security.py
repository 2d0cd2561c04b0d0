"""What only commands for a partner's security can get wrong: sentence and remedy, by ``why``."""

from types import MappingProxyType

from gateway.texts import Text

_CASES: dict[str, tuple[Text, Text]] = {
    "not_a_certificate": (
        Text("non è un certificato in formato PEM", "it is no certificate in PEM form"),
        Text(
            "Indicare un file che comincia con -----BEGIN CERTIFICATE-----.",
            "Name a file that begins with -----BEGIN CERTIFICATE-----.",
        ),
    ),
    "unsupported_key": (
        Text("la chiave del certificato è di tipo ignoto", "the key is of an unknown kind"),
        Text("Usare una chiave RSA, EC o Ed25519.", "Use an RSA, EC or Ed25519 key."),
    ),
    "not_a_key": (
        Text("non è una chiave privata in formato PEM", "it is no private key in PEM form"),
        Text(
            "Indicare un file che comincia con -----BEGIN PRIVATE KEY-----.",
            "Name a file that begins with -----BEGIN PRIVATE KEY-----.",
        ),
    ),
    "key_encrypted": (
        Text("la chiave privata vuole una password", "the private key wants a passphrase"),
        Text(
            "Toglierla (openssl pkey): nella base dati la chiave è cifrata comunque.",
            "Take it off (openssl pkey): in the database the key is encrypted anyway.",
        ),
    ),
    "key_mismatch": (
        Text("chiave e certificato non sono una coppia", "key and certificate are no pair"),
        Text(
            "Indicare la chiave con cui il certificato è stato chiesto.",
            "Name the key with which the certificate was asked for.",
        ),
    ),
    "certificate_and_key": (
        Text("certificato e chiave vanno insieme", "certificate and key go together"),
        Text("Indicarli entrambi nello stesso comando.", "Give both in the same command."),
    ),
    "authority_and_subject": (
        Text("autorità e soggetto vanno insieme", "authority and subject go together"),
        Text("Indicare sia --authority sia --subject.", "Give both --authority and --subject."),
    ),
    "expired": (
        Text("il certificato è scaduto", "the certificate has ended"),
        Text("Chiedere quello rinnovato.", "Ask for the renewed one."),
    ),
    "weak_key": (
        Text(
            "la chiave è troppo piccola: almeno RSA a 2048 bit o EC a 256",
            "the key is too small: at least RSA of 2048 bits or EC of 256",
        ),
        Text("Chiedere un certificato con una chiave nuova.", "Ask for one with a new key."),
    ),
    "not_for_clients": (
        Text(
            "il certificato non è fatto per i client (clientAuth)",
            "the certificate is not made for clients (clientAuth)",
        ),
        Text(
            "Chiedere un certificato per client, o senza Extended Key Usage.",
            "Ask for a client certificate, or one without Extended Key Usage.",
        ),
    ),
    "not_an_authority": (
        Text("il certificato non è di un'autorità", "the certificate is not an authority's"),
        Text(
            "Indicare quello dell'autorità che firma, oppure fissare la chiave con --certificate.",
            "Name that of the authority that signs, or pin the key with --certificate.",
        ),
    ),
    "not_a_subject": (
        Text("il soggetto non è scritto secondo RFC 4514", "the subject is not after RFC 4514"),
        Text(
            "Leggerlo dal certificato: openssl x509 -noout -subject -nameopt RFC2253.",
            "Read it from the certificate: openssl x509 -noout -subject -nameopt RFC2253.",
        ),
    ),
    "not_a_pin": (
        Text(
            "l'impronta non è di 64 cifre esadecimali, con :AAAA-MM-GG se ha un ultimo giorno",
            "the fingerprint is not 64 hexadecimal figures, with :YYYY-MM-DD for a last day",
        ),
        Text(
            "È lo SHA-256 della chiave pubblica; --certificate la calcola dal file.",
            "It is the SHA-256 of the public key; --certificate finds it from the file.",
        ),
    ),
    "pin_ended": (
        Text("l'ultimo giorno è già passato", "the last day is past already"),
        Text("Indicare un giorno a venire.", "Give a day to come."),
    ),
    "pin_unknown": (
        Text("non c'è, o non è una sola", "it is not there, or not one only"),
        Text(
            "Vedere le impronte con congedo partner security e darne almeno 8 cifre.",
            "See the fingerprints with congedo partner security and give 8 figures at least.",
        ),
    ),
    "pin_shared": (
        Text(
            "la stessa chiave è già del partner {partner}",
            "the same key is the partner {partner}'s already",
        ),
        Text("Una chiave, un partner.", "One key, one partner."),
    ),
    "no_proof": (
        Text("nessuna prova è chiesta al partner", "no proof is demanded of the partner"),
        Text("Indicarne almeno una con --proof.", "Give at least one with --proof."),
    ),
    "basic_without_password": (
        Text("nessun nome o nessuna password da verificare", "no name or password to check"),
        Text(
            "Darli con congedo partner set --username-in --password-in.",
            "Give them with congedo partner set --username-in --password-in.",
        ),
    ),
    "certificate_without_pin": (
        Text(
            "nessuna chiave e nessun soggetto validi oggi: il partner resterebbe fuori",
            "no key or subject is good today: the partner would be shut out",
        ),
        Text(
            "Fissarne uno con --certificate, --pin o --authority e --subject.",
            "Pin one with --certificate, --pin or --authority and --subject.",
        ),
    ),
    "token_without_password": (
        Text("nessuna password dello UsernameToken", "no password of the UsernameToken"),
        Text("Darla con --token-password.", "Give it with --token-password."),
    ),
    "signature_without_signer": (
        Text("nessuna chiave di firma valida oggi", "no signing key is good today"),
        Text("Fissarne una con --signer.", "Pin one with --signer."),
    ),
    "answers_without_key": (
        Text("manca la chiave con cui firmare le risposte", "there is no key to sign answers with"),
        Text(
            "Darla con --signing-certificate e --signing-key.",
            "Give it with --signing-certificate and --signing-key.",
        ),
    ),
    "basic_out_missing": (
        Text("manca il nostro nome presso il partner", "our name with the partner is missing"),
        Text(
            "Darlo con congedo partner set --username-out --password-out.",
            "Give it with congedo partner set --username-out --password-out.",
        ),
    ),
    "own_certificate_missing": (
        Text("manca il nostro certificato", "our certificate is missing"),
        Text(
            "Darlo con --client-certificate e --client-key.",
            "Give it with --client-certificate and --client-key.",
        ),
    ),
    "token_out_missing": (
        Text(
            "mancano nome o password del nostro UsernameToken",
            "our UsernameToken's name or password is missing",
        ),
        Text(
            "Darli con --token-username-out e --token-password-out.",
            "Give them with --token-username-out and --token-password-out.",
        ),
    ),
    "signing_missing": (
        Text("manca la chiave con cui firmiamo", "the key we sign with is missing"),
        Text(
            "Darla con --signing-certificate e --signing-key.",
            "Give it with --signing-certificate and --signing-key.",
        ),
    ),
    "burst_too_small": (
        Text(
            "i messaggi tutti insieme sono meno di quelli contemporanei",
            "messages at once are fewer than those at the same time",
        ),
        Text("Alzare --burst o abbassare --concurrent.", "Raise --burst or lower --concurrent."),
    ),
}
CASES = MappingProxyType(_CASES)
