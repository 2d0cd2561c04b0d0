"""The forms by which people are added and changed, and given roles."""

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from gateway.web.forms import Labelled
from gateway.web.language import say
from gateway.web.profile import mail_address

LINK, PASSWORD, ELSEWHERE = "link", "password", "elsewhere"
"""How a new person comes in the first time."""


class GrantForm(Labelled, FlaskForm):
    """A role, of one faculty or of all."""

    role = SelectField()
    faculty = StringField(validators=[Length(max=40)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {"role": say("Ruolo", "Role"), "faculty": say("Facoltà", "Faculty")}

    def hints(self) -> dict[str, str]:
        """Return what helps."""
        return {
            "faculty": say(
                "Il codice della facoltà; vuoto: tutte.", "The faculty's code; empty: all of them."
            )
        }


class PersonForm(Labelled, FlaskForm):
    """Name, mail address, as whom one is known elsewhere."""

    name = StringField(validators=[InputRequired(), Length(max=120)])
    email = StringField(validators=[Optional(), Length(max=200), mail_address])
    provider = SelectField()
    subject = StringField(validators=[Length(max=300)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "name": say("Nome e cognome", "Name and surname"),
            "email": say("Indirizzo e-mail", "E-mail address"),
            "provider": say("Accede anche con", "Signs in with"),
            "subject": say("Identificativo presso quel servizio", "Identifier at that service"),
        }


class NewPersonForm(PersonForm):
    """A new person, their first role, and how they come in the first time."""

    username = StringField(validators=[InputRequired(), Length(max=80)])
    role = SelectField()
    faculty = StringField(validators=[Length(max=40)])
    first = RadioField(default=LINK)

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "username": say("Nome utente", "User name"),
            "role": say("Ruolo", "Role"),
            "faculty": say("Facoltà (vuoto: tutte)", "Faculty (empty: all of them)"),
            "first": say("Primo accesso", "First entrance"),
            **super().labels(),
        }
