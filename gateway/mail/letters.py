"""From a letter to a message: plain text and simple HTML, in the reader's language."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape

from gateway.domain.mails import FOR_OFFICES, MailKind
from gateway.texts import Language, letters
from gateway.usecases.mail_ports import Letter

_ARRIVALS = frozenset({MailKind.ENROLMENT_AUTHORISED})
"""Mails whose reader has no account yet: they lead to the page of those who arrive."""


def message_of(letter: Letter, public_url: str) -> EmailMessage:
    """Return the message: the same for each attempt, also its day and its identifier."""
    language = Language(letter.language)
    mail, university = letter.mail, letter.university
    name = university.name_en if language is Language.ENGLISH else university.name
    user, _, host = parseaddr(letter.sender)[1].rpartition("@")
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=name, username=user, domain=host)
    message["To"] = mail.recipient
    message["Subject"] = _subject(letter, language)
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    if letter.leave:
        message["List-Unsubscribe"] = f"<{letter.leave}/disiscrizione>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    paragraphs = _paragraphs(letter, language, name, public_url)
    message.set_content("\n\n".join(_plain(part) for part in paragraphs) + "\n", cte="8bit")
    message.add_alternative(_html(paragraphs, language), subtype="html", cte="quoted-printable")
    message["Content-Language"] = language.value
    return message


def _subject(letter: Letter, language: Language) -> str:
    subject = letters.LETTERS[letter.mail.kind].subject.say(language)
    practice = letter.mail.id_pratica
    return f"{subject} ({practice})" if practice else subject


Part = str | list[str]
"""A paragraph, or the lines of a list."""


def _paragraphs(letter: Letter, language: Language, name: str, public_url: str) -> list[Part]:
    mail = letter.mail
    body = letters.LETTERS[mail.kind].body.say(language, practice=mail.id_pratica)
    parts: list[Part] = [letters.GREETING.say(language), body]
    if letter.waiting:
        parts.append(
            [
                f"{letters.WAITING[queue].say(language)}: {number}"
                for queue, number in letter.waiting.items()
                if queue in letters.WAITING
            ]
        )
    if public_url:
        parts.append(letters.READ_ON.say(language, link=_link(letter, public_url)))
    parts.append(name)
    if letter.leave:
        parts.append(letters.LEAVE.say(language, link=letter.leave))
    elif mail.kind not in FOR_OFFICES:
        parts.append(letters.REQUIRED.say(language))
    parts.append(letters.AUTOMATIC.say(language))
    return parts


def _link(letter: Letter, public_url: str) -> str:
    pages = f"{public_url.rstrip('/')}/ateneo/{letter.university.code}"
    return f"{pages}/arrivo" if letter.mail.kind in _ARRIVALS else pages


def _plain(part: Part) -> str:
    return part if isinstance(part, str) else "\n".join(f"- {line}" for line in part)


def _html(parts: list[Part], language: Language) -> str:
    body = "".join(
        f"<p>{_linked(part)}</p>"
        if isinstance(part, str)
        else "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in part) + "</ul>"
        for part in parts
    )
    return (
        f'<!doctype html><html lang="{language.value}"><head><meta charset="utf-8">'
        f"<title>Congedo</title></head><body>{body}</body></html>"
    )


def _linked(text: str) -> str:
    """Return a text as HTML, its address (always the last word) as a link."""
    before, blank, last = text.rpartition(" ")
    if last.startswith(("https://", "http://")):
        return f'{escape(before)}{blank}<a href="{escape(last)}">{escape(last)}</a>'
    return escape(text)
