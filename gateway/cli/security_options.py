"""The options by which a partner's security is changed."""

import typer

from gateway.cli.language import say

PROOF = typer.Option(
    None,
    "--proof",
    help=say(
        "Che cosa deve mostrare: tutte le prove date, ripetibile",
        "What it must show: all the proofs given, may be repeated",
    ),
)
CERTIFICATE = typer.Option(
    None,
    "--certificate",
    help=say(
        "File PEM di un suo certificato: fissa la sua chiave; ripetibile",
        "PEM file of a certificate of its: pins its key; may be repeated",
    ),
)
PIN = typer.Option(
    None,
    "--pin",
    help=say(
        "SHA-256 della sua chiave pubblica, con :AAAA-MM-GG se ha un ultimo giorno; ripetibile",
        "SHA-256 of its public key, with :YYYY-MM-DD if it has a last day; may be repeated",
    ),
)
AUTHORITY = typer.Option(
    None,
    "--authority",
    help=say(
        "File PEM dell'autorità che certifica i --subject",
        "PEM file of the authority that certifies the --subject",
    ),
)
SUBJECT = typer.Option(
    None,
    "--subject",
    help=say(
        "Soggetto certificato dall'autorità (RFC 4514: CN=…,O=…); ripetibile",
        "Subject that the authority certifies (RFC 4514: CN=…,O=…); may be repeated",
    ),
)
UNTIL = typer.Option(
    None,
    "--until",
    formats=["%Y-%m-%d"],
    help=say(
        "Ultimo giorno delle chiavi e dei soggetti dati in questo comando",
        "Last day of the keys and subjects given in this command",
    ),
)
DROP_PIN = typer.Option(
    None,
    "--drop-pin",
    help=say(
        "Toglie una chiave fissata, di qualunque uso: le prime 8 cifre o più; ripetibile",
        "Forget a pinned key, whatever its use: its first 8 figures or more; may be repeated",
    ),
)
DROP_SUBJECT = typer.Option(
    None, "--drop-subject", help=say("Toglie un soggetto; ripetibile", "Forget a subject")
)
TOKEN_PASSWORD = typer.Option(
    None,
    "--token-password",
    help=say(
        "Sua password per lo UsernameToken; - la legge",
        "Its password for the UsernameToken; - reads it",
    ),
)
SIGNER = typer.Option(
    None,
    "--signer",
    help=say(
        "File PEM di un certificato con cui firma; ripetibile",
        "PEM file of a certificate it signs with; may be repeated",
    ),
)
SIGN_ANSWERS = typer.Option(
    None,
    "--sign-answers/--no-sign-answers",
    help=say("Se le nostre risposte sono firmate", "Whether our answers are signed"),
)
PROOF_OUT = typer.Option(
    None,
    "--proof-out",
    help=say("Che cosa mostriamo noi; ripetibile", "What we show; may be repeated"),
)
CLIENT_CERTIFICATE = typer.Option(
    None,
    "--client-certificate",
    help=say(
        "File PEM del nostro certificato, con la catena se c'è",
        "PEM file of our certificate, with its chain if there is one",
    ),
)
CLIENT_KEY = typer.Option(
    None, "--client-key", help=say("File PEM della sua chiave privata", "PEM file of its key")
)
TOKEN_USER_OUT = typer.Option(
    None,
    "--token-username-out",
    help=say("Nostro nome nello UsernameToken", "Our name in the UsernameToken"),
)
TOKEN_PASS_OUT = typer.Option(
    None,
    "--token-password-out",
    help=say(
        "Nostra password nello UsernameToken; - la legge",
        "Our password in the UsernameToken; - reads it",
    ),
)
SIGNING_CERTIFICATE = typer.Option(
    None,
    "--signing-certificate",
    help=say(
        "File PEM del certificato con cui firmiamo", "PEM file of the certificate we sign with"
    ),
)
SIGNING_KEY = typer.Option(
    None, "--signing-key", help=say("File PEM della chiave con cui firmiamo", "PEM file of its key")
)
ANSWER_SIGNER = typer.Option(
    None,
    "--answer-signer",
    help=say(
        "File PEM di un certificato con cui firma le risposte; ripetibile",
        "PEM file of a certificate it signs answers with; may be repeated",
    ),
)
SERVER_AUTHORITIES = typer.Option(
    None,
    "--server-authorities",
    help=say(
        "File PEM delle autorità del suo server, al posto delle altre",
        "PEM file of its server's authorities, instead of the others",
    ),
)
PUBLIC_AUTHORITIES = typer.Option(
    False,
    "--public-authorities",
    help=say("Torna alle autorità dell'installazione", "Back to the installation's authorities"),
)
SERVER_PIN = typer.Option(
    None,
    "--server-pin",
    help=say(
        "Chiave del suo server: SHA-256 (con :AAAA-MM-GG) o file PEM del certificato; ripetibile",
        "Key of its server: SHA-256 (with :YYYY-MM-DD) or PEM file of the certificate; may be"
        " repeated",
    ),
)
PER_MINUTE = typer.Option(
    None, "--per-minute", min=1, help=say("Messaggi al minuto, in media", "Messages a minute")
)
BURST = typer.Option(
    None, "--burst", min=1, help=say("Messaggi tutti insieme", "Messages all at once")
)
CONCURRENT = typer.Option(
    None, "--concurrent", min=1, help=say("Messaggi contemporanei", "Messages at the same time")
)
BODY_KB = typer.Option(
    None,
    "--body-kb",
    min=0,
    help=say(
        "KB di un messaggio con il foglio; 0: come l'installazione",
        "KB of a message with a foglio; 0: as the installation",
    ),
)
