"""Messages that are not valid calls, as SOAP faults with an HTTP status and no internal detail."""

from collections.abc import Mapping

from spyne import Fault


class InvalidCall(Exception):  # noqa: N818  what the message is
    """The message is not XML, does not follow the contract, or does not say who sends it.

    ``status`` is the HTTP status line, ``code`` the SOAP fault code, ``text`` what the peer reads.
    """

    def __init__(
        self, status: str, code: str, text: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.code = code
        self.text = text
        self.headers = headers or {}
        super().__init__(f"{status} {code}")

    def as_fault(self) -> Fault:
        """Return the fault that Spyne writes."""
        return Fault(self.code, self.text)


class Overloaded(InvalidCall):
    """A partner asks for more than its limits allow; ``seconds`` until it may ask again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "503 Service Unavailable",
            "Server.Busy",
            "Troppe richieste da questo ateneo: riprovare dopo il tempo indicato",
            {"Retry-After": str(seconds)},
        )


_SOAP = "500 Internal Server Error"
"""With an envelope in hand a fault is HTTP 500, as SOAP 1.1 (6.2) and WS-I (R1126) demand: of any
other status CXF, Metro and gSOAP show their callers the number and not the text (ADR 0017)."""


def bad_request(code: str, text: str) -> InvalidCall:
    """Return a fault of the client's, for what is no SOAP envelope."""
    return InvalidCall("400 Bad Request", f"Client.{code}", text)


def no_call(code: str, text: str) -> InvalidCall:
    """Return a fault of the client's, for an envelope that is no call of ours."""
    return InvalidCall(_SOAP, f"Client.{code}", text)


def unauthenticated() -> InvalidCall:
    """Return the fault for missing or wrong credentials: it does not tell which."""
    return InvalidCall(
        "401 Unauthorized",
        "Client.Authentication",
        "Credenziali mancanti o non valide",
        {"WWW-Authenticate": 'Basic realm="Congedo", charset="UTF-8"'},
    )


def forbidden() -> InvalidCall:
    """Return the fault for a caller that says to be somebody else."""
    return InvalidCall(
        _SOAP,
        "Client.Authorization",
        "MiurAteneoChiamante non corrisponde alle credenziali",
    )


def may_not_look_up() -> InvalidCall:
    """Return the fault for a partner that may not ask for awarded titles."""
    return InvalidCall(
        _SOAP, "Client.Authorization", "Ricerca dei titoli non concessa a questo ateneo"
    )


def registry_silent(since: str) -> InvalidCall:
    """Return the fault for a lookup whose registry could not be asked: nothing is known."""
    return InvalidCall(
        "503 Service Unavailable",
        "Server.Registry",
        f"Anagrafe non interrogabile dal {since}: riprovare",
        {"Retry-After": "60"},
    )


def busy() -> InvalidCall:
    """Return the fault for a moment of overload."""
    return InvalidCall(
        "503 Service Unavailable",
        "Server.Busy",
        "Servizio momentaneamente occupato: riprovare",
        {"Retry-After": "5"},
    )


def not_hosted() -> InvalidCall:
    """Return the fault for an address that is nobody's."""
    return InvalidCall("404 Not Found", "Client.UnknownAddress", "Indirizzo sconosciuto")


def wrong_method() -> InvalidCall:
    """Return the fault for anything but POST."""
    return InvalidCall(
        "405 Method Not Allowed",
        "Client.Method",
        "Usare POST; ?wsdl descrive il servizio",
        {"Allow": "GET, HEAD, POST"},
    )


def wrong_media_type() -> InvalidCall:
    """Return the fault for a body that is not declared as text/xml."""
    return InvalidCall(
        "415 Unsupported Media Type", "Client.MediaType", "Content-Type deve essere text/xml"
    )


def wrong_encoding() -> InvalidCall:
    """Return the fault for a compressed body."""
    return InvalidCall(
        "415 Unsupported Media Type", "Client.Encoding", "Il messaggio non va compresso"
    )


def soap_12(status: str = _SOAP) -> InvalidCall:
    """Return the fault for an envelope of another version of SOAP."""
    return InvalidCall(status, "VersionMismatch", "Il servizio usa SOAP 1.1")


def must_understand() -> InvalidCall:
    """Return the fault for a header that must be understood and is not."""
    return InvalidCall(_SOAP, "MustUnderstand", "Intestazione SOAP obbligatoria non riconosciuta")


def too_large(limit: int) -> InvalidCall:
    """Return the fault for a body over ``limit`` bytes."""
    return InvalidCall(
        "413 Content Too Large", "Client.TooLarge", f"Messaggio oltre il limite di {limit} byte"
    )


def internal(message_id: str) -> InvalidCall:
    """Return the fault for a bug of ours: only a reference to look it up."""
    return InvalidCall(
        "500 Internal Server Error", "Server", f"Errore interno (riferimento {message_id})"
    )
