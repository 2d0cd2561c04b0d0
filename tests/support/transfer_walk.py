"""A transfer from one university to the other, each act at the pages and by the person it is for.

Nothing here calls the program: the only knowledge used is what stands on the pages.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from playwright.sync_api import Locator

from gateway.domain.calendar import italian_day
from tests.support.browsed_walk import Leaver
from tests.support.walking import Walker

COURSE = "Ingegneria informatica"
DESTINATION = ("Politecnico di Montelago", "Montelago")
NEW_PASSWORD = "quattro parole da ricordare"
_PRACTICE = re.compile(r"UNIVAL[\w-]+")


@dataclass
class Cast:
    """Who takes part, each with a browser of their own; the student has one at either side."""

    student: Walker
    office: Walker
    arriving: Walker
    receiving: Walker
    commission: Walker
    leaver: Leaver

    @property
    def everybody(self) -> tuple[Walker, ...]:
        """All of them."""
        return (self.student, self.office, self.arriving, self.receiving, self.commission)


def whole_transfer(cast: Cast) -> None:
    """From the student's wish to the end at both universities."""
    practice = ask(cast.student, cast.leaver)
    send(cast.office, practice)
    ask_revision(cast.receiving, practice)
    correct(cast.office, practice)
    admit(cast.receiving, practice)
    enrol(cast.arriving, cast.leaver, token_read(cast.student))
    evaluate(cast.receiving)
    decide(cast.commission, practice)
    conclude(cast.receiving)
    see_the_end(cast)


def ask(student: Walker, leaver: Leaver) -> str:
    """The student chooses, looks at the foglio, drafts, consents and confirms."""
    student.signs_in(leaver.username)
    student.follow("Nuova domanda", "New request")
    student.follow(*DESTINATION)
    if student.shows("non è ancora stata letta", "has not been read yet"):
        student.press("Leggi l'offerta", "Read the offer", exact=True)
        student.waits_for("Cerca un corso", "Find a course")
    student.unfold("Ingegneria")
    student.follow(f"Scegli {COURSE}", f"Choose {COURSE}")
    student.reads("Il foglio che sarà inviato", "The foglio that will be sent")
    student.reads(leaver.person.surname, leaver.person.surname)
    student.write("Note per la segreteria", "Notes for the secretariat", "Vorrei iniziare presto")
    student.press("Salva in bozza", "Save as a draft")
    student.follow("Riprendi la bozza", "Go on with the draft")
    student.reads("Manca l'autorizzazione", "The consent to the processing of data is missing")
    student.follow("Modifica", "Change")
    student.tick("Ho letto l'informativa", "I have read the statement")
    student.press("Salva e vai alla conferma", "Save and go to the confirmation")
    student.press("Presenta la domanda", "Submit the request")
    student.reads("Domanda presentata, protocollo", "Request submitted, protocol number")
    found = _PRACTICE.search(student.visitor.page.inner_text("body"))
    assert found is not None
    return found.group()


def _open(walker: Walker, practice: str) -> None:
    """Open a practice from the list of what is to be done."""
    walker.go(walker.visitor.page.get_by_role("link", name=practice, exact=True))


def _back(walker: Walker, practice: str) -> None:
    """Go back to the practice by the path above the heading."""
    walker.follow(practice, practice, within=walker.visitor.page.locator(".breadcrumb"))


def _act(walker: Walker, it: str, en: str) -> None:
    """Press an act once the page has it, and confirm it on the page that says what it does."""
    act = _acts(walker).get_by_role("link", name=walker.text(it, en))
    walker.waits_until(lambda: bool(act.count()), it)
    walker.follow(it, en, within=_acts(walker))
    walker.press(f"Conferma: {it}", f"Confirm: {en}")


def _acts(walker: Walker) -> Locator:
    return walker.visitor.page.locator(".acts")


def send(office: Walker, practice: str) -> None:
    """The secretariat processes the request, clears checks and authorises the sending."""
    office.signs_in("operator")
    _open(office, practice)
    _act(office, "Elabora: esegui le verifiche", "Process: run the checks")
    clear = office.visitor.page.get_by_role(
        "button", name=office.text("Considera superata", "Count as passed")
    )
    assert clear.count()
    while left := clear.count():
        row = office.visitor.page.locator("tr", has=clear).first
        office.hand.write(row.get_by_role("textbox"), "Verificato allo sportello")
        office.go(row.get_by_role("button"))
        assert clear.count() < left
    _act(office, "Autorizza l'invio", "Authorise the sending")
    office.waits_for("Trasferita", "Trasferita")


def ask_revision(receiving: Walker, practice: str) -> None:
    """The destination finds the practice, looks at the requirements and wants something mended."""
    receiving.signs_in("operator")
    _open(receiving, practice)
    receiving.follow("Requisiti", "Requirements")
    receiving.reads("Il corso non è ad accesso programmato", "The course is not of limited access")
    receiving.follow("Chiedi una revisione", "Ask for a revision")
    receiving.write("Note", "Notes", "Il cellulare non risponde")
    receiving.press("Conferma: Chiedi una revisione", "Confirm: Ask for a revision")
    receiving.reads("si aspetta il foglio corretto", "the corrected foglio is awaited")


