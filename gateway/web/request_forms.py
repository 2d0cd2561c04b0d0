"""The forms of a student's request."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from gateway.domain.careers import TransferWish
from gateway.web.asked import number_in
from gateway.web.forms import Labelled
from gateway.web.language import say

_LONGEST = 4000
_YEARS = range(1, 7)


class RequestForm(Labelled, FlaskForm):
    """What a student adds to the career: year, test, reason, notes, consent."""

    year_of_course = SelectField(choices=[], default="")
    test_passed = SelectField(choices=[], default="")
    why = TextAreaField(validators=[Length(max=_LONGEST)], render_kw={"rows": 3})
    notes = TextAreaField(validators=[Length(max=_LONGEST)], render_kw={"rows": 4})
    consent = BooleanField()
    version = HiddenField()

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "year_of_course": say("Anno di corso a cui si chiede l'ammissione", "Year of course"),
            "test_passed": say("Prova di ammissione superata", "Admission test passed"),
            "why": say("Motivo del trasferimento (facoltativo)", "Reason (optional)"),
            "notes": say("Note per la segreteria", "Notes for the secretariat"),
            "consent": say(
                "Ho letto l'informativa e autorizzo la trasmissione dei miei dati all'ateneo di"
                " destinazione",
                "I have read the statement and consent to my data being handed over to the"
                " destination university",
            ),
            "version": "",
        }

    def hints(self) -> dict[str, str]:
        """Return what helps."""
        return {
            "year_of_course": say("Se lo si conosce già.", "If you know it already."),
            "test_passed": say(
                "Solo per i corsi ad accesso programmato.", "For courses of limited access only."
            ),
            "notes": say(
                "Segnalare qui ciò che manca o non è giusto nella carriera. La segreteria le legge"
                " prima di procedere, e arrivano anche alla destinazione con il foglio.",
                "Say here what is missing or wrong in the career. The secretariat reads them"
                " before going on, and they reach the destination with the foglio too.",
            ),
            "consent": say(
                "Serve per confermare la domanda; una bozza si può salvare anche senza.",
                "It is needed to confirm the request; a draft can be saved without it.",
            ),
        }

    def speak(self) -> None:
        """Put the choices into the language of the page."""
        unsaid = SelectChoice("", say("non indicato", "not stated"))
        self.test_passed.choices = [
            unsaid,
            SelectChoice("si", say("sì", "yes")),
            SelectChoice("no", say("no, non ancora", "no, not yet")),
        ]
        years = (str(year) for year in _YEARS)
        self.year_of_course.choices = [unsaid, *(SelectChoice(year, year) for year in years)]

    def fill(self, wish: TransferWish) -> None:
        """Show what a draft says."""
        self.year_of_course.data = str(wish.year_of_course or "")
        self.test_passed.data = {None: "", True: "si", False: "no"}[wish.test_passed]
        self.why.data, self.notes.data = wish.why, wish.notes
        self.consent.data = wish.consent

    @property
    def year(self) -> int | None:
        """The year of course, if one that there is is stated: looked at before it is validated."""
        stated = number_in(self.year_of_course.data or "")
        return stated if stated in _YEARS else None

    @property
    def passed(self) -> bool | None:
        """Whether the test was passed, if that is stated."""
        return {"si": True, "no": False}.get(self.test_passed.data or "")


class VersionForm(FlaskForm):
    """A button that acts on a request as the page showed it."""

    version = HiddenField(validators=[InputRequired()])
