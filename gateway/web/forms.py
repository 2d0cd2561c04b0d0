"""What all forms share: labels in both languages, errors in words, addresses of our own only."""

import re
from collections.abc import Iterable

from flask import flash
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import Field, Form, ValidationError
from wtforms.fields.choices import SelectChoice

from gateway.domain.rejections import Cause, Reason, Rejection
from gateway.texts import offices
from gateway.web.asked import address_in
from gateway.web.language import language, say


class Labelled(Form):
    """A form whose labels and errors are said in the language of the page."""

    def labels(self) -> dict[str, str]:
        """Return the label of each field."""
        raise NotImplementedError

    def hints(self) -> dict[str, str]:
        """Return what helps to fill a field in, where something does."""
        return {}

    def label_of(self, field: Field) -> str:
        """Return the label of a field."""
        return self.labels()[field.short_name]

    def hint_of(self, field: Field) -> str:
        """Return the hint of a field, empty if it has none."""
        return self.hints().get(field.short_name, "")

    class Meta:
        """WTForms speaks with our words."""

        def get_translations(self, form: Form) -> "Sentences":
            """Return what turns the library's sentences into ours."""
            return Sentences()


_SAID = {
    "This field is required.": ("Campo obbligatorio.", "This field is required."),
    "Not a valid choice.": ("Scelta non valida.", "Not a valid choice."),
    "Not a valid choice": ("Scelta non valida.", "Not a valid choice."),
    "Not a valid date value.": ("Data non valida.", "Not a valid date."),
    "Not a valid integer value.": ("Numero intero non valido.", "Not a valid whole number."),
    "Not a valid float value.": ("Numero non valido (12.5).", "Not a valid number (12.5)."),
    "Not a valid decimal value.": ("Numero non valido.", "Not a valid number."),
    "Invalid email address.": ("Indirizzo e-mail non valido.", "Not a valid e-mail address."),
    "The CSRF token is missing.": ("Pagina scaduta: inviarla di nuovo.", "Stale page: send again."),
    "Field cannot be longer than %(max)d character.": (
        "Al massimo %(max)d carattere.",
        "At most %(max)d character.",
    ),
    "Field cannot be longer than %(max)d characters.": (
        "Al massimo %(max)d caratteri.",
        "At most %(max)d characters.",
    ),
    "Field must be between %(min)d and %(max)d characters long.": (
        "Fra %(min)d e %(max)d caratteri.",
        "Between %(min)d and %(max)d characters.",
    ),
    "Number must be between %(min)s and %(max)s.": (
        "Un numero fra %(min)s e %(max)s.",
        "A number between %(min)s and %(max)s.",
    ),
    "Number must be at least %(min)s.": ("Almeno %(min)s.", "At least %(min)s."),
}


class Sentences:
    """The sentences of WTForms in the language of the page."""

    def gettext(self, sentence: str) -> str:
        """Return a sentence."""
        found = _SAID.get(sentence)
        return say(*found) if found else sentence

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Return a sentence about one or many."""
        return self.gettext(one if count == 1 else many)


class FileTooLarge(RequestEntityTooLarge):
    """A file that was sent has more than ``most`` bytes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Return values and what they are called as a field of choices takes them."""
    return [SelectChoice(value, label) for value, label in pairs]


_OURS = re.compile(r"/(?![/\\])")


def here_only(address: str) -> str:
    """Return an address if it is one of ours, else nothing: nobody is sent elsewhere."""
    parts = address_in(address)
    ours = parts.path.startswith("/") and not parts.netloc and not parts.scheme
    return address if ours and _OURS.match(address) else ""


def refusals(rejection: Rejection) -> list[str]:
    """Return what a refusal says to an office, one sentence for each reason."""
    return [offices.sentence(reason, language()) for reason in rejection.reasons]


def place(reason: Reason) -> str:
    """Return where a reason lies; options of commands are no places on pages."""
    said = offices.place(reason, language())
    return "" if said.startswith("--") else said


def placed(rejection: Rejection) -> list[str]:
    """Return what a refusal says to an office, each reason behind its place."""
    return [
        f"{where}: {said}" if (where := place(reason)) else said
        for reason, said in zip(rejection.reasons, refusals(rejection), strict=True)
    ]


def tell_changed() -> None:
    """Tell the visitor that a practice is not the one that their page showed."""
    flash(
        say(
            "Nel frattempo la pratica è cambiata: nulla è stato fatto. Ecco come sta ora.",
            "The practice was changed meanwhile: nothing was done. This is how it stands now.",
        ),
        "warning",
    )


def beside_field(reason: Reason) -> str:
    """Return what a reason says where it stands beside its field: which one need not be named."""
    if reason.cause is Cause.ELEMENT_MISSING:
        return say("campo obbligatorio", "this field is required")
    return offices.sentence(reason, language())


def wrong(it: str, en: str) -> ValidationError:
    """Return the error of a field, to be raised by its validator."""
    return ValidationError(say(it, en))
