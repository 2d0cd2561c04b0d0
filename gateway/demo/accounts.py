"""Who works at the pages of the demonstration: invented people, one password for all of them."""

from dataclasses import dataclass
from datetime import date

from gateway.demo.papers import DESTINATION, ORIGIN
from gateway.demo.people import FIORELLA, Person, person
from gateway.domain.accounts import EVERYWHERE, Account, Grant, Role
from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.texts import Text

PASSWORD = "Dimostrazione-2026"
"""The password of every account of the demonstration: it is printed, and good for nothing else."""

NEWCOMER = person("Vallescura", "Iris", "F", date(2004, 2, 9), 12)
"""A student who has asked for nothing yet: her career waits for whoever plays her."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at the pages: with which name, as what, and what to do with it."""

    username: str
    name: str
    role: Role
    what: Text
    student: Person | None = None

    def account(self, university: str, password_hash: str) -> Account:
        """Return the account of the seat at a university."""
        where = EVERYWHERE if self.role is Role.SYSTEM else MiurCode(university)
        return Account(
            username=self.username,
            name=self.name,
            grants=frozenset({Grant(self.role, where)}),
            password_hash=password_hash,
            codice_fiscale=CodiceFiscale(self.student.codice_fiscale) if self.student else None,
        )


_OFFICE = (
    ("segreteria", "Bruna Collefiorito", Role.OPERATOR, Text("segreteria", "secretariat")),
    (
        "responsabile",
        "Ettore Montechiaro",
        Role.APPROVER,
        Text("responsabile della segreteria, che approva", "head of the secretariat, approves"),
    ),
    ("commissione", "Livia Pontelungo", Role.COMMISSION, Text("commissione", "commission")),
    ("revisore", "Dante Acquabella", Role.AUDITOR, Text("guarda soltanto", "only looks")),
    (
        "amministratore",
        "Noemi Fontesecca",
        Role.ADMINISTRATOR,
        Text("regole, partner, offerta, persone", "rules, partners, offer, people"),
    ),
    ("sistema", "Ivo Pratoverde", Role.SYSTEM, Text("l'installazione", "the installation")),
)
_STUDENTS = (
    Seat(
        "iris",
        "Iris Vallescura",
        Role.STUDENT,
        Text("studentessa: può chiedere un trasferimento", "student: may ask for a transfer"),
        NEWCOMER,
    ),
    Seat(
        "fiorella",
        "Fiorella Quattrocchi",
        Role.STUDENT,
        Text("studentessa: ha una bozza da confermare", "student: has a draft to confirm"),
        FIORELLA,
    ),
)


def seats_at(university: str) -> tuple[Seat, ...]:
    """Return who works at a university of the demonstration."""
    office = tuple(Seat(*fields) for fields in _OFFICE)
    return (*_STUDENTS, *office) if university == ORIGIN else office


UNIVERSITIES = (ORIGIN, DESTINATION)
