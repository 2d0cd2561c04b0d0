"""What the machine says when it cannot: files, databases, networks; never a value."""

import errno
import sqlite3
from types import MappingProxyType

from gateway.texts import Language, Text

_SYSTEM = {
    errno.ENOENT: Text("il file o la cartella non esiste", "no such file or folder"),
    errno.EACCES: Text("accesso negato", "access denied"),
    errno.EPERM: Text("operazione non permessa", "operation not permitted"),
    errno.EISDIR: Text("è una cartella, non un file", "it is a folder, not a file"),
    errno.ENOTDIR: Text("non è una cartella", "it is not a folder"),
    errno.EEXIST: Text("esiste già", "it exists already"),
    errno.ENOTEMPTY: Text("la cartella non è vuota", "the folder is not empty"),
    errno.ENOSPC: Text("il disco è pieno", "the disk is full"),
    errno.EROFS: Text("il disco è di sola lettura", "the disk is read only"),
    errno.ENAMETOOLONG: Text("il nome è troppo lungo", "the name is too long"),
    errno.EADDRINUSE: Text("la porta è già in uso", "the port is in use already"),
    errno.EADDRNOTAVAIL: Text("l'indirizzo non è di questa macchina", "not this machine's address"),
    errno.ECONNREFUSED: Text("collegamento rifiutato", "connection refused"),
    errno.ETIMEDOUT: Text("nessuna risposta in tempo", "no answer in time"),
}
SYSTEM = MappingProxyType(_SYSTEM)
"""Errors of the operating system, by number."""

_DATABASE = {
    "file is not a database": Text("il file non è una base dati", "the file is no database"),
    "unable to open database file": Text(
        "la base dati non si può aprire", "the database cannot be opened"
    ),
    "database is locked": Text("la base dati è occupata", "the database is busy"),
    "attempt to write a readonly database": Text(
        "la base dati è di sola lettura", "the database is read only"
    ),
    "database disk image is malformed": Text("la base dati è guasta", "the database is damaged"),
    "disk I/O error": Text("il disco non risponde", "the disk does not answer"),
    "database or disk is full": Text("il disco è pieno", "the disk is full"),
}
DATABASE = MappingProxyType(_DATABASE)
"""Errors of SQLite, by its own words."""

_TROUBLES = {
    "unreachable": Text("irraggiungibile", "unreachable"),
    "unknown": Text("nessuna risposta", "no answer"),
    "misbehaved": Text("risposta anomala", "answer out of order"),
    "NameResolutionError": Text("nome non trovato", "name not found"),
    "NewConnectionError": Text("collegamento rifiutato", "connection refused"),
    "ConnectTimeoutError": Text("nessun collegamento in tempo", "no connection in time"),
    "ConnectTimeout": Text("nessun collegamento in tempo", "no connection in time"),
    "ReadTimeout": Text("nessuna risposta in tempo", "no answer in time"),
    "SSLError": Text("certificato o cifratura non validi", "certificate or encryption not valid"),
    "ServerCertificateRefused": Text(
        "certificato del partner non valido: autorità, nome o date",
        "the partner's certificate is not valid: authority, name or dates",
    ),
    "ServerKeyUnknown": Text(
        "chiave del partner diversa da quelle attese",
        "the partner's key is none of those expected",
    ),
    "ClientCertificateRefused": Text(
        "il partner non accetta il nostro certificato",
        "the partner does not take our certificate",
    ),
    "OwnCertificateUnusable": Text(
        "il nostro certificato, la chiave o le autorità non sono utilizzabili",
        "our certificate, its key or the authorities cannot be used",
    ),
    "WithoutTls": Text(
        "l'indirizzo del partner deve essere https://",
        "the partner's address must be https://",
    ),
    "ProxyError": Text("il proxy non risponde", "the proxy does not answer"),
    "InvalidURL": Text("indirizzo non valido", "address not valid"),
    "ChunkedEncodingError": Text("risposta interrotta", "answer cut off"),
    "ProtocolError": Text("risposta interrotta", "answer cut off"),
    "RemoteDisconnected": Text("risposta interrotta", "answer cut off"),
    "signing key": Text(
        "la nostra chiave di firma o il suo certificato non si può usare",
        "our signing key or its certificate cannot be used",
    ),
    "token without name or password": Text(
        "mancano nome o password dello UsernameToken",
        "name or password of the UsernameToken is missing",
    ),
}
TROUBLES = MappingProxyType(_TROUBLES)
"""What can happen on the way to a partner, by the word or the name that the program has for it."""


def system_error(error: OSError, language: Language) -> str:
    """Return what the operating system says, with the file or address it is about."""
    known = SYSTEM.get(error.errno or 0)
    said = known.say(language) if known else (error.strerror or str(error))
    return f"{error.filename}: {said}" if error.filename else said


def database_error(error: BaseException, language: Language) -> str:
    """Return what a database says when it cannot work at all; what it refuses may hold values."""
    said = str(error).strip().splitlines()[:1]
    tells = type(error).__name__ in ("OperationalError", "InterfaceError", "ConnectionTimeout")
    if said and (tells or type(error) is sqlite3.DatabaseError):
        known = DATABASE.get(said[0])
        return known.say(language) if known else said[0]
    return Text("la base dati ha rifiutato l'operazione", "the database refused the operation").say(
        language
    )


def in_words(detail: str, language: Language) -> str:
    """Return what is noted of a trouble with the names the program has for it in words."""
    parts = (TROUBLES.get(part, Text(part, part)) for part in detail.split(": "))
    return ": ".join(part.it if language is Language.ITALIAN else part.en for part in parts)


_NOT_PROVEN = Text(
    "la risposta non prova di venire dal partner", "the answer does not prove to be the partner's"
)
_ANSWER = "answer: "


def trouble(kind: str, detail: str, language: Language) -> str:
    """Return what happened on the way to a partner, in words."""
    said = TROUBLES[kind].say(language)
    known = TROUBLES.get(detail)
    if known is not None:
        return f"{said}: {known.say(language)}"
    if detail.startswith(_ANSWER):
        return f"{_NOT_PROVEN.say(language)} ({detail.removeprefix(_ANSWER)})"
    if not detail or detail.endswith(("Error", "Exception", "Timeout")):
        return said
    return f"{said}: {detail}"