def correct(office: Walker, practice: str) -> None:
    """The origin sees what is wanted, corrects the foglio and sends it again."""
    office.waits_for("Il cellulare non risponde", "Il cellulare non risponde")
    office.follow("Correggi il foglio", "Correct the foglio", within=_acts(office))
    office.reads("Il cellulare non risponde", "Il cellulare non risponde")
    office.follow("Apri Sezione 2", "Open Section 2")
    office.write("Cellulare 1", "Mobile telephone 1", "+39 000 0000001")
    office.press("Salva e torna al foglio", "Keep and go back to the foglio")
    kept = office.part("Salva nella domanda", "Keep on the request")
    office.write("Motivo della modifica", "Reason of the change", "Corretto", within=kept)
    office.press("Salva il foglio nella domanda", "Keep the foglio on the request")
    _back(office, practice)
    office.follow("Autorizza un nuovo invio", "Authorise a further sending", within=_acts(office))
    office.write("Note", "Notes", "Cellulare corretto")
    office.press("Conferma: Autorizza", "Confirm: Authorise")
    office.reads("Nuovo invio autorizzato", "Further sending authorised")


def admit(receiving: Walker, practice: str) -> None:
    """The corrected foglio has come: the student may enrol."""
    _act(receiving, "Autorizza l'immatricolazione", "Authorise the enrolment")
    receiving.reads("Immatricolazione autorizzata", "Enrolment authorised")


def token_read(student: Walker) -> str:
    """The student reads the token on the page of the request at the origin."""
    token = student.visitor.page.locator(".token-value code")
    student.waits_until(lambda: bool(token.count()), "token")
    return token.inner_text()


def enrol(arriving: Walker, leaver: Leaver, token: str) -> None:
    """The student comes by token, enrols, and chooses a password of their own."""
    arriving.arrive("/")
    arriving.follow("Ho un token: mi immatricolo", "I have a token: I enrol")
    arriving.write("Codice fiscale", "Codice fiscale", leaver.person.codice_fiscale)
    arriving.write("Token", "Token", token)
    arriving.press("Entra", "Enter")
    arriving.follow("Comincia l'immatricolazione", "Begin the enrolment")
    assert arriving.labelled("Cognome", "Surname").input_value() == leaver.person.surname
    arriving.press("Conferma e prosegui", "Confirm and go on")
    arriving.reads("Esami", "Exams")
    arriving.press("Conferma e prosegui", "Confirm and go on")
    arriving.reads(COURSE, COURSE)
    arriving.tick("Ho letto l'informativa", "I have read the statement")
    arriving.press("Conferma e prosegui", "Confirm and go on")
    arriving.press("Conferma e immatricolati", "Confirm and enrol")
    arriving.reads("Matricola", "Student number")
    username, password = arriving.visitor.page.locator(".alert dd code").all_inner_texts()
    arriving.follow("Accedi con nome utente e password", "Sign in by user name and password")
    arriving.enters(username, password)
    arriving.write("Password attuale", "Present password", password)
    arriving.write("Password nuova", "New password", NEW_PASSWORD)
    arriving.write("La stessa ancora una volta", "The same once more", NEW_PASSWORD)
    arriving.press("Cambia la password", "Change the password")
    arriving.follow("Il mio trasferimento", "My transfer")
    arriving.press("Chiedi all'ateneo di provenienza", "Ask your present university")
    arriving.waits_for("Trasferita", "Trasferita")


def evaluate(receiving: Walker) -> None:
    """The secretariat sees that the student has enrolled, and passes the career on."""
    _act(receiving, "Manda in valutazione", "Pass on for evaluation")


def decide(commission: Walker, practice: str) -> None:
    """The commission converts the exams and decides."""
    commission.signs_in("commission")
    _open(commission, practice)
    commission.press("Riporta uno a uno", "Take the exams not used yet over")
    commission.write("Organo che delibera", "Body that decides", "Consiglio di corso di studi")
    when = commission.labelled("Data della delibera", "Date of the decision")
    commission.hand.date(when, italian_day(datetime.now(UTC)))
    commission.press("Salva e vai alla conferma", "Save and go to the confirmation")
    commission.press("Consolida la delibera", "Make the decision")
    commission.reads("Delibera consolidata", "The decision is made")


def conclude(receiving: Walker) -> None:
    """The secretariat concludes the transfer."""
    _act(receiving, "Concludi il trasferimento", "Conclude the transfer")
    receiving.reads("Trasferimento concluso", "Transfer concluded")


def see_the_end(cast: Cast) -> None:
    """The origin shows the request closed; the student has access at the destination only."""
    cast.office.waits_for("chiusa", "chiusa")
    cast.student.waits_for("Nome utente", "User name")
    cast.arriving.waits_for("Completata", "Completata")
