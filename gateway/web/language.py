"""In which language a page speaks: the visitor's choice, the account's, the browser's, Italian.

Sentences stand in both languages side by side, in templates and views: ``say(it, en)``. None can
be missing in one of them.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, g, request
from flask_babel import Babel, format_date, format_datetime, format_decimal
from flask_login import current_user

from gateway.texts import Language, Text

COOKIE = "lingua"
ROME = ZoneInfo("Europe/Rome")
_LOCALES = {Language.ITALIAN: "it_IT", Language.ENGLISH: "en_GB"}


def language() -> Language:
    """Return the language of the page that is being made."""
    if "language" not in g:
        g.language = _choose()
    chosen: Language = g.language
    return chosen


def _choose() -> Language:
    kept = request.cookies.get(COOKIE, "") or getattr(current_user, "language", "")
    if kept in {item.value for item in Language}:
        return Language(kept)
    wished = request.accept_languages.best_match(["it", "en"], default="it")
    return Language(wished or "it")


def say(it: str, en: str, **params: object) -> str:
    """Return a sentence in the language of the page, its ``{blanks}`` filled in."""
    return Text(it, en).say(language(), **{name: str(value) for name, value in params.items()})


def told(text: Text, **params: object) -> str:
    """Return a text of ``gateway.texts`` in the language of the page."""
    return text.say(language(), **{name: str(value) for name, value in params.items()})


def day(value: date | None) -> str:
    """Return a day as people write it: 03/10/2026."""
    return format_date(value, "dd/MM/yyyy") if value is not None else "–"


def moment(value: datetime | None) -> str:
    """Return a moment in Italy as people write it: 03/10/2026 14:05."""
    return format_datetime(value, "dd/MM/yyyy HH:mm") if value is not None else "–"


def number(value: float) -> str:
    """Return a number as people write it: 1.234,5."""
    return str(format_decimal(value))


def add_language(app: Flask) -> None:
    """Let an application speak both languages."""
    Babel(
        app,
        locale_selector=lambda: _LOCALES[language()],
        timezone_selector=lambda: ROME.key,
    )
    app.jinja_env.globals.update(say=say, told=told, language=language)
    app.jinja_env.filters.update(day=day, moment=moment, number=number)
