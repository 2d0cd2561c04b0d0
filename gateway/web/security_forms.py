"""The forms of a partner's security: proofs and limits, pins, secrets."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput

from gateway.domain.security import Proof
from gateway.texts.fields import word
from gateway.web.forms import Labelled
from gateway.web.language import language, say

_PEM = 40_000
_MOST = 1_000_000
"""More than any partner sends, and less than a row can hold."""


class DemandsForm(Labelled, FlaskForm):
    """What the partner must show, what we show, and how much it may ask for."""

    proofs = SelectMultipleField(option_widget=CheckboxInput())
    sign_answers = BooleanField()
    proofs_out = SelectMultipleField(option_widget=CheckboxInput())
    per_minute = IntegerField(validators=[InputRequired(), NumberRange(1, _MOST)])
    burst = IntegerField(validators=[InputRequired(), NumberRange(1, _MOST)])
    concurrent = IntegerField(validators=[InputRequired(), NumberRange(1, _MOST)])
    body_kb = IntegerField(validators=[InputRequired(), NumberRange(0, _MOST)])

    def choose(self) -> None:
        """Fill in what may be chosen."""
        for item in (self.proofs, self.proofs_out):
            item.choices = [(proof.value, word(proof.value, language())) for proof in Proof]

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "proofs": say("Che cosa il partner deve mostrare", "What the partner must show"),
            "sign_answers": say("Firmiamo le nostre risposte", "We sign our answers"),
            "proofs_out": say("Che cosa mostriamo al partner", "What we show the partner"),
            "per_minute": say("Messaggi al minuto, in media", "Messages a minute"),
            "burst": say("Messaggi tutti insieme", "Messages all at once"),
            "concurrent": say("Messaggi contemporanei", "Messages at the same time"),
            "body_kb": say("KB di un messaggio con il foglio", "KB of a message with a foglio"),
        }

    def hints(self) -> dict[str, str]:
        """Return what helps."""
        return {
            "proofs": say("Tutte, in ogni messaggio.", "All of them, in every message."),
            "body_kb": say("0: come l'installazione.", "0: as the installation."),
            "per_minute": say("In ogni processo che serve.", "In each process that serves."),
        }


class PinForm(Labelled, FlaskForm):
    """A key to be known by."""

    use = SelectField()
    key = TextAreaField(validators=[InputRequired(), Length(max=_PEM)])
    until = DateField(validators=[Optional()])

    def choose(self) -> None:
        """Fill in what may be chosen."""
        self.use.choices = [
            ("keys", say("chiave TLS con cui ci chiama", "TLS key it calls us with")),
            ("signers", say("chiave con cui firma i messaggi", "key it signs messages with")),
            ("server_keys", say("chiave TLS del suo server", "TLS key of its server")),
            (
                "answer_signers",
                say("chiave con cui firma le risposte", "key it signs answers with"),
            ),
        ]

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "use": say("Di che chiave si tratta", "Which key it is"),
            "key": say("Certificato PEM, o impronta SHA-256", "PEM certificate, or SHA-256"),
            "until": say("Buona fino al", "Good until"),
        }

    def hints(self) -> dict[str, str]:
        """Return what helps."""
        return {
            "until": say(
                "Per un rinnovo: dare alla vecchia un ultimo giorno e aggiungere la nuova;"
                " valgono entrambe.",
                "For a renewal: give the old one a last day and add the new one; both hold.",
            ),
            "key": say(
                "Si fissa la chiave, non il certificato: rinnovato con la stessa chiave, vale.",
                "The key is pinned, not the certificate: renewed with the same key it holds.",
            ),
        }


class SecretsForm(Labelled, FlaskForm):
    """What is never shown again; what is left empty stays as it is."""

    username_out = StringField(validators=[Length(max=100)])
    password_out = PasswordField(validators=[Length(max=500)])
    token_password = PasswordField(validators=[Length(max=500)])
    token_username_out = StringField(validators=[Length(max=100)])
    token_password_out = PasswordField(validators=[Length(max=500)])
    certificate = TextAreaField(validators=[Length(max=_PEM)])
    certificate_key = TextAreaField(validators=[Length(max=_PEM)])
    signing_certificate = TextAreaField(validators=[Length(max=_PEM)])
    signing_key = TextAreaField(validators=[Length(max=_PEM)])
    authorities = TextAreaField(validators=[Length(max=_PEM)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "username_out": say("Nostro nome presso il partner", "Our name with the partner"),
            "password_out": say("Nostra password", "Our password"),
            "token_password": say("Sua password dello UsernameToken", "Its UsernameToken password"),
            "token_username_out": say(
                "Nostro nome nello UsernameToken", "Our name in the UsernameToken"
            ),
            "token_password_out": say(
                "Nostra password dello UsernameToken", "Our UsernameToken password"
            ),
            "certificate": say("Nostro certificato TLS (PEM)", "Our TLS certificate (PEM)"),
            "certificate_key": say("La sua chiave (PEM)", "Its key (PEM)"),
            "signing_certificate": say("Nostro certificato di firma (PEM)", "Our signing cert."),
            "signing_key": say("La sua chiave (PEM)", "Its key (PEM)"),
            "authorities": say("Autorità del suo server (PEM)", "Authorities of its server (PEM)"),
        }

    def hints(self) -> dict[str, str]:
        """Return what helps."""
        kept = say("Vuoto: resta com'è.", "Empty: stays as it is.")
        return dict.fromkeys(self.labels(), kept)
